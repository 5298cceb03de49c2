//! By simulated time, against sums over the events themselves.

use super::burn::{State, WINDOWS};
use super::history::BUDGET;
use super::*;
use crate::model::{NO_CELLS, Objective};

pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Promises of 99.9 % success and of 99 % within 300 ms.
pub(crate) fn function(function: &'static str, cells: u32) -> Function {
    let objective = Objective::new(999_000, 300_000_000, 990_000);
    Function { function, module: "shop", cells, items: NO_CELLS, objective }
}

/// A process whose calls are made up.
pub(crate) struct Simulated {
    books: Books,
    words: Vec<u64>,
    pub(crate) now: u64,
    /// When, and what came: bad for success, late, all.
    events: Vec<(u64, u64, u64, u64)>,
}

impl Simulated {
    pub(crate) fn new() -> Simulated {
        let books = Books::new(Goal::of(&function("pay", 0)).collect());
        Simulated { books, words: vec![0; cell::WORDS], now: 0, events: Vec::new() }
    }

    pub(crate) fn calls(&mut self, all: u64, bad: u64, late: u64) {
        self.words[cell::BUCKETS] += all - late;
        self.words[cell::BEYOND] += late;
        self.words[cell::MISSED] += late;
        self.words[cell::PANIC] += bad;
        self.events.push((self.now, bad, late, all));
    }

    /// Time passes without anybody looking.
    fn sleep(&mut self, seconds: u64) {
        self.now += seconds;
    }

    fn tick(&self) -> std::sync::MutexGuard<'_, Kept> {
        let mut kept = self.books.kept.lock().unwrap();
        self.books.take(&mut kept, secs(self.now), &self.words);
        kept
    }

    pub(crate) fn look(&self) -> [Judged; 2] {
        let kept = self.tick();
        self.books.judge(&kept, secs(self.now)).try_into().unwrap()
    }

    /// So many seconds of calls, watched every ten.
    pub(crate) fn run(&mut self, seconds: u64, mut calls: impl FnMut(u64) -> (u64, u64, u64)) {
        for _ in 0..seconds / 10 {
            self.now += 10;
            let (all, bad, late) = calls(self.now);
            self.calls(all, bad, late);
            drop(self.tick());
        }
    }

    fn states(&self) -> [State; 2] {
        self.look().map(|judged| judged.state)
    }

    /// The events after a time, up to now: bad for success, late, all.
    fn after(&self, from: u64) -> (u64, u64, u64) {
        let since = self.events.iter().filter(|(at, ..)| *at > from);
        since.fold((0, 0, 0), |sum, it| (sum.0 + it.1, sum.1 + it.2, sum.2 + it.3))
    }
}

/// The promises of some function, as if they stood so.
#[cfg(feature = "admin")]
pub(crate) fn standing(at: u32, state: State) -> Vec<Judged> {
    let name: &'static str = Box::leak(format!("f\"{at}").into_boxed_str());
    let goals = Goal::of(&function(name, at * cell::WORDS as u32));
    let history = History::new(2);
    let judged = goals.map(|goal| judge(goal, Count::default(), &history, 0, secs(1)));
    judged.map(|one| Judged { state, ..one }).collect()
}

