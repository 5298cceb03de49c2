//! A real VictoriaMetrics on loopback: takes OTLP metrics, scrapes a page, answers queries.
//!
//! It keeps what it got in a folder of its own, and shows it at once. What it takes by OTLP and what
//! it scrapes differ in their labels: scraped series have `job`.

use std::process::Command;

use serde_json::Value;

use crate::process::Process;
use crate::prometheus::Labels;
use crate::scratch::Scratch;
use crate::{http, tools, wait};

/// A running VictoriaMetrics; dropped, it is gone, its data too.
#[derive(Debug)]
pub struct Victoria {
    // Held for its end.
    _process: Process,
    url: String,
    _scratch: Scratch,
}

impl Victoria {
    /// Starts one that takes what it is sent, or says that it is missing.
    pub fn start() -> Option<Victoria> {
        Victoria::launch("scrape_configs: []\n")
    }

    /// Starts one that scrapes `/metrics` of an address each second, as job `app`, with a token.
    pub fn scraping(target: &str, token: &str) -> Option<Victoria> {
        Victoria::launch(&format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n- job_name: \
             app\n  authorization: {{type: Bearer, credentials: {token}}}\n  static_configs: \
             [{{targets: ['{target}']}}]\n"
        ))
    }

    fn launch(scrapes: &str) -> Option<Victoria> {
        let program = tools::find("victoria-metrics")?;
        let scratch = Scratch::new("victoria");
        let file = scratch.file("scrape.yml");
        std::fs::write(&file, scrapes).expect("a configuration can be written");
        let port = tools::free_port();
        let mut command = Command::new(program);
        command
            .arg(format!("-storageDataPath={}", scratch.file("data").display()))
            .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
            .arg(format!("-promscrape.config={}", file.display()))
            // What was taken a moment ago is shown.
            .arg("-search.latencyOffset=0s")
            .arg("-search.disableCache")
            .arg("-memory.allowedBytes=256MB");
        let mut process = Process::start("victoria-metrics", &mut command, &scratch);
        let url = format!("http://127.0.0.1:{port}");
        wait::until("VictoriaMetrics is ready", || {
            process.must_live();
            let answer = http::send("GET", &format!("{url}/health"), &[], None);
            answer.is_ok_and(|answer| answer.status == 200).then_some(())
        });
        Some(Victoria { _process: process, url, _scratch: scratch })
    }

    /// For `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`.
    pub fn otlp(&self) -> String {
        format!("{}/opentelemetry/v1/metrics", self.url)
    }

    /// The series that an expression gives now.
    #[track_caller]
    pub fn query(&self, expression: &str) -> Vec<(Labels, f64)> {
        let query = http::encode(expression);
        // What is taken shows only after a while, unless it is asked to show it.
        http::get(&format!("{}/internal/force_flush", self.url));
        let answer = http::get(&format!("{}/api/v1/query?query={query}", self.url)).json();
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        let series = answer["data"]["result"].as_array().expect("a vector has series");
        series
            .iter()
            .map(|one| {
                let text = one["value"][1].as_str().expect("a sample has a value");
                let metric = one["metric"].as_object().expect("labels are an object");
                let label = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let labels = metric.iter().map(|(name, value)| (name.clone(), label(value)));
                (labels.collect(), text.parse().expect("VictoriaMetrics writes numbers"))
            })
            .collect()
    }

    /// The one figure that an expression gives, if it gives one.
    #[track_caller]
    pub fn figure(&self, expression: &str) -> Option<f64> {
        match self.query(expression).as_slice() {
            [] => None,
            [(_, figure)] => Some(*figure),
            many => panic!("{expression} gives {} series: {many:?}", many.len()),
        }
    }

    /// Waits until an expression gives this figure.
    #[track_caller]
    pub fn until(&self, expression: &str, figure: f64) {
        let mut last = None;
        let what = || format!("VictoriaMetrics says {figure} to {expression}");
        wait::until(&what(), || {
            last = self.figure(expression);
            (last == Some(figure)).then_some(())
        });
    }
}
