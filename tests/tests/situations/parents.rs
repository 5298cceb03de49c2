//! What a span is a part of: the call around it, a host's span, the call that spawned it or carried
//! it elsewhere; what begins a trace of its own.

use std::future::Future;
use std::pin::{Pin, pin};

use futures_util::future::{join, select};
use plimsoll::{Context, carry, context, observe, tracing};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause, poll};

use crate::told::{Part, ends, ok};

#[observe]
fn begins_a_trace() {}

#[observe]
fn outer() {
    inner();
    inner();
}

#[observe]
fn inner() {}

#[observe]
async fn outer_future() {
    inner_future().await;
    pause().await;
    inner_future().await;
}

#[observe]
async fn inner_future() {
    pause().await;
    innermost();
}

#[observe]
fn innermost() {}

#[observe]
fn runs_in_a_hosts_span() {}

/// What the host enters here counts, not where its span was made.
#[observe]
fn passes_a_hosts_span(batch: &tracing::Span) {
    batch.in_scope(runs_in_the_span_it_is_given);
}

#[observe]
fn runs_in_the_span_it_is_given() {}

#[observe]
fn holds_a_hosts_span() {
    tracing::info_span!("query the ledger").in_scope(|| ());
}

/// Under the marks of both: each makes its span.
#[observe]
#[tracing_attributes::instrument(name = "enter in the ledger", skip_all)]
fn marked_twice(cents: u64) -> Result<u64, u64> {
    inside_of_both();
    if cents == 0 { Err(cents) } else { Ok(cents) }
}

#[tracing_attributes::instrument(name = "read from the ledger", skip_all)]
#[observe]
async fn marked_twice_later() {
    inside_of_both_later();
}

#[observe]
fn inside_of_both() {}

#[observe]
fn inside_of_both_later() {}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

#[observe]
fn takes_a_job(jobs: &mut Vec<Job>) {
    jobs.push(Box::pin(carry(carried_job())));
    jobs.push(Box::pin(job_of_nobody()));
}

#[observe]
fn works_on(jobs: Vec<Job>) {
    jobs.into_iter().for_each(block_on);
}

#[observe]
async fn carried_job() {
    pause().await;
}

/// A future that nobody carries is a part of what polls it.
#[observe]
async fn job_of_nobody() {
    pause().await;
}

#[observe]
async fn asks_both() {
    join(asks_left(), asks_right()).await;
}

#[observe]
async fn asks_left() {
    pause().await;
    left();
    pause().await;
    left();
}

#[observe]
async fn asks_right() {
    right();
    pause().await;
    right();
}

#[observe]
fn left() {}

#[observe]
fn right() {}

#[observe]
async fn takes_the_faster() {
    select(pin!(fast()), pin!(slow())).await;
}

#[observe]
async fn fast() {
    pause().await;
}

#[observe]
async fn slow() {
    pause().await;
    pause().await;
}

#[observe]
async fn spawns() -> [tokio::task::JoinHandle<()>; 2] {
    [plimsoll::spawn(task_that_ends_later()), tokio::spawn(task_of_its_own())]
}

#[observe]
async fn task_that_ends_later() {
    tokio::task::yield_now().await;
    below_a_task();
}

#[observe]
async fn task_of_its_own() {
    tokio::task::yield_now().await;
}

#[observe]
fn below_a_task() {}

#[observe]
fn starts_threads() {
    let carried = carry(async { on_a_thread() });
    std::thread::scope(|scope| {
        scope.spawn(|| block_on(carried));
        scope.spawn(on_a_thread_of_its_own);
    });
}

#[observe]
fn on_a_thread() {}

#[observe]
fn on_a_thread_of_its_own() {}

/// A job in a queue, and who put it there.
struct Queued {
    order: u64,
    cause: Context,
}

#[observe(kind = producer)]
fn queues(order: u64) -> Queued {
    Queued { order, cause: context() }
}

