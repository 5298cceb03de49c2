//! The unit of a metric: declared, or known from its name; and who must have one.
//!
//! Called by `Family`, with a name that is good in all else.

use syn::LitStr;

use super::args::Args;
use crate::diagnostics::Diagnostics;
use crate::names::{self, MetricKind};
use crate::units;

/// The unit; empty for a metric that has none. `times` says that durations of calls are measured.
pub(super) fn of(
    args: &Args,
    kind: MetricKind,
    name: &str,
    times: bool,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let (unit, remedy) = match args.unit.get() {
        Some(declared) => (Some(self::declared(args, declared, kind, name, diagnostics)?), None),
        None => (units::of(name).map(str::to_owned), Some(remedy(name))),
    };
    let seconds = unit.as_deref() == Some("seconds");
    if times && !seconds {
        let message =
            format!("a {kind} of durations is in seconds and says so; write `{name}_seconds`");
        diagnostics.error(at(args), message);
        return None;
    }
    match (unit, remedy) {
        (Some(unit), _) => Some(unit),
        (None, Some(remedy)) if kind.is_distribution() => {
            let message = format!("a {kind} of values says in which unit they are; {remedy}");
            diagnostics.error(at(args), message);
            None
        }
        (None, _) => Some(String::new()),
    }
}

/// Checks what `unit = ".."` says.
fn declared(
    args: &Args,
    declared: &LitStr,
    kind: MetricKind,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let unit = declared.value();
    if kind == MetricKind::Info {
        let message = "an info has no value, and so no unit; remove it";
        diagnostics.error(args.unit.key(), message);
        return None;
    }
    if let Err(message) = names::unit(&unit) {
        diagnostics.error(declared, message);
        return None;
    }
    if !name.strip_suffix(&unit).is_some_and(|stem| stem.ends_with('_')) {
        let stem = units::of(name).and_then(|known| name.strip_suffix(known));
        let stem = stem.unwrap_or(name).trim_end_matches('_');
        let message = format!(
            "a name ends in its unit, and `{name}` does not end in `_{unit}`; write \
             `name = \"{stem}_{unit}\"`"
        );
        diagnostics.error(args.name.get().unwrap_or(declared), message);
        return None;
    }
    Some(unit)
}

/// What to do about a name whose unit is not known.
fn remedy(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((_, last)) if names::unit(last).is_ok() => format!(
            "if it is `{last}`, write `unit = \"{last}\"`, else end the name in one, such as \
             `{name}_bytes`"
        ),
        _ => format!(
            "end the name in one, such as `{name}_bytes` or `{name}_usd`; one of your own is \
             declared, too: `name = \"{name}_items\", unit = \"items\"`"
        ),
    }
}

/// The name, or the kind where the name was made from the function's.
fn at(args: &Args) -> proc_macro2::TokenStream {
    use quote::ToTokens as _;
    match args.name.get() {
        Some(name) => name.to_token_stream(),
        None => args.kind.key().to_token_stream(),
    }
}
