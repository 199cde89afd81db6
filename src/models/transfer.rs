//! URL → what the hub says of a file, and its bytes. hf-hub's own download sends the token on to
//! the host it is redirected to, has no timeouts, and spoils a file when a server ignores the range
//! of a resumed request; so these two requests are made here.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::store::{Progress, Unreachable};

mod remote;

pub(super) use remote::Remote;
use remote::{remote, text};

/// A connection that brings nothing for so long is given up and made again.
const STALL: Duration = Duration::from_secs(60);
/// Requests in a row that may bring nothing before the fetch fails.
const ATTEMPTS: u32 = 4;
/// Redirects within the hub that are followed while asking about a file.
const REDIRECTS: usize = 5;

/// A hub that answers no request well.
#[derive(Debug)]
enum Failure {
    /// Worth another attempt.
    Passing(String),
    Final(anyhow::Error),
}

/// Connections to one hub.
pub(super) struct Client {
    asking: Agent,
    loading: Agent,
    endpoint: String,
    token: Option<String>,
}

impl Client {
    pub(super) fn new(endpoint: &str, token: Option<&str>) -> Self {
        // The token goes with each request to the endpoint; on a redirect to another host ureq
        // leaves it out.
        let agent = |redirects| {
            Agent::config_builder()
                .user_agent(concat!("bulletin/", env!("CARGO_PKG_VERSION")))
                .accept_encoding("identity")
                .http_status_as_error(false)
                .max_redirects(redirects)
                .max_redirects_will_error(false)
                .timeout_connect(Some(Duration::from_secs(20)))
                .timeout_recv_response(Some(STALL))
                .timeout_per_read(Some(STALL))
                .build()
                .into()
        };
        Self {
            asking: agent(0),
            loading: agent(10),
            endpoint: endpoint.trim_end_matches('/').to_string(),
            token: token.map(|token| format!("Bearer {token}")),
        }
    }

    /// Address of the file `name` of `repository` at `revision`.
    pub(super) fn url(&self, repository: &str, revision: &str, name: &str) -> String {
        let revision = revision.replace('/', "%2F");
        let name = name.replace(' ', "%20");
        format!("{}/{repository}/resolve/{revision}/{name}", self.endpoint)
    }

    /// Asks the hub about the file at `url`.
    pub(super) fn describe(&self, url: &str) -> Result<Remote> {
        let mut attempt = 0;
        loop {
            match self.ask(url) {
                Ok(remote) => return Ok(remote),
                Err(Failure::Passing(_)) if attempt + 1 < ATTEMPTS => pause(attempt),
                Err(failure) => return Err(self.explain(failure)),
            }
            attempt += 1;
        }
    }

    fn ask(&self, url: &str) -> Result<Remote, Failure> {
        let mut place = url.to_string();
        for _ in 0..=REDIRECTS {
            let mut request = self.asking.head(&place);
            if let Some(token) = &self.token {
                request = request.header("authorization", token);
            }
            let response = request.call().map_err(unreachable)?;
            let status = response.status();
            let headers = response.headers();
            // A large file is redirected to another host; the hub's own answer says all about it.
            if status.is_success() || headers.contains_key("x-linked-etag") {
                return remote(status, headers, url).map_err(Failure::Final);
            }
            if !status.is_redirection() {
                return Err(self.refusal(&response, url));
            }
            place = self.within_hub(text(headers, "location").unwrap_or_default(), url)?;
        }
        Err(Failure::Final(anyhow!("'{url}' is redirected in a circle")))
    }

    /// The place that the hub redirects to, if it is on the hub itself.
    fn within_hub(&self, location: &str, url: &str) -> Result<String, Failure> {
        let origin = self.endpoint.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        if location.starts_with('/') && !location.starts_with("//") {
            return Ok(format!("{origin}{location}"));
        }
        if location.starts_with(&format!("{origin}/")) {
            return Ok(location.to_string());
        }
        Err(Failure::Final(anyhow!("'{url}' is redirected to '{location}' without its sum")))
    }

