//! Readiness as a probe sees it.

use std::sync::atomic::AtomicUsize;
use std::sync::mpsc;

use super::*;

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let out = runtime.block_on(future);
    runtime.shutdown_background();
    out
}

fn healthy() -> Arc<Health> {
    Health::new(Report::default, Readiness::Ignores)
}

fn stale(health: &Health) {
    *health.findings.lock().unwrap() = None;
}

const SOON: Duration = Duration::from_millis(50);

#[test]
fn without_checks_it_is_ready_until_it_stops() {
    let health = healthy();
    block_on(health.refresh());
    let ready = health.ready();
    assert!(ready.can_work);
    assert_eq!(
        ready.json,
        "{\"status\":\"ok\",\"checks\":[],\
         \"telemetry\":{\"status\":\"ok\",\"receiver\":\"ok\",\"troubles\":[]}}\n"
    );
    health.stop();
    let ready = health.ready();
    assert!(!ready.can_work);
    assert!(ready.json.starts_with(r#"{"status":"unavailable","reason":"shutting_down""#));
}

#[test]
fn each_ending_has_its_word_and_no_text_is_shown() {
    let health = healthy();
    health.add("fine", LIMIT, || async { Ok::<(), String>(()) });
    health.add("db \"a\"", LIMIT, || async { Err("password=hunter2") });
    health.add("hangs", SOON, std::future::pending::<Result<(), String>>);
    health.add("bug", LIMIT, || async { panic!("secret") as Result<(), String> });
    health.add("early bug", LIMIT, || -> std::future::Ready<Result<(), String>> { panic!("x") });
    block_on(health.refresh());
    let ready = health.ready();
    assert!(!ready.can_work);
    for part in [
        r#""status":"unavailable""#,
        r#"{"name":"fine","status":"ok","#,
        r#"{"name":"db \"a\"","status":"failed","#,
        r#"{"name":"hangs","status":"timeout","#,
        r#"{"name":"bug","status":"panicked","#,
        r#"{"name":"early bug","status":"panicked","#,
    ] {
        assert!(ready.json.contains(part), "{part} in {}", ready.json);
    }
    assert!(!ready.json.contains("hunter2") && !ready.json.contains("secret"));
}

#[test]
fn checks_run_together() {
    let health = healthy();
    for index in 0..20 {
        health.add(&index.to_string(), Duration::from_millis(100), || async {
            std::future::pending::<Result<(), String>>().await
        });
    }
    let begun = Instant::now();
    block_on(health.refresh());
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[test]
fn findings_are_reused_for_a_second_and_asked_for_once() {
    let health = healthy();
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    health.add("counted", LIMIT, move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<(), String>(()) }
    });
    block_on(async {
        let asking: Vec<_> = (0..10)
            .map(|_| {
                let health = Arc::clone(&health);
                tokio::spawn(async move { health.refresh().await })
            })
            .collect();
        for one in asking {
            one.await.unwrap();
        }
    });
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    stale(&health);
    block_on(health.refresh());
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[test]
fn a_check_that_blocks_is_not_piled_up_and_recovers() {
    let health = healthy();
    let runs = Arc::new(AtomicUsize::new(0));
    let (release, blocked) = mpsc::channel::<()>();
    let (counter, blocked) = (Arc::clone(&runs), Mutex::new(blocked));
    health.add("blocks", SOON, move || {
        counter.fetch_add(1, Ordering::SeqCst);
        let _ = blocked.lock().unwrap().recv_timeout(Duration::from_secs(20));
        async { Ok::<(), String>(()) }
    });
    block_on(async {
        for _ in 0..3 {
            stale(&health);
            health.refresh().await;
            assert!(health.ready().json.contains("timeout"));
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        drop(release);
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            stale(&health);
            health.refresh().await;
            if health.ready().can_work {
                return;
            }
        }
        panic!("did not recover: {}", health.ready().json);
    });
}

#[test]
fn a_stuck_executor_is_seen_from_outside() {
    let health = healthy();
    let (release, blocked) = mpsc::channel::<()>();
    let (registered, is_registered) = mpsc::channel::<()>();
    let registering = Arc::clone(&health);
    let application = std::thread::spawn(move || {
        block_on(async move {
            registering.add("db", SOON, || async { Ok::<(), String>(()) });
            tokio::time::sleep(Duration::from_millis(1)).await;
            registered.send(()).unwrap();
            // The only thread of this executor is stuck from here on.
            let _ = blocked.recv_timeout(Duration::from_secs(20));
        });
    });
    is_registered.recv().unwrap();
    block_on(health.refresh());
    assert!(health.ready().json.contains(r#"{"name":"db","status":"timeout""#));
    drop(release);
    application.join().unwrap();
    stale(&health);
    block_on(health.refresh());
    // Its runtime is gone.
    assert!(health.ready().json.contains(r#"{"name":"db","status":"failed""#));
}

#[test]
fn a_receiver_that_fails_degrades() {
    let ready = answer(false, &[], true, &[], None);
    assert!(ready.can_work);
    assert!(ready.json.starts_with(r#"{"status":"degraded","#), "{}", ready.json);
    assert!(ready.json.contains(r#""receiver":"failing""#), "{}", ready.json);
}

#[test]
fn trouble_with_telemetry_degrades_and_does_not_fail() {
    fn losing() -> Report {
        let mut report = Report::default();
        report.spans.made = 5;
        report.spans.lose("queue_full", 5);
        report
    }
    let health = Health::new(losing, Readiness::Degrades);
    block_on(health.refresh());
    let ready = health.ready();
    assert!(ready.can_work);
    assert!(ready.json.starts_with(r#"{"status":"degraded","#), "{}", ready.json);
    assert!(ready.json.contains(r#""lost":{"queue_full":5}"#), "{}", ready.json);
}

#[test]
fn a_burning_budget_degrades_and_fails_only_if_it_is_to() {
    let burning = |is_burning, is_unready| {
        Some(Burning { is_burning, is_unready, json: "{\"more\":0}".to_owned() })
    };
    let fine = answer(false, &[], false, &[], burning(false, false));
    assert!(fine.can_work && fine.json.starts_with(r#"{"status":"ok","#), "{}", fine.json);
    assert!(fine.json.ends_with(",\"objectives\":{\"more\":0}}\n"), "{}", fine.json);
    let degraded = answer(false, &[], false, &[], burning(true, false));
    assert!(degraded.can_work, "{}", degraded.json);
    assert!(degraded.json.starts_with(r#"{"status":"degraded","#), "{}", degraded.json);
    assert!(degraded.json.contains(r#""telemetry":{"status":"ok","#), "{}", degraded.json);
    let failed = answer(false, &[], false, &[], burning(true, true));
    assert!(!failed.can_work);
    let head = r#"{"status":"unavailable","reason":"error_budget_burns","#;
    assert!(failed.json.starts_with(head), "{}", failed.json);
}
