//! Why bytes are no article. The messages say what to do next and leave the file's name to the caller.

/// Why an article could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    /// There is nothing but white space.
    #[error("the file is empty; give one that holds the text of an article")]
    Empty,
    #[error("this is binary data ({kind}), not text; export it as plain text or HTML first")]
    /// It is no text.
    Binary {
        /// What it seems to be.
        kind: &'static str,
    },
    #[error(
        "not UTF-8 (byte {offset} fits no character){}",
        guess.map_or_else(
            || ", nor text in an encoding that bulletin knows; export it as UTF-8".to_string(),
            |guess| format!("; convert it first, for example with `iconv -f {guess} -t UTF-8`")
        )
    )]
    /// It is in another encoding, which cannot be told for sure.
    NotUtf8 {
        /// The first byte that fits no character, from 0.
        offset: usize,
        /// A likely encoding, as `iconv` calls it; `None` where it looks like none.
        guess: Option<&'static str>,
    },
    #[error(
        "its letters were spoilt by a wrong encoding, as in “{example}”; export it again from its \
         source, as UTF-8"
    )]
    /// It was misread before, and cannot be put right.
    Garbled {
        /// A spoilt word.
        example: String,
    },
    /// There is no text to read.
    #[error("no article text was found in it; look whether the file holds the text itself")]
    NoText,
    #[error("too short to summarise: {words} words of text, and at least {needed} are needed")]
    /// A brief of it would have to invent something.
    TooShort {
        /// Words of body text.
        words: usize,
        /// Fewest words of body text.
        needed: usize,
    },
    #[error("the text is in {name}; bulletin reads English, Turkish and Russian")]
    /// It is none of the three languages.
    OtherLanguage {
        /// The language's English name.
        name: String,
    },
    /// The text is too short or too mixed to tell.
    #[error("its language could not be told from the text; name it: en, tr or ru")]
    UnknownLanguage,
    #[error("it holds {count} articles, and one is wanted here; `bulletin batch` takes them all")]
    /// One was asked for, and there are more.
    Several {
        /// How many there are.
        count: usize,
    },
    #[error("it cannot be read as {format}: {reason}")]
    /// It breaks the rules of its format.
    Malformed {
        /// The format's name.
        format: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    #[error(
        "this is XML that bulletin does not know (its root is <{root}>); give it as NewsML, NITF, \
         RSS, Atom, HTML or plain text"
    )]
    /// It is XML of another kind.
    UnknownXml {
        /// The name of the root element.
        root: String,
    },
    #[error("its sender has {status} it; no brief of it may be written")]
    /// Its sender took it back.
    NotUsable {
        /// What the sender did.
        status: &'static str,
    },
    #[error("it is under embargo until {until}; --embargoed briefs it before")]
    /// It may not go out yet.
    Embargoed {
        /// When it may.
        until: String,
    },
    #[error("it is {kind} and no news story in prose; --not-news carry reads it all the same")]
    /// It is no story: a note to editors, a test, a table.
    NotNews {
        /// What it is.
        kind: &'static str,
    },
    #[error("it is {kind}, and has no text of its own; give the text of the story")]
    /// It is about a picture, a video or the like.
    NotText {
        /// What it is.
        kind: &'static str,
    },
    #[error(
        "it is larger than {} MiB when it is unpacked, the most that is read; split it, or raise \
         --max-unpacked", limit >> 20
    )]
    /// It unpacks to more than is read.
    TooLarge {
        /// Most bytes.
        limit: u64,
    },
    #[error(
        "its text is larger than {} MiB, the most that one article may have; split it, or raise \
         --max-item", limit >> 20
    )]
    /// No article is so long.
    TooMuchText {
        /// Most bytes.
        limit: u64,
    },
}

impl ArticleError {
    /// Whether the article was read well and is kept back on purpose: that is no failure.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::NotUsable { .. } | Self::Embargoed { .. } | Self::NotNews { .. })
    }

    /// A word for programs, which never changes its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::NoText => "no_text",
            Self::Binary { .. } => "binary",
            Self::NotUtf8 { .. } | Self::Garbled { .. } => "encoding",
            Self::TooShort { .. } => "too_short",
            Self::OtherLanguage { .. } => "other_language",
            Self::UnknownLanguage => "unknown_language",
            Self::Several { .. } => "several",
            Self::Malformed { .. } => "malformed",
            Self::NotUsable { .. } => "not_usable",
            Self::Embargoed { .. } => "embargoed",
            Self::NotNews { .. } => "not_news",
            Self::UnknownXml { .. } => "unknown_xml",
            Self::NotText { .. } => "not_text",
            Self::TooLarge { .. } | Self::TooMuchText { .. } => "too_large",
        }
    }
}
