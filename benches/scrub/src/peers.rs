//! The same nine patterns for both peers: what a service writes down first. Called by `main`.

use std::error::Error;

use dd_sds::{MatchAction, RegexRuleConfig, RootRuleConfig, Scanner, SecondaryValidator};
use regex::Regex;

/// Each with the peer's own check of what it found, if it has one.
fn patterns() -> [(&'static str, Option<SecondaryValidator>); 9] {
    use SecondaryValidator::{GithubTokenChecksum, LuhnChecksum};
    [
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", None),
        (r"\bgh[pousr]_[A-Za-z0-9]{36}\b", Some(GithubTokenChecksum)),
        (r"\bxox[abposr]-[A-Za-z0-9-]{10,72}\b", None),
        (r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,99}\b", None),
        (r"\beyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,1000}", None),
        (r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----", None),
        (r"\b(?:\d[ -]?){12,18}\d\b", Some(LuhnChecksum)),
        (r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}\b", None),
        (
            r#"(?i)(?:password|passwd|pwd|secret|token|api_?key)["']?\s{0,4}[:=]\s{0,4}["']?[^\s"',;]{4,200}"#,
            None,
        ),
    ]
}

/// The nine as expressions of `regex`.
pub(crate) fn expressions() -> Result<Vec<Regex>, Box<dyn Error>> {
    patterns().into_iter().map(|(pattern, _)| Ok(Regex::new(pattern)?)).collect()
}

/// The nine in Datadog's scanner: whether it finds any in a line. It wants a text that it may change, so each line is
/// copied first, which is a small part of its time.
pub(crate) fn scanner() -> Result<impl Fn(&str) -> bool, Box<dyn Error>> {
    let rules: Vec<_> = patterns()
        .into_iter()
        .map(|(pattern, validator)| {
            let rule = RegexRuleConfig::new(pattern).with_validator(validator).build();
            RootRuleConfig::new(rule)
                .match_action(MatchAction::Redact { replacement: "***".to_owned() })
        })
        .collect();
    let scanner = Scanner::builder(&rules).build().map_err(|error| format!("{error:?}"))?;
    Ok(move |line: &str| {
        let mut event = line.to_owned();
        scanner.scan(&mut event).is_ok_and(|found| !found.is_empty())
    })
}
