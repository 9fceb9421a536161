//! The `oidc()` client for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{Options, call, member, plain, promise, text};
use super::{logger, page_of_all};
use crate::error::Error;
use crate::json::{Value, object, to_js};
use crate::oidc::config::CUSTOM_STORAGE;
use crate::oidc::{Client, Wanted, Watch};
use crate::page::events::Heard;
use crate::text::{Text, as_text};
use crate::web::browser::{Browser, Popup};
use crate::web::request::Hooks;

/// A handle on one client; `pkg/entry/oidc.js` gives it the documented shape.
#[wasm_bindgen]
pub struct OidcCore {
    client: Rc<Client<Browser>>,
    heard: Heard,
    watch: RefCell<Option<Watch<Browser>>>,
}

async fn open(input: JsValue) -> Result<OidcCore, Error> {
    let config = plain(&member(&input, "config"))?;
    let storage = storage(&member(&input, "storage"))?;
    let log = logger::read(&member(&input, "logger"), &config);
    let hooks = Hooks::read(member(&input, "hooks"));
    let client = Client::create(page_of_all(), &config, &storage, log, hooks).await?;
    let heard = heard(member(&input, "heard"));
    let core = OidcCore { client, heard, watch: RefCell::default() };
    core.watch(false);
    Ok(core)
}

/// The `storage` argument, with the number of the app's own storage in it.
fn storage(argument: &JsValue) -> Result<Value, Error> {
    let mut storage = object!([]);
    // Not the whole: the app's own storage may hold anything.
    for name in ["type", "prefix", "name"] {
        storage.set(name, plain(&member(argument, name))?);
    }
    let custom = member(argument, "custom");
    let number = custom.is_object().then(|| f64::from(page_of_all().platform.register(custom)));
    storage.set(CUSTOM_STORAGE, Value::from(number));
    Ok(storage)
}

fn heard(function: JsValue) -> Heard {
    let function: Option<Function> = function.dyn_into().ok();
    Rc::new(move |event| {
        // The function calls the app's listeners later, and never throws.
        let _ = function.as_ref().map(|heard| heard.call1(&JsValue::UNDEFINED, &to_js(event)));
    })
}

#[wasm_bindgen]
impl OidcCore {
    /// The factory: `{ config, storage?, logger?, hooks?, heard }` to a handle, or the error value.
    pub fn create(input: JsValue) -> Promise {
        promise(Box::pin(async move { Ok(open(input).await?.into()) }))
    }

    /// Begins to hear of events, or ends that: while there are listeners, or tokens are to be
    /// renewed ahead of time.
    pub fn watch(&self, wanted: bool) {
        let wanted = wanted || self.client.auto_renews();
        if wanted != self.watch.borrow().is_some() {
            let watch = wanted.then(|| self.client.watch(self.heard.clone()));
            drop(self.watch.replace(watch));
        }
    }

    /// `authorize.url()`
    #[wasm_bindgen(js_name = authorizeUrl)]
    pub fn authorize_url(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| {
            Box::pin(async move { client.authorize_url(&options).await.map(Value::from) })
        })
    }

    /// `authorize.background()`
    #[wasm_bindgen(js_name = authorizeBackground)]
    pub fn authorize_background(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| Box::pin(async move { client.authorize_background(&options).await }))
    }

    /// `authorize.redirect()`
    #[wasm_bindgen(js_name = authorizeRedirect)]
    pub fn authorize_redirect(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| {
            Box::pin(async move { client.authorize_redirect(&options).await.map(|()| Value::NULL) })
        })
    }

    /// `authorize.callback()`
    pub fn callback(&self, url: &str, options: Option<Options>) -> Promise {
        let (client, url) = (self.client.clone(), Text::from(url));
        call(options, |_| Box::pin(async move { client.callback(&url).await }))
    }

    /// `token.exchange()`
    pub fn exchange(&self, code: &JsValue, state: &JsValue, options: Option<Options>) -> Promise {
        let (client, code, state) = (self.client.clone(), text(code), text(state));
        // `null`, as `URLSearchParams.get()` says it: the response had none.
        let iss = options.as_ref().map(|options| member(options, "iss")).unwrap_or_default();
        let iss = if iss.is_null() { Some(Text::default()) } else { as_text(&iss) };
        call(options, |_| {
            Box::pin(async move { client.exchange(&code, &state, iss.as_deref()).await })
        })
    }

    /// `token.get()`: `{ tokens, lease? }`, see `pkg/core/lease.js`.
    pub fn get(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| Box::pin(async move { client.get_with_lease(&options).await }))
    }

    /// `token.revoke()`
    pub fn revoke(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |_| Box::pin(async move { client.revoke().await }))
    }

    /// `user.info()`
    #[wasm_bindgen(js_name = userInfo)]
    pub fn user_info(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |_| Box::pin(async move { client.user_info().await }))
    }

    /// `user.claims()`
    #[wasm_bindgen(js_name = userClaims)]
    pub fn user_claims(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |_| Box::pin(async move { client.claims().await }))
    }

    /// `user.session()`
    #[wasm_bindgen(js_name = userSession)]
    pub fn user_session(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| Box::pin(async move { client.session(&options).await }))
    }

    /// `user.logout()`
    pub fn logout(&self, options: Option<Options>) -> Promise {
        let client = self.client.clone();
        call(options, |options| Box::pin(async move { client.logout(&options).await }))
    }

    /// `authorize.popup()`, in a window that is open.
    #[wasm_bindgen(js_name = authorizePopup)]
    pub fn authorize_popup(&self, window: JsValue, options: Option<Options>) -> Promise {
        let (client, popup) = (self.client.clone(), window.is_object().then(|| Popup::new(window)));
        call(options, |options| {
            Box::pin(async move { client.authorize_popup(popup, &options).await })
        })
    }

    /// What a request of `oidcClient.fetch()` is sent with. `before` is what this was for its first try,
    /// `refused` whether that was refused.
    pub fn authorization(
        &self,
        url: &str,
        before: &JsValue,
        refused: bool,
        options: Option<Options>,
    ) -> Promise {
        let (client, url, before) = (self.client.clone(), Text::from(url), plain(before));
        let wanted = if refused { Wanted::AnotherToken } else { Wanted::Token };
        call(options, |_| {
            Box::pin(async move { client.authorization(&url, &before?, wanted).await })
        })
    }

    /// `authorize.callback.matches(url)`
    pub fn matches(&self, url: &str) -> bool {
        self.client.matches(url)
    }

    /// Whether a URL is of one of the `apiOrigins`.
    #[wasm_bindgen(js_name = isApi)]
    pub fn is_api(&self, url: &str) -> bool {
        self.client.is_api(url)
    }

    /// Whether there are tokens that could not be stored: they count more than what is stored.
    #[wasm_bindgen(js_name = isUnsaved)]
    pub fn is_unsaved(&self) -> bool {
        self.client.is_unsaved()
    }
}
