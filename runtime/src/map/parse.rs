//! From the bytes of the section to records: what each mark wrote, still unresolved.
//!
//! The bytes may come from any file. What can't be read is counted, and what follows it is read
//! again from the next record on; nothing panics. Called by `resolve`.

use super::json::Json;
use super::record::CLASS;
use super::{Class, Source};

/// What one mark wrote.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) source: Source,
    pub(super) name: String,
    pub(super) module: String,
    pub(super) file: String,
    pub(super) line: u64,
    /// The class of the subject: of a type what is shown of it.
    pub(super) class: Option<Class>,
    /// `raw` or `masked`, where a type is serialised.
    pub(super) serialize: String,
    pub(super) reason: String,
    /// The ways out, where they are not the usual ones of the source.
    pub(super) sinks: Vec<String>,
    pub(super) fields: Vec<Field>,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) path: String,
    pub(super) how: String,
    pub(super) class: Option<Class>,
    pub(super) reason: String,
}

/// All records of a section.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The version that wrote it; empty if the head is missing.
    pub(super) plimsoll: String,
    pub(super) records: Vec<Record>,
    /// Records that can't be read.
    pub(super) unreadable: u64,
}

const BEGIN: u8 = 0x1e;
const END: u8 = 0x1f;

/// Reads a section.
pub(super) fn section(bytes: &[u8]) -> Section {
    let mut section = Section::default();
    // What stands before the first record is padding.
    for piece in bytes.split(|byte| *byte == BEGIN).skip(1) {
        match read(piece) {
            Some(Read::Head(version)) => section.plimsoll = version,
            Some(Read::Record(record)) => section.records.push(record),
            None => section.unreadable += 1,
        }
    }
    section
}

enum Read {
    Head(String),
    Record(Record),
}

fn read(piece: &[u8]) -> Option<Read> {
    let end = piece.iter().position(|byte| *byte == END)?;
    let (said, rest) = (piece.get(..end)?, piece.get(end + 1..)?);
    let json = Json::read(std::str::from_utf8(said).ok()?).ok()?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (file, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    if let Some(Json::Text(version)) = json.get("plimsoll") {
        return Some(Read::Head(version.clone()));
    }
    let source = Source::ALL.into_iter().find(|source| json.get(source.name()).is_some())?;
    let fields = json.list("fields").iter().map(|field| Field {
        key: field.text("key").to_owned(),
        kind: field.text("type").to_owned(),
        path: field.text("path").to_owned(),
        how: field.text("how").to_owned(),
        class: class(field, rest),
        reason: field.text("reason").to_owned(),
    });
    let sinks = json.list("sinks").iter().filter_map(|sink| match sink {
        Json::Text(sink) => Some(sink.clone()),
        _ => None,
    });
    Some(Read::Record(Record {
        source,
        name: json.text(source.name()).to_owned(),
        module: json.text("module").to_owned(),
        file: String::from_utf8_lossy(file).into_owned(),
        line: json.number("line").unwrap_or(0),
        class: class(&json, rest),
        serialize: json.text("serialize").to_owned(),
        reason: json.text("reason").to_owned(),
        sinks: sinks.collect(),
        fields: fields.collect(),
    }))
}

/// The class that the mark says, or else the compiler.
fn class(object: &Json, behind: &[u8]) -> Option<Class> {
    if let Some(class) = Class::named(object.text("class")) {
        return Some(class);
    }
    let at = usize::try_from(object.number("of")?).ok()?.checked_mul(CLASS)?;
    let bytes = behind.get(at..)?.get(..CLASS)?;
    let (rank, name) = bytes.split_first()?;
    let name = std::str::from_utf8(name).ok()?.trim_end();
    let rank = rank.checked_sub(b'0').filter(|rank| *rank < 10)?;
    Some(Class { name: name.to_owned(), rank })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Records as a linker lays them: with a file's name, and padding behind each.
    pub(in super::super) fn linked(records: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::from(*b"\0\0\x1e{\"plimsoll\":\"0.0.0\"}\x1f\n");
        for record in records {
            bytes.push(BEGIN);
            bytes.extend_from_slice(record.as_bytes());
            bytes.extend_from_slice(b"\x1fsrc\\main.rs\n2phi                    \0\0\0");
        }
        bytes
    }

    const ONE: &str = r#"{"type":"Customer","class":"internal","module":"shop","line":3,
        "fields":[{"key":"email","type":"String","how":"email","class":"pii"},
                  {"key":"plan","type":"Plan","how":"shown","of":0}, {"key":"x","of":1}]}"#;

    #[test]
    fn records_are_read_with_their_file_and_classes() {
        let read = section(&linked(&[ONE, ONE]));
        assert_eq!((read.plimsoll.as_str(), read.unreadable), ("0.0.0", 0));
        let [first, second] = read.records.as_slice() else { panic!("{read:?}") };
        assert_eq!(first, second);
        assert_eq!((first.name.as_str(), first.line), ("Customer", 3));
        assert_eq!(first.file, "src\\main.rs");
        assert_eq!(first.class, Class::named("internal"));
        let phi = Class { name: "phi".to_owned(), rank: 2 };
        let classes: Vec<_> = first.fields.iter().map(|field| field.class.clone()).collect();
        assert_eq!(classes, [Class::named("pii"), Some(phi), None]);
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_what_follows_is_read() {
        let read = section(&linked(&["{\"type\":", ONE, "{}", "\u{1f}"]));
        assert_eq!((read.records.len(), read.unreadable), (1, 3));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            mut at in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..20),
            cut in any::<usize>(),
        ) {
            let mut bytes = linked(&[ONE, ONE]);
            for (place, byte) in at.drain(..) {
                let length = bytes.len();
                bytes[place % length] = byte;
            }
            bytes.truncate(cut % bytes.len());
            let _ = section(&bytes);
        }
    }
}
