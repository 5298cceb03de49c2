//! Whole blocks under one mark: what they exempt, what they say for all, and what one function says
//! instead.

use async_trait::async_trait;
use plimsoll::observe;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends, ok};

struct Users {
    shard: u8,
    names: Vec<&'static str>,
}

#[observe(kind = client, log(self.shard))]
impl Users {
    const LIMIT: usize = 10;

    #[observe(skip)]
    fn new(shard: u8) -> Users {
        Users { shard, names: vec!["ada", "grace"] }
    }

    fn count(&self) -> usize {
        self.names.len().min(Self::LIMIT)
    }

    #[observe(log(id))]
    fn user(&self, id: usize) -> Result<&'static str, ()> {
        self.names.get(id).copied().ok_or(())
    }

    /// The key of the block, from somewhere else; and a role of its own.
    #[observe(kind = internal, log(self.shard = self.shard + 100))]
    fn moves(&mut self, shard: u8) {
        self.shard = shard;
    }

    /// It has no `self` to record anything of.
    fn greeting() -> &'static str {
        "hello"
    }

    async fn reload(&mut self) -> usize {
        pause().await;
        self.names.push("edith");
        self.names.len()
    }
}

trait Finds<'a> {
    fn find(&'a self, name: &str) -> Option<&'a str>;
}

#[observe(error_if = Option::is_none)]
impl<'a> Finds<'a> for Users {
    fn find(&self, name: &str) -> Option<&'a str> {
        self.names.iter().copied().find(|known| *known == name)
    }
}

/// Marked where it is declared: what it provides is observed, whoever has it.
#[observe]
trait Describes {
    fn name(&self) -> String;

    fn describe(&self) -> String {
        format!("a {}", self.name())
    }

    #[observe(skip)]
    fn is_named(&self) -> bool {
        !self.name().is_empty()
    }
}

impl Describes for u8 {
    fn name(&self) -> String {
        "byte".to_owned()
    }
}

impl Describes for Users {
    fn name(&self) -> String {
        "list".to_owned()
    }

    /// Not the provided one: it would need a mark of its own.
    fn describe(&self) -> String {
        String::new()
    }
}

#[async_trait]
trait Checks: Sized {
    async fn check(&self) -> bool;

    async fn checked() -> Option<Self>;
}

struct Above;

#[observe]
#[async_trait]
impl Checks for Above {
    async fn check(&self) -> bool {
        pause().await;
        true
    }

    async fn checked() -> Option<Self> {
        Above.check().await.then_some(Above)
    }
}

struct Below;

#[async_trait]
#[observe]
impl Checks for Below {
    async fn check(&self) -> bool {
        pause().await;
        true
    }

    async fn checked() -> Option<Self> {
        Below.check().await.then_some(Below)
    }
}

#[observe]
mod reports {
    pub(super) fn daily(pages: usize) -> Result<usize, String> {
        let lines = lines(pages);
        if is_short(lines) { Err(format!("only {lines} lines")) } else { Ok(lines) }
    }

    fn lines(pages: usize) -> usize {
        pages * 40
    }

    #[observe(skip)]
    fn is_short(lines: usize) -> bool {
        lines < 100
    }

    pub(super) mod monthly {
        pub(in super::super) fn print() {}
    }
}

pub(crate) fn run(_: &Live) {
    let mut users = Users::new(3);
    assert_eq!((users.count(), users.user(1), users.user(9)), (2, Ok("grace"), Err(())));
    users.moves(4);
    assert_eq!(Users::greeting(), "hello");
    assert_eq!(block_on(users.reload()), 3);
    assert_eq!((users.find("ada"), users.find("alan")), (Some("ada"), None));
    assert_eq!(7_u8.describe(), "a byte");
    assert!(7_u8.is_named() && users.describe().is_empty());
    assert!(block_on(Above::checked()).is_some() && block_on(Below::checked()).is_some());
    assert_eq!(reports::daily(3), Ok(120));
    assert!(reports::daily(1).is_err());
    reports::monthly::print();
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("Users::count", ok(1)).kind("CLIENT").fields(&["self.shard=3"]);
    told.of("Users::user", ends(1, 1, 0, 0))
        .kind("CLIENT")
        .fields(&["id=1 self.shard=3", "id=9 self.shard=3"])
        .logged(&["ERROR failed: ()"]);
    told.of("Users::moves", ok(1)).kind("INTERNAL").fields(&["self.shard=103"]);
    told.of("Users::greeting", ok(1)).kind("CLIENT").fields(&[""]);
    told.of("Users::reload", ok(1)).fields(&["self.shard=4"]);
    told.of("Users::find", ends(1, 1, 0, 0)).error("None", 1).logged(&["ERROR failed: None"]);
    told.of("Describes::describe", ok(1));
    for kind in ["Above", "Below"] {
        let (check, checked) = (format!("{kind}::check"), format!("{kind}::checked"));
        told.of(&check, ok(1)).within(&told.of(&checked, ok(1)).alone());
    }
    let reports = told.part("situations::blocks::reports");
    let daily = reports.of("daily", ends(1, 1, 0, 0)).logged(&["ERROR failed: String"]);
    reports.of("lines", ok(2)).within(&daily);
    told.part("situations::blocks::reports::monthly").of("print", ok(1));
}
