//! Messages between the pages of an origin.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// Hears messages until dropped.
pub struct Subscription(Option<(BroadcastChannel, Callback)>);

type Callback = Closure<dyn FnMut(MessageEvent)>;

impl Subscription {
    /// Listens; without effect where the browser forbids it.
    pub fn start(name: &str, heard: Box<dyn Fn(&str)>) -> Self {
        let Ok(channel) = BroadcastChannel::new(name) else { return Subscription(None) };
        let callback = Callback::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string() {
                heard(&message);
            }
        });
        channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
        Subscription(Some((channel, callback)))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some((channel, _)) = &self.0 {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

/// Tells everyone who listens.
pub fn tell(name: &str, message: &str) {
    if let Ok(channel) = BroadcastChannel::new(name) {
        let _ = channel.post_message(&JsValue::from_str(message));
        channel.close();
    }
}
