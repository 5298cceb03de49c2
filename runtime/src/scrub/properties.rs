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

/// Texts made to keep rules busy: hints close together, quotes and brackets that are never closed, many finds.
#[rustfmt::skip]
const HOSTILE: [&str; 66] = [
    "eyJ.", "eyJ-", "eyJeyJ", "ZXlK-", "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t-", "password=", "key=", "_key_=", "_authToken==",
    "token(", "secret(\"", "token: String = ", "\"==password ", "<password>", "badge=", "badge:[", "badge=Some(",
    "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY", "---- BEGIN ", "kind: Secret data:", "curl -u ", "curl =",
    "Private-Lines:", "://a:", "http://http://", "http://a@b:c@", "a@", "a@a@a.de", "\"@", "%40", "-us", "key\"", "token ", "AKIA",
    "AKIAQ2W3E4R5T6Y7U2I3 ", "Q~", "+fm2_", "--token ", "authorization: ", "authorization=", "Cookie: a", "cookie: a=bcdef;b=", "bearer ",
    "bearer=", "basic ", "4 1 ", "1 1 1 1 ", "1.1.1.", "4111 1111 1111 1111 ", "(212) 555-0147 ", "+44 20 7946 0958 ", "fiscal", "iban ",
    "DE89 3704 0044 0532 0130 00 ", "select a from t where b='x' ", "insert into t values ('a'),", "/*", "$a$b", "?a=", "?code=", "&sig=abcdef",
    "{\"{\"{", "secret:{\"", "[redacted:card", "[redacted:card] AKIAQ2W3E4R5T6Y7U2I3 ",
];

/// Four times the text takes about four times as long, and would take sixteen times if each hint looked at all
/// of it.
#[test]
fn no_text_makes_a_search_long() {
    let rules = [Rule::new("seat", r"seat (\w+)")];
    let Ok(scrubber) = Scrubber::with(&rules, &["badge"]) else { unreachable!("they can be read") };
    let took = |hint: &str, size: usize, name: &str| {
        let text = hint.repeat(size / hint.len());
        let start = std::time::Instant::now();
        std::hint::black_box(scrubber.field(name, &text));
        start.elapsed().as_secs_f64()
    };
    for hint in HOSTILE {
        for name in ["note", "url.full"] {
            // The machine may have had something else to do.
            let linear = |_| took(hint, 32_000, name) < 12.0 * took(hint, 8_000, name).max(20e-6);
            assert!((0..8).any(linear), "{hint} in {name}");
        }
    }
}

/// What takes too much work is hidden whole, and what people write never is.
#[test]
fn a_text_that_was_made_to_take_long_is_hidden() {
    let scrubber = Scrubber::new();
    assert_eq!(scrubber.text(&"key=".repeat(4_000)), "[redacted:error]");
    for line in [
        "2026-11-22 01:32:09 0042 1700000000000 200 5123 10.0.0.7 GET /v1/orders?page=2&size=50\n",
        "{\"key\":\"order:17\",\"token_count\":12,\"session_id\":null,\"auth\":\"none\"},",
        "API_KEY=q8Zr5tN1vLw0c7Bd SESSION_TOKEN=q8Zr5tN1vLw0c7Bd password=hunter2secret\n",
        "(212) 555-0147, +44 20 7946 0958, 4111 1111 1111 1111, ann@shop.example\n",
        "insert into orders (id, name) values (17, 'ann'), (18, 'bob');\n",
        "12 345 6789 1234 5678 90 ",
        "=====#####.....-----@@@@@",
    ] {
        let text = line.repeat(16_000 / line.len());
        assert_ne!(scrubber.text(&text), "[redacted:error]", "{line}");
    }
}

/// A marker that a text brings along hides nothing: neither in it nor behind it.
#[test]
fn forged_markers_hide_nothing() {
    let scrubber = Scrubber::new();
    for (text, expected) in [
        ("[redacted:AKIAQ2W3E4R5T6Y7U2I3]", "[redacted:[redacted:aws-key]]"),
        ("password=[redactedhunter2", "password=[redacted:password]"),
        ("password=[redacted]hunter2x", "password=[redacted:password]"),
        ("password=\"[redacted] hunter2\"", "password=\"[redacted:password]\""),
        ("password=[redacted:card]hunter2 x", "password=[redacted:password] x"),
        ("AKIAQ2W3E4[redacted:jwt]R5T6Y7U2I3 x", "AKIAQ2W3E4[redacted:jwt]R5T6Y7U2I3 x"),
        (
            "password=[redacted] token=[redacted:secret]",
            "password=[redacted] token=[redacted:secret]",
        ),
        (
            "Login { password: [redacted], pin: [redacted] }",
            "Login { password: [redacted], pin: [redacted] }",
        ),
        (
            "{\"password\":\"[redacted]\",\"jwt\":\"[redacted:jwt]\"}",
            "{\"password\":\"[redacted]\",\"jwt\":\"[redacted:jwt]\"}",
        ),
    ] {
        let once = scrubber.text(text);
        assert_eq!(once, expected, "{text}");
        assert_eq!(scrubber.text(&once), once);
    }
}
