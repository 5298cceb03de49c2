//! A real Prometheus on loopback, that scrapes one page each second, and `promtool`.
//!
//! It scrapes twice: as job `app` with the token, as job `stranger` with a wrong one. With native
//! histograms it asks for protobuf.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::process::Process;
use crate::scratch::Scratch;
use crate::{http, tools, wait};

/// A running Prometheus; dropped, it is gone, its data too.
#[derive(Debug)]
pub struct Prometheus {
    process: Process,
    url: String,
    _scratch: Scratch,
}

/// Labels by name.
pub type Labels = BTreeMap<String, String>;

/// What Prometheus thinks of one page that it scrapes.
#[derive(Clone, Debug)]
pub struct Target {
    /// `app` or `stranger`.
    pub job: String,
    /// `up`, `down` or `unknown`.
    pub health: String,
    /// Why it is down.
    pub error: String,
}

impl Prometheus {
    /// Starts one that scrapes `/metrics` of an address with a token, or says that it is missing.
    pub fn start(target: &str, token: &str) -> Option<Prometheus> {
        Prometheus::start_with(target, token, "exemplar-storage")
    }

    /// The same, with native histograms.
    pub fn start_native(target: &str, token: &str) -> Option<Prometheus> {
        Prometheus::start_with(target, token, "exemplar-storage,native-histograms")
    }

    fn start_with(target: &str, token: &str, features: &str) -> Option<Prometheus> {
        let program = tools::find("prometheus")?;
        let scratch = Scratch::new("prometheus");
        let job = |name: &str, token: &str| {
            format!(
                "- job_name: {name}\n  authorization: {{type: Bearer, credentials: {token}}}\n  \
                 static_configs: [{{targets: ['{target}']}}]\n"
            )
        };
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n{}{}",
            job("app", token),
            job("stranger", "wrong")
        );
        let file = scratch.file("prometheus.yml");
        std::fs::write(&file, config).expect("a configuration can be written");
        let port = tools::free_port();
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", scratch.file("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg(format!("--enable-feature={features}"));
        let process = Process::start("prometheus", &mut command, &scratch);
        let mut server =
            Prometheus { process, url: format!("http://127.0.0.1:{port}"), _scratch: scratch };
        wait::until("Prometheus is ready", || {
            server.process.must_live();
            let answer = http::send("GET", &format!("{}/-/ready", server.url), &[], None);
            answer.is_ok_and(|answer| answer.status == 200).then_some(())
        });
        Some(server)
    }

    /// The series that an expression gives now.
    #[track_caller]
    pub fn query(&self, expression: &str) -> Vec<(Labels, f64)> {
        let data = self.ask(&format!("/api/v1/query?query={}", http::encode(expression)));
        let series = data["result"].as_array().expect("a vector has series");
        series
            .iter()
            .map(|one| {
                let text = one["value"][1].as_str().expect("a sample has a value");
                (labels(&one["metric"]), text.parse().expect("Prometheus writes numbers"))
            })
            .collect()
    }

    /// Waits until an expression gives what is wanted: scrapes come once a second.
    #[track_caller]
    pub fn until<T>(
        &self,
        expression: &str,
        mut wanted: impl FnMut(&[(Labels, f64)]) -> Option<T>,
    ) -> T {
        wait::until(&format!("Prometheus says so: {expression}"), || {
            wanted(&self.query(expression))
        })
    }

    /// The exemplars of a selector: the labels of each (`trace_id`, `span_id`), and its value.
    #[track_caller]
    pub fn exemplars(&self, selector: &str) -> Vec<(Labels, f64)> {
        let query = http::encode(selector);
        let data =
            self.ask(&format!("/api/v1/query_exemplars?query={query}&start=0&end=9999999999"));
        let series = data.as_array().expect("exemplars are listed");
        series
            .iter()
            .flat_map(|one| one["exemplars"].as_array().expect("a series has its exemplars"))
            .map(|one| {
                let value = one["value"].as_str().and_then(|text| text.parse().ok());
                (labels(&one["labels"]), value.expect("an exemplar has a value"))
            })
            .collect()
    }

    /// The type that the page gave a family: `info` in OpenMetrics alone.
    #[track_caller]
    pub fn kind(&self, family: &str) -> String {
        let data = self.ask(&format!("/api/v1/metadata?metric={family}"));
        data[family][0]["type"].as_str().unwrap_or_default().to_owned()
    }

    /// What it thinks of the pages.
    #[track_caller]
    pub fn targets(&self) -> Vec<Target> {
        let data = self.ask("/api/v1/targets");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let active = data["activeTargets"].as_array().expect("targets are listed");
        active
            .iter()
            .map(|one| Target {
                job: text(&one["labels"]["job"]),
                health: text(&one["health"]),
                error: text(&one["lastError"]),
            })
            .collect()
    }

    /// Waits until the page has been scraped this often since now.
    #[track_caller]
    pub fn scrapes(&self, count: usize) {
        let second = Duration::from_secs(1);
        let scraped = || self.query("count_over_time(up{job=\"app\"}[1h])");
        let number = || scraped().first().map_or(0.0, |(_, value)| *value);
        let goal = number() + count as f64;
        wait::within(second * (30 + count as u32), "Prometheus scrapes", || {
            (number() >= goal).then_some(())
        });
    }

    #[track_caller]
    fn ask(&self, path: &str) -> Value {
        let answer = http::get(&format!("{}{path}", self.url));
        let mut answer = answer.json();
        assert_eq!(answer["status"], "success", "{path}: {answer}");
        answer["data"].take()
    }
}

/// What `promtool check metrics` complains of; empty when it accepts the page, `None` when it is
/// not installed.
#[track_caller]
pub fn promtool(page: &str) -> Option<String> {
    let program = tools::find("promtool")?;
    let mut child = Command::new(program)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    let mut input = child.stdin.take().expect("promtool reads a page");
    input.write_all(page.as_bytes()).expect("promtool reads the page");
    drop(input);
    let output = child.wait_with_output().expect("promtool ends");
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stdout));
    if said.is_empty() && !output.status.success() {
        said = format!("promtool ended with {}", output.status);
    }
    Some(said)
}

fn labels(value: &Value) -> Labels {
    let object = value.as_object().expect("labels are an object");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    object.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}
