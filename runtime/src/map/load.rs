//! A map from its JSON: one that was kept to be compared with.

use super::json::Json;
use super::write::FORMAT;
use super::{Class, DataMap, Entry, Program, Source};
use crate::Error;

impl DataMap {
    /// Reads what [`to_json`](DataMap::to_json) wrote.
    ///
    /// # Errors
    /// When the text is no JSON, no data map, or one of a later format.
    pub fn from_json(text: &str) -> Result<DataMap, Error> {
        let json = Json::read(text).map_err(|at| {
            let line = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            Error::DataMap(format!("it can't be read as JSON at line {line}"))
        })?;
        match json.number("data_map") {
            Some(FORMAT) => {}
            Some(other) => {
                let message = format!("it has format {other}, and this plimsoll reads {FORMAT}");
                return Err(Error::DataMap(message));
            }
            None => return Err(Error::DataMap("it has no member `data_map`".to_owned())),
        }
        let entries = json.list("entries").iter().enumerate().map(|(at, entry)| {
            read(entry).ok_or_else(|| Error::DataMap(format!("entry {} is incomplete", at + 1)))
        });
        let mut entries = entries.collect::<Result<Vec<Entry>, Error>>()?;
        entries.sort_unstable();
        let places = json.get("places").map_or(&[][..], Json::members).iter();
        let places = places.map(|(subject, places)| {
            let places = std::slice::from_ref(places).iter().flat_map(texts);
            (subject.clone(), places.collect())
        });
        let program = json.get("program").map(|program| Program {
            ceilings: pairs(program.get("ceilings")),
            scrub: pairs(program.get("scrub")),
            left_out: program.number("foreign_left_out").unwrap_or(0),
        });
        Ok(DataMap {
            plimsoll: json.text("plimsoll").to_owned(),
            unreadable: json.number("unreadable").unwrap_or(0),
            program,
            entries,
            places: places.collect(),
        })
    }
}

fn read(entry: &Json) -> Option<Entry> {
    let from = entry.text("from");
    let source = Source::ALL.into_iter().find(|source| source.name() == from)?;
    let class = entry.text("class");
    let rank = Class::named(class).map(|class| class.rank);
    let written = entry.number("rank").and_then(|rank| u8::try_from(rank).ok());
    if entry.text("name").is_empty() || class.is_empty() || entry.text("strategy").is_empty() {
        return None;
    }
    Some(Entry {
        source,
        module: entry.text("module").to_owned(),
        name: entry.text("name").to_owned(),
        field: entry.text("field").to_owned(),
        kind: entry.text("type").to_owned(),
        class: class.to_owned(),
        rank: rank.or(written),
        strategy: entry.text("strategy").to_owned(),
        sinks: entry.get("sinks").into_iter().flat_map(texts).collect(),
        reason: entry.text("reason").to_owned(),
    })
}

fn texts(list: &Json) -> Vec<String> {
    let Json::List(list) = list else { return Vec::new() };
    let texts = list.iter().filter_map(|text| match text {
        Json::Text(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

fn pairs(object: Option<&Json>) -> Vec<(String, String)> {
    let members = object.map_or(&[][..], Json::members).iter();
    let pairs = members.filter_map(|(key, value)| match value {
        Json::Text(value) => Some((key.clone(), value.clone())),
        _ => None,
    });
    pairs.collect()
}
