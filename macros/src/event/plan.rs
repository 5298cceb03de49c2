//! What an event means: every decision and every check.
//!
//! Always comes out with a plan, so that what is named in an event counts as used whatever is wrong
//! with it.

use std::collections::HashSet;

use quote::ToTokens as _;
use syn::{LitStr, Path};

use super::args::Args;
use crate::diagnostics::Diagnostics;
use crate::map;
use crate::names;
use crate::observe::sensitive;
use crate::paths::Private;
use crate::recorded::{How, Recorded};

/// The keys that each line has beside its fields.
const RESERVED: [&str; 8] =
    ["time", "level", "target", "message", "trace_id", "span_id", "service", "fields"];

/// Everything that an event is made from.
pub(super) struct Plan {
    pub(super) p: Private,
    pub(super) level: Level,
    pub(super) target: Option<LitStr>,
    pub(super) message: String,
    pub(super) fields: Vec<Recorded>,
    /// What the data map says of the fields.
    pub(super) mapped: Vec<map::Field>,
}

/// How important it is.
pub(super) enum Level {
    /// As the macro's name says.
    Named(&'static str),
    /// As was written.
    Written(Path),
}

/// Decides everything. `level` is that of the macro, if it has one.
pub(super) fn plan(level: Option<&'static str>, args: Args, diagnostics: &mut Diagnostics) -> Plan {
    if let Some(message) = args.message.as_ref().filter(|text| text.value().contains('{')) {
        diagnostics.error(
            message,
            "the message is the same each time; name the value as a field: write `info!(\"order \
             placed\", order.id)`, not `{}`",
        );
    }
    if let Some(target) = args.target.as_ref().filter(|text| text.value().contains(['=', ','])) {
        diagnostics.error(target, "a target holds no `=` and no `,`, which `RUST_LOG` is made of");
    }
    check(&args.fields, diagnostics);
    Plan {
        p: Private::new(args.krate.as_ref()),
        level: match (level, args.level) {
            (None, Some(written)) => Level::Written(written),
            (named, _) => Level::Named(named.unwrap_or("Info")),
        },
        target: args.target,
        message: args.message.map(|message| message.value()).unwrap_or_default(),
        mapped: args.fields.iter().map(mapped).collect(),
        fields: args.fields,
    }
}

fn check(fields: &[Recorded], diagnostics: &mut Diagnostics) {
    let mut keys = HashSet::new();
    for field in fields {
        let key = &field.key;
        if field.place.as_ref().is_some_and(|it| it.root == "self" && it.fields.is_empty()) {
            let message = "`self` as a whole is not recorded; name its fields: `self.id`";
            diagnostics.error(&field.written, message);
        } else if let Err(message) = names::field(key) {
            diagnostics.error(&field.written, message);
        } else if RESERVED.contains(&key.as_str()) {
            let message = format!(
                "each line has a `{key}` of its own; give the field another key: `the_{key} = ..`"
            );
            diagnostics.error(&field.written, message);
        } else if !keys.insert(key) {
            let message = format!("`{key}` is recorded twice; keep one");
            diagnostics.error(&field.written, message);
        } else if field.how == How::Logged {
            if let Some(name) = sensitive::name(field, &[]) {
                diagnostics.error(&field.written, in_the_clear(&name, field));
            }
        }
    }
}

fn in_the_clear(name: &str, field: &Recorded) -> String {
    let key = &field.key;
    let remedy = match field.place {
        Some(_) => format!(
            "write `redact({key} = full)`, `public({key})` if anyone may see it, or another key \
             and `&{key}` if its type hides it"
        ),
        None => format!("leave it out, or write `{key} = public(..)` if anyone may see it"),
    };
    format!("`{name}` looks like a secret and would be recorded in the clear; {remedy}")
}

fn mapped(field: &Recorded) -> map::Field {
    map::Field {
        key: field.key.clone(),
        path: match field.place {
            Some(_) => String::new(),
            None => map::spelled(&field.value.to_token_stream()),
        },
        how: match &field.how {
            How::Logged => String::from("shown"),
            How::Public => String::from("public"),
            How::Redacted(strategy) => strategy.text(),
        },
        class: String::from(match &field.how {
            How::Logged => "",
            How::Public => "public",
            How::Redacted(_) => "pii",
        }),
        ..map::Field::default()
    }
}
