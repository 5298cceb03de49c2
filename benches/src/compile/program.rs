//! The text of the programs whose compilation is measured.
//!
//! Pure: a mark in, source text out. All programs of a kind are the same but for the attribute.

use std::fmt::Write as _;
use std::path::Path;

/// Marked functions in a program.
pub(super) const FUNCTIONS: usize = MODULES * EACH;
const MODULES: usize = 10;
const EACH: usize = 50;

/// An attribute, and what it needs.
pub(super) struct Mark {
    pub(super) name: &'static str,
    pub(super) asynchronous: bool,
    attribute: &'static str,
    needs: Needs,
}

#[derive(Clone, Copy)]
enum Needs {
    Nothing,
    Plimsoll,
    Registry(&'static str),
}

/// Bare first: the others are measured against it.
pub(super) const MARKS: &[Mark] = &[
    Mark::new("plain: bare", "", Needs::Nothing),
    Mark::new("plain: observe", OBSERVE, Needs::Plimsoll),
    Mark::new("plain: instrument(skip_all)", INSTRUMENT, TRACING),
    Mark::new("plain: fastrace", FASTRACE, FASTRACE_CRATE),
    Mark::new("plain: autometrics", AUTOMETRICS, AUTOMETRICS_CRATE),
    Mark::new("async: bare", "", Needs::Nothing).asynchronous(),
    Mark::new("async: observe", OBSERVE, Needs::Plimsoll).asynchronous(),
    Mark::new("async: instrument(skip_all)", INSTRUMENT, TRACING).asynchronous(),
    Mark::new("async: fastrace", FASTRACE, FASTRACE_CRATE).asynchronous(),
    Mark::new("async: autometrics", AUTOMETRICS, AUTOMETRICS_CRATE).asynchronous(),
];

const OBSERVE: &str = "#[plimsoll::observe]";
const INSTRUMENT: &str = "#[tracing::instrument(skip_all)]";
const FASTRACE: &str = "#[fastrace::trace]";
const AUTOMETRICS: &str = "#[autometrics::autometrics]";
const TRACING: Needs = Needs::Registry("tracing = \"0.1\"");
const FASTRACE_CRATE: Needs =
    Needs::Registry("fastrace = { version = \"0.7\", features = [\"enable\"] }");
const AUTOMETRICS_CRATE: Needs =
    Needs::Registry("autometrics = { version = \"3\", features = [\"prometheus\"] }");

impl Mark {
    const fn new(name: &'static str, attribute: &'static str, needs: Needs) -> Self {
        Self { name, asynchronous: false, attribute, needs }
    }

    const fn asynchronous(mut self) -> Self {
        self.asynchronous = true;
        self
    }

    pub(super) fn is_bare(&self) -> bool {
        matches!(self.needs, Needs::Nothing)
    }

    /// `plain: instrument(skip_all)` -> `plain_instrument`.
    pub(super) fn package(&self) -> String {
        let plain = self.name.split('(').next().unwrap_or_default();
        plain.replace(": ", "_")
    }

    pub(super) fn manifest(&self, runtime: &Path) -> String {
        let needs = match self.needs {
            Needs::Nothing => String::new(),
            // The marks alone: what exporters cost is not a matter of how many there are.
            Needs::Plimsoll => {
                format!("plimsoll = {{ path = {runtime:?}, default-features = false }}")
            }
            Needs::Registry(line) => line.to_owned(),
        };
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{needs}\n",
            self.package(),
        )
    }

    /// File names and their texts.
    pub(super) fn sources(&self) -> Vec<(String, String)> {
        let mut main = String::from(if self.asynchronous { MAIN_ASYNC } else { MAIN });
        let mut sources = Vec::new();
        for module in 0..MODULES {
            // Writing to a String cannot fail.
            let _ = writeln!(main, "mod part{module};");
            sources.push((format!("part{module}.rs"), self.module()));
        }
        let (open, wait) = if self.asynchronous { ("async fn", ".await") } else { ("fn", "") };
        let _ = writeln!(main, "{open} all(order: u64) -> u64 {{\n    let mut sum = 0;");
        for module in 0..MODULES {
            let _ = writeln!(main, "    sum += part{module}::run(order){wait};");
        }
        main.push_str("    sum\n}\n");
        sources.push(("main.rs".to_owned(), main));
        sources
    }

    fn module(&self) -> String {
        let (open, wait) = if self.asynchronous { ("async fn", ".await") } else { ("fn", "") };
        let mut text = String::from("use crate::Refused;\n");
        let mut run = format!("pub {open} run(order: u64) -> u64 {{\n    let mut sum = 0;\n");
        for number in 0..EACH {
            let attribute = self.attribute;
            let _ = write!(
                text,
                "\n{attribute}\npub {open} work{number}(order: u64, name: &str) -> \
                 Result<u64, Refused> {{\n    \
                 if order == {number} {{\n        return Err(Refused);\n    }}\n    \
                 let mut sum = order;\n    \
                 for byte in name.bytes() {{\n        \
                 sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte));\n    }}\n    \
                 Ok(sum)\n}}\n"
            );
            let _ = writeln!(
                run,
                "    sum += work{number}(order, std::hint::black_box(\"name\")){wait}\
                 .unwrap_or_default();"
            );
        }
        run.push_str("    sum\n}\n");
        text + "\n" + &run
    }
}

const MAIN: &str = r#"
#[derive(Debug)]
pub struct Refused;
impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}
impl std::error::Error for Refused {}

fn main() {
    println!("{}", all(std::hint::black_box(7)));
}
"#;

const MAIN_ASYNC: &str = r#"
#[derive(Debug)]
pub struct Refused;
impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}
impl std::error::Error for Refused {}

fn main() {
    let waker = std::task::Waker::noop();
    let future = std::pin::pin!(all(std::hint::black_box(7)));
    if let std::task::Poll::Ready(sum) = future.poll(&mut std::task::Context::from_waker(waker)) {
        println!("{sum}");
    }
}
"#;
