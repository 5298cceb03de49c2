//! The serialised form of a redacted type, and the check that nobody has made one behind its back.
//!
//! `#[redact(serialize)]` writes what the log shows: fields as a map, what is nested in them as maps
//! in it, numbers as numbers, lists and all that a strategy leaves as texts. What `Loggable` of a
//! value does not show is not there either. `#[redact(deserialize)]` reads by serde's own derive and
//! says of its errors only what kind they are. Generated code calls this.

use std::marker::PhantomData;

#[cfg(feature = "serde")]
pub use form::{masked, quiet};

/// Asked whether a type implements serde's traits: an inherent constant wins over `Undecided`'s.
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> std::fmt::Debug for Probe<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Probe")
    }
}

/// Stands for a type's parameters, of which nothing is known, while `Probe` looks at the type.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(not(feature = "serde"), allow(dead_code, reason = "only its name is used"))]
pub struct Any;

/// What holds of types that serde knows nothing of.
pub trait Undecided {
    /// It can be serialised.
    const WRITES: bool = false;
    /// It can be deserialised.
    const READS: bool = false;
}

impl<T: ?Sized> Undecided for Probe<T> {}

/// Refuses implementations that nobody decided about, on a type that hides a field.
///
/// # Panics
/// In the compiler, where it is called.
#[track_caller]
pub const fn undecided(writes: bool, reads: bool) {
    assert!(
        !writes,
        "this type hides a field, which its `Serialize` would write in the clear; write \
         `#[redact(serialize)]` instead, which writes what is logged, or say why the clear is \
         needed: `#[redact(serialize = raw(reason = \"..\"))]`"
    );
    assert!(
        !reads,
        "this type hides a field, which the errors of its `Deserialize` would quote; write \
         `#[redact(deserialize)]` above `#[derive(Deserialize)]`, whose errors quote nothing, or \
         say why that does not matter: `#[redact(deserialize = raw(reason = \"..\"))]`"
    );
}

#[cfg(feature = "serde")]
mod form {
    use std::cell::Cell;
    use std::fmt::{self, Write as _};

    use serde::de::{self, DeserializeOwned};
    use serde::ser::{Serialize, SerializeMap as _, Serializer};

    use super::super::{Fields, Loggable, Out, Sink};
    use super::{Any, Probe};
    use crate::model::Value;

    impl<T: Serialize + ?Sized> Probe<T> {
        /// It can be serialised.
        pub const WRITES: bool = true;
    }

    impl<T: DeserializeOwned> Probe<T> {
        /// It can be deserialised.
        pub const READS: bool = true;
    }

