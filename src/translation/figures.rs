//! Figures with their marks and units → the same in another language's notation, without a model. Pure.

use super::check::Pair;
use super::notation::{is_scale, localise, numerals};
use crate::language::Language;

/// Units as tables print them, in English, Turkish and Russian. Where a language has two ways, both are read and the
/// first is written.
const UNITS: [[&str; 3]; 21] = [
    ["km", "km", "км"],
    ["m", "m", "м"],
    ["cm", "cm", "см"],
    ["mm", "mm", "мм"],
    ["kg", "kg", "кг"],
    ["g", "g gr", "г"],
    ["t", "t", "т"],
    ["ha", "ha", "га"],
    ["l L", "l L lt", "л"],
    ["h", "sa", "ч"],
    ["min", "dk", "мин"],
    ["s", "sn", "с"],
    ["kW", "kW", "кВт"],
    ["MW", "MW", "МВт"],
    ["GW", "GW", "ГВт"],
    ["MB", "MB", "МБ"],
    ["GB", "GB", "ГБ"],
    ["TB", "TB", "ТБ"],
    ["C", "C", "C С"],
    ["F", "F", "F"],
    ["RUB", "RUB", "руб р"],
];

/// What is the same in every language: codes of ISO 4217, and the Turkish lira as markets write it.
const CURRENCIES: &str = "AED AMD AUD AZN BGN BRL BYN CAD CHF CNY CZK DKK EGP EUR GBP GEL HKD HUF \
    ILS INR IRR JPY KGS KRW KWD KZT MDL MXN NOK NZD PLN QAR RON RSD RUB SAR SEK SGD TJS TMT TRY \
    TWD UAH USD UZS XAG XAU XDR ZAR TL";

const SYMBOLS: [char; 6] = ['$', '€', '£', '¥', '₺', '₽'];

/// `text` in the notation of `to`, when it is nothing but figures, marks, currencies, units and codes; a number in another
/// notation than that of `from` stays as it is.
pub fn carried(text: &str, from: Language, to: Language) -> Option<String> {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_money = text.contains(SYMBOLS) || words(text).any(is_currency);
    let mut carried = String::new();
    let mut rest = text;
    while let Some(word) = words(rest).next() {
        let (before, behind) = rest.split_once(word)?;
        carried.push_str(before);
        rest = behind;
        // Behind money, `m` is a million.
        let unit = unit(word, from, to).filter(|_| has_digit && !(is_money && word.len() == 1));
        let number = carried.strip_suffix(char::is_whitespace);
        let is_counted = number.is_some_and(|it| it.ends_with(|c: char| c.is_ascii_digit()));
        let is_scale = is_counted && is_scale(word, from);
        // `US$`, `A$`, and in Russian text a ticker that is the only word.
        let is_ticker = from == Language::Russian && word.len() <= 6 && words(text).count() == 1;
        let is_code =
            (is_ticker || rest.starts_with('$')) && word.bytes().all(|it| it.is_ascii_uppercase());
        if is_currency(word) || is_scale || is_code {
            carried.push_str(word);
        } else {
            carried.push_str(unit?);
            // A shortened word ends with a point, a code does not.
            rest = rest.strip_prefix('.').filter(|_| unit == Some("RUB")).unwrap_or(rest);
        }
    }
    carried.push_str(rest);
    if is_row_of_groups(&carried, from) {
        return Some(carried);
    }
    Some(localise(Pair { source: &carried, target: &carried, from, to }))
}

/// Letters that stand together.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty())
}

fn unit(word: &str, from: Language, to: Language) -> Option<&'static str> {
    let is_it = |row: &&[&str; 3]| row[from as usize].split(' ').any(|form| form == word);
    UNITS.iter().find(is_it)?[to as usize].split(' ').next()
}

fn is_currency(word: &str) -> bool {
    CURRENCIES.split_whitespace().any(|code| code == word)
}

/// `8 800 555 35 35`: spaces between groups of digits that are no thousands, as in telephone numbers.
fn is_row_of_groups(text: &str, language: Language) -> bool {
    numerals(text, language).into_iter().any(|range| {
        let grouped = text[range.clone()].contains(char::is_whitespace);
        let near = |letter: char| letter.is_ascii_digit() || "+-()".contains(letter);
        grouped
            && (text[..range.start].trim_end().ends_with(near)
                || text[range.end..].trim_start().starts_with(near))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Russian, Turkish};

    #[test]
    fn figures_need_no_model() {
        let cases = [
            ("204,72", Turkish, English, "204.72"),
            ("204,72 USD", Turkish, English, "204.72 USD"),
            ("€204,72", Turkish, English, "€204.72"),
            ("US$1.5", English, Russian, "US$1,5"),
            ("-3,5", Turkish, English, "-3.5"),
            ("-%0,75", Turkish, English, "-0.75%"),
            ("1.250.000 TL", Turkish, Russian, "1\u{a0}250\u{a0}000 TL"),
            ("12,5 км²", Russian, English, "12.5 km²"),
            ("−3 °C", English, Russian, "−3 °C"),
            ("90 км/ч", Russian, Turkish, "90 km/sa"),
            ("1 500 руб.", Russian, English, "1,500 RUB"),
            ("4,5 млн USD", Russian, English, "4.5 million USD"),
            ("+3.2%", English, Turkish, "+%3,2"),
            ("8 800 555 35 35", Russian, English, "8 800 555 35 35"),
            ("12.05.2019", Turkish, English, "12.05.2019"),
            ("USD", English, Turkish, "USD"),
            ("GAZP", Russian, English, "GAZP"),
            ("7", Russian, English, "7"),
            ("---", Russian, English, "---"),
        ];
        for (text, from, to, expected) in cases {
            assert_eq!(carried(text, from, to).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_need_one() {
        for text in [
            "m",
            "3 May",
            "204 dolar",
            "Gold 204.72",
            "GAZP",
            "TRY IT",
            "I",
            "5 in",
            "£5m",
            "4million",
        ] {
            assert_eq!(carried(text, English, Russian), None, "{text}");
        }
    }
}
