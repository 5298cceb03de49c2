//! What the catalogue's marks have counted, for any sink: observed functions and declared metrics.
//!
//! The text page has a faster way (`layout`) for what is fixed at `init`; this one is for all other
//! formats. Called by `sources`.

use super::callback::{self, Answers};
use super::edge::Edge;
use super::family::{Exponential, Head, Histogram, Number, Series, Sink, Summary, Type};
use super::{exemplar, limits, summary};
use crate::catalog::{Catalog, Function};
use crate::model::{Measure, Metric, MetricKind, NO_CELLS, Outcome, State, UNTOUCHED};
use crate::record::{self, cell, clock};

/// The figures of one scrape.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// The words of all shards, added up.
    pub(crate) words: Vec<u64>,
    /// Errors whose type is known, by the function's cells; sorted.
    pub(crate) errors: Vec<(u32, &'static str, u64)>,
    /// What native histograms hold, by series. Empty where nobody wants it.
    pub(crate) fine: Vec<Exponential>,
    /// By [`cell::place`]: calls by outcome, as they were last shown.
    pub(crate) calls: Vec<Outcomes>,
}

/// Calls by outcome.
pub(crate) type Outcomes = [u64; Outcome::ALL.len()];

pub(crate) const CALLS: &str = "function_calls_total";
pub(crate) const DURATION: &str = "function_duration_seconds";
pub(crate) const ITEMS: &str = "function_item_duration_seconds";
pub(crate) const IN_FLIGHT: &str = "function_in_flight";

/// The families of all observed functions.
pub(super) const FUNCTIONS: [Head<'static>; 4] = [
    Head {
        name: CALLS,
        kind: Type::Counter,
        help: "Calls of each observed function, by how they ended.",
        unit: "",
    },
    Head {
        name: DURATION,
        kind: Type::Histogram,
        help: "How long the calls of each observed function took.",
        unit: "seconds",
    },
    Head {
        name: ITEMS,
        kind: Type::Histogram,
        help: "How long each item of an observed stream took to come.",
        unit: "seconds",
    },
    Head {
        name: IN_FLIGHT,
        kind: Type::Gauge,
        help: "Calls of each observed function that run at the moment.",
        unit: "",
    },
];

/// How much of a histogram is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Its buckets: text shows no more.
    #[cfg_attr(not(feature = "prometheus"), expect(dead_code, reason = "only the page is text"))]
    Classic,
    /// Its exponential buckets, too, where they are kept.
    Native,
}

impl Figures {
    /// None yet.
    pub(crate) const NONE: Figures =
        Figures { words: Vec::new(), errors: Vec::new(), fine: Vec::new(), calls: Vec::new() };

    /// Adds up what all threads have counted, and puts in what others have answered.
    pub(crate) fn gather(&mut self, catalog: &Catalog, detail: Detail, answers: &Answers) {
        let Catalog { cells, floats, metrics, native, .. } = catalog;
        self.fine.clear();
        if detail == Detail::Native && native.is_some() {
            record::merge_fine((*cells, metrics), floats, &mut self.words, &mut self.fine);
        } else {
            record::merge(*cells, floats, &mut self.words);
        }
        self.errors = record::error_types();
        self.put(answers);
        self.hold(&catalog.functions);
    }

    /// Puts in what others have answered.
    pub(super) fn put(&mut self, answers: &Answers) {
        for (word, bits) in answers {
            if let Some(word) = self.words.get_mut(*word as usize) {
                *word = *bits;
            }
        }
    }

    /// Derives the calls by outcome. A thread may be between two of its words while it is read, so
    /// that a difference of them is too low, though never too high. What was shown before is right
    /// then, and what falls would be a restart to whoever reads.
    fn hold(&mut self, functions: &[Function]) {
        let mut held = std::mem::take(&mut self.calls);
        let places = functions.iter().map(|function| cell::place(function.cells) + 1).max();
        held.resize(places.unwrap_or(0).max(held.len()), Outcomes::default());
        for function in functions {
            if let Some(held) = held.get_mut(cell::place(function.cells)) {
                for (held, now) in held.iter_mut().zip(self.derived(function.cells)) {
                    *held = now.max(*held);
                }
            }
        }
        self.calls = held;
    }

