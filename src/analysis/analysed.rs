//! An article, analysed once for all that look things up in it: evidence, checks, extraction.

use crate::analysis::name_index::NameIndex;
use crate::analysis::passage::{Knowledge, Source};
use crate::article::Article;

/// An article with its sentences and its names.
pub struct AnalysedArticle<'a> {
    /// The article itself.
    pub article: &'a Article,
    /// Its title and sentences.
    pub source: Source,
    /// Its words and names.
    pub names: NameIndex,
}

impl<'a> AnalysedArticle<'a> {
    /// Analyses an article with the tables of its language.
    pub fn new(article: &'a Article) -> Self {
        let knowledge = Knowledge::of(article.language);
        let source = Source::of_article(article, knowledge);
        let names = NameIndex::new(&source, knowledge);
        Self { article, source, names }
    }
}
