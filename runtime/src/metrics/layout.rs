//! The page of everything that the catalogue knows, written once with holes for the numbers.
//!
//! Families, labels and their order are fixed at `init`; a scrape only copies text and fills in
//! figures. Called by `page`, which makes one layout a format. Knows nothing of prometheus.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::exemplar::{self, BUCKETS, Exemplar};
use super::write::{self, Format, Type};
use crate::catalog::Function;
use crate::model::{Measure, Metric, MetricKind, NO_CELLS, Outcome};
use crate::record::{cell, clock};

/// The figures of one scrape.
#[derive(Debug)]
pub(crate) struct Figures {
    /// The words of all shards, added up.
    pub(crate) words: Vec<u64>,
    /// Errors whose type is known, by the function's cells.
    pub(crate) errors: Vec<(u32, &'static str, u64)>,
}

/// The text of the page, and where numbers go into it.
#[derive(Default)]
pub(crate) struct Layout {
    text: Vec<u8>,
    holes: Vec<Hole>,
    /// The labels of each function, for the series of its typed errors.
    functions: HashMap<u32, Vec<u8>>,
    examples: bool,
}

/// A number at a place of the text.
struct Hole {
    at: usize,
    number: Number,
}

/// Where a number comes from.
#[derive(Clone, Copy)]
enum Number {
    /// Calls of the function with these cells that ended so; for errors, those without a type.
    Calls(u32, Outcome),
    /// The first bucket of a histogram; with the function's cells if it has examples.
    First(u32, Option<u32>),
    /// A further bucket.
    Next(u32),
    /// All observations of the histogram that was written last.
    Observations,
    /// A word in clock ticks, as seconds.
    Seconds(u32),
    /// A word that holds the bits of an `f64`.
    Float(u32),
    /// A word that counts.
    Count(u32),
    /// What started less what ended: the first word, and how many follow from the second on.
    Running(u32, u32, u8),
    /// The value of a gauge.
    Shared(&'static AtomicU64),
    /// One line for each known type of error.
    ErrorTypes,
}

impl Layout {
    /// Writes all families, each series at zero.
    pub(crate) fn new(
        functions: &[Function],
        metrics: impl Iterator<Item = &'static Metric>,
        format: Format,
    ) -> Layout {
        let mut layout = Layout { examples: format == Format::OpenMetrics, ..Layout::default() };
        layout.functions(functions, format);
        for metric in metrics {
            layout.family(metric, format);
        }
        layout
    }

    fn functions(&mut self, functions: &[Function], format: Format) {
        let labelled: Vec<(u32, Vec<u8>)> = functions
            .iter()
            .map(|function| {
                let pairs = [("function", function.function), ("module", function.module)];
                (function.cells, write::labels(pairs))
            })
            .collect();

        let help = "Calls of each observed function, by how they ended.";
        write::header(&mut self.text, format, CALLS, Type::Counter, help);
        for (cells, labels) in &labelled {
            for outcome in Outcome::ALL {
                let more = Some(("outcome", outcome.as_str()));
                self.line(CALLS, "", labels, more, Number::Calls(*cells, outcome));
            }
        }
        self.hole(Number::ErrorTypes);

        let name = "function_duration_seconds";
        let help = "How long the calls of each observed function took.";
        write::header(&mut self.text, format, name, Type::Histogram, help);
        for (cells, labels) in &labelled {
            let first = cells + cell::BUCKETS as u32;
            self.histogram(name, labels, &cell::BOUNDS, first, Some(*cells));
            self.line(name, "_sum", labels, None, Number::Seconds(cells + cell::SUM as u32));
            self.line(name, "_count", labels, None, Number::Observations);
        }

        if functions.iter().any(|function| function.items != NO_CELLS) {
            let help = "How long each item of an observed stream took to come.";
            write::header(&mut self.text, format, ITEMS, Type::Histogram, help);
        }
        for (function, (_, labels)) in functions.iter().zip(&labelled) {
            if function.items != NO_CELLS {
                let first = function.items + cell::BUCKETS as u32;
                self.histogram(ITEMS, labels, &cell::BOUNDS, first, None);
                let sum = Number::Seconds(function.items + cell::SUM as u32);
                self.line(ITEMS, "_sum", labels, None, sum);
                self.line(ITEMS, "_count", labels, None, Number::Observations);
            }
        }

        let name = "function_in_flight";
        let help = "Calls of each observed function that run at the moment.";
        write::header(&mut self.text, format, name, Type::Gauge, help);
        for (cells, labels) in &labelled {
            let started = cells + cell::STARTED as u32;
            let ended = cells + cell::BUCKETS as u32;
            self.line(name, "", labels, None, Number::Running(started, ended, BUCKETS as u8));
        }
        self.functions = labelled.into_iter().collect();
    }

