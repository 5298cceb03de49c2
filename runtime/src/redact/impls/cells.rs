//! Cells and locks: what they hold at the moment, if that is to be had without waiting.
//!
//! `LazyCell` and `LazyLock` are not here: to look at one is to run what the program put into it.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::{Mutex, OnceLock, RwLock, TryLockError};

use crate::redact::{Class, Loggable, Out};

impl<T: Loggable + Copy> Loggable for Cell<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        self.get().log(out);
    }
}

/// `<borrowed>` while somebody changes it.
impl<T: Loggable + ?Sized> Loggable for RefCell<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        match self.try_borrow() {
            Ok(value) => value.log(out),
            Err(_) => out.name("<borrowed>"),
        }
    }
}

macro_rules! locks {
    ($($lock:ident by $look:ident;)*) => {
        $(
            /// `<locked>` while somebody changes it, `<poisoned>` once somebody panicked over that.
            impl<T: Loggable + ?Sized> Loggable for $lock<T> {
                const CLASS: Class = T::CLASS;

                fn log(&self, out: &mut Out<'_>) {
                    match self.$look() {
                        Ok(value) => value.log(out),
                        Err(TryLockError::WouldBlock) => out.name("<locked>"),
                        Err(TryLockError::Poisoned(_)) => out.name("<poisoned>"),
                    }
                }
            }
        )*
    };
}

locks! { Mutex by try_lock; RwLock by try_read; }

macro_rules! once {
    ($($cell:ident)*) => {
        $(
            /// `none` until there is something in it.
            impl<T: Loggable> Loggable for $cell<T> {
                const CLASS: Class = T::CLASS;

                fn log(&self, out: &mut Out<'_>) {
                    match self.get() {
                        Some(value) => value.log(out),
                        None => out.name("none"),
                    }
                }
            }
        )*
    };
}

once!(OnceCell OnceLock);

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn a_cell_in_use_is_not_waited_for() {
        assert_eq!(shown(Cell::new(5)), "5");
        let cell = RefCell::new(5);
        assert_eq!(shown(&cell), "5");
        let held = cell.borrow_mut();
        assert_eq!(shown(&cell), "<borrowed>");
        drop(held);
        let mutex = Mutex::new(5);
        assert_eq!(shown(&mutex), "5");
        let held = mutex.lock().unwrap();
        assert_eq!(shown(&mutex), "<locked>");
        drop(held);
        let lock = RwLock::new(5);
        let held = lock.read().unwrap();
        assert_eq!(shown(&lock), "5");
        drop(held);
        let held = lock.write().unwrap();
        assert_eq!(shown(&lock), "<locked>");
        drop(held);
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = mutex.lock().unwrap();
            std::panic::resume_unwind(Box::new(()));
        }));
        assert_eq!(shown(&mutex), "<poisoned>");
        let once = OnceLock::new();
        assert_eq!(shown(&once), "none");
        let _ = once.set(5);
        assert_eq!(shown(&once), "5");
    }
}
