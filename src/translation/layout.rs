//! Text → its sentences and what stands around them → the text again, in another language.

use crate::language::Language;
use crate::segment::sentences_of;

/// Where a text is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Lines are paragraphs, and sentences are found in them.
    Sentences,
    /// One line is one sentence, whatever it looks like (`--lines`), and so is a cell of a table.
    Lines,
}

/// A text taken apart. Blank lines, indents, bullets, what divides the cells of a table, and line ends are kept apart
/// from words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// Indent and bullet.
    prefix: String,
    sentences: Vec<Sentence>,
    /// `\n`, `\r\n`, or nothing at the end of the text.
    end: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Sentence {
    text: String,
    /// What stands between it and the next one: a space, or what divides two cells.
    gap: String,
}

impl Layout {
    /// Takes `text`, which is in `language`, apart.
    pub fn of(text: &str, language: Language, cut: Cut) -> Self {
        let line = |whole: &str| {
            let (line, end) = without_end(whole);
            let prefix = match cut {
                Cut::Sentences => prefix_length(line),
                Cut::Lines => line.len() - line.trim_start().len(),
            };
            let (bar, cells) = cells(&line[prefix..]);
            let sentences = cells.into_iter().flat_map(|(cell, gap)| {
                let texts = match cut {
                    Cut::Sentences => sentences_of(cell, language),
                    Cut::Lines => vec![cell.to_string()],
                };
                let texts = if texts.is_empty() { vec![cell.to_string()] } else { texts };
                let last = texts.len() - 1;
                let texts = texts.into_iter().enumerate();
                texts.map(move |(at, text)| {
                    let gap = if at == last { gap } else { " " };
                    Sentence { text, gap: gap.to_string() }
                })
            });
            Line { prefix: line[..prefix + bar].to_string(), sentences: sentences.collect(), end }
        };
        Self { lines: text.split_inclusive('\n').map(line).collect() }
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flat_map(|line| line.sentences.iter().map(|it| it.text.as_str()))
    }

    /// The line of each sentence, the first being 0.
    pub fn line_numbers(&self) -> Vec<usize> {
        let lines = self.lines.iter().enumerate();
        lines.flat_map(|(at, line)| std::iter::repeat_n(at, line.sentences.len())).collect()
    }

    /// Lines of the text.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Paragraphs (lines with words, without bullets) and, for each sentence, its paragraph and its
    /// first character and one past its last in it.
    pub fn paragraphs_and_places(&self) -> (Vec<String>, Vec<(usize, usize, usize)>) {
        let (mut paragraphs, mut places) = (Vec::new(), Vec::new());
        for line in self.lines.iter().filter(|line| !line.sentences.is_empty()) {
            let (mut start, mut paragraph) = (0, String::new());
            for Sentence { text, gap } in &line.sentences {
                let end = start + text.chars().count();
                places.push((paragraphs.len(), start, end));
                start = end + gap.chars().count();
                paragraph.push_str(text);
                paragraph.push_str(gap);
            }
            paragraphs.push(paragraph.trim_end().to_string());
        }
        (paragraphs, places)
    }

    /// The text with `sentences` in the places of its own; there must be as many.
    pub fn filled(&self, sentences: &[String]) -> String {
        debug_assert_eq!(sentences.len(), self.sentences().count());
        let mut sentences = sentences.iter();
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.prefix);
            for (own, translation) in line.sentences.iter().zip(sentences.by_ref()) {
                text.push_str(translation);
                text.push_str(&own.gap);
            }
            text.push_str(line.end);
        }
        text
    }
}

/// The bytes before the first cell of a line, and its cells, each with what stands behind it. A line that is no row of a
/// table is one cell. Cells are divided by tabs, by bars between spaces, and in a row that begins with a bar by any bar.
fn cells(line: &str) -> (usize, Vec<(&str, &str)>) {
    let framed = line.starts_with('|') && line.matches('|').count() > 1;
    let divides = |gap: &str| {
        let spaced = !(gap.starts_with('|') || gap.ends_with('|') || gap.contains("||"));
        gap.contains('\t') || (gap.contains('|') && (framed || spaced))
    };
    let of_gap = |letter: char| letter == '|' || letter.is_whitespace();
    let (mut bar, mut cells) = (0, Vec::new());
    let (mut cell, mut place) = (0, 0);
    while let Some(start) = line[place..].find(of_gap).map(|at| at + place) {
        let end = line[start..].find(|letter| !of_gap(letter)).map_or(line.len(), |at| at + start);
        place = end;
        let gap = &line[start..end];
        if !divides(gap) {
            continue;
        }
        match start {
            0 => bar = end,
            _ => cells.push((&line[cell..start], gap)),
        }
        cell = end;
    }
    let last = line[cell..].trim_end();
    if !last.is_empty() {
        cells.push((last, ""));
    }
    (bar, cells)
}

/// A line without what ends it.
fn without_end(line: &str) -> (&str, &'static str) {
    for end in ["\r\n", "\n"] {
        if let Some(bare) = line.strip_suffix(end) {
            return (bare, end);
        }
    }
    (line, "")
}

