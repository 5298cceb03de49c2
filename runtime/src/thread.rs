//! Threads of plimsoll's own, which wait for their go.
//!
//! `init` prepares every part before it lets any begin: what can fail has failed by then. A part
//! that was prepared in vain ends when it is dropped, with the sockets and files that it holds. What
//! a thread does is the affair of the part that prepares it.

use std::mem;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use crate::error::Error;

/// A part that is ready to begin. Dropped, it ends without having done anything.
#[derive(Debug)]
#[must_use = "it does nothing before `.go()`"]
pub(crate) struct Waiting<T> {
    thread: Thread,
    part: T,
}

/// Starts a thread that does nothing before [`Waiting::go`]; `part` is what its callers talk to.
pub(crate) fn prepare<T>(
    name: &str,
    part: T,
    work: impl FnOnce() + Send + 'static,
) -> Result<Waiting<T>, Error> {
    let (go, gone) = sync_channel(1);
    let named = name.to_owned();
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        if gone.recv().is_ok() {
            let _running = Running::enter(named);
            work();
        }
    });
    let thread = Thread { go: Some(go), thread: Some(thread.map_err(Error::Thread)?) };
    Ok(Waiting { thread, part })
}

/// Those that work, by their name, each with where the kernel tells of it below `/proc`: `7/task/9`.
static RUNNING: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Those that work at the moment. None where the kernel has no such place.
pub(crate) fn running() -> Vec<(String, String)> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The time in which a thread works.
struct Running(String);

impl Running {
    fn enter(name: String) -> Running {
        let task = std::fs::read_link("/proc/thread-self").ok();
        let task = task.and_then(|path| path.into_os_string().into_string().ok());
        let task = task.unwrap_or_default();
        if !task.is_empty() {
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            running.push((name, task.clone()));
        }
        Running(task)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|(_, task)| *task != self.0);
    }
}

impl<T> Waiting<T> {
    /// What its callers will talk to.
    pub(crate) fn part(&self) -> &T {
        &self.part
    }

    /// Lets the thread begin.
    pub(crate) fn go(mut self) -> T {
        if let Some(go) = self.thread.go.take() {
            // There is room for one, and the thread waits for nothing else.
            let _ = go.send(());
        }
        // It ends by itself from here on, or when its part is told to.
        drop(mem::take(&mut self.thread.thread));
        self.part
    }
}

#[derive(Debug)]
struct Thread {
    go: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        // Hung up on, the thread ends.
        self.go = None;
        if let Some(thread) = self.thread.take() {
            // Waited for, so that what it held is free: a port, say, for the next try.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::mpsc::{TryRecvError, channel};
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_works_only_when_told_to() {
        let (done, seen) = channel();
        let waiting = prepare("plimsoll-test", 7, move || done.send(()).unwrap()).unwrap();
        assert_eq!(seen.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(waiting.go(), 7);
        assert_eq!(seen.recv_timeout(Duration::from_secs(10)), Ok(()));
    }

    #[test]
    fn dropped_it_has_done_nothing_and_holds_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (done, seen) = channel();
        let work = move || {
            drop(listener);
            done.send(()).unwrap();
        };
        drop(prepare("plimsoll-test", (), work).unwrap());
        assert_eq!(seen.try_recv(), Err(TryRecvError::Disconnected));
        TcpListener::bind(address).unwrap();
    }
}
