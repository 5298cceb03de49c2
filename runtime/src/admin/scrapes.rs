//! How many metrics pages are on their way at once.
//!
//! One page is made at a time, on a thread beside the server's: what the program is asked for may
//! hang. A made page takes memory until its last byte has gone to the socket, and a slow reader can
//! take long. So a scrape has a place from its beginning until then, places are few, and who reads
//! for too long loses it to the next that asks. Used by `respond`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

/// The places of all scrapes.
#[derive(Debug)]
pub(super) struct Scrapes {
    places: Mutex<Places>,
    most: usize,
    /// For this long nobody's place can be taken: Prometheus itself gives up after ten seconds.
    patience: Duration,
}

#[derive(Debug, Default)]
struct Places {
    last: u64,
    taken: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    number: u64,
    /// Since when the page goes to this connection; none while it is made, which nobody can stop.
    sent: Option<(Instant, AbortHandle)>,
}

/// A place that is taken; dropped, it is free.
#[derive(Debug)]
pub(super) struct Scrape {
    scrapes: Arc<Scrapes>,
    number: u64,
}

impl Default for Scrapes {
    fn default() -> Scrapes {
        Scrapes::new(4, Duration::from_secs(10))
    }
}

impl Scrapes {
    pub(super) fn new(most: usize, patience: Duration) -> Scrapes {
        Scrapes { places: Mutex::default(), most, patience }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a scrape; none when all are taken.
    pub(super) fn begin(self: &Arc<Scrapes>) -> Option<Scrape> {
        let mut places = self.lock();
        if places.taken.len() >= self.most {
            let is_slow = |(since, _): &(Instant, AbortHandle)| since.elapsed() > self.patience;
            let slow = places.taken.iter().position(|it| it.sent.as_ref().is_some_and(is_slow))?;
            if let Some((_, connection)) = places.taken.remove(slow).sent {
                connection.abort();
            }
        }
        places.last += 1;
        let number = places.last;
        places.taken.push(Place { number, sent: None });
        Some(Scrape { scrapes: Arc::clone(self), number })
    }
}

impl Scrape {
    /// The page is made, and goes to this connection from now on.
    pub(super) fn send_to(&self, connection: AbortHandle) {
        let mut places = self.scrapes.lock();
        if let Some(place) = places.taken.iter_mut().find(|place| place.number == self.number) {
            place.sent = Some((Instant::now(), connection));
        }
    }
}

impl Drop for Scrape {
    fn drop(&mut self) {
        self.scrapes.lock().taken.retain(|place| place.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_few_and_come_back() {
        let scrapes = Arc::new(Scrapes::new(2, Duration::from_secs(600)));
        let first = scrapes.begin();
        let second = scrapes.begin();
        assert!(first.is_some() && second.is_some() && scrapes.begin().is_none());
        drop(first);
        assert!(scrapes.begin().is_some());
    }

    #[test]
    fn who_is_slow_loses_its_place_and_its_connection() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let scrapes = Arc::new(Scrapes::new(2, Duration::ZERO));
            let [slow, next] = [(), ()].map(|()| tokio::spawn(std::future::pending::<()>()));
            let (lost, kept) = (scrapes.begin().unwrap(), scrapes.begin().unwrap());
            std::thread::sleep(Duration::from_millis(1));
            assert!(scrapes.begin().is_none(), "both are still being made");
            lost.send_to(slow.abort_handle());
            std::thread::sleep(Duration::from_millis(1));
            let _new = scrapes.begin().unwrap();
            kept.send_to(next.abort_handle());
            tokio::task::yield_now().await;
            assert!(slow.is_finished() && !next.is_finished());
            // What it had is not freed twice.
            drop(lost);
            assert_eq!(scrapes.lock().taken.len(), 2);
        });
    }
}
