//! Without `plimsoll::init()`, a mark is an ordinary `tracing` span for the host's subscriber.
//!
//! The subscriber here is somebody else's: `tracing-subscriber`'s registry with a layer that writes
//! down what it is told. Nothing of plimsoll's runtime runs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::fmt::{self, Write};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use plimsoll::{metric, observe};
use plimsoll_tests::polling::{pause, poll};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Instrument, Subscriber, subscriber};
use tracing_subscriber::layer::{Context as Layers, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

#[observe]
fn outer(number: u64) -> u64 {
    tracing::info!("between");
    inner(number) + 1
}

#[observe(level = "debug", log(number))]
fn inner(number: u64) -> u64 {
    number * 2
}

#[observe(name = "renamed")]
#[metric(counter, name = "renamed", help = "Calls of it")]
fn with_a_name() {}

#[metric(counter, name = "bare", help = "Calls of it")]
fn only_counted() {}

#[observe]
async fn waits(steps: u32) -> u64 {
    for _ in 0..steps {
        pause().await;
    }
    inner(20)
}

async fn waits_by_hand(steps: u32) -> u64 {
    let body = async move {
        for _ in 0..steps {
            pause().await;
        }
        inner(20)
    };
    body.instrument(tracing::info_span!("waits")).await
}

#[observe]
fn breaks() {
    panic!("on purpose");
}

#[test]
fn calls_are_spans_with_level_fields_and_parents() {
    let told = told(|| assert_eq!(outer(3), 7));
    assert_eq!(
        told,
        "new outer INFO\nenter outer\nevent in outer\nnew inner DEBUG in outer\nenter inner\n\
         record inner number=3\nexit inner\nclose inner\nexit outer\nclose outer\n"
    );
}

#[test]
fn a_name_is_the_spans_and_a_metric_alone_is_no_span() {
    let told = told(|| {
        with_a_name();
        only_counted();
    });
    assert_eq!(told, "new renamed INFO\nenter renamed\nexit renamed\nclose renamed\n");
}

#[test]
fn a_future_is_told_of_as_tracing_tells_it() {
    let ready = |mut future: Pin<Box<dyn Future<Output = u64>>>| {
        assert!(poll(future.as_mut()).is_pending());
        tracing::info!("outside");
        assert_eq!(poll(future.as_mut()), Poll::Ready(40));
        drop(future);
    };
    let marked = told(|| ready(Box::pin(waits(1))));
    assert!(marked.starts_with(
        "new waits INFO\nenter waits\nexit waits\nevent\nenter waits\nnew inner DEBUG in waits\n"
    ));
    assert_eq!(marked, told(|| ready(Box::pin(waits_by_hand(1)))));
}

#[test]
fn a_dropped_future_closes_its_span() {
    let dropped = |mut future: Pin<Box<dyn Future<Output = u64>>>| {
        assert!(poll(future.as_mut()).is_pending());
        drop(future);
        tracing::info!("after");
    };
    let marked = told(|| dropped(Box::pin(waits(5))));
    assert!(marked.ends_with("exit waits\nclose waits\nevent\n"), "{marked}");
    assert_eq!(marked, told(|| dropped(Box::pin(waits_by_hand(5)))));
}

#[test]
fn a_panic_closes_its_span() {
    let told = told(|| {
        std::panic::catch_unwind(breaks).unwrap_err();
        tracing::info!("after");
    });
    assert_eq!(told, "new breaks INFO\nenter breaks\nexit breaks\nclose breaks\nevent\n");
}

#[test]
fn without_a_subscriber_a_call_is_a_call() {
    assert_eq!(outer(1), 3);
    assert_eq!(poll(pin!(waits(0))), Poll::Ready(40));
}

/// Runs it under a subscriber of the host's, and gives back what that was told.
fn told(run: impl FnOnce()) -> String {
    let notes = Notes::default();
    let host = tracing_subscriber::registry().with(notes.clone());
    subscriber::with_default(host, run);
    let text = notes.0.lock().unwrap();
    text.clone()
}

#[derive(Clone, Debug, Default)]
struct Notes(Arc<Mutex<String>>);

impl Notes {
    fn write(&self, note: fmt::Arguments<'_>) {
        writeln!(self.0.lock().unwrap(), "{note}").unwrap();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Notes {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, layers: Layers<'_, S>) {
        let metadata = attributes.metadata();
        let parent = layers.span(id).unwrap().parent();
        let parent = parent.map(|span| format!(" in {}", span.name())).unwrap_or_default();
        self.write(format_args!("new {} {}{parent}", metadata.name(), metadata.level()));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, layers: Layers<'_, S>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.write(format_args!("record {}{}", name(id, &layers), fields.0));
    }

    fn on_event(&self, _: &tracing::Event<'_>, layers: Layers<'_, S>) {
        let place = layers.lookup_current().map(|span| format!(" in {}", span.name()));
        self.write(format_args!("event{}", place.unwrap_or_default()));
    }

    fn on_enter(&self, id: &Id, layers: Layers<'_, S>) {
        self.write(format_args!("enter {}", name(id, &layers)));
    }

    fn on_exit(&self, id: &Id, layers: Layers<'_, S>) {
        self.write(format_args!("exit {}", name(id, &layers)));
    }

    fn on_close(&self, id: Id, layers: Layers<'_, S>) {
        self.write(format_args!("close {}", name(&id, &layers)));
    }
}

fn name<S: Subscriber + for<'a> LookupSpan<'a>>(id: &Id, layers: &Layers<'_, S>) -> &'static str {
    layers.span(id).unwrap().name()
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}
