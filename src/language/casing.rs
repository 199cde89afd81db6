//! Text and its language → the same text in lower or upper case. Turkish pairs ı with I and i
//! with İ, which Unicode's default mapping does not.

use super::Language;

/// Lower case as the language writes it: in Turkish `I` becomes `ı` and `İ` becomes `i`.
pub fn lowercase(text: &str, language: Language) -> String {
    if language != Language::Turkish {
        return text.to_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // A decomposed İ: the dot belongs to the letter.
            'I' if characters.peek() == Some(&'\u{307}') => {
                characters.next();
                lowered.push('i');
            }
            'I' => lowered.push('ı'),
            'İ' => lowered.push('i'),
            other => lowered.extend(other.to_lowercase()),
        }
    }
    lowered
}

/// Upper case as the language writes it: in Turkish `i` becomes `İ` and `ı` becomes `I`.
pub fn uppercase(text: &str, language: Language) -> String {
    if language != Language::Turkish {
        return text.to_uppercase();
    }
    let mut raised = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'i' => raised.push('İ'),
            'ı' => raised.push('I'),
            other => raised.extend(other.to_uppercase()),
        }
    }
    raised
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::properties::fixed;

    #[test]
    fn turkish_keeps_the_two_letters_apart() {
        assert_eq!(lowercase("DIŞİŞLERİ BAKANLIĞI", Language::Turkish), "dışişleri bakanlığı");
        assert_eq!(uppercase("dışişleri bakanlığı", Language::Turkish), "DIŞİŞLERİ BAKANLIĞI");
        assert_eq!(lowercase("I\u{307}zmir", Language::Turkish), "izmir");
    }

    #[test]
    fn the_others_follow_unicode() {
        assert_eq!(lowercase("ISTANBUL", Language::English), "istanbul");
        assert_eq!(uppercase("ёлка", Language::Russian), "ЁЛКА");
    }

    proptest! {
        #![proptest_config(fixed(256))]

        #[test]
        fn lower_case_stays_lower_case(text in any::<String>()) {
            for language in Language::ALL {
                let lowered = lowercase(&text, language);
                prop_assert_eq!(lowercase(&lowered, language), lowered);
            }
        }

        #[test]
        fn words_of_each_alphabet_come_back(
            english in "[a-z]{1,12}", turkish in "[a-pr-vyzçğıiöşü]{1,12}", russian in "[а-яё]{1,12}"
        ) {
            let words = [
                (Language::English, english), (Language::Turkish, turkish), (Language::Russian, russian),
            ];
            for (language, word) in words {
                prop_assert_eq!(lowercase(&uppercase(&word, language), language), word);
            }
        }
    }
}
