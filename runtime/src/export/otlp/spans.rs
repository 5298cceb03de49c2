//! Finished spans as OTLP's `Span` messages.
//!
//! Appended to a buffer that is used again, straight from the record path's memory. What is the
//! same in every span of a function is rendered once and copied. Does not decide what is exported
//! or when. Called by `worker` for each drained chunk.

use super::value::{attribute, attribute_of};
use crate::model::{Outcome, Site};
use crate::record::{Chunk, Span, Value, clock};
use crate::wire;

/// `ScopeSpans.spans`.
const ITEM: u32 = 2;
const ATTRIBUTES: u32 = 9;
const STATUS_ERROR: u64 = 2;

/// Sites whose constant part is kept; each has one place, which another site may take over.
const SITES: usize = 1024;

/// What an encoder keeps between spans.
#[derive(Debug)]
pub(crate) struct Encoder {
    /// By a few bits of the site's address.
    constants: Vec<Option<Constant>>,
    /// The last part of a span: what it recorded, its link and status.
    rest: Vec<u8>,
}

/// Name, kind and place of a site, as fields of `Span`.
#[derive(Debug)]
struct Constant {
    site: &'static Site,
    bytes: Box<[u8]>,
}

impl Encoder {
    pub(crate) fn new() -> Encoder {
        let constants = std::iter::repeat_with(|| None).take(SITES).collect();
        Encoder { constants, rest: Vec::new() }
    }

    /// Appends a span of a chunk, with the fields that may leave.
    pub(crate) fn encode<'a>(
        &mut self,
        chunk: &Chunk<'_>,
        span: &Span<'_>,
        fields: impl Iterator<Item = (&'a str, Value<'a>)>,
        out: &mut Vec<u8>,
    ) {
        let finished = Finished {
            site: span.site(),
            trace_id: chunk.trace_id(),
            span_id: span.span_id(),
            parent_id: span.parent_id(),
            // Only the local root came from the other trace.
            link: chunk.link().filter(|_| span.parent_id() == 0),
            start: clock::unix_nanos(span.start()),
            end: clock::unix_nanos(span.end()),
            outcome: span.outcome(),
            error_type: span.error_type(),
            sampled: span.sampled(),
        };
        self.span(&finished, out, fields);
    }

    fn span<'a>(
        &mut self,
        finished: &Finished,
        out: &mut Vec<u8>,
        fields: impl Iterator<Item = (&'a str, Value<'a>)>,
    ) {
        self.rest.clear();
        for (key, value) in fields {
            attribute(&mut self.rest, ATTRIBUTES, key, value);
        }
        finished.rest(&mut self.rest);
        let site = finished.site;
        let place = std::ptr::from_ref(site).addr() / align_of::<Site>() % SITES;
        let place = &mut self.constants[place];
        let known = place.take().filter(|known| std::ptr::eq(known.site, site));
        let constant = known.unwrap_or_else(|| Constant { site, bytes: constant(site) });
        finished.encode(out, &place.insert(constant).bytes, &self.rest);
    }
}

/// What is the same in every span of a site.
fn constant(site: &Site) -> Box<[u8]> {
    let mut out = Vec::new();
    wire::bytes(&mut out, 5, site.function.as_bytes());
    wire::number(&mut out, 6, site.kind as u64);
    // Requests and foreign spans have no place in the source that would say anything.
    if site.is_function() {
        let Site { function, module, location, .. } = site;
        attribute_of(&mut out, ATTRIBUTES, "code.function.name", &[module, "::", function]);
        attribute(&mut out, ATTRIBUTES, "code.file.path", Value::Str(location.file()));
        attribute(&mut out, ATTRIBUTES, "code.line.number", Value::U64(location.line().into()));
    }
    out.into()
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
    /// Writes the whole, whose length is known by now.
    fn encode(&self, out: &mut Vec<u8>, constant: &[u8], rest: &[u8]) {
        const TRACE: usize = 2 + 16;
        const SPAN: usize = 2 + 8;
        const TIME: usize = 1 + 8;
        let parent = if self.parent_id == 0 { 0 } else { SPAN };
        let length = TRACE + SPAN + parent + 2 * TIME + constant.len() + rest.len();
        out.reserve(length + 8);
        wire::announce(out, ITEM, length);
        wire::bytes(out, 1, &self.trace_id.to_be_bytes());
        wire::bytes(out, 2, &self.span_id.to_be_bytes());
        if self.parent_id != 0 {
            wire::bytes(out, 4, &self.parent_id.to_be_bytes());
        }
        wire::fixed64(out, 7, self.start);
        wire::fixed64(out, 8, self.end);
        out.extend_from_slice(constant);
        out.extend_from_slice(rest);
    }

    /// Writes what depends on how the call ended, and where its work came from.
    fn rest(&self, out: &mut Vec<u8>) {
        attribute(out, ATTRIBUTES, "outcome", Value::Str(self.outcome.as_str()));
        if !self.error_type.is_empty() {
            attribute(out, ATTRIBUTES, "error.type", Value::Str(self.error_type));
        }
        if let Some((trace_id, span_id)) = self.link {
            wire::message(out, 13, |out| {
                wire::bytes(out, 1, &trace_id.to_be_bytes());
                wire::bytes(out, 2, &span_id.to_be_bytes());
            });
        }
        // Unset for `ok`, which is for the service's owner to say, and for `cancelled`, which is
        // nobody's failure.
        if matches!(self.outcome, Outcome::Error | Outcome::Panic) {
            wire::message(out, 15, |out| {
                wire::bytes(out, 2, self.error_type.as_bytes());
                wire::number(out, 3, STATUS_ERROR);
            });
        }
        wire::fixed32(out, 16, u32::from(self.sampled));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::otlp::resource::Head;
    use crate::model::Kind;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
    use opentelemetry_proto::tonic::trace::v1::Span as Read;
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

    fn decode(finished: &Finished, fields: &[(&'static str, Value<'static>)]) -> Read {
        let mut items = Vec::new();
        let mut encoder = Encoder::new();
        encoder.span(finished, &mut items, fields.iter().copied());
        // From what is kept, now.
        let first = std::mem::take(&mut items);
        encoder.span(finished, &mut items, fields.iter().copied());
        assert_eq!(items, first);
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

    fn attribute_of(span: &Read, key: &str) -> Option<Any> {
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
