//! The upper bounds of a histogram: a list, a preset, or a row that is computed here.
//!
//! Checked while they are read, as each has its place in the source: the runtime never sees bounds
//! that do not rise.

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use syn::{Expr, ExprCall, ExprLit, ExprUnary, Lit, UnOp};

use crate::args::ungrouped;
use crate::diagnostics::{Diagnostics, did_you_mean};

/// More than this, and the page grows by more than anybody reads.
const MOST: usize = 64;

/// Bounds that go by a name: what they are for, in which unit.
const PRESETS: [(&str, &str, &[f64]); 3] = [
    // The advice of OpenTelemetry for `http.server.request.duration`.
    (
        "http",
        "seconds",
        &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    ),
    // That for `db.client.operation.duration`.
    ("database", "seconds", &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]),
    // By four, from 256 B to 64 MiB.
    (
        "bytes",
        "bytes",
        &[
            256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 4194304.0, 16777216.0,
            67108864.0,
        ],
    ),
];

const FORMS: &str = "`[0.1, 1, 10]`, `http`, `database`, `bytes`, `exponential(start, factor, \
                     count)` or `linear(start, width, count)`";

/// The bounds of one histogram.
#[derive(Default)]
pub(crate) struct Buckets {
    bounds: Vec<f64>,
    /// The preset, and the unit that it is in.
    pub(crate) preset: Option<(&'static str, &'static str)>,
    /// What was written.
    pub(crate) written: TokenStream,
}

