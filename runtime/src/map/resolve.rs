//! From records to a map: types by their names, classes by their types, ways out by who records.
//!
//! A macro sees one item, so that a record names types as they are written. Here all are together.
//! What can't be told stays `by type`; nothing is guessed to be less sensitive than it may be.

use std::collections::{BTreeMap, BTreeSet};

use super::parse::{Field, Record, Section};
use super::types::{self, Named};
use super::{BY_TYPE, Class, DataMap, Entry, Source, place};

/// Paths longer than this are not followed.
const LONGEST_PATH: usize = 8;

/// The map that these records make.
pub(super) fn map(section: Section) -> DataMap {
    let Section { plimsoll, mut records, unreadable } = section;
    records.sort_by(|one, other| key(one).cmp(&key(other)));
    let types = Types::new(&records);
    let leaves = types.leaves(&records);
    let mut entries = BTreeSet::new();
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in &records {
        let sinks: Vec<String> = match record.source {
            Source::Type => {
                let by = (record.module.as_str(), record.name.as_str());
                let others = leaves.get(&by).into_iter().flatten().cloned();
                [String::from("debug")].into_iter().chain(others).collect()
            }
            _ => record.sinks(),
        };
        for field in &record.fields {
            entries.insert(types.entry(record, field, &sinks));
        }
        if !record.serialize.is_empty() {
            entries.insert(serialized(record));
        }
        let at = format!("{}:{}", record.file.replace('\\', "/"), record.line);
        places.entry(place(&record.module, &record.name)).or_default().insert(at);
    }
    DataMap { plimsoll, unreadable, program: None, entries: entries.into_iter().collect(), places }
}

fn key(record: &Record) -> (Source, &str, &str, &str, u64) {
    (record.source, &record.module, &record.name, &record.file, record.line)
}

impl Record {
    /// The ways out of what it records.
    fn sinks(&self) -> Vec<String> {
        let usual: &[&str] = match self.source {
            _ if !self.sinks.is_empty() => return self.sinks.clone(),
            Source::Function => &["span"],
            Source::Metric => &["label"],
            Source::Type => &["debug"],
            Source::Error => &["log", "span"],
            Source::Event => &["log"],
            Source::Foreign => &[],
        };
        usual.iter().map(|sink| String::from(*sink)).collect()
    }
}

/// The entry for a type that is serialised.
fn serialized(record: &Record) -> Entry {
    let (class, rank) = shown(record.class.as_ref());
    Entry {
        source: Source::Type,
        module: record.module.clone(),
        name: record.name.clone(),
        field: String::from("(serialized)"),
        kind: record.name.clone(),
        class,
        rank,
        strategy: record.serialize.clone(),
        sinks: vec![String::from("serialized")],
        reason: record.reason.clone(),
    }
}

fn shown(class: Option<&Class>) -> (String, Option<u8>) {
    class.map_or((String::from(BY_TYPE), None), |class| (class.name.clone(), Some(class.rank)))
}

/// The redacted types of the program, by their names.
struct Types<'a>(BTreeMap<&'a str, Vec<&'a Record>>);

