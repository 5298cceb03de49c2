//! Figures of the program's allocator: right where it is jemalloc or mimalloc, absent where it is
//! another, though both are linked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::hint::black_box;

use plimsoll_tests::page::{Format, Page};

#[cfg(all(feature = "jemalloc", not(feature = "mimalloc")))]
#[global_allocator]
static GLOBAL: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[cfg(all(feature = "mimalloc", not(feature = "jemalloc")))]
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ALLOCATOR: Option<&str> = match (cfg!(feature = "jemalloc"), cfg!(feature = "mimalloc")) {
    (true, false) => Some("jemalloc"),
    (false, true) => Some("mimalloc"),
    _ => None,
};

fn page() -> Page {
    let mut page = Vec::new();
    plimsoll::metrics_page(Format::Text.accept(), &mut page);
    Page::read(&String::from_utf8(page).unwrap(), Format::Text)
}

/// The figure of a family, if it is there.
fn figure(name: &str) -> Option<f64> {
    let page = page();
    let family = page.families.iter().find(|family| family.name == name)?;
    let [sample] = &family.samples[..] else { panic!("{family:?}") };
    if name.starts_with("allocator_") {
        assert_eq!(Some(sample.labels["allocator"].as_str()), ALLOCATOR);
    }
    Some(sample.value)
}

#[test]
fn what_is_allocated_is_seen_and_what_is_given_back_too() {
    const SIZE: f64 = 64.0 * 1024.0 * 1024.0;
    let name = match ALLOCATOR {
        Some("jemalloc") => "allocator_allocated_bytes",
        Some(_) => "allocator_committed_bytes",
        None => {
            let page = page();
            let ours = |name: &str| name.starts_with("allocator_") || name == "process_heap_bytes";
            assert!(!page.families.iter().any(|family| ours(&family.name)), "{page:?}");
            return;
        }
    };
    let read = || (figure(name).unwrap(), figure("process_heap_bytes").unwrap());
    let before = read();
    let memory = black_box(vec![1u8; SIZE as usize]);
    let held = read();
    drop(memory);
    let after = read();
    for (before, held) in [(before.0, held.0), (before.1, held.1)] {
        assert!((0.95..1.5).contains(&((held - before) / SIZE)), "{before}, then {held}");
    }
    if ALLOCATOR == Some("jemalloc") {
        assert!((after.0 - before.0).abs() < SIZE * 0.05, "{before:?}, then {after:?}");
        assert!(figure("allocator_resident_bytes") >= figure("allocator_active_bytes"));
        assert!(figure("allocator_mapped_bytes") >= figure("allocator_active_bytes"));
        assert_eq!(figure("allocator_committed_bytes"), None);
    } else {
        assert!(figure("allocator_committed_peak_bytes").unwrap() >= held.0);
        assert_eq!(figure("allocator_allocated_bytes"), None);
    }
}
