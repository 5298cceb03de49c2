//! Two maps compared: what may leave now that might not before, and what no longer does.
//!
//! Where it can't be told whether a change lets more out, it counts as one that does.

use std::collections::BTreeMap;

use super::{Change, DataMap, Entry, Source};

impl DataMap {
    /// What changed since `old`, those that loosen something first. Files and lines do not matter,
    /// and what moved to another function without a change is no new field.
    ///
    /// A change loosens when a class drops, a strategy lets more through (`full` to `last(4)`, a
    /// pseudonym to another domain), a way out is added, a reason stands for another decision, or
    /// something new leaves as it is: of a class above public, or because the mark allows it.
    /// Foreign callsites are compared when both maps have them.
    #[must_use]
    pub fn diff(&self, old: &DataMap) -> Vec<Change> {
        let foreign = self.program.is_some() && old.program.is_some();
        let wanted = |entry: &&Entry| foreign || entry.source != Source::Foreign;
        let mut pairs: BTreeMap<Key<'_>, (Vec<&Entry>, Vec<&Entry>)> = BTreeMap::new();
        for entry in old.entries.iter().filter(wanted) {
            pairs.entry(key(entry)).or_default().0.push(entry);
        }
        for entry in self.entries.iter().filter(wanted) {
            pairs.entry(key(entry)).or_default().1.push(entry);
        }
        let (mut changes, mut gone, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for (mut before, mut after) in pairs.into_values() {
            // Functions of one name: what both have is no change.
            before.retain(|entry| match after.iter().position(|other| other == entry) {
                Some(at) => {
                    after.remove(at);
                    false
                }
                None => true,
            });
            let paired = before.len().min(after.len());
            for (before, after) in before.iter().zip(&after) {
                compare(before, after, &mut changes);
            }
            gone.extend(before.into_iter().skip(paired));
            new.extend(after.into_iter().skip(paired));
        }
        for entry in new {
            let came = |other: &&Entry| {
                let Entry { source, field, kind, class, strategy, sinks, reason, .. } = *other;
                (source, field, kind) == (&entry.source, &entry.field, &entry.kind)
                    && (class, strategy) == (&entry.class, &entry.strategy)
                    && (sinks, reason) == (&entry.sinks, &entry.reason)
            };
            match gone.iter().position(came) {
                Some(at) => {
                    let from = gone.remove(at);
                    changes.push(stays(format!("{} moved to {}", title(from), title(entry))));
                }
                None => changes.push(appeared(entry)),
            }
        }
        for entry in gone {
            changes.push(stays(format!("{} is gone", title(entry))));
        }
        if self.unreadable > old.unreadable {
            let what = format!("{} records of the map can't be read", self.unreadable);
            changes.push(Change { loosens: true, what });
        }
        if let (Some(after), Some(before)) = (&self.program, &old.program) {
            let settings = [
                ("ceiling", &before.ceilings, &after.ceilings),
                ("scrubber", &before.scrub, &after.scrub),
            ];
            for (what, before, after) in settings {
                settings_changed(what, before, after, &mut changes);
            }
        }
        changes.sort_by(|one, other| (!one.loosens, &one.what).cmp(&(!other.loosens, &other.what)));
        changes
    }
}

/// What makes two entries of two maps the same field.
type Key<'a> = (Source, &'a str, &'a str, &'a str);

fn key(entry: &Entry) -> Key<'_> {
    (entry.source, &entry.module, &entry.name, &entry.field)
}

fn title(entry: &Entry) -> String {
    let Entry { source, module, name, field, .. } = entry;
    format!("{} {module}::{name}, `{field}`", source.name())
}

fn stays(what: String) -> Change {
    Change { loosens: false, what }
}

/// How much of a value a strategy lets through; the second tells strategies of one kind apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Leaves {
    /// Nothing of it, or one of a few words that the program knows beforehand; or what another entry
    /// tells, of the error behind.
    Nothing,
    /// Whether it is the same as another one.
    Pseudonym,
    /// A part, by the argument of the strategy.
    Part,
    /// What a function of the program's makes of it.
    Anything,
    /// What its type shows.
    Shown,
    /// All of it, because somebody allowed that.
    Allowed,
}

fn leaves(strategy: &str) -> Leaves {
    if strategy.starts_with("with") {
        return Leaves::Anything;
    }
    // A domain may hold anything.
    let unquoted: String = strategy.split('"').step_by(2).collect();
    // `each last(4)`, `keys hash(), values full`: as much as the part that lets most through.
    let parts = unquoted.split([',', ' ']).filter(|part| !part.is_empty());
    let parts = parts.filter(|part| !matches!(*part, "each" | "keys" | "values" | "="));
    let most = parts.map(|part| match part.split('(').next().unwrap_or_default() {
        "full" | "erase" | "mask" if !part.contains('(') => Leaves::Nothing,
        "present" | "skip" | "closed" | "constant" | "masked" | "safe" => Leaves::Nothing,
        "hash" => Leaves::Pseudonym,
        "mask" | "first" | "last" | "email" | "phone" | "pan" | "ip" | "url" | "iban"
        | "bucket" | "year" | "month" => Leaves::Part,
        "with" => Leaves::Anything,
        "shown" | "scrubbed" | "literal" => Leaves::Shown,
        _ => Leaves::Allowed,
    });
    most.max().unwrap_or(Leaves::Allowed)
}

