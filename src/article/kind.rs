//! Headline and paragraphs → what sort of text it is. A text is called something else than news
//! only on strong signs, since a wrong guess would cost a story.

use super::{Details, Kind};

/// Rows that a table has at least.
const FEWEST_ROWS: usize = 4;

/// Words of one kind in a headline or section, in lower case.
const WEATHER: [&str; 7] =
    ["weather", "forecast", "temperatures", "hava durumu", "sıcaklıklar", "погод", "температур"];
const LOTTERY: [&str; 9] = [
    "lotto",
    "lottery",
    "winning numbers",
    "powerball",
    "sayısal",
    "şans topu",
    "çekiliş",
    "лото",
    "тираж",
];
const PRICES: [&str; 14] = [
    "prices",
    "shares",
    "stocks",
    "stock market",
    "exchange rates",
    "closing",
    "borsa",
    "kapanış",
    "fiyat",
    "döviz",
    "котировк",
    "курс",
    "цены",
    "бирж",
];
const INGREDIENTS: [&str; 8] = [
    "ingredients",
    "for the dough",
    "malzemeler",
    "malzemesi",
    "gerekli malzemeler",
    "ингредиенты",
    "состав",
    "вам понадобится",
];
const TEST: [&str; 12] = [
    "this is a test",
    "test message",
    "test only",
    "please ignore",
    "please disregard",
    "line test",
    "deneme yayını",
    "test mesajı",
    "deneme mesajı",
    "lütfen dikkate almayın",
    "тестовое сообщение",
    "проверка связи",
];
const ADVISORY: [&str; 22] = [
    "advisory",
    "media advisory",
    "note to editors",
    "editors' note",
    "editor's note",
    "attention editors",
    "news budget",
    "news schedule",
    "daybook",
    "planning advisory",
    "coverage plan",
    "editörlerin dikkatine",
    "abonelere not",
    "abonelerimize",
    "günün gündemi",
    "gündem programı",
    "вниманию редакторов",
    "вниманию подписчиков",
    "план новостей",
    "анонс событий",
    "к сведению редакторов",
    "editors:",
];

/// The kind of a text. `details` may name its section or slug.
pub(super) fn of(title: Option<&str>, paragraphs: &[String], details: &Details) -> Kind {
    let title = title.unwrap_or("").to_lowercase();
    let words: usize = paragraphs.iter().map(|text| text.split_whitespace().count()).sum();
    let first = paragraphs.first().map(|text| text.to_lowercase()).unwrap_or_default();
    if words < 80 && TEST.iter().any(|sign| title.contains(sign) || first.contains(sign)) {
        return Kind::Test;
    }
    let starts = |text: &str| {
        let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        ADVISORY.iter().any(|sign| text.starts_with(sign))
    };
    let slug = details.slug.as_deref().unwrap_or("").to_lowercase();
    if starts(&title) || slug.split([',', '/']).any(|part| starts(part.trim())) {
        return Kind::Advisory;
    }
    let lines: Vec<Line> = paragraphs.iter().map(|text| Line::of(text)).collect();
    if is_recipe(paragraphs, &lines) {
        return Kind::Recipe;
    }
    let topic =
        format!("{title} {slug} {}", details.section.as_deref().unwrap_or("").to_lowercase());
    table(&topic, &lines, words).unwrap_or_default()
}

/// What a paragraph is made of.
struct Line {
    words: usize,
    numbers: usize,
    /// Signs of a price list: `+1.2%`, `48,06`.
    changes: usize,
    degrees: bool,
    /// Two small numbers, each behind a name: a score.
    is_score: bool,
    is_sentence: bool,
}

impl Line {
    fn of(text: &str) -> Self {
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let is_number = |token: &&&str| {
            token.contains(|letter: char| letter.is_ascii_digit())
                && !token.contains(char::is_alphabetic)
        };
        let numbers: Vec<&&str> = tokens.iter().filter(is_number).collect();
        let changes = numbers.iter().filter(|number| {
            number.ends_with('%')
                || number.starts_with(['+', '-', '−'])
                || number.contains(['.', ','])
        });
        let small = |token: &str| token.parse::<u32>().is_ok_and(|number| number < 200);
        let dashed = |token: &str| {
            token.split_once(['-', '–', ':']).is_some_and(|(one, other)| small(one) && small(other))
        };
        let names = tokens.len() - numbers.len();
        let ends = text.trim_end_matches(['"', '”', '»', ')']).ends_with(['.', '!', '?', '…']);
        Self {
            words: tokens.len(),
            numbers: numbers.len(),
            changes: changes.count(),
            degrees: text.contains('°'),
            is_score: names >= 2
                && tokens.len() <= 14
                && (numbers.iter().filter(|number| small(number)).count() == 2
                    || numbers.iter().any(|number| dashed(number))),
            is_sentence: ends && tokens.len() >= 7,
        }
    }

