//! Tokens → months, weekdays, days, years and relative dates; dates → weekdays.

use std::sync::LazyLock;

use crate::analysis::lexicon::phrases;
use crate::analysis::table::{self, Fields, Table, parts};
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

const CALENDAR: Table =
    Table { name: "calendar.tsv", text: include_str!("tables/calendar.tsv"), fields: (4, 4) };

type Row = (Language, Moment, Vec<&'static str>);

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| CALENDAR.values(row));

fn row(fields: Fields) -> Result<Row, String> {
    let within = |most: u32| {
        let value = fields[2].parse().ok().filter(|value| (1..=most).contains(value));
        value.ok_or_else(|| format!("'{}' is not from 1 to {most}", fields[2]))
    };
    let moment = match fields[1] {
        "month" => Moment::Month(within(12)?),
        "weekday" => Moment::Weekday(within(7)?),
        "relative" => Moment::Relative(fields[2].to_string()),
        other => return Err(format!("'{other}' is no kind of date")),
    };
    Ok((table::language(fields[0])?, moment, parts(fields[3], ' ')?))
}

/// One statement about time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// 1 is January.
    Month(u32),
    /// Day of the month and month.
    Day(u32, u32),
    Year(u32),
    /// 1 is Monday.
    Weekday(u32),
    /// `day-1` is yesterday, `week+1` next week.
    Relative(String),
}

/// A moment and the tokens that say it, both ends included.
#[derive(Clone, Debug)]
pub struct Dated {
    pub moment: Moment,
    pub tokens: (usize, usize),
    pub start: usize,
    pub end: usize,
    pub written: String,
    /// Part of a name of its own, "Saturday Night Live", which a translation may give in other words.
    pub titled: bool,
}

/// The calendar words of one language.
pub struct Calendar {
    entries: Vec<(Moment, Form)>,
}

struct Form {
    words: Vec<String>,
    open: bool,
    marked: bool,
}

impl Calendar {
    /// Reads the table that is compiled in.
    pub fn new(language: Language) -> Self {
        let mut entries = Vec::new();
        for (_, moment, forms) in ROWS.iter().filter(|(of, ..)| *of == language) {
            for form in forms {
                let words = form.trim_start_matches('^').trim_end_matches(['*', '\'']);
                let form = Form {
                    words: words.split('_').map(str::to_string).collect(),
                    open: form.ends_with('*'),
                    marked: form.starts_with('^'),
                };
                entries.push((moment.clone(), form));
            }
        }
        Self { entries }
    }

    /// All moments of a text, in order.
    pub fn moments(&self, tokens: &[Token], language: Language) -> Vec<Dated> {
        let mut found = Vec::new();
        for position in 0..tokens.len() {
            if let Some((moment, length)) = self.named(tokens, position) {
                let range = (position, position + length - 1);
                if let Moment::Month(month) = moment {
                    days(tokens, range, month, &mut found);
                }
                found.push(dated(moment, tokens, range));
            }
            numeric(tokens, position, language, &mut found);
            if let Some(year) = year(tokens, position) {
                found.push(dated(Moment::Year(year), tokens, (position, position)));
            }
        }
        found
    }

    fn named(&self, tokens: &[Token], position: usize) -> Option<(Moment, usize)> {
        self.entries
            .iter()
            .find(|(_, form)| form.matches(tokens, position))
            .map(|(moment, form)| (moment.clone(), form.words.len()))
    }
}

impl Form {
    fn matches(&self, tokens: &[Token], position: usize) -> bool {
        let last = self.words.len() - 1;
        let words = self.words.iter().enumerate().all(|(at, word)| {
            let Some(token) = tokens.get(position + at) else { return false };
            match token.lower.strip_prefix(word.as_str()) {
                Some("") => true,
                Some(rest) => self.open && at == last && rest.chars().count() <= 6,
                None => false,
            }
        });
        words && (!self.marked || marked(tokens, position))
    }
}

fn in_title(tokens: &[Token], after: usize) -> bool {
    tokens.get(after).is_some_and(|next| {
        next.is_capitalised() && phrases("date_title").any(|word| next.lower == word)
    })
}

/// An ambiguous month name counts with a capital letter inside a sentence, or beside a number.
fn marked(tokens: &[Token], position: usize) -> bool {
    let number = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| token.kind == Kind::Number)
    };
    let beside = number(position.checked_sub(1)) || number(Some(position + 1));
    let inside = position > 0 && tokens[position - 1].kind == Kind::Word;
    let name = tokens.get(position + 1).is_some_and(|next| next.is_capitalised())
        || position.checked_sub(1).is_some_and(|at| {
            tokens[at].is_capitalised() && at > 0 && tokens[at].kind == Kind::Word
        });
    // "ocak ayında": the month of January.
    let month = tokens.get(position + 1).is_some_and(|next| next.lower.starts_with("ayı"));
    beside || month || (inside && tokens[position].is_capitalised() && !name)
}

