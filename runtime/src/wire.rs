//! Protobuf's wire format, as much of it as OTLP and Prometheus need.
//!
//! Writes by appending to a `Vec<u8>`, so that a buffer that is used again costs no allocation, and
//! reads the few fields of an answer. Knows no message: `export::otlp` and `metrics::proto` do. Every
//! function writes its field even when the value is the default; whoever calls leaves it out.

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const DELIMITED: u32 = 2;
const FIXED32: u32 = 5;

/// A number or an enum.
pub(crate) fn number(out: &mut Vec<u8>, field: u32, value: u64) {
    key(out, field, VARINT);
    varint(out, value);
}

/// Eight bytes, little endian.
pub(crate) fn fixed64(out: &mut Vec<u8>, field: u32, value: u64) {
    key(out, field, FIXED64);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Four bytes, little endian.
pub(crate) fn fixed32(out: &mut Vec<u8>, field: u32, value: u32) {
    key(out, field, FIXED32);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A number that may be negative: small ones of either sign are short.
pub(crate) fn signed(out: &mut Vec<u8>, field: u32, value: i64) {
    number(out, field, ((value << 1) ^ (value >> 63)) as u64);
}

/// Several values of eight bytes.
pub(crate) fn packed(out: &mut Vec<u8>, field: u32, values: impl ExactSizeIterator<Item = u64>) {
    announce(out, field, 8 * values.len());
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Several numbers.
pub(crate) fn packed_numbers(out: &mut Vec<u8>, field: u32, values: impl Iterator<Item = u64>) {
    message(out, field, |out| values.for_each(|value| varint(out, value)));
}

/// Bytes or a text.
#[inline]
pub(crate) fn bytes(out: &mut Vec<u8>, field: u32, value: &[u8]) {
    announce(out, field, value.len());
    out.extend_from_slice(value);
}

/// A text that is put together from pieces.
pub(crate) fn pieces(out: &mut Vec<u8>, field: u32, pieces: &[&str]) {
    announce(out, field, pieces.iter().map(|piece| piece.len()).sum());
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// A message within the message. Its length is written when its content is known.
#[inline]
pub(crate) fn message(out: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    announce(out, field, 0);
    let start = out.len();
    let length_at = start - 1;
    write(out);
    let length = out.len() - start;
    if length < 0x80 {
        if let Some(place) = out.get_mut(length_at) {
            *place = length as u8;
        }
    } else {
        make_room(out, start, length);
    }
}

/// Writes a length that needs more than the one byte that was kept for it.
fn make_room(out: &mut Vec<u8>, start: usize, length: usize) {
    let length_at = start - 1;
    // The content moves up.
    let extra = varint_length(length as u64) - 1;
    out.resize(out.len() + extra, 0);
    out.copy_within(start..start + length, start + extra);
    let mut rest = length;
    for place in out.iter_mut().skip(length_at).take(extra + 1) {
        *place = (rest & 0x7f) as u8 | 0x80;
        rest >>= 7;
    }
    if let Some(last) = out.get_mut(length_at + extra) {
        *last &= 0x7f;
    }
}

/// The key of a delimited field and the length of what follows, for content that is sent apart.
#[inline]
pub(crate) fn announce(out: &mut Vec<u8>, field: u32, length: usize) {
    let key = field << 3 | DELIMITED;
    if key < 0x80 && length < 0x80 {
        // Two bytes at once: most fields are small.
        out.extend_from_slice(&[key as u8, length as u8]);
    } else {
        varint(out, u64::from(key));
        varint(out, length as u64);
    }
}

/// How many bytes [`announce`] writes, for a field number below 16.
pub(crate) fn announced(length: usize) -> usize {
    1 + varint_length(length as u64)
}

fn key(out: &mut Vec<u8>, field: u32, kind: u32) {
    varint(out, u64::from(field << 3 | kind));
}

/// A number by itself, such as the length before a message that is sent on.
pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint_length(value: u64) -> usize {
    (64 - (value | 1).leading_zeros()).div_ceil(7) as usize
}

/// One field that was read.
#[derive(Debug, PartialEq)]
pub(crate) enum Read<'a> {
    /// A varint.
    Number(u64),
    /// A text, bytes, or a message.
    Bytes(&'a [u8]),
    /// Four or eight bytes that nobody asks for.
    Fixed,
}

/// Reads the fields of one message. Ends at the end, or where the bytes are no message any more.
pub(crate) fn read(mut rest: &[u8]) -> impl Iterator<Item = (u32, Read<'_>)> {
    std::iter::from_fn(move || read_field(&mut rest))
}

fn read_field<'a>(rest: &mut &'a [u8]) -> Option<(u32, Read<'a>)> {
    let key = read_varint(rest)?;
    let value = match key as u32 & 7 {
        VARINT => Read::Number(read_varint(rest)?),
        DELIMITED => {
            let length = usize::try_from(read_varint(rest)?).ok()?;
            Read::Bytes(take(rest, length)?)
        }
        FIXED64 => take(rest, 8).map(|_| Read::Fixed)?,
        FIXED32 => take(rest, 4).map(|_| Read::Fixed)?,
        _ => return None,
    };
    Some((u32::try_from(key >> 3).ok()?, value))
}

/// How many bytes the first field takes, its key included.
pub(crate) fn field_length(message: &[u8]) -> Option<usize> {
    let mut rest = message;
    read_field(&mut rest)?;
    Some(message.len() - rest.len())
}

fn read_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(field in 1_u32..5000, value: u64, content: Vec<u8>) {
            let mut out = Vec::new();
            number(&mut out, field, value);
            bytes(&mut out, field, &content);
            fixed64(&mut out, field, value);
            fixed32(&mut out, field, value as u32);
            let fields: Vec<_> = read(&out).collect();
            prop_assert_eq!(fields, [
                (field, Read::Number(value)),
                (field, Read::Bytes(&content)),
                (field, Read::Fixed),
                (field, Read::Fixed),
            ]);
        }

        #[test]
        fn a_message_has_the_shortest_length(content in prop::collection::vec(any::<u8>(), 0..40_000)) {
            let (mut patched, mut known) = (vec![7], vec![7]);
            message(&mut patched, 2, |out| out.extend_from_slice(&content));
            bytes(&mut known, 2, &content);
            prop_assert_eq!(known.len(), 1 + announced(content.len()) + content.len());
            prop_assert_eq!(patched, known);
        }

        #[test]
        fn hostile_bytes_end_the_reading(hostile: Vec<u8>) {
            prop_assert!(read(&hostile).count() <= hostile.len());
        }
    }

    #[test]
    fn lengths_at_the_borders() {
        for (value, length) in
            [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX, 10)]
        {
            let mut out = Vec::new();
            varint(&mut out, value);
            assert_eq!((out.len(), varint_length(value)), (length, length), "{value}");
        }
    }
}
