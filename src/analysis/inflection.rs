//! Two written forms → whether they are forms of one name, by the endings of the language.

use crate::language::Language;

const RUSSIAN: [&str; 51] = [
    "", "а", "у", "ом", "е", "ы", "и", "о", "ой", "ою", "ов", "ам", "ами", "ах", "ым", "ыми", "ых",
    "ый", "ий", "ого", "его", "ому", "ему", "им", "ими", "их", "ая", "яя", "ую", "юю", "ое", "ее",
    "ые", "ие", "ия", "ию", "ии", "ией", "ь", "я", "ю", "ем", "ей", "ев", "ям", "ями", "ях", "ью",
    "ев", "й", "ею",
];

const TURKISH: [&str; 62] = [
    "", "i", "ı", "u", "ü", "a", "e", "ya", "ye", "yı", "yi", "yu", "yü", "sı", "si", "su", "sü",
    "nı", "ni", "nu", "nü", "na", "ne", "da", "de", "ta", "te", "nda", "nde", "dan", "den", "tan",
    "ten", "ndan", "nden", "ın", "in", "un", "ün", "nın", "nin", "nun", "nün", "la", "le", "yla",
    "yle", "lı", "li", "lu", "lü", "lar", "ler", "ları", "leri", "ların", "lerin", "lara", "lere",
    "daki", "deki", "ki",
];

const ENGLISH: [&str; 5] = ["", "s", "es", "'s", "'"];

/// Both words are forms of one word. They come in lower case, without apostrophes.
pub fn same_word(left: &str, right: &str, language: Language) -> bool {
    if left == right {
        return true;
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let shared = left.iter().zip(&right).take_while(|(a, b)| soften(**a) == soften(**b)).count();
    let least = match language {
        Language::English => 3,
        Language::Turkish => 3,
        Language::Russian => 2,
    };
    let longest = left.len().max(right.len());
    // A short stem with long endings on both sides is a coincidence.
    (0..=2).any(|back| {
        let Some(length) = shared.checked_sub(back) else { return false };
        length >= least
            && 2 * length >= longest
            && is_ending(&left[length..], language)
            && is_ending(&right[length..], language)
    })
}

/// The word is a form of this dictionary form. Turkish only adds: Kanada'dan is one of Kanada, kanalı is none.
pub fn is_form_of(word: &str, dictionary: &str, language: Language) -> bool {
    if language != Language::Turkish {
        return same_word(word, dictionary, language);
    }
    let (word, dictionary): (Vec<char>, Vec<char>) =
        (word.chars().collect(), dictionary.chars().collect());
    let shared =
        word.iter().zip(&dictionary).take_while(|(a, b)| soften(**a) == soften(**b)).count();
    shared == dictionary.len() && is_ending(&word[shared..], language)
}

/// Turkish letters without vowel harmony: ı, u, ü → i; a → e. The number of letters stays.
pub fn without_harmony(text: &str) -> String {
    let plain = |letter: char| match letter {
        'ı' | 'u' | 'ü' => 'i',
        'a' => 'e',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// Turkish consonants change before vowels: Irak → Irağ-, kitap → kitab-.
fn soften(letter: char) -> char {
    match letter {
        'ğ' => 'k',
        _ => letter,
    }
}

fn is_ending(letters: &[char], language: Language) -> bool {
    let ending: String = letters.iter().collect();
    match language {
        Language::English => ENGLISH.contains(&ending.as_str()),
        Language::Russian => RUSSIAN.contains(&ending.as_str()),
        Language::Turkish => turkish_ending(&ending),
    }
}

/// One case ending, or a plural or possessive one before it.
pub fn turkish_ending(ending: &str) -> bool {
    TURKISH.contains(&ending)
        || TURKISH
            .iter()
            .filter(|first| !first.is_empty())
            .any(|first| ending.strip_prefix(first).is_some_and(|rest| TURKISH.contains(&rest)))
}
