//! Threads, tasks and futures that join a capture, leave it, or outlive it.

use super::*;

#[test]
fn a_call_is_counted_where_it_began() {
    let outer = testing::capture();
    let inner = testing::capture();
    let mut future = Box::pin(wait_for_ever());
    assert!(poll(future.as_mut()).is_pending());
    inner.assert_calls("wait_for_ever").in_flight(1).nothing_else();
    inner.assert_gauge("open_carts", &[]).is(1);
    let handle = inner.handle();
    drop(inner);
    // It ends on a thread that is in another capture, while its own is still held by the handle.
    drop(future);
    outer.assert_calls("wait_for_ever").nothing_else();
    outer.assert_gauge("open_carts", &[]).is(0);
    drop(handle);

    // The other way round: it began outside.
    let mut future = Box::pin(wait_for_ever());
    assert!(poll(future.as_mut()).is_pending());
    let inner = testing::capture();
    drop(future);
    inner.assert_calls("wait_for_ever").nothing_else();
    inner.assert_gauge("open_carts", &[]).is(0);
    drop(inner);
    outer.assert_calls("wait_for_ever").cancelled(1).nothing_else();
    outer.assert_gauge("open_carts", &[]).is(0);
}

#[test]
fn a_call_of_the_process_is_not_in_the_capture_that_it_ends_in() {
    let line = |outcome| {
        let labels = format!("function=\"begun_outside\",module=\"testing\",outcome=\"{outcome}\"");
        plimsoll_page(&format!("function_calls_total{{{labels}}}"))
    };
    // Recording is on from here.
    drop(testing::capture());
    let mut future = Box::pin(begun_outside());
    assert!(poll(future.as_mut()).is_pending());
    let telemetry = testing::capture();
    drop(future);
    telemetry.assert_calls("begun_outside").nothing_else();
    assert!(telemetry.spans().is_empty(), "{}", telemetry.spans());
    assert_eq!(line("cancelled"), Some("1".to_owned()));
}

#[test]
fn what_a_wrapped_future_drops_is_in_its_capture() {
    struct Counts;
    impl Drop for Counts {
        fn drop(&mut self) {
            ORDERS.with(Tier::Gold).inc();
        }
    }
    let telemetry = testing::capture();
    let mut wrapped = Box::pin(telemetry.wrap(async {
        let _counts = Counts;
        pending::<()>().await;
    }));
    assert!(poll(wrapped.as_mut()).is_pending());
    thread::spawn(move || drop(wrapped)).join().unwrap();
    telemetry.assert_counter("orders_total", &[]).is(1);
}

#[test]
fn what_ends_after_its_capture_is_in_none() {
    for _ in 0..200 {
        let first = testing::capture();
        let mut future = Box::pin(wait_for_ever());
        assert!(poll(future.as_mut()).is_pending());
        let mut wrapped = Box::pin(first.wrap(wait_for_ever()));
        assert!(poll(wrapped.as_mut()).is_pending());
        drop(first);
        // Gets what the first one had, cleared.
        let second = testing::capture();
        second.assert_calls("wait_for_ever").nothing_else();
        drop(future);
        drop(wrapped);
        place_order(1).unwrap();
        second.assert_calls("wait_for_ever").nothing_else();
        second.assert_calls("place_order").ok(1).nothing_else();
        second.assert_gauge("open_carts", &[]).is(0);
        assert_eq!(second.spans().len(), 2, "{}", second.spans());
    }
}

#[test]
fn captures_are_told_apart_however_many_there_were() {
    let first = testing::capture();
    let mut future = Box::pin(wait_for_ever());
    assert!(poll(future.as_mut()).is_pending());
    // More than there are numbers for them.
    for _ in 0..70_000 {
        drop(testing::capture());
    }
    let second = testing::capture();
    drop(future);
    second.assert_calls("wait_for_ever").nothing_else();
    first.assert_calls("wait_for_ever").cancelled(1).nothing_else();
}

