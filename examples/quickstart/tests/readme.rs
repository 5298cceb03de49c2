//! The README's code block is this program, to the letter: so it compiles, and it runs.

#[test]
fn the_readme_shows_this_program() {
    let readme = include_str!("../../../README.md");
    let program = include_str!("../src/main.rs");
    assert!(
        readme.contains(&format!("```rust\n{program}```\n")),
        "copy examples/quickstart/src/main.rs into the README"
    );
    let lines = program.lines().count();
    assert!(lines <= 60, "{lines} lines are too many to read at a glance");
}
