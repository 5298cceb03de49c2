//! An editor without a screen: rust-analyzer on a small project of one file, and questions to it.
//!
//! Speaks the Language Server Protocol as editors do: JSON with a length before it, over standard
//! input and output. Every wait has a deadline. The project depends on plimsoll as a library does,
//! without default features.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use serde_json::{Value, json};

use crate::scratch::Scratch;
use crate::tools;
use crate::wait::{self, PATIENCE};

/// What is asked was true of a text that has changed meanwhile: ask again.
const CHANGED: [i64; 2] = [-32801, -32802];

/// rust-analyzer, with the project's `src/lib.rs` open.
#[derive(Debug)]
pub struct Editor {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    questions: u64,
    version: u64,
    text: String,
    /// Last, so that it goes when the server has gone.
    project: Scratch,
}

/// A piece of the open file that an answer points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The piece itself.
    pub text: String,
    /// The whole line that it stands in, without the spaces around.
    pub line: String,
}

impl Editor {
    /// Opens a file of this text. What has to be built goes into `target`, and is built once.
    pub fn open(text: &str, target: &Path) -> Option<Editor> {
        let (program, library) = rust_analyzer()?;
        let project = Scratch::new("editor");
        write_project(&project, text);
        let errors = File::create(project.file("stderr")).expect("a file for standard error");
        let mut server = Command::new(program)
            .current_dir(project.path())
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("rust-analyzer starts");
        let input = server.stdin.take().expect("its standard input");
        let mut output = BufReader::new(server.stdout.take().expect("its standard output"));
        let (tell, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if tell.send(message).is_err() {
                    break;
                }
            }
        });
        let mut editor = Editor {
            server,
            input,
            messages,
            questions: 0,
            version: 0,
            text: String::new(),
            project,
        };
        editor.initialise(&settings(target, &library));
        editor.show(text);
        Some(editor)
    }

    fn initialise(&mut self, settings: &Value) {
        let capabilities = json!({
            "experimental": { "serverStatusNotification": true },
            "textDocument": { "hover": { "contentFormat": ["plaintext"] } },
        });
        self.ask(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri(self.project.path()),
                "capabilities": capabilities,
                "initializationOptions": settings,
            }),
        );
        self.tell("initialized", json!({}));
        // Says so when the project is read and its macros are built.
        let ready = |message: &Value| {
            message["method"] == "experimental/serverStatus"
                && message["params"]["quiescent"] == true
        };
        while !ready(&self.receive("rust-analyzer is ready")) {}
    }

    /// Replaces the text of the file, as typing does: nothing is saved.
    pub fn show(&mut self, text: &str) {
        self.version += 1;
        text.clone_into(&mut self.text);
        let file = self.file();
        if self.version == 1 {
            let document = json!({ "uri": file, "languageId": "rust", "version": 1, "text": text });
            self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        } else {
            let document = json!({ "uri": file, "version": self.version });
            let changes = json!([{ "text": text }]);
            let change = json!({ "textDocument": document, "contentChanges": changes });
            self.tell("textDocument/didChange", change);
        }
    }

    /// The names that are offered where this much of the file has been typed.
    #[track_caller]
    pub fn completions(&mut self, at: usize) -> Vec<String> {
        let answer = self.ask_at("textDocument/completion", at, json!({}));
        let items = answer.get("items").unwrap_or(&answer).as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    /// What is shown when the mouse rests here.
    #[track_caller]
    pub fn hover(&mut self, at: usize) -> String {
        let answer = self.ask_at("textDocument/hover", at, json!({}));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Where "go to definition" leads from here.
    #[track_caller]
    pub fn definition(&mut self, at: usize) -> Vec<Found> {
        let answer = self.ask_at("textDocument/definition", at, json!({}));
        self.found(&answer)
    }

    /// All uses of what stands here, its definition among them, in the order of the file.
    #[track_caller]
    pub fn references(&mut self, at: usize) -> Vec<Found> {
        let context = json!({ "includeDeclaration": true });
        let answer = self.ask_at("textDocument/references", at, json!({ "context": context }));
        self.found(&answer)
    }

    /// What is underlined, and why.
    #[track_caller]
    pub fn diagnostics(&mut self) -> Vec<String> {
        let document = json!({ "uri": self.file() });
        let answer = self.ask("textDocument/diagnostic", json!({ "textDocument": document }));
        let items = answer["items"].as_array().expect("a whole report").iter();
        items.map(|item| item["message"].as_str().unwrap().to_owned()).collect()
    }

    fn found(&self, answer: &Value) -> Vec<Found> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for location in answer.as_array().into_iter().flatten() {
            assert_eq!(location["uri"], self.file(), "the answer leads elsewhere");
            let range = &location["range"];
            places.push(self.offset(&range["start"])..self.offset(&range["end"]));
        }
        places.sort_by_key(|place| place.start);
        let line = |at: usize| self.text[..at].matches('\n').count();
        let found = places.into_iter().map(|place| Found {
            line: self.text.lines().nth(line(place.start)).unwrap().trim().to_owned(),
            text: self.text[place].to_owned(),
        });
        found.collect()
    }

    #[track_caller]
    fn ask_at(&mut self, method: &str, at: usize, mut params: Value) -> Value {
        // The texts are ASCII, so that bytes are the units that the protocol counts in.
        let before = &self.text[..at];
        let (line, start) =
            (before.matches('\n').count(), before.rfind('\n').map_or(0, |end| end + 1));
        params["textDocument"] = json!({ "uri": self.file() });
        params["position"] = json!({ "line": line, "character": at - start });
        self.ask(method, params)
    }

    fn offset(&self, position: &Value) -> usize {
        let number = |key: &str| position[key].as_u64().unwrap() as usize;
        let lines = self.text.split_inclusive('\n').take(number("line"));
        lines.map(str::len).sum::<usize>() + number("character")
    }

    fn file(&self) -> String {
        uri(&self.project.file("src/lib.rs"))
    }

    #[track_caller]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        loop {
            self.questions += 1;
            let number = self.questions;
            self.send(&json!({ "id": number, "method": method, "params": params.clone() }));
            let answer = loop {
                let message = self.receive(method);
                if message["id"] == number && message.get("method").is_none() {
                    break message;
                }
            };
            match answer["error"]["code"].as_i64() {
                None => return answer["result"].clone(),
                Some(code) if CHANGED.contains(&code) => {}
                Some(_) => panic!("{method}: {}", answer["error"]),
            }
        }
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())
            .and_then(|()| self.input.flush())
            .unwrap_or_else(|error| panic!("rust-analyzer does not listen: {error}"));
    }

    /// The next message; a question of the server's is answered with nothing on the way.
    #[track_caller]
    fn receive(&mut self, what: &str) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        let message =
            message.unwrap_or_else(|why| panic!("waited {PATIENCE:?} in vain: {what} ({why})"));
        if message.get("id").is_some() && message.get("method").is_some() {
            self.send(&json!({ "id": message["id"], "result": null }));
        }
        message
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let errors = fs::read_to_string(self.project.file("stderr")).unwrap_or_default();
            tools::say(&format!("--- rust-analyzer's standard error:\n{errors}"));
        } else {
            // In good order, it takes the process that runs the macros with it.
            self.ask("shutdown", Value::Null);
            self.tell("exit", Value::Null);
            let begun = Instant::now();
            while begun.elapsed() < PATIENCE && !matches!(self.server.try_wait(), Ok(Some(_))) {
                std::thread::sleep(wait::PAUSE);
            }
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// rust-analyzer, and the source of the standard library, without which it knows few types.
fn rust_analyzer() -> Option<(PathBuf, PathBuf)> {
    if tools::is_told_missing("no-rust-analyzer") {
        tools::say("SKIPPED: rust-analyzer can't be had here, says .ci/install");
        return None;
    }
    let program = tools::find("rust-analyzer")?;
    // rustup has a file of this name also for toolchains that have no rust-analyzer.
    let version = Command::new(&program).arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        tools::missing("rust-analyzer");
        return None;
    }
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc runs");
    let sysroot = String::from_utf8(sysroot.stdout).expect("a path is UTF-8");
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if !library.join("core").is_dir() {
        tools::missing("rust-src");
        return None;
    }
    Some((program, library))
}

fn settings(target: &Path, library: &Path) -> Value {
    json!({
        "cargo": {
            "targetDir": target,
            // Said, so that rust-analyzer does not have rustup install it.
            "sysrootSrc": library,
        },
        "checkOnSave": false,
        "cachePriming": { "enable": false },
    })
}

fn write_project(project: &Scratch, text: &str) {
    let plimsoll = tools::workspace().join("runtime");
    let manifest = format!(
        "[package]\nname = \"editor\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nplimsoll = {{ path = {plimsoll:?}, default-features = false }}\n\n\
         [workspace]\n"
    );
    fs::create_dir(project.file("src")).expect("a folder in the project");
    fs::write(project.file("src/lib.rs"), text).expect("a file in the project");
    fs::write(project.file("Cargo.toml"), manifest).expect("a manifest");
    // The versions that are there already: nothing is fetched.
    fs::copy(tools::workspace().join("Cargo.lock"), project.file("Cargo.lock")).expect("a lock");
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The next message, or nothing at the end.
fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
