//! The messages that std itself panics with, by their form.
//!
//! They are formatted, but what stands in them is known: positions and lengths, which are shown, and
//! values of the program's, which are not. A message that has none of these forms is not std's.

use std::borrow::Cow;

/// How a message looks: `#` is a number, and `*` at the end is whatever the program put there.
const FORMS: &[&str] = &[
    "called `Result::unwrap()` on an `Err` value: *",
    "called `Result::unwrap_err()` on an `Ok` value: *",
    "called `Option::unwrap()` on a `None` value",
    "assertion `left == right` failed*",
    "assertion `left != right` failed*",
    "assertion `left matches right` failed*",
    "not implemented: *",
    "not yet implemented: *",
    "internal error: entered unreachable code: *",
    "attempt to add with overflow",
    "attempt to subtract with overflow",
    "attempt to multiply with overflow",
    "attempt to negate with overflow",
    "attempt to shift left with overflow",
    "attempt to shift right with overflow",
    "attempt to divide with overflow",
    "attempt to divide by zero",
    "attempt to calculate the remainder with overflow",
    "attempt to calculate the remainder with a divisor of zero",
    "index out of bounds: the len is # but the index is #",
    "range start index # out of range for slice of length #",
    "range end index # out of range for slice of length #",
    "slice index starts at # but ends at #",
    "copy_from_slice: source slice length (#) does not match destination slice length (#)",
    "insertion index (is #) should be <= len (is #)",
    "removal index (is #) should be < len (is #)",
    "swap_remove index (is #) should be < len (is #)",
    "`at` split index (is #) should be <= len (is #)",
    "byte index # is out of bounds of *",
    "start byte index # is out of bounds of *",
    "end byte index # is out of bounds of *",
    "byte index # is not a char boundary; *",
    "start byte index # is out of bounds for string of length #",
    "end byte index # is out of bounds for string of length #",
    "start byte index # is not a char boundary; *",
    "end byte index # is not a char boundary; *",
    "begin > end (# > #) when slicing *",
    "byte range starts at # but ends at #",
    "RefCell already borrowed",
    "RefCell already mutably borrowed",
    "already borrowed: *",
    "already mutably borrowed: *",
    "failed to spawn thread: *",
    "cannot access a Thread Local Storage value during or after destruction: *",
];

/// What stands for what the program put there.
const REDACTED: &str = "[redacted]";

/// What may be seen of a message of std's; nothing if it is none.
pub(super) fn shown(message: &str) -> Option<Cow<'_, str>> {
    FORMS.iter().find_map(|form| match form.strip_suffix('*') {
        None => rest(message, form).filter(|rest| rest.is_empty()).map(|_| message.into()),
        Some(beginning) => {
            let rest = rest(message, beginning)?;
            let seen = message.strip_suffix(rest)?;
            Some(match rest.is_empty() {
                true => message.into(),
                false if seen.ends_with(' ') => format!("{seen}{REDACTED}").into(),
                false => format!("{seen}: {REDACTED}").into(),
            })
        }
    })
}

