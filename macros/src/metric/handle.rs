//! The type of a static that is a metric: `Counter<(Tier, Source)>`, as the user wrote it.
//!
//! Only its spelling is known: behind an alias there may be any type, which the compiler then
//! checks. Called by `own`.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, Type};

use crate::names::MetricKind;

/// What the type says.
pub(super) struct Handle {
    /// Its last name.
    pub(super) word: Ident,
    /// The types of the labels that it holds.
    pub(super) labels: Vec<Type>,
    /// The number that it holds, as `Info<2>` does.
    pub(super) count: Option<usize>,
}

impl Handle {
    /// Reads a type; an alias is a handle without labels.
    pub(super) fn new(kind: &Type) -> Option<Handle> {
        let Type::Path(path) = kind else { return None };
        let last = path.path.segments.last()?;
        let (mut labels, mut count) = (Vec::new(), None);
        if let PathArguments::AngleBracketed(arguments) = &last.arguments {
            for argument in &arguments.args {
                match argument {
                    GenericArgument::Type(Type::Tuple(tuple)) => labels.extend(tuple.elems.clone()),
                    GenericArgument::Type(one) => labels.push(one.clone()),
                    GenericArgument::Const(Expr::Lit(ExprLit {
                        lit: Lit::Int(number), ..
                    })) => {
                        count = number.base10_parse().ok();
                    }
                    _ => {}
                }
            }
        }
        Some(Handle { word: last.ident.clone(), labels, count })
    }

    /// The kind that the type is for, if it goes by its own name.
    pub(super) fn kind(&self) -> Option<MetricKind> {
        MetricKind::ALL.into_iter().find(|kind| self.word == kind.handle())
    }
}

/// The type is the one of open labels, as far as its spelling tells.
pub(super) fn is_open(kind: &Type) -> bool {
    match kind {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Open"),
        Type::Paren(paren) => is_open(&paren.elem),
        Type::Group(group) => is_open(&group.elem),
        _ => false,
    }
}
