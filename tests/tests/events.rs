//! Typed events: where they go, what is in them, and what they cost where nobody wants them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::cell::Cell;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use plimsoll::{
    Class, Level, Loggable, Out, debug, error, event, info, observe, redact, trace, warn,
};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

#[redact]
struct Customer {
    id: u64,
    #[redact(last(4))]
    card: String,
    #[redact]
    email: String,
}

#[redact]
struct Order {
    number: u64,
    customer: Customer,
}

fn order() -> Order {
    let email = "canary@example.com".to_owned();
    Order { number: 7, customer: Customer { id: 3, card: "4242424242421234".to_owned(), email } }
}

/// Counts how often it is looked at.
#[derive(Default)]
struct Watched(Cell<u32>);

impl Loggable for Watched {
    fn log(&self, out: &mut Out<'_>) {
        self.0.set(self.0.get() + 1);
        out.u64(1);
    }
}

/// Two of it lie in each other so often that nobody waits for all of them.
#[redact]
struct Branch {
    depth: u8,
    left: Option<Arc<Branch>>,
    right: Option<Arc<Branch>>,
}

fn branch(depth: u8) -> Branch {
    let half = depth.checked_sub(1).map(branch).map(Arc::new);
    Branch { depth, left: half.clone(), right: half }
}

/// A name that what is generated could have, too.
const EVENT: u8 = 4;

/// More sensitive than a log line may be.
struct Diagnosis;

impl Loggable for Diagnosis {
    const CLASS: Class = Class::PII;

    fn log(&self, out: &mut Out<'_>) {
        out.name("canary");
    }
}

struct Bomb;

impl Loggable for Bomb {
    fn log(&self, _: &mut Out<'_>) {
        panic!("on purpose");
    }
}

#[observe]
fn place(order: &Order, route: &str, email: &str) {
    let (lines, card) = ([1, 2, 3], "4242424242421234");
    info!(
        "order placed",
        order.number,
        of = order,
        lines = lines.len(),
        half = 0.5,
        paid = true,
        public(route),
        greeting = public(format_args!("{}, {}!", "hello", "you")),
        redact(email = email, card = last(4), order.customer.email = full),
    );
}

fn say_all(watched: &Watched) {
    error!("an error", watched);
    warn!("a warning", watched);
    info!("something", watched);
    debug!("a detail", watched);
    trace!("a small detail", watched);
    event!(Level::Warn, target = "elsewhere", "from elsewhere", watched);
    event!(Level::Debug, target = "elsewhere::far", "from far away", watched);
}

/// Values may wait, return and log.
async fn waits(out: &Mutex<Vec<u8>>) -> Result<(), u8> {
    async fn later(value: u8, out: &Mutex<Vec<u8>>) -> u8 {
        pause().await;
        out.lock().unwrap().push(value);
        info!("inner", value);
        value
    }
    info!("outer", first = later(1, out).await, second = later(2, out).await);
    info!("never", value = Err::<u8, u8>(9)?);
    Ok(())
}

