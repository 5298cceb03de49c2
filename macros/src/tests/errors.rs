//! The wording of mistakes, where the compiler is not needed to see them.
//!
//! Spans, and that nothing else is reported, is seen in `tests/ui`.

use super::mistakes;
use crate::metric::metric;
use crate::observe::observe;
use crate::redact::redact;

#[test]
fn placeholder() {
    for (run, args, item) in [
        (observe as fn(_, _) -> _, "nmae = \"x\"", "fn f() {}"),
        (observe, "log(usr.id)", "fn f(user: &User) {}"),
        (observe, "log(x.len())", "fn f(x: &str) {}"),
        (observe, "log(%x)", "fn f(x: &str) {}"),
        (observe, "log(&x)", "fn f(x: &str) {}"),
        (observe, "log()", "fn f(x: &str) {}"),
        (observe, "name", "fn f(x: &str) {}"),
        (observe, "name = f", "fn f(x: &str) {}"),
        (observe, "name = \"a\" level = info", "fn f(x: &str) {}"),
        (observe, "redact(x)", "fn f(x: &str) {}"),
        (observe, "redact(x = hash)", "fn f(x: &str) {}"),
        (observe, "redact(x = emial)", "fn f(x: &str) {}"),
        (observe, "log(token)", "fn f(token: u64) {}"),
        (metric, "", "fn f() {}"),
        (metric, "counter, gauge", "fn f() {}"),
        (metric, "histogram, buckets = 1", "fn f() {}"),
        (metric, "histogram(1), help = \"x\"", "fn f() {}"),
        (
            metric,
            "counter, help = \"x\", labels(tier = 1)",
            "fn f() {}",
        ),
        (redact, "email", "struct A(String);"),
        (redact, "", "struct A(#[redact = \"email\"] String);"),
    ] {
        println!("{args}\n    {:?}", mistakes(run, args, item));
    }
}
