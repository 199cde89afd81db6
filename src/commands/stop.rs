//! SIGINT and SIGTERM → a wish to stop, which long commands follow when it suits them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};

/// How long the work in hand may go on. Everything finished is safe on the disk by then, so that
/// what is abandoned is only done again.
const PATIENCE: Duration = Duration::from_secs(10);

/// The exit code that a signal asks for; 0 while none has come.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    code: Arc<AtomicI32>,
}

impl Stop {
    /// Listens from now on. The first signal is a wish; when it is not followed within ten
    /// seconds, or a second signal comes, `leave` is called and the program ends.
    #[cfg(unix)]
    pub fn listen(leave: impl Fn() + Send + Sync + 'static) -> Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])
            .context("cannot listen for signals")?;
        let stop = Self::default();
        let code = Arc::clone(&stop.code);
        let leave = Arc::new(leave);
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let wanted = 128 + signal;
                if code.swap(wanted, Ordering::SeqCst) != 0 {
                    leave();
                    std::process::exit(wanted);
                }
                eprintln!("stopping; the same signal again stops at once");
                let leave = Arc::clone(&leave);
                std::thread::spawn(move || {
                    std::thread::sleep(PATIENCE);
                    leave();
                    std::process::exit(wanted);
                });
            }
        });
        Ok(stop)
    }

    /// Elsewhere the system ends the program itself.
    #[cfg(not(unix))]
    pub fn listen(_leave: impl Fn() + Send + Sync + 'static) -> Result<Self> {
        Ok(Self::default())
    }

    /// Whether a signal has come.
    pub fn is_wanted(&self) -> bool {
        self.code.load(Ordering::SeqCst) != 0
    }

    /// The exit code that a signal asks for.
    pub fn exit_code(&self) -> Option<u8> {
        u8::try_from(self.code.load(Ordering::SeqCst)).ok().filter(|code| *code != 0)
    }
}
