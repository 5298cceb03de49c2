//! What was written in the parentheses of an event: level, target, message and fields, in this order.
//!
//! What is no literal where one has to be, and what stands in `tracing`'s order, is told of here.
//! Names and keys are `plan`'s to judge.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{LitStr, Path, Token, token};

use crate::args;
use crate::diagnostics::{Diagnostics, did_you_mean, one_of};
use crate::names;
use crate::recorded::{self, Recorded};

/// The levels of `event!`.
const LEVELS: [&str; 5] = ["Error", "Warn", "Info", "Debug", "Trace"];

/// The arguments of one event.
#[derive(Default)]
pub(super) struct Args {
    /// The level as it was written, of `event!` alone.
    pub(super) level: Option<Path>,
    pub(super) target: Option<LitStr>,
    /// The path of the runtime.
    pub(super) krate: Option<Path>,
    pub(super) message: Option<LitStr>,
    pub(super) fields: Vec<Recorded>,
}

impl Args {
    /// Reads the arguments of the macro of this name; `levelled` if the level is one of them.
    pub(super) fn read(
        name: &str,
        levelled: bool,
        tokens: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Args {
        let mut args = Args::default();
        let example = match levelled {
            true => "event!(Level::Info, \"order placed\", order.id)".to_owned(),
            false => format!("{name}!(\"order placed\", order.id)"),
        };
        let all = |input: ParseStream<'_>| {
            if levelled {
                args.level(input, &example, diagnostics)?;
            }
            args.settings(input, diagnostics)?;
            args.message(input, &example, diagnostics)?;
            while !input.is_empty() {
                if let Err(error) = args.field(input, diagnostics) {
                    diagnostics.parser(error);
                }
                args::skip(input)?;
            }
            Ok(())
        };
        if let Err(error) = all.parse2(tokens) {
            diagnostics.parser(error);
        }
        args
    }

    fn level(
        &mut self,
        input: ParseStream<'_>,
        example: &str,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        if input.is_empty() || input.peek(LitStr) {
            let message = format!("the level comes first: write `{example}`");
            diagnostics.error_at(input.span(), message);
            return Ok(());
        }
        let Ok(path) = input.call(Path::parse_mod_style) else {
            let message = format!("the level is a literal path: write `{example}`");
            diagnostics.error_at(input.span(), message);
            return args::skip(input);
        };
        let last = path.segments.last().map(|last| last.ident.unraw().to_string());
        match last.filter(|last| !LEVELS.contains(&last.as_str())) {
            None => self.level = Some(path),
            Some(other) => {
                let near = did_you_mean(
                    &other,
                    LEVELS.map(str::to_lowercase).each_ref().map(String::as_str),
                );
                let near = near.is_empty().then(String::new).unwrap_or_else(|| {
                    let meant =
                        LEVELS.into_iter().find(|level| near.contains(&level.to_lowercase()));
                    format!("; did you mean `Level::{}`?", meant.unwrap_or_default())
                });
                let message = format!(
                    "`{other}` is no level{near} (it is {} of `plimsoll::Level`, and the same each time)",
                    one_of(LEVELS)
                );
                diagnostics.error(&path, message);
            }
        }
        args::skip(input)
    }

    /// `target = ".."` and `crate = ..` before the message.
    fn settings(
        &mut self,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        while input.peek(Ident::peek_any) {
            let ahead = input.fork();
            let key = ahead.call(Ident::parse_any)?;
            let tracing = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
            match key.to_string().as_str() {
                "target" | "name" | "parent" if tracing => {
                    let message = match key == "target" {
                        true => "a target is written `target = \"..\"`, with `=`".to_owned(),
                        false => format!("an event takes no `{key}`; leave it out"),
                    };
                    diagnostics.error(&key, message);
                }
                "target" if ahead.peek(Token![=]) => {
                    input.call(Ident::parse_any)?;
                    match args::text(&key, input, "\"shop::orders\"") {
                        Ok(target) => self.target = Some(target),
                        Err(error) => diagnostics.parser(error),
                    }
                }
                "crate" if ahead.peek(Token![=]) => {
                    input.call(Ident::parse_any)?;
                    self.krate = Some(args::value(&key, input, "::plimsoll")?);
                }
                _ => return Ok(()),
            }
            args::skip(input)?;
        }
        Ok(())
    }

    fn message(
        &mut self,
        input: ParseStream<'_>,
        example: &str,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        if input.is_empty() {
            let message = format!("an event says what happened: write `{example}`");
            diagnostics.error_at(input.span(), message);
            return Ok(());
        }
        if input.peek(LitStr) && !input.peek2(Token![=]) {
            let message: LitStr = input.parse()?;
            if message.value().trim().is_empty() {
                diagnostics
                    .error(&message, format_args!("the message is empty; write `{example}`"));
            } else if !input.is_empty() && !input.peek(Token![,]) {
                diagnostics.error_at(input.span(), "expected `,` after the message");
            }
            self.message = Some(message);
            return args::skip(input);
        }
        // The first literal that stands alone between commas is the message of `tracing`'s order.
        let first = item(&input.fork())?;
        let rest = items(&input.fork())?;
        let late = rest.iter().position(is_text);
        match late {
            Some(at) => {
                let after: Vec<String> = rest.iter().take(at).map(readable).collect();
                let text = rest.get(at).map(readable).unwrap_or_default();
                let message = format!(
                    "the message comes first, then the fields: write `({text}, {})`",
                    after.join(", ")
                );
                diagnostics.error(first, message);
                let mut position = 0;
                while !input.is_empty() {
                    if position == at {
                        self.message = Some(input.parse()?);
                    } else if let Err(error) = self.field(input, diagnostics) {
                        diagnostics.parser(error);
                    }
                    position += 1;
                    args::skip(input)?;
                }
            }
            None => {
                let message = format!(
                    "the message is a text in quotes, and what changes are fields: write `{example}`"
                );
                diagnostics.error(&first, message);
                let is_field = {
                    let ahead = input.fork();
                    ahead.call(Ident::parse_any).is_ok() && !ahead.peek(Token![!])
                };
                if !is_field {
                    args::skip(input)?;
                }
            }
        }
        Ok(())
    }

    /// One field, or several in `redact(..)`.
    fn field(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        if input.peek(Token![,]) {
            return Err(input.error("nothing stands before this `,`"));
        }
        let ahead = input.fork();
        let word = ahead.call(Ident::parse_any).ok();
        match word.filter(|word| word == "redact" && ahead.peek(token::Paren)) {
            Some(_) => {
                let word = input.call(Ident::parse_any)?;
                args::items(&word, input, diagnostics, |item, _| {
                    self.fields.push(recorded::redacted(item)?);
                    Ok(())
                })?;
            }
            None => self.fields.push(recorded::logged(input)?),
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,` after a field"));
        }
        Ok(())
    }
}

/// The tokens up to the next comma.
fn item(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut item = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        item.extend([input.parse::<TokenTree>()?]);
    }
    Ok(item)
}

/// All that stands between commas.
fn items(input: ParseStream<'_>) -> syn::Result<Vec<TokenStream>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(item(input)?);
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(items)
}

fn is_text(item: &TokenStream) -> bool {
    syn::parse2::<LitStr>(item.clone()).is_ok()
}

/// The tokens as people write them.
fn readable(item: &TokenStream) -> String {
    let text = crate::map::spelled(&item.to_token_stream());
    match text.split_once('=') {
        Some((key, value)) if names::field(key).is_ok() => format!("{key} = {value}"),
        _ => text,
    }
}