#[observe(kind = consumer, log(order))]
async fn sends(order: u64) -> u64 {
    order
}

#[observe]
fn works_off(queued: Queued) -> u64 {
    block_on(queued.cause.link(sends(queued.order)))
}

#[observe]
fn links_what_it_calls() {
    block_on(context().link(linked_to_what_runs()));
}

#[observe]
async fn linked_to_what_runs() {}

pub(crate) fn run(_: &Live) {
    assert!(context().trace_id().is_none(), "nothing runs here");
    begins_a_trace();
    begins_a_trace();
    outer();
    block_on(outer_future());
    hosts();
    let mut jobs = Vec::new();
    takes_a_job(&mut jobs);
    works_on(jobs);
    block_on(asks_both());
    let mut faster = pin!(takes_the_faster());
    assert!(poll(faster.as_mut()).is_pending() && poll(faster).is_ready());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for task in spawns().await {
            task.await.unwrap();
        }
    });
    starts_threads();
    assert_eq!(works_off(queues(7)), 7);
    links_what_it_calls();
}

fn hosts() {
    let batch = tracing::info_span!("import a batch");
    batch.in_scope(runs_in_a_hosts_span);
    passes_a_hosts_span(&batch);
    holds_a_hosts_span();
    assert_eq!(marked_twice(5), Ok(5));
    block_on(marked_twice_later());
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("begins_a_trace", ok(2)).alone();
    told.of("inner", ok(2)).within(&told.of("outer", ok(1)).alone());
    let inner = told.of("inner_future", ok(2)).within(&told.of("outer_future", ok(1)).alone());
    told.of("innermost", ok(2)).within(&inner);

    let batch = told.foreign("import a batch");
    told.of("runs_in_a_hosts_span", ok(1)).inside(batch);
    told.of("runs_in_the_span_it_is_given", ok(1)).inside(batch);
    told.of("passes_a_hosts_span", ok(1)).alone();
    told.of("holds_a_hosts_span", ok(1)).holds(told.foreign("query the ledger"));

    // The first mark in the source is the innermost, as the first to go to work.
    let twice = told.of("marked_twice", ok(1)).inside(told.foreign("enter in the ledger"));
    told.of("inside_of_both", ok(1)).within(&twice);
    let reading = told.foreign("read from the ledger");
    told.of("marked_twice_later", ok(1)).holds(reading);
    told.of("inside_of_both_later", ok(1)).inside(reading);

    told.of("carried_job", ok(1)).within(&told.of("takes_a_job", ok(1)));
    told.of("job_of_nobody", ok(1)).within(&told.of("works_on", ok(1)));
    concurrent(told);
    told.of("sends", ok(1))
        .kind("CONSUMER")
        .fields(&["order=7"])
        .linked(&told.of("queues", ok(1)).kind("PRODUCER"));
    told.of("works_off", ok(1)).kind("INTERNAL").alone();
    told.of("linked_to_what_runs", ok(1)).linked(&told.of("links_what_it_calls", ok(1)));
}

fn concurrent(told: &Part<'_>) {
    let asks_both = told.of("asks_both", ok(1)).alone();
    told.of("left", ok(2)).within(&told.of("asks_left", ok(1)).within(&asks_both));
    told.of("right", ok(2)).within(&told.of("asks_right", ok(1)).within(&asks_both));
    let faster = told.of("takes_the_faster", ok(1));
    told.of("fast", ok(1)).within(&faster);
    told.of("slow", ends(0, 0, 1, 0)).logged(&["INFO was cancelled: cancelled"]).within(&faster);

    let task = told.of("task_that_ends_later", ok(1)).within(&told.of("spawns", ok(1)));
    told.of("below_a_task", ok(1)).within(&task);
    told.of("task_of_its_own", ok(1)).alone();
    told.of("on_a_thread", ok(1)).within(&told.of("starts_threads", ok(1)));
    told.of("on_a_thread_of_its_own", ok(1)).alone();
}
