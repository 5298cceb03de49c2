//! Spans find their parents, traces are kept or dropped whole, and fields come back.

use super::*;

#[test]
fn an_error_keeps_the_whole_trace() {
    let [top, middle, leaf] = ["top", "middle", "leaf"].map(site);
    let result: Result<(), std::num::ParseIntError> = call(top, || {
        call(middle, || ());
        fallible(leaf, || "x".parse::<u8>().map(|_| ()))
    });
    assert!(result.is_err());
    let spans = exported(&["top", "middle", "leaf"]);
    let by_name: HashMap<_, _> = spans.iter().map(|span| (span.function, span)).collect();
    assert_eq!(spans.len(), 3);
    assert_eq!(by_name["top"].parent_id, 0);
    assert_eq!(by_name["middle"].parent_id, by_name["top"].span_id);
    assert_eq!(by_name["leaf"].parent_id, by_name["top"].span_id);
    assert!(spans.iter().all(|span| span.trace_id == by_name["top"].trace_id));
    assert_eq!(by_name["leaf"].outcome, Outcome::Error);
    assert_eq!(by_name["leaf"].error_type, "ParseIntError");
    assert_eq!(by_name["top"].outcome, Outcome::Ok);
    let counts = Counted { started: 1, ended: 1, error: 1, ..Counted::default() };
    assert_eq!(counted(leaf), counts);
    let types = error_types();
    assert!(types.contains(&(leaf.cells(), "ParseIntError", 1)), "{types:?}");
}

#[test]
fn a_future_dropped_at_any_poll_is_cancelled_once() {
    let [outer, inner] = ["cancelled_outer", "cancelled_inner"].map(site);
    for polls in 1..5 {
        let mut future = Box::pin(call_async(outer, call_async(inner, ready_at(5))));
        for _ in 0..polls {
            assert!(poll(future.as_mut()).is_pending());
            assert_eq!(current(), None, "the context is put back after a poll");
        }
    }
    let never_polled = call_async(outer, ready_at(1));
    drop(never_polled);
    let counts = Counted { started: 4, ended: 4, cancelled: 4, ..Counted::default() };
    assert_eq!(counted(outer), counts);
    assert_eq!(counted(inner), counts);
    let spans = exported(&["cancelled_outer", "cancelled_inner"]);
    assert_eq!(spans.len(), 8);
    for pair in spans.chunks(2) {
        assert_eq!((pair[0].function, pair[1].function), ("cancelled_inner", "cancelled_outer"));
        assert_eq!(pair[0].parent_id, pair[1].span_id);
        assert_eq!(pair[0].trace_id, pair[1].trace_id);
    }
    assert!(spans.iter().all(|span| span.outcome == Outcome::Cancelled));
}

#[test]
fn a_child_that_leaves_its_root_is_no_part_of_another_trace() {
    let [root, child, host] = ["left_root", "left_child", "left_host"].map(site);
    let mut strays = Vec::new();
    {
        let mut root = pin!(call_async(root, async {
            let mut child = Box::pin(call_async(child, ready_at(3)));
            assert!(poll(child.as_mut()).is_pending());
            strays.push(child);
        }));
        assert!(poll(root.as_mut()).is_ready());
    }
    let mut stray = strays.pop().unwrap();
    call(host, || assert!(poll(stray.as_mut()).is_pending()));
    drop(stray);
    let spans = exported(&["left_root", "left_child", "left_host"]);
    assert_eq!(spans.len(), 1, "only the cancelled child is bad: {spans:?}");
    assert_eq!(spans[0].outcome, Outcome::Cancelled);
    assert_ne!(spans[0].parent_id, 0);
}

