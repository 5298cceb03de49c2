//! The thread `plimsoll-export`: drains the record path and lets the senders run.
//!
//! It owns a Tokio runtime of its own, so that it works in programs that have none, and goes on
//! while the program's is stuck. No panic ends it for good. Made ready by `super::prepare`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::examples::Offered;
use super::otlp::queue::Queue;
use super::otlp::spans::Encoder;
use super::scrubbed::Scrubbed;
use super::sink::Sink;
use super::{Exporter, Handle};
use crate::error::Error;
use crate::record::{self, Chunk, clock};
use crate::thread::{self, Waiting};

/// The pause between two drains while there are spans; it grows while there are none.
const BUSY: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_millis(50);
/// So many spans at once are a rush.
const MANY: usize = 512;
/// How often the clock is compared with the system's.
const ANCHOR: Duration = Duration::from_secs(1);

/// Makes the thread ready. It hangs up on the handle when it is done.
pub(super) fn prepare(
    exporter: Arc<Exporter>,
    sink: Option<Sink>,
) -> Result<Waiting<Handle>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        // For what would hold the others up: name servers, and the program's own collectors. One
        // that hangs leaves a thread for the other.
        .thread_name("plimsoll-aside")
        .max_blocking_threads(2)
        .on_thread_start(|| {
            #[cfg(feature = "logs")]
            crate::logs::silence();
        })
        .build()
        .map_err(Error::Thread)?;
    let (ending, ended) = channel::<()>();
    let handle = Handle { exporter: Arc::clone(&exporter), ended: Mutex::new(ended) };
    thread::prepare("plimsoll-export", handle, move || {
        #[cfg(feature = "logs")]
        crate::logs::silence();
        record::suppress(|| work(&runtime, &exporter, sink));
        // A name server that does not answer must not keep the thread.
        runtime.shutdown_background();
        drop(ending);
    })
}

fn work(runtime: &Runtime, exporter: &Exporter, mut sink: Option<Sink>) {
    for sender in exporter.senders() {
        runtime.spawn(Arc::clone(sender).probe());
    }
    let queued = [&exporter.spans, &exporter.logs].into_iter().flatten();
    let mut senders: Vec<_> =
        queued.map(|sender| runtime.spawn(Arc::clone(sender).run())).collect();
    senders.extend(exporter.metrics.as_ref().map(|pusher| runtime.spawn(pusher.run())));
    let mut drained = || runtime.block_on(drain(exporter, &mut sink));
    while catch_unwind(AssertUnwindSafe(&mut drained)).is_err() {
        // Whatever it was, it was not ours to die of.
        std::thread::sleep(IDLE);
    }
    let deadline = exporter.stop.get().copied().unwrap_or_else(Instant::now);
    runtime.block_on(finish(exporter, senders, deadline));
    exporter.close();
}

