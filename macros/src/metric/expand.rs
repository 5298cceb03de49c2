//! Writes a metric: its static, and the sample that a call takes. Cannot fail.
//!
//! For a function `observe::expand` calls it; for a static `own` does, for a callback `observe`.
//! Everything is written from the plan, and nothing is looked up.
//!
//! A call's samples are made before its body, as the body may consume the arguments, and given to
//! the guard when it is entered: `Guard::enter(&mut __guard, &SITE, &__samples)`. Those that read
//! what is returned, if there are any, are made behind the body, and given to the guard together
//! with the early ones before it finishes, in one array that takes the place of the first:
//!
//! ```text
//! let __samples = if p::active() { [early, early] } else { [p::Sample::OFF; 2] };
//! let __late;                                  // outlives the guard, and costs nothing
//! let mut __guard = p::Guard::new();
//! p::Guard::enter(&mut __guard, &SITE, &__samples);
//! let __out = body;
//! if p::Guard::is_on(&__guard) {
//!     __late = [__samples[0], { let ret = &__out; p::Sample::new(..) }, __samples[1]];
//!     p::Guard::late(&mut __guard, &__late);
//!     (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, ..);
//! }
//! ```
//!
//! So a call that never returns contributes what was known before it, and nothing else.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::callback::Callback;
use super::family::Family;
use super::labels::{Label, Labels, Values};
use super::own::Own;
use super::plan::Plan;
use crate::map;
use crate::names::MetricKind;
use crate::paths::Private;
use crate::recorded::{operand, reference};
use crate::site;

