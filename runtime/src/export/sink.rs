//! Kept spans for a function of the program's own, beside OTLP or in its place.
//!
//! The builder takes the function, the export thread calls it. It is the program's code: its panics
//! are caught and counted, and what it observes itself is not recorded.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::scrubbed::Scrubbed;
use crate::model::{Outcome, Value};
use crate::record::{Chunk, Span, clock};
use crate::report::Flow;

/// The program's function.
pub(crate) type Sink = Box<dyn FnMut(&FinishedSpan<'_>) + Send>;

/// A span of a kept trace, as [`Builder::on_span`](crate::Builder::on_span) hands it over.
pub struct FinishedSpan<'a> {
    chunk: &'a Chunk<'a>,
    span: Span<'a>,
    /// The number of the span in its chunk.
    number: usize,
    scrubbed: &'a Scrubbed,
}

impl FinishedSpan<'_> {
    /// The name: the function, or what an integration calls its spans.
    pub fn name(&self) -> &'static str {
        self.span.site().function
    }

    /// The path of the module that the function stands in.
    pub fn module(&self) -> &'static str {
        self.span.site().module
    }

    /// The trace's id, never 0.
    pub fn trace_id(&self) -> u128 {
        self.chunk.trace_id()
    }

    /// The span's id, never 0.
    pub fn span_id(&self) -> u64 {
        self.span.span_id()
    }

    /// The id of the span that it belongs under; nothing for a root.
    pub fn parent_id(&self) -> Option<u64> {
        Some(self.span.parent_id()).filter(|id| *id != 0)
    }

    /// When it began.
    pub fn start(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(clock::unix_nanos(self.span.start()))
    }

    /// How long it took.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(clock::nanos(self.span.end() - self.span.start()))
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        self.span.outcome()
    }

    /// The `error.type`, if it did not end well.
    pub fn error_type(&self) -> Option<&'static str> {
        Some(self.span.error_type()).filter(|name| !name.is_empty())
    }

    /// The recorded fields, as they may leave.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.scrubbed.fields(self.number, self.span.fields())
    }
}

impl fmt::Debug for FinishedSpan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishedSpan")
            .field("name", &self.name())
            .field("outcome", &self.outcome())
            .field("duration", &self.duration())
            .finish_non_exhaustive()
    }
}

/// What became of the spans that were handed over.
#[derive(Debug, Default)]
pub(super) struct Handed {
    taken: AtomicU64,
    panicked: AtomicU64,
}

impl Handed {
    /// Hands all spans of a chunk over.
    pub(super) fn hand(&self, sink: &mut Sink, chunk: &Chunk<'_>, scrubbed: &Scrubbed) {
        let mut taken = 0;
        let all = catch_unwind(AssertUnwindSafe(|| {
            for (number, span) in chunk.spans().enumerate() {
                sink(&FinishedSpan { chunk, span, number, scrubbed });
                taken += 1;
            }
        }));
        // The export thread is the only one that writes.
        self.taken.fetch_add(taken, Ordering::Relaxed);
        if all.is_err() {
            self.panicked.fetch_add(chunk.len() as u64 - taken, Ordering::Relaxed);
        }
    }

    /// The account, where nobody else takes spans.
    pub(super) fn flow(&self) -> Flow {
        let exported = self.taken.load(Ordering::Relaxed);
        let panicked = self.panicked.load(Ordering::Relaxed);
        let mut flow = Flow { made: exported + panicked, exported, lost: Vec::new() };
        flow.lose("exporter_panic", panicked);
        flow
    }
}
