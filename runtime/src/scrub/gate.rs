//! The process's one scrubber, and the mode of each sink: what every text passes on its way out.
//!
//! `init` installs it before anything leaves; until then all sinks are off. Whoever writes to a sink
//! asks here, once for each text, with a text as it was: not escaped, not cut. Nothing is allocated
//! where a text may leave as it is. The scrubber may panic, and nobody else will: the text is hidden.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::hits::{self, Hits, Origin};
use super::{Form, Masked, Mode, Modes, Scrubber};
use crate::model::text::{TEXT_LIMIT, cut};
use crate::redact::Sink;

/// Bytes of a text that are looked at; the rest is dropped.
pub(crate) const LONGEST: usize = 16 * 1024;
/// Bytes that are to be gathered of a text, so that it is seen to be longer than that: one letter more.
pub(crate) const GATHERED: usize = LONGEST + 4;

/// What stands for a value whose name is a secret's.
pub(crate) const HIDDEN: &str = "[redacted]";
/// What stands for a text that could not be looked at.
const FAILED: &str = "[redacted:error]";
/// What stands for a text of which not enough was looked at.
const TOO_LONG: &str = "[redacted:long]";

/// The gate before it is installed.
#[derive(Debug)]
pub(crate) struct Gate {
    scrubber: Scrubber,
    modes: Modes,
    /// Fields of foreign spans whose texts are recorded.
    foreign: Vec<String>,
    hits: Hits,
}

/// What becomes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing was found in it, and never will be.
    Clean,
    /// It leaves as it is, whatever was found.
    Stays,
    /// This leaves in its place.
    Masked(String),
}

impl Verdict {
    /// What leaves in its place, if it does not leave as it is.
    pub(crate) fn masked(self) -> Option<String> {
        match self {
            Verdict::Masked(text) => Some(text),
            Verdict::Clean | Verdict::Stays => None,
        }
    }
}

static GATE: OnceLock<Gate> = OnceLock::new();
static MODES: [AtomicU8; Sink::ALL.len()] = [const { AtomicU8::new(0) }; Sink::ALL.len()];

thread_local! {
    /// This thread is looking at a text. A panic there is told by the panic hook, whose line comes here.
    static LOOKING: Cell<bool> = const { Cell::new(false) };
}

impl Gate {
    pub(crate) fn new(scrubber: Scrubber, modes: Modes, foreign: Vec<String>) -> Gate {
        let rules = scrubber.rules();
        #[cfg(test)]
        let rules = [rules, vec![stand_in::RULE]].concat();
        let hits = Hits::new(rules);
        Gate { scrubber, modes, foreign, hits }
    }

    /// Stands before every sink from here on.
    pub(crate) fn install(self) {
        let modes = self.modes;
        if GATE.set(self).is_ok() {
            for sink in Sink::ALL {
                MODES[sink as usize].store(modes.of(sink) as u8, Ordering::Release);
            }
        }
    }

    /// Masks what describes the process.
    pub(crate) fn describe(&self, resource: &mut [(String, String)]) {
        for (key, value) in resource {
            let form = self.scrubber.form(key);
            let origin = || Origin { name: "resource", field: key, ..Origin::default() };
            if let Verdict::Masked(masked) = self.look(Sink::Resource, form, value, origin) {
                *value = masked;
            }
        }
    }

    fn look<'o>(
        &self,
        sink: Sink,
        form: Form,
        text: &str,
        origin: impl FnOnce() -> Origin<'o>,
    ) -> Verdict {
        let mode = self.modes.of(sink);
        if mode == Mode::Off {
            return Verdict::Stays;
        }
        let leaves = |masked: String| match mode {
            Mode::Mask => Verdict::Masked(masked),
            Mode::Report | Mode::Off => Verdict::Stays,
        };
        if form == Form::Secret {
            self.hits.count(sink, hits::NAME, &origin());
            return leaves(HIDDEN.to_owned());
        }
        let seen = cut(text, LONGEST);
        let found = ask(&self.scrubber, form, seen);
        if matches!(found, Ok(None)) && seen.len() == text.len() {
            return Verdict::Clean;
        }
        let origin = origin();
        if seen.len() < text.len() {
            self.hits.count(sink, hits::LONG, &origin);
        }
        match found {
            // What was not looked at is cut off.
            Ok(None) => Verdict::Stays,
            Ok(Some(masked)) => {
                for rule in masked.rules {
                    self.hits.count(sink, rule, &origin);
                }
                // What lies at the end of what was looked at is cut off with all that follows, unless
                // what came before has shrunk so far that it would be seen.
                let shows_end = seen.len() < text.len() && masked.text.len() <= TEXT_LIMIT;
                leaves(if shows_end { TOO_LONG.to_owned() } else { masked.text })
            }
            Err(Failed) => {
                self.hits.count(sink, hits::ERROR, &origin);
                leaves(FAILED.to_owned())
            }
        }
    }
}

struct Failed;

