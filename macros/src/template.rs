//! A text with `{holes}` taken apart, as `format!` reads it.
//!
//! Knows no field: what stands in a hole, and how it is shown, is for whoever asks.

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// As it is, braces unescaped.
    Text(String),
    /// What stands between braces, without how it is to be formatted: a name, a number or nothing.
    Hole(String),
}

/// The parts of a template in their order.
///
/// # Errors
/// What is wrong with its braces.
pub(crate) fn segments(template: &str) -> Result<Vec<Segment>, &'static str> {
    let mut segments = Vec::new();
    let mut text = String::new();
    let mut rest = template.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '{' | '}' if rest.peek() == Some(&letter) => {
                rest.next();
                text.push(letter);
            }
            '{' => {
                let mut inside = String::new();
                loop {
                    match rest.next() {
                        Some('}') => break,
                        Some('{') | None => return Err("a `{` has no `}`; write `{{` for a brace"),
                        Some(letter) => inside.push(letter),
                    }
                }
                if !text.is_empty() {
                    segments.push(Segment::Text(std::mem::take(&mut text)));
                }
                let name = inside.split(':').next().unwrap_or_default();
                segments.push(Segment::Hole(name.trim().to_owned()));
            }
            '}' => return Err("a `}` has no `{`; write `}}` for a brace"),
            letter => text.push(letter),
        }
    }
    if !text.is_empty() {
        segments.push(Segment::Text(text));
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::{Segment, segments};

    #[test]
    fn holes_are_found_between_texts() {
        let text = |text: &str| Segment::Text(text.to_owned());
        let hole = |name: &str| Segment::Hole(name.to_owned());
        assert_eq!(
            segments("{{a}} {b:>5} c {0:?}{}"),
            Ok(vec![text("{a} "), hole("b"), text(" c "), hole("0"), hole("")])
        );
        assert_eq!(segments(""), Ok(vec![]));
        for broken in ["{", "a } b", "{a{b}", "{{{"] {
            assert!(segments(broken).is_err(), "{broken}");
        }
    }
}
