//! A key that is kept in a file: read again every two seconds, so that whoever replaces the file
//! replaces the key.
//!
//! What can't be used changes nothing, and is a warning, once until there is something else. Runs
//! on a thread of its own, in programs that name such a file only.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::key::{self, Key};
use crate::error::Error;
use crate::thread::{self, Waiting};

/// How often the file is read.
const EVERY: Duration = Duration::from_secs(2);
/// No key is longer than that.
const LONGEST: u64 = 4096;

/// A file with a key in it.
#[derive(Debug)]
pub(crate) struct Watched {
    path: PathBuf,
    /// The hash of what was last found in it, or the error. None before it was read.
    seen: Option<Result<[u8; 32], io::ErrorKind>>,
}

/// What is new about the file.
#[derive(Debug)]
pub(crate) enum News {
    Nothing,
    Key(Key),
    /// It can't be used, which the text explains.
    Unfit(String),
}

impl Watched {
    pub(crate) fn new(path: &Path) -> Watched {
        Watched { path: path.to_owned(), seen: None }
    }

    /// Reads the file.
    pub(crate) fn look(&mut self) -> News {
        let content = read(&self.path);
        let seen =
            content.as_ref().map_err(io::Error::kind).map(|text| Sha256::digest(text).into());
        if self.seen == Some(seen) {
            return News::Nothing;
        }
        self.seen = Some(seen);
        let key = match &content {
            Ok(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Key::parse(line(text)).map_err(str::to_owned),
                Err(_) => Err("is no text; take what `openssl rand -hex 32` prints".to_owned()),
            },
            Err(error) => Err(format!("can't be read: {error}")),
        };
        match key {
            Ok(key) => News::Key(key),
            Err(why) => {
                News::Unfit(format!("the file of the hash key, {}, {why}", self.path.display()))
            }
        }
    }

    /// A thread that will look again and again.
    pub(crate) fn prepare(mut self) -> Result<Waiting<()>, Error> {
        thread::prepare("plimsoll-key", (), move || {
            loop {
                std::thread::sleep(EVERY);
                match self.look() {
                    News::Nothing => {}
                    News::Key(key) => {
                        key::set(&key);
                        tracing::info!(target: "plimsoll", "pseudonyms are made with the key `{}`", key.id());
                    }
                    News::Unfit(why) => {
                        tracing::warn!(target: "plimsoll", "{why}; the key stays what it was");
                    }
                }
            }
        })
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than 4096 bytes"));
    }
    Ok(bytes)
}

/// A text without the newline at its end, of which there may be one.
fn line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_is_news_once() {
        let path = std::env::temp_dir().join(format!("plimsoll-key-{}", std::process::id()));
        let write = |text: &[u8]| std::fs::write(&path, text).unwrap();
        let mut watched = Watched::new(&path);
        let is_unfit =
            |news: News, why: &str| matches!(news, News::Unfit(text) if text.contains(why));
        assert!(is_unfit(watched.look(), "can't be read"));
        assert!(matches!(watched.look(), News::Nothing));
        write(b"one:0123456789abcdef\n");
        assert!(matches!(watched.look(), News::Key(key) if key.id() == "one"));
        assert!(matches!(watched.look(), News::Nothing));
        write(b"two:0123456789abcdef\r\n");
        assert!(matches!(watched.look(), News::Key(key) if key.id() == "two"));
        write(b"short");
        assert!(is_unfit(watched.look(), "shorter than 16"));
        assert!(matches!(watched.look(), News::Nothing));
        write(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
        assert!(is_unfit(watched.look(), "is no text"));
        write(&[b'x'; 5000]);
        assert!(is_unfit(watched.look(), "longer than 4096"));
        write(b"one:0123456789abcdef");
        assert!(matches!(watched.look(), News::Key(key) if key.id() == "one"));
        std::fs::remove_file(&path).unwrap();
        assert!(is_unfit(watched.look(), "can't be read"));
    }

    #[test]
    fn one_newline_is_no_part_of_a_key() {
        for text in ["key", "key\n", "key\r\n"] {
            assert_eq!(line(text), "key");
        }
        assert_eq!(line("key\n\n"), "key\n");
        assert_eq!(line(" key "), " key ");
    }
}
