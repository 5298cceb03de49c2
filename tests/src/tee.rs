//! A pipe to a server that keeps what went through it: the bytes as they were on the wire.
//!
//! It stands before a collector, and changes nothing. Only what clients sent is kept.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was sent so far.
#[derive(Clone, Debug, Default)]
pub struct Sent(Arc<Mutex<Vec<u8>>>);

impl Sent {
    /// All of it. Of two connections at once the parts are mixed.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

/// Begins to listen before `http://host:port`; returns where, and what will be sent. It ends with the
/// process.
#[track_caller]
pub fn before(endpoint: &str) -> (String, Sent) {
    let server = endpoint.strip_prefix("http://").expect("plain HTTP").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let sent = Sent::default();
    let kept = sent.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(&server) else { continue };
            let (Ok(from), Ok(to)) = (server.try_clone(), client.try_clone()) else { continue };
            let kept = kept.clone();
            thread::spawn(move || {
                pass(client, server, |bytes| kept.0.lock().unwrap().extend(bytes))
            });
            thread::spawn(move || pass(from, to, |_| ()));
        }
    });
    (format!("http://{address}"), sent)
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut keep: impl FnMut(&[u8])) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        keep(&bytes[..length]);
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
