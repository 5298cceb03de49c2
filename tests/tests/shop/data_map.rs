//! The shop's data map: from its file, from the running shop, and as it is kept beside the source.

use std::{env, fs};

use plimsoll::{DataMap, Source};
use plimsoll_tests::http;
use plimsoll_tests::shop::{self, Opening, TOKEN};
use plimsoll_tests::tools;

const KEPT: &str = "examples/shop/data-map.json";

fn from_file() -> DataMap {
    let file = fs::read(shop::program()).unwrap();
    DataMap::from_binary(&file).unwrap()
}

#[test]
fn the_file_says_what_the_running_shop_says() {
    let shop = Opening::busy().open();
    let url = shop.metrics.replace("/metrics", "/data-map");
    assert_eq!(http::get(&url).status, 401, "without a token");
    let token = format!("Bearer {TOKEN}");
    let answer = http::get_with(&url, &[("authorization", &token)]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let running = DataMap::from_json(&answer.body).unwrap();
    assert_eq!(running.clone().bare(), from_file().bare());
    assert_eq!(running.diff(&from_file()), []);
    // Only the running shop knows what sqlx logs.
    let foreign = running.entries().filter(|entry| entry.source == Source::Foreign);
    let classes: Vec<&str> = foreign.map(|entry| entry.class.as_str()).collect();
    assert!(!classes.is_empty() && classes.iter().all(|class| *class == "unclassified"));
    assert!(from_file().entries().all(|entry| entry.source != Source::Foreign));
    let page = http::get_with(&format!("{url}?format=markdown"), &[("authorization", &token)]);
    assert!(page.body.starts_with("# Data map"), "{}", page.body);
}

/// What a user's CI does: `plimsoll map diff data-map.json target/release/app`.
#[test]
fn the_map_beside_the_source_is_that_of_the_program() {
    let path = tools::workspace().join(KEPT);
    let json = from_file().bare().to_json();
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &json).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    let changes = from_file().diff(&DataMap::from_json(&kept).unwrap());
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let hint =
        "make it anew with `UPDATE_EXPECT=1 cargo test -p plimsoll-tests --test shop data_map`";
    assert!(kept == json, "{KEPT} is not true any more; {hint}\n{}", changes.join("\n"));
}

#[test]
fn a_shop_that_lets_more_leave_is_told_from_one_that_does_not() {
    let json = from_file().to_json();
    let looser = |from: &str, to: &str| {
        assert!(json.contains(from), "{from} is not in the shop's map");
        let changed = DataMap::from_json(&json.replacen(from, to, 1)).unwrap();
        changed.diff(&from_file()).iter().filter(|change| change.loosens).count()
    };
    assert_eq!(looser("\"strategy\": \"last(4)\"", "\"strategy\": \"shown\""), 1);
    assert_eq!(looser("\"strategy\": \"full\"", "\"strategy\": \"first(2)\""), 1);
    assert_eq!(looser("\"class\": \"pii\"", "\"class\": \"internal\""), 1);
    assert_eq!(looser("\"strategy\": \"last(4)\"", "\"strategy\": \"full\""), 0);
}
