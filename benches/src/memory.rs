//! Memory that marked functions take: for each function, each thread, and each of both together.
//!
//! Programs with 100 and 1000 marked functions are generated under the target directory and run
//! with 1, 8 and 32 threads that all call every function; once with metrics only, once with spans
//! recorded and sent to a receiver here. They tell what they have written to and share with nobody
//! (`Private_Dirty` of `/proc/self/smaps_rollup`): what `init` added, what the threads did before
//! their first call (stacks, which are not ours), and what the calls added. The corners of that
//! grid give the bytes of one more site, one more thread, and one more site on one more thread;
//! the rest does not depend on either. Linux only. Called by `main` for `memory`.

mod program;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::cases::Failure;
use crate::claims::Claim;
use crate::driver::forget_settings;
use crate::{receiver, table};

const SITES: [usize; 2] = [100, 1000];
const THREADS: [usize; 3] = [1, 8, 32];
const MODES: [(&str, &str); 2] = [("metrics only", "metrics"), ("all signals", "spans")];
/// Rounds; the least counts.
const ROUNDS: usize = 3;
const LIMIT_MIB: f64 = 16.0;

/// What one program took with so many threads, in bytes, the least of all rounds.
#[derive(Clone, Copy, Debug)]
struct Taken {
    mode: &'static str,
    sites: usize,
    threads: usize,
    init: f64,
    stacks: f64,
    calls: f64,
}

/// Bytes of one more of each, from the corners of the grid.
#[derive(Clone, Copy, Debug)]
struct Slopes {
    mode: &'static str,
    site: f64,
    thread: f64,
    site_and_thread: f64,
    rest: f64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    if !cfg!(target_os = "linux") {
        return Err("memory is read from /proc, which only Linux has".into());
    }
    let rounds = arguments.rounds.unwrap_or(ROUNDS).max(1);
    let programs = build()?;
    let endpoint = receiver::start()?;
    let mut taken = Vec::new();
    for (mode, argument) in MODES {
        for (sites, program) in SITES.iter().zip(&programs) {
            for threads in THREADS {
                let mut least = measure(program, threads, argument, &endpoint)?;
                for _ in 1..rounds {
                    let again = measure(program, threads, argument, &endpoint)?;
                    for (least, again) in least.iter_mut().zip(again) {
                        *least = least.min(again);
                    }
                }
                let [init, stacks, calls] = least;
                taken.push(Taken { mode, sites: *sites, threads, init, stacks, calls });
            }
        }
    }
    let slopes: Vec<_> = MODES.iter().filter_map(|(mode, _)| slopes(mode, &taken)).collect();
    let claims = judge(&taken);
    if arguments.json {
        println!("{}", json(&taken, &slopes, &claims));
    } else {
        print!("{}{}", text(&taken, &slopes), table::promises(&claims));
    }
    Ok(true)
}

/// Writes and builds the programs, in the bench's own target directory where much is built already.
fn build() -> Result<Vec<PathBuf>, Failure> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = own.join("../runtime").canonicalize()?;
    let bench = env::current_exe()?;
    let target = bench.parent().and_then(Path::parent).ok_or("not in a target directory")?;
    let workspace = target.join("memory");
    for sites in SITES {
        let package = workspace.join(program::package(sites));
        fs::create_dir_all(package.join("src"))?;
        write(&package.join("Cargo.toml"), &program::manifest(sites, &runtime))?;
        for (file, text) in program::sources(sites) {
            write(&package.join("src").join(file), &text)?;
        }
    }
    let members = SITES.map(program::package);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    write(&workspace.join("Cargo.toml"), &manifest)?;
    fs::copy(own.join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--quiet", "--offline"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", target)
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("the programs do not build".into());
    }
    Ok(SITES.map(|sites| target.join("release").join(program::package(sites))).to_vec())
}

/// Only what is new, so that cargo does not compile the same again.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    if fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    Ok(fs::write(file, text)?)
}

/// Bytes after `init`, of the threads' stacks, and of the calls.
fn measure(
    program: &Path,
    threads: usize,
    mode: &str,
    endpoint: &str,
) -> Result<[f64; 3], Failure> {
    let mut command = Command::new(program);
    forget_settings(&mut command);
    let output = command
        .args([&threads.to_string(), mode])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("sites: "));
    let numbers: Vec<f64> = line
        .ok_or("the program ended early")?
        .split(' ')
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    match numbers[..] {
        [init, stacks, calls] => Ok([init, stacks, calls].map(|kib| kib * 1024.0)),
        _ => Err("the program says three numbers".into()),
    }
}

