//! The admin server's thread: listens, reads requests, writes answers, ends in time.
//!
//! One thread with a runtime of its own. Everything is bounded: connections, the length and the time
//! of a request's head, the time of the shutdown. What is answered is `respond`'s affair.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::Poll;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::check;
use super::respond::{self, State};
use super::seats::Seats;
use super::token::Token;
use crate::config;
use crate::error::Error;
use crate::health::Health;
use crate::objectives;
use crate::thread::{self, Waiting};

const CONNECTIONS: usize = 64;
/// For the head of a request, and for the silence before the next one.
const HEAD_TIME: Duration = Duration::from_secs(5);
const HEAD_LENGTH: usize = 16 * 1024;
const HEADERS: usize = 64;
/// After an accept that failed, when there is nothing that could help the next one.
const BACK_OFF: Duration = Duration::from_millis(100);

/// When to end, once that is known.
type Deadline = Option<Instant>;

/// The running server.
#[derive(Debug)]
pub(crate) struct Handle {
    address: SocketAddr,
    stop: watch::Sender<Deadline>,
    /// Hears from the thread when it ends.
    ended: Mutex<mpsc::Receiver<()>>,
}

/// Binds the address and makes the thread ready.
pub(crate) fn prepare(
    settings: config::Admin,
    health: Arc<Health>,
) -> Result<Waiting<Handle>, Error> {
    let token = match settings.token.as_ref().filter(|token| !token.expose().is_empty()) {
        None => None,
        Some(token) => Some(Token::new(token).ok_or_else(|| {
            Error::Config("the token of the admin server can't be used".to_owned())
        })?),
    };
    let state = State {
        token,
        health,
        #[cfg(feature = "prometheus")]
        has_page: settings.page,
        #[cfg(feature = "prometheus")]
        page: respond::page::Cache::default(),
    };
    prepare_with(&settings, state)
}

/// The same with what answers are made from.
pub(super) fn prepare_with(
    settings: &config::Admin,
    state: State,
) -> Result<Waiting<Handle>, Error> {
    check(settings)?;
    let bind = |source| Error::Bind { address: settings.address.to_string(), source };
    let listener = std::net::TcpListener::bind(settings.address).map_err(bind)?;
    listener.set_nonblocking(true).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(32)
        .thread_name("plimsoll-check")
        .build()
        .map_err(Error::Thread)?;
    let (stop, stopped) = watch::channel(None);
    let (end, ended) = mpsc::sync_channel(1);
    let ended = Mutex::new(ended);
    let handle = Handle { address, stop, ended };
    thread::prepare("plimsoll-admin", handle, move || {
        runtime.block_on(serve(listener, Arc::new(state), stopped));
        // A check that blocks its thread is left behind.
        runtime.shutdown_background();
        let _ = end.send(());
    })
}

impl Handle {
    /// Where it listens: the port that was given when 0 was asked for.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Lets running requests end, until the deadline. True when all of them did.
    pub(crate) fn shutdown(&self, deadline: Instant) -> bool {
        let _ = self.stop.send(Some(deadline));
        let rest = deadline.saturating_duration_since(Instant::now());
        // The thread itself watches the deadline; a little later it must be gone.
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.recv_timeout(rest + Duration::from_millis(50)).is_ok()
    }
}

async fn serve(
    listener: std::net::TcpListener,
    state: Arc<State>,
    mut stopped: watch::Receiver<Deadline>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    tokio::spawn(async {
        while let Some(rest) = objectives::tick() {
            tokio::time::sleep(rest).await;
        }
    });
    let seats = Arc::new(Seats::new(CONNECTIONS));
    let mut number = 0;
    while let Some(accepted) = unless_stopped(&mut stopped, listener.accept()).await {
        match accepted {
            Ok((stream, _)) if seats.make_room() => {
                number += 1;
                let connection = connection(
                    stream,
                    number,
                    Arc::clone(&state),
                    Arc::clone(&seats),
                    stopped.clone(),
                );
                seats.seat(number, tokio::spawn(connection).abort_handle());
            }
            Ok((stream, _)) => {
                let answer = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\
                    content-length: 0\r\n\r\n";
                let _ = stream.try_write(answer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            // There are no file descriptors left, say. The server's own are the first to give up.
            Err(_) => {
                let pause = if seats.evict() { Duration::from_millis(1) } else { BACK_OFF };
                if unless_stopped(&mut stopped, tokio::time::sleep(pause)).await.is_none() {
                    break;
                }
            }
        }
    }
    drop(listener);
    let deadline = *stopped.borrow();
    while !seats.is_empty() && deadline.is_some_and(|deadline| Instant::now() < deadline) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What a future gives, or nothing when the end comes first.
async fn unless_stopped<F: Future>(
    stopped: &mut watch::Receiver<Deadline>,
    work: F,
) -> Option<F::Output> {
    let mut stop = pin!(stopped.wait_for(Option::is_some));
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        // An error says that the handle was dropped, which ends the server as well.
        if stop.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// The peer went away before it was accepted: nothing is wrong here.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

async fn connection(
    stream: TcpStream,
    number: u64,
    state: Arc<State>,
    seats: Arc<Seats>,
    mut stopped: watch::Receiver<Deadline>,
) {
    let _seat = Seat(&seats, number);
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let (state, seats) = (Arc::clone(&state), Arc::clone(&seats));
        async move {
            let (mut head, _) = request.into_parts();
            // Whoever takes the page too slowly may lose the connection for it.
            if let Some(connection) = seats.connection(number) {
                head.extensions.insert(connection);
            }
            let _busy = Busy::new(&seats, number);
            if respond::needs_checks(&head) {
                state.health.refresh().await;
            }
            let may_hang = respond::may_hang(&head);
            let answer = move || respond::respond(&head, &state);
            if !may_hang {
                return Ok::<_, Infallible>(answer());
            }
            // Whoever asks for health is answered all the same.
            let answer = tokio::task::spawn_blocking(answer).await;
            Ok(answer.unwrap_or_else(|_| respond::failed()))
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_headers(HEADERS)
            .max_buf_size(HEAD_LENGTH)
            .serve_connection(TokioIo::new(stream), service)
    );
    let mut stop = pin!(stopped.wait_for(Option::is_some));
    let mut told = false;
    // What goes wrong on a connection is its peer's affair.
    let _ = std::future::poll_fn(|context| {
        if !told && stop.as_mut().poll(context).is_ready() {
            told = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(context)
    })
    .await;
}

/// Frees the seat however the connection ends.
struct Seat<'a>(&'a Seats, u64);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}

/// Holds the seat while an answer is made.
struct Busy<'a>(&'a Seats, u64);

impl<'a> Busy<'a> {
    fn new(seats: &'a Seats, number: u64) -> Busy<'a> {
        seats.set_busy(number, true);
        Busy(seats, number)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set_busy(self.1, false);
    }
}
