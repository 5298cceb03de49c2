//! The units that the names of metrics end in: those that are known, and what takes the place of
//! one that is derived from another.
//!
//! Prometheus and OpenMetrics count in base units. Only words are looked at; which metric needs a
//! unit `metric::unit` decides.

/// The base units.
const BASE: [&str; 10] = [
    "seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams",
    "hertz",
];

/// The currencies of ISO 4217, but for those that are another word in the names of
/// metrics, such as `all`, `try`, `top` and `crc`.
const CURRENCIES: &str = "aed afn ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd brl \
    btn bwp byn bzd cad chf clp cny czk djf dkk dzd egp ern etb eur fjd fkp gbp \
    ghs gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf \
    kpw krw kwd kyd kzt lbp lkr lrd lsl lyd mdl mga mkd mmk mnt mur mvr mwk mxn myr mzn nad \
    ngn nok npr nzd omr pab pgk pkr pln pyg qar rsd rub rwf sar sbd scr sdg sek sgd shp sle \
    srd ssp stn syp szl thb tjs tmt tnd ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf \
    xcd xof xpf yer zar zmw zwg";

/// Units that are derived from a base unit.
const DERIVED: [(&str, &str); 9] = [
    (
        "seconds",
        "ns us ms nanos micros millis nanoseconds microseconds milliseconds nsec usec msec sec \
         secs minutes hours days weeks",
    ),
    (
        "bytes",
        "kb mb gb tb kib mib gib tib kilobytes megabytes gigabytes terabytes kibibytes \
         mebibytes gibibytes",
    ),
    ("ratio", "percent percentage pct permille"),
    ("celsius", "kelvin fahrenheit"),
    ("meters", "mm cm km millimeters centimeters kilometers miles inches"),
    ("volts", "millivolts kilovolts"),
    ("joules", "kj kwh kilojoules calories"),
    ("grams", "mg kg milligrams kilograms ounces"),
    ("hertz", "khz mhz ghz kilohertz megahertz gigahertz rpm"),
];

/// The known unit that a name ends in.
pub(crate) fn of(name: &str) -> Option<&str> {
    let (_, unit) = name.rsplit_once('_')?;
    is_known(unit).then_some(unit)
}

/// The unit may end a name without being declared.
pub(crate) fn is_known(unit: &str) -> bool {
    BASE.contains(&unit) || CURRENCIES.split_whitespace().any(|currency| currency == unit)
}

/// The base unit of a derived one.
pub(crate) fn base(unit: &str) -> Option<&'static str> {
    let derived = |(_, all): &&(&str, &str)| all.split_whitespace().any(|one| one == unit);
    DERIVED.iter().find(derived).map(|(base, _)| *base)
}

/// The name in its base unit, when it has a derived one.
pub(crate) fn in_base(name: &str) -> Option<String> {
    let (stem, unit) = name.rsplit_once('_')?;
    base(unit).map(|base| format!("{stem}_{base}"))
}

#[cfg(test)]
mod tests {
    use super::{CURRENCIES, base, in_base, of};

    #[test]
    fn names_end_in_known_units() {
        for (name, unit) in [
            ("order_value_usd", Some("usd")),
            ("queue_wait_seconds", Some("seconds")),
            ("seconds", None),
            ("cart_items", None),
            ("connections_all", None),
            ("places_to_try", None),
        ] {
            assert_eq!(of(name), unit, "{name}");
        }
    }

    #[test]
    fn derived_units_have_a_base() {
        assert_eq!(base("ms"), Some("seconds"));
        assert_eq!(base("items"), None);
        assert_eq!(in_base("used_percent").as_deref(), Some("used_ratio"));
        assert_eq!(in_base("ms"), None);
    }

    #[test]
    fn no_unit_is_both_known_and_derived() {
        for currency in CURRENCIES.split_whitespace() {
            assert_eq!(currency.len(), 3, "{currency}");
            assert_eq!(base(currency), None, "{currency}");
        }
    }
}
