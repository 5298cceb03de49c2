//! All marks of the program, gathered by the linker.
//!
//! Each mark puts its descriptor into a section of its own kind; the linker lays them side by side,
//! also those of functions that nobody calls. `init` has them put in order, which may fail, and then
//! gives each its place in the shards, once. Knows descriptors, and nothing of what is counted.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::error::Error;
use crate::model::{Metric, MetricKind, NO_CELLS, Objective, Site};
use crate::record::{self, cell, clock};

/// The marks of the program, put in order.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// Observed functions, by module and name. Two of one name are counted together.
    pub(crate) functions: Vec<Function>,
    /// The metrics that the program declares, one of each name, by name.
    pub(crate) metrics: Vec<&'static Metric>,
    /// The words of a shard that are functions' cells; they come first.
    pub(crate) cells: usize,
    /// For each word of a shard, whether it holds the bits of an `f64`.
    pub(crate) floats: Vec<bool>,
    /// Of the series that have fine buckets, the first that is a function's; none where histograms
    /// have no such buckets.
    pub(crate) native: Option<usize>,
}

/// An observed function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    pub(crate) function: &'static str,
    pub(crate) module: &'static str,
    /// Where its counts begin in a shard, in words.
    pub(crate) cells: u32,
    /// The same for the items of its stream; `NO_CELLS` if it gives none.
    pub(crate) items: u32,
    /// What it is to achieve.
    pub(crate) objective: Objective,
}

/// More series than this in one metric is a mistake. The macros refuse them earlier.
const MOST_COMBINATIONS: usize = 100_000;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

/// The catalogue; none before `init`.
pub(crate) fn get() -> Option<&'static Catalog> {
    CATALOG.get()
}

/// True for a family that marks feed as the program runs, in contrast to one that is read when
/// somebody asks.
pub(crate) fn is_fed(name: &str) -> bool {
    let Some(catalog) = get() else { return false };
    match catalog.metrics.binary_search_by(|metric| metric.name.cmp(name)) {
        Ok(at) => catalog.metrics.get(at).is_some_and(|metric| metric.read.is_none()),
        Err(_) => name == crate::metrics::CALLS,
    }
}

