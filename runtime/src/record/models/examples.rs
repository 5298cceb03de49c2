//! An example is one that somebody gave, as a whole, whoever writes at the same moment.

use std::sync::Arc;

use loom::thread;

use crate::model::{Example, Examples};

fn example(number: u64) -> Example {
    let value = number as f64;
    Example { value, trace_id: [number; 2], span_id: number, unix_nanos: number }
}

fn offer(examples: &Examples, round: u32) {
    examples.offer(0, round, || example(u64::from(round)));
}

/// The number of the example that is there, if it is one.
fn read(examples: &Examples) -> Option<u64> {
    let found = examples.read(0)?;
    assert_eq!(found, example(found.span_id), "parts of two");
    Some(found.span_id)
}

#[test]
fn an_example_is_read_whole_or_not_at_all() {
    loom::model(|| {
        let examples = Arc::new(Examples::new(1));
        offer(&examples, 1);
        let reader = thread::spawn({
            let examples = examples.clone();
            move || read(&examples)
        });
        offer(&examples, 2);
        reader.join().unwrap();
        assert_eq!(read(&examples), Some(2));
    });
}

#[test]
fn of_two_who_offer_at_once_one_is_taken() {
    loom::model(|| {
        let examples = Arc::new(Examples::new(1));
        let other = thread::spawn({
            let examples = examples.clone();
            move || {
                offer(&examples, 1);
                read(&examples);
            }
        });
        offer(&examples, 2);
        offer(&examples, 3);
        other.join().unwrap();
        assert!(read(&examples).is_some());
    });
}
