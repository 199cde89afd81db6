//! Which sentences of an article are someone's words, and do not say whose: parts of long quotations,
//! answers of an interview, speech after a dash, and all that says "I" or "we" outside of quotation marks.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::analysis::quotation::quoted;
use crate::analysis::tokens::{Kind, Token};

/// Questions, each a paragraph of its own, that make an interview of an article.
const FEWEST_QUESTIONS: usize = 3;

/// Sentences in a paragraph that is no more than a question with what leads to it.
const LONGEST_QUESTION: usize = 4;

/// Marks the passages that are spoken. The title's paragraph, `usize::MAX`, is the headline writer's.
pub fn mark(passages: &mut [Passage], lexicon: &Lexicon) {
    let answers_from = interview_start(passages);
    let said = |passage: &Passage| says_first_person(passage, lexicon);
    for paragraph in passages.chunk_by_mut(|left, right| left.place.0 == right.place.0) {
        if paragraph[0].place.0 == usize::MAX {
            continue;
        }
        let answers = answers_from.is_some_and(|start| paragraph[0].place.0 >= start);
        let dash = paragraph[0].tokens.first().is_some_and(|token| token.is_mark("—–-"));
        let mut open = Quotation::default();
        let mut began_before = 0;
        for (at, passage) in paragraph.iter_mut().enumerate() {
            let before = open.is_open();
            passage.tokens.iter().for_each(|token| open.read(token));
            passage.spoken = answers || dash || before || open.is_open() || said(passage);
            if std::mem::take(&mut open.closed_another) {
                began_before = at + 1;
            }
        }
        paragraph[..began_before].iter_mut().for_each(|passage| passage.spoken = true);
    }
}

/// The paragraph with the first question of an interview.
fn interview_start(passages: &[Passage]) -> Option<usize> {
    let paragraphs: Vec<&[Passage]> = passages
        .chunk_by(|left, right| left.place.0 == right.place.0)
        .filter(|paragraph| paragraph[0].place.0 != usize::MAX)
        .collect();
    let asks = |paragraph: &[Passage]| {
        let last = paragraph.last().map_or("", |passage| &passage.text);
        paragraph.len() <= LONGEST_QUESTION
            && last.trim_end_matches(['"', '”', '»', '’', '\'', ')', ' ']).ends_with('?')
    };
    let answered: Vec<usize> = paragraphs
        .windows(2)
        .filter(|pair| asks(pair[0]) && !asks(pair[1]))
        .map(|pair| pair[0][0].place.0)
        .collect();
    answered.first().copied().filter(|_| answered.len() >= FEWEST_QUESTIONS)
}

/// Quotation marks that are open, over the sentences of a paragraph.
#[derive(Default)]
struct Quotation {
    straight: bool,
    /// Marks with two sides that were opened and not closed.
    open: Vec<char>,
    /// A mark closed a quotation that an earlier paragraph began.
    closed_another: bool,
}

impl Quotation {
    fn is_open(&self) -> bool {
        self.straight || !self.open.is_empty()
    }

    fn read(&mut self, token: &Token) {
        let mark = token.text.chars().next().filter(|_| token.kind == Kind::Mark);
        match (mark, self.open.last()) {
            (Some('"'), _) => self.straight = !self.straight,
            (Some('»'), Some('«')) | (Some('”' | '“'), Some('„')) | (Some('”'), Some('“')) =>
            {
                self.open.pop();
            }
            (Some(mark @ ('«' | '“' | '„')), _) => self.open.push(mark),
            (Some('»'), None) => self.closed_another = true,
            _ => {}
        }
    }
}

/// Whether a word for the speaker stands outside of quotation marks, and is no name such as Ben or Henry I.
fn says_first_person(passage: &Passage, lexicon: &Lexicon) -> bool {
    let inside = quoted(&passage.tokens);
    let words: Vec<(usize, &Token)> =
        (passage.tokens.iter().enumerate()).filter(|(_, token)| token.kind == Kind::Word).collect();
    let is_capitalised = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_some_and(|(_, word)| word.is_capitalised())
    };
    words.iter().enumerate().any(|(number, (at, word))| {
        let neighbour = if word.text == "I" { number.checked_sub(1) } else { Some(number + 1) };
        let named = word.is_capitalised() && is_capitalised(neighbour);
        lexicon.list("first_person").contains(&word.lower)
            && !named
            && (word.text == "I" || number == 0 || !word.is_capitalised())
            && !inside.iter().any(|range| range.contains(at))
    })
}

#[cfg(test)]
mod tests {
    use crate::analysis::passage::{Knowledge, Source};
    use crate::article::Article;
    use crate::language::Language::{self, English, Russian, Turkish};

    fn spoken(language: Language, paragraphs: &[&str]) -> Vec<bool> {
        let paragraphs = paragraphs.iter().map(ToString::to_string).collect();
        let article = Article { paragraphs, ..Article::empty(language) };
        let source = Source::of_article(&article, Knowledge::of(language));
        source.passages.iter().map(|passage| passage.spoken).collect()
    }

    #[test]
    fn parts_of_a_long_quotation_are_spoken() {
        let long = "that the bridge would be closed for the whole of the coming winter, and that nobody in the \
                    whole town had been told about it by those who had taken the decision in the spring";
        let text = format!(
            "The mayor spoke on Monday. \"I heard {long}. The storm of 1967 did no harm here. It was far away.\" \
             The council meets on Friday."
        );
        assert_eq!(spoken(English, &[&text]), [false, true, true, true, false]);
        let text = "«Шторм был далеко, сказал он. Он не дошёл до города".to_string();
        assert_eq!(spoken(Russian, &[&format!("{text}. Город спал.")]), [true, true, true]);
        let end = "Шторм не дошёл до города. Он был далеко». Город спал.";
        assert_eq!(spoken(Russian, &[end]), [true, true, false]);
        let whole = "Başkan, \"Köprü kapanacak\" dedi. Meclis cuma günü toplanıyor.";
        assert_eq!(spoken(Turkish, &[whole]), [false, false]);
    }

    #[test]
    fn answers_of_an_interview_are_spoken() {
        let interview = [
            "The reporter spoke with the coach.",
            "How did the season go?",
            "It went well.",
            "What comes next?",
            "The league has changed.",
            "And the team?",
            "The players are young.",
        ];
        assert_eq!(spoken(English, &interview), [false, true, true, true, true, true, true]);
        assert_eq!(spoken(English, &interview[..5]), [false; 5]);
    }

    #[test]
    fn whoever_says_i_speaks() {
        let said = |language, text| spoken(language, &[text])[0];
        assert!(said(English, "Most of our lives we are living on the land."));
        assert!(said(Russian, "Мы не знали об этом решении."));
        assert!(said(Turkish, "Bu kararı bize kimse söylemedi."));
        assert!(!said(English, "The king, Henry I, and Ben Smith met."));
        assert!(!said(English, "World War I began in 1914."));
        assert!(!said(Turkish, "Ben Affleck filmi cuma günü anlattı."));
        assert!(!said(English, "The mayor said \"we will open it\" on Friday."));
        assert!(said(Russian, "— Решение было верным, — сказал мэр."));
    }
}