impl Plan {
    /// The expression for the sample of one call.
    pub(crate) fn sample(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let metric = self.metric(p);
        let returned = self.returned.as_ref().map(|ret| quote_spanned!(here=> let #ret = &__out;));
        let value = match &self.value {
            Some(value) => {
                let value = reference(&operand(value));
                quote_spanned!(here=> #p::value(#value))
            }
            None => quote_spanned!(here=> 0.0),
        };
        let indices = self.labels.all.iter().enumerate().map(|(at, label)| label.index(p, at));
        quote_spanned!(here=> {
            #metric
            #returned
            #p::Sample::new(&METRIC, #value, &[#(#indices),*])
        })
    }

    /// The constant sample of each call, where the metric reads nothing from the arguments.
    pub(crate) fn sample_of_call(&self, p: &Private) -> TokenStream {
        let metric = self.metric(p);
        quote_spanned!(Span::mixed_site()=> { #metric #p::Sample::of_call(&METRIC) })
    }

    /// The statement that declares it.
    fn metric(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let (function, measure) = (&self.function, Ident::new(self.measure(), here));
        let usual = self.value.is_some() && self.when == "Ok";
        let when = Ident::new(self.when, here);
        let when = (!usual).then(|| quote_spanned!(here=> .when(#p::When::#when)));
        let of = quote_spanned!(here=> .of(#function, #p::module_path!(), #p::Measure::#measure));
        let metric = self.family.metric(p, &self.labels, &quote_spanned!(here=> #of #when));
        let mapped = self.labels.mapped(p, &self.family);
        quote_spanned!(here=> #metric #mapped)
    }
}

impl Family {
    /// The statement that declares it, with these calls at the end.
    fn metric(&self, p: &Private, labels: &Labels, calls: &TokenStream) -> TokenStream {
        let here = Span::mixed_site();
        let Family { kind, name, help, unit, buckets } = self;
        let bounds = (*kind == MetricKind::Histogram).then(|| match buckets {
            Some(buckets) => quote_spanned!(here=> , &#buckets),
            None => quote_spanned!(here=> , &#p::BOUNDS),
        });
        let unit = (!unit.is_empty()).then(|| quote_spanned!(here=> .unit(#unit)));
        let (place, labels) = (labels.at.resolved_at(here), labels.tokens(p));
        site::metric(
            p,
            self.kind,
            place,
            &quote_spanned!(here=> (#name, #help #bounds) #unit #labels #calls),
        )
    }
}

impl Labels {
    /// `.labels(..).within(..)`, if there are labels. One error about a type that is none comes from
    /// here and from the sample alike, so that the compiler shows it once. What the compiler says of
    /// `within` points at the word `labels`, as the first token and the last one of the call do.
    fn tokens(&self, p: &Private) -> Option<TokenStream> {
        let here = Span::mixed_site();
        let Labels { all, budget, at } = self;
        if all.is_empty() {
            return None;
        }
        let names = all.iter().map(|label| label.name.as_str());
        let values = all.iter().filter_map(|label| match &label.values {
            Values::Closed(kind) => {
                Some(quote_spanned!(here=> #p::Values::Closed(<#kind as #p::Label>::VALUES)))
            }
            Values::Open(most) => {
                let most = Literal::u32_unsuffixed(*most);
                Some(quote_spanned!(here=> #p::Values::Open(#most)))
            }
            Values::Text(text) => Some(quote_spanned!(here=> #p::Values::Closed(&[#text]))),
            Values::Set => None,
        });
        let labels = quote_spanned!(here=> .labels(&[#(#names),*], &[#(#values),*]));
        if all.iter().any(|label| matches!(label.values, Values::Set)) {
            return Some(labels);
        }
        let (at, budget) = (at.resolved_at(here), Literal::u32_unsuffixed(*budget));
        let within = quote_spanned!(at=> .within(#budget));
        Some(quote_spanned!(here=> #labels #within))
    }

    /// What the data map says of them, if there are any.
    fn mapped(&self, p: &Private, family: &Family) -> Option<TokenStream> {
        let labels = self.all.iter().map(|label| {
            let (kind, how) = match &label.values {
                Values::Closed(kind) => (map::spelled(kind), String::from("closed")),
                Values::Open(most) => (String::new(), format!("open({most})")),
                Values::Text(_) => (String::new(), String::from("constant")),
                Values::Set => (String::new(), String::from("set")),
            };
            let class = String::from("public");
            map::Field { key: label.name.clone(), kind, how, class, ..map::Field::default() }
        });
        map::of_metric(p, &family.name, &labels.collect::<Vec<_>>())
    }

    /// The type of all labels of one series.
    fn kind(&self) -> TokenStream {
        let kinds = self.all.iter().filter_map(|label| match &label.values {
            Values::Closed(kind) => Some(&**kind),
            _ => None,
        });
        let kinds: Vec<&Type> = kinds.collect();
        match kinds.as_slice() {
            [one] => quote_spanned!(Span::mixed_site()=> #one),
            kinds => quote_spanned!(Span::mixed_site()=> (#(#kinds),*)),
        }
    }
}

impl Label {
    /// The index of a call's value; `at` is the place among the labels of the metric.
    fn index(&self, p: &Private, at: usize) -> TokenStream {
        let here = Span::mixed_site();
        match &self.values {
            Values::Closed(kind) => {
                let value = reference(&self.value);
                quote_spanned!(here=> <#kind as #p::Label>::index(#value) as #p::core::primitive::u32)
            }
            Values::Open(_) => {
                let (at, value) = (Literal::usize_unsuffixed(at), reference(&self.value));
                quote_spanned!(here=> #p::open(&METRIC, #at, #value))
            }
            Values::Text(_) | Values::Set => quote_spanned!(here=> 0),
        }
    }
}

/// The value of a static.
pub(super) fn own(own: &Own, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let metric = own.family.metric(p, &own.labels, &TokenStream::new());
    let mapped = own.labels.mapped(p, &own.family);
    let handle = Ident::new(own.family.kind.handle(), here);
    quote_spanned!(here=> { #metric #mapped #p::#handle::new(&METRIC) })
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

impl Callback {
    /// The constant beside the function. `conditions` are the `cfg`s of the function, `absorbed` the
    /// paths of marks that nobody else resolves.
    pub(crate) fn tokens(
        &self,
        p: &Private,
        conditions: &[TokenStream],
        absorbed: &[TokenStream],
    ) -> TokenStream {
        let here = Span::mixed_site();
        let function = &self.function;
        // What it returns is wrong where the function stands.
        let at = function.span().resolved_at(here);
        let read = match self.labels.all.is_empty() {
            true => {
                let kinds = quote_spanned!(at=> ::<_>);
                quote_spanned!(here=> #p::read #kinds (#function, give))
            }
            false => {
                let kind = self.labels.kind();
                let kinds = quote_spanned!(at=> ::<#kind, _, _>);
                quote_spanned!(here=> #p::read_each #kinds (#function, give))
            }
        };
        let calls = quote_spanned!(here=> .read(|give| #read));
        let metric = self.family.metric(p, &self.labels, &calls);
        let mapped = self.labels.mapped(p, &self.family);
        quote_spanned!(here=>
            #(#conditions)*
            const _: () = {
                #(use #absorbed as _;)*
                #metric
                #mapped
            };
        )
    }
}
