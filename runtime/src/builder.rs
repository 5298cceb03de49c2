//! Settings in code: what is said here wins over the environment.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{self, HashKey, Secret, Settings, Traces};
use crate::error::Error;
use crate::init::{self, Extras, Guards, Telemetry};
use crate::redact::{Class, Key, Sink};
use crate::scrub::gate::Gate;
use crate::scrub::{Mode, Rule, Scrubber};

/// Begins to set plimsoll up. Everything has a default; `init` alone is a whole set-up.
pub fn builder() -> Builder {
    Builder::default()
}

/// Settings on their way to `init`. What is not set is taken from the environment.
#[derive(Default)]
#[must_use = "nothing happens before `.init()`"]
pub struct Builder {
    attributes: Vec<(String, String)>,
    otlp: Option<String>,
    ratio: Option<f64>,
    filter: Option<String>,
    admin: Option<Option<SocketAddr>>,
    token: Option<Secret>,
    hash_key: Option<Result<HashKey, &'static str>>,
    scrub: Option<Mode>,
    scrub_sinks: Vec<(Sink, Mode)>,
    rules: Vec<Rule>,
    names: Vec<String>,
    foreign_fields: Vec<String>,
    ceilings: Vec<(Sink, Class)>,
    no_traces: bool,
    native_histograms: bool,
    no_signals: bool,
    no_lines: bool,
    foreign_subscriber: bool,
    panic_messages: bool,
    replace_hook: bool,
    #[cfg(feature = "admin")]
    readiness: crate::health::Readiness,
    #[cfg(feature = "otlp")]
    sink: Option<crate::export::Sink>,
    #[cfg(feature = "logs")]
    output: crate::logs::Output,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may hold anything: nothing has looked at them before `init`.
        let keys: Vec<&str> = self.attributes.iter().map(|(key, _)| key.as_str()).collect();
        f.debug_struct("Builder").field("attributes", &keys).finish_non_exhaustive()
    }
}

impl Builder {
    /// `service.name`; otherwise `OTEL_SERVICE_NAME`, or the name of the program's file.
    pub fn service(self, name: impl Into<String>) -> Builder {
        self.attribute("service.name", name)
    }

    /// `service.version`; say `env!("CARGO_PKG_VERSION")`.
    pub fn version(self, version: impl Into<String>) -> Builder {
        self.attribute("service.version", version)
    }

