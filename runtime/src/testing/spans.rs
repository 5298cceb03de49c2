//! The finished spans of a capture.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use crate::model::{Outcome, Value};
use crate::record::clock;
use crate::record::finished::Finished;

/// A finished span.
#[derive(Clone, Debug)]
pub struct Span {
    inner: Finished,
}

impl Span {
    /// What sorts spans: a caller before its callees.
    fn order(&self) -> (u64, Reverse<u64>) {
        (self.inner.start, Reverse(self.inner.end))
    }

    /// The name: the function, or what an integration calls its spans.
    pub fn name(&self) -> &'static str {
        self.inner.site.function
    }

    /// The path of the module that the function stands in.
    pub fn module(&self) -> &'static str {
        self.inner.site.module
    }

    /// The trace's id, never 0.
    pub fn trace_id(&self) -> u128 {
        self.inner.trace_id
    }

    /// The span's id, never 0.
    pub fn span_id(&self) -> u64 {
        self.inner.span_id
    }

    /// The id of the span that it belongs under; nothing for a root.
    pub fn parent_id(&self) -> Option<u64> {
        Some(self.inner.parent_id).filter(|id| *id != 0)
    }

    /// The trace and span that its trace was linked to, as a job's is to who queued it.
    pub fn link(&self) -> Option<(u128, u64)> {
        self.inner.link
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        self.inner.outcome
    }

    /// The `error.type`, if it did not end well.
    pub fn error_type(&self) -> Option<&'static str> {
        Some(self.inner.error_type).filter(|name| !name.is_empty())
    }

    /// How long it took.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(clock::nanos(self.inner.end - self.inner.start))
    }

    /// The recorded fields, as they may leave.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.inner.fields.iter().map(|(key, value)| (key.as_str(), value.value()))
    }

    /// One recorded field.
    pub fn field(&self, key: &str) -> Option<Value<'_>> {
        self.fields().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

/// One line, without ids and times: `place_order error OutOfStock {amount=11}`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.inner.outcome.as_str())?;
        if !self.inner.error_type.is_empty() {
            write!(f, " {}", self.inner.error_type)?;
        }
        for (index, (key, value)) in self.fields().enumerate() {
            write!(f, "{}{key}=", if index == 0 { " {" } else { ", " })?;
            match value {
                Value::Bool(value) => write!(f, "{value}")?,
                Value::I64(value) => write!(f, "{value}")?,
                Value::U64(value) => write!(f, "{value}")?,
                Value::F64(value) => write!(f, "{value}")?,
                Value::Str(text) => write!(f, "{text:?}")?,
            }
        }
        f.write_str(if self.inner.fields.is_empty() { "" } else { "}" })
    }
}

/// The finished spans of a capture, the first that began first. As text, they are a tree, in which
/// nothing differs from run to run.
#[derive(Clone, Debug)]
pub struct Spans {
    all: Vec<Span>,
}

impl Deref for Spans {
    type Target = [Span];

    fn deref(&self) -> &[Span] {
        &self.all
    }
}

impl Spans {
    pub(super) fn new(finished: Vec<Finished>) -> Spans {
        let mut all: Vec<Span> = finished.into_iter().map(|inner| Span { inner }).collect();
        all.sort_by_key(Span::order);
        Spans { all }
    }

    /// All of this name.
    pub fn named(&self, name: &str) -> Vec<&Span> {
        self.all.iter().filter(|span| span.name() == name).collect()
    }

    /// The only one of this name.
    ///
    /// # Panics
    /// When there is none, or more than one; with all that there are.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Span {
        match self.named(name)[..] {
            [span] => span,
            ref found => {
                panic!("expected one span `{name}`, found {}; all spans:\n{self}", found.len())
            }
        }
    }

    /// The span that this one belongs under, if it is here.
    pub fn parent(&self, span: &Span) -> Option<&Span> {
        self.all.iter().find(|other| {
            let parent_id = span.parent_id();
            other.trace_id() == span.trace_id() && Some(other.span_id()) == parent_id
        })
    }

    /// Those that belong right under this one.
    pub fn children(&self, span: &Span) -> Vec<&Span> {
        let is_child = |other: &&Span| {
            other.trace_id() == span.trace_id() && other.parent_id() == Some(span.span_id())
        };
        self.all.iter().filter(is_child).collect()
    }

    fn tree(&self, span: &Span, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:depth$}{span}", "", depth = depth * 2)?;
        self.children(span).into_iter().try_for_each(|child| self.tree(child, depth + 1, f))
    }
}

impl fmt::Display for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut roots = self.all.iter().filter(|span| self.parent(span).is_none());
        roots.try_for_each(|root| self.tree(root, 1, f))
    }
}
