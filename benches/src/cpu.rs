//! CPU time: of this process, and of the processes that it waited for.
//!
//! Called by `child` (what a call costs on all threads) and by `compile` (what cargo and rustc
//! cost). Not wall time: other load on the machine does not enter.

/// CPU time of all threads of this process so far, in nanoseconds.
pub(crate) fn process() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// CPU time of all descendants that have ended and were waited for, in seconds.
pub(crate) fn descendants() -> f64 {
    // SAFETY: `rusage` is plain numbers; all zero is a value of it.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is a valid place to write to.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
