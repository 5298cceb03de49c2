//! What the command line asks for.
//!
//! `main` reads it once and hands it on; every sub-command takes from it what it knows.

use crate::cases::Failure;

pub(crate) const USAGE: &str = "usage: plimsoll-bench \
[compile|flat|memory|instructions|page|lines|leaks|scrub|report] \
[--json] [--rounds N] [--check|--accept] [--from DIR] [filter ..]";

/// What stands in the place of a filter and is none.
const COMMANDS: &[&str] =
    &["compile", "flat", "memory", "instructions", "page", "lines", "leaks", "scrub", "report"];

/// The command line, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// The sub-command; none for the table of cases.
    pub(crate) command: Option<&'static str>,
    /// Print one JSON object instead of a table.
    pub(crate) json: bool,
    pub(crate) rounds: Option<usize>,
    /// `instructions`: compare with what is committed, and fail if it grew.
    pub(crate) check: bool,
    /// `instructions`: what is measured now is right from now on.
    pub(crate) accept: bool,
    /// `report`: where JSON of earlier runs lies, and new is put.
    pub(crate) from: Option<String>,
    /// Set when the bench starts itself again: what this process is to do.
    pub(crate) case: Option<String>,
    pub(crate) filters: Vec<String>,
}

impl Arguments {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut read = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--json" => read.json = true,
                "--check" => read.check = true,
                "--accept" => read.accept = true,
                "--rounds" => read.rounds = Some(value()?.parse()?),
                "--from" => read.from = Some(value()?),
                "--case" => read.case = Some(value()?),
                option if option.starts_with('-') => return Err(USAGE.into()),
                word => match COMMANDS.iter().find(|command| **command == word) {
                    Some(command) if read.command.is_none() && read.filters.is_empty() => {
                        read.command = Some(command);
                    }
                    _ => read.filters.push(argument),
                },
            }
        }
        Ok(read)
    }

    pub(crate) fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|part| name.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments, Failure> {
        Arguments::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_first_word_may_be_a_command_and_later_ones_are_filters() {
        let read = read("flat --rounds 2 fastrace memory").unwrap();
        assert_eq!(read.command, Some("flat"));
        assert_eq!(read.rounds, Some(2));
        assert_eq!(read.filters, ["fastrace", "memory"]);
        assert!(read.wants("fastrace: 64") && !read.wants("usual stack"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read("--quick").is_err());
        assert!(read("--rounds").is_err());
    }
}
