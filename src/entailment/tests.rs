use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::document::{BriefSentence, Origin};
use crate::language::Language;

fn article(paragraphs: &[&str]) -> Article {
    Article {
        id: "a".into(),
        title: Some("The title".into()),
        source: "a.txt".into(),
        paragraphs: paragraphs.iter().map(|text| text.to_string()).collect(),
        ..Article::empty(Language::English)
    }
}

fn brief(sentences: &[(&str, &[Evidence])]) -> Brief {
    let sentence = |(text, evidence): &(&str, &[Evidence])| BriefSentence {
        evidence: evidence.to_vec(),
        ..BriefSentence::new(*text)
    };
    Brief {
        language: Language::English,
        headline: "Headline".into(),
        sentences: sentences.iter().map(sentence).collect(),
        origin: Origin {
            model: "m".into(),
            revision: "r".into(),
            prompt_sha256: String::new(),
            settings: json!({}),
            route: vec![Language::English],
            path: BriefPath::Model,
        },
    }
}

fn place(paragraph: usize, start: usize, end: usize) -> Evidence {
    Evidence { paragraph, start, end }
}

/// Premise and hypothesis → entailment, contradiction, tokens cut.
type Answer = fn(&str, &str) -> Result<(f32, f32, usize), RequestError>;

type Asked = Rc<RefCell<Vec<Vec<String>>>>;

/// Answers by what premise and hypothesis hold, and notes the premises of each call.
fn judge(answer: Answer) -> (EntailmentJudge, Asked) {
    let asked = Asked::default();
    let noted = Rc::clone(&asked);
    let score = move |pairs: &[(&str, &str)]| {
        noted.borrow_mut().push(pairs.iter().map(|(premise, _)| premise.to_string()).collect());
        let answer = |(premise, hypothesis): &(&str, &str)| {
            let (entailment, contradiction, cut) = answer(premise, hypothesis)?;
            let contradiction = Some(contradiction);
            Ok(EntailmentScores { entailment, contradiction, logits: Vec::new(), cut })
        };
        pairs.iter().map(answer).collect()
    };
    let judge = EntailmentJudge {
        model: "nli".into(),
        revision: "1".into(),
        scope: Scope::Windows,
        score: Box::new(score),
    };
    (judge, asked)
}

const TEXT: [&str; 2] = ["One is here. Two is there.", "Three came. Four went."];

#[test]
fn windows_are_the_title_and_all_runs_of_up_to_three_sentences() {
    let windows = windows(&article(&TEXT));
    let texts: Vec<&str> = windows.iter().map(|window| window.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "The title",
            "One is here.",
            "One is here. Two is there.",
            "One is here. Two is there. Three came.",
            "Two is there.",
            "Two is there. Three came.",
            "Two is there. Three came. Four went.",
            "Three came.",
            "Three came. Four went.",
            "Four went.",
        ]
    );
    assert_eq!(windows[5].places, [place(0, 13, 26), place(1, 0, 11)]);
}

#[test]
fn the_highest_window_counts_and_a_sure_one_ends_the_search() {
    let (judge, asked) = judge(|premise, hypothesis| {
        let both = premise.contains("Three") && premise.contains("Four");
        Ok((if both && hypothesis == "Both." { 0.95 } else { 0.2 }, 0.1, 0))
    });
    let evidence = [place(1, 0, 11)];
    let mut brief = brief(&[("Both.", &evidence), ("Neither.", &[])]);
    let found = judge.brief(&article(&TEXT), &mut brief);
    let both = brief.sentences[0].entailment.as_ref().unwrap();
    assert_eq!((both.entailment, both.contradiction), (0.95, Some(0.1)));
    assert_eq!(both.premise, [place(0, 13, 26), place(1, 0, 11), place(1, 12, 22)]);
    // "Three came." alone, then the four longer windows with it; the second sentence rests on
    // nothing, so all ten are asked for.
    let calls: Vec<usize> = asked.borrow().iter().map(Vec::len).collect();
    assert_eq!(calls, [1, 4, 10]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].span, Some(Span { sentence: Some(1), start: 0, end: 8 }));
    assert_eq!(brief.origin.settings["entailment"]["model"], "nli");
}

