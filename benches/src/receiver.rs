//! A receiver that takes every OTLP request and says 200.
//!
//! It runs in the driver, so that what it costs is not counted as the measured process's. It reads
//! HTTP/1.1 with a content length, and keeps connections open; it decodes nothing. Started by
//! `main`; the children find it through `OTEL_EXPORTER_OTLP_ENDPOINT`.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::pin::{Core, pin};

/// Starts the receiver on a free port of the loopback and returns its URL.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::Builder::new().name("receiver".into()).spawn(move || {
        // Never beside the thread that is measured; those that it starts follow.
        pin(Core::Second);
        for stream in listener.incoming().flatten() {
            // A connection that breaks is its sender's loss, and its sender counts it.
            thread::spawn(move || serve(&stream));
        }
    })?;
    Ok(url)
}

fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(length) = head(&mut reader)? {
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let mut stream = stream;
        stream.write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n",
        )?;
    }
    Ok(())
}

/// Reads one request's head; returns the length of its body, or nothing at the end.
fn head(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<u64>> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                return Ok(Some(length));
            }
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
}
