//! The peers: each logs the same event, a message and five fields, in a span with three.

use std::cell::RefCell;
use std::hint::black_box;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll::observe;
use serde_json::Value;
use slog::Drain as _;

use super::sink::{self, Sink};
use crate::cases::Failure;

pub(super) const TRACING: &str = "tracing-subscriber JSON";
pub(super) const SLOG: &str = "slog-json";
pub(super) const MARKED: &str = "plimsoll, in a marked function";
pub(super) const TRACING_SPAN: &str = "plimsoll, in a tracing span";

/// One way to write a line.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) start: fn() -> Result<Peer, Failure>,
    /// A thread writes in the background.
    pub(super) background: bool,
    pub(super) otlp_logs: bool,
    /// The span's fields are expected on the line.
    pub(super) span_on_line: bool,
}

/// A peer that has been set up.
pub(super) struct Peer {
    /// Logs so many lines, within one span unless the case says otherwise.
    pub(super) log: fn(u64),
    /// Ends it, and says what became of so many lines.
    pub(super) end: Box<dyn FnMut(u64) -> Result<String, Failure>>,
}

const fn case(name: &'static str, start: fn() -> Result<Peer, Failure>) -> Case {
    Case { name, start, background: false, otlp_logs: false, span_on_line: true }
}

pub(super) const CASES: &[Case] = &[
    case("by hand", by_hand),
    case(TRACING, || tracing_to(|| Sink, tracing_in_span)),
    case("tracing-subscriber JSON, a span a line", || tracing_to(|| Sink, tracing_span_each)),
    Case {
        background: true,
        ..case("tracing-subscriber JSON, non_blocking", tracing_non_blocking)
    },
    case(SLOG, slog_json),
    ours(case(MARKED, || plimsoll(marked_loop))),
    ours(case("plimsoll, a marked call a line", || plimsoll(marked_each))),
    ours(case(TRACING_SPAN, || plimsoll(tracing_in_span))),
    Case { otlp_logs: true, ..ours(case("plimsoll, and OTLP logs", || plimsoll(marked_loop))) },
];

const fn ours(case: Case) -> Case {
    Case { background: true, span_on_line: false, ..case }
}

/// Reads the lines back; the bytes of one, on average.
pub(super) fn check(captured: &[u8], wanted: u64, span: bool) -> Result<f64, Failure> {
    let text = std::str::from_utf8(captured)?;
    let mut bytes = 0;
    let mut number = 0_u64;
    for line in text.lines() {
        let parsed: Value = serde_json::from_str(line)?;
        let message = parsed["message"].as_str().or(parsed["msg"].as_str());
        let message = message.or(parsed["fields"]["message"].as_str());
        if message != Some("order \"placed\"") {
            // The peer's own words.
            continue;
        }
        let fields = if parsed["fields"].is_object() { &parsed["fields"] } else { &parsed };
        let right = fields["order_id"] == number
            && fields["quantity"] == -3
            && fields["total"] == 49.95
            && fields["sku"] == "SKU-4711"
            && fields["express"] == true;
        if !right {
            return Err(format!("line {number} is {line}").into());
        }
        if span && !["acme", "eu-west"].iter().all(|value| line.contains(value)) {
            return Err(format!("no span on {line}").into());
        }
        bytes += line.len() + 1;
        number += 1;
    }
    if number != wanted {
        return Err(format!("{number} lines of {wanted}").into());
    }
    Ok(bytes as f64 / number as f64)
}

fn all_ended(made: u64) -> Result<String, Failure> {
    if sink::ended() == made {
        Ok(String::new())
    } else {
        Err(format!("{} lines of {made}", sink::ended()).into())
    }
}

macro_rules! event {
    ($order:expr) => {
        tracing::info!(
            order_id = black_box($order),
            quantity = black_box(-3_i64),
            total = black_box(49.95),
            sku = black_box("SKU-4711"),
            express = black_box(true),
            "order \"placed\""
        )
    };
}

fn span() -> tracing::Span {
    tracing::info_span!("order", order = black_box(17_u64), tenant = "acme", region = "eu-west")
}

fn tracing_in_span(lines: u64) {
    let _span = span().entered();
    for order in 0..lines {
        event!(order);
    }
}

fn tracing_span_each(lines: u64) {
    for order in 0..lines {
        let _span = span().entered();
        event!(order);
    }
}

fn tracing_to<W>(writer: W, log: fn(u64)) -> Result<Peer, Failure>
where
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt().json().with_writer(writer).try_init()?;
    Ok(Peer { log, end: Box::new(all_ended) })
}

