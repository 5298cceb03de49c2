//! Is the program well, and can it do its work? Answers for an orchestrator's probes.
//!
//! The application registers checks; the admin server asks. Checks run together, each with its own
//! time-out, and at most once a second however many ask. Knows nothing of HTTP.

mod burning;
mod check;
mod telemetry;

use std::fmt::Display;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use burning::Burning;
pub(crate) use burning::Readiness;
use check::{Check, Finding};
use telemetry::{Trouble, Watch};

use crate::report::Report;

/// The time-out of a check that names none.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);
/// How long a finding is good for.
const FRESH: Duration = Duration::from_secs(1);

/// All that is asked about the program's health.
#[derive(Debug)]
pub(crate) struct Health {
    checks: Mutex<Vec<Arc<Check>>>,
    /// Held while checks run: whoever asks meanwhile waits, and gets the same findings.
    round: tokio::sync::Mutex<()>,
    findings: Mutex<Option<(Instant, Vec<Finding>)>>,
    stopping: AtomicBool,
    accounts: fn() -> Report,
    watch: Mutex<Watch>,
    readiness: Readiness,
}

/// An answer: whether the program can work, and why, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) can_work: bool,
    pub(crate) json: String,
}

impl Health {
    /// Without checks, the program can work until it stops. `accounts` tells what left it;
    /// `readiness` says whether burning error budgets matter.
    pub(crate) fn new(accounts: fn() -> Report, readiness: Readiness) -> Arc<Health> {
        Arc::new(Health {
            checks: Mutex::default(),
            round: tokio::sync::Mutex::default(),
            findings: Mutex::default(),
            stopping: AtomicBool::new(false),
            accounts,
            watch: Mutex::default(),
            readiness,
        })
    }

    /// Adds a check; one of the same name is replaced.
    ///
    /// It runs on the Tokio runtime that registers it, so that it fails when that is stuck.
    pub(crate) fn add<F, A, E>(&self, name: &str, limit: Duration, check: F)
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let check = Arc::new(Check::new(name, limit, check));
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        checks.retain(|known| known.name() != name);
        checks.push(check);
        *self.findings.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// From now on the program is not ready: it is shutting down.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Runs all checks, unless they ran within the last second. On the admin server's runtime.
    pub(crate) async fn refresh(&self) {
        let _round = self.round.lock().await;
        if self.stopping.load(Ordering::Acquire) || self.is_fresh() {
            return;
        }
        let checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let running: Vec<_> = checks
            .iter()
            .map(|check| {
                let check = Arc::clone(check);
                tokio::spawn(async move { check.run().await })
            })
            .collect();
        let mut findings = Vec::with_capacity(running.len());
        for (check, running) in checks.iter().zip(running) {
            let finding = running.await.unwrap_or_else(|_| check.broken());
            check.tell(&finding);
            findings.push(finding);
        }
        *self.findings.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), findings));
    }

    fn is_fresh(&self) -> bool {
        let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.as_ref().is_some_and(|(at, _)| at.elapsed() < FRESH)
    }

    /// What the last round found, and how the telemetry itself fares.
    pub(crate) fn ready(&self) -> Ready {
        let stopping = self.stopping.load(Ordering::Acquire);
        let troubles = {
            let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
            watch.look(&(self.accounts)(), Instant::now())
        };
        let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let findings = findings.as_ref().map_or(&[][..], |(_, findings)| findings);
        #[cfg(feature = "otlp")]
        let failing = crate::export::trouble().is_some();
        #[cfg(not(feature = "otlp"))]
        let failing = false;
        answer(stopping, findings, failing, &troubles, self.readiness.look())
    }
}

/// Error texts are not shown: they name hosts, users and worse to whoever can reach the port.
fn answer(
    stopping: bool,
    findings: &[Finding],
    failing: bool,
    troubles: &[Trouble],
    burning: Option<Burning>,
) -> Ready {
    let burns = |of: fn(&Burning) -> bool| burning.as_ref().is_some_and(of);
    let is_unready = burns(|burning| burning.is_unready);
    let can_work = !stopping && !is_unready && findings.iter().all(Finding::is_ok);
    let telemetry = if failing || !troubles.is_empty() { "degraded" } else { "ok" };
    let status = match can_work {
        false => "unavailable",
        true if burns(|burning| burning.is_burning) => "degraded",
        true => telemetry,
    };
    let mut json = format!(r#"{{"status":"{status}""#);
    if stopping {
        json.push_str(r#","reason":"shutting_down""#);
    } else if is_unready {
        json.push_str(r#","reason":"error_budget_burns""#);
    }
    let checks: Vec<String> = findings.iter().map(Finding::json).collect();
    let receiver = if failing { "failing" } else { "ok" };
    let troubles: Vec<String> = troubles.iter().map(Trouble::json).collect();
    json.push_str(&format!(
        r#","checks":[{}],"telemetry":{{"status":"{telemetry}","receiver":"{receiver}","troubles":[{}]}}"#,
        checks.join(","),
        troubles.join(",")
    ));
    if let Some(burning) = burning {
        json.push_str(&format!(r#","objectives":{}"#, burning.json));
    }
    json.push_str("}\n");
    Ready { can_work, json }
}

/// A figure for people: four digits behind the point.
pub(crate) fn short(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A text inside JSON's quotes.
pub(crate) fn json_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
