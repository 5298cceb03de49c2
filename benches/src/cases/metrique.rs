//! metrique's unit of work: one record a call, into a sink that drops it and into its queue.
//!
//! The record has what its README's has but the time of day: an operation, a counter (here of
//! failures) and a timer, appended when it is dropped. "Discarded" is the call's side alone, into a
//! sink that counts. "Queued" goes to its background queue, whose stream reads each record and
//! writes nothing. The queue drops the oldest records when it is full, so calls come in bursts.

use std::borrow::Cow;
use std::hint::black_box;
use std::io;
use std::sync::OnceLock;
use std::time::SystemTime;

use metrique::RootEntry;
use metrique::timers::Timer;
use metrique::unit::Count;
use metrique::unit_of_work::metrics;
use metrique::writer::sink::{
    AnyEntrySink, BackgroundQueue, BackgroundQueueBuilder, BackgroundQueueJoinHandle, FlushWait,
};
use metrique::writer::{
    Entry, EntryConfig, EntryIoStream, EntrySink, EntryWriter, IoStreamError, MetricFlags,
    Observation, Unit, ValidationError, Value, ValueWriter,
};

use super::books::Tally;
use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, share};

pub(super) const CASES: &[Case] = &[
    Case::new("metrique, discarded: sync", || Work::new(discarded, Discarded)),
    Case::new("metrique, discarded: two threads", || Work::new(discarded, Discarded)).two_threads(),
    Case::new("metrique, queued: sync", start).burst(BURST),
];

/// The queue holds four times as many.
const BURST: u64 = 16 * 1024;

static RECORDS: Tally = Tally::new();
static FAILED: Tally = Tally::new();
static QUEUE: OnceLock<BackgroundQueue<RootEntry<CalledEntry>>> = OnceLock::new();

fn start() -> Result<Work, Failure> {
    let (queue, handle) = BackgroundQueueBuilder::new().build(Reading);
    QUEUE.get_or_init(|| queue);
    Work::new(queued, Queued(Some(handle)))
}

#[metrics]
struct Called {
    operation: &'static str,
    #[metrics(unit = Count)]
    failed: u64,
    time: Timer,
}

/// Drops records, and counts them: one locked instruction each.
#[derive(Clone, Copy)]
struct Counting;

impl AnyEntrySink for Counting {
    fn append_any(&self, _: impl Entry + Send + 'static) {
        RECORDS.add(1);
    }

    fn flush_async(&self) -> FlushWait {
        FlushWait::ready()
    }
}

/// Reads records and writes nothing.
struct Reading;

impl EntryIoStream for Reading {
    fn next(&mut self, entry: &impl Entry) -> Result<(), IoStreamError> {
        RECORDS.add(1);
        entry.write(&mut Fields);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Fields;

impl<'a> EntryWriter<'a> for Fields {
    fn timestamp(&mut self, _: SystemTime) {}

    fn value(&mut self, name: impl Into<Cow<'a, str>>, value: &(impl Value + ?Sized)) {
        value.write(Field { counts: name.into() == "failed" });
    }

    fn config(&mut self, _: &'a dyn EntryConfig) {}
}

struct Field {
    counts: bool,
}

impl ValueWriter for Field {
    fn string(self, value: &str) {
        black_box(value);
    }

    fn metric<'a>(
        self,
        distribution: impl IntoIterator<Item = Observation>,
        _: Unit,
        _: impl IntoIterator<Item = (&'a str, &'a str)>,
        _: MetricFlags<'_>,
    ) {
        for observation in distribution {
            match black_box(observation) {
                Observation::Unsigned(count) if self.counts => FAILED.add(count),
                _ => {}
            }
        }
    }

    fn error(self, error: ValidationError) {
        black_box(error);
    }
}

/// The sink that drops records does not look into them.
struct Discarded;

impl Peer for Discarded {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("records", RECORDS.get(), made.calls)?;
        Ok(String::new())
    }
}

struct Queued(Option<BackgroundQueueJoinHandle>);

impl Peer for Queued {
    fn flush(&mut self) -> Result<(), Failure> {
        if let Some(handle) = self.0.take() {
            handle.shut_down();
        }
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let (seen, failed) = (RECORDS.get(), FAILED.get());
        if seen == made.calls {
            expect("failed", failed, made.failed)?;
        }
        share("records", seen, made.calls)
    }
}

#[inline(always)]
fn recorded(
    sink: impl EntrySink<RootEntry<CalledEntry>> + Send + Sync + 'static,
    order: u64,
) -> Result<u64, Refused> {
    let called = Called { operation: "work", failed: 0, time: Timer::start_now() };
    let mut called = called.append_on_drop(sink);
    let result = body(black_box(order));
    called.failed = u64::from(result.is_err());
    result
}

#[inline(never)]
fn work_discarded(order: u64) -> Result<u64, Refused> {
    recorded(Counting, order)
}

#[inline(never)]
fn work_queued(order: u64) -> Result<u64, Refused> {
    match QUEUE.get() {
        Some(queue) => recorded(queue.clone(), order),
        None => body(black_box(order)),
    }
}

fn discarded(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_discarded(black_box(order)));
    }
}

fn queued(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_queued(black_box(order)));
    }
}
