//! The templates compiled into the program: file name → text.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../prompts/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "summarise.en.md",
    "summarise.tr.md",
    "summarise.ru.md",
    "summarise-small.en.md",
    "summarise-few-shot.en.md",
    "summarise-few-shot.tr.md",
    "summarise-few-shot.ru.md",
    "merge.en.md",
    "merge.tr.md",
    "merge.ru.md",
    "repair.en.md",
    "repair.tr.md",
    "repair.ru.md",
    "judge.md",
    "styles.en.md",
    "styles.tr.md",
    "styles.ru.md",
    "lengths.en.md",
    "lengths.tr.md",
    "lengths.ru.md",
    "translate.md",
    "translate-few-shot.md",
    "translate-plain.md",
    "translate-hy-mt2.md",
    "translate-lmt.md",
    "translate-gemma.md",
];

/// The text of the file `name`.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// All file names, in the order in which they are listed to people.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}
