//! What the process uses, on the page: beside its calls, by standard names, true and well formed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::time::Duration;

use plimsoll::observe;
use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::{prometheus, sink, tools, wait};

#[observe]
fn burn(rounds: u64) -> u64 {
    (0..rounds).fold(0, |sum, round| black_box(sum ^ round.wrapping_mul(31)))
}

fn page(format: Format) -> (Page, String) {
    let mut page = Vec::new();
    plimsoll::metrics_page(format.accept(), &mut page);
    let text = String::from_utf8(page).unwrap();
    (Page::read(&text, format), text)
}

/// The one sample of these labels.
#[track_caller]
fn value(name: &str, labels: &[(&str, &str)]) -> f64 {
    let (page, text) = page(Format::Text);
    let found: Vec<f64> = page
        .families
        .iter()
        .flat_map(|family| &family.samples)
        .filter(|sample| sample.name == name)
        .filter(|sample| sample.has(labels))
        .map(|sample| sample.value)
        .collect();
    match found[..] {
        [value] => value,
        _ => panic!("{} series {name}{labels:?} in {text}", found.len()),
    }
}

#[test]
fn the_page_tells_what_the_process_uses() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe {
        std::env::set_var("GIT_COMMIT", "of whoever deploys");
        std::env::set_var("OTEL_METRIC_EXPORT_INTERVAL", "100");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let telemetry = runtime.block_on(async {
        plimsoll::builder()
            .service("usage")
            .version("1.2.3")
            .commit("abc\"def")
            .otlp(sink::start())
            .admin("127.0.0.1:0".parse().unwrap())
            .init()
            .unwrap()
    });
    telemetry.watch_runtime("other", other.handle().clone());
    burn(1000);

    assert_eq!(value("build_info", &[("version", "1.2.3"), ("commit", "abc\"def")]), 1.0);
    assert_eq!(value("target_info", &[("vcs_ref_head_revision", "abc\"def")]), 1.0);
    for (name, labels) in [("main", &runtime), ("other", &other)] {
        let tasks: Vec<_> = (0..5).map(|_| labels.spawn(std::future::pending::<()>())).collect();
        assert_eq!(value("tokio_alive_tasks", &[("runtime", name)]), 5.0);
        tasks.iter().for_each(|task| task.abort());
        labels.block_on(async { tokio::task::yield_now().await });
        assert_eq!(value("tokio_alive_tasks", &[("runtime", name)]), 0.0);
    }
    its_own_threads_are_billed();
    its_memory_is_shown();
    both_formats_are_well_formed();
    every_family_is_in_the_docs();
    telemetry.shutdown(Duration::from_secs(10));
    assert!(value("plimsoll_pages_total", &[]) > 10.0);
}

fn its_own_threads_are_billed() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let spent = || value("plimsoll_thread_cpu_seconds_total", &[("thread", "plimsoll-export")]);
    let before = spent();
    // It pushes ten times a second.
    wait::until("the export thread spends CPU", || (spent() > before).then_some(()));
    // Of the process, all of them are a part.
    let all = value("process_cpu_seconds_total", &[]);
    assert!(spent() < all + 0.02, "{} of {all} s", spent());
}

fn its_memory_is_shown() {
    let used = || value("plimsoll_shards", &[("state", "used")]);
    let idle = || value("plimsoll_shards", &[("state", "idle")]);
    let memory = |part| value("plimsoll_memory_bytes", &[("part", part)]);
    let before = (used(), idle(), memory("spans"), memory("counts"));
    let stop = &std::sync::Barrier::new(9);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                burn(10);
                stop.wait();
                stop.wait();
            });
        }
        stop.wait();
        assert_eq!(used(), before.0 + 8.0);
        stop.wait();
    });
    wait::until("the threads have ended", || (used() == before.0).then_some(()));
    assert_eq!(idle() + used(), before.0 + before.1 + (8.0 - before.1).max(0.0));
    assert!(memory("spans") > before.2 && memory("counts") > before.3);
    assert_eq!(value("plimsoll_catalogue_marks", &[("mark", "function")]), 1.0);
    assert_eq!(value("plimsoll_catalogue_series", &[]), 6.0);
}

fn both_formats_are_well_formed() {
    let families = |format| {
        let (page, _) = page(format);
        page.families.into_iter().map(|family| family.name).collect::<BTreeSet<String>>()
    };
    let (text, open) = (families(Format::Text), families(Format::OpenMetrics));
    assert_eq!(text.len(), open.len());
    if fs::metadata("/proc/self/stat").is_ok() {
        for name in ["process_cpu_seconds_total", "process_open_fds", "system_memory_limit_bytes"] {
            assert!(text.contains(name), "{name} in {text:?}");
        }
    }
    if let Some(complaints) = prometheus::promtool(&page(Format::Text).1) {
        assert_eq!(complaints, "");
    }
}

fn every_family_is_in_the_docs() {
    let path = tools::workspace().join("runtime/src/families.md");
    let docs = fs::read_to_string(path).unwrap();
    for family in page(Format::Text).0.families {
        let name =
            family.name.replace("average_5m", "average_1m").replace("average_15m", "average_1m");
        let row = docs.lines().find(|line| line.starts_with(&format!("| `{name}`")));
        assert!(row.is_some(), "{name} is not in families.md");
        // The page calls an info a gauge, which is what it is there.
        let kind = if name.ends_with("_info") { "info" } else { &family.kind };
        assert!(row.is_none_or(|row| row.contains(&format!("| {kind} |"))), "{name}: {row:?}");
    }
}
