//! The serialised form: `serialize` writes what is logged, `deserialize` reads without quoting.
//!
//! serde's derives know nothing of what a field decides, so one that stands beside is refused until
//! somebody says which form is meant. `Serialize` is written here. For `Deserialize`, the derive is
//! moved to a copy of the type which makes values of the type itself (serde's `remote`), and its
//! errors are replaced by constant ones.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Field, GenericParam, Generics, LitStr, Path, Token,
    TypeParamBound, WherePredicate, parse_quote,
};

use super::args::Args;
use super::reader::{Reader, reader};
use super::rename::{self, Names};
use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::paths::Private;

/// A form that was asked for.
#[derive(Clone)]
pub(crate) enum Form {
    /// What is logged; errors that quote nothing.
    Masked,
    /// What serde's own derive makes of it, for this reason.
    Raw(LitStr),
}

impl Form {
    /// Reads nothing, `= masked` or `= raw(reason = "..")`.
    pub(crate) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Form> {
        if !input.peek(Token![=]) {
            return Ok(Form::Masked);
        }
        input.parse::<Token![=]>()?;
        let message = |near: &str| {
            format!("`{key}` is `masked` or `raw(reason = \"..\")`{near}: write `{key}` alone")
        };
        let Ok(word) = input.call(Ident::parse_any) else {
            return Err(syn::Error::new(input.span(), message("")));
        };
        match word.to_string().as_str() {
            "masked" => Ok(Form::Masked),
            "raw" => crate::reason::read(&word, input).map(Form::Raw),
            other => {
                let near = did_you_mean(other, ["masked", "raw"]);
                Err(syn::Error::new(word.span(), message(&near)))
            }
        }
    }
}

/// What serde's derives and attributes say, taken off the type where they are ours now.
pub(crate) struct Serial {
    /// The derives that stand behind the mark.
    serialize: Option<Path>,
    deserialize: Option<Path>,
    /// The names of the serialised form.
    pub(crate) names: Vec<Names>,
    /// The copy of the type that reads.
    reader: Option<Reader>,
}

impl Serial {
    /// Looks at the type, and takes off what the compiler must not see.
    pub(crate) fn take(
        args: &Args,
        input: &mut DeriveInput,
        diagnostics: &mut Diagnostics,
    ) -> Serial {
        let masks = |form: Option<&Form>| matches!(form, Some(Form::Masked));
        let (writes, reads) = (masks(args.serialize.get()), masks(args.deserialize.get()));
        let serialize = derived(&input.attrs, "Serialize");
        let deserialize = derived(&input.attrs, "Deserialize");
        let names = if writes { rename::names(input, diagnostics) } else { Vec::new() };
        if let (true, Some(derive)) = (writes, &serialize) {
            let message = "`#[redact(serialize)]` writes `Serialize` itself; remove it here";
            diagnostics.error(derive, message);
        }
        if let (true, None, Some(key)) = (reads, &deserialize, args.deserialize.key()) {
            let message = "`deserialize` takes over `#[derive(Deserialize)]`; write that below the \
                           mark";
            diagnostics.error(key, message);
        }
        let reader = deserialize
            .clone()
            .filter(|_| reads)
            .map(|derive| Reader { item: reader(input), derive });
        if reads {
            without_derive(&mut input.attrs, "Deserialize");
        }
        let left = (serialize.is_some() && !writes) || (deserialize.is_some() && !reads);
        if (writes || reads) && !left {
            each_attributes(input, |attributes| {
                attributes.retain(|attribute| !attribute.path().is_ident("serde"));
            });
        }
        Serial { serialize, deserialize, names, reader }
    }

    /// Refuses the derives that nobody decided about, on a type that hides a field.
    pub(crate) fn check(&self, args: &Args, hidden: &str, diagnostics: &mut Diagnostics) {
        if let (false, Some(derive)) = (args.said[0], &self.serialize) {
            diagnostics.error(derive, writes(hidden));
        }
        if let (false, Some(derive)) = (args.said[1], &self.deserialize) {
            diagnostics.error(derive, reads(hidden));
        }
    }

    /// The copy that reads, and the `Deserialize` that calls it.
    pub(crate) fn reader(&self, p: &Private) -> Option<TokenStream> {
        self.reader.as_ref().map(|reader| reader.tokens(p))
    }
}

fn writes(hidden: &str) -> String {
    format!(
        "`Serialize` would write `{hidden}` in the clear; write `#[redact(serialize)]` instead, \
         which writes what is logged, or say why the clear is needed: \
         `#[redact(serialize = raw(reason = \"..\"))]`"
    )
}

