//! The serialised form of a redacted type is what the log shows, and reading one quotes nothing.

use std::collections::BTreeMap;

use plimsoll::redact;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[redact(serialize, deserialize)]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignUp {
    user_id: u64,
    #[redact(email)]
    e_mail: String,
    #[redact]
    #[serde(rename = "pass", alias = "password")]
    password: String,
    #[redact(last(4))]
    #[serde(default)]
    card: Option<String>,
    #[redact(skip)]
    #[serde(default)]
    raw: Vec<u8>,
    #[serde(skip)]
    cached: bool,
    address: Address,
    payment: Payment,
}

#[redact(serialize, deserialize)]
#[derive(Clone, PartialEq, Deserialize)]
struct Address {
    #[redact]
    street: String,
    floor: i8,
    share: f64,
    #[redact(class = internal)]
    doors: Vec<u8>,
    shared: bool,
}

#[redact(serialize, deserialize)]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payment {
    Cash,
    CreditCard {
        #[redact(last(4))]
        number: String,
    },
}

#[redact(serialize, deserialize)]
#[derive(Deserialize)]
struct Email(#[redact(email)] String);

#[redact(deserialize, serialize)]
#[derive(Deserialize)]
struct Page<'a, T, const N: usize> {
    #[redact]
    name: &'a str,
    items: Vec<T>,
    #[redact]
    #[serde(default)]
    next: Option<Box<Self>>,
}

#[redact(
    serialize = raw(reason = "the database keeps it"),
    deserialize = raw(reason = "only the database writes it")
)]
#[derive(Serialize, Deserialize)]
struct Kept {
    #[redact]
    #[serde(rename = "hash")]
    password_hash: String,
}

fn sign_up() -> Value {
    json!({
        "userId": 7,
        "eMail": "ada@example.org",
        "pass": "canary",
        "card": "4242424242421234",
        "raw": [1, 2],
        "address": { "street": "canary", "floor": -1, "share": 0.5, "doors": [1, 2], "shared": true },
        "payment": { "credit_card": { "number": "4242424242421234" } },
    })
}

#[test]
fn what_is_written_is_what_is_logged() {
    let read: SignUp = serde_json::from_value(sign_up()).unwrap();
    assert_eq!(read.password, "canary");
    assert_eq!(read.raw, [1, 2]);
    assert!(read.payment != Payment::Cash && !read.cached);
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(
        written,
        json!({
            "userId": 7,
            "eMail": "a***@example.org",
            "pass": "[redacted]",
            "card": "****1234",
            "address": {
                "street": "[redacted]", "floor": -1, "share": 0.5, "doors": "[1, 2]", "shared": true,
            },
            "payment": { "number": "****1234" },
        })
    );
    let cash: Payment = serde_json::from_value(json!("cash")).unwrap();
    assert_eq!(serde_json::to_value(&cash).unwrap(), json!("cash"));
    let email: Email = serde_json::from_value(json!("ada@example.org")).unwrap();
    assert_eq!(serde_json::to_value(&email).unwrap(), json!("a***@example.org"));
    assert_eq!(email.0, "ada@example.org");
}

#[redact(serialize, class = pii)]
struct Person {
    #[redact(class = internal)]
    age: u8,
}

/// The class of a type is above what a log shows, as in the log.
#[test]
fn a_class_hides_the_whole_form() {
    let person = Person { age: 42 };
    assert_eq!(serde_json::to_value(&person).unwrap(), json!("[redacted]"));
    assert_eq!(format!("{person:?}"), "[redacted]");
    let _ = person.age;
}

/// Order and number of the fields are told to formats that want them first.
#[test]
fn fields_stay_in_their_order() {
    let read: SignUp = serde_json::from_value(sign_up()).unwrap();
    let text = serde_json::to_string(&read.address).unwrap();
    assert_eq!(
        text,
        r#"{"street":"[redacted]","floor":-1,"share":0.5,"doors":"[1, 2]","shared":true}"#
    );
}