/// Brings spans to their queue until the thread is to stop, and the last ones then.
async fn drain(exporter: &Exporter, sink: &mut Option<Sink>) {
    let mut pending = Pending::new();
    let mut scrubbed = Scrubbed::default();
    let mut offered = Offered::default();
    let mut pause = BUSY;
    let mut anchored = Instant::now();
    loop {
        // Before it drains: spans that end between the two are still to be read.
        let stop = exporter.stop.get();
        let spans = take(exporter, &mut pending, sink, &mut scrubbed, &mut offered);
        for sender in exporter.senders() {
            sender.queue.seal_after(exporter.delay);
        }
        if let Some(deadline) = stop {
            if spans == 0 || Instant::now() >= *deadline {
                return;
            }
            continue;
        }
        if anchored.elapsed() >= ANCHOR {
            anchored = Instant::now();
            clock::anchor();
        }
        if spans > MANY {
            // More come while these are read: a pause would let a ring run over.
            tokio::task::yield_now().await;
            continue;
        }
        pause = if spans > 0 { BUSY } else { (pause * 2).min(IDLE) };
        // Woken or not, it is time to look again.
        let _ = tokio::time::timeout(pause, exporter.wake.notified()).await;
        record::relieve();
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

/// Hands every span that waits over, and encodes it. Returns their number.
fn take(
    exporter: &Exporter,
    pending: &mut Pending,
    sink: &mut Option<Sink>,
    scrubbed: &mut Scrubbed,
    offered: &mut Offered,
) -> usize {
    let queue = exporter.spans.as_ref().map(|sender| &*sender.queue);
    if let Some(queue) = queue {
        pending.has_room = !queue.is_full();
    }
    let spans = record::drain(&mut |chunk| {
        scrubbed.look(chunk);
        if let (Some(handed), Some(sink)) = (&exporter.handed, &mut *sink) {
            handed.hand(sink, chunk, scrubbed);
        }
        if let Some(queue) = queue {
            pending.guarded(queue, chunk.len() as u64, |pending| {
                pending.encode(queue, chunk, scrubbed);
            });
        }
        offered.offer(chunk);
    });
    if let Some(queue) = queue {
        pending.hand_over(queue);
    }
    spans
}

/// Encoded spans on the way to their queue: handed over several at a time, for one lock.
struct Pending {
    encoder: Encoder,
    bytes: Vec<u8>,
    /// Spans in `bytes`.
    count: u64,
    /// The length of `bytes` behind the last of them.
    whole: usize,
    /// Spans that were encoded so far, ever, or counted as lost.
    taken: u64,
    /// The queue took what it was last given. Otherwise spans need not be encoded.
    has_room: bool,
}

/// Bytes that are handed over at once, about.
const HANDFUL: usize = 16 * 1024;

impl Pending {
    fn new() -> Pending {
        let (encoder, bytes) = (Encoder::new(), Vec::new());
        Pending { encoder, bytes, count: 0, whole: 0, taken: 0, has_room: true }
    }

    /// Runs a step over some spans; those that it had not taken when it panicked are lost.
    fn guarded(&mut self, queue: &Queue, spans: u64, step: impl FnOnce(&mut Pending)) {
        let before = self.taken;
        if catch_unwind(AssertUnwindSafe(|| step(self))).is_err() {
            self.bytes.truncate(self.whole);
            queue.lose("exporter_panic", spans - (self.taken - before));
        }
    }

    fn encode(&mut self, queue: &Queue, chunk: &Chunk<'_>, scrubbed: &Scrubbed) {
        if !self.has_room {
            self.taken += chunk.len() as u64;
            queue.lose("queue_full", chunk.len() as u64);
            return;
        }
        let most = queue.batch_items();
        for (number, span) in chunk.spans().enumerate() {
            let fields = scrubbed.fields(number, span.fields());
            self.encoder.encode(chunk, &span, fields, &mut self.bytes);
            self.whole = self.bytes.len();
            self.count += 1;
            self.taken += 1;
            if self.whole >= HANDFUL || self.count >= most {
                self.hand_over(queue);
            }
        }
    }

    fn hand_over(&mut self, queue: &Queue) {
        if self.count > 0 {
            self.has_room = queue.push(&self.bytes, self.count);
        }
        self.bytes.clear();
        (self.count, self.whole) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_what_was_not_taken_and_no_more() {
        let queue = Queue::new(10, 1000);
        let mut pending = Pending::new();
        let take = |pending: &mut Pending| {
            pending.bytes.extend_from_slice(b"span");
            pending.whole = pending.bytes.len();
            pending.count += 1;
            pending.taken += 1;
        };
        pending.guarded(&queue, 5, |pending| {
            take(pending);
            take(pending);
            pending.bytes.extend_from_slice(b"ha");
            panic!("in an exporter");
        });
        pending.guarded(&queue, 1, take);
        assert_eq!(pending.bytes, b"spanspanspan");
        pending.hand_over(&queue);
        assert_eq!((queue.flow().made, queue.waiting()), (6, 3));
        assert_eq!(queue.flow().lost, [("exporter_panic", 3)]);
    }
}
