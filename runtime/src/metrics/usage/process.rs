//! What this process uses, by the names that all of Prometheus's client libraries have.
//!
//! On Linux from `/proc/self`: five small files and one directory's size. Elsewhere what POSIX says
//! by `getrusage` and `getrlimit`, with the feature `system`; the rest is absent.

use super::files::{Files, field};
use super::{Known, counter, each, float, gauge, integer, one};
use crate::metrics::family::{Head, Sink};

/// The families. What Prometheus has no name for is named after OpenTelemetry's conventions.
pub(super) const FAMILIES: [Head<'static>; 11] = [
    counter(
        "process_cpu_seconds_total",
        "seconds",
        "Total user and system CPU time spent in seconds.",
    ),
    gauge("process_open_fds", "", "Number of open file descriptors."),
    gauge("process_max_fds", "", "Maximum number of open file descriptors."),
    gauge("process_virtual_memory_bytes", "bytes", "Virtual memory size in bytes."),
    gauge(
        "process_virtual_memory_max_bytes",
        "bytes",
        "Maximum amount of virtual memory available in bytes.",
    ),
    gauge("process_resident_memory_bytes", "bytes", "Resident memory size in bytes."),
    gauge(
        "process_start_time_seconds",
        "seconds",
        "Start time of the process since unix epoch in seconds.",
    ),
    gauge("process_threads", "", "Number of OS threads in the process."),
    counter(
        "process_paging_faults_total",
        "",
        "Page faults: major ones waited for a disk, minor ones did not.",
    ),
    counter(
        "process_disk_io_bytes_total",
        "bytes",
        "Bytes that the process made disks read and write.",
    ),
    counter(
        "process_context_switches_total",
        "",
        "Context switches: voluntary ones waited for something, involuntary ones had to give way.",
    ),
];

/// What stays the same while the process lives.
#[derive(Debug)]
pub(super) struct Process {
    page: Option<u64>,
    /// The kernel's ticks in a second.
    ticks: f64,
    /// Seconds since 1970.
    start: Option<f64>,
}

/// The figures of one moment.
#[derive(Debug, Default)]
struct Figures {
    cpu_seconds: Option<f64>,
    open_files: Option<u64>,
    most_files: Option<f64>,
    virtual_bytes: Option<u64>,
    most_virtual_bytes: Option<f64>,
    resident_bytes: Option<u64>,
    threads: Option<u64>,
    /// Minor and major.
    faults: [Option<u64>; 2],
    /// Read and written.
    disk_bytes: [Option<u64>; 2],
    /// Voluntary and involuntary.
    switches: [Option<u64>; 2],
}

impl Process {
    pub(super) fn new(files: &Files) -> Process {
        let auxiliary = files.bytes("proc/self/auxv", 4096).unwrap_or_default();
        // Of all platforms only Alpha has another number, and tells it.
        let ticks = entry(&auxiliary, CLOCK_TICKS).map_or(100.0, |ticks| ticks as f64);
        let start = files.text("proc/self/stat").and_then(|stat| {
            let begun = statistic(&stat, 22)? as f64 / ticks;
            // Behind the interrupts, of which large machines have many.
            let booted = field(&files.text_within("proc/stat", 4 * 1024 * 1024)?, "btime")?;
            Some(booted as f64 + begun)
        });
        Process { page: entry(&auxiliary, PAGE_SIZE), ticks, start }
    }

    pub(super) fn visit(&self, files: &Files, sink: &mut dyn Sink) {
        let mut now = Figures::default();
        self.read(files, &mut now);
        #[cfg(all(unix, feature = "system"))]
        posix::read(&mut now);
        let [
            cpu,
            open_files,
            most_files,
            virtual_memory,
            most_virtual_memory,
            resident,
            start,
            threads,
            faults,
            disk,
            switches,
        ] = &FAMILIES;
        one(sink, cpu, float(now.cpu_seconds));
        one(sink, open_files, integer(now.open_files));
        one(sink, most_files, float(now.most_files));
        one(sink, virtual_memory, integer(now.virtual_bytes));
        one(sink, most_virtual_memory, float(now.most_virtual_bytes));
        one(sink, resident, integer(now.resident_bytes));
        one(sink, start, float(self.start));
        one(sink, threads, integer(now.threads));
        let pair = |names: [&'static str; 2], values: [Option<u64>; 2]| -> [(&str, Known); 2] {
            [(names[0], integer(values[0])), (names[1], integer(values[1]))]
        };
        let values = pair(["minor", "major"], now.faults);
        each(sink, faults, "system_paging_fault_type", &values);
        let values = pair(["read", "write"], now.disk_bytes);
        each(sink, disk, "disk_io_direction", &values);
        let values = pair(["voluntary", "involuntary"], now.switches);
        each(sink, switches, "process_context_switch_type", &values);
    }

