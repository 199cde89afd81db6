//! Text → its language, with how sure that is. Letters and common words decide among English,
//! Turkish and Russian, which are far apart; trigram statistics (whatlang) name the others.

mod neighbours;

use whatlang::{Detector, Lang, Script};

use super::letters::pair_cost_of;
use super::{Language, lowercase};

/// What language a text is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    pub language: Detected,
    /// 0 (a guess) to 1 (certain).
    pub confidence: f64,
}

impl Detection {
    /// The language, when it is one of the three.
    pub fn known(&self) -> Option<Language> {
        match self.language {
            Detected::Known(language) => Some(language),
            Detected::Other(_) | Detected::Undetermined => None,
        }
    }
}

/// The answer of [`detect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// One of the three.
    Known(Language),
    /// English name of a language that bulletin does not work in.
    Other(&'static str),
    /// The text holds no words, or none that say anything.
    Undetermined,
}

/// Below this many letters another language is not named: a short sentence full of names looks
/// like anything.
const LETTERS_TO_NAME_ANOTHER: usize = 60;

/// Costs of letter pairs, in half bits, above which a text of so many letters is neither English nor
/// Turkish; no sentence of theirs in a news corpus comes near.
const LETTERS_TO_MEASURE: usize = 25;
const NO_ENGLISH: f64 = 9.6;
const NO_TURKISH: f64 = 11.2;

/// From so many Cyrillic words on, Latin names among them decide nothing.
const WORDS_AROUND_NAMES: usize = 3;
/// Share of common words below which Latin words are names and nothing else.
const COMMON_AMONG_NAMES: f64 = 0.03;

const ENGLISH_WORDS: &str = "the of and to in a is that for it was on as with be by at he she they \
    we you i have has had are were from this an or not but his her its their which will would \
    been said who what when where there after before more also about out up if into than them \
    can could should over other new no one two all some did do does how why our your my me him \
    us these those then so just only very may might must because while during between against \
    since until under around being such any most many much says say get got still even";

const TURKISH_WORDS: &str = "ve bir bu da de için ile olarak olan daha çok en gibi kadar sonra \
    her o ne var yok ise ki ama ancak göre olduğu olduğunu oldu dedi ediyor etti etmek tarafından \
    değil mi mı mu mü hem ya veya iki ilk son büyük önce yeni zaman bunun onun onu kendi şey \
    şekilde üzerine üzerinde arasında içinde ayrıca sadece bile diye nasıl neden biri bazı tüm \
    bütün karşı yapılan edilen olması bulunan yer yıl gün ben sen biz siz onlar bana ona beni \
    hiç artık şimdi böyle öyle eğer çünkü fakat lakin nin nın nun nün den dan ten tan dir dır";

/// Finds the language of a text: reliable from a few words on when it is one of the three, and
/// able to name another language from about a sentence on.
pub fn detect(text: &str) -> Detection {
    let tally = Tally::of(text);
    if tally.letters == 0 {
        return Detection { language: Detected::Undetermined, confidence: 0.0 };
    }
    let share = |count: usize| count as f64 / tally.letters as f64;
    if share(tally.latin) >= 0.5 && !is_cyrillic_with_names(text, &tally) {
        detect_latin(text, &tally)
    } else if share(tally.cyrillic) >= 0.5 || share(tally.latin) >= 0.5 {
        detect_cyrillic(text, &tally)
    } else {
        let other = whatlang::detect(text);
        match other.filter(|info| !matches!(info.script(), Script::Latin | Script::Cyrillic)) {
            Some(info) => {
                Detection { language: other_named(info.lang()), confidence: info.confidence() }
            }
            None => Detection { language: Detected::Undetermined, confidence: 0.0 },
        }
    }
}

/// Tables in Cyrillic letters may hold more Latin ones: tickers, names of firms. They say nothing where no word of
/// English or Turkish stands among them.
fn is_cyrillic_with_names(text: &str, tally: &Tally) -> bool {
    let words = || text.split(|letter: char| !letter.is_alphabetic());
    let cyrillic =
        words().filter(|word| word.starts_with(|it| matches!(it, '\u{400}'..='\u{52F}')));
    let is_name = |word: &&str| word.contains(|letter: char| letter.is_ascii_lowercase());
    let in_names: usize = words().filter(is_name).map(str::len).sum();
    cyrillic.count() >= WORDS_AROUND_NAMES
        && tally.turkic == 0
        && tally.cyrillic * 4 >= in_names
        && [Language::English, Language::Turkish]
            .iter()
            .all(|language| common_word_share(text, *language) < COMMON_AMONG_NAMES)
}

