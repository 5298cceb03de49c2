//! What stands in front of `fn`: visibility, `unsafe`, `extern`, and attributes of all kinds. The
//! place that `#[track_caller]` tells is in `callers.rs`.

#![expect(unsafe_code, reason = "`unsafe` is a qualifier too")]

use std::num::ParseIntError;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::panics::panic_of;
use crate::table::{ends, ok};

/// # Safety
/// The pointer points at a number.
#[observe]
unsafe fn read(pointer: *const u8) -> u8 {
    // SAFETY: as the caller says.
    unsafe { *pointer }
}

/// # Safety
/// The pointer points at a number.
#[observe]
unsafe fn read_or_not(pointer: *const u8) -> Result<u8, ParseIntError> {
    // SAFETY: as the caller says.
    let number = unsafe { read(pointer) };
    "1".repeat(number.into()).parse()
}

/// Unsafe operations without a block of their own, as before the edition of 2024.
///
/// # Safety
/// The pointer points at a number.
#[observe]
#[expect(unsafe_op_in_unsafe_fn, reason = "as it was")]
unsafe fn read_as_before(pointer: *const u8) -> Result<u8, ParseIntError> {
    let number: u8 = "1".parse()?;
    Ok(number + *pointer)
}

/// # Safety
/// Implementors say what they read.
unsafe trait Reads {
    /// # Safety
    /// The pointer points at a number.
    unsafe fn read(&self, pointer: *const u8) -> Result<u8, ()>;
}

// SAFETY: it reads what it says.
unsafe impl Reads for () {
    #[observe(name = "read_by_trait")]
    unsafe fn read(&self, pointer: *const u8) -> Result<u8, ()> {
        // SAFETY: as the caller says.
        unsafe { pointer.as_ref() }.copied().ok_or(())
    }
}

#[observe]
extern "C" fn called_from_c(number: u32) -> u32 {
    number + 1
}

type Code = i32;

#[observe]
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn plimsoll_shapes_code(number: *const Code) -> Code {
    // SAFETY: whoever calls passes a valid pointer or none.
    unsafe { number.as_ref() }.copied().unwrap_or(-1)
}

#[observe]
extern "C-unwind" fn unwinds_through_c(number: Code) -> Code {
    assert!(number > 0, "not {number}");
    number
}

#[observe]
#[expect(improper_ctypes_definitions, reason = "nobody calls it from C")]
extern "system" fn result_to_c(number: &str) -> Result<u8, ParseIntError> {
    let number = number.parse()?;
    Ok(number)
}

mod visible {
    use plimsoll::observe;

    #[observe]
    pub(crate) fn in_crate() -> u8 {
        1
    }

    #[observe]
    pub(in crate::qualifiers) fn in_path() -> Result<u8, ()> {
        Ok(1)
    }

    #[observe]
    pub(super) fn in_super() -> Option<u8> {
        private()
    }

    #[observe]
    fn private() -> Option<u8> {
        Some(inner::of_all())
    }

    pub(super) mod inner {
        use plimsoll::observe;

        #[observe]
        pub(in super::super) fn of_all() -> u8 {
            in_self()
        }

        #[observe]
        #[expect(clippy::needless_pub_self, reason = "this is what is tested")]
        pub(self) fn in_self() -> u8 {
            1
        }
    }
}

#[observe]
#[inline]
fn inlined() -> Result<u8, ()> {
    Ok(1)
}

#[inline(never)]
#[observe]
fn never_inlined() -> Result<u8, ()> {
    Ok(1)
}

#[observe]
#[inline(always)]
#[expect(clippy::inline_always, reason = "this is what is tested")]
fn always_inlined() -> u8 {
    1
}

#[cold]
#[observe]
#[rustfmt::skip]
fn cold() -> Result<u8, ()> { Ok(1) }

#[observe]
#[must_use = "it is worth something"]
fn needed() -> u8 {
    1
}

#[must_use]
#[observe]
#[expect(clippy::double_must_use, reason = "this is what is tested")]
fn needed_or_not() -> (u8, Result<u8, ()>) {
    (1, Ok(1))
}

#[observe]
#[deprecated(since = "1.0.0", note = "it is old")]
fn old() -> Result<u8, ()> {
    Ok(1)
}

