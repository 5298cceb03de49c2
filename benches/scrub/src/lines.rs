//! Lines without a secret: made here, or those of a file. Called by `main`.

use serde_json::Value;

/// The texts of a file: each line, or the `text` of the JSON object that it is.
pub(crate) fn of(file: &str) -> Vec<String> {
    let text = |line: &str| {
        let value: Option<Value> = serde_json::from_str(line).ok();
        let text = match &value {
            Some(Value::Object(object)) => object.get("text")?.as_str(),
            Some(Value::String(text)) => Some(text.as_str()),
            _ => Some(line),
        };
        text.map(str::to_owned)
    };
    file.lines().filter_map(text).collect()
}

/// Numbers that are the same in each run.
struct Chance(u64);

impl Chance {
    fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }

    fn hex(&mut self, digits: usize) -> String {
        format!("{:016x}{:016x}", self.number(), self.number())[..digits].to_owned()
    }
}

/// Lines as services, proxies, systems and builds write them, with words that scanners look for.
pub(crate) fn made(count: usize) -> Vec<String> {
    const SERVICES: [&str; 6] =
        ["checkout", "auth-service", "ledger", "token-store", "gateway", "search"];
    const WORDS: [&str; 10] = [
        "cache miss",
        "request completed",
        "token refreshed",
        "password policy loaded",
        "key rotated",
        "session opened",
        "lease acquired",
        "secret store is healthy",
        "batch committed",
        "retrying after a timeout",
    ];
    const PATHS: [&str; 5] = [
        "/api/v2/orders",
        "/password/reset",
        "/oauth/authorize?state=ok",
        "/static/js/main.css",
        "/health/ready",
    ];
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut line = |at: usize| {
        let c = &mut chance;
        let time = format!(
            "2026-0{}-1{}T0{}:1{}:2{}.{:06}Z",
            1 + c.below(9),
            c.below(9),
            c.below(9),
            c.below(9),
            c.below(9),
            c.below(999_999)
        );
        let (service, words, path) = (c.of(&SERVICES), c.of(&WORDS), c.of(&PATHS));
        match at % 10 {
            0 => format!(
                "{time}  INFO request{{order_id={}}}: {service}::worker: {words} elapsed={}ms",
                c.below(9_999_999),
                c.below(999)
            ),
            1 => format!(
                "{{\"timestamp\":\"{time}\",\"level\":\"INFO\",\"message\":\"{words}\",\"trace_id\":\"{}\",\"span_id\":\"{}\",\"http.status_code\":200,\"token_count\":{}}}",
                c.hex(32),
                c.hex(16),
                c.below(9999)
            ),
            2 => format!(
                "10.1.{}.{} - - [01/May/2026:04:27:27 +0000] \"GET {path} HTTP/2.0\" 200 {} \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Chrome/12{}.0\"",
                c.below(255),
                c.below(255),
                c.below(99_999),
                c.below(9)
            ),
            3 => format!(
                "ts={time} level=info caller=main.go:{} msg=\"{words}\" tokens={} auth=enabled duration=0.{}s",
                c.below(999),
                c.below(999),
                c.below(999)
            ),
            4 => format!(
                "May  1 04:27:27 node-{} sshd[{}]: Accepted publickey for deploy from 10.0.0.{} port {} ssh2",
                c.below(99),
                c.below(99_999),
                c.below(255),
                c.below(65_535)
            ),
            5 => words.to_owned(),
            6 => format!(
                "http_server_request_duration_seconds_bucket{{job=\"{service}\",le=\"0.1\"}} {} 1767{}",
                c.below(999_999),
                c.below(999_999_999)
            ),
            7 => format!(
                "   Compiling {service} v1.{}.{} (checksum {})",
                c.below(30),
                c.below(9),
                c.hex(24)
            ),
            8 => format!("pod/{service}-{}-{} 1/1 Running 0 {}d", c.hex(10), c.hex(5), c.below(99)),
            _ => format!(
                "\tat com.example.{}.Worker.readToken(Worker.java:{})",
                service.replace('-', "."),
                c.below(999)
            ),
        }
    };
    (0..count).map(&mut line).collect()
}
