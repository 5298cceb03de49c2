//! Literals out of SQL: a statement says what was asked, its literals say whose it was.
//!
//! A tokenizer for what the common databases agree on, not a parser. Where they do not agree on where a text
//! ends, or it does not end, all of the rest goes.

use std::ops::Range;

use super::effort;

/// What a piece of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Keywords, names, also in backticks or brackets, and parameters: `$1`, `:name`.
    Word,
    /// `'..'`, `E'..'`, `$$..$$`.
    Text,
    /// `".."`: a name, but a text to MySQL.
    Double,
    Number,
    Comment,
    Blank,
    /// One character of any other kind.
    Sign,
}

#[derive(Clone, Copy, Debug)]
struct Token<'t> {
    kind: Kind,
    text: &'t str,
    start: usize,
}

/// The statement with `?` in place of each literal, lists of them as one, and no comments; nothing where it
/// has neither.
pub(super) fn statement(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut before = Token { kind: Kind::Sign, text: "", start: 0 };
    for token in Tokens::of(text) {
        match token.kind {
            Kind::Text | Kind::Number => push_literal(&mut out),
            Kind::Double if is_value(token.text, before) => push_literal(&mut out),
            Kind::Comment => out.push(' '),
            Kind::Sign if token.text == "?" => push_literal(&mut out),
            Kind::Sign if token.text == ")" => push_close(&mut out),
            _ => out.push_str(token.text),
        }
        if !matches!(token.kind, Kind::Blank | Kind::Comment) {
            before = token;
        }
    }
    (out != text).then_some(out)
}

/// `(1, 2, 3)` becomes `(?)`.
fn push_literal(out: &mut String) {
    let listed =
        out.trim_end().strip_suffix(',').map(str::trim_end).filter(|head| head.ends_with('?'));
    match listed.map(str::len) {
        Some(end) => out.truncate(end),
        None => out.push('?'),
    }
}

/// `(?), (?)`, the rows of one statement, becomes `(?)`.
fn push_close(out: &mut String) {
    let row =
        |head: &str| Some(head.trim_end().strip_suffix('?')?.trim_end().strip_suffix('(')?.len());
    let before = row(out).and_then(|end| {
        let head = out[..end].trim_end().strip_suffix(',')?.trim_end();
        row(head.strip_suffix(')')?).map(|_| head.len())
    });
    match before {
        Some(end) => out.truncate(end),
        None => out.push(')'),
    }
}

/// A text in double quotes that is no name: behind a comparison or among values, or with signs that names have not.
fn is_value(text: &str, before: Token<'_>) -> bool {
    let inside = text.trim_matches('"');
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ' ' | '-');
    let compared = match before.kind {
        Kind::Sign => matches!(before.text, "=" | "<" | ">" | "(" | ","),
        Kind::Word => ["like", "ilike", "between", "and", "values", "regexp", "by"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(before.text)),
        Kind::Double => true,
        _ => false,
    };
    let in_list = matches!(before.text, "(" | ",");
    let plain = inside.chars().all(name) && !inside.starts_with(|c: char| c.is_ascii_digit());
    !text.ends_with('"')
        || text.len() < 2
        || compared && !(in_list && plain && is_column(inside))
        || !plain
}

