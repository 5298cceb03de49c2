//! What the whole machine uses: CPU, memory, swap, and work that waits.
//!
//! By OpenTelemetry's `system.*`, from four files of `/proc` and three of pressure; in a container
//! they speak of the machine around it. Linux only.

use std::sync::{Mutex, PoisonError};

use super::files::{Files, field};
use super::{Known, counter, each, float, gauge, integer, one, pressure};
use crate::metrics::family::{Head, Sink};

pub(super) const FAMILIES: [Head<'static>; 10] = [
    counter(
        "system_cpu_time_seconds_total",
        "seconds",
        "Time that the machine's CPUs spent, added up, by what they did.",
    ),
    gauge("system_cpus", "", "CPUs of the machine that are in use."),
    gauge(
        "system_cpu_load_average_1m",
        "",
        "Threads that ran or were about to, or waited for a disk, over the last minute.",
    ),
    gauge("system_cpu_load_average_5m", "", "The same over the last five minutes."),
    gauge("system_cpu_load_average_15m", "", "The same over the last fifteen minutes."),
    gauge("system_memory_usage_bytes", "bytes", "Memory of the machine, by what it is used for."),
    gauge("system_memory_limit_bytes", "bytes", "Memory that the machine has."),
    gauge(
        "system_memory_linux_available_bytes",
        "bytes",
        "Memory that programs could have without swapping.",
    ),
    gauge("system_paging_usage_bytes", "bytes", "Swap space of the machine."),
    counter(
        "system_pressure_seconds_total",
        "seconds",
        "Time in which some, or all, work of the machine waited for a resource.",
    ),
];

/// The first columns of `/proc/stat`; the two kinds of interrupt are one mode.
const MODES: [(&str, &[usize]); 7] = [
    ("user", &[0]),
    ("nice", &[1]),
    ("system", &[2]),
    ("idle", &[3]),
    ("iowait", &[4]),
    ("interrupt", &[5, 6]),
    ("steal", &[7]),
];

/// What the CPUs did so far, by mode, in the kernel's ticks.
#[derive(Debug)]
pub(super) struct Cpu(Mutex<[u64; MODES.len()]>);

impl Cpu {
    pub(super) const fn new() -> Cpu {
        Cpu(Mutex::new([0; MODES.len()]))
    }

    /// The kernel estimates how long a CPU was idle or waited for a disk, and may take a little back:
    /// it is held. More than that is another machine, or one with fewer CPUs.
    fn hold(&self, mode: usize, now: u64) -> u64 {
        const LITTLE: u64 = 300;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = held.get_mut(mode) else { return now };
        if now >= *held || *held - now > LITTLE {
            *held = now;
        }
        *held
    }
}

pub(super) fn visit(before: &Cpu, files: &Files, sink: &mut dyn Sink) {
    let [cpu, cpus, load1, load5, load15, memory, memory_limit, available, swap, stalled] =
        &FAMILIES;
    let text = files.text("proc/stat").unwrap_or_default();
    let ticks: Vec<Option<u64>> = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("cpu "))
        .map(|line| line.split_ascii_whitespace().map(|word| word.parse().ok()).collect())
        .unwrap_or_default();
    let mut at = 0..;
    let modes = MODES.map(|(mode, columns)| {
        let sum =
            columns.iter().try_fold(0, |sum: u64, column| sum.checked_add((*ticks.get(*column)?)?));
        let sum = at.next().zip(sum).map(|(at, ticks)| before.hold(at, ticks));
        // Hundredths of a second, whatever the kernel counts in.
        (mode, float(sum.map(|ticks| ticks as f64 / 100.0)))
    });
    each(sink, cpu, "cpu_mode", &modes);
    let count = text.lines().skip(1).take_while(|line| line.starts_with("cpu")).count() as u64;
    one(sink, cpus, integer((count > 0).then_some(count)));

    let text = files.text("proc/loadavg").unwrap_or_default();
    let mut loads = text.split_ascii_whitespace().map(load);
    for head in [load1, load5, load15] {
        one(sink, head, loads.next().flatten());
    }

    let text = files.text("proc/meminfo").unwrap_or_default();
    let bytes = |name: &str| field(&text, name).and_then(|kib| kib.checked_mul(1024));
    let used = |total: &str, free: &str| bytes(total)?.checked_sub(bytes(free)?);
    let states = [
        ("used", integer(used("MemTotal", "MemAvailable"))),
        ("free", integer(bytes("MemFree"))),
        ("buffers", integer(bytes("Buffers"))),
        ("cached", integer(bytes("Cached"))),
    ];
    each(sink, memory, "system_memory_state", &states);
    one(sink, memory_limit, integer(bytes("MemTotal")));
    one(sink, available, integer(bytes("MemAvailable")));
    let states =
        [("used", integer(used("SwapTotal", "SwapFree"))), ("free", integer(bytes("SwapFree")))];
    each(sink, swap, "system_paging_state", &states);
    pressure::visit(files, |what| format!("proc/pressure/{what}"), stalled, sink);
}

fn load(word: &str) -> Known {
    float(word.parse().ok().filter(|load: &f64| load.is_finite() && *load >= 0.0))
}
