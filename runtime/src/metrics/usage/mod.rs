//! What the process and its machine use: CPU, memory, files, threads, and what they may use.
//!
//! Standard names where Prometheus has some, else those of OpenTelemetry's conventions in
//! Prometheus's form. What can't be known is absent, never zero. Nothing here waits for a device or
//! another machine. `sources` reads all of it for each page and each push; the families are listed
//! in the docs of `plimsoll::families`.

#[cfg(any(feature = "jemalloc", feature = "mimalloc"))]
pub(crate) mod allocator;
mod cgroup;
#[cfg(feature = "system")]
mod devices;
mod files;
#[cfg(all(unix, feature = "system"))]
mod filesystems;
mod pressure;
mod process;
#[cfg(feature = "system")]
mod system;
mod threads;
#[cfg(feature = "tokio")]
pub(crate) mod tokio;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::OnceLock;

use self::files::Files;
use super::family::{Head, Number, Series, Sink, Type};

/// Hands the families over.
pub(crate) fn visit(sink: &mut dyn Sink) {
    static PROCESS: OnceLock<process::Process> = OnceLock::new();
    static CGROUP: OnceLock<cgroup::Cgroup> = OnceLock::new();
    let files = Files::new(Path::new("/"));
    PROCESS.get_or_init(|| process::Process::new(&files)).visit(&files, sink);
    CGROUP.get_or_init(|| cgroup::Cgroup::new(&files)).visit(&files, sink);
    #[cfg(any(feature = "jemalloc", feature = "mimalloc"))]
    allocator::visit(sink);
    #[cfg(feature = "tokio")]
    tokio::visit(sink);
    threads::visit(&files, sink);
    #[cfg(feature = "system")]
    {
        static CPU: system::Cpu = system::Cpu::new();
        static DEVICES: devices::Devices = devices::Devices::new();
        system::visit(&CPU, &files, sink);
        DEVICES.visit(&files, sink);
    }
    #[cfg(all(unix, feature = "system"))]
    {
        static FILESYSTEMS: OnceLock<filesystems::Filesystems> = OnceLock::new();
        FILESYSTEMS.get_or_init(|| filesystems::Filesystems::new(&files)).visit(sink);
    }
}

/// All families that may be handed over, on whatever machine.
pub(crate) fn families() -> impl Iterator<Item = &'static Head<'static>> {
    let all = process::FAMILIES.iter().chain(&cgroup::FAMILIES).chain(&threads::FAMILIES);
    #[cfg(any(feature = "jemalloc", feature = "mimalloc"))]
    let all = all.chain(&allocator::FAMILIES);
    #[cfg(feature = "tokio")]
    let all = all.chain(tokio::FAMILIES);
    #[cfg(feature = "system")]
    let all = all.chain(&system::FAMILIES).chain(&devices::DISKS).chain(&devices::NETWORKS);
    #[cfg(all(unix, feature = "system"))]
    let all = all.chain(&filesystems::FAMILIES);
    all
}

const fn counter(name: &'static str, unit: &'static str, help: &'static str) -> Head<'static> {
    Head { name, kind: Type::Counter, help, unit }
}

const fn gauge(name: &'static str, unit: &'static str, help: &'static str) -> Head<'static> {
    Head { name, kind: Type::Gauge, help, unit }
}

/// A figure, if it is known.
type Known = Option<Number>;

fn integer(value: Option<u64>) -> Known {
    value.map(Number::Integer)
}

fn float(value: Option<f64>) -> Known {
    value.map(Number::Float)
}

/// A family of one series, if its figure is known.
fn one(sink: &mut dyn Sink, head: &Head<'_>, value: Known) {
    if let Some(value) = value {
        sink.family(head);
        sink.number(&Series::default(), value);
    }
}

/// A family of one series for each value of a label, where its figure is known.
fn each(sink: &mut dyn Sink, head: &Head<'_>, label: &str, values: &[(&str, Known)]) {
    let rows = values.iter().map(|(value, known)| ([(label, *value)], *known));
    many(sink, head, rows);
}

/// A family of any series, where their figures are known.
fn many<'a, const N: usize>(
    sink: &mut dyn Sink,
    head: &Head<'_>,
    rows: impl IntoIterator<Item = ([(&'a str, &'a str); N], Known)>,
) {
    let mut begun = false;
    for (labels, known) in rows {
        let Some(value) = known else { continue };
        if !begun {
            sink.family(head);
            begun = true;
        }
        sink.number(&Series::of(&labels), value);
    }
}
