//! Finished spans as OTLP's `Span` messages.
//!
//! Each span is appended to a buffer that is used again, straight from the record path's memory.
//! Does not decide what is exported or when. Called by `worker` for each drained chunk.

use super::value::{attribute, attribute_of};
use super::wire;
use crate::model::{Outcome, Site};
use crate::record::{Chunk, Value, clock};

/// `ScopeSpans.spans`.
const ITEM: u32 = 2;
const ATTRIBUTES: u32 = 9;
const STATUS_ERROR: u64 = 2;

/// Encodes the spans of a chunk one by one. `each` takes the bytes of one and may keep a copy.
pub(crate) fn encode(chunk: &Chunk<'_>, scratch: &mut Vec<u8>, mut each: impl FnMut(&[u8])) {
    let (trace_id, link) = (chunk.trace_id(), chunk.link());
    for span in chunk.spans() {
        scratch.clear();
        let finished = Finished {
            site: span.site(),
            trace_id,
            span_id: span.span_id(),
            parent_id: span.parent_id(),
            // Only the local root came from the other trace.
            link: link.filter(|_| span.parent_id() == 0),
            start: clock::unix_nanos(span.start()),
            end: clock::unix_nanos(span.end()),
            outcome: span.outcome(),
            error_type: span.error_type(),
            sampled: span.sampled(),
        };
        finished.encode(scratch, span.fields());
        each(scratch);
    }
}

/// One span, without the fields that it recorded.
struct Finished {
    site: &'static Site,
    trace_id: u128,
    span_id: u64,
    parent_id: u64,
    link: Option<(u128, u64)>,
    start: u64,
    end: u64,
    outcome: Outcome,
    error_type: &'static str,
    sampled: bool,
}

