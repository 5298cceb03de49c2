//! What the text of a type says of its class, and which types it names.
//!
//! The text is what stood in the source; nothing here knows what a name means but those of the
//! standard library, and what the caller knows. Called by `resolve`.

use super::Class;

/// Types in each other that are looked into.
const DEEPEST: usize = 12;

/// Their values are public: numbers, truth values, durations.
#[rustfmt::skip]
const PUBLIC: [&str; 27] = [
    "bool", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
    "f32", "f64", "Duration", "NonZeroU8", "NonZeroU16", "NonZeroU32", "NonZeroU64", "NonZeroUsize",
    "NonZeroI8", "NonZeroI16", "NonZeroI32", "NonZeroI64", "NonZeroIsize", "PhantomData",
];

/// Their class is that of what they hold.
#[rustfmt::skip]
const CONTAINERS: [&str; 18] = [
    "Option", "Vec", "VecDeque", "Box", "Rc", "Arc", "Cow", "HashSet", "BTreeSet", "HashMap",
    "BTreeMap", "Result", "Cell", "RefCell", "Mutex", "RwLock", "Pin", "Saturating",
];

/// A type, as a path and what stands in its angle brackets.
pub(super) struct Named<'a> {
    /// `m::Order`.
    pub(super) path: &'a str,
}

impl Named<'_> {
    /// `Order`.
    pub(super) fn last(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// `m`, without what only the place of the text gives a meaning to.
    pub(super) fn qualifier(&self) -> &str {
        let (qualifier, _) = self.path.rsplit_once("::").unwrap_or_default();
        ["crate", "self", "super"].iter().fold(qualifier, |rest, word| {
            rest.strip_prefix(word).map_or(rest, |rest| rest.trim_start_matches("::"))
        })
    }
}

/// The class of a type; none if it can't be told. `known` is asked for what the standard library
/// does not have.
pub(super) fn class(text: &str, known: &dyn Fn(&Named<'_>) -> Option<Class>) -> Option<Class> {
    let mut found = Class::named("public");
    let mut see = |part: Option<&Named<'_>>| {
        let class = match part {
            Some(named) if PUBLIC.contains(&named.path) || PUBLIC.contains(&named.last()) => {
                Class::named("public")
            }
            Some(named) => known(named),
            None => None,
        };
        found = found.take().zip(class).map(|(one, other)| one.or(other));
    };
    walk(text, DEEPEST, &mut see);
    found
}

/// The types that a text names, but for containers.
pub(super) fn named<'a>(text: &'a str, see: &mut dyn FnMut(&Named<'a>)) {
    walk(text, DEEPEST, &mut |part| part.into_iter().for_each(&mut *see));
}

/// Shows each type that a value may hold; nothing for a part that can't be read.
fn walk<'a>(text: &'a str, depth: usize, see: &mut dyn FnMut(Option<&Named<'a>>)) {
    let text = bare(text);
    let Some(depth) = depth.checked_sub(1) else { return see(None) };
    let inside = |open, close| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(inside) = inside('(', ')') {
        return parts(inside, ',').for_each(|part| walk(part, depth, see));
    }
    if let Some(inside) = inside('[', ']') {
        return parts(inside, ';').take(1).for_each(|part| walk(part, depth, see));
    }
    let (path, arguments) = match text.split_once('<') {
        Some((path, rest)) => (path.trim_end_matches("::"), rest.strip_suffix('>')),
        None => (text, Some("")),
    };
    let is_path = |char: char| char.is_alphanumeric() || matches!(char, '_' | ':' | '#');
    let readable = !path.is_empty() && path.chars().all(is_path);
    let (true, Some(arguments)) = (readable, arguments) else { return see(None) };
    let named = Named { path };
    if CONTAINERS.contains(&named.last()) && !arguments.is_empty() {
        // Hashers and lifetimes hold nothing that is shown.
        let most = if named.last().ends_with("Map") || named.last() == "Result" { 2 } else { 1 };
        let held = parts(arguments, ',').filter(|part| !part.starts_with('\''));
        return held.take(most).for_each(|part| walk(part, depth, see));
    }
    see(Some(&named));
}

/// Without references.
fn bare(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(rest) = text.strip_prefix('&') {
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('\'') {
            Some(lifetime) => lifetime.split_once(' ').map_or("", |(_, rest)| rest),
            None => rest,
        };
        text = rest.strip_prefix("mut ").unwrap_or(rest).trim();
    }
    text
}

/// The parts between separators that stand in no brackets.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |char: char| {
        match char {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        char == separator && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_is_that_of_what_is_held() {
        let known = |named: &Named<'_>| match named.last() {
            "Order" => Class::named("pii"),
            "Key" => Class::named("secret"),
            _ => None,
        };
        for (text, class_of) in [
            ("u64", Some("public")),
            ("&'a mut u64", Some("public")),
            ("std::time::Duration", Some("public")),
            ("&Order", Some("pii")),
            ("Option<Vec<m::Order>>", Some("pii")),
            ("HashMap<u8, Order, State>", Some("pii")),
            ("HashMap<Key, Order>", Some("secret")),
            ("Cow<'a, [Order]>", Some("pii")),
            ("[Order; 4]", Some("pii")),
            ("(u8, Order)", Some("pii")),
            ("()", Some("public")),
            ("Order<T>", Some("pii")),
            ("String", None),
            ("(u8, Other)", None),
            ("impl Into<Order>", None),
            ("Box<dyn Any>", None),
            ("", None),
            ("Option<", None),
        ] {
            let class = class(text, &known);
            assert_eq!(class.as_ref().map(|class| class.name.as_str()), class_of, "{text}");
        }
        assert_eq!(class(&"Option<".repeat(10_000), &known), None);
        assert_eq!(class(&format!("{}u8{}", "(".repeat(20), ")".repeat(20)), &known), None);
    }

    #[test]
    fn qualifiers_say_where_to_look() {
        for (path, qualifier) in
            [("Order", ""), ("m::Order", "m"), ("crate::m::n::Order", "m::n"), ("super::Order", "")]
        {
            assert_eq!(Named { path }.qualifier(), qualifier);
        }
    }
}