/// Small letters and `_`: how columns are named in a list of them.
fn is_column(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The texts in the statement that begins with a verb here, if it is one: where each is, without its quotes.
pub(super) fn literals(text: &str, at: usize, found: &mut dyn FnMut(&'static str, Range<usize>)) {
    let rest = text.get(at..super::mask::floor(text, at + LONGEST)).unwrap_or_default();
    let head = text.get(..at).unwrap_or_default();
    // A verb within a statement is part of that, and each would be read to its end again.
    let begins = |c: char| matches!(c, ':' | '"' | '`' | '=' | '(' | '[' | '{' | '>' | ']');
    let line = head.trim_end_matches([' ', '\t']);
    let inside = !(line.is_empty() || line.ends_with('\n') || line.ends_with(begins));
    if inside || !is_statement(rest) {
        return;
    }
    let mut before = Token { kind: Kind::Word, text: "", start: 0 };
    for token in Tokens::of(rest) {
        effort::spend(8 * token.text.len());
        // What follows is another statement, or none.
        if token.text == ";" {
            return;
        }
        if token.kind == Kind::Text {
            let compared = match before.kind {
                Kind::Sign => matches!(before.text, "=" | "<" | ">" | "(" | "," | "|"),
                Kind::Word => !before.text.is_empty(),
                _ => false,
            };
            let open = token.text.find('\'').map_or(0, |at| at + 1);
            let close = usize::from(token.text.len() > open && token.text.ends_with('\''));
            let range = at + token.start + open..at + token.start + token.text.len() - close;
            if compared && !range.is_empty() {
                found("sql", range);
            }
        }
        if !matches!(token.kind, Kind::Blank | Kind::Comment) {
            before = token;
        }
    }
}

/// As much of a statement in a text of another kind is looked at, in bytes: what is shown of any text.
const LONGEST: usize = 4096;
/// How far the second keyword of a statement may stand behind its verb, in bytes.
const HEAD: usize = 1024;
/// The same in words.
const WORDS: usize = 200;

/// Begins with a verb of SQL, and goes on as one.
fn is_statement(text: &str) -> bool {
    let head = text.get(..super::mask::floor(text, HEAD)).unwrap_or_default();
    let mut words = head.split_ascii_whitespace();
    let verb = words.next().unwrap_or_default();
    let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
    let holds = |known: &str| {
        let place = words.clone().take(WORDS).position(|word| is(word, known));
        effort::spend(8 * place.unwrap_or(WORDS));
        place.is_some()
    };
    match verb.len() {
        6 if is(verb, "select") => {
            holds("from") && (holds("where") || holds("having") || holds("limit"))
        }
        6 if is(verb, "insert") => {
            is(words.next().unwrap_or_default(), "into") && head.contains('(')
        }
        6 if is(verb, "update") => holds("set") && head.contains('='),
        6 if is(verb, "delete") => is(words.next().unwrap_or_default(), "from"),
        5 if is(verb, "merge") => is(words.next().unwrap_or_default(), "into"),
        7 if is(verb, "replace") => is(words.next().unwrap_or_default(), "into"),
        _ => false,
    }
}

/// The pieces of a statement, which put together are the whole of it.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    fn of(text: &'t str) -> Tokens<'t> {
        Tokens { text, at: 0 }
    }

    /// The end of the token that begins here, and its kind.
    fn token(&self) -> Option<(Kind, usize)> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let byte = |on: usize| bytes.get(start + on).copied().unwrap_or(0);
        let run = |from: usize, is: fn(u8) -> bool| {
            from + bytes
                .get(from..)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| is(**byte))
                .count()
        };
        let closed = |from: usize, close: &str| {
            let behind = self.text.get(from..).and_then(|rest| rest.find(close));
            behind.map_or(bytes.len(), |at| from + at + close.len())
        };
        Some(match *bytes.get(start)? {
            byte if byte.is_ascii_whitespace() => {
                (Kind::Blank, run(start, |byte| byte.is_ascii_whitespace()))
            }
            b'\'' => (Kind::Text, self.quoted(start, b'\'', false)),
            b'e' | b'E' if byte(1) == b'\'' => (Kind::Text, self.quoted(start + 1, b'\'', true)),
            b'n' | b'N' | b'b' | b'B' | b'x' | b'X' if byte(1) == b'\'' => {
                (Kind::Text, self.quoted(start + 1, b'\'', false))
            }
            b'u' | b'U' if byte(1) == b'&' && byte(2) == b'\'' => {
                (Kind::Text, self.quoted(start + 2, b'\'', false))
            }
            b'"' => (Kind::Double, self.quoted(start, b'"', false)),
            b'`' => match closed(start + 1, "`") {
                end if bytes.get(end - 1) == Some(&b'`') && end > start + 1 => (Kind::Word, end),
                end => (Kind::Text, end),
            },
            b'-' if byte(1) == b'-' => (Kind::Comment, closed(start, "\n")),
            b'#' if !matches!(byte(1), b'>' | b'-' | b'=') => (Kind::Comment, closed(start, "\n")),
            b'/' if byte(1) == b'*' => (Kind::Comment, self.comment(start)),
            b'$' if byte(1).is_ascii_digit() => {
                (Kind::Word, run(start + 1, |byte| byte.is_ascii_digit()))
            }
            b'$' => {
                let tag = run(start + 1, in_word);
                if bytes.get(tag) == Some(&b'$') {
                    (Kind::Text, closed(tag + 1, self.text.get(start..=tag)?))
                } else {
                    (Kind::Sign, start + 1)
                }
            }
            b':' | b'@' if in_word(byte(1)) => (Kind::Word, run(start + 1, in_word)),
            b'.' if byte(1).is_ascii_digit() => (Kind::Number, self.number(start + 1)),
            digit if digit.is_ascii_digit() => (Kind::Number, self.number(start)),
            first if in_word(first) => {
                (Kind::Word, run(start, |byte| in_word(byte) || byte == b'$'))
            }
            _ => {
                let length = self.text.get(start..)?.chars().next()?.len_utf8();
                (Kind::Sign, start + length)
            }
        })
    }

    /// Where a number ends: `1`, `1.5`, `1e-5`, `0xFF`, `1_000`, and what is glued to it.
    fn number(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            let exponent =
                matches!(byte, b'+' | b'-') && at > start && matches!(bytes[at - 1], b'e' | b'E');
            let digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if !(in_word(*byte) || *byte == b'.' || exponent && digit) {
                break;
            }
            at += 1;
        }
        at.max(start + 1)
    }

    /// Where a text in quotes ends: a doubled quote is one of it.
    fn quoted(&self, start: usize, quote: u8, escapes: bool) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            if *byte == b'\\' && escapes {
                at += 1;
            } else if *byte == b'\\' && bytes.get(at + 1) == Some(&quote) {
                // To MySQL the text goes on, to others it ends.
                return bytes.len();
            } else if *byte == quote {
                if bytes.get(at + 1) != Some(&quote) {
                    return at + 1;
                }
                at += 1;
            }
            at += 1;
        }
        bytes.len()
    }

    /// Where a comment ends, others inside of it counted.
    fn comment(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (start, 0_usize);
        while let Some(pair) = bytes.get(at..at + 2) {
            match pair {
                b"/*" => (depth, at) = (depth + 1, at + 2),
                b"*/" => (depth, at) = (depth.saturating_sub(1), at + 2),
                _ => at += 1,
            }
            if depth == 0 {
                return at;
            }
        }
        bytes.len()
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let (kind, end) = self.token()?;
        let start = self.at;
        self.at = end;
        Some(Token { kind, text: self.text.get(start..end)?, start })
    }
}

