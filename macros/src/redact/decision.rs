//! What becomes of one field: the parts of its mark, judged together and with its type.
//!
//! The rules of classes stand here. Where the class is a constant of the program's own, its rank is
//! not known, and the rule becomes a `Check` that the compiler makes.

use quote::ToTokens as _;
use syn::{Field, GenericArgument, Ident, LitStr, Path, PathArguments, Type};

use super::class::{Class, PII, SECRET};
use super::field::{How, Side, Written};
use crate::diagnostics::Diagnostics;
use crate::observe::sensitive;
use crate::strategy::Strategy;

/// What is shown of a field.
#[derive(Clone)]
pub(crate) enum Decision {
    /// What its type says.
    Shown,
    /// How it prints: somebody gave a reason.
    Allowed,
    /// What a strategy leaves.
    By(Strategy),
    /// What a function of the program's writes.
    With(Path),
    /// What a strategy leaves of each element.
    Each(Strategy),
    /// Keys and values, each by a decision of its own.
    Pairs(Side, Side),
    /// Nothing, not even its name.
    Skip,
}

impl Decision {
    /// The value is looked at.
    pub(crate) fn looks(&self) -> bool {
        !matches!(self, Decision::Skip | Decision::By(Strategy::Full | Strategy::Erase))
    }

    /// Nothing can be told of the value.
    pub(crate) fn hides(&self) -> bool {
        match self {
            Decision::Skip => true,
            Decision::By(strategy) => strategy.hides(),
            _ => false,
        }
    }

    /// Something is left of a value that is not for everybody.
    pub(crate) fn leaves(&self) -> bool {
        let leaves = |strategy: &&Strategy| !strategy.hides() && **strategy != Strategy::Present;
        matches!(self, Decision::With(_)) || self.strategies().iter().any(leaves)
    }

    /// As it is written, for the data map.
    pub(crate) fn text(&self) -> String {
        let side = |side: &Side| match side {
            Side::Shown => String::from("shown"),
            Side::By(strategy) => strategy.text(),
        };
        match self {
            Decision::Shown => String::from("shown"),
            Decision::Allowed => String::from("allow"),
            Decision::By(strategy) => strategy.text(),
            Decision::With(path) => format!("with = {}", spelled(path)),
            Decision::Each(strategy) => format!("each = {}", strategy.text()),
            Decision::Pairs(keys, values) => {
                format!("keys = {}, values = {}", side(keys), side(values))
            }
            Decision::Skip => String::from("skip"),
        }
    }

    /// The strategies in it.
    fn strategies<'a>(&'a self) -> Vec<&'a Strategy> {
        let sides = match self {
            Decision::By(strategy) | Decision::Each(strategy) => return vec![strategy],
            Decision::Pairs(keys, values) => [keys, values],
            _ => return Vec::new(),
        };
        let by = |side: &'a Side| match side {
            Side::By(strategy) => Some(strategy),
            Side::Shown => None,
        };
        sides.into_iter().filter_map(by).collect()
    }
}

/// The decision about a field, and what the data map says of it.
pub(crate) struct Decided {
    pub(crate) decision: Decision,
    /// The class that was written.
    pub(crate) class: Option<Class>,
    pub(crate) reason: Option<LitStr>,
    pub(crate) checks: Vec<Check>,
}

/// A class of the program's own must be below this rank.
pub(crate) struct Check {
    pub(crate) class: Path,
    pub(crate) below: u8,
    pub(crate) message: String,
}

/// Decides about a field of this name.
pub(crate) fn decide(
    written: &Written,
    field: &Field,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Decided {
    if written.broken {
        let decision = Decision::By(Strategy::Full);
        return Decided { decision, class: None, reason: None, checks: Vec::new() };
    }
    let mut judge = Judge { written, field, name, diagnostics, checks: Vec::new() };
    let decision = judge.decision();
    match &decision {
        Decision::Shown | Decision::Allowed => judge.shown(),
        Decision::Skip => judge.left_out(),
        redacted => judge.redacted(redacted),
    }
    let checks = judge.checks;
    Decided {
        decision,
        class: written.class.get().cloned(),
        reason: written.allow.get().cloned(),
        checks,
    }
}

struct Judge<'a> {
    written: &'a Written,
    field: &'a Field,
    name: &'a str,
    diagnostics: &'a mut Diagnostics,
    checks: Vec<Check>,
}

