//! The data points of one visit to all sources, encoded and ready to be sent in any portions.
//!
//! Points lie one behind the other, each with the family that it belongs to, so that a request can
//! be cut anywhere between two of them. Knows OTLP's `Metric` message, and nothing of what a point
//! says. Filled by the encoder, emptied by `push`.

use std::ops::Range;

use bytes::Bytes;

use super::super::queue::Batch;
use super::deltas::Next;
use crate::wire;

/// `ScopeMetrics.metrics`.
const ITEM: u32 = 2;
/// `data_points` of every kind of family.
pub(super) const POINT: u32 = 1;

/// Bytes of one request at most: far below the 4 MiB that receivers take.
const REQUEST: usize = 1024 * 1024;
/// Bytes of all points of a visit at most.
const MOST: usize = 32 * 1024 * 1024;

/// The kinds of families, by the number of their field in `Metric`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge = 5,
    Sum = 7,
    Histogram = 9,
    Exponential = 10,
    Summary = 11,
}

/// What stands around the points of a family.
#[derive(Debug)]
pub(super) struct Family {
    /// Name, description and unit.
    pub(super) head: Vec<u8>,
    pub(super) kind: Kind,
    /// What follows the points: temporality, and whether it only grows.
    pub(super) tail: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    family: usize,
    /// Where it ends in `bytes`; it begins where the one before ends.
    end: usize,
}

/// All points of a visit.
#[derive(Debug, Default)]
pub(super) struct Points {
    families: Vec<Family>,
    bytes: Vec<u8>,
    points: Vec<Point>,
    /// What is remembered of a series once its point has been taken; empty unless deltas are sent.
    next: Vec<Option<Next>>,
    /// Points that there was no room for.
    pub(super) too_many: u64,
    /// Points whose series could not be remembered.
    pub(super) unremembered: u64,
}

impl Points {
    /// A family whose points are added from here on.
    pub(super) fn begin(&mut self, family: Family) {
        self.families.push(family);
    }

    /// Adds a point to the family that was begun last.
    pub(super) fn add(&mut self, next: Option<Next>, write: impl FnOnce(&mut Vec<u8>)) {
        let begin = self.bytes.len();
        wire::message(&mut self.bytes, POINT, write);
        if self.bytes.len() > MOST {
            self.bytes.truncate(begin);
            self.too_many += 1;
            return;
        }
        let family = self.families.len().saturating_sub(1);
        self.points.push(Point { family, end: self.bytes.len() });
        if next.is_some() || !self.next.is_empty() {
            self.next.resize_with(self.points.len() - 1, || None);
            self.next.push(next);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// What to remember of some points that were taken.
    pub(super) fn taken(&mut self, range: Range<usize>) -> impl Iterator<Item = Next> {
        let range = range.start.min(self.next.len())..range.end.min(self.next.len());
        self.next.get_mut(range).unwrap_or_default().iter_mut().filter_map(Option::take)
    }

    /// All points in portions that fit into a request each, the last ones first. A point that is
    /// larger than that has a portion of its own.
    pub(super) fn portions(&self) -> Vec<Range<usize>> {
        let mut portions = Vec::new();
        let (mut first, mut size, mut family) = (0, 0, usize::MAX);
        for (index, point) in self.points.iter().enumerate() {
            let mut length = point.end - self.begin_of(index);
            if point.family != family {
                length += self.around(point.family);
            }
            if size + length > REQUEST && index > first {
                portions.push(first..index);
                (first, size) = (index, self.around(point.family));
            }
            family = point.family;
            size += length;
        }
        if first < self.points.len() {
            portions.push(first..self.points.len());
        }
        portions.reverse();
        portions
    }

    /// True when not even one point of this portion fits into a request.
    pub(super) fn is_too_big(&self, range: &Range<usize>) -> bool {
        range.len() == 1
            && self.points.get(range.start).is_some_and(|it| {
                it.end - self.begin_of(range.start) + self.around(it.family) > REQUEST
            })
    }

    /// A portion as the items of a request.
    pub(super) fn batch(&self, range: &Range<usize>) -> Batch {
        let mut out = Vec::new();
        let mut index = range.start;
        while let Some(family) = self.points.get(index).map(|point| point.family) {
            let begin = index;
            while index < range.end
                && self.points.get(index).is_some_and(|point| point.family == family)
            {
                index += 1;
            }
            if index == begin {
                break;
            }
            let points = self.begin_of(begin)..self.begin_of(index);
            if let (Some(family), Some(points)) =
                (self.families.get(family), self.bytes.get(points))
            {
                family.write(points, &mut out);
            }
        }
        Batch { items: Bytes::from(out), count: range.len() as u64 }
    }

    fn begin_of(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.points.get(before)).map_or(0, |it| it.end)
    }

    /// Bytes around the points of a family, about.
    fn around(&self, family: usize) -> usize {
        self.families.get(family).map_or(0, |it| it.head.len() + it.tail.len() + 16)
    }
}

impl Family {
    fn write(&self, points: &[u8], out: &mut Vec<u8>) {
        let data = points.len() + self.tail.len();
        let metric = self.head.len() + wire::announced(data) + data;
        out.reserve(metric + 8);
        wire::announce(out, ITEM, metric);
        out.extend_from_slice(&self.head);
        wire::announce(out, self.kind as u32, data);
        out.extend_from_slice(points);
        out.extend_from_slice(&self.tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(lengths: &[usize]) -> Points {
        let mut points = Points::default();
        for length in lengths {
            let head = vec![0; 10];
            points.begin(Family { head, kind: Kind::Gauge, tail: Vec::new() });
            points.add(None, |out| out.resize(out.len() + length, 0));
            points.add(None, |out| out.resize(out.len() + length, 0));
        }
        points
    }

    #[test]
    fn portions_are_bounded_and_hold_every_point_once() {
        let many = points(&[100; 12_000]);
        let portions = many.portions();
        assert!(portions.len() > 2, "{}", portions.len());
        let mut next = 0;
        for portion in portions.iter().rev() {
            assert_eq!(portion.start, next);
            next = portion.end;
            let batch = many.batch(portion);
            assert_eq!(batch.count, portion.len() as u64);
            assert!(batch.items.len() <= REQUEST, "{}", batch.items.len());
        }
        assert_eq!(next, 24_000);
    }

    #[test]
    fn a_point_that_fits_nowhere_stands_alone() {
        let points = points(&[10, REQUEST, 10]);
        let alone: Vec<bool> = points.portions().iter().map(|it| points.is_too_big(it)).collect();
        assert_eq!(alone, [false, true, true, false]);
        assert!(self::points(&[]).portions().is_empty());
    }

    #[test]
    fn a_visit_is_bounded() {
        let mut points = points(&[MOST / 4, MOST / 4]);
        points.add(None, |out| out.resize(out.len() + MOST / 4, 0));
        assert_eq!((points.len(), points.too_many), (3, 2));
    }
}
