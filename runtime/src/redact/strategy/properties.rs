//! What holds of every strategy and any text: what is hidden makes no difference to what is shown.

use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::*;

const ALL: [Strategy; 16] = [
    Strategy::Full,
    Strategy::Mask,
    Strategy::MaskLength,
    Strategy::Present,
    Strategy::First(2),
    Strategy::Last(4),
    Strategy::Email,
    Strategy::Phone,
    Strategy::Pan,
    Strategy::Ip,
    Strategy::Url,
    Strategy::Iban,
    Strategy::Bucket(10),
    Strategy::Year,
    Strategy::Month,
    Strategy::Hash("customer"),
];

/// A text that is written in pieces.
struct Pieces<'a>(&'a str, usize);

impl Redactable for Pieces<'_> {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        let mut rest = self.0;
        while !rest.is_empty() {
            let end =
                (self.1.max(1)..).find(|end| *end >= rest.len() || rest.is_char_boundary(*end));
            let (piece, behind) = rest.split_at(end.unwrap_or_default().min(rest.len()));
            out.write_str(piece)?;
            rest = behind;
        }
        Ok(())
    }
}

/// Digits with the one behind them that makes Luhn's sum right.
fn card(digits: &str) -> String {
    let numbers = (0..10).map(|last| format!("{digits}{last}"));
    let mut right = numbers.filter(|number| left(Strategy::Pan, number) != REDACTED);
    right.next().unwrap_or_default()
}

/// Whatever somebody may have put into a field, and what looks like something.
fn anything() -> impl proptest::strategy::Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,80}",
        "[a-z.]{1,9}@[a-z.-]{1,12}",
        "[a-z]{1,5}://[a-z0-9:@/?#.]{0,30}",
        r"\+?[0-9 ()-]{0,24}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[0-9:Z]{0,9}",
        "[A-Z]{2}[0-9]{2}[0-9A-Z]{8,32}",
        "[0-9a-f:.]{3,40}",
        "-?[0-9.]{0,50}",
    ]
}

