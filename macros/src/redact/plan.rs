//! What the marks on a type mean: every decision and every check.
//!
//! Comes out as plain data that borrows from the type, or not at all, with the mistakes in the
//! diagnostics. What becomes of one field is judged in `decision`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, LitStr, Member, Path, Token, Type,
};

use super::args::Args;
use super::bounds;
use super::class::Class;
use super::decision::{self, Check, Decision};
use super::field::Written;
use super::rename::Names;
use super::serial::{Form, Serial};
use super::template::{self, Piece};
use crate::args::Slot;
use crate::diagnostics::Diagnostics;
use crate::map;
use crate::paths::Private;

/// Everything that the implementations are made from.
pub(crate) struct Plan<'a> {
    /// The path of the runtime's private module.
    pub(crate) p: Private,
    pub(crate) name: &'a Ident,
    /// The generics, with the bounds that the fields need.
    pub(crate) generics: Generics,
    /// How sensitive what is shown is said to be.
    pub(crate) class: Option<Class>,
    /// Of a struct one, of an enum one for each variant.
    pub(crate) shapes: Vec<Shape<'a>>,
    /// What only the compiler can find out about classes of the program's own.
    pub(crate) checks: Vec<Check>,
    /// `Serialize` is written here.
    pub(crate) writes: bool,
    /// What is said of the serialised form, if anything.
    pub(crate) serialize: Option<&'a Form>,
    /// The lints that the type allows, for what names the types of its fields again.
    pub(crate) allows: Vec<TokenStream>,
}

impl Plan<'_> {
    /// The first field that is hidden, at least in part.
    pub(crate) fn hidden(&self) -> Option<&str> {
        let fields = self.shapes.iter().flat_map(|shape| &shape.fields);
        let mut hidden =
            fields.filter(|field| !matches!(field.decision, Decision::Shown | Decision::Allowed));
        hidden.next().map(|field| field.name.as_str())
    }

    /// A type is not public where something is left of a field that is not.
    fn check_class(&self, args: &Args, diagnostics: &mut Diagnostics) {
        if self.class.as_ref().and_then(Class::rank) != Some(0) {
            return;
        }
        let mut fields = self.shapes.iter().flat_map(|shape| &shape.fields);
        if let Some(field) = fields.find(|field| field.decision.leaves() && field.reason.is_none())
        {
            let message = format!(
                "`{}` leaves something of `{}`, which is not public; write `class = internal`",
                field.decision.text(),
                field.name
            );
            diagnostics.error(args.class.key(), message);
        }
    }
}

/// A struct, or one variant.
pub(crate) struct Shape<'a> {
    /// The variant; none for a struct.
    pub(crate) variant: Option<&'a Ident>,
    /// What it is called when it is shown.
    pub(crate) name: String,
    pub(crate) cfg: Vec<&'a Attribute>,
    /// A struct around one unnamed value, which is shown in its place.
    pub(crate) newtype: bool,
    pub(crate) fields: Vec<Field<'a>>,
    /// What `Display` writes, if something says so.
    pub(crate) display: Option<Vec<Piece>>,
    /// What it is called in the serialised form.
    pub(crate) serial: String,
}

/// One field, and all that the data map says of it.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// What it is called when it is shown.
    pub(crate) name: String,
    pub(crate) kind: &'a Type,
    pub(crate) cfg: Vec<&'a Attribute>,
    /// What is shown of it.
    pub(crate) decision: Decision,
    /// The class that was written. Without one, a shown field has that of its type, and any other
    /// is personal.
    pub(crate) class: Option<Class>,
    /// Why more of it is shown than its class allows.
    pub(crate) reason: Option<String>,
    /// What it is called in the serialised form, if something is; `None` if it is not there.
    pub(crate) serial: Option<String>,
}

