//! Visits everything that counts, now and then, and takes what it finds to the receiver.
//!
//! The visit runs the program's own collectors and callbacks, which may take their time: it has a
//! thread of the runtime's to itself, while spans and log records go on leaving. One push follows
//! the other, so that what a receiver has taken is known before the next one is made. One task on
//! the export thread, which ends with a last push when its queue is closed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::task::JoinHandle;

use super::super::sender::{Sender, Verdict};
use super::Encoder;
use super::deltas::Deltas;
use super::points::Points;
use crate::config::Push;
use crate::metrics::family::Sink;
use crate::record;

/// What fails when a collector of the program's does.
const READING: &str = "reading the metrics";

/// Hands all families over.
pub(crate) type Families = Box<dyn Fn(&mut dyn Sink) + Send + Sync>;

/// Who pushes.
#[derive(Debug)]
pub(crate) struct Pusher {
    sender: Arc<Sender>,
    push: Push,
    collector: Arc<Collector>,
}

/// What a visit needs.
struct Collector {
    families: Families,
    push: Push,
    /// When the counts began, in nanoseconds since 1970.
    begun: u64,
    deltas: Mutex<Deltas>,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("push", &self.push).finish_non_exhaustive()
    }
}

impl Pusher {
    pub(crate) fn new(sender: Arc<Sender>, push: Push, families: Families) -> Pusher {
        let deltas = Mutex::default();
        let collector = Arc::new(Collector { families, push, begun: now(), deltas });
        Pusher { sender, push, collector }
    }

    pub(crate) fn sender(&self) -> &Arc<Sender> {
        &self.sender
    }

    /// Pushes until the queue is closed, and once more then.
    pub(crate) fn run(&self) -> impl Future<Output = ()> + Send + use<> {
        let Pusher { sender, push, collector } = self;
        let (sender, push, collector) = (Arc::clone(sender), *push, Arc::clone(collector));
        async move {
            let mut visit = None;
            let mut due = Instant::now() + push.interval;
            loop {
                let queue = &sender.queue;
                queue.pause(due.saturating_duration_since(Instant::now())).await;
                let is_last = queue.closed_for().is_some();
                due = Instant::now() + push.interval;
                let until = Instant::now() + push.timeout;
                if let Some(points) = collector.visited(&mut visit, &sender, until).await {
                    collector.send(points, &sender, until).await;
                }
                if is_last {
                    return;
                }
            }
        }
    }
}

impl Collector {
    /// The points of a visit; nothing when it takes too long. Then its figures come with a later
    /// push.
    async fn visited(
        self: &Arc<Collector>,
        visit: &mut Option<JoinHandle<Points>>,
        sender: &Sender,
        until: Instant,
    ) -> Option<Points> {
        let task = visit.get_or_insert_with(|| {
            let collector = Arc::clone(self);
            tokio::task::spawn_blocking(move || record::suppress(|| collector.visit()))
        });
        let points = tokio::time::timeout_at(until.into(), &mut *task).await;
        let trouble = &sender.trouble;
        let why = match points {
            Ok(points) => {
                *visit = None;
                match points {
                    Ok(points) => {
                        trouble.passed(READING, "works again");
                        return Some(points);
                    }
                    Err(_) => "it panicked".to_owned(),
                }
            }
            Err(_) => format!("it takes longer than {:?}", self.push.timeout),
        };
        trouble.failed(READING, &why, "what they count comes with a later push");
        None
    }

    fn visit(&self) -> Points {
        let mut deltas = self.lock();
        let Push { temporality, exponential, .. } = self.push;
        let mut encoder = Encoder::new(temporality, exponential, self.begun, now(), &mut deltas);
        (self.families)(&mut encoder);
        encoder.points
    }

    /// Sends all points, in as many requests as they need, and remembers what was taken.
    async fn send(&self, mut points: Points, sender: &Arc<Sender>, until: Instant) {
        let queue = &sender.queue;
        queue.expect(points.len() as u64);
        queue.lose("queue_full", points.too_many);
        queue.lose("too_many_series", points.unremembered);
        let mut waiting = points.portions();
        let mut given_up = None;
        while let Some(range) = waiting.pop() {
            let batch = points.batch(&range);
            if let Some(reason) = given_up {
                queue.lost(&batch, reason);
                continue;
            }
            if points.is_too_big(&range) {
                queue.lost(&batch, "too_big");
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            match sender.tried(&batch, left).await {
                Verdict::Taken { rejected } => {
                    queue.exported(&batch, rejected);
                    // Which ones it rejected nobody knows, but all is all.
                    if rejected < batch.count {
                        let mut deltas = self.lock();
                        points.taken(range).for_each(|next| deltas.settle(next));
                    }
                }
                Verdict::TooBig if range.len() > 1 => {
                    let middle = range.start + range.len() / 2;
                    waiting.extend([middle..range.end, range.start..middle]);
                }
                Verdict::TooBig => queue.lost(&batch, "too_big"),
                Verdict::Lost(reason) => {
                    queue.lost(&batch, reason);
                    // The receiver is away: the next push says the same.
                    if matches!(reason, "unreachable" | "unavailable") {
                        given_up = Some(reason);
                    }
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Deltas> {
        // A visit that panicked has changed no baseline but for the time that it covers.
        self.deltas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nanoseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
