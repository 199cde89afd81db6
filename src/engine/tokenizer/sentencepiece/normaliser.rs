//! Text as written → text as the pieces are written: characters mapped by the model's own table,
//! white space collapsed and made visible.

use anyhow::{Result, ensure};

use super::model::NormaliserSpec;
use super::piece_index::PieceIndex;
use crate::engine::tokenizer::scored_pieces::SPACE;

/// The normaliser of one model.
#[derive(Clone)]
pub struct Normaliser {
    charsmap: Option<CharacterMap>,
    spec: NormaliserSpec,
    space_at_end: bool,
}

impl Normaliser {
    /// `space_at_end` puts the dummy space behind the text.
    ///
    /// # Errors
    /// When the character map is damaged.
    pub fn new(mut spec: NormaliserSpec, space_at_end: bool) -> Result<Self> {
        let charsmap = std::mem::take(&mut spec.charsmap);
        let charsmap =
            if charsmap.is_empty() { None } else { Some(CharacterMap::read(&charsmap)?) };
        Ok(Self { charsmap, spec, space_at_end })
    }

    pub fn spec(&self) -> &NormaliserSpec {
        &self.spec
    }

    /// Stretches that `kept` holds are left as they are.
    pub fn normalise(&self, text: &str, kept: &PieceIndex) -> String {
        let mut rest = text;
        if self.spec.remove_extra_whitespaces {
            while let (" ", length) = self.first(rest, kept) {
                rest = &rest[length..];
            }
        }
        if rest.is_empty() {
            return String::new();
        }
        let space = if self.spec.escape_whitespaces { SPACE } else { " " };
        let mut normal = String::with_capacity(rest.len() * 2);
        if self.spec.add_dummy_prefix && !self.space_at_end {
            normal.push_str(space);
        }
        let mut after_space = self.spec.remove_extra_whitespaces;
        while !rest.is_empty() {
            let (mapped, length) = self.first(rest, kept);
            let shown = if after_space { mapped.trim_start_matches(' ') } else { mapped };
            for character in shown.chars() {
                match character {
                    ' ' => normal.push_str(space),
                    other => normal.push(other),
                }
            }
            if !shown.is_empty() {
                after_space = self.spec.remove_extra_whitespaces && shown.ends_with(' ');
            }
            rest = &rest[length..];
        }
        if self.spec.remove_extra_whitespaces {
            normal.truncate(normal.trim_end_matches(space).len());
        }
        if self.spec.add_dummy_prefix && self.space_at_end {
            normal.push_str(space);
        }
        normal
    }

    /// What the front of `text` becomes, and how many bytes of it that takes.
    fn first<'a>(&'a self, text: &'a str, kept: &PieceIndex) -> (&'a str, usize) {
        if let Some(length) = kept.longest_prefix(text.as_bytes()) {
            return (&text[..length], length);
        }
        if let Some(found) = self.charsmap.as_ref().and_then(|map| map.first(text)) {
            return found;
        }
        let length = text.chars().next().map_or(0, char::len_utf8);
        (&text[..length], length)
    }
}

/// Prefix → replacement, as a Darts double array followed by zero-ended strings.
///
/// Layout: `Normalizer` in SentencePiece and `dictionary_unit` in
/// <https://github.com/s-yata/darts-clone>.
#[derive(Clone)]
struct CharacterMap {
    units: Vec<u32>,
    replacements: Vec<u8>,
}

impl CharacterMap {
    fn read(blob: &[u8]) -> Result<Self> {
        let name = "the field 'precompiled_charsmap'";
        ensure!(blob.len() > 4, "{name} is cut short");
        let (size, rest) = blob.split_at(4);
        let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
        ensure!(size < rest.len() && size.is_multiple_of(4), "{name} is cut short or damaged");
        let (units, replacements) = rest.split_at(size);
        let units = units
            .chunks_exact(4)
            .map(|unit| u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]))
            .collect();
        Ok(Self { units, replacements: replacements.to_vec() })
    }

    /// The replacement of the longest mapped prefix of `text`, and that prefix's length. A damaged
    /// table maps nothing.
    fn first(&self, text: &str) -> Option<(&str, usize)> {
        let (value, length) = self.longest(text.as_bytes())?;
        if !text.is_char_boundary(length) {
            return None;
        }
        let replacement = self.replacements.get(value as usize..)?;
        let end = replacement.iter().position(|&byte| byte == 0)?;
        Some((std::str::from_utf8(&replacement[..end]).ok()?, length))
    }

    fn longest(&self, text: &[u8]) -> Option<(u32, usize)> {
        let mut found = None;
        let mut node = unit_offset(*self.units.first()?);
        for (index, &byte) in text.iter().enumerate() {
            node ^= u32::from(byte);
            let Some(&unit) = self.units.get(node as usize) else { break };
            if unit & 0x8000_00FF != u32::from(byte) {
                break;
            }
            node ^= unit_offset(unit);
            if unit & 0x100 != 0 {
                let Some(&leaf) = self.units.get(node as usize) else { break };
                found = Some((leaf & 0x7FFF_FFFF, index + 1));
            }
        }
        found
    }
}

fn unit_offset(unit: u32) -> u32 {
    (unit >> 10) << ((unit & 0x200) >> 6)
}
