//! What was written in `#[metric(..)]`, with its spans; nothing is judged but its form.
//!
//! Called for a function and for a static alike. What belongs only on one of them is told apart in
//! `plan`, `callback` and `own`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, Path, Token, Type, token};

use super::buckets::{self, Buckets};
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::names::MetricKind;

#[rustfmt::skip]
const KEYS: [&str; 15] = [
    "histogram", "counter", "gauge", "summary", "info", "name", "help", "unit", "buckets", "value",
    "when", "labels", "budget", "callback", "crate",
];

/// The outcomes that `when` takes, and the runtime's variants for them.
const WHEN: [(&str, &str); 3] = [("ok", "Ok"), ("error", "Error"), ("always", "Always")];

/// What others take, and what takes its place here.
const ELSEWHERE: [(&str, &str); 6] = [
    (
        "quantiles",
        "the quantiles of a `summary` are 0.5, 0.9, 0.95 and 0.99, and those of a `histogram` are \
         asked of Prometheus, by `histogram_quantile`; leave `quantiles` out",
    ),
    ("description", "what it measures is written `help = \"..\"`"),
    ("documentation", "what it measures is written `help = \"..\"`"),
    ("namespace", "the name is written whole: `name = \"shop_orders\"`"),
    ("subsystem", "the name is written whole: `name = \"shop_orders\"`"),
    ("prefix", "the name is written whole: `name = \"shop_orders\"`"),
];

/// More series than this no metric may have.
pub(crate) const MOST_SERIES: u32 = 100_000;

/// The arguments of one `#[metric]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) kind: Slot<MetricKind>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) help: Slot<LitStr>,
    pub(crate) unit: Slot<LitStr>,
    pub(crate) buckets: Slot<Buckets>,
    pub(crate) value: Slot<Expr>,
    pub(crate) when: Slot<&'static str>,
    pub(crate) krate: Slot<Path>,
    pub(crate) labels: Slot<Vec<Label>>,
    pub(crate) budget: Slot<u32>,
    pub(crate) callback: Slot<()>,
    /// All of it, as a place for what is missing.
    pub(crate) written: TokenStream,
    /// Something was wrong with the form already.
    pub(crate) malformed: bool,
}

/// One item of `labels(..)`.
pub(crate) struct Label {
    pub(crate) name: Ident,
    pub(crate) values: Values,
    /// What stands behind `=`.
    pub(crate) value: Option<Expr>,
}

/// What an item of `labels(..)` says of the values that the label can have.
pub(crate) enum Values {
    /// Nothing.
    Unsaid,
    /// `name: Type`: those of a type.
    Type(Box<Type>),
    /// `name: open(500)`: so many texts.
    Open {
        /// How many.
        most: u32,
        /// `open(500)`.
        written: TokenStream,
    },
    /// `name = "text"`: one.
    Text(String),
}

impl Args {
    /// Reads as much as can be read.
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Args {
        let mut read = Args { written: tokens.clone(), ..Args::default() };
        let before = diagnostics.len();
        args::read(tokens, &KEYS, diagnostics, |key, input, diagnostics| {
            match key.to_string().as_str() {
                "name" => {
                    let name = args::text(key, input, "\"orders\"")?;
                    read.name.set(key, name, diagnostics);
                }
                "help" => {
                    let help = args::text(key, input, "\"What it counts\"")?;
                    read.help.set(key, help, diagnostics);
                }
                "unit" => {
                    let unit = args::text(key, input, "\"items\"")?;
                    read.unit.set(key, unit, diagnostics);
                }
                "buckets" => {
                    let list = args::value(key, input, "[0.1, 1, 10]")?;
                    read.buckets.set(key, buckets::read(list, diagnostics)?, diagnostics);
                }
                "value" => {
                    let value = args::value(key, input, "order.total")?;
                    read.value.set(key, value, diagnostics);
                }
                "when" => read.when.set(key, args::word(key, input, &WHEN)?, diagnostics),
                "crate" => {
                    read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                }
                "labels" => {
                    let mut labels = Vec::new();
                    args::items(key, input, diagnostics, |item, _| {
                        labels.push(label(item)?);
                        Ok(())
                    })?;
                    read.labels.set(key, labels, diagnostics);
                }
                "budget" => read.budget.set(key, budget(key, input)?, diagnostics),
                "callback" => {
                    args::flag(key, input)?;
                    read.callback.set(key, (), diagnostics);
                }
                word => {
                    if let Some(kind) = MetricKind::ALL.into_iter().find(|kind| kind.word() == word)
                    {
                        args::flag(key, input)?;
                        read.kind.set(key, kind, diagnostics);
                        return Ok(true);
                    }
                    return match ELSEWHERE.iter().find(|(known, _)| *known == word) {
                        Some((_, remedy)) => Err(syn::Error::new(key.span(), remedy)),
                        None => Ok(false),
                    };
                }
            }
            Ok(true)
        });
        read.malformed = diagnostics.len() > before;
        read
    }