/// Asks the scrubber, which fails rather than panics, or asks itself.
fn ask(scrubber: &Scrubber, form: Form, text: &str) -> Result<Option<Masked>, Failed> {
    let is_first = LOOKING.try_with(|looking| !looking.replace(true)).unwrap_or(true);
    if !is_first {
        return Err(Failed);
    }
    let found = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(test)]
        if let Some(masked) = stand_in::find(text) {
            return Some(masked);
        }
        scrubber.find(form, text)
    }));
    let _ = LOOKING.try_with(|looking| looking.set(false));
    found.map_err(|payload| {
        // One that panics when it is dropped is not dropped twice.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        Failed
    })
}

/// True while this thread looks at a text, which the message of a panic may quote.
pub(crate) fn is_looking() -> bool {
    LOOKING.try_with(Cell::get).unwrap_or(true)
}

/// The mode of a sink.
#[inline]
pub(crate) fn mode(sink: Sink) -> Mode {
    match MODES[sink as usize].load(Ordering::Relaxed) {
        0 => Mode::Off,
        1 => Mode::Report,
        _ => Mode::Mask,
    }
}

/// True where texts are looked at.
#[inline]
pub(crate) fn is_on(sink: Sink) -> bool {
    MODES[sink as usize].load(Ordering::Relaxed) != 0
}

/// What the name of a field says about its value. To be kept for a callsite, not asked each time.
pub(crate) fn form(name: &str) -> Form {
    #[cfg(test)]
    if name == stand_in::NAME {
        return Form::Secret;
    }
    GATE.get().map_or(Form::Text, |gate| gate.scrubber.form(name))
}

/// Looks at a text, and counts what is found in it.
pub(crate) fn look<'o>(
    sink: Sink,
    form: Form,
    text: &str,
    origin: impl FnOnce() -> Origin<'o>,
) -> Verdict {
    match GATE.get() {
        Some(gate) => gate.look(sink, form, text, origin),
        None => Verdict::Stays,
    }
}

/// Counts a value whose name is a secret's, and says whether it has to be hidden.
#[cold]
pub(crate) fn hides<'o>(sink: Sink, origin: impl FnOnce() -> Origin<'o>) -> bool {
    look(sink, Form::Secret, "", origin) != Verdict::Stays
}

/// True for an integer of 13 to 19 digits: the number of a card may be such.
#[inline]
pub(crate) fn is_long(magnitude: u64) -> bool {
    (1_000_000_000_000..10_000_000_000_000_000_000).contains(&magnitude)
}

/// What is to leave in place of such an integer; nothing if it may leave as it is.
#[cold]
pub(crate) fn integer<'o>(
    sink: Sink,
    form: Form,
    magnitude: u64,
    origin: impl FnOnce() -> Origin<'o>,
) -> Option<String> {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), magnitude);
    while rest > 0 && at > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    look(sink, form, std::str::from_utf8(&digits[at..]).unwrap_or_default(), origin).masked()
}

/// What is to stand in a label in place of a text; nothing if it may leave as it is.
///
/// Labels may be used before `init`, and their texts stay: until then plimsoll's own rules hold.
pub(crate) fn label(metric: &str, label: &str, text: &str) -> Option<String> {
    static BEFORE: OnceLock<Gate> = OnceLock::new();
    let gate = GATE.get().unwrap_or_else(|| {
        BEFORE.get_or_init(|| Gate::new(Scrubber::new(), Modes::default(), Vec::new()))
    });
    let origin = || Origin { name: metric, field: label, ..Origin::default() };
    gate.look(Sink::Label, gate.scrubber.form(label), text, origin).masked()
}

/// The same for labels that others keep, and hand over at each visit: what was found is remembered.
pub(crate) fn foreign_label(metric: &str, label: &str, text: &str) -> Option<String> {
    /// By a keyed hash of the text and its label; none is clean.
    type Known = HashMap<u64, Option<String>>;
    /// Texts that are remembered, before all are forgotten.
    const MOST: usize = 10_000;
    static KNOWN: OnceLock<(RandomState, Mutex<Known>)> = OnceLock::new();

    if !is_on(Sink::Label) {
        return None;
    }
    let (keys, known) = KNOWN.get_or_init(Default::default);
    let hash = keys.hash_one((label, text));
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = lock().get(&hash) {
        return found.clone();
    }
    let found = self::label(metric, label, text);
    let mut known = lock();
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(hash, found.clone());
    found
}

/// True for a field of foreign spans whose text the operator wants recorded.
pub(crate) fn allows_foreign(field: &str) -> bool {
    GATE.get().is_some_and(|gate| gate.foreign.iter().any(|allowed| allowed == field))
}

/// What was found so far, once the gate stands.
pub(crate) fn hits() -> Option<&'static Hits> {
    GATE.get().map(|gate| &gate.hits)
}

/// Installs a gate for all unit tests.
#[cfg(test)]
pub(crate) fn install_for_tests() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        Gate::new(Scrubber::new(), Modes::default(), vec!["tenant".to_owned()]).install();
    });
}

