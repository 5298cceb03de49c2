//! What the lock-free parts are made of: the standard library's atomics and locks, or loom's.
//!
//! loom runs a model in every order that the memory model allows, and can do so only with types of
//! its own. They stand here under the same names, so that a model runs the code that ships. Only
//! `.ci/models` sets `plimsoll_loom`. Values in statics are not modelled, and stay the library's.

pub(crate) use std::sync::OnceLock as StaticOnce;
pub(crate) use std::sync::atomic::AtomicU64 as StaticU64;

#[cfg(not(plimsoll_loom))]
pub(crate) use plain::*;
#[cfg(plimsoll_loom)]
pub(crate) use watched::*;

#[cfg(not(plimsoll_loom))]
mod plain {
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence,
    };
    pub(crate) use std::sync::{Mutex, MutexGuard, OnceLock};

    const _: () = assert!(align_of::<AtomicU64>() == align_of::<u64>());

    /// That many words of 0, which the system gives without touching them.
    pub(crate) fn words(count: usize) -> Box<[AtomicU64]> {
        let words = Box::into_raw(vec![0u64; count].into_boxed_slice());
        // SAFETY: the same allocation; `AtomicU64` has the size and alignment of `u64` on all
        // platforms that have it with 64-bit alignment of `u64`, which the assertion checks.
        unsafe { Box::from_raw(words as *mut [AtomicU64]) }
    }

    /// That many pointers to nothing, likewise.
    pub(crate) fn pointers<T>(count: usize) -> Box<[AtomicPtr<T>]> {
        let pointers = Box::into_raw(vec![std::ptr::null_mut::<T>(); count].into_boxed_slice());
        // SAFETY: the same allocation; `AtomicPtr<T>` has the representation of `*mut T`.
        unsafe { Box::from_raw(pointers as *mut [AtomicPtr<T>]) }
    }

    /// Says which places of an array are accessed through pointers, to whoever checks that. Here
    /// nobody does, and it is nothing.
    pub(crate) struct Watch;

    /// The time of such an access: until it is dropped, or ended.
    pub(crate) struct Access;

    impl Access {
        #[inline(always)]
        pub(crate) fn end(self) {}
    }

    impl Watch {
        pub(crate) const fn new(_places: usize) -> Watch {
            Watch
        }

        #[inline(always)]
        pub(crate) fn read(&self, _at: usize, _count: usize) -> Access {
            Access
        }

        #[inline(always)]
        pub(crate) fn write(&self, _at: usize, _count: usize) -> Access {
            Access
        }
    }
}

#[cfg(plimsoll_loom)]
mod watched {
    use loom::cell::{ConstPtr, MutPtr, UnsafeCell};
    use loom::sync::atomic::Ordering;

    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, fence,
    };
    pub(crate) use loom::sync::{Mutex, MutexGuard};

    pub(crate) fn words(count: usize) -> Box<[AtomicU64]> {
        std::iter::repeat_with(AtomicU64::default).take(count).collect()
    }

    pub(crate) fn pointers<T>(count: usize) -> Box<[AtomicPtr<T>]> {
        std::iter::repeat_with(AtomicPtr::default).take(count).collect()
    }

    /// loom has none: a flag that says whether the value is there, as in the real one.
    pub(crate) struct OnceLock<T> {
        is_set: AtomicBool,
        setting: Mutex<()>,
        value: std::sync::OnceLock<T>,
    }

    impl<T> Default for OnceLock<T> {
        fn default() -> Self {
            OnceLock {
                is_set: AtomicBool::new(false),
                setting: Mutex::new(()),
                value: std::sync::OnceLock::new(),
            }
        }
    }

    impl<T> OnceLock<T> {
        pub(crate) fn get(&self) -> Option<&T> {
            if self.is_set.load(Ordering::Acquire) { self.value.get() } else { None }
        }

        pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
            if let Some(value) = self.get() {
                return value;
            }
            let _setting = self.setting.lock().unwrap();
            let value = self.value.get_or_init(make);
            self.is_set.store(true, Ordering::Release);
            value
        }
    }

    /// One cell of loom's for each place, accessed along with it.
    pub(crate) struct Watch(Box<[UnsafeCell<()>]>);

    #[expect(dead_code, reason = "held: loom sees the access until it is dropped")]
    pub(crate) enum Access {
        Read(Vec<ConstPtr<()>>),
        Write(Vec<MutPtr<()>>),
    }

    impl Access {
        pub(crate) fn end(self) {}
    }

    impl Watch {
        pub(crate) fn new(places: usize) -> Watch {
            Watch((0..places).map(|_| UnsafeCell::new(())).collect())
        }

        pub(crate) fn read(&self, at: usize, count: usize) -> Access {
            Access::Read(self.places(at, count).map(UnsafeCell::get).collect())
        }

        pub(crate) fn write(&self, at: usize, count: usize) -> Access {
            Access::Write(self.places(at, count).map(UnsafeCell::get_mut).collect())
        }

        fn places(&self, at: usize, count: usize) -> impl Iterator<Item = &UnsafeCell<()>> {
            let at = at % self.0.len();
            // Nothing runs over the end.
            self.0[at..at + count].iter()
        }
    }
}
