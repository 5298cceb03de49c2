//! The page of everything that the catalogue knows, laid out once: its texts, and where the numbers
//! come from.
//!
//! Families, labels and their order are fixed at `init`; a scrape only copies texts and writes
//! figures between them. A text that many lines share is kept once. Called by `page`, which makes
//! one layout. Knows nothing of prometheus.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::block::{Block, Cursor, NUMBER, Tail, Text, Texts};
use super::edge::Edge;
use super::exemplar::{self, Exemplar};
use super::family::Head;
use super::text;
use super::walk::{self, CALLS, DURATION, FUNCTIONS, Figures, IN_FLIGHT, ITEMS};
use super::write::{self, Format};
use crate::catalog::Function;
use crate::model::{Measure, Metric, MetricKind, NO_CELLS, Outcome, UNTOUCHED, When};
use crate::record::{cell, clock};

/// The texts of the page, and what comes between them.
#[derive(Default)]
pub(crate) struct Layout {
    texts: Texts,
    parts: Vec<Part>,
    /// What ends the bucket lines of a histogram: one list for each list of bounds.
    bounds: Vec<Vec<Tail>>,
    /// What ends the lines of a counter by outcome.
    outcomes: Vec<Tail>,
    /// By [`cell::place`]: what begins a function's counts by outcome, for the series of typed errors.
    functions: Vec<Text>,
}

