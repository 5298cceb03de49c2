//! A collector that says yes to everything and keeps nothing.
//!
//! For shops whose spans a test does not look at: with it they record and export as usual, on a
//! machine without rotel too. It understands only as much HTTP as it must.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

/// Where it listens, for `OTEL_EXPORTER_OTLP_ENDPOINT`. It ends with the process.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || swallow(stream));
        }
    });
    format!("http://{address}")
}

/// Answers each request of a connection, until it ends.
fn swallow(stream: TcpStream) -> Option<()> {
    let mut input = BufReader::new(stream.try_clone().ok()?);
    let mut output = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().ok()?;
                }
                Some(_) => {}
                None if line.trim_end().is_empty() => break,
                None => {} // the request line
            }
        }
        std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()).ok()?;
        // An empty body is OTLP's "all of it was taken".
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        output.write_all(head.as_bytes()).ok()?;
    }
}
