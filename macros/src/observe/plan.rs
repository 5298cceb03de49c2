//! What the marks on a function mean: every decision and every check.
//!
//! Comes out as plain data, or not at all, with the mistakes in the diagnostics.

use std::collections::HashSet;

use proc_macro2::{Group, TokenStream};
use syn::ext::IdentExt as _;
use syn::{Expr, LitStr};

use super::args::Args;
use super::captured::Captured;
use super::future::Promised;
use super::sensitive;
use super::shape::Shape;
use crate::diagnostics::{Diagnostics, all_of, did_you_mean};
use crate::function::Function;
use crate::map;
use crate::metric;
use crate::names;
use crate::parameters::Parameter;
use crate::paths::Private;
use crate::recorded::{How, Place, Recorded};
use crate::redact::misfit;
use crate::site::Site;

/// Everything that the wrapper of a function is made from.
pub(crate) struct Plan {
    /// The path of the runtime's private module.
    pub(crate) p: Private,
    /// What goes into the catalogue.
    pub(crate) site: Site,
    /// What each call records.
    pub(crate) recorded: Vec<Recorded>,
    /// What each call feeds, one for each `#[metric]`.
    pub(crate) metrics: Vec<metric::Plan>,
    /// Says of a returned value whether it is an error, whatever its type says.
    pub(crate) error_if: Option<Expr>,
    /// Says of a returned value whether it is none.
    pub(crate) ok_if: Option<Expr>,
    /// How the body is wrapped.
    pub(crate) shape: Shape,
    /// What the body takes with it where it moves.
    pub(crate) captured: Captured,
    /// The body.
    pub(crate) body: Group,
}

