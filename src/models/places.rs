//! What was asked for and the environment → the registry, and the [`Store`] that models are kept in. The only
//! file of the library that reads environment variables; [`Places::store`] is when.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Network, Registry, Store};

const HUB: &str = "https://huggingface.co";

/// Where models come from and where they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// A file with models and profiles in the place of the registry that is built in.
    pub registry: Option<PathBuf>,
    /// Where models are kept; else `BULLETIN_CACHE` says it (for hub models `HF_HUB_CACHE` or `HF_HOME`), and without
    /// it, the system's folder for caches.
    pub cache: Option<PathBuf>,
    /// [`Network::Forbidden`] touches none; `HF_HUB_OFFLINE` does the same.
    pub network: Network,
}

impl Default for Places {
    fn default() -> Self {
        Self { registry: None, cache: None, network: Network::Allowed }
    }
}

impl Places {
    /// The registry that was asked for, or the one that is built in.
    ///
    /// # Errors
    /// When the file cannot be read or is faulty.
    pub fn registry(&self) -> Result<Registry> {
        match &self.registry {
            Some(path) => Registry::load(path),
            None => Registry::builtin(),
        }
    }

    /// The model cache and how it may be filled, from what was asked for first and the environment second.
    ///
    /// # Errors
    /// When no folder can be found, or a variable has no meaning.
    pub fn store(&self) -> Result<Store> {
        self.resolve(&|name| std::env::var_os(name).filter(|value| !value.is_empty()))
    }

