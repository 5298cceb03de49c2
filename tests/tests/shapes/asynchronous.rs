//! `async fn` with every signature that a plain `fn` can have. Their bodies are in `awaited.rs`,
//! functions that return futures in `futures.rs`, what futures are to other threads in `sends.rs`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::num::ParseIntError;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause};

use crate::table::{ends, ok};

#[observe]
async fn borrowed(text: &str) -> &str {
    pause().await;
    text.trim()
}

#[observe]
async fn borrowed_or_not<'a>(one: &'a str, other: &str) -> Result<&'a str, ParseIntError> {
    pause().await;
    let count: usize = other.parse()?;
    Ok(&one[count..])
}

#[observe]
async fn changed(list: &mut Vec<u8>) -> &mut u8 {
    list.push(1);
    pause().await;
    list.last_mut().unwrap()
}

#[observe]
async fn changed_or_not<'a>(list: &'a mut Vec<u8>, other: &mut u8) -> Result<&'a mut u8, String> {
    pause().await;
    *other += 1;
    for value in list {
        if value == other {
            return Ok(value);
        }
    }
    Err(format!("no {other}"))
}

#[observe]
async fn generic<T, F, const N: usize>(value: T, with: F) -> Result<[T; N], impl Debug>
where
    T: Clone + Debug,
    F: AsyncFn(T) -> T,
{
    let mut all = vec![];
    while all.len() < N {
        all.push(with(value.clone()).await);
    }
    <[T; N]>::try_from(all)
}

#[observe]
async fn by_impl(values: impl IntoIterator<Item = u8>) -> impl Iterator<Item = u8> {
    pause().await;
    values.into_iter().map(|value| value + 1)
}

#[observe]
async fn dynamic(shown: &dyn Display, visit: &mut (dyn FnMut(u8) + '_)) -> Box<dyn Display> {
    pause().await;
    visit(1);
    Box::new(shown.to_string())
}

#[observe]
#[expect(
    clippy::too_many_arguments,
    clippy::many_single_char_names,
    reason = "this is what is tested"
)]
async fn twelve(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
) -> u8 {
    pause().await;
    a + b + c + d + e + f + g + h + i + j + k + l
}

#[observe]
async fn patterns(
    (mut one, _): (u8, u8),
    [.., last]: [u8; 3],
    _: &str,
    r#type: u8,
) -> Result<u8, u8> {
    one += last;
    pause().await;
    if one > 9 { Err(one) } else { Ok(one + r#type) }
}

#[observe]
async fn moved(text: String, mut list: Vec<String>) -> Vec<String> {
    pause().await;
    list.push(text);
    list
}

#[observe]
async fn moved_or_not(text: String, list: &mut Vec<String>) -> Result<(), String> {
    if text.is_empty() {
        return Err(text);
    }
    pause().await;
    list.push(text);
    Ok(())
}

#[observe]
async fn early(text: &str) -> Result<u8, Box<dyn Error>> {
    if text.is_empty() {
        return Ok(0);
    }
    pause().await;
    let number: u8 = text.parse()?;
    if number > 9 {
        return Err("too much".into());
    }
    if number > 8 {
        Err("much")?;
    }
    Ok(number)
}

#[observe]
async fn option(map: &BTreeMap<u8, Option<u8>>, key: u8) -> Option<u8> {
    let value = *map.get(&key)?;
    pause().await;
    Some(value? + 1)
}

#[observe]
async fn inferred(texts: &[&str]) -> Result<(Vec<u8>, u64), ParseIntError> {
    pause().await;
    let list = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let large = 1 << 40;
    Ok((list, large))
}

#[observe]
async fn default_of<T: Default>() -> T {
    Default::default()
}

#[observe]
async fn coerced(number: u8) -> Result<Box<dyn Debug>, Box<dyn Error + Send + Sync>> {
    pause().await;
    match number {
        0 => Err("zero".into()),
        1 => Ok(Box::new("one")),
        _ => Ok(Box::new(number)),
    }
}

#[observe]
async fn closure_for(prefix: &str) -> Box<dyn Fn(&str) -> &str + '_> {
    pause().await;
    Box::new(move |text| text.strip_prefix(prefix).unwrap_or(text))
}

// Not as unmarked yet: a closure that only the `impl` tells what it takes.
//
// #[observe]
// async fn opaque_closure() -> impl Fn(&str) -> &str {
//     |text| text.trim()
// }

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shelf<'a> {
    items: Vec<&'a str>,
}

impl<'a> Shelf<'a> {
    #[observe]
    async fn of(items: &[&'a str]) -> Self {
        pause().await;
        Self { items: items.to_vec() }
    }

    #[observe]
    async fn find(&self, like: &str) -> Result<&'a str, &Self> {
        pause().await;
        self.items.iter().copied().find(|item| item.contains(like)).ok_or(self)
    }

    #[observe]
    async fn add(&mut self, item: &'a str) -> &mut Self {
        self.items.push(item);
        pause().await;
        self
    }

