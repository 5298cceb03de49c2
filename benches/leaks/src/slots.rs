//! The slots that a secret can stand in, and what may come of it.

use plimsoll::testing::Canary;
use serde::{Deserialize, Serialize};

macro_rules! slots {
    ($($slot:ident $name:literal $what:literal,)*) => {
        /// A place for a secret.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Slot { $($slot,)* }

        impl Slot {
            pub(crate) const ALL: &[Slot] = &[$(Slot::$slot,)*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Slot::$slot => $name,)* }
            }

            /// What it is, for the table.
            pub(crate) fn what(self) -> &'static str {
                match self { $(Slot::$slot => $what,)* }
            }
        }
    };
}

slots! {
    Field "field" "a marked field, `{:?}`",
    Pretty "pretty" "the same, `{:#?}`",
    Symbols "symbols" "a marked field without letters or digits",
    Unmarked "unmarked" "a field that nobody marked",
    Nested "nested" "a marked field of a struct in a struct",
    Option "option" "a marked `Option<String>`",
    Alias "alias" "the same, by a type alias",
    List "list" "a marked `Vec<String>`",
    Bytes "bytes" "a marked `Vec<u8>`",
    MapValue "map-value" "the values of a marked map",
    MapKey "map-key" "the keys of a marked map",
    Enum "enum" "a marked field of an enum's variant",
    Tuple "tuple" "a marked field of a tuple struct",
    Generic "generic" "a marked field of a generic type",
    Boxed "boxed" "a marked `Box<str>`, `Arc<str>` or `Cow<str>`",
    Number "number" "a marked number",
    Length "length" "the length of a marked text",
    Serialize "serialize" "`Serialize` of the same type",
    Deserialize "deserialize" "the error of `Deserialize`",
    Display "display" "`Display` of the type, or its template",
    Error "error" "an error whose message quotes it, returned and logged",
    Chain "chain" "the source of that error",
    Unwrap "unwrap" "`unwrap` of such an error",
    Argument "argument" "an argument of a marked function",
    Receiver "self" "the `self` of a marked method",
    Message "message" "a message, as `password=..`",
    Named "named" "a log field by the name `password`",
    Url "url" "a URL's password, in a log field",
    Header "header" "an `authorization` header, in a log field",
    Sql "sql" "a literal of SQL, in `db.query.text`",
    Panic "panic" "a panic's message, with a bearer token",
    Label "label" "a metric's label, with an e-mail address",
}

impl Slot {
    /// What stands for the secret there. Where only its shape can tell, it has that of a secret.
    pub(crate) fn canary(self) -> Canary {
        let name = self.name();
        match self {
            Slot::Symbols => Canary::of(name, "!@#$%^&*()_-+=[]:;<>?~"),
            Slot::Number => Canary::card(name),
            Slot::Label => Canary::email(name),
            Slot::Url => Canary::within(name, "postgres://shop:{}@db.example:5432/orders"),
            Slot::Header => Canary::within(name, "Bearer {}"),
            Slot::Sql => Canary::within(name, "SELECT id FROM users WHERE token = '{}'"),
            Slot::Message => Canary::within(name, "login failed, password={}"),
            Slot::Panic => Canary::within(name, "no answer to authorization: Bearer {}"),
            _ => Canary::new(name),
        }
    }

    /// A number that may leave, and stands beside the secret.
    pub(crate) fn control(self) -> u64 {
        7_770_000 + self as u64
    }
}

/// What a crate did with a slot.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// The secret was there, and what came out was written.
    Filled,
    /// The program does not compile with a secret there.
    Refused,
    /// Whether what comes out tells the secret's length.
    Length(bool),
    /// The crate has nothing to do with that, and says so.
    Absent(String),
}

impl Answer {
    pub(crate) fn absent(why: &str) -> Answer {
        Answer::Absent(why.to_owned())
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Leak(String),
    Safe,
    Refused,
    /// Neither the secret nor its control came out.
    Silent,
    Absent(String),
}
