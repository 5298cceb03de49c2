//! One check: how it is run, and what a run found.
//!
//! A run is a task of its own, on the application's executor where there is one. While it hangs no
//! second one is started beside it. Called by `Health`.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::json_text;
use crate::record;
use crate::redact::Sink;
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

/// What became of a run; the error's text, where there is one, is for the log alone.
type Run = JoinHandle<Result<(), String>>;

/// Error texts in the log are not longer than this, in letters.
const TEXT_LENGTH: usize = 300;

/// A registered check.
pub(super) struct Check {
    name: String,
    limit: Duration,
    start: Box<dyn Fn() -> Run + Send + Sync>,
    /// A run that did not end in time.
    hanging: Mutex<Option<Run>>,
    /// What the log was told last.
    told: Mutex<Status>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Failed,
    Timeout,
    Panicked,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Failed => "failed",
            Status::Timeout => "timeout",
            Status::Panicked => "panicked",
        }
    }
}

/// What one run found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) took: Duration,
    /// For the log only.
    error: String,
}

impl Finding {
    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    pub(super) fn json(&self) -> String {
        let Finding { name, status, took, .. } = self;
        format!(
            r#"{{"name":{},"status":"{}","duration_ms":{}}}"#,
            json_text(name),
            status.as_str(),
            took.as_millis()
        )
    }
}

impl Check {
    /// A check of the runtime that this is called in, or of the admin server's if it is in none.
    pub(super) fn new<F, A, E>(name: &str, limit: Duration, check: F) -> Check
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        let home = Handle::try_current().ok();
        let check = Arc::new(check);
        let start = move || {
            let check = Arc::clone(&check);
            let run = quietly(async move { check().await.map_err(|error| text(&error)) });
            match &home {
                Some(home) => home.spawn(run),
                // A thread of the pool: a check that blocks must not stop the admin server.
                None => tokio::task::spawn_blocking(move || {
                    Handle::current().block_on(async {
                        let ended = tokio::time::timeout(limit, run).await;
                        ended.unwrap_or_else(|_| Err("timeout".to_owned()))
                    })
                }),
            }
        };
        Check {
            name: name.to_owned(),
            limit,
            start: Box::new(start),
            hanging: Mutex::default(),
            told: Mutex::new(Status::Ok),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Runs it once, for no longer than its time-out.
    pub(super) async fn run(&self) -> Finding {
        let begun = Instant::now();
        let is_hanging = {
            let mut hanging = self.hanging.lock().unwrap_or_else(PoisonError::into_inner);
            *hanging = hanging.take().filter(|run| !run.is_finished());
            hanging.is_some()
        };
        if is_hanging {
            let error = "the last run has not ended yet".to_owned();
            return self.finding(Status::Timeout, Duration::ZERO, error);
        }
        let mut run = (self.start)();
        let (status, error) = match tokio::time::timeout(self.limit, &mut run).await {
            Ok(Ok(Ok(()))) => (Status::Ok, String::new()),
            // The pool's own time-out may be a moment earlier.
            Ok(Ok(Err(_))) if begun.elapsed() >= self.limit => (Status::Timeout, String::new()),
            Ok(Ok(Err(error))) => (Status::Failed, error),
            Ok(Err(join)) if join.is_panic() => (Status::Panicked, String::new()),
            Ok(Err(_)) => (Status::Failed, "the runtime of the check has ended".to_owned()),
            Err(_) => {
                run.abort();
                *self.hanging.lock().unwrap_or_else(PoisonError::into_inner) = Some(run);
                (Status::Timeout, String::new())
            }
        };
        self.finding(status, begun.elapsed(), error)
    }

    /// The finding when running it went wrong.
    pub(super) fn broken(&self) -> Finding {
        self.finding(Status::Failed, Duration::ZERO, "the check could not be run".to_owned())
    }

    fn finding(&self, status: Status, took: Duration, error: String) -> Finding {
        Finding { name: self.name.clone(), status, took, error }
    }

    /// Tells the log when the status has changed.
    pub(super) fn tell(&self, finding: &Finding) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *told, finding.status) == finding.status {
            return;
        }
        let (check, status) = (self.name.as_str(), finding.status.as_str());
        if finding.is_ok() {
            tracing::info!(target: "plimsoll::health", check, "a readiness check is well again");
        } else {
            let error = Some(finding.error.as_str()).filter(|error| !error.is_empty());
            tracing::warn!(
                target: "plimsoll::health",
                check,
                status,
                error,
                "a readiness check fails: the service is not ready"
            );
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

/// Error texts of other crates can be as long as they like, can hold anything, and can panic.
fn text(error: &dyn fmt::Display) -> String {
    std::panic::catch_unwind(AssertUnwindSafe(|| error.to_string()))
        .map(|text| {
            let origin = || Origin { name: "health", field: "error", ..Origin::default() };
            let masked = gate::look(Sink::Log, Form::Text, &text, origin).masked();
            masked.unwrap_or(text).chars().take(TEXT_LENGTH).collect()
        })
        .unwrap_or_else(|_| "<an error that can't be shown>".to_owned())
}

/// Probes are no traffic: what a check calls is not recorded.
async fn quietly<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(move |context| -> Poll<F::Output> {
        record::suppress(|| future.as_mut().poll(context))
    })
    .await
}
