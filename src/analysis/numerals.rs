//! Digits and Roman numerals → the values that they can stand for.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::tokens::Token;
use crate::language::Language;

/// Values of a number in digits, the country's own notation first.
pub fn digits(text: &str, language: Language) -> Vec<f64> {
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if let Some((hours, minutes)) = compact.split_once(':') {
        let (Ok(hour), Ok(minute)) = (hours.parse::<f64>(), minutes.parse::<f64>()) else {
            return compact.split(':').filter_map(|part| part.parse().ok()).collect();
        };
        return clock(hour, minute);
    }
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::Turkish | Language::Russian => ('.', ','),
    };
    let mut readings = Vec::new();
    for (group, point) in [(group, point), (point, group)] {
        let grouped = compact
            .split(group)
            .skip(1)
            .all(|part| part.chars().take_while(|letter| *letter != point).count() == 3)
            && compact.matches(point).count() <= 1;
        if grouped {
            let plain = compact.replace(group, "").replace(point, ".");
            readings.extend(plain.parse::<f64>().ok());
        }
    }
    readings.dedup();
    if readings.is_empty() {
        readings.extend(compact.split(['.', ',']).filter_map(|part| part.parse::<f64>().ok()));
    } else if language != Language::English && compact.matches('.').count() == 1 {
        // 19.30 is a time of day in Turkish and Russian.
        if let Some((Ok(hour), Ok(minute))) =
            compact.split_once('.').map(|(h, m)| (h.parse::<f64>(), m.parse::<f64>()))
            && compact.len() <= 5
            && hour < 24.0
            && minute < 60.0
        {
            readings.extend(clock(hour, minute));
        }
    }
    readings
}

/// A time of day as hours after midnight plus 10,000 (so that it meets no other number), and the
/// plain hour when it is a full one: 19:00 is "7 p.m.".
fn clock(hour: f64, minute: f64) -> Vec<f64> {
    let time = |hour: f64| 10_000.0 + hour + minute / 100.0;
    let mut readings = vec![time(hour), time((hour + 12.0) % 24.0)];
    if minute == 0.0 {
        readings.extend([hour, (hour + 12.0) % 24.0]);
    }
    readings
}

/// Roman numerals of centuries, kings and congresses; single letters only before "century" words.
pub fn roman(tokens: &[Token], position: usize, lexicon: &Lexicon) -> Option<f64> {
    let text = &tokens[position].text;
    if !text.chars().all(|letter| "IVXХ".contains(letter)) {
        return None;
    }
    let century = tokens.get(position + 1).is_some_and(|next| {
        lexicon.list("century").iter().any(|beginning| next.lower.starts_with(beginning.as_str()))
    });
    if text.chars().count() < 2 && !century {
        return None;
    }
    let values: Vec<i32> = text
        .chars()
        .map(|letter| match letter {
            'I' => 1,
            'V' => 5,
            _ => 10,
        })
        .collect();
    let total: i32 = values
        .iter()
        .enumerate()
        .map(|(at, value)| match values.get(at + 1) {
            Some(next) if next > value => -value,
            _ => *value,
        })
        .sum();
    Some(f64::from(total))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::digits;
    use crate::language::Language;
    use crate::segment::properties::fixed;

    proptest! {
        #![proptest_config(fixed(256))]

        /// The first reading is what the country's own notation says.
        #[test]
        fn what_is_written_in_a_notation_is_read_in_it(whole in 0_u64..1_000_000_000, decimals in "([1-9]{1,3})?") {
            let notations =
                [(Language::English, ",", "."), (Language::Turkish, ".", ","), (Language::Russian, "\u{a0}", ",")];
            let value: f64 = format!("{whole}.{decimals}0").parse().unwrap();
            for (language, group, point) in notations {
                let text = written(whole, group) + if decimals.is_empty() { "" } else { point } + &decimals;
                let first = digits(&text, language).first().copied();
                prop_assert_eq!(first, Some(value), "{} in {:?}", text, language);
            }
        }

        #[test]
        fn anything_else_is_read_without_harm(text in "[0-9.,: \u{a0}]{0,24}") {
            for language in Language::ALL {
                prop_assert!(digits(&text, language).iter().all(|value| !value.is_nan()));
            }
        }
    }

    fn written(whole: u64, group: &str) -> String {
        let digits = whole.to_string();
        let first = (digits.len() - 1) % 3 + 1;
        let mut text = digits[..first].to_string();
        for start in (first..digits.len()).step_by(3) {
            text += group;
            text += &digits[start..start + 3];
        }
        text
    }
}