#[test]
fn a_thread_that_outlives_the_capture_troubles_nobody() {
    let first = testing::capture();
    let (handle, (go, gone), (done, is_done)) = (first.handle(), mpsc::channel(), mpsc::channel());
    let outliving = thread::spawn(move || {
        let _attached = handle.attach();
        place_order(1).unwrap();
        done.send(()).unwrap();
        gone.recv().unwrap();
        for _ in 0..1000 {
            place_order(2).unwrap();
            OPEN.add(1.0);
        }
    });
    is_done.recv().unwrap();
    first.assert_calls("place_order").ok(1).nothing_else();
    drop(first);
    let second = testing::capture();
    go.send(()).unwrap();
    for _ in 0..1000 {
        place_order(3).unwrap();
    }
    outliving.join().unwrap();
    second.assert_calls("place_order").ok(1000).nothing_else();
    second.assert_counter("orders_total", &[("tier", "gold")]).is(0);
    second.assert_gauge("open_carts", &[]).is(0);
}

#[test]
fn threads_join_by_a_handle_and_leave() {
    let telemetry = testing::capture();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let handle = telemetry.handle();
            thread::spawn(move || {
                {
                    let _attached = handle.attach();
                    place_order(2).unwrap();
                    OPEN.add(1.0);
                }
                place_order(4).unwrap();
                handle.attach_for_good();
                place_order(6).unwrap();
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    telemetry.assert_calls("place_order").ok(8).nothing_else();
    telemetry.assert_gauge("open_carts", &[]).is(4);
    assert_eq!(telemetry.spans().named("place_order").len(), 8);
}

#[tokio::test]
async fn tasks_of_a_current_thread_runtime_are_in_the_capture() {
    let telemetry = testing::capture();
    restock(3).await;
    let task = tokio::spawn(restock(2));
    let cancelled = tokio::spawn(wait_for_ever());
    task.await.unwrap();
    telemetry.assert_calls("wait_for_ever").in_flight(1).nothing_else();
    telemetry.assert_gauge("open_carts", &[]).is(1);
    cancelled.abort();
    assert!(cancelled.await.unwrap_err().is_cancelled());
    telemetry.assert_calls("restock").ok(2).nothing_else();
    telemetry.assert_calls("wait_for_ever").cancelled(1).nothing_else();
    telemetry.assert_gauge("open_carts", &[]).is(0);
    assert_eq!(telemetry.spans().one("wait_for_ever").outcome(), Outcome::Cancelled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn futures_record_into_their_capture_on_any_thread() {
    let telemetry = testing::capture();
    let other = testing::capture();
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let capture = if number % 5 == 0 { &other } else { &telemetry };
            tokio::spawn(capture.wrap(async move {
                restock(number).await;
                // Twice removed.
                plimsoll::spawn(caller()).await.unwrap();
            }))
        })
        .collect();
    let timed_out = tokio::time::timeout(Duration::from_millis(5), telemetry.wrap(wait_for_ever()));
    assert!(timed_out.await.is_err());
    for task in tasks {
        task.await.unwrap();
    }
    telemetry.assert_calls("caller").ok(40).nothing_else();
    telemetry.assert_calls("restock").ok(80).nothing_else();
    telemetry.assert_calls("wait_for_ever").cancelled(1).nothing_else();
    telemetry.assert_gauge("open_carts", &[]).is(0);
    other.assert_calls("caller").ok(10).nothing_else();
    other.assert_calls("restock").ok(20).nothing_else();
    other.assert_calls("wait_for_ever").nothing_else();
    let spans = telemetry.spans();
    for caller in spans.named("caller") {
        assert_eq!(spans.children(caller)[0].name(), "restock", "{spans}");
    }
}

#[test]
fn a_context_carries_the_capture_to_a_worker() {
    let telemetry = testing::capture();
    let (jobs, queue) = mpsc::channel::<plimsoll::Context>();
    let worker = thread::spawn(move || {
        for context in queue {
            let mut job = pin!(context.link(async {
                place_order(2).unwrap();
                ORDERS.with(Tier::Free).inc();
            }));
            assert!(poll(job.as_mut()).is_ready());
        }
    });
    jobs.send(plimsoll::context()).unwrap();
    jobs.send(plimsoll::context()).unwrap();
    drop(jobs);
    worker.join().unwrap();
    telemetry.assert_calls("place_order").ok(2).nothing_else();
    telemetry.assert_counter("orders_total", &[("tier", "free")]).is(2);
}
