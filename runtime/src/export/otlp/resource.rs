//! What stands before the spans or records of every batch: who sent them.
//!
//! Encoded once at the start. OTLP nests a batch three deep (resource, scope, items) with the same
//! field numbers for traces and logs, so one head serves both. Called by `sender` for each request.

use super::value;
use crate::record::Value;
use crate::wire;

/// The resource and the scope, ready to be put before any number of items.
#[derive(Debug)]
pub(crate) struct Head {
    resource: Vec<u8>,
    scope: Vec<u8>,
}

impl Head {
    /// A head with these attributes of the resource, and what OpenTelemetry wants to know of the SDK.
    pub(crate) fn new(attributes: &[(String, String)]) -> Head {
        let mut resource = Vec::new();
        let sdk = [
            ("telemetry.sdk.name", "plimsoll"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ];
        let missing =
            sdk.iter().filter(|(key, _)| attributes.iter().all(|(known, _)| known != key));
        let given = attributes.iter().map(|(key, text)| (key.as_str(), text.as_str()));
        wire::message(&mut resource, 1, |out| {
            for (key, text) in given.chain(missing.copied()) {
                value::attribute(out, 1, key, Value::Str(text));
            }
        });
        let mut scope = Vec::new();
        wire::message(&mut scope, 1, |out| {
            wire::bytes(out, 1, b"plimsoll");
            wire::bytes(out, 2, env!("CARGO_PKG_VERSION").as_bytes());
        });
        Head { resource, scope }
    }

    /// The bytes that make a whole request of `items` bytes of encoded items, written before them.
    pub(crate) fn before(&self, items: usize) -> Vec<u8> {
        let scope = self.scope.len() + items;
        let resource = self.resource.len() + wire::announced(scope) + scope;
        let mut out = Vec::with_capacity(self.resource.len() + self.scope.len() + 16);
        wire::announce(&mut out, 1, resource);
        out.extend_from_slice(&self.resource);
        wire::announce(&mut out, 2, scope);
        out.extend_from_slice(&self.scope);
        out
    }
}
