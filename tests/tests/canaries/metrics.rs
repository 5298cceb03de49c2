//! Metrics: labels, infos, callbacks, exemplars, and metrics of other libraries.

use plimsoll::{Counter, Gauge, Histogram, Info, Open, metric, observe};

use crate::slots::{EMAIL, Guard, PLAIN, Slot};

macro_rules! slots {
    ($($name:literal $guard:ident $shape:expr, |$secret:ident, $id:ident| $fill:expr;)*) => {
        pub(crate) const SLOTS: &[Slot] = &[$(Slot {
            name: $name,
            guard: Guard::$guard,
            shape: $shape,
            fill: |$secret, $id| { let _ = $fill; },
        },)*];
    };
}

slots! {
    "open label, e-mail" Shape EMAIL, |secret, id| VISITS.with((secret, &*id.to_string())).inc();
    "open label, token" Shape "token={}", |secret, id| VISITS.with((secret, &*id.to_string())).inc();
    "info" Shape "https://user:{}@host.example/", |secret, id| FACTS.set([secret, &id.to_string()]);
    "callback's label" Shape EMAIL, |secret, id| {
        let text = id.to_string();
        DEPTH.with((secret, &*text)).read_from(move || 1)
    };
    "callback that panics" Type PLAIN, |secret, id| {
        let text = secret.to_owned();
        BROKEN.read_from(move || -> u64 {
            tracing::info!(id, "is asked");
            panic!("{text}")
        })
    };
    "exemplar" Never PLAIN, |secret, id| observed(id, secret);
    "prometheus label" Shape EMAIL, |secret, id| {
        let options = prometheus_library::Opts::new("foreign_total", "Foreign")
            .const_label("id", id.to_string())
            .const_label("who", secret);
        let counter = prometheus_library::Counter::with_opts(options).unwrap();
        plimsoll::registry().register(Box::new(counter.clone())).unwrap();
        counter.inc();
    };
    "opentelemetry attribute" Shape "Bearer {}", |secret, id| {
        let counter = opentelemetry::global::meter("library").u64_counter("library.calls").build();
        let key = |key: &'static str, value: String| opentelemetry::KeyValue::new(key, value);
        counter.add(1, &[key("who", secret.to_owned()), key("id", id.to_string())]);
    };
}

#[metric(counter, name = "visits", help = "Visits", labels(who: open(8), number: open(8)))]
static VISITS: Counter<(Open, Open)>;

#[metric(info, name = "target_facts", help = "Where to", labels(url, number))]
static FACTS: Info<2>;

#[metric(gauge, name = "queue_depth", help = "Waiting", labels(owner: open(8), number: open(8)))]
static DEPTH: Gauge<(Open, Open)>;

#[metric(gauge, name = "broken", help = "Asked in vain")]
static BROKEN: Gauge;

#[metric(histogram, name = "sizes_bytes", help = "Sizes", buckets = [1, 1000])]
static SIZES: Histogram;

#[observe(log(id), redact(secret = full))]
fn observed(id: u64, secret: &str) {
    let _ = secret;
    SIZES.observe(id as f64);
}
