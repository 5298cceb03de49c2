//! What was written in `#[redact(..)]` on one field, with its spans.
//!
//! Reads only; whether the parts go together, and with the type of the field, `decision` says.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, discouraged::Speculative as _};
use syn::{Attribute, LitStr, Meta, Path};

use super::class::Class;
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::reason;
use crate::strategy::{self, Strategy};

/// The keys beside the strategies.
const KEYS: [&str; 8] = ["skip", "with", "each", "keys", "values", "class", "allow", "domain"];

/// The marks of one field.
#[derive(Default)]
pub(crate) struct Written {
    /// The first mark, if there is one.
    pub(crate) mark: Option<Ident>,
    pub(crate) how: Slot<How>,
    pub(crate) keys: Slot<Side>,
    pub(crate) values: Slot<Side>,
    pub(crate) class: Slot<Class>,
    /// The reason of `allow`.
    pub(crate) allow: Slot<LitStr>,
    /// It could not be read, which was reported: what it lacks is no mistake of its own.
    pub(crate) broken: bool,
}

/// What happens to the whole value.
#[derive(Clone)]
pub(crate) enum How {
    By(Strategy),
    Skip,
    With(Path),
    Each(Strategy),
}

/// What happens to the keys of a map, or to its values.
#[derive(Clone)]
pub(crate) enum Side {
    /// As their type says.
    Shown,
    By(Strategy),
}

impl Side {
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Side> {
        let strategy = |input: ParseStream<'_>| {
            let ahead = input.fork();
            match ahead.call(Ident::parse_any) {
                Ok(word) if word == "shown" => {
                    input.advance_to(&ahead);
                    Ok(Side::Shown)
                }
                Ok(word) if Strategy::named(&word, &ahead).is_ok_and(|known| known.is_none()) => {
                    Err(strategy::unknown(&word, &["shown"]))
                }
                _ => Strategy::read(input).map(Side::By),
            }
        };
        valued(key, input, "full", strategy)
    }
}

impl Written {
    /// The value is not shown as it is.
    pub(crate) fn hides(&self) -> bool {
        [self.how.key(), self.keys.key(), self.values.key()].iter().any(Option::is_some)
    }

    /// Reads one mark into this.
    pub(crate) fn read(&mut self, attribute: &Attribute, diagnostics: &mut Diagnostics) {
        let before = diagnostics.len();
        self.mark(attribute, diagnostics);
        self.broken |= diagnostics.len() > before;
    }

    fn mark(&mut self, attribute: &Attribute, diagnostics: &mut Diagnostics) {
        let word = attribute.path().segments.last().map(|word| word.ident.clone());
        let again = self.mark.is_some();
        if self.mark.is_none() {
            self.mark.clone_from(&word);
        }
        let list = match &attribute.meta {
            Meta::Path(_) => {
                if let Some(word) = word {
                    self.how.set(&word, How::By(Strategy::Full), diagnostics);
                }
                return;
            }
            Meta::List(list) => list,
            Meta::NameValue(pair) => {
                let value = pair.value.to_token_stream().to_string();
                let value = value.trim_matches('"');
                diagnostics.error(
                    &pair.value,
                    format_args!("a strategy stands in parentheses: write `#[redact({value})]`"),
                );
                return;
            }
        };
        if list.tokens.is_empty() && !again {
            let message = "the parentheses are empty; write `#[redact]` to hide the value whole";
            diagnostics.error(attribute.path(), message);
        }
        self.list(list.tokens.clone(), diagnostics);
    }

