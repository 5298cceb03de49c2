//! Fine buckets are seen whole or not at all, none is lost, and they say what the words say.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use loom::thread;

use super::super::cell;
use super::super::native::{Exponential, Fine, Pen, observe, read, read_both};
use super::super::sync::{AtomicPtr, AtomicU64};

#[derive(Default)]
struct Series {
    observations: AtomicU64,
    fine: AtomicPtr<Fine>,
}

impl Series {
    /// As who observes does: the words first.
    fn count(&self, pen: Pen, value: f64) {
        match pen {
            Pen::Own => cell::add(&self.observations, 1),
            Pen::Shared => {
                self.observations.fetch_add(1, Ordering::Relaxed);
            }
        }
        observe(&self.fine, pen, value);
    }

    /// What the words hold, and the fine buckets.
    fn read(&self) -> (u64, Exponential) {
        let [mut found, mut later] = [Exponential::default(), Exponential::default()];
        let mut observations = 0;
        let words = || {
            observations = self.observations.load(Ordering::Relaxed);
            observations
        };
        read_both(&self.fine, words, [&mut found, &mut later]);
        (observations, found)
    }
}

/// Every bucket of the second holds what the first held.
fn grew(first: &Exponential, second: &Exponential) {
    let mut grown = second.clone();
    grown.take_off(first);
    assert_eq!(grown.total(), second.total() - first.total(), "a bucket fell");
}

#[test]
fn a_bucket_is_there_before_it_is_found() {
    loom::model(|| {
        let series = Arc::new(Series::default());
        let reader = thread::spawn({
            let series = series.clone();
            move || {
                let [mut first, mut second] = [Exponential::default(), Exponential::default()];
                read(&series.fine, &mut first);
                read(&series.fine, &mut second);
                grew(&first, &second);
                assert!(second.total() <= 2);
            }
        });
        series.count(Pen::Own, 1.5);
        // Another power of two, on the other side.
        series.count(Pen::Own, -3.0);
        reader.join().unwrap();
        let (observations, found) = series.read();
        assert_eq!((observations, found.total()), (2, 2));
        assert_eq!((found.positive.len(), found.negative.len()), (1, 1));
    });
}

#[test]
fn words_and_fine_buckets_are_read_as_one() {
    loom::model(|| {
        let series = Arc::new(Series::default());
        series.count(Pen::Own, 1.5);
        let reader = thread::spawn({
            let series = series.clone();
            move || {
                let (before, first) = series.read();
                let (after, second) = series.read();
                grew(&first, &second);
                for (observations, found) in [(before, first), (after, second)] {
                    // The thread may stand between the two.
                    let missing = observations.checked_sub(found.total()).expect("too many");
                    assert!(missing <= 1);
                }
            }
        });
        series.count(Pen::Own, 1.5);
        series.count(Pen::Own, 1.5);
        reader.join().unwrap();
        let (observations, found) = series.read();
        assert_eq!((observations, found.total()), (3, 3));
    });
}

#[test]
fn two_that_begin_a_series_at_once_share_it() {
    loom::model(|| {
        let series = Arc::new(Series::default());
        let other = thread::spawn({
            let series = series.clone();
            move || series.count(Pen::Shared, 1.5)
        });
        series.count(Pen::Shared, 1.5);
        other.join().unwrap();
        let (observations, found) = series.read();
        assert_eq!((observations, found.total()), (2, 2));
    });
}