/// Everything else that may stand there.
#[doc = "More of it."]
#[doc(alias = "another", hidden)]
/** A block. */
#[observe]
#[forbid(unsafe_code, unused_must_use, clippy::unwrap_used)]
#[allow(unused_variables, clippy::needless_return, reason = "both happen")]
/// Below the mark as well.
fn documented() -> Result<u8, ()> {
    let unused = 1;
    return Ok(1);
}

#[cfg(test)]
#[observe]
fn configured() -> Result<u8, ()> {
    Ok(1)
}

#[observe]
#[cfg(test)]
fn configured_below() -> Result<u8, ()> {
    Ok(1)
}

#[observe]
#[cfg(not(test))]
fn configured_below() -> NoSuchType {
    no_such_function()
}

#[cfg_attr(test, observe)]
fn marked_if() -> Result<u8, ()> {
    Ok(1)
}

#[cfg_attr(not(test), observe)]
fn not_marked() -> Result<u8, ()> {
    Ok(1)
}

#[cfg_attr(test, must_use, inline, observe(level = debug), doc = "Written by a condition.")]
#[cfg_attr(not(test), no_such_attribute)]
#[expect(clippy::double_must_use, reason = "this is what is tested")]
fn marked_among_others() -> Result<u8, ()> {
    Ok(1)
}

#[observe]
fn inner_attributes() -> Result<u8, ParseIntError> {
    #![allow(unused_variables, reason = "both stand inside")]
    #![allow(clippy::needless_return, reason = "both stand inside")]
    let unused = 1;
    let number: u8 = "1".parse()?;
    return Ok(number);
}

#[observe]
fn inner_attributes_straight() -> Result<u8, ()> {
    #![expect(unused_variables, reason = "it stands inside")]
    let unused = 1;
    Ok(1)
}

#[observe]
fn inner_attributes_in_place() {
    #![expect(unused_variables, reason = "it stands inside")]
    //! Documentation stands inside as well.
    let unused = 1;
}

#[observe]
async fn inner_attributes_later() -> Result<u8, ()> {
    #![expect(unused_variables, reason = "it stands inside")]
    let unused = std::future::ready(1).await;
    Ok(1)
}

#[observe]
fn inner_attributes_of_a_block() -> impl Future<Output = u8> {
    #![expect(unused_variables, reason = "it stands inside")]
    let unused = 1;
    async { std::future::ready(1).await }
}

#[observe]
#[expect(unused_variables, reason = "lints find what they found")]
fn lints_of_arguments(unused: u8) -> Result<u8, ()> {
    Ok(1)
}

#[observe]
#[expect(unused_variables, unused_mut, dead_code, reason = "lints find what they found")]
fn lints_of_bodies() -> Result<u8, ParseIntError> {
    fn nobody() {}
    let mut unused: u8 = "1".parse()?;
    Ok(1)
}

#[observe]
#[expect(unused_must_use, reason = "lints find what they found")]
fn lints_of_statements() {
    needed();
    lints_of_arguments(1);
}

#[expect(deprecated, reason = "lints find what they found")]
fn deprecations() -> Result<u8, ()> {
    old()
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use std::arch::x86_64::{__m128i, __m256i, _mm_add_epi32, _mm256_add_epi32};

    use plimsoll::observe;

    #[observe]
    #[target_feature(enable = "avx2")]
    pub(super) fn vector_sum(one: __m256i, other: __m256i) -> Result<__m256i, ()> {
        if size_of_val(&one) == 0 {
            return Err(());
        }
        Ok(_mm256_add_epi32(one, other))
    }

    #[target_feature(enable = "sse2")]
    #[observe]
    pub(super) fn vector_sum_in_place(one: __m128i, other: __m128i) -> (__m128i, u8) {
        (_mm_add_epi32(one, other), 1)
    }
}

