//! E-mail addresses: the part of RFC 5321 and RFC 6531 that people have, around an `@`.
//!
//! What only looks like one: `git@host:path`, `name@1.2.3`, `unit@x.service`, `icon@2x.png`, `user@host`.

use std::ops::Range;

/// RFC 5321, 4.5.3.1: the longest local part and domain, in bytes.
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// Last labels that are no top-level domain: kinds of files, units of systemd, names of private nets.
#[rustfmt::skip]
const NO_DOMAINS: [&str; 48] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "css", "scss", "js", "mjs", "jsx", "ts", "tsx", "json",
    "html", "htm", "xml", "yaml", "yml", "toml", "lock", "txt", "log", "conf", "cfg", "ini", "tmp", "bak", "csv",
    "service", "socket", "timer", "target", "mount", "scope", "slice", "path", "device", "swap",
    "local", "internal", "localdomain", "localhost", "lan", "gz",
];

/// Users that name a machine's account, not a person.
const ACCOUNTS: [&str; 6] = ["git", "hg", "svn", "this", "super", "return"];

/// The address around the `@` here, also where it is written `%40`.
pub(super) fn find(text: &str, at: usize) -> Option<Range<usize>> {
    let sign = match text.as_bytes().get(at)? {
        b'@' => 1,
        b'%' if text.get(at..at + 3)? == "%40" => 3,
        _ => return None,
    };
    let start = local(text, at)?;
    let end = domain(text, at + sign)?;
    let name = text.get(start..at)?;
    let behind = text.get(end..)?;
    // `git@host:path`, `user@host:/path`, `this@Type.method()`
    let copied = behind.strip_prefix(':').is_some_and(|path| path.starts_with(['/', '~']));
    let account = ACCOUNTS.contains(&name);
    (!account && !copied && !behind.starts_with('(') && !in_authority(text, start))
        .then_some(start..end)
}

/// Where the local part before a place begins.
fn local(text: &str, at: usize) -> Option<usize> {
    let head = text.get(..at)?;
    if let Some(inside) = head.strip_suffix('"') {
        return quoted(inside);
    }
    let mut start = at;
    for (place, char) in head.char_indices().rev() {
        let part =
            char.is_alphanumeric() || matches!(char, '.' | '_' | '%' | '+' | '-' | '\'' | '~');
        if !part || at - place > LOCAL {
            break;
        }
        start = place;
    }
    let part = text.get(start..at)?;
    // An escape before it is not part of it: `%20alice`, `\nalice` is left as it is.
    let escaped = part.strip_prefix('%').and_then(|rest| rest.get(..2));
    let escaped = escaped.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let start = start + if escaped { 3 } else { 0 };
    let part = text.get(start..at)?;
    let trimmed = part.trim_start_matches(['.', '-', '\'', '%', '~', '+']);
    let fits = trimmed.chars().next_back().is_some_and(|last| last != '.' && last != '\'')
        && trimmed.chars().any(char::is_alphanumeric);
    fits.then_some(start + part.len() - trimmed.len())
}

/// Where a local part in quotes begins; given is the text before its closing quote.
fn quoted(inside: &str) -> Option<usize> {
    let open = inside.rfind('"')?;
    let part = inside.get(open + 1..)?;
    let before = inside.get(..open)?.chars().next_back();
    let fits = (1..=LOCAL).contains(&part.len())
        && part.bytes().all(|byte| !byte.is_ascii_control())
        && !part.contains(['=', ':', '{', ','])
        && before.is_none_or(|before| before.is_whitespace() || matches!(before, '<' | '(' | '='));
    fits.then_some(open)
}