/// Lines that belong together.
enum Part {
    /// What stands above a family, in either format.
    Header(Text, Text),
    /// The calls of the function with these cells, by outcome; for errors, those without a type.
    Calls(Text, u32),
    /// One line for each known type of error.
    ErrorTypes,
    Histogram(Histogram),
    /// Words that count, by outcome.
    Outcomes(Text, u32),
    /// A word that holds the bits of an `f64`.
    Float(Text, u32),
    /// What started less what ended: the first word, and how many follow from the second on.
    Running(Text, u32, u32, u8),
    /// The value of a gauge.
    Shared(Text, &'static AtomicU64),
    /// A family whose series come up while the program runs.
    Walk(&'static Metric),
}

/// One series of a histogram.
struct Histogram {
    bucket: Text,
    /// Which of [`Layout::bounds`].
    bounds: usize,
    sum: Text,
    count: Text,
    /// The word of the first bucket; the others follow.
    first: u32,
    value: Sum,
    examples: Examples,
    /// The further bound of a function with a latency objective.
    edge: Option<Edge>,
}

/// Where a series has its examples.
#[derive(Clone, Copy)]
enum Examples {
    None,
    /// In the calls of the function with these cells.
    Calls(u32),
    /// In a declared histogram: the number of the series.
    Declared(&'static Metric, usize),
}

/// The sum of all observations.
#[derive(Clone, Copy)]
enum Sum {
    /// A word in clock ticks.
    Ticks(u32),
    /// A word that holds the bits of an `f64`; and the lowest bound.
    Float(u32, f64),
}

/// The bounds of all functions are the first.
const OF_FUNCTIONS: usize = 0;

impl Layout {
    /// Lays out all families.
    pub(crate) fn new(
        functions: &[Function],
        metrics: impl Iterator<Item = &'static Metric>,
    ) -> Layout {
        let outcomes = Outcome::ALL.map(|outcome| Tail::new(&format!("{}\"}} ", outcome.as_str())));
        let mut layout = Layout { outcomes: outcomes.to_vec(), ..Layout::default() };
        layout.bounds(&cell::BOUNDS);
        layout.functions(functions);
        for metric in metrics {
            layout.family(metric);
        }
        layout
    }

    fn functions(&mut self, functions: &[Function]) {
        let labelled: Vec<(&Function, Vec<u8>)> = functions
            .iter()
            .map(|function| {
                let pairs = [("function", function.function), ("module", function.module)];
                (function, write::labels(pairs))
            })
            .collect();

        let [calls, duration, items, in_flight] = &FUNCTIONS;
        self.header(calls);
        for (function, labels) in &labelled {
            let text = self.open(CALLS, "", labels, "outcome");
            self.parts.push(Part::Calls(text, function.cells));
            let place = cell::place(function.cells);
            if self.functions.len() <= place {
                self.functions.resize(place + 1, Text::default());
            }
            self.functions[place] = text;
        }
        self.parts.push(Part::ErrorTypes);

        self.header(duration);
        for (function, labels) in &labelled {
            self.durations(DURATION, labels, function, function.cells);
        }

        if functions.iter().any(|function| function.items != NO_CELLS) {
            self.header(items);
        }
        for (function, labels) in &labelled {
            if function.items != NO_CELLS {
                self.durations(ITEMS, labels, function, function.items);
            }
        }

        self.header(in_flight);
        for (function, labels) in &labelled {
            let started = function.cells + cell::STARTED as u32;
            let ended = function.cells + cell::BUCKETS as u32;
            let text = self.whole(IN_FLIGHT, "", labels);
            self.parts.push(Part::Running(text, started, ended, cell::ENDED as u8));
        }
    }

    /// The calls of a function, or the items of its stream, by the cells that they are counted in.
    fn durations(&mut self, name: &str, labels: &[u8], function: &Function, cells: u32) {
        let value = Sum::Ticks(cells + cell::SUM as u32);
        let first = cells + cell::BUCKETS as u32;
        let edge = Edge::of(function, cells);
        let bounds = edge.map_or(OF_FUNCTIONS, |edge| self.bounds(&edge.bounds()));
        let mut histogram = self.histogram(name, labels, bounds, first, value);
        if cells == function.cells {
            histogram.examples = Examples::Calls(cells);
        }
        histogram.edge = edge;
        self.parts.push(Part::Histogram(histogram));
    }

    fn family(&mut self, metric: &'static Metric) {
        if !is_fixed(metric) {
            self.parts.push(Part::Walk(metric));
            return;
        }
        let name = metric.name;
        self.header(&walk::head(metric));
        let bounds = match metric.kind {
            MetricKind::Histogram => self.bounds(metric.bounds),
            _ => OF_FUNCTIONS,
        };
        for index in 0..metric.combinations() {
            let labels = write::labels(walk::combination(metric, index).unwrap_or_default());
            let cells = metric.cells() + (index * metric.words()) as u32;
            let part = match (metric.kind, metric.measure) {
                (MetricKind::Counter, Measure::Calls) => {
                    Part::Outcomes(self.open(name, "", &labels, "outcome"), cells)
                }
                (MetricKind::Counter, _) => Part::Float(self.whole(name, "", &labels), cells),
                (MetricKind::Gauge, Measure::InFlight) => {
                    Part::Running(self.whole(name, "", &labels), cells, cells + 1, 1)
                }
                (MetricKind::Gauge, _) => match metric.shared().get(index) {
                    Some(value) => Part::Shared(self.whole(name, "", &labels), value),
                    None => continue,
                },
                (MetricKind::Histogram, _) => {
                    let lowest = metric.bounds.first().copied().unwrap_or(f64::INFINITY);
                    let value = Sum::Float(cells, lowest);
                    let mut series = self.histogram(name, &labels, bounds, cells + 1, value);
                    series.examples = Examples::Declared(metric, index);
                    Part::Histogram(series)
                }
                (MetricKind::Summary | MetricKind::Info, _) => continue,
            };
            self.parts.push(part);
        }
    }

    fn header(&mut self, head: &Head<'_>) {
        let [text, open] = [Format::Text, Format::OpenMetrics].map(|format| {
            let mut lines = Vec::new();
            write::header(&mut lines, format, head);
            self.texts.add(&lines)
        });
        self.parts.push(Part::Header(text, open));
    }

    /// The ends of bucket lines.
    fn bounds(&mut self, bounds: &[f64]) -> usize {
        let bounds = bounds.iter().copied().chain([f64::INFINITY]);
        let tails = bounds.map(|bound| Tail::new(&format!("{}\"}} ", write::bound(bound))));
        self.bounds.push(tails.collect());
        self.bounds.len() - 1
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &[u8],
        bounds: usize,
        first: u32,
        value: Sum,
    ) -> Histogram {
        let bucket = self.open(name, "_bucket", labels, "le");
        let sum = self.whole(name, "_sum", labels);
        let count = self.whole(name, "_count", labels);
        Histogram { bucket, bounds, sum, count, first, value, examples: Examples::None, edge: None }
    }

    /// A series up to its value.
    fn whole(&mut self, name: &str, suffix: &str, labels: &[u8]) -> Text {
        let mut line = Vec::new();
        write::series(&mut line, name, suffix, labels, None);
        self.texts.add(&line)
    }

    /// A series up to the value of its last label.
    fn open(&mut self, name: &str, suffix: &str, labels: &[u8], last: &str) -> Text {
        let mut line = Vec::new();
        write::put(&mut line, &[name, suffix, "{"]);
        line.extend_from_slice(labels);
        write::label(&mut line, last, "");
        line.pop();
        self.texts.add(&line)
    }

    /// Writes the page with these figures into `out`, in place of what it held.
    pub(crate) fn render(&self, format: Format, figures: &Figures, out: &mut Vec<u8>) {
        let words = &figures.words;
        let word = |index: u32| words.get(index as usize).copied().unwrap_or(0);
        let mut declared = Vec::new();
        let mut block = Block::new(out);
        for part in &self.parts {
            match part {
                Part::Header(text, open) => {
                    let text = if format == Format::Text { *text } else { *open };
                    block.write(text.room(), |cursor| cursor.text(&self.texts, text));
                }
                Part::Calls(text, cells) => {
                    self.outcomes(&mut block, *text, figures.calls(*cells));
                }
                Part::ErrorTypes => self.error_types(&mut block, &figures.errors),
                Part::Histogram(histogram) => {
                    let words = words.get(histogram.first as usize..).unwrap_or_default();
                    declared.clear();
                    let examples = match histogram.examples {
                        Examples::Calls(cells) if format == Format::OpenMetrics => {
                            exemplar::of(cells)
                        }
                        Examples::Declared(metric, series) if format == Format::OpenMetrics => {
                            exemplar::of_declared(metric, series, words, &mut declared);
                            None
                        }
                        _ => None,
                    };
                    let count = match (examples, histogram.edge) {
                        (None, None) if declared.is_empty() => {
                            self.buckets(&mut block, histogram, words)
                        }
                        (None, None) => self.buckets_with(&mut block, histogram, words, &declared),
                        (Some(examples), None) => {
                            self.buckets_with(&mut block, histogram, words, &examples)
                        }
                        (examples, Some(edge)) => {
                            let words = std::array::from_fn(|at| words.get(at).copied());
                            let words = edge.counts(words.map(Option::unwrap_or_default));
                            let examples = examples.map(|all| edge.examples(&all));
                            let examples = examples.as_ref().map_or(&[][..], |all| &all[..]);
                            self.buckets_with(&mut block, histogram, &words, examples)
                        }
                    };
                    match histogram.value {
                        Sum::Ticks(index) => self.line(&mut block, histogram.sum, |cursor| {
                            cursor.seconds(clock::total_nanos(word(index)));
                        }),
                        Sum::Float(index, lowest) => {
                            let sum = f64::from_bits(word(index));
                            if !write::has_sum(format, Some(lowest), sum) {
                                continue;
                            }
                            self.float(&mut block, histogram.sum, sum);
                        }
                    }
                    self.line(&mut block, histogram.count, |cursor| cursor.integer(count));
                }
                Part::Outcomes(text, first) => {
                    let counts = Outcome::ALL.map(|outcome| word(first + outcome as u32));
                    self.outcomes(&mut block, *text, counts);
                }
                Part::Float(text, index) => self.figure(&mut block, *text, word(*index)),
                Part::Running(text, started, ended, count) => {
                    let running = word(*started).saturating_sub(sum(word, *ended, *count));
                    self.line(&mut block, *text, |cursor| cursor.integer(running));
                }
                Part::Shared(text, value) => {
                    self.figure(&mut block, *text, value.load(Ordering::Relaxed));
                }
                Part::Walk(metric) => block.other(|page| {
                    walk::declared(metric, &word, &mut text::Text::new(page, format));
                }),
            }
        }
        block.end();
    }

    #[inline]
    fn line(&self, block: &mut Block<'_>, text: Text, number: impl FnOnce(&mut Cursor<'_>)) {
        block.write(text.room() + NUMBER, |cursor| {
            cursor.text(&self.texts, text);
            number(cursor);
            cursor.end_line();
        });
    }

    /// A figure, unless nobody has given one.
    fn figure(&self, block: &mut Block<'_>, text: Text, bits: u64) {
        if bits != UNTOUCHED {
            self.float(block, text, f64::from_bits(bits));
        }
    }

    fn float(&self, block: &mut Block<'_>, text: Text, value: f64) {
        block.write(text.room(), |cursor| cursor.text(&self.texts, text));
        block.other(|page| {
            write::float(page, value);
            page.push(b'\n');
        });
    }

    #[inline]
    fn outcomes(&self, block: &mut Block<'_>, text: Text, counts: [u64; Outcome::ALL.len()]) {
        block.write((text.room() + NUMBER) * counts.len(), |cursor| {
            for (tail, count) in self.outcomes.iter().zip(counts) {
                cursor.text(&self.texts, text);
                cursor.tail(tail);
                cursor.integer(count);
                cursor.end_line();
            }
        });
    }

    fn tails(&self, histogram: &Histogram) -> &[Tail] {
        self.bounds.get(histogram.bounds).map(Vec::as_slice).unwrap_or_default()
    }

    /// All observations, once they are written. Words that are missing are zero.
    #[inline]
    fn buckets(&self, block: &mut Block<'_>, histogram: &Histogram, words: &[u64]) -> u64 {
        let tails = self.tails(histogram);
        block.write((histogram.bucket.room() + NUMBER) * tails.len(), |cursor| {
            let mut count = 0u64;
            for (index, tail) in tails.iter().enumerate() {
                count = count.wrapping_add(words.get(index).copied().unwrap_or(0));
                cursor.text(&self.texts, histogram.bucket);
                cursor.tail(tail);
                cursor.integer(count);
                cursor.end_line();
            }
            count
        })
    }

    /// The same with examples.
    fn buckets_with(
        &self,
        block: &mut Block<'_>,
        histogram: &Histogram,
        words: &[u64],
        examples: &[Option<Exemplar>],
    ) -> u64 {
        let mut count = 0u64;
        for (index, tail) in self.tails(histogram).iter().enumerate() {
            count = count.wrapping_add(words.get(index).copied().unwrap_or(0));
            block.write(histogram.bucket.room() + NUMBER, |cursor| {
                cursor.text(&self.texts, histogram.bucket);
                cursor.tail(tail);
                cursor.integer(count);
            });
            match examples.get(index).copied().flatten() {
                None => block.write(NUMBER, |cursor| cursor.end_line()),
                example => block.other(|page| {
                    write::example(page, example);
                    page.push(b'\n');
                }),
            }
        }
        count
    }

    /// The series of typed errors: together with the untyped one they are all errors.
    fn error_types(&self, block: &mut Block<'_>, errors: &[(u32, &'static str, u64)]) {
        for (cells, error_type, count) in errors {
            let known = self.functions.get(cell::place(*cells)).filter(|text| !text.is_empty());
            let Some(text) = known else { continue };
            block.write(text.room(), |cursor| cursor.text(&self.texts, *text));
            block.other(|page| {
                write::put(page, &[Outcome::Error.as_str(), "\""]);
                write::label(page, "error_type", error_type);
                write::put(page, &["} "]);
                write::integer(page, *count);
                page.push(b'\n');
            });
        }
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layout({} bytes, {} parts)", self.texts.size(), self.parts.len())
    }
}

/// Whether all series of a metric are known before anything is counted.
fn is_fixed(metric: &Metric) -> bool {
    let by_outcome = metric.kind == MetricKind::Counter && metric.measure == Measure::Calls;
    match metric.kind {
        MetricKind::Summary | MetricKind::Info => false,
        _ if by_outcome && metric.when != When::Always => false,
        _ => !metric.is_open(),
    }
}

fn sum(word: impl Fn(u32) -> u64, first: u32, count: u8) -> u64 {
    (first..first + u32::from(count)).map(word).fold(0, u64::wrapping_add)
}
