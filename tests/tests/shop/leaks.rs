//! What must never leave: customers' addresses, card numbers and passwords.
//!
//! Customers with secrets of their own go every way through the shop; then everything that left
//! the process is searched. What may leave of a card is found, so the search itself is sound.

use plimsoll::testing::{Canary, assert_nowhere};
use plimsoll_tests::http;
use plimsoll_tests::page::Format;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{
    BROKEN_CARD, Customer, DECLINED_CARD, Opening, PANIC_CARD, SLOW_CARD, TOKEN,
};
use serde_json::json;

#[test]
fn no_address_card_or_password_leaves_the_shop() {
    let Some(rotel) = Rotel::start() else { return };
    // The most talkative shop that there is.
    let mut shop = Opening::quiet().set("RUST_LOG", "trace").tells(&rotel).open();
    let mut customers = Vec::new();
    for _ in 0..3 {
        let customer = shop.customer();
        assert_eq!(shop.buy(&customer).status, 201);
        shop.get(&format!("/customers/{}", customer.id));
        customers.push(customer);
    }
    for card in [DECLINED_CARD, BROKEN_CARD, PANIC_CARD, SLOW_CARD] {
        let customer = shop.customer_with(card);
        shop.buy(&customer);
        customers.push(customer);
    }
    customers.extend(mistakes(&shop, &customers[0]));

    let pages = [Format::Text, Format::OpenMetrics].map(|format| shop.scrape(format).body);
    let admin = ["slo", "scrub", "data-map", "health/live", "health/ready"].map(|page| {
        let url = shop.metrics.replace("metrics", page);
        let answer = http::get_with(&url, &[("authorization", &format!("Bearer {TOKEN}"))]);
        assert_eq!(answer.status, 200, "{page}: {}", answer.body);
        answer.body
    });
    shop.close();
    let received = rotel.settled();
    let sinks = [
        ("standard output or error", shop.output()),
        ("the metrics page", pages.concat()),
        ("other pages of the admin server", admin.concat()),
        ("what rotel received", rotel.text()),
    ];
    for (sink, text) in &sinks {
        assert!(text.len() > 1000, "{sink} is worth a search");
        for customer in &customers {
            for secret in secrets(customer) {
                assert!(
                    !text.contains(&secret),
                    "{secret} is in {sink}: {}",
                    around(text, &secret)
                );
            }
        }
    }
    // In no encoding either, and no part of them.
    let canaries: Vec<_> = customers.iter().flat_map(canaries).collect();
    assert_nowhere(&canaries, &sinks);
    // The last four digits are what the marks on `card` let through.
    let charge = received.spans.iter().find(|span| span.name == "authorize").unwrap();
    assert!(charge.attributes["card"].ends_with("4444"), "{:?}", charge.attributes);
    assert!(shop.output().contains("4444"), "a customer is logged with what may be shown");
}

/// Requests that fail in ways that tempt an error message to quote them.
fn mistakes(shop: &plimsoll_tests::shop::Shop, known: &Customer) -> Vec<Customer> {
    let mut made = Vec::new();
    let mut try_with = |email: &str, card: &str, password: &str, status: u16| {
        let body = json!({
            "tier": "free", "source": "search", "email": email, "card": card, "password": password
        });
        assert_eq!(shop.post("/customers", &body).status, status);
        let (email, card) = (email.to_owned(), card.to_owned());
        made.push(Customer { id: 0, email, card, password: password.to_owned() });
    };
    try_with(&known.email, "5555777788889999", "Kq7w-Vx3m-Zt9h", 409);
    try_with("qx4vkz8wjt2m", "5555777788881357", "Hj5t-Wz8q-Pk2x", 422);
    try_with("wq9zjx3vtk6h@post.example", "55557777x8881111", "Tz4k-Xw7j-Qv5m", 422);
    // In places where no secret belongs: the path, the query, a header.
    let answer = shop.get(&format!("/products/{}?card={}", known.email, known.card));
    assert_eq!(answer.status, 400, "{}", answer.body);
    let answer = shop.get(&format!("/accounts/{}/{}", known.email, known.card));
    assert_eq!(answer.status, 404, "{}", answer.body);
    shop.get_with("/products/1", &[("authorization", &known.password), ("cookie", &known.card)]);
    made
}

/// What to search for: each secret, and the parts of it that would be enough.
fn secrets(customer: &Customer) -> Vec<String> {
    let mut secrets =
        vec![customer.card.clone(), customer.password.clone(), customer.email.clone()];
    secrets.push(customer.card[..12].to_owned());
    if let Some((name, _)) = customer.email.split_once('@') {
        secrets.push(name.to_owned());
    }
    secrets
}

/// The same for a search in all encodings. Of an address, the host may be seen; the cards that the
/// bank refuses have too many zeros to look for parts of them.
fn canaries(customer: &Customer) -> Vec<Canary> {
    let of = |what: &str, text: &str| Canary::of(&format!("{what} of {}", customer.email), text);
    let name = customer.email.split('@').next().unwrap_or_default();
    let mut canaries = vec![of("password", &customer.password), of("name", name)];
    let is_number = customer.card.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !customer.card.contains("00000") {
        canaries.push(of("card", &customer.card));
    }
    canaries
}

fn around<'a>(text: &'a str, secret: &str) -> &'a str {
    let line = text.lines().find(|line| line.contains(secret));
    line.unwrap_or_default()
}
