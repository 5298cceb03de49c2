//! The function with nothing around it, and what two readings of a clock cost.
//!
//! Every other case contains the bare function and the loop; nothing is subtracted.

use std::hint::black_box;
use std::time::Instant;

use super::many::{Fourth, polled};
use super::{Case, NoBooks, Refused, Work, body, inlined, moved};

/// The bare call, which "not initialised" is compared with.
pub(crate) const BARE: &str = "bare: sync";

pub(super) const CASES: &[Case] = &[
    Case::new(BARE, || Work::new(sync, NoBooks)),
    Case::new("bare: async inlined", || Work::new(async_inlined, NoBooks)),
    Case::new("bare: async moved", || Work::new(async_moved, NoBooks)),
    Case::new("bare: async, 4 polls", || Work::new(four_polls, NoBooks)),
    Case::new("bare: 500 functions", || Work::new(many::in_turn, NoBooks)),
    Case::new("bare: two threads", || Work::new(sync, NoBooks)).two_threads(),
    Case::new("floor: two counter reads", || Work::new(counter_pair, NoBooks)),
    Case::new("floor: Instant pair", || Work::new(instant_pair, NoBooks)),
];

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

async fn work_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

async fn work_polled(order: u64) -> Result<u64, Refused> {
    Fourth::default().await;
    body(order)
}

mod many {
    use crate::cases::body;

    five_hundred!([] | order | { body(order) });
}

#[inline(never)]
fn counted(order: u64) -> Result<u64, Refused> {
    let start = counter();
    let result = body(black_box(order));
    black_box(counter().wrapping_sub(start));
    result
}

#[inline(never)]
fn timed(order: u64) -> Result<u64, Refused> {
    let start = Instant::now();
    let result = body(black_box(order));
    black_box(start.elapsed());
    result
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn async_inlined(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}

fn async_moved(calls: u64) {
    for order in 0..calls {
        let _ = black_box(moved(work_async(black_box(order))));
    }
}

fn four_polls(calls: u64) {
    for order in 0..calls {
        let _ = black_box(polled(work_polled(black_box(order))));
    }
}

fn counter_pair(calls: u64) {
    for order in 0..calls {
        let _ = black_box(counted(black_box(order)));
    }
}

fn instant_pair(calls: u64) {
    for order in 0..calls {
        let _ = black_box(timed(black_box(order)));
    }
}

/// The processor's own counter, unordered; elsewhere than on x86-64 and aarch64 there is none to
/// compare with, and the case reads `Instant`.
#[inline(always)]
fn counter() -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 processor has this instruction.
        unsafe { core::arch::x86_64::_rdtsc() }
    }
    #[cfg(target_arch = "aarch64")]
    {
        let ticks: u64;
        // SAFETY: reading the virtual counter has no effect, and user code may.
        unsafe { core::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack)) };
        ticks
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        use std::sync::OnceLock;
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_nanos() as u64
    }
}
