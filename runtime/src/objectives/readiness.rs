//! What a burning error budget means for `/health/ready`: nothing, unless the program asks for it.
//!
//! Called by `health`. Function names are shown there to whoever asks, as the names of checks are.

use std::time::Duration;

use super::burn::{Judged, State};
use super::json::short;
use super::judged;
use crate::error::Error;
use crate::health::json_text;

/// Objectives that are listed at most.
const MOST: usize = 10;
/// With fewer events in five minutes, nothing is said about being able to work.
const FEWEST: u64 = 20;
/// Counts need not be newer: probes may come often.
const FRESH: Duration = Duration::from_secs(1);

/// What readiness does about it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Readiness {
    /// Nothing, and shows nothing.
    #[default]
    Ignores,
    /// Shows which objectives somebody has to look at now.
    Degrades,
    /// The same, and the program can't work while one burns this fast.
    Fails(f64),
}

/// What is to be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Burning {
    /// Somebody has to look at it.
    pub(crate) is_burning: bool,
    /// The program can't work.
    pub(crate) is_unready: bool,
    pub(crate) json: String,
}

impl Readiness {
    /// Refuses a rate that every process has now and then.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Readiness::Fails(rate) if !(rate.is_finite() && rate > 1.0) => {
                Err(Error::Config(format!(
                    "unready_on_burn({rate}) would refuse work while the error budget holds; write \
                     a rate above 1, such as 14.4"
                )))
            }
            _ => Ok(()),
        }
    }

    /// Looks at all objectives; nothing if nobody asked for it.
    pub(crate) fn look(self) -> Option<Burning> {
        (self != Readiness::Ignores).then(|| self.of(&judged(FRESH)))
    }

    pub(super) fn of(self, judged: &[Judged]) -> Burning {
        let fails = |one: &Judged| {
            let (rate, events) = one.now();
            matches!(self, Readiness::Fails(most) if rate >= most && events >= FEWEST)
        };
        let mut burning: Vec<(bool, &Judged)> = judged
            .iter()
            .map(|one| (fails(one), one))
            .filter(|(fails, one)| *fails || one.state == State::Page)
            .collect();
        burning.sort_by_key(|(fails, _)| !*fails);
        let is_burning = !burning.is_empty();
        let listed: Vec<String> = burning.iter().take(MOST).map(|(_, one)| listed(one)).collect();
        let status = if is_burning { "burning" } else { "ok" };
        Burning {
            is_burning,
            is_unready: burning.iter().any(|(fails, _)| *fails),
            json: format!(
                r#"{{"status":"{status}","burning":[{}],"more":{}}}"#,
                listed.join(","),
                burning.len().saturating_sub(MOST)
            ),
        }
    }
}

fn listed(one: &Judged) -> String {
    let (goal, (rate, _)) = (&one.goal, one.now());
    format!(
        r#"{{"function":{},"module":{},"objective":"{}","state":"{}","burn":{}}}"#,
        json_text(goal.function),
        json_text(goal.module),
        goal.aim.as_str(),
        one.state.as_str(),
        short(rate)
    )
}
