//! A folder or a GGUF file → the files of one sequence-to-sequence model.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// Where the files of a model lie. Build it by hand where they are not all in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seq2SeqFiles {
    /// `model.safetensors`, its parts, or a GGUF file.
    pub weights: Vec<PathBuf>,
    /// `config.json`; GGUF files of llama.cpp need none.
    pub config: Option<PathBuf>,
    /// `generation_config.json`, with its makers' defaults.
    pub generation_config: Option<PathBuf>,
    /// Marian: the SentencePiece model of the source side.
    pub source_pieces: Option<PathBuf>,
    /// Marian: the SentencePiece model of the target side.
    pub target_pieces: Option<PathBuf>,
    /// Marian: `vocab.json`.
    pub vocabulary: Option<PathBuf>,
    /// Marian: `target_vocab.json`, where the two sides have vocabularies of their own.
    pub target_vocabulary: Option<PathBuf>,
    /// Marian: `tokenizer_config.json`, which may name other special tokens.
    pub tokenizer_config: Option<PathBuf>,
    /// T5: `spiece.model`.
    pub pieces: Option<PathBuf>,
    /// T5: `tokenizer.json`.
    pub tokenizer: Option<PathBuf>,
}

impl Seq2SeqFiles {
    /// `weights`, and what `file` has under the names that model repositories use.
    pub fn named(weights: Vec<PathBuf>, file: impl Fn(&str) -> Option<PathBuf>) -> Self {
        Self {
            weights,
            config: file("config.json"),
            generation_config: file("generation_config.json"),
            source_pieces: file("source.spm"),
            target_pieces: file("target.spm"),
            vocabulary: file("vocab.json"),
            target_vocabulary: file("target_vocab.json"),
            tokenizer_config: file("tokenizer_config.json"),
            pieces: file("spiece.model").or_else(|| file("sentencepiece.model")),
            tokenizer: file("tokenizer.json"),
        }
    }

    /// The files of a model repository in a folder, or of a GGUF file with what lies beside it.
    ///
    /// # Errors
    /// When the folder cannot be read or holds no weights that can be used.
    pub fn find(path: &Path) -> Result<Self> {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
        let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let weights = if path.is_dir() { weights_in(folder)? } else { vec![path.to_path_buf()] };
        Ok(Self::named(weights, file))
    }
}

fn weights_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder '{}'", folder.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for (start, end) in
        [("model.safetensors", ".safetensors"), ("model-", ".safetensors"), ("", ".gguf")]
    {
        let found = names.iter().filter(|name| name.starts_with(start) && name.ends_with(end));
        let found: Vec<PathBuf> = found.map(|name| folder.join(name)).collect();
        // Several GGUF files are the same weights in several encodings.
        let several = if end == ".gguf" { 1 } else { found.len() };
        if !found.is_empty() {
            return Ok(found.into_iter().take(several).collect());
        }
    }
    ensure!(
        !folder.join("pytorch_model.bin").is_file(),
        "'{}' has only pytorch_model.bin, a pickle file, which can run code when it is read; get model.safetensors of the same model",
        folder.display()
    );
    bail!("'{}' has no model.safetensors and no GGUF file", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        folder
    }

    fn names(files: &Seq2SeqFiles) -> Vec<&str> {
        files.weights.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
    }

    #[test]
    fn safetensors_come_before_gguf_and_parts_come_together() {
        let whole = folder_with(&["model.safetensors", "a.gguf", "config.json", "vocab.json"]);
        let files = Seq2SeqFiles::find(whole.path()).unwrap();
        assert_eq!(names(&files), ["model.safetensors"]);
        assert!(files.config.is_some() && files.vocabulary.is_some() && files.pieces.is_none());
        let parts = ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"];
        let files = Seq2SeqFiles::find(folder_with(&parts).path()).unwrap();
        assert_eq!(names(&files), [parts[1], parts[0]]);
        let files = Seq2SeqFiles::find(folder_with(&["b.gguf", "a.gguf"]).path()).unwrap();
        assert_eq!(names(&files), ["a.gguf"]);
    }

    #[test]
    fn a_folder_without_weights_says_so() {
        let pickle = folder_with(&["pytorch_model.bin"]);
        let error = Seq2SeqFiles::find(pickle.path()).unwrap_err().to_string();
        assert!(error.contains("pickle") && error.contains("model.safetensors"), "{error}");
        let error = Seq2SeqFiles::find(folder_with(&[]).path()).unwrap_err().to_string();
        assert!(error.contains("no model.safetensors"), "{error}");
    }
}
