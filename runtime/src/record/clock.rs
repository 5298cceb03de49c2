//! Time in ticks of the processor's counter, calibrated by `init`.
//!
//! Two reads of the counter cost a third of two reads of the system's clock. Where the counter is
//! not invariant, or the kernel does not trust it, ticks are nanoseconds of `Instant`. Ticks become
//! seconds only when somebody reads: at a scrape, or in the export thread.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::calibration::{self, Calibration, Reading};

/// The counter may be used; decided once, by `start`.
static COUNTER: AtomicBool = AtomicBool::new(false);
/// Nanoseconds a tick, as a 32.32 fixed-point number.
static RATE: AtomicU64 = AtomicU64::new(1 << 32);
/// The same for sums of durations: it changes only where it would be wrong, since sums must not fall.
static TOTALS: AtomicU64 = AtomicU64::new(1 << 32);
/// Ticks at the last comparison with the wall clock, and the wall clock then.
static ANCHOR_TICKS: AtomicU64 = AtomicU64::new(0);
static ANCHOR_UNIX: AtomicI64 = AtomicI64::new(0);
/// Where ticks are made of `Instant`, they count from here.
static ORIGIN: OnceLock<Instant> = OnceLock::new();
/// How the rate came about; nothing where ticks are nanoseconds.
static CALIBRATION: Mutex<Option<Calibration>> = Mutex::new(None);

/// How long `start` watches the counter, and longer where the readings are too blurred.
const WATCH: Duration = Duration::from_millis(2);
const MOST: Duration = Duration::from_millis(20);
/// The error that `start` is content with, as a share.
const ERROR: f64 = 50e-6;

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

/// A tick and the time that belongs to it: the closest of several tries.
fn reading() -> Reading {
    let origin = *ORIGIN.get_or_init(Instant::now);
    let (mut best, mut narrowest) = (Reading::default(), u64::MAX);
    for _ in 0..16 {
        let before = now();
        let nanos = origin.elapsed().as_nanos() as u64;
        let width = now().saturating_sub(before);
        if width < narrowest {
            narrowest = width;
            best = Reading { ticks: before + width / 2, nanos, blur: width };
        }
    }
    best
}

/// A reading whose blur is in nanoseconds.
fn sharp(rate: u64) -> Reading {
    let reading = reading();
    Reading { blur: calibration::nanos(reading.blur, rate), ..reading }
}

/// Chooses the clock and calibrates it. Takes about two milliseconds.
pub(crate) fn start() {
    ORIGIN.get_or_init(Instant::now);
    if counter_is_usable() {
        COUNTER.store(true, Ordering::Relaxed);
        let calibrated = calibrate();
        // A counter that stands still is none.
        COUNTER.store(calibrated.is_some(), Ordering::Relaxed);
        let mut calibration = CALIBRATION.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(calibrated) = &calibrated {
            tell(calibrated);
        }
        *calibration = calibrated;
    }
    anchor();
}

fn calibrate() -> Option<Calibration> {
    let began = Instant::now();
    let first = reading();
    loop {
        std::thread::sleep(WATCH);
        let calibrated = Calibration::new(first, reading())?;
        let first = Reading { blur: calibration::nanos(first.blur, calibrated.rate()), ..first };
        let second = sharp(calibrated.rate());
        if Calibration::error(first, second) <= ERROR || began.elapsed() >= MOST {
            return Calibration::new(first, second);
        }
    }
}

fn tell(calibration: &Calibration) {
    RATE.store(calibration.rate(), Ordering::Relaxed);
    TOTALS.store(calibration.totals(), Ordering::Relaxed);
}

/// Compares the counter with the system's clock again.
///
/// Called by the export thread once a second, and by each scrape, so that neither drift nor a
/// machine that slept or moved shows for long.
pub(crate) fn compare() {
    take(sharp(RATE.load(Ordering::Relaxed)));
}

fn take(now: Reading) {
    if COUNTER.load(Ordering::Relaxed) {
        let mut calibration = CALIBRATION.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(calibration) = &mut *calibration {
            calibration.compare(now);
            tell(calibration);
        }
    }
}

/// The same, and compares with the wall clock. Called by the export thread alone.
pub(crate) fn anchor() {
    let (now, unix) = (sharp(RATE.load(Ordering::Relaxed)), unix_now());
    take(now);
    ANCHOR_TICKS.store(now.ticks, Ordering::Relaxed);
    ANCHOR_UNIX.store(unix as i64, Ordering::Relaxed);
}