/// What is left of a message behind its beginning, if it has that form.
fn rest<'m>(mut message: &'m str, form: &str) -> Option<&'m str> {
    let mut parts = form.split('#');
    message = message.strip_prefix(parts.next()?)?;
    for part in parts {
        let digits = message.len() - message.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return None;
        }
        message = message[digits..].strip_prefix(part)?;
    }
    Some(message)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::hint::black_box;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::super::payload;

    /// Whatever is in a message of a panic, this is not.
    const SECRET: &str = "canary4242";

    /// Takes what is never there.
    fn never<T>(_: T) {}

    /// What is seen of the panic of this compiler's std.
    fn seen(panics: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(panics)).expect_err("it panics");
        payload::shown(&*payload).into_owned()
    }

    #[test]
    #[expect(
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "what panics is what is tried"
    )]
    fn what_std_says_is_shown_and_what_the_program_put_there_is_not() {
        let (list, text) = (black_box(vec![1, 2, 3]), black_box(format!("ä{SECRET}")));
        let (zero, most, five) = (black_box(0_u8), black_box(255_u8), black_box(5_usize));
        let cell = RefCell::new(1);
        let failed: Result<u8, &str> = black_box(Err(SECRET));
        let fine: Result<&str, u8> = black_box(Ok(SECRET));
        let none: Option<u8> = black_box(None);
        for (seen, expected) in [
            (
                seen(|| never(failed.unwrap())),
                "called `Result::unwrap()` on an `Err` value: [redacted]",
            ),
            (
                seen(|| never(fine.unwrap_err())),
                "called `Result::unwrap_err()` on an `Ok` value: [redacted]",
            ),
            (seen(|| never(none.unwrap())), "called `Option::unwrap()` on a `None` value"),
            (seen(|| never(failed.expect(SECRET))), "[redacted]"),
            (seen(|| assert_eq!(text, SECRET)), "assertion `left == right` failed: [redacted]"),
            (
                seen(|| assert_eq!(text, SECRET, "{SECRET}")),
                "assertion `left == right` failed: [redacted]",
            ),
            (seen(|| assert_ne!(text, text)), "assertion `left != right` failed: [redacted]"),
            (seen(|| assert!(text.is_empty())), "assertion failed: text.is_empty()"),
            (seen(|| assert!(text.is_empty(), "{text}")), "[redacted]"),
            (seen(|| todo!()), "not yet implemented"),
            (seen(|| todo!("{text}")), "not yet implemented: [redacted]"),
            (seen(|| unimplemented!("{text}")), "not implemented: [redacted]"),
            (
                seen(|| unreachable!("{text}")),
                "internal error: entered unreachable code: [redacted]",
            ),
            (seen(|| never(black_box(most + 1 + zero))), "attempt to add with overflow"),
            (seen(|| never(black_box(zero - most))), "attempt to subtract with overflow"),
            (seen(|| never(black_box(most * most))), "attempt to multiply with overflow"),
            (seen(|| never(black_box(most / zero))), "attempt to divide by zero"),
            (
                seen(|| never(black_box(most % zero))),
                "attempt to calculate the remainder with a divisor of zero",
            ),
            (
                seen(|| never(black_box(list[five]))),
                "index out of bounds: the len is 3 but the index is 5",
            ),
            (
                seen(|| never(black_box(&list[five..]))),
                "range start index 5 out of range for slice of length 3",
            ),
            (
                seen(|| never(black_box(&list[..five]))),
                "range end index 5 out of range for slice of length 3",
            ),
            (
                seen(|| never(black_box(&list[five - 3..five - 4]))),
                "slice index starts at 2 but ends at 1",
            ),
            (
                seen(|| never(list.clone().remove(five))),
                "removal index (is 5) should be < len (is 3)",
            ),
            (
                seen(|| list.clone().insert(five, 0)),
                "insertion index (is 5) should be <= len (is 3)",
            ),
            (
                seen(|| never(list.clone().swap_remove(five))),
                "swap_remove index (is 5) should be < len (is 3)",
            ),
            (
                seen(|| never(list.clone().split_off(five))),
                "`at` split index (is 5) should be <= len (is 3)",
            ),
            (
                seen(|| list.clone().copy_from_slice(&list[..2])),
                "copy_from_slice: source slice length (2) does not match destination slice length (3)",
            ),
        ] {
            assert_eq!(seen, expected);
        }
        let by_texts = [
            seen(|| never(black_box(&text[1..]))),
            seen(|| never(black_box(&text[..1]))),
            seen(|| never(black_box(&text[100..]))),
            seen(|| never(black_box(&text[five..five - 1]))),
            seen(|| never((cell.borrow(), cell.borrow_mut()))),
            seen(|| never((cell.borrow_mut(), cell.borrow()))),
        ];
        for seen in by_texts {
            assert!(!seen.contains(SECRET) && seen != "[redacted]", "{seen}");
        }
    }

    #[test]
    fn a_form_is_met_whole() {
        for other in [
            "index out of bounds: the len is x but the index is 5",
            "index out of bounds: the len is 3 but the index is 5, of 4242",
            "attempt to add with overflow 4242",
            "an assertion `left == right` failed",
            "",
        ] {
            assert_eq!(super::shown(other), None, "{other}");
        }
    }
}
