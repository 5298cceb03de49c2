//! What is seen of an error in the log: its kind, and of its text what somebody decided.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::fmt::{self, Debug, Display};
use std::io;
use std::time::Duration;

use plimsoll::{ErrorKind, Out, SafeError, observe, redact};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::sink;

/// In no line, whatever is wrong.
const SECRET: &str = "canary-4242";

#[redact]
#[expect(dead_code, reason = "what is redacted is never read")]
struct Account {
    id: u64,
    #[redact]
    email: String,
}

#[derive(Debug, thiserror::Error, ErrorKind)]
enum PaymentError {
    #[error("the provider could not be reached")]
    Unreachable(#[from] io::Error),
    #[error("refused for {0}")]
    Refused(String),
}

#[derive(Debug, thiserror::Error, ErrorKind)]
enum OrderError {
    #[error("the cart is empty")]
    Empty,
    #[error("{email} has {count:>3} of {{3}} orders, {0:?} {text}", .account, text = SECRET.len())]
    TooMany { email: String, count: u8, account: Account },
    #[error("card {card} and pin {pin} do not fit")]
    Card { card: u64, pin: u64 },
    #[error("the payment failed")]
    Payment { source: PaymentError },
    #[error(transparent)]
    Cart(#[from] CartError),
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
    #[error("line {0} of {1}")]
    #[kind(message = "line {0}")]
    Line(u32, String),
    #[error("no table {0}")]
    #[kind(allow(reason = "the names of our own tables"))]
    Table(&'static str, #[source] fmt::Error),
    #[error(transparent)]
    #[kind(transparent)]
    Stock(StockError<String>),
    #[error(transparent)]
    #[kind(transparent)]
    Age(AgeError),
    #[error(transparent)]
    #[kind(transparent)]
    Rank(RankError),
}

/// What a mark hides in `Debug`, no message shows.
#[redact]
#[derive(thiserror::Error, ErrorKind)]
enum AgeError {
    #[error("{age} is below {limit}")]
    TooYoung {
        #[redact(bucket(10))]
        age: u64,
        #[redact(allow(reason = "it is in the law"))]
        limit: u64,
        #[redact]
        source: PaymentError,
    },
}

#[derive(thiserror::Error, ErrorKind)]
#[redact]
#[error("rank {rank} of {all}")]
struct RankError {
    #[redact]
    rank: u64,
    all: u64,
}

#[derive(Debug, thiserror::Error, ErrorKind)]
#[error("the cart of {0} is gone")]
struct CartError(u64, String);

/// A generic type is known to nobody.
#[derive(Debug, thiserror::Error, ErrorKind)]
enum StockError<T: Debug + Display> {
    #[error("no stock of {0} at {1}")]
    Of(T, u8),
}

/// Has no kinds.
#[derive(Debug)]
struct TooOld(u32, String);

impl Display for TooOld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {} days old", self.1, self.0)
    }
}

impl std::error::Error for TooOld {}

impl SafeError for TooOld {
    fn safe(&self, out: &mut Out<'_>) {
        out.text(&format_args!("{} days old", self.0));
    }
}

/// Has neither kinds nor anything to say.
#[derive(Debug)]
struct Silent;

impl Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET)
    }
}

impl std::error::Error for Silent {}

/// Kinds by hand, and no message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct ByHand(&'static str);

impl ErrorKind for ByHand {
    const KINDS: &'static [&'static str] = &["Odd"];

    fn kind(&self) -> plimsoll::KindInfo {
        plimsoll::KindInfo::new(0, "Odd")
    }
}

#[observe]
fn order(error: OrderError) -> Result<(), OrderError> {
    Err(error)
}

#[observe]
fn accept() -> Result<(), TooOld> {
    Err(TooOld(31, SECRET.to_owned()))
}

#[observe]
fn read() -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::InvalidData, SECRET))
}

#[observe]
fn stay_silent() -> Result<(), Silent> {
    Err(Silent)
}

#[observe]
fn by_hand() -> Result<(), ByHand> {
    Err(ByHand(SECRET))
}

#[test]
fn only_what_somebody_decided_is_seen_of_an_error() {
    let lines = Lines::default();
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(sink::start())
        .no_admin()
        .log_output(lines.clone())
        .init()
        .unwrap();
    let secret = || SECRET.to_owned();
    let account = Account { id: 7, email: secret() };
    let unreachable = || PaymentError::from(io::Error::from(io::ErrorKind::ConnectionReset));
    let refused = || PaymentError::Refused(secret());
    let cases = [
        (OrderError::Empty, "Empty: the cart is empty"),
        (
            OrderError::TooMany { email: secret(), count: 3, account },
            "TooMany: [redacted] has 3 of {3} orders, Account { id: 7, email: [redacted] } [redacted]",
        ),
        (
            OrderError::Card { card: 4242, pin: 4242 },
            "Card: card [redacted] and pin [redacted] do not fit",
        ),
        (
            OrderError::Payment { source: unreachable() },
            "Payment: the payment failed: the provider could not be reached: connection reset",
        ),
        (
            OrderError::Payment { source: refused() },
            "Payment: the payment failed: refused for [redacted]",
        ),
        (CartError(7, secret()).into(), "Cart: the cart of 7 is gone"),
        (OrderError::Other(secret().into()), "Other"),
        (OrderError::Line(8, secret()), "Line: line 8"),
        (
            OrderError::Table("orders", fmt::Error),
            "Table: no table orders: an error occurred when formatting an argument",
        ),
        (OrderError::Stock(StockError::Of(secret(), 4)), "Of: no stock of [redacted] at 4"),
        (
            OrderError::Age(AgeError::TooYoung { age: 4242, limit: 18, source: unreachable() }),
            "TooYoung: [redacted] is below 18",
        ),
        (OrderError::Rank(RankError { rank: 4242, all: 9 }), "RankError: rank [redacted] of 9"),
    ];
    let expected: Vec<_> = cases.iter().map(|(_, expected)| *expected).collect();
    for (error, _) in cases {
        assert!(order(error).is_err());
    }
    assert!(accept().is_err() && read().is_err() && stay_silent().is_err() && by_hand().is_err());
    telemetry.shutdown(Duration::from_secs(20));

    let all = lines.all();
    let seen: Vec<_> = all
        .iter()
        .filter(|line| line["level"] == "ERROR")
        .map(|line| {
            let fields = ["error.type", "error.message"].map(|key| line["fields"][key].as_str());
            fields.into_iter().flatten().collect::<Vec<_>>().join(": ")
        })
        .collect();
    let by_type = ["TooOld: 31 days old", "InvalidData: invalid data", "Silent", "Odd"];
    assert_eq!(seen, [expected, by_type.to_vec()].concat());
    assert!(!all.iter().any(|line| line.to_string().contains("4242")), "{all:?}");
}
