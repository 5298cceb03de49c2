//! Chunks go from the producer to the consumer whole, in order, and once.

use loom::thread;

use super::super::ring::{LARGE, Ring};
use super::super::slot::{Header, Record, Solo, first_span};
use crate::model::{Outcome, Site};

static SITE: Site = Site::new("pushed", "models");

/// A chunk to push: its records and the bytes behind them. Without records it is a trace of one
/// span, in one slot and those of its bytes.
type Shape = (usize, usize);
const SOLO: Shape = (0, 0);

fn record(chunk: usize, number: usize) -> Record {
    Record {
        site: &SITE,
        span_id: (chunk * 100 + number) as u64,
        parent_id: 0,
        start: chunk as u64,
        end: chunk as u64 + 7,
        error_type: "",
        fields_at: 0,
        fields_length: 0,
        outcome: Outcome::Ok,
        sampled: true,
    }
}

/// Pushes the chunk with this number, and looks around after it, as a shard does.
fn push(ring: &Ring, chunk: usize, shape: Shape) -> bool {
    let pushed = push_alone(ring, chunk, shape);
    // SAFETY: each model has one thread that pushes.
    unsafe { ring.look() };
    pushed
}

fn push_alone(ring: &Ring, chunk: usize, (records, bytes): Shape) -> bool {
    let header = Header { trace_id: [1, chunk as u64], ..Header::default() };
    if records == 0 {
        let root = Record { span_id: first_span(header.trace_id), ..record(chunk, 0) };
        let Record { site, start, end, sampled, .. } = root;
        let solo = Solo::new(header.trace_id, site, [start, end], sampled);
        // SAFETY: each model has one thread that pushes.
        let quickly = unsafe { ring.push_quickly(solo, &vec![chunk as u8; bytes]) };
        // SAFETY: as above.
        return quickly.is_some() || bytes == 0 && unsafe { ring.push_root(header, &root, &[]) };
    }
    let mut records: Vec<Record> = (0..records).map(|number| record(chunk, number)).collect();
    records[0].fields_length = bytes as u16;
    let bytes = vec![chunk as u8; bytes];
    // SAFETY: as above.
    unsafe { ring.push(header, &records, &bytes) }
}

/// Drains, and adds the numbers of the chunks to `seen`, each looked at as a whole.
fn drain(ring: &Ring, shapes: &[Shape], seen: &mut Vec<usize>) {
    let mut expected = 0;
    // SAFETY: each model has one thread that drains.
    let spans = unsafe {
        ring.drain(&mut |chunk| {
            let number = chunk.trace_id() as u64 as usize;
            assert_eq!(chunk.trace_id() >> 64, 1, "no header of ours");
            let (records, bytes) = shapes[number];
            assert_eq!(chunk.len(), records.max(1));
            assert_eq!(chunk.bytes(), vec![number as u8; bytes]);
            for (index, span) in chunk.spans().enumerate() {
                let first = first_span([1, number as u64]);
                let id = if records == 0 { first } else { (number * 100 + index) as u64 };
                assert_eq!(span.span_id(), id);
                assert_eq!((span.start(), span.end()), (number as u64, number as u64 + 7));
                assert!(std::ptr::eq(span.site(), &SITE) && span.sampled());
            }
            seen.push(number);
            expected += chunk.len();
        })
    };
    assert_eq!(spans, expected);
}

/// Pushes the shapes while another thread drains. `before` slots were used before.
fn model(before: usize, drains: usize, shapes: &'static [Shape]) {
    loom::model(move || {
        let ring = std::sync::Arc::new(Ring::new(LARGE));
        for _ in 0..before {
            assert!(push(&ring, 0, SOLO));
        }
        drain(&ring, &[SOLO], &mut Vec::new());
        let consumer = thread::spawn({
            let ring = ring.clone();
            move || {
                let mut seen = Vec::new();
                for _ in 0..drains {
                    drain(&ring, shapes, &mut seen);
                }
                seen
            }
        });
        let pushed = shapes.iter().enumerate();
        let pushed = pushed.filter(|(number, shape)| push(&ring, *number, **shape));
        let pushed: Vec<usize> = pushed.map(|(number, _)| number).collect();
        let mut seen = consumer.join().unwrap();
        drain(&ring, shapes, &mut seen);
        assert_eq!(seen, pushed);
    });
}

#[test]
fn traces_of_one_span_come_in_order() {
    model(0, 2, &[SOLO, SOLO, SOLO]);
}

#[test]
fn a_trace_of_one_span_takes_its_fields_along() {
    model(LARGE - 1, 2, &[(0, 16), SOLO, (0, 8), (1, 24)]);
}

#[test]
fn who_is_kept_up_with_begins_again_in_front() {
    // What was pushed before has been read, or is being read: three times there is room in front,
    // and once it is all that there is.
    model(3, 2, &[SOLO, (0, 16), SOLO, (0, 8)]);
    model(2, 2, &[SOLO, (3, 0), SOLO, (4, 0)]);
}

#[test]
fn a_chunk_that_does_not_fit_before_the_end_begins_again_in_front() {
    // The third slot before the end is where it would begin; the filler takes the rest.
    model(LARGE - 2, 2, &[(2, 0), SOLO, (1, 70)]);
}

#[test]
fn a_chunk_that_ends_with_the_ring_needs_no_filler() {
    model(LARGE - 3, 2, &[(1, 10), SOLO]);
}

#[test]
fn what_has_no_room_is_refused_and_nothing_else_is_lost() {
    model(LARGE / 2, 2, &[(3, 0), (2, 64), SOLO, (4, 0)]);
}

#[test]
fn a_slot_is_used_again_only_when_it_has_been_read() {
    model(0, 3, &[(3, 0), (3, 0), (3, 0)]);
}
