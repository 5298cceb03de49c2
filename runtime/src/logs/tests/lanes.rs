//! What many threads log: every line whole, once, and in the order of its thread.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::logs::writer::Writer;

const THREADS: usize = 6;
const LINES: usize = 1500;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Never all of it, so that writes end within lines.
        let taken = bytes.len().min(1000);
        self.0.lock().unwrap().extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn start() -> (Writer, Kept) {
    let kept = Kept::default();
    (Writer::prepare(Box::new(kept.clone())).unwrap().go(), kept)
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

/// A line that says whose it is, and can be told from half of it or two of them.
fn line(thread: usize, number: usize) -> String {
    // Some are longer than what a thread holds for itself.
    let length = if number % 500 == 250 { 40_000 } else { number % 300 };
    format!("<{thread} {number} {}>\n", "x".repeat(length))
}

#[test]
fn every_line_is_whole_and_there_once_in_the_order_of_its_thread() {
    let (writer, kept) = start();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let writer = writer.clone();
            thread::spawn(move || {
                for number in 0..LINES {
                    writer.push(line(thread, number).as_bytes());
                    if number % 400 == 0 {
                        // Whoever flushes or asks for the account meanwhile changes nothing.
                        writer.hurry();
                        assert!(writer.flow().made > number as u64);
                        assert!(writer.flush(later()));
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let flow = writer.shutdown(later());
    let made = (THREADS * LINES) as u64;
    assert_eq!((flow.made, flow.exported, flow.lost), (made, made, vec![]));
    let mut next = [0; THREADS];
    for found in kept.text().split_inclusive('\n') {
        let thread: usize = found[1..].split(' ').next().unwrap().parse().unwrap();
        assert_eq!(found, line(thread, next[thread]));
        next[thread] += 1;
    }
    assert_eq!(next, [LINES; THREADS]);
}

#[test]
fn threads_that_have_ended_leave_their_lines_and_nothing_else() {
    let (writer, kept) = start();
    for thread in 0..100 {
        let writer = writer.clone();
        thread::spawn(move || writer.push(line(thread, 1).as_bytes())).join().unwrap();
    }
    assert_eq!(writer.lanes(), 0);
    let flow = writer.shutdown(later());
    assert_eq!((flow.made, flow.exported), (100, 100));
    let expected: String = (0..100).map(|thread| line(thread, 1)).collect();
    assert_eq!(kept.text(), expected);
}

#[test]
fn a_thread_logs_to_its_very_end() {
    struct Logs(Writer);
    impl Drop for Logs {
        fn drop(&mut self) {
            self.0.push(b"the last\n");
        }
    }
    thread_local! {
        static FIRST: RefCell<Option<Logs>> = const { RefCell::new(None) };
        static SECOND: RefCell<Option<Logs>> = const { RefCell::new(None) };
    }
    let (writer, kept) = start();
    let on_thread = writer.clone();
    let logs = move || {
        // One of the two is dropped after the thread has given its lane back, in any order.
        FIRST.set(Some(Logs(on_thread.clone())));
        on_thread.push(b"the first\n");
        SECOND.set(Some(Logs(on_thread)));
    };
    thread::spawn(logs).join().unwrap();
    let flow = writer.shutdown(later());
    assert_eq!((flow.made, flow.exported), (3, 3));
    assert_eq!(kept.text(), "the first\nthe last\nthe last\n");
}

#[test]
fn a_line_comes_without_being_asked_for_even_after_a_long_silence() {
    let (writer, kept) = start();
    for (number, silence) in [0, 1, 7, 40, 300, 300].into_iter().enumerate() {
        thread::sleep(Duration::from_millis(silence));
        writer.push(b"a line\n");
        let deadline = later();
        while kept.text().lines().count() <= number {
            assert!(Instant::now() < deadline, "it never came");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn a_line_after_the_end_is_counted_wherever_it_is_put() {
    let (writer, kept) = start();
    writer.push(b"before\n");
    let flow = writer.shutdown(later());
    assert_eq!((flow.made, flow.exported), (1, 1));
    // This thread has a lane, the other has none.
    writer.push(b"after\n");
    let elsewhere = writer.clone();
    thread::spawn(move || elsewhere.push(b"after\n")).join().unwrap();
    let flow = writer.flow();
    assert_eq!((flow.made, flow.exported, flow.lost), (3, 1, vec![("after_shutdown", 2)]));
    assert_eq!(kept.text(), "before\n");
}
