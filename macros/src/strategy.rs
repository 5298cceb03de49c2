//! How a value is hidden: the redaction strategies, as `#[redact(..)]` on a field and
//! `redact(argument = ..)` in `#[observe]` both write them.
//!
//! Reads and writes the name of a strategy, and knows how much it leaves; what it does to a value
//! is the runtime's.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{LitInt, LitStr, token};

use crate::diagnostics::{did_you_mean, one_of};
use crate::paths::Private;

/// The words for all strategies.
pub(crate) const WORDS: [&str; 16] = [
    "full", "erase", "mask", "present", "first", "last", "email", "phone", "pan", "ip", "url",
    "iban", "bucket", "year", "month", "hash",
];

/// The largest number of characters that `first(n)` and `last(n)` show.
const MOST_SHOWN: u8 = 4;

/// One strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// A constant token, whatever the value.
    Full,
    /// An empty text, whatever the value.
    Erase,
    /// A constant that looks like a text.
    Mask,
    /// One `*` for each character.
    MaskLength,
    /// Whether there is anything.
    Present,
    /// The first characters.
    First(u8),
    /// The last characters.
    Last(u8),
    /// The domain and the shape of an e-mail address.
    Email,
    /// The country and the end of a phone number.
    Phone,
    /// The end of a payment card's number.
    Pan,
    /// The network of an IP address.
    Ip,
    /// Scheme, host and port.
    Url,
    /// The country and the end of an account's number.
    Iban,
    /// The range that a number is in.
    Bucket(u64),
    /// The year of a date.
    Year,
    /// Year and month of a date.
    Month,
    /// A keyed pseudonym, equal for equal values of one domain.
    Hash(Option<String>),
}

impl Strategy {
    /// Reads a strategy: a word, or a word with its parentheses.
    pub(crate) fn read(input: ParseStream<'_>) -> syn::Result<Strategy> {
        let Ok(word) = input.call(Ident::parse_any) else {
            return Err(syn::Error::new(input.span(), format!("expected a strategy: {}", forms())));
        };
        Strategy::named(&word, input)?.ok_or_else(|| unknown(&word, &[]))
    }

