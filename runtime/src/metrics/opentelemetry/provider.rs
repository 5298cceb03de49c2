//! The meters that libraries get: the SDK's, whose callbacks run where they can do no harm.
//!
//! The SDK calls back under a lock: a callback that panics there would end all reading for good, and
//! one that makes an instrument would wait for itself. So the program's callbacks run before the SDK
//! is asked, and the SDK gets what they said. Knows nothing of names or families.

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::metrics::{
    AsyncInstrument, AsyncInstrumentBuilder, Callback, Counter, Gauge, Histogram, HistogramBuilder,
    InstrumentBuilder, InstrumentProvider, Meter, MeterProvider, ObservableCounter,
    ObservableGauge, ObservableUpDownCounter, UpDownCounter,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// Gives meters.
#[derive(Clone)]
pub(super) struct Provider {
    sdk: SdkMeterProvider,
    callbacks: Arc<Callbacks>,
}

impl Provider {
    pub(super) fn new(sdk: SdkMeterProvider) -> Provider {
        Provider { sdk, callbacks: Arc::default() }
    }

    /// Runs all callbacks. Returns how many panicked.
    pub(super) fn call_back(&self) -> u64 {
        // Callbacks may make instruments, with further callbacks.
        let all = lock(&self.callbacks.all).clone();
        let panicked =
            all.iter().filter(|one| catch_unwind(AssertUnwindSafe(|| one.run())).is_err());
        panicked.count() as u64
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}

impl MeterProvider for Provider {
    fn meter_with_scope(&self, scope: InstrumentationScope) -> Meter {
        let meter = self.sdk.meter_with_scope(scope);
        Meter::new(Arc::new(Instruments { meter, callbacks: Arc::clone(&self.callbacks) }))
    }
}

/// What the program wants to be asked.
#[derive(Default)]
struct Callbacks {
    all: Mutex<Vec<Arc<dyn Run>>>,
}

trait Run: Send + Sync {
    fn run(&self);
}

/// One callback, and what it said last.
struct Asked<T> {
    callback: Callback<T>,
    said: Mutex<Said<T>>,
}

type Said<T> = Vec<(T, Vec<KeyValue>)>;

/// Takes what a callback says.
struct Listener<T>(Mutex<Said<T>>);

impl<T: Send> AsyncInstrument<T> for Listener<T> {
    fn observe(&self, measurement: T, attributes: &[KeyValue]) {
        lock(&self.0).push((measurement, attributes.to_vec()));
    }
}

impl<T: Send> Run for Asked<T> {
    fn run(&self) {
        // What was said before a panic is no whole answer, and the last one is old.
        lock(&self.said).clear();
        let listener = Listener(Mutex::default());
        (self.callback)(&listener);
        *lock(&self.said) = listener.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
}

impl<T: Copy + Send + 'static> Asked<T> {
    /// Keeps a callback, and gives the one that the SDK calls instead.
    fn instead(
        callback: Callback<T>,
        callbacks: &Callbacks,
    ) -> impl Fn(&dyn AsyncInstrument<T>) + Send + Sync + 'static {
        let asked = Arc::new(Asked { callback, said: Mutex::default() });
        lock(&callbacks.all).push(Arc::clone(&asked) as Arc<dyn Run>);
        move |observer| {
            for (measurement, attributes) in lock(&asked.said).iter() {
                observer.observe(*measurement, attributes);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change under these locks is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Instruments {
    meter: Meter,
    callbacks: Arc<Callbacks>,
}

/// Text that may be missing.
type Maybe = Option<Cow<'static, str>>;

/// Makes an instrument of the SDK's as the given builder says.
macro_rules! plain {
    ($($kind:ident: $instrument:ty;)*) => {$(
        fn $kind(&self, builder: InstrumentBuilder<'_, $instrument>) -> $instrument {
            let (description, unit): (Maybe, Maybe) = (builder.description, builder.unit);
            let made = self.meter.$kind(builder.name);
            let made = made.with_description(description.unwrap_or_default());
            made.with_unit(unit.unwrap_or_default()).build()
        }
    )*};
}

/// The same for one that is asked.
macro_rules! asked {
    ($($kind:ident: $instrument:ty, $number:ty;)*) => {$(
        fn $kind(
            &self,
            builder: AsyncInstrumentBuilder<'_, $instrument, $number>,
        ) -> $instrument {
            let (description, unit): (Maybe, Maybe) = (builder.description, builder.unit);
            let made = self.meter.$kind(builder.name);
            let made = made.with_description(description.unwrap_or_default());
            let mut made = made.with_unit(unit.unwrap_or_default());
            for callback in builder.callbacks {
                made = made.with_callback(Asked::instead(callback, &self.callbacks));
            }
            made.build()
        }
    )*};
}

/// The same for a histogram.
macro_rules! histograms {
    ($($kind:ident: $number:ty;)*) => {$(
        fn $kind(&self, builder: HistogramBuilder<'_, Histogram<$number>>) -> Histogram<$number> {
            let (description, unit): (Maybe, Maybe) = (builder.description, builder.unit);
            let made = self.meter.$kind(builder.name);
            let made = made.with_description(description.unwrap_or_default());
            let mut made = made.with_unit(unit.unwrap_or_default());
            if let Some(boundaries) = builder.boundaries {
                made = made.with_boundaries(boundaries);
            }
            made.build()
        }
    )*};
}

impl InstrumentProvider for Instruments {
    plain! {
        u64_counter: Counter<u64>;
        f64_counter: Counter<f64>;
        i64_up_down_counter: UpDownCounter<i64>;
        f64_up_down_counter: UpDownCounter<f64>;
        u64_gauge: Gauge<u64>;
        i64_gauge: Gauge<i64>;
        f64_gauge: Gauge<f64>;
    }

    asked! {
        u64_observable_counter: ObservableCounter<u64>, u64;
        f64_observable_counter: ObservableCounter<f64>, f64;
        i64_observable_up_down_counter: ObservableUpDownCounter<i64>, i64;
        f64_observable_up_down_counter: ObservableUpDownCounter<f64>, f64;
        u64_observable_gauge: ObservableGauge<u64>, u64;
        i64_observable_gauge: ObservableGauge<i64>, i64;
        f64_observable_gauge: ObservableGauge<f64>, f64;
    }

    histograms! {
        f64_histogram: f64;
        u64_histogram: u64;
    }
}