impl Judge<'_> {
    fn decision(&mut self) -> Decision {
        let Written { how, keys, values, allow, .. } = self.written;
        let pairs = match (keys.get(), values.get()) {
            (None, None) => None,
            (Some(keys), Some(values)) => Some(Decision::Pairs(keys.clone(), values.clone())),
            _ => {
                let (said, missing) =
                    if keys.get().is_some() { (keys, "values") } else { (values, "keys") };
                let (word, message) = (said.key(), half(missing));
                self.diagnostics.error(word, message);
                return Decision::By(Strategy::Full);
            }
        };
        if let (Some(_), Some(how), Some(keys)) = (&pairs, how.key(), keys.key()) {
            let message = format!("`{how}` and `{keys}` exclude each other; keep one");
            self.diagnostics.error(how, message);
        }
        match (how.get(), pairs) {
            (_, Some(pairs)) => pairs,
            (Some(How::By(strategy)), None) => Decision::By(strategy.clone()),
            (Some(How::With(path)), None) => Decision::With(path.clone()),
            (Some(How::Each(strategy)), None) => Decision::Each(strategy.clone()),
            (Some(How::Skip), None) => Decision::Skip,
            (None, None) if allow.get().is_some() => Decision::Allowed,
            (None, None) => Decision::Shown,
        }
    }

    /// A field that is shown as it is.
    fn shown(&mut self) {
        let Written { class, allow, .. } = self.written;
        let (name, kind) = (self.name, &self.field.ty);
        if allow.get().is_some() {
            if let Some(wrapper) = innermost(kind).filter(|kind| is_wrapper(kind)) {
                let message = format!(
                    "`{wrapper}` is there to be hidden, for whatever reason; write `#[redact]`"
                );
                self.diagnostics.error(allow.key(), message);
            }
            return;
        }
        let remedy = "hide it by a strategy, or say why it may be seen: `allow(reason = \"..\")`";
        match class.get() {
            Some(Class::Known(rank)) if *rank >= PII => {
                let class = class.get().map(Class::text).unwrap_or_default();
                let message =
                    format!("`{name}` is of class `{class}` and would be shown as it is; {remedy}");
                self.diagnostics.error(self.written.class.key(), message);
                return;
            }
            Some(Class::Own(path)) => {
                let message = format!(
                    "`{name}` is of class `{}` and would be shown as it is; {remedy}",
                    spelled(path)
                );
                self.checks.push(Check { class: path.clone(), below: PII, message });
            }
            Some(Class::Known(_)) if is_text(kind) => {
                let message = format!(
                    "a class alone does not show a text, as nobody knows what is in it; if \
                     `{name}` may be seen, say why: `allow(reason = \"..\")`"
                );
                self.diagnostics.error(self.written.class.key(), message);
                return;
            }
            _ => {}
        }
        if let Some(named) = &self.field.ident {
            if sensitive::in_the_clear(named, kind) {
                let message = format!(
                    "`{name}` looks like a secret and would be shown in the clear; write \
                     `#[redact]` above it, or `#[redact(allow(reason = \"..\"))]` if anyone may \
                     see it"
                );
                self.diagnostics.error(named, message);
            }
        }
    }

    /// A field of which not even the name is shown.
    fn left_out(&mut self) {
        if self.is_phantom() {
            return;
        }
        let Written { class, allow, .. } = self.written;
        for key in [class.key(), allow.key()].into_iter().flatten() {
            let message = format!("`{key}` says nothing about a field that is left out; keep one");
            self.diagnostics.error(key, message);
        }
    }

    /// A field that is hidden, at least in part.
    fn redacted(&mut self, decision: &Decision) {
        if self.is_phantom() {
            return;
        }
        self.strategies(decision);
        let Written { class, allow, how, keys, .. } = self.written;
        let word = how.key().or(keys.key()).cloned();
        let is_loose = matches!(decision, Decision::With(_))
            || decision.strategies().iter().any(|strategy| strategy.leaves_a_part());
        let shows_side =
            matches!(decision, Decision::Pairs(Side::Shown, _) | Decision::Pairs(_, Side::Shown))
                && class.get().is_some();
        let rank = class.get().map_or(Some(PII), Class::rank);
        let text = decision.text();
        let remedy = "write `full`, `mask`, `present` or `hash(\"..\")`, or say why it may be \
                      seen: `allow(reason = \"..\")`";
        let lengths = decision.strategies().contains(&&Strategy::MaskLength);
        if lengths {
            let message = format!(
                "`mask(length)` tells how long a secret is, which helps to guess it; `{}` takes \
                 `mask`",
                self.name
            );
            self.below(SECRET, &word, message);
        }
        if allow.get().is_some() {
            let needed = (is_loose && rank.is_none_or(|rank| rank >= SECRET))
                || (shows_side && rank.is_none_or(|rank| rank >= PII));
            if !needed {
                let class = class.get().map_or_else(|| String::from("pii"), Class::text);
                let message = format!(
                    "`allow` has nothing to allow here: `{text}` may be shown of class `{class}`"
                );
                self.diagnostics.error(allow.key(), message);
            }
            return;
        }
        if is_loose && !lengths {
            let message = format!("`{text}` shows a part of `{}`, a secret; {remedy}", self.name);
            self.below(SECRET, &word, message);
        }
        if shows_side {
            let message = format!(
                "a part of `{}` is shown as it is, which is too much for its class; hide it by a \
                 strategy, or say why it may be seen: `allow(reason = \"..\")`",
                self.name
            );
            self.below(PII, &word, message);
        }
    }

    /// The strategies, against the type of the field.
    fn strategies(&mut self, decision: &Decision) {
        let how = &self.written.how;
        if let (Decision::Each(Strategy::Erase), Some(each)) = (decision, how.key()) {
            let message = "nothing would be left but commas; write `erase`, or `each = full`";
            self.diagnostics.error(each, message);
        }
        if let Decision::By(strategy) | Decision::Each(strategy) = decision {
            if let Some(message) = misfit(strategy, &self.field.ty) {
                self.diagnostics.error(how.key(), message);
            }
        }
    }

    /// The field's class must be below this rank: an error at this word, now or in the compiler.
    fn below(&mut self, rank: u8, word: &Option<Ident>, message: String) {
        match self.written.class.get() {
            Some(Class::Known(written)) if *written >= rank => {
                self.diagnostics.error(word, message);
            }
            Some(Class::Own(path)) => {
                self.checks.push(Check { class: path.clone(), below: rank, message });
            }
            _ => {}
        }
    }

    fn is_phantom(&mut self) -> bool {
        let is_phantom = is_phantom(&self.field.ty);
        if is_phantom {
            let message = "a `PhantomData` holds no value and is left out anyway; remove the mark";
            self.diagnostics.error(&self.written.mark, message);
        }
        is_phantom
    }
}

