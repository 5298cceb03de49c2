//! A text of an open label has one number, whoever asks first, and whoever asks sees it whole.

use std::sync::Arc;

use loom::thread;

use crate::model::Table;

/// A table of two texts, and a thread that asks for these.
fn asked_elsewhere(
    texts: &'static [&'static str],
) -> (Arc<Table>, thread::JoinHandle<Vec<(&'static str, u32)>>) {
    let table = Arc::new(Table::new(2));
    let other = thread::spawn({
        let table = table.clone();
        move || ask(&table, texts)
    });
    (table, other)
}

/// The numbers of these texts. Who has a number reads the text that belongs to it.
fn ask(table: &Table, texts: &[&'static str]) -> Vec<(&'static str, u32)> {
    let number = |text: &&'static str| {
        let number = table.index(text);
        assert_eq!(table.text(number), Some(if number < 2 { *text } else { "_OTHER" }));
        (*text, number)
    };
    texts.iter().map(number).collect()
}

/// Each text has one number, and each number one text, but for that of the others.
fn agree(table: &Table, mut all: Vec<(&'static str, u32)>, texts: usize) {
    for (text, number) in all.clone() {
        all.push((text, table.index(text)));
        assert!(number <= 2);
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), texts, "{all:?}");
    all.sort_unstable_by_key(|(_, number)| *number);
    all.dedup_by_key(|(_, number)| *number);
    assert_eq!(all.len(), texts, "{all:?}");
}

#[test]
fn threads_that_ask_for_one_text_get_one_number() {
    loom::model(|| {
        let (table, other) = asked_elsewhere(&["a", "b"]);
        let mut all = ask(&table, &["b", "a"]);
        all.extend(other.join().unwrap());
        agree(&table, all, 2);
    });
}

#[test]
fn a_text_that_found_room_is_never_told_that_there_is_none() {
    loom::model(|| {
        let (table, other) = asked_elsewhere(&["b", "c", "a"]);
        let mut all = ask(&table, &["a", "b"]);
        all.extend(other.join().unwrap());
        agree(&table, all, 3);
    });
}

#[test]
fn a_reader_sees_a_text_whole_or_not_at_all() {
    loom::model(|| {
        let table = Arc::new(Table::new(2));
        let reader = thread::spawn({
            let table = table.clone();
            move || {
                let first = table.text(0).map(str::to_owned);
                let second = table.text(1).map(str::to_owned);
                assert!(first.is_none() || first.as_deref() == Some("a"));
                assert!(second.is_none() || second.as_deref() == Some("b"));
            }
        });
        ask(&table, &["a", "b"]);
        reader.join().unwrap();
    });
}