fn dated(moment: Moment, tokens: &[Token], range: (usize, usize)) -> Dated {
    let (first, last) = (&tokens[range.0], &tokens[range.1]);
    let words: Vec<&str> =
        tokens[range.0..=range.1].iter().map(|token| token.text.as_str()).collect();
    let titled = in_title(tokens, range.1 + 1);
    Dated {
        moment,
        tokens: range,
        start: first.start,
        end: last.end,
        written: words.join(" "),
        titled,
    }
}

/// Days of the month around a month name: "5 марта", "с 15 по 26 мая", "May 15 and 16".
fn days(tokens: &[Token], month_at: (usize, usize), month: u32, found: &mut Vec<Dated>) {
    let mut push = |at: usize| -> bool {
        let day = tokens[at].text.parse::<u32>().ok().filter(|day| (1..=31).contains(day));
        if let Some(day) = day {
            found.push(dated(
                Moment::Day(day, month),
                tokens,
                (at.min(month_at.0), at.max(month_at.1)),
            ));
        }
        day.is_some()
    };
    let link = |token: &Token| {
        token.is_mark("-–—,&.")
            || matches!(
                token.lower.as_str(),
                "and"
                    | "to"
                    | "of"
                    | "the"
                    | "st"
                    | "nd"
                    | "rd"
                    | "th"
                    | "и"
                    | "по"
                    | "на"
                    | "ve"
                    | "ile"
                    | "го"
                    | "е"
            )
    };
    let mut at = month_at.0;
    while let Some(before) = at.checked_sub(1) {
        let token = &tokens[before];
        let taken = token.kind == Kind::Number && push(before);
        if !(taken || link(token)) || month_at.0 - before > 6 {
            break;
        }
        at = before;
    }
    let mut at = month_at.1 + 1;
    while let Some(token) = tokens.get(at) {
        let taken = token.kind == Kind::Number && push(at);
        if !(taken || (link(token) && token.lower != "of")) || at > month_at.1 + 5 {
            break;
        }
        at += 1;
    }
}

/// `12.05.2019` and `12/05/2019`; in English the month may come first.
fn numeric(tokens: &[Token], position: usize, language: Language, found: &mut Vec<Dated>) {
    let token = &tokens[position];
    if token.kind != Kind::Number {
        return;
    }
    let (parts, last): (Vec<u32>, usize) = if token.text.matches('.').count() == 2 {
        (token.text.split('.').filter_map(|part| part.parse().ok()).collect(), position)
    } else {
        let separated = [1, 3].iter().all(|step| {
            tokens.get(position + step).is_some_and(|mark| mark.is_mark("/-") && mark.glued)
        });
        let values: Vec<u32> = [0, 2, 4]
            .iter()
            .filter_map(|step| tokens.get(position + step)?.text.parse().ok())
            .collect();
        if !separated {
            return;
        }
        (values, position + 4)
    };
    let [first, second, third] = parts[..] else { return };
    let (first, third) = if first > 1000 { (third, first) } else { (first, third) };
    let mut push = |moment| found.push(dated(moment, tokens, (position, last)));
    if third > 1000 {
        push(Moment::Year(third));
    }
    if (1..=31).contains(&first) && (1..=12).contains(&second) {
        push(Moment::Month(second));
        push(Moment::Day(first, second));
    }
    if language == Language::English && (1..=12).contains(&first) && (1..=31).contains(&second) {
        push(Moment::Month(first));
        push(Moment::Day(second, first));
    }
}

fn year(tokens: &[Token], position: usize) -> Option<u32> {
    let token = &tokens[position];
    let plain = token.kind == Kind::Number && token.text.chars().count() == 4;
    let year: u32 = token.text.parse().ok().filter(|_| plain)?;
    let money = position > 0 && tokens[position - 1].is_mark("$€£₺₽");
    ((1800..2100).contains(&year) && !money).then_some(year)
}

/// Reads `2019-05-12…`; anything else is no date.
pub fn iso_date(text: &str) -> Option<(i64, u32, u32)> {
    let mut parts = text.get(..10)?.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let day = parts.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    Some((year, month, day))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar.
pub fn day_number(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// 1 is Monday. 1970-01-01 was a Thursday.
pub fn weekday(day_number: i64) -> u32 {
    u32::try_from((day_number + 3).rem_euclid(7)).unwrap_or(0) + 1
}
