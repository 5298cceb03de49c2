//! What stands in the body of an `async fn`: ends that never come, loops, blocks and closures inside,
//! recursion, what is held while it waits.

use std::cell::{Cell, RefCell};
use std::num::ParseIntError;
use std::rc::Rc;
use std::sync::Mutex;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause, poll};

use crate::panics::panic_of;
use crate::table::{ends, ok};

#[observe]
async fn never(why: &str) -> ! {
    pause().await;
    panic!("{why}")
}

#[observe]
async fn forever() -> ! {
    loop {
        pause().await;
    }
}

#[observe]
async fn diverges(number: u8) -> Result<u8, u8> {
    pause().await;
    unreachable!("{number}")
}

#[observe]
#[must_use = "it is worth something"]
async fn needed() -> u8 {
    1
}

#[observe]
async fn nothing() {}

#[observe]
async fn loops(rows: &[&[u8]]) -> Result<u8, u8> {
    let mut sum = 0;
    let last = 'rows: loop {
        for row in rows {
            for value in *row {
                pause().await;
                match value {
                    0 => continue 'rows,
                    9 => break 'rows sum,
                    _ => sum += value,
                }
            }
        }
        let Some(_) = rows.first() else { return Err(sum) };
    };
    Ok(last)
}

#[observe]
async fn nested(text: &str) -> Result<u8, ParseIntError> {
    #[observe]
    async fn inside(text: &str) -> Result<u8, ParseIntError> {
        pause().await;
        text.parse()
    }

    let block = async {
        if text.is_empty() {
            return Ok(0);
        }
        let number = inside(text).await?;
        Ok::<u8, ParseIntError>(number)
    };
    let sum = block.await? + async { 1 }.await;
    let closure = async |more: u8| inside(text).await.map(|number| number + more);
    Ok(sum + closure(1).await.unwrap_or_default())
}

#[observe]
async fn called_with<F>(
    with: F,
    mut count: impl AsyncFnMut(u8) -> Result<u8, u8>,
    once: impl AsyncFnOnce(String) -> u8,
) -> Result<u8, u8>
where
    F: AsyncFn(&str) -> usize,
{
    let length = with(&String::from("abc")).await;
    let sum = count(1).await? + count(u8::try_from(length).unwrap_or(0)).await?;
    Ok(sum + once(String::from("d")).await)
}

#[observe]
async fn recursive(depth: u8) -> Result<u8, u8> {
    pause().await;
    match depth {
        0 => Ok(0),
        9 => Err(depth),
        _ => Ok(Box::pin(recursive(depth - 1)).await? + 1),
    }
}

#[observe]
async fn shared(cell: Rc<Cell<u8>>) -> Result<u8, Rc<Cell<u8>>> {
    let other = Rc::clone(&cell);
    pause().await;
    other.set(other.get() + 1);
    if cell.get() > 9 { Err(cell) } else { Ok(other.get()) }
}

#[observe]
async fn temporaries(list: &Mutex<Vec<u8>>) -> Result<Vec<u8>, usize> {
    let cell = RefCell::new(list.lock().unwrap().len());
    pause().await;
    if *cell.borrow() == 0 {
        return Err(*cell.borrow());
    }
    match list.lock().unwrap().as_slice() {
        [] => Err(cell.borrow().saturating_add(0)),
        list => Ok(list.to_vec()),
    }
}

#[observe]
async fn names(out: u8, slot: u8, scope: u8, inner: u8, samples: u8) -> Result<u8, ()> {
    let scope = scope + slot;
    pause().await;
    let out = out + samples + inner;
    Ok(out + scope)
}

/// # Safety
/// The pointer points at a number.
#[observe]
#[expect(unsafe_code, reason = "`unsafe` goes with `async`")]
async unsafe fn risky(pointer: *const u8) -> Result<u8, ()> {
    // SAFETY: as the caller says.
    Ok(unsafe { *pointer })
}

#[expect(unused_must_use, reason = "lints find what they found")]
async fn lints_of_statements() {
    needed();
    needed().await;
    nothing();
}

pub(crate) fn run() {
    assert_eq!(panic_of(|| block_on(never("why"))).message, "why");
    let mut future = Box::pin(forever());
    assert!(poll(future.as_mut()).is_pending() && poll(future.as_mut()).is_pending());
    drop(future);
    let said = panic_of(|| block_on(diverges(1))).message;
    assert_eq!(said, "internal error: entered unreachable code: 1");
    assert_eq!(block_on(needed()), 1);
    block_on(nothing());
    block_on(lints_of_statements());
    drop(nothing()); // never polled: not counted
    assert_eq!((block_on(loops(&[&[1, 2], &[9]])), block_on(loops(&[]))), (Ok(3), Err(0)));
    assert_eq!((block_on(nested("1")), block_on(nested(""))), (Ok(4), Ok(1)));
    assert!(block_on(nested("x")).is_err());
    let mut sum = 0;
    let count = async |more| {
        sum += more;
        if more > 3 { Err(more) } else { Ok(sum) }
    };
    let length = async |text: &str| text.len();
    let once = async |text: String| u8::try_from(text.len()).unwrap_or(0);
    assert_eq!(block_on(called_with(length, count, once)), Ok(6));
    let fails = block_on(called_with(async |_: &str| 4, async |_| Err(1), async |_| 0));
    assert_eq!(fails, Err(1));
    assert_eq!((block_on(recursive(3)), block_on(recursive(9))), (Ok(3), Err(9)));
    let cell = Rc::new(Cell::new(8));
    assert_eq!(block_on(shared(Rc::clone(&cell))), Ok(9));
    assert!(block_on(shared(cell)).is_err());
    assert_eq!(block_on(temporaries(&Mutex::new(vec![1]))), Ok(vec![1]));
    assert_eq!(block_on(temporaries(&Mutex::default())), Err(0));
    assert_eq!(block_on(names(1, 2, 3, 4, 5)), Ok(15));
    #[expect(unsafe_code, reason = "it asks for it")]
    // SAFETY: it is a reference.
    let risked = block_on(unsafe { risky(&1) });
    assert_eq!(risked, Ok(1));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("never", ends(0, 0, 0, 1)), ("forever", ends(0, 0, 1, 0)), ("diverges", ends(0, 0, 0, 1)),
    ("needed", ok(2)), ("nothing", ok(1)), ("loops", ends(1, 1, 0, 0)),
    ("nested", ends(2, 1, 0, 0)), ("inside", ends(2, 2, 0, 0)), ("called_with", ends(1, 1, 0, 0)),
    ("recursive", ends(4, 1, 0, 0)), ("shared", ends(1, 1, 0, 0)),
    ("temporaries", ends(1, 1, 0, 0)), ("names", ok(1)), ("risky", ok(1)),
];