#[test]
fn a_long_trace_goes_out_in_parts_and_keeps_the_roots_fields() {
    let [root, child] = ["long_root", "long_child"].map(site);
    let remote = Remote { trace_id: 7, span_id: 9, sampled: true };
    let mut opened = Root::start(site("long_request"), Some(remote));
    {
        let _inside = opened.enter();
        let mut guard = Guard::new();
        guard.enter(root, &[]);
        guard.log("number", &42u64);
        for _ in 0..2000 {
            let mut guard = Guard::new();
            guard.enter(child, &[]);
            guard.log_public("text", "a public text that takes some room");
            guard.finish(Verdict::ByType);
            exported(&[]);
        }
        guard.finish(Verdict::ByType);
    }
    opened.finish(Outcome::Ok, "");
    let spans = exported(&["long_root", "long_child", "long_request"]);
    assert_eq!(spans.len(), 2002);
    assert!(spans.iter().all(|span| span.trace_id == 7));
    let root = spans.iter().find(|span| span.function == "long_root").unwrap();
    assert_eq!(root.fields, [("number".to_owned(), "U64(42)".to_owned())]);
    let whole = spans.iter().filter(|span| span.function == "long_child");
    assert!(whole.filter(|span| span.fields.len() == 1).count() == 2000);
    let request = spans.iter().find(|span| span.function == "long_request").unwrap();
    assert_eq!(request.parent_id, 9);
}

#[test]
fn a_spawned_task_belongs_to_the_trace_and_a_linked_job_does_not() {
    let [parent, task, job] = ["spawn_parent", "spawn_task", "spawn_job"].map(site);
    let remote = Remote { trace_id: 11, span_id: 3, sampled: true };
    let mut opened = Root::start(site("spawn_request"), Some(remote));
    opened.bind("request_id", "r-1");
    let (mut carried, from) = {
        let _inside = opened.enter();
        call(parent, || {
            let carried = Box::pin(carry(async move {
                let mut bound = Vec::new();
                with_bindings(&mut |key, value| bound.push((key, value.to_owned())));
                assert_eq!(bound, [("request_id", "r-1".to_owned())]);
                call_async(task, ready_at(1)).await;
            }));
            (carried, context())
        })
    };
    opened.finish(Outcome::Ok, "");
    assert!(poll(carried.as_mut()).is_ready());
    let mut linked = Box::pin(from.link(call_async(job, async {
        panic!("on purpose");
    })));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(linked.as_mut()))).is_err());
    drop(linked);
    let spans = exported(&["spawn_parent", "spawn_task", "spawn_job"]);
    let by_name: HashMap<_, _> = spans.iter().map(|span| (span.function, span)).collect();
    assert_eq!(by_name["spawn_task"].trace_id, 11);
    assert_eq!(by_name["spawn_task"].parent_id, by_name["spawn_parent"].span_id);
    let job = by_name["spawn_job"];
    assert_ne!(job.trace_id, 11);
    assert_eq!(job.parent_id, 0);
    assert_eq!(job.link, Some((11, by_name["spawn_parent"].span_id)));
    assert_eq!(format!("{}", from.trace_id().unwrap()), format!("{:032x}", 11));
}

#[test]
fn fields_are_read_back_with_their_spans_and_a_display_that_calls_marks_harms_nothing() {
    let [outer, inner] = ["fields_outer", "fields_inner"].map(site);
    struct Nosy(&'static Site);
    impl std::fmt::Display for Nosy {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let mut guard = Guard::new();
            guard.enter(self.0, &[]);
            guard.log("never", &1u8);
            guard.finish(Verdict::ByType);
            f.write_str("nosy")
        }
    }
    let _: Result<(), ()> = fallible(outer, || Err(()));
    let mut guard = Guard::new();
    guard.enter(outer, &[]);
    assert!(guard.recording());
    guard.log("a", &true);
    guard.log_public("b", &Nosy(inner));
    guard.log_redacted("c", crate::redact::Strategy::Last(4), "4242424242421234");
    call(inner, || ());
    guard.finish(Verdict::Error);
    let spans = exported(&["fields_outer"]);
    let fields = &spans[1].fields;
    assert_eq!(spans[1].error_type, "_OTHER");
    assert_eq!(
        format!("{fields:?}"),
        r#"[("a", "Bool(true)"), ("b", "Str(\"nosy\")"), ("c", "Str(\"****1234\")")]"#
    );
    assert_eq!(counted(inner).started, 1);
}
