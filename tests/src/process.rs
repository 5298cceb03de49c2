//! A child process whose output is kept, that gets signals, and that never outlives its test.
//!
//! Output goes to files, not to pipes: nothing has to drain them, so a child can't hang on us.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::scratch::Scratch;
use crate::wait;

/// A running child process. Dropped, it is killed; with a failed test, its last words are shown.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// What a child can be told.
#[derive(Clone, Copy, Debug)]
pub enum Signal {
    /// End in good order.
    Term,
    /// Ctrl-C.
    Interrupt,
    /// Stand still: connections are accepted by the kernel, and nobody answers.
    Stop,
    /// Go on.
    Continue,
    /// End at once.
    Kill,
}

impl Process {
    /// Starts it, its output in files of the folder.
    pub fn start(name: &'static str, command: &mut Command, scratch: &Scratch) -> Process {
        let stdout = scratch.file(&format!("{name}.stdout"));
        let stderr = scratch.file(&format!("{name}.stderr"));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).expect("a file for standard output"))
            .stderr(File::create(&stderr).expect("a file for standard error"))
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        Process { name, child, stdout, stderr }
    }

    /// Its whole standard output so far.
    pub fn stdout(&self) -> String {
        read(&self.stdout)
    }

    /// Its whole standard error so far.
    pub fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let number = match signal {
            Signal::Term => libc::SIGTERM,
            Signal::Interrupt => libc::SIGINT,
            Signal::Stop => libc::SIGSTOP,
            Signal::Continue => libc::SIGCONT,
            Signal::Kill => libc::SIGKILL,
        };
        let process = i32::try_from(self.child.id()).expect("process ids are small");
        // SAFETY: `kill` only takes numbers. The child is not waited for elsewhere, so its id is
        // still its own.
        let answer = unsafe { libc::kill(process, number) };
        assert_eq!(answer, 0, "{} can't be signalled: {signal:?}", self.name);
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked for its end")
    }

    /// Waits for its end: how it ended, and how long that took from now.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> (ExitStatus, Duration) {
        let start = Instant::now();
        let what = format!("{} ends", self.name);
        let status = wait::within(limit, &what, || self.ended());
        (status, start.elapsed())
    }

    /// Panics, with what it printed, when it has ended: a server that is waited for must live.
    #[track_caller]
    pub fn must_live(&mut self) {
        if let Some(status) = self.ended() {
            panic!("{} ended with {status}:\n{}{}", self.name, self.stdout(), self.stderr());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let (stdout, stderr) = (self.stdout(), self.stderr());
            eprintln!("--- {}, end of stdout:\n{}", self.name, tail(&stdout));
            eprintln!("--- {}, end of stderr:\n{}", self.name, tail(&stderr));
        }
    }
}

fn read(path: &PathBuf) -> String {
    let bytes = std::fs::read(path).expect("the output's file can be read");
    // A child may be in the middle of a character.
    String::from_utf8_lossy(&bytes).into_owned()
}

fn tail(text: &str) -> &str {
    const LINES: usize = 30;
    let start = text.rmatch_indices('\n').nth(LINES).map_or(0, |(place, _)| place + 1);
    &text[start..]
}
