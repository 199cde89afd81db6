//! Pairs of texts, many at a time → scores.

use anyhow::{Context, Result, ensure};

use super::config::{Config, Family, Labels};
use super::network::Network;
use super::pairs::{Layout, PairTokenizer, PairTokens};
use super::{EntailmentFiles, EntailmentScores};
use crate::engine::device::{Compute, default_threads};
use crate::engine::{LoadOptions, RequestError};
use crate::models::{ModelEntry, ModelFiles};

/// Tokens of a batch, padding included. A forward pass of mDeBERTa over as many keeps about 100 MB
/// of activations; more make it no faster, since the products are large enough.
const TOKENS_AT_ONCE: usize = 1024;

/// An entailment model that is ready.
pub struct EntailmentModel {
    name: String,
    network: Network,
    tokenizer: PairTokenizer,
    labels: Labels,
}

impl EntailmentModel {
    /// Loads the model of a registry entry from its checked files.
    ///
    /// # Errors
    /// When the entry is no classifier, a file is damaged, or the device is not there.
    pub fn load(entry: &ModelEntry, files: &ModelFiles, options: &LoadOptions) -> Result<Self> {
        ensure!(
            entry.architecture.is_classifier(),
            "model '{}' ({}) writes text; an entailment model judges pairs of texts",
            entry.name,
            entry.architecture
        );
        let named = files.files.iter().map(|(name, path)| (name.as_str(), path.clone()));
        let files = EntailmentFiles::of(named.collect())
            .with_context(|| format!("the entry '{}' of the registry", entry.name))?;
        Self::open(&entry.name, &files, options)
    }

    /// Loads the model that `files` hold.
    ///
    /// # Errors
    /// When a file is missing or damaged, the model is none that can be run, or the device is not
    /// there.
    pub fn open(name: &str, files: &EntailmentFiles, options: &LoadOptions) -> Result<Self> {
        let config = Config::read(&files.config)?;
        let compute =
            Compute::new(options.device, options.threads.unwrap_or_else(default_threads))?;
        tracing::info!(model = name, device = compute.describe(), "loading");
        let layout = match config.family {
            Family::DebertaV2(_) => Layout::DebertaV2,
            Family::XlmRoberta(_) => Layout::XlmRoberta,
        };
        let tokenizer = PairTokenizer::open(&files.tokenizer, layout, config.most_tokens)?;
        let network = Network::load(&config, &files.weights, compute.device())?;
        Ok(Self { name: name.to_string(), network, tokenizer, labels: config.labels })
    }

    /// Name of the registry entry or folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tokens of a pair, as they are put before the model.
    ///
    /// # Errors
    /// When the hypothesis alone is too long.
    pub fn tokens(&self, premise: &str, hypothesis: &str) -> Result<PairTokens> {
        self.tokenizer.encode(premise, hypothesis)
    }

    /// How surely each premise entails its hypothesis, in the order of `pairs`. Pairs of like
    /// length are computed together. A premise that is too long is cut at its end, and the score
    /// says by how much; a hypothesis that is too long is that pair's error.
    pub fn score(&self, pairs: &[(&str, &str)]) -> Vec<Result<EntailmentScores, RequestError>> {
        let tokens: Vec<Result<PairTokens, RequestError>> = pairs
            .iter()
            .map(|(premise, hypothesis)| self.tokens(premise, hypothesis).map_err(failed))
            .collect();
        let mut order: Vec<usize> = (0..pairs.len()).filter(|&at| tokens[at].is_ok()).collect();
        let length = |at: usize| tokens[at].as_ref().map_or(0, |pair| pair.ids.len());
        order.sort_by_key(|&at| length(at));
        let mut results: Vec<Option<Result<EntailmentScores, RequestError>>> =
            vec![None; pairs.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_size(rest, &length));
            rest = after;
            let pairs: Vec<&PairTokens> =
                batch.iter().filter_map(|&at| tokens[at].as_ref().ok()).collect();
            let rows: Vec<&[u32]> = pairs.iter().map(|pair| pair.ids.as_slice()).collect();
            match self.network.logits(&rows) {
                Ok(logits) => {
                    for ((&at, pair), logits) in batch.iter().zip(pairs).zip(logits) {
                        results[at] = Some(Ok(scores(&self.labels, logits, pair.cut)));
                    }
                }
                Err(error) => {
                    let error = failed(error);
                    batch.iter().for_each(|&at| results[at] = Some(Err(error.clone())));
                }
            }
        }
        let all = results.into_iter().zip(tokens);
        all.map(|(result, tokens)| match (result, tokens) {
            (Some(result), _) => result,
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => Err(RequestError::Failed("the pair was not judged".into())),
        })
        .collect()
    }
}

/// How many of the first of `order`, the shortest first, are computed together.
fn batch_size(order: &[usize], length: &dyn Fn(usize) -> usize) -> usize {
    let fits = |count: usize| count * length(order[count - 1]) <= TOKENS_AT_ONCE;
    (1..=order.len()).take_while(|&count| fits(count)).last().unwrap_or(1)
}

fn failed(error: anyhow::Error) -> RequestError {
    RequestError::Failed(format!("{error:#}"))
}

/// Softmax of the logits.
fn scores(labels: &Labels, logits: Vec<f32>, cut: usize) -> EntailmentScores {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f64> = logits.iter().map(|logit| f64::from(logit - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let share = |label: usize| (weights[label] / sum) as f32;
    EntailmentScores {
        entailment: share(labels.entailment),
        contradiction: labels.contradiction.map(share),
        logits,
        cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_as_many_as_fit_when_padded_and_at_least_one() {
        let lengths = [3, 4, 500, 600, 5000];
        let length = |at: usize| lengths[at];
        assert_eq!(batch_size(&[0, 1, 2, 3, 4], &length), 2);
        assert_eq!(batch_size(&[2, 3, 4], &length), 1);
        assert_eq!(batch_size(&[4], &length), 1);
    }

    #[test]
    fn scores_are_shares_of_one() {
        let labels = Labels { count: 3, entailment: 2, contradiction: Some(0) };
        let found = scores(&labels, vec![1.0, 1.0, 1.0 + 2f32.ln()], 0);
        assert!((found.entailment - 0.5).abs() < 1e-6, "{found:?}");
        assert!((found.contradiction.unwrap() - 0.25).abs() < 1e-6, "{found:?}");
    }
}
