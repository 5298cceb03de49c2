//! jiff's times, as RFC 3339 and ISO 8601 write them. The name of a zone says where somebody is, and
//! is not shown.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{durations, times};

times! {
    [] Timestamp: |this| this;
    [] Zoned: |this| this.timestamp().display_with_offset(this.offset());
    [] DateTime: |this| this;
    [] Date: |this| this;
    [] Time: |this| this;
}

durations! { SignedDuration: |this| this.as_secs_f64(); }

#[cfg(test)]
mod tests {
    use jiff::tz::{Offset, TimeZone};

    use super::*;
    use crate::redact::impls::shown;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn times_are_shown_and_cut() {
        let day = Date::new(1984, 2, 29).unwrap();
        let time = day.at(8, 30, 0, 250_000_000);
        assert_eq!(shown(day), "1984-02-29");
        assert_eq!(shown(time), "1984-02-29T08:30:00.25");
        let there = time.to_zoned(TimeZone::fixed(Offset::constant(1))).unwrap();
        assert_eq!(shown(there.timestamp()), "1984-02-29T07:30:00.25Z");
        assert_eq!(shown(&there), "1984-02-29T08:30:00.25+01:00");
        assert_eq!(shown(SignedDuration::from_millis(-1500)), "-1.5");
        assert_eq!(left(Strategy::Year, &day), "1984");
        assert_eq!(left(Strategy::Month, &there), "1984-02");
    }
}