/// Another strategy of the same kind lets no more through.
fn is_stricter(before: &str, after: &str) -> bool {
    let argument = |text: &str| {
        let (word, rest) = text.split_once('(')?;
        Some((word.to_owned(), rest.strip_suffix(')')?.parse::<u64>().ok()?))
    };
    match (argument(before), argument(after)) {
        (Some((one, before)), Some((other, after))) if one == other => match one.as_str() {
            "bucket" => after >= before && after % before.max(1) == 0,
            "first" | "last" => after <= before,
            _ => false,
        },
        // A label of fewer values is a stricter one, too.
        _ => (before, after) == ("month", "year"),
    }
}

fn loosens(before: &str, after: &str) -> bool {
    let (was, is) = (leaves(before), leaves(after));
    if was != is {
        return is > was;
    }
    let open = |text: &str| text.starts_with("open(");
    match is {
        Leaves::Nothing | Leaves::Shown => false,
        Leaves::Allowed if open(before) && open(after) => false,
        _ => before != after && !is_stricter(before, after),
    }
}

/// One field, before and after.
fn compare(before: &Entry, after: &Entry, changes: &mut Vec<Change>) {
    let title = title(after);
    let mut say = |loosens: bool, what: String| changes.push(Change { loosens, what });
    if before.strategy != after.strategy {
        let loosens = loosens(&before.strategy, &after.strategy);
        say(loosens, format!("{title}: `{}` became `{}`", before.strategy, after.strategy));
    }
    if (&before.class, before.rank) != (&after.class, after.rank) {
        let drops = match (before.rank, after.rank) {
            (Some(before), Some(after)) => after < before,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let word = if drops { "dropped from" } else { "changed from" };
        say(drops, format!("{title}: its class {word} {} to {}", before.class, after.class));
    }
    for sink in after.sinks.iter().filter(|sink| !before.sinks.contains(sink)) {
        let shows = leaves(&after.strategy) != Leaves::Nothing;
        say(shows, format!("{title}: it leaves by another way, {sink}"));
    }
    for sink in before.sinks.iter().filter(|sink| !after.sinks.contains(sink)) {
        say(false, format!("{title}: it no longer leaves by {sink}"));
    }
    if before.reason != after.reason {
        // A decision that has a reason now, and none before, is one that somebody has to see.
        let loosens = before.reason.is_empty();
        let quoted = |reason: &str| match reason {
            "" => String::from("none"),
            reason => format!("\"{reason}\""),
        };
        let (old, new) = (quoted(&before.reason), quoted(&after.reason));
        say(loosens, format!("{title}: its reason was {old} and is {new}"));
    }
    if before.kind != after.kind && before.class == after.class {
        let (old, new) = (or_none(&before.kind), or_none(&after.kind));
        // What a type shows is the type's decision, and it is another one now.
        let unknown = after.rank.is_none() && leaves(&after.strategy) == Leaves::Shown;
        say(unknown, format!("{title}: its type was {old} and is {new}"));
    }
}

fn or_none(kind: &str) -> String {
    if kind.is_empty() { String::from("not known") } else { format!("`{kind}`") }
}

/// One field that was not there before.
fn appeared(entry: &Entry) -> Change {
    let Entry { class, strategy, sinks, reason, .. } = entry;
    let loosens = match leaves(strategy) {
        Leaves::Allowed => true,
        Leaves::Anything | Leaves::Shown => entry.rank != Some(0),
        Leaves::Nothing | Leaves::Pseudonym | Leaves::Part => false,
    };
    let reason = if reason.is_empty() { String::new() } else { format!(", because \"{reason}\"") };
    let sinks = sinks.join(", ");
    let title = title(entry);
    let what = format!("{title}: new, `{strategy}`, class {class}, leaves by {sinks}{reason}");
    Change { loosens, what }
}

/// The settings of two running programs.
fn settings_changed(
    what: &str,
    before: &[(String, String)],
    after: &[(String, String)],
    changes: &mut Vec<Change>,
) {
    for (sink, value) in after {
        let was = before.iter().find(|(name, _)| name == sink).map(|(_, value)| value.as_str());
        if was == Some(value) {
            continue;
        }
        let order = ["public", "internal", "pii", "secret"];
        let scrubs = ["mask", "report", "off"];
        let rank = |value: &str| {
            let at = |list: &[&str]| list.iter().position(|word| *word == value);
            at(&order).or_else(|| at(&scrubs)).unwrap_or(usize::MAX)
        };
        let loosens = was.is_none_or(|was| rank(value) > rank(was));
        let was = was.unwrap_or("not set");
        let what = format!("the {what} of {sink} was {was} and is {value}");
        changes.push(Change { loosens, what });
    }
}
