//! What plimsoll has in the test's own process: threads, and a port.
//!
//! For tests that show that nothing of it is there, and before or after that something is, so that
//! the search itself is proved.

use std::net::{SocketAddr, TcpListener};

/// The names of plimsoll's threads that run now. Empty where the system does not tell. A thread
/// takes a moment to take its name, and to go.
pub fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    let mut ours: Vec<_> = names.map(|name| name.trim_end().to_owned()).collect();
    ours.retain(|name| name.starts_with("plimsoll-"));
    ours.sort();
    ours
}

/// True when nobody listens there.
pub fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok()
}