/// Numbers that look random.
fn noise(seed: u64) -> u64 {
    let mut value = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[test]
fn every_window_is_the_sum_of_its_events() {
    let mut process = Simulated::new();
    let mut checked = 0;
    for round in 0..5 * DAY / (7 * MINUTE) {
        process.run(7 * MINUTE, |at| {
            let all = noise(at) % 500;
            let is_bad = noise(at / HOUR) % 5 == 0;
            let bad = if is_bad { all / 3 } else { 0 };
            (all, bad, (all - bad) % 7)
        });
        if round % 11 != 0 {
            continue;
        }
        let [success, latency] = process.look();
        for ((name, window), (success, latency)) in
            WINDOWS.iter().zip(success.windows.iter().zip(&latency.windows))
        {
            // The older, the coarser: five minutes beyond an hour.
            let step = if window.as_secs() > HOUR { 5 * MINUTE } else { 10 };
            let from = process.now.saturating_sub(window.as_secs()) / step * step;
            let (bad, late, all) = process.after(from);
            assert_eq!((success.count.total, success.count.bad()), (all, bad), "{name}");
            assert_eq!((latency.count.total, latency.count.bad()), (all - bad, late), "{name}");
            let ratio = |bad: u64, all: u64| if all == 0 { 0.0 } else { bad as f64 / all as f64 };
            assert!((success.burn - ratio(bad, all) / 0.001).abs() < 1e-6, "{name}");
            assert!((latency.burn - ratio(late, all - bad) / 0.01).abs() < 1e-6, "{name}");
            checked += 1;
        }
        let (bad, _, all) = process.after(0);
        let remaining = if all == 0 { 1.0 } else { 1.0 - bad as f64 / all as f64 / 0.001 };
        assert!((success.remaining - remaining).abs() < 1e-6);
    }
    assert!(checked > 600);
}

#[test]
fn no_more_is_kept_than_the_windows_need() {
    let mut process = Simulated::new();
    let days = BUDGET.as_secs() + 3 * DAY;
    process.run(days, |_| (1, 0, 0));
    let notes = process.books.kept.lock().unwrap().history.notes();
    assert!((1_300..=1_350).contains(&notes), "{notes}");
    assert!(notes * size_of::<Count>() < 22_000);
    // The budget is that of 30 days, whatever was before.
    let mut process = Simulated::new();
    process.run(DAY, |_| (1, 1, 0));
    assert!(process.look()[0].remaining < -900.0);
    process.run(BUDGET.as_secs() + 7 * HOUR, |_| (1, 0, 0));
    assert_eq!(process.look()[0].remaining, 1.0);
}

#[test]
fn without_a_timer_a_window_reaches_back_to_the_visit_before_it() {
    let mut process = Simulated::new();
    for _ in 0..30 {
        process.sleep(MINUTE);
        process.calls(100, 1, 0);
        process.look();
    }
    let five = process.look()[0].windows[0];
    assert_eq!((five.count.total, five.count.bad()), (500, 5));
    // Nobody came for 20 minutes: the window is as long as that, and no longer.
    process.sleep(20 * MINUTE);
    process.calls(7, 7, 0);
    let five = process.look()[0].windows[0];
    assert_eq!((five.count.total, five.count.bad()), (7, 7));
    assert_eq!(process.look()[0].windows[1].count.total, 7 + 10 * 100);
    assert_eq!(process.look()[0].windows[2].count.total, 7 + 30 * 100);
}

#[test]
fn a_clock_that_jumps_or_stands_does_no_harm() {
    let mut process = Simulated::new();
    process.run(2 * HOUR, |_| (10, 0, 0));
    process.now -= HOUR;
    process.calls(10, 10, 0);
    assert_eq!(process.look()[0].count.bad(), 10);
    process.now += 400 * DAY;
    process.calls(1, 0, 0);
    let [success, _] = process.look();
    assert!(success.windows.iter().all(|window| window.count.total <= 21), "{success:?}");
    process.run(6 * MINUTE, |_| (1, 0, 0));
    assert_eq!(process.look()[0].windows[0].count.total, 30);
    assert_eq!(until_next_of(0), 10_000);
    assert_eq!(until_next_of(9_999), 1);
    assert_eq!(until_next_of(10_000), 10_000);
}

fn until_next_of(millis: u64) -> u128 {
    history::until_next(Duration::from_millis(millis)).as_millis()
}

#[test]
fn whoever_reads_never_sees_a_count_fall() {
    let process = Simulated::new();
    let mut kept = process.books.kept.lock().unwrap();
    let mut words = vec![0; cell::WORDS];
    words[cell::BUCKETS] = 10;
    process.books.take(&mut kept, secs(1), &words);
    let before = kept.counts.clone();
    // The same calls, of which some turn out to be bad: they were counted between two reads.
    words[cell::ERROR] = 2;
    words[cell::CANCELLED] = 1;
    process.books.take(&mut kept, secs(2), &words);
    assert_eq!(kept.counts, before);
    // A count that is ahead of the calls is no underflow, and fewer words are no panic.
    words[cell::PANIC] = 90;
    process.books.take(&mut kept, secs(3), &words);
    process.books.take(&mut kept, secs(4), &[]);
    assert_eq!(kept.counts, before);
}

#[test]
fn each_ending_is_good_bad_or_neither() {
    // What one call adds to the words, and to good and all of success and of latency.
    let cases: [(&str, &[usize], [u64; 4]); 8] = [
        ("ok", &[cell::BUCKETS], [1, 1, 1, 1]),
        ("late", &[cell::BEYOND, cell::MISSED], [1, 1, 0, 1]),
        ("expected error", &[cell::BUCKETS + 3, cell::ERROR, cell::EXPECTED], [1, 1, 1, 1]),
        (
            "late expected error",
            &[cell::BUCKETS + 14, cell::ERROR, cell::EXPECTED, cell::MISSED],
            [1, 1, 0, 1],
        ),
        ("error", &[cell::BUCKETS, cell::ERROR], [0, 1, 0, 0]),
        ("late error", &[cell::BEYOND, cell::ERROR], [0, 1, 0, 0]),
        ("panic", &[cell::BUCKETS, cell::PANIC], [0, 1, 0, 0]),
        ("cancelled", &[cell::BEYOND, cell::CANCELLED], [0, 0, 0, 0]),
    ];
    let goals: Vec<Goal> = Goal::of(&function("pay", 0)).collect();
    let mut all = vec![0; cell::WORDS];
    for (ending, marks, counts) in cases {
        let mut words = vec![0; cell::WORDS];
        for mark in marks {
            words[*mark] += 1;
            all[*mark] += 1;
        }
        let [success, latency] = [0, 1].map(|goal| goals[goal].count(&words));
        let counted = [success.good, success.total, latency.good, latency.total];
        assert_eq!(counted, counts, "{ending}");
    }
    assert_eq!(goals[0].count(&all), Count { good: 4, total: 7 });
    assert_eq!(goals[1].count(&all), Count { good: 2, total: 4 });
}

#[test]
fn a_function_promises_what_its_mark_says() {
    let of = |objective| {
        let function = Function { objective, ..function("pay", 24) };
        Goal::of(&function).map(|goal| (goal.aim, goal.target)).collect::<Vec<_>>()
    };
    assert_eq!(of(Objective::NONE), []);
    assert_eq!(of(Objective::new(999_000, 0, 0)), [(Aim::Success, 999_000)]);
    let in_time = (Aim::Latency { seconds: 0.25 }, 950_000);
    assert_eq!(of(Objective::new(0, 250_000_000, 950_000)), [in_time]);
    assert_eq!(of(Objective::new(999_000, 250_000_000, 950_000)).len(), 2);
}

#[test]
fn the_rule_of_two_windows_calls_for_whom_it_should() {
    // Everything fails, from some moment on: the workbook's 14.4 over an hour takes 52 s.
    let mut process = Simulated::new();
    process.run(2 * HOUR, |_| (100, 0, 0));
    assert_eq!(process.states(), [State::Ok, State::Ok]);
    process.run(50, |_| (100, 100, 0));
    assert_eq!(process.states(), [State::Ok, State::Ok]);
    process.run(10, |_| (100, 100, 0));
    assert_eq!(process.states(), [State::Page, State::Ok]);
    // It goes well again: the short window says so, though the long one does not yet.
    process.run(6 * MINUTE, |_| (100, 0, 0));
    let [success, _] = process.look();
    assert!(success.windows[2].burn > 14.4, "{:?}", success.windows[2]);
    assert_ne!(success.state, State::Page);

    // Twice as fast as it may: nobody is woken, and somebody hears of it in the end.
    let mut process = Simulated::new();
    process.run(3 * DAY, |_| (1000, 0, 0));
    process.run(6 * HOUR, |_| (1000, 2, 0));
    assert_eq!(process.states()[0], State::Ok);
    process.run(32 * HOUR, |_| (1000, 2, 0));
    assert_eq!(process.states()[0], State::Ticket);

    // Seven times as fast: a page after 6 hours at that, not after 5.
    let mut process = Simulated::new();
    process.run(DAY, |_| (1000, 0, 0));
    process.run(5 * HOUR, |_| (1000, 7, 0));
    assert_ne!(process.states()[0], State::Page);
    process.run(HOUR, |_| (1000, 7, 0));
    assert_eq!(process.states()[0], State::Page);
}

#[test]
fn one_error_in_the_first_minute_calls_nobody_and_a_broken_start_does() {
    let mut process = Simulated::new();
    process.calls(1, 1, 0);
    process.sleep(20);
    let [success, _] = process.look();
    assert!((success.windows[0].burn - 1000.0).abs() < 1e-6, "{:?}", success.windows[0]);
    assert_eq!(success.state, State::Ok);
    process.run(MINUTE, |_| (10, 10, 0));
    assert_eq!(process.states()[0], State::Page);
    // Late, and bad for the latency objective alone: its budget is ten times as large.
    let mut process = Simulated::new();
    process.run(5 * MINUTE, |_| (100, 0, 100));
    assert_eq!(process.states(), [State::Ok, State::Ok]);
    process.run(5 * MINUTE, |_| (100, 0, 100));
    assert_eq!(process.states(), [State::Ok, State::Page]);
}

/// What a sink was given, a line each.
#[derive(Default)]
struct Lines(Vec<String>);

impl Sink for Lines {
    fn family(&mut self, head: &crate::metrics::family::Head<'_>) {
        self.0.push(format!("# {} {:?} {}", head.name, head.kind, head.unit));
    }

    fn number(
        &mut self,
        series: &crate::metrics::family::Series<'_>,
        value: crate::metrics::family::Number,
    ) {
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.0.push(format!("{} {value:?}", labels.join(",")));
    }

    fn histogram(
        &mut self,
        _: &crate::metrics::family::Series<'_>,
        _: &crate::metrics::family::Histogram<'_>,
    ) {
    }

    fn summary(
        &mut self,
        _: &crate::metrics::family::Series<'_>,
        _: &crate::metrics::family::Summary<'_>,
    ) {
    }
}

#[test]
fn the_series_say_it_all() {
    let mut process = Simulated::new();
    process.run(2 * HOUR, |_| (100, 1, 2));
    let mut lines = Lines::default();
    series::visit(&process.look(), &mut lines);
    let expected = [
        "# slo_events_total Counter ",
        "function=pay,module=shop,objective=success Integer(72000)",
        "function=pay,module=shop,objective=latency Integer(71280)",
        "# slo_good_events_total Counter ",
        "function=pay,module=shop,objective=success Integer(71280)",
        "function=pay,module=shop,objective=latency Integer(69840)",
        "# slo_objective_ratio Gauge ratio",
        "function=pay,module=shop,objective=success Float(0.999)",
        "function=pay,module=shop,objective=latency Float(0.99)",
        "# slo_latency_threshold_seconds Gauge seconds",
        "function=pay,module=shop,objective=latency Float(0.3)",
        "# slo_burn_rate Gauge ",
    ];
    assert_eq!(lines.0[..expected.len()], expected);
    let rates = &lines.0[expected.len()..];
    assert!(
        rates[0].starts_with("function=pay,module=shop,objective=success,window=5m Float(10.0")
    );
    assert_eq!(rates.iter().filter(|line| line.contains("window=")).count(), 14);
    assert_eq!(rates[14], "# slo_error_budget_remaining_ratio Gauge ratio");
    assert!(rates[15].starts_with("function=pay,module=shop,objective=success Float(-9.0"));
    assert_eq!(rates.len(), 17);
}
