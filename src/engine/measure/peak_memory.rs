//! Nothing → the most memory that this process has had at a time, in bytes.

/// Peak resident set since the process began, or since [`forget_peak_memory`]. `None` where the
/// system does not tell.
pub fn peak_memory_bytes() -> Option<u64> {
    match std::fs::read_to_string("/proc/self/status") {
        Ok(status) => high_water_mark(&status),
        Err(_) => from_usage(),
    }
}

/// Begins the peak anew where the system can (Linux: `5` in `/proc/self/clear_refs`, proc(5));
/// elsewhere the peak goes on from the start of the process.
pub fn forget_peak_memory() {
    if let Err(error) = std::fs::write("/proc/self/clear_refs", "5") {
        tracing::debug!(%error, "the peak memory counts from the start of the program");
    }
}

/// `VmHWM` of `/proc/self/status`, which is in kibibytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

#[cfg(unix)]
fn from_usage() -> Option<u64> {
    // SAFETY: an all-zero rusage is a valid value, and getrusage only writes to it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) == 0).then_some(usage)?
    };
    // Kibibytes, on macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).ok().map(|value| value * unit)
}

#[cfg(not(unix))]
fn from_usage() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_high_water_mark_is_read() {
        assert_eq!(high_water_mark("VmPeak:\t 9 kB\nVmHWM:\t    2048 kB\n"), Some(2 << 20));
        assert_eq!(high_water_mark("VmPeak:\t 9 kB\n"), None);
    }

    #[cfg(unix)]
    #[test]
    fn memory_that_is_written_shows() {
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        assert!(peak_memory_bytes().unwrap() >= block.len() as u64);
        assert!(from_usage().unwrap() >= block.len() as u64);
    }
}
