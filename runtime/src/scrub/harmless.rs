//! What plimsoll itself writes, and what strategies leave, passes the scrubber as it is: under its usual
//! names, and in messages.

use super::Scrubber;

/// What strategies leave of values.
#[rustfmt::skip]
const LEFT: &[&str] = &[
    "[redacted]", "a***@example.com", "***@example.com", "****4242", "********", "****", "h1:2026-11:mfrggzdfmztwq2lknnwg23tpob",
    "h1:k7:n5xw6zlqovzxezlsojqwy2ltmu", "h1:1:aaaqeayeaudaocajbifqydiob4", "+44*****58", "+1*****47", "+1******", "192.0.2.0/24",
    "2001:db8::/48", "40..50", "1000..2000", "GB**5432", "1815", "1815-12", "411111******1111", "https://example.org/home", "Ada***", "***ace",
    "https://example.org", "len=12",
];

/// What describes spans, requests, processes: name and value.
#[rustfmt::skip]
const OURS: &[(&str, &str)] = &[
    ("trace_id", "0af7651916cd43dd8448eb211c80319c"), ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("span_id", "b7ad6b7169203331"),
    ("span_id", "4000000000000000"), ("trace_id", "41111111111111114111111111111111"), ("parent_span_id", "00f067aa0ba902b7"),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
    ("request_id", "9e8119cc-4423-43a0-b61c-13278a518022"), ("request_id", "01JD3Y4ZP7QK8W2V5T6X9N0ABC"), ("http.request.id", "0193524e-7c1a-7d31-9f4b-3a8f0b1c2d3e"),
    ("service.instance.id", "0af7651916cd43dd8448eb211c80319c"), ("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09"),
    ("service.instance.id", "shop-6d4cf56db6-x7k2p-1"), ("service.name", "shop"), ("service.version", "1.2.3-rc.4+build.20240131"),
    ("service.version", "2024.11.22"), ("service.namespace", "payments"), ("deployment.environment.name", "production"),
    ("vcs.ref.head.revision", "9d59409acf479dfa0df1aa568182e43e43df8bbe"), ("vcs.revision", "9d59409acf479dfa0df1aa568182e43e43df8bbe"),
    ("vcs.ref.head.name", "feature/token-refresh"), ("vcs.repository.url.full", "https://github.com/example/shop"),
    ("revision", "9d59409"), ("git.commit", "9d59409acf479dfa0df1aa568182e43e43df8bbe"),
    ("container.id", "4f1c2e9b7a3d5f6e8c0b1a2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5"),
    ("container.image.id", "sha256:4f1c2e9b7a3d5f6e8c0b1a2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5"),
    ("container.image.name", "registry.example.com:5000/shop/api"), ("container.image.tags", "v1.2.3"),
    ("oci.manifest.digest", "sha256:e4ca62c0d62f3e886e684806dfe9d4e0cda60d54986898173c1083856cfda0f4"),
    ("k8s.pod.name", "shop-6d4cf56db6-x7k2p"), ("k8s.pod.uid", "275ecb36-5aa8-4c2a-9c47-d8bb681b9aff"), ("k8s.namespace.name", "shop-prod"),
    ("k8s.deployment.name", "shop"), ("k8s.node.name", "ip-10-0-12-199.eu-central-1.compute.internal"), ("k8s.cluster.name", "prod-1"),
    ("k8s.replicaset.name", "shop-6d4cf56db6"), ("k8s.container.restart_count", "0"), ("host.name", "web-17.eu.example.com"),
    ("host.id", "0af7651916cd43dd8448eb211c80319c"), ("host.id", "i-0123456789abcdef0"), ("host.arch", "amd64"), ("host.image.id", "ami-07b06b442921831e5"),
    ("os.type", "linux"), ("os.version", "5.15.0-1084-aws"), ("process.pid", "4711"), ("process.executable.name", "shop"),
    ("process.runtime.name", "rustc"), ("process.runtime.version", "1.85.0"), ("telemetry.sdk.name", "plimsoll"), ("telemetry.sdk.language", "rust"),
    ("telemetry.sdk.version", "0.1.0"), ("cloud.account.id", "123456789012"), ("cloud.region", "eu-central-1"), ("cloud.availability_zone", "eu-central-1a"),
    ("cloud.resource_id", "arn:aws:lambda:eu-central-1:123456789012:function:shop"), ("faas.instance", "2024/11/22/[$LATEST]4f1c2e9b7a3d5f6e8c0b1a2d3e4f5a6b"),
    ("code.function.name", "shop::orders::Token::refresh"), ("code.function.name", "<shop::Auth as tower::Service<Request>>::call"),
    ("code.file.path", "/build/src/auth/password.rs"), ("code.line.number", "4711"), ("code.namespace", "shop::secrets"), ("thread.name", "tokio-runtime-worker"),
    ("thread.id", "140230457398016"), ("error.type", "shop::auth::TokenExpired"), ("error.type", "timeout"), ("error.type", "500"),
    ("exception.type", "std::num::ParseIntError"), ("http.route", "/v1/users/{user_id}/tokens/{token}"), ("http.route", "/login/:password"),
    ("http.route", "/api/{*path}"), ("http.request.method", "POST"), ("http.response.status_code", "404"), ("url.path", "/v1/orders/17"),
    ("url.path", "/v1/users/9e8119cc-4423-43a0-b61c-13278a518022"), ("url.scheme", "https"), ("url.full", "https://shop.example/v1/orders?page=2"),
    ("url.query", "page=2&size=50"), ("server.address", "shop.example"), ("server.port", "8443"), ("client.address", "192.0.2.7"),
    ("client.address", "2001:db8::1"), ("network.peer.address", "10.0.12.199"), ("network.peer.port", "54321"), ("network.protocol.version", "1.1"),
    ("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"), ("user_agent.original", "curl/8.5.0"),
    ("user_agent.original", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"),
    ("messaging.system", "kafka"), ("messaging.message.id", "452a7c7c7c7048c2f887f61572b18fc2"), ("messaging.kafka.offset", "4111111111111111"),
    ("messaging.destination.name", "orders.v2"), ("db.system.name", "postgresql"), ("db.namespace", "shop"), ("db.collection.name", "access_tokens"),
    ("db.query.summary", "SELECT access_tokens"), ("db.operation.name", "SELECT"), ("rpc.method", "RefreshToken"), ("rpc.service", "auth.v1.TokenService"),
    ("order_id", "4111111111111111"), ("elapsed_ms", "12.75"), ("duration", "1.5ms"), ("timestamp", "2026-11-22T01:32:09.123456Z"),
    ("ts", "1700000000000000000"), ("cache.key", "user:2080:profile"), ("etag", "\"33a64df551425fcc55e4d42a148795d9f25f89d4\""),
];

/// Messages that plimsoll itself logs, or that programs do of the values above.
#[rustfmt::skip]
const SAID: &[&str] = &[
    "request 9e8119cc-4423-43a0-b61c-13278a518022 took 12.75ms", "trace 0af7651916cd43dd8448eb211c80319c span b7ad6b7169203331",
    "running shop 1.2.3-rc.4 (9d59409acf479dfa0df1aa568182e43e43df8bbe) on web-17.eu.example.com",
    "pulled sha256:e4ca62c0d62f3e886e684806dfe9d4e0cda60d54986898173c1083856cfda0f4", "pod shop-6d4cf56db6-x7k2p restarted 3 times",
    "PLIMSOLL_HASH_KEY is not set: values under `hash` are hidden", "PLIMSOLL_SCRUB has `spam=off` in it", "listening on 0.0.0.0:9464",
    "2026-11-22T01:32:09.123456Z INFO shop::orders: order placed order_id=17 total=42.50", "panicked at src/main.rs:17:5",
    "customer a***@example.com, card ****4242, phone +44*****58, account GB**5432, net 192.0.2.0/24, age 40..50",
    "customer h1:2026-11:mfrggzdfmztwq2lknnwg23tpob came", "password_changed=true token_type=Bearer session_count=12 key_id=k7",
    "Customer { note: [redacted], card: ****4242, mail: a***@example.com, name: h1:2026-11:mfrggzdfmztwq2lknnwg23tpob, phone: +44*****58, \
     pan: ****4242, address: 192.0.2.0/24, page: https://example.org/home, account: GB**5432, age: 30..40, born: 1815 }",
    "Login { user: \"ann\", password: [redacted], token: [redacted], pin: [redacted] }", "Auth { secret: h1:k7:n5xw6zlqovzxezlsojqwy2ltmu }",
    "{\"password\":\"[redacted]\",\"mail\":\"a***@example.com\",\"token\":\"********\"}", "api_key=******** secret=[redacted]",
];

#[test]
fn what_plimsoll_writes_is_never_masked() {
    let scrubber = Scrubber::new();
    let mut masked = Vec::new();
    let mut same = |name: &str, value: &str| {
        let shown = scrubber.field(name, value);
        if shown != value {
            masked.push(format!("{name}: {value} became {shown}"));
        }
    };
    for (name, value) in OURS {
        same(name, value);
        same("message", &format!("{name}={value}"));
        same("message", &format!("{{\"{name}\":\"{}\"}}", value.replace('"', "\\\"")));
        // Digits alone may be a card's under a name that says nothing.
        if !value.bytes().all(|byte| byte.is_ascii_digit()) {
            same("note", value);
        }
    }
    for value in LEFT {
        for name in ["customer", "note", "order_id", "url.full", "message", "value"] {
            same(name, value);
        }
        // Behind a secret's name a piece of it is too much, a pseudonym is not.
        let whole = value.starts_with("h1:") || value.bytes().all(|byte| byte == b'*');
        let names = if whole || *value == "[redacted]" { 8 } else { 5 };
        for text in ["customer", "email", "card", "phone", "iban", "token", "secret", "password"]
            .iter()
            .take(names)
        {
            same("message", &format!("{text}={value} x"));
            same("message", &format!("{text}: {value}, x"));
            same("message", &format!("{{\"{text}\":\"{value}\"}}"));
            same("message", &format!("Of {{ {text}: \"{value}\" }}"));
            same("message", &format!("Of {{ {text}: {value} }}"));
        }
    }
    SAID.iter().for_each(|text| same("message", text));
    assert!(masked.is_empty(), "{}", masked.join("\n"));
}
