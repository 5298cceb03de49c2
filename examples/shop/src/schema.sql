-- The shop's tables, and what it has to sell. Run at each start.

CREATE TABLE IF NOT EXISTS products (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL,
    price_cents INTEGER NOT NULL,
    sold_out    INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS customers (
    id            INTEGER PRIMARY KEY,
    tier          TEXT NOT NULL,
    email         TEXT NOT NULL UNIQUE,
    card          TEXT NOT NULL,
    password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS cart_items (
    customer INTEGER NOT NULL REFERENCES customers,
    product  INTEGER NOT NULL REFERENCES products,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (customer, product)
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
    id           INTEGER PRIMARY KEY,
    customer     INTEGER NOT NULL REFERENCES customers,
    total_cents  INTEGER NOT NULL,
    receipt_sent INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS order_items (
    bought_in INTEGER NOT NULL REFERENCES orders,
    product   INTEGER NOT NULL REFERENCES products,
    quantity  INTEGER NOT NULL
) STRICT;

INSERT OR IGNORE INTO products (id, name, price_cents, sold_out) VALUES
    (1, 'Sextant',      18900, 0),
    (2, 'Signal flags',  4550, 0),
    (3, 'Ship''s bell',  7995, 0),
    (4, 'Rope, 10 m',    1250, 0),
    (5, 'Lantern',       3400, 0),
    (6, 'Tea, 100 g',     495, 0),
    (7, 'Tide tables',    995, 0),
    (8, 'Anchor',       64900, 1);
