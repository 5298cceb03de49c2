//! The machine's disks and network interfaces, at most so many; the others are counted together.
//!
//! Interfaces come and go with containers. So who has a series keeps it as long as it is there, and
//! the sum of the others is what each of them has added to it: it does not fall when one is gone.
//!
//! By OpenTelemetry's `system.disk.*` and `system.network.*`. Partitions are parts of their disk and
//! not listed; neither are loop devices, disks of memory, and the far ends of containers' networks.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::files::Files;
use super::{counter, many};
use crate::metrics::family::{Head, Number, Sink};

pub(super) const DISKS: [Head<'static>; 4] = [
    counter("system_disk_io_bytes_total", "bytes", "Bytes that disks have read and written."),
    counter("system_disk_operations_total", "", "Reads and writes that disks have completed."),
    counter(
        "system_disk_operation_time_seconds_total",
        "seconds",
        "How long the reads and writes of disks took, added up.",
    ),
    counter(
        "system_disk_io_time_seconds_total",
        "seconds",
        "Time in which disks had something to do.",
    ),
];

pub(super) const NETWORKS: [Head<'static>; 4] = [
    counter(
        "system_network_io_bytes_total",
        "bytes",
        "Bytes that network interfaces have received and transmitted.",
    ),
    counter(
        "system_network_packet_count_total",
        "",
        "Packets that network interfaces have received and transmitted.",
    ),
    counter("system_network_errors_total", "", "Packets that were received or sent in vain."),
    counter(
        "system_network_packet_dropped_total",
        "",
        "Packets that were dropped though nothing was wrong with them.",
    ),
];

/// Devices of each kind that have series of their own.
const MOST: usize = 16;
/// The name of all others together.
const OTHERS: &str = "_OTHER";
/// The longest name that a kernel gives.
const LONGEST: usize = 64;

/// One device, and its columns.
struct Device<'a> {
    name: &'a str,
    columns: Vec<u64>,
}

/// The devices of both kinds, as they were seen.
#[derive(Debug)]
pub(super) struct Devices {
    disks: Mutex<Seen>,
    networks: Mutex<Seen>,
}

/// The devices of one kind.
#[derive(Debug)]
struct Seen {
    /// Those that have series of their own.
    own: Vec<String>,
    /// The columns of all others since the start.
    sum: Vec<u64>,
    /// What of each was put into the sum so far.
    others: BTreeMap<String, Vec<u64>>,
}

impl Devices {
    pub(super) const fn new() -> Devices {
        Devices { disks: Mutex::new(Seen::new()), networks: Mutex::new(Seen::new()) }
    }

    pub(super) fn visit(&self, files: &Files, sink: &mut dyn Sink) {
        let bounded = |seen: &Mutex<Seen>, devices| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).bounded(devices)
        };
        let text = files.text("proc/diskstats").unwrap_or_default();
        let all = text.lines().filter_map(disk).fold(Vec::new(), whole);
        disks(&bounded(&self.disks, all), sink);
        let text = files.text("proc/self/net/dev").unwrap_or_default();
        let all = text.lines().filter_map(network).collect();
        networks(&bounded(&self.networks, all), sink);
    }
}

