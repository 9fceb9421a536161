//! Waiting: a result that several calls share, signals, and races.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::error::Error;
use crate::json::Value;
use crate::platform::Platform;
use crate::text::Text;

/// The work of a call. All calls have this one type, since each further one is a copy of the code that
/// runs it.
pub type SharedWork = Pin<Box<dyn Future<Output = Result<Value, Error>>>>;

/// A task whose result any number of callers wait for.
#[derive(Clone, Default)]
struct Flight(Rc<RefCell<FlightState>>);

#[derive(Default)]
struct FlightState {
    /// `None` while the task runs.
    result: Option<Result<Value, Error>>,
    /// Wakes the callers that wait, each once.
    waiting: Vec<Waker>,
}

impl Flight {
    /// Sets the result, for all who wait now or later.
    fn land(&self, result: Result<Value, Error>) {
        let mut state = self.0.borrow_mut();
        state.result = Some(result);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for waker in waiting {
            waker.wake();
        }
    }

    /// Waits for the result.
    async fn wait(&self) -> Result<Value, Error> {
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

/// The pending flights, by name.
#[derive(Default)]
pub struct Flights(Rc<RefCell<Vec<(Text, Flight)>>>);

impl Flights {
    /// The result of the pending flight called `name`. Where there is none, `work` starts as a task of its
    /// own, which goes on when its callers are gone.
    ///
    /// # Errors
    /// The error of the work.
    pub async fn share(
        &self,
        platform: &impl Platform,
        name: &str,
        work: SharedWork,
    ) -> Result<Value, Error> {
        let flight = self.under_way(name).unwrap_or_else(|| self.start(platform, name, work));
        flight.wait().await
    }

    /// The result of the pending flight called `name`; `None` where there is none.
    pub async fn join(&self, name: &str) -> Option<Result<Value, Error>> {
        let under_way = self.under_way(name)?;
        Some(under_way.wait().await)
    }

    fn under_way(&self, name: &str) -> Option<Flight> {
        let flights = self.0.borrow();
        flights.iter().find(|(other, _)| other == name).map(|(_, flight)| flight.clone())
    }

    /// Starts a flight. It is removed from the list before its callers are woken, so that their next call
    /// starts another one.
    fn start(&self, platform: &impl Platform, name: &str, work: SharedWork) -> Flight {
        let flight = Flight::default();
        self.0.borrow_mut().push((name.into(), flight.clone()));
        let (flights, name, running) = (self.0.clone(), Text::from(name), flight.clone());
        platform.spawn(Box::pin(async move {
            let result = work.await;
            let mut flights = flights.borrow_mut();
            if let Some(position) = flights.iter().position(|(other, _)| *other == name) {
                flights.swap_remove(position);
            }
            drop(flights);
            running.land(result);
        }));
        flight
    }
}

/// An event that one task waits for, and that may happen several times.
#[derive(Clone, Default)]
pub struct Signal(Rc<Fired>);

#[derive(Default)]
struct Fired {
    /// Whether the event has happened and nobody has taken it.
    fired: Cell<bool>,
    /// Wakes the task that waits.
    waker: RefCell<Option<Waker>>,
}

impl Signal {
    /// Notifies the waiting task, or the next that waits.
    pub fn fire(&self) {
        self.0.fired.set(true);
        if let Some(waker) = self.0.waker.take() {
            waker.wake();
        }
    }

    /// Whether the event has happened since the last call of this function.
    pub fn take(&self) -> bool {
        self.0.fired.replace(false)
    }

    /// Waits until the event has happened.
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

/// The result of `work`; `None` where `end` is ready first, which drops the work.
pub fn until<'a, T: 'a>(
    end: impl Future<Output = ()> + 'a,
    work: impl Future<Output = T> + 'a,
) -> impl Future<Output = Option<T>> + 'a {
    race(Box::pin(end), Box::pin(work))
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// [`until`], compiled once for each type of result: the futures are boxed.
fn race<'a, T: 'a>(
    mut end: Boxed<'a, ()>,
    mut work: Boxed<'a, T>,
) -> impl Future<Output = Option<T>> + 'a {
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
}

/// Runs two futures at once, and returns when both are ready.
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