/// Letters, digits, `_`, and all that is not ASCII.
fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{literals, statement};

    fn without(text: &str) -> String {
        statement(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn literals_of_all_kinds_go() {
        for (text, expected) in [
            ("SELECT * FROM t WHERE a = 'x'", "SELECT * FROM t WHERE a = ?"),
            ("select a from t where b='it''s' and c = 5", "select a from t where b=? and c = ?"),
            ("SELECT E'a\\'b', N'c', X'0F', U&'d' FROM t", "SELECT ? FROM t"),
            ("SELECT $$a'b$$, $x$c$$d$x$ FROM t", "SELECT ? FROM t"),
            ("a = 0xFF and b = 1.5e-3 or c = .5 or d = -7", "a = ? and b = ? or c = ? or d = -?"),
            ("WHERE id IN (1, 2,3)", "WHERE id IN (?)"),
            ("INSERT INTO t (a, b) VALUES ('x', 1), ('y', 2)", "INSERT INTO t (a, b) VALUES (?)"),
            (
                "INSERT INTO \"t\" (\"a\", \"b\") VALUES ($1, $2)",
                "INSERT INTO \"t\" (\"a\", \"b\") VALUES ($1, $2)",
            ),
            ("WHERE `a` = \"secret\"", "WHERE `a` = ?"),
            ("WHERE \"Users\".\"name\" = ?", "WHERE \"Users\".\"name\" = ?"),
            ("SELECT 1 -- alice\nFROM t /* bob /* x */ y */ WHERE 1", "SELECT ?  FROM t   WHERE ?"),
            ("SELECT c1, t2.c3 FROM t2 LIMIT :n", "SELECT c1, t2.c3 FROM t2 LIMIT :n"),
            ("a = date '2024-01-02'", "a = date ?"),
            ("SELECT [a] FROM t # alice", "SELECT [a] FROM t  "),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_end_goes_to_the_end() {
        for (text, expected) in [
            ("SELECT 'abc", "SELECT ?"),
            ("SELECT $$abc", "SELECT ?"),
            ("SELECT \"abc", "SELECT ?"),
            ("SELECT `abc", "SELECT ?"),
            ("SELECT /* abc", "SELECT  "),
            ("SELECT 'a\\' OR b = 'secret' x", "SELECT ?"),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    #[test]
    fn statements_in_messages_lose_their_texts_alone() {
        let texts = |text: &str| {
            let mut found = Vec::new();
            let verbs = ["SELECT", "INSERT", "DELETE", "update", "select"];
            if let Some(at) = verbs.iter().find_map(|verb| text.find(verb)) {
                literals(text, at, &mut |_, range| found.push(text[range].to_owned()));
            }
            found
        };
        assert_eq!(texts("failed: INSERT INTO t (a) VALUES ('alice', 5, 'bob')"), ["alice", "bob"]);
        assert_eq!(texts("select * from t where a = 'x' limit 10"), ["x"]);
        assert_eq!(texts("update t set a = 'x"), ["x"]);
        for text in [
            "select a plan from 'basic' or more",
            "please update 'settings'",
            "SELECT id FROM t WHERE a = $1",
            "the-SELECT x from y where a = 'b'",
        ] {
            assert!(texts(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(\\PC|['\"`$/*#\\\\\n -]){0,60}") {
            let once = without(&text);
            prop_assert_eq!(without(&once), once.clone());
        }

        #[test]
        fn no_literal_is_left(value in "[a-zA-Z0-9@. ]{6,12}", quote in "'|E'|N'") {
            let text = format!("SELECT a, 'x', 5 FROM t WHERE b = {quote}{value}' AND c = 1");
            let once = without(&text);
            prop_assert!(!once.contains(&value), "{}", once);
        }
    }
}
