//! What the page does for the core: `pkg/page/work.js` and `pkg/page/page.js`.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::text::as_text;
use crate::web::tasks;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = hold)]
    fn begin(name: &str, text: &str, more: &str, timeout: f64, thing: &JsValue) -> Begun;

    #[wasm_bindgen(js_namespace = hold)]
    fn listen(name: &str, text: &str, number: u32) -> Begun;

    /// Has the next result of work told under a number: see [`tell`].
    #[wasm_bindgen(js_namespace = hold)]
    fn next(work: &Begun, number: u32);

    type Begun;

    #[wasm_bindgen(method)]
    fn end(this: &Begun);

    /// What is done, or told, at once.
    #[wasm_bindgen(js_namespace = hold)]
    pub fn act(name: &str, text: &str, more: &str) -> JsValue;

    /// Tells the app's logger, or the console.
    #[wasm_bindgen(js_namespace = hold)]
    pub fn log(custom: &JsValue, level: &str, text: &str);

    /// Asks web storage, or the page's memory; throws the name of a fault.
    #[wasm_bindgen(js_namespace = hold, catch)]
    pub fn storage(area: &str, action: &str, key: &str, text: &str) -> Result<JsValue, JsValue>;
}

/// Work under way. Dropping it gives back all that it holds of the browser.
pub struct Work(Begun);

impl Work {
    /// Begins the work called `name`, for at most `timeout` milliseconds.
    pub fn begin(name: &str, text: &str, more: &str, timeout: f64, thing: &JsValue) -> Work {
        Work(begin(name, text, more, timeout, thing))
    }

    /// Begins the work called `name`, and hears each text that it tells.
    pub fn listen(name: &str, text: &str, heard: Rc<dyn Fn(&str)>) -> Listening {
        let ear = Ear::new(Some(Slot::To(heard)));
        Listening { _work: Work(listen(name, text, ear.0)), _ear: ear }
    }

    /// Its result, or its next one; what it rejects with where it fails, which is `"timeout"` when its
    /// time is over.
    pub fn next(&self) -> Next {
        let ear = Ear::new(None);
        next(&self.0, ear.0);
        Next(ear)
    }

    /// Its only result, as `read` understands it.
    pub fn read<T>(self, read: fn(Settled) -> T) -> impl Future<Output = T> {
        Reading { read, result: self.next(), _work: self }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// How work has ended.
pub type Settled = Result<JsValue, JsValue>;

/// By hand: an `async fn` for each kind of work costs a kilobyte more.
struct Reading<T> {
    read: fn(Settled) -> T,
    result: Next,
    _work: Work,
}

impl<T> Future for Reading<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<T> {
        Pin::new(&mut self.result).poll(context).map(self.read)
    }
}

/// Listens until dropped.
pub struct Listening {
    _work: Work,
    _ear: Ear,
}

/// The next result of work.
pub struct Next(Ear);

impl Future for Next {
    type Output = Settled;

    fn poll(self: Pin<&mut Self>, context: &mut Context) -> Poll<Settled> {
        WAITING.with_borrow_mut(|waiting| {
            let Some((_, told)) = find(waiting, self.0.0) else { return Poll::Pending };
            match told.replace(Slot::Wanted(context.waker().clone())) {
                Some(Slot::Result(result)) => Poll::Ready(result),
                _ => Poll::Pending,
            }
        })
    }
}

/// The number under which something is told, as long as somebody wants to know.
struct Ear(u32);

/// What has been told under a number, or who wants to know it, once or each time.
enum Slot {
    Result(Settled),
    Wanted(Waker),
    To(Rc<dyn Fn(&str)>),
}

thread_local! {
    static WAITING: RefCell<Vec<(u32, Option<Slot>)>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

fn find(waiting: &mut [(u32, Option<Slot>)], number: u32) -> Option<&mut (u32, Option<Slot>)> {
    waiting.iter_mut().find(|(other, _)| *other == number)
}

impl Ear {
    fn new(told: Option<Slot>) -> Ear {
        let number = LAST.get().wrapping_add(1);
        LAST.set(number);
        WAITING.with_borrow_mut(|waiting| waiting.push((number, told)));
        Ear(number)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // Dropped after the borrow.
        let _told = WAITING.with_borrow_mut(|waiting| {
            let position = waiting.iter().position(|(number, _)| *number == self.0)?;
            waiting.swap_remove(position).1
        });
    }
}

/// Tells what has come of something that was begun under a number, and goes on. `holds` is false for
/// what it was rejected with. What nobody waits for any more is ignored.
#[wasm_bindgen]
pub fn tell(number: u32, holds: bool, value: JsValue) {
    tasks::run(|| {
        let hears = WAITING.with_borrow_mut(|waiting| {
            let (_, told) = find(waiting, number)?;
            if let Some(Slot::To(heard)) = told {
                return Some((heard.clone(), value));
            }
            let result = Slot::Result(if holds { Ok(value) } else { Err(value) });
            if let Some(Slot::Wanted(waker)) = told.replace(result) {
                waker.wake();
            }
            None
        });
        if let Some((heard, value)) = hears {
            heard(&as_text(&value).unwrap_or_default());
        }
    });
}