/// Where the domain that begins here ends.
fn domain(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if let Some(literal) = rest.strip_prefix('[') {
        let inside = literal.get(..literal.find(']').filter(|end| *end < 48)?)?;
        let address = inside.strip_prefix("IPv6:").unwrap_or(inside);
        return address.parse::<std::net::IpAddr>().is_ok().then_some(start + inside.len() + 2);
    }
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let length = rest
        .char_indices()
        .find(|(at, c)| !part(*c) || *at > DOMAIN)
        .map_or(rest.len(), |(at, _)| at);
    let name = rest.get(..length).filter(|name| name.len() <= DOMAIN)?.trim_end_matches(['.', '-']);
    let (host, top) = name.rsplit_once('.')?;
    let labels = host.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    let edges = !name.starts_with('-') && !name.contains(".-") && !name.contains("-.");
    // `name@1.2.rc`, `icon@2x.png`: numbers before are a version; one alone is a domain (`163.com`).
    let mut numbers =
        host.split('.').take_while(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    let version = numbers.nth(1).is_some();
    (labels && edges && !version && is_top(top)).then_some(start + name.len())
}

/// Letters, two at least, as all top-level domains are.
fn is_top(top: &str) -> bool {
    let international =
        top.len() > 4 && top.is_char_boundary(4) && top[..4].eq_ignore_ascii_case("xn--");
    let letters =
        top.chars().all(char::is_alphabetic) && top.chars().count() >= 2 && top.len() <= 63;
    // `onCreate` is a method.
    let capitals = top.chars().skip(1).filter(|c| c.is_uppercase()).count();
    let method = capitals > 0 && top.chars().any(char::is_lowercase);
    let known = NO_DOMAINS.iter().any(|none| none.eq_ignore_ascii_case(top));
    international || letters && !method && !known
}

/// The address stands between `://` and a path: it is a user and a host, which the rules of URLs look at.
fn in_authority(text: &str, start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default().as_bytes();
    let near = head.iter().rev().take(128).take_while(|byte| !byte.is_ascii_whitespace());
    let until = near
        .take_while(|byte| !matches!(byte, b'"' | b'\'' | b'<' | b'?' | b'#'))
        .position(|byte| *byte == b'/');
    until.is_some_and(|back| {
        let slash = start - 1 - back;
        slash >= 2 && head.get(slash - 2..slash) == Some(b":/")
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    fn email(text: &str) -> Option<&str> {
        let sign = |at: &usize| matches!(text.as_bytes()[*at], b'@' | b'%');
        text.get((0..text.len()).filter(sign).find_map(|at| find(text, at))?)
    }

    #[test]
    fn addresses_are_found_in_text_and_in_urls() {
        for (text, address) in [
            ("mail alice@example.com.", "alice@example.com"),
            ("<a.b+tag@mail.example.co.uk>", "a.b+tag@mail.example.co.uk"),
            ("user=o'neil@example.org,", "o'neil@example.org"),
            ("{'m':'x_y-z@sub.example.de'}", "x_y-z@sub.example.de"),
            ("GET /u/alice%40example.com/x", "alice%40example.com"),
            ("?email=a.b@example.com&x=1", "a.b@example.com"),
            ("mailto:jo@163.com", "jo@163.com"),
            ("jürgen@müller.example ok", "jürgen@müller.example"),
            ("用户@例子.公司", "用户@例子.公司"),
            ("x@xn--bcher-kva.xn--p1ai", "x@xn--bcher-kva.xn--p1ai"),
            ("to \"john doe\"@example.com", "\"john doe\"@example.com"),
            ("root@[192.168.0.1]", "root@[192.168.0.1]"),
            ("bob@EXAMPLE.COM:hunter2", "bob@EXAMPLE.COM"),
            ("https://example.com/x?m=a@b.org", "a@b.org"),
            ("https://example.com/u/a@b.org", "a@b.org"),
        ] {
            assert_eq!(email(text), Some(address), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "git@github.com:org/repo",
            "deploy@host.example.com:/srv",
            "root@localhost",
            "user@host",
            "eslint@5.58.3-alpha.8",
            "lodash@4.17.21",
            "@types/node@20.1.0",
            "icon@2x.png",
            "getty@tty1.service",
            "this@Main.onCreate",
            "a@b.c",
            "actions/checkout@v4.1.2",
            "ssh://deploy@example.com/x",
            "postgres://u:p@db.example.com/x",
            "x@y.local",
            "@app.route",
            "foo@bar.baz(1)",
            "sha256@abc",
            "a@.com",
            "a@b..com",
            ".@b.com",
            "pkg@1.2.rc",
            "@example.com",
            "a b@",
            "100%40",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }
}