    fn family(&mut self, metric: &'static Metric, format: Format) {
        let kind = Type::of(metric.kind);
        write::header(&mut self.text, format, metric.name, kind, metric.help);
        for index in 0..metric.combinations() {
            let labels = write::labels(combination(metric, index));
            let cells = metric.cells() + (index * metric.words()) as u32;
            match (metric.kind, metric.measure) {
                (MetricKind::Counter, Measure::Calls) => {
                    for outcome in Outcome::ALL {
                        let more = Some(("outcome", outcome.as_str()));
                        let number = Number::Count(cells + outcome as u32);
                        self.line(metric.name, "", &labels, more, number);
                    }
                }
                (MetricKind::Counter, _) => {
                    self.line(metric.name, "", &labels, None, Number::Float(cells));
                }
                (MetricKind::Gauge, Measure::InFlight) => {
                    let number = Number::Running(cells, cells + 1, 1);
                    self.line(metric.name, "", &labels, None, number);
                }
                (MetricKind::Gauge, _) => {
                    if let Some(value) = metric.shared().get(index) {
                        self.line(metric.name, "", &labels, None, Number::Shared(value));
                    }
                }
                (MetricKind::Histogram, _) => {
                    self.histogram(metric.name, &labels, metric.bounds, cells + 1, None);
                    self.line(metric.name, "_sum", &labels, None, Number::Float(cells));
                    self.line(metric.name, "_count", &labels, None, Number::Observations);
                }
            }
        }
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &[u8],
        bounds: &[f64],
        first: u32,
        examples: Option<u32>,
    ) {
        let bounds = bounds.iter().copied().chain([f64::INFINITY]);
        for (index, bound) in bounds.enumerate() {
            let word = first + index as u32;
            let number =
                if index == 0 { Number::First(word, examples) } else { Number::Next(word) };
            self.line(name, "_bucket", labels, Some(("le", &write::bound(bound))), number);
        }
    }

    fn line(
        &mut self,
        name: &str,
        suffix: &str,
        labels: &[u8],
        more: Option<(&str, &str)>,
        number: Number,
    ) {
        write::series(&mut self.text, name, suffix, labels, more);
        self.hole(number);
        self.text.push(b'\n');
    }

    fn hole(&mut self, number: Number) {
        self.holes.push(Hole { at: self.text.len(), number });
    }

