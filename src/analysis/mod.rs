//! Text of the three languages → tokens, stems, quantities, moments, names. Pure: tables that are
//! compiled in, no files, no clock. It judges nothing; that is what [`crate::checks`] does.

pub mod analysed;
pub mod calendar;
pub mod common_words;
pub mod gazetteer;
pub mod inflection;
pub mod lengths;
pub mod lexicon;
pub mod loops;
pub mod name_classes;
pub mod name_index;
pub mod name_marks;
pub mod number_words;
pub mod numerals;
pub mod orders;
pub mod passage;
pub mod quantities;
pub mod quotation;
pub mod skeleton;
pub mod speech;
pub mod stems;
pub mod table;
pub mod tokens;
