//! Quotations and brackets of a line: sentences inside them stay with the one around them.

/// What is longer was never meant to be one, or holds a text of its own.
const LONGEST: usize = 400;

/// A longer quotation is told in sentences of its own: they are read one by one.
const LONGEST_QUOTATION: usize = 160;

/// A quotation or bracket that is closed. Places count characters of the line.
struct Span {
    start: usize,
    end: usize,
    bracket: bool,
    /// Whether the sentence goes on behind it: `"…," he said`.
    goes_on: bool,
}

pub(super) struct Enclosures {
    /// By their starts.
    spans: Vec<Span>,
}

impl Enclosures {
    pub fn of(characters: &[(usize, char)]) -> Self {
        let mut spans = Vec::new();
        let mut open: Vec<(usize, char)> = Vec::new();
        for place in 0..characters.len() {
            match role_of(characters, place, &open) {
                Some(Role::Opens) => open.push((place, characters[place].1)),
                Some(Role::Closes(opener)) => {
                    let Some(last) = open.iter().rposition(|(_, mark)| opener.contains(*mark))
                    else {
                        continue;
                    };
                    // What was opened after it was never closed.
                    let (start, mark) = open[last];
                    open.truncate(last);
                    let bracket = matches!(mark, '(' | '[');
                    if place - start <= LONGEST {
                        let goes_on = goes_on(characters, place);
                        spans.push(Span { start, end: place, bracket, goes_on });
                    }
                }
                None => {}
            }
        }
        spans.sort_unstable_by_key(|span| span.start);
        Enclosures { spans }
    }

    /// Whether sentences stay together at this place: inside a bracket; inside a short quotation
    /// that is part of the sentence whose first character is at `start`, and not all of it; and
    /// inside any quotation before a dash, which ends the words of who reports it.
    pub fn cover(&self, start: usize, place: usize, next: Option<char>) -> bool {
        let before_dash = next.is_some_and(|next| "—–".contains(next));
        self.near(place).any(|span| {
            let part =
                span.end - span.start <= LONGEST_QUOTATION && (span.start > start || span.goes_on);
            span.start < place && place < span.end && (span.bracket || part || before_dash)
        })
    }

    /// Whether a bracket that stands inside the sentence at `start` closes in the places from
    /// `marks_end` to `end`: "(в 1916 г.) Сомов построил" goes on.
    pub fn bracket_closes(&self, start: usize, marks_end: usize, end: usize) -> bool {
        self.near(end)
            .any(|span| span.bracket && span.start > start && (marks_end..end).contains(&span.end))
    }

    fn near(&self, place: usize) -> impl Iterator<Item = &Span> {
        let behind = self.spans.partition_point(|span| span.start < place);
        let near = self.spans[..behind].iter().rev();
        near.take_while(move |span| place - span.start <= LONGEST)
    }
}

fn goes_on(characters: &[(usize, char)], end: usize) -> bool {
    let mut behind = characters[end + 1..].iter().map(|(_, character)| *character);
    let next = behind.find(|character| !character.is_whitespace());
    next.is_some_and(|next| next.is_lowercase() || ",—–-".contains(next))
}

enum Role {
    Opens,
    /// With the marks that it may close.
    Closes(&'static str),
}

fn role_of(characters: &[(usize, char)], place: usize, open: &[(usize, char)]) -> Option<Role> {
    let low_is_open = open.iter().any(|(_, mark)| *mark == '„');
    match characters[place].1 {
        '(' | '[' | '«' | '„' => Some(Role::Opens),
        ')' => Some(Role::Closes("(")),
        ']' => Some(Role::Closes("[")),
        '»' => Some(Role::Closes("«")),
        '”' => Some(Role::Closes("“„”")),
        '“' if low_is_open => Some(Role::Closes("„")),
        '“' => Some(Role::Opens),
        '"' => {
            let before = place.checked_sub(1).map(|before| characters[before].1);
            let opens = before.is_none_or(|mark| mark.is_whitespace() || "([«—–-".contains(mark));
            Some(if opens { Role::Opens } else { Role::Closes("\"") })
        }
        _ => None,
    }
}