    /// Writes the page with these figures.
    pub(crate) fn render(&self, figures: &Figures, out: &mut Vec<u8>) {
        let word = |index: u32| figures.words.get(index as usize).copied().unwrap_or(0);
        let mut typed: HashMap<u32, u64> = HashMap::new();
        for (cells, _, count) in &figures.errors {
            *typed.entry(*cells).or_default() += count;
        }
        let mut written = 0;
        let mut observations: u64 = 0;
        let mut examples: [Option<Exemplar>; BUCKETS] = [None; BUCKETS];
        let mut bucket = 0;
        for hole in &self.holes {
            out.extend_from_slice(&self.text[written..hole.at]);
            written = hole.at;
            match hole.number {
                Number::Calls(cells, outcome) => {
                    let typed = typed.get(&cells).copied().unwrap_or(0);
                    write::integer(out, calls(word, cells, outcome, typed));
                }
                Number::First(first, cells) => {
                    examples = match cells {
                        Some(cells) if self.examples => exemplar::of(cells),
                        _ => [None; BUCKETS],
                    };
                    bucket = 0;
                    observations = word(first);
                    write::integer(out, observations);
                    example(out, examples[bucket]);
                }
                Number::Next(next) => {
                    bucket += 1;
                    observations = observations.wrapping_add(word(next));
                    write::integer(out, observations);
                    example(out, examples.get(bucket).copied().flatten());
                }
                Number::Observations => write::integer(out, observations),
                Number::Seconds(index) => write::float(out, clock::total_seconds(word(index))),
                Number::Float(index) => write::float(out, f64::from_bits(word(index))),
                Number::Count(index) => write::integer(out, word(index)),
                Number::Running(started, ended, count) => {
                    let ended = sum(word, ended, count);
                    write::integer(out, word(started).saturating_sub(ended));
                }
                Number::Shared(value) => {
                    write::float(out, f64::from_bits(value.load(Ordering::Relaxed)));
                }
                Number::ErrorTypes => self.error_types(out, &figures.errors),
            }
        }
        out.extend_from_slice(&self.text[written..]);
    }

    /// The series of typed errors: together with the untyped one they are all errors.
    fn error_types(&self, out: &mut Vec<u8>, errors: &[(u32, &'static str, u64)]) {
        for (cells, error_type, count) in errors {
            if let Some(function) = self.functions.get(cells) {
                let mut labels = function.clone();
                write::label(&mut labels, "outcome", Outcome::Error.as_str());
                write::label(&mut labels, "error_type", error_type);
                write::count(out, CALLS, &labels, *count);
            }
        }
    }
}

const CALLS: &str = "function_calls_total";
const ITEMS: &str = "function_item_duration_seconds";

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layout({} bytes, {} numbers)", self.text.len(), self.holes.len())
    }
}

fn sum(word: impl Fn(u32) -> u64, first: u32, count: u8) -> u64 {
    (first..first + u32::from(count)).map(word).fold(0, u64::wrapping_add)
}

/// Shards are read while they are written: what can't be negative is held at zero.
fn calls(word: impl Fn(u32) -> u64 + Copy, cells: u32, outcome: Outcome, typed: u64) -> u64 {
    let at = |offset: usize| word(cells + offset as u32);
    match outcome {
        Outcome::Error => at(cell::ERROR).saturating_sub(typed),
        Outcome::Cancelled => at(cell::CANCELLED),
        Outcome::Panic => at(cell::PANIC),
        Outcome::Ok => {
            let others = at(cell::ERROR) + at(cell::CANCELLED) + at(cell::PANIC);
            sum(word, cells + cell::BUCKETS as u32, BUCKETS as u8).saturating_sub(others)
        }
    }
}

/// The labels of one series of a metric; the last label changes fastest.
fn combination(metric: &Metric, index: usize) -> Vec<(&'static str, &'static str)> {
    let mut rest = index;
    let mut pairs: Vec<(&'static str, &'static str)> = metric
        .labels
        .iter()
        .zip(metric.values)
        .rev()
        .filter_map(|(label, values)| {
            let value = values.get(rest.checked_rem(values.len())?)?;
            rest /= values.len();
            Some((*label, *value))
        })
        .collect();
    pairs.reverse();
    pairs
}

/// ` # {trace_id="..",span_id=".."} seconds time`, after the value of a bucket.
pub(crate) fn example(out: &mut Vec<u8>, exemplar: Option<Exemplar>) {
    use std::io::Write;
    let Some(Exemplar { seconds, trace_id, span_id, unix_nanos }) = exemplar else {
        return;
    };
    // Writing into a vector can't fail.
    let _ = write!(out, " # {{trace_id=\"{trace_id:032x}\",span_id=\"{span_id:016x}\"}} ");
    write::float(out, seconds);
    let millis = unix_nanos / 1_000_000;
    let _ = write!(out, " {}.{:03}", millis / 1000, millis % 1000);
}
