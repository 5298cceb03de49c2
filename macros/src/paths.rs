//! Every path into the runtime. Generated code names `<crate>::__private`, and nothing else.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

/// The private module of the runtime: of `::plimsoll`, or of what `crate = path` says.
pub(crate) fn private(krate: Option<&Path>) -> TokenStream {
    let here = Span::mixed_site();
    match krate {
        Some(krate) => quote_spanned!(here=> #krate::__private),
        None => quote_spanned!(here=> ::plimsoll::__private),
    }
}
