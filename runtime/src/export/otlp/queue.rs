//! What waits to be sent, of one signal: encoded, bounded in bytes, and accounted for to the item.
//!
//! Items gather in an open batch, which is sealed when it is full or old; one sender takes sealed
//! batches and settles each. At any time `made` is what was exported, lost, and what waits here.
//! Does no I/O. Filled by the export thread (spans) and by any thread (log records). Of metric points
//! it keeps only the account: who makes them holds them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::report::Flow;
use crate::wire;

/// Bytes of items in one batch at most: far below the 4 MiB that receivers take.
const BATCH_BYTES: usize = 1024 * 1024;

/// Some encoded items that are sent together.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) items: Bytes,
    pub(crate) count: u64,
}

#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Wakes the one sender: a batch is sealed, or the queue is closed.
    changed: Notify,
    batch_items: u64,
    backlog_bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    open: Vec<u8>,
    open_count: u64,
    opened: Option<Instant>,
    sealed: VecDeque<Batch>,
    /// Bytes of all items that are here or with the sender.
    held: usize,
    /// Items that are here or with the sender.
    waiting: u64,
    flow: Flow,
    closed: Option<Instant>,
    /// The account is closed as well.
    abandoned: bool,
}

impl Queue {
    pub(crate) fn new(batch_items: usize, backlog_bytes: usize) -> Queue {
        Queue {
            state: Mutex::default(),
            changed: Notify::new(),
            batch_items: batch_items.max(1) as u64,
            backlog_bytes,
        }
    }

    /// How many items may be pushed at once.
    pub(crate) fn batch_items(&self) -> u64 {
        self.batch_items
    }

    /// Takes some encoded items, or counts them as lost. False when there is no room.
    pub(crate) fn push(&self, items: &[u8], count: u64) -> bool {
        let mut state = self.lock();
        state.flow.made += count;
        let reason = if state.closed.is_some() {
            "after_shutdown"
        } else if items.len() > BATCH_BYTES {
            "too_big"
        } else if state.held + items.len() > self.backlog_bytes {
            "queue_full"
        } else {
            ""
        };
        if !reason.is_empty() {
            state.flow.lose(reason, count);
            return reason != "queue_full";
        }
        let mut sealed = false;
        if state.open.len() + items.len() > BATCH_BYTES
            || state.open_count + count > self.batch_items
        {
            state.seal();
            sealed = true;
        }
        if state.open_count == 0 {
            state.opened = Some(Instant::now());
        }
        state.open.extend_from_slice(items);
        state.open_count += count;
        state.held += items.len();
        state.waiting += count;
        drop(state);
        if sealed {
            self.changed.notify_one();
        }
        true
    }

    /// Counts items that somebody else holds until they are settled.
    pub(crate) fn expect(&self, count: u64) {
        let mut state = self.lock();
        state.flow.made += count;
        if state.abandoned {
            state.flow.lose("after_shutdown", count);
        } else {
            state.waiting += count;
        }
    }

    /// Counts items that were made but never got here.
    pub(crate) fn lose(&self, reason: &'static str, count: u64) {
        let mut state = self.lock();
        state.flow.made += count;
        state.flow.lose(reason, count);
    }

    /// True when an item would be lost, so that it need not be encoded.
    pub(crate) fn is_full(&self) -> bool {
        self.lock().held >= self.backlog_bytes
    }

    /// Seals the open batch when its first item has waited this long.
    pub(crate) fn seal_after(&self, age: Duration) {
        let mut state = self.lock();
        if state.opened.is_some_and(|opened| opened.elapsed() >= age) {
            state.seal();
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Seals what is open and takes no more. Senders end when they have settled the rest.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.seal();
        state.closed.get_or_insert_with(Instant::now);
        drop(state);
        self.changed.notify_one();
    }

    /// How long ago the queue was closed, if it was.
    pub(crate) fn closed_for(&self) -> Option<Duration> {
        self.lock().closed.map(|at| at.elapsed())
    }

    /// Items that are here or with the sender.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> u64 {
        self.lock().waiting
    }

