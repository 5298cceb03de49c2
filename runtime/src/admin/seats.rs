//! How many connections the admin server has at once, and who gives way.
//!
//! When all seats are taken, whoever has been silent for longest loses its seat to the newcomer. So
//! a crowd of idle or slow connections can't keep an orchestrator's probe out.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::task::AbortHandle;

use super::COUNTS;

/// The seats of all connections.
#[derive(Debug)]
pub(super) struct Seats {
    places: Mutex<Vec<Place>>,
    most: usize,
}

#[derive(Debug)]
struct Place {
    number: u64,
    /// When it sat down, or last had an answer.
    since: Instant,
    /// An answer is being made for it.
    busy: bool,
    connection: AbortHandle,
}

impl Seats {
    pub(super) fn new(most: usize) -> Seats {
        Seats { places: Mutex::default(), most }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for one more. False when everybody is being answered.
    pub(super) fn make_room(&self) -> bool {
        self.lock().len() < self.most || self.evict()
    }

    /// Ends the connection that has been silent for longest. False when there is none.
    pub(super) fn evict(&self) -> bool {
        let mut places = self.lock();
        let silent = places.iter().enumerate().filter(|(_, place)| !place.busy);
        let Some((index, _)) = silent.min_by_key(|(_, place)| place.since) else { return false };
        COUNTS.crowded_out.fetch_add(1, Ordering::Relaxed);
        places.swap_remove(index).connection.abort();
        true
    }

    /// Seats a connection under a number of its own.
    pub(super) fn seat(&self, number: u64, connection: AbortHandle) {
        self.lock().push(Place { number, since: Instant::now(), busy: false, connection });
    }

    /// Says whether an answer is being made for a connection.
    pub(super) fn set_busy(&self, number: u64, busy: bool) {
        if let Some(place) = self.lock().iter_mut().find(|place| place.number == number) {
            place.busy = busy;
            place.since = Instant::now();
        }
    }

    /// What ends a connection.
    pub(super) fn connection(&self, number: u64) -> Option<AbortHandle> {
        let places = self.lock();
        let place = places.iter().find(|place| place.number == number)?;
        Some(place.connection.clone())
    }

    /// Frees the seat of a connection that has ended.
    pub(super) fn leave(&self, number: u64) {
        self.lock().retain(|place| place.number != number);
    }

    /// True when nobody is left.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silent_gives_way_and_the_busy_stay() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let seats = Seats::new(3);
            let tasks: Vec<_> =
                (0..3).map(|_| tokio::spawn(std::future::pending::<()>())).collect();
            for (number, task) in tasks.iter().enumerate() {
                assert!(seats.make_room());
                seats.seat(number as u64, task.abort_handle());
            }
            seats.set_busy(0, true);
            assert!(seats.make_room());
            tokio::task::yield_now().await;
            let ended: Vec<bool> = tasks.iter().map(|task| task.is_finished()).collect();
            assert_eq!(ended, [false, true, false]);

            seats.seat(7, tokio::spawn(std::future::pending::<()>()).abort_handle());
            seats.set_busy(2, true);
            seats.set_busy(7, true);
            assert!(!seats.make_room());
            seats.set_busy(0, false);
            assert!(seats.make_room());
            for number in [0, 2, 7] {
                seats.leave(number);
            }
            assert!(seats.is_empty());
        });
    }
}
