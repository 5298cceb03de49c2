//! time's times, as RFC 3339 and ISO 8601 write them. Its own formatter would have to be turned on.

use std::fmt;

use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time};

use super::{durations, times};
use crate::redact::impls::Fraction;

times! {
    [] OffsetDateTime: |this| At { date: Some(this.date()), time: Some(this.time()), zone: Some(this) };
    [] PrimitiveDateTime: |this| At { date: Some(this.date()), time: Some(this.time()), zone: None };
    [] Date: |this| At { date: Some(*this), time: None, zone: None };
    [] Time: |this| At { date: None, time: Some(*this), zone: None };
}

durations! { Duration: |this| this.as_seconds_f64(); }

/// What is known of a time.
struct At<'a> {
    date: Option<Date>,
    time: Option<Time>,
    zone: Option<&'a OffsetDateTime>,
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(date) = self.date {
            let (year, month, day) = date.to_calendar_date();
            match year {
                0..=9999 => write!(f, "{year:04}")?,
                _ => write!(f, "{year:+07}")?,
            }
            write!(f, "-{:02}-{day:02}", u8::from(month))?;
        }
        if let Some(time) = self.time {
            let (hour, minute, second, nanos) = time.as_hms_nano();
            let t = if self.date.is_some() { "T" } else { "" };
            write!(f, "{t}{hour:02}:{minute:02}:{second:02}{}", Fraction(nanos))?;
        }
        match self.zone.map(|zone| zone.offset().whole_minutes()) {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
                write!(f, "{sign}{hours:02}:{minutes:02}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::{Month, UtcOffset};

    use super::*;
    use crate::redact::impls::shown;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn times_are_shown_and_cut() {
        let day = Date::from_calendar_date(1984, Month::February, 29).unwrap();
        let time = day.with_hms_milli(8, 30, 0, 250).unwrap();
        assert_eq!(shown(day), "1984-02-29");
        assert_eq!(shown(time.time()), "08:30:00.250");
        assert_eq!(shown(time), "1984-02-29T08:30:00.250");
        assert_eq!(shown(time.assume_utc()), "1984-02-29T08:30:00.250Z");
        let west = UtcOffset::from_hms(-3, -30, 0).unwrap();
        assert_eq!(shown(time.assume_offset(west)), "1984-02-29T08:30:00.250-03:30");
        assert_eq!(shown(Duration::milliseconds(-1500)), "-1.5");
        assert_eq!(left(Strategy::Year, &day), "1984");
        assert_eq!(left(Strategy::Month, &time.assume_utc()), "1984-02");
    }
}
