//! How all objectives stand, as JSON: what `respond` answers to `GET /slo`.
//!
//! The format is documented where `slo(..)` is: in the section on objectives of `observe`'s page.

use std::time::Duration;

use crate::health::{json_text, short};
use crate::objectives::{self, Aim, Judged, State, WINDOWS};

/// Functions that are shown at most.
const MOST: usize = 500;

/// The whole answer.
pub(super) fn page() -> String {
    whole(objectives::uptime().as_secs(), &objectives::judged(Duration::ZERO))
}

/// `judged` has the objectives of a function side by side.
fn whole(uptime: u64, judged: &[Judged]) -> String {
    let mut functions: Vec<(State, &[Judged])> = judged
        .chunk_by(|one, next| one.goal.cells == next.goal.cells)
        .map(|of_one| (worst(of_one), of_one))
        .collect();
    // Those of one state stay in the order of the catalogue.
    functions.sort_by_key(|(state, _)| std::cmp::Reverse(*state));
    let left_out = functions.len().saturating_sub(MOST);
    let shown: Vec<String> =
        functions.iter().take(MOST).map(|(state, of_one)| function(*state, of_one)).collect();
    let state = worst(judged).as_str();
    let functions = shown.join(",");
    format!(
        "{{\"uptime_seconds\":{uptime},\"state\":\"{state}\",\"functions\":[{functions}],\
         \"left_out\":{left_out}}}\n"
    )
}

fn worst(judged: &[Judged]) -> State {
    judged.iter().map(|one| one.state).max().unwrap_or(State::Ok)
}

fn function(state: State, of_one: &[Judged]) -> String {
    let (name, module) =
        of_one.first().map_or(("", ""), |one| (one.goal.function, one.goal.module));
    let objectives: Vec<String> = of_one.iter().map(objective).collect();
    format!(
        r#"{{"function":{},"module":{},"state":"{}","objectives":[{}]}}"#,
        json_text(name),
        json_text(module),
        state.as_str(),
        objectives.join(",")
    )
}

fn objective(one: &Judged) -> String {
    let threshold = match one.goal.aim {
        Aim::Success => String::new(),
        Aim::Latency { seconds } => format!(r#""threshold_seconds":{seconds},"#),
    };
    let windows: Vec<String> = WINDOWS
        .iter()
        .zip(&one.windows)
        .map(|((name, _), window)| {
            let (events, bad, burn) = (window.count.total, window.count.bad(), short(window.burn));
            format!(r#""{name}":{{"events":{events},"bad":{bad},"burn":{burn}}}"#)
        })
        .collect();
    format!(
        r#"{{"objective":"{}","target":{},{threshold}"events":{},"good":{},"budget_remaining":{},"state":"{}","windows":{{{}}}}}"#,
        one.goal.aim.as_str(),
        f64::from(one.goal.target) / 1e6,
        one.count.total,
        one.count.good,
        short(one.remaining),
        one.state.as_str(),
        windows.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::tests::{HOUR, MINUTE, Simulated, standing};

    fn read(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn the_page_can_be_read() {
        let mut process = Simulated::new();
        process.run(2 * HOUR, |_| (100, 0, 0));
        process.run(10 * MINUTE, |_| (100, 50, 1));
        let page = read(&whole(process.now, &process.look()));
        assert_eq!(page["uptime_seconds"], 7800);
        assert_eq!(page["state"], "page");
        assert_eq!(page["left_out"], 0);
        let pay = &page["functions"][0];
        assert_eq!((&pay["function"], &pay["module"]), (&"pay".into(), &"shop".into()));
        assert_eq!(pay["state"], "page");
        let [success, latency] = [0, 1].map(|at| &pay["objectives"][at]);
        assert_eq!(success["objective"], "success");
        assert_eq!(success["target"], 0.999);
        assert_eq!(success["events"], 78_000);
        assert_eq!(success["good"], 75_000);
        assert_eq!(success["state"], "page");
        assert!(success.get("threshold_seconds").is_none());
        assert_eq!(success["windows"].as_object().unwrap().len(), 7);
        assert_eq!(success["windows"]["5m"]["events"], 3_000);
        assert_eq!(success["windows"]["5m"]["bad"], 1_500);
        assert_eq!(success["windows"]["5m"]["burn"], 500.0);
        assert_eq!(success["budget_remaining"], -37.4615);
        assert_eq!(latency["objective"], "latency");
        assert_eq!(latency["threshold_seconds"], 0.3);
        assert_eq!(latency["state"], "ok");
        assert_eq!(read(&whole(0, &[]))["functions"].as_array().unwrap().len(), 0);
    }

    #[test]
    fn the_worst_come_first_and_a_page_ends() {
        let mut all: Vec<Judged> = (0..600).flat_map(|at| standing(at, State::Ok)).collect();
        all.extend(standing(600, State::Ticket));
        all.extend(standing(601, State::Page));
        let page = read(&whole(1, &all));
        let names = [0, 1, 2].map(|at| page["functions"][at]["function"].as_str().unwrap());
        assert_eq!(names, ["f\"601", "f\"600", "f\"0"]);
        assert_eq!(page["functions"].as_array().unwrap().len(), 500);
        assert_eq!(page["left_out"], 102);
    }
}
