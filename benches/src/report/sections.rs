//! The tables of all parts but the cases: which columns of which list, under which names.

/// One table: a list in a part's JSON, and what of its entries is shown.
pub(super) struct Section {
    pub(super) part: &'static str,
    pub(super) list: &'static str,
    pub(super) title: &'static str,
    pub(super) columns: &'static [Column],
}

/// A heading, a key, and what a number is divided by.
pub(super) struct Column(pub(super) &'static str, pub(super) &'static str, pub(super) f64);

const KIB: f64 = 1024.0;
const MILLION: f64 = 1e6;

pub(super) const SECTIONS: &[Section] = &[
    Section {
        part: "flat",
        list: "producers",
        title: "One producer flat out for 2 s, millions of spans a second",
        columns: &[
            Column("producer", "name", 1.0),
            Column("background on", "mode", 1.0),
            Column("made", "made_per_s", MILLION),
            Column("best", "made_per_s_best", MILLION),
            Column("out", "exported_per_s", MILLION),
            Column("best", "exported_per_s_best", MILLION),
            Column("CPU ns", "cpu_per_span", 1.0),
            Column("dropped", "lost", 1.0),
        ],
    },
    Section {
        part: "page",
        list: "pages",
        title: "A scrape of 1000 functions, us",
        columns: &[
            Column("page", "name", 1.0),
            Column("min", "min_us", 1.0),
            Column("median", "median_us", 1.0),
            Column("bytes", "bytes", 1.0),
        ],
    },
    Section {
        part: "page",
        list: "threads",
        title: "The same after calls on several threads, us",
        columns: &[
            Column("threads", "threads", 1.0),
            Column("min", "min_us", 1.0),
            Column("median", "median_us", 1.0),
        ],
    },
    Section {
        part: "lines",
        list: "cases",
        title: "A JSON line of 5 fields in a span with 3, ns",
        columns: &[
            Column("line", "name", 1.0),
            Column("min", "min_ns", 1.0),
            Column("median", "median_ns", 1.0),
            Column("CPU", "cpu", 1.0),
            Column("allocations", "allocations", 1.0),
            Column("bytes", "bytes", 1.0),
        ],
    },
    Section {
        part: "memory",
        list: "slopes",
        title: "Memory, bytes of one more",
        columns: &[
            Column("recorded", "mode", 1.0),
            Column("function", "bytes_a_site", 1.0),
            Column("thread", "bytes_a_thread", 1.0),
            Column("function on a thread", "bytes_a_site_and_thread", 1.0),
        ],
    },
    Section {
        part: "memory",
        list: "runs",
        title: "Memory, KiB in all",
        columns: &[
            Column("recorded", "mode", 1.0),
            Column("functions", "sites", 1.0),
            Column("threads", "threads", 1.0),
            Column("after `init`", "init_bytes", KIB),
            Column("threads' stacks", "stacks_bytes", KIB),
            Column("by calls", "calls_bytes", KIB),
        ],
    },
    Section {
        part: "instructions",
        list: "cases",
        title: "Instructions a call (callgrind)",
        columns: &[Column("case", "name", 1.0), Column("instructions", "instructions", 1.0)],
    },
    Section {
        part: "compile",
        list: "programs",
        title: "Compiling a marked function, over the bare one (CPU)",
        columns: &[
            Column("mark", "name", 1.0),
            Column("check, ms", "check_ms_over_bare", 1.0),
            Column("release build, ms", "build_ms_over_bare", 1.0),
            Column("KiB", "kib_over_bare", 1.0),
        ],
    },
];