/// What unit tests let be found, whatever the rules are: a word that no other text has, and the
/// panic of a rule.
#[cfg(test)]
pub(crate) mod stand_in {
    use super::Masked;

    pub(crate) const RULE: &str = "hush";
    /// The name of a secret.
    pub(crate) const NAME: &str = "hushed";
    /// The number of a card.
    pub(crate) const CARD: u64 = 4_000_000_000_000_000;
    /// A text that holds this makes the scrubber panic.
    pub(crate) const PANICS: &str = "the-scrubber-panics-here";

    /// Masks `quiet-` and the small letters behind it.
    pub(super) fn find(text: &str) -> Option<Masked> {
        assert!(!text.contains(PANICS), "as the test wants it");
        if text == "4000000000000000" {
            return Some(Masked { text: "[redacted:hush]".to_owned(), rules: vec![RULE] });
        }
        let mut pieces = text.split("quiet-");
        let mut masked = pieces.next().unwrap_or_default().to_owned();
        let mut rules = Vec::new();
        for piece in pieces {
            rules.push(RULE);
            masked.push_str("[redacted:hush]");
            masked.push_str(piece.trim_start_matches(|letter: char| letter.is_ascii_lowercase()));
        }
        (!rules.is_empty()).then_some(Masked { text: masked, rules })
    }
}

#[cfg(test)]
mod tests {
    use super::stand_in::PANICS;
    use super::*;

    fn gate(mode: Mode) -> Gate {
        let mut modes = Modes::default();
        modes.set_all(mode);
        Gate::new(Scrubber::new(), modes, Vec::new())
    }

    fn found(gate: &Gate, form: Form, text: &str) -> Option<String> {
        gate.look(Sink::Log, form, text, Origin::default).masked()
    }

    fn hits(gate: &Gate, rule: &str) -> u64 {
        let found = gate.hits.by_rule();
        found.iter().filter(|(known, ..)| *known == rule).map(|(.., count)| count).sum()
    }

    #[test]
    fn a_mode_decides_what_is_done_with_a_find() {
        for (mode, expected, counted) in [
            (Mode::Mask, Some("a [redacted:hush] b".to_owned()), 1),
            (Mode::Report, None, 1),
            (Mode::Off, None, 0),
        ] {
            let gate = gate(mode);
            assert_eq!(found(&gate, Form::Text, "a quiet-abc b"), expected);
            let clean = if mode == Mode::Off { Verdict::Stays } else { Verdict::Clean };
            assert_eq!(gate.look(Sink::Log, Form::Text, "a b", Origin::default), clean);
            assert_eq!((hits(&gate, "hush"), hits(&gate, "name")), (counted, 0));
            assert_eq!(found(&gate, Form::Secret, "").is_some(), mode == Mode::Mask);
            assert_eq!(hits(&gate, "name"), counted);
        }
    }

    #[test]
    fn a_scrubber_that_panics_hides_the_whole_text() {
        let gate = gate(Mode::Mask);
        let text = format!("abc {PANICS}");
        assert_eq!(found(&gate, Form::Text, &text).as_deref(), Some(FAILED));
        assert_eq!(hits(&gate, "error"), 1);
        assert_eq!(found(&gate, Form::Text, "abc"), None, "the next text is looked at again");
    }

    #[test]
    fn a_text_is_hidden_while_its_thread_looks_at_another() {
        let gate = gate(Mode::Mask);
        LOOKING.set(true);
        assert_eq!(found(&gate, Form::Text, "abc").as_deref(), Some(FAILED));
        LOOKING.set(false);
    }

    #[test]
    fn of_a_very_long_text_nothing_is_shown_that_was_not_looked_at() {
        let gate = gate(Mode::Mask);
        let clean = "a ".repeat(LONGEST);
        assert_eq!(found(&gate, Form::Text, &clean), None, "its beginning is clean, the rest cut");
        assert_eq!(hits(&gate, "long"), 1);
        let shrinks = format!("quiet-{}", "a".repeat(LONGEST));
        assert_eq!(found(&gate, Form::Text, &shrinks).as_deref(), Some(TOO_LONG));
        let masked = found(&gate, Form::Text, &format!("quiet-a {clean}")).unwrap();
        assert!(masked.starts_with("[redacted:hush] a a") && masked.len() <= LONGEST + 16);
    }

    #[test]
    fn integers_are_those_of_cards() {
        assert!(!is_long(999_999_999_999) && is_long(1_000_000_000_000));
        assert!(is_long(9_999_999_999_999_999_999) && !is_long(10_000_000_000_000_000_000));
    }

    #[test]
    fn the_resource_is_described_without_secrets() {
        let gate = gate(Mode::Mask);
        let pairs = [("service.name", "shop"), ("note", "quiet-a")];
        let mut resource = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        gate.describe(&mut resource);
        let values = resource.map(|(_, value)| value);
        assert_eq!(values, ["shop", "[redacted:hush]"]);
    }
}
