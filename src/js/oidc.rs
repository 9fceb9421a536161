//! The `oidc()` client for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{member, plain, promise, text};
use super::{context, logger};
use crate::browser::Browser;
use crate::browser::hooks::Hooks;
use crate::browser::popup::Popup;
use crate::event::Heard;
use crate::json::{Value, object, to_js};
use crate::oidc::client::{Client, Watch};
use crate::oidc::config::CUSTOM_STORAGE;

/// A handle on one client; `pkg/oidc.js` gives it the documented shape.
#[wasm_bindgen]
pub struct OidcCore {
    client: Rc<Client<Browser>>,
    heard: Heard,
    watch: RefCell<Option<Watch<Browser>>>,
}

/// The factory: `{ config, storage?, logger?, hooks?, heard }` to a handle.
#[wasm_bindgen(js_name = createOidc)]
pub fn create_oidc(input: JsValue) -> Promise {
    promise(
        &JsValue::UNDEFINED,
        Box::pin(async move {
            let config = plain(&member(&input, "config"))?;
            let storage = storage(&member(&input, "storage"))?;
            let log = logger::read(&member(&input, "logger"), &config);
            let hooks = Hooks::read(&member(&input, "hooks"));
            let client = Client::create(context(), &config, &storage, log, hooks).await?;
            let core = OidcCore {
                client,
                heard: heard(member(&input, "heard")),
                watch: RefCell::default(),
            };
            core.watch(false);
            Ok(core.into())
        }),
    )
}

/// The `storage` argument, with the number of the app's own storage in it.
fn storage(argument: &JsValue) -> Result<Value, crate::error::Error> {
    let mut storage = object([]);
    // Not the whole: the app's own storage may hold anything.
    for name in ["type", "prefix", "name"] {
        storage.set(name, plain(&member(argument, name))?);
    }
    let custom = member(argument, "custom");
    let number = custom.is_object().then(|| f64::from(context().platform.register(custom)));
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
    /// Begins to hear of events, or ends that: while there are listeners, or tokens are to be
    /// renewed ahead of time.
    pub fn watch(&self, wanted: bool) {
        let wanted = wanted || self.client.auto_renews();
        if wanted != self.watch.borrow().is_some() {
            let watch = wanted.then(|| self.client.watch(self.heard.clone()));
            drop(self.watch.replace(watch));
        }
    }

    /// `authorize.url(options?)`
    #[wasm_bindgen(js_name = authorizeUrl)]
    pub fn authorize_url(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.client.clone(), plain(&options));
        promise(&options, Box::pin(async move { Ok(client.authorize_url(&plain?).await?.into()) }))
    }

    /// `authorize.background(options?)`
    #[wasm_bindgen(js_name = authorizeBackground)]
    pub fn authorize_background(&self, options: JsValue) -> Promise {
        self.call(options, async |client, options| client.authorize_background(&options).await)
    }

    /// `authorize.redirect(options?)`
    #[wasm_bindgen(js_name = authorizeRedirect)]
    pub fn authorize_redirect(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.client.clone(), plain(&options));
        let work = async move {
            client.authorize_redirect(&plain?).await?;
            Ok(JsValue::UNDEFINED)
        };
        promise(&options, Box::pin(work))
    }

    /// `authorize.popup(options?)`, with the window that the click has opened.
    #[wasm_bindgen(js_name = authorizePopup)]
    pub fn authorize_popup(&self, window: JsValue, options: JsValue) -> Promise {
        // `instanceof` is wrong for the window of another page.
        let popup = window.is_object().then(|| Popup(window.unchecked_into()));
        self.call(options, async |client, options| client.authorize_popup(popup, &options).await)
    }

    /// `authorize.callback(url?)`
    pub fn callback(&self, url: JsValue, options: JsValue) -> Promise {
        let url = text(&url);
        self.call(options, async move |client, _| client.callback(&url).await)
    }

    /// `authorize.callback.matches(url)`
    pub fn matches(&self, url: JsValue) -> bool {
        self.client.matches(&text(&url))
    }

    /// `token.exchange(code, state, options?)`
    pub fn exchange(&self, code: JsValue, state: JsValue, options: JsValue) -> Promise {
        let (code, state) = (text(&code), text(&state));
        // `null`, as `URLSearchParams.get()` says it: the response had none.
        let iss = member(&options, "iss");
        let iss = if iss.is_null() { Some(String::new()) } else { iss.as_string() };
        self.call(options, async move |client, _| {
            client.exchange(&code, &state, iss.as_deref()).await
        })
    }

    /// `token.get(options?)`
    pub fn get(&self, options: JsValue) -> Promise {
        self.call(options, async |client, options| client.get(&options).await)
    }

    /// What `token.get()` may be answered with as long as nothing changes; see `src/js/lease.js`.
    pub fn lease(&self) -> JsValue {
        self.client.lease().map_or(JsValue::UNDEFINED, |lease| to_js(&lease))
    }

    /// Whether there are tokens that could not be stored: they count more than what is stored.
    #[wasm_bindgen(js_name = isUnsaved)]
    pub fn is_unsaved(&self) -> bool {
        self.client.is_unsaved()
    }

    /// `token.revoke(options?)`
    pub fn revoke(&self, options: JsValue) -> Promise {
        self.call(options, async |client, _| client.revoke().await)
    }

    /// `user.info(options?)`
    #[wasm_bindgen(js_name = userInfo)]
    pub fn user_info(&self, options: JsValue) -> Promise {
        self.call(options, async |client, _| client.user_info().await)
    }

    /// `user.claims(options?)`
    #[wasm_bindgen(js_name = userClaims)]
    pub fn user_claims(&self, options: JsValue) -> Promise {
        self.call(options, async |client, _| client.claims().await)
    }

    /// `user.session(options?)`
    #[wasm_bindgen(js_name = userSession)]
    pub fn user_session(&self, options: JsValue) -> Promise {
        self.call(options, async |client, options| client.session(&options).await)
    }

    /// `user.logout(options?)`
    pub fn logout(&self, options: JsValue) -> Promise {
        self.call(options, async |client, options| client.logout(&options).await)
    }

    /// The `Authorization` header for a request of `oidcClient.fetch()`, or nothing; `refused` is the
    /// one that the API did not accept.
    pub fn authorization(&self, url: JsValue, refused: JsValue, options: JsValue) -> Promise {
        let (url, refused) = (text(&url), refused.as_string());
        self.call(options, async move |client, _| {
            client.authorization(&url, refused.as_deref()).await.map(Value::from)
        })
    }
}

impl OidcCore {
    /// A call whose options are plain data and whose result is too.
    fn call<F>(&self, options: JsValue, work: F) -> Promise
    where
        F: AsyncFnOnce(Rc<Client<Browser>>, Value) -> Result<Value, crate::error::Error> + 'static,
    {
        let (client, plain) = (self.client.clone(), plain(&options));
        promise(&options, Box::pin(async move { Ok(to_js(&work(client, plain?).await?)) }))
    }
}
