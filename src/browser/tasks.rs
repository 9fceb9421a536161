//! Runs the core's tasks.

#![allow(unsafe_code)] // for a waker

use std::cell::{Cell, RefCell};
use std::ptr::null;
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use super::page::soon;
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
    if !WOKEN.replace(true) && !RUNS.get() {
        soon();
    }
}

/// Takes a task, which begins soon: not before what JavaScript does now has come to its end.
pub fn spawn(task: Task) {
    TASKS.with_borrow_mut(|tasks| tasks.push(Some(task)));
    wake();
}

/// Does what may wake tasks and, where it has, goes on with all of them, from the first one again
/// whenever one lets another go on: they are few, and each looks for itself at what it waits for.
/// Under a task, the run under way does that.
pub fn run(first: impl FnOnce()) {
    let is_under_way = RUNS.replace(true);
    first();
    if !is_under_way {
        go_on();
        RUNS.set(false);
    }
}

fn go_on() {
    // SAFETY: the functions of the table use no data, and work on this one thread alone.
    let waker = unsafe { Waker::from_raw(raw()) };
    let mut context = Context::from_waker(&waker);
    let mut at = usize::MAX;
    loop {
        if WOKEN.replace(false) {
            at = 0;
        }
        let Some(mut task) = take(at) else { return };
        match task.as_mut().poll(&mut context).is_ready() {
            true => drop(TASKS.with_borrow_mut(|tasks| tasks.remove(at))),
            false => {
                put(at, task);
                at += 1;
            }
        }
    }
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
