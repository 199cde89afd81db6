//! Sentences → analysed passages: tokens, stems, quantities and moments, with their places.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::analysis::calendar::{Calendar, Dated, iso_date};
use crate::analysis::gazetteer::{Gazetteer, Known};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::orders::Orders;
use crate::analysis::quantities::{Quantity, quantities};
use crate::analysis::speech;
use crate::analysis::stems::{content_stems, stem, stemmer};
use crate::analysis::tokens::{Kind, Token, tokens};
use crate::article::Article;
use crate::language::Language;
use crate::segment::placed_sentences;

/// One analysed sentence.
pub struct Passage {
    pub text: String,
    pub language: Language,
    pub tokens: Vec<Token>,
    /// Stem of each token; marks and numbers stand as written.
    pub stems: Vec<String>,
    /// Stems of content words.
    pub content: HashSet<String>,
    pub quantities: Vec<Quantity>,
    pub moments: Vec<Dated>,
    pub known: Vec<Known>,
    /// Place in the article: paragraph, first and past-the-last character in it.
    pub place: (usize, usize, usize),
    /// It is someone's words in the article, and does not say whose (`speech.rs`).
    pub spoken: bool,
}

/// What is known of one language: its tables.
pub struct Knowledge {
    pub lexicon: Lexicon,
    pub calendar: Calendar,
    pub gazetteer: Gazetteer,
}

static KNOWLEDGE: LazyLock<[Knowledge; 3]> = LazyLock::new(|| Language::ALL.map(Knowledge::new));

impl Passage {
    /// The first token that is a word.
    pub fn first_word(&self) -> Option<&Token> {
        self.tokens.iter().find(|token| token.kind == Kind::Word)
    }

    /// The first word, where it is a pronoun or a connective that leans on the sentence before.
    pub fn leaning_word(&self, lexicon: &Lexicon) -> Option<&Token> {
        self.first_word().filter(|word| lexicon.list("leaning").contains(&word.lower))
    }
}

impl Knowledge {
    /// The tables of a language, read when they are first asked for.
    pub fn of(language: Language) -> &'static Self {
        let at = Language::ALL.iter().position(|other| *other == language);
        &KNOWLEDGE[at.expect("all languages are among all")]
    }

    pub fn new(language: Language) -> Self {
        Self {
            lexicon: Lexicon::new(language),
            calendar: Calendar::new(language),
            gazetteer: Gazetteer::new(language),
        }
    }
}

/// Analyses one sentence.
pub fn passage(text: &str, knowledge: &Knowledge) -> Passage {
    let language = knowledge.lexicon.language;
    let tokens = tokens(text, language);
    let stemmer = stemmer(language);
    let stems = tokens
        .iter()
        .map(|token| match token.kind {
            Kind::Word => stem(&token.lower, &stemmer, language),
            _ => token.lower.clone(),
        })
        .collect();
    Passage {
        text: text.to_string(),
        language,
        content: content_stems(&tokens, &knowledge.lexicon.function_words, language)
            .into_iter()
            .collect(),
        quantities: quantities(&tokens, &knowledge.lexicon),
        moments: knowledge.calendar.moments(&tokens, language),
        known: knowledge.gazetteer.known(&tokens),
        stems,
        tokens,
        place: (0, 0, text.chars().count()),
        spoken: false,
    }
}

/// The article as the checks see it.
pub struct Source {
    pub language: Language,
    /// The title, then every sentence in order. The title's paragraph is `usize::MAX`.
    pub passages: Vec<Passage>,
    /// Year, month and day that the source prints.
    pub published: Option<(i64, u32, u32)>,
    pub paragraphs: usize,
    /// Stems that only paragraphs with orders to a model have.
    pub ordered: HashSet<String>,
}

impl Source {
    /// Analyses an article, sentence by sentence.
    pub fn of_article(article: &Article, knowledge: &Knowledge) -> Self {
        let mut passages = Vec::new();
        if let Some(title) = &article.title {
            let mut title = passage(title, knowledge);
            title.place.0 = usize::MAX;
            passages.push(title);
        }
        for (paragraph, text) in article.paragraphs.iter().enumerate() {
            passages.extend(paragraph_passages(text, paragraph, knowledge));
        }
        speech::mark(&mut passages, &knowledge.lexicon);
        let ordered = words_of_orders(&passages);
        Self {
            ordered,
            language: knowledge.lexicon.language,
            passages,
            published: article.published.as_deref().and_then(iso_date),
            paragraphs: article.paragraphs.len(),
        }
    }

    /// A source of a few sentences without an article around them.
    pub fn of_text(text: &str, knowledge: &Knowledge) -> Self {
        Self {
            language: knowledge.lexicon.language,
            passages: paragraph_passages(text, 0, knowledge),
            published: None,
            paragraphs: 1,
            ordered: HashSet::new(),
        }
    }

    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.passages.iter().flat_map(|passage| passage.tokens.iter())
    }

    pub fn quantities(&self) -> impl Iterator<Item = &Quantity> {
        self.passages.iter().flat_map(|passage| passage.quantities.iter())
    }

    pub fn moments(&self) -> impl Iterator<Item = &Dated> {
        self.passages.iter().flat_map(|passage| passage.moments.iter())
    }

    /// The passages that a brief sentence nearly repeats: they hold at least `share` of its
    /// content words. Empty for a free paraphrase.
    pub fn close_passages(&self, sentence: &Passage, share: f64) -> Vec<&Passage> {
        let words = sentence.content.len();
        if words < 4 {
            return Vec::new();
        }
        self.passages
            .iter()
            .filter(|passage| {
                let shared = sentence.content.intersection(&passage.content).count();
                shared as f64 >= share * words as f64
            })
            .collect()
    }
}

/// Stems of the paragraphs that speak to a model, without those that stand elsewhere, too.
fn words_of_orders(passages: &[Passage]) -> HashSet<String> {
    let orders = Orders;
    let speaking: HashSet<usize> = passages
        .iter()
        .filter(|passage| orders.addressed(&passage.text).is_some())
        .map(|passage| passage.place.0)
        .collect();
    if speaking.is_empty() {
        return HashSet::new();
    }
    let (told, plain): (Vec<&Passage>, Vec<&Passage>) =
        passages.iter().partition(|passage| speaking.contains(&passage.place.0));
    let plain: HashSet<&String> = plain.into_iter().flat_map(|passage| &passage.content).collect();
    let told = told.into_iter().flat_map(|passage| &passage.content);
    told.filter(|stem| !plain.contains(stem)).cloned().collect()
}

fn paragraph_passages(text: &str, paragraph: usize, knowledge: &Knowledge) -> Vec<Passage> {
    placed_sentences(text, knowledge.lexicon.language)
        .into_iter()
        .map(|(sentence, start, end)| Passage {
            place: (paragraph, start, end),
            ..passage(sentence, knowledge)
        })
        .collect()
}
