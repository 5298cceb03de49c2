//! Numbers as decimal digits, eight at a time and without a branch for each.
//!
//! Pure. A page of a thousand functions holds some twenty thousand numbers, and how many digits each
//! has is what a processor can't foresee. Used by `write` and `block`.

/// As many digits as one step makes.
pub(super) const STEP: u64 = 100_000_000;
/// The most bytes that a number without sign takes, rounded up to whole steps.
pub(super) const LONGEST: usize = 24;

/// Eight digits as numbers from 0 to 9, the first one in the lowest byte.
#[inline(always)]
fn eight(value: u64) -> u64 {
    // Two halves of four digits, then four of two, then eight of one; multiplying and shifting
    // divides all of them at once, exactly for numbers of this size.
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - tens * 10) << 8)
}

const ASCII: u64 = 0x3030_3030_3030_3030;

/// A number below [`STEP`] without leading zeros: its letters, and how many they are.
#[inline(always)]
pub(super) fn leading(value: u64) -> ([u8; 8], usize) {
    let digits = eight(value);
    // Zero has one digit, which is the last.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    (((digits | ASCII) >> (zeros * 8)).to_le_bytes(), 8 - zeros as usize)
}

/// A number below [`STEP`] as exactly eight letters.
#[inline(always)]
pub(super) fn padded(value: u64) -> [u8; 8] {
    (eight(value) | ASCII).to_le_bytes()
}

/// Any number: its letters, and how many they are.
pub(super) fn integer(value: u64) -> ([u8; LONGEST], usize) {
    let mut letters = [0; LONGEST];
    let mut length = 0;
    let mut add = |part: [u8; 8], count: usize| {
        if let Some(room) = letters.get_mut(length..length + 8) {
            room.copy_from_slice(&part);
        }
        length += count;
    };
    let (first, count) = leading(match value {
        0..STEP => value,
        _ if value / STEP < STEP => value / STEP,
        _ => value / STEP / STEP,
    });
    add(first, count);
    if value >= STEP * STEP {
        add(padded(value / STEP % STEP), 8);
    }
    if value >= STEP {
        add(padded(value % STEP), 8);
    }
    (letters, length)
}

/// What follows a whole number: `.` and up to nine digits, without zeros at the end; nothing for 0.
/// `billionths` is below 1 000 000 000.
pub(super) fn fraction(billionths: u64) -> ([u8; 10], usize) {
    let (first, rest) = (billionths / STEP, eight(billionths % STEP));
    let mut letters = [b'.'; 10];
    letters[1] = b'0' + first as u8;
    letters[2..].copy_from_slice(&(rest | ASCII).to_le_bytes());
    let length = match (first, rest) {
        (0, 0) => 0,
        (_, 0) => 2,
        _ => 10 - rest.leading_zeros() as usize / 8,
    };
    (letters, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: u64) -> String {
        let (letters, length) = integer(value);
        String::from_utf8(letters[..length].to_vec()).unwrap()
    }

    #[test]
    fn every_number_reads_as_itself() {
        // All that one step can get wrong: every half of four digits, in either place.
        for value in 0..10_000 {
            assert_eq!(padded(value), *format!("{value:08}").as_bytes());
            let high = value * 10_000;
            assert_eq!(padded(high), *format!("{high:08}").as_bytes());
            assert_eq!(written(value), value.to_string());
            assert_eq!(written(high), high.to_string());
        }
        let powers = (0..20).map(|power| 10u64.pow(power));
        for value in powers.flat_map(|power| [power - 1, power, power + 1]).chain([u64::MAX]) {
            assert_eq!(written(value), value.to_string());
        }
    }

    #[test]
    fn a_fraction_has_no_zeros_at_its_end() {
        let of = |billionths| {
            let (letters, length) = fraction(billionths);
            String::from_utf8(letters[..length].to_vec()).unwrap()
        };
        for (billionths, text) in [
            (0, ""),
            (1, ".000000001"),
            (100_000_000, ".1"),
            (120_000_000, ".12"),
            (100_000_001, ".100000001"),
            (999_999_999, ".999999999"),
            (10, ".00000001"),
        ] {
            assert_eq!(of(billionths), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_number_reads_as_itself(value: u64, shift in 0..64) {
            let value = value >> shift;
            assert_eq!(written(value), value.to_string());
        }
    }
}