/// Bytes of indent, quote marks of e-mails, headings of Markdown, bullets and numbers of lists.
fn prefix_length(line: &str) -> usize {
    let mut rest = line.trim_start();
    while let Some(after) = rest.strip_prefix('>') {
        rest = after.trim_start();
    }
    let bare = rest.trim_start_matches('#');
    if bare.len() < rest.len() && bare.starts_with(' ') {
        rest = bare.trim_start();
    }
    for bullet in ["- ", "* ", "• ", "– ", "— ", "· ", "▪ ", "+ "] {
        if let Some(after) = rest.strip_prefix(bullet) {
            rest = after.trim_start();
            break;
        }
    }
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && let Some(after) = rest[digits..].strip_prefix(") ")
    {
        rest = after.trim_start();
    }
    line.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::properties::{fixed, language, prose};

    fn round_trip(text: &str, cut: Cut) -> (Vec<String>, String) {
        let layout = Layout::of(text, Language::English, cut);
        let sentences: Vec<String> = layout.sentences().map(str::to_string).collect();
        let again = layout.filled(&sentences);
        (sentences, again)
    }

    #[test]
    fn paragraphs_blank_lines_bullets_and_quotes_are_kept() {
        let text = "# Title here\n\nIt rained. It stopped.\n  - first point\n  - second point\n\n\
            > quoted line\n2) a step\n";
        let (sentences, again) = round_trip(text, Cut::Sentences);
        assert_eq!(
            sentences,
            [
                "Title here",
                "It rained.",
                "It stopped.",
                "first point",
                "second point",
                "quoted line",
                "a step"
            ]
        );
        assert_eq!(again, text);
        let (paragraphs, places) =
            Layout::of(text, Language::English, Cut::Sentences).paragraphs_and_places();
        assert_eq!(paragraphs[1], "It rained. It stopped.");
        assert_eq!(places[..4], [(0, 0, 10), (1, 0, 10), (1, 11, 22), (2, 0, 11)]);
    }

    #[test]
    fn lines_stay_one_to_one() {
        let text = "One. Two.\n\n- three\nfour";
        let (sentences, again) = round_trip(text, Cut::Lines);
        assert_eq!(sentences, ["One. Two.", "- three", "four"]);
        let layout = Layout::of(text, Language::English, Cut::Lines);
        assert_eq!((layout.line_numbers(), layout.line_count()), (vec![0, 2, 3], 4));
        assert_eq!(again, text);
    }

    #[test]
    fn cells_of_tables_are_sentences_of_their_own() {
        let text = "Name\tPrice, USD\t\tChange\nGold\t204.72 USD\t€1.2\t\n| a b | c. D e. |  |\n|---|---|\n\
            the news | the paper\na || b, c|d\n";
        let expected = [
            "Name",
            "Price, USD",
            "Change",
            "Gold",
            "204.72 USD",
            "€1.2",
            "a b",
            "c. D e.",
            "---",
            "---",
            "the news",
            "the paper",
            "a || b, c|d",
        ];
        let (sentences, again) = round_trip(text, Cut::Lines);
        assert_eq!((sentences, again.as_str()), (expected.map(str::to_string).to_vec(), text));
        let layout =
            Layout::of("It rained. It stopped.\t12 mm\n", Language::English, Cut::Sentences);
        let (paragraphs, places) = layout.paragraphs_and_places();
        assert_eq!(paragraphs, ["It rained. It stopped.\t12 mm"]);
        assert_eq!(places, [(0, 0, 10), (0, 11, 22), (0, 23, 28)]);
    }

    #[test]
    fn translations_take_the_places_of_sentences() {
        let layout = Layout::of("  * a b\n\nc d", Language::English, Cut::Sentences);
        assert_eq!(layout.filled(&["x".into(), "y z".into()]), "  * x\n\ny z");
        let windows = "a b\r\n\r\n- c d\r\ne";
        assert_eq!(round_trip(windows, Cut::Sentences).1, windows);
        assert_eq!(round_trip(windows, Cut::Lines).1, windows);
        assert_eq!(Layout::of("", Language::English, Cut::Sentences).filled(&[]), "");
    }

    proptest! {
        #![proptest_config(fixed(256))]

        #[test]
        fn any_text_comes_back_in_its_layout(text in prose(), language in language()) {
            let layout = Layout::of(&text, language, Cut::Sentences);
            let sentences: Vec<String> = layout.sentences().map(str::to_string).collect();
            let again = layout.filled(&sentences);
            let lines = |text: &str| -> Vec<Vec<String>> {
                let words = |line: &str| line.split_whitespace().map(str::to_string).collect();
                text.split('\n').map(words).collect()
            };
            let letters = |text: &str| lines(text).iter().map(|line| line.concat()).collect::<Vec<_>>();
            prop_assert_eq!(letters(&again), letters(&text));
            prop_assert_eq!(layout.line_numbers().len(), sentences.len());
        }

        #[test]
        fn lines_come_back_letter_for_letter(text in prose(), language in language()) {
            let layout = Layout::of(&text, language, Cut::Lines);
            let sentences: Vec<String> = layout.sentences().map(str::to_string).collect();
            let without_ends = |text: &str| -> Vec<String> {
                text.split('\n').map(|line| line.trim_end().to_string()).collect()
            };
            prop_assert_eq!(without_ends(&layout.filled(&sentences)), without_ends(&text));
        }
    }
}