    /// The next batch, when there is one; nothing once the queue is closed and empty.
    pub(crate) async fn next(&self) -> Option<Batch> {
        loop {
            {
                let mut state = self.lock();
                if let Some(batch) = state.sealed.pop_front() {
                    return Some(batch);
                }
                if state.closed.is_some() {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Waits for a time, or until the queue is closed.
    pub(crate) async fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        while self.closed_for().is_none() {
            let left = until.saturating_duration_since(Instant::now());
            // A sealed batch wakes too. `next` looks for it before it waits.
            if tokio::time::timeout(left, self.changed.notified()).await.is_err() {
                return;
            }
        }
    }

    /// Accounts for a batch that left, but for those of its items that the receiver rejected.
    pub(crate) fn exported(&self, batch: &Batch, rejected: u64) {
        let mut state = self.lock();
        if state.settle(batch) {
            let rejected = rejected.min(batch.count);
            state.flow.exported += batch.count - rejected;
            state.flow.lose("rejected", rejected);
        }
    }

    /// Accounts for a batch that did not leave.
    pub(crate) fn lost(&self, batch: &Batch, reason: &'static str) {
        let mut state = self.lock();
        if state.settle(batch) {
            state.flow.lose(reason, batch.count);
        }
    }

    /// Closes the account: whatever still waits is lost.
    pub(crate) fn abandon(&self, reason: &'static str) {
        let mut state = self.lock();
        state.closed.get_or_insert_with(Instant::now);
        state.abandoned = true;
        let waiting = state.waiting;
        state.flow.lose(reason, waiting);
        state.waiting = 0;
        state.held = 0;
        state.opened = None;
        state.open_count = 0;
        state.open = Vec::new();
        state.sealed.clear();
    }

    /// The account so far.
    /// Bytes that wait here or with the sender.
    pub(crate) fn held(&self) -> usize {
        self.lock().held
    }

    pub(crate) fn flow(&self) -> Flow {
        self.lock().flow.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is whole before anything could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn seal(&mut self) {
        self.opened = None;
        if self.open_count == 0 {
            return;
        }
        let mut items = std::mem::take(&mut self.open);
        // What waits takes the memory that it is counted with.
        items.shrink_to_fit();
        self.sealed.push_back(Batch { items: Bytes::from(items), count: self.open_count });
        self.open_count = 0;
    }

    /// False when the account was closed before, with this batch among the lost.
    fn settle(&mut self, batch: &Batch) -> bool {
        if self.waiting < batch.count {
            return false;
        }
        self.waiting -= batch.count;
        self.held = self.held.saturating_sub(batch.items.len());
        true
    }
}

impl Batch {
    /// The same items in two batches, for a receiver that takes less; nothing when there is one.
    pub(crate) fn halves(&self) -> Option<(Batch, Batch)> {
        let half = self.count / 2;
        if half == 0 {
            return None;
        }
        let mut at = 0;
        for _ in 0..half {
            at += wire::field_length(self.items.get(at..)?)?;
        }
        let mut second = self.items.clone();
        let first = second.split_to(at.min(self.items.len()));
        Some((
            Batch { items: first, count: half },
            Batch { items: second, count: self.count - half },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(length: usize) -> Vec<u8> {
        let mut item = Vec::new();
        wire::bytes(&mut item, 2, &vec![1; length]);
        item
    }

    fn block_on(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.unwrap().block_on(test);
    }

    async fn next(queue: &Queue) -> Option<Batch> {
        tokio::time::timeout(Duration::from_millis(20), queue.next()).await.ok().flatten()
    }

    fn assert_exact(queue: &Queue) {
        let flow = queue.flow();
        assert_eq!(flow.made, flow.exported + flow.lost_total() + queue.waiting(), "{flow}");
    }

    #[test]
    fn batches_are_bounded_in_items_bytes_and_age() {
        block_on(async {
            let queue = Queue::new(2, 8 << 20);
            for _ in 0..3 {
                queue.push(&item(10), 1);
            }
            assert_eq!(next(&queue).await.unwrap().count, 2);
            assert!(next(&queue).await.is_none(), "the third waits for company");
            queue.seal_after(Duration::from_secs(60));
            assert!(next(&queue).await.is_none(), "it is not old");
            queue.seal_after(Duration::ZERO);
            assert_eq!(next(&queue).await.unwrap().count, 1);

            queue.push(&item(700_000), 1);
            queue.push(&item(700_000), 1);
            assert_eq!(next(&queue).await.unwrap().count, 1, "two are more than a MiB");
            queue.push(&item(BATCH_BYTES), 1);
            assert_eq!(queue.flow().lost, [("too_big", 1)]);
            assert_exact(&queue);
        });
    }

    #[test]
    fn the_backlog_is_bounded_and_the_newest_is_lost() {
        let queue = Queue::new(10, 1000);
        for _ in 0..30 {
            queue.push(&item(98), 1);
        }
        assert_eq!(queue.flow().lost, [("queue_full", 20)]);
        assert!(queue.is_full());
        assert_exact(&queue);
        queue.abandon("unreachable");
        assert_eq!(queue.flow().lost, [("queue_full", 20), ("unreachable", 10)]);
        queue.push(&item(1), 1);
        assert_eq!(queue.flow().made, 31);
        assert_exact(&queue);
    }

    #[test]
    fn a_batch_that_comes_back_after_the_end_is_not_counted_twice() {
        block_on(async {
            let queue = Queue::new(1, 1000);
            queue.push(&item(1), 1);
            queue.close();
            let batch = queue.next().await.unwrap();
            assert!(queue.next().await.is_none());
            queue.abandon("deadline");
            queue.exported(&batch, 0);
            assert_eq!((queue.flow().exported, queue.flow().lost), (0, vec![("deadline", 1)]));
        });
    }

    #[test]
    fn a_batch_splits_between_items() {
        let mut items = Vec::new();
        for length in [0, 5, 300, 70_000, 1] {
            items.extend_from_slice(&item(length));
        }
        let batch = Batch { items: items.into(), count: 5 };
        let (first, second) = batch.halves().unwrap();
        assert_eq!((first.count, first.items.len()), (2, 2 + 7));
        assert_eq!(second.count, 3);
        let lengths = wire::read(&second.items).map(|(_, read)| match read {
            wire::Read::Bytes(bytes) => bytes.len(),
            other => panic!("{other:?}"),
        });
        assert_eq!(lengths.collect::<Vec<_>>(), [300, 70_000, 1]);
        assert!(Batch { items: Bytes::new(), count: 1 }.halves().is_none());
    }
}