#[test]
fn events_go_to_whoever_listens() {
    before_init();
    let lines = Lines::default();
    let live = Live::start_with(&lines);

    let watched = Watched::default();
    say_all(&watched);
    assert_eq!(watched.0.get(), 4, "nobody looks at what is below the filter");
    let mut evaluated = 0;
    debug!(
        "below the filter",
        value = {
            evaluated += 1;
            evaluated
        }
    );
    info!(
        "above it",
        value = {
            evaluated += 1;
            evaluated
        }
    );
    assert_eq!(evaluated, 1);
    place(&order(), "/orders", "alice@example.com");
    let out = Mutex::new(Vec::new());
    assert_eq!(block_on(waits(&out)), Err(9));
    assert_eq!(*out.lock().unwrap(), [1, 2]);
    info!("kept from the log", diagnosis = Diagnosis, known = 1);
    info!("half of it", known = 1, bomb = Bomb, unknown = 2);
    let () = info!("an expression");
    info!("in its own words", event = EVENT, next = EVENT + 1);
    info!("a tree", branch = branch(60));

    let received = live.end();
    let all = lines.all();
    let of = |message: &str| {
        let mut found = all.iter().filter(|line| line["message"] == message);
        let line = found.next().unwrap_or_else(|| panic!("{message}: {all:?}"));
        assert!(found.next().is_none(), "{message}");
        line
    };
    for (message, level, target) in [
        ("an error", "ERROR", module_path!()),
        ("a warning", "WARN", module_path!()),
        ("something", "INFO", module_path!()),
        ("from elsewhere", "WARN", "elsewhere"),
        ("an expression", "INFO", module_path!()),
    ] {
        let line = of(message);
        assert_eq!((line["level"].as_str(), line["target"].as_str()), (Some(level), Some(target)));
        assert!(line.get("trace_id").is_none(), "{line}");
    }
    let line = of("order placed");
    assert_eq!(line["span_id"].as_str().unwrap().len(), 16, "{line}");
    let expected = serde_json::json!({
        "order.number": 7, "of.number": 7, "of.customer.id": 3, "of.customer.card": "****1234",
        "of.customer.email": "[redacted]", "lines": 3, "half": 0.5, "paid": true,
        "route": "/orders", "greeting": "hello, you!", "email": "a***@example.com",
        "card": "****1234", "order.customer.email": "[redacted]",
    });
    assert_eq!(line["fields"], expected);
    let expected = serde_json::json!({ "diagnosis": "[redacted]", "known": 1 });
    assert_eq!(of("kept from the log")["fields"], expected);
    assert_eq!(of("half of it")["fields"], serde_json::json!({ "known": 1 }));
    assert_eq!(of("in its own words")["fields"], serde_json::json!({ "event": 4, "next": 5 }));
    let parts = of("a tree")["fields"].as_object().unwrap().len();
    assert!((10..=128).contains(&parts), "{parts}");
    assert_eq!(of("outer")["fields"], serde_json::json!({ "first": 1, "second": 2 }));
    assert!(!all.iter().any(|line| line["message"] == "never"));
    assert!(!all.iter().any(|line| line.to_string().contains("canary")), "{all:?}");

    let Some(received) = received else { return };
    let record = received.logs.iter().find(|log| log.body == "order placed").unwrap();
    assert_eq!(record.severity, "INFO");
    assert_eq!(record.attributes["of.customer.card"], "****1234");
    assert_eq!(record.attributes["lines"], "3");
    assert_eq!(record.span_id, line["span_id"].as_str().unwrap());
}

/// A library's events are `tracing`'s while nobody has initialised plimsoll.
fn before_init() {
    let watched = Watched::default();
    say_all(&watched);
    assert_eq!(watched.0.get(), 0, "nobody listens");
    let host = Host::default();
    with_default(host.clone(), || {
        say_all(&watched);
        place(&order(), "/orders", "alice@example.com");
    });
    assert_eq!(watched.0.get(), 5, "the host is given what it wants");
    let told = host.0.lock().unwrap().clone();
    let placed = "INFO events: message=order placed order.number=7 of=Order { number: 7, customer: \
                  Customer { id: 3, card: ****1234, email: [redacted] } } lines=3 half=0.5 paid=true \
                  route=/orders greeting=hello, you! email=a***@example.com card=****1234 \
                  order.customer.email=[redacted]";
    let expected = [
        "ERROR events: message=an error watched=1",
        "WARN events: message=a warning watched=1",
        "INFO events: message=something watched=1",
        "DEBUG events: message=a detail watched=1",
        "WARN elsewhere: message=from elsewhere watched=1",
        placed,
    ];
    assert_eq!(told, expected);
}

/// A subscriber of the host's: all but `trace`, and of one target none.
#[derive(Clone, Default)]
struct Host(Arc<Mutex<Vec<String>>>);

impl Subscriber for Host {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() <= tracing::Level::DEBUG
            && metadata.target() != "elsewhere::far"
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        assert_eq!(metadata.file(), Some(file!()));
        let mut text = Text(format!("{} {}:", metadata.level(), metadata.target()));
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }
}
