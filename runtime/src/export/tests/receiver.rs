//! A receiver that answers as a test tells it, over plain sockets: no library of ours is in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One request as it came.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) at: Instant,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What a receiver does with a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// Status line and headers, then a body.
    Say(&'static str, Vec<u8>),
    /// Closes the connection.
    Close,
    /// Keeps the connection and says nothing.
    Silence,
    /// Announces more than it sends, for ever.
    Flood,
}

pub(super) fn ok() -> Reply {
    Reply::Say("200 OK", Vec::new())
}

#[derive(Debug)]
pub(super) struct Fake {
    pub(super) address: SocketAddr,
    requests: Receiver<Request>,
}

impl Fake {
    /// Answers with the replies in turn; the last one goes on.
    pub(super) fn start(replies: Vec<Reply>) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Fake::on(listener, replies)
    }

    pub(super) fn on(listener: TcpListener, replies: Vec<Reply>) -> Fake {
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        let replies = Arc::new(Mutex::new(replies));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (replies, sender) = (Arc::clone(&replies), sender.clone());
                std::thread::spawn(move || serve(stream, &replies, &sender));
            }
        });
        Fake { address, requests }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn request(&self) -> Request {
        self.requests.recv_timeout(Duration::from_secs(10)).expect("a request")
    }

    /// A request that has come already, or comes soon.
    pub(super) fn waiting(&self) -> Option<Request> {
        self.requests.recv_timeout(Duration::from_millis(100)).ok()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.requests.recv_timeout(Duration::from_millis(100)).is_err()
    }
}

fn serve(stream: TcpStream, replies: &Mutex<Vec<Reply>>, sender: &Sender<Request>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let request = read(&mut reader)?;
        sender.send(request).ok()?;
        let reply = {
            let mut replies = replies.lock().unwrap();
            if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() }
        };
        match reply {
            Reply::Say(status, body) => {
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len())
                    .ok()?;
                stream.write_all(&body).ok()?;
            }
            Reply::Close => return None,
            Reply::Silence => std::thread::sleep(Duration::from_secs(60)),
            Reply::Flood => {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n").ok()?;
                while stream.write_all(&[0x0a; 4096]).is_ok() {}
                return None;
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { at: Instant::now(), path, headers, body })
}
