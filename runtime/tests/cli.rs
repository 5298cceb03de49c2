//! The command `plimsoll map`, and what it makes of files that are no maps.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use plimsoll::{DataMap, metric, observe, redact};
use proptest::prelude::*;

#[redact]
struct Order {
    id: u64,
    #[redact(last(4))]
    card: String,
}

#[observe(log(order, order.id), redact(email = email))]
#[metric(counter, name = "orders", help = "Orders", labels(tenant: open(5) = email.len()))]
fn place(order: &Order, email: &str) -> usize {
    plimsoll::info!("order placed", order.id, redact(email = hash("customer")));
    order.card.len() + email.len() + usize::try_from(order.id).unwrap_or(0)
}

/// Nobody calls it, and its entry stays.
#[observe(log(n))]
#[expect(dead_code, reason = "that is the point")]
fn unused(n: u64) {}

const PLIMSOLL: &str = env!("CARGO_BIN_EXE_plimsoll");

fn plimsoll(arguments: &[&str]) -> Output {
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/maps");
    Command::new(PLIMSOLL).args(arguments).current_dir(maps).output().unwrap()
}

fn said(output: &Output) -> (i32, String) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn this_program() -> String {
    env::current_exe().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn the_file_says_what_the_running_program_says() {
    assert_eq!(place(&Order { id: 1, card: String::new() }, "a"), 2);
    let output = plimsoll(&["map", &this_program()]);
    let (code, text) = said(&output);
    assert_eq!(code, 0, "{text}");
    let from_file = DataMap::from_json(&text).unwrap();
    assert_eq!(from_file.clone().bare(), plimsoll::data_map().bare());
    let own = |entry: &&plimsoll::Entry| entry.module == "cli";
    let lines: Vec<String> = from_file
        .entries()
        .filter(own)
        .map(|entry| {
            let sinks = entry.sinks.join("+");
            format!("{} {} {} {} {sinks}", entry.name, entry.field, entry.class, entry.strategy)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "place email pii email span",
            "place order internal shown span",
            "place order.id public shown span",
            "unused n public shown span",
            "orders_total tenant public open(5) label",
            "Order card pii last(4) debug+span",
            "Order id public shown debug+span",
            "order placed email pii hash(\"customer\") log",
            "order placed order.id by type shown log",
        ]
    );
    let entry = from_file.entries().find(own).unwrap();
    let places: Vec<&str> = from_file.places(entry).collect();
    assert!(matches!(places[..], [place] if place.ends_with("tests/cli.rs:19")), "{places:?}");
}

#[test]
fn markdown_and_bare_maps() {
    let (code, text) = said(&plimsoll(&["map", &this_program(), "--format", "markdown"]));
    assert_eq!(code, 0);
    assert!(
        text.contains("| cli::Order | card | String | pii | last(4) | debug, span |"),
        "{text}"
    );
    let (_, text) = said(&plimsoll(&["map", &this_program(), "--bare"]));
    assert!(!text.contains("cli.rs"), "{text}");
}

#[test]
fn a_diff_says_in_words_and_by_its_code_what_more_may_leave() {
    let (code, text) = said(&plimsoll(&["map", "diff", "before.json", "looser.json"]));
    assert_eq!(code, 1, "{text}");
    assert_eq!(
        text,
        "LOOSER  type app::Card, `number`: `full` became `last(4)`\n\
         LOOSER  type app::Card, `number`: its class dropped from secret to pii\n\
         LOOSER  type app::Card, `owner`: it leaves by another way, span\n\
         3 changes let more leave than before.json\n"
    );
    let (code, text) = said(&plimsoll(&["map", "diff", "before.json", "stricter.json"]));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("`amount` is gone") && text.contains("became `erase`"), "{text}");
    assert_eq!(said(&plimsoll(&["map", "diff", "before.json", "before.json"])).0, 0);
    // Against a program, which has other fields altogether.
    assert_eq!(said(&plimsoll(&["map", "diff", "before.json", &this_program()])).0, 1);
    assert_eq!(said(&plimsoll(&["map", "diff", &this_program(), &this_program()])).0, 0);
}

#[test]
fn what_is_no_map_is_said_to_be_none() {
    let folder = env::temp_dir().join(format!("plimsoll-cli-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let elf = fs::read(PLIMSOLL).unwrap();
    for (path, why) in [
        (file("absent", b"") + "-not", "absent-not"),
        (file("empty", b""), "no ELF, Mach-O or PE"),
        (file("text", b"data map"), "no ELF, Mach-O or PE"),
        (file("json", b"{}"), "no member `data_map`"),
        (file("broken", b"{\"data_map\": 1,\n oops"), "at line 2"),
        (file("half", &elf[..elf.len() / 2]), "the data map"),
        (file("without", &without_map(&elf)), "holds no data map"),
        (String::from("/bin/sh"), "no section `plimsoll_map`"),
    ] {
        for arguments in [vec!["map", &path], vec!["map", "diff", "before.json", &path]] {
            let (code, text) = said(&plimsoll(&arguments));
            assert_eq!(code, 2, "{path}: {text}");
            assert!(text.contains(why), "{path}: {text}");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    for wrong in [&["map"][..], &[], &["map", "a", "--format", "xml"], &["map", "diff", "a"]] {
        assert_eq!(said(&plimsoll(wrong)).0, 2, "{wrong:?}");
    }
}

/// The program with other bytes where the map begins.
fn without_map(elf: &[u8]) -> Vec<u8> {
    let mut bytes = elf.to_vec();
    let head = b"\x1e{\"plimsoll\":";
    let found: Vec<usize> =
        (0..bytes.len() - head.len()).filter(|at| bytes[*at..].starts_with(head)).collect();
    for at in found {
        bytes[at + 1] = b'?';
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(
        damage in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..40),
        headers in any::<bool>(),
        keep in 1_u32..=100,
    ) {
        static FILE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut file = FILE.get_or_init(|| fs::read(PLIMSOLL).unwrap()).clone();
        let length = file.len();
        for (place, byte) in damage {
            let place = place as usize;
            // The headers of sections stand at the end of a file, those of the program at its start.
            let place = match (headers, place % 2) {
                (true, 0) => place % 512,
                (true, _) => length - 1 - place % 4096,
                (false, _) => place % length,
            };
            file[place] = byte;
        }
        file.truncate(length / 100 * keep as usize + 1);
        let _ = DataMap::from_binary(&file);
    }
}
