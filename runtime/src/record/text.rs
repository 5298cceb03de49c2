//! Texts among the values that print: known by their types, and then taken without formatting.
//!
//! Called for what a mark calls public. All other values go through `Display`.

use std::any::TypeId;
use std::marker::PhantomData;
use std::mem;

/// The text that a value is, if it is one of the standard library's.
#[inline(always)]
pub(super) fn of<T: ?Sized>(value: &T) -> Option<&str> {
    let kind = type_id::<T>();
    // SAFETY: the types are the same but for lifetimes, and what is given lives as long as `value`.
    unsafe {
        if kind == type_id::<str>() {
            Some(mem::transmute_copy::<&T, &str>(&value))
        } else if kind == type_id::<&str>() {
            Some(mem::transmute_copy::<&T, &&str>(&value))
        } else if kind == type_id::<String>() {
            Some(mem::transmute_copy::<&T, &String>(&value).as_str())
        } else if kind == type_id::<&String>() {
            Some(mem::transmute_copy::<&T, &&String>(&value).as_str())
        } else {
            None
        }
    }
}

/// The identity of a type that may borrow; lifetimes do not count.
#[inline(always)]
fn type_id<T: ?Sized>() -> TypeId {
    trait Identified {
        fn identity(&self) -> TypeId
        where
            Self: 'static;
    }

    impl<T: ?Sized> Identified for PhantomData<T> {
        #[inline(always)]
        fn identity(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }

    let phantom = PhantomData::<T>;
    // SAFETY: nothing is read through the reference: the method asks for a constant of the type.
    let eternal =
        unsafe { mem::transmute::<&dyn Identified, &(dyn Identified + 'static)>(&phantom) };
    eternal.identity()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::of;

    #[test]
    fn only_texts_are_texts() {
        let owned = String::from("a");
        assert_eq!(
            (of("a"), of(&"a"), of(&owned), of(&&owned)),
            (Some("a"), Some("a"), Some("a"), Some("a"))
        );
        let local = owned.as_str();
        assert_eq!((of(local), of(&local)), (Some("a"), Some("a")));
        assert_eq!(
            (of(&1), of(&'a'), of(&Cow::Borrowed("a")), of(&Some("a"))),
            (None, None, None, None)
        );
    }
}
