//! What a mark costs at compile time: 500 functions with it, against the same 500 without.
//!
//! One generated program a mark, under the target directory, with the versions of this lock file.
//! The dependencies are built first; then each round checks and builds every program anew. CPU
//! seconds of cargo and all that it starts, minimum over rounds: other load on the machine does
//! not enter. Without a filter the `async` programs are left out: they take three times as long.
//! Called by `main` for `compile`.

mod program;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::cases::Failure;
use crate::claims::Claim;
use crate::{cpu, table};
use program::{FUNCTIONS, MARKS, Mark};

const ROUNDS: usize = 3;

/// The least that one program took.
struct Cost {
    mark: &'static Mark,
    check: f64,
    build: f64,
    size: u64,
}

/// Prints the table, or one JSON object, for the marks that the arguments want.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let rounds = arguments.rounds.unwrap_or(ROUNDS).max(1);
    let marks: Vec<_> = MARKS.iter().filter(|mark| wanted(mark, arguments)).collect();
    let workspace = lay_out(&marks)?;
    let mut costs = Vec::new();
    for mark in marks {
        let mut cost = Cost { mark, check: f64::INFINITY, build: f64::INFINITY, size: 0 };
        // The dependencies, not measured.
        cost.measure(&workspace)?;
        (cost.check, cost.build) = (f64::INFINITY, f64::INFINITY);
        costs.push(cost);
    }
    eprintln!("{} programs, {rounds} rounds", costs.len());
    for _ in 0..rounds {
        for cost in &mut costs {
            cost.measure(&workspace)?;
        }
    }
    print(&costs, arguments.json);
    Ok(())
}

/// A bare program is needed wherever one with a mark is wanted.
fn wanted(mark: &Mark, arguments: &Arguments) -> bool {
    let asked = |mark: &Mark| {
        arguments.wants(mark.name) && !(mark.asynchronous && arguments.filters.is_empty())
    };
    asked(mark)
        || (mark.is_bare() && MARKS.iter().any(|o| o.asynchronous == mark.asynchronous && asked(o)))
}

/// Writes the programs into a workspace of their own.
fn lay_out(marks: &[&Mark]) -> Result<PathBuf, Failure> {
    let program = env::current_exe()?;
    let target = program.parent().and_then(Path::parent).ok_or("not in a target directory")?;
    let workspace = target.join("compile");
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = own.join("../runtime").canonicalize()?;
    for mark in marks {
        let package = workspace.join(mark.package());
        fs::create_dir_all(package.join("src"))?;
        fs::write(package.join("Cargo.toml"), mark.manifest(&runtime))?;
        for (file, text) in mark.sources() {
            fs::write(package.join("src").join(file), text)?;
        }
    }
    let members: Vec<_> = marks.iter().map(|mark| mark.package()).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    fs::write(workspace.join("Cargo.toml"), manifest)?;
    fs::copy(own.join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    Ok(workspace)
}

impl Cost {
    fn measure(&mut self, workspace: &Path) -> Result<(), Failure> {
        let package = self.mark.package();
        let main = workspace.join(&package).join("src/main.rs");
        // The same text with a new date: cargo has to compile it again.
        fs::write(&main, fs::read(&main)?)?;
        self.check = self.check.min(cargo(workspace, &["check", "-p", &package])?);
        self.build = self.build.min(cargo(workspace, &["build", "--release", "-p", &package])?);
        self.size = fs::metadata(workspace.join("target/release").join(&package))?.len();
        Ok(())
    }
}

/// CPU seconds of one run of cargo.
fn cargo(workspace: &Path, arguments: &[&str]) -> Result<f64, Failure> {
    let before = cpu::descendants();
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--quiet", "--offline"])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(cpu::descendants() - before)
}

fn print(costs: &[Cost], as_json: bool) {
    let claims = judge(costs);
    if as_json {
        let programs: Vec<_> = costs.iter().map(|cost| cost.json(costs)).collect();
        let claims: Vec<_> = claims.iter().map(Claim::json).collect();
        println!("{}", json!({ "functions": FUNCTIONS, "programs": programs, "promises": claims }));
        return;
    }
    println!(
        "{:28} {:>9} {:>9} {:>8}   a function, over bare",
        "500 functions", "check ms", "build ms", "KiB"
    );
    for cost in costs {
        let [check, build, size] = cost.over_bare(costs);
        println!(
            "{:28} {check:>9.2} {build:>9.2} {size:>8.2}   {:.2} s, {:.2} s, {} KiB in all",
            cost.mark.name,
            cost.check,
            cost.build,
            cost.size / 1024,
        );
    }
    print!("{}", table::promises(&claims));
}

/// A mark costs less than `#[instrument]`, which is nothing but a span.
fn judge(costs: &[Cost]) -> Vec<Claim> {
    let of = |name: &str| {
        costs.iter().find(|cost| cost.mark.name == name).map(|cost| cost.over_bare(costs))
    };
    let both = of("plain: observe").zip(of("plain: instrument(skip_all)"));
    ["check", "release build", "bytes"]
        .iter()
        .enumerate()
        .map(|(place, what)| {
            let what = format!("{what} of a marked function / `#[instrument]`'s");
            let ratio = both.map(|(ours, theirs)| ours[place] / theirs[place]);
            Claim::at_most(&what, ratio, 1.0, "")
        })
        .collect()
}

impl Cost {
    /// For one function, more than without a mark: check and build in ms of CPU, size in KiB.
    fn over_bare(&self, costs: &[Cost]) -> [f64; 3] {
        let bare = costs
            .iter()
            .find(|other| other.mark.is_bare() && other.mark.asynchronous == self.mark.asynchronous)
            .unwrap_or(self);
        let each = FUNCTIONS as f64;
        [
            (self.check - bare.check) * 1e3 / each,
            (self.build - bare.build) * 1e3 / each,
            (self.size as f64 - bare.size as f64) / 1024.0 / each,
        ]
    }

    fn json(&self, costs: &[Cost]) -> Value {
        let [check, build, size] = self.over_bare(costs);
        json!({
            "name": self.mark.name,
            "check_cpu_s": self.check,
            "build_cpu_s": self.build,
            "bytes": self.size,
            "check_ms_over_bare": check,
            "build_ms_over_bare": build,
            "kib_over_bare": size,
        })
    }
}
