//! Durations as people write them: `"250ms"`, `"2s"`, `"1.5s"`.
//!
//! Used for `slow`. Calendar units and signs are refused: a budget is short and positive.

/// The nanoseconds, or what is wrong with the text.
pub(crate) fn nanoseconds(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, f64); 6] =
        [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];
    let text = text.trim();
    let split = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let Some((_, nanoseconds)) = UNITS.iter().find(|(name, _)| *name == unit.trim()) else {
        return Err(match unit {
            "" => format!("`{text}` has no unit; write `\"{text}s\"` or `\"{text}ms\"`"),
            _ => format!(
                "`{text}` is not a duration; write one like `\"250ms\"` or `\"2s\"` (units: ns, \
                 us, ms, s, m, h)"
            ),
        });
    };
    let nanoseconds = match number.parse::<f64>() {
        Ok(number) => number * nanoseconds,
        Err(_) => {
            return Err(format!(
                "`{text}` is not a duration; write one like `\"250ms\"` or `\"2s\"`"
            ));
        }
    };
    match nanoseconds {
        small if small < 1.0 => {
            Err(format!("`{text}` is no time at all; every call would be slow"))
        }
        large if large >= 31_536e12 => Err(format!("`{text}` is longer than a year")),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within 1 ns and a year"
        )]
        fits => Ok(fits as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(nanoseconds("250ms"), Ok(250_000_000));
        assert_eq!(nanoseconds("2s"), Ok(2_000_000_000));
        assert_eq!(nanoseconds("1.5 s"), Ok(1_500_000_000));
        assert_eq!(nanoseconds("10us"), Ok(10_000));
        assert_eq!(nanoseconds("1h"), Ok(3_600_000_000_000));
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["2", "", "s", "2 fortnights", "-1s", "0s", "1.2.3s", "90000h"] {
            assert!(nanoseconds(text).is_err(), "{text}");
        }
    }
}
