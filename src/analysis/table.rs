//! Lines of a table that is compiled in → values, strictly: what a table does not say well is a
//! fault of the program, and is named by file and line. A test reads every table.

use std::collections::HashSet;

use crate::language::Language;

/// A file of `tables/`: rows of fields between tabs, with comments that begin with `#`.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Name of the file, for messages.
    pub name: &'static str,
    pub text: &'static str,
    /// Fewest and most fields of a row.
    pub fields: (usize, usize),
}

/// Rows of alternatives, each with its language.
pub type Alternatives = Vec<(Language, Vec<Vec<&'static str>>)>;

/// The fields of one row, none of them missing.
pub type Fields<'a> = &'a [&'static str];

impl Table {
    /// What `read` makes of each row, in order.
    ///
    /// # Errors
    /// With file and line, where a row has too few or too many fields, an empty one, or one that
    /// `read` refuses.
    pub fn read<T>(
        &self,
        mut read: impl FnMut(Fields) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let lines = self.text.lines().enumerate();
        let rows = lines.filter(|(_, line)| !line.starts_with("# ") && !line.trim().is_empty());
        let mut values = Vec::new();
        for (at, line) in rows {
            let named = |fault: String| format!("{}, line {}: {fault}", self.name, at + 1);
            let fields: Vec<&'static str> = line.split('\t').collect();
            let (fewest, most) = self.fields;
            if !(fewest..=most).contains(&fields.len()) {
                return Err(named(format!("{} fields, not {fewest} to {most}", fields.len())));
            }
            if fields.iter().any(|field| field.trim().is_empty() || field.trim() != *field) {
                return Err(named("a field is empty or has spaces around it".to_string()));
            }
            values.push(read(&fields).map_err(named)?);
        }
        if values.is_empty() {
            return Err(format!("{} has no rows", self.name));
        }
        Ok(values)
    }

    /// The rows of a table whose first field is a language and whose others are alternatives
    /// divided by `|`.
    ///
    /// # Panics
    /// As [`Self::values`].
    pub fn alternatives(&self) -> Alternatives {
        self.values(|fields| {
            let rest: Result<_, String> = fields[1..].iter().map(|part| parts(part, '|')).collect();
            Ok((language(fields[0])?, rest?))
        })
    }

    /// The fields of every row.
    ///
    /// # Panics
    /// As [`Self::values`].
    pub fn rows(&self) -> Vec<Vec<&'static str>> {
        self.values(|fields| Ok(fields.to_vec()))
    }

    /// [`Self::read`] of a table that a test has read already.
    ///
    /// # Panics
    /// On a table with a fault, which no released program has.
    pub fn values<T>(&self, read: impl FnMut(Fields) -> Result<T, String>) -> Vec<T> {
        self.read(read).unwrap_or_else(|fault| panic!("{fault}"))
    }
}

/// A field that is the code of one of the three languages.
///
/// # Errors
/// When it is another word.
pub fn language(field: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.code() == field);
    known.ok_or_else(|| format!("'{field}' is no language; use en, tr or ru"))
}

/// A field that is a number.
///
/// # Errors
/// When it is none, or not finite.
pub fn number(field: &str) -> Result<f64, String> {
    let number = field.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| format!("'{field}' is no number"))
}

/// The parts of a field between `separator`.
///
/// # Errors
/// When one of them is empty or stands there twice.
pub fn parts(field: &'static str, separator: char) -> Result<Vec<&'static str>, String> {
    let parts: Vec<&'static str> = field.split(separator).map(str::trim).collect();
    let mut seen = HashSet::new();
    match parts.iter().find(|part| part.is_empty() || !seen.insert(**part)) {
        Some(part) => Err(format!("'{part}' is empty or stands twice in '{field}'")),
        None => Ok(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &'static str) -> String {
        let table = Table { name: "some.tsv", text, fields: (2, 2) };
        let read = |fields: Fields| {
            number(fields[1])?;
            Ok((language(fields[0])?, parts(fields[1], ' ')?))
        };
        table.read(read).unwrap_err()
    }

    #[test]
    fn what_a_table_says_badly_is_named_by_file_and_line() {
        assert!(fault("# a comment\nen\n").starts_with("some.tsv, line 2: 1 fields"));
        assert!(fault("en\t1\nen\ttwo\n").contains("line 2: 'two' is no number"));
        assert!(fault("de\t1\n").contains("'de' is no language"));
        assert!(fault("en\t \n").contains("empty"));
        assert!(fault("# nothing\n").contains("no rows"));
    }

    #[test]
    fn alternatives_are_neither_empty_nor_doubled() {
        assert_eq!(parts("a|b", '|').unwrap(), ["a", "b"]);
        assert!(parts("a||b", '|').is_err());
        assert!(parts("a|b|a", '|').is_err());
    }
}
