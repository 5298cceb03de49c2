//! chrono's times, as RFC 3339 and ISO 8601 write them.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone};

use super::{durations, times};

times! {
    [Tz: TimeZone] DateTime<Tz>: |this| Iso(this.with_timezone(&this.offset().fix()));
    [] NaiveDateTime: |this| Iso(this);
    [] NaiveDate: |this| this;
    [] NaiveTime: |this| this;
}

/// The form that chrono gives to `Debug`: its `Display` has a space in the middle.
struct Iso<T>(T);

impl<T: fmt::Debug> fmt::Display for Iso<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

durations! {
    TimeDelta: |this| this.num_seconds() as f64 + f64::from(this.subsec_nanos()) / 1e9;
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, Utc};

    use super::*;
    use crate::redact::impls::shown;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn times_are_shown_and_cut() {
        let day = NaiveDate::from_ymd_opt(1984, 2, 29).unwrap();
        let time = day.and_hms_milli_opt(8, 30, 0, 250).unwrap();
        assert_eq!(shown(day), "1984-02-29");
        assert_eq!(shown(time), "1984-02-29T08:30:00.250");
        assert_eq!(shown(time.and_utc()), "1984-02-29T08:30:00.250+00:00");
        let east = FixedOffset::east_opt(3600).unwrap();
        let there = time.and_utc().with_timezone(&east);
        assert_eq!(shown(there), "1984-02-29T09:30:00.250+01:00");
        assert_eq!(shown(TimeDelta::milliseconds(-1500)), "-1.5");
        assert_eq!(left(Strategy::Year, &day), "1984");
        assert_eq!(left(Strategy::Month, &there), "1984-02");
        assert_eq!(left(Strategy::Month, &DateTime::<Utc>::MAX_UTC), "[redacted]");
    }
}