/// A catalogue of which the marks do not know yet.
#[derive(Debug)]
pub(crate) struct Plan {
    catalog: Catalog,
    /// Each with its cells, and those for the items of its stream.
    sites: Vec<(&'static Site, [u32; 2])>,
    metrics: Vec<(&'static Metric, u32)>,
    /// Metrics that are declared again, each with the first of its name.
    again: Vec<(&'static Metric, &'static Metric)>,
}

impl Plan {
    /// The metrics that the program declares, one of each name.
    pub(crate) fn declared(&self) -> &[&'static Metric] {
        &self.catalog.metrics
    }
}

/// Puts the marks in order, and changes none.
pub(crate) fn plan() -> Result<Plan, Error> {
    let mut words = 0;
    let (mut sites, mut places, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut functions: BTreeMap<(&str, &str), Function> = BTreeMap::new();
    let mut promised = BTreeMap::new();
    for site in section::sites() {
        let mut cells = [NO_CELLS; 2];
        if site.observed {
            let mut take = || {
                let taken = words as u32;
                words += cell::WORDS;
                taken
            };
            let Site { function, module, .. } = *site;
            let function = functions.entry((module, function)).or_insert_with(|| Function {
                function,
                module,
                cells: take(),
                items: NO_CELLS,
                objective: Objective::NONE,
            });
            function.objective = agree_on(&mut promised, site, function.cells)?;
            if site.is_stream && function.items == NO_CELLS {
                function.items = take();
            }
            cells = [function.cells, function.items];
        }
        sites.push((site, cells));
    }
    let mut floats = vec![false; words];
    let mut metrics: BTreeMap<&str, &'static Metric> = BTreeMap::new();
    for metric in section::metrics().iter().filter(|metric| !metric.name.is_empty()) {
        match metrics.get(metric.name) {
            Some(first) => {
                agree(first, metric)?;
                again.push((metric, *first));
            }
            None => {
                if metric.combinations() > MOST_COMBINATIONS {
                    return Err(Error::Catalogue(format!(
                        "metric `{}` at {} has {} combinations of labels; {MOST_COMBINATIONS} is \
                         the limit, so use fewer labels or fewer values",
                        metric.name,
                        metric.location,
                        metric.combinations(),
                    )));
                }
                let first = floats.len();
                places.push((metric, first as u32));
                for _ in 0..metric.combinations() {
                    floats.extend((0..metric.words()).map(|word| metric.is_float(word)));
                }
                floats.resize(first + metric.size(), false);
                metrics.insert(metric.name, metric);
            }
        }
    }
    let catalog = Catalog {
        functions: functions.into_values().collect(),
        metrics: metrics.into_values().collect(),
        cells: words,
        floats,
        native: None,
    };
    Ok(Plan { catalog, sites, metrics: places, again })
}

/// The objective of the function with these cells, of which this is one mark.
fn agree_on(
    promised: &mut BTreeMap<u32, &'static Site>,
    site: &'static Site,
    cells: u32,
) -> Result<Objective, Error> {
    let first = match promised.get(&cells) {
        Some(first) => *first,
        None if site.objective == Objective::NONE => return Ok(Objective::NONE),
        None => promised.entry(cells).or_insert(site),
    };
    if site.objective != Objective::NONE && site.objective != first.objective {
        return Err(Error::Catalogue(format!(
            "function `{}` of `{}` has an `slo(..)` at {} and another at {}; functions of one name \
             are counted together, so say the same, or give one of them another `name`",
            site.function, site.module, first.location, site.location,
        )));
    }
    Ok(first.objective)
}

/// The series that have fine buckets: those of summaries, and where histograms are to have them, too,
/// those of functions and of declared ones. Each metric with its first, their number, and the first
/// of functions.
fn fine_series(plan: &Plan, native: bool) -> (Vec<(&'static Metric, u32)>, usize, usize) {
    let (mut fine, mut series) = (Vec::new(), 0);
    let mut take = |kind: MetricKind, series: &mut usize| {
        for metric in plan.catalog.metrics.iter().filter(|metric| metric.kind == kind) {
            fine.push((*metric, *series as u32));
            *series += metric.combinations();
        }
    };
    take(MetricKind::Summary, &mut series);
    let functions = series;
    if native {
        series += plan.catalog.cells / cell::WORDS;
        take(MetricKind::Histogram, &mut series);
    }
    (fine, series, functions)
}

/// Gives each mark its place. Called once; the clock is calibrated.
pub(crate) fn place(mut plan: Plan, native: bool) {
    let (fine, series, functions) = fine_series(&plan, native);
    plan.catalog.native = native.then_some(functions);
    // Before anybody can count: a shard of no size would stay one.
    record::size(plan.catalog.floats.len(), [series, functions]);
    let promising = plan.catalog.functions.iter().filter(|it| it.objective.latency_nanos != 0);
    let mut promising: Vec<(u32, u64)> =
        promising.map(|it| (it.cells, it.objective.latency_nanos)).collect();
    promising.sort_unstable();
    for (site, cells) in plan.sites {
        let slow = if site.slow_nanos == 0 { u64::MAX } else { clock::ticks(site.slow_nanos) };
        site.assign(cells, slow);
        // Marks of one name are counted together, also what only one of them promises.
        let at = promising.binary_search_by_key(&cells[0], |(cells, _)| *cells);
        if let Some((_, nanos)) = at.ok().and_then(|at| promising.get(at)) {
            site.promise(cell::latency_ticks(*nanos));
        }
        if native {
            site.refine();
        }
    }
    for (metric, first) in fine {
        metric.refine(first);
    }
    for (metric, cells) in plan.metrics {
        metric.assign(cells);
    }
    for (metric, first) in plan.again {
        metric.share(first);
    }
    let _ = CATALOG.set(plan.catalog);
}

/// Sets the gauges' values aside, for tests that have values of their own.
#[cfg(feature = "testing")]
pub(crate) fn set_gauges_aside() {
    let gauges = section::metrics().iter().filter(|metric| metric.kind == MetricKind::Gauge);
    gauges.for_each(Metric::set_aside);
}

fn agree(first: &Metric, second: &Metric) -> Result<(), Error> {
    let same = first.kind == second.kind
        && first.labels == second.labels
        && first.values == second.values
        && first.bounds == second.bounds
        && first.words() == second.words()
        // Whose figures would be shown?
        && first.read.is_none()
        && second.read.is_none();
    if same {
        return Ok(());
    }
    Err(Error::Catalogue(format!(
        "metric `{}` is declared at {} and, differently, at {}; give one of them another name",
        first.name, first.location, second.location,
    )))
}

/// The sections that the macros write, as the linker delimits them.
///
/// The macro crate spells the same names; one entry of our own keeps a section from being empty.
mod section {
    use crate::model::{Metric, Site};

    #[used]
    #[cfg_attr(
        target_vendor = "apple",
        unsafe(link_section = "__DATA,plimsoll_sites,regular,no_dead_strip")
    )]
    #[cfg_attr(windows, unsafe(link_section = ".plims$b"))]
    #[cfg_attr(all(unix, not(target_vendor = "apple")), unsafe(link_section = "plimsoll_sites"))]
    static SITE: Site = Site::new("catalog", module_path!()).metrics_only();

    #[used]
    #[cfg_attr(
        target_vendor = "apple",
        unsafe(link_section = "__DATA,plimsoll_mtrcs,regular,no_dead_strip")
    )]
    #[cfg_attr(windows, unsafe(link_section = ".plimm$b"))]
    #[cfg_attr(all(unix, not(target_vendor = "apple")), unsafe(link_section = "plimsoll_metrics"))]
    static METRIC: Metric = Metric::gauge("", "");

