//! Reads the functions that bear `#[metric(.., callback)]`: what they return, as figures of series.
//!
//! Called by generated code, from the function pointer in the metric's description; `callback` calls
//! that, and catches panics.

use super::label::Label;
use crate::record::Measurable;

/// Hands over the one figure that a function returns.
pub fn read<T: Measurable>(function: impl FnOnce() -> T, give: &mut dyn FnMut(&[u32], f64)) {
    give(&[], function().measure());
}

/// Hands over the pairs of labels and figure that a function returns.
pub fn read_each<L, T, I>(function: impl FnOnce() -> I, give: &mut dyn FnMut(&[u32], f64))
where
    L: Indices,
    T: Measurable,
    I: IntoIterator<Item = (L, T)>,
{
    for (labels, figure) in function() {
        labels.indices(&mut |indices| give(indices, figure.measure()));
    }
}

/// The labels of one series: a label, or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the labels of a callback's figure",
    label = "not labels",
    note = "it is a `plimsoll::Label`, or a tuple of several"
)]
pub trait Indices {
    /// Passes the index of each label's value on.
    fn indices(&self, give: &mut dyn FnMut(&[u32]));
}

impl<T: Label> Indices for T {
    fn indices(&self, give: &mut dyn FnMut(&[u32])) {
        give(&[self.index() as u32]);
    }
}

macro_rules! tuples {
    ($($($name:ident $at:tt),*;)*) => {
        $(impl<$($name: Label),*> Indices for ($($name,)*) {
            fn indices(&self, give: &mut dyn FnMut(&[u32])) {
                give(&[$(self.$at.index() as u32),*]);
            }
        })*
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}

#[cfg(test)]
mod tests {
    use super::{read, read_each};

    fn readings(ask: impl FnOnce(&mut dyn FnMut(&[u32], f64))) -> Vec<(Vec<u32>, f64)> {
        let mut readings = Vec::new();
        ask(&mut |labels, value| readings.push((labels.to_vec(), value)));
        readings
    }

    #[test]
    fn one_figure_is_that_of_the_only_series() {
        assert_eq!(readings(|give| read(|| 7_usize, give)), [(vec![], 7.0)]);
    }

    #[test]
    fn pairs_are_figures_of_series() {
        let one = || vec![(true, 2_u8), (false, 3)];
        let two = || [((true, false), 1.5)];
        let one = readings(|give| read_each::<bool, _, _>(one, give));
        let two = readings(|give| read_each::<(bool, bool), _, _>(two, give));
        assert_eq!(one, [(vec![1], 2.0), (vec![0], 3.0)]);
        assert_eq!(two, [(vec![1, 0], 1.5)]);
    }
}