    /// Calls of the function with these cells by outcome; errors of a known type are not among them.
    pub(super) fn calls(&self, cells: u32) -> Outcomes {
        self.calls.get(cell::place(cells)).copied().unwrap_or_else(|| self.derived(cells))
    }

    fn derived(&self, cells: u32) -> Outcomes {
        let typed = errors_of(self, cells).iter().map(|(.., count)| count).sum();
        calls(&|index| self.word(index), cells, typed)
    }

    /// The word at this place of a shard, added up over all.
    pub(super) fn word(&self, index: u32) -> u64 {
        self.words.get(index as usize).copied().unwrap_or(0)
    }
}

/// Hands all families over, with these figures.
pub(crate) fn visit(catalog: &Catalog, figures: &Figures, sink: &mut dyn Sink) {
    let word = |index: u32| figures.word(index);
    functions(catalog, figures, &word, sink);
    for metric in &catalog.metrics {
        declared_with(metric, &word, &figures.fine, sink);
    }
    limits::visit(catalog, figures, sink);
}

fn functions(
    catalog: &Catalog,
    figures: &Figures,
    word: &impl Fn(u32) -> u64,
    sink: &mut dyn Sink,
) {
    let functions = &catalog.functions;
    let native = |cells: u32| figures.fine.get(catalog.native? + cell::place(cells));
    let [calls_head, duration, items, in_flight] = &FUNCTIONS;
    sink.family(calls_head);
    for function in functions {
        let errors = errors_of(figures, function.cells);
        let [name, module] = labels(function);
        let mut number = |more: &[(&str, &str)], count| {
            let labels = [&[name, module], more].concat();
            let series = Series::of(&labels);
            sink.number(&series, Number::Integer(count));
        };
        for (outcome, count) in Outcome::ALL.into_iter().zip(figures.calls(function.cells)) {
            number(&[("outcome", outcome.as_str())], count);
        }
        for (_, error_type, count) in errors {
            let error = ("outcome", Outcome::Error.as_str());
            number(&[error, ("error_type", error_type)], *count);
        }
    }

    sink.family(duration);
    for function in functions {
        let examples = exemplar::of(function.cells);
        let native = native(function.cells);
        durations(function, function.cells, (native, examples.as_ref()), word, sink);
    }

    if functions.iter().any(|function| function.items != NO_CELLS) {
        sink.family(items);
    }
    for function in functions.iter().filter(|function| function.items != NO_CELLS) {
        let native = native(function.items);
        durations(function, function.items, (native, None), word, sink);
    }

    sink.family(in_flight);
    for function in functions {
        let started = word(function.cells + cell::STARTED as u32);
        let ended = all(word, function.cells);
        let labels = labels(function);
        let series = Series::of(&labels);
        sink.number(&series, Number::Integer(started.saturating_sub(ended)));
    }
}

fn labels(function: &Function) -> [(&'static str, &'static str); 2] {
    [("function", function.function), ("module", function.module)]
}

fn durations(
    function: &Function,
    cells: u32,
    (native, examples): (Option<&Exponential>, Option<&exemplar::All>),
    word: &impl Fn(u32) -> u64,
    sink: &mut dyn Sink,
) {
    let counts: [u64; cell::ENDED] =
        std::array::from_fn(|bucket| word(cells + (cell::BUCKETS + bucket) as u32));
    let sum = clock::total_nanos(word(cells + cell::SUM as u32)) as f64 / 1e9;
    let edge = Edge::of(function, cells);
    let with_edge = edge.map(|edge| (edge.bounds(), edge.counts(counts)));
    let (bounds, counts) = match &with_edge {
        None => (&cell::BOUNDS[..], &counts[..cell::BOUNDS.len() + 1]),
        Some((bounds, counts)) => (&bounds[..], &counts[..]),
    };
    let examples_with_edge = edge.zip(examples).map(|(edge, all)| edge.examples(all));
    let examples = match &examples_with_edge {
        None => examples.map_or(&[][..], |all| &all[..]),
        Some(all) => &all[..],
    };
    let histogram = Histogram { bounds, counts, sum, native, examples };
    let labels = labels(function);
    sink.histogram(&Series::of(&labels), &histogram);
}

