//! Measured rates of a profile's models → what a desk may expect of this computer, by arithmetic.

use anyhow::{Context, Result};
use bulletin::internals::language::Language;
use bulletin::internals::models::{EXTRACTIVE, Profile};
use serde::Serialize;

use super::report::ModelReport;

/// An English agency report of some 500 words with the instructions, in tokens.
const ARTICLE: f64 = 800.0;
/// A brief of 40 to 70 words.
const BRIEF: f64 = 90.0;
/// A brief with the instructions for its translation.
const TRANSLATION_PROMPT: f64 = 200.0;
/// The brief in Turkish or Russian, which take more tokens than English.
const TRANSLATION: f64 = 130.0;

/// Seconds that one English article takes, and how many an hour has room for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    pub summarise_seconds: f64,
    /// Into Turkish and into Russian, one after the other.
    pub translate_seconds: f64,
    pub articles_per_hour: f64,
    #[serde(skip)]
    profile: String,
    #[serde(skip)]
    batch: usize,
}

/// # Errors
/// When the profile lacks a writer of English briefs or a model for one of the translations.
pub fn forecast(profile: &Profile, models: &[ModelReport]) -> Result<Forecast> {
    let measured = |name: &String| models.iter().find(|report| report.model == *name);
    let writer = match profile.summarise.get(&Language::English) {
        // Sentences of the article cost next to nothing.
        Some(name) if name == EXTRACTIVE => None,
        name => Some(
            name.and_then(measured)
                .context("the profile has no model that was measured for English briefs")?,
        ),
    };
    let mut translate_seconds = 0.0;
    let mut batch = writer.map(|writer| writer.measurements[0].batch);
    for target in [Language::Turkish, Language::Russian] {
        let way = (profile.translate.iter())
            .find(|(way, _)| way.from == Language::English && way.to == target);
        let translator = way
            .and_then(|(_, name)| measured(name))
            .with_context(|| format!("the profile has no model from English to {target}"))?;
        batch = batch.or(Some(translator.measurements[0].batch));
        let prompt = if translator.sentences { BRIEF } else { TRANSLATION_PROMPT };
        translate_seconds += seconds(translator, prompt, TRANSLATION);
    }
    let summarise_seconds = writer.map_or(0.0, |writer| seconds(writer, ARTICLE, BRIEF));
    Ok(Forecast {
        summarise_seconds,
        translate_seconds,
        articles_per_hour: 3600.0 / (summarise_seconds + translate_seconds),
        profile: profile.name.clone(),
        batch: batch.unwrap_or(1),
    })
}

fn seconds(model: &ModelReport, prompt: f64, answer: f64) -> f64 {
    prompt / model.prefill() + answer / model.decode()
}

impl Forecast {
    pub fn words(&self) -> String {
        let batch = match self.batch {
            1 => "one article at a time".to_string(),
            several => format!("{several} articles at a time"),
        };
        format!(
            "what that means for the profile '{}'\n  \
             At these rates, {batch}, an article of {ARTICLE} tokens takes {:.1} s to summarise in\n  \
             {BRIEF} tokens, and the brief's translations into Turkish and Russian take {:.1} s:\n  \
             about {:.0} articles per hour.\n",
            self.profile, self.summarise_seconds, self.translate_seconds, self.articles_per_hour
        )
    }
}

#[cfg(test)]
mod tests {
    use bulletin::internals::models::Registry;

    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn the_arithmetic_is_that_of_the_words() {
        let registry = Registry::builtin().unwrap();
        let profile = registry.profile("drafts").unwrap();
        let models =
            [report("smollm2-135m-instruct", 400.0, 45.0), report("gemma3-270m", 200.0, 65.0)];
        let forecast = forecast(profile, &models).unwrap();
        assert_eq!((forecast.summarise_seconds, forecast.translate_seconds), (4.0, 6.0));
        assert_eq!(forecast.articles_per_hour, 360.0);
        let words = forecast.words();
        assert!(words.contains("4 articles at a time") && words.contains("360 articles per hour"));
    }

    #[test]
    fn sentences_of_the_article_take_no_time() {
        let registry = Registry::builtin().unwrap();
        let starter = registry.profile("starter").unwrap();
        let translator = starter.models()[0];
        let forecast = forecast(starter, &[report(translator, 200.0, 65.0)]).unwrap();
        assert_eq!((forecast.summarise_seconds, forecast.translate_seconds), (0.0, 6.0));
    }

    #[test]
    fn a_model_that_was_not_measured_is_named() {
        let registry = Registry::builtin().unwrap();
        let profile = registry.profile("drafts").unwrap();
        let error = forecast(profile, &[report("smollm2-135m-instruct", 1.0, 1.0)]).unwrap_err();
        assert!(error.to_string().contains("English to"), "{error}");
    }
}