impl Plan {
    /// Decides everything about the function and its span; `None` if it cannot be wrapped at all.
    /// `looked_at` says that what it returns is looked at, whatever `#[observe]` says.
    pub(crate) fn new(
        observe: Option<Args>,
        p: Private,
        absorbed: Vec<TokenStream>,
        function: &Function,
        looked_at: bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<Plan> {
        let observed = observe.is_some();
        let args = observe.unwrap_or_default();
        if let Some(constant) = &function.constness {
            diagnostics.error(
                constant,
                "a `const fn` also runs in the compiler, where nothing can be measured; remove \
                 `const` or the mark",
            );
        }
        let parameters = match args.recorded.is_empty() {
            true => Vec::new(),
            false => function.parameters(),
        };
        check_recorded(&args.recorded, &parameters, diagnostics);
        let Some(body) = function.body.clone() else {
            diagnostics.error(
                &function.ident,
                "there is no body to measure here; mark the implementations, or give it a body",
            );
            return None;
        };
        let (error_if, ok_if) = (args.error_if.get(), args.ok_if.get());
        let shape = Shape::of(function, &body, looked_at || error_if.or(ok_if).is_some());
        match (&shape, args.recorded.first(), error_if.or(ok_if)) {
            (Shape::Returned { promised, .. }, Some(first), _) => {
                diagnostics.error(&first.written, made_elsewhere("recorded", promised));
            }
            (Shape::Never | Shape::AsyncNever, _, Some(judge)) => {
                let key = if error_if.is_some() { "error_if" } else { "ok_if" };
                let message =
                    format!("`{key}` has nothing to judge, as the function never returns");
                diagnostics.error(judge, message);
            }
            _ => {}
        }
        if let (Shape::Never | Shape::AsyncNever, Some(slo)) = (&shape, args.slo.key()) {
            let message = "`slo` has nothing to judge, as the function never returns";
            diagnostics.error(slo, message);
        }
        Some(Plan {
            p,
            site: Site {
                function: args.name.get().map_or_else(|| function.label(), LitStr::value),
                kind: args.kind.get().copied(),
                level: args.level.get().copied(),
                slow: args.slow.get().copied(),
                slo: args.slo.get().copied().flatten(),
                fields: args.recorded.iter().map(|recorded| recorded.key.clone()).collect(),
                mapped: mapped(&args.recorded, &parameters, function),
                observed,
                is_stream: matches!(&shape, Shape::Returned { promised, .. } if promised.is_stream),
                absorbed,
            },
            error_if: error_if.cloned(),
            ok_if: ok_if.cloned(),
            recorded: args.recorded,
            metrics: Vec::new(),
            captured: match shape {
                Shape::Straight { .. } | Shape::InPlace | Shape::Never | Shape::Block(..) => {
                    Captured::default()
                }
                _ => Captured::of(function, &body.stream()),
            },
            shape,
            body,
        })
    }

    /// With what the `#[metric]`s beside it mean.
    pub(crate) fn fed(self, metrics: Vec<metric::Plan>, diagnostics: &mut Diagnostics) -> Plan {
        let reads = metrics.iter().find_map(metric::Plan::reads);
        if let (Shape::Returned { promised, .. }, Some(first)) = (&self.shape, reads) {
            diagnostics.error(first, made_elsewhere("measured", promised));
        }
        let returned = metrics.iter().find_map(|metric| metric.returned.as_ref());
        let unseen = match &self.shape {
            Shape::Never | Shape::AsyncNever => {
                Some("`ret` is never there, as the function never returns")
            }
            Shape::Straight { may_return: true, .. } => Some(
                "`ret` is not seen where a function with `#[track_caller]` is left by `return`; \
                 let the body end in the value",
            ),
            _ => None,
        };
        if let (Some(returned), Some(message)) = (returned, unseen) {
            diagnostics.error(returned, message);
        }
        Plan { metrics, ..self }
    }
}

fn made_elsewhere(done: &str, promised: &Promised) -> String {
    let (what, remedy) = match promised.is_stream {
        true => ("stream", "do it where the stream is read"),
        false => ("future", "make it an `async fn`, or let the body end in `async move { .. }`"),
    };
    format!(
        "the {what} that is returned is made elsewhere and polled later, so that nothing can be \
         {done} from the arguments; {remedy}"
    )
}

/// Names must be parameters, may stand once, and must not look like a secret that goes in the
/// clear.
fn check_recorded(recorded: &[Recorded], parameters: &[Parameter], diagnostics: &mut Diagnostics) {
    let mut keys = HashSet::new();
    for one in recorded {
        if let Some(place) = &one.place {
            if place.root == "self" && place.fields.is_empty() {
                diagnostics.error(
                    &one.written,
                    "`self` as a whole is not recorded; name its fields: `log(self.id)`",
                );
                continue;
            }
            if !parameters.iter().any(|parameter| parameter.name == place.root) {
                diagnostics.error(
                    &place.root,
                    no_parameter(&place.root.unraw().to_string(), parameters, "key = expression"),
                );
                continue;
            }
        }
        if let Err(message) = names::field(&one.key) {
            diagnostics.error(&one.written, message);
        } else if !keys.insert(&one.key) {
            diagnostics
                .error(&one.written, format_args!("`{}` is recorded twice; keep one", one.key));
        } else if let How::Redacted(strategy) = &one.how {
            let is_it = |parameter: &&Parameter| {
                one.place
                    .as_ref()
                    .is_some_and(|place| place.fields.is_empty() && place.root == parameter.name)
            };
            let kind = parameters.iter().find(is_it).and_then(|it| it.kind.as_ref());
            if let Some(message) = kind.and_then(|kind| misfit(strategy, kind)) {
                diagnostics.error(&one.written, message);
            }
        } else if one.how == How::Logged {
            if let Some(name) = sensitive::name(one, parameters) {
                diagnostics.error(&one.written, in_the_clear(&name, one));
            }
        }
    }
}

/// What the data map says of what is recorded.
fn mapped(recorded: &[Recorded], parameters: &[Parameter], function: &Function) -> Vec<map::Field> {
    let fields = recorded.iter().map(|one| {
        // `key = parameter.field` is a place as well.
        let place = one.place.clone().or_else(|| Place::of(&one.value));
        let place = place.as_ref();
        let parameter = place.and_then(|place| parameters.iter().find(|it| it.name == place.root));
        let kind = parameter.and_then(|parameter| match &parameter.kind {
            Some(kind) => Some(map::spelled(kind)),
            None if parameter.name == "self" => function.owner.clone(),
            None => None,
        });
        map::Field {
            key: one.key.clone(),
            kind: kind.unwrap_or_default(),
            path: place.map(|place| place.fields.join(".")).unwrap_or_default(),
            how: match &one.how {
                How::Logged => String::from("shown"),
                How::Public => String::from("public"),
                How::Redacted(strategy) => strategy.text(),
            },
            class: String::from(match &one.how {
                // As its type says.
                How::Logged => "",
                How::Public => "public",
                How::Redacted(_) => "pii",
            }),
            ..map::Field::default()
        }
    });
    fields.collect()
}

fn in_the_clear(name: &str, one: &Recorded) -> String {
    let key = &one.key;
    let remedy = match one.place {
        Some(_) => {
            format!("write `redact({key} = full)`, or `log(public({key}))` if anyone may see it")
        }
        None => format!("leave it out, or write `{key} = public(..)` if anyone may see it"),
    };
    format!("`{name}` looks like a secret and would be recorded in the clear; {remedy}")
}

/// The message for a name that is none of the parameters; `other` is how to name another value.
pub(crate) fn no_parameter(name: &str, parameters: &[Parameter], other: &str) -> String {
    let names = parameters.iter().map(|parameter| parameter.name.unraw().to_string());
    let names: Vec<String> = names.collect();
    let names = || names.iter().map(String::as_str);
    let near = did_you_mean(name, names());
    let there_are = match parameters {
        [] => String::from("the function has none"),
        _ => format!("it has {}", all_of(names())),
    };
    format!(
        "there is no parameter `{name}`{near} ({there_are}; any other value is written `{other}`)"
    )
}