/// Calls that ended, however.
fn all(word: &impl Fn(u32) -> u64, cells: u32) -> u64 {
    let buckets = cells + cell::BUCKETS as u32;
    (buckets..buckets + cell::ENDED as u32).map(word).fold(0, u64::wrapping_add)
}

/// Calls by outcome; errors of a known type are not among them. Shards are read while they are
/// written: what can't be negative is held at zero.
fn calls(word: &impl Fn(u32) -> u64, cells: u32, typed: u64) -> Outcomes {
    let at = |offset: usize| word(cells + offset as u32);
    let (error, cancelled, panic) = (at(cell::ERROR), at(cell::CANCELLED), at(cell::PANIC));
    let all = all(word, cells);
    Outcome::ALL.map(|outcome| match outcome {
        Outcome::Ok => all.saturating_sub(error.wrapping_add(cancelled).wrapping_add(panic)),
        Outcome::Error => error.saturating_sub(typed),
        Outcome::Cancelled => cancelled,
        Outcome::Panic => panic,
    })
}

/// The errors of known types of one function.
fn errors_of(figures: &Figures, cells: u32) -> &[(u32, &'static str, u64)] {
    let begin = figures.errors.partition_point(|(at, ..)| *at < cells);
    let end = figures.errors.partition_point(|(at, ..)| *at <= cells);
    figures.errors.get(begin..end).unwrap_or_default()
}

/// Hands one declared metric over, without native histograms. With open labels, only the series that
/// have been used.
#[cfg_attr(
    not(feature = "prometheus"),
    expect(dead_code, reason = "only the text page has no native histograms")
)]
pub(super) fn declared(metric: &'static Metric, word: &impl Fn(u32) -> u64, sink: &mut dyn Sink) {
    declared_with(metric, word, &[], sink);
}

fn declared_with(
    metric: &'static Metric,
    word: &impl Fn(u32) -> u64,
    fine: &[Exponential],
    sink: &mut dyn Sink,
) {
    sink.family(&head(metric));
    if metric.kind == MetricKind::Info {
        return facts(metric, sink);
    }
    let is_open = metric.is_open();
    let mut examples = Vec::new();
    for index in 0..metric.combinations() {
        let cells = metric.cells().wrapping_add((index * metric.words()) as u32);
        // The words of a summary do not tell.
        if is_open && metric.kind != MetricKind::Summary && !is_used(metric, cells, word) {
            continue;
        }
        let Some(mut labels) = combination(metric, index) else { continue };
        let value = match (metric.kind, metric.measure) {
            (MetricKind::Counter, Measure::Calls) => {
                for outcome in Outcome::ALL {
                    let count = word(cells + outcome as u32);
                    // Another function may count here that takes others.
                    if metric.when.takes(outcome) || count != 0 {
                        labels.push(("outcome", outcome.as_str()));
                        let series = Series::of(&labels);
                        sink.number(&series, Number::Integer(count));
                        labels.pop();
                    }
                }
                continue;
            }
            (MetricKind::Counter, _) => float(word(cells)),
            (MetricKind::Gauge, Measure::InFlight) => {
                Some(Number::Integer(word(cells).saturating_sub(word(cells + 1))))
            }
            (MetricKind::Gauge, _) => shared(metric, index),
            (MetricKind::Histogram, _) => {
                let buckets = cells + 1;
                let counts: Vec<u64> =
                    (buckets..=buckets + metric.bounds.len() as u32).map(word).collect();
                exemplar::of_declared(metric, index, &counts, &mut examples);
                let histogram = Histogram {
                    bounds: metric.bounds,
                    counts: &counts,
                    sum: f64::from_bits(word(cells)),
                    native: fine.get((metric.fine() as usize).saturating_add(index)),
                    examples: &examples,
                };
                let series = Series::of(&labels);
                sink.histogram(&series, &histogram);
                continue;
            }
            (MetricKind::Summary, _) => {
                let series = (metric.fine() as usize).saturating_add(index);
                let all = record::fine_of(series);
                let count = all.total();
                if is_open && count == 0 {
                    continue;
                }
                let quantiles = summary::quantiles(series, clock::running(), &all);
                let sum = f64::from_bits(word(cells));
                let summary = Summary { quantiles: &quantiles, count, sum };
                sink.summary(&Series::of(&labels), &summary);
                continue;
            }
            (MetricKind::Info, _) => continue,
        };
        if let Some(value) = value {
            sink.number(&Series::of(&labels), value);
        }
    }
}

