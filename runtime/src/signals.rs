//! SIGTERM and Ctrl-C: the program is told, or the telemetry is flushed and the process ends.
//!
//! A program that waits on [`stop`] shuts down in its own way. One that does not would lose what it
//! has recorded, so plimsoll flushes for it and ends the process as the signal would have. Started
//! by `init`; handlers that the host installed before stay installed.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::error::Error;
use crate::thread::{self, Waiting};

static STOP: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(false).0);
/// Somebody waits on `stop`.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// How long an unattended flush may take.
const FLUSH: Duration = Duration::from_secs(5);

/// Waits for SIGTERM or Ctrl-C, for a server's graceful shutdown.
///
/// Once somebody waits, plimsoll no longer ends the process at the first signal; a second one does.
/// Without `init`, or with `.no_signals()`, it never resolves.
pub async fn stop() {
    AWAITED.store(true, Ordering::Relaxed);
    let mut stop = STOP.subscribe();
    // The sender is static, so waiting can't fail.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Makes ready to listen, on a thread of its own.
pub(crate) fn prepare() -> Result<Waiting<()>, Error> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(Error::Thread)?;
    thread::prepare("plimsoll-signal", (), move || {
        runtime.block_on(async {
            let Some(mut signals) = Signals::new() else { return };
            let first = signals.next().await;
            crate::init::unready();
            let _ = STOP.send_replace(true);
            if !AWAITED.load(Ordering::Relaxed) {
                end(first);
            }
            end(signals.next().await);
        });
    })
}

/// Flushes and ends the process, with the status of one that a signal ended.
fn end(signal: i32) -> ! {
    crate::init::stop(FLUSH);
    std::process::exit(128 + signal);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Signals { interrupt, terminate })
    }

    async fn next(&mut self) -> i32 {
        let interrupt = self.interrupt.recv();
        let terminate = self.terminate.recv();
        let (mut interrupt, mut terminate) = (std::pin::pin!(interrupt), std::pin::pin!(terminate));
        std::future::poll_fn(|context| {
            if interrupt.as_mut().poll(context).is_ready() {
                return std::task::Poll::Ready(2);
            }
            terminate.as_mut().poll(context).map(|_| 15)
        })
        .await
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Option<Signals> {
        Some(Signals)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        2
    }
}