/// What is ours in it.
fn ours(taken: &[Taken], mode: &str, sites: usize, threads: usize) -> Option<f64> {
    let one = taken
        .iter()
        .find(|taken| taken.mode == mode && taken.sites == sites && taken.threads == threads)?;
    Some(one.init + one.calls)
}

fn slopes(mode: &'static str, taken: &[Taken]) -> Option<Slopes> {
    let [few, many] = SITES;
    let [one, .., most] = THREADS;
    let at = |sites, threads| ours(taken, mode, sites, threads);
    let (sites, threads) = ((many - few) as f64, (most - one) as f64);
    let site_and_thread =
        (at(many, most)? - at(many, one)? - at(few, most)? + at(few, one)?) / (sites * threads);
    let site = (at(many, one)? - at(few, one)?) / sites - one as f64 * site_and_thread;
    let thread = (at(few, most)? - at(few, one)?) / threads - few as f64 * site_and_thread;
    let rest = at(few, one)?
        - few as f64 * site
        - one as f64 * thread
        - (few * one) as f64 * site_and_thread;
    Some(Slopes { mode, site, thread, site_and_thread, rest })
}

fn judge(taken: &[Taken]) -> Vec<Claim> {
    let mib = |mode| Some(ours(taken, mode, SITES[1], THREADS[2])? / 1024.0 / 1024.0);
    MODES
        .iter()
        .map(|(mode, _)| {
            let what = format!("{} sites on {} threads, {mode}", SITES[1], THREADS[2]);
            Claim::at_most(&what, mib(mode), LIMIT_MIB, "MiB")
        })
        .collect()
}

fn text(taken: &[Taken], slopes: &[Slopes]) -> String {
    let mut out = format!(
        "{:14} {:>6} {:>8} {:>10} {:>10} {:>10}\n",
        "KiB", "sites", "threads", "init", "stacks", "calls"
    );
    for Taken { mode, sites, threads, init, stacks, calls } in taken {
        let [init, stacks, calls] = [init, stacks, calls].map(|bytes| bytes / 1024.0);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{mode:14} {sites:>6} {threads:>8} {init:>10.0} {stacks:>10.0} {calls:>10.0}"
        );
    }
    let _ = writeln!(
        out,
        "\n{:14} {:>8} {:>10} {:>16} {:>12}",
        "bytes", "a site", "a thread", "a site & thread", "the rest"
    );
    for Slopes { mode, site, thread, site_and_thread, rest } in slopes {
        let _ = writeln!(
            out,
            "{mode:14} {site:>8.0} {thread:>10.0} {site_and_thread:>16.1} {rest:>12.0}"
        );
    }
    out
}

fn json(taken: &[Taken], slopes: &[Slopes], claims: &[Claim]) -> Value {
    let runs: Vec<_> = taken
        .iter()
        .map(|taken| {
            json!({
                "mode": taken.mode,
                "sites": taken.sites,
                "threads": taken.threads,
                "init_bytes": taken.init,
                "stacks_bytes": taken.stacks,
                "calls_bytes": taken.calls,
            })
        })
        .collect();
    let slopes: Vec<_> = slopes
        .iter()
        .map(|slopes| {
            json!({
                "mode": slopes.mode,
                "bytes_a_site": slopes.site,
                "bytes_a_thread": slopes.thread,
                "bytes_a_site_and_thread": slopes.site_and_thread,
                "rest_bytes": slopes.rest,
            })
        })
        .collect();
    let claims: Vec<_> = claims.iter().map(Claim::json).collect();
    json!({ "runs": runs, "slopes": slopes, "promises": claims })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_found_again() {
        let mut taken = Vec::new();
        for sites in SITES {
            for threads in THREADS {
                let (n, t) = (sites as f64, threads as f64);
                let (init, calls) = (5_000.0 + 40.0 * n, 700.0 * t + 9.0 * n * t);
                taken.push(Taken { mode: "m", sites, threads, init, stacks: 1e9, calls });
            }
        }
        let Slopes { site, thread, site_and_thread, rest, .. } = slopes("m", &taken).unwrap();
        let found = [site, thread, site_and_thread, rest].map(f64::round);
        assert_eq!(found, [40.0, 700.0, 9.0, 5_000.0]);
    }
}
