//! Foreign spans in the trace: through a real subscriber, with the layer in it.

use std::sync::Once;

use tracing::{Level, dispatcher, span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::record::{self, METRICS, Sampler, TRACES, cell, clock, current};

fn within(run: impl FnOnce()) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        clock::start();
        cell::start();
        record::start(METRICS | TRACES, Sampler { parent_based: true, ratio: 0.0 });
    });
    let subscriber = tracing_subscriber::registry().with(super::layer());
    dispatcher::with_default(&subscriber.into(), run);
}

#[test]
fn a_foreign_span_is_current_while_it_is_entered() {
    within(|| {
        assert_eq!(current(), None);
        let outer = span!(Level::INFO, "outer");
        let _outer = outer.enter();
        let here = current().unwrap();
        {
            let inner = span!(Level::INFO, "inner");
            let _inner = inner.enter();
            let there = current().unwrap();
            assert_eq!(there.trace_id, here.trace_id);
            assert_ne!(there.span_id, here.span_id);
        }
        assert_eq!(current(), Some(here));
        let quiet = span!(Level::DEBUG, "quiet");
        let _quiet = quiet.enter();
        assert_eq!(current(), Some(here), "debug spans are not recorded");
    });
    assert_eq!(current(), None);
}

#[test]
fn several_threads_may_be_in_one_foreign_span() {
    within(|| {
        let dispatch = dispatcher::get_default(Clone::clone);
        let shared = span!(Level::INFO, "shared");
        let trace = shared.in_scope(|| current().unwrap().trace_id);
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    dispatcher::with_default(&dispatch, || {
                        for _ in 0..200 {
                            let _shared = shared.enter();
                            let child = span!(Level::INFO, "child");
                            child.in_scope(|| assert_eq!(current().unwrap().trace_id, trace));
                        }
                    });
                });
            }
        });
        assert_eq!(current(), None);
    });
}
