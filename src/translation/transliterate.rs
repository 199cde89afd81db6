//! A name in another alphabet → its letters in the alphabet of the target language. Pure.
//!
//! Russian → English: BGN/PCGN 1947 without the signs for ъ and ь, with -ий and -ый as -y and ё as
//! yo, as newspapers have it. Russian → Turkish: the sounds in Turkish letters (Çaykovski, Şişkin).
//! Turkish → Russian: practical transcription (Эрдоган, Кылычдароглу). English → Russian has no
//! rule by letters that holds; names that no table knows stay in Latin letters there.

use crate::language::{Language, uppercase};

/// `name` in the letters of `to`. A word without foreign letters comes back as it is.
pub fn transliterated(name: &str, from: Language, to: Language) -> String {
    match (from, to) {
        (Language::Russian, Language::English | Language::Turkish) => cased(name, to, |word| {
            let letters: Vec<char> = word.chars().collect();
            (0..letters.len()).map(|at| from_cyrillic(&letters, at, to)).collect()
        }),
        (Language::Turkish, Language::Russian) => cased(name, to, turkish_in_cyrillic),
        _ => name.to_string(),
    }
}

/// Word by word in small letters, with the capitals of the original.
fn cased(name: &str, to: Language, convert: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for part in name.split_inclusive(|letter: char| !letter.is_alphabetic()) {
        let word = part.trim_end_matches(|letter: char| !letter.is_alphabetic());
        let from = if to == Language::Russian { Language::Turkish } else { Language::Russian };
        let converted = convert(&crate::language::lowercase(word, from));
        let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
        let first = word.chars().next().is_some_and(char::is_uppercase);
        if capitals > 1 && capitals == word.chars().count() {
            text.push_str(&uppercase(&converted, to));
        } else if first {
            let mut letters = converted.chars();
            let head: String = letters.by_ref().take(1).collect();
            text.push_str(&uppercase(&head, to));
            text.push_str(letters.as_str());
        } else {
            text.push_str(&converted);
        }
        text.push_str(&part[word.len()..]);
    }
    text
}

fn from_cyrillic(letters: &[char], at: usize, to: Language) -> &'static str {
    let turkish = to == Language::Turkish;
    let last = at + 1 == letters.len();
    let before = at.checked_sub(1).map(|before| letters[before]);
    let soft_start = before.is_none_or(|letter| "аеёиоуыэюяъь".contains(letter));
    let ending = at + 2 == letters.len() && letters[at + 1] == 'й' && letters.len() > 3;
    match letters[at] {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' if soft_start => "ye",
        'е' | 'э' => "e",
        'ё' if before.is_some_and(|letter| "жчшщ".contains(letter)) => "o",
        'ё' => "yo",
        'ж' => {
            if turkish {
                "j"
            } else {
                "zh"
            }
        }
        'з' => "z",
        'и' | 'ы' if ending && !turkish => "y",
        'и' | 'ы' if ending => "i",
        'и' => "i",
        'ы' => {
            if turkish {
                "ı"
            } else {
                "y"
            }
        }
        'й' if last && before.is_some_and(|b| "иы".contains(b)) && letters.len() > 3 => "",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => {
            if turkish {
                "h"
            } else {
                "kh"
            }
        }
        'ц' => "ts",
        'ч' => {
            if turkish {
                "ç"
            } else {
                "ch"
            }
        }
        'ш' => {
            if turkish {
                "ş"
            } else {
                "sh"
            }
        }
        'щ' => {
            if turkish {
                "şç"
            } else {
                "shch"
            }
        }
        'ю' => "yu",
        'я' => "ya",
        _ => "",
    }
}

fn turkish_in_cyrillic(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    while at < letters.len() {
        let first = at == 0;
        let after_vowel = at > 0 && "aeıioöuüâîû".contains(letters[at - 1]);
        let pair = letters.get(at + 1).copied();
        let joined = match (letters[at], pair) {
            ('y', Some('a')) => Some("я"),
            ('y', Some('u')) => Some("ю"),
            ('y', Some('ü')) => Some("ю"),
            ('y', Some('e')) => Some("е"),
            ('y', Some('o')) if first => Some("йо"),
            _ => None,
        };
        if let Some(joined) = joined {
            text.push_str(joined);
            at += 2;
            continue;
        }
        text.push_str(match letters[at] {
            'a' | 'â' => "а",
            'b' => "б",
            'c' => "дж",
            'ç' => "ч",
            'd' => "д",
            'e' if first || after_vowel => "э",
            'e' => "е",
            'f' => "ф",
            'g' | 'ğ' => "г",
            'h' => "х",
            'ı' => "ы",
            'i' | 'î' => "и",
            'j' => "ж",
            'k' | 'q' => "к",
            'l' => "л",
            'm' => "м",
            'n' => "н",
            'o' => "о",
            'ö' if first => "о",
            'ö' => "ё",
            'p' => "п",
            'r' => "р",
            's' => "с",
            'ş' => "ш",
            't' => "т",
            'u' => "у",
            'ü' if first || after_vowel => "у",
            'ü' => "ю",
            'û' => "у",
            'v' | 'w' => "в",
            'x' => "кс",
            'y' => "й",
            'z' => "з",
            _ => "",
        });
        at += 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Russian, Turkish};

    #[test]
    fn russian_names_read_as_in_the_papers() {
        let cases = [
            ("Захарова", "Zakharova", "Zaharova"),
            ("Чайковский", "Chaykovsky", "Çaykovski"),
            ("Щербаков", "Shcherbakov", "Şçerbakov"),
            ("Ельцин", "Yeltsin", "Yeltsin"),
            ("Жуков", "Zhukov", "Jukov"),
            ("Горький", "Gorky", "Gorki"),
            ("Шойгу", "Shoygu", "Şoygu"),
            ("МЧС", "MCHS", "MÇS"),
            ("Юрий Андреев", "Yury Andreyev", "Yuri Andreyev"),
            ("Хрущёв", "Khrushchov", "Hruşçov"),
        ];
        for (name, english, turkish) in cases {
            assert_eq!(transliterated(name, Russian, English), english);
            assert_eq!(transliterated(name, Russian, Turkish), turkish);
        }
    }

    #[test]
    fn turkish_names_read_as_in_russian_papers() {
        let cases = [
            ("Erdoğan", "Эрдоган"),
            ("Kılıçdaroğlu", "Кылычдароглу"),
            ("İmamoğlu", "Имамоглу"),
            ("Çavuşoğlu", "Чавушоглу"),
            ("Mansur Yavaş", "Мансур Яваш"),
            ("Öztürk", "Озтюрк"),
            ("Şimşek", "Шимшек"),
            ("Cem Özdemir", "Джем Оздемир"),
            ("Yıldırım", "Йылдырым"),
        ];
        for (name, russian) in cases {
            assert_eq!(transliterated(name, Turkish, Russian), russian);
        }
    }

    #[test]
    fn english_names_stay() {
        assert_eq!(transliterated("Wayne Shaw", English, Russian), "Wayne Shaw");
    }
}
