//! Puts markers in the place of what was found: `[redacted:rule]`, never an echo of it.
//!
//! Overlapping finds become one, all of which is masked, under the name of the most specific rule. What a marker
//! covers is never found again, so a scrubbed text stays as it is. Finds nothing itself.

use std::ops::Range;

use super::Masked;

/// One find: bytes of a text, and the rule that they are masked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    pub(super) name: &'static str,
    /// Where finds overlap, the least gives its name.
    pub(super) rank: u16,
}

/// What every marker begins with.
const MARKER: &str = "[redacted";
/// The longest name of a rule in a marker.
pub(super) const NAME: usize = 48;

/// The text with all hits masked; nothing, if there is nothing to mask.
///
/// Only names that `known` has make a marker: `[redacted:hunter2]` hides nothing from the rules.
pub(super) fn mask(text: &str, mut hits: Vec<Hit>, known: &[&str]) -> Option<Masked> {
    if hits.is_empty() {
        return None;
    }
    let markers = markers(text, known);
    hits.retain(|hit| !hit.range.is_empty() && !within(&hit.range, &markers));
    hits.sort_by_key(|hit| (hit.range.start, hit.rank));
    let mut masked = Masked { text: String::with_capacity(text.len()), rules: Vec::new() };
    let mut kept = 0;
    let mut hits = hits.into_iter().peekable();
    while let Some(mut hit) = hits.next() {
        while let Some(next) = hits.next_if(|next| next.range.start < hit.range.end) {
            hit.range.end = hit.range.end.max(next.range.end);
            if next.rank < hit.rank {
                (hit.rank, hit.name) = (next.rank, next.name);
            }
        }
        // A marker that is half inside goes with it: halves would be no markers.
        let half = |at: usize| {
            let marker = markers.get(markers.partition_point(|marker| marker.end <= at))?;
            (marker.start < at).then(|| marker.clone())
        };
        if let Some(marker) = half(hit.range.start) {
            hit.range.start = marker.start;
        }
        if let Some(marker) = half(hit.range.end) {
            hit.range.end = marker.end;
        }
        let start = floor(text, hit.range.start).max(kept);
        let end = ceiling(text, hit.range.end);
        if start >= end {
            continue;
        }
        masked.text.push_str(text.get(kept..start).unwrap_or_default());
        push_marker(&mut masked.text, hit.name);
        masked.rules.push(hit.name);
        kept = end;
    }
    masked.text.push_str(text.get(kept..).unwrap_or_default());
    (!masked.rules.is_empty()).then_some(masked)
}

pub(super) fn push_marker(out: &mut String, name: &str) {
    out.push_str(MARKER);
    out.push(':');
    out.push_str(name);
    out.push(']');
}

/// Where markers stand whose names are among the `known` ones, which are sorted.
fn markers(text: &str, known: &[&str]) -> Vec<Range<usize>> {
    let found = text.match_indices(MARKER).filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let length = marker(rest.as_bytes())?;
        let name = rest.get(MARKER.len() + 1..length - 1).unwrap_or_default();
        let is = name.is_empty() || known.binary_search(&name).is_ok();
        is.then_some(start..start + length)
    });
    found.collect()
}

/// The length of what looks like a marker at the beginning of a text.
pub(super) fn marker(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(MARKER.as_bytes())?;
    let Some(named) = rest.strip_prefix(b":") else {
        return rest.starts_with(b"]").then_some(MARKER.len() + 1);
    };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let end = named.iter().take(NAME + 1).take_while(|byte| plain(byte)).count();
    let is = (1..=NAME).contains(&end) && named.get(end) == Some(&b']');
    is.then_some(MARKER.len() + 1 + end + 1)
}

fn within(range: &Range<usize>, markers: &[Range<usize>]) -> bool {
    let place = markers.partition_point(|marker| marker.end < range.end);
    markers.get(place).is_some_and(|marker| marker.start <= range.start)
}

/// The last boundary of characters at or before a place.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first boundary of characters at or after a place.
pub(super) fn ceiling(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(range: Range<usize>, name: &'static str, rank: u16) -> Hit {
        Hit { range, name, rank }
    }

    #[test]
    fn overlapping_finds_become_one_under_the_most_specific_name() {
        let hits = vec![hit(2..6, "b", 2), hit(4..8, "a", 1), hit(8..9, "c", 3)];
        let masked = mask("0123456789", hits, &[]).unwrap();
        assert_eq!(masked.text, "01[redacted:a][redacted:c]9");
        assert_eq!(masked.rules, ["a", "c"]);
    }

    #[test]
    fn what_lies_in_a_marker_is_no_find() {
        let text = "x [redacted:card] [redacted] y";
        let hits = || vec![hit(3..11, "a", 0), hit(18..28, "a", 0)];
        assert_eq!(mask(text, hits(), &["card"]), None);
        // Anybody can write brackets around a secret.
        let masked = mask(text, hits(), &["iban"]).unwrap();
        assert_eq!(masked.text, "x [[redacted:a]:card] [redacted] y");
    }

    #[test]
    fn half_a_marker_is_taken_whole() {
        let masked = mask("key [redacted:card]", vec![hit(0..8, "a", 0)], &["card"]).unwrap();
        assert_eq!(masked.text, "[redacted:a]");
    }

    #[test]
    fn characters_are_never_cut() {
        let masked = mask("äöü", vec![hit(1..3, "a", 0)], &[]).unwrap();
        assert_eq!(masked.text, "[redacted:a]ü");
    }
}
