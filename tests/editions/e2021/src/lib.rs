//! Marks in a crate of the edition of 2021: temporaries of a last expression live longer than the
//! locals, and an opaque type captures what it names.

#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, future_incompatible)]
#![deny(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![allow(clippy::manual_async_fn, reason = "these forms are what is tested")]
#![allow(clippy::result_unit_err, clippy::panic, reason = "the errors say nothing here")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::future::{ready, Future};
use std::num::ParseIntError;
use std::pin::Pin;
use std::sync::Mutex;

use plimsoll::observe;

/// What a text says.
#[observe]
pub fn parsed(text: &str) -> Result<u8, ParseIntError> {
    let number: u8 = text.parse()?;
    Ok(number)
}

/// The same, later.
#[observe]
pub async fn later(text: &str) -> Result<u8, ParseIntError> {
    ready(()).await;
    let number = text.parse()?;
    Ok(number)
}

/// A future that is a block.
#[observe]
pub fn block(number: u8) -> impl Future<Output = Result<u8, u8>> {
    async move {
        if number > 1 {
            Err(number)
        } else {
            Ok(number)
        }
    }
}

/// A future that borrows one of two.
#[observe]
#[expect(impl_trait_overcaptures, reason = "it would in 2024")]
pub fn borrowing<'a>(text: &'a str, _: &str) -> impl Future<Output = usize> + 'a {
    async move { ready(text.len()).await }
}

/// A future that is boxed.
#[observe]
pub fn boxed(number: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    if number == 0 {
        return Box::pin(ready(0));
    }
    Box::pin(async move { number })
}

/// A temporary of an argument in the last expression.
#[observe]
pub fn last_of_an_argument(cell: RefCell<Vec<u8>>) -> Result<usize, ()> {
    cell.borrow_mut().push(1);
    Ok(cell.borrow().len())
}

/// The same after an early end.
#[observe]
pub fn last_of_an_argument_early(cell: RefCell<Vec<u8>>) -> Result<usize, ()> {
    if cell.borrow().is_empty() {
        return Err(());
    }
    Ok(cell.borrow().len())
}

/// The same where the body stays in place.
// Not as unmarked yet: `tail_expr_drop_order` fires, as the mark's own guard goes before the
// temporary.
#[observe]
#[allow(tail_expr_drop_order, reason = "see above")]
pub fn last_of_an_argument_in_place(cell: RefCell<Vec<u8>>) -> usize {
    cell.borrow().len()
}

/// The same, later.
#[observe]
pub async fn last_of_an_argument_later(cell: RefCell<Vec<u8>>) -> Result<usize, ()> {
    ready(()).await;
    Ok(cell.borrow().len())
}

/// A lock that a condition holds: before 2024 to the end of the `else`.
#[observe]
pub fn locked_in_a_condition(list: &Mutex<Vec<u8>>) -> Result<u8, bool> {
    if let Some(last) = list.lock().map_err(|_| false)?.last() {
        Ok(*last)
    } else {
        Err(list.try_lock().is_err())
    }
}

/// A closure that takes fields apart.
#[observe]
pub fn fields(mut pair: (Vec<u8>, String)) -> Result<(usize, String), ()> {
    let mut push = || pair.0.push(1);
    let text = &pair.1;
    push();
    Ok((text.len(), pair.1))
}

/// What is inferred from the signature.
#[observe]
pub fn inferred(texts: &[&str]) -> Result<HashMap<u8, Box<dyn Debug>>, ParseIntError> {
    let mut all = HashMap::new();
    for text in texts {
        let boxed: Box<dyn Debug> = Box::new((*text).to_owned());
        all.insert(text.parse()?, boxed);
    }
    Ok(all)
}

/// An unsafe operation in an unsafe function needs no block.
///
/// # Safety
/// The pointer points at a number.
#[observe]
#[expect(unsafe_op_in_unsafe_fn, reason = "as it was")]
pub unsafe fn read(pointer: *const u8) -> Result<u8, ParseIntError> {
    let more: u8 = "1".parse()?;
    Ok(*pointer + more)
}

/// A function that never returns, called where a value is expected.
#[observe]
pub fn never(why: &str) -> ! {
    panic!("{}", why)
}

/// Falls back to `()`, and not to `!`.
#[observe]
#[expect(clippy::let_unit_value, reason = "this is what is tested")]
pub fn fallback(fine: bool) -> Result<u8, ()> {
    let value = if fine { Default::default() } else { return Err(()) };
    let _: () = value;
    Ok(1)
}