    #[observe]
    async fn consume(mut self) -> Result<Vec<&'a str>, Self> {
        self.items.retain(|item| !item.is_empty());
        pause().await;
        if self.items.is_empty() { Err(self) } else { Ok(self.items) }
    }

    #[observe]
    async fn boxed(self: Box<Self>) -> Self {
        *self
    }

    #[observe]
    async fn counted(self: Arc<Self>, other: Rc<Self>) -> usize {
        pause().await;
        Arc::strong_count(&self) + Rc::strong_count(&other)
    }

    #[observe]
    async fn pinned(mut self: Pin<&mut Self>, item: &'a str) -> Result<usize, ()> {
        self.items.push(item);
        pause().await;
        self.as_ref().get_ref().items.len().checked_sub(1).ok_or(())
    }
}

pub(crate) fn run() {
    let text = String::from(" text ");
    assert_eq!(block_on(borrowed(&text)), "text");
    let rest = block_on(borrowed_or_not(&text, &String::from("1")));
    assert_eq!(rest, Ok("text "));
    assert!(block_on(borrowed_or_not(&text, "x")).is_err());
    let mut list = vec![5];
    *block_on(changed(&mut list)) += 1;
    *block_on(changed_or_not(&mut list, &mut 4)).unwrap() += 1;
    assert_eq!(list, [6, 2]);
    assert_eq!(block_on(changed_or_not(&mut list, &mut 4)), Err("no 5".to_owned()));
    let pair = block_on(generic::<_, _, 2>(1, async |value| value + 1));
    assert!(pair.is_ok_and(|pair| pair == [2, 2]));
    assert_eq!(block_on(by_impl([1])).sum::<u8>(), 2);
    let mut seen = vec![];
    assert_eq!(block_on(dynamic(&1, &mut |value| seen.push(value))).to_string(), "1");
    assert_eq!(seen, [1]);
    assert_eq!(block_on(twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), 78);
    assert_eq!(block_on(patterns((1, 0), [0, 0, 2], "", 1)), Ok(4));
    assert_eq!(block_on(patterns((9, 0), [0, 0, 2], "", 1)), Err(11));
    assert_eq!(block_on(moved("a".into(), vec![])), ["a"]);
    assert_eq!(block_on(moved_or_not(String::new(), &mut vec![])), Err(String::new()));
    assert_eq!(block_on(moved_or_not("a".into(), &mut vec![])), Ok(()));
    let told = ["", "x", "10", "9", "8"].map(|text| block_on(early(text)).ok());
    assert_eq!(told, [Some(0), None, None, None, Some(8)]);
    let map = BTreeMap::from([(1, Some(1)), (2, None)]);
    assert_eq!([1, 2, 3].map(|key| block_on(option(&map, key))), [Some(2), None, None]);
    assert_eq!(block_on(inferred(&["1", "2"])), Ok((vec![1, 2], 1 << 40)));
    assert_eq!(block_on(default_of::<(u8, String)>()), (0, String::new()));
    assert_eq!(
        [1, 2].map(|number| format!("{:?}", block_on(coerced(number)))),
        ["Ok(\"one\")", "Ok(2)"]
    );
    assert!(block_on(coerced(0)).is_err());
    assert_eq!(block_on(closure_for(" "))(&text), "text ");
    methods();
}

fn methods() {
    let long = String::from("long item");
    let mut shelf = block_on(Shelf::of(&["item", ""]));
    assert_eq!(block_on(block_on(shelf.add(&long)).add("c")).items.len(), 4);
    assert_eq!(block_on(shelf.find("long")), Ok(long.as_str()));
    assert!(block_on(shelf.find("x")).is_err());
    assert_eq!(block_on(shelf.clone().consume()), Ok(vec!["item", "long item", "c"]));
    assert_eq!(block_on(Shelf::default().consume()), Err(Shelf::default()));
    assert_eq!(block_on(Box::new(shelf.clone()).boxed()), shelf);
    let counted = Arc::new(shelf.clone());
    assert_eq!(block_on(Arc::clone(&counted).counted(Rc::new(shelf.clone()))), 3);
    assert_eq!(block_on(pin!(shelf).pinned("d")), Ok(4));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("borrowed", ok(1)), ("borrowed_or_not", ends(1, 1, 0, 0)), ("changed", ok(1)),
    ("changed_or_not", ends(1, 1, 0, 0)), ("generic", ok(1)), ("by_impl", ok(1)),
    ("dynamic", ok(1)), ("twelve", ok(1)), ("patterns", ends(1, 1, 0, 0)), ("moved", ok(1)),
    ("moved_or_not", ends(1, 1, 0, 0)), ("early", ends(2, 3, 0, 0)), ("option", ok(3)),
    ("inferred", ok(1)), ("default_of", ok(1)), ("coerced", ends(2, 1, 0, 0)),
    ("closure_for", ok(1)), ("of", ok(1)), ("find", ends(1, 1, 0, 0)), ("add", ok(2)),
    ("consume", ends(1, 1, 0, 0)), ("boxed", ok(1)), ("counted", ok(1)), ("pinned", ok(1)),
];
