//! What must be there before anything is counted: the clock, and a place for each mark.
//!
//! It is laid once, by `init` or by the first test that records apart from all others, and stays.

use std::sync::{Mutex, PoisonError};

use crate::catalog::{self, Plan};
use crate::record::{cell, clock};

/// Lays it, unless that has been done. All plans of a program are the same.
pub(crate) fn lay(plan: Plan, native: bool) {
    static LAYING: Mutex<()> = Mutex::new(());
    let _one = LAYING.lock().unwrap_or_else(PoisonError::into_inner);
    if catalog::get().is_none() {
        clock::start();
        cell::start();
        catalog::place(plan, native);
    }
}