#[test]
fn a_contradiction_counts_where_the_sentence_has_its_evidence() {
    let (judge, _) =
        judge(|premise, _| Ok((0.01, if premise == "Three came." { 0.98 } else { 0.1 }, 0)));
    let (near, far) = ([place(1, 0, 11)], [place(0, 0, 12)]);
    let mut brief = brief(&[("Three stayed.", &near), ("Three stayed.", &far)]);
    let found = judge.brief(&article(&TEXT), &mut brief);
    let severities: Vec<Severity> = found.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning]);
    assert!(found[0].message.contains("contradiction 98 %"), "{}", found[0].message);
}

#[test]
fn what_is_judged_already_or_verbatim_is_not_judged_again() {
    let (judge, asked) = judge(|_, _| Ok((0.95, 0.0, 0)));
    let mut once = brief(&[("Three came.", &[place(1, 0, 11)])]);
    judge.brief(&article(&TEXT), &mut once);
    let before = asked.borrow().iter().map(Vec::len).sum::<usize>();
    assert!(before > 0);
    assert!(judge.brief(&article(&TEXT), &mut once).is_empty());
    let mut own = brief(&[("Three came.", &[])]);
    own.origin.path = BriefPath::Extractive;
    assert!(judge.brief(&article(&TEXT), &mut own).is_empty());
    assert_eq!(own.sentences[0].entailment, None);
    assert_eq!(asked.borrow().iter().map(Vec::len).sum::<usize>(), before);
}

#[test]
fn what_cannot_be_judged_or_read_whole_is_said() {
    let (judge, _) = judge(|premise, hypothesis| match hypothesis {
        "Long." => Err(RequestError::Failed("too long".into())),
        _ => Ok((0.95, 0.0, if premise.contains("One") { 7 } else { 0 })),
    });
    let mut brief = brief(&[("Long.", &[]), ("One.", &[place(0, 0, 12)])]);
    let found = judge.brief(&article(&TEXT), &mut brief);
    assert_eq!(found[0].severity, Severity::Warning);
    assert!(found[0].message.ends_with("did not judge the sentence: too long"));
    assert_eq!(brief.sentences[0].entailment, None);
    assert_eq!(found[1].severity, Severity::Note);
    assert!(found[1].message.contains("reads: 1;"), "{}", found[1].message);
}

#[test]
fn translations_are_held_against_their_source_sentences() {
    let (judge, asked) = judge(|premise, hypothesis| {
        Ok(if premise == "Yes." && hypothesis == "Hayır." {
            (0.01, 0.97, 0)
        } else {
            (0.9, 0.0, 0)
        })
    });
    let mut brief = brief(&[("Hayır.", &[]), ("Evet.", &[])]);
    brief.language = Language::Turkish;
    for sentence in &mut brief.sentences {
        sentence.source = Some("Yes.".into());
    }
    let found = judge.translation(&mut brief);
    assert_eq!(asked.borrow().len(), 1, "one call for all");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].severity, found[0].language), (Severity::Error, Some(Language::Turkish)));
    assert_eq!(brief.sentences[1].entailment.as_ref().unwrap().entailment, 0.9);
    assert_eq!(judge.pair("Yes.", "Hayır.").unwrap().severity, Severity::Error);
    assert_eq!(judge.pair("Yes.", "Evet."), None);
}

#[test]
fn a_source_sentence_that_was_cut_judges_nothing() {
    let (judge, _) = judge(|_, _| Ok((0.95, 0.0, 3)));
    let found = judge.pair("A long one.", "Uzun bir cümle.").unwrap();
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.ends_with("its source is longer than the model reads"));
}
