//! The `oidc()` client for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{Input, answer, member, plain, promise};
use super::{logger, page_of_all};
use crate::error::Error;
use crate::http::Answer;
use crate::json::{Value, object, to_js};
use crate::oidc::config::{CUSTOM_STORAGE, LEASE_TERMS};
use crate::oidc::{Client, Wanted, Watch};
use crate::page::events::Heard;
use crate::text::Text;
use crate::web::browser::{Browser, Popup};
use crate::web::request::Hooks;

/// A call of an `oidc()` client, which takes an object of plain data: the options, and what is named here.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum OidcCall {
    /// `authorize.url()`
    AuthorizeUrl,
    /// `authorize.background()`
    AuthorizeBackground,
    /// `authorize.redirect()`
    AuthorizeRedirect,
    /// `authorize.callback()`, with `url`.
    Callback,
    /// `token.exchange()`, with `code` and `state`.
    Exchange,
    /// `token.get()`: `{ tokens, lease? }`, see `pkg/entry/lease.js`.
    Get,
    /// `token.revoke()`
    Revoke,
    /// `user.info()`
    UserInfo,
    /// `user.claims()`
    UserClaims,
    /// `user.session()`
    UserSession,
    /// `user.logout()`
    Logout,
    /// What a request of the app is sent with: `url`, `method`, `nonce?`. For another try also `before`, the
    /// result for the last one, and `wants`: `anotherToken`, or `anotherProof` with `status`, `nonce` and
    /// `challenge` of the answer. See [`Wanted`].
    Authorization,
}

/// A handle on one client; `pkg/entry/oidc.js` gives it the documented shape.
#[wasm_bindgen]
pub struct OidcCore {
    client: Rc<Client<Browser>>,
    heard: Heard,
    watch: RefCell<Option<Watch<Browser>>>,
}

async fn open(input: JsValue) -> Result<OidcCore, Error> {
    let config = plain(&member(&input, "config"))?;
    let mut storage = storage(&member(&input, "storage"))?;
    storage.set(LEASE_TERMS, plain(&member(&input, LEASE_TERMS))?);
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

/// The `iss` of a response; empty where it is `null`, as `URLSearchParams.get()` says it: the response had
/// none.
fn iss_of(options: &Value) -> Option<Text> {
    let (_, iss) = options.members().iter().find(|(name, _)| name == "iss")?;
    if iss.is_null() { Some(Text::default()) } else { iss.as_text().cloned() }
}

#[wasm_bindgen]
impl OidcCore {
    /// The factory: `{ config, storage?, leaseTerms?, logger?, hooks?, heard }` to a handle, or the error value.
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

    /// Makes a call.
    pub fn call(&self, call: OidcCall, input: Option<Input>) -> Promise {
        let client = self.client.clone();
        answer(input, move |input| {
            let url = input.text("url").cloned().unwrap_or_default();
            match call {
                OidcCall::AuthorizeUrl => {
                    Box::pin(async move { client.authorize_url(&input).await.map(Value::from) })
                }
                OidcCall::AuthorizeBackground => {
                    Box::pin(async move { client.authorize_background(&input).await })
                }
                OidcCall::AuthorizeRedirect => Box::pin(async move {
                    client.authorize_redirect(&input).await.map(|()| Value::NULL)
                }),
                OidcCall::Callback => Box::pin(async move { client.callback(&url).await }),
                OidcCall::Exchange => Box::pin(async move {
                    let [code, state] =
                        ["code", "state"].map(|name| input.str(name).unwrap_or_default());
                    client.exchange(code, state, iss_of(&input).as_deref()).await
                }),
                OidcCall::Get => Box::pin(async move { client.get_with_lease(&input).await }),
                OidcCall::Revoke => Box::pin(async move { client.revoke().await }),
                OidcCall::UserInfo => Box::pin(async move { client.user_info().await }),
                OidcCall::UserClaims => Box::pin(async move { client.claims().await }),
                OidcCall::UserSession => Box::pin(async move { client.session(&input).await }),
                OidcCall::Logout => Box::pin(async move { client.logout(&input).await }),
                OidcCall::Authorization => Box::pin(async move {
                    let (method, nonce) = (input.str("method"), input.text("nonce"));
                    let status = input.number("status").unwrap_or_default() as u16;
                    let wanted = match input.str("wants") {
                        Some("anotherProof") => Wanted::AnotherProof(Answer {
                            nonce: nonce.cloned(),
                            challenge: input.text("challenge").cloned(),
                            ..Answer::new(status, Text::default())
                        }),
                        Some("anotherToken") => Wanted::AnotherToken,
                        _ => Wanted::Token,
                    };
                    let method = method.unwrap_or_default();
                    client.authorization(&url, method, nonce, input.at("before"), wanted).await
                }),
            }
        })
    }

    /// `authorize.popup()`, in a window that is open.
    #[wasm_bindgen(js_name = authorizePopup)]
    pub fn authorize_popup(&self, window: JsValue, options: Option<Input>) -> Promise {
        let (client, popup) = (self.client.clone(), window.is_object().then(|| Popup::new(window)));
        answer(options, move |options| {
            Box::pin(async move { client.authorize_popup(popup, &options).await })
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
