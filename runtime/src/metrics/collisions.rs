//! Refuses, at `init`, metrics whose names clash: with each other, with plimsoll's own, and with what
//! the program has registered with the `prometheus` crate by then.
//!
//! What is registered later is left out of the page, and counted (`foreign`). Called by `init`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::family::{Head, Histogram, Number, Series, Sink, Summary};
use super::{limits, names, sources, usage, walk};
use crate::error::Error;
use crate::model::Metric;

/// Whose a name is.
#[derive(Clone)]
enum Owner {
    Plimsoll,
    Declared(&'static Metric),
    #[cfg(feature = "prometheus")]
    Registered(String),
}

/// Each name that is taken: the family that takes it, and whose that is.
type Taken = HashMap<String, (String, Owner)>;

/// Fails at the first metric that clashes with another.
pub(crate) fn check(declared: &[&'static Metric]) -> Result<(), Error> {
    let mut taken = ours();
    for metric in declared {
        let head = walk::head(metric);
        if let Some((other, owner)) = clash(&taken, &head) {
            return Err(refusal(metric, &other, &owner));
        }
        take(&mut taken, &head, &Owner::Declared(metric));
    }
    #[cfg(feature = "prometheus")]
    registered(&taken)?;
    Ok(())
}

#[cfg(feature = "prometheus")]
fn registered(taken: &Taken) -> Result<(), Error> {
    use super::foreign;
    let (families, _) = foreign::gather(foreign::registry());
    for family in &families {
        let Some(head) = foreign::head(family) else { continue };
        let owner = Owner::Registered(head.help.to_owned());
        match clash(taken, &head) {
            None => {}
            Some((_, Owner::Declared(metric))) => {
                return Err(refusal(metric, head.name, &owner));
            }
            // What many libraries write is on the page once, whoever writes it.
            Some(_) if foreign::is_standard(head.name) || head.name == "target_info" => {}
            Some((ours, _)) => {
                return Err(Error::Catalogue(format!(
                    "`{}`, which was registered with the `prometheus` crate (help: \"{}\"), has \
                     the name of `{ours}`, which is plimsoll's own; give it another name, or \
                     register it no more",
                    head.name, head.help,
                )));
            }
        }
    }
    Ok(())
}

fn refusal(metric: &Metric, other: &str, owner: &Owner) -> Error {
    let Metric { name, location, .. } = metric;
    let (whose, remedy) = match owner {
        Owner::Plimsoll => ("is one of plimsoll's own".to_owned(), "give it another"),
        Owner::Declared(other) => {
            (format!("is declared at {}", other.location), "give one of them another name")
        }
        #[cfg(feature = "prometheus")]
        Owner::Registered(help) => (
            format!("was registered with the `prometheus` crate (help: \"{help}\")"),
            "give one of them another name",
        ),
    };
    Error::Catalogue(if *name == other {
        format!("metric `{name}` at {location} has the name of another, which {whose}; {remedy}")
    } else {
        format!(
            "metric `{name}` at {location} has names in common with `{other}`, which {whose}: on \
             the page their series could not be told apart; {remedy}"
        )
    })
}

fn clash(taken: &Taken, head: &Head<'_>) -> Option<(String, Owner)> {
    names::of(head.name, head.kind).iter().find_map(|name| taken.get(name)).cloned()
}

fn take(taken: &mut Taken, head: &Head<'_>, owner: &Owner) {
    for name in names::of(head.name, head.kind) {
        if let Entry::Vacant(free) = taken.entry(name) {
            free.insert((head.name.to_owned(), owner.clone()));
        }
    }
}

fn ours() -> Taken {
    let mut ours = Heads::default();
    let objectives = &crate::objectives::FAMILIES;
    let known = walk::FUNCTIONS.iter().chain(&limits::FAMILIES).chain(objectives);
    // Also those that this machine has no figures for: a name is refused everywhere or nowhere.
    for head in known.chain(usage::families()) {
        ours.family(head);
    }
    sources::ours(&mut ours);
    #[cfg(feature = "prometheus")]
    super::foreign::LeftOut::default().visit(&mut ours);
    ours.0
}

/// Takes the names of families, and does not look at their series.
#[derive(Default)]
struct Heads(Taken);

impl Sink for Heads {
    fn family(&mut self, head: &Head<'_>) {
        take(&mut self.0, head, &Owner::Plimsoll);
    }

    fn number(&mut self, _: &Series<'_>, _: Number) {}

    fn histogram(&mut self, _: &Series<'_>, _: &Histogram<'_>) {}

    fn summary(&mut self, _: &Series<'_>, _: &Summary<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_are_told() {
        static WALK: Metric = Metric::histogram("walk_seconds", "Walks.", &[1.0]);
        static COUNT: Metric = Metric::gauge("walk_seconds_count", "Walks.");
        static OURS: Metric = Metric::gauge("plimsoll_build_info", "Mine.");
        static FINE: Metric = Metric::gauge("walk", "Walks.");
        assert!(check(&[&WALK, &FINE]).is_ok());
        let told = check(&[&WALK, &COUNT]).unwrap_err().to_string();
        for part in [WALK.name, COUNT.name].map(|name| format!("`{name}`")) {
            assert!(told.contains(&part), "{told}");
        }
        for place in [WALK.location, COUNT.location].map(ToString::to_string) {
            assert!(told.contains(&place), "{told}");
        }
        let told = check(&[&OURS]).unwrap_err().to_string();
        assert!(told.contains("plimsoll's own"), "{told}");
    }
}
