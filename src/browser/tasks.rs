//! Runs the core's tasks, whenever JavaScript calls.

#![allow(unsafe_code)] // for a waker

use std::cell::{Cell, RefCell};
use std::ptr::null;
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use crate::platform::Task;

thread_local! {
    /// A task is away while it runs.
    static TASKS: RefCell<Vec<Option<Task>>> = const { RefCell::new(Vec::new()) };
    static RUNS: Cell<bool> = const { Cell::new(false) };
    static WOKEN: Cell<bool> = const { Cell::new(false) };
}

/// Says that something has happened for which a task may wait.
static WAKER: RawWakerVTable = RawWakerVTable::new(|_| raw(), |_| wake(), |_| wake(), |_| ());

fn raw() -> RawWaker {
    RawWaker::new(null(), &WAKER)
}

fn wake() {
    WOKEN.set(true);
}

/// Takes a task; the next [`run`] begins it.
pub fn spawn(task: Task) {
    wake();
    TASKS.with_borrow_mut(|tasks| tasks.push(Some(task)));
}

/// Goes on with all tasks, as long as one of them lets another go on: they are few, and each looks for
/// itself at what it waits for. To be called at the end of whatever JavaScript calls. Under a task, as
/// when an app's own function calls a client, that is left to the run under way.
pub fn run() {
    if RUNS.replace(true) {
        return;
    }
    // SAFETY: the functions of the table use no data, and work on this one thread alone.
    let waker = unsafe { Waker::from_raw(raw()) };
    let mut context = Context::from_waker(&waker);
    loop {
        WOKEN.set(false);
        let mut at = 0;
        while let Some(mut task) = take(at) {
            if task.as_mut().poll(&mut context).is_pending() {
                put(at, task);
            }
            at += 1;
        }
        TASKS.with_borrow_mut(|tasks| {
            while let Some(over) = tasks.iter().position(Option::is_none) {
                tasks.swap_remove(over);
            }
        });
        if !WOKEN.get() {
            break;
        }
    }
    RUNS.set(false);
}

fn take(at: usize) -> Option<Task> {
    TASKS.with_borrow_mut(|tasks| tasks.get_mut(at)?.take())
}

fn put(at: usize, task: Task) {
    TASKS.with_borrow_mut(|tasks| {
        if let Some(place) = tasks.get_mut(at) {
            *place = Some(task);
        }
    });
}
