//! What the shop takes from its command line and its environment.
//!
//! Not the settings of its telemetry: plimsoll reads `OTEL_*`, `RUST_LOG` and `PLIMSOLL_*` by
//! itself. Called once, by `main`.

use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process;
use std::time::Duration;

const HELP: &str = "\
A small web shop that explains itself: JSON lines on stdout, metrics, health, traces.

Usage: cargo run --release -p shop -- [OPTIONS]

Options:
  --for TIME        stop after this time, for example 20s or 2m
  --quiet-traffic   serve only; do not make any traffic
  --help            print this

Environment:
  SHOP_ADDR         where the shop listens (127.0.0.1:3000)
  SHOP_DB           SQLite file to keep (default: a fresh one in the temporary folder)
  SHOP_FAULT_FILE   file that makes the readiness check `db` fail (`fail`) or hang (`hang`)
  OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT
                    where metrics and health are served (127.0.0.1:9464)
  OTEL_EXPORTER_OTLP_ENDPOINT
                    where traces and logs go (http://127.0.0.1:4318)
  PLIMSOLL_ADMIN_TOKEN
                    bearer token that /metrics asks for
  RUST_LOG          which log lines are printed (info)
";

/// How this run of the shop was asked for.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) address: SocketAddr,
    /// The SQLite file.
    pub(crate) database: PathBuf,
    /// Whether the file outlives the shop.
    pub(crate) keep: bool,
    pub(crate) fault_file: Option<PathBuf>,
    pub(crate) run_for: Option<Duration>,
    pub(crate) traffic: bool,
}

impl Settings {
    /// Reads both; ends the program after `--help`, or with what is wrong.
    pub(crate) fn read() -> Settings {
        match Settings::parse(env::args().skip(1), |name| env::var(name).ok()) {
            Ok(Some(settings)) => settings,
            Ok(None) => {
                print!("{HELP}");
                process::exit(0)
            }
            Err(problem) => {
                eprintln!("shop: {problem}\n\n{HELP}");
                process::exit(2)
            }
        }
    }

    fn parse(
        mut arguments: impl Iterator<Item = String>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Settings>, String> {
        // As everywhere in OpenTelemetry, an empty variable is an unset one.
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let address = match variable("SHOP_ADDR") {
            Some(text) => text.parse().map_err(|_| format!("SHOP_ADDR is no address: {text}"))?,
            None => SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
        };
        let kept = variable("SHOP_DB").map(PathBuf::from);
        let fresh = || env::temp_dir().join(format!("shop-{}.db", process::id()));
        let mut settings = Settings {
            address,
            keep: kept.is_some(),
            database: kept.unwrap_or_else(fresh),
            fault_file: variable("SHOP_FAULT_FILE").map(PathBuf::from),
            run_for: None,
            traffic: true,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--quiet-traffic" => settings.traffic = false,
                "--for" => {
                    let time = arguments.next().unwrap_or_default();
                    let read =
                        duration(&time).ok_or(format!("--for needs a time, not `{time}`"))?;
                    settings.run_for = Some(read);
                }
                _ => return Err(format!("unknown option `{argument}`")),
            }
        }
        Ok(Some(settings))
    }
}

/// `20s`, `2m`, or a bare number of seconds.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(number) => (number, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    number.parse::<u64>().ok()?.checked_mul(unit).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Settings>, String> {
        Settings::parse(arguments.iter().map(ToString::to_string), |_| None)
    }

    #[test]
    fn without_arguments_it_makes_traffic_until_it_is_stopped() {
        let settings = parse(&[]).unwrap().unwrap();
        assert_eq!(settings.address.to_string(), "127.0.0.1:3000");
        assert!(settings.traffic);
        assert_eq!(settings.run_for, None);
    }

    #[test]
    fn times_are_seconds_or_minutes() {
        assert_eq!(duration("20s"), Some(Duration::from_secs(20)));
        assert_eq!(duration("2m"), Some(Duration::from_secs(120)));
        assert_eq!(duration("7"), Some(Duration::from_secs(7)));
        assert_eq!(duration("soon"), None);
    }

    #[test]
    fn what_it_does_not_know_is_an_error_and_not_ignored() {
        assert!(parse(&["--quick"]).unwrap_err().contains("--quick"));
        assert!(parse(&["--for"]).unwrap_err().contains("needs a time"));
    }
}