fn tracing_non_blocking() -> Result<Peer, Failure> {
    let (writer, guard) = tracing_appender::non_blocking(Sink);
    let dropped = writer.error_counter();
    let peer = tracing_to(writer, tracing_in_span)?;
    let mut guard = Some(guard);
    let end = move |made| {
        drop(guard.take());
        let lost = dropped.dropped_lines() as u64;
        all_ended(made - lost)?;
        Ok(format!("{lost} lost"))
    };
    Ok(Peer { log: peer.log, end: Box::new(end) })
}

thread_local! {
    static LOGGER: RefCell<Option<slog::Logger>> = const { RefCell::new(None) };
}

fn slog_json() -> Result<Peer, Failure> {
    let drain = Mutex::new(slog_json::Json::default(Sink)).map(slog::Fuse);
    let root = slog::Logger::root(drain, slog::o!());
    let log = root.new(slog::o!("order" => 17_u64, "tenant" => "acme", "region" => "eu-west"));
    LOGGER.set(Some(log));
    let log = |lines| {
        LOGGER.with_borrow(|log| {
            let Some(log) = log else { return };
            for order in 0..lines {
                slog::info!(log, "order \"placed\"";
                    "order_id" => black_box(order),
                    "quantity" => black_box(-3_i64),
                    "total" => black_box(49.95),
                    "sku" => black_box("SKU-4711"),
                    "express" => black_box(true),
                );
            }
        });
    };
    Ok(Peer { log, end: Box::new(all_ended) })
}

#[observe(log(order, public(tenant), public(region)))]
#[inline(never)]
fn marked(order: u64, tenant: &str, region: &str, lines: u64) {
    black_box((order, tenant, region));
    for order in 0..lines {
        event!(order);
    }
}

fn marked_loop(lines: u64) {
    marked(black_box(17), "acme", "eu-west", lines);
}

#[observe(log(order, public(tenant), public(region)))]
#[inline(never)]
fn marked_once(order: u64, tenant: &str, region: &str) {
    black_box((tenant, region));
    event!(order);
}

fn marked_each(lines: u64) {
    for order in 0..lines {
        marked_once(black_box(order), "acme", "eu-west");
    }
}

fn plimsoll(log: fn(u64)) -> Result<Peer, Failure> {
    let telemetry = plimsoll::builder().service("bench").no_admin().log_output(Sink).init()?;
    let mut telemetry = Some(telemetry);
    let end = move |made| {
        let telemetry = telemetry.take().ok_or("ended twice")?;
        let report = telemetry.shutdown(Duration::from_secs(10));
        let lines = &report.lines;
        if lines.made < made || lines.made > made + 10 {
            return Err(format!("{} lines counted of {made}", lines.made).into());
        }
        if lines.made != lines.exported + lines.lost_total() {
            return Err(format!("the account of lines is wrong: {lines}").into());
        }
        Ok(format!("{} lost", lines.lost_total()))
    };
    Ok(Peer { log, end: Box::new(end) })
}

/// What a line costs when nothing of it is looked up: the floor.
fn by_hand() -> Result<Peer, Failure> {
    thread_local! {
        static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let log = |lines| {
        LINE.with_borrow_mut(|out| {
            for order in 0..lines {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros());
                out.clear();
                out.extend_from_slice(b"{\"time\":\"2026-01-01T00:00:00.");
                let mut digits = *b"000000";
                let mut rest = (now % 1_000_000) as u32;
                for digit in digits.iter_mut().rev() {
                    *digit += (rest % 10) as u8;
                    rest /= 10;
                }
                out.extend_from_slice(&digits);
                out.extend_from_slice(
                    b"Z\",\"level\":\"INFO\",\"target\":\"plimsoll_bench::lines\",\"message\":",
                );
                quoted(black_box("order \"placed\""), out);
                out.extend_from_slice(
                    b",\"trace_id\":\"0123456789abcdef0123456789abcdef\",\
                    \"span_id\":\"0123456789abcdef\",\"service\":\"bench\",\
                    \"span\":{\"order\":17,\"tenant\":\"acme\",\"region\":\"eu-west\"},\
                    \"fields\":{\"order_id\":",
                );
                out.extend_from_slice(itoa::Buffer::new().format(black_box(order)).as_bytes());
                out.extend_from_slice(b",\"quantity\":");
                out.extend_from_slice(itoa::Buffer::new().format(black_box(-3_i64)).as_bytes());
                out.extend_from_slice(b",\"total\":");
                out.extend_from_slice(zmij::Buffer::new().format(black_box(49.95)).as_bytes());
                out.extend_from_slice(b",\"sku\":");
                quoted(black_box("SKU-4711"), out);
                out.extend_from_slice(b",\"express\":");
                out.extend_from_slice(if black_box(true) { b"true" } else { b"false" });
                out.extend_from_slice(b"}}\n");
                // A sink does not fail.
                let _ = Sink.write(out);
            }
        });
    };
    Ok(Peer { log, end: Box::new(all_ended) })
}

fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' || byte == b'\\' {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}
