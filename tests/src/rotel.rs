//! A real OpenTelemetry collector on loopback: rotel takes OTLP over HTTP and prints all of it.
//!
//! What it printed is read by `received.rs`. It exports nothing; it is the end of the line.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::process::{Process, Signal};
use crate::received::{Received, ReceivedSpan};
use crate::scratch::Scratch;
use crate::{tools, wait};

/// A running rotel; dropped, it is gone.
#[derive(Debug)]
pub struct Rotel {
    process: Process,
    endpoint: String,
    // After the process: a folder goes last.
    _scratch: Scratch,
}

impl Rotel {
    /// Starts one on ports of its own, or says that it is not installed.
    pub fn start() -> Option<Rotel> {
        let program = tools::find("rotel")?;
        // Another process may take a free port between our look and rotel's; three tries are plenty.
        (0..3).find_map(|_| {
            let (http, grpc) = (tools::free_port(), tools::free_port());
            let scratch = Scratch::new("rotel");
            let mut command = Command::new(&program);
            command
                .arg("start")
                .args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")])
                .args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")])
                .args(["--exporter", "blackhole", "--log-format", "json"])
                .args(["--debug-log", "traces", "--debug-log", "logs", "--debug-log", "metrics"])
                .args(["--debug-log-verbosity", "detailed"])
                .arg("--pid-file")
                .arg(scratch.file("pid"))
                .arg("--log-file")
                .arg(scratch.file("log"));
            let mut process = Process::start("rotel", &mut command, &scratch);
            let listens = wait::until("rotel listens", || match process.ended() {
                Some(_) => Some(false),
                None => TcpStream::connect(("127.0.0.1", http)).is_ok().then_some(true),
            });
            let endpoint = format!("http://127.0.0.1:{http}");
            listens.then_some(Rotel { process, endpoint, _scratch: scratch })
        })
    }

    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All that it has received so far.
    pub fn received(&self) -> Received {
        Received::read(&self.text())
    }

    /// The same as rotel printed it, to be searched for what must not be there.
    pub fn text(&self) -> String {
        self.process.stdout()
    }

    /// Waits until a span like this has arrived.
    #[track_caller]
    pub fn span(&self, what: &str, like: impl Fn(&ReceivedSpan) -> bool) -> ReceivedSpan {
        wait::until(&format!("rotel receives {what}"), || {
            self.received().spans.into_iter().find(|span| like(span))
        })
    }

    /// Waits until nothing new has arrived for a second: all that it has received.
    #[track_caller]
    pub fn settled(&self) -> Received {
        wait::settled(Duration::from_secs(1), "rotel falls silent", || self.text().len());
        self.received()
    }

    /// Tells it something, `Signal::Stop` for a collector that hangs.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }
}
