//! Takes the batches of one signal to its receiver, one after the other, again and again if need be.
//!
//! Retries what may still arrive, with pauses that grow and vary, for a minute a batch; gives up the
//! rest, counted by reason. One task a signal on the export thread; ends when its queue is closed
//! and empty.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::client::{Answer, Client};
use super::queue::{Batch, Queue};
use super::resource::Head;
use super::trouble::Trouble;

/// How long one batch is tried.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it is tried at the end, when the receiver was not there before either.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// How long the receiver's start-up check may take.
const PROBE: Duration = Duration::from_secs(2);

/// One signal on its way out.
#[derive(Debug)]
pub(crate) struct Sender {
    /// What is sent: `spans`, `log records` or `metric points`.
    pub(crate) name: &'static str,
    /// What fails is soon made anew, so that it need not be tried once the end has come.
    pub(crate) renews: bool,
    pub(crate) queue: Arc<Queue>,
    pub(crate) client: Client,
    pub(crate) head: Arc<Head>,
    pub(crate) trouble: Arc<Trouble>,
    /// The receiver was not there at the last try before the end.
    pub(crate) absent: AtomicBool,
}

impl Sender {
    /// Sends until the queue is closed and empty.
    pub(crate) async fn run(self: Arc<Sender>) {
        while let Some(batch) = self.queue.next().await {
            self.deliver(batch).await;
        }
    }

    /// Looks whether anybody listens, so that a service without traffic complains as well.
    pub(crate) async fn probe(self: Arc<Sender>) {
        let connect = tokio::net::TcpStream::connect(self.client.address());
        let why = match tokio::time::timeout(PROBE, connect).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no connection within {PROBE:?}"),
        };
        self.absent.store(true, Ordering::Relaxed);
        self.complain(&why);
    }

    /// True when the receiver was not there at the last try.
    pub(crate) fn is_absent(&self) -> bool {
        self.absent.load(Ordering::Relaxed)
    }

    async fn deliver(self: &Arc<Sender>, batch: Batch) {
        let mut waiting = vec![batch];
        while let Some(batch) = waiting.pop() {
            match self.tried(&batch, PATIENCE).await {
                Verdict::Taken { rejected } => self.queue.exported(&batch, rejected),
                Verdict::Lost(reason) => self.queue.lost(&batch, reason),
                Verdict::TooBig => match batch.halves() {
                    Some((first, second)) => waiting.extend([second, first]),
                    None => self.queue.lost(&batch, "too_big"),
                },
            }
        }
    }

    /// Tries a batch until it is clear what becomes of it, for about as long as this.
    pub(crate) async fn tried(self: &Arc<Sender>, batch: &Batch, patience: Duration) -> Verdict {
        // A task of its own: should it panic, it takes only its batch with it.
        let task = tokio::spawn(Arc::clone(self).offer(batch.clone(), patience));
        task.await.unwrap_or(Verdict::Lost("exporter_panic"))
    }

    async fn offer(self: Arc<Sender>, batch: Batch, patience: Duration) -> Verdict {
        let head = Bytes::from(self.head.before(batch.items.len()));
        let begun = Instant::now();
        let is_last = self.queue.closed_for().is_some();
        let mut pause = FIRST_PAUSE;
        loop {
            let (why, after, reachable) =
                match self.client.post(head.clone(), batch.items.clone()).await {
                    Answer::Accepted { rejected, message } => {
                        self.accepted(rejected, &message);
                        return Verdict::Taken { rejected };
                    }
                    Answer::TooBig => return Verdict::TooBig,
                    Answer::Refused { why } => {
                        self.refused(&why);
                        return Verdict::Lost("refused");
                    }
                    Answer::Later { why, after, reachable } => (why, after, reachable),
                };
            self.complain(&why);
            let closed = self.queue.closed_for();
            if reachable || closed.is_none() {
                self.absent.store(!reachable, Ordering::Relaxed);
            }
            let hopeless = self.is_absent() && closed.is_some_and(|time| time >= LAST_PATIENCE);
            let wait = after.unwrap_or_else(|| vary(pause));
            let is_renewed = self.renews && !is_last && closed.is_some();
            if hopeless || is_renewed || begun.elapsed() + wait >= patience {
                return Verdict::Lost(if reachable { "unavailable" } else { "unreachable" });
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            match after {
                // The receiver's word counts, even at the end.
                Some(told) => tokio::time::sleep(told).await,
                None if closed.is_some() => tokio::time::sleep(wait.min(FIRST_PAUSE)).await,
                None => self.queue.pause(wait).await,
            }
        }
    }

    fn accepted(&self, rejected: u64, message: &str) {
        self.absent.store(false, Ordering::Relaxed);
        if rejected == 0 {
            self.trouble.passed(&self.receiver(), "takes data again");
        } else {
            self.refused(&format!("it rejects {rejected} {}: {message}", self.name));
        }
    }

    fn receiver(&self) -> String {
        format!("the OTLP receiver at {}", self.client.endpoint())
    }

    fn complain(&self, why: &str) {
        let consequence = "what is to be sent waits within a bound, then it is lost and counted";
        self.trouble.failed(&self.receiver(), why, consequence);
    }

    fn refused(&self, why: &str) {
        let message = format!("these {} are lost and counted", self.name);
        self.trouble.failed(&self.receiver(), why, &message);
    }
}

/// What became of a batch.
pub(crate) enum Verdict {
    /// It arrived, but for so many of its items.
    Taken {
        rejected: u64,
    },
    /// It may arrive in smaller portions.
    TooBig,
    Lost(&'static str),
}

/// Half to all of a pause, so that many clients do not come back at one moment.
fn vary(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let share = 0.5 + (random >> 11) as f64 / (1_u64 << 53) as f64 / 2.0;
    pause.mul_f64(share)
}
