//! The same families, series and counts in `prometheus` and in `prometheus-client`.
//!
//! Both are fed from plimsoll's own page, so that all three write down the same figures. Called by
//! `main`.

use std::collections::BTreeMap;

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use super::Failure;
use super::fill::BOUNDS;
use super::read::Series;

const CALLS: (&str, &str) =
    ("function_calls_total", "Calls of each observed function, by how they ended.");
const DURATION: (&str, &str) =
    ("function_duration_seconds", "How long the calls of each observed function took.");
const IN_FLIGHT: (&str, &str) =
    ("function_in_flight", "Calls of each observed function that run at the moment.");

/// What one function has on the page.
struct Function {
    function: String,
    module: String,
    calls: Vec<(String, u64)>,
    observations: Vec<f64>,
}

/// A function's series: calls by outcome, bounds and how many calls are below them, the sum.
type Read = (Vec<(String, u64)>, Vec<(f64, u64)>, f64);

/// Takes the functions from plimsoll's page. An observation of each bucket stands for all of its
/// bucket's; the last one brings the sum to what it was.
fn functions(page: &BTreeMap<Series, f64>) -> Result<Vec<Function>, Failure> {
    let mut functions: BTreeMap<(&str, &str), Read> = BTreeMap::new();
    for (series, value) in page {
        let known = functions.entry((series.label("module"), series.label("function")));
        let (calls, buckets, sum) = known.or_default();
        match (series.name.as_str(), series.le) {
            ("function_calls_total", _) => {
                calls.push((series.label("outcome").to_owned(), *value as u64));
            }
            (_, Some(le)) => buckets.push((f64::from_bits(le), *value as u64)),
            ("function_duration_seconds_sum", _) => *sum = *value,
            _ => {}
        }
    }
    let mut all = Vec::new();
    for ((module, function), (calls, mut buckets, sum)) in functions {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (mut observations, mut lower, mut before, mut so_far) = (Vec::new(), 0.0, 0, 0.0);
        for (bound, count) in buckets {
            let own = count - before;
            if own == 0 {
                return Err(format!("{module}::{function}: nothing up to {bound}").into());
            }
            let value = lower * 1.000_001;
            observations.extend((0..own).map(|_| value));
            so_far += value * own as f64;
            (lower, before) = (bound, count);
        }
        if let Some(last) = observations.last_mut() {
            *last += sum - so_far;
        }
        all.push(Function {
            function: function.to_owned(),
            module: module.to_owned(),
            calls,
            observations,
        });
    }
    Ok(all)
}

/// Families of the `prometheus` crate, in a registry of their own.
#[derive(Debug)]
pub(crate) struct Prometheus(prometheus::Registry);

impl Prometheus {
    pub(crate) fn new(page: &BTreeMap<Series, f64>) -> Result<Self, Failure> {
        let registry = prometheus::Registry::new();
        let labels = ["function", "module"];
        let with_outcome = ["function", "module", "outcome"];
        let calls = IntCounterVec::new(Opts::new(CALLS.0, CALLS.1), &with_outcome)?;
        let options = HistogramOpts::new(DURATION.0, DURATION.1).buckets(BOUNDS.to_vec());
        let duration = HistogramVec::new(options, &labels)?;
        let in_flight = IntGaugeVec::new(Opts::new(IN_FLIGHT.0, IN_FLIGHT.1), &labels)?;
        registry.register(Box::new(calls.clone()))?;
        registry.register(Box::new(duration.clone()))?;
        registry.register(Box::new(in_flight.clone()))?;
        for Function { function, module, calls: by_outcome, observations } in functions(page)? {
            for (outcome, count) in by_outcome {
                calls.with_label_values(&[&function, &module, &outcome]).inc_by(count);
            }
            let duration = duration.with_label_values(&[&function, &module]);
            observations.iter().for_each(|value| duration.observe(*value));
            in_flight.with_label_values(&[&function, &module]).set(0);
        }
        Ok(Self(registry))
    }

    pub(crate) fn page(&self, out: &mut Vec<u8>) -> Result<(), Failure> {
        out.clear();
        Ok(prometheus::TextEncoder::new().encode(&self.0.gather(), out)?)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    function: String,
    module: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WithOutcome {
    function: String,
    module: String,
    outcome: String,
}

/// Families of the `prometheus-client` crate.
#[derive(Debug)]
pub(crate) struct Client(prometheus_client::registry::Registry);

impl Client {
    pub(crate) fn new(page: &BTreeMap<Series, f64>) -> Result<Self, Failure> {
        let mut registry = prometheus_client::registry::Registry::default();
        let calls = Family::<WithOutcome, Counter>::default();
        let duration = Family::<Labels, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let in_flight = Family::<Labels, Gauge>::default();
        registry.register("function_calls", CALLS.1, calls.clone());
        registry.register(DURATION.0, DURATION.1, duration.clone());
        registry.register(IN_FLIGHT.0, IN_FLIGHT.1, in_flight.clone());
        for Function { function, module, calls: by_outcome, observations } in functions(page)? {
            for (outcome, count) in by_outcome {
                let (function, module) = (function.clone(), module.clone());
                calls.get_or_create(&WithOutcome { function, module, outcome }).inc_by(count);
            }
            let labels = Labels { function, module };
            let duration = duration.get_or_create(&labels);
            observations.iter().for_each(|value| duration.observe(*value));
            in_flight.get_or_create(&labels).set(0);
        }
        Ok(Self(registry))
    }

    pub(crate) fn page(&self, out: &mut String) -> Result<(), Failure> {
        out.clear();
        Ok(prometheus_client::encoding::text::encode(out, &self.0)?)
    }
}