    /// Everything between two ends that the linker knows.
    ///
    /// # Safety
    /// The ends are those of a section that holds only `T`s.
    unsafe fn between<T>(start: *const T, end: *const T) -> &'static [T] {
        let length = (end.addr() - start.addr()) / size_of::<T>();
        // SAFETY: as the caller says; statics live for ever.
        unsafe { std::slice::from_raw_parts(start, length) }
    }

    #[cfg(all(unix, not(target_vendor = "apple"), not(miri)))]
    mod ends {
        use super::{Metric, Site};

        #[expect(improper_ctypes, reason = "only the addresses are taken")]
        unsafe extern "C" {
            #[link_name = "__start_plimsoll_sites"]
            pub(super) static SITES: Site;
            #[link_name = "__stop_plimsoll_sites"]
            pub(super) static SITES_END: Site;
            #[link_name = "__start_plimsoll_metrics"]
            pub(super) static METRICS: Metric;
            #[link_name = "__stop_plimsoll_metrics"]
            pub(super) static METRICS_END: Metric;
        }
    }

    #[cfg(all(target_vendor = "apple", not(miri)))]
    mod ends {
        use super::{Metric, Site};

        #[expect(improper_ctypes, reason = "only the addresses are taken")]
        unsafe extern "C" {
            #[link_name = "\x01section$start$__DATA$plimsoll_sites"]
            pub(super) static SITES: Site;
            #[link_name = "\x01section$end$__DATA$plimsoll_sites"]
            pub(super) static SITES_END: Site;
            #[link_name = "\x01section$start$__DATA$plimsoll_mtrcs"]
            pub(super) static METRICS: Metric;
            #[link_name = "\x01section$end$__DATA$plimsoll_mtrcs"]
            pub(super) static METRICS_END: Metric;
        }
    }

    #[cfg(all(any(unix, target_vendor = "apple"), not(miri)))]
    pub(super) fn sites() -> &'static [Site] {
        // SAFETY: the linker defines the symbols as the ends of the section; only macros write to
        // it, and they write sites.
        unsafe { between(&raw const ends::SITES, &raw const ends::SITES_END) }
    }

    #[cfg(all(any(unix, target_vendor = "apple"), not(miri)))]
    pub(super) fn metrics() -> &'static [Metric] {
        // SAFETY: as above, with metrics.
        unsafe { between(&raw const ends::METRICS, &raw const ends::METRICS_END) }
    }

    #[cfg(all(windows, not(miri)))]
    mod ends {
        // The linker sorts by what follows the dollar sign.
        #[used]
        #[unsafe(link_section = ".plims$a")]
        pub(super) static SITES: [super::Site; 0] = [];
        #[used]
        #[unsafe(link_section = ".plims$c")]
        pub(super) static SITES_END: [super::Site; 0] = [];
        #[used]
        #[unsafe(link_section = ".plimm$a")]
        pub(super) static METRICS: [super::Metric; 0] = [];
        #[used]
        #[unsafe(link_section = ".plimm$c")]
        pub(super) static METRICS_END: [super::Metric; 0] = [];
    }

    #[cfg(all(windows, not(miri)))]
    pub(super) fn sites() -> &'static [Site] {
        // SAFETY: the linker puts everything of the section between the two.
        unsafe { between(ends::SITES.as_ptr(), ends::SITES_END.as_ptr()) }
    }

    #[cfg(all(windows, not(miri)))]
    pub(super) fn metrics() -> &'static [Metric] {
        // SAFETY: as above.
        unsafe { between(ends::METRICS.as_ptr(), ends::METRICS_END.as_ptr()) }
    }

    // Without a linker that knows sections, a mark is a span, and its function has no series.
    #[cfg(any(miri, not(any(unix, windows, target_vendor = "apple"))))]
    pub(super) fn sites() -> &'static [Site] {
        std::slice::from_ref(&SITE)
    }

    #[cfg(any(miri, not(any(unix, windows, target_vendor = "apple"))))]
    pub(super) fn metrics() -> &'static [Metric] {
        std::slice::from_ref(&METRIC)
    }
}