fn reads(hidden: &str) -> String {
    format!(
        "the errors of `Deserialize` quote what can't be read, `{hidden}` included; write \
         `#[redact(deserialize)]`, whose errors quote nothing, or say why that does not matter: \
         `#[redact(deserialize = raw(reason = \"..\"))]`"
    )
}

/// The check that nothing above the mark, or elsewhere, has implemented what is undecided. A type
/// with parameters is looked at with some that have every form; where it asks something of them,
/// nobody knows what it is.
pub(super) fn undecided(args: &Args, input: &DeriveInput) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let p = Private::new(args.krate.get());
    // All of the call stands where the name does, or its error would point at the mark.
    let (name, of_type) = (&input.ident, here.located_at(input.ident.span()));
    let p = p.located_at(of_type);
    let decided = args.said;
    if decided == [true, true] {
        return None;
    }
    let arguments = arguments(&input.generics, &Private::new(args.krate.get()))?;
    let whole = quote_spanned!(of_type=> #name #arguments);
    let is = |is: &str, decided: bool| match decided {
        true => quote_spanned!(here=> false),
        false => {
            let is = Ident::new(is, here);
            quote_spanned!(of_type=> #p::serial::Probe::<#whole>::#is)
        }
    };
    let (writes, reads) = (is("WRITES", decided[0]), is("READS", decided[1]));
    Some(quote_spanned!(of_type=>
        const _: () = {
            use #p::serial::Undecided as _;
            #p::serial::undecided(#writes, #reads);
        };
    ))
}

/// Arguments for parameters of which nothing is asked; nothing where something is.
fn arguments(generics: &Generics, p: &Private) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let is_free = |bound: &TypeParamBound| match bound {
        TypeParamBound::Lifetime(_) => true,
        TypeParamBound::Trait(bound) => bound.path.is_ident("Sized"),
        _ => false,
    };
    let asks =
        generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| {
            match predicate {
                WherePredicate::Lifetime(_) => false,
                WherePredicate::Type(of) => !of.bounds.iter().all(is_free),
                _ => true,
            }
        });
    let arguments = generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(_) => Some(quote_spanned!(here=> 'static)),
        GenericParam::Type(kind) => {
            kind.bounds.iter().all(is_free).then(|| quote_spanned!(here=> #p::serial::Any))
        }
        GenericParam::Const(constant) => match constant.ty.to_token_stream().to_string().as_str() {
            "bool" => Some(quote_spanned!(here=> false)),
            "char" => Some(quote_spanned!(here=> 'a')),
            _ => Some(quote_spanned!(here=> 0)),
        },
    });
    let arguments: Vec<TokenStream> = arguments.collect::<Option<_>>()?;
    match arguments.is_empty() {
        true => Some(TokenStream::new()),
        false => (!asks).then(|| quote_spanned!(here=> <#(#arguments),*>)),
    }
}

fn derived(attributes: &[Attribute], name: &str) -> Option<Path> {
    super::plan::derives(attributes)
        .into_iter()
        .find(|path| path.segments.last().is_some_and(|last| last.ident == name))
}

fn without_derive(attributes: &mut Vec<Attribute>, name: &str) {
    attributes.retain_mut(|attribute| {
        if !attribute.path().is_ident("derive") {
            return true;
        }
        let read = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        let Ok(paths) = read else { return true };
        let is_it = |path: &Path| path.segments.last().is_some_and(|last| last.ident == name);
        if !paths.iter().any(is_it) {
            return true;
        }
        let kept: Vec<&Path> = paths.iter().filter(|path| !is_it(path)).collect();
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
        !kept.is_empty()
    });
}

pub(super) fn each_field(input: &mut DeriveInput, mut change: impl FnMut(&mut Field)) {
    match &mut input.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(change),
        Data::Enum(data) => {
            data.variants.iter_mut().flat_map(|variant| &mut variant.fields).for_each(change);
        }
        Data::Union(data) => data.fields.named.iter_mut().for_each(&mut change),
    }
}

pub(super) fn each_attributes(
    input: &mut DeriveInput,
    mut change: impl FnMut(&mut Vec<Attribute>),
) {
    change(&mut input.attrs);
    if let Data::Enum(data) = &mut input.data {
        data.variants.iter_mut().for_each(|variant| change(&mut variant.attrs));
    }
    each_field(input, |field| change(&mut field.attrs));
}
