//! Which cases run side by side.
//!
//! Every case has a process, and those of a batch live at the same time. With more than some two
//! dozen, their background threads wait for each other and figures grow. So there are batches, one
//! after the other, and two rules make their figures comparable: all cases of a promise share a
//! batch, which may put a case into several; and every batch has the reference cases, so that it
//! can be seen whether the machine was another one by then. Pure; called by `driver`.

/// Processes that may live at the same time.
pub(crate) const MOST: usize = 24;

/// Distributes `wanted` into batches of at most `most`, keeping each of `together` in one.
///
/// A set of `together` with a case that is not wanted is left out. The order of `wanted` is kept.
pub(crate) fn batches<'a>(
    wanted: &[&'a str],
    together: &[Vec<&'a str>],
    references: &[&'a str],
    most: usize,
) -> Vec<Vec<&'a str>> {
    let known = |name: &&str| wanted.contains(name);
    let references: Vec<_> = references.iter().copied().filter(|name| known(name)).collect();
    let mut all: Vec<Vec<&str>> = Vec::new();
    let mut put = |set: &[&'a str]| {
        let missing = |batch: &Vec<&str>| set.iter().filter(|name| !batch.contains(name)).count();
        // Where the least is missing, so that few cases run twice.
        let best = all
            .iter()
            .enumerate()
            .filter(|(_, batch)| batch.len() + missing(batch) <= most)
            .min_by_key(|(_, batch)| missing(batch))
            .map(|(place, _)| place);
        let place = best.unwrap_or_else(|| {
            all.push(references.clone());
            all.len() - 1
        });
        for name in set {
            if !all[place].contains(name) {
                all[place].push(name);
            }
        }
    };
    for set in together.iter().filter(|set| set.iter().all(known)) {
        put(set);
    }
    for name in wanted {
        put(&[name]);
    }
    for batch in &mut all {
        batch.sort_by_key(|name| wanted.iter().position(|other| other == name));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: &[&str] = &["bare", "ours", "a", "b", "c", "d", "e"];

    fn packed() -> Vec<Vec<&'static str>> {
        let together = [vec!["ours", "d"], vec!["a", "b"], vec!["a", "absent"], vec!["b", "c"]];
        batches(WANTED, &together, &["bare"], 4)
    }

    #[test]
    fn every_case_runs_and_no_batch_is_too_large() {
        for name in WANTED {
            assert!(packed().iter().any(|batch| batch.contains(name)), "{name}");
        }
        assert!(packed().iter().all(|batch| batch.len() <= 4), "{:?}", packed());
    }

    #[test]
    fn what_is_compared_shares_a_batch() {
        for set in [["ours", "d"], ["a", "b"], ["b", "c"]] {
            assert!(
                packed().iter().any(|batch| set.iter().all(|name| batch.contains(name))),
                "{set:?} in {:?}",
                packed()
            );
        }
    }

    #[test]
    fn every_batch_has_the_references() {
        assert!(packed().len() > 1);
        assert!(packed().iter().all(|batch| batch[0] == "bare"), "{:?}", packed());
    }

    #[test]
    fn a_reference_alone_is_a_batch() {
        assert_eq!(batches(&["bare"], &[], &["bare"], 4), [["bare"]]);
        assert_eq!(batches(&["a"], &[], &["bare"], 4), [["a"]]);
        assert!(batches(&[], &[], &["bare"], 4).is_empty());
    }
}
