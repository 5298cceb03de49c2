//! A small HTTP/1.1 client over one `TcpStream` a request: plain, with a deadline, no redirects.
//!
//! It exists so that the tests see raw status lines and headers, and need no HTTP crate.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// The body, unchunked.
    pub body: String,
}

impl Answer {
    /// The first header of this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }
}

/// `GET` of a URL; panics when there is no answer.
#[track_caller]
pub fn get(url: &str) -> Answer {
    send("GET", url, &[], None).unwrap_or_else(|error| panic!("GET {url}: {error}"))
}

/// `GET` with headers.
#[track_caller]
pub fn get_with(url: &str, headers: &[(&str, &str)]) -> Answer {
    send("GET", url, headers, None).unwrap_or_else(|error| panic!("GET {url}: {error}"))
}

/// `POST` of a JSON body.
#[track_caller]
pub fn post(url: &str, body: &serde_json::Value) -> Answer {
    let headers = [("content-type", "application/json")];
    send("POST", url, &headers, Some(&body.to_string()))
        .unwrap_or_else(|error| panic!("POST {url}: {error}"))
}

/// The whole answer to a `GET`, head and body as they came: for bodies that are no text.
#[track_caller]
pub fn raw(url: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    exchange("GET", url, headers, None).unwrap_or_else(|error| panic!("GET {url}: {error}"))
}

/// One request and its answer, or why there was none.
pub fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Answer, Error> {
    parse(&exchange(method, url, headers, body)?)
}

fn exchange(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Vec<u8>, Error> {
    let (host, path) = split(url)?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    request.push_str(body.unwrap_or_default());
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A text as a part of a query string.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn split(url: &str) -> Result<(&str, &str), Error> {
    let rest = url.strip_prefix("http://").ok_or_else(|| broken("only http:// is spoken here"))?;
    let slash = rest.find('/').unwrap_or(rest.len());
    let path = if slash == rest.len() { "/" } else { &rest[slash..] };
    Ok((&rest[..slash], path))
}

fn parse(bytes: &[u8]) -> Result<Answer, Error> {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| broken("the connection ended before the head did"))?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| broken("the head is not UTF-8"))?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|line| line.get(..3))
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| broken("no HTTP/1.1 status line"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let has = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, v)| v.as_str());
    if has("transfer-encoding") == Some("chunked") {
        body = unchunk(&body)?;
    } else if let Some(length) = has("content-length").and_then(|text| text.parse().ok()) {
        if body.len() < length {
            return Err(broken("the connection ended before the body did"));
        }
        body.truncate(length);
    }
    let body = String::from_utf8(body).map_err(|_| broken("the body is not UTF-8"))?;
    Ok(Answer { status, headers, body })
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|window| window == b"\r\n")
            .ok_or_else(|| broken("a chunk has no size"))?;
        let size = std::str::from_utf8(&rest[..end])
            .ok()
            .and_then(|text| usize::from_str_radix(text.trim(), 16).ok())
            .ok_or_else(|| broken("a chunk's size is no number"))?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(body);
        }
        if rest.len() < size + 2 {
            return Err(broken("the connection ended within a chunk"));
        }
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}

fn broken(why: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}
