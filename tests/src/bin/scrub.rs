//! The scrubber as a filter: a JSON string a line comes in, the JSON string after masking goes out, in the same order.
//!
//! For scoring it on a corpus, by a program that knows nothing of plimsoll. What is no JSON string is scrubbed as
//! the text that it is.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use plimsoll::scrub::Scrubber;

const EACH: u64 = 0x0101_0101_0101_0101;
const BACKSLASHES: u64 = EACH * b'\\' as u64;

fn main() -> io::Result<()> {
    let scrubber = Scrubber::new();
    let mut input = BufReader::with_capacity(1 << 18, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let mut line = Vec::new();
    let mut room = Vec::new();
    while input.read_until(b'\n', &mut line)? != 0 {
        let bare = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = decoded(bare, &mut room);
        let text = text.map_or_else(|| String::from_utf8_lossy(bare), Cow::Borrowed);
        match scrubber.text(&text) {
            // As it came: nothing has to be encoded again.
            Cow::Borrowed(_) if bare.first() == Some(&b'"') => output.write_all(bare)?,
            masked => serde_json::to_writer(&mut output, &masked)?,
        }
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()
}

/// The text of a JSON string: in place where it has no escapes, else in the room.
fn decoded<'a>(raw: &'a [u8], room: &'a mut Vec<u8>) -> Option<&'a str> {
    let mut rest = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let eights = rest.chunks_exact(8);
    let tail = eights.remainder();
    let mut found = eights.map(|eight| backslash(eight.try_into().unwrap_or_default()));
    if !found.any(|found| found < 8) && !tail.contains(&b'\\') {
        return std::str::from_utf8(rest).ok();
    }
    let size = rest.len() + 8;
    if room.len() < size {
        room.resize(size, 0);
    }
    let mut end = 0;
    loop {
        // Eight bytes at once, as far as none is a backslash.
        let size = match rest.first_chunk::<8>() {
            Some(eight) => {
                room[end..end + 8].copy_from_slice(eight);
                backslash(*eight)
            }
            None => {
                room[end..end + rest.len()].copy_from_slice(rest);
                rest.iter().position(|byte| *byte == b'\\').unwrap_or(rest.len())
            }
        };
        (end, rest) = (end + size, &rest[size..]);
        let Some((first, behind)) = rest.split_first() else { break };
        if *first != b'\\' {
            continue;
        }
        room[end] = match *behind.first()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            // Numbers are rare, so whatever has one is left to the library.
            b'u' => {
                let text: String = serde_json::from_slice(raw).ok()?;
                *room = text.into_bytes();
                return std::str::from_utf8(room).ok();
            }
            other => other,
        };
        (end, rest) = (end + 1, &behind[1..]);
    }
    std::str::from_utf8(&room[..end]).ok()
}

/// Where the first backslash of eight bytes is; 8 if there is none.
fn backslash(eight: [u8; 8]) -> usize {
    let same = u64::from_le_bytes(eight) ^ BACKSLASHES;
    let found = same.wrapping_sub(EACH) & !same & (EACH << 7);
    found.trailing_zeros() as usize / 8
}
