//! Token ids of sources → outputs of exactly the length that is asked for, for measuring.

use anyhow::{Context, Result, ensure};

use super::batch::{SearchInput, decode};
use super::rules::Rules;
use super::{Event, Sampling, Seq2SeqEngine};

impl Seq2SeqEngine {
    /// Rows of the source embedding: token ids are below it.
    pub fn source_vocabulary(&self) -> usize {
        self.model.network.encoder.vocabulary()
    }

    /// The search that the model's authors set or one like it, but end tokens are tokens like
    /// others. One output for each source, in their order.
    ///
    /// # Errors
    /// When a source is empty, too long or has an unknown token, or the search cannot be done.
    pub fn continue_tokens(
        &self,
        sources: &[Vec<u32>],
        new_tokens: usize,
        sampling: &Sampling,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Vec<Vec<u32>>> {
        let network = &self.model.network;
        let most = self.model.most_tokens(new_tokens);
        ensure!(most == new_tokens, "the model makes {most} tokens at most, not {new_tokens}");
        let defaults = &self.model.defaults;
        let strategy = defaults
            .strategy(sampling)
            .context("a sequence-to-sequence model does not sample at random")?;
        for source in sources {
            let (length, context) = (source.len(), network.most_source_tokens);
            ensure!(
                length > 0 && length <= context,
                "a source has {length} tokens; the model takes 1 to {context}"
            );
            let known = |&token: &u32| (token as usize) < self.source_vocabulary();
            ensure!(source.iter().all(known), "a source has a token that the model does not have");
        }
        let rules = Rules {
            start: defaults.start,
            most_tokens: new_tokens,
            repetition_penalty: 1.0,
            ..Rules::default()
        };
        let input = |source: &Vec<u32>| SearchInput {
            source: source.clone(),
            strategy,
            rules: rules.clone(),
        };
        let inputs: Vec<SearchInput> = sources.iter().map(input).collect();
        let outputs = decode(network, defaults.start, &inputs, watch);
        outputs.into_iter().map(|output| Ok(output?.tokens)).collect()
    }
}
