//! A brief with its evidence, and the parts in which its article was read → how much rests on each part.

use crate::article::Article;
use crate::document::Brief;
use crate::document::{Check, Finding, Severity};

/// A note that counts the places of evidence in each part, in the order of reading; `None` where the article was
/// read whole, or nothing is known of where the brief comes from.
pub fn of_parts(parts: &[String], article: &Article, brief: &Brief) -> Option<Finding> {
    let mut counts = vec![0; parts.len()];
    for place in brief.sentences.iter().flat_map(|sentence| &sentence.evidence) {
        let text = place.text_in(article)?;
        // A paragraph too long for one part is cut between sentences, so a sentence is whole in its part.
        let part = parts.iter().position(|part| part.contains(text.trim()));
        counts[part?] += 1;
    }
    let all: usize = counts.iter().sum();
    if parts.len() < 2 || all == 0 {
        return None;
    }
    let shares: Vec<String> = counts
        .iter()
        .enumerate()
        .map(|(part, count)| format!("{} from part {}", percent(*count, all), part + 1))
        .collect();
    let message = format!("of the brief's evidence, {}", shares.join(", "));
    Some(Finding::new(Check::LongArticle, Severity::Note, message))
}

fn percent(part: usize, whole: usize) -> String {
    format!("{} %", (100 * part + whole / 2) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BriefPath, BriefSentence, Evidence, Origin};
    use crate::language::Language;

    fn article() -> Article {
        Article {
            id: "a".to_string(),
            paragraphs: vec![
                "One is here.".to_string(),
                "Two is there. Three is gone.".to_string(),
            ],
            ..Article::empty(Language::English)
        }
    }

    fn brief(places: &[(usize, usize, usize)]) -> Brief {
        let mut sentence = BriefSentence::new("A sentence.".to_string());
        let place =
            |&(paragraph, start, end): &(usize, usize, usize)| Evidence { paragraph, start, end };
        sentence.evidence = places.iter().map(place).collect();
        Brief {
            language: Language::English,
            headline: "H".to_string(),
            sentences: vec![sentence],
            origin: Origin {
                model: String::new(),
                revision: String::new(),
                prompt_sha256: String::new(),
                settings: serde_json::json!({}),
                route: vec![Language::English],
                path: BriefPath::Model,
            },
        }
    }

    #[test]
    fn every_part_is_counted_and_one_part_is_no_news() {
        let parts = ["One is here.\n\nTwo is there.", "Three is gone."].map(str::to_string);
        let brief = brief(&[(0, 0, 12), (1, 0, 13), (1, 14, 28)]);
        let note = of_parts(&parts, &article(), &brief).unwrap();
        assert_eq!(note.message, "of the brief's evidence, 67 % from part 1, 33 % from part 2");
        assert!(of_parts(&parts[..1], &article(), &brief).is_none());
    }
}
