//! Waiting with a deadline: a test that hangs is a test that fails.
//!
//! Called by the whole harness and by the tests. Nothing here sleeps for a fixed time.

use std::time::{Duration, Instant};

/// Long enough for a slow machine that builds something else meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const PAUSE: Duration = Duration::from_millis(25);

/// Asks again and again until there is an answer. Panics with `what` when [`PATIENCE`] ends.
#[track_caller]
pub fn until<T>(what: &str, probe: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, probe)
}

/// The same with a deadline of its own.
#[track_caller]
pub fn within<T>(limit: Duration, what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return answer;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} in vain: {what}");
        std::thread::sleep(PAUSE);
    }
}

/// Waits until the answer stays the same for this long, and gives it back.
#[track_caller]
pub fn settled<T: PartialEq>(quiet: Duration, what: &str, mut probe: impl FnMut() -> T) -> T {
    let mut last = probe();
    let mut since = Instant::now();
    within(PATIENCE, what, || {
        let now = probe();
        if now != last {
            last = now;
            since = Instant::now();
        }
        (since.elapsed() >= quiet).then_some(())
    });
    last
}
