//! Which process is this, and is that other one still there?

use std::fs;

use serde::{Deserialize, Serialize};

/// A process, named so that it cannot be mistaken for a later one with the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: u32,
    pub host: String,
    /// Which start of the machine; empty where the system does not say.
    pub boot: String,
    /// Which container's numbers `pid` is from; empty where the system does not say.
    pub namespace: String,
    /// Start of the process in clock ticks since the machine started; 0 where unknown.
    pub start_ticks: u64,
}

/// What can be said about a process from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    /// It is gone, and this is how that is known.
    Gone(&'static str),
    /// On another machine, or in another container.
    OutOfSight,
}

impl Process {
    /// This process.
    pub fn current() -> Self {
        let pid = std::process::id();
        let namespace = fs::read_link("/proc/self/ns/pid");
        Self {
            pid,
            host: host_name(),
            boot: boot(),
            namespace: namespace.map(|link| link.display().to_string()).unwrap_or_default(),
            start_ticks: start_ticks(pid).unwrap_or(0),
        }
    }
}

/// What `here` can tell of `other`.
pub fn state(other: &Process, here: &Process) -> State {
    if other.host != here.host {
        return State::OutOfSight;
    }
    if other.boot != here.boot {
        return State::Gone("the machine has been restarted since");
    }
    if other.namespace != here.namespace {
        return State::OutOfSight;
    }
    if !exists(other.pid) {
        return State::Gone("that process is gone");
    }
    match start_ticks(other.pid) {
        Some(ticks) if other.start_ticks != 0 && ticks != other.start_ticks => {
            State::Gone("its number belongs to a younger process now")
        }
        _ => State::Running,
    }
}

#[cfg(unix)]
fn exists(pid: u32) -> bool {
    let Ok(pid) = libc::pid_t::try_from(pid) else { return false };
    // Signal 0 only asks whether the process is there; one of another user answers EPERM.
    // SAFETY: `kill` takes two numbers and touches no memory of ours.
    let answer = unsafe { libc::kill(pid, 0) };
    let there = answer == 0
        || std::io::Error::last_os_error().raw_os_error().is_some_and(|code| code == libc::EPERM);
    pid > 0 && there && !is_zombie(pid)
}

#[cfg(not(unix))]
fn exists(_pid: u32) -> bool {
    true
}

/// A killed process whose parent has not looked yet still has its number, but writes no more.
#[cfg(unix)]
fn is_zombie(pid: libc::pid_t) -> bool {
    stat_fields(&pid.to_string()).is_some_and(|fields| fields.starts_with(['Z', 'X']))
}

/// Field 22 of `/proc/PID/stat` (proc(5)); the second field may hold spaces and parentheses.
fn start_ticks(pid: u32) -> Option<u64> {
    stat_fields(&pid.to_string())?.split_whitespace().nth(19)?.parse().ok()
}

/// Everything from the third field of `/proc/PID/stat` on.
fn stat_fields(pid: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ").map(|(_, rest)| rest.to_string())
}

fn boot() -> String {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    text.trim().to_string()
}

#[cfg(unix)]
fn host_name() -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the pointer and the length are those of `buffer`; the last byte stays zero.
    let answer = unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len() - 1) };
    let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(0);
    if answer == 0 {
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    } else {
        String::new()
    }
}

#[cfg(not(unix))]
fn host_name() -> String {
    String::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Waits until a child has ended, and leaves it a zombie.
    fn end_of(pid: u32) {
        // SAFETY: all zeros is a valid `siginfo_t`, and the pointer is to a live variable.
        let answer = unsafe {
            let mut seen: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(libc::P_PID, pid, &mut seen, libc::WEXITED | libc::WNOWAIT)
        };
        assert_eq!(answer, 0);
    }

    #[test]
    fn a_process_knows_itself_and_its_dead_children() {
        let here = Process::current();
        assert!(here.start_ticks > 0 && !here.host.is_empty() && !here.boot.is_empty());
        assert_eq!(state(&here, &here), State::Running);
        let mut child = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let mut other = here.clone();
        other.pid = child.id();
        other.start_ticks = start_ticks(other.pid).unwrap();
        assert_eq!(state(&other, &here), State::Running);
        let reused = Process { start_ticks: other.start_ticks - 1, ..other.clone() };
        assert!(matches!(state(&reused, &here), State::Gone(why) if why.contains("younger")));
        child.kill().unwrap();
        end_of(other.pid);
        assert!(matches!(state(&other, &here), State::Gone(_)), "a zombie counts as running");
        child.wait().unwrap();
        assert!(matches!(state(&other, &here), State::Gone(_)));
    }

    #[test]
    fn other_machines_are_out_of_sight_and_other_boots_are_over() {
        let here = Process::current();
        let far = Process { host: "elsewhere".into(), ..here.clone() };
        assert_eq!(state(&far, &here), State::OutOfSight);
        let contained = Process { namespace: "pid:[1]".into(), ..here.clone() };
        assert_eq!(state(&contained, &here), State::OutOfSight);
        let before = Process { boot: "0".into(), ..here.clone() };
        assert!(matches!(state(&before, &here), State::Gone(why) if why.contains("restarted")));
        let huge = Process { pid: u32::MAX, ..here.clone() };
        assert!(matches!(state(&huge, &here), State::Gone(_)));
    }
}
