//! Empty: `links` in Cargo.toml needs a build script to forbid two versions in one program.
fn main() {}
