//! What comes after a model: a translation is mended where that is certain, then judged. Pure.
//!
//! The order matters: addresses first, since their digits are no numbers; the glossary last, since
//! it wins over the tables.

use super::check::Pair;
use super::glossary::Glossary;
use super::names::NameTable;
use super::{keep, notation, quotation};
use crate::document::Finding;
use crate::language::Language;

/// Tables for one direction and the user's glossary.
pub struct Protection<'a> {
    names: NameTable,
    glossary: &'a Glossary,
}

impl<'a> Protection<'a> {
    /// Reads the tables of a direction.
    pub fn new(from: Language, to: Language, glossary: &'a Glossary) -> Self {
        Self { names: NameTable::new(from, to), glossary }
    }

    /// The translation with addresses, numbers, names, quotation marks and terms as they have to be.
    pub fn mend(&self, pair: Pair) -> String {
        let text = keep::mend(pair);
        let text = notation::localise(Pair { target: &text, ..pair });
        let text = self.names.mend(Pair { target: &text, ..pair });
        let text = quotation::mend(Pair { target: &text, ..pair });
        self.glossary.apply(Pair { target: &text, ..pair })
    }

    /// What of the source did not survive, as far as this module knows.
    pub fn check(&self, pair: Pair) -> Vec<Finding> {
        let mut findings = keep::check(pair);
        findings.extend(self.names.check(pair));
        findings.extend(self.glossary.check(pair));
        findings
    }
}
