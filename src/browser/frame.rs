//! The hidden frame of a background authorization.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlIFrameElement;

use super::is_offline;
use super::signal::{Instant, Listener, within};
use crate::flight::Signal;
use crate::platform::FrameFault;

/// The name of our frames, by which a page inside one knows where it is.
const NAME: &str = "journey-oidc-frame";

/// The location is looked at this often, in milliseconds.
const TICK: f64 = 4.0;

/// A page that stays this many milliseconds after it was loaded is not on its way to ours
/// (decision 3).
const GRACE: f64 = 400.0;

/// True inside a frame that [`open`] made.
pub fn is_own() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let nested = window.parent().ok().flatten().is_some_and(|parent| parent != window);
    nested && window.name().is_ok_and(|name| name == NAME)
}

/// Opens `url` and waits until the location is one that `landed` recognises.
pub async fn open(
    url: &str,
    landed: &dyn Fn(&str) -> bool,
    timeout: f64,
) -> Result<String, FrameFault> {
    let loaded = Signal::default();
    let frame = Frame::open(url).map_err(|_| FrameFault::Blocked)?;
    let _listener = Listener::start(&frame.0, "load", &loaded);
    let started = Instant::now();
    let mut foreign_since: Option<Instant> = None;
    loop {
        match frame.location() {
            Some(location) if landed(&location) => return Ok(location),
            Some(location) if location.is_empty() || location.starts_with("about:") => {
                loaded.take();
            }
            // Our own landing is told by its location alone; any other page, once it has loaded.
            _ if loaded.take() => foreign_since = Some(Instant::now()),
            _ => {}
        }
        if foreign_since.is_some_and(|since| since.elapsed() >= GRACE) {
            return Err(if is_offline() {
                FrameFault::Offline
            } else {
                FrameFault::UnexpectedPage
            });
        }
        if started.elapsed() >= timeout {
            return Err(if is_offline() { FrameFault::Offline } else { FrameFault::Timeout });
        }
        within(TICK, loaded.wait()).await;
    }
}

/// The frame in the page; dropping it takes it out.
struct Frame(HtmlIFrameElement);

impl Frame {
    fn open(url: &str) -> Result<Frame, JsValue> {
        let document =
            web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
        let element: HtmlIFrameElement = document.create_element("iframe")?.dyn_into()?;
        for (name, value) in [
            ("name", NAME),
            ("title", "Background sign-in"),
            ("aria-hidden", "true"),
            ("tabindex", "-1"),
            ("hidden", ""),
        ] {
            element.set_attribute(name, value)?;
        }
        element.set_src(url);
        document.body().ok_or(JsValue::NULL)?.append_child(&element)?;
        Ok(Frame(element))
    }

    /// The location; `None` while a page of another origin is shown.
    fn location(&self) -> Option<String> {
        self.0.content_window()?.location().href().ok()
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.remove();
    }
}
