//! What a function is to achieve: `slo(success = 99.9, latency = "250ms", target = 99)`.
//!
//! Percentages become millionths here, and the time nanoseconds, so that nothing else knows how they
//! are written. Called by `args`.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, Lit, Token};

use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::duration;
use crate::paths::Private;

const KEYS: [&str; 3] = ["success", "latency", "target"];
/// The share of calls that must be in time, where none is said.
const TARGET: u32 = 990_000;
/// The shortest and the longest time that can be promised: a microsecond, an hour.
const SHORTEST: u64 = 1_000;
const LONGEST: u64 = 3_600_000_000_000;

/// An objective; shares are in millionths.
#[derive(Clone, Copy)]
pub(crate) struct Slo {
    success: Option<u32>,
    latency: Option<u64>,
    target: u32,
}

impl Slo {
    /// Reads `(success = .., latency = .., target = ..)`. `None` if it says nothing that holds.
    pub(super) fn read(
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<Option<Slo>> {
        let written: TokenStream = args::list(key, input)?.parse()?;
        let before = diagnostics.len();
        let (mut success, mut latency, mut target) = Default::default();
        args::read(written, &KEYS, diagnostics, |key, input, diagnostics| {
            match key.to_string().as_str() {
                "success" => Slot::set(&mut success, key, share(key, input, "99.9")?, diagnostics),
                "target" => Slot::set(&mut target, key, share(key, input, "99")?, diagnostics),
                "latency" => Slot::set(&mut latency, key, time(key, input)?, diagnostics),
                _ => return Ok(false),
            }
            Ok(true)
        });
        if diagnostics.len() > before {
            return Ok(None);
        }
        if let (Some(target), None) = (target.key(), latency.get()) {
            let message = "`target` is the share of calls that are in time: add `latency = \
                           \"250ms\"`, or write `success` for the share that ends well";
            diagnostics.error(target, message);
            return Ok(None);
        }
        if success.get().is_none() && latency.get().is_none() {
            let message = "`slo(..)` promises nothing: write `slo(success = 99.9)`, `slo(latency = \
                           \"250ms\")`, or both";
            diagnostics.error(key, message);
            return Ok(None);
        }
        let target = target.get().copied().unwrap_or(TARGET);
        Ok(Some(Slo { success: success.get().copied(), latency: latency.get().copied(), target }))
    }

    /// The objective as the runtime takes it: 0 for what is not promised.
    pub(crate) fn tokens(&self, p: &Private) -> TokenStream {
        let Slo { success, latency, target } = *self;
        let (success, target) = (success.unwrap_or(0), latency.map_or(0, |_| target));
        let latency = latency.unwrap_or(0);
        quote_spanned!(proc_macro2::Span::mixed_site()=>
            #p::Objective::new(#success, #latency, #target)
        )
    }
}

/// What stands for a number. A number is read by itself: what follows it may be no more of it.
struct Written(Expr);

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Written> {
        if input.peek(Lit) {
            return Ok(Written(Expr::Lit(input.parse()?)));
        }
        Ok(Written(args::ungrouped(input.parse()?)))
    }
}

/// A percentage, in millionths.
fn share(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<u32> {
    let Written(written) = args::value(key, input, example)?;
    let plain = format!("`{key}` takes a percentage as a plain number: write `{key} = {example}`");
    let digits = match &written {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) if number.suffix().is_empty() => {
            number.base10_digits()
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            number.base10_digits()
        }
        _ => return Err(syn::Error::new_spanned(&written, plain)),
    };
    if let Ok(sign) = input.parse::<Token![%]>() {
        return Err(syn::Error::new_spanned(sign, plain));
    }
    let percent: f64 =
        digits.parse().map_err(|_| syn::Error::new_spanned(&written, plain.clone()))?;
    let message = if percent >= 100.0 {
        format!(
            "`{key} = {digits}` leaves no budget for anything to go wrong; write less than 100, \
             such as `{key} = {example}`"
        )
    } else if percent <= 1.0 {
        format!("`{key} = {digits}` is in percent; write `{key} = {example}`")
    } else {
        let millionths = percent * 10_000.0;
        if (millionths - millionths.round()).abs() < 1e-6 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 10000 to 999999"
            )]
            return Ok(millionths.round() as u32);
        }
        format!("`{key} = {digits}` is finer than can be told apart; write at most four decimals")
    };
    Err(syn::Error::new_spanned(&written, message))
}

/// The time that a call may take, in nanoseconds.
fn time(key: &Ident, input: ParseStream<'_>) -> syn::Result<u64> {
    let text = args::text(key, input, "\"250ms\"")?;
    let written = text.value();
    let fails = |message| syn::Error::new(text.span(), format!("`{key}`: {message}"));
    match duration::nanoseconds(&written).map_err(fails)? {
        nanos if nanos < SHORTEST => Err(fails(format!(
            "`{written}` is shorter than can be promised; write `\"1us\"` or more"
        ))),
        nanos if nanos > LONGEST => {
            Err(fails(format!("`{written}` is longer than can be watched; write `\"1h\"` or less")))
        }
        nanos => Ok(nanos),
    }
}
