use super::*;

fn read(answer: &str) -> Draft {
    parse(answer, Language::English, Style::Wire).unwrap()
}

const PLAIN: &str = "Bridge closes to lorries\n\
    The bridge closes on 1 March. Repairs take seven months, Whitlock said.";

#[test]
fn the_format_that_is_asked_for() {
    let draft = read(PLAIN);
    assert_eq!(draft.headline.as_deref(), Some("Bridge closes to lorries"));
    assert_eq!(
        draft.sentences,
        ["The bridge closes on 1 March.", "Repairs take seven months, Whitlock said."]
    );
}

#[test]
fn decorations_make_no_difference() {
    let expected = read(PLAIN);
    let body = "The bridge closes on 1 March. Repairs take seven months, Whitlock said.";
    for answer in [
        format!("Headline: Bridge closes to lorries\nBrief: {body}"),
        format!("**Headline:** Bridge closes to lorries\n\n**Brief:** {body}"),
        format!("# Bridge closes to lorries\n\n{body}"),
        format!("\"Bridge closes to lorries.\"\n{body}"),
        format!("The headline: \"Bridge closes to lorries\"\n\n{body}"),
        format!("**Bridge closes to lorries**\n\n{body}"),
        format!("Here is the brief:\n\nBridge closes to lorries\n{body}"),
        format!("Headline:\nBridge closes to lorries\nBrief:\n{body}"),
        format!("```\nBridge closes to lorries\n---\n{body}\n```"),
        format!("<think>A bridge. Hm.</think>\n\nBridge closes to lorries\n{body}<|im_end|>"),
        "Bridge closes to lorries\n1. The bridge closes on 1 March.\n\
         2. Repairs take seven months, Whitlock said."
            .to_string(),
        "Bridge closes to lorries\n- The bridge closes on 1 March.\n\
         - Repairs take seven months, Whitlock said."
            .to_string(),
        "Bridge closes to lorries\nThe bridge closes\non 1 March.\n\
         Repairs take seven months, Whitlock said."
            .to_string(),
        format!("Bridge closes to lorries\nBrief: {body}\nHeadline: Another story\nBrief: No."),
    ] {
        assert_eq!(read(&answer), expected, "{answer}");
    }
}

#[test]
fn turkish_and_russian_labels() {
    let turkish = "BAŞLIK: Köprü kapanıyor\nÖzet: Köprü 1 Mart'ta kapanıyor.";
    let draft = parse(turkish, Language::Turkish, Style::Wire).unwrap();
    assert_eq!(draft.headline.as_deref(), Some("Köprü kapanıyor"));
    assert_eq!(draft.sentences, ["Köprü 1 Mart'ta kapanıyor."]);
    let russian = "«Мост закроют»\nКратко: Мост закроют 1 марта.";
    let draft = parse(russian, Language::Russian, Style::Wire).unwrap();
    assert_eq!(draft.headline.as_deref(), Some("Мост закроют"));
    assert_eq!(draft.sentences, ["Мост закроют 1 марта."]);
}

#[test]
fn a_single_paragraph_has_no_headline() {
    let draft = read("The bridge closes on 1 March. Repairs take seven months.");
    assert_eq!((draft.headline, draft.sentences.len()), (None, 2));
}

#[test]
fn ordinals_are_no_list_numbers() {
    let answer = "Grev sürüyor\n5. gün de grevle geçti.";
    let draft = parse(answer, Language::Turkish, Style::Wire).unwrap();
    assert_eq!(draft.sentences, ["5. gün de grevle geçti."]);
}

#[test]
fn what_cannot_be_a_brief_is_none() {
    for answer in ["", "   \n\n", "---", "<think>only thoughts", "Headline only", "…\n!!!"] {
        let draft = parse(answer, Language::English, Style::Wire);
        let nothing = draft.is_none();
        let only_text = draft.is_some_and(|draft| draft.headline.is_none());
        assert!(nothing || only_text, "{answer}");
    }
    assert_eq!(parse("", Language::English, Style::Headline), None);
}

#[test]
fn a_headline_alone_is_enough_for_its_style() {
    let draft = parse("Headline: Bridge closes.", Language::English, Style::Headline).unwrap();
    assert_eq!(draft.headline.as_deref(), Some("Bridge closes"));
    let plain = parse("Bridge closes", Language::English, Style::Headline).unwrap();
    assert_eq!(plain.headline.as_deref(), Some("Bridge closes"));
}

#[test]
fn finished_sentences_are_told_from_cut_ones() {
    for whole in ["It closed.", "“It closed.”", "Он ушёл…", "Kapandı mı?", "«Да!»", "so (it said)."]
    {
        assert!(is_finished(whole), "{whole}");
    }
    for cut in ["It closed on", "It closed,", "The council said:", "repairs cost 3"] {
        assert!(!is_finished(cut), "{cut}");
    }
}