    /// Brings the file at `url` to `partial`, going on where an earlier fetch ended.
    /// `size` is what the hub stated; the result has exactly so many bytes.
    pub(super) fn download(
        &self,
        url: &str,
        size: Option<u64>,
        partial: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut fruitless = 0;
        loop {
            let before = length(partial);
            if before > 0 && Some(before) == size {
                return Ok(());
            }
            let failure = match self.load(url, size, partial, progress) {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            fruitless = if length(partial) > before { 0 } else { fruitless + 1 };
            match failure {
                Failure::Passing(reason) if fruitless < ATTEMPTS => {
                    let file = url.rsplit('/').next().unwrap_or(url).to_string();
                    progress(Progress::Resuming { file, reason });
                    pause(fruitless);
                }
                failure => {
                    let kept = length(partial);
                    return Err(self.explain(failure)).with_context(|| {
                        format!("{kept} bytes are kept, and the next fetch goes on from there")
                    });
                }
            }
        }
    }

    /// One request for what is missing of `partial`.
    fn load(
        &self,
        url: &str,
        size: Option<u64>,
        partial: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Failure> {
        let start = Some(length(partial)).filter(|start| size.is_none_or(|size| *start <= size));
        let start = start.unwrap_or(0);
        let mut request = self.loading.get(url);
        if let Some(token) = &self.token {
            request = request.header("authorization", token);
        }
        if start > 0 {
            request = request.header("range", format!("bytes={start}-"));
        }
        let response = request.call().map_err(unreachable)?;
        let continues = response.status() == StatusCode::PARTIAL_CONTENT
            && text(response.headers(), "content-range")
                .is_some_and(|range| range.starts_with(&format!("bytes {start}-")));
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            open(partial, 0).map_err(Failure::Final)?;
            return Err(Failure::Passing("the hub no longer knows the part".to_string()));
        }
        if !response.status().is_success() {
            return Err(self.refusal(&response, url));
        }
        let start = if continues { start } else { 0 };
        let mut file = open(partial, start).map_err(Failure::Final)?;
        let done = copy(response, &mut file, start, partial, progress)?;
        let Some(size) = size.filter(|size| *size != done) else { return Ok(()) };
        if done > size {
            open(partial, 0).map_err(Failure::Final)?;
        }
        Err(Failure::Passing(format!("the connection ended after {done} of {size} bytes")))
    }

    /// What a status that is no success means for the user.
    fn refusal(&self, response: &Response<Body>, url: &str) -> Failure {
        let status = response.status();
        let code = text(response.headers(), "x-error-code").unwrap_or_default();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Failure::Passing(format!("the hub answers {status} for '{url}'"));
        }
        let meaning = match (status.as_u16(), code) {
            (401 | 403, _) if self.token.is_some() => {
                "the token does not give access; check HF_TOKEN, and accept the terms of the model \
                 on its page on the hub"
            }
            (401 | 403, _) => {
                "the model needs a login or does not exist; accept its terms on its page on the \
                 hub and set HF_TOKEN"
            }
            (404, "EntryNotFound") => "the repository has no such file",
            (404, "RevisionNotFound") => "the repository has no such revision",
            (404, _) => "there is no such repository, revision or file; check models.toml",
            _ => "the hub refuses",
        };
        Failure::Final(anyhow!("the hub answers {status} for '{url}': {meaning}"))
    }

    fn explain(&self, failure: Failure) -> anyhow::Error {
        match failure {
            Failure::Final(error) => error,
            Failure::Passing(reason) => {
                let attempts = format!("hub: {}, {ATTEMPTS} attempts", self.endpoint);
                Unreachable(format!("{reason} ({attempts})")).into()
            }
        }
    }
}

/// Copies the body behind the `done` bytes of `file`; bytes of the file when it ends well.
fn copy(
    response: Response<Body>,
    file: &mut File,
    mut done: u64,
    partial: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<u64, Failure> {
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; 1 << 18];
    progress(Progress::Advanced { done });
    loop {
        let count = match body.read(&mut buffer) {
            Ok(0) => return Ok(done),
            Ok(count) => count,
            Err(error) => return Err(Failure::Passing(format!("the connection broke: {error}"))),
        };
        file.write_all(&buffer[..count])
            .with_context(|| writing(partial))
            .map_err(Failure::Final)?;
        done += count as u64;
        progress(Progress::Advanced { done });
    }
}

/// Opens `partial` for writing behind its first `keep` bytes and drops the rest.
fn open(partial: &Path, keep: u64) -> Result<File> {
    let open = || -> std::io::Result<File> {
        let file = OpenOptions::new().create(true).append(true).open(partial)?;
        file.set_len(keep)?;
        Ok(file)
    };
    open().with_context(|| writing(partial))
}

fn writing(path: &Path) -> String {
    let folder = path.parent().unwrap_or(path);
    format!("cannot write into the cache folder '{}'", folder.display())
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn pause(attempt: u32) {
    sleep(Duration::from_millis(250_u64 << attempt.min(5)));
}

fn unreachable(error: ureq::Error) -> Failure {
    match error {
        ureq::Error::BadUri(place) => Failure::Final(anyhow!("'{place}' is no address of a hub")),
        ureq::Error::Http(error) => Failure::Final(anyhow!(
            "the request cannot be written ({error}); check HF_TOKEN and HF_ENDPOINT"
        )),
        error => Failure::Passing(format!("cannot reach the hub: {error}")),
    }
}
