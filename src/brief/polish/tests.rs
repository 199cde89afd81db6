use super::*;

fn measure() -> Measure {
    Measure {
        language: Language::English,
        style: Style::Wire,
        length: Length::Normal,
        article_words: 300,
    }
}

fn draft(headline: Option<&str>, sentences: &[&str]) -> Draft {
    let sentences = sentences.iter().map(|text| text.to_string()).collect();
    Draft { headline: headline.map(str::to_string), sentences }
}

const FIRST: &str = "The harbour council of Ellerby voted on Tuesday to close the old swing \
    bridge to lorries from 1 March after engineers found cracks in two of its girders.";
const SECOND: &str = "Cars and buses may still cross the bridge at walking pace, council leader \
    Mara Whitlock said, and the repairs will take about seven months.";

fn checks(polished: &Polished) -> Vec<&str> {
    polished.findings.iter().map(|finding| finding.check.as_str()).collect()
}

#[test]
fn a_good_draft_passes_without_findings() {
    let polished = polish(
        draft(Some("Bridge closes"), &[FIRST, SECOND]),
        StopReason::EndOfText,
        measure(),
        None,
    );
    let polished = polished.unwrap();
    assert_eq!((polished.sentences.len(), polished.findings), (2, Vec::new()));
}

#[test]
fn a_cut_answer_ends_at_its_last_whole_sentence() {
    let cut = draft(Some("Bridge closes"), &[FIRST, SECOND, "Repairs will cost 3"]);
    let polished = polish(cut, StopReason::TokenLimit, measure(), None).unwrap();
    assert_eq!(polished.sentences, [FIRST, SECOND]);
    assert_eq!(checks(&polished), ["truncated"]);
    let nothing = draft(Some("Bridge closes"), &["Repairs will cost 3"]);
    assert_eq!(polish(nothing, StopReason::TokenLimit, measure(), None), None);
}

#[test]
fn loops_are_left_out() {
    let looping = draft(
        Some("Bridge closes"),
        &[FIRST, SECOND, FIRST, "It is closed and it is closed and it is closed and it is closed."],
    );
    let polished = polish(looping, StopReason::Repetition, measure(), None).unwrap();
    assert_eq!(polished.sentences, [FIRST, SECOND]);
    assert_eq!(checks(&polished), ["repetition"]);
}

#[test]
fn headlines_are_made_and_shortened() {
    let polished =
        polish(draft(None, &[FIRST, SECOND]), StopReason::EndOfText, measure(), None).unwrap();
    assert!(polished.headline.chars().count() <= HEADLINE_CHARACTERS);
    assert!(FIRST.starts_with(polished.headline.trim_end_matches('…')), "{}", polished.headline);
    assert_eq!(checks(&polished), ["headline"]);
}

#[test]
fn short_and_long_briefs_are_noted() {
    let short =
        polish(draft(Some("Bridge"), &["It closes."]), StopReason::EndOfText, measure(), None);
    assert_eq!(checks(&short.unwrap()), ["length"]);
    let tiny = Measure { article_words: 30, ..measure() };
    let short = polish(draft(Some("Bridge"), &["It closes."]), StopReason::EndOfText, tiny, None);
    assert_eq!(checks(&short.unwrap()), Vec::<&str>::new());
    let third = "A third sentence of nine words stands here too.";
    let long = draft(Some("Bridge"), &[FIRST, SECOND, third, "And a fourth one."]);
    let polished = polish(long, StopReason::EndOfText, measure(), None).unwrap();
    assert_eq!(polished.sentences, [FIRST, SECOND, third]);
    assert_eq!(checks(&polished), ["length"]);
}

#[test]
fn another_language_is_an_error() {
    let turkish = "Karadere Belediye Meclisi eski asma köprünün 1 Mart'tan itibaren kamyonlara \
        kapatılmasına karar verdi ve onarımın yaklaşık yedi ay süreceğini söyledi.";
    let polished = polish(draft(Some("Köprü"), &[turkish]), StopReason::EndOfText, measure(), None);
    let finding = polished.unwrap().findings.pop().unwrap();
    let short_aside = finding.is(Check::Language) && finding.severity == Severity::Error;
    assert!(short_aside, "{finding:?}");
    assert_eq!(finding.message, "the brief is in Turkish where English was asked for");
}