/// Whether a series in the shards has counted anything.
fn is_used(metric: &Metric, cells: u32, word: &impl Fn(u32) -> u64) -> bool {
    let words = metric.words() as u32;
    words == 0 || (cells..cells + words).any(|at| word(at) != 0)
}

/// A figure, unless nobody has given one.
fn float(bits: u64) -> Option<Number> {
    (bits != UNTOUCHED).then(|| Number::Float(f64::from_bits(bits)))
}

/// The value of a gauge that the program sets, or was asked for.
fn shared(metric: &Metric, index: usize) -> Option<Number> {
    float(record::read_gauge(metric, index, callback::is_asked)?)
}

/// The facts of an info, once they are known.
fn facts(metric: &'static Metric, sink: &mut dyn Sink) {
    let Some(facts) = metric.known_state().and_then(State::facts) else { return };
    let labels: Vec<(&str, &str)> =
        metric.labels.iter().copied().zip(facts.iter().map(String::as_str)).collect();
    sink.number(&Series::of(&labels), Number::Integer(1));
}

/// What is said of a declared metric.
pub(super) fn head(metric: &'static Metric) -> Head<'static> {
    let kind = match metric.kind {
        MetricKind::Counter => Type::Counter,
        MetricKind::Gauge => Type::Gauge,
        MetricKind::Histogram => Type::Histogram,
        MetricKind::Summary => Type::Summary,
        MetricKind::Info => Type::Info,
    };
    Head { name: metric.name, kind, help: metric.help, unit: metric.unit }
}

/// The labels of one series of a metric; the last label changes fastest. None while a value is not
/// known: whoever entered it is faster with the count than with the text.
pub(super) fn combination(
    metric: &'static Metric,
    index: usize,
) -> Option<Vec<(&'static str, &'static str)>> {
    let mut rest = index;
    let mut pairs = Vec::with_capacity(metric.labels.len() + 1);
    for (label, (name, values)) in metric.labels.iter().zip(metric.values).enumerate().rev() {
        let at = rest.checked_rem(values.len())?;
        rest /= values.len();
        pairs.push((*name, metric.value(label, at)?));
    }
    pairs.reverse();
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Objective;

    /// Read while a thread ends calls in errors, of which some have a type.
    #[test]
    fn what_is_derived_does_not_fall() {
        let cells = cell::WORDS as u32;
        let objective = Objective::NONE;
        let function = Function { function: "f", module: "m", cells, items: NO_CELLS, objective };
        let mut figures = Figures { words: vec![0; 2 * cell::WORDS], ..Figures::NONE };
        let mut shown = |ended: u64, errors: u64, typed: u64| {
            figures.words[cell::WORDS + cell::BUCKETS] = ended;
            figures.words[cell::WORDS + cell::ERROR] = errors;
            figures.errors = vec![(cells, "OutOfStock", typed)];
            figures.hold(&[function]);
            let [ok, error, ..] = figures.calls(cells);
            [ok, error]
        };
        // The bucket has the call, and the word of the errors does not yet.
        assert_eq!(shown(101, 10, 4), [91, 6]);
        // The table of types was read later, and has one more.
        assert_eq!(shown(101, 11, 6), [91, 6]);
        assert_eq!(shown(102, 11, 5), [91, 6]);
        assert_eq!(shown(104, 12, 5), [92, 7]);
    }
}