fn disks(disks: &[Device<'_>], sink: &mut dyn Sink) {
    /// What a disk reads and writes, by column.
    const BOTH: [&str; 2] = ["read", "write"];
    let [bytes, operations, operation_time, time] = &DISKS;
    let sectors = |count: u64| Number::Integer(count.saturating_mul(512));
    let seconds = |millis: u64| Number::Float(millis as f64 / 1000.0);
    let both = |columns, number: fn(u64) -> Number| {
        rows(disks, "disk_io_direction", BOTH, columns, number)
    };
    many(sink, bytes, both([2, 6], sectors));
    many(sink, operations, both([0, 4], Number::Integer));
    many(sink, operation_time, both([3, 7], seconds));
    let busy = disks.iter().map(|disk| {
        ([("system_device", disk.name)], disk.columns.get(9).map(|millis| seconds(*millis)))
    });
    many(sink, time, busy);
}

fn networks(interfaces: &[Device<'_>], sink: &mut dyn Sink) {
    for (head, columns) in NETWORKS.iter().zip([[0, 8], [1, 9], [2, 10], [3, 11]]) {
        let directions = ["receive", "transmit"];
        let rows = rows(interfaces, "network_io_direction", directions, columns, Number::Integer);
        // The conventions name the interface otherwise where they count packets.
        let named = if head.name == "system_network_packet_count_total" {
            "system_device"
        } else {
            "network_interface_name"
        };
        many(
            sink,
            head,
            rows.map(|([(_, device), direction], value)| ([(named, device), direction], value)),
        );
    }
}

/// Two rows a device: its columns for the two directions.
fn rows<'a>(
    devices: &'a [Device<'a>],
    label: &'static str,
    directions: [&'static str; 2],
    columns: [usize; 2],
    number: fn(u64) -> Number,
) -> impl Iterator<Item = ([(&'a str, &'a str); 2], Option<Number>)> {
    devices.iter().flat_map(move |device| {
        [0, 1].map(|way| {
            let value = device.columns.get(columns[way]).map(|value| number(*value));
            ([("system_device", device.name), (label, directions[way])], value)
        })
    })
}

/// A line of `/proc/diskstats`: two numbers, the name, and the columns.
fn disk(line: &str) -> Option<Device<'_>> {
    let mut words = line.split_ascii_whitespace().skip(2);
    let name = words.next()?;
    let memory = ["loop", "ram", "zram"];
    let is_memory = memory.iter().any(|kind| {
        name.strip_prefix(kind).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    device(name, words, 11).filter(|_| !is_memory)
}

/// Adds a disk, if it is no partition of the one before: `sda1`, `nvme0n1p1`.
fn whole<'a>(mut disks: Vec<Device<'a>>, next: Device<'a>) -> Vec<Device<'a>> {
    let is_part = disks.last().is_some_and(|disk| {
        next.name.strip_prefix(disk.name).is_some_and(|rest| {
            let ends_in_digit = disk.name.ends_with(|last: char| last.is_ascii_digit());
            let number = if ends_in_digit { rest.strip_prefix('p') } else { Some(rest) };
            number.is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
    });
    if !is_part {
        disks.push(next);
    }
    disks
}

/// A line of `/proc/net/dev`: the name, a colon, and the columns.
fn network(line: &str) -> Option<Device<'_>> {
    let (name, rest) = line.rsplit_once(':')?;
    let name = name.trim();
    device(name, rest.split_ascii_whitespace(), 16).filter(|_| !name.starts_with("veth"))
}

fn device<'a>(
    name: &'a str,
    words: impl Iterator<Item = &'a str>,
    columns: usize,
) -> Option<Device<'a>> {
    let columns: Vec<u64> = words.take(columns).map_while(|word| word.parse().ok()).collect();
    let is_name = !name.is_empty() && name.len() <= LONGEST;
    (is_name && columns.len() >= 10).then_some(Device { name, columns })
}

impl Seen {
    const fn new() -> Seen {
        Seen { own: Vec::new(), sum: Vec::new(), others: BTreeMap::new() }
    }

    /// No name twice, and no more than `MOST` and the others.
    fn bounded<'a>(&mut self, devices: Vec<Device<'a>>) -> Vec<Device<'a>> {
        self.own.retain(|own| devices.iter().any(|device| device.name == own));
        let before = std::mem::take(&mut self.others);
        let mut kept: Vec<Device<'a>> = Vec::new();
        for Device { name, columns } in devices {
            let is_other = before.contains_key(name);
            let is_own = self.own.iter().any(|own| own == name);
            if kept.iter().any(|it| it.name == name) || self.others.contains_key(name) {
                // The kernel gives no name twice.
                continue;
            }
            if is_own || !is_other && self.own.len() < MOST {
                if !is_own {
                    self.own.push(name.to_owned());
                }
                kept.push(Device { name, columns });
            } else {
                self.add(before.get(name), &columns);
                self.others.insert(name.to_owned(), columns);
            }
        }
        if !self.sum.is_empty() {
            kept.push(Device { name: OTHERS, columns: self.sum.clone() });
        }
        kept
    }

    /// Adds what came of one of the others; all of it, where that began again.
    fn add(&mut self, before: Option<&Vec<u64>>, columns: &[u64]) {
        self.sum.resize(self.sum.len().max(columns.len()), 0);
        for (at, (sum, now)) in self.sum.iter_mut().zip(columns).enumerate() {
            let before = before.and_then(|before| before.get(at)).copied().unwrap_or(0);
            *sum = sum.saturating_add(now.checked_sub(before).unwrap_or(*now));
        }
    }
}
