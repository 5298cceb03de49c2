//! Which core a thread runs on.
//!
//! The measured thread has the first core of those allowed to the process; whatever a peer runs in
//! the background, and the driver, have the second. Called by `main` and `child`. Elsewhere than
//! on Linux, and on one core, nothing is pinned.

/// A core, by its place among those allowed to this process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Core {
    /// For the thread that is measured.
    First,
    /// For everything else, and for the other thread of cases with two.
    Second,
}

/// How many cores this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Moves the calling thread to `core`; threads that it starts from now on follow.
pub(crate) fn pin(core: Core) {
    let place = match core {
        Core::First => 0,
        Core::Second => 1,
    };
    if let Some(cpu) = allowed().get(place) {
        run_on(&[*cpu]);
    }
}

/// Lets the calling thread run on all cores of the process again.
pub(crate) fn unpin() {
    run_on(allowed());
}

#[cfg(target_os = "linux")]
fn run_on(cpus: &[usize]) {
    if cpus.is_empty() {
        return;
    }
    // SAFETY: an all-zero `cpu_set_t` is the empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for cpu in cpus {
        // SAFETY: `cpu` came out of a set of this size.
        unsafe { libc::CPU_SET(*cpu, &mut set) };
    }
    // SAFETY: the set is initialised, and its size is given. A refusal leaves the thread as it was.
    unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) };
}

#[cfg(not(target_os = "linux"))]
fn run_on(_cpus: &[usize]) {}

#[cfg(not(target_os = "linux"))]
fn allowed() -> &'static [usize] {
    &[]
}

/// The cores that the process was given, asked once: pinning narrows what the kernel answers.
#[cfg(target_os = "linux")]
fn allowed() -> &'static [usize] {
    static ALLOWED: std::sync::OnceLock<Vec<usize>> = std::sync::OnceLock::new();
    ALLOWED.get_or_init(|| {
        // SAFETY: an all-zero `cpu_set_t` is the empty set.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: the kernel writes at most the size that it is told.
        unsafe { libc::sched_getaffinity(0, size_of_val(&set), &raw mut set) };
        (0..libc::CPU_SETSIZE as usize)
            // SAFETY: `cpu` is below the size of the set.
            .filter(|cpu| unsafe { libc::CPU_ISSET(*cpu, &set) })
            .collect()
    })
}
