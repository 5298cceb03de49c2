use super::*;

fn encoding(canary: &Canary, haystack: impl AsRef<[u8]>) -> Option<&'static str> {
    canary.leaks(haystack).map(|leak| leak.encoding.as_str())
}

fn each_byte(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

#[test]
fn a_canary_is_found_in_every_encoding() {
    let canary = Canary::new("password");
    let text = canary.text();
    let found = |haystack: &str| encoding(&canary, format!("before {haystack} after"));
    assert_eq!(found(text), Some("raw"));
    assert_eq!(found(&text.to_uppercase()), Some("folded"));
    assert_eq!(found(&each_byte(text, |byte| format!("\\u{byte:04x}"))), Some("escaped"));
    assert_eq!(found(&each_byte(text, |byte| format!("\\\\u{byte:04X}"))), Some("escaped"));
    assert_eq!(found(&each_byte(text, |byte| format!("\\u{{{byte:x}}}"))), Some("escaped"));
    assert_eq!(found(&each_byte(text, |byte| format!("\\x{byte:02x}"))), Some("escaped"));
    assert_eq!(found(&each_byte(text, |byte| format!("%{byte:02X}"))), Some("percent"));
    assert_eq!(found(&each_byte(text, |byte| format!("%{byte:02x}"))), Some("percent"));
    assert_eq!(found(&each_byte(text, |byte| format!("%25{byte:02x}"))), Some("percent"));
    let in_json = each_byte(text, |byte| format!("%{byte:02x}"));
    assert_eq!(found(&format!(r#"{{\"path\":\"{in_json}"#)), Some("percent"));
    assert_eq!(found(&each_byte(text, |byte| format!("&#{byte};"))), Some("html"));
    assert_eq!(found(&each_byte(text, |byte| format!("&#x{byte:x};"))), Some("html"));
    assert_eq!(found(&each_byte(text, |byte| format!("{byte:02x}"))), Some("hex"));
    assert_eq!(found(&each_byte(text, |byte| format!("{byte:02X}"))), Some("hex"));
    assert_eq!(found(&format!("{:?}", text.as_bytes())), Some("bytes"));
    assert_eq!(found(&format!("{:#?}", text.as_bytes())), Some("bytes"));
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("before {text}").encode_utf16().flat_map(order).collect()
    };
    assert_eq!(encoding(&canary, wide(u16::to_le_bytes)), Some("utf16"));
    assert_eq!(encoding(&canary, wide(u16::to_be_bytes)), Some("utf16"));
}

#[test]
fn base64_is_found_wherever_the_text_begins() {
    // Of RFC 4648: the text of these is `foobar` and `>>>???`.
    let foobar = Canary::of("foobar", "foobar");
    assert_eq!(encoding(&foobar, "Zm9vYmFy"), Some("base64"));
    assert_eq!(encoding(&foobar, "eGZvb2Jhcg=="), Some("base64"), "one byte before it");
    assert_eq!(encoding(&foobar, "eHhmb29iYXI="), Some("base64"), "two bytes before it");
    let marks = Canary::of("marks", ">>>???");
    assert_eq!(encoding(&marks, "Pj4+Pz8/"), Some("base64"));
    assert_eq!(encoding(&marks, "Pj4-Pz8_"), Some("base64"));
}

#[test]
fn what_is_escaped_in_a_text_is_read() {
    let quoted = Canary::of("quoted", "say \"no\"\tto\n<this> & that\u{1f600}!");
    for haystack in [
        r#"say \"no\"\tto\n<this>"#,
        r#"to\n\u003cthis\u003e \u0026 that\ud83d\ude00!"#,
        r#"that\u{1f600}!"#,
    ] {
        assert!(quoted.leaks(haystack).is_some(), "{haystack}");
    }
    assert_eq!(encoding(&quoted, "%22no%22%09to"), Some("percent"));
    assert_eq!(encoding(&quoted, "&lt;this&gt; &amp; that"), Some("html"));
    assert_eq!(encoding(&Canary::of("two", "a b c d"), "a+b+c+d"), Some("percent"));
}

#[test]
fn six_characters_in_a_row_are_a_leak_and_five_are_none() {
    let canary = Canary::new("password");
    assert!(canary.leaks(&canary.text()[3..9]).is_some());
    assert!(canary.leaks(&canary.text()[3..8]).is_none());
    let card = Canary::card("card");
    assert!(card.leaks(&card.text()[6..]).is_some());
    assert!(card.leaks(format!("{}******{}", &card.text()[..6], &card.text()[12..])).is_none());
    let pin = Canary::of("pin", "4711");
    assert!(pin.leaks("pin=4711").is_some());
    assert!(pin.leaks("pin=471*").is_none());
}

#[test]
fn what_may_be_seen_is_no_leak() {
    let email = Canary::email("address");
    assert!(email.leaks("a***@post.example").is_none());
    assert!(email.leaks(email.text()).is_some());
    let url = Canary::within("url", "https://shop:{}@db.example/?token={}");
    assert!(url.leaks("https://shop:[redacted]@db.example/?token=[redacted]").is_none());
    assert!(url.leaks(url.text().split_once('?').unwrap().1).is_some());
}

#[test]
fn a_leak_says_where_it_stands() {
    let [one, two] = ["one", "two"].map(Canary::new);
    let haystack = format!("first line\n{two} and\\n{one}\nlast line");
    let found = leaks(&[one, two.clone()], &haystack);
    assert_eq!(found.len(), 2);
    assert_eq!((found[1].canary.as_str(), found[1].at), ("two", 11));
    assert!(found[1].around.starts_with(two.text()), "{}", found[1].around);
    // Under an escape, the place is still that in the haystack.
    let escaped = each_byte(two.text(), |byte| format!("%{byte:02x}"));
    assert_eq!(two.leaks(format!("path/{escaped}")).unwrap().at, 5);
    let twice = each_byte(two.text(), |byte| format!("\\\\u{byte:04x}"));
    assert_eq!(two.leaks(format!("{{\"{twice}")).unwrap().at, 2);
}

#[test]
fn canaries_are_their_shape_and_stay_the_same() {
    assert_eq!(Canary::new("a").text(), Canary::new("a").text());
    assert_ne!(Canary::new("a").text()[..6], Canary::new("b").text()[..6]);
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let card = Canary::card(name);
        assert_eq!(card.text().len(), 16);
        let digits: Vec<u8> = card.text().bytes().map(|byte| byte - b'0').collect();
        assert_eq!(check_digit(&digits[..15]), digits[15]);
    }
    // A number that passes, from ISO/IEC 7812's description of the check.
    assert_eq!(check_digit(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1]), 3);
}

#[test]
#[should_panic(expected = "1 leaks:\n  in stdout: `password` can be read (raw) at byte 3")]
fn an_assertion_says_what_leaks_where() {
    let canary = Canary::new("password");
    let leaked = format!("pw={canary}");
    assert_nowhere(&[canary], &[("stderr", "pw=[redacted]"), ("stdout", &leaked)]);
}