proptest! {
    #[test]
    fn what_hides_all_is_the_same_for_any_two_texts(one in anything(), other in anything()) {
        for strategy in [Strategy::Full, Strategy::Mask] {
            prop_assert_eq!(left(strategy, &one), left(strategy, &other));
        }
        prop_assert_eq!(
            left(Strategy::Present, &format!("{one}.")),
            left(Strategy::Present, &format!("{other}."))
        );
    }

    #[test]
    fn pieces_make_no_difference_and_nothing_grows(text in anything(), size in 1..9_usize) {
        for strategy in ALL {
            let whole = left(strategy, &text);
            prop_assert_eq!(&left(strategy, &Pieces(&text, size)), &whole, "{:?}", strategy);
            prop_assert!(whole.len() < 340, "{:?} {}", strategy, whole);
        }
    }

    #[test]
    fn ends_show_no_more_than_they_may(
        text in any::<String>(),
        hidden in "[a-z0-9]{8,40}",
        other in "[a-z0-9]{8,90}",
        end in "[a-zA-Z0-9]{4}",
    ) {
        for (first, last) in [(Strategy::First(1), Strategy::Last(1)), (Strategy::First(4), Strategy::Last(4))] {
            prop_assert_eq!(left(last, &format!("{hidden}{end}")), left(last, &format!("{other}-{end}")));
            prop_assert_eq!(left(first, &format!("{end}{hidden}")), left(first, &format!("{end}-{other}")));
        }
        // A third of the letters and digits at most.
        let letters = text.chars().filter(|character| character.is_alphanumeric()).count();
        for count in 1..=4 {
            let hides = letters < usize::from(count) * 3;
            prop_assert_eq!(left(Strategy::Last(count), &text) == REDACTED, hides);
            prop_assert_eq!(left(Strategy::First(count), &text) == REDACTED, hides);
        }
    }

    #[test]
    fn the_name_of_an_address_makes_no_difference(
        one in "[a-z0-9._+-]{1,64}", other in "[a-z0-9._+-]{1,64}", domain in "[a-z]{1,9}(\\.[a-z]{2,6}){1,2}",
    ) {
        let shown = |name: &str| left(Strategy::Email, &format!("x{name}@{domain}"));
        prop_assert_eq!(shown(&one), format!("x***@{domain}"));
        prop_assert_eq!(shown(&one), shown(&other));
    }

    #[test]
    fn the_middle_of_a_number_makes_no_difference(
        one in "[0-9]{5,9}", other in "[0-9]{5,9}", end in "[0-9]{2}", code in 0..7_usize,
    ) {
        let code = ["1", "7", "49", "81", "351", "420", "998"][code];
        let shown = |middle: &str| left(Strategy::Phone, &format!("+{code} {middle}{end}"));
        prop_assert_eq!(shown(&one), format!("+{code}****{end}"));
        prop_assert_eq!(shown(&one), shown(&other));
    }

    #[test]
    fn a_card_shows_four_digits(start in "[0-9]{11,18}") {
        let card = card(&start);
        prop_assert_eq!(left(Strategy::Pan, &card), format!("****{}", &card[card.len() - 4..]));
        // One digit that is wrong, and nothing is shown.
        for at in 0..card.len() {
            let mut wrong = card.clone().into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + 1) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(left(Strategy::Pan, &wrong), REDACTED);
        }
    }

    #[test]
    fn the_host_of_an_address_makes_no_difference(one: [u8; 2], other: u8, network: [u8; 3], six: [u16; 8]) {
        let [a, b, c] = network;
        let shown = |host: u8| left(Strategy::Ip, &format!("{a}.{b}.{c}.{host}"));
        prop_assert_eq!(shown(one[0]), format!("{a}.{b}.{c}.0/24"));
        prop_assert_eq!(shown(one[1]), shown(other));
        let address = std::net::Ipv6Addr::from(six);
        let mut far = six;
        far[3] ^= 1;
        far[7] = !far[7];
        if six[..5] != [0; 5] {
            let far = std::net::Ipv6Addr::from(far).to_string();
            prop_assert_eq!(left(Strategy::Ip, &address.to_string()), left(Strategy::Ip, &far));
        }
    }

    #[test]
    fn all_but_the_host_of_a_url_makes_no_difference(
        user in "([a-z]{1,8}(:[a-zA-Z0-9@!$&*:]{0,30})?@)?",
        path in "(/[a-z0-9]{0,9}){0,4}",
        query in "(\\?[a-z0-9=&@/]{0,30})?",
    ) {
        for host in ["example.org", "[2001:db8::1]"] {
            let url = format!("https://{user}{host}{path}{query}");
            prop_assert_eq!(left(Strategy::Url, &url), format!("https://{host}"), "{}", url);
        }
        let url = format!("https://{user}db.internal:5432{path}");
        prop_assert_eq!(left(Strategy::Url, &url), "https://db.internal:5432", "{}", url);
    }

    #[test]
    fn a_number_is_in_its_bucket(number: i64, width in 1..1_000_000_u64, rest in "(\\.[0-9]{1,9})?") {
        let shown = left(Strategy::Bucket(width), &format!("{number}{rest}"));
        let (low, high) = shown.split_once("..").unwrap();
        let (low, high) = (low.parse::<i128>().unwrap(), high.parse::<i128>().unwrap());
        prop_assert_eq!(high - low, i128::from(width));
        prop_assert_eq!(low.rem_euclid(i128::from(width)), 0);
        let exact: i128 = rest.get(1..).map_or(0, |rest| format!("{rest:0<9}").parse().unwrap());
        let exact = i128::from(number) * 1_000_000_000 + if number < 0 { -exact } else { exact };
        let is_signed_zero = number == 0;
        prop_assert!(is_signed_zero || (low * 1_000_000_000..high * 1_000_000_000).contains(&exact));
    }

    #[test]
    fn the_day_makes_no_difference(year in 0..=9999_u32, month in 1..=12_u32, day in 1..=28_u32, time in "([T ][0-9:.Z]{0,20})?") {
        let date = format!("{year:04}-{month:02}-{day:02}{time}");
        prop_assert_eq!(left(Strategy::Year, &date), format!("{year:04}"));
        prop_assert_eq!(left(Strategy::Month, &date), format!("{year:04}-{month:02}"));
    }
}
