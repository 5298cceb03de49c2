//! The check of a metric's labels while the program is built: how many series they make.
//!
//! A text with the numbers can't be formatted there, so it is put together here, byte by byte.

use super::metric::Values;

/// The most that a budget can be raised to.
const MOST: usize = 100_000;

/// How many series the labels make; `usize::MAX` where that is no number.
pub(super) const fn series(values: &[Values]) -> usize {
    let mut product = 1usize;
    let mut at = 0;
    while at < values.len() {
        product = product.saturating_mul(values[at].len());
        at += 1;
    }
    product
}

/// Says what is wrong with a metric that makes more series than its budget.
pub(super) const fn excess(
    name: &str,
    labels: &[&str],
    values: &[Values],
    budget: usize,
) -> Message {
    let series = series(values);
    let mut text = Message::new().text("metric `").text(name).text("`: ");
    let mut at = 0;
    while at < values.len() {
        if at > 0 {
            text = text.text(" x ");
        }
        if at < labels.len() {
            text = text.text(labels[at]);
        }
        text = text.text(" (").number(values[at].len()).text(")");
        at += 1;
    }
    text = text.text(" = ").number(series).text(" series, more than ");
    if budget > MOST {
        text = text.text("the ").number(MOST).text(" that a budget can be at most; use fewer");
        return text.text(" labels or values");
    }
    text = text.text("its budget of ").number(budget).text("; use fewer labels or values");
    if series <= MOST {
        text = text.text(", or raise `budget = ").number(series).text("`");
    }
    text
}

/// Whether so many series are within a budget.
pub(super) const fn fits(series: usize, budget: usize) -> bool {
    series <= budget && series <= MOST
}

/// A text that is put together while the program is built; what does not fit is cut.
pub(super) struct Message {
    bytes: [u8; Message::ROOM],
    length: usize,
}

impl Message {
    const ROOM: usize = 1024;

    const fn new() -> Message {
        Message { bytes: [0; Message::ROOM], length: 0 }
    }

    const fn text(mut self, text: &str) -> Message {
        let text = text.as_bytes();
        if text.len() > Message::ROOM - self.length {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn number(mut self, number: usize) -> Message {
        let mut unit = 1;
        while number / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 && self.length < Message::ROOM {
            self.bytes[self.length] = b'0' + (number / unit % 10) as u8;
            self.length += 1;
            unit /= 10;
        }
        self
    }

    pub(super) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [Values; 2] = [Values::Open(500), Values::Closed(&["book", "pen", "cup", "bag"])];

    fn told(values: &[Values], budget: usize) -> String {
        excess("revenue_usd_total", &["tenant", "product"], values, budget).as_str().to_owned()
    }

    #[test]
    fn the_numbers_are_in_the_text() {
        assert_eq!(series(&VALUES), 2004);
        assert_eq!(
            told(&VALUES, 1000),
            "metric `revenue_usd_total`: tenant (501) x product (4) = 2004 series, more than its \
             budget of 1000; use fewer labels or values, or raise `budget = 2004`"
        );
    }

    #[test]
    fn a_budget_is_not_to_be_raised_above_the_most() {
        let many = [Values::Open(99_999), VALUES[1]];
        assert_eq!(
            told(&many, 1000),
            "metric `revenue_usd_total`: tenant (100000) x product (4) = 400000 series, more than \
             its budget of 1000; use fewer labels or values"
        );
        assert!(
            told(&many, 1_000_000).contains("more than the 100000 that a budget can be at most")
        );
        assert!(!fits(series(&many), 1_000_000) && fits(2004, 2004) && !fits(2004, 2003));
        let endless = [Values::Open(u32::MAX); 4];
        assert_eq!(series(&endless), usize::MAX);
        assert!(told(&endless, 1000).contains(" series, more than its budget of 1000"));
    }
}