#[cfg(target_arch = "x86_64")]
fn vectors() {
    use std::arch::x86_64::{
        _mm_cvtsi128_si32, _mm_set1_epi32, _mm256_extract_epi32, _mm256_set1_epi32,
    };
    // SAFETY: every processor of this architecture has it.
    let sum = unsafe {
        _mm_cvtsi128_si32(vectors::vector_sum_in_place(_mm_set1_epi32(1), _mm_set1_epi32(2)).0)
    };
    assert_eq!(sum, 3);
    if is_x86_feature_detected!("avx2") {
        // SAFETY: it has been looked for.
        let sum = unsafe {
            vectors::vector_sum(_mm256_set1_epi32(1), _mm256_set1_epi32(2))
                .map(|sum| _mm256_extract_epi32::<0>(sum))
        };
        assert_eq!(sum, Ok(3));
    }
}

pub(crate) fn run() {
    // SAFETY: the pointers come from references.
    unsafe {
        assert_eq!((read(&1), read_or_not(&3), read_as_before(&4)), (1, Ok(111), Ok(5)));
        assert!(read_or_not(&0).is_err());
        assert_eq!((().read(&1), ().read(std::ptr::null())), (Ok(1), Err(())));
        assert_eq!((plimsoll_shapes_code(&7), plimsoll_shapes_code(std::ptr::null())), (7, -1));
        let pointer: unsafe fn(*const u8) -> u8 = read;
        assert_eq!(pointer(&2), 2);
    }
    let pointer: extern "C" fn(u32) -> u32 = called_from_c;
    assert_eq!((pointer(1), called_from_c(2)), (2, 3));
    assert_eq!(unwinds_through_c(1), 1);
    assert_eq!(panic_of(|| unwinds_through_c(-1)).message, "not -1");
    assert_eq!(result_to_c("1"), Ok(1));
    assert!(result_to_c("x").is_err());
    assert_eq!((visible::in_crate(), visible::in_path(), visible::in_super()), (1, Ok(1), Some(1)));
    assert_eq!(visible::inner::of_all(), 1);
    assert_eq!((inlined(), never_inlined(), always_inlined(), cold()), (Ok(1), Ok(1), 1, Ok(1)));
    assert_eq!((needed(), needed_or_not(), deprecations()), (1, (1, Ok(1)), Ok(1)));
    assert_eq!((documented(), configured(), configured_below()), (Ok(1), Ok(1), Ok(1)));
    assert_eq!((marked_if(), not_marked(), marked_among_others()), (Ok(1), Ok(1), Ok(1)));
    assert_eq!((inner_attributes(), inner_attributes_straight()), (Ok(1), Ok(1)));
    inner_attributes_in_place();
    assert_eq!(block_on(inner_attributes_later()), Ok(1));
    assert_eq!(block_on(inner_attributes_of_a_block()), 1);
    assert_eq!((lints_of_arguments(1), lints_of_bodies()), (Ok(1), Ok(1)));
    lints_of_statements();
    #[cfg(target_arch = "x86_64")]
    vectors();
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("read", ok(4)), ("read_or_not", ends(1, 1, 0, 0)), ("read_as_before", ok(1)),
    ("read_by_trait", ends(1, 1, 0, 0)), ("called_from_c", ok(2)),
    ("plimsoll_shapes_code", ok(2)), ("unwinds_through_c", ends(1, 0, 0, 1)),
    ("result_to_c", ends(1, 1, 0, 0)), ("visible::in_crate", ok(1)), ("visible::in_path", ok(1)),
    ("visible::in_super", ok(1)), ("visible::private", ok(1)), ("visible::inner::of_all", ok(2)),
    ("visible::inner::in_self", ok(2)), ("inlined", ok(1)), ("never_inlined", ok(1)),
    ("always_inlined", ok(1)), ("cold", ok(1)), ("needed", ok(2)), ("needed_or_not", ok(1)),
    ("old", ok(1)), ("documented", ok(1)), ("configured", ok(1)), ("configured_below", ok(1)),
    ("marked_if", ok(1)), ("marked_among_others", ok(1)), ("inner_attributes", ok(1)),
    ("inner_attributes_straight", ok(1)), ("inner_attributes_in_place", ok(1)),
    ("inner_attributes_later", ok(1)), ("inner_attributes_of_a_block", ok(1)),
    ("lints_of_arguments", ok(2)), ("lints_of_bodies", ok(1)), ("lints_of_statements", ok(1)),
];
