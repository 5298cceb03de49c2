//! What a sink does with what the scrubber finds, and how that is written in a setting.
//!
//! Read by `config` from `PLIMSOLL_SCRUB`, set by the builder, kept by `gate`.

use crate::redact::Sink;

/// What a sink does with what the scrubber finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is looked for; texts leave as they are.
    Off,
    /// Finds are counted, by rule and callsite; texts leave as they are.
    Report,
    /// Finds are counted and masked.
    #[default]
    Mask,
}

impl Mode {
    pub(crate) const ALL: [Mode; 3] = [Mode::Off, Mode::Report, Mode::Mask];

    /// The word for it, in settings and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::Report => "report",
            Mode::Mask => "mask",
        }
    }

    fn of(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(name))
    }
}

/// The mode of each sink, in the order of `Sink::ALL`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modes([Mode; Sink::ALL.len()]);

impl Modes {
    pub(crate) fn of(&self, sink: Sink) -> Mode {
        self.0[sink as usize]
    }

    pub(crate) fn set(&mut self, sink: Sink, mode: Mode) {
        self.0[sink as usize] = mode;
    }

    pub(crate) fn set_all(&mut self, mode: Mode) {
        self.0 = [mode; Sink::ALL.len()];
    }

    /// Reads `mask` or `mask,span=report,log=off`: a word for all sinks, and words for single ones,
    /// whatever stands first. What can't be understood masks; the words are handed to `odd`.
    pub(crate) fn read(text: &str, mut odd: impl FnMut(&str)) -> Modes {
        let mut modes = Modes::default();
        let words = || text.split(',').map(str::trim).filter(|word| !word.is_empty());
        for word in words().filter(|word| !word.contains('=')) {
            match Mode::of(word) {
                Some(mode) => modes.set_all(mode),
                None => odd(word),
            }
        }
        for word in words() {
            let Some((sink, mode)) = word.split_once('=') else { continue };
            let sink = Sink::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(sink.trim()));
            match (sink, Mode::of(mode.trim())) {
                (Some(sink), Some(mode)) => modes.set(sink, mode),
                (Some(sink), None) => {
                    modes.set(sink, Mode::Mask);
                    odd(word);
                }
                (None, _) => odd(word),
            }
        }
        modes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<&'static str>, Vec<String>) {
        let mut odd = Vec::new();
        let modes = Modes::read(text, |word| odd.push(word.to_owned()));
        (Sink::ALL.map(|sink| modes.of(sink).name()).to_vec(), odd)
    }

    #[test]
    fn a_word_is_for_all_sinks_and_a_pair_for_one_of_them() {
        assert_eq!(read(""), (vec!["mask"; 5], vec![]));
        assert_eq!(read("Report"), (vec!["report"; 5], vec![]));
        let some = vec!["report", "off", "mask", "mask", "mask"];
        assert_eq!(read("mask,span=report, log = off"), (some, vec![]));
        let admin = vec!["off", "off", "off", "off", "mask"];
        assert_eq!(read("admin=mask,off"), (admin, vec![]));
    }

    #[test]
    fn what_is_not_understood_masks() {
        assert_eq!(read("none"), (vec!["mask"; 5], vec!["none".to_owned()]));
        let (modes, odd) = read("off,log=quiet,spam=off");
        assert_eq!(modes, ["off", "mask", "off", "off", "off"]);
        assert_eq!(odd, ["log=quiet", "spam=off"]);
    }
}