impl ToTokens for Buckets {
    /// `[0.1, 1.0]`
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let bounds = self.bounds.iter().map(|bound| Literal::f64_unsuffixed(*bound));
        tokens.extend(quote::quote!([#(#bounds),*]));
    }
}

/// Reads what stands behind `buckets =`; bounds that are none, or do not rise, are reported where
/// they stand.
pub(crate) fn read(written: Expr, diagnostics: &mut Diagnostics) -> syn::Result<Buckets> {
    let written = ungrouped(written);
    let tokens = written.to_token_stream();
    let (bounds, preset) = match &written {
        Expr::Array(array) => (list(array, diagnostics)?, None),
        Expr::Call(call) => (row(call)?, None),
        Expr::Path(path) => {
            let word = path.to_token_stream().to_string();
            let Some((name, unit, bounds)) = PRESETS.iter().find(|(name, ..)| *name == word) else {
                let near = did_you_mean(&word, PRESETS.iter().map(|(name, ..)| *name));
                let message = format!("there are no buckets `{word}`{near} (write {FORMS})");
                return Err(syn::Error::new_spanned(path, message));
            };
            (bounds.to_vec(), Some((*name, *unit)))
        }
        other => {
            let message =
                format!("`buckets` is a list of numbers, or how to make one: write {FORMS}");
            return Err(syn::Error::new_spanned(other, message));
        }
    };
    Ok(Buckets { bounds, preset, written: tokens })
}

/// `[1, 2.5, 10]`
fn list(array: &syn::ExprArray, diagnostics: &mut Diagnostics) -> syn::Result<Vec<f64>> {
    if array.elems.is_empty() {
        let message = "`buckets` is empty; write the upper bounds: `buckets = [0.1, 1, 10]`";
        return Err(syn::Error::new_spanned(array, message));
    }
    let mut bounds: Vec<(f64, Expr)> = Vec::new();
    for written in array.elems.iter().cloned().map(ungrouped) {
        let Some(bound) = number(&written) else {
            diagnostics.error(
                &written,
                "a bucket is a number literal, such as `0.25` or `10`; `+Inf` is always there",
            );
            continue;
        };
        if let Some((_, last)) = bounds.last().filter(|(last, _)| *last >= bound) {
            let (this, last) = (&written.to_token_stream(), last.to_token_stream());
            diagnostics.error(
                &written,
                format_args!("`buckets` must be strictly increasing (`{this}` follows `{last}`)"),
            );
            continue;
        }
        bounds.push((bound, written));
    }
    if let Some((_, first_too_many)) = bounds.get(MOST) {
        diagnostics.error(
            first_too_many,
            format_args!("{} buckets are too many; at most {MOST} are allowed", bounds.len()),
        );
    }
    Ok(bounds.into_iter().map(|(bound, _)| bound).collect())
}

/// `exponential(start, factor, count)` or `linear(start, width, count)`
fn row(call: &ExprCall) -> syn::Result<Vec<f64>> {
    let word = call.func.to_token_stream().to_string();
    let (form, step_name) = match word.as_str() {
        "exponential" => ("exponential(start, factor, count)", "factor"),
        "linear" => ("linear(start, width, count)", "width"),
        _ => {
            let near = did_you_mean(&word, ["exponential", "linear"]);
            let message = format!("there are no buckets `{word}`{near} (write {FORMS})");
            return Err(syn::Error::new_spanned(&call.func, message));
        }
    };
    let arguments: Vec<Expr> = call.args.iter().cloned().map(ungrouped).collect();
    let [start_at, step_at, count_at] = arguments.as_slice() else {
        let message = format!("write `{form}`, with three numbers");
        return Err(syn::Error::new_spanned(call, message));
    };
    let literal = |at: &Expr| {
        number(at).ok_or_else(|| {
            let message = format!("`{form}` takes number literals, such as `0.25` or `10`");
            syn::Error::new_spanned(at, message)
        })
    };
    let (start, step, count) = (literal(start_at)?, literal(step_at)?, literal(count_at)?);
    if word == "exponential" && start <= 0.0 {
        let message = "`start` must be above zero, as each bound is the one before times `factor`";
        return Err(syn::Error::new_spanned(start_at, message));
    }
    if word == "exponential" && step <= 1.0 || step <= 0.0 {
        let least = if word == "linear" { "zero" } else { "one" };
        let message = format!("`{step_name}` must be above {least}, so that the bounds rise");
        return Err(syn::Error::new_spanned(step_at, message));
    }
    let counts = Some(count as usize).filter(|whole| *whole as f64 == count);
    let Some(count) = counts.filter(|count| (1..=MOST).contains(count)) else {
        let message = format!("`count` is a whole number from 1 to {MOST}");
        return Err(syn::Error::new_spanned(count_at, message));
    };
    let bounds = (0..count).map(|at| match word.as_str() {
        "linear" => start + step * at as f64,
        _ => start * step.powi(at as i32),
    });
    let bounds: Vec<f64> = bounds.map(rounded).collect();
    let rises = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if !rises || bounds.last().is_some_and(|last| !last.is_finite()) {
        let message = format!("`{form}` with these numbers makes bounds that do not rise");
        return Err(syn::Error::new_spanned(call, message));
    }
    Ok(bounds)
}

/// The number as people would write it: what computing in binary adds is no part of a bound.
fn rounded(bound: f64) -> f64 {
    format!("{bound:.12e}").parse().unwrap_or(bound)
}

fn number(written: &Expr) -> Option<f64> {
    let number = match written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|bound| -bound),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{MOST, PRESETS, read};
    use crate::diagnostics::Diagnostics;

    fn bounds(text: &str) -> Result<Vec<f64>, String> {
        let mut diagnostics = Diagnostics::about("#[metric]", "");
        let written = syn::parse_str(text).expect(text);
        let read = read(written, &mut diagnostics).map_err(|error| error.to_string())?;
        assert!(diagnostics.is_empty(), "{text}");
        Ok(read.bounds)
    }

    #[test]
    fn rows_are_the_numbers_that_people_would_write() {
        for (text, expected) in [
            ("linear(0.1, 0.1, 4)", vec![0.1, 0.2, 0.3, 0.4]),
            ("linear(-10, 5, 4)", vec![-10.0, -5.0, 0.0, 5.0]),
            ("exponential(0.001, 10, 5)", vec![0.001, 0.01, 0.1, 1.0, 10.0]),
            ("exponential(1, 1.5, 3)", vec![1.0, 1.5, 2.25]),
        ] {
            assert_eq!(bounds(text), Ok(expected), "{text}");
        }
        assert_eq!(bounds("exponential(1, 1.1, 64)").map(|all| all.len()), Ok(MOST));
    }

    #[test]
    fn rows_that_do_not_rise_are_refused() {
        for (text, says) in [
            ("exponential(0, 2, 3)", "`start` must be above zero"),
            ("exponential(1, 1, 3)", "`factor` must be above one"),
            ("linear(1, 0, 3)", "`width` must be above zero"),
            ("linear(1, 1, 65)", "from 1 to 64"),
            ("linear(1, 1, 2.5)", "from 1 to 64"),
            ("linear(1, 1, -1)", "from 1 to 64"),
            ("exponential(1, 1e300, 3)", "do not rise"),
            ("linear(1, 1e-30, 3)", "do not rise"),
            ("linear(1, 1)", "three numbers"),
            ("linear(1, STEP, 3)", "number literals"),
            ("lineal(1, 1, 3)", "did you mean `linear`?"),
            ("htttp", "did you mean `http`?"),
        ] {
            let message = bounds(text).expect_err(text);
            assert!(message.contains(says), "{message}");
        }
    }

    #[test]
    fn presets_rise() {
        for (name, _, bounds) in PRESETS {
            assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
        }
    }
}