    /// The commit that the program was built from, `vcs.ref.head.revision`. In one line, with what the
    /// build's environment says: `.commit(plimsoll::commit!())`. `None` leaves it open.
    ///
    /// Otherwise it is what `OTEL_RESOURCE_ATTRIBUTES` says, else one of the environment variables
    /// `PLIMSOLL_COMMIT`, `SOURCE_COMMIT` and `GIT_COMMIT` at run time, in this order. It is on the
    /// page as `build_info{version, commit}`, and on everything that leaves by OTLP.
    pub fn commit<'a>(self, commit: impl Into<Option<&'a str>>) -> Builder {
        match commit.into().map(str::trim) {
            None | Some("") => self,
            Some(commit) => self.attribute(config::COMMIT, commit),
        }
    }

    /// A further attribute of the resource, such as `deployment.environment.name`.
    pub fn attribute(mut self, key: &str, value: impl Into<String>) -> Builder {
        config::set(&mut self.attributes, key, value.into());
        self
    }

    /// The receiver of traces, logs and metrics, such as `http://collector:4318`; their paths are added.
    /// Signals that the environment has turned off stay off.
    pub fn otlp(mut self, endpoint: impl Into<String>) -> Builder {
        self.otlp = Some(endpoint.into());
        self
    }

    /// The share of new traces that the sampler keeps, from 0 to 1. Traces with an error, a panic,
    /// a cancelled or a slow call are kept all the same.
    pub fn sample_ratio(mut self, ratio: f64) -> Builder {
        self.ratio = Some(ratio);
        self
    }

    /// Hands every span of a kept trace to a function, children before their parents.
    ///
    /// It is called on plimsoll's own thread, beside OTLP, or in its place when that is off
    /// (`OTEL_TRACES_EXPORTER=none`): in tests, or for a receiver of your own. While it works no
    /// other span is read: what it cannot keep up with is lost, and counted as `ring_full`. When
    /// it panics, the rest of that trace is not handed over.
    #[cfg(feature = "otlp")]
    pub fn on_span(
        mut self,
        sink: impl FnMut(&crate::FinishedSpan<'_>) + Send + 'static,
    ) -> Builder {
        self.sink = Some(Box::new(sink));
        self
    }

    /// Records no spans, only metrics and logs.
    pub fn no_traces(mut self) -> Builder {
        self.no_traces = true;
        self
    }

    /// Counts histograms in exponential buckets, too: Prometheus's native histograms and OTLP's
    /// exponential ones, each power of two cut into sixteen. `PLIMSOLL_NATIVE_HISTOGRAMS=true` does
    /// the same, and so does OpenTelemetry's
    /// `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram`,
    /// which OTLP alone needs to send them.
    ///
    /// A quantile is then off by a few per cent at most, whatever its size. It costs some
    /// nanoseconds a call, and about a kilobyte for each thread and series that has been observed
    /// there; without it neither.
    pub fn native_histograms(mut self) -> Builder {
        self.native_histograms = true;
        self
    }

    /// Which events become log lines, in `RUST_LOG`'s syntax.
    pub fn log_filter(mut self, filter: impl Into<String>) -> Builder {
        self.filter = Some(filter.into());
        self
    }

    /// Writes no log lines; OTLP logs are not touched by this.
    pub fn no_log_lines(mut self) -> Builder {
        self.no_lines = true;
        self
    }

    /// Writes log lines somewhere else than to standard output, from plimsoll's own thread.
    #[cfg(feature = "logs")]
    pub fn log_output(mut self, output: impl std::io::Write + Send + 'static) -> Builder {
        self.output = crate::logs::Output::Other(Box::new(output));
        self
    }

    /// Where the admin server listens; port 0 takes a free one. An address that others can reach
    /// needs an [`admin_token`](Builder::admin_token).
    pub fn admin(mut self, address: SocketAddr) -> Builder {
        self.admin = Some(Some(address));
        self
    }

    /// Starts no admin server: no `/metrics`, `/slo`, `/scrub` and `/health`.
    pub fn no_admin(mut self) -> Builder {
        self.admin = Some(None);
        self
    }

    /// The bearer token that guards `/metrics`, `/slo` and `/scrub`.
    pub fn admin_token(mut self, token: impl Into<String>) -> Builder {
        self.token = Some(Secret::new(token));
        self
    }

    /// Shows in `/health/ready` which error budgets of `slo(..)` burn so fast that somebody has to
    /// look at it now (`page` by the rule that `/slo` follows).
    ///
    /// `status` is `degraded` then, with the functions under `objectives`; the answer stays 200, so
    /// that an orchestrator changes nothing. Off unless asked for: functions are named there to
    /// whoever reaches the port.
    #[cfg(feature = "admin")]
    pub fn degrade_on_burn(mut self) -> Builder {
        self.readiness = crate::health::Readiness::Degrades;
        self
    }

    /// The same, and answers 503 while a budget burns at least `rate` times as fast as it may, over
    /// both the last hour and the last five minutes, the latter with at least 20 events. A rate is
    /// above 1; 14.4 is that of a page, and `1 / (1 - objective)` is the fastest there can be, such
    /// as 100 for 99 %.
    ///
    /// # This can turn a partial failure into a whole one
    ///
    /// An orchestrator sends no requests to what is not ready. That helps where *one* process is
    /// broken and others can do its work. But a cause that all share, such as a database that is
    /// down, makes all of them unready at once: then the requests that would still have been
    /// answered are refused as well. And the load of those that leave goes to those that stay, which
    /// may be what breaks them next. So ask for it only where a failure is likely to be a process's
    /// own, where the load balancer keeps sending when too few are left (Envoy's panic threshold),
    /// and with a rate well above that of a page. Never let a liveness probe ask `/health/ready`: the
    /// program would be killed for what a restart does not mend.
    ///
    /// A process without requests has no bad ones: it is ready again five minutes after its last, and
    /// unready again as soon as it fails again.
    ///
    /// # Errors
    /// `init` refuses a `rate` that is not above 1.
    #[cfg(feature = "admin")]
    pub fn unready_on_burn(mut self, rate: f64) -> Builder {
        self.readiness = crate::health::Readiness::Fails(rate);
        self
    }

    /// The key of `hash` pseudonyms; otherwise `PLIMSOLL_HASH_KEY`. Without one, what is marked `hash`
    /// is `[redacted]`, and the first time that happens is a warning.
    ///
    /// All processes whose pseudonyms are to be joined need the same one. It is a text of 16 bytes or
    /// more: take what `openssl rand -hex 32` prints. The name of the key, which is in each pseudonym,
    /// is the first 32 bits of the key's SHA-256, or your own of up to 16 letters, digits, `-`, `_` and
    /// `.`: `2026-11:<key>`. So a key with a colon in it needs a name. Neither name nor colon is hashed.
    ///
    /// # Recomputing a pseudonym
    ///
    /// A pseudonym is HMAC-SHA256 over the domain, a zero byte and the text, of which the first 128
    /// bits are written in lower-case base32 (RFC 4648): who has the key can find a customer's.
    ///
    /// ```sh
    /// printf 'customer\0ada@example.org' |
    ///   openssl dgst -sha256 -mac HMAC -macopt key:"$KEY" -binary |
    ///   head -c 16 | base32 | tr -d = | tr A-Z a-z
    /// ```
    ///
    /// # Errors
    /// `init` refuses what is no such key.
    pub fn hash_key(mut self, key: impl AsRef<str>) -> Builder {
        self.hash_key = Some(Key::parse(key.as_ref()).map(HashKey::Value));
        self
    }

    /// A file with the key of `hash` pseudonyms in it; otherwise `PLIMSOLL_HASH_KEY_FILE`.
    ///
    /// It holds what [`hash_key`](Builder::hash_key) takes, and at most one newline behind that. It is
    /// read again every two seconds, on a thread of its own: replace the file, and the key is replaced,
    /// without a restart. Write the new one beside it and rename it, so that no half of a key is ever
    /// read. What can't be used is a warning, and the key stays what it was.
    ///
    /// # Errors
    /// `init` refuses a file that is not there or holds no key. The one of the environment may come
    /// later: until then there is a warning, and no key.
    pub fn hash_key_file(mut self, path: impl Into<PathBuf>) -> Builder {
        self.hash_key = Some(Ok(HashKey::File { path: path.into(), required: true }));
        self
    }

    /// What the scrubber does with what it finds, at every sink: it masks, unless this or
    /// `PLIMSOLL_SCRUB` says otherwise.
    ///
    /// The variable has a word for all sinks, and words for single ones: `mask,span=report,log=off`.
    /// What can't be understood masks. Where nothing is masked, a warning at the start says so, and
    /// `plimsoll_scrub_mode`; what was found is in `plimsoll_scrub_hits_total`, and on the admin server
    /// at `/scrub` by callsite.
    pub fn scrub(mut self, mode: Mode) -> Builder {
        self.scrub = Some(mode);
        self
    }

    /// The same for one sink.
    pub fn scrub_sink(mut self, sink: Sink, mode: Mode) -> Builder {
        self.scrub_sinks.push((sink, mode));
        self
    }

    /// Lets the scrubber look for something more.
    ///
    /// # Errors
    /// `init` refuses a pattern that can't be read, or would match an empty text.
    pub fn scrub_rule(mut self, rule: Rule) -> Builder {
        self.rules.push(rule);
        self
    }

    /// Hides the value of every field, label and attribute of this name, where nobody has decided on
    /// it: not that of a field that a mark records. For names that plimsoll does not know as those of
    /// secrets.
    ///
    /// # Errors
    /// `init` refuses an empty name.
    pub fn sensitive_name(mut self, name: impl Into<String>) -> Builder {
        self.names.push(name.into());
        self
    }

    /// Records the texts of these fields of foreign `tracing` spans: those of libraries, and of
    /// functions with `#[tracing::instrument]`. They meet the scrubber.
    ///
    /// Nobody has said what such a text is, so that otherwise only those leave which OpenTelemetry's
    /// conventions call harmless, such as `http.route`. `PLIMSOLL_FOREIGN_FIELDS` adds to these, with
    /// commas between. Values of a sensitive name stay hidden.
    pub fn allow_foreign_fields(mut self, fields: &[&str]) -> Builder {
        self.foreign_fields.extend(fields.iter().map(|field| (*field).to_owned()));
        self
    }

    /// The most sensitive class that a sink shows; values of a higher one are hidden there. It is
    /// internal for all, and public for labels, unless this says otherwise.
    pub fn ceiling(mut self, sink: Sink, class: Class) -> Builder {
        self.ceilings.push((sink, class));
        self
    }

    /// Leaves SIGTERM and Ctrl-C alone.
    pub fn no_signals(mut self) -> Builder {
        self.no_signals = true;
        self
    }

    /// Installs no `tracing` subscriber: the program has one, with
    /// [`plimsoll::layer()`](crate::layer) in it.
    pub fn own_subscriber(mut self) -> Builder {
        self.foreign_subscriber = true;
        self
    }

    /// Shows the messages of panics that were formatted (`panic!("no {thing}")`), as far as the
    /// scrubber lets them. `PLIMSOLL_PANIC_MESSAGES=true` does the same.
    ///
    /// Otherwise a log line has `[redacted]` in their place, as they may hold anything. Messages that
    /// are literals, and the fixed words of std's own (`index out of bounds: ..`, `called
    /// Result::unwrap() on an Err value: [redacted]`) are always shown.
    pub fn panic_messages(mut self) -> Builder {
        self.panic_messages = true;
        self
    }

    /// Leaves out the panic hook that is there when `init` is called, which is std's unless the
    /// program has set one.
    ///
    /// That one writes the whole message of a panic to standard error, whatever it holds, and
    /// standard error is collected as well. In its place plimsoll writes one line there: the thread,
    /// the place, and what the log line shows of the message; and behind it the trace of calls, when
    /// `RUST_BACKTRACE` asks for one. A hook that is set after `init` is not touched by this.
    #[cfg(feature = "logs")]
    pub fn replace_panic_hook(mut self) -> Builder {
        self.replace_hook = true;
        self
    }

    /// Starts everything.
    ///
    /// # Errors
    /// When a setting can't be used, a port is taken, or plimsoll runs already.
    #[track_caller]
    pub fn init(self) -> Result<Telemetry, Error> {
        init::start(self)
    }

    /// Puts what was set here into the settings of the environment.
    pub(crate) fn apply(self, settings: &mut Settings) -> Result<(Extras, Guards), Error> {
        for (key, value) in self.attributes {
            config::set(&mut settings.resource, &key, value);
        }
        complete(&mut settings.resource);
        if let Some(ratio) = self.ratio {
            if !(0.0..=1.0).contains(&ratio) {
                let text = format!("sample_ratio({ratio}) is no share; write a number from 0 to 1");
                return Err(Error::Config(text));
            }
            settings.traces = Traces { ratio, ..settings.traces };
        }
        #[cfg(feature = "admin")]
        self.readiness.check()?;
        if let Some(base) = self.otlp {
            settings.otlp.send_to(&base);
        }
        settings.traces.on &= !self.no_traces;
        settings.native_histograms |= self.native_histograms;
        settings.panic_messages |= self.panic_messages;
        settings.signals &= !self.no_signals;
        settings.logs.on &= !self.no_lines;
        if let Some(filter) = self.filter {
            settings.logs.filter = filter;
        }
        if let Some(key) = self.hash_key {
            let refused = |why| Error::Config(format!("the text in hash_key(..) {why}"));
            settings.hash_key = Some(key.map_err(refused)?);
        }
        if let Some(mode) = self.scrub {
            settings.scrub.set_all(mode);
        }
        for (sink, mode) in self.scrub_sinks {
            settings.scrub.set(sink, mode);
        }
        let mut foreign = self.foreign_fields;
        foreign.append(&mut settings.foreign_fields);
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let scrubber = Scrubber::with(&self.rules, &names)?;
        let gate = Gate::new(scrubber, settings.scrub, foreign);
        gate.describe(&mut settings.resource);
        let guards = Guards { gate, ceilings: self.ceilings };
        match self.admin {
            Some(None) => settings.admin = None,
            Some(Some(address)) => {
                if let Some(admin) = &mut settings.admin {
                    admin.address = address;
                }
            }
            None => {}
        }
        if let Some(admin) = &mut settings.admin {
            admin.token = self.token.or(admin.token.take());
            #[cfg(feature = "admin")]
            crate::admin::check(admin)?;
        }
        let extras = Extras {
            subscriber: !self.foreign_subscriber,
            replace_hook: self.replace_hook,
            #[cfg(feature = "admin")]
            readiness: self.readiness,
            #[cfg(feature = "otlp")]
            sink: self.sink,
            #[cfg(feature = "logs")]
            output: self.output,
        };
        Ok((extras, guards))
    }
}

/// Adds what every resource says.
fn complete(resource: &mut Vec<(String, String)>) {
    let has = |resource: &[(String, String)], key: &str| {
        resource.iter().any(|(known, value)| known == key && !value.is_empty())
    };
    if !has(resource, "service.name") {
        let program = std::env::current_exe().ok();
        let name = program.as_ref().and_then(|path| path.file_stem()?.to_str());
        config::set(resource, "service.name", name.unwrap_or("unknown_service").to_owned());
    }
    if !has(resource, "service.instance.id") {
        let id = format!("{:016x}{:016x}", random(), random());
        config::set(resource, "service.instance.id", id);
    }
    config::set(resource, "telemetry.sdk.name", "plimsoll".to_owned());
    config::set(resource, "telemetry.sdk.language", "rust".to_owned());
    config::set(resource, "telemetry.sdk.version", env!("CARGO_PKG_VERSION").to_owned());
    config::set(resource, "process.pid", std::process::id().to_string());
}

fn random() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish()
}
