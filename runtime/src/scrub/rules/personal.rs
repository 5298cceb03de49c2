//! What wakes the search for what has a structure: numbers and addresses of persons (`personal/`), values of
//! queries (`url`), texts of statements (`sql`), lists, codes and cookies behind their names (`json`).

use super::super::detector::{Detector, Hint};
use super::super::{json, personal, sql, url};

pub(super) const RULES: &[Detector] = &[
    Detector::code("email", &[Hint::Byte(b'@'), Hint::Text("%40")], personal::email),
    Detector::many("card", &[Hint::Digits(6)], personal::numbers),
    Detector::code("iban", &[Hint::AnyCase("iban")], personal::account),
    Detector::code("national-id", &[Hint::AnyCase("fiscal")], personal::fiscal_code),
    Detector::code(
        "url-value",
        &[Hint::Byte(b'?'), Hint::Byte(b'&'), Hint::Byte(b'#')],
        url::parameter,
    ),
    Detector::many("sql", STATEMENTS, sql::literals),
    Detector::code("secret", SECRETS, json::nested),
    Detector::code("code", CODES, json::code),
    Detector::many("cookie", &[Hint::AnyCase("cookie")], json::cookies),
];

/// Names of what is found that are no row's.
pub(super) const MORE: &[&str] = &["phone", "ssn", "url-credentials", "name"];

const STATEMENTS: &[Hint] = &[
    Hint::AnyCase("select "),
    Hint::AnyCase("insert into "),
    Hint::AnyCase("update "),
    Hint::AnyCase("delete from "),
    Hint::AnyCase("merge into "),
    Hint::AnyCase("replace into "),
];

const SECRETS: &[Hint] = &[
    Hint::AnyCase("secret"),
    Hint::AnyCase("token"),
    Hint::AnyCase("credential"),
    Hint::AnyCase("password"),
    Hint::AnyCase("apikey"),
    Hint::AnyCase("api_key"),
    Hint::AnyCase("recovery"),
    Hint::AnyCase("backup_code"),
];

const CODES: &[Hint] = &[
    Hint::AnyCase("pin"),
    Hint::AnyCase("cvv"),
    Hint::AnyCase("cvc"),
    Hint::AnyCase("otp"),
    Hint::AnyCase("passcode"),
    Hint::AnyCase("verification"),
    Hint::AnyCase("security_code"),
    Hint::AnyCase("securitycode"),
];