    fn is_row(&self) -> bool {
        !self.is_sentence && self.numbers > 0 && self.words <= 16
    }
}

/// The kind of a text most of which is rows.
fn table(topic: &str, lines: &[Line], words: usize) -> Option<Kind> {
    let says = |signs: &[&str]| signs.iter().any(|sign| topic.contains(sign));
    let prose: usize = lines.iter().filter(|line| line.is_sentence).map(|line| line.words).sum();
    let numbers: usize = lines.iter().map(|line| line.numbers).sum();
    if says(&LOTTERY) && numbers >= 5 && prose < 40 && numbers * 4 > words {
        return Some(Kind::Lottery);
    }
    let rows: Vec<&Line> = lines.iter().filter(|line| line.is_row()).collect();
    let in_rows: usize = rows.iter().map(|row| row.words).sum();
    if rows.len() < FEWEST_ROWS || prose * 3 > in_rows {
        return None;
    }
    let most = |count: usize| count * 2 > rows.len();
    let scores = rows.iter().filter(|row| row.is_score).count();
    let degrees = rows.iter().filter(|row| row.degrees).count();
    let changes = rows.iter().filter(|row| row.changes > 0).count();
    if most(degrees) || says(&WEATHER) {
        Some(Kind::Weather)
    } else if most(scores) && !says(&PRICES) {
        Some(Kind::Results)
    } else if most(changes) || says(&PRICES) {
        Some(Kind::Prices)
    } else {
        None
    }
}

/// A heading of ingredients, and three lines with amounts below it.
fn is_recipe(paragraphs: &[String], lines: &[Line]) -> bool {
    let heading = paragraphs.iter().position(|text| {
        let text = text.trim_end_matches([':', ' ']).to_lowercase();
        INGREDIENTS.iter().any(|sign| text == *sign || text.starts_with(&format!("{sign} (")))
    });
    let Some(heading) = heading else { return false };
    let below = paragraphs[heading + 1..].iter().zip(&lines[heading + 1..]).take(8);
    let amounts = below.filter(|(text, line)| {
        let amount =
            text.contains(|letter: char| letter.is_ascii_digit() || "½¼¾".contains(letter));
        amount && line.words <= 10 && !line.is_sentence
    });
    amounts.count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(title: &str, text: &str) -> Kind {
        let paragraphs: Vec<String> = text.lines().map(str::to_string).collect();
        of(Some(title), &paragraphs, &Details::default())
    }

    #[test]
    fn tables_and_notices_are_told_from_stories() {
        let cases = [
            (
                "Football results",
                "Rovers 3 Town 1\nUnited 0 Athletic 0\nCity 2 Quay 4\nAlbion 5 Gate 0",
                Kind::Results,
            ),
            (
                "Результаты",
                "Спартак – Зенит 2:1\nДинамо – Локо 0:0\nКраснодар – Ротор 3:1\nУрал – Уфа 1:1",
                Kind::Results,
            ),
            (
                "Kapanış fiyatları",
                "KRFZ 312,50 +1,2%\nLMNX 48,06 -0,4%\nTRSN 7,80 +3,9%\nBDGR 7,82 0,0%",
                Kind::Prices,
            ),
            (
                "Weather",
                "Velmar 12° rain\nOrla 9° cloudy\nSella 14° sun\nBrandt 8° snow",
                Kind::Weather,
            ),
            ("Sayısal Loto sonuçları", "3 8 17 22 31 44\nJoker 5", Kind::Lottery),
            (
                "Plum cake",
                "Good for eight.\nIngredients\n600 g plums\n150 g oats\n120 g butter\nBake it.",
                Kind::Recipe,
            ),
            ("Test", "This is a test of the wire, please ignore.", Kind::Test),
            ("ADVISORY: coverage of the vote", "Our team will file at noon.", Kind::Advisory),
            ("Вниманию редакторов", "В план внесены изменения.", Kind::Advisory),
        ];
        for (title, text, expected) in cases {
            assert_eq!(kind(title, text), expected, "{title}");
        }
    }

    #[test]
    fn stories_with_numbers_stay_stories() {
        let story = "The index rose 2.3% to 1,204 points on Monday, the exchange said in a statement.\n\
            Shares of Norwind gained 4.1% after the company raised its forecast for the year.\n\
            KRFZ 312.50 +1.2%\nLMNX 48.06 -0.4%\nTRSN 7.80 +3.9%\nBDGR 7.82 0.0%";
        assert_eq!(kind("Stocks rise", story), Kind::News);
        let match_report = "Rovers beat Town 3-1 on Saturday in front of 20,000 people at home.\n\
            Goals came from Moss and Wirth in the first half, and from Okan late in the second.";
        assert_eq!(kind("Rovers win", match_report), Kind::News);
        let lottery =
            "A woman who won 4 million euros in the lottery last week has given half of it away.";
        assert_eq!(kind("Lottery winner gives money away", lottery), Kind::News);
    }
}
