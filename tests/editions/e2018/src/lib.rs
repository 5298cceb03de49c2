//! Marks in a crate of the edition of 2018: `async` exists, but closures take whole variables, and
//! arrays are iterated by reference.

#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, future_incompatible)]
#![deny(rust_2018_idioms)]
#![forbid(unsafe_code)]
#![allow(clippy::manual_async_fn, clippy::question_mark, reason = "these forms are what is tested")]

use std::error::Error;
use std::fmt::Debug;
use std::future::{ready, Future};
use std::num::ParseIntError;
use std::pin::Pin;

use plimsoll::observe;

/// What a text says.
#[observe]
pub fn parsed(text: &str) -> Result<u8, ParseIntError> {
    let number: u8 = text.parse()?;
    Ok(number)
}

/// The same for an error without a type.
#[observe]
#[expect(deprecated, reason = "the macro is of its time")]
pub fn parsed_or_boxed(text: &str) -> Result<u8, Box<dyn Error>> {
    let number = r#try!(text.parse::<u8>());
    if number > 9 {
        Err("too much")?;
    }
    Ok(number)
}

/// The same, later.
#[observe]
pub async fn later(text: &str) -> Result<u8, ParseIntError> {
    ready(()).await;
    let number = text.parse()?;
    Ok(number)
}

/// The same of a text that is given away.
#[observe]
pub async fn later_moved(
    text: String,
    place: &mut Vec<u8>,
) -> Result<&mut Vec<u8>, Box<dyn Error>> {
    place.push(ready(text.parse()?).await);
    Ok(place)
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

/// A future that is boxed.
#[observe]
pub fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move { ready(text.len()).await })
}

/// A future made elsewhere.
#[observe]
pub fn made(number: u8) -> impl Future<Output = u8> {
    ready(number)
}

/// A lifetime that is not captured: before 2024 it is not, unless one says so.
#[observe]
pub fn captures_nothing(text: &str) -> impl Future<Output = usize> {
    let length = text.len();
    async move { length }
}

/// The same for an iterator, with an early end.
#[observe]
pub fn captures_no_more(text: &str) -> Result<impl Iterator<Item = u8>, ParseIntError> {
    let number: u8 = text.parse()?;
    Ok(0..number)
}

/// Two names and something that keeps the whole together.
#[derive(Debug, Default)]
pub struct Pair {
    /// One.
    pub left: String,
    /// The other.
    pub right: Vec<u8>,
}

impl Pair {
    /// Takes one and borrows the other.
    #[observe]
    pub fn taken(&mut self) -> Result<(String, &mut Vec<u8>), Box<dyn Debug + '_>> {
        if self.left.is_empty() {
            return Err(Box::new(&self.right));
        }
        Ok((std::mem::take(&mut self.left), &mut self.right))
    }

    /// Gives its parts away.
    #[observe]
    pub fn parts(self) -> Result<(String, Vec<u8>), Self> {
        if self.left.is_empty() {
            return Err(self);
        }
        let length = || self.left.len();
        let _ = length();
        Ok((self.left, self.right))
    }
}
