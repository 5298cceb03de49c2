//! Numbers and truth values as JSON, into room that is there already.
//!
//! All of them are short, and written by moves of a known size; what lies in the room behind the
//! length that is given back does not count. Called by `line` and `event`.

use super::line::few;

/// Bytes of any number or truth value at most.
pub(super) const SHORT: usize = 40;

/// Writes a truth value, and says how long it is.
#[inline(always)]
pub(super) fn bool(value: bool, room: &mut [u8; SHORT]) -> usize {
    let (text, length) = if value { (b"true    ", 4) } else { (b"false   ", 5) };
    room[..8].copy_from_slice(text);
    length
}

/// Writes an integer.
#[inline(always)]
pub(super) fn integer(value: impl itoa::Integer, room: &mut [u8; SHORT]) -> usize {
    short(itoa::Buffer::new().format(value), room)
}

/// Writes a number, or `null` for what JSON has no word for. A text would spoil the column for log
/// stores.
#[inline(always)]
pub(super) fn float(value: f64, room: &mut [u8; SHORT]) -> usize {
    // Most numbers in logs are amounts and durations: a few decimal places. What has at most 15
    // digits and divides back to the same number is the shortest text for it.
    let scaled = value * 1e6;
    if scaled.abs() < 1e15 && scaled.abs() >= 1.0 {
        let millionths = (scaled + 0.5_f64.copysign(scaled)) as i64;
        if millionths as f64 / 1e6 == value {
            return decimal(millionths, room);
        }
    }
    if value.is_finite() {
        short(zmij::Buffer::new().format_finite(value), room)
    } else {
        room[..4].copy_from_slice(b"null");
        4
    }
}

/// Writes a number of millionths, with one decimal place at least.
#[inline]
fn decimal(millionths: i64, room: &mut [u8; SHORT]) -> usize {
    room[0] = b'-';
    let sign = usize::from(millionths < 0);
    let millionths = millionths.unsigned_abs();
    let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    let mut text = itoa::Buffer::new();
    let whole = text.format(whole).as_bytes();
    let places = six_digits(rest as u32);
    // Trailing zeros do not count, but for the first place.
    let nonzero = (places ^ 0x3030_3030_3030) & 0xffff_ffff_ff00;
    let count = 6 - (nonzero.leading_zeros() as usize - 16) / 8;
    let count = count.max(1);
    let Some(room) = room.get_mut(sign..) else { return 0 };
    few_to(whole, room);
    let point = whole.len();
    if let Some(room) = room.get_mut(point..point + 9) {
        room[0] = b'.';
        room[1..].copy_from_slice(&places.to_le_bytes());
    }
    sign + point + 1 + count
}

/// Six digits in the six lower bytes, the first one lowest.
#[inline(always)]
pub(super) fn six_digits(number: u32) -> u64 {
    // Three pairs in lanes of 16 bits; then the two digits of each.
    let number = u64::from(number);
    let (first, rest) = (number / 10_000, number % 10_000);
    let pairs = first | ((rest / 100) << 16) | ((rest % 100) << 32);
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f;
    tens | ((pairs - 10 * tens) << 8) | 0x3030_3030_3030
}

#[inline(always)]
fn short(text: &str, room: &mut [u8; SHORT]) -> usize {
    few_to(text.as_bytes(), room);
    text.len()
}

/// Copies some bytes without a call; what is behind them in the first eight is not kept.
#[inline(always)]
fn few_to(bytes: &[u8], room: &mut [u8]) {
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        if length > 16 {
            room[..length].copy_from_slice(bytes);
        } else {
            room[..8].copy_from_slice(first);
            room[length - 8..length].copy_from_slice(last);
        }
    } else {
        room[..8].copy_from_slice(&few(bytes).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_every_length_are_whole() {
        let text: String = ('a'..='z').cycle().take(100).collect();
        for length in 0..100 {
            let mut room = [b'!'; 128];
            few_to(&text.as_bytes()[..length], &mut room);
            assert_eq!(&room[..length], &text.as_bytes()[..length]);
        }
    }

    fn written_number(value: f64) -> String {
        let mut room = [b'!'; SHORT];
        let length = float(value, &mut room);
        String::from_utf8(room[..length].to_vec()).unwrap()
    }

    #[test]
    fn known_numbers() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (49.95, "49.95"),
            (0.000001, "0.000001"),
            (-0.1, "-0.1"),
            (100.0, "100.0"),
            (123456.000001, "123456.000001"),
            (999999999.999999, "999999999.999999"),
            (0.30000000000000004, "0.30000000000000004"),
            (1e-300, "1e-300"),
            (f64::NAN, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            assert_eq!(written_number(value), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_read_back_and_are_as_short_as_can_be(
            bits: u64, whole in -1_000_000_000_000_000_i64..1_000_000_000_000_000, places in 0..9,
        ) {
            for value in [f64::from_bits(bits), whole as f64 / 10_f64.powi(places)] {
                if value.is_finite() {
                    let text = written_number(value);
                    assert_eq!(text.parse(), Ok(value));
                    // Near enough: it reads the last digit only when a feature asks for that.
                    assert!(serde_json::from_str::<f64>(&text).is_ok());
                    let digits = |text: &str| {
                        let text = text.split('e').next().unwrap_or_default().replace(['-', '.'], "");
                        text.trim_matches('0').len()
                    };
                    assert_eq!(digits(&text), digits(&format!("{value:e}")), "{text}");
                }
            }
        }
    }
}
