//! A program that counts a fixed load, keeps its own count of it, and pushes meanwhile.
//!
//! It is a process of its own, this test binary once more, so that each test has its environment.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use plimsoll::{Counter, Gauge, Histogram, Label, metric, observe};
use plimsoll_tests::process::Process;
use plimsoll_tests::scratch::Scratch;
use plimsoll_tests::wait;
use serde_json::{Value, json};

#[derive(Clone, Copy, Label)]
pub(crate) enum Size {
    Small,
    Large,
}

#[metric(counter, name = "parcels", help = "Parcels that were packed.", labels(size))]
static PARCELS: Counter<Size>;

#[metric(gauge, name = "shelves", help = "Shelves that are full.")]
static SHELVES: Gauge;

#[metric(
    histogram,
    name = "parcel_weight_grams",
    help = "What parcels weigh.",
    buckets = [10, 100, 1000]
)]
static WEIGHT: Histogram;

#[derive(Debug, plimsoll::ErrorKind)]
struct TooHeavy;

impl std::fmt::Display for TooHeavy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too heavy")
    }
}

impl std::error::Error for TooHeavy {}

#[observe]
fn pack(weight: u64) -> Result<(), TooHeavy> {
    if weight.is_multiple_of(5) {
        return Err(TooHeavy);
    }
    let size = if weight < 100 { Size::Small } else { Size::Large };
    PARCELS.with(size).add(0.5);
    WEIGHT.observe(weight as f64);
    Ok(())
}

/// A library that knows OpenTelemetry's API, and nothing of plimsoll.
struct Belt {
    moved: opentelemetry::metrics::Counter<u64>,
    load: opentelemetry::metrics::Histogram<f64>,
}

impl Belt {
    fn new() -> Belt {
        let meter = opentelemetry::global::meter("belt");
        let asked = meter.f64_observable_gauge("belt.speed").with_unit("m/s");
        asked.with_callback(|speed| speed.observe(1.5, &[])).build();
        Belt {
            moved: meter.u64_counter("belt.moved").with_unit("g").build(),
            load: meter.f64_histogram("belt.load").with_unit("1").build(),
        }
    }

    fn moved(&self, grams: u64) {
        self.moved.add(grams, &[opentelemetry::KeyValue::new("belt.side", "left")]);
        self.load.record(0.5, &[]);
    }
}

/// Says something to whoever started this.
fn say(what: &str, value: &Value) {
    let _ = std::io::stdout().write_all(format!("\n{what} {value}\n").as_bytes());
}

#[test]
#[ignore = "the program that the other tests start"]
fn program() {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let telemetry = plimsoll::builder()
        .service("packer")
        .admin(address)
        .admin_token("a-token-for-tests")
        .no_log_lines()
        .init()
        .unwrap();
    let belt = Belt::new();
    let admin = telemetry.admin_addr().map(|address| address.to_string());
    say("listens", &json!(admin));
    // Its own count, which nothing of plimsoll's has seen.
    let (mut ok, mut errors, mut small, mut grams, mut weights) = (0, 0, 0, 0, Vec::new());
    for phase in 0..4 {
        for number in 0..250 {
            let weight = 1 + (phase * 250 + number) * 7 % 1500;
            match pack(weight) {
                Ok(()) => {
                    ok += 1;
                    belt.moved(weight);
                    grams += weight;
                    weights.push(weight);
                    small += u64::from(weight < 100);
                }
                Err(_) => errors += 1,
            }
        }
        SHELVES.set(phase as f64);
        // Some pushes are made between two phases.
        std::thread::sleep(Duration::from_millis(250));
    }
    weights.sort_unstable();
    let median = weights[weights.len() / 2];
    let own = json!({
        "ok": ok, "errors": errors, "small": small, "grams": grams, "median": median,
    });
    say("counted", &own);
    if std::env::var_os("PACKER_STAYS").is_some() {
        // Whoever started this ends it.
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    let report = telemetry.shutdown(Duration::from_secs(10));
    let metrics = &report.metrics;
    let lost = metrics.lost_total();
    say("report", &json!({ "made": metrics.made, "exported": metrics.exported, "lost": lost }));
}

/// The program, running.
pub(crate) struct Packer {
    process: Process,
    // After the process: a folder goes last.
    _scratch: Scratch,
}

/// What the program counted itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) ok: f64,
    pub(crate) errors: f64,
    pub(crate) small: f64,
    pub(crate) grams: f64,
    pub(crate) median: f64,
}

impl Packer {
    /// Starts it with these variables.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Packer {
        let scratch = Scratch::new("packer");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "program::program", "--ignored", "--nocapture", "--test-threads=1"])
            .env_clear()
            .env("OTEL_METRIC_EXPORT_INTERVAL", "100")
            .env("OTEL_TRACES_EXPORTER", "none")
            .env("OTEL_LOGS_EXPORTER", "none")
            .envs(environment.iter().copied());
        Packer { process: Process::start("packer", &mut command, &scratch), _scratch: scratch }
    }

    /// What it says of something.
    #[track_caller]
    fn said(&mut self, what: &str) -> Value {
        let start = format!("{what} ");
        wait::until(&format!("the program says what it {what}"), || {
            let text = self.process.stdout();
            let found = text.lines().find_map(|line| line.strip_prefix(&start));
            if found.is_none() {
                self.process.must_live();
            }
            serde_json::from_str(found?).ok()
        })
    }

    #[track_caller]
    pub(crate) fn address(&mut self) -> String {
        self.said("listens").as_str().unwrap().to_owned()
    }

    /// Waits for the end of the load.
    #[track_caller]
    pub(crate) fn counted(&mut self) -> Counted {
        let said = self.said("counted");
        let figure = |name: &str| said[name].as_f64().unwrap();
        Counted {
            ok: figure("ok"),
            errors: figure("errors"),
            small: figure("small"),
            grams: figure("grams"),
            median: figure("median"),
        }
    }

    /// Waits for its end: points made, exported and lost.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> (u64, u64, u64) {
        let (status, _) = self.process.wait(Duration::from_secs(30));
        assert!(status.success(), "{status}");
        let said = self.process.stdout();
        let said = said.lines().find_map(|line| line.strip_prefix("report ")).unwrap();
        let said: Value = serde_json::from_str(said).unwrap();
        let figure = |name: &str| said[name].as_u64().unwrap();
        (figure("made"), figure("exported"), figure("lost"))
    }
}
