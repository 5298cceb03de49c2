//! How many metrics pages are on their way at once.
//!
//! One page is made at a time, on the server's one thread; but a made page takes memory until its
//! last byte has gone to the socket, and a slow reader can take long. So a scrape has a place from
//! its beginning until then, places are few, and who keeps one for too long loses it to the next
//! that asks. Used by `respond`.

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
    since: Instant,
    /// The connection that the page goes to.
    connection: Option<AbortHandle>,
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

    /// Takes a place for a scrape on this connection; none when all are taken.
    pub(super) fn begin(self: &Arc<Scrapes>, connection: Option<AbortHandle>) -> Option<Scrape> {
        let mut places = self.lock();
        if places.taken.len() >= self.most {
            let slow = places.taken.iter().position(|place| {
                place.since.elapsed() > self.patience && place.connection.is_some()
            })?;
            if let Some(connection) = places.taken.remove(slow).connection {
                connection.abort();
            }
        }
        places.last += 1;
        let number = places.last;
        places.taken.push(Place { number, since: Instant::now(), connection });
        Some(Scrape { scrapes: Arc::clone(self), number })
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
        let first = scrapes.begin(None);
        let second = scrapes.begin(None);
        assert!(first.is_some() && second.is_some() && scrapes.begin(None).is_none());
        drop(first);
        assert!(scrapes.begin(None).is_some());
    }

    #[test]
    fn who_is_slow_loses_its_place_and_its_connection() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let scrapes = Arc::new(Scrapes::new(2, Duration::ZERO));
            let [slow, next] = [(), ()].map(|()| tokio::spawn(std::future::pending::<()>()));
            let (lost, _kept) = (
                scrapes.begin(Some(slow.abort_handle())),
                scrapes.begin(Some(next.abort_handle())),
            );
            std::thread::sleep(Duration::from_millis(1));
            let _new = scrapes.begin(None).unwrap();
            tokio::task::yield_now().await;
            assert!(slow.is_finished() && !next.is_finished());
            // What it had is not freed twice.
            drop(lost);
            assert_eq!(scrapes.lock().taken.len(), 2);
        });
    }
}
