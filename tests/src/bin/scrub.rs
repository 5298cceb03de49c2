//! The scrubber as a filter: a JSON string a line comes in, the JSON string after masking goes out, in the same order.
//!
//! For scoring it on a corpus, by a program that knows nothing of plimsoll. What is no JSON string is scrubbed as
//! the text that it is.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use plimsoll::scrub::Scrubber;

fn main() -> io::Result<()> {
    let scrubber = Scrubber::new();
    let mut input = BufReader::with_capacity(1 << 20, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? != 0 {
        let raw = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = decoded(raw);
        match scrubber.text(&text) {
            // As it came: nothing has to be encoded again.
            Cow::Borrowed(_) if raw.first() == Some(&b'"') => output.write_all(raw)?,
            masked => serde_json::to_writer(&mut output, &masked)?,
        }
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()
}

/// The text of a JSON string, in place where it has no escapes.
fn decoded(raw: &[u8]) -> Cow<'_, str> {
    if let Some(inner) = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")) {
        if !inner.contains(&b'\\') {
            return String::from_utf8_lossy(inner);
        }
    }
    match serde_json::from_slice(raw) {
        Ok(text) => Cow::Owned(text),
        Err(_) => String::from_utf8_lossy(raw),
    }
}
