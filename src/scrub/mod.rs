
mod detector;
mod engine;
mod forms;
mod json;
mod mask;
mod names;
mod personal;
mod prefilter;
mod rules;
mod sql;
mod template;
mod url;

use std::borrow::Cow;

use crate::error::Error;

pub(crate) use names::Form;

/// Rules, names and the automaton made of them. Cheap to share, and slow to make: keep one.
#[derive(Debug)]
pub struct Scrubber {
    engine: engine::Engine,
}

/// What was masked in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Masked {
    /// The text, with `[redacted:rule]` in place of what was found.
    pub(crate) text: String,
    /// The rules that found something, each as often as it did.
    pub(crate) rules: Vec<&'static str>,
}

/// A rule of the program's own.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    pattern: String,
}

impl Rule {
    /// Masks what `pattern` finds, as `[redacted:name]`. Of a pattern with a group, only the group.
    pub fn new(name: impl Into<String>, pattern: impl Into<String>) -> Rule {
        Rule { name: name.into(), pattern: pattern.into() }
    }
}

impl Scrubber {
    /// The rules that plimsoll brings.
    pub fn new() -> Scrubber {
        Scrubber { engine: engine::Engine::standard() }
    }

    /// The same, with rules and sensitive names of the program's own.
    ///
    /// # Errors
    /// When a pattern can't be read, or would match an empty text, or a name is empty.
    pub fn with(rules: &[Rule], names: &[&str]) -> Result<Scrubber, Error> {
        Ok(Scrubber { engine: engine::Engine::with(rules, names)? })
    }

    /// Masks what should not be in a text.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.find(Form::Text, text) {
            Some(masked) => Cow::Owned(masked.text),
            None => Cow::Borrowed(text),
        }
    }

    /// Masks what should not be in the value of a field: all of it where the name is a secret's.
    pub fn field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        match self.find(self.form(name), value) {
            Some(masked) => Cow::Owned(masked.text),
            None => Cow::Borrowed(value),
        }
    }

    /// What the name of a field says about its value. To be kept for a callsite, not asked each time.
    pub(crate) fn form(&self, name: &str) -> Form {
        self.engine.form(name)
    }

    /// What is to be masked in a text of this form; nothing if it may leave as it is.
    pub(crate) fn find(&self, form: Form, text: &str) -> Option<Masked> {
        self.engine.find(form, text)
    }

    /// The names of all rules, those of the program's own included.
    pub(crate) fn rules(&self) -> Vec<&'static str> {
        self.engine.rules()
    }
}

impl Default for Scrubber {
    fn default() -> Scrubber {
        Scrubber::new()
    }
}
