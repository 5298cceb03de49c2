//! Which events become log lines: `RUST_LOG`.
//!
//! Concerns lines only; spans and metrics stay complete whatever it says. `layer` asks it, `init`
//! logs the warning.

use tracing_core::LevelFilter;
use tracing_subscriber::filter::Targets;

use crate::model::Level;

/// Transports that speak at every packet: at most `warn`, unless `RUST_LOG` names them.
///
/// With the colons, because a target is matched by its beginning: `tower_http` is none of them.
const NOISY: [&str; 7] =
    ["h2::", "hyper::", "hyper_util::", "reqwest::", "rustls::", "tonic::", "tower::"];

/// Reads a text in `RUST_LOG`'s syntax. What can't be read gives the default, and says so.
pub(crate) fn parse(text: &str) -> (Targets, Option<String>) {
    let text = text.trim();
    if text.is_empty() {
        return (default(), None);
    }
    match text.parse::<Targets>() {
        Ok(targets) => (quiet(targets), None),
        Err(error) => {
            let warning = format!(
                "RUST_LOG={text:?} is not understood ({error}); `info` is used. Write a level or \
                 `target=level` pairs, separated by commas"
            );
            (default(), Some(warning))
        }
    }
}

/// True when the filter lets an entry through that does not come from `tracing`.
pub(crate) fn allows(targets: &Targets, target: &str, level: Level) -> bool {
    let level = match level {
        Level::Error => tracing_core::Level::ERROR,
        Level::Warn => tracing_core::Level::WARN,
        Level::Info => tracing_core::Level::INFO,
        Level::Debug => tracing_core::Level::DEBUG,
        Level::Trace => tracing_core::Level::TRACE,
    };
    targets.would_enable(target, &level)
}

fn default() -> Targets {
    quiet(Targets::new().with_default(LevelFilter::INFO))
}

fn quiet(targets: Targets) -> Targets {
    let loudest = targets.default_level().unwrap_or(LevelFilter::OFF).min(LevelFilter::WARN);
    let named = |noisy: &str| {
        let name = noisy.split("::").next();
        targets.iter().any(|(target, _)| target.split("::").next() == name)
    };
    let unnamed: Vec<_> = NOISY.into_iter().filter(|noisy| !named(noisy)).collect();
    targets.with_targets(unnamed.into_iter().map(|noisy| (noisy, loudest)))
}

#[cfg(test)]
mod tests {
    use tracing_core::Level;

    use super::parse;

    fn enabled(text: &str, target: &str, level: Level) -> bool {
        parse(text).0.would_enable(target, &level)
    }

    #[test]
    fn empty_means_info() {
        assert!(enabled("", "shop::orders", Level::INFO));
        assert!(!enabled(" ", "shop::orders", Level::DEBUG));
    }

    #[test]
    fn transports_are_quiet_unless_named() {
        assert!(!enabled("trace", "h2::codec", Level::INFO));
        assert!(enabled("trace", "h2::codec", Level::WARN));
        assert!(enabled("trace", "shop", Level::TRACE));
        assert!(enabled("info", "tower_http::trace", Level::INFO));
        assert!(enabled("info,hyper=debug", "hyper::proto", Level::DEBUG));
        assert!(enabled("info,h2::codec=trace", "h2::codec", Level::TRACE));
        assert!(!enabled("error", "hyper::proto", Level::WARN));
        assert!(!enabled("off", "rustls::conn", Level::ERROR));
    }

    #[test]
    fn nonsense_warns_and_takes_the_default() {
        let (targets, warning) = parse("shop=loud");
        assert!(warning.unwrap().contains("shop=loud"));
        assert!(targets.would_enable("shop", &Level::INFO));
        assert!(!targets.would_enable("shop", &Level::DEBUG));
    }
}
