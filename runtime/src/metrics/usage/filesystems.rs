//! How full the file systems are that the program works on: that of its working directory, and `/`.
//!
//! By OpenTelemetry's `system.filesystem.*`. Only kinds are asked that lie on this machine: a file
//! system of another one may let whoever asks wait for ever. They are found once, and held open, so
//! that what is mounted there later is never asked instead.

use std::fs::File;

use nix::sys::statvfs::{FsFlags, fstatvfs};

use super::files::Files;
use super::{gauge, many};
use crate::metrics::family::{Head, Number, Sink};

pub(super) const FAMILIES: [Head<'static>; 2] = [
    gauge("system_filesystem_usage_bytes", "bytes", "Space of a file system, by its use."),
    gauge("system_filesystem_limit_bytes", "bytes", "Space that a file system has."),
];

/// Bytes of the list of mounts that are read. Machines of many containers have long ones.
const MOST: usize = 1024 * 1024;

/// Kinds that lie on this machine. Those that a user's program serves (FUSE) are not among them.
const LOCAL: [&str; 15] = [
    "apfs", "bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "overlay",
    "squashfs", "tmpfs", "vfat", "xfs", "zfs",
];

#[derive(Debug)]
pub(super) struct Filesystems(Vec<Mount>);

#[derive(Debug)]
struct Mount {
    point: String,
    kind: String,
    device: String,
    open: File,
}

impl Filesystems {
    pub(super) fn new(files: &Files) -> Filesystems {
        let text = files.text_within("proc/self/mountinfo", MOST).unwrap_or_default();
        // Asks no file system: the kernel knows where a process is.
        let working = std::env::current_dir().ok();
        let working = working.as_ref().and_then(|path| path.to_str()).unwrap_or("/");
        let mut mounts: Vec<Mount> = Vec::new();
        for path in ["/", working] {
            let Some(found) = mount(&text, path) else { continue };
            let [point, kind, device] = found.map(unescape);
            let known = mounts.iter().any(|known| known.point == point);
            if known || !LOCAL.contains(&kind.as_str()) {
                continue;
            }
            if let Ok(open) = File::open(files.path(point.trim_start_matches('/'))) {
                mounts.push(Mount { point, kind, device, open });
            }
        }
        Filesystems(mounts)
    }

    pub(super) fn visit(&self, sink: &mut dyn Sink) {
        let read: Vec<_> =
            self.0.iter().filter_map(|mount| Some((mount, fstatvfs(&mount.open).ok()?))).collect();
        let [usage, limit] = &FAMILIES;
        let all: Vec<_> = read
            .iter()
            .map(|(mount, stat)| {
                let fragment = stat.fragment_size();
                let total = size(stat.blocks(), fragment);
                let free = size(stat.blocks_free(), fragment);
                let available = size(stat.blocks_available(), fragment);
                let states = [
                    ("used", total.saturating_sub(free)),
                    ("free", available),
                    ("reserved", free.saturating_sub(available)),
                ];
                let is_read_only = stat.flags().contains(FsFlags::ST_RDONLY);
                let labels = [
                    ("system_device", mount.device.as_str()),
                    ("system_filesystem_mode", if is_read_only { "ro" } else { "rw" }),
                    ("system_filesystem_mountpoint", mount.point.as_str()),
                    ("system_filesystem_type", mount.kind.as_str()),
                ];
                (labels, states, total)
            })
            .collect();
        let uses = all.iter().flat_map(|(labels, states, _)| {
            states.iter().map(|(state, bytes)| {
                let [device, mode, point, kind] = *labels;
                let state = ("system_filesystem_state", *state);
                ([device, mode, point, state, kind], Some(Number::Integer(*bytes)))
            })
        });
        many(sink, usage, uses);
        let limits = all.iter().map(|(labels, _, total)| (*labels, Some(Number::Integer(*total))));
        many(sink, limit, limits);
    }
}

/// Platforms have words of their own for both.
fn size(blocks: impl Into<u64>, fragment: impl Into<u64>) -> u64 {
    blocks.into().saturating_mul(fragment.into())
}

/// The mount that a path lies on: its point, kind and device, as they stand in `mountinfo`.
fn mount<'a>(mounts: &'a str, path: &str) -> Option<[&'a str; 3]> {
    let mut best: Option<[&str; 3]> = None;
    for line in mounts.lines() {
        let Some((about, source)) = line.split_once(" - ") else { continue };
        let Some(point) = about.split(' ').nth(4) else { continue };
        let mut source = source.split(' ');
        let (Some(kind), Some(device)) = (source.next(), source.next()) else { continue };
        // Of two on the same point, the later one is seen.
        let is_deeper = best.is_none_or(|[best, ..]| point.len() >= best.len());
        if is_deeper && holds(&unescape(point), path) {
            best = Some([point, kind, device]);
        }
    }
    best
}

/// True when the path is the directory, or below it.
fn holds(directory: &str, path: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Spaces and their like are written as `\040`.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..3).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = &tail[3..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
