//! A name in any script → a short name in `a-z` and `0-9` that a reader of the original recognises.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that do not come apart into a Latin letter and a mark: Cyrillic as passports and maps
/// write it, Turkish ı, Azerbaijani ə and a few neighbours.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ı' | 'и' | 'і' => "i",
        'ə' | 'е' | 'э' => "e",
        'ß' => "ss",
        'æ' => "ae",
        'ø' | 'о' | 'ө' => "o",
        'œ' => "oe",
        'ł' | 'л' => "l",
        'đ' | 'ð' | 'д' => "d",
        'þ' => "th",
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ғ' => "g",
        'ё' => "yo",
        'є' => "ye",
        'ж' => "zh",
        'җ' => "j",
        'з' => "z",
        'й' | 'ы' => "y",
        'ї' => "yi",
        'ј' => "j",
        'к' => "k",
        'қ' => "q",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'ң' => "ng",
        'њ' => "nj",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "c",
        'у' | 'ү' | 'ұ' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'һ' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'џ' => "dz",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        'ъ' | 'ь' | '’' | 'ʼ' | '\'' => "",
        _ => return None,
    })
}

/// At most `longest` characters of `a-z`, `0-9` and single hyphens; a dot or space becomes a
/// hyphen, `İşçi günü` becomes `isci-gunu` and `Новости дня` becomes `novosti-dnya`. Composed and
/// decomposed spellings give the same. Empty when nothing of the name can be written so.
pub fn slug(name: &str, longest: usize) -> String {
    let mut slug = String::new();
    let mut put = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !is_combining_mark(letter) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        slug.len() < longest
    };
    'letters: for letter in name.nfc().flat_map(char::to_lowercase) {
        match spelled(letter) {
            Some(spelled) => {
                for letter in spelled.chars() {
                    if !put(letter) {
                        break 'letters;
                    }
                }
            }
            None => {
                for part in std::iter::once(letter).nfkd() {
                    if !put(part) {
                        break 'letters;
                    }
                }
            }
        }
    }
    slug.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_readable() {
        let cases = [
            ("işçi günü", "isci-gunu"),
            ("İşçi Günü (son)", "isci-gunu-son"),
            ("Ağrı'da çığ", "agrida-cig"),
            ("Новости дня", "novosti-dnya"),
            ("съезд Щукина", "sezd-shchukina"),
            ("Ереван-2024", "erevan-2024"),
            ("café_8.final", "cafe-8-final"),
            ("--help", "help"),
            ("日本", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(slug(name, 40), expected, "{name}");
            let apart: String = name.nfd().collect();
            assert_eq!(slug(&apart, 40), expected, "{name} decomposed");
        }
        assert_eq!(slug(&"щ".repeat(60), 40).len(), 40);
    }
}
