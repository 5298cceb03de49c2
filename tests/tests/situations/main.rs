//! The situations that the tests of our peers are about, as marked functions of plausible services.
//!
//! What `tracing-attributes` and `autometrics` found worth a test happens to users of plimsoll too.
//! One file for each theme: it calls its functions, and then looks at what was told of them. Where
//! a peer's feature is left out by design, this takes its place:
//!
//! | there | here | in |
//! |---|---|---|
//! | every argument is a field, but for `skip` | nothing is, but what `log(..)` names | `fields` |
//! | a field that is empty, and filled in later | an event in the body | `fields` |
//! | constants as keys, names, levels | literals: a mark decides while it is expanded | `names` |
//! | `err`, its level and its form | the error's kind, told once where it came out | `errors` |
//! | `ret` | an event in the body; a metric's `value` | `returned` |
//! | `parent` | `carry`, `spawn`, a host's span that is entered | `parents` |
//! | `follows_from` | `Context::link`, for the one cause of a new trace | `parents` |
//! | `target` | the module, in `code.function.name` and on lines | `names` |
//! | the label `caller` | the parent of the span | `parents` |
//! | a label for each result, such as `ok` for an `Err` | `#[kind(expected)]`, `ok_if` | `judged` |
//! | objectives | `slow`, and `outcome` for whoever writes the rule | `counted` |

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

mod blocks;
mod calls;
mod counted;
mod destructured;
mod errors;
mod fields;
mod futures;
mod judged;
mod names;
mod origins;
mod parents;
mod returned;
mod told;

use plimsoll_tests::lines::Lines;
use plimsoll_tests::live::Live;
use told::{Part, Told};

/// One file of situations.
struct Theme {
    module: &'static str,
    /// Calls all its functions.
    run: fn(&Live),
    /// Looks at what was told of them.
    look: fn(&Part<'_>),
}

/// Makes the entry of a theme from its module.
macro_rules! theme {
    ($module:ident) => {
        Theme {
            module: concat!("situations::", stringify!($module)),
            run: $module::run,
            look: $module::look,
        }
    };
}

#[rustfmt::skip]
const THEMES: &[Theme] = &[
    theme!(counted), theme!(blocks), theme!(calls), theme!(destructured), theme!(errors),
    theme!(fields), theme!(futures), theme!(judged), theme!(names), theme!(origins),
    theme!(parents), theme!(returned),
];

#[test]
fn what_peers_test_is_told_here_too() {
    calls::keep_quiet_when_expected();
    let lines = Lines::default();
    let live = Live::start_with(&lines);
    for theme in THEMES {
        (theme.run)(&live);
    }
    let page = live.page();
    let received = live.end();
    let told = Told::new(page, lines.all(), received);
    for theme in THEMES {
        (theme.look)(&told.part(theme.module));
    }
    told.nothing_else("situations::");
}
