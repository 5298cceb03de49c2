//! The thread `plimsoll-export`: drains the record path and lets the senders run.
//!
//! It owns a Tokio runtime of its own, so that it works in programs that have none, and goes on
//! while the program's is stuck. No panic ends it for good. Made ready by `super::prepare`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::otlp::queue::Queue;
use super::otlp::spans;
use super::{Exporter, Handle};
use crate::error::Error;
use crate::metrics::exemplar;
use crate::record::{self, Chunk, clock};
use crate::thread::{self, Waiting};

/// The pause between two drains while there are spans; it grows while there are none.
const BUSY: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_millis(50);
/// How often the clock is compared with the system's.
const ANCHOR: Duration = Duration::from_secs(1);

/// Makes the thread ready. It hangs up on the handle when it is done.
pub(super) fn prepare(exporter: Arc<Exporter>) -> Result<Waiting<Handle>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .thread_name("plimsoll-resolve")
        .max_blocking_threads(1)
        .build()
        .map_err(Error::Thread)?;
    let (ending, ended) = channel::<()>();
    let handle = Handle { exporter: Arc::clone(&exporter), ended: Mutex::new(ended) };
    thread::prepare("plimsoll-export", handle, move || {
        #[cfg(feature = "logs")]
        crate::logs::silence();
        record::suppress(|| work(&runtime, &exporter));
        // A name server that does not answer must not keep the thread.
        runtime.shutdown_background();
        drop(ending);
    })
}

fn work(runtime: &Runtime, exporter: &Exporter) {
    let senders: Vec<_> = exporter
        .senders()
        .map(|sender| {
            runtime.spawn(Arc::clone(sender).probe());
            runtime.spawn(Arc::clone(sender).run())
        })
        .collect();
    while catch_unwind(AssertUnwindSafe(|| runtime.block_on(drain(exporter)))).is_err() {
        // Whatever it was, it was not ours to die of.
        std::thread::sleep(IDLE);
    }
    let deadline = exporter.stop.get().copied().unwrap_or_else(Instant::now);
    runtime.block_on(finish(exporter, senders, deadline));
    exporter.close();
}

/// Brings spans to their queue until the thread is to stop, and the last ones then.
async fn drain(exporter: &Exporter) {
    let mut scratch = Vec::new();
    let mut pause = BUSY;
    let mut anchored = Instant::now();
    loop {
        let spans = take(exporter, &mut scratch);
        for sender in exporter.senders() {
            sender.queue.seal_after(exporter.delay);
        }
        if let Some(deadline) = exporter.stop.get() {
            if spans == 0 || Instant::now() >= *deadline {
                return;
            }
            continue;
        }
        if anchored.elapsed() >= ANCHOR {
            anchored = Instant::now();
            clock::anchor();
        }
        pause = if spans > 0 { BUSY } else { (pause * 2).min(IDLE) };
        // Woken or not, it is time to look again.
        let _ = tokio::time::timeout(pause, exporter.wake.notified()).await;
        exporter.woken.store(false, Ordering::Relaxed);
    }
}

/// Lets the senders send what is left.
async fn finish(exporter: &Exporter, senders: Vec<JoinHandle<()>>, deadline: Instant) {
    for sender in exporter.senders() {
        sender.queue.close();
    }
    for sender in senders {
        // Out of time: `close` counts what they did not send.
        let _ = tokio::time::timeout_at(deadline.into(), sender).await;
    }
}

/// Encodes every span that waits. Returns their number.
fn take(exporter: &Exporter, scratch: &mut Vec<u8>) -> usize {
    let Some(sender) = &exporter.spans else {
        return 0;
    };
    let queue = &*sender.queue;
    record::drain(&mut |chunk| {
        guarded(queue, chunk.len() as u64, |taken| encode(queue, chunk, scratch, taken));
    })
}

/// Runs a step over some spans; those that it has not `taken` when it panics are lost.
fn guarded(queue: &Queue, spans: u64, step: impl FnOnce(&mut u64)) {
    let mut taken = 0;
    if catch_unwind(AssertUnwindSafe(|| step(&mut taken))).is_err() {
        queue.lose("exporter_panic", spans - taken);
    }
}

fn encode(queue: &Queue, chunk: &Chunk<'_>, scratch: &mut Vec<u8>, taken: &mut u64) {
    if queue.is_full() {
        *taken = chunk.len() as u64;
        queue.lose("queue_full", *taken);
        return;
    }
    spans::encode(chunk, scratch, |item| {
        *taken += 1;
        queue.push(item);
    });
    for span in chunk.spans() {
        let seconds = clock::seconds(span.end() - span.start());
        let unix_nanos = clock::unix_nanos(span.end());
        let (trace_id, span_id) = (chunk.trace_id(), span.span_id());
        match span.site().exemplars {
            Some(exemplars) => exemplars.keep(seconds, trace_id, span_id, unix_nanos),
            None => {
                exemplar::keep(span.site().cells(), seconds, trace_id, span_id, unix_nanos);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_what_was_not_taken_and_no_more() {
        let queue = Queue::new(10, 1000);
        guarded(&queue, 5, |taken| {
            for _ in 0..2 {
                *taken += 1;
                queue.push(b"span");
            }
            panic!("in an exporter");
        });
        guarded(&queue, 1, |taken| {
            *taken += 1;
            queue.push(b"span");
        });
        assert_eq!((queue.flow().made, queue.waiting()), (6, 3));
        assert_eq!(queue.flow().lost, [("exporter_panic", 3)]);
    }
}
