//! Time in ticks of the processor's counter, calibrated by `init`.
//!
//! Two reads of the counter cost a third of two reads of the system's clock. Where the counter is
//! not invariant, or the kernel does not trust it, ticks are nanoseconds of `Instant`. Ticks become
//! seconds only when somebody reads: at a scrape, or in the export thread.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The counter may be used; decided once, by `start`.
static COUNTER: AtomicBool = AtomicBool::new(false);
/// Nanoseconds a tick, as a 32.32 fixed-point number.
static RATE: AtomicU64 = AtomicU64::new(1 << 32);
/// Ticks at the last comparison with the wall clock, and the wall clock then.
static ANCHOR_TICKS: AtomicU64 = AtomicU64::new(0);
static ANCHOR_UNIX: AtomicI64 = AtomicI64::new(0);
/// Where ticks are made of `Instant`, they count from here.
static ORIGIN: OnceLock<Instant> = OnceLock::new();
/// The first reading, which all later ones are measured against.
static FIRST: Mutex<Option<Reading>> = Mutex::new(None);

/// A rate that moved by more than this is a new rate, not noise.
const DRIFT: f64 = 100e-6;
/// How long `start` watches the counter; the error is then about a millionth.
const CALIBRATION: Duration = Duration::from_millis(2);

#[derive(Clone, Copy)]
struct Reading {
    ticks: u64,
    instant: Instant,
}

/// The current tick.
#[inline(always)]
pub(crate) fn now() -> u64 {
    if COUNTER.load(Ordering::Relaxed) { counter() } else { instant_ticks() }
}

/// The current tick, if it is to be had without calling anything.
#[inline(always)]
pub(crate) fn at_once() -> Option<u64> {
    COUNTER.load(Ordering::Relaxed).then(counter)
}

#[cold]
#[inline(never)]
fn instant_ticks() -> u64 {
    ORIGIN.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction; whether its answers can be trusted as
    // time is what `counter_is_usable` decides.
    unsafe { core::arch::x86_64::_rdtsc() }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
#[inline(always)]
fn counter() -> u64 {
    let ticks: u64;
    // SAFETY: reads the virtual counter, which user space may read on every system that Rust's
    // standard library supports; no memory is touched.
    unsafe { core::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack)) };
    ticks
}

#[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[inline(always)]
fn counter() -> u64 {
    instant_ticks()
}

/// True when the counter runs at one rate on all cores, and the kernel keeps time by it.
fn counter_is_usable() -> bool {
    if cfg!(miri) {
        return false;
    }
    #[cfg(target_arch = "x86_64")]
    {
        #[allow(
            unused_unsafe,
            reason = "`__cpuid` became safe to call after the oldest compiler we support"
        )]
        // SAFETY: `cpuid` exists on every x86-64 processor.
        let invariant = unsafe {
            core::arch::x86_64::__cpuid(0x8000_0000).eax >= 0x8000_0007
                && core::arch::x86_64::__cpuid(0x8000_0007).edx & (1 << 8) != 0
        };
        let source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        let trusted = match std::fs::read_to_string(source) {
            Ok(name) => name.trim() == "tsc",
            // Other systems have no such file; the processor's word has to do.
            Err(_) => !cfg!(target_os = "linux"),
        };
        invariant && trusted
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        cfg!(target_arch = "aarch64")
    }
}

/// A tick and the instant that belongs to it: the closest of several tries.
fn reading() -> Reading {
    let mut best = Reading { ticks: now(), instant: Instant::now() };
    let mut narrowest = u64::MAX;
    for _ in 0..16 {
        let before = now();
        let instant = Instant::now();
        let after = now();
        let width = after.saturating_sub(before);
        if width < narrowest {
            narrowest = width;
            best = Reading { ticks: before + width / 2, instant };
        }
    }
    best
}

/// Chooses the clock and calibrates it. Takes about two milliseconds.
pub(crate) fn start() {
    ORIGIN.get_or_init(Instant::now);
    if counter_is_usable() {
        COUNTER.store(true, Ordering::Relaxed);
        let first = reading();
        std::thread::sleep(CALIBRATION);
        let second = reading();
        match rate_between(first, second) {
            Some(rate) => RATE.store(rate, Ordering::Relaxed),
            None => COUNTER.store(false, Ordering::Relaxed),
        }
        if let Ok(mut slot) = FIRST.lock() {
            *slot = Some(first);
        }
    }
    anchor();
}

fn rate_between(first: Reading, second: Reading) -> Option<u64> {
    let ticks = second.ticks.checked_sub(first.ticks).filter(|ticks| *ticks > 0)?;
    let nanos = second.instant.duration_since(first.instant).as_nanos();
    u64::try_from((nanos << 32) / u128::from(ticks)).ok().filter(|rate| *rate > 0)
}

/// Compares with the wall clock again, and corrects the rate over the longer base line.
///
/// Called by the export thread now and then, so that neither drift nor a suspended machine shows.
pub(crate) fn anchor() {
    let now = reading();
    let unix = unix_now() as i64;
    if COUNTER.load(Ordering::Relaxed) {
        if let Ok(mut first) = FIRST.lock() {
            if let Some(rate) = first.and_then(|first| rate_between(first, now)) {
                let current = RATE.load(Ordering::Relaxed) as f64;
                if ((rate as f64 - current) / current).abs() > DRIFT {
                    // The machine slept or moved: the old base line is worth nothing.
                    *first = Some(now);
                } else {
                    RATE.store(rate, Ordering::Relaxed);
                }
            }
        }
    }
    ANCHOR_TICKS.store(now.ticks, Ordering::Relaxed);
    ANCHOR_UNIX.store(unix, Ordering::Relaxed);
}

/// A duration in nanoseconds.
pub(crate) fn nanos(ticks: u64) -> u64 {
    ((u128::from(ticks) * u128::from(RATE.load(Ordering::Relaxed))) >> 32) as u64
}

/// A duration in seconds.
pub(crate) fn seconds(ticks: u64) -> f64 {
    ticks as f64 * (RATE.load(Ordering::Relaxed) as f64 / (1u64 << 32) as f64) / 1e9
}

/// The ticks of a duration.
pub(crate) fn ticks(nanos: u64) -> u64 {
    let rate = u128::from(RATE.load(Ordering::Relaxed)).max(1);
    u64::try_from((u128::from(nanos) << 32) / rate).unwrap_or(u64::MAX)
}

/// The wall clock at a tick, in nanoseconds since 1970. For the thread that calls [`anchor`].
pub(crate) fn unix_nanos(tick: u64) -> u64 {
    let anchor = ANCHOR_TICKS.load(Ordering::Relaxed);
    let unix = ANCHOR_UNIX.load(Ordering::Relaxed);
    let at = if tick >= anchor {
        unix.saturating_add(nanos(tick - anchor) as i64)
    } else {
        unix.saturating_sub(nanos(anchor - tick) as i64)
    };
    at.max(0) as u64
}

/// The wall clock now, in nanoseconds since 1970; 0 before that.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_follow_the_system_clock() {
        start();
        let (before, instant) = (now(), Instant::now());
        std::thread::sleep(Duration::from_millis(20));
        let measured = nanos(now() - before) as f64;
        let real = instant.elapsed().as_nanos() as f64;
        assert!((measured - real).abs() / real < 0.05, "{measured} against {real}");
        assert!((nanos(ticks(1_000_000)) as i64 - 1_000_000).abs() <= 2);
        let drift = unix_nanos(now()) as i64 - unix_now() as i64;
        assert!(drift.abs() < 50_000_000, "{drift}");
    }
}
