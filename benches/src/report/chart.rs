//! Bars of nanoseconds a call on a logarithmic scale, as SVG. Pure.
//!
//! It brings its own ground, so that it can be read on a light page and on a dark one, and names no
//! font of the net. Text stays text.

use std::fmt::Write as _;

use serde_json::Value;

use super::groups::{self, Group};

/// What is worth a bar: one call, in turn, on one thread.
const SHOWN: &[Group] = &[Group::AllSignals, Group::Spans, Group::NotSampled, Group::Metrics];

const FLOOR: &str = "floor: two counter reads";

const WIDTH: f64 = 860.0;
/// Where bars begin, and where the scale ends.
const LEFT: f64 = 300.0;
const RIGHT: f64 = 790.0;
const TOP: f64 = 64.0;
const ROW: f64 = 20.0;
const HEADING: f64 = 34.0;
/// The scale, in nanoseconds.
const FROM: f64 = 1.0;

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.group { font-weight: 600 }
.small { font-size: 11px; fill: #57606a }
.end { text-anchor: end }
.middle { text-anchor: middle }
.ground { fill: #ffffff; stroke: #d0d7de }
.peer { fill: #9aa7b4 }
.ours { fill: #d1540a }
.line { stroke: #d8dee4 }
.floor { stroke: #1a7f37; stroke-dasharray: 4 3 }
.green { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.small { fill: #9198a1 }
.ground { fill: #0d1117; stroke: #3d444d }
.peer { fill: #656f7b }
.ours { fill: #f0883e }
.line { stroke: #2a313a }
.floor { stroke: #3fb950 }
.green { fill: #3fb950 }
}
";

/// The chart of what the cases took.
pub(super) fn svg(all: &Value) -> String {
    let shown: Vec<(Group, Vec<&Value>)> = SHOWN
        .iter()
        .map(|group| (*group, groups::cases(all, *group)))
        .filter(|(_, cases)| !cases.is_empty())
        .collect();
    let times = shown.iter().flat_map(|(_, cases)| cases).map(|case| groups::time(case));
    let most = times.filter(|time| time.is_finite()).fold(10.0, f64::max);
    let scale = Scale { decades: most.log10().max(1.0) };
    let rows: usize = shown.iter().map(|(_, cases)| cases.len()).sum();
    let bottom = TOP + rows as f64 * ROW + shown.len() as f64 * HEADING;
    let height = bottom + 40.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Nanoseconds a call\">\n\
         <style>\n{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n\
         <text class=\"title\" x=\"20\" y=\"30\">Nanoseconds a call, least of all rounds, logarithmic</text>\n",
        WIDTH - 1.0,
        height - 1.0,
    );
    axis(&mut out, &scale, bottom);
    let mut y = TOP;
    for (group, cases) in &shown {
        let title = escaped(group.title());
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<text class=\"group\" x=\"20\" y=\"{}\">{title}</text>", y + 22.0);
        y += HEADING;
        for case in cases {
            bar(&mut out, &scale, y, case);
            y += ROW;
        }
    }
    if let Some(floor) = groups::cases(all, Group::Floor).iter().find(|c| groups::name(c) == FLOOR)
    {
        let x = scale.place(groups::time(floor));
        let _ = writeln!(
            out,
            "<line class=\"floor\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\n\
             <text class=\"small green middle\" x=\"{x:.1}\" y=\"{}\">two counter reads</text>",
            TOP - 6.0,
        );
    }
    out + "</svg>\n"
}

/// Where a time stands.
struct Scale {
    /// Powers of ten from the left to the right end.
    decades: f64,
}

impl Scale {
    fn place(&self, time: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (time.max(FROM) / FROM).log10() / self.decades
    }
}

/// A line for each power of ten.
fn axis(out: &mut String, scale: &Scale, bottom: f64) {
    let mut time = FROM;
    while scale.place(time) <= RIGHT {
        let x = scale.place(time);
        let _ = writeln!(
            out,
            "<line class=\"line\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\n\
             <text class=\"small middle\" x=\"{x:.1}\" y=\"{}\">{time} ns</text>",
            bottom + 18.0,
        );
        time *= 10.0;
    }
}

fn bar(out: &mut String, scale: &Scale, y: f64, case: &Value) {
    let time = groups::time(case);
    if !time.is_finite() {
        return;
    }
    let class = if groups::is_ours(case) { "ours" } else { "peer" };
    let (end, base) = (scale.place(time), y + 13.0);
    let _ = writeln!(
        out,
        "<text class=\"end\" x=\"{}\" y=\"{base}\">{}</text>\n\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"14\" rx=\"2\"/>\n\
         <text class=\"small\" x=\"{:.1}\" y=\"{base}\">{}</text>",
        LEFT - 8.0,
        escaped(groups::name(case)),
        y + 2.0,
        (end - LEFT).max(1.0),
        end + 6.0,
        if time < 10.0 { format!("{time:.1}") } else { format!("{time:.0}") },
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Value {
        json!({"cases": [
            {"name": "usual <stack> & co: sync", "min_ns": 1000.0},
            {"name": "plimsoll all signals: sync", "min_ns": 10.0},
            {"name": "floor: two counter reads", "min_ns": 17.0},
            {"name": "bare: two threads", "min_ns": 3.0},
        ]})
    }

    #[test]
    fn the_same_figures_make_the_same_chart() {
        assert_eq!(svg(&sample()), svg(&sample()));
    }

    #[test]
    fn each_power_of_ten_is_as_wide() {
        let svg = svg(&sample());
        let whole = RIGHT - LEFT;
        assert!(svg.contains(&format!("class=\"peer\" x=\"300\" y=\"120\" width=\"{whole:.1}\"")));
        assert!(
            svg.contains(&format!(
                "class=\"ours\" x=\"300\" y=\"100\" width=\"{:.1}\"",
                whole / 3.0
            ))
        );
        assert!(svg.contains("two counter reads"));
        assert!(!svg.contains("two threads"), "{svg}");
    }

    #[test]
    fn names_are_escaped() {
        assert!(svg(&sample()).contains("usual &lt;stack> &amp; co: sync"));
    }
}
