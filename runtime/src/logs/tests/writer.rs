//! What becomes of lines when their output fails, blocks or panics.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::logs::writer::Writer;
use crate::report::Flow;

/// An output that does what a test tells it, one step a write.
struct Scripted {
    steps: Receiver<Step>,
    written: Sender<Vec<u8>>,
}

enum Step {
    /// Takes so many bytes at most.
    Take(usize),
    Fail(io::ErrorKind),
    Panic,
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Without a script it blocks, as a pipe does that nobody reads.
        match self.steps.recv() {
            Ok(Step::Take(length)) => {
                let taken = &bytes[..length.min(bytes.len())];
                let _ = self.written.send(taken.to_vec());
                Ok(taken.len())
            }
            Ok(Step::Fail(kind)) => Err(kind.into()),
            Ok(Step::Panic) => panic!("in write"),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn start() -> (Writer, Sender<Step>, Receiver<Vec<u8>>) {
    let ((script, steps), (written, output)) = (channel(), channel());
    let writer = Writer::prepare(Box::new(Scripted { steps, written })).unwrap().go();
    (writer, script, output)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn text(output: &Receiver<Vec<u8>>) -> String {
    String::from_utf8(output.try_iter().flatten().collect()).unwrap()
}

fn assert_exact(flow: &Flow) {
    assert_eq!(flow.made, flow.exported + flow.lost_total(), "{flow}");
}

#[test]
fn lines_arrive_in_order_and_whole() {
    let (writer, script, output) = start();
    let mut expected = String::new();
    for number in 0..1000 {
        let line = format!("{{\"line\":{number}}}\n");
        writer.push(line.as_bytes());
        expected.push_str(&line);
        script.send(Step::Take(7)).unwrap();
    }
    for _ in 0..100_000 {
        let _ = script.send(Step::Take(7));
    }
    assert!(writer.flush(soon()));
    assert_eq!(text(&output), expected);
    let flow = writer.shutdown(soon());
    assert_eq!((flow.made, flow.exported, flow.lost), (1000, 1000, vec![]));
}

#[test]
fn a_full_disk_costs_lines_and_the_next_one_is_whole() {
    let (writer, script, output) = start();
    script.send(Step::Take(5)).unwrap();
    script.send(Step::Fail(io::ErrorKind::StorageFull)).unwrap();
    writer.push(b"one\n");
    writer.push(b"two\n");
    assert!(writer.flush(soon()));
    for _ in 0..3 {
        script.send(Step::Take(100)).unwrap();
    }
    writer.push(b"three\n");
    let flow = writer.shutdown(soon());
    assert_eq!(text(&output), "one\nt\nthree\n");
    assert_eq!((flow.exported, &flow.lost[..]), (2, &[("write_failed", 1)][..]));
    assert_exact(&flow);
}

#[test]
fn an_output_that_is_busy_or_panics_does_not_end_the_thread() {
    let (writer, script, output) = start();
    script.send(Step::Panic).unwrap();
    writer.push(b"one\n");
    assert!(writer.flush(soon()));
    script.send(Step::Fail(io::ErrorKind::WouldBlock)).unwrap();
    script.send(Step::Fail(io::ErrorKind::Interrupted)).unwrap();
    script.send(Step::Take(100)).unwrap();
    writer.push(b"two\n");
    let flow = writer.shutdown(soon());
    assert_eq!(text(&output), "two\n");
    assert_eq!((flow.exported, &flow.lost[..]), (1, &[("write_failed", 1)][..]));
}

#[test]
fn a_pipe_that_nobody_reads_blocks_no_caller() {
    let (writer, _script, _output) = start();
    let line = [vec![b'x'; 1023], vec![b'\n']].concat();
    let begun = Instant::now();
    for _ in 0..20_000 {
        writer.push(&line);
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(!writer.flush(Instant::now() + Duration::from_millis(20)));
    let flow = writer.shutdown(Instant::now() + Duration::from_millis(20));
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!((flow.made, flow.exported), (20_000, 0));
    assert!(flow.lost.iter().any(|(reason, lost)| *reason == "queue_full" && *lost > 3000));
    assert!(flow.lost.iter().any(|(reason, lost)| *reason == "deadline" && *lost > 8000));
    assert_exact(&flow);
    writer.push(&line);
    assert_exact(&writer.flow());
}
