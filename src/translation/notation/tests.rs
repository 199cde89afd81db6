use proptest::prelude::*;

use super::*;
use crate::segment::properties::fixed;
use Language::{English, Russian, Turkish};

fn localised(source: &str, target: &str, from: Language, to: Language) -> String {
    localise(Pair { source, target, from, to })
}

#[test]
fn numbers_take_the_notation_of_the_target() {
    let cases = [
        ("12,500 of 4.5", English, Turkish, "12.500 of 4,5"),
        ("12,500 of 4.5", English, Russian, "12\u{a0}500 of 4,5"),
        ("1,200", English, Russian, "1200"),
        ("1,234,567.89", English, Turkish, "1.234.567,89"),
        ("1.000'den 3,5", Turkish, English, "1,000'den 3.5"),
        ("12.500", Turkish, Russian, "12\u{a0}500"),
        ("12 500 и 1 234 567", Russian, English, "12,500 и 1,234,567"),
        ("45% or 3.2%", English, Turkish, "%45 or %3,2"),
        ("%45", Turkish, English, "45%"),
        ("%3,5", Turkish, Russian, "3,5%"),
        ("4 million", English, Turkish, "4 milyon"),
        ("4.5 billion", English, Russian, "4,5 млрд"),
        ("4 milyon", Turkish, Russian, "4 млн"),
        ("4 млн", Russian, English, "4 million"),
        ("1998", English, Russian, "1998"),
    ];
    for (text, from, to, expected) in cases {
        assert_eq!(localised(text, text, from, to), expected, "{text} {from}-{to}");
    }
}

#[test]
fn what_is_no_plain_number_stays() {
    let cases = [
        ("at 19.30 on 12.05.2019", Turkish, English),
        ("at 07:30", English, Turkish),
        ("version 1.2.3 of B-2.5", English, Turkish),
        ("the 2018-19 season, 3-2", English, Russian),
        ("millions of millionaires", English, Turkish),
        ("https://example.org/1.5/x", English, Turkish),
    ];
    for (text, from, to) in cases {
        assert_eq!(localised(text, text, from, to), text, "{from}-{to}");
    }
}

#[test]
fn only_numbers_of_the_source_are_touched() {
    assert_eq!(localised("It grew by 3.5.", "3,5 büyüdü", English, Turkish), "3,5 büyüdü");
    assert_eq!(localised("None.", "1,500 kişi", English, Turkish), "1,500 kişi");
}
/// Numbers that people translated, from aligned news. In 94 of 100 the notation is that of the
/// people; the others wrote `1 000` for 1000 in Russian, `1000` for 1.000 in Turkish, or kept the
/// English point.
#[test]
fn real_numbers_are_written_as_people_write_them() {
    let table = include_str!("../../../tests/articles/numbers.tsv");
    let (mut right, mut wrong) = (0, Vec::new());
    for row in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = row.split('\t').collect();
        let (from, to) = (fields[0].parse().unwrap(), fields[1].parse().unwrap());
        let written = localised(fields[2], fields[2], from, to).replace('\u{a0}', " ");
        match written == fields[3] {
            true => right += 1,
            false => wrong.push(format!("{row}: {written}")),
        }
    }
    let all = right + wrong.len();
    assert!(all >= 165 && right * 100 >= all * 94, "{right} of {all}: {wrong:#?}");
}

proptest! {
    #![proptest_config(fixed(256))]

    #[test]
    fn a_number_is_the_same_in_each_notation(whole in 0_u64..1_000_000_000_000, decimals in "[0-9]{0,3}") {
        for (from, to) in directions() {
            let number = Number { whole: whole.to_string(), decimals: decimals.clone(), grouped: true };
            let read = Number::read(&number.written(from), from).unwrap();
            let again = Number::read(&read.written(to), to).unwrap();
            prop_assert_eq!((&again.whole, &again.decimals), (&number.whole, &number.decimals));
        }
    }

    #[test]
    fn a_translation_without_numbers_of_the_source_is_left_alone(text in "[a-zğışё ,.()-]{0,60}", n in any::<u32>()) {
        for (from, to) in directions() {
            let source = format!("{n} {text}");
            let pair = Pair { source: &source, target: &text, from, to };
            prop_assert_eq!(localise(pair), text.clone());
        }
    }
}

fn directions() -> Vec<(Language, Language)> {
    let all = |from| Language::ALL.into_iter().map(move |to| (from, to));
    Language::ALL.into_iter().flat_map(all).filter(|(from, to)| from != to).collect()
}
