//! What a finding can be about: one list of all there are, with their names.

/// Defines [`Check`] with its names and the list of all.
macro_rules! checks {
    ($($(#[$about:meta])* $check:ident $name:literal,)+) => {
        /// What a finding is about. `checks/registry.rs` has a row for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Check {
            $($(#[$about])* $check,)+
        }

        impl Check {
            /// All of them, in the order of the table of checks.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$check),+];

            /// The name in findings: stable, for it is part of what is written.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$check => $name,)+
                }
            }
        }
    };
}

checks! {
    /// Another language or another alphabet than was asked for.
    Language "language",
    /// Control tokens of a chat template.
    Template "template",
    /// Words of an assistant or of its instructions.
    Prompt "prompt",
    /// Loops, and sentences said twice.
    Repetition "repetition",
    /// Words that neither the source nor a dictionary has.
    Spelling "spelling",
    /// Capital letters where they do not belong, or none where they do.
    Casing "casing",
    /// Sentences that stop in the middle.
    Unfinished "unfinished",
    /// Sentences about the article in place of its news.
    Meta "meta",
    /// Numbers, amounts and what they count.
    Numbers "numbers",
    /// Dates and weekdays.
    Dates "dates",
    /// People, places and organisations.
    Names "names",
    /// Who did it to whom.
    Roles "roles",
    /// Offices and events that are given to somebody.
    Claims "claims",
    /// Words in quotation marks.
    Quotes "quotes",
    /// Denials.
    Polarity "polarity",
    /// Who said it.
    Attribution "attribution",
    /// Words of content that the article lacks.
    Support "support",
    /// Plans, possibilities, parts and causes that became more.
    Certainty "certainty",
    /// Two places of the article in one sentence.
    Fusion "fusion",
    /// Pronouns and connectives without what they point to.
    Reference "reference",
    /// Orders to a model in an article, and sentences that follow them.
    Injection "injection",
    /// How long a brief or a translation is.
    Length "length",
    /// What of the article a brief leaves out.
    Coverage "coverage",
    /// Whether a translation says what its source says.
    Adequacy "adequacy",
    /// What an entailment model or the writer itself says of a sentence.
    Entailment "entailment",
    /// The model could not answer.
    Engine "engine",
    /// The model's answer is no brief.
    Unreadable "unreadable",
    /// A text that was cut because it was too long.
    Truncated "truncated",
    /// An article that was read in parts.
    LongArticle "long-article",
    /// A headline that was made or shortened.
    Headline "headline",
    /// How a brief came about.
    Path "path",
    /// Why there is no brief.
    NoBrief "no-brief",
    /// How a sentence was translated, or why it was not.
    Translation "translation",
    /// A translation by way of another language.
    Route "route",
    /// Addresses, tags and the like, which no translation may change.
    Addresses "addresses",
    /// Terms that the glossary prescribes.
    Glossary "glossary",
    /// Why there is no translation.
    NoTranslation "no-translation",
}

impl Check {
    /// The check of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }
}
