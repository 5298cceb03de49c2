//! A thousand marked functions: fifty modules of twenty, with names as services have them.
//!
//! All are `async`, so that a call can be begun, left alone for as long as a bucket wants, and
//! ended. Called by `fill`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call that waits to be polled.
pub(crate) type Call = Pin<Box<dyn Future<Output = ()>>>;

/// Ends at this many polls after the first.
#[derive(Debug)]
pub(crate) struct Polls(pub(crate) u32);

impl Future for Polls {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match self.0.checked_sub(1) {
            None => Poll::Ready(()),
            Some(rest) => {
                self.0 = rest;
                Poll::Pending
            }
        }
    }
}

macro_rules! functions {
    ($($function:ident)*) => {
        use super::{Call, Polls};

        $(
            #[plimsoll::observe]
            pub(super) async fn $function(polls: Polls) {
                polls.await;
            }
        )*

        pub(super) const ALL: &[fn(Polls) -> Call] = &[
            $(|polls| Box::pin($function(polls)),)*
        ];
    };
}

macro_rules! modules {
    ($($module:ident)*) => {
        $(
            mod $module {
                functions! {
                    create find find_all update delete validate authorise load_by_customer
                    save_all count_open publish_event handle_event reserve release refresh_cache
                    import_batch export_report reconcile retry_failed archive_expired
                }
            }
        )*

        const MODULES: &[&[fn(Polls) -> Call]] = &[$($module::ALL,)*];
    };
}

modules! {
    account address audit basket billing booking campaign card carrier catalogue category checkout
    claim contract coupon credit customer delivery discount dispatch dispute document fraud
    identity inventory invoice ledger location loyalty mandate message notification order parcel
    partner payment payout price product profile promotion quote refund report_line returns review
    search session shipment warehouse
}

/// All functions, in the order of the source.
pub(crate) fn all() -> impl Iterator<Item = fn(Polls) -> Call> {
    MODULES.iter().flat_map(|module| module.iter().copied())
}
