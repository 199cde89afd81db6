//! The computer's main memory, and how much of it running texts may take. What a system does not
//! tell is `None`.

use crate::engine::DEFAULT_KEY_VALUE_BYTES;

/// Bytes of main memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All that there is.
    pub total: Option<u64>,
    /// What is free or can be freed.
    pub available: Option<u64>,
    /// What the container or service may use, where that is less than the total.
    pub limit: Option<u64>,
}

impl Memory {
    /// Bytes for keys and values in main memory when nobody said how many: a quarter of what is free, within the
    /// engine's own bound. It decides how many texts are in work at a time, not what is written.
    pub fn key_value_bytes(&self) -> usize {
        let free = [self.available, self.limit].into_iter().flatten().min();
        let quarter = free.and_then(|bytes| usize::try_from(bytes / 4).ok());
        quarter.map_or(DEFAULT_KEY_VALUE_BYTES, |bytes| bytes.min(DEFAULT_KEY_VALUE_BYTES))
    }
}

/// Main memory, as the system tells it.
pub fn memory() -> Memory {
    if cfg!(target_os = "macos") {
        let output = std::process::Command::new("sysctl").args(["-n", "hw.memsize"]).output();
        let total = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
        return Memory {
            total: total.and_then(|text| text.trim().parse().ok()),
            ..Memory::default()
        };
    }
    let table = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = meminfo(&table, "MemTotal");
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .filter(|limit| total.is_none_or(|total| *limit < total));
    Memory { total, available: meminfo(&table, "MemAvailable"), limit }
}

/// A line of `/proc/meminfo`, in bytes.
fn meminfo(table: &str, name: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meminfo_is_read_in_bytes() {
        let table = "MemTotal:       24616540 kB\nMemFree:  1 kB\nMemAvailable:   22000000 kB\n";
        assert_eq!(meminfo(table, "MemTotal"), Some(24_616_540 * 1024));
        assert_eq!(meminfo(table, "MemAvailable"), Some(22_000_000 * 1024));
        assert_eq!(meminfo(table, "Swap"), None);
        assert_eq!(meminfo("MemTotal: lots kB", "MemTotal"), None);
    }

    #[test]
    fn keys_and_values_take_a_quarter_of_what_is_free() {
        let memory = |available, limit| Memory { total: None, available, limit };
        assert_eq!(memory(Some(1 << 30), None).key_value_bytes(), 256 << 20);
        assert_eq!(memory(Some(64 << 30), None).key_value_bytes(), DEFAULT_KEY_VALUE_BYTES);
        assert_eq!(memory(Some(64 << 30), Some(2 << 30)).key_value_bytes(), 512 << 20);
        assert_eq!(memory(None, None).key_value_bytes(), DEFAULT_KEY_VALUE_BYTES);
    }
}
