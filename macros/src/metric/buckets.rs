//! The upper bounds of a histogram: number literals, rising.
//!
//! Checked while they are read, as each has its place in the source: the runtime never sees bounds
//! that
//! do not rise.

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::args::ungrouped;
use crate::diagnostics::Diagnostics;

/// More than this, and the page grows by more than anybody reads.
const MOST: usize = 64;

/// One bound, at the place where it was written.
#[derive(Clone)]
pub(crate) struct Bucket {
    bound: f64,
    written: Expr,
}

impl ToTokens for Bucket {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Literal::f64_unsuffixed(self.bound).to_tokens(tokens);
    }
}

/// Reads `[1, 2.5, 10]`; bounds that are none, or do not rise, are reported where they stand.
pub(crate) fn read(list: Expr, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Bucket>> {
    let list = ungrouped(list);
    let Expr::Array(array) = list else {
        let message = "`buckets` is a list of numbers: write `buckets = [0.1, 1, 10]`";
        return Err(syn::Error::new_spanned(list, message));
    };
    if array.elems.is_empty() {
        let message = "`buckets` is empty; write the upper bounds: `buckets = [0.1, 1, 10]`";
        return Err(syn::Error::new_spanned(array, message));
    }
    let mut buckets: Vec<Bucket> = Vec::new();
    for written in array.elems.into_iter().map(ungrouped) {
        let Some(bound) = number(&written).filter(|bound| bound.is_finite()) else {
            diagnostics.error(
                &written,
                "a bucket is a number literal, such as `0.25` or `10`; `+Inf` is always there",
            );
            continue;
        };
        if let Some(last) = buckets.last().filter(|last| last.bound >= bound) {
            let (this, last) = (&written.to_token_stream(), last.written.to_token_stream());
            diagnostics.error(
                &written,
                format_args!("`buckets` must be strictly increasing (`{this}` follows `{last}`)"),
            );
            continue;
        }
        buckets.push(Bucket { bound, written });
    }
    if let Some(first_too_many) = buckets.get(MOST) {
        diagnostics.error(
            &first_too_many.written,
            format_args!("{} buckets are too many; at most {MOST} are allowed", buckets.len()),
        );
    }
    Ok(buckets)
}

fn number(written: &Expr) -> Option<f64> {
    match written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|bound| -bound),
        _ => None,
    }
}
