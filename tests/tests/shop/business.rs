//! The shop's own figures: what the marks on its statics and functions count of the business.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::shop::{Opening, Shop};
use plimsoll_tests::wait;
use serde_json::json;

#[test]
fn revenue_is_counted_by_tenant_and_product_within_its_cap() {
    let shop = Opening::quiet().open();
    assert_eq!(shop.page(Format::Text).find("revenue_usd_total", &[]).len(), 0);
    // Two pieces of product 6 at 4.95 each.
    sell(&shop, Some("harbour"), 2);
    sell(&shop, None, 1);
    let page = sold(&shop, 3.0);
    let revenue = |tenant: &str| {
        page.sum("revenue_usd_total", &[("tenant", tenant), ("product", "Tea, 100 g")])
    };
    assert!((revenue("harbour") - 19.8).abs() < 1e-9, "{}", revenue("harbour"));
    assert!((revenue("house") - 9.9).abs() < 1e-9, "{}", revenue("house"));
    assert_eq!(page.sum("cart_size_items_sum", &[]), 6.0);
    assert_eq!(page.sum("cart_size_items_bucket", &[("le", "2.0")]), 3.0);

    // Whoever sends names of their own fills what is left, and no more.
    for number in 0..40 {
        sell(&shop, Some(&format!("stranger-{number}")), 1);
    }
    let page = sold(&shop, 43.0);
    assert_eq!(page.find("revenue_usd_total", &[]).len(), 31, "thirty, and one for all others");
    assert!((page.sum("revenue_usd_total", &[]) - 43.0 * 9.9).abs() < 1e-6);
    let others = page.sum("revenue_usd_total", &[("tenant", "_OTHER")]);
    assert!((others - 12.0 * 9.9).abs() < 1e-6, "{others}");
    let overflow = [("metric", "revenue_usd_total"), ("label", "tenant")];
    assert_eq!(page.sum("plimsoll_label_overflow_total", &overflow), 12.0);
}

#[test]
fn open_websockets_are_counted_while_they_are_open() {
    let shop = Opening::quiet().open();
    let order = shop.buy(&shop.customer()).json()["id"].as_i64().expect("an order has a number");
    let active = |count: f64| {
        wait::until(&format!("{count} open connections"), || {
            let page = shop.page(Format::Text);
            (page.sum("websocket_active_connections", &[]) == count).then_some(())
        });
    };
    active(0.0);
    let (first, second) = (follow(&shop, order), follow(&shop, order));
    active(2.0);
    drop(first);
    active(1.0);
    drop(second);
    active(0.0);
}

#[test]
fn sign_ups_are_counted_by_tier_and_source_from_the_start() {
    let shop = Opening::quiet().open();
    assert_eq!(shop.page(Format::Text).find("signups_total", &[]).len(), 9);
    shop.customer();
    shop.customer();
    let labels = [("tier", "plus"), ("source", "friend")];
    assert_eq!(shop.page(Format::Text).sum("signups_total", &labels), 2.0);
    assert_eq!(shop.page(Format::Text).sum("signups_total", &[]), 2.0);
}

fn sell(shop: &Shop, tenant: Option<&str>, times: usize) {
    let customer = shop.customer();
    for _ in 0..times {
        shop.fill_cart(&customer);
        let header = tenant.map(|name| ("x-tenant", name));
        let path = format!("/checkout/{}", customer.id);
        let answer = shop.post_with(&path, header.as_slice(), &json!({}));
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

/// The page once so many carts were bought.
fn sold(shop: &Shop, carts: f64) -> Page {
    wait::until(&format!("{carts} carts"), || {
        let page = shop.page(Format::Text);
        (page.sum("cart_size_items_count", &[]) == carts).then_some(page)
    })
}

/// A connection that is told of an order, and has been told something.
fn follow(shop: &Shop, order: i64) -> TcpStream {
    let host = shop.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("the shop listens");
    let request = format!(
        "GET /orders/{order}/live HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("the shop reads");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("the shop answers");
    assert_eq!(&answer, b"HTTP/1.1 101");
    stream
}
