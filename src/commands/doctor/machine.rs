//! The computer: CPU features found at run time, threads, disk space. What a system does not
//! tell is `None`.

use std::path::Path;

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
    fn a_folder_that_cannot_be_made_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write_problem(&folder.path().join("new")), None);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(write_problem(&file.join("inside")).is_some());
    }
}
