//! Lines on standard input → the language of each, as the detector names it, and the line.
//!
//! `tests/reference/neighbour_languages.py` measures the detector with it.

use std::io::BufRead;

use bulletin::internals::language::{Detected, detect};

fn main() -> std::io::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let name = match detect(&line).language {
            Detected::Known(language) => format!("Known {}", language.code()),
            Detected::Other(name) => format!("Other {name}"),
            Detected::Undetermined => "Undetermined".to_string(),
        };
        println!("{name}\t{line}");
    }
    Ok(())
}
