//! Every SQL statement that the shop sends, one observed function each.
//!
//! So every statement is a span with the attributes that OpenTelemetry names for databases, and
//! has its own durations and errors. The texts hold placeholders, never a customer's data: that is
//! why they may be called `public` here. What the rows mean is the business of other files.

use std::sync::Arc;
use std::{fs, future, io};

use plimsoll::observe;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteRow};
use sqlx::{ConnectOptions, FromRow, Row, Sqlite, Transaction, query, query_as, query_scalar};

use crate::cart::{Item, NewItem};
use crate::catalogue::Product;
use crate::checkout::Order;
use crate::customers::{Customer, SignUp, Tier};
use crate::error::{Result, ShopError};
use crate::settings::Settings;

/// The system that all statements go to.
const DB: &str = "sqlite";

const PRODUCTS: &str = "SELECT id, name, price_cents, sold_out FROM products";
const PRODUCT: &str = "SELECT id, name, price_cents, sold_out FROM products WHERE id = ?";
const CUSTOMER: &str = "SELECT id, tier, email, card FROM customers WHERE id = ?";
const SIGN_UP: &str = "INSERT INTO customers (tier, email, card, password_hash) \
    VALUES (?, ?, ?, ?) RETURNING id";
const CART: &str = "SELECT product, name, quantity, price_cents FROM cart_items \
    JOIN products ON products.id = product WHERE customer = ?";
const ADD_ITEM: &str = "INSERT INTO cart_items (customer, product, quantity) \
    VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity";
const EMPTY_CART: &str = "DELETE FROM cart_items WHERE customer = ?";
const ORDER: &str = "SELECT id, customer, total_cents, receipt_sent FROM orders WHERE id = ?";
const NEW_ORDER: &str = "INSERT INTO orders (customer, total_cents) VALUES (?, ?) RETURNING id";
const COPY_CART: &str = "INSERT INTO order_items (bought_in, product, quantity) \
    SELECT ?, product, quantity FROM cart_items WHERE customer = ?";
const SENT: &str = "UPDATE orders SET receipt_sent = 1 WHERE id = ?";
const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";

/// The shop's SQLite file.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pool: SqlitePool,
    settings: Arc<Settings>,
}

impl Database {
    /// Opens the file, and makes and fills the tables where there are none.
    pub(crate) async fn open(settings: Arc<Settings>) -> Result<Database> {
        if !settings.keep {
            fs::remove_file(&settings.database).ok(); // of a shop that was killed
        }
        let options = SqliteConnectOptions::new()
            .filename(&settings.database)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Lines from sqlx's own threads know no request; the marks below do.
            .disable_statement_logging();
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
        Ok(Database { pool, settings })
    }

    /// The readiness check. It is no work of the shop's, so it is not observed.
    pub(crate) async fn ping(self) -> Result<()> {
        let fault_file = self.settings.fault_file.as_ref();
        let fault = fault_file.and_then(|file| fs::read_to_string(file).ok());
        match fault.as_deref().map(str::trim) {
            Some("fail") => return Err(sqlx::Error::Io(io::Error::other("told to fail")).into()),
            Some("hang") => return future::pending().await,
            _ => {}
        }
        query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for the last statement, and takes the file away if it was for this run only.
    pub(crate) async fn close(self) {
        self.pool.close().await;
        if !self.settings.keep {
            fs::remove_file(&self.settings.database).ok();
        }
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(PRODUCTS)))]
    pub(crate) async fn select_products(&self) -> Result<Vec<Product>> {
        Ok(query_as(PRODUCTS).fetch_all(&self.pool).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(PRODUCT)))]
    pub(crate) async fn select_product(&self, id: i64) -> Result<Option<Product>> {
        Ok(query_as(PRODUCT).bind(id).fetch_optional(&self.pool).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(CUSTOMER)))]
    pub(crate) async fn select_customer(&self, id: i64) -> Result<Option<Customer>> {
        Ok(query_as(CUSTOMER).bind(id).fetch_optional(&self.pool).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(SIGN_UP)))]
    pub(crate) async fn insert_customer(&self, new: &SignUp, password_hash: &str) -> Result<i64> {
        let id = query_scalar(SIGN_UP)
            .bind(new.tier.name())
            .bind(&new.email)
            .bind(&new.card)
            .bind(password_hash)
            .fetch_one(&self.pool)
            .await;
        match id {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(ShopError::EmailTaken)
            }
            id => Ok(id?),
        }
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(CART)))]
    pub(crate) async fn select_cart(&self, customer: i64) -> Result<Vec<Item>> {
        Ok(query_as(CART).bind(customer).fetch_all(&self.pool).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(ADD_ITEM)))]
    pub(crate) async fn insert_cart_item(&self, customer: i64, item: NewItem) -> Result<()> {
        query(ADD_ITEM)
            .bind(customer)
            .bind(item.product)
            .bind(item.quantity)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(ORDER)))]
    pub(crate) async fn select_order(&self, id: i64) -> Result<Option<Order>> {
        Ok(query_as(ORDER).bind(id).fetch_optional(&self.pool).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(SENT)))]
    pub(crate) async fn update_receipt_sent(&self, order: i64) -> Result<()> {
        query(SENT).bind(order).execute(&self.pool).await?;
        Ok(())
    }

    /// Begins changes that become true together or not at all.
    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(BEGIN)))]
    pub(crate) async fn begin(&self) -> Result<Changes> {
        // A transaction that writes says so at once: SQLite has one writer at a time.
        Ok(Changes(self.pool.begin_with(BEGIN).await?))
    }
}

/// Changes that become true together with `commit`; dropped, they have never been.
#[derive(Debug)]
pub(crate) struct Changes(Transaction<'static, Sqlite>);

impl Changes {
    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(NEW_ORDER)))]
    pub(crate) async fn insert_order(&mut self, customer: i64, total_cents: i64) -> Result<i64> {
        let id = query_scalar(NEW_ORDER).bind(customer).bind(total_cents);
        Ok(id.fetch_one(&mut *self.0).await?)
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(COPY_CART)))]
    pub(crate) async fn insert_order_items(&mut self, order: i64, customer: i64) -> Result<()> {
        query(COPY_CART).bind(order).bind(customer).execute(&mut *self.0).await?;
        Ok(())
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(EMPTY_CART)))]
    pub(crate) async fn delete_cart(&mut self, customer: i64) -> Result<()> {
        query(EMPTY_CART).bind(customer).execute(&mut *self.0).await?;
        Ok(())
    }

    #[observe(kind = client, log(db.system.name = public(DB), db.query.text = public(COMMIT)))]
    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

impl FromRow<'_, SqliteRow> for Product {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Product> {
        Ok(Product {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            price_cents: row.try_get("price_cents")?,
            sold_out: row.try_get("sold_out")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Customer {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Customer> {
        Ok(Customer {
            id: row.try_get("id")?,
            tier: Tier::named(row.try_get("tier")?),
            email: row.try_get("email")?,
            card: row.try_get("card")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Item {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Item> {
        Ok(Item {
            product: row.try_get("product")?,
            name: row.try_get("name")?,
            quantity: row.try_get("quantity")?,
            price_cents: row.try_get("price_cents")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Order {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Order> {
        Ok(Order {
            id: row.try_get("id")?,
            customer: row.try_get("customer")?,
            total_cents: row.try_get("total_cents")?,
            receipt_sent: row.try_get("receipt_sent")?,
        })
    }
}
