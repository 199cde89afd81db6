//! Does a translation say what its source says, all of it and nothing else?
//!
//! `sides` asks a bilingual lexicon which words of each side the other accounts for, `features` adds lengths,
//! figures and names, and `model` weighs them. Everything is whole numbers, so a score is the same everywhere.

mod alignment;
mod bilingual;
mod features;
mod foreign;
mod model;
mod sides;

use crate::analysis::passage::Passage;
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

pub(crate) use alignment::Group;
pub use bilingual::BilingualLexicon;
pub use features::NAMES;
pub(crate) use features::{Seen, Side};
pub use model::{Calibration, Quality};
use sides::Weighed;

/// Most words that a finding names on each side.
const NAMED: usize = 4;
/// Surprise, in thousandths of a nat, from which a word without a counterpart is named.
const WORTH_NAMING: i64 = 700;

/// A direction, and what is known of whoever translated.
type Way = (Language, Language, Quality);

/// The judge of adequacy with its tables.
pub struct Adequacy {
    lexicon: BilingualLexicon,
    calibrations: Vec<(Way, Calibration)>,
}

impl Default for Adequacy {
    fn default() -> Self {
        Self::new()
    }
}

impl Adequacy {
    /// Opens the tables that are compiled in.
    pub fn new() -> Self {
        let pairs = Language::ALL.into_iter().flat_map(|from| Language::ALL.map(|to| (from, to)));
        let ways = pairs.flat_map(|(from, to)| Quality::ALL.map(|quality| (from, to, quality)));
        let known = |way: Way| Some((way, Calibration::of(way.0, way.1, way.2)?));
        Self { lexicon: BilingualLexicon::new(), calibrations: ways.filter_map(known).collect() }
    }

    fn calibration(&self, way: Way) -> Option<&Calibration> {
        let found = self.calibrations.iter().find(|(known, _)| *known == way);
        found.map(|(_, calibration)| calibration)
    }

    /// Which sentences belong together.
    pub(crate) fn aligned(&self, source: &[Side], target: &[Side]) -> Vec<Group> {
        let language = |sides: &[Side]| sides.first().map(|side| side.passage.language);
        let languages = language(source).zip(language(target));
        let calibration =
            languages.and_then(|(from, to)| self.calibration((from, to, Quality::Good)));
        let mean = calibration.map_or(1000, |calibration| calibration.mean_length);
        alignment::align(source, target, &self.lexicon, mean)
    }

    /// Judges a translation beside its source; `None` for two texts in one language.
    pub(crate) fn judge(
        &self,
        source: Side,
        target: Side,
        seen: Seen,
        quality: Quality,
    ) -> Option<Judgement<'_>> {
        let way = (source.passage.language, target.passage.language, quality);
        let calibration = self.calibration(way)?;
        let mean = calibration.mean_length;
        let found = features::features(source, target, seen, &self.lexicon, mean);
        Some(Judgement {
            score: calibration.adequacy(&found.values),
            shares_nothing: unaccounted(&found.source) && unaccounted(&found.target),
            lost: missing(source.passage, &found.source),
            added: missing(target.passage, &found.target),
            values: found.values,
            quality,
            calibration,
        })
    }
}

/// What was found out about one translation.
pub(crate) struct Judgement<'a> {
    /// How likely it is that it says what its source says, in hundredths.
    pub score: i64,
    /// Whether no word of either side stands for one of the other.
    shares_nothing: bool,
    pub values: [i64; NAMES.len()],
    /// Words of the source and of the translation that the other side does not account for, worst first.
    pub lost: Vec<String>,
    pub added: Vec<String>,
    quality: Quality,
    calibration: &'a Calibration,
}

impl Judgement<'_> {
    /// An error where the translation is most likely wrong, a warning where it is doubtful.
    pub fn draft(&self) -> Option<Draft> {
        let severity = match self.score {
            _ if self.shares_nothing => Severity::Error,
            score if score < self.calibration.error_below => Severity::Error,
            score if score < self.calibration.warn_below => Severity::Warning,
            _ => return None,
        };
        let mut message = match severity {
            Severity::Error => "the translation says something else than its source".to_string(),
            _ => "the translation may not say all that its source says".to_string(),
        };
        let listed = |words: &[String]| {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            quoted.join(", ")
        };
        if !self.lost.is_empty() {
            message.push_str(&format!(": nothing stands for {}", listed(&self.lost)));
        }
        if !self.added.is_empty() {
            let link = if self.lost.is_empty() { ":" } else { ", and" };
            message.push_str(&format!("{link} nothing calls for {}", listed(&self.added)));
        }
        Some(Draft::new(Check::Adequacy, severity, message))
    }

    /// The severities of other checks, by what is known of whoever translated. Where most sentences are wrong, a
    /// doubt about a name, a figure or a denial is most likely right: an error. Where most are right, a denial of one
    /// side alone is most often another way to say the same, and in a sentence that is otherwise accounted for
    /// the doubts of other checks are wrong far more often than right: a warning of theirs is a note there.
    pub fn settled(&self, mut drafts: Vec<Draft>) -> Vec<Draft> {
        for draft in &mut drafts {
            draft.severity = match (self.quality, draft.severity) {
                (Quality::Draft, Severity::Warning) if CARRYING.contains(&draft.check) => {
                    Severity::Error
                }
                (Quality::Good, Severity::Error)
                    if EITHER_WAY.contains(&draft.check)
                        && self.score >= self.calibration.warn_below =>
                {
                    Severity::Warning
                }
                (Quality::Good, Severity::Warning)
                    if is_vague(draft) && self.score >= self.calibration.doubts_below =>
                {
                    Severity::Note
                }
                (_, severity) => severity,
            };
        }
        drafts
    }
}

/// Fewest words of a side that together say something when the other side has nothing for any of them.
const ENOUGH_WORDS: usize = 3;

/// Words that are accounted for by less than this, in thousandths, are not accounted for.
const HARDLY_COVERED: i64 = 200;

/// Whether it is a doubt that right translations raise as well. A name that only the translation has is more than that.
fn is_vague(draft: &Draft) -> bool {
    let shown = draft.check == Check::Names && draft.range.is_some();
    DOUBTS.contains(&draft.check) && !shown
}

/// Checks of what carries a sentence.
const CARRYING: [Check; 5] =
    [Check::Names, Check::Polarity, Check::Numbers, Check::Dates, Check::Claims];

/// Errors that right translations of good translators have as well: denials put otherwise, words that the source repeats.
const EITHER_WAY: [Check; 2] = [Check::Polarity, Check::Repetition];
/// Checks that speak up in a share of right translations that adequacy has to outweigh.
const DOUBTS: [Check; 3] = [Check::Names, Check::Spelling, Check::Casing];

/// Whether the other side accounts for none of the words, where there are enough of them to say so.
fn unaccounted(words: &[Weighed]) -> bool {
    words.len() >= ENOUGH_WORDS && words.iter().all(|word| word.covered < HARDLY_COVERED)
}

/// The words that are missed most, as they are written.
fn missing(passage: &Passage, words: &[Weighed]) -> Vec<String> {
    let surprise = |word: &Weighed| word.surprise * (1000 - word.covered) / 1000;
    let mut missed: Vec<&Weighed> =
        words.iter().filter(|word| surprise(word) >= WORTH_NAMING).collect();
    missed.sort_by_key(|word| (-surprise(word), word.token));
    missed.truncate(NAMED);
    missed.into_iter().map(|word| passage.tokens[word.token].text.clone()).collect()
}
