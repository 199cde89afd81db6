//! The dateline in front of an agency's story (`ANKARA, 5 Mart (AA) -`), and the agency's mark
//! behind it. They say where a text comes from and are no part of what it says.

use std::sync::LazyLock;

use regex::Regex;

use super::Marked;

/// Dates inside a dateline: `March 5`, `5 Mart`, `5 марта 2024 г.`.
const DATE: &str = r"(?:\d{1,2}\.? ?\p{L}{3,9}\.?|\p{L}{3,9}\.? \d{1,2})(?:,? \d{4}(?: г\.)?)?";

/// Places: words with capitals, `NEW YORK`, `Нижний Новгород`, `LONDON/PARIS`, `VELBY, Ohio`.
const PLACE: &str = r"\p{Lu}[\p{L}'’.-]*(?:[ /]\p{Lu}[\p{L}'’.-]*){0,3}(?:, \p{Lu}[\p{L}.]+)?";

static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let agency = r"\([\p{L}][\p{L}. /-]{1,24}\)";
    let shapes = [
        // ANKARA, 5 Mart (AA) - …; PARIS (AFP) — …
        format!(r"^({PLACE})(?:[,.]? {DATE})?,? ?{agency} ?[-–—:]+ "),
        // МОСКВА, 5 марта. /ТАСС/. …
        format!(r"^({PLACE})[,.] {DATE}[.,]? ?/[\p{{L}} -]{{2,24}}/[.,]? ?(?:[-–—]+ )?"),
        // МОСКВА, 5 марта — РИА Новости. …; Москва. 5 марта. INTERFAX.RU - …
        format!(
            r"^({PLACE})[,.] {DATE}[.,]? (?:[-–—] )?(?:РИА Новости|INTERFAX\.RU|ТАСС|Интерфакс)[.,]? ?(?:[-–—]+ )?"
        ),
        // VELBY, March 5 - …
        format!(r"^(\p{{Lu}}[\p{{Lu}} .'’/-]{{2,40}}), {DATE} ?[-–—]+ "),
    ];
    shapes.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
});

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = "AA|DHA|İHA|ANKA|AFP|AP|PA|dpa|Reuters|Bloomberg|TASS|ТАСС|РИА Новости|Интерфакс";
    Regex::new(&format!(r"\s*[(/–—-]+\s?(?:{names})(?:[/-](?:{names}))*\s?[)/–—-]*\.?$")).ok()
});

/// Takes the dateline off the first paragraph and the agency's mark off the last, with notes.
/// Gives the place.
pub(super) fn take(paragraphs: &mut [Marked], notes: &mut Vec<String>) -> Option<String> {
    if let Some(last) = paragraphs.last_mut()
        && let Some(found) = MARK.as_ref().and_then(|mark| mark.find(&last.text))
        && last.text[..found.start()].ends_with(['.', '!', '?', '"', '”', '»'])
    {
        notes.push(format!("Took the agency's mark “{}” off the end.", found.as_str().trim()));
        last.text.truncate(found.start());
    }
    let first = paragraphs.first_mut()?;
    let found = SHAPES.iter().find_map(|shape| shape.captures(&first.text))?;
    let line = found.get(0)?;
    let rest = &first.text[line.end()..];
    if rest.split_whitespace().count() < 4 {
        return None;
    }
    let place = found.get(1)?.as_str().to_string();
    notes.push(format!("Moved the dateline “{}” to its own field.", line.as_str().trim()));
    first.text = rest.to_string();
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (Option<String>, String) {
        let mut paragraphs = [Marked { text: text.to_string(), spots: Vec::new() }];
        let place = take(&mut paragraphs, &mut Vec::new());
        let [paragraph] = paragraphs;
        (place, paragraph.text)
    }

    #[test]
    fn datelines_of_agencies_are_moved() {
        let cases = [
            ("KESTREL BAY, March 5 (Reuters) - ", "KESTREL BAY", "The council voted to close it."),
            ("PARIS (AFP) — ", "PARIS", "The council voted to close it."),
            ("ANKARA, 5 Mart (AA) - ", "ANKARA", "Bakan yeni kararı pazartesi açıkladı."),
            ("Velby (cna) - ", "Velby", "The council voted to close it."),
            ("МОСКВА, 5 марта. /ТАСС/. ", "МОСКВА", "Совет порта закрыл старый причал."),
            ("Москва. 5 марта. INTERFAX.RU - ", "Москва", "Совет порта закрыл старый причал."),
            ("МОСКВА, 5 мар — РИА Новости. ", "МОСКВА", "Совет порта закрыл старый причал."),
        ];
        for (line, place, text) in cases {
            let found = taken(&format!("{line}{text}"));
            assert_eq!(found, (Some(place.to_string()), text.to_string()), "{line}");
        }
    }

    #[test]
    fn sentences_that_only_look_so_stay() {
        for text in [
            "NATO - an alliance of 32 states - met on Tuesday.",
            "Ellen Strand (Labour) said that she would resign in May.",
            "In March 5 people died - nobody knows why they did.",
            "Москва, 5 марта принявшая гостей, готовится к весне.",
        ] {
            assert_eq!(taken(text), (None, text.to_string()));
        }
        assert_eq!(taken("Köprü yarın açılacak, dedi. (AA)").1, "Köprü yarın açılacak, dedi.");
        assert_eq!(taken("He works for the agency (AA)").1, "He works for the agency (AA)");
    }
}
