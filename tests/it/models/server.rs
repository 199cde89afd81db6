//! A hub on the loopback interface: the requests and headers of the real one, and its faults.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// One file. Large ones are sent from another host and are named by their sha256.
#[derive(Clone)]
pub struct Served {
    pub bytes: Vec<u8>,
    pub etag: String,
    pub large: bool,
}

/// One request, as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub host: String,
    pub range: Option<String>,
    pub token: Option<String>,
}

/// What the hub has, and how it misbehaves.
#[derive(Clone)]
pub struct Behaviour {
    pub files: BTreeMap<String, Served>,
    pub commit: String,
    /// Answer everything with this status.
    pub status: Option<u16>,
    /// Ask for this token.
    pub token: Option<String>,
    /// Close the connection after so many bytes of a body, so often.
    pub breaks: Vec<usize>,
    /// Answer requests for file contents with 503 once the breaks are used up.
    pub then_refuse: bool,
    pub ignores_ranges: bool,
}

pub struct Hub {
    port: u16,
    behaviour: Arc<Mutex<Behaviour>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn large(bytes: &[u8]) -> Served {
    Served { bytes: bytes.to_vec(), etag: sum(bytes), large: true }
}

pub fn small(bytes: &[u8]) -> Served {
    // The hub gives the name of the git object, which has 40 digits.
    Served { bytes: bytes.to_vec(), etag: sum(bytes)[..40].to_string(), large: false }
}

impl Hub {
    /// Serves `files` of any repository until the test process ends.
    pub fn with(files: &[(&str, Served)]) -> Self {
        let files = files.iter().map(|(name, file)| (name.to_string(), file.clone())).collect();
        let behaviour = Arc::new(Mutex::new(Behaviour {
            files,
            commit: COMMIT.to_string(),
            status: None,
            token: None,
            breaks: Vec::new(),
            then_refuse: false,
            ignores_ranges: false,
        }));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (shared, log) = (behaviour.clone(), seen.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, log) = (shared.clone(), log.clone());
                std::thread::spawn(move || answer(stream, port, &shared, &log));
            }
        });
        Self { port, behaviour, seen }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.seen.lock().unwrap().clear();
    }
}

fn answer(
    stream: TcpStream,
    port: u16,
    behaviour: &Mutex<Behaviour>,
    log: &Mutex<Vec<Seen>>,
) -> Option<()> {
    let seen = read_request(&stream)?;
    log.lock().unwrap().push(seen.clone());
    let hub = behaviour.lock().unwrap().clone();
    let name = seen.path.rsplit('/').next()?.to_string();
    let file = hub.files.get(&name);
    if let Some(status) = hub.status {
        return head(&stream, status, &[]);
    }
    if seen.path.starts_with("/content/") {
        return content(&stream, &seen, file?, behaviour);
    }
    if hub.token.is_some() && seen.token != hub.token.map(|token| format!("Bearer {token}")) {
        return head(&stream, 401, &[("x-error-code", "GatedRepo".into())]);
    }
    let Some(file) = file else {
        return head(&stream, 404, &[("x-error-code", "EntryNotFound".into())]);
    };
    let mut headers = vec![("x-repo-commit", hub.commit.clone())];
    if file.large {
        headers.push(("x-linked-etag", format!("\"{}\"", file.etag)));
        headers.push(("x-linked-size", file.bytes.len().to_string()));
        // Another host than that of the endpoint, though it is the same computer.
        headers.push(("location", format!("http://localhost:{port}/content/{name}")));
        return head(&stream, 302, &headers);
    }
    if seen.method == "HEAD" {
        headers.push(("etag", format!("\"{}\"", file.etag)));
        headers.push(("content-length", file.bytes.len().to_string()));
        return head(&stream, 200, &headers);
    }
    content(&stream, &seen, file, behaviour)
}

/// Sends a file, from where the range says, as far as the connection is to hold.
fn content(
    stream: &TcpStream,
    seen: &Seen,
    file: &Served,
    behaviour: &Mutex<Behaviour>,
) -> Option<()> {
    let (breaks_after, ignores_ranges) = {
        let mut hub = behaviour.lock().unwrap();
        if hub.breaks.is_empty() && hub.then_refuse {
            return head(stream, 503, &[]);
        }
        let limit = if hub.breaks.is_empty() { None } else { Some(hub.breaks.remove(0)) };
        (limit, hub.ignores_ranges)
    };
    let asked = seen.range.as_deref().filter(|_| !ignores_ranges);
    let start: usize = asked
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok())
        .unwrap_or(0);
    if start > 0 && start >= file.bytes.len() {
        return head(stream, 416, &[]);
    }
    let body = &file.bytes[start..];
    let mut headers = vec![("content-length", body.len().to_string())];
    let total = file.bytes.len();
    if asked.is_some() {
        headers.push(("content-range", format!("bytes {start}-{}/{total}", total - 1)));
    }
    head(stream, if asked.is_some() { 206 } else { 200 }, &headers)?;
    let sent = breaks_after.unwrap_or(body.len()).min(body.len());
    (&mut &*stream).write_all(&body[..sent]).ok()
}

fn head(stream: &TcpStream, status: u16, headers: &[(&str, String)]) -> Option<()> {
    let mut text = format!("HTTP/1.1 {status} Test\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "content-length") {
        text.push_str("content-length: 0\r\n");
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    (&mut &*stream).write_all(text.as_bytes()).ok()
}

fn read_request(stream: &TcpStream) -> Option<Seen> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_string(), words.next()?.to_string());
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_lowercase(), value.trim().to_string());
    }
    Some(Seen {
        method,
        path,
        host: headers.remove("host")?,
        range: headers.remove("range"),
        token: headers.remove("authorization"),
    })
}
