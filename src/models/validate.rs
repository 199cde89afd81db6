//! A registry entry → what is wrong with it, named by field.

use std::path::{Component, Path};

use anyhow::{Context, Result, bail, ensure};

use super::builtin;
use super::entry::{Architecture, GenerationDefaults, ModelEntry, ModelFile, Source, WheelPackage};
use super::registry::EXTRACTIVE;

/// Endings of files that unpickle, and so run code, when they are loaded.
const PICKLES: [&str; 8] = ["bin", "pt", "pth", "pkl", "pickle", "ckpt", "joblib", "npy"];

/// Checks everything about `entry` that can be checked without its files.
pub(super) fn entry(entry: &ModelEntry) -> Result<()> {
    ensure!(
        is_plain_name(&entry.name),
        "the name may have letters, digits, '.', '_' and '-', and starts with a letter or digit"
    );
    ensure!(
        entry.name != EXTRACTIVE,
        "the name stands for briefs of the article's own sentences; choose another"
    );
    ensure!(!entry.languages.is_empty(), "languages: name at least one");
    for (from, to) in &entry.translates {
        ensure!(
            entry.languages.contains(to),
            "translates: {from}-{to}: '{to}' is not among the languages"
        );
    }
    for language in entry.target_prefix.keys() {
        ensure!(
            entry.languages.contains(language),
            "target_prefix.{language}: not among the languages"
        );
    }
    ensure!(!entry.licence.name.trim().is_empty(), "licence.name: is empty");
    ensure!(entry.licence.url.starts_with("https://"), "licence.url: must start with https://");
    defaults(&entry.defaults).context("defaults")?;
    ensure!(
        entry.defaults.beam == 0 || entry.architecture.is_seq2seq(),
        "defaults: beam: models of the architecture '{}' have no beam search; only {} and {} have",
        entry.architecture,
        Architecture::Marian,
        Architecture::T5
    );
    files(&entry.files, &entry.sources)?;
    for one in &entry.sources {
        ensure!(!matches!(one, Source::Builtin { .. }), "source: only adapters can be built in");
        source(one, &entry.files).context("source")?;
    }
    if let Some(adapter) = &entry.adapter {
        files(&adapter.files, std::slice::from_ref(&adapter.source)).context("adapter")?;
        source(&adapter.source, &adapter.files).context("adapter.source")?;
    }
    Ok(())
}

fn defaults(defaults: &GenerationDefaults) -> Result<()> {
    let share = |value: Option<f32>| value.is_none_or(|value| (0.0..=1.0).contains(&value));
    ensure!(defaults.max_new_tokens > 0, "max_new_tokens: must be at least 1");
    ensure!(
        defaults.temperature.is_finite() && defaults.temperature >= 0.0,
        "temperature: must be 0 or more"
    );
    ensure!(defaults.top_k != Some(0), "top_k: must be at least 1");
    ensure!(share(defaults.top_p), "top_p: must be between 0 and 1");
    ensure!(share(defaults.min_p), "min_p: must be between 0 and 1");
    ensure!(
        defaults.repetition_penalty.is_finite() && defaults.repetition_penalty > 0.0,
        "repetition_penalty: must be more than 0; 1 is off"
    );
    ensure!((0..=64).contains(&defaults.beam), "beam: must be between 0 and 64");
    ensure!((1..=64).contains(&defaults.candidates), "candidates: must be between 1 and 64");
    ensure!(defaults.length_penalty.is_finite(), "length_penalty: must be a finite number");
    Ok(())
}

fn files(files: &[ModelFile], sources: &[Source]) -> Result<()> {
    ensure!(!files.is_empty(), "files: name at least one; the first holds the weights");
    for file in files {
        let name = &file.name;
        file_name(name).with_context(|| format!("files: '{name}'"))?;
        match &file.sha256 {
            Some(sum) => ensure!(
                is_hexadecimal(sum, 64),
                "files: '{name}': sha256 must be 64 hexadecimal digits in lower case"
            ),
            None => {
                ensure!(
                    !sources.iter().any(|source| matches!(source, Source::Wheel { .. })),
                    "files: '{name}': sha256 is needed, since a package index states none for members"
                );
                ensure!(
                    sources.len() == 1,
                    "files: '{name}': sha256 is needed, since each source must bring the same file"
                );
                ensure!(
                    !matches!(sources[0], Source::Builtin { .. }),
                    "files: '{name}': sha256 is needed, since another version of bulletin may have \
                     another file built in"
                );
            }
        }
        let same = files.iter().filter(|other| other.name == *name).count();
        ensure!(same == 1, "files: '{name}' stands there {same} times");
    }
    Ok(())
}