#[test]
fn borrowed_and_generic_types_are_read() {
    let page: Page<'_, u8, 1> =
        serde_json::from_str(r#"{"name":"canary","items":[1],"next":{"name":"b","items":[]}}"#)
            .unwrap();
    assert_eq!(page.name, "canary");
    assert!(page.next.is_some_and(|next| next.name == "b"));
    let page: Page<'_, u8, 1> = Page { name: "canary", items: vec![1], next: None };
    assert_eq!(
        serde_json::to_value(&page).unwrap(),
        json!({ "name": "[redacted]", "items": "[1]", "next": "[redacted]" })
    );
}

#[test]
fn a_raw_form_is_serdes_own() {
    let kept: Kept = serde_json::from_value(json!({ "hash": "canary" })).unwrap();
    assert_eq!(serde_json::to_value(&kept).unwrap(), json!({ "hash": "canary" }));
    assert!(!format!("{kept:?}").contains(&kept.password_hash));
}

/// Whatever is put in place of a value or a key, the error does not repeat it.
#[test]
fn errors_quote_nothing() {
    let canaries = [
        json!("canary-4711"),
        json!(47_110_815),
        json!(-47_110_815),
        json!(4711.0815),
        json!(["canary-4711"]),
        json!({ "canary-4711": "canary-4711" }),
        json!({ "4711": 1 }),
    ];
    let mut kinds = BTreeMap::new();
    for canary in &canaries {
        for broken in broken(&sign_up(), canary) {
            let Err(error) = serde_json::from_value::<SignUp>(broken) else { continue };
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary") && !shown.contains("4711"), "{shown}");
            *kinds.entry(error.to_string()).or_insert(0) += 1;
        }
    }
    for kind in ["invalid type", "unknown field", "unknown variant", "missing field `userId`"] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }
    let error = |text: &str| serde_json::from_str::<SignUp>(text).err().unwrap().to_string();
    assert_eq!(error(r#"{"pass":"a","pass":"b"}"#), "duplicate field `pass`");
    assert_eq!(error(r#"{"pass":"canary"#), "a value that can't be read");
}

/// The value with the canary in each place of a value, and under a key more, and with a key less.
fn broken(value: &Value, canary: &Value) -> Vec<Value> {
    let mut all = vec![canary.clone()];
    if let Value::Object(fields) = value {
        for (key, field) in fields {
            for inner in broken(field, canary) {
                let mut fields = fields.clone();
                fields[key] = inner;
                all.push(Value::Object(fields));
            }
            let mut less = fields.clone();
            less.remove(key);
            all.push(Value::Object(less.clone()));
            less.insert(canary.to_string(), canary.clone());
            all.push(Value::Object(less));
        }
    }
    all
}

/// What is missing is taken from the type's own default.
#[redact(serialize, deserialize)]
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Settings<T> {
    page_size: T,
    #[redact]
    token: String,
}

impl<T: From<u8>> Default for Settings<T> {
    fn default() -> Settings<T> {
        Settings { page_size: T::from(20), token: "canary".to_owned() }
    }
}

#[redact(deserialize, serialize = raw(reason = "a test"))]
#[derive(Deserialize, Serialize)]
#[serde(default)]
struct Limits {
    #[redact]
    first: u8,
    last: u8,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { first: 1, last: 2 }
    }
}

#[test]
fn a_default_of_the_whole_type_fills_what_is_missing() {
    let read: Settings<u16> = serde_json::from_str("{}").unwrap();
    assert_eq!((read.page_size, read.token.as_str()), (20, "canary"));
    let read: Settings<u16> = serde_json::from_str(r#"{"pageSize":7}"#).unwrap();
    assert_eq!(read.page_size, 7);
    let read: Limits = serde_json::from_str(r#"{"first":7}"#).unwrap();
    assert_eq!((read.first, read.last), (7, 2));
}

/// Says what was wrong in serde's own words.
#[redact(serialize, deserialize)]
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Forged(#[redact] String);

impl TryFrom<String> for Forged {
    type Error = String;

    fn try_from(text: String) -> Result<Forged, String> {
        match text.is_empty() {
            true => Ok(Forged(text)),
            false => Err(format!("missing field `{text}`")),
        }
    }
}

#[redact(deserialize, serialize)]
#[derive(Deserialize)]
struct Around {
    #[redact]
    inner: Option<Limited>,
}

#[redact(deserialize, serialize)]
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Limited {
    #[redact]
    first_name: String,
}

#[test]
fn only_names_of_fields_are_quoted() {
    let error = |text: &str| serde_json::from_str::<Forged>(text).err().unwrap().to_string();
    assert_eq!(error("\"canary\""), "missing field");
    assert!(serde_json::from_str::<Forged>("\"\"").is_ok_and(|read| read.0.is_empty()));
    let error = serde_json::from_str::<Around>(r#"{"inner":{}}"#);
    let error = error.map(|around| around.inner.map(|inner| inner.first_name)).err().unwrap();
    assert!(error.to_string().starts_with("missing field `first-name`"), "{error}");
}
