//! What the scrubber found, and where, as JSON: what `respond` answers to `GET /scrub`.
//!
//! ```json
//! {"modes": {"span": "mask", "log": "report"},
//!  "rules": [{"rule": "jwt", "span": 0, "log": 2, "label": 0, "resource": 0, "admin": 0}],
//!  "callsites": [{"module": "shop::orders", "name": "", "file": "src/orders.rs", "line": 12,
//!                 "field": "message", "sink": "log", "rule": "jwt", "hits": 2}],
//!  "other_callsites": 0}
//! ```
//!
//! `name` is that of a span or metric; `field` also that of a label. 500 callsites are told apart, each
//! with each of its rules; hits of all others are in `other_callsites`. Nothing of the texts is shown.

use crate::health::json_text;
use crate::redact::Sink;
use crate::scrub::gate;

/// The whole answer.
pub(super) fn page() -> String {
    let mode = |sink: Sink| format!("\"{}\":\"{}\"", sink.name(), gate::mode(sink).name());
    let mut page = format!("{{\"modes\":{{{}}},\n", Sink::ALL.map(mode).join(","));
    match gate::hits() {
        Some(hits) => hits.write_json(&|text| json_text(text), &mut page),
        None => page.push_str("\"rules\":[],\n\"callsites\":[],\n\"other_callsites\":0"),
    }
    page.push_str("}\n");
    page
}