/// Refuses names that lead out of the model's folder, and formats that run code when loaded.
pub(super) fn file_name(name: &str) -> Result<()> {
    let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let odd = |letter: char| letter.is_control() || "\\:*?\"<>|%#".contains(letter);
    if name.is_empty() || !plain || name.contains(odd) || name.split('/').any(str::is_empty) {
        bail!("not a plain relative file name (no '..', no leading '/', no drive, no '\\')");
    }
    let reserved = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part).to_ascii_uppercase();
        let numbered = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
        ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
            || numbered.is_some_and(|rest| rest.len() == 1 && rest != "0")
            || part.ends_with(['.', ' '])
    };
    if name.split('/').any(reserved) {
        bail!("Windows keeps this name for itself");
    }
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or("");
    if PICKLES.contains(&ending.to_ascii_lowercase().as_str()) {
        bail!("pickle files run code when loaded and are refused; use safetensors or GGUF");
    }
    Ok(())
}

fn source(source: &Source, files: &[ModelFile]) -> Result<()> {
    match source {
        Source::Hub { repository, revision } => hub(repository, revision).context("hub"),
        Source::Folder { path } => {
            ensure!(!path.as_os_str().is_empty(), "folder.path: is empty");
            Ok(())
        }
        Source::Wheel { packages } => wheel(packages, files).context("wheel"),
        Source::Builtin { name } => builtin(name, files).context("builtin"),
    }
}

fn hub(repository: &str, revision: &str) -> Result<()> {
    let parts: Vec<&str> = repository.split('/').collect();
    ensure!(
        parts.len() == 2 && parts.iter().all(|part| is_plain_name(part)),
        "repository: '{repository}' is not of the form owner/name"
    );
    let revision_is_plain = revision.split('/').all(is_plain_name) && !revision.contains("..");
    ensure!(revision_is_plain, "revision: '{revision}' is no commit, branch or tag name");
    Ok(())
}

fn builtin(name: &str, files: &[ModelFile]) -> Result<()> {
    let compiled = builtin::compiled(name).with_context(|| {
        let names: Vec<&str> = builtin::names().collect();
        format!("name: '{name}' is not among what is built in: {}", names.join(", "))
    })?;
    for file in files {
        ensure!(compiled.file(&file.name).is_some(), "'{name}' has no file '{}'", file.name);
    }
    Ok(())
}

fn wheel(packages: &[WheelPackage], files: &[ModelFile]) -> Result<()> {
    for package in packages {
        let name = &package.package;
        ensure!(is_plain_name(name), "package: '{name}' is no package name");
        let version_letter =
            |letter: char| letter.is_ascii_alphanumeric() || ".!+-_".contains(letter);
        ensure!(
            package.version.starts_with(|first: char| first.is_ascii_digit())
                && package.version.chars().all(version_letter),
            "version: '{}' of package '{name}' is no exact version",
            package.version
        );
        for member in &package.members {
            ensure!(
                files.iter().any(|file| file.name == member.file),
                "members: '{}' goes into '{}', which is not among the files",
                member.member,
                member.file
            );
        }
    }
    for file in files {
        let mut members = packages.iter().flat_map(|package| &package.members);
        ensure!(
            members.any(|member| member.file == file.name),
            "no member is named for the file '{}'",
            file.name
        );
    }
    Ok(())
}

/// A name that is safe as a folder, as an argument and in a URL.
fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        && !name.contains("..")
}

/// Whether `text` is `digits` hexadecimal digits in lower case.
pub(super) fn is_hexadecimal(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