    /// The labels, in the order of writing.
    pub(crate) fn labels(&self) -> &[Label] {
        self.labels.get().map_or(&[], Vec::as_slice)
    }

    /// Every expression in it.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.value
            .get()
            .into_iter()
            .chain(self.labels().iter().filter_map(|one| one.value.as_ref()))
    }
}

fn label(input: ParseStream<'_>) -> syn::Result<Label> {
    let Ok(name) = input.call(Ident::parse_any) else {
        let message = "expected a label: `parameter`, `parameter: open(500)`, or \
                       `name: Type = value`";
        return Err(syn::Error::new(input.span(), message));
    };
    let mut label = Label { name, values: Values::Unsaid, value: None };
    let name = label.name.unraw();
    if input.peek(Token![.]) || input.peek(token::Paren) {
        let message = format!("the type of a label must be seen: write `{name}: Type = value`");
        return Err(syn::Error::new(label.name.span(), message));
    }
    if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let ahead = input.fork();
        let opens = ahead.call(Ident::parse_any).is_ok_and(|word| word == "open");
        label.values = match opens && !ahead.peek(Token![::]) {
            true => open(input)?,
            false => Values::Type(Box::new(input.parse()?)),
        };
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let value = args::ungrouped(input.parse()?);
        match (&label.values, &value) {
            (Values::Unsaid, Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
                label.values = Values::Text(text.value());
            }
            (Values::Unsaid, _) => {
                let message = format!(
                    "the type of a label must be seen: write `{name}: Type = value`, or \
                     `{name}: open(500) = value` where the values are not known when the program \
                     is built"
                );
                return Err(syn::Error::new(label.name.span(), message));
            }
            _ => label.value = Some(value),
        }
    }
    Ok(label)
}

/// `open(500)`
fn open(input: ParseStream<'_>) -> syn::Result<Values> {
    let word = input.call(Ident::parse_any)?;
    if !input.peek(token::Paren) {
        let message = "say how many values there can be: write `open(500)`; all others become one, \
                       `_OTHER`";
        return Err(syn::Error::new(word.span(), message));
    }
    let parentheses: Group = input.fork().parse()?;
    let list = args::list(&word, input)?;
    let span = list.span();
    let Ok(written) = list.parse::<LitInt>() else {
        let message = "`open(..)` takes a number: how many values there can be, before all others \
                       become one";
        return Err(syn::Error::new(span, message));
    };
    if !list.is_empty() {
        return Err(list.error("`open(..)` takes one number"));
    }
    let most = MOST_SERIES - 1;
    match written.base10_parse::<u32>() {
        Ok(0) => {
            let message = "`open(0)` would make one series of all values; leave the label out, or \
                           say how many there can be";
            Err(syn::Error::new(written.span(), message))
        }
        Ok(cap) if cap <= most => {
            let written = [TokenTree::from(word), TokenTree::from(parentheses)];
            Ok(Values::Open { most: cap, written: written.into_iter().collect() })
        }
        _ => {
            let message = format!(
                "a label has at most {most} values; each is a series, which the process and \
                 Prometheus hold in memory"
            );
            Err(syn::Error::new(written.span(), message))
        }
    }
}

/// The number of `budget = 2000`.
fn budget(key: &Ident, input: ParseStream<'_>) -> syn::Result<u32> {
    let written = args::ungrouped(args::value(key, input, "2000")?);
    let number = match &written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<u32>().ok(),
        _ => {
            let message = "`budget` takes a number: the most series that the labels may make";
            return Err(syn::Error::new_spanned(written, message));
        }
    };
    number.filter(|number| (1..=MOST_SERIES).contains(number)).ok_or_else(|| {
        let message = format!("a metric may have 1 to {MOST_SERIES} series");
        syn::Error::new_spanned(written, message)
    })
}
