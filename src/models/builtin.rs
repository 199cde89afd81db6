//! Files that are compiled into the program, so that they are found from any folder and need no
//! network: the adapters in `adapters/`.

use std::fmt;

/// Files that belong together, with their content.
#[derive(PartialEq, Eq)]
pub struct CompiledFiles {
    pub name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! bundle {
    ($name:literal: $($file:literal),* $(,)?) => {
        CompiledFiles {
            name: $name,
            files: &[$(
                ($file, include_bytes!(concat!("../../adapters/", $name, "/", $file)).as_slice())
            ),*],
        }
    };
}

static BUNDLES: &[CompiledFiles] =
    &[bundle!("starter-translation": "adapter_config.json", "adapter_model.safetensors")];

impl CompiledFiles {
    /// The content of the file `name`.
    pub fn file(&self, name: &str) -> Option<&'static [u8]> {
        self.files.iter().find(|(known, _)| *known == name).map(|(_, content)| *content)
    }

    /// Names and contents of all files.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        self.files.iter().copied()
    }
}

impl fmt::Debug for CompiledFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.files.iter().map(|(name, content)| (name, content.len()));
        formatter.write_str(self.name)?;
        formatter.debug_map().entries(sizes).finish()
    }
}

/// What is built in under `name`.
pub(super) fn compiled(name: &str) -> Option<&'static CompiledFiles> {
    BUNDLES.iter().find(|bundle| bundle.name == name)
}

/// The names of all that is built in.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BUNDLES.iter().map(|bundle| bundle.name)
}
