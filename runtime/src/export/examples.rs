//! Offers kept spans as examples to their histograms, each function's buckets once a second.
//!
//! Who has been offered something of late is remembered here, in a small table: most spans cost
//! one look at it, and neither a lock nor a search. Called by the export thread alone.

use crate::metrics::exemplar;
use crate::model::Site;
use crate::record::{Chunk, Span, cell, clock};

/// What was offered last: the function and the bucket, and when, in ticks.
#[derive(Clone, Copy)]
struct Last {
    site: *const Site,
    bucket: usize,
    at: u64,
}

pub(super) struct Offered {
    table: Box<[Last; PLACES]>,
    second: u64,
}

const PLACES: usize = 256;

impl Default for Offered {
    fn default() -> Offered {
        let nobody = Last { site: std::ptr::null(), bucket: 0, at: 0 };
        Offered { table: Box::new([nobody; PLACES]), second: clock::ticks(1_000_000_000) }
    }
}

impl Offered {
    pub(super) fn offer(&mut self, chunk: &Chunk<'_>) {
        for span in chunk.spans() {
            if self.is_due(&span) {
                keep(chunk, &span);
            }
        }
    }

    /// Whether this one is the first in a second, as far as is remembered.
    fn is_due(&mut self, span: &Span<'_>) -> bool {
        let (site, at) = (std::ptr::from_ref(span.site()), span.end());
        let bucket = cell::bucket(at - span.start());
        // Descriptors are more than 64 bytes each.
        let place = (site.addr() >> 6).wrapping_add(bucket.wrapping_mul(31)) % PLACES;
        let last = &mut self.table[place];
        if last.site == site && last.bucket == bucket && at.abs_diff(last.at) < self.second {
            return false;
        }
        *last = Last { site, bucket, at };
        true
    }
}

fn keep(chunk: &Chunk<'_>, span: &Span<'_>) {
    let seconds = clock::seconds(span.end() - span.start());
    let unix_nanos = clock::unix_nanos(span.end());
    let (trace_id, span_id) = (chunk.trace_id(), span.span_id());
    match span.site().exemplars {
        Some(exemplars) => exemplars.keep(seconds, trace_id, span_id, unix_nanos),
        None => exemplar::keep(span.site().cells(), seconds, trace_id, span_id, unix_nanos),
    }
}
