//! One producer that makes spans without a pause for two seconds: what becomes of them.
//!
//! Each run is a process of its own; the producers take turns, three rounds each, first with the
//! background on the other core, then with all of the process on one. The receiver of those that
//! send is in the driver, on the second core both times. What comes out a second is over the whole
//! time, until the last span has been flushed. A peer that keeps books must have seen every span:
//! made = exported + dropped. `CPU` is that of all threads, the background's included, for a span
//! that was made, whether it came out or not. What a peer without books lacks at the end is dropped in silence.
//! Called by `main`; how spans are made stands in `producers`.

mod producers;

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::cases::Failure;
use crate::claims::Claim;
use crate::driver::clean;
use crate::pin::{Core, cores, pin};
use crate::{cpu, receiver, table};
use producers::{Account, COUNTING, FASTRACE, OTLP, PRODUCERS, Producer};

const ROUNDS: usize = 3;
const LASTS: Duration = Duration::from_secs(2);
/// Before the clock starts: threads, buffers, first batches.
const WARM: Duration = Duration::from_millis(100);
/// What stands before the one line of a child's output that is meant for the driver.
const ANSWER: &str = "flat: ";

const MODES: &[&str] = &["2 cores", "1 core"];

/// One producer in one mode, and its rounds as its processes told them.
struct Line {
    producer: &'static Producer,
    mode: &'static str,
    rounds: Vec<Value>,
}

/// Prints the table, or one JSON object; false if somebody's books are wrong.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let rounds = arguments.rounds.unwrap_or(ROUNDS).max(1);
    let endpoint = receiver::start()?;
    let mut lines = Vec::new();
    // One core has no other.
    let modes = if cores() > 1 { MODES } else { &MODES[1..] };
    for mode in modes {
        for producer in PRODUCERS.iter().filter(|producer| arguments.wants(producer.name)) {
            lines.push(Line { producer, mode, rounds: Vec::new() });
        }
    }
    if lines.is_empty() {
        return Err("no producer has this in its name".into());
    }
    eprintln!("{} lines, {rounds} rounds of {} s", lines.len(), LASTS.as_secs());
    for _ in 0..rounds {
        for line in &mut lines {
            let round = line.run(&endpoint)?;
            line.rounds.push(round);
        }
    }
    let claims = judge(&lines);
    if arguments.json {
        let all: Vec<_> = lines.iter().map(Line::json).collect();
        let claims: Vec<_> = claims.iter().map(Claim::json).collect();
        println!("{}", json!({ "producers": all, "promises": claims }));
    } else {
        print!("{}{}", text(&lines), table::promises(&claims));
    }
    Ok(lines.iter().all(Line::right))
}

/// Produces in a process of its own. `what` is a mode and a producer's name.
pub(crate) fn serve(what: &str) -> Result<(), Failure> {
    let (mode, name) = what.split_once('/').ok_or("a mode and a name")?;
    let producer = PRODUCERS.iter().find(|one| one.name == name).ok_or("no such producer")?;
    // What the peer starts in the background inherits the core.
    pin(if mode == MODES[0] { Core::Second } else { Core::First });
    let finish = (producer.start)()?;
    pin(Core::First);
    let before = cpu::process();
    let warm = produce(producer, WARM);
    let start = Instant::now();
    let made = produce(producer, LASTS);
    let producing = start.elapsed();
    let Account { made: counted, exported, lost } = finish()?;
    let all = start.elapsed();
    let cpu = cpu::process() - before;
    let owed = warm + made - exported.min(warm + made);
    // A peer that does not count what it drops.
    let lost = lost.unwrap_or_else(|| vec![("in silence", owed)]);
    let gone: u64 = lost.iter().map(|(_, count)| count).sum();
    let right =
        counted.is_none_or(|counted| counted == warm + made) && gone + exported == warm + made;
    let answer = json!({
        "made": warm + made,
        "counted": counted,
        "exported": exported,
        "lost": lost.iter().map(|(reason, count)| json!([reason, count])).collect::<Vec<_>>(),
        "made_per_s": made as f64 / producing.as_secs_f64(),
        "exported_per_s": exported as f64 / (WARM + all).as_secs_f64(),
        "cpu_per_span": cpu as f64 / (warm + made) as f64,
        "ns_per_span": producing.as_nanos() as f64 / made as f64,
        "right": right,
    });
    println!("\n{ANSWER}{answer}");
    Ok(())
}

/// Makes spans for so long; returns how many.
fn produce(producer: &Producer, lasts: Duration) -> u64 {
    let start = Instant::now();
    let mut made = 0;
    while start.elapsed() < lasts {
        for _ in 0..16 {
            (producer.produce)();
        }
        made += 16 * producer.each;
    }
    made
}