/// A number that changes with each [`anchor`]: about once a second while spans are exported.
#[inline]
pub(crate) fn round() -> u32 {
    ANCHOR_TICKS.load(Ordering::Relaxed) as u32
}

/// How often the machine slept, or its counter changed its rate: the calibration began again.
pub(crate) fn breaks() -> u64 {
    let calibration = CALIBRATION.lock().unwrap_or_else(PoisonError::into_inner);
    calibration.as_ref().map_or(0, Calibration::breaks)
}

/// A duration in nanoseconds.
pub(crate) fn nanos(ticks: u64) -> u64 {
    calibration::nanos(ticks, RATE.load(Ordering::Relaxed))
}

/// A duration in seconds.
pub(crate) fn seconds(ticks: u64) -> f64 {
    ticks as f64 * (RATE.load(Ordering::Relaxed) as f64 / (1u64 << 32) as f64) / 1e9
}

/// A sum of durations in nanoseconds. It does not fall when the clock is corrected a little.
pub(crate) fn total_nanos(ticks: u64) -> u64 {
    calibration::nanos(ticks, TOTALS.load(Ordering::Relaxed))
}

/// The ticks of a duration.
pub(crate) fn ticks(nanos: u64) -> u64 {
    calibration::ticks(nanos, RATE.load(Ordering::Relaxed))
}

/// The wall clock at a tick, in nanoseconds since 1970. For the thread that calls [`anchor`].
pub(crate) fn unix_nanos(tick: u64) -> u64 {
    let anchor = ANCHOR_TICKS.load(Ordering::Relaxed);
    let unix = ANCHOR_UNIX.load(Ordering::Relaxed);
    calibration::unix_nanos(tick, anchor, unix, RATE.load(Ordering::Relaxed))
}

/// The time since [`start`].
pub(crate) fn running() -> Duration {
    ORIGIN.get_or_init(Instant::now).elapsed()
}

/// The wall clock now, in nanoseconds since 1970; 0 before that.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::*;

    /// The error of the clock over so many seconds, while it is compared as the export thread does.
    fn error_over(seconds: f64) -> f64 {
        start();
        let began = Instant::now();
        let first = reading();
        let (mut last, mut measured, mut blur) = (first, 0, nanos(first.blur));
        while began.elapsed().as_secs_f64() < seconds {
            let left = seconds - began.elapsed().as_secs_f64();
            std::thread::sleep(Duration::from_secs_f64(left.clamp(0.0, 1.0)));
            let now = reading();
            // At the rate that was known before.
            measured += nanos(now.ticks - last.ticks);
            last = now;
            anchor();
        }
        // A reading may have waited for the processor between the two clocks.
        blur += nanos(last.blur);
        let real = last.nanos - first.nanos;
        let apart = measured.abs_diff(real);
        println!("{seconds} s: {apart} ns apart, blur {blur} ns, {} breaks", breaks());
        apart.saturating_sub(blur) as f64 / real as f64
    }

    #[test]
    fn the_clock_is_right_to_a_thousandth() {
        let seconds = std::env::var("PLIMSOLL_CLOCK_SECONDS").map(|it| it.parse().unwrap());
        let error = error_over(seconds.unwrap_or(if cfg!(miri) { 0.01 } else { 2.0 }));
        assert!(error < 0.001, "{error}");
        assert!((nanos(ticks(1_000_000)) as i64 - 1_000_000).abs() <= 2);
    }

    #[test]
    fn a_tick_has_its_wall_clock_time() {
        start();
        // What the thread waits for the processor lies between the two.
        let before = unix_now();
        let tick = now();
        let after = unix_now();
        let at = unix_nanos(tick);
        let slack = 50_000_000;
        assert!(at + slack > before && at < after + slack, "{before} {at} {after}");
    }

    #[test]
    #[cfg(all(target_os = "linux", not(miri)))]
    fn the_counter_does_not_go_back_from_core_to_core() {
        start();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::spawn(move || {
            let mut last = now();
            for round in 0..2_000 {
                // SAFETY: a set of cores of the right size; the kernel refuses cores that are not
                // there, and the thread stays where it is then.
                unsafe {
                    let mut set = std::mem::zeroed();
                    libc::CPU_SET(round % cores, &mut set);
                    libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
                }
                let here = now();
                assert!(here >= last, "{here} after {last}, on core {}", round % cores);
                last = here;
            }
        })
        .join()
        .unwrap();
    }
}
