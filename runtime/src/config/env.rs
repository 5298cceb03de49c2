//! Reads the settings from the environment, as OpenTelemetry's specification names them.
//!
//! Empty means unset. A value that can't be understood is a warning, and the default holds; an
//! endpoint that can't be used is an error when the exporter starts. Takes the environment as a
//! function, so that tests need no process of their own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use super::{
    Admin, Endpoint, HashKey, LOGS_PATH, Logs, METRICS_PATH, Otlp, Push, Secret, Settings,
    TRACES_PATH, Temporality, Traces, join,
};
use crate::redact::Key;
use crate::scrub::Modes;

/// The attribute that names the commit which the program was built from.
pub(crate) const COMMIT: &str = "vcs.ref.head.revision";
/// Where those who deploy a program write its commit: what is ours, Docker Hub's, Jenkins's.
const COMMITS: [&str; 3] = ["PLIMSOLL_COMMIT", "SOURCE_COMMIT", "GIT_COMMIT"];

/// Looks a variable up.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The settings that the environment gives.
pub(crate) fn read(lookup: Lookup<'_>) -> Settings {
    let mut env = Env { lookup, warnings: Vec::new() };
    let disabled = env.bool("OTEL_SDK_DISABLED", false);
    let traces_exported = env.exporter("OTEL_TRACES_EXPORTER");
    let logs_exported = env.exporter("OTEL_LOGS_EXPORTER");
    let (metrics_pushed, page) = env.metrics_exporters();
    let traces = env.traces();
    let otlp = Otlp {
        traces: traces_exported.then(|| env.endpoint("TRACES", TRACES_PATH)),
        logs: logs_exported.then(|| env.endpoint("LOGS", LOGS_PATH)),
        metrics: metrics_pushed.then(|| env.endpoint("METRICS", METRICS_PATH)),
        push: env.push(),
        delay: env.millis("OTEL_BSP_SCHEDULE_DELAY", 1000),
        batch_spans: env.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 2048),
        backlog_bytes: 8 * 1024 * 1024,
    };
    let admin = env.admin(page);
    let hash_key = env.hash_key();
    let scrub = env.scrub();
    let foreign_fields = env.words("PLIMSOLL_FOREIGN_FIELDS");
    if let Some(format) = env.text("PLIMSOLL_LOG_FORMAT").filter(|format| format != "json") {
        env.warn("PLIMSOLL_LOG_FORMAT", &format, "json is the only format");
    }
    Settings {
        resource: env.resource(),
        native_histograms: env.bool("PLIMSOLL_NATIVE_HISTOGRAMS", otlp.push.exponential),
        panic_messages: env.bool("PLIMSOLL_PANIC_MESSAGES", false),
        traces,
        otlp,
        logs: Logs { on: true, filter: env.text("RUST_LOG").unwrap_or_else(|| "info".to_owned()) },
        admin: Some(admin),
        signals: true,
        hash_key,
        scrub,
        foreign_fields,
        disabled,
        warnings: env.warnings,
    }
}

struct Env<'a> {
    lookup: Lookup<'a>,
    warnings: Vec<String>,
}