/// Counts of letters that tell scripts and alphabets apart.
#[derive(Default)]
struct Tally {
    letters: usize,
    latin: usize,
    cyrillic: usize,
    /// ı ğ ş İ: Turkish, Azerbaijani or Crimean Tatar, never English.
    turkic: usize,
    /// ə: Azerbaijani.
    schwa: usize,
    /// ä å ß ñ ã õ ą ę ł č ř ž ț ă ø æ and their like: letters that Turkish and English lack.
    foreign_latin: usize,
    /// q w x: not in the Turkish alphabet.
    not_turkish: usize,
    /// Cyrillic letters that Russian lacks.
    foreign_cyrillic: usize,
    /// ы э ё: in Russian and Belarusian, not in Ukrainian, Bulgarian, Serbian, Macedonian.
    russian: usize,
}

impl Tally {
    fn of(text: &str) -> Self {
        let mut tally = Tally::default();
        for character in text.chars().filter(|character| character.is_alphabetic()) {
            tally.letters += 1;
            match character {
                '\u{400}'..='\u{52F}' => tally.count_cyrillic(character),
                '\u{41}'..='\u{24F}' | 'ə' => tally.count_latin(character),
                _ => {}
            }
        }
        tally
    }

    fn count_cyrillic(&mut self, character: char) {
        self.cyrillic += 1;
        match character {
            'ы' | 'Ы' | 'э' | 'Э' | 'ё' | 'Ё' => self.russian += 1,
            'А'..='я' => {}
            _ => self.foreign_cyrillic += 1,
        }
    }

    fn count_latin(&mut self, character: char) {
        self.latin += 1;
        match character {
            'ı' | 'İ' | 'ğ' | 'Ğ' | 'ş' | 'Ş' => self.turkic += 1,
            'ə' | 'Ə' => self.schwa += 1,
            'q' | 'w' | 'x' | 'Q' | 'W' | 'X' => self.not_turkish += 1,
            // Letters of Turkish that many other alphabets have too say nothing here.
            'ç' | 'Ç' | 'ö' | 'Ö' | 'ü' | 'Ü' | 'â' | 'î' | 'û' | 'Â' | 'Î' | 'Û' => {}
            _ if !character.is_ascii() => self.foreign_latin += 1,
            _ => {}
        }
    }
}

fn detect_cyrillic(text: &str, tally: &Tally) -> Detection {
    if let Some(name) = neighbours::of_russian(text) {
        return Detection { language: Detected::Other(name), confidence: 0.9 };
    }
    let share = |count: usize| count as f64 / tally.cyrillic as f64;
    let foreign = share(tally.foreign_cyrillic);
    let bulgarian = tally.cyrillic >= LETTERS_TO_NAME_ANOTHER
        && share(tally.russian) < 0.004
        && share(count_vowel_hard_signs(text)) > 0.004;
    let statistics = Detector::new().detect(text);
    if foreign > 0.012 || (bulgarian && foreign < 0.004) {
        let bulgarian = bulgarian && foreign < 0.004;
        let name = if bulgarian { "Bulgarian" } else { named_by_letters(text) };
        return Detection { language: Detected::Other(name), confidence: 0.9 };
    }
    let elsewhere = statistics.filter(|info| {
        info.lang() != Lang::Rus
            && info.is_reliable()
            && tally.cyrillic >= 200
            && share(tally.russian) < 0.004
    });
    match elsewhere {
        Some(info) => {
            Detection { language: other_named(info.lang()), confidence: info.confidence() }
        }
        None => Detection {
            language: Detected::Known(Language::Russian),
            confidence: 1.0 - 0.5 / (1.0 + tally.cyrillic as f64 / 20.0),
        },
    }
}

/// Letters that Russian lacks, and the language that has them; the more telling ones first.
const CYRILLIC_LETTERS: [(&str, &str); 10] = [
    ("ҳҷӣӯ", "Tajik"),
    ("құ", "Kazakh"),
    ("җәһ", "Tatar"),
    ("ң", "Kyrgyz"),
    ("өү", "Mongolian"),
    ("ѓќѕ", "Macedonian"),
    ("јљњђћџ", "Serbian"),
    ("ў", "Belarusian"),
    ("їєґ", "Ukrainian"),
    ("і", "Ukrainian"),
];

fn named_by_letters(text: &str) -> &'static str {
    let lowered = text.to_lowercase();
    let named = CYRILLIC_LETTERS
        .iter()
        .find(|(letters, _)| lowered.chars().any(|character| letters.contains(character)));
    named.map_or("another language in Cyrillic letters", |(_, name)| *name)
}

/// Times ъ stands as a vowel. In Russian it only stands before е, ё, ю, я.
fn count_vowel_hard_signs(text: &str) -> usize {
    let lowered = text.to_lowercase();
    let following = lowered.chars().skip(1);
    lowered
        .chars()
        .zip(following)
        .filter(|(first, second)| {
            *first == 'ъ' && second.is_alphabetic() && !matches!(second, 'е' | 'ё' | 'ю' | 'я')
        })
        .count()
}