    /// Reads what follows the word of a strategy; `None` if the word is none.
    pub(crate) fn named(word: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Strategy>> {
        Ok(Some(match word.to_string().as_str() {
            "full" => Strategy::Full,
            "erase" => Strategy::Erase,
            "mask" => mask(input)?,
            "present" => Strategy::Present,
            "first" => Strategy::First(shown(word, input)?),
            "last" => Strategy::Last(shown(word, input)?),
            "email" => Strategy::Email,
            "phone" => Strategy::Phone,
            "pan" => Strategy::Pan,
            "ip" => Strategy::Ip,
            "url" => Strategy::Url,
            "iban" => Strategy::Iban,
            "bucket" => Strategy::Bucket(bucket(word, input)?),
            "year" => Strategy::Year,
            "month" => Strategy::Month,
            "hash" => hash(word, input)?,
            _ => return Ok(None),
        }))
    }

    /// Nothing of the value can be told from what is left, not even whether there is one.
    pub(crate) fn hides(&self) -> bool {
        matches!(self, Strategy::Full | Strategy::Erase | Strategy::Mask)
    }

    /// Some of the value is left as it is, or its length: too much of a secret.
    pub(crate) fn leaves_a_part(&self) -> bool {
        !self.hides() && !matches!(self, Strategy::Present | Strategy::Hash(_))
    }

    /// The value of the runtime's type. Erasing has a method of its own there.
    pub(crate) fn tokens(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let variant = |name: &str| {
            let name = Ident::new(name, here);
            quote_spanned!(here=> #p::Strategy::#name)
        };
        match self {
            Strategy::Full | Strategy::Erase => variant("Full"),
            Strategy::Mask => variant("Mask"),
            Strategy::MaskLength => variant("MaskLength"),
            Strategy::Present => variant("Present"),
            Strategy::First(count) => quote_spanned!(here=> #p::Strategy::First(#count)),
            Strategy::Last(count) => quote_spanned!(here=> #p::Strategy::Last(#count)),
            Strategy::Email => variant("Email"),
            Strategy::Phone => variant("Phone"),
            Strategy::Pan => variant("Pan"),
            Strategy::Ip => variant("Ip"),
            Strategy::Url => variant("Url"),
            Strategy::Iban => variant("Iban"),
            Strategy::Bucket(width) => quote_spanned!(here=> #p::Strategy::Bucket(#width)),
            Strategy::Year => variant("Year"),
            Strategy::Month => variant("Month"),
            Strategy::Hash(domain) => {
                let domain = domain.as_deref().unwrap_or_default();
                quote_spanned!(here=> #p::Strategy::Hash(#domain))
            }
        }
    }

    /// As it is written, for messages and for the data map.
    pub(crate) fn text(&self) -> String {
        let word = match self {
            Strategy::First(count) => return format!("first({count})"),
            Strategy::Last(count) => return format!("last({count})"),
            Strategy::Bucket(width) => return format!("bucket({width})"),
            Strategy::Hash(Some(domain)) => return format!("hash({domain:?})"),
            Strategy::Hash(None) => "hash",
            Strategy::Full => "full",
            Strategy::Erase => "erase",
            Strategy::Mask => "mask",
            Strategy::MaskLength => "mask(length)",
            Strategy::Present => "present",
            Strategy::Email => "email",
            Strategy::Phone => "phone",
            Strategy::Pan => "pan",
            Strategy::Ip => "ip",
            Strategy::Url => "url",
            Strategy::Iban => "iban",
            Strategy::Year => "year",
            Strategy::Month => "month",
        };
        word.to_owned()
    }
}

fn forms() -> String {
    one_of([
        "full",
        "erase",
        "mask",
        "present",
        "first(4)",
        "last(4)",
        "email",
        "phone",
        "pan",
        "ip",
        "url",
        "iban",
        "bucket(10)",
        "year",
        "month",
        "hash(\"domain\")",
    ])
}

/// The error for a word that is no strategy; `others` are the words that could stand there as well.
pub(crate) fn unknown(word: &Ident, others: &[&'static str]) -> syn::Error {
    let written = word.to_string();
    let near = did_you_mean(&written, WORDS.iter().chain(others).copied());
    let message = format!("unknown strategy `{written}`{near} (it is {})", forms());
    syn::Error::new(word.span(), message)
}

/// The number in the parentheses of `first(n)` and `last(n)`.
fn shown(word: &Ident, input: ParseStream<'_>) -> syn::Result<u8> {
    let needs = |what: &str, at: Span| {
        let message =
            format!("`{word}` {what} the number of characters to show: write `{word}(4)`");
        syn::Error::new(at, message)
    };
    if !input.peek(token::Paren) {
        return Err(needs("needs", word.span()));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let count: LitInt = inside.parse().map_err(|error| needs("takes", error.span()))?;
    match count.base10_parse::<u8>() {
        Ok(0) => {
            let message = format!("`{word}(0)` shows nothing; write `full`");
            Err(syn::Error::new(count.span(), message))
        }
        Ok(shown) if shown <= MOST_SHOWN => Ok(shown),
        _ => Err(syn::Error::new(
            count.span(),
            format!("`{word}({count})` shows too much; at most `{word}({MOST_SHOWN})` is allowed"),
        )),
    }
}

fn mask(input: ParseStream<'_>) -> syn::Result<Strategy> {
    if !input.peek(token::Paren) {
        return Ok(Strategy::Mask);
    }
    let inside;
    syn::parenthesized!(inside in input);
    let word: syn::Result<Ident> = inside.call(Ident::parse_any);
    match word {
        Ok(word) if word == "length" => Ok(Strategy::MaskLength),
        Ok(word) => Err(mask_takes(word.span())),
        Err(error) => Err(mask_takes(error.span())),
    }
}

fn mask_takes(at: Span) -> syn::Error {
    let message = "`mask` always has one length; write `mask` alone, or `mask(length)` where the length of the \
     value may be seen";
    syn::Error::new(at, message)
}

/// The width in the parentheses of `bucket(n)`.
fn bucket(word: &Ident, input: ParseStream<'_>) -> syn::Result<u64> {
    let needs = |at: Span| {
        let message = "`bucket` needs how many numbers are one range: write `bucket(10)`";
        syn::Error::new(at, message)
    };
    if !input.peek(token::Paren) {
        return Err(needs(word.span()));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let width: LitInt = inside.parse().map_err(|error| needs(error.span()))?;
    match width.base10_parse::<u64>() {
        Ok(0) => Err(syn::Error::new(
            width.span(),
            "`bucket(0)` is a range of no numbers; write `bucket(10)`",
        )),
        Ok(1) => Err(syn::Error::new(
            width.span(),
            "`bucket(1)` shows the number itself; make the range wider",
        )),
        Ok(width) => Ok(width),
        Err(error) => Err(error),
    }
}

fn hash(word: &Ident, input: ParseStream<'_>) -> syn::Result<Strategy> {
    if !input.peek(token::Paren) {
        return Ok(Strategy::Hash(None));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let domain: LitStr = inside.parse().map_err(|_| missing_domain(word.span()))?;
    checked_domain(&domain).map(Some).map(Strategy::Hash)
}

/// The text of a domain, which names what kind of thing is pseudonymised.
pub(crate) fn checked_domain(domain: &LitStr) -> syn::Result<String> {
    let text = domain.value();
    if text.trim().is_empty() {
        let message =
            "the domain of `hash` is empty; name what the value identifies, such as `\"customer\"`";
        return Err(syn::Error::new(domain.span(), message));
    }
    Ok(text)
}

/// `hash` without a domain.
pub(crate) fn missing_domain(word: Span) -> syn::Error {
    let message = "`hash` needs a domain, within which equal values get equal pseudonyms: write \
     `hash(\"customer\")`";
    syn::Error::new(word, message)
}
