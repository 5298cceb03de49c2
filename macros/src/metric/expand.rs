//! Writes a metric of a function: its static, and the sample that a call takes. Cannot fail.
//!
//! For a function `observe::expand` calls it; for a static `own` does. Everything is written from
//! the
//! plan, and nothing is looked up.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::own::Own;
use super::plan::{Family, Plan};
use crate::names::MetricKind;
use crate::observe::{operand, reference};
use crate::paths::Private;
use crate::site;

impl Plan {
    /// The expression for the sample of one call.
    pub(crate) fn sample(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let metric = self.metric(p);
        let value = match &self.value {
            Some(value) => {
                let value = reference(&operand(value));
                quote_spanned!(here=> #p::value(#value))
            }
            None => quote_spanned!(here=> 0.0),
        };
        let indices = self.labels.iter().map(|label| {
            let (kind, value) = (&label.kind, reference(&label.value));
            quote_spanned!(here=> <#kind as #p::Label>::index(#value) as #p::core::primitive::u32)
        });
        quote_spanned!(here=> { #metric #p::Sample::new(&METRIC, #value, &[#(#indices),*]) })
    }

    /// The constant sample of each call, where the metric reads nothing from the arguments.
    pub(crate) fn sample_of_call(&self, p: &Private) -> TokenStream {
        let metric = self.metric(p);
        quote_spanned!(Span::mixed_site()=> { #metric #p::Sample::of_call(&METRIC) })
    }

    /// The statement that declares it.
    fn metric(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let constructor = self.family.constructor(p);
        let labels = self.labels.iter().map(|label| (label.name.as_str(), &label.kind));
        let labels = labelled(p, labels.collect());
        let (function, measure) = (&self.function, Ident::new(self.measure(), here));
        site::metric(
            p,
            self.family.kind,
            &quote_spanned!(here=>
                #constructor #labels .of(#function, #p::module_path!(), #p::Measure::#measure)
            ),
        )
    }
}

impl Family {
    /// The arguments of the metric's constructor, in parentheses.
    pub(crate) fn constructor(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let Family { kind, name, help, buckets } = self;
        match (kind, buckets) {
            (MetricKind::Histogram, Some(buckets)) => {
                quote_spanned!(here=> (#name, #help, &[#(#buckets),*]))
            }
            (MetricKind::Histogram, None) => quote_spanned!(here=> (#name, #help, &#p::BOUNDS)),
            _ => quote_spanned!(here=> (#name, #help)),
        }
    }
}

/// `.labels(..)`, if there are labels. One error about a type that is none comes from here and from
/// the sample alike, so that the compiler shows it once.
fn labelled(p: &Private, labels: Vec<(&str, &Type)>) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let (names, kinds): (Vec<_>, Vec<_>) = labels.into_iter().unzip();
    (!names.is_empty()).then(
        || quote_spanned!(here=> .labels(&[#(#names),*], &[#(#p::Values::Closed(<#kinds as #p::Label>::VALUES)),*])),
    )
}

/// The value of a static.
pub(super) fn own(own: &Own, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let constructor = own.family.constructor(p);
    let labels = labelled(p, own.labels.iter().map(|(name, kind)| (name.as_str(), kind)).collect());
    let metric = site::metric(p, own.family.kind, &quote_spanned!(here=> #constructor #labels));
    let handle = Ident::new(own.family.kind.handle(), here);
    quote_spanned!(here=> { #metric #p::#handle::new(&METRIC) })
}

/// A value for a static that has mistakes: in no catalogue.
pub(super) fn stand_in(kind: MetricKind, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let handle = Ident::new(kind.handle(), here);
    quote_spanned!(here=> {
        static METRIC: #p::Metric = #p::Metric::gauge("", "");
        #p::#handle::new(&METRIC)
    })
}