    impl Serialize for Any {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_unit()
        }
    }

    impl<'de> de::Deserialize<'de> for Any {
        fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Any, D::Error> {
            de::IgnoredAny::deserialize(deserializer).map(|_| Any)
        }
    }

    /// What stands for the whole value in front of the dotted keys.
    const ROOT: &str = "_";

    /// Serialises what `log` shows of a value of this type.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn masked<T: Loggable + ?Sized, S: Serializer>(
        log: &dyn Fn(&mut Out<'_>),
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut shown = Shown { entries: Vec::new() };
        Out::fields(&mut shown, ROOT, Sink::Log).of::<T>(log);
        Part { entries: &shown.entries, at: ROOT.len() }.serialize(serializer)
    }

    /// What is shown of a value, by dotted keys, each below the one before it or beside it.
    struct Shown {
        entries: Vec<(String, Kept)>,
    }

    enum Kept {
        Bool(bool),
        I64(i64),
        U64(u64),
        F64(f64),
        Text(String),
    }

    impl Fields for Shown {
        fn put(&mut self, key: &str, value: Value<'_>) {
            let kept = match value {
                Value::Bool(value) => Kept::Bool(value),
                Value::I64(value) => Kept::I64(value),
                Value::U64(value) => Kept::U64(value),
                Value::F64(value) => Kept::F64(value),
                Value::Str(value) => Kept::Text(value.to_owned()),
            };
            self.entries.push((key.to_owned(), kept));
        }

        fn text(&mut self, key: &str, value: &dyn fmt::Display) {
            let mut text = String::new();
            // What could be written before an error stays.
            let _ = write!(text, "{value}");
            self.entries.push((key.to_owned(), Kept::Text(text)));
        }
    }

    impl Serialize for Kept {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Kept::Bool(value) => serializer.serialize_bool(*value),
                Kept::I64(value) => serializer.serialize_i64(*value),
                Kept::U64(value) => serializer.serialize_u64(*value),
                Kept::F64(value) => serializer.serialize_f64(*value),
                Kept::Text(value) => serializer.serialize_str(value),
            }
        }
    }

    /// The entries whose keys begin with the same `at` bytes.
    struct Part<'a> {
        entries: &'a [(String, Kept)],
        at: usize,
    }

    impl<'a> Part<'a> {
        /// The next name below, and the entries that share it.
        fn next(&self, rest: &'a [(String, Kept)]) -> Option<(&'a str, &'a [(String, Kept)])> {
            let name = self.name(rest.first()?);
            let count = rest.iter().take_while(|entry| self.name(entry) == name).count();
            Some((name, &rest[..count]))
        }

        fn name<'e>(&self, (key, _): &'e (String, Kept)) -> &'e str {
            let below = key.get(self.at + 1..).unwrap_or_default();
            below.split('.').next().unwrap_or_default()
        }
    }

    impl Serialize for Part<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if let [(key, only)] = self.entries {
                if key.len() == self.at {
                    return only.serialize(serializer);
                }
            }
            let mut count = 0;
            let mut rest = self.entries;
            while let Some((_, entries)) = self.next(rest) {
                count += 1;
                rest = &rest[entries.len()..];
            }
            let mut map = serializer.serialize_map(Some(count))?;
            let mut rest = self.entries;
            while let Some((name, entries)) = self.next(rest) {
                rest = &rest[entries.len()..];
                map.serialize_entry(name, &Part { entries, at: self.at + 1 + name.len() })?;
            }
            map.end()
        }
    }

    thread_local! {
        /// The name in the last error, for the type around the one that was read.
        static NAMED: Cell<&'static str> = const { Cell::new("") };
    }

    /// An error that says what kind it is, and at most the name of one of these fields, or of a field
    /// of another type that was read like this. A program's own error may have serde's words in it.
    pub fn quiet<E: de::Error>(error: E, names: &[&'static str]) -> E {
        let mut text = Beginning(String::new());
        // It is full, or there is no more.
        let _ = write!(text, "{error}");
        let text = text.0;
        let field = |kind: &str| {
            let name = text.strip_prefix(kind)?.strip_prefix(" `")?.split('`').next()?;
            let known = names.iter().copied().chain([NAMED.get()]);
            let known = known.into_iter().find(|known| is_same(known, name))?;
            NAMED.set(known);
            Some(format!("{kind} `{name}`"))
        };
        let named = field("missing field").or_else(|| field("duplicate field"));
        let kinds = [
            "missing field",
            "duplicate field",
            "unknown field",
            "unknown variant",
            "invalid type",
            "invalid value",
            "invalid length",
        ];
        let kind = kinds.into_iter().find(|kind| text.starts_with(kind));
        match (named, kind) {
            (Some(named), _) => E::custom(named),
            (None, kind) => E::custom(kind.unwrap_or("a value that can't be read")),
        }
    }

    /// The same name, in whatever case serde has been told to write it.
    fn is_same(known: &str, name: &str) -> bool {
        let letters = |name: &'_ str| {
            let letters = name.chars().filter(|char| !matches!(char, '_' | '-'));
            letters.flat_map(char::to_lowercase).collect::<String>()
        };
        !known.is_empty() && letters(known) == letters(name)
    }

    /// Keeps the beginning of a text, which is all that is looked at.
    struct Beginning(String);

    impl fmt::Write for Beginning {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            const ENOUGH: usize = 128;
            self.0.extend(text.chars().take(ENOUGH.saturating_sub(self.0.len())));
            if self.0.len() < ENOUGH { Ok(()) } else { Err(fmt::Error) }
        }
    }
}