fn detect_latin(text: &str, tally: &Tally) -> Detection {
    let share = |count: usize| count as f64 / tally.latin as f64;
    if tally.schwa >= 2 && share(tally.schwa) > 0.02 {
        return Detection { language: Detected::Other("Azerbaijani"), confidence: 0.95 };
    }
    let english = common_word_share(text, Language::English);
    let turkish_words = common_word_share(text, Language::Turkish);
    // An average Turkish text has 9 % of these letters, and English text only those of its names.
    let turkish_letters = (share(tally.turkic) / 0.09).min(1.5);
    let turkish = turkish_words + 0.45 * turkish_letters - 4.0 * share(tally.not_turkish).min(0.05);
    let foreign = share(tally.foreign_latin);

    let statistics = Detector::new().detect(text);
    let turkic = |lang| matches!(lang, Lang::Tur | Lang::Aze | Lang::Uzb | Lang::Tuk);
    // No other alphabet of Europe has the dotless ı or the ğ.
    let european = tally.turkic == 0
        && statistics.as_ref().is_some_and(|it| it.is_reliable() && !turkic(it.lang()));
    if !european && let Some(name) = neighbours::of_turkish(text) {
        return Detection { language: Detected::Other(name), confidence: 0.9 };
    }
    let whole = tally.latin >= LETTERS_TO_NAME_ANOTHER;
    // A Russian sentence among English ones says nothing of the others.
    let latin: String =
        text.chars().map(|letter| if letter < '\u{370}' { letter } else { ' ' }).collect();
    let dearer = |language, bound| pair_cost_of(&latin, language).is_some_and(|cost| cost > bound);
    if tally.latin >= LETTERS_TO_MEASURE
        && dearer(Language::English, NO_ENGLISH)
        && dearer(Language::Turkish, NO_TURKISH)
    {
        let named =
            statistics.map_or(Detected::Other("another language"), |info| other_named(info.lang()));
        let known = matches!(named, Detected::Known(_));
        let language = if known { Detected::Other("another language") } else { named };
        return Detection { language, confidence: 0.7 };
    }
    let other = statistics.filter(|info| {
        !matches!(info.lang(), Lang::Eng | Lang::Tur) && info.script() == Script::Latin
    });
    if let Some(info) = other
        && whole
        && (english.max(turkish) < 0.16 || (foreign > 0.02 && english.max(turkish) < 0.2))
        && (info.is_reliable() || foreign > 0.01)
    {
        return Detection { language: other_named(info.lang()), confidence: info.confidence() };
    }
    let (language, winner, loser) = if english > turkish {
        (Language::English, english, turkish)
    } else if turkish > english {
        (Language::Turkish, turkish, english)
    } else {
        return detect_without_words(text);
    };
    let confidence = ((winner - loser.max(0.0)) / winner.max(0.2)).clamp(0.0, 1.0);
    let length = 1.0 - 0.5 / (1.0 + tally.latin as f64 / 20.0);
    Detection { language: Detected::Known(language), confidence: confidence * length }
}

/// A few words, none of them common: statistics over the two Latin languages are all there is.
fn detect_without_words(text: &str) -> Detection {
    let detector = Detector::with_allowlist(vec![Lang::Eng, Lang::Tur]);
    match detector.detect(text) {
        Some(info) => {
            let language = match info.lang() {
                Lang::Tur => Language::Turkish,
                _ => Language::English,
            };
            Detection {
                language: Detected::Known(language),
                confidence: 0.5 * info.confidence().min(1.0),
            }
        }
        None => Detection { language: Detected::Undetermined, confidence: 0.0 },
    }
}

/// Share of the words that are among the language's most common ones.
fn common_word_share(text: &str, language: Language) -> f64 {
    let list = if language == Language::Turkish { TURKISH_WORDS } else { ENGLISH_WORDS };
    let common: std::collections::HashSet<&str> = list.split_whitespace().collect();
    let lowered = lowercase(text, language);
    let (mut all, mut found) = (0usize, 0usize);
    for token in
        lowered.split(|character: char| !(character.is_alphabetic() || is_apostrophe(character)))
    {
        for (place, word) in token.split(is_apostrophe).enumerate() {
            if word.is_empty() {
                continue;
            }
            all += 1;
            let suffix = place > 0 && language == Language::Turkish && is_turkish_suffix(word);
            found += usize::from(suffix || common.contains(word));
        }
    }
    if all == 0 { 0.0 } else { found as f64 / all as f64 }
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

/// Turkish sets case endings off from names with an apostrophe; English has other ones there.
fn is_turkish_suffix(word: &str) -> bool {
    let length = word.chars().count();
    (1..=6).contains(&length)
        && word.contains(['a', 'e', 'ı', 'i', 'u', 'ü'])
        && !matches!(word, "re" | "ve" | "em" | "all" | "er")
}

fn other_named(lang: Lang) -> Detected {
    match lang {
        Lang::Eng => Detected::Known(Language::English),
        Lang::Tur => Detected::Known(Language::Turkish),
        Lang::Rus => Detected::Known(Language::Russian),
        Lang::Aze => Detected::Other("Azerbaijani"),
        other => Detected::Other(other.eng_name()),
    }
}

#[cfg(test)]
mod tests;
