//! What a mark leaves in the catalogue of the program: a static in a section of its own.
//!
//! The runtime finds all of them between the bounds of the section, so the section names here and
//! there must agree, for each family of platforms.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::map;
use crate::names::MetricKind;
use crate::observe::Slo;
use crate::paths::Private;

/// The constant description of a marked function.
pub(crate) struct Site {
    /// The `function` label and the name of the span.
    pub(crate) function: String,
    /// The variant of the runtime's `Kind`, when it is not internal.
    pub(crate) kind: Option<&'static str>,
    /// The variant of the runtime's `Level`, when it is not info.
    pub(crate) level: Option<&'static str>,
    /// The time after which a call is slow.
    pub(crate) slow: Option<u64>,
    /// What it is to achieve.
    pub(crate) slo: Option<Slo>,
    /// The keys of the fields.
    pub(crate) fields: Vec<String>,
    /// What the data map says of them.
    pub(crate) mapped: Vec<map::Field>,
    /// False for a function that bears only metrics.
    pub(crate) observed: bool,
    /// It returns a stream.
    pub(crate) is_stream: bool,
    /// The paths of the marks that the outermost absorbed. Nobody else resolves them, and an import
    /// that nothing resolves through is reported as unused.
    pub(crate) absorbed: Vec<TokenStream>,
}

impl Site {
    /// `{ static SITE: .. = ..; &SITE }`
    pub(crate) fn tokens(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let Site { function, slow, fields, mapped, absorbed, .. } = self;
        let mut calls = TokenStream::new();
        if let Some(kind) = self.kind {
            let kind = Ident::new(kind, here);
            calls.extend(quote_spanned!(here=> .kind(#p::Kind::#kind)));
        }
        if let Some(level) = self.level {
            let level = Ident::new(level, here);
            calls.extend(quote_spanned!(here=> .level(#p::Level::#level)));
        }
        if let Some(slow) = slow {
            calls.extend(quote_spanned!(here=> .slow(#slow)));
        }
        if let Some(slo) = &self.slo {
            let objective = slo.tokens(p);
            calls.extend(quote_spanned!(here=> .slo(#objective)));
        }
        if !fields.is_empty() {
            calls.extend(quote_spanned!(here=> .fields(&[#(#fields),*])));
        }
        if self.is_stream {
            calls.extend(quote_spanned!(here=> .stream()));
        }
        if !self.observed {
            calls.extend(quote_spanned!(here=> .metrics_only()));
        }
        let section = section("plimsoll_sites", "plimsoll_sites", ".plims$b");
        let mapped = map::of_function(p, function, mapped);
        quote_spanned!(here=> {
            #(use #absorbed as _;)*
            #section
            static SITE: #p::Site = #p::Site::new(#function, #p::module_path!()) #calls;
            #mapped
            &SITE
        })
    }
}

/// The statement `static METRIC: .. = ..;`, with whatever follows the metric's constructor. What is
/// found wrong while it is evaluated is said at this place.
pub(crate) fn metric(
    p: &Private,
    kind: MetricKind,
    place: Span,
    constructor: &TokenStream,
) -> TokenStream {
    let here = Span::mixed_site();
    let section = section("plimsoll_metrics", "plimsoll_mtrcs", ".plimm$b");
    let (first, kind) = (p.located_at(place), Ident::new(kind.word(), here));
    quote_spanned!(here=>
        #section
        static METRIC: #p::Metric = #first::Metric::#kind #constructor;
    )
}

/// The attributes that put a static into the catalogue, wherever the program is built for.
pub(crate) fn section(elf: &str, apple: &str, windows: &str) -> TokenStream {
    let apple = format!("__DATA,{apple},regular,no_dead_strip");
    quote_spanned!(Span::mixed_site()=>
        #[used]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = #apple))]
        #[cfg_attr(windows, unsafe(link_section = #windows))]
        #[cfg_attr(all(unix, not(target_vendor = "apple")), unsafe(link_section = #elf))]
    )
}