/// Decides everything; `None` for what can have no implementation.
pub(crate) fn plan<'a>(
    args: &'a Args,
    serial: &'a Serial,
    input: &'a DeriveInput,
    diagnostics: &mut Diagnostics,
) -> Option<Plan<'a>> {
    check_derives(&input.attrs, diagnostics);
    let mut written = args.fields.iter();
    let mut checks = Vec::new();
    let mut names = serial.names.iter();
    let shapes = match &input.data {
        Data::Struct(data) => {
            if data.fields.is_empty() {
                diagnostics.error(
                    &input.ident,
                    "there is no value to redact here; write `#[derive(Debug)]`",
                );
            }
            let newtype =
                matches!(&data.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
            let names = names.next();
            let fields = fields(&data.fields, &mut written, names, &mut checks, diagnostics);
            let template = args.display.get();
            vec![Shape {
                variant: None,
                name: input.ident.unraw().to_string(),
                cfg: Vec::new(),
                newtype,
                display: template.map(|template| template::read(template, &fields, diagnostics)),
                serial: input.ident.unraw().to_string(),
                fields,
            }]
        }
        Data::Enum(data) => {
            if let Some(key) = args.display.key() {
                let message = "an enum is shown variant by variant; write `#[redact(display = \
                               \"..\")]` on its variants";
                diagnostics.error(key, message);
            }
            let is_shown = args.displays.iter().any(|display| display.get().is_some());
            let mut templates = args.displays.iter().map(Slot::get);
            data.variants
                .iter()
                .map(|variant| {
                    let names = names.next();
                    let fields =
                        fields(&variant.fields, &mut written, names, &mut checks, diagnostics);
                    let template = templates.next().flatten();
                    let name = variant.ident.unraw().to_string();
                    let read = |template: &LitStr| template::read(template, &fields, diagnostics);
                    Shape {
                        variant: Some(&variant.ident),
                        cfg: conditions(&variant.attrs),
                        newtype: false,
                        // A variant without a template is shown by its name.
                        display: template
                            .map(read)
                            .or_else(|| is_shown.then(|| vec![Piece::Text(name.clone())])),
                        serial: names.and_then(|names| names.shape.clone()).unwrap_or(name.clone()),
                        name,
                        fields,
                    }
                })
                .collect()
        }
        Data::Union(data) => {
            diagnostics.error(
                data.union_token,
                "nobody knows which field of a `union` holds a value; use an `enum`",
            );
            return None;
        }
    };
    let p = Private::new(args.krate.get());
    let generics = bounds::bounded(&input.generics, &shapes, &p);
    let class = args.class.get().cloned();
    let writes = matches!(args.serialize.get(), Some(Form::Masked));
    let plan = Plan {
        p,
        name: &input.ident,
        generics,
        class,
        shapes,
        checks,
        writes,
        serialize: args.serialize.get(),
        allows: map::allows(&input.attrs),
    };
    plan.check_class(args, diagnostics);
    if let Some(hidden) = plan.hidden() {
        serial.check(args, hidden, diagnostics);
        let is_display =
            |path: &Path| path.segments.last().is_some_and(|last| last.ident == "Display");
        if let Some(derive) = derives(&input.attrs).into_iter().find(is_display) {
            let message = format!(
                "a derived `Display` would print `{hidden}` in the clear; write \
                 `#[redact(display = \"..\")]`, whose `{{fields}}` go through their decisions"
            );
            diagnostics.error(derive, message);
        }
    }
    Some(plan)
}

fn fields<'a>(
    fields: &'a Fields,
    written: &mut impl Iterator<Item = &'a Written>,
    names: Option<&Names>,
    checks: &mut Vec<Check>,
    diagnostics: &mut Diagnostics,
) -> Vec<Field<'a>> {
    let mut planned = Vec::new();
    let mut names = names.map(|names| names.fields.iter()).unwrap_or_default();
    for ((member, field), written) in fields.members().zip(fields).zip(written) {
        let serial = names.next();
        let name = template::name(&member);
        let decided = decision::decide(written, field, &name, diagnostics);
        checks.extend(decided.checks);
        if matches!(decided.decision, Decision::Shown) && decision::is_phantom(&field.ty) {
            continue;
        }
        planned.push(Field {
            serial: match serial {
                Some(serial) if serial.skip => None,
                Some(serial) => serial.name.clone().or_else(|| Some(name.clone())),
                None => Some(name.clone()),
            },
            name,
            member,
            kind: &field.ty,
            cfg: conditions(&field.attrs),
            decision: decided.decision,
            class: decided.class,
            reason: decided.reason.as_ref().map(LitStr::value),
        });
    }
    planned
}

/// The `#[cfg]`s, which an attribute macro sees before they are decided.
fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// A derive that does not go with ours, as far as it can be seen from here.
fn check_derives(attributes: &[Attribute], diagnostics: &mut Diagnostics) {
    for derive in derives(attributes) {
        let is = |name: &str| derive.segments.last().is_some_and(|last| last.ident == name);
        if is("Debug") {
            diagnostics.error(
                derive,
                "`Debug` would print every field in the clear; remove it here, as \
                 `#[redact]` writes one that does not",
            );
        } else if is("Label") {
            diagnostics.error(
                derive,
                "`Label` says already that every value may be seen; leave `#[redact]` out, and \
                 derive `Debug` as well",
            );
        }
    }
}

/// The paths in all `#[derive(..)]` that stand behind the mark.
pub(super) fn derives(attributes: &[Attribute]) -> Vec<Path> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives
        .filter_map(|attribute| {
            attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()
        })
        .flatten()
        .collect()
}
