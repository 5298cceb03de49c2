//! What holds of any text, whatever the rules are.

use proptest::prelude::*;

use super::{Rule, Scrubber};

/// Keys of several kinds, made up from their formats, and how they may be met.
const KEYS: [&str; 10] = [
    "AKIAQ2W3E4R5T6Y7U2I3",
    "ghp_a8Kd02mQz7LpX4vN6bT1cR9sW3yE5uJ0gHfI",
    "xoxb-7301928465-8264019375-qT7mZ2kX9vB4nL6pR1sW8dYc",
    "sk_live_Zq81mTnB6vX3cK7pL2wR9sD4",
    "AIzaQ7x2Lm9Tz4Vb6Nc1Rk8Wp3Ys5Dj0Fg2HhKv",
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJzdWIiOiIxNyJ9.c2lnbmVk",
    "glpat-Zx8Kq2Lm7Tn4Vb6Rc1Ws",
    "password=k9Zx82Lm",
    "api_key: \"q8Zr5tN1vLw0c7Bd\"",
    "Authorization: Bearer q8Zr5tN1vLw0c7Bd",
];

/// Pieces that wake rules, so that texts of chance are not all dull.
fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "password",
        "token",
        "=",
        ": ",
        "\"",
        "'",
        "\\",
        "\n",
        "\0",
        "eyJ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "://",
        "@",
        "[redacted",
        ":card]",
        "[redacted:jwt]",
        "Bearer ",
        "curl -u ",
        "kind: Secret",
        "data:",
        "key",
        "4111 1111 1111 1111",
        "ghp_",
        "AKIA",
        "ß",
        "日本",
        "<",
        ">",
        "Cookie: a=b; c=d",
        "select ",
        "--secret ",
        "%3D",
        "a@b.example",
        "sk-",
        "xoxb-",
        "😀",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        3 => "[a-zA-Z0-9+/=_.-]{0,40}",
        1 => "\\PC{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_scrubbed_text_stays_as_it_is(text in pieces()) {
        let scrubber = Scrubber::new();
        let once = scrubber.text(&text).into_owned();
        prop_assert_eq!(scrubber.text(&once), once.as_str());
    }

    #[test]
    fn outside_of_markers_all_stays_byte_for_byte(text in pieces()) {
        let scrubber = Scrubber::new();
        let once = scrubber.text(&text);
        // What stands between markers occurs in the text in the same order.
        let mut rest = text.as_str();
        for part in once.split("[redacted:").enumerate().map(|(at, part)| {
            if at == 0 { part } else { part.split_once(']').map_or(part, |(_, after)| after) }
        }) {
            let found = rest.find(part);
            prop_assert!(found.is_some(), "{:?} of {:?} is not in {:?}", part, once, text);
            rest = &rest[found.unwrap_or(0) + part.len()..];
        }
    }

    #[test]
    fn a_key_never_leaves_whatever_stands_around_it(
        before in "[a-z0-9 ,.;(){}\\[\\]<>\n]{0,60}",
        key in prop::sample::select(KEYS.to_vec()),
        after in "[ ,;)}\\]\n][a-z0-9 ,.;(){}\n]{0,60}",
    ) {
        let text = format!("{before} {key}{after}");
        let once = Scrubber::new().text(&text).into_owned();
        let secret = key.rsplit(['=', ' ']).next().unwrap_or_default().trim_matches('"');
        prop_assert!(!once.contains(secret), "{} became {}", text, once);
    }

    #[test]
    fn plain_words_hold_nothing_that_a_rule_finds(text in "[A-Z]?([a-z]{1,12}[ ,.]{1,2}){0,12}") {
        prop_assume!(super::plain::plain(&text));
        // With a rule of its own a scrubber looks at every text.
        let looks = Scrubber::with(&[Rule::new("never", "\u{1}{9}")], &[]).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        prop_assert_eq!(looks.text(&text), text.as_str());
    }
}

/// Rules look no further than they must, wherever their hints stand: eight times the text takes about eight
/// times as long, and would take 64 times if each hint looked at all of it.
#[test]
fn no_text_makes_a_search_long() {
    let scrubber = Scrubber::new();
    let hints = [
        "eyJ.",
        "eyJ-",
        "ZXlK-",
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t-",
        "password=",
        "key=",
        "token=9a8b7c6d",
        "-----BEGIN RSA PRIVATE KEY-----",
        "kind: Secret data:",
        "curl -u ",
        "://a:",
        "a@",
        "-us",
        "key\"",
        "token ",
        "AKIA",
        "Q~",
        "4 1 ",
        "ZXlK",
        "--token ",
        "authorization: ",
        "Cookie: a",
        "cookie=a=;",
        "?sig=",
        "select a from b where '",
        "insert into a('",
        "secrets: [\"",
        "pin: ",
        "iban ",
        "fiscal ",
        "%40",
        "(1) ",
        "+49 1 ",
        "DE12 ",
        "4111-",
        "bearer ",
    ];
    for hint in hints {
        let took = |size: usize| {
            let text = hint.repeat(size / hint.len());
            let times = (0..3).map(|_| {
                let start = std::time::Instant::now();
                std::hint::black_box(scrubber.text(&text));
                start.elapsed()
            });
            times.min().unwrap_or_default().as_secs_f64()
        };
        let (small, large) = (took(2_000), took(16_000));
        assert!(large < 40.0 * small.max(20e-6), "{hint}: {small} s of 2 KB, {large} s of 16 KB");
    }
}
