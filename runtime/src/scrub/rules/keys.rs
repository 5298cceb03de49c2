//! Keys with a prefix that their vendor has published, so that they can be found.

use super::super::detector::{Detector, Hint};

pub(super) const RULES: &[Detector] = &[
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>: four letters that
    // say what it is, then sixteen characters of base32.
    Detector::new(
        "aws-key",
        &[Hint::Text("AKIA"), Hint::Text("ASIA"), Hint::Text("ABIA"), Hint::Text("ACCA")],
        r"(?-u:\b)A(?:KI|SI|BI|CC)A[A-Z2-7]{16}(?-u:\b)",
    ),
];
