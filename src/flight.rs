//! Waiting: one result for many waiters, and signals that end a wait.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::platform::Platform;

/// A result that one task produces and any number of callers wait for.
struct Flight<T>(Rc<RefCell<State<T>>>);

struct State<T> {
    result: Option<T>,
    waiting: Vec<Waker>,
}

impl<T> Clone for Flight<T> {
    fn clone(&self) -> Self {
        Flight(self.0.clone())
    }
}

impl<T: Clone> Flight<T> {
    /// A flight that has not landed.
    fn new() -> Self {
        Flight(Rc::new(RefCell::new(State { result: None, waiting: Vec::new() })))
    }

    /// Ends the flight: everyone who waits, now or later, gets `result`.
    fn land(&self, result: T) {
        let mut state = self.0.borrow_mut();
        state.result = Some(result);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits for the result.
    async fn wait(&self) -> T {
        poll_fn(|context| {
            let mut state = self.0.borrow_mut();
            match &state.result {
                Some(result) => Poll::Ready(result.clone()),
                None => {
                    if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                        state.waiting.push(context.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// The flights under way, by name.
pub struct Flights<T>(Rc<RefCell<Vec<Named<T>>>>);

type Named<T> = (String, Flight<T>);

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Flights(Rc::default())
    }
}

impl<T: Clone + 'static> Flights<T> {
    /// The result of the flight called `name`; where none is under way, `work` begins, as a task of
    /// its own that no caller can interrupt.
    pub async fn share<F: Future<Output = T> + 'static>(
        &self,
        platform: &impl Platform,
        name: &str,
        work: impl FnOnce() -> F,
    ) -> T {
        let flight =
            self.under_way(name).unwrap_or_else(|| self.start(platform, name, Box::pin(work())));
        flight.wait().await
    }

    /// The result of the flight called `name`; `None` where none is under way.
    pub async fn join(&self, name: &str) -> Option<T> {
        let under_way = self.under_way(name)?;
        Some(under_way.wait().await)
    }

    fn under_way(&self, name: &str) -> Option<Flight<T>> {
        let flights = self.0.borrow();
        flights.iter().find(|(other, _)| other == name).map(|(_, flight)| flight.clone())
    }

    fn start(
        &self,
        platform: &impl Platform,
        name: &str,
        work: Pin<Box<dyn Future<Output = T>>>,
    ) -> Flight<T> {
        let flight = Flight::new();
        self.0.borrow_mut().push((name.to_owned(), flight.clone()));
        let (flights, name, landing) = (self.0.clone(), name.to_owned(), flight.clone());
        platform.spawn(Box::pin(async move {
            let result = work.await;
            flights.borrow_mut().retain(|(other, _)| *other != name);
            landing.land(result);
        }));
        flight
    }
}

/// Something that happens, once or often.
#[derive(Clone, Default)]
pub struct Signal(Rc<Fired>);

#[derive(Default)]
struct Fired {
    fired: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Signal {
    /// Says that it has happened.
    pub fn fire(&self) {
        self.0.fired.set(true);
        if let Some(waker) = self.0.waker.take() {
            waker.wake();
        }
    }

    /// Whether it has happened since the last [`Signal::take`].
    pub fn take(&self) -> bool {
        self.0.fired.replace(false)
    }

    /// Waits until it has happened.
    pub async fn wait(&self) {
        poll_fn(|context| {
            if self.0.fired.get() {
                return Poll::Ready(());
            }
            self.0.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

/// The work's result, or `None` when what ends it comes first; the work is then dropped.
pub async fn until<T>(end: impl Future<Output = ()>, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut end) = (pin!(work), pin!(end));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Two pieces of work at once; returns when both have come to their ends.
pub async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(result) = one.as_mut().poll(context)
        {
            first = Some(result);
        }
        if second.is_none()
            && let Poll::Ready(result) = other.as_mut().poll(context)
        {
            second = Some(result);
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}
