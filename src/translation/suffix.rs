//! A Turkish proper noun and a case ending → the ending in the harmony of that noun. Pure.
//!
//! Turkish puts an apostrophe between a name and its case ending, and the ending follows the last
//! vowel and the last letter of the name: Londra'da, Moskova'nın, Paris'te, Tokyo'yu.

/// Case endings: `A` is a or e, `I` is ı, i, u or ü, `D` is d or t; a consonant in brackets stands
/// after vowels alone.
const PATTERNS: [&str; 8] = ["DAn", "DA", "(n)In", "(y)lA", "(y)A", "(y)I", "DAki", "(n)InkI"];

/// `ending` (without its apostrophe) as `name` takes it; endings that are no case stay.
pub fn fitted(name: &str, ending: &str) -> String {
    let found = PATTERNS.iter().find(|pattern| matches(pattern, ending));
    found.map_or_else(|| ending.to_string(), |pattern| formed(pattern, name))
}

/// Whether `ending` is a case ending of some name.
pub fn is_case(ending: &str) -> bool {
    PATTERNS.iter().any(|pattern| matches(pattern, ending))
}

/// Nouns that between them take every form: each vowel, voiced and voiceless, open and closed.
const MODELS: [&str; 16] = [
    "kal", "kap", "kara", "kıl", "kıt", "kısı", "gel", "et", "dere", "dil", "it", "iki", "kol",
    "koro", "gül", "örtü",
];

fn matches(pattern: &str, ending: &str) -> bool {
    MODELS.iter().any(|model| formed(pattern, model) == ending)
}

fn formed(pattern: &str, name: &str) -> String {
    let lower = crate::language::lowercase(name, crate::language::Language::Turkish);
    let vowel = lower.chars().rev().find(|letter| "aıoueiöüâîû".contains(*letter)).unwrap_or('e');
    let last = lower.chars().rev().find(|letter| letter.is_alphabetic()).unwrap_or('e');
    let ends_in_vowel = "aıoueiöüâîû".contains(last);
    let back = "aıouâû".contains(vowel);
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => {
                let buffer: String = letters.by_ref().take_while(|letter| *letter != ')').collect();
                if ends_in_vowel {
                    text.push_str(&buffer);
                }
            }
            'A' => text.push(if back { 'a' } else { 'e' }),
            'I' => text.push(match vowel {
                'a' | 'ı' | 'â' => 'ı',
                'o' | 'u' | 'û' => 'u',
                'ö' | 'ü' => 'ü',
                _ => 'i',
            }),
            'D' => text.push(if "fstkçşhp".contains(last) { 't' } else { 'd' }),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_follow_the_name() {
        let cases = [
            ("Londra", "de", "da"),
            ("Moskova", "in", "nın"),
            ("Paris", "da", "te"),
            ("Tokyo", "u", "yu"),
            ("Pekin", "dan", "den"),
            ("Selanik", "a", "e"),
            ("Münih", "da", "te"),
            ("Bükreş", "dan", "ten"),
            ("İstanbul", "ya", "a"),
            ("Rusya", "le", "yla"),
            ("Türkler", "siz", "siz"),
        ];
        for (name, ending, expected) in cases {
            assert_eq!(fitted(name, ending), expected, "{name}'{ending}");
        }
        assert!(is_case("nın") && is_case("teki") && !is_case("lı") && !is_case(""));
    }
}
