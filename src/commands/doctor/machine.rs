//! The computer: CPU features found at run time, threads, memory, disk space. What a system does
//! not tell is `None`.

use std::path::Path;

/// Bytes of main memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    pub total: Option<u64>,
    pub available: Option<u64>,
    /// What the container or service may use, where that is less than the total.
    pub limit: Option<u64>,
}

/// Features of the CPU that matter for matrix kernels.
pub fn cpu_features() -> Vec<&'static str> {
    let mut found = Vec::new();
    macro_rules! look_for {
        ($detect:ident: $($name:tt)*) => {
            $(if std::arch::$detect!($name) { found.push($name); })*
        };
    }
    #[cfg(target_arch = "x86_64")]
    look_for!(is_x86_feature_detected:
        "sse4.2" "avx" "avx2" "fma" "f16c" "avxvnni" "avx512f" "avx512bw" "avx512vl" "avx512vnni" "avx512bf16");
    #[cfg(target_arch = "aarch64")]
    look_for!(is_aarch64_feature_detected: "neon" "fp16" "dotprod" "i8mm" "bf16" "sve");
    found
}

/// Threads that this process may run at once.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Cargo features of this build that add devices or libraries.
pub fn build_features() -> Vec<&'static str> {
    let features = [
        ("cuda", cfg!(feature = "cuda")),
        ("cudnn", cfg!(feature = "cudnn")),
        ("flash-attn", cfg!(feature = "flash-attn")),
        ("metal", cfg!(feature = "metal")),
        ("mkl", cfg!(feature = "mkl")),
        ("accelerate", cfg!(feature = "accelerate")),
    ];
    let mut names = vec!["cpu"];
    names.extend(features.iter().filter(|(_, built)| *built).map(|(name, _)| *name));
    names
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

/// Why nothing can be written into `folder`, which is made if it is not there.
pub fn write_problem(folder: &Path) -> Option<String> {
    let attempt = std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::Builder::new().prefix(".doctor-").tempfile_in(folder));
    attempt.err().map(|error| error.to_string())
}

/// Bytes that can still be written to the disk of `folder`.
#[cfg(unix)]
pub fn free_space(folder: &Path) -> Option<u64> {
    use std::os::unix::ffi::OsStrExt;
    let there = folder.ancestors().find(|folder| folder.exists())?;
    let path = std::ffi::CString::new(there.as_os_str().as_bytes()).ok()?;
    let mut answer = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: `path` ends with a zero byte and `answer` has room for the structure, which is only
    // read when the call says that it was filled in.
    let answer = unsafe {
        if libc::statvfs(path.as_ptr(), answer.as_mut_ptr()) != 0 {
            return None;
        }
        answer.assume_init()
    };
    // The fields are narrower on some systems.
    #[allow(clippy::unnecessary_cast)]
    (answer.f_bavail as u64).checked_mul(answer.f_frsize as u64)
}

/// Bytes that can still be written to the disk of `folder`.
#[cfg(not(unix))]
pub fn free_space(_folder: &Path) -> Option<u64> {
    None
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
    fn a_folder_that_cannot_be_made_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write_problem(&folder.path().join("new")), None);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(write_problem(&file.join("inside")).is_some());
    }
}