    fn list(&mut self, tokens: TokenStream, diagnostics: &mut Diagnostics) {
        let mut keys = strategy::WORDS.to_vec();
        keys.extend(KEYS);
        let mut domain: Slot<LitStr> = Slot::default();
        // Where a `hash` stands that has no domain of its own.
        let mut nameless: Vec<Ident> = Vec::new();
        let before = diagnostics.len();
        args::read(tokens, &keys, diagnostics, |key, input, diagnostics| {
            let note = |strategy: &Strategy, nameless: &mut Vec<Ident>| {
                if *strategy == Strategy::Hash(None) {
                    nameless.push(key.clone());
                }
            };
            match key.to_string().as_str() {
                "domain" => {
                    domain.set(key, args::text(key, input, "\"customer\"")?, diagnostics);
                }
                "skip" => {
                    args::flag(key, input)?;
                    self.how.set(key, How::Skip, diagnostics);
                }
                "with" => {
                    let path = with(key, input)?;
                    self.how.set(key, How::With(path), diagnostics);
                }
                "each" => {
                    let each = valued(key, input, "email", Strategy::read)?;
                    note(&each, &mut nameless);
                    self.how.set(key, How::Each(each), diagnostics);
                }
                "keys" | "values" => {
                    let side = Side::read(key, input)?;
                    if let Side::By(strategy) = &side {
                        note(strategy, &mut nameless);
                    }
                    let slot = if key == "keys" { &mut self.keys } else { &mut self.values };
                    slot.set(key, side, diagnostics);
                }
                "class" => self.class.set(key, Class::read(key, input)?, diagnostics),
                "allow" => self.allow.set(key, reason::read(key, input)?, diagnostics),
                "shown" => return Err(shown(key)),
                _ => {
                    let strategy = Strategy::named(key, input)?
                        .ok_or_else(|| strategy::unknown(key, &KEYS))?;
                    note(&strategy, &mut nameless);
                    self.how.set(key, How::By(strategy), diagnostics);
                }
            }
            Ok(true)
        });
        self.named(&domain, &nameless, diagnostics.len() > before, diagnostics);
    }

    /// Gives each `hash` without a domain the one of `domain = ".."`.
    fn named(
        &mut self,
        domain: &Slot<LitStr>,
        nameless: &[Ident],
        broken: bool,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(key) = domain.key() else {
            for word in nameless {
                diagnostics.parser(strategy::missing_domain(word.span()));
            }
            return;
        };
        if nameless.is_empty() && !broken {
            diagnostics.error(key, "`domain` belongs to `hash`; no other strategy has one");
        }
        let Some(Ok(name)) = domain.get().map(strategy::checked_domain) else { return };
        let hash = Strategy::Hash(Some(name));
        let fill = |strategy: &mut Strategy| {
            if *strategy == Strategy::Hash(None) {
                strategy.clone_from(&hash);
            }
        };
        if let Some(How::By(strategy) | How::Each(strategy)) = self.how.get_mut() {
            fill(strategy);
        }
        for side in [&mut self.keys, &mut self.values] {
            if let Some(Side::By(strategy)) = side.get_mut() {
                fill(strategy);
            }
        }
    }
}

/// What stands behind `key =`, read by `read`.
fn valued<T>(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let ahead = input.fork();
    let equals = ahead.parse::<syn::Token![=]>().is_ok();
    if !equals || ahead.is_empty() || ahead.peek(syn::Token![,]) {
        let message = format!("`{key}` needs a strategy: write `{key} = {example}`");
        return Err(syn::Error::new(key.span(), message));
    }
    input.advance_to(&ahead);
    read(input)
}

fn with(key: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let ahead = input.fork();
    let path: syn::Result<Path> = args::value(key, &ahead, "masked_name");
    let is_end = ahead.is_empty() || ahead.peek(syn::Token![,]);
    match path {
        Ok(path) if is_end => {
            input.advance_to(&ahead);
            Ok(path)
        }
        Err(error) if error.to_string().starts_with('`') => Err(error),
        _ => {
            input.parse::<syn::Token![=]>()?;
            let mut rest = TokenStream::new();
            // The commas of a closure belong to it.
            let closure = input.peek(syn::Token![|]) || input.peek(syn::Token![move]);
            while !input.is_empty() && (closure || !input.peek(syn::Token![,])) {
                rest.extend([input.parse::<TokenTree>()?]);
            }
            let message = "`with` takes the path of a function, `fn(&T, &mut fmt::Formatter<'_>) \
             -> fmt::Result`: write `with = masked_name`";
            Err(syn::Error::new_spanned(rest, message))
        }
    }
}

fn shown(word: &Ident) -> syn::Error {
    let message = "what is shown needs no mark; `shown` is for the sides of a map: write \
     `keys = shown, values = full`";
    syn::Error::new(word.span(), message)
}