impl Env<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn warn(&mut self, name: &str, value: &str, expected: &str) {
        // A value may be a secret that stands in the wrong variable: a little of it must do.
        let shown: String = value.chars().take(16).collect();
        self.warnings.push(format!("{name} is `{shown}`, but {expected}; the default is taken"));
    }

    fn hash_key(&mut self) -> Option<HashKey> {
        let key = self.text("PLIMSOLL_HASH_KEY");
        if let Some(path) = self.text("PLIMSOLL_HASH_KEY_FILE") {
            if key.is_some() {
                let text = "PLIMSOLL_HASH_KEY is not used, as PLIMSOLL_HASH_KEY_FILE is set, too";
                self.warnings.push(text.to_owned());
            }
            return Some(HashKey::File { path: path.into(), required: false });
        }
        match Key::parse(&key?) {
            Ok(key) => Some(HashKey::Value(key)),
            Err(why) => {
                let hidden = "what is marked `hash` is `[redacted]`";
                self.warnings.push(format!("PLIMSOLL_HASH_KEY {why}; {hidden}"));
                None
            }
        }
    }

    fn bool(&mut self, name: &str, default: bool) -> bool {
        match self.text(name) {
            None => default,
            Some(text) if text.eq_ignore_ascii_case("true") => true,
            Some(text) if text.eq_ignore_ascii_case("false") => false,
            Some(text) => {
                self.warn(name, &text, "`true` or `false` is expected");
                default
            }
        }
    }

    fn number(&mut self, name: &str, default: usize) -> usize {
        let Some(text) = self.text(name) else { return default };
        match text.parse() {
            Ok(number) if number > 0 => number,
            _ => {
                self.warn(name, &text, "a number above zero is expected");
                default
            }
        }
    }

    fn millis(&mut self, name: &str, default: usize) -> Duration {
        Duration::from_millis(self.number(name, default) as u64)
    }

    /// Words between commas.
    fn words(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    }

    /// What the scrubber does at each sink.
    fn scrub(&mut self) -> Modes {
        let name = "PLIMSOLL_SCRUB";
        let text = self.text(name).unwrap_or_default();
        Modes::read(&text, |word| {
            let shown: String = word.chars().take(16).collect();
            self.warnings.push(format!(
                "{name} has `{shown}` in it, but `off`, `report` and `mask` are known, alone or as in \
                 `log=report`, for `span`, `log`, `label`, `resource` and `admin`; what is found is \
                 masked"
            ));
        })
    }

    /// Whether a signal is exported by OTLP.
    fn exporter(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("otlp") => true,
            Some("none") => false,
            Some(other) => {
                let other = other.to_owned();
                self.warn(name, &other, "`otlp` or `none` is expected");
                true
            }
        }
    }

    /// Whether metrics are pushed by OTLP, and whether there is a page of them.
    fn metrics_exporters(&mut self) -> (bool, bool) {
        let name = "OTEL_METRICS_EXPORTER";
        let Some(text) = self.text(name) else { return (true, true) };
        let (mut otlp, mut page, mut none) = (false, false, false);
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "otlp" => otlp = true,
                "prometheus" => page = true,
                "none" => none = true,
                other => {
                    let other: String = other.chars().take(16).collect();
                    self.warnings.push(format!(
                        "{name} has `{other}` in it, but `otlp`, `prometheus` and `none` are known; \
                         it is left out"
                    ));
                }
            }
        }
        // Nothing that is known: the default, so that a typing error silences nobody.
        if otlp || page || none { (otlp, page) } else { (true, true) }
    }

    fn push(&mut self) -> Push {
        let name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
        let temporality = match self.text(name).map(|text| text.to_ascii_lowercase()).as_deref() {
            None | Some("cumulative") => Temporality::Cumulative,
            Some("delta") => Temporality::Delta,
            Some("lowmemory") => Temporality::LowMemory,
            Some(other) => {
                self.warn(name, other, "`cumulative`, `delta` or `lowmemory` is expected");
                Temporality::Cumulative
            }
        };
        let name = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
        let exponential = match self.text(name).map(|text| text.to_ascii_lowercase()).as_deref() {
            None | Some("explicit_bucket_histogram") => false,
            Some("base2_exponential_bucket_histogram") => true,
            Some(other) => {
                let expected = "`explicit_bucket_histogram` or \
                                `base2_exponential_bucket_histogram` is expected";
                self.warn(name, other, expected);
                false
            }
        };
        Push {
            interval: self.millis("OTEL_METRIC_EXPORT_INTERVAL", 60_000),
            timeout: self.millis("OTEL_METRIC_EXPORT_TIMEOUT", 30_000),
            temporality,
            exponential,
        }
    }

    fn traces(&mut self) -> Traces {
        let name = "OTEL_TRACES_SAMPLER";
        let text = self.text(name);
        let ratio = || self.text("OTEL_TRACES_SAMPLER_ARG");
        let (parent_based, ratio) = match text.as_deref() {
            None | Some("parentbased_always_on") => (true, Ok(1.0)),
            Some("parentbased_always_off") => (true, Ok(0.0)),
            Some("parentbased_traceidratio") => (true, parse_ratio(ratio())),
            Some("always_on") => (false, Ok(1.0)),
            Some("always_off") => (false, Ok(0.0)),
            Some("traceidratio") => (false, parse_ratio(ratio())),
            Some(other) => {
                let other = other.to_owned();
                self.warn(
                    name,
                    &other,
                    "one of `always_on`, `always_off`, `traceidratio` is expected, or one of these \
                     after `parentbased_`",
                );
                (true, Ok(1.0))
            }
        };
        let ratio = ratio.unwrap_or_else(|text| {
            self.warn("OTEL_TRACES_SAMPLER_ARG", &text, "a number from 0 to 1 is expected");
            1.0
        });
        Traces { on: true, parent_based, ratio }
    }

    /// The endpoint of a signal: its own, or the common one with the signal's path.
    fn endpoint(&mut self, signal: &str, path: &str) -> Endpoint {
        let own = |what: &str| format!("OTEL_EXPORTER_OTLP_{signal}_{what}");
        let common = |what: &str| format!("OTEL_EXPORTER_OTLP_{what}");
        let url = self.text(&own("ENDPOINT")).unwrap_or_else(|| {
            let base = self.text(&common("ENDPOINT"));
            let base = base.unwrap_or_else(|| "http://localhost:4318".to_owned());
            join(&base, path)
        });
        for (what, only) in [("PROTOCOL", "http/protobuf"), ("COMPRESSION", "none")] {
            let name = if self.text(&own(what)).is_some() { own(what) } else { common(what) };
            if let Some(text) = self.text(&name).filter(|text| text != only) {
                self.warn(&name, &text, &format!("`{only}` is what this build speaks"));
            }
        }
        let headers = self.text(&own("HEADERS")).or_else(|| self.text(&common("HEADERS")));
        let headers = self.pairs(&own("HEADERS"), headers.as_deref().unwrap_or_default());
        let name =
            if self.text(&own("TIMEOUT")).is_some() { own("TIMEOUT") } else { common("TIMEOUT") };
        Endpoint {
            url,
            headers: headers.into_iter().map(|(key, text)| (key, Secret::new(text))).collect(),
            timeout: self.millis(&name, 10_000),
        }
    }

    /// `key=value` pairs between commas, percent-encoded.
    fn pairs(&mut self, name: &str, text: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some((key, value)) if !key.trim().is_empty() => {
                    pairs.push((key.trim().to_owned(), decode(value.trim())));
                }
                _ => self.warnings.push(format!(
                    "{name} has an entry without `=`; write key=value pairs between commas"
                )),
            }
        }
        pairs
    }

    fn resource(&mut self) -> Vec<(String, String)> {
        let text = self.text("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
        let mut resource = self.pairs("OTEL_RESOURCE_ATTRIBUTES", &text);
        if let Some(service) = self.text("OTEL_SERVICE_NAME") {
            super::set(&mut resource, "service.name", service);
        }
        if !resource.iter().any(|(key, value)| key == COMMIT && !value.is_empty()) {
            if let Some(commit) = COMMITS.iter().find_map(|name| self.text(name)) {
                super::set(&mut resource, COMMIT, commit);
            }
        }
        resource
    }

    fn admin(&mut self, page: bool) -> Admin {
        let host_name = "OTEL_EXPORTER_PROMETHEUS_HOST";
        let port_name = "OTEL_EXPORTER_PROMETHEUS_PORT";
        let port = match self.text(port_name).map(|text| (text.parse(), text)) {
            None => 9464,
            Some((Ok(port), _)) => port,
            Some((Err(_), text)) => {
                self.warn(port_name, &text, "a port is expected");
                9464
            }
        };
        let host = self.text(host_name).unwrap_or_else(|| "localhost".to_owned());
        let address = resolve(&host).unwrap_or_else(|| {
            self.warn(host_name, &host, "an address of this machine is expected");
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        });
        let token = self.text("PLIMSOLL_ADMIN_TOKEN").map(Secret::new);
        Admin { address: SocketAddr::new(address, port), token, page }
    }
}

