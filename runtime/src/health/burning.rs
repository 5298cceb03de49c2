//! What a burning error budget means for `/health/ready`: nothing, unless the program asks for it.
//!
//! Function names are shown there to whoever asks, as the names of checks are.

use std::time::Duration;

use super::{json_text, short};
use crate::error::Error;
use crate::objectives::{self, Judged, State};

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
pub(super) struct Burning {
    /// Somebody has to look at it.
    pub(super) is_burning: bool,
    /// The program can't work.
    pub(super) is_unready: bool,
    pub(super) json: String,
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
    pub(super) fn look(self) -> Option<Burning> {
        (self != Readiness::Ignores).then(|| self.of(&objectives::judged(FRESH)))
    }

    fn of(self, judged: &[Judged]) -> Burning {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::tests::{HOUR, MINUTE, Simulated, standing};

    fn read(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn readiness_does_what_it_was_asked_for() {
        let mut process = Simulated::new();
        process.run(2 * HOUR, |_| (100, 0, 0));
        process.run(10 * MINUTE, |_| (100, 50, 0));
        let judged = process.look();
        let (rate, events) = judged[0].now();
        assert!((70.0..90.0).contains(&rate) && events == 3_000, "{rate} of {events}");
        assert_eq!(Readiness::Ignores.look(), None);
        for (readiness, is_unready) in [
            (Readiness::Degrades, false),
            (Readiness::Fails(rate + 1.0), false),
            (Readiness::Fails(rate - 1.0), true),
        ] {
            let burning = readiness.of(&judged);
            assert!(burning.is_burning);
            assert_eq!(burning.is_unready, is_unready, "{readiness:?}");
            let page = read(&burning.json);
            assert_eq!(page["status"], "burning");
            assert_eq!(page["burning"][0]["function"], "pay");
            assert_eq!(page["burning"][0]["objective"], "success");
            assert_eq!(page["more"], 0);
        }
        // Without requests it is ready again, though somebody still has to look at it.
        process.run(5 * MINUTE, |_| (0, 0, 0));
        let burning = Readiness::Fails(2.0).of(&process.look());
        assert!(burning.is_burning && !burning.is_unready);
        process.run(30 * MINUTE, |_| (0, 0, 0));
        let burning = Readiness::Fails(2.0).of(&process.look());
        assert_eq!(burning.json, r#"{"status":"ok","burning":[],"more":0}"#);
        // A few calls prove nothing, and a rate that always is none is refused.
        process.calls(19, 19, 0);
        assert!(!Readiness::Fails(2.0).of(&process.look()).is_unready);
        process.calls(1, 1, 0);
        assert!(Readiness::Fails(2.0).of(&process.look()).is_unready);
        for rate in [1.0, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let text = Readiness::Fails(rate).check().unwrap_err().to_string();
            assert!(text.contains("a rate above 1"), "{text}");
        }
        assert!(Readiness::Fails(1.5).check().is_ok());
    }

    #[test]
    fn a_list_ends() {
        let all: Vec<Judged> = (0..21).flat_map(|at| standing(at, State::Page)).collect();
        let page = read(&Readiness::Degrades.of(&all).json);
        assert_eq!(page["burning"].as_array().unwrap().len(), 10);
        assert_eq!(page["more"], 32);
        let all = [standing(1, State::Ticket), standing(2, State::Ok)].concat();
        assert!(!Readiness::Degrades.of(&all).is_burning);
    }
}
