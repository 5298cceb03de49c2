//! The example shop as a process of its own, and a customer's way through it.
//!
//! Built once in a test run, with the profile of the tests; started on free ports, in a folder of
//! its own, without the environment of whoever runs the tests. It asserts only that the shop works.

mod build;
mod visit;

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use serde_json::Value;

pub use visit::{BROKEN_CARD, Customer, DECLINED_CARD, PANIC_CARD, SLOW_CARD};

use crate::http::{self, Answer};
use crate::page::{Format, Page};
use crate::process::{Process, Signal};
use crate::rotel::Rotel;
use crate::scratch::Scratch;
use crate::{sink, tools, wait};

/// What `/metrics` asks for.
pub const TOKEN: &str = "a-token-for-tests";

/// The shop gives requests and receipts five seconds, and its telemetry another five.
pub const GOOD_ORDER: Duration = Duration::from_secs(15);

/// How a shop is to be started.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    known_ports: bool,
}

/// A running shop; dropped, it is gone.
#[derive(Debug)]
pub struct Shop {
    process: Process,
    /// Where it sells.
    pub url: String,
    /// Its metrics page.
    pub metrics: String,
    /// Its readiness.
    pub health: String,
    fault: PathBuf,
    _scratch: Scratch,
}

/// The shop's file.
pub fn program() -> &'static Path {
    build::shop()
}

impl Opening {
    /// Without traffic of its own, telling a collector that keeps nothing.
    pub fn quiet() -> Opening {
        Opening::default().argument("--quiet-traffic")
    }

    /// Making its own traffic, telling a collector that keeps nothing.
    pub fn busy() -> Opening {
        Opening::default()
    }

    /// With a collector to tell.
    pub fn tells(self, rotel: &Rotel) -> Opening {
        self.tells_url(rotel.endpoint())
    }

    /// With a collector that may not be there.
    pub fn tells_url(self, url: &str) -> Opening {
        self.set("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    }

    /// With an argument.
    pub fn argument(mut self, argument: &str) -> Opening {
        self.arguments.push(argument.to_owned());
        self
    }

    /// With a variable in its environment.
    pub fn set(mut self, name: &str, value: &str) -> Opening {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On ports that we choose: for a shop that is not to print where it listens.
    pub fn on_known_ports(mut self) -> Opening {
        self.known_ports = true;
        self
    }

    /// Starts it, and waits until it listens.
    #[track_caller]
    pub fn open(self) -> Shop {
        let scratch = Scratch::new("shop");
        let fault = scratch.file("fault");
        std::fs::write(&fault, "").expect("a file for faults");
        let mut command = Command::new(build::shop());
        command
            .args(&self.arguments)
            .current_dir(scratch.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SHOP_ADDR", "127.0.0.1:0")
            .env("SHOP_DB", scratch.file("shop.db"))
            .env("SHOP_FAULT_FILE", &fault)
            .env("OTEL_EXPORTER_PROMETHEUS_PORT", "0")
            .env("PLIMSOLL_ADMIN_TOKEN", TOKEN)
            .env("OTEL_BSP_SCHEDULE_DELAY", "200")
            .env("OTEL_BLRP_SCHEDULE_DELAY", "200");
        if !self.environment.iter().any(|(name, _)| name == "OTEL_EXPORTER_OTLP_ENDPOINT") {
            command.env("OTEL_EXPORTER_OTLP_ENDPOINT", sink::start());
        }
        command.envs(self.environment);
        let ports = self.known_ports.then(|| (tools::free_port(), tools::free_port()));
        if let Some((shop, admin)) = ports {
            command.env("SHOP_ADDR", format!("127.0.0.1:{shop}"));
            command.env("OTEL_EXPORTER_PROMETHEUS_PORT", admin.to_string());
        }
        let mut process = Process::start("shop", &mut command, &scratch);
        let [url, metrics, health] = match ports {
            Some((shop, admin)) => by_number(&mut process, shop, admin),
            None => ["shop", "metrics", "health"].map(|name| by_line(&mut process, name)),
        };
        Shop { process, url, metrics, health, fault, _scratch: scratch }
    }
}

#[track_caller]
fn by_line(process: &mut Process, name: &str) -> String {
    wait::until(&format!("the shop says its `{name}`"), || {
        process.must_live();
        let lines = lines(&process.stdout());
        lines.iter().find_map(|line| field(line, name)?.as_str().map(str::to_owned))
    })
}

#[track_caller]
fn by_number(process: &mut Process, shop: u16, admin: u16) -> [String; 3] {
    for port in [admin, shop] {
        wait::until("the shop listens", || {
            process.must_live();
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
    }
    let admin = format!("http://127.0.0.1:{admin}");
    [
        format!("http://127.0.0.1:{shop}"),
        format!("{admin}/metrics"),
        format!("{admin}/health/ready"),
    ]
}

impl Shop {
    /// What it has printed, each line one JSON object; panics at the first that is not.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        lines(&self.process.stdout())
    }

    /// All it has printed, to be searched for what must not be there.
    pub fn output(&self) -> String {
        self.process.stdout() + &self.process.stderr()
    }

    /// Its metrics page, read strictly.
    #[track_caller]
    pub fn page(&self, format: Format) -> Page {
        Page::of(&self.scrape(format))
    }

    /// Its metrics page as it came.
    #[track_caller]
    pub fn scrape(&self, format: Format) -> Answer {
        let token = format!("Bearer {TOKEN}");
        http::get_with(&self.metrics, &[("authorization", &token), ("accept", format.accept())])
    }

    /// `fail`, `hang` or nothing: what the check of the database meets from now on.
    pub fn fault(&self, what: &str) {
        std::fs::write(&self.fault, what).expect("the fault file can be written");
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Tells it to end, in good order, which flushes its telemetry.
    #[track_caller]
    pub fn close(&mut self) {
        self.signal(Signal::Term);
        let (status, _, last) = self.end(GOOD_ORDER);
        assert!(status.success(), "{status}: {last}");
    }

    /// Waits for its end: how it ended, how long that took, and its last line.
    #[track_caller]
    pub fn end(&mut self, limit: Duration) -> (ExitStatus, Duration, Value) {
        let (status, took) = self.process.wait(limit);
        let last = self.lines().pop().expect("the shop has printed something");
        (status, took, last)
    }
}

/// A field of a line, at its top or among its `fields`.
pub fn field<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    line.get(name).or_else(|| line.get("fields")?.get(name))
}

/// A field that is text; empty when it is not there.
pub fn text<'a>(line: &'a Value, name: &str) -> &'a str {
    field(line, name).and_then(Value::as_str).unwrap_or_default()
}

#[track_caller]
fn lines(stdout: &str) -> Vec<Value> {
    // What follows the last line break is still being written.
    let whole = stdout.rfind('\n').map_or("", |end| &stdout[..end]);
    whole
        .lines()
        .map(|line| match serde_json::from_str(line) {
            Ok(value @ Value::Object(_)) => value,
            _ => panic!("a line on stdout is not one JSON object: {line}"),
        })
        .collect()
}
