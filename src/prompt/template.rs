//! One template file → sections and variables, filled in one pass.

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use super::Prompt;

/// A template, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    file: String,
    sections: Vec<(String, String)>,
    sha256: String,
}

/// A stretch of template text.
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

impl Template {
    /// Reads `text`. `file` is the name for messages; `offered` the variables that may occur and
    /// `required` those that must.
    ///
    /// # Errors
    /// No section, a section twice, an unknown or missing variable, a `{{` without `}}`.
    pub fn parse(file: &str, text: &str, offered: &[&str], required: &[&str]) -> Result<Self> {
        let sections = sections(file, text)?;
        let mut used = Vec::new();
        for (_, body) in &sections {
            for piece in pieces(file, body)? {
                if let Piece::Variable(name) = piece {
                    if !offered.contains(&name) {
                        bail!(
                            "{file}: unknown variable {{{{{name}}}}}; known here: {}",
                            list(offered)
                        );
                    }
                    used.push(name.to_string());
                }
            }
        }
        for name in required {
            if !used.iter().any(|found| found == name) {
                bail!("{file}: the variable {{{{{name}}}}} is missing; put it where its text goes");
            }
        }
        let digest = Sha256::digest(text.as_bytes());
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { file: file.to_string(), sections, sha256 })
    }

    /// SHA-256 of the file's text, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The text of all sections as written, for finding copied pieces of it.
    pub fn wording(&self) -> String {
        self.sections.iter().map(|(_, body)| body.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The text of a section, without surrounding blank lines.
    ///
    /// # Errors
    /// When the file has no such section.
    pub fn section(&self, name: &str) -> Result<&str> {
        match self.sections.iter().find(|(found, _)| found == name) {
            Some((_, body)) => Ok(body),
            None => bail!("{}: there is no section '{name}:'", self.file),
        }
    }

    /// The prompt with every variable replaced; values are never searched for variables again.
    ///
    /// # Errors
    /// When `values` lacks a variable that the template uses, or there is no `user:` section.
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<Prompt> {
        let user = self.filled(self.section("user")?, values)?;
        let system = match self.section("system") {
            Ok(body) => Some(self.filled(body, values)?),
            Err(_) => None,
        };
        Ok(Prompt { system, user })
    }

    /// A section with every variable replaced.
    ///
    /// # Errors
    /// When the file has no such section, or `values` lacks a variable that it uses.
    pub fn fill_section(&self, name: &str, values: &[(&str, &str)]) -> Result<String> {
        self.filled(self.section(name)?, values)
    }

    fn filled(&self, body: &str, values: &[(&str, &str)]) -> Result<String> {
        let mut text = String::with_capacity(body.len());
        for piece in pieces(&self.file, body)? {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Variable(name) => match values.iter().find(|(known, _)| *known == name) {
                    Some((_, value)) => text.push_str(value),
                    None => bail!("{}: no value for the variable {{{{{name}}}}}", self.file),
                },
            }
        }
        Ok(text)
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_string();
    }
    names.iter().map(|name| format!("{{{{{name}}}}}")).collect::<Vec<_>>().join(", ")
}

/// Names that begin a section when they stand alone on a line with a colon after them.
const SECTIONS: [&str; 11] = [
    "system", "user", "examples", "pair", "glossary", "wire", "bullets", "headline", "short",
    "normal", "long",
];

fn sections(file: &str, text: &str) -> Result<Vec<(String, String)>> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let name = line.trim_end().strip_suffix(':').filter(|name| SECTIONS.contains(name));
        match (name, sections.last_mut()) {
            (Some(name), _) => {
                if sections.iter().any(|(known, _)| known == name) {
                    bail!("{file}: the section '{name}:' occurs twice");
                }
                sections.push((name.to_string(), String::new()));
            }
            (None, Some((_, body))) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    if sections.is_empty() {
        bail!("{file}: no section found; begin one with a line such as 'user:'");
    }
    for (_, body) in &mut sections {
        *body = body.trim_matches('\n').to_string();
    }
    Ok(sections)
}

fn pieces<'a>(file: &str, body: &'a str) -> Result<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find("{{") {
        pieces.push(Piece::Text(&rest[..start]));
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("}}") else {
            bail!("{file}: '{{{{' without '}}}}' after it");
        };
        pieces.push(Piece::Variable(inside[..end].trim()));
        rest = &inside[end + 2..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}
