//! Runs the core's tasks.

#![allow(unsafe_code)] // for wakers

use std::cell::{Cell, RefCell};
use std::ptr::without_provenance;
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use super::page::soon;
use crate::platform::Task;

thread_local! {
    /// By number. A task is away while it runs.
    static TASKS: RefCell<Vec<(usize, Option<Task>)>> = const { RefCell::new(Vec::new()) };
    /// The numbers of those that can go on, in the order in which they were woken.
    static READY: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<usize> = const { Cell::new(0) };
    static RUNS: Cell<bool> = const { Cell::new(false) };
}

/// The waker of a task: its data is the task's number, and no pointer.
static WAKER: RawWakerVTable = RawWakerVTable::new(raw, wake, wake, |_| ());

fn raw(number: *const ()) -> RawWaker {
    RawWaker::new(number, &WAKER)
}

fn wake(number: *const ()) {
    READY.with_borrow_mut(|ready| {
        if ready.is_empty() && !RUNS.get() {
            soon();
        }
        ready.push(number.addr());
    });
}

/// Takes a task, which begins soon: not before what JavaScript does now has come to its end.
pub fn spawn(task: Task) {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    TASKS.with_borrow_mut(|tasks| tasks.push((number, Some(task))));
    wake(without_provenance(number));
}

/// Does what may wake tasks, and goes on with those that are woken. Under a task, the run under way does
/// that.
pub fn run(first: impl FnOnce()) {
    let is_under_way = RUNS.replace(true);
    first();
    if is_under_way {
        return;
    }
    while let Some(number) = next() {
        let Some(mut task) = with(number, |tasks, at| tasks.get_mut(at)?.1.take()) else {
            continue;
        };
        // SAFETY: the functions of the table make a number of the data, and work on this one thread.
        let waker = unsafe { Waker::from_raw(raw(without_provenance(number))) };
        let ends = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        // What has ended is dropped after the borrow: it may wake others.
        let _ended = with(number, |tasks, at| {
            if ends {
                tasks.swap_remove(at);
                return Some(task);
            }
            tasks.get_mut(at)?.1 = Some(task);
            None
        });
    }
    RUNS.set(false);
}

fn next() -> Option<usize> {
    READY.with_borrow_mut(|ready| if ready.is_empty() { None } else { Some(ready.remove(0)) })
}

/// Does something at the place of a task that has not ended.
fn with(
    number: usize,
    work: impl FnOnce(&mut Vec<(usize, Option<Task>)>, usize) -> Option<Task>,
) -> Option<Task> {
    TASKS.with_borrow_mut(|tasks| {
        let at = tasks.iter().position(|(other, _)| *other == number)?;
        work(tasks, at)
    })
}