    fn resolve(&self, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Store> {
        let folder = match self.cache.clone().or_else(|| path(variable, "BULLETIN_CACHE")) {
            Some(folder) => folder,
            None => default_cache(variable)?,
        };
        let hub_home = path(variable, "HF_HOME").or_else(|| hub_home(variable));
        let hub_folder = path(variable, "HF_HUB_CACHE")
            .or_else(|| hub_home.as_ref().map(|home| home.join("hub")))
            .unwrap_or_else(|| folder.join("hub"));
        let lock_file = match &self.registry {
            Some(registry) => registry.with_file_name("models.lock"),
            None => folder.join("models.lock"),
        };
        let offline = text(variable, "HF_HUB_OFFLINE")?.is_some_and(|it| is_on(&it));
        Ok(Store {
            lock_file: absolute(&lock_file)?,
            hub_folder: absolute(&hub_folder)?,
            folder: absolute(&folder)?,
            endpoint: endpoint(variable)?,
            token: token(variable, hub_home.as_deref())?,
            network: if offline { Network::Forbidden } else { self.network },
        })
    }
}

fn path(variable: &dyn Fn(&str) -> Option<OsString>, name: &str) -> Option<PathBuf> {
    variable(name).map(PathBuf::from)
}

fn text(variable: &dyn Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<String>> {
    match variable(name).map(OsString::into_string) {
        Some(Ok(text)) => Ok(Some(text.trim().to_string())),
        Some(Err(_)) => bail!("the environment variable {name} is not UTF-8 text"),
        None => Ok(None),
    }
}

/// The words that the hub's own tools take for yes.
fn is_on(word: &str) -> bool {
    ["1", "on", "yes", "true"].contains(&word.to_ascii_lowercase().as_str())
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("'{}' is no path", path.display()))
}

/// Where programs of this system keep what can be fetched again.
fn default_cache(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let no_home = "there is no home folder to keep models in; name a folder with --cache-dir or \
                   the environment variable BULLETIN_CACHE";
    if cfg!(windows) {
        return Ok(path(variable, "LOCALAPPDATA").context(no_home)?.join("bulletin").join("cache"));
    }
    if let Some(folder) = path(variable, "XDG_CACHE_HOME").filter(|folder| folder.is_absolute()) {
        return Ok(folder.join("bulletin"));
    }
    let home = path(variable, "HOME").context(no_home)?;
    let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    Ok(home.join(caches).join("bulletin"))
}

/// Where the hub's own tools keep their cache and token.
fn hub_home(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(folder) = path(variable, "XDG_CACHE_HOME").filter(|folder| folder.is_absolute()) {
        return Some(folder.join("huggingface"));
    }
    let home = path(variable, if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
    Some(home.join(".cache").join("huggingface"))
}

fn endpoint(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<String> {
    let endpoint = text(variable, "HF_ENDPOINT")?.unwrap_or_else(|| HUB.to_string());
    if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
        bail!("HF_ENDPOINT is '{endpoint}'; it has to start with https:// or http://");
    }
    Ok(endpoint.trim_end_matches('/').to_string())
}

/// The token of the variable, or of the file that the hub's login command writes.
fn token(
    variable: &dyn Fn(&str) -> Option<OsString>,
    hub_home: Option<&Path>,
) -> Result<Option<String>> {
    if let Some(token) = text(variable, "HF_TOKEN")? {
        return Ok(Some(token).filter(|token| !token.is_empty()));
    }
    let file = path(variable, "HF_TOKEN_PATH").or_else(|| hub_home.map(|home| home.join("token")));
    let token = file.and_then(|file| std::fs::read_to_string(file).ok());
    Ok(token.map(|token| token.trim().to_string()).filter(|token| !token.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(places: &Places, variables: &[(&str, &str)]) -> Result<Store> {
        places.resolve(&|name| {
            let known = variables.iter().find(|(variable, _)| *variable == name);
            known.map(|(_, value)| OsString::from(value))
        })
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn folders_follow_flag_then_variables_then_home() {
        let plain = resolve(&Places::default(), &[("HOME", "/home/me")]).unwrap();
        assert_eq!(plain.folder, Path::new("/home/me/.cache/bulletin"));
        assert_eq!(plain.hub_folder, Path::new("/home/me/.cache/huggingface/hub"));
        assert_eq!(plain.lock_file, Path::new("/home/me/.cache/bulletin/models.lock"));
        assert_eq!(plain.endpoint, HUB);
        assert_eq!((plain.token, plain.network), (None, Network::Allowed));

        let variables =
            [("HOME", "/home/me"), ("XDG_CACHE_HOME", "/x"), ("HF_HOME", "/hf"), ("HF_TOKEN", "t")];
        let moved = resolve(&Places::default(), &variables).unwrap();
        assert_eq!(moved.folder, Path::new("/x/bulletin"));
        assert_eq!(moved.hub_folder, Path::new("/hf/hub"));
        assert_eq!(moved.token.as_deref(), Some("t"));

        let places = Places {
            registry: Some(PathBuf::from("/desk/models.toml")),
            cache: Some(PathBuf::from("/big")),
            network: Network::Forbidden,
        };
        let variables = [("BULLETIN_CACHE", "/b"), ("HF_HUB_CACHE", "/hub")];
        let flags = resolve(&places, &variables).unwrap();
        assert_eq!(flags.folder, Path::new("/big"));
        assert_eq!(flags.hub_folder, Path::new("/hub"));
        assert_eq!(flags.lock_file, Path::new("/desk/models.lock"));
        assert_eq!(flags.network, Network::Forbidden);
    }

    #[test]
    fn hub_variables_are_read_and_checked() {
        let base = ("BULLETIN_CACHE", "/b");
        let store = |pair| resolve(&Places::default(), &[base, pair]);
        assert_eq!(store(("HF_HUB_OFFLINE", "1")).unwrap().network, Network::Forbidden);
        assert_eq!(store(("HF_HUB_OFFLINE", "0")).unwrap().network, Network::Allowed);
        assert_eq!(store(("HF_ENDPOINT", "http://a/")).unwrap().endpoint, "http://a");
        let error = store(("HF_ENDPOINT", "mirror")).unwrap_err().to_string();
        assert!(error.contains("'mirror'"), "{error}");
        let error = resolve(&Places::default(), &[]).unwrap_err().to_string();
        assert!(error.contains("BULLETIN_CACHE"), "{error}");
    }

    #[test]
    fn the_token_never_shows() {
        let variables = [("BULLETIN_CACHE", "/b"), ("HF_TOKEN", "hf_secret")];
        let store = resolve(&Places::default(), &variables).unwrap();
        assert!(!format!("{store:?}").contains("secret"));
    }
}
