//! Tuples of up to twelve values.

use crate::redact::{Class, Loggable, Out};

impl Loggable for () {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.name("()");
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        tuples!(@ $($name)+);
    };
    (@ $first:ident $($name:ident)*) => {
        impl<$first: Loggable, $($name: Loggable),*> Loggable for ($first, $($name,)*) {
            const CLASS: Class = $first::CLASS$(.or($name::CLASS))*;

            #[allow(non_snake_case, reason = "the types name the values")]
            fn log(&self, out: &mut Out<'_>) {
                let ($first, $($name,)*) = self;
                out.composed(&|out| {
                    out.name("(");
                    out.value($first);
                    $(
                        out.name(", ");
                        out.value($name);
                    )*
                    out.name(")");
                });
            }
        }

        tuples!(@ $($name)*);
    };
    (@) => {};
}

tuples!(A B C D E F G H I J K L);

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[test]
    fn tuples_show_all_of_their_values() {
        assert_eq!(shown(()), "()");
        assert_eq!(shown((1,)), "(1)");
        assert_eq!(shown((1, true, [2])), "(1, true, [2])");
        assert_eq!(shown((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)).matches(", ").count(), 11);
    }
}
