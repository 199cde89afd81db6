//! A number of tokens, or a file of token ids → the prompts of a measurement.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Any tokens do: speed does not depend on which they are. No two prompts begin alike.
pub fn spread_prompts(vocabulary: usize, tokens: usize, batch: usize) -> Vec<Vec<u32>> {
    let token = |sequence: usize, index: usize| {
        let mixed = (index as u64 + 1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add((sequence as u64) << 20);
        ((mixed >> 20) % vocabulary.max(1) as u64) as u32
    };
    (0..batch).map(|sequence| (0..tokens).map(|index| token(sequence, index)).collect()).collect()
}

/// What a file of token ids may hold.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    One(Vec<u32>),
    Several(Vec<Vec<u32>>),
}

/// Prompts from a JSON file: an array of ids is one prompt, which every sequence of `batch` gets;
/// an array of arrays is a prompt for each sequence, as many as there are.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn read_prompts(path: &Path, batch: usize) -> Result<Vec<Vec<u32>>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the prompt file '{}'", path.display()))?;
    let written = serde_json::from_str(&text).with_context(|| {
        format!("'{}' is not a JSON array of token ids, or of such arrays", path.display())
    })?;
    Ok(match written {
        Written::One(prompt) => vec![prompt; batch],
        Written::Several(prompts) => prompts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_prompts_differ_from_the_start_and_keep_to_the_vocabulary() {
        let prompts = spread_prompts(100, 50, 8);
        assert_eq!((prompts.len(), prompts[0].len()), (8, 50));
        assert!(prompts.iter().flatten().all(|&token| token < 100));
        let mut first: Vec<u32> = prompts.iter().map(|prompt| prompt[0]).collect();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 8);
    }

    #[test]
    fn files_hold_one_prompt_or_several() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let path = folder.path().join("ids.json");
            std::fs::write(&path, text).unwrap();
            read_prompts(&path, 2)
        };
        assert_eq!(read("[1, 2]").unwrap(), [[1, 2], [1, 2]]);
        assert_eq!(read("[[1], [2, 3], [4]]").unwrap(), [vec![1], vec![2, 3], vec![4]]);
        let error = format!("{:#}", read("{\"a\": 1}").unwrap_err());
        assert!(error.contains("ids.json") && error.contains("array of token ids"), "{error}");
        assert!(read_prompts(&folder.path().join("none"), 1).is_err());
    }
}
