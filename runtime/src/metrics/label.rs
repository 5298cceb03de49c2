//! The labels of a metric on a `static`: which types they have, and which values `with` takes.
//!
//! A label of a closed set is an index that the type knows; an open one is looked up in the metric's
//! table of texts. Called by the handles, and by generated code for the labels of functions.

use super::tag::Tag;
use crate::model::Metric;
use crate::record::Place;
use crate::redact::Out;

/// A type whose values are a closed set, and can be a metric's label. Derive it for an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a metric label: its set of values is not closed",
    label = "not a label",
    note = "use `bool`, or an enum with `#[derive(plimsoll::Label)]`; for texts that come up while \
            the program runs, give the label a cap: `labels(tenant: open(500))`, with the type \
            `plimsoll::Open` where the metric is a static"
)]
pub trait Label {
    /// All values, as they stand in the label.
    const VALUES: &'static [&'static str];

    /// The place of this value in `VALUES`.
    fn index(&self) -> usize;
}

/// Records a label's value: one of the words that stand in the source.
pub fn log_label<T: Label>(value: &T, out: &mut Out<'_>) {
    out.name(T::VALUES.get(value.index()).copied().unwrap_or_default());
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl<T: Label> Label for &T {
    const VALUES: &'static [&'static str] = T::VALUES;

    fn index(&self) -> usize {
        (**self).index()
    }
}

/// A label whose values come up while the program runs: tenants, end points, queues.
///
/// It stands in the type of a metric on a `static`, where the mark says how many values it may have:
///
/// ```
/// use plimsoll::{Counter, Label, Open, metric};
///
/// #[derive(Clone, Copy, Label)]
/// enum Product {
///     Book,
///     Pen,
/// }
///
/// #[metric(counter, name = "revenue_usd", help = "Sold", labels(tenant: open(300), product))]
/// static REVENUE: Counter<(Open, Product)>;
///
/// fn sell(tenant: &str) {
///     REVENUE.with((tenant, Product::Book)).add(9.5);
/// }
/// # sell("acme");
/// ```
///
/// The values that come first get a series each; what comes after `open(..)` of them goes to one that
/// is called `_OTHER`, and is counted in `plimsoll_label_overflow_total`. A value is never forgotten.
/// A text is cut to 128 bytes, and its control characters become U+FFFD; texts that are the same
/// after that are one value. Unlike those of closed labels, a series is there once it has been used.
///
/// The text leaves the process with the metric, so it must be nobody's secret: to write `open(..)` is
/// to say so. What the [scrubber](crate::scrub) finds in a text is masked all the same when the value is
/// new, and texts that look the same then are one value.
#[derive(Debug)]
pub enum Open {}

/// A value of the label `L`: for a type that is a [`Label`], that type or a reference to it; for
/// [`Open`], a [`Tag`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of a label that is declared as `{L}`",
    label = "not a value of the label `{L}`",
    note = "a label of a closed set takes its own type, or a reference to it; one that is `Open` takes \
            texts, integers, `char` and `bool`, and any type with `plimsoll::Tag`, which no \
            `#[redact]` type has"
)]
pub trait LabelValue<L> {
    /// Its number among the values of this label of the metric.
    #[doc(hidden)]
    fn number(&self, metric: &'static Metric, label: usize) -> u32;
}

impl<T: Label> LabelValue<T> for T {
    #[inline]
    fn number(&self, _: &'static Metric, _: usize) -> u32 {
        self.index() as u32
    }
}

impl<T: Label> LabelValue<T> for &T {
    #[inline]
    fn number(&self, _: &'static Metric, _: usize) -> u32 {
        (**self).index() as u32
    }
}

impl<T: Tag> LabelValue<Open> for T {
    fn number(&self, metric: &'static Metric, label: usize) -> u32 {
        open(metric, label, self)
    }
}

/// The number of a value of an open label, which is entered into the metric's table if there is room.
pub fn open<T: Tag + ?Sized>(metric: &'static Metric, label: usize, value: &T) -> u32 {
    match metric.state().table(label) {
        Some(table) => value.tag(|text| table.index_of(text, &|text| masked(metric, label, text))),
        None => 0,
    }
}

/// What is to stand in a label in place of a text; nothing if it may leave as it is. Asked for new
/// texts only.
pub(super) fn masked(metric: &Metric, label: usize, text: &str) -> Option<String> {
    #[cfg(feature = "runtime")]
    return crate::scrub::gate::label(
        metric.name,
        metric.labels.get(label).copied().unwrap_or_default(),
        text,
    );
    #[cfg(not(feature = "runtime"))]
    None
}

/// The values of all labels of a metric with the labels `L`: a value, or a tuple of up to four.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit the labels of the metric, which are `{L}`",
    label = "not the values of `{L}`",
    note = "give each label a value, in the order of the type; several stand in one more pair of \
            parentheses: `METRIC.with((tenant, Product::Book))`",
    note = "a closed label takes its own type, or a reference to it; one that is `Open` takes texts, \
            integers, `char`, `bool`, and what has `plimsoll::Tag`, which no `#[redact]` type has"
)]
pub trait Labels<L> {
    /// The series of the metric that these values have.
    #[doc(hidden)]
    fn place(&self, metric: &'static Metric) -> Series;
}

/// One series of a metric.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Series(pub(super) Place);

impl Series {
    fn new(metric: &'static Metric, labels: &[u32]) -> Series {
        Series(Place::new(metric, labels))
    }
}

impl Labels<()> for () {
    #[inline]
    fn place(&self, _: &'static Metric) -> Series {
        Series(Place::ONLY)
    }
}

impl<L, T: LabelValue<L>> Labels<L> for T {
    fn place(&self, metric: &'static Metric) -> Series {
        Series::new(metric, &[self.number(metric, 0)])
    }
}

macro_rules! tuples {
    ($($($label:ident $value:ident $at:tt),*;)*) => {
        $(impl<$($label, $value: LabelValue<$label>),*> Labels<($($label,)*)> for ($($value,)*) {
            fn place(&self, metric: &'static Metric) -> Series {
                Series::new(metric, &[$(self.$at.number(metric, $at)),*])
            }
        })*
    };
}

tuples! {
    A T 0;
    A T 0, B U 1;
    A T 0, B U 1, C V 2;
    A T 0, B U 1, C V 2, D W 3;
}
