//! The command `plimsoll`: reads data maps, and compares them. All it knows is in the library.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::{env, fs, io};

use plimsoll::DataMap;

const USAGE: &str = "\
usage: plimsoll map PROGRAM [--format json|markdown] [--bare]
       plimsoll map diff OLD NEW

PROGRAM is a file that plimsoll is linked into; OLD and NEW are such files, or maps in JSON.
--bare leaves out files and lines, for a map that is kept beside the source.

diff prints what changed. It exits with 0 if nothing more may leave than before, with 1 if something
may, and with 2 if a map can't be read.
";

fn main() -> ExitCode {
    let arguments: Vec<String> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["map", "diff", old, new] => diff(old, new),
        ["map", program, options @ ..] if *program != "diff" => show(program, options),
        ["--help" | "-h" | "help"] => Ok((USAGE.to_owned(), 0)),
        ["--version" | "-V"] => Ok((format!("plimsoll {}\n", env!("CARGO_PKG_VERSION")), 0)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok((text, code)) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::from(code),
            // Whoever reads may have read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
            Err(error) => {
                eprintln!("plimsoll: {error}");
                ExitCode::from(2)
            }
        },
        Err(message) => {
            eprint!("{message}");
            ExitCode::from(2)
        }
    }
}

type Done = Result<(String, u8), String>;

fn show(program: &str, options: &[&str]) -> Done {
    let (mut markdown, mut bare) = (false, false);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--bare" => bare = true,
            "--format" => match options.next().copied() {
                Some("json") => markdown = false,
                Some("markdown") => markdown = true,
                _ => return Err("plimsoll: `--format` is `json` or `markdown`\n".to_owned()),
            },
            other => return Err(format!("plimsoll: unknown option `{other}`\n{USAGE}")),
        }
    }
    let map = read(program)?;
    let map = if bare { map.bare() } else { map };
    Ok((if markdown { map.to_markdown() } else { map.to_json() }, 0))
}

fn diff(old: &str, new: &str) -> Done {
    let changes = read(new)?.diff(&read(old)?);
    let mut text = String::new();
    for change in &changes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{change}");
    }
    let looser = changes.iter().filter(|change| change.loosens).count();
    let _ = match looser {
        0 => writeln!(text, "{new} lets nothing more leave than {old}"),
        1 => writeln!(text, "1 change lets more leave than {old}"),
        _ => writeln!(text, "{looser} changes let more leave than {old}"),
    };
    Ok((text, u8::from(looser != 0)))
}

/// A map from a file: JSON where it begins like JSON, a program otherwise.
fn read(path: &str) -> Result<DataMap, String> {
    let file = fs::read(path).map_err(|error| format!("plimsoll: {path}: {error}\n"))?;
    let is_json = file.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let map = match std::str::from_utf8(&file) {
        Ok(text) if is_json => DataMap::from_json(text),
        _ => DataMap::from_binary(&file),
    };
    let map = map.map_err(|error| format!("plimsoll: {path}: {error}\n"))?;
    Ok(map)
}