impl<'a> Types<'a> {
    fn new(records: &'a [Record]) -> Types<'a> {
        let mut types: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in records.iter().filter(|record| record.source == Source::Type) {
            types.entry(&record.name).or_default().push(record);
        }
        Types(types)
    }

    /// The records of a type that is named in this module: the one there is, or the one that is
    /// nearest. Several of one place are parts of one type.
    fn find(&self, named: &Named<'_>, module: &str) -> &[&'a Record] {
        let all = self.0.get(named.last()).map_or(&[][..], Vec::as_slice);
        let of = |wanted: &dyn Fn(&str) -> bool| {
            let mut groups = all.chunk_by(|one, next| one.module == next.module);
            let groups = groups
                .by_ref()
                .filter(|group| group.first().is_some_and(|record| wanted(&record.module)));
            let groups: Vec<&[&Record]> = groups.collect();
            match groups.as_slice() {
                [only] => Some(*only),
                _ => None,
            }
        };
        let qualifier = named.qualifier();
        let ends = |module: &str| {
            let rest = module.strip_suffix(qualifier);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
        };
        of(&|_| true)
            .or_else(|| of(&ends).filter(|_| !qualifier.is_empty()))
            .or_else(|| of(&|it| it == module).filter(|_| qualifier.is_empty()))
            .unwrap_or_default()
    }

    /// The class of a type as it is written in this module.
    fn class(&self, kind: &str, module: &str) -> Option<Class> {
        types::class(kind, &|named| {
            self.find(named, module).iter().find_map(|record| record.class.clone())
        })
    }

    /// The field that a path leads to from a type, with the module of the type that has it.
    fn follow(&self, kind: &str, path: &str, module: &str) -> Option<(&'a Field, &'a str)> {
        let (mut kind, mut module) = (kind, module);
        let mut found: Option<(&'a Field, &'a str)> = None;
        for name in path.split('.').take(LONGEST_PATH) {
            let mut owners: Vec<Named<'_>> = Vec::new();
            types::named(kind, &mut |named| owners.push(Named { path: named.path }));
            let [owner] = owners.as_slice() else { return None };
            let parts = self.find(owner, module);
            let (field, record): (&'a Field, &'a Record) = parts.iter().find_map(|record| {
                record.fields.iter().find(|field| field.key == name).map(|field| (field, *record))
            })?;
            (kind, module) = (&field.kind, &record.module);
            found = Some((field, &record.module));
        }
        found
    }

    /// One field of a record.
    fn entry(&self, record: &Record, field: &Field, sinks: &[String]) -> Entry {
        let (kind, class) = match field.path.as_str() {
            "" => (field.kind.clone(), self.class(&field.kind, &record.module)),
            path => match self.follow(&field.kind, path, &record.module) {
                // What its type says of it, or else what it is.
                Some((at, module)) => {
                    (at.kind.clone(), at.class.clone().or_else(|| self.class(&at.kind, module)))
                }
                None => (String::new(), None),
            },
        };
        // What a field is called in its type is stricter than what a mark elsewhere says by default.
        let class = match (&field.class, class) {
            (Some(said), _) => Some(said.clone()),
            (None, found) => found,
        };
        let strategy = match (field.how.as_str(), &class) {
            ("probed", Some(_)) => "shown",
            ("probed", None) => "safe",
            (how, _) => how,
        };
        let (class, rank) = shown(class.as_ref());
        let mut sinks = sinks.to_vec();
        sinks.sort_unstable();
        sinks.dedup();
        Entry {
            source: record.source,
            module: record.module.clone(),
            name: record.name.clone(),
            field: field.key.clone(),
            kind,
            class,
            rank,
            strategy: strategy.to_owned(),
            sinks,
            reason: field.reason.clone(),
        }
    }

    /// By which ways the fields of each type leave: those of whatever records the type, and of
    /// types that hold it.
    fn leaves(&self, records: &'a [Record]) -> BTreeMap<(&'a str, &'a str), BTreeSet<String>> {
        let mut leaves: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        let mut work: Vec<(&Record, BTreeSet<String>)> = Vec::new();
        let others = records.iter().filter(|record| record.source != Source::Type);
        for record in others {
            let sinks: BTreeSet<String> = record.sinks().into_iter().collect();
            for field in record.fields.iter().filter(|field| is_by_type(field)) {
                let (kind, module) = match field.path.as_str() {
                    "" => (field.kind.as_str(), record.module.as_str()),
                    path => match self.follow(&field.kind, path, &record.module) {
                        Some((at, module)) => (at.kind.as_str(), module),
                        None => continue,
                    },
                };
                self.each(kind, module, &mut |found| work.push((found, sinks.clone())));
            }
        }
        while let Some((record, sinks)) = work.pop() {
            let known = leaves.entry((&record.module, &record.name)).or_default();
            let before = known.len();
            known.extend(sinks.iter().cloned());
            // Another part of the type may come later, so that all of its parts are gone through.
            if known.len() == before {
                continue;
            }
            let parts = self.0.get(record.name.as_str()).into_iter().flatten();
            for part in parts.filter(|part| part.module == record.module) {
                for field in part.fields.iter().filter(|field| is_by_type(field)) {
                    self.each(&field.kind, &part.module, &mut |found| {
                        work.push((found, sinks.clone()));
                    });
                }
            }
        }
        leaves
    }

    fn each(&self, kind: &str, module: &str, see: &mut dyn FnMut(&'a Record)) {
        types::named(kind, &mut |named| {
            if let Some(found) = self.find(named, module).first() {
                see(found);
            }
        });
    }
}

/// It is shown as its type says.
fn is_by_type(field: &Field) -> bool {
    matches!(field.how.as_str(), "shown" | "probed")
}
