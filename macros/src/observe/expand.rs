//! Writes the wrapper of a function: a site, a guard, the untouched body. Cannot fail.
//!
//! Everything that can be said once stands in the runtime; what is written here is compiled again
//! for every marked function. All tokens of ours are hygienic: the body cannot see our names. Two
//! things are not, so that the names of variables begin with underscores, and methods are called by
//! their paths: a constant of the user's with the name of a variable would make a pattern of it, and
//! a trait in scope that everything implements may have methods of any name.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::future::{AsyncBlock, Promised};
use super::plan::Plan;
use super::shape::Shape;
use crate::items::leading;
use crate::paths::Private;
use crate::recorded::{self, How, Recorded};
use crate::strategy::Strategy;

/// The new body, braces included.
pub(crate) fn function(plan: &Plan) -> Group {
    let here = Span::mixed_site();
    let p = &plan.p;
    let (inner, content) = split_inner_attributes(&plan.body);
    let (captured, allowed) = (plan.captured.named(), plan.captured.allowed());
    let body = begun(&plan.body, captured.clone(), content.clone());
    let wrapper = match &plan.shape {
        Shape::Plain(returned) => {
            let (begin, end) = (begin(plan, "enter"), end(plan));
            let arrow = returned.as_ref().map(|returned| quote_spanned!(here=> -> #returned));
            quote_spanned!(here=>
                #begin #allowed let __out = #p::call_once(move || #arrow #body); #end
            )
        }
        Shape::Straight { kind, may_return } => {
            let enter = if *may_return { "enter_unseen" } else { "enter" };
            let (begin, end) = (begin(plan, enter), end(plan));
            let kind = kind.as_ref().map(|kind| quote_spanned!(here=> : #kind));
            // A body that never comes to its end would make what follows unreachable.
            let ends = quote_spanned!(here=> if false { break '__body #p::never(); });
            let body = begun(&plan.body, Some(ends), content);
            quote_spanned!(here=> #begin let __out #kind = '__body: #body; #end)
        }
        Shape::InPlace => {
            let begin = begin(plan, "enter_unseen");
            begun(&plan.body, Some(begin), content).stream()
        }
        Shape::Never => {
            let begin = begin(plan, "enter");
            begun(&plan.body, Some(begin), content).stream()
        }
        Shape::Async(output) => {
            let (begin, end) = (begin(plan, "enter_async"), end(plan));
            let body = typed(plan, Some(output), &plan.body, captured, content);
            quote_spanned!(here=>
                #begin #allowed let __out = #p::Guard::run(&mut __guard, async move #body).await; #end
            )
        }
        Shape::AsyncNever => {
            let begin = begin(plan, "enter_async");
            quote_spanned!(here=> #begin #p::Guard::run(&mut __guard, async move #body).await)
        }
        // What stands before the block begins with the inner attributes.
        Shape::Block(block, output) => {
            return braces(&plan.body, in_block(plan, block, output.tokens(p).as_ref()));
        }
        Shape::Returned { returned, promised } => {
            self::returned(plan, &body, returned.as_ref(), promised)
        }
    };
    braces(&plan.body, quote_spanned!(here=> #inner #wrapper))
}

/// The wrapper inside the `async` block that the body ends in.
fn in_block(plan: &Plan, split: &AsyncBlock, output: Option<&TokenStream>) -> TokenStream {
    let here = Span::mixed_site();
    let AsyncBlock { before, keywords, block, around } = split;
    let (begin, end) = (begin(plan, "enter_async"), end(plan));
    let body = typed(plan, output, block, None, block.stream());
    let p = &plan.p;
    let wrapper = quote_spanned!(here=>
        #begin let __out = #p::Guard::run(&mut __guard, #keywords #body).await; #end
    );
    let wrapper = braces(block, wrapper);
    let future = quote_spanned!(here=> #keywords #wrapper);
    let future = match around {
        None => future,
        Some(around) => {
            let mut boxed = Group::new(around.delimiter(), future);
            boxed.set_span(around.span());
            TokenTree::from(boxed).into()
        }
    };
    quote_spanned!(here=> #before #future)
}

/// The wrapper around a future or stream that the body takes from elsewhere.
fn returned(
    plan: &Plan,
    body: &Group,
    returned: Option<&TokenStream>,
    promised: &Promised,
) -> TokenStream {
    let here = Span::mixed_site();
    let p = &plan.p;
    let arrow = returned.map(|returned| quote_spanned!(here=> -> #returned));
    let output = promised.output.tokens(p).unwrap_or_else(|| quote_spanned!(here=> _));
    let (make, judge) = match promised.is_stream {
        true => ("stream", "plimsoll_step"),
        false => ("future", "plimsoll_finish"),
    };
    let (make, judge) = (Ident::new(make, here), Ident::new(judge, here));
    let verdict = verdict(plan, &quote_spanned!(here=> __out));
    let site = plan.site.tokens(p);
    let samples = plan.metrics.iter().map(|metric| metric.sample_of_call(p));
    let samples = match plan.metrics.len() {
        0 => quote_spanned!(here=> &[]),
        count => quote_spanned!(here=> {
            static SAMPLES: [#p::Sample; #count] = [#(#samples),*];
            &SAMPLES
        }),
    };
    let allowed = plan.captured.allowed();
    let wrapper = quote_spanned!(here=>
        #p::#make::<_, #output, _>(__inner, #site, #samples, |__out, __call| {
            use #p::classify::*;
            (&&&&#p::Probe(__out)).#judge(__call, #verdict);
        })
    );
    let wrapper = match promised.is_boxed {
        true => quote_spanned!(here=> #p::Box::pin(#wrapper)),
        false => wrapper,
    };
    quote_spanned!(here=>
        #allowed
        let __inner = #p::call_once(move || #arrow #body);
        #wrapper
    )
}

/// The statement that makes the samples, and their name, if there are any before the body; and the
/// place of those behind it.
fn samples(plan: &Plan) -> (Option<TokenStream>, Option<TokenStream>) {
    let here = Span::mixed_site();
    let p = &plan.p;
    let early = plan.metrics.iter().filter(|metric| metric.returned.is_none());
    let samples: Vec<TokenStream> = early.map(|metric| metric.sample(p)).collect();
    let count = samples.len();
    let late = (count < plan.metrics.len()).then(|| quote_spanned!(here=> let __late;));
    if count == 0 {
        return (late, None);
    }
    let make = quote_spanned!(here=>
        let __samples = if #p::active() { [#(#samples),*] } else { [#p::Sample::OFF; #count] };
        #late
    );
    (Some(make), Some(quote_spanned!(here=> __samples)))
}

/// The statements that give the guard all samples again, together with those that read what was
/// returned, if there are any.
fn late(plan: &Plan) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let p = &plan.p;
    plan.metrics.iter().find(|metric| metric.returned.is_some())?;
    let mut early = 0_usize..;
    let samples = plan.metrics.iter().map(|metric| match metric.returned {
        Some(_) => metric.sample(p),
        None => {
            let at = early.next().map(Literal::usize_unsuffixed);
            quote_spanned!(here=> __samples[#at])
        }
    });
    Some(quote_spanned!(here=>
        __late = [#(#samples),*];
        #p::Guard::late(&mut __guard, &__late);
    ))
}

/// From the samples to the fields: all that happens before the body. `enter` is the guard's method.
fn begin(plan: &Plan, enter: &str) -> TokenStream {
    let here = Span::mixed_site();
    let p = &plan.p;
    let site = plan.site.tokens(p);
    let (make_samples, samples) = samples(plan);
    let samples = samples.unwrap_or_else(|| quote_spanned!(here=> []));
    let fields = (!plan.recorded.is_empty()).then(|| {
        let fields = plan.recorded.iter().map(|recorded| field(recorded, p));
        quote_spanned!(here=> if #p::Guard::recording(&__guard) { #(#fields)* })
    });
    let enter = Ident::new(enter, here);
    quote_spanned!(here=>
        #make_samples
        let mut __guard = #p::Guard::new();
        #p::Guard::#enter(&mut __guard, #site, &#samples);
        #fields
    )
}

/// The outcome, and the value that the function gives.
fn end(plan: &Plan) -> TokenStream {
    let here = Span::mixed_site();
    let p = &plan.p;
    let verdict = verdict(plan, &quote_spanned!(here=> &__out));
    let late = late(plan);
    quote_spanned!(here=>
        if #p::Guard::is_on(&__guard) {
            use #p::classify::*;
            #late
            (&&&&#p::Probe(&__out)).plimsoll_finish(&mut __guard, #verdict);
        }
        __out
    )
}

/// What `ok_if` and `error_if` say of the value behind this reference.
fn verdict(plan: &Plan, out: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let p = &plan.p;
    match (&plan.ok_if, &plan.error_if) {
        (None, None) => quote_spanned!(here=> #p::Verdict::ByType),
        (None, Some(error)) => quote_spanned!(here=> #p::error_if(#out, #error)),
        (Some(ok), None) => quote_spanned!(here=> #p::ok_if(#out, #ok)),
        (Some(ok), Some(error)) => {
            quote_spanned!(here=> #p::ok_if(#out, #ok).or(|| #p::error_if(#out, #error)))
        }
    }
}

/// One statement that records a value; the errors about its type point at what the user wrote.
fn field(recorded: &Recorded, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Recorded { key, value, how, .. } = recorded;
    let value = recorded::reference(value);
    match how {
        How::Logged => quote_spanned!(here=> #p::Guard::log(&mut __guard, #key, #value);),
        How::Public => quote_spanned!(here=> #p::Guard::log_public(&mut __guard, #key, #value);),
        How::Redacted(Strategy::Full) => {
            quote_spanned!(here=> #p::Guard::log_hidden(&mut __guard, #key);)
        }
        How::Redacted(Strategy::Erase) => {
            quote_spanned!(here=> #p::Guard::log_erased(&mut __guard, #key);)
        }
        How::Redacted(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> #p::Guard::log_redacted(&mut __guard, #key, #strategy, #value);)
        }
    }
}

/// The body of an `async` block, which says first what it gives: nothing else would tell the
/// compiler before it has read all of it.
fn typed(
    plan: &Plan,
    output: Option<&TokenStream>,
    written: &Group,
    captured: Option<TokenStream>,
    content: TokenStream,
) -> Group {
    let here = Span::mixed_site();
    let p = &plan.p;
    let seed =
        output.map(|output| quote_spanned!(here=> if false { return #p::never::<#output>(); }));
    begun(written, Some(quote_spanned!(here=> #seed #captured)), content)
}

/// A body with statements of ours at its beginning, behind the items that it begins with.
fn begun(written: &Group, ours: Option<TokenStream>, content: TokenStream) -> Group {
    let (items, content) = leading(content);
    braces(written, quote_spanned!(Span::mixed_site()=> #items #ours #content))
}

/// These tokens in braces that stand where the written ones stood.
fn braces(written: &Group, content: TokenStream) -> Group {
    let mut braces = Group::new(Delimiter::Brace, content);
    braces.set_span(written.span());
    braces
}

/// `#![..]` at the beginning of a body stays there; the rest goes into the wrapper.
fn split_inner_attributes(body: &Group) -> (TokenStream, TokenStream) {
    let mut rest: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut inner = TokenStream::new();
    while let [TokenTree::Punct(pound), TokenTree::Punct(bang), TokenTree::Group(_), ..] =
        rest.as_slice()
    {
        if pound.as_char() != '#' || bang.as_char() != '!' {
            break;
        }
        inner.extend(rest.drain(..3));
    }
    (inner, rest.into_iter().collect())
}
