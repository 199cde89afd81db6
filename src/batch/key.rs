//! Names for things that must come out the same on every run and machine: stable ids and step keys.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::article::{Article, names};
use crate::language::Language;

/// The first 128 bits of a SHA-256, as 32 hexadecimal digits in text. Enough that no two different
/// things meet by chance, and small enough to keep one for each step of a large folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u128);

impl Key {
    /// Hashes `parts` in their order; no joining of parts gives another list's key.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let digest = hasher.finalize();
        let mut first = [0u8; 16];
        first.copy_from_slice(&digest[..16]);
        Self(u128::from_be_bytes(first))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!("'{text}' is no key of 32 hexadecimal digits"));
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|error| error.to_string())
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Key of what an article says. Where it came from does not count, so that the same text under two
/// names is worked on once.
pub fn content_key(article: &Article) -> Key {
    let mut parts: Vec<&[u8]> = vec![article.language.code().as_bytes()];
    parts.push(article.title.as_deref().unwrap_or("").as_bytes());
    parts.push(article.published.as_deref().unwrap_or("").as_bytes());
    parts.extend(article.paragraphs.iter().map(|paragraph| paragraph.as_bytes()));
    Key::of(&parts)
}

/// Key of summarising what `content` names; `recipe` names the model with its revision, the
/// prompts and the settings.
pub fn summary_key(content: Key, recipe: &str) -> Key {
    Key::of(&[b"summarise", recipe.as_bytes(), content.to_string().as_bytes()])
}

/// Key of carrying a brief, whose own result is `brief`, into the language `to`. `content`
/// counts too, since the checks of a translation look at the article.
pub fn translation_key(content: Key, brief: Key, to: Language, recipe: &str) -> Key {
    let (content, brief) = (content.to_string(), brief.to_string());
    Key::of(&[
        b"translate",
        recipe.as_bytes(),
        to.code().as_bytes(),
        content.as_bytes(),
        brief.as_bytes(),
    ])
}

/// The stable id of a file: a readable part from its name and 64 bits of the hash of its path below
/// the scanned folder. The folder may move and other files may come and go: the id stays.
pub fn stable_id(relative: &Path) -> String {
    let stem = relative.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    readable(&stem, Key::of(&[&path_bytes(relative)]))
}

/// The id that [`stable_id`] gave before names were transliterated; which shard does a file still
/// follows from it, and results under it are taken over.
pub fn earlier_stable_id(relative: &Path) -> String {
    let stem = relative.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    with_key(&ascii_slug(&stem), Key::of(&[&path_bytes(relative)]))
}

/// The same of [`item_id`].
pub fn earlier_item_id(relative: &Path, name: &str) -> String {
    with_key(&ascii_slug(name), Key::of(&[&path_bytes(relative), name.as_bytes()]))
}

/// The stable id of the article that the file calls `name`, for files that hold many.
pub fn item_id(relative: &Path, name: &str) -> String {
    readable(name, Key::of(&[&path_bytes(relative), name.as_bytes()]))
}

fn readable(name: &str, key: Key) -> String {
    with_key(&names::slug(name, LONGEST_SLUG), key)
}

fn with_key(slug: &str, key: Key) -> String {
    let key = key.to_string();
    let slug = if slug.is_empty() { "article" } else { slug };
    format!("{slug}-{}", &key[..16])
}

/// Longest readable part of an id. It holds `a-z`, `0-9` and single hyphens: safe in every file
/// system, in HTML ids and in links.
const LONGEST_SLUG: usize = 40;

/// The readable part as it was: letters outside ASCII became hyphens.
fn ascii_slug(stem: &str) -> String {
    let mut slug = String::new();
    for character in stem.chars().map(|character| character.to_ascii_lowercase()) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == LONGEST_SLUG {
            break;
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// The path with `/` between its parts on every system, so that ids do not depend on it.
fn path_bytes(relative: &Path) -> Vec<u8> {
    let parts: Vec<&[u8]> =
        relative.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
    parts.join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, paragraphs: &[&str]) -> Article {
        Article {
            id: "x".into(),
            title: Some(title.into()),
            source: "a.txt".into(),
            paragraphs: paragraphs.iter().map(|text| text.to_string()).collect(),
            ..Article::empty(Language::English)
        }
    }

    #[test]
    fn ids_are_readable_unique_and_stable() {
        let id = stable_id(Path::new("world/2026/Gaza Talks (final).html"));
        assert_eq!(id, stable_id(Path::new("world/2026/Gaza Talks (final).html")));
        assert!(id.starts_with("gaza-talks-final-"), "{id}");
        assert_ne!(id, stable_id(Path::new("world/2025/Gaza Talks (final).html")));
        assert_ne!(id, item_id(Path::new("world/2026/Gaza Talks (final).html"), "1"));
        let russian = stable_id(Path::new("новости.txt"));
        assert!(russian.starts_with("novosti-"), "{russian}");
        let earlier = earlier_stable_id(Path::new("новости.txt"));
        assert!(earlier.starts_with("article-") && russian.ends_with(&earlier[8..]), "{earlier}");
        let long = stable_id(Path::new(&format!("{}.txt", "a".repeat(250))));
        assert!(long.len() <= 40 + 17, "{long}");
    }

    #[test]
    fn a_key_knows_where_a_part_ends() {
        assert_ne!(Key::of(&[b"ab", b"c"]), Key::of(&[b"a", b"bc"]));
        assert_ne!(Key::of(&[b"ab"]), Key::of(&[b"ab", b""]));
        let key = Key::of(&[b"ab"]);
        assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        assert!("xyz".parse::<Key>().is_err());
        assert!("+1234567890123456789012345678901".parse::<Key>().is_err());
    }

    #[test]
    fn content_and_recipe_count_and_the_source_does_not() {
        let one = article("Title", &["First.", "Second."]);
        let mut elsewhere = one.clone();
        elsewhere.id = "y".into();
        elsewhere.source = "b.html".into();
        assert_eq!(content_key(&one), content_key(&elsewhere));
        let joined = article("Title", &["First. Second."]);
        assert_ne!(content_key(&one), content_key(&joined));
        let key = content_key(&one);
        assert_ne!(summary_key(key, "model 1"), summary_key(key, "model 2"));
        let turkish = translation_key(key, key, Language::Turkish, "m");
        assert_ne!(turkish, translation_key(key, key, Language::Russian, "m"));
    }
}
