//! What a future is to the rest of the program: which of `Send`, `Sync`, `Unpin`, `UnwindSafe`,
//! `RefUnwindSafe`, `Clone` and `Debug` it has, marked as unmarked.

use std::cell::Cell;
use std::fmt::Debug;
use std::future::{Ready, poll_fn, ready};
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use futures_util::future::{BoxFuture, LocalBoxFuture};
use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause};

use crate::table::ok;

/// Stands for a type that cannot be named. Methods of its own are found first, where they apply;
/// those of the traits say `false` for all others.
struct Of<T>(PhantomData<T>);

const fn of<T>(_: &T) -> Of<T> {
    Of(PhantomData)
}

macro_rules! asked {
    ($($question:ident: $method:ident, $bound:path;)*) => {$(
        trait $question {
            fn $method(&self) -> bool {
                false
            }
        }

        impl<T> $question for &Of<T> {}

        impl<T: $bound> Of<T> {
            const fn $method(&self) -> bool {
                true
            }
        }
    )*};
}

asked! {
    IsSend: is_send, Send;
    IsSync: is_sync, Sync;
    IsUnpin: is_unpin, Unpin;
    IsUnwindSafe: is_unwind_safe, UnwindSafe;
    IsRefUnwindSafe: is_ref_unwind_safe, RefUnwindSafe;
    IsClone: is_clone, Clone;
    IsDebug: is_debug, Debug;
}

macro_rules! traits {
    ($value:expr) => {
        match of(&$value) {
            of => [
                ("Send", (&of).is_send()),
                ("Sync", (&of).is_sync()),
                ("Unpin", (&of).is_unpin()),
                ("UnwindSafe", (&of).is_unwind_safe()),
                ("RefUnwindSafe", (&of).is_ref_unwind_safe()),
                ("Clone", (&of).is_clone()),
                ("Debug", (&of).is_debug()),
            ],
        }
    };
}

/// Each function twice.
macro_rules! twins {
    ($($function:item)*) => {
        #[allow(unused_variables, clippy::unused_async, clippy::manual_async_fn, reason = "they are futures, that is all")]
        mod marked {
            use super::*;
            $(#[observe] $function)*
        }

        #[allow(unused_variables, clippy::unused_async, clippy::manual_async_fn, reason = "they are futures, that is all")]
        mod plain {
            use super::*;
            $($function)*
        }
    };
}

twins! {
    pub(super) async fn nothing() {}

    pub(super) async fn number(number: u8) -> u8 {
        pause().await;
        number
    }

    pub(super) async fn borrowed(text: &str) -> Result<&str, ()> {
        ready(()).await;
        Ok(text)
    }

    pub(super) async fn borrowed_mut(place: &mut u8) -> &mut u8 {
        pause().await;
        place
    }

    pub(super) async fn counted(shared: Rc<u8>) -> u8 {
        *shared
    }

    pub(super) async fn counted_across() -> Result<u8, ()> {
        let shared = Rc::new(1);
        pause().await;
        Ok(*shared)
    }

    pub(super) async fn counted_before() -> Result<u8, ()> {
        drop(Rc::new(1));
        {
            let _shared = Rc::new(1);
        }
        ready(()).await;
        Ok(1)
    }

    pub(super) async fn cell(cell: Cell<u8>) -> u8 {
        ready(()).await;
        cell.get()
    }

    pub(super) async fn cell_by_reference(cell: &Cell<u8>) -> u8 {
        cell.get()
    }

    pub(super) async fn cell_returned(number: u8) -> Result<Cell<u8>, Rc<u8>> {
        Ok(Cell::new(number))
    }

    pub(super) async fn generic<T>(value: T) -> T {
        ready(()).await;
        value
    }

    pub(super) async fn dynamic(value: &(dyn Debug + Sync)) -> Box<dyn Debug> {
        ready(()).await;
        Box::new(format!("{value:?}"))
    }

    pub(super) async fn never() -> ! {
        panic!("it is not polled")
    }

    pub(super) fn block(number: u8) -> impl Future<Output = u8> {
        async move {
            ready(()).await;
            number
        }
    }

    pub(super) fn block_with_a_cell(number: Cell<u8>) -> impl Future<Output = Result<u8, ()>> {
        async move { Ok(number.get()) }
    }

    pub(super) fn block_that_is_sync(number: u8) -> impl Future<Output = u8> + Send + Sync {
        async move { number }
    }

    pub(super) fn made(number: u8) -> impl Future<Output = u8> {
        ready(number)
    }

    pub(super) fn made_of_a_count(shared: Rc<u8>) -> impl Future<Output = Rc<u8>> {
        ready(shared)
    }

    pub(super) fn made_of_a_cell(number: u8) -> impl Future<Output = Cell<u8>> {
        ready(Cell::new(number))
    }

    pub(super) fn polled(number: u8) -> impl Future<Output = u8> {
        poll_fn(move |_| Poll::Ready(number))
    }

    pub(super) fn unpin(number: u8) -> impl Future<Output = u8> + Unpin {
        ready(number)
    }

    pub(super) fn all(number: u8) -> impl Future<Output = u8> + Unpin + Send + Sync + UnwindSafe + 'static {
        ready(number)
    }

    pub(super) fn cloned(number: u8) -> impl Future<Output = u8> + Clone {
        ready(number)
    }

    pub(super) fn shown(number: u8) -> impl Future<Output = u8> + Debug {
        ready(number)
    }

    pub(super) fn named(number: u8) -> Ready<u8> {
        ready(number)
    }

    pub(super) fn boxed(number: u8) -> Pin<Box<dyn Future<Output = u8> + Send + Sync>> {
        Box::pin(async move { number })
    }

    pub(super) fn boxed_made(number: u8) -> Pin<Box<dyn Future<Output = u8> + Send + Sync>> {
        Box::pin(ready(number))
    }

    pub(super) fn boxed_unpin(number: u8) -> Box<dyn Future<Output = u8> + Unpin> {
        Box::new(ready(number))
    }

    pub(super) fn boxed_alias(number: &u8) -> BoxFuture<'_, u8> {
        Box::pin(async move { *number })
    }

    pub(super) fn boxed_local(shared: &Rc<u8>) -> LocalBoxFuture<'_, Rc<u8>> {
        Box::pin(ready(Rc::clone(shared)))
    }
}