    fn read(&self, files: &Files, now: &mut Figures) {
        if let Some(stat) = files.text("proc/self/stat") {
            let at = |number| statistic(&stat, number);
            now.cpu_seconds =
                at(14).zip(at(15)).map(|(user, system)| (user as f64 + system as f64) / self.ticks);
            now.faults = [at(10), at(12)];
            now.threads = at(20);
            now.virtual_bytes = at(23);
            now.resident_bytes = at(24).zip(self.page).and_then(|(a, b)| a.checked_mul(b));
        }
        if let Some(limits) = files.text("proc/self/limits") {
            now.most_files = limit(&limits, "Max open files ");
            now.most_virtual_bytes = limit(&limits, "Max address space ");
        }
        if let Some(io) = files.text("proc/self/io") {
            now.disk_bytes = [field(&io, "read_bytes"), field(&io, "write_bytes")];
        }
        now.open_files = open_files(files);
    }
}

/// Newer kernels (6.2) say it as the directory's size. Older ones make an entry for each.
fn open_files(files: &Files) -> Option<u64> {
    let directory = files.path("proc/self/fd");
    let counted =
        if cfg!(target_os = "linux") { std::fs::metadata(&directory).ok()?.len() } else { 0 };
    if counted > 0 {
        return Some(counted);
    }
    let directory = if cfg!(target_os = "linux") { directory } else { files.path("dev/fd") };
    // Reading it takes one more.
    Some((std::fs::read_dir(directory).ok()?.count() as u64).saturating_sub(1))
}

/// A field of `stat`, by its number in `proc(5)`. The second is the name of the program, which may
/// hold anything; it ends with the last parenthesis.
pub(super) fn statistic(stat: &str, number: usize) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
}

/// The soft limit in a line of `limits`. "Unlimited" is what Go's and Python's libraries write for
/// it, the largest of 64 bits: so it can be divided by.
fn limit(limits: &str, name: &str) -> Option<f64> {
    let rest = limits.lines().find_map(|line| line.strip_prefix(name))?;
    match rest.split_ascii_whitespace().next()? {
        "unlimited" => Some(u64::MAX as f64),
        number => number.parse::<u64>().ok().map(|number| number as f64),
    }
}

/// Keys of the auxiliary vector, by `getauxval(3)`.
const PAGE_SIZE: usize = 6;
const CLOCK_TICKS: usize = 17;

/// What the kernel told the program at its start: pairs of words.
fn entry(auxiliary: &[u8], wanted: usize) -> Option<u64> {
    const WORD: usize = size_of::<usize>();
    let word = |bytes: &[u8]| bytes.try_into().ok().map(usize::from_ne_bytes);
    auxiliary.chunks_exact(2 * WORD).find_map(|pair| {
        let (key, value) = pair.split_at(WORD);
        let value = (word(key)? == wanted).then(|| word(value))?;
        value.filter(|value| *value > 0).map(|value| value as u64)
    })
}

/// What POSIX says of a process.
#[cfg(all(unix, feature = "system"))]
mod posix {
    use nix::sys::resource::{RLIM_INFINITY, Resource, UsageWho, getrlimit, getrusage};
    use nix::sys::time::TimeVal;

    use super::Figures;

    /// A soft limit.
    fn limit(resource: Resource) -> Option<f64> {
        let (soft, _) = getrlimit(resource).ok()?;
        Some(if soft == RLIM_INFINITY { u64::MAX as f64 } else { soft as f64 })
    }

    /// Fills in what is not known yet. Of the whole process with the threads that have ended, while
    /// `/proc/self/status` counts the switches of the main thread alone.
    pub(super) fn read(now: &mut Figures) {
        let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return };
        let count = |number: std::ffi::c_long| u64::try_from(number).ok();
        now.switches = [
            count(usage.voluntary_context_switches()),
            count(usage.involuntary_context_switches()),
        ];
        if cfg!(target_os = "linux") {
            return;
        }
        let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        now.cpu_seconds = Some(seconds(usage.user_time()) + seconds(usage.system_time()));
        now.faults = [count(usage.minor_page_faults()), count(usage.major_page_faults())];
        now.most_files = limit(Resource::RLIMIT_NOFILE);
        #[cfg(target_vendor = "apple")]
        {
            now.most_virtual_bytes = limit(Resource::RLIMIT_AS);
        }
    }
}
