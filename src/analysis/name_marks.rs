//! Analysed sentence → the words in it that are, or may be, parts of names.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// A capitalised word that is no date and no function word.
#[derive(Clone, Debug)]
pub struct NameMark {
    pub token: usize,
    /// Number of the run of capitalised words that it stands in.
    pub run: usize,
    /// Only its place may have given it the capital: first in the sentence or after a quotation mark.
    pub initial: bool,
    /// Rows of the gazetteer.
    pub things: Vec<usize>,
}

/// All name words of a sentence, in order. Empty when everything is in capitals.
pub fn name_marks(passage: &Passage, lexicon: &Lexicon) -> Vec<NameMark> {
    let tokens = &passage.tokens;
    let mut found: Vec<NameMark> = Vec::new();
    let mut run = 0;
    for at in 0..tokens.len() {
        if !may_be_name(passage, at, lexicon) {
            continue;
        }
        let continues = found.last().is_some_and(|last| {
            tokens[last.token + 1..at].iter().all(|between| between.is_mark("-.") && between.glued)
        });
        run += usize::from(!continues);
        let known =
            passage.known.iter().find(|known| (known.tokens.0..=known.tokens.1).contains(&at));
        found.push(NameMark {
            token: at,
            run,
            initial: is_initial(tokens, at),
            things: known.map(|known| known.things.clone()).unwrap_or_default(),
        });
    }
    found
}

fn may_be_name(passage: &Passage, at: usize, lexicon: &Lexicon) -> bool {
    let token = &passage.tokens[at];
    if token.kind != Kind::Word || !token.is_capitalised() || token.text.chars().count() < 2 {
        return false;
    }
    let dated = passage.moments.iter().any(|dated| (dated.tokens.0..=dated.tokens.1).contains(&at));
    let function = lexicon.function_words.contains(&token.lower) && !token.is_acronym();
    let numeral = lexicon.number_words.contains_key(&token.lower) && passage.known.is_empty();
    // "İlk", "Bir": Turkish puts no capital inside a sentence on them either.
    !(dated || function || (numeral && is_initial(&passage.tokens, at)))
}

/// First in the sentence, or right after a mark that opens one.
fn is_initial(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return true };
    match before.kind {
        Kind::Mark if before.is_mark("-/&") => !tokens[at].glued,
        Kind::Mark if before.is_mark("'’‘") => !before.glued,
        Kind::Mark => !before.is_mark(",%)"),
        _ => false,
    }
}

/// Most words of the sentence begin with a capital letter, as in English headlines.
pub fn is_title_case(passage: &Passage, lexicon: &Lexicon) -> bool {
    let words: Vec<&Token> = passage
        .tokens
        .iter()
        .filter(|token| token.kind == Kind::Word && token.text.chars().count() > 3)
        .filter(|token| !lexicon.function_words.contains(&token.lower))
        .collect();
    let capitals = words.iter().filter(|token| token.is_capitalised()).count();
    words.len() >= 4 && capitals * 10 >= words.len() * 8
}

/// Signs that a first word is a name: a case ending behind an apostrophe, capitals inside, another
/// name right after it, or a verb of saying.
pub fn is_surely_name(
    passage: &Passage,
    mark: &NameMark,
    marks: &[NameMark],
    lexicon: &Lexicon,
) -> bool {
    if !mark.initial {
        return true;
    }
    let token = &passage.tokens[mark.token];
    let suffixed = !token.suffix.is_empty() && lexicon.language == Language::Turkish;
    let inner = token.text.chars().skip(1).any(char::is_uppercase);
    let followed = marks.iter().any(|other| other.run == mark.run && other.token == mark.token + 1);
    let speaks = passage.tokens.get(mark.token + 1).is_some_and(|next| {
        lexicon.list("reporting").contains(&next.lower) && lexicon.language != Language::Turkish
    });
    suffixed || inner || followed || speaks
}
