//! The window of a sign-in.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::Window;

use super::channel::Subscription;
use super::is_offline;
use super::signal::{Instant, within};
use crate::flight::Signal;
use crate::platform::FrameFault;

/// The window is looked at this often, in milliseconds.
const TICK: f64 = 100.0;

/// A window that a page with a Cross-Origin-Opener-Policy has cut off from us looks closed. One that
/// the person closed leaves them with us: after this many milliseconds of that it is closed.
const GRACE: f64 = 2_000.0;

/// A window; dropping it closes it.
pub struct Popup(pub Window);

impl Popup {
    fn location(&self) -> Option<String> {
        self.0.location().href().ok()
    }
}

impl Drop for Popup {
    fn drop(&mut self) {
        let _ = self.0.close();
    }
}

/// Opens `url` in the window and waits for a location that `landed` recognises: seen, or told on
/// the channel.
pub async fn open(
    popup: Popup,
    url: &str,
    channel: &str,
    landed: &dyn Fn(&str) -> bool,
    timeout: f64,
) -> Result<String, FrameFault> {
    let told = Rc::new(RefCell::new(None));
    let news = Signal::default();
    let (inbox, bell) = (told.clone(), news.clone());
    let _subscription = Subscription::start(
        channel,
        Box::new(move |message| {
            inbox.replace(Some(message.to_owned()));
            bell.fire();
        }),
    );
    popup.0.location().replace(url).map_err(|_| FrameFault::Blocked)?;
    let started = Instant::now();
    let mut left_since: Option<Instant> = None;
    loop {
        news.take();
        let seen = told.take().or_else(|| popup.location());
        if let Some(location) = seen.filter(|location| landed(location)) {
            return Ok(location);
        }
        let left = popup.0.closed().unwrap_or(true) && is_here();
        left_since = if left { left_since.or_else(|| Some(Instant::now())) } else { None };
        if left_since.is_some_and(|since| since.elapsed() >= GRACE) {
            return Err(FrameFault::Closed);
        }
        if started.elapsed() >= timeout {
            return Err(if is_offline() { FrameFault::Offline } else { FrameFault::Timeout });
        }
        within(TICK, news.wait()).await;
    }
}

/// True when the person looks at this page.
fn is_here() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.has_focus().unwrap_or(true))
}