fn half(missing: &str) -> String {
    format!(
        "this is half of a decision; say what becomes of the {missing}: `{missing} = full`, or \
         `{missing} = shown` where their type says how"
    )
}

fn spelled(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// Why a strategy does not go with a type, as far as the spelling tells.
pub(crate) fn misfit(strategy: &Strategy, kind: &Type) -> Option<&'static str> {
    let kind = innermost(kind)?;
    match strategy {
        Strategy::Hash(_) if kind == "bool" => Some(
            "a `bool` has two pseudonyms, and whoever knows one value knows both; write `full`",
        ),
        Strategy::Bucket(_) if ["String", "str", "char"].iter().any(|text| kind == text) => Some(
            "`bucket` is for numbers, and this is a text; keep it as a number, or write `full`",
        ),
        _ => None,
    }
}

/// A field without a value: there is nothing to show.
pub(crate) fn is_phantom(kind: &Type) -> bool {
    matches!(kind, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}

fn is_text(kind: &Type) -> bool {
    innermost(kind).is_some_and(|kind| kind == "String" || kind == "str")
}

/// The types of `secrecy` and its like.
fn is_wrapper(kind: &Ident) -> bool {
    const WRAPPERS: [&str; 6] =
        ["Secret", "SecretBox", "SecretString", "SecretSlice", "SecretVec", "Zeroizing"];
    WRAPPERS.iter().any(|wrapper| kind == wrapper)
}

/// The type's last word, without references and containers around it.
fn innermost(kind: &Type) -> Option<&Ident> {
    const CONTAINERS: [&str; 9] =
        ["Option", "Vec", "Box", "Arc", "Rc", "Cow", "VecDeque", "HashSet", "BTreeSet"];
    let path = match kind {
        Type::Reference(reference) => return innermost(&reference.elem),
        Type::Paren(paren) => return innermost(&paren.elem),
        Type::Group(group) => return innermost(&group.elem),
        Type::Slice(slice) => return innermost(&slice.elem),
        Type::Array(array) => return innermost(&array.elem),
        Type::Path(path) => &path.path,
        _ => return None,
    };
    let last = path.segments.last()?;
    let held = match &last.arguments {
        PathArguments::AngleBracketed(held) => held.args.iter().find_map(|held| match held {
            GenericArgument::Type(kind) => Some(kind),
            _ => None,
        }),
        _ => None,
    };
    match held {
        Some(held) if CONTAINERS.iter().any(|container| last.ident == container) => innermost(held),
        _ => Some(&last.ident),
    }
}
