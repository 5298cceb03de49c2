//! Writes an event: a static, the question whether anybody wants it, and its fields. Cannot fail.
//!
//! The values are computed only where somebody does, and before anything is written, so that they
//! may log, wait and return as anywhere else.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::plan::{Level, Plan};
use crate::map::{self, Subject};
use crate::paths::Private;
use crate::recorded::{self, How, Recorded};
use crate::strategy::Strategy;

/// The block that stands in the place of the macro.
pub(super) fn event(plan: &Plan) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, message, fields, mapped, .. } = plan;
    let level = match &plan.level {
        Level::Named(level) => {
            let level = Ident::new(level, here);
            quote_spanned!(here=> #p::Level::#level)
        }
        Level::Written(path) => quote_spanned!(here=> #path),
    };
    let target = match &plan.target {
        Some(target) => quote_spanned!(here=> #target),
        None => quote_spanned!(here=> #p::module_path!()),
    };
    let keys = fields.iter().map(|field| &field.key);
    let subject = Subject { kind: "event", name: message, more: Vec::new(), of: None };
    let mapped = (!mapped.is_empty()).then(|| map::record(p, &subject, mapped));
    let names: Vec<Ident> = (0..).zip(fields).map(|(at, field)| bound(at, field)).collect();
    let values = fields.iter().map(|field| recorded::reference(&field.value));
    let said = fields.iter().zip(&names).map(|(field, name)| said(field, name, p));
    let say = match fields.is_empty() {
        true => quote_spanned!(here=> #p::Event::say(__event, &mut |_| {})),
        false => quote_spanned!(here=>
            match (#(#values,)*) {
                (#(#names,)*) => #p::Event::say(
                    __event,
                    &mut |__said: &mut #p::Said<'_>| { #(#said)* },
                ),
            }
        ),
    };
    // The static is an item, which the values would see in place of one of the program's.
    quote_spanned!(here=> {
        let __event: &'static #p::Event = {
            static EVENT: #p::Event =
                #p::Event::new(#level, #message, #target, &["message", #(#keys),*]);
            #mapped
            &EVENT
        };
        if #p::Event::is_on(__event) {
            #say
        }
    })
}

/// A block that uses what is named, and does nothing: something else is wrong.
pub(super) fn nothing(plan: &Plan) -> TokenStream {
    let here = Span::mixed_site();
    let values = plan.fields.iter().map(|field| recorded::reference(&field.value));
    quote_spanned!(here=> if false { #(let _ = #values;)* })
}

/// The name of a value; errors about its type point at the value.
fn bound(at: usize, field: &Recorded) -> Ident {
    let first = field.value.clone().into_iter().next();
    let place = first.map_or_else(Span::mixed_site, |first| first.span());
    Ident::new(&format!("__value{at}"), Span::mixed_site().located_at(place))
}

/// The statement that records a field.
fn said(field: &Recorded, value: &Ident, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let key = &field.key;
    match &field.how {
        How::Logged => quote_spanned!(here=> #p::Said::log(__said, #key, #value);),
        How::Public => quote_spanned!(here=> #p::Said::public(__said, #key, #value);),
        How::Redacted(Strategy::Full) => {
            quote_spanned!(here=> let _ = #value; #p::Said::hidden(__said, #key);)
        }
        How::Redacted(Strategy::Erase) => {
            quote_spanned!(here=> let _ = #value; #p::Said::erased(__said, #key);)
        }
        How::Redacted(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> #p::Said::redacted(__said, #key, #strategy, #value);)
        }
    }
}