impl Finished {
    fn encode<'a>(&self, out: &mut Vec<u8>, fields: impl Iterator<Item = (&'a str, Value<'a>)>) {
        wire::message(out, ITEM, |out| {
            wire::bytes(out, 1, &self.trace_id.to_be_bytes());
            wire::bytes(out, 2, &self.span_id.to_be_bytes());
            if self.parent_id != 0 {
                wire::bytes(out, 4, &self.parent_id.to_be_bytes());
            }
            wire::bytes(out, 5, self.site.function.as_bytes());
            wire::number(out, 6, self.site.kind as u64);
            wire::fixed64(out, 7, self.start);
            wire::fixed64(out, 8, self.end);
            self.attributes(out);
            for (key, value) in fields {
                attribute(out, ATTRIBUTES, key, value);
            }
            if let Some((trace_id, span_id)) = self.link {
                wire::message(out, 13, |out| {
                    wire::bytes(out, 1, &trace_id.to_be_bytes());
                    wire::bytes(out, 2, &span_id.to_be_bytes());
                });
            }
            self.status(out);
            wire::fixed32(out, 16, u32::from(self.sampled));
        });
    }

    fn attributes(&self, out: &mut Vec<u8>) {
        // Requests and foreign spans have no place in the source that would say anything.
        if self.site.is_function() {
            let Site { function, module, location, .. } = self.site;
            attribute_of(out, ATTRIBUTES, "code.function.name", &[module, "::", function]);
            attribute(out, ATTRIBUTES, "code.file.path", Value::Str(location.file()));
            attribute(out, ATTRIBUTES, "code.line.number", Value::U64(location.line().into()));
        }
        attribute(out, ATTRIBUTES, "outcome", Value::Str(self.outcome.as_str()));
        if !self.error_type.is_empty() {
            attribute(out, ATTRIBUTES, "error.type", Value::Str(self.error_type));
        }
    }

    /// Unset for `ok`, which is for the service's owner to say, and for `cancelled`, which is
    /// nobody's failure.
    fn status(&self, out: &mut Vec<u8>) {
        if matches!(self.outcome, Outcome::Error | Outcome::Panic) {
            wire::message(out, 15, |out| {
                wire::bytes(out, 2, self.error_type.as_bytes());
                wire::number(out, 3, STATUS_ERROR);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::otlp::resource::Head;
    use crate::model::Kind;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
    use opentelemetry_proto::tonic::trace::v1::Span;
    use prost::Message;

    static SITE: Site = Site::new("Shop::order", "shop::orders").kind(Kind::Client);

    fn finished(site: &'static Site) -> Finished {
        Finished {
            site,
            trace_id: 0x0102,
            span_id: 3,
            parent_id: 4,
            link: None,
            start: 1_700_000_000_000_000_001,
            end: 1_700_000_000_000_000_009,
            outcome: Outcome::Ok,
            error_type: "",
            sampled: true,
        }
    }

    fn decode(finished: &Finished, fields: &[(&'static str, Value<'static>)]) -> Span {
        let mut items = Vec::new();
        finished.encode(&mut items, fields.iter().copied());
        let mut bytes = Head::new(&[("service.name".into(), "shop".into())]).before(items.len());
        bytes.extend_from_slice(&items);
        let request = ExportTraceServiceRequest::decode(bytes.as_slice()).unwrap();
        let [resource] = &request.resource_spans[..] else { panic!("one resource") };
        let attributes = &resource.resource.as_ref().unwrap().attributes;
        assert_eq!(attributes[0].key, "service.name");
        assert!(attributes.iter().any(|attribute| attribute.key == "telemetry.sdk.name"));
        let [scope] = &resource.scope_spans[..] else { panic!("one scope") };
        assert_eq!(scope.scope.as_ref().unwrap().name, "plimsoll");
        let [span] = &scope.spans[..] else { panic!("one span") };
        span.clone()
    }

    fn attribute_of(span: &Span, key: &str) -> Option<Any> {
        let mut found = span.attributes.iter().filter(|attribute| attribute.key == key);
        let value = found.next()?.value.clone()?.value;
        assert!(found.next().is_none(), "{key} twice");
        value
    }

    #[test]
    fn a_span_reads_back_as_it_was() {
        let fields = [
            ("order.id", Value::U64(7)),
            ("net", Value::I64(-7)),
            ("huge", Value::U64(u64::MAX)),
            ("share", Value::F64(0.25)),
            ("gift", Value::Bool(false)),
            ("empty", Value::Str("")),
        ];
        SITE.assign([0, crate::model::NO_CELLS], u64::MAX);
        let span = decode(&finished(&SITE), &fields);
        assert_eq!(span.trace_id, 0x0102_u128.to_be_bytes());
        assert_eq!(span.span_id, 3_u64.to_be_bytes());
        assert_eq!(span.parent_span_id, 4_u64.to_be_bytes());
        assert_eq!((span.name.as_str(), span.kind, span.flags), ("Shop::order", 3, 1));
        assert_eq!(span.end_time_unix_nano - span.start_time_unix_nano, 8);
        assert_eq!(span.status, None);
        let text = |text: &str| Some(Any::StringValue(text.to_owned()));
        assert_eq!(attribute_of(&span, "code.function.name"), text("shop::orders::Shop::order"));
        assert_eq!(attribute_of(&span, "code.file.path"), text(file!()));
        assert_eq!(attribute_of(&span, "outcome"), text("ok"));
        assert_eq!(attribute_of(&span, "error.type"), None);
        assert_eq!(attribute_of(&span, "order.id"), Some(Any::IntValue(7)));
        assert_eq!(attribute_of(&span, "net"), Some(Any::IntValue(-7)));
        assert_eq!(attribute_of(&span, "huge"), text("18446744073709551615"));
        assert_eq!(attribute_of(&span, "share"), Some(Any::DoubleValue(0.25)));
        assert_eq!(attribute_of(&span, "gift"), Some(Any::BoolValue(false)));
        assert_eq!(attribute_of(&span, "empty"), text(""));
    }

    #[test]
    fn a_root_has_no_parent_and_may_have_a_link() {
        let root = Finished { parent_id: 0, link: Some((5, 6)), sampled: false, ..finished(&SITE) };
        let span = decode(&root, &[]);
        assert!(span.parent_span_id.is_empty());
        assert_eq!(span.links[0].trace_id, 5_u128.to_be_bytes());
        assert_eq!(span.links[0].span_id, 6_u64.to_be_bytes());
        assert_eq!(span.flags, 0);
    }

    #[test]
    fn only_errors_and_panics_set_the_status() {
        for (outcome, error_type, message) in [
            (Outcome::Error, "OutOfStock", Some("OutOfStock")),
            (Outcome::Panic, "", Some("")),
            (Outcome::Cancelled, "", None),
            (Outcome::Ok, "", None),
        ] {
            let span = decode(&Finished { outcome, error_type, ..finished(&SITE) }, &[]);
            let status = span.status.as_ref();
            assert_eq!(status.map(|status| status.message.as_str()), message, "{outcome:?}");
            assert_eq!(status.is_some_and(|status| status.code == 2), message.is_some());
            let said = attribute_of(&span, "outcome");
            assert_eq!(said, Some(Any::StringValue(outcome.as_str().to_owned())));
        }
    }
}
