//! The program that has secrets everywhere, and all that left it.
//!
//! It is a process of its own, this test binary once more.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use plimsoll_tests::page::Format;
use plimsoll_tests::process::{Process, Signal};
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::scratch::Scratch;
use plimsoll_tests::{http, tee, wait};

use crate::{process, slots};

/// What left by one way.
pub(crate) struct Sink {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// It has nothing of any slot, by what it is: no control can be there.
    pub(crate) is_constant: bool,
}

const SPANS: &str = "CANARIES_SPANS";
const PROTOBUF: &str = "application/vnd.google.protobuf; \
    proto=io.prometheus.client.MetricFamily; encoding=delimited";
const TOKEN: &str = "a-token-for-tests";

#[test]
#[ignore = "the program that the other tests start"]
fn program() {
    let mut spans = File::create(std::env::var(SPANS).unwrap()).unwrap();
    let telemetry = plimsoll::builder()
        .service("canaries")
        .admin(SocketAddr::from(([127, 0, 0, 1], 0)))
        .admin_token(TOKEN)
        .replace_panic_hook()
        .on_span(move |span| {
            let fields: Vec<_> = span.fields().collect();
            let _ = writeln!(spans, "{} {:?} {fields:?}", span.name(), span.error_type());
        })
        .init()
        .unwrap();
    let address = telemetry.admin_addr().unwrap();
    let _ = process::TELEMETRY.set(telemetry);
    slots::fill();
    println!("\nfilled {address}");
    // Whoever started this asks for the pages, and ends it.
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

pub(crate) struct Program;

impl Program {
    /// Runs it to its end, and gathers what left it.
    pub(crate) fn run(rotel: &Rotel, scrub: &str) -> Vec<Sink> {
        let scratch = Scratch::new("canaries");
        let (endpoint, sent) = tee::before(rotel.endpoint());
        let spans = scratch.file("spans");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "program::program", "--ignored", "--nocapture", "--test-threads=1"])
            .env_clear()
            .env("RUST_LOG", "trace")
            .env("PLIMSOLL_SCRUB", scrub)
            .env("PLIMSOLL_HASH_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef")
            .env("PLIMSOLL_NATIVE_HISTOGRAMS", "true")
            .env("OTEL_METRIC_EXPORT_INTERVAL", "200")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .env("OTEL_RESOURCE_ATTRIBUTES", process::resource())
            .env(SPANS, &spans);
        let mut process = Process::start("canaries", &mut command, &scratch);
        let address = wait::until("all slots are filled", || {
            let text = process.stdout();
            let found = text.lines().find_map(|line| line.strip_prefix("filled "));
            if found.is_none() {
                process.must_live();
            }
            found.map(str::to_owned)
        });
        let token = format!("Bearer {TOKEN}");
        let ask = |path: &str, accept: &str| {
            let headers = [("authorization", token.as_str()), ("accept", accept)];
            let answer = http::raw(&format!("http://{address}{path}"), &headers);
            assert!(!answer.starts_with(b"HTTP/1.1 4"), "{path}: {}", answer.escape_ascii());
            answer
        };
        let mut sinks = Vec::new();
        let mut put = |name, bytes: Vec<u8>, is_constant| {
            sinks.push(Sink { name, bytes, is_constant });
        };
        put("/health/ready", ask("/health/ready", "*/*"), true);
        put("/health/live", ask("/health/live", "*/*"), true);
        put("/metrics, text", ask("/metrics", Format::Text.accept()), false);
        put("/metrics, OpenMetrics", ask("/metrics", Format::OpenMetrics.accept()), false);
        put("/metrics, protobuf", ask("/metrics", PROTOBUF), false);
        put("/slo", ask("/slo", "*/*"), true);
        put("/scrub", ask("/scrub", "*/*"), true);
        put("/data-map", ask("/data-map", "*/*"), true);
        process.signal(Signal::Term);
        process.wait(Duration::from_secs(30));
        rotel.settled();
        put("standard output", process.stdout().into(), false);
        put("standard error", process.stderr().into(), false);
        put("on_span", std::fs::read(spans).unwrap(), false);
        put("OTLP", sent.bytes(), false);
        put("rotel", rotel.text().into(), false);
        sinks
    }
}
