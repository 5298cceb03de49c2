//! The scrubber as a filter: a JSON string a line comes in, the JSON string after masking goes out, in the same order.
//!
//! For scoring it on a corpus, by a program that knows nothing of plimsoll. What is no JSON string is scrubbed as
//! the text that it is.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use plimsoll::scrub::Scrubber;

fn main() -> io::Result<()> {
    let scrubber = Scrubber::new();
    let mut input = BufReader::with_capacity(1 << 18, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let mut line = Vec::new();
    let mut room = Vec::new();
    while input.read_until(b'\n', &mut line)? != 0 {
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let text = decoded(&line, &mut room);
        let text = text.map_or_else(|| String::from_utf8_lossy(&line), Cow::Borrowed);
        match scrubber.text(&text) {
            // As it came: nothing has to be encoded again.
            Cow::Borrowed(_) if line.first() == Some(&b'"') => output.write_all(&line)?,
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
    if !rest.contains(&b'\\') {
        return std::str::from_utf8(rest).ok();
    }
    room.clear();
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        room.extend_from_slice(&rest[..at]);
        let byte = match *rest.get(at + 1)? {
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
        room.push(byte);
        rest = &rest[at + 2..];
    }
    room.extend_from_slice(rest);
    std::str::from_utf8(room).ok()
}
