//! The kernel's own files, read with a bound: they are made while they are read.
//!
//! Knows how to read, and nothing of what is in them. They lie in memory: reading one waits for no
//! device. Tests give a root of their own.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes that are read of a file at most. What we read is shorter, but for machines of a thousand
/// disks.
const MOST: usize = 64 * 1024;

/// The files below one root.
#[derive(Clone, Debug)]
pub(super) struct Files {
    root: PathBuf,
}

impl Files {
    pub(super) fn new(root: &Path) -> Files {
        Files { root: root.to_owned() }
    }

    /// Where a file lies; `path` begins without a slash.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// A whole file, or its first whole lines when it is too long. None when it can't be read.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        self.text_within(path, MOST)
    }

    /// The same with another bound.
    pub(super) fn text_within(&self, path: &str, most: usize) -> Option<String> {
        let mut bytes = self.bytes(path, most)?;
        if bytes.len() == most {
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            bytes.truncate(whole);
        }
        Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    pub(super) fn bytes(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        // Most are shorter than this.
        let mut bytes = Vec::with_capacity(2048);
        let file = File::open(self.path(path)).ok()?;
        // Asked through a reference, so that the file is not asked for its size first: it has none.
        (&mut &file).take(most as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The one number that a file holds; `max` is none.
    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.text_within(path, 64)?.trim().parse().ok()
    }
}

/// The number beside a name, in lines of `name number`; `:` after the name does not matter.
pub(super) fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        rest.starts_with([' ', '\t']).then(|| rest.split_ascii_whitespace().next()?.parse().ok())?
    })
}
