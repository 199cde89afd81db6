//! The rules of this version → a text that is part of every step's key: results that other rules made are
//! made again, and nothing else is.

/// How articles become briefs, and briefs findings and translations. To be raised by one with every change
/// after which the same article can get other words or findings. `tests/it/golden.rs` fails when outputs
/// changed and this did not; a change that no golden output shows is for who makes it to see.
pub const VERSION: u32 = 4;

/// Versions of the dependencies that decide words (`build.rs` has the list).
pub const DEPENDENCIES: &str = env!("BULLETIN_DEPENDENCIES");

/// What a step's key has of both.
pub fn rules() -> String {
    format!("{VERSION} ({DEPENDENCIES})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_that_decide_words_are_named_with_their_versions() {
        for name in ["candle-core 0.", "tokenizers 0.", "regex 1.", "whatlang 0.", "scraper 0."] {
            assert!(DEPENDENCIES.contains(name), "{name} is not in '{DEPENDENCIES}'");
        }
        assert!(!DEPENDENCIES.contains("clap"), "{DEPENDENCIES}");
    }
}