/// The futures of both twins have the same traits.
macro_rules! compare {
    ($($name:ident($($argument:expr),*);)*) => {$(
        {
            let marked = traits!(marked::$name($($argument),*));
            let plain = traits!(plain::$name($($argument),*));
            assert_eq!(marked, plain, "{}", stringify!($name));
        }
    )*};
}

const fn needs_unpin<T: Unpin + Send>(future: T) -> T {
    future
}

pub(crate) fn run() {
    let (shared, mut number) = (Rc::new(1), 1);
    compare! {
        nothing();
        number(1);
        borrowed("x");
        borrowed_mut(&mut number);
        counted(Rc::clone(&shared));
        counted_across();
        counted_before();
        cell(Cell::new(1));
        cell_by_reference(&Cell::new(1));
        cell_returned(1);
        generic(Cell::new(1));
        generic(Rc::clone(&shared));
        generic(1);
        dynamic(&1);
        never();
        block(1);
        block_with_a_cell(Cell::new(1));
        block_that_is_sync(1);
        made(1);
        made_of_a_count(Rc::clone(&shared));
        made_of_a_cell(1);
        polled(1);
        unpin(1);
        all(1);
        cloned(1);
        shown(1);
        named(1);
        boxed(1);
        boxed_made(1);
        boxed_unpin(1);
        boxed_alias(&1);
        boxed_local(&shared);
    }
    let asked =
        [traits!(shared), traits!(Cell::new(1)), traits!(())].map(|all| all.map(|(_, has)| has));
    assert_eq!(asked[0], [false, false, true, true, true, true, true], "it is asked");
    assert_eq!(asked[1], [true, false, true, true, false, true, true], "it is asked");
    assert_eq!(asked[2], [true; 7], "it is asked");
    assert_eq!(block_on(needs_unpin(marked::made(1))), 1);
    assert_eq!(block_on(needs_unpin(marked::boxed(1))), 1);
    let here = marked::number(1);
    let there = std::thread::spawn(|| block_on(here)).join();
    assert_eq!(there.ok(), Some(1));
}

/// How the calls above ended: most futures are not polled, and so are not counted.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("marked::nothing", ok(0)), ("marked::number", ok(1)), ("marked::borrowed", ok(0)),
    ("marked::borrowed_mut", ok(0)), ("marked::counted", ok(0)), ("marked::counted_across", ok(0)),
    ("marked::counted_before", ok(0)), ("marked::cell", ok(0)), ("marked::cell_by_reference", ok(0)),
    ("marked::cell_returned", ok(0)), ("marked::generic", ok(0)), ("marked::dynamic", ok(0)),
    ("marked::never", ok(0)), ("marked::block", ok(0)), ("marked::block_with_a_cell", ok(0)),
    ("marked::block_that_is_sync", ok(0)), ("marked::made", ok(1)), ("marked::made_of_a_count", ok(0)),
    ("marked::made_of_a_cell", ok(0)), ("marked::polled", ok(0)), ("marked::unpin", ok(0)),
    ("marked::all", ok(0)), ("marked::cloned", ok(1)), ("marked::shown", ok(1)),
    // The types of these say that they are futures, but not in a way that the mark can read: the
    // call is the making of the future.
    ("marked::named", ok(1)), ("marked::boxed", ok(1)), ("marked::boxed_made", ok(0)),
    ("marked::boxed_unpin", ok(1)), ("marked::boxed_alias", ok(0)), ("marked::boxed_local", ok(0)),
];
