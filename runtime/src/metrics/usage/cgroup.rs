//! What the container may use, and what it was kept from: the control group (version 2).
//!
//! A limit is the lowest of those of the group and of the groups around it, as far as they can be
//! seen from inside. The names are not those of cAdvisor, whose sums would count everything twice.
//! Where there is only version 1, all of this is absent.

use super::files::{Files, field};
use super::{counter, each, float, gauge, integer, one, pressure};
use crate::metrics::family::{Head, Sink};

pub(super) const FAMILIES: [Head<'static>; 11] = [
    gauge("cgroup_cpu_limit", "", "CPUs that the container may use at once."),
    counter(
        "cgroup_cpu_seconds_total",
        "seconds",
        "CPU time that all processes of the container have spent.",
    ),
    counter("cgroup_cpu_periods_total", "", "Periods in which the limit of CPU was enforced."),
    counter(
        "cgroup_cpu_throttled_periods_total",
        "",
        "Periods in which the container had used up its CPU, and had to wait.",
    ),
    counter(
        "cgroup_cpu_throttled_seconds_total",
        "seconds",
        "How long the container had to wait for its next period of CPU, added up over CPUs.",
    ),
    gauge(
        "cgroup_memory_usage_bytes",
        "bytes",
        "Memory of the container, the cache of its files included.",
    ),
    gauge("cgroup_memory_limit_bytes", "bytes", "Memory that the container may have."),
    counter(
        "cgroup_memory_events_total",
        "",
        "How often the container met its limit of memory (max), found none to free (oom), or had a \
         process killed for it (oom_kill).",
    ),
    gauge("cgroup_threads", "", "Threads of all processes of the container."),
    gauge("cgroup_threads_limit", "", "Threads that the container may have."),
    counter(
        "cgroup_pressure_seconds_total",
        "seconds",
        "Time in which some, or all, work of the container waited for a resource.",
    ),
];

const MOUNT: &str = "sys/fs/cgroup";
/// Groups around this one that are looked at. Real ones are five deep.
const DEPTH: usize = 16;

/// Where the files of this process's group are, if it is in one. Who moves a process does it before
/// its program begins.
#[derive(Debug)]
pub(super) struct Cgroup(Option<String>);

impl Cgroup {
    pub(super) fn new(files: &Files) -> Cgroup {
        Cgroup(group(files))
    }

    pub(super) fn visit(&self, files: &Files, sink: &mut dyn Sink) {
        if let Some(group) = &self.0 {
            visit(files, group, sink);
        }
    }
}

fn visit(files: &Files, group: &str, sink: &mut dyn Sink) {
    let [
        cpu_limit,
        cpu,
        periods,
        throttled_periods,
        throttled,
        memory,
        memory_limit,
        memory_events,
        threads,
        threads_limit,
        stalled,
    ] = &FAMILIES;
    one(
        sink,
        cpu_limit,
        float(lowest(group, |group| cpus(&files.text(&below(group, "cpu.max"))?))),
    );

    let text = files.text(&below(group, "cpu.stat")).unwrap_or_default();
    let seconds = |name| float(field(&text, name).map(|micros| micros as f64 / 1e6));
    one(sink, cpu, seconds("usage_usec"));
    // The kernel writes zeroes where the group has no limit of its own.
    one(sink, periods, integer(field(&text, "nr_periods")));
    one(sink, throttled_periods, integer(field(&text, "nr_throttled")));
    one(sink, throttled, seconds("throttled_usec"));

    one(sink, memory, integer(files.number(&below(group, "memory.current"))));
    let limit = |name: &str| lowest(group, |group| files.number(&below(group, name)));
    one(sink, memory_limit, integer(limit("memory.max")));
    let text = files.text(&below(group, "memory.events")).unwrap_or_default();
    let events = ["max", "oom", "oom_kill"];
    let events = events.map(|event| (event, integer(field(&text, event))));
    each(sink, memory_events, "event", &events);

    one(sink, threads, integer(files.number(&below(group, "pids.current"))));
    one(sink, threads_limit, integer(limit("pids.max")));
    pressure::visit(files, |what| below(group, &format!("{what}.pressure")), stalled, sink);
}

fn below(group: &str, file: &str) -> String {
    format!("{group}/{file}")
}

fn group(files: &Files) -> Option<String> {
    let groups = files.text("proc/self/cgroup")?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    // Seen from inside another namespace, a group may lie outside of what is mounted.
    let inside = !path.split('/').any(|part| part == "..");
    let group = if inside { format!("{MOUNT}/{path}") } else { MOUNT.to_owned() };
    let group = group.trim_end_matches('/');
    // In a container that shares the machine's namespace, its own group is the mounted one. The
    // outermost group has no type: it is the machine, and no container.
    let is_group = |group: &&str| files.path(&below(group, "cgroup.type")).exists();
    [group, MOUNT].into_iter().find(is_group).map(str::to_owned)
}

/// The lowest limit of a group and those around it.
fn lowest<T: PartialOrd>(group: &str, limit: impl Fn(&str) -> Option<T>) -> Option<T> {
    let around = std::iter::successors(Some(group), |group| {
        if *group == MOUNT { None } else { Some(group.rsplit_once('/')?.0) }
    });
    around.take(DEPTH).filter_map(limit).reduce(|low, next| if next < low { next } else { low })
}

/// `max 100000` is no limit; `150000 100000` is one and a half.
fn cpus(text: &str) -> Option<f64> {
    let mut words = text.split_ascii_whitespace();
    let quota: u64 = words.next()?.parse().ok()?;
    let period: u64 = words.next()?.parse().ok()?;
    (period > 0).then(|| quota as f64 / period as f64)
}