impl Line {
    fn run(&self, endpoint: &str) -> Result<Value, Failure> {
        let output = clean(endpoint)?
            .args(["flat", "--case", &format!("{}/{}", self.mode, self.producer.name)])
            .envs(self.producer.environment.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let answer = text.lines().find_map(|line| line.strip_prefix(ANSWER));
        let answer = answer.ok_or_else(|| format!("`{}` ended early", self.producer.name))?;
        Ok(serde_json::from_str(answer)?)
    }

    fn right(&self) -> bool {
        self.rounds.iter().all(|round| round["right"] == true)
    }

    /// The rounds' figures of this name, least first.
    fn sorted(&self, key: &str) -> Vec<f64> {
        let mut all: Vec<_> = self.rounds.iter().filter_map(|round| round[key].as_f64()).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    fn best(&self, key: &str) -> Option<f64> {
        self.sorted(key).last().copied()
    }

    fn least(&self, key: &str) -> Option<f64> {
        self.sorted(key).first().copied()
    }

    fn median(&self, key: &str) -> Option<f64> {
        let sorted = self.sorted(key);
        sorted.get(sorted.len() / 2).copied()
    }

    /// What was dropped in all rounds, by reason, as parts of what was made.
    fn lost(&self) -> Vec<(String, f64)> {
        let made: f64 = self.sorted("made").iter().sum();
        let mut lost: Vec<(String, f64)> = Vec::new();
        for entry in self.rounds.iter().filter_map(|round| round["lost"].as_array()).flatten() {
            let reason = entry[0].as_str().unwrap_or_default();
            let part = entry[1].as_f64().unwrap_or(0.0) / made;
            match lost.iter_mut().find(|(known, _)| known == reason) {
                Some((_, sum)) => *sum += part,
                None => lost.push((reason.to_owned(), part)),
            }
        }
        lost
    }

    fn json(&self) -> Value {
        json!({
            "name": self.producer.name,
            "mode": self.mode,
            "made_per_s": self.median("made_per_s"),
            "made_per_s_best": self.best("made_per_s"),
            "exported_per_s": self.median("exported_per_s"),
            "exported_per_s_best": self.best("exported_per_s"),
            "ns_per_span": self.median("ns_per_span"),
            "cpu_per_span": self.least("cpu_per_span"),
            "lost": self.lost(),
            "right": self.right(),
            "rounds": self.rounds,
        })
    }
}

fn text(lines: &[Line]) -> String {
    let mut out = format!(
        "{:48} {:8} {:>9} {:>9} {:>9} {:>9} {:>8}  dropped\n",
        "spans, M a second (median, best)", "", "made", "best", "exported", "best", "CPU ns"
    );
    for line in lines {
        let million = |value: Option<f64>| value.unwrap_or(f64::NAN) / 1e6;
        let lost = line.lost();
        let lost = lost.iter().map(|(reason, part)| format!("{:.1} % {reason}", part * 100.0));
        let books = if line.right() { "" } else { "WRONG: made is not exported and dropped; " };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{:48} {:8} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>8.1}  {books}{}",
            line.producer.name,
            line.mode,
            million(line.median("made_per_s")),
            million(line.best("made_per_s")),
            million(line.median("exported_per_s")),
            million(line.best("exported_per_s")),
            line.least("cpu_per_span").unwrap_or(f64::NAN),
            lost.collect::<Vec<_>>().join(", "),
        );
    }
    out
}

/// The promises about a producer with the background on the other core, by the best round.
fn judge(lines: &[Line]) -> Vec<Claim> {
    let of =
        |name: &str| lines.iter().find(|line| line.producer.name == name && line.mode == MODES[0]);
    let rate = |what: &str, name, key, limit| {
        let line = of(name);
        let million = |rate: f64| rate / 1e6;
        let best = line.and_then(|line| line.best(key)).map(million);
        let mut claim = Claim::at_least(what, best, limit, "M/s");
        claim.by_medians = line.and_then(|line| line.median(key)).map(million);
        claim
    };
    let beside = |key| Some(of(COUNTING)?.best(key)? / of(FASTRACE)?.best(key)?);
    let cpu = |name| of(name)?.least("cpu_per_span");
    let ours = lines.iter().filter(|line| line.producer.name.starts_with("plimsoll"));
    let wrong = ours.clone().filter(|line| !line.right()).count() as f64;
    vec![
        rate("spans made, into a sink that counts", COUNTING, "made_per_s", 15.0),
        rate("spans encoded as OTLP and sent", OTLP, "exported_per_s", 2.0),
        Claim::at_least("spans out / fastrace's", beside("exported_per_s"), 1.0, ""),
        Claim::at_most("all CPU a span, before encoding", cpu(COUNTING), 60.0, "ns"),
        Claim::at_most(
            "our lines where made is not exported + dropped",
            ours.clone().next().map(|_| wrong),
            0.0,
            "",
        ),
    ]
}
