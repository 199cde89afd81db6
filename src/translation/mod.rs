//! [`Brief`](crate::document::Brief) or text → the same in another language, sentence by sentence.
//!
//! The way is planned once ([`route`]); a text is taken apart so that it can be put together as it
//! was ([`layout`]); each leg asks the model once for all sentences of all texts ([`legs`]); and
//! several texts on several routes go model by model, so that each is loaded once ([`carry`]).

pub mod briefs;
pub mod candidates;
pub mod carry;
pub mod check;
pub mod figures;
pub mod glossary;
pub mod judge;
pub mod keep;
pub mod layout;
pub mod legs;
pub mod names;
pub mod notation;
pub mod protect;
pub mod quotation;
pub mod route;
mod suffix;
pub mod translator;
pub mod transliterate;