fn resolve(host: &str) -> Option<IpAddr> {
    if host == "localhost" {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    host.parse().ok().or_else(|| (host, 0).to_socket_addrs().ok()?.next().map(|found| found.ip()))
}

fn parse_ratio(text: Option<String>) -> Result<f64, String> {
    let Some(text) = text else { return Ok(1.0) };
    match text.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err(text),
    }
}

/// Decodes `%41`; what is no such code stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Settings {
        read(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_those_of_the_specification() {
        let settings = settings(&[("OTEL_SERVICE_NAME", "  ")]);
        assert_eq!(settings.warnings, [""; 0]);
        assert_eq!(settings.traces, Traces { on: true, parent_based: true, ratio: 1.0 });
        assert_eq!(settings.otlp.traces.unwrap().url, "http://localhost:4318/v1/traces");
        assert_eq!(settings.admin.unwrap().address.to_string(), "127.0.0.1:9464");
    }

    #[test]
    fn what_is_set_is_taken() {
        let settings = settings(&[
            ("OTEL_SERVICE_NAME", "shop"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,team=a%20b"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs:1/x"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20x"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
            ("OTEL_EXPORTER_PROMETHEUS_PORT", "1234"),
        ]);
        assert_eq!(settings.warnings, [""; 0]);
        let resource = [("service.name", "shop"), ("team", "a b")];
        assert_eq!(settings.resource, resource.map(|(key, value)| (key.into(), value.into())));
        let traces = settings.otlp.traces.unwrap();
        assert_eq!(traces.url, "http://collector:4318/v1/traces");
        assert_eq!(traces.headers[0].1.expose(), "Bearer x");
        assert!(!format!("{:?}", traces.headers).contains("Bearer"));
        assert_eq!(settings.otlp.logs.unwrap().url, "http://logs:1/x");
        assert_eq!(settings.otlp.metrics.unwrap().url, "http://collector:4318/v1/metrics");
        assert_eq!(settings.traces, Traces { on: true, parent_based: false, ratio: 0.25 });
        assert_eq!(settings.admin.unwrap().address.port(), 1234);
    }

    #[test]
    fn the_commit_is_what_the_resource_says_else_what_who_deploys_says() {
        let commit = |variables: &[(&str, &str)]| {
            let resource = settings(variables).resource;
            resource.into_iter().find(|(key, _)| key == COMMIT).map(|(_, value)| value)
        };
        assert_eq!(commit(&[]), None);
        assert_eq!(commit(&[("GIT_COMMIT", "c"), ("PLIMSOLL_COMMIT", " ")]).unwrap(), "c");
        assert_eq!(commit(&[("GIT_COMMIT", "c"), ("PLIMSOLL_COMMIT", "a")]).unwrap(), "a");
        let resource = ("OTEL_RESOURCE_ATTRIBUTES", "vcs.ref.head.revision=r");
        assert_eq!(commit(&[("PLIMSOLL_COMMIT", "a"), resource]).unwrap(), "r");
    }

    #[test]
    fn a_hash_key_is_a_value_or_in_a_file_and_never_in_a_warning() {
        let long = ("PLIMSOLL_HASH_KEY", "2026-11:0123456789abcdef");
        let taken = settings(&[long]);
        assert!(matches!(taken.hash_key, Some(HashKey::Value(_))), "{taken:?}");
        assert!(taken.warnings.is_empty() && !format!("{taken:?}").contains("0123456789"));
        let refused = settings(&[("PLIMSOLL_HASH_KEY", "hunter2")]);
        assert!(refused.hash_key.is_none());
        let [warning] = refused.warnings.as_slice() else { panic!("{:?}", refused.warnings) };
        assert!(warning.contains("shorter than 16") && !warning.contains("hunter2"), "{warning}");
        let file = settings(&[long, ("PLIMSOLL_HASH_KEY_FILE", "/run/key")]);
        assert!(matches!(file.hash_key, Some(HashKey::File { required: false, .. })), "{file:?}");
        assert_eq!(file.warnings.len(), 1, "{:?}", file.warnings);
    }

    #[test]
    fn native_histograms_are_asked_for_in_two_ways() {
        let native = |variables: &[(&str, &str)]| settings(variables).native_histograms;
        let otlp = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
        let exponential = (otlp, "base2_exponential_bucket_histogram");
        assert!(!native(&[]));
        assert!(native(&[("PLIMSOLL_NATIVE_HISTOGRAMS", "true")]));
        assert!(native(&[exponential]));
        assert!(!native(&[exponential, ("PLIMSOLL_NATIVE_HISTOGRAMS", "false")]), "ours wins");
    }

    #[test]
    fn one_receiver_for_what_is_sent() {
        let mut settings = settings(&[("OTEL_LOGS_EXPORTER", "none")]);
        settings.otlp.send_to("http://collector:4318/");
        assert_eq!(settings.otlp.traces.unwrap().url, "http://collector:4318/v1/traces");
        assert!(settings.otlp.logs.is_none());
    }

    #[test]
    fn metrics_leave_as_the_list_says() {
        for (list, pushed, page, warnings) in [
            ("", true, true, 0),
            ("otlp", true, false, 0),
            ("prometheus", false, true, 0),
            ("prometheus, otlp", true, true, 0),
            ("none", false, false, 0),
            ("console,prometheus", false, true, 1),
            ("statsd", true, true, 1),
        ] {
            let settings = settings(&[("OTEL_METRICS_EXPORTER", list)]);
            let exported = (settings.otlp.metrics.is_some(), settings.admin.unwrap().page);
            assert_eq!(exported, (pushed, page), "{list}");
            assert_eq!(settings.warnings.len(), warnings, "{list}: {:?}", settings.warnings);
        }
    }

    #[test]
    fn a_push_is_as_the_specification_says() {
        let defaults = Push {
            interval: Duration::from_secs(60),
            timeout: Duration::from_secs(30),
            temporality: Temporality::Cumulative,
            exponential: false,
        };
        assert_eq!(settings(&[]).otlp.push, defaults);
        let changed = settings(&[
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "500"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "LowMemory"),
            (
                "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
                "base2_exponential_bucket_histogram",
            ),
        ]);
        assert_eq!(changed.warnings, [""; 0]);
        let expected = Push {
            interval: Duration::from_secs(1),
            timeout: Duration::from_millis(500),
            temporality: Temporality::LowMemory,
            exponential: true,
        };
        assert_eq!(changed.otlp.push, expected);
    }

    #[test]
    fn what_can_t_be_understood_warns_and_takes_the_default() {
        for (name, value) in [
            ("OTEL_SDK_DISABLED", "yes"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_EXPORTER_PROMETHEUS_PORT", "many"),
            ("OTEL_BSP_SCHEDULE_DELAY", "0"),
            ("OTEL_METRICS_EXPORTER", "statsd"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sometimes"),
            ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "tdigest"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
            ("OTEL_RESOURCE_ATTRIBUTES", "novalue"),
        ] {
            let settings = settings(&[(name, value)]);
            assert_eq!(settings.warnings.len(), 1, "{name}: {:?}", settings.warnings);
            assert!(settings.warnings[0].contains(name), "{:?}", settings.warnings);
        }
    }
}
