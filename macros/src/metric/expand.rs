//! Writes a metric of a function: its static, and the sample that a call takes. Cannot fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::plan::{Family, Plan};
use crate::names::MetricKind;
use crate::site;

impl Plan {
    /// The expression for the sample of one call.
    pub(crate) fn sample(&self, p: &TokenStream) -> TokenStream {
        let here = Span::mixed_site();
        let constructor = self.family.constructor(p);
        let names = self.labels.iter().map(|label| &label.name);
        let kinds = self.labels.iter().map(|label| &label.kind);
        let labels = (!self.labels.is_empty()).then(
            || quote_spanned!(here=> .labels(&[#(#names),*], &[#(#p::values::<#kinds>()),*])),
        );
        let (function, measure) = (&self.function, Ident::new(self.measure(), here));
        let metric = site::metric(
            p,
            self.family.kind,
            &quote_spanned!(here=>
                #constructor #labels .of(#function, #p::module_path!(), #p::Measure::#measure)
            ),
        );
        let value = match &self.value {
            Some(value) => {
                let value = crate::observe::operand(value);
                quote_spanned!(here=> #p::value(&#value))
            }
            None => quote_spanned!(here=> 0.0),
        };
        let indices = self.labels.iter().map(|label| {
            let (kind, value) = (&label.kind, &label.value);
            quote_spanned!(here=> #p::label::<#kind>(&#value))
        });
        quote_spanned!(here=> { #metric #p::Sample::new(&METRIC, #value, &[#(#indices),*]) })
    }
}

impl Family {
    /// The arguments of the metric's constructor, in parentheses.
    pub(crate) fn constructor(&self, p: &TokenStream) -> TokenStream {
        let here = Span::mixed_site();
        let Family {
            kind,
            name,
            help,
            buckets,
        } = self;
        match (kind, buckets) {
            (MetricKind::Histogram, Some(buckets)) => {
                quote_spanned!(here=> (#name, #help, &[#(#buckets),*]))
            }
            (MetricKind::Histogram, None) => quote_spanned!(here=> (#name, #help, &#p::BOUNDS)),
            _ => quote_spanned!(here=> (#name, #help)),
        }
    }
}
