//! The `oidc()` client for JavaScript.

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::{answer, call, member, no_method, plain, text};
use super::{logger, page};
use crate::http::Answer;
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

/// The factory: `{ config, storage?, logger?, hooks?, heard }` to a handle, which `settle` gets.
#[wasm_bindgen(js_name = createOidc)]
pub fn create_oidc(input: JsValue, settle: Function) {
    answer(
        settle,
        Box::pin(async move {
            let config = plain(&member(&input, "config"))?;
            let storage = storage(&member(&input, "storage"))?;
            let log = logger::read(&member(&input, "logger"), &config);
            let hooks = Hooks::read(member(&input, "hooks"));
            let client = Client::create(page(), &config, &storage, log, hooks).await?;
            let core = OidcCore {
                client,
                heard: heard(member(&input, "heard")),
                watch: RefCell::default(),
            };
            core.watch(false);
            Ok(core.into())
        }),
    );
}

/// The `storage` argument, with the number of the app's own storage in it.
fn storage(argument: &JsValue) -> Result<Value, crate::error::Error> {
    let mut storage = object!([]);
    // Not the whole: the app's own storage may hold anything.
    for name in ["type", "prefix", "name"] {
        storage.set(name, plain(&member(argument, name))?);
    }
    let custom = member(argument, "custom");
    let number = custom.is_object().then(|| f64::from(page().platform.register(custom)));
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

    /// Calls the method of this name; its options are the last of its arguments. `settle` gets the
    /// result.
    pub fn call(&self, name: &str, arguments: Array, settle: Function) {
        let client = self.client.clone();
        call(&arguments, settle, |options| {
            let (first, second) = (arguments.get(0), arguments.get(1));
            match name {
                "authorizeUrl" => {
                    Box::pin(async move { client.authorize_url(&options).await.map(Value::from) })
                }
                "authorizeBackground" => {
                    Box::pin(async move { client.authorize_background(&options).await })
                }
                "authorizeRedirect" => Box::pin(async move {
                    client.authorize_redirect(&options).await.map(|()| Value::NULL)
                }),
                "authorizePopup" => {
                    let popup = first.is_object().then(|| Popup::new(first));
                    Box::pin(async move { client.authorize_popup(popup, &options).await })
                }
                "callback" => {
                    let url = text(&first);
                    Box::pin(async move { client.callback(&url).await })
                }
                "exchange" => {
                    let (code, state) = (text(&first), text(&second));
                    // `null`, as `URLSearchParams.get()` says it: the response had none.
                    let iss = member(&arguments.get(2), "iss");
                    let iss = if iss.is_null() { Some(Text::default()) } else { as_text(&iss) };
                    Box::pin(async move { client.exchange(&code, &state, iss.as_deref()).await })
                }
                "get" => Box::pin(async move { client.get(&options).await }),
                "revoke" => Box::pin(async move { client.revoke().await }),
                "userInfo" => Box::pin(async move { client.user_info().await }),
                "userClaims" => Box::pin(async move { client.claims().await }),
                "userSession" => Box::pin(async move { client.session(&options).await }),
                "logout" => Box::pin(async move { client.logout(&options).await }),
                // For a request of the app. The third argument is what this gave for the try before, the
                // options have the `status` that this was answered with, `nonce` and `challenge`, and
                // `proves` if the same token may do with another proof.
                "authorization" => {
                    let (url, method, before) = (text(&first), text(&second), arguments.get(2));
                    let nonce = options.text("nonce").cloned();
                    let answer = Answer {
                        nonce: nonce.clone(),
                        challenge: options.text("challenge").cloned(),
                        ..Answer::new(
                            options.number("status").unwrap_or_default() as u16,
                            Text::default(),
                        )
                    };
                    let wanted = match answer.status {
                        _ if options.flag("proves") => Wanted::AnotherProof(answer),
                        401 => Wanted::AnotherToken,
                        _ => Wanted::Token,
                    };
                    Box::pin(async move {
                        let before = plain(&before)?;
                        client.authorization(&url, &method, nonce.as_ref(), &before, wanted).await
                    })
                }
                _ => Box::pin(ready(Err(no_method()))),
            }
        });
    }

    /// `authorize.callback.matches(url)`
    pub fn matches(&self, url: JsValue) -> bool {
        self.client.matches(&text(&url))
    }

    /// Whether a URL is of one of the `apiOrigins`.
    #[wasm_bindgen(js_name = isApi)]
    pub fn is_api(&self, url: &str) -> bool {
        self.client.is_api(url)
    }

    /// What `token.get()` may be answered with as long as nothing changes; see `pkg/core/lease.js`.
    pub fn lease(&self) -> JsValue {
        self.client.lease().map_or(JsValue::UNDEFINED, |lease| to_js(&lease))
    }

    /// Whether there are tokens that could not be stored: they count more than what is stored.
    #[wasm_bindgen(js_name = isUnsaved)]
    pub fn is_unsaved(&self) -> bool {
        self.client.is_unsaved()
    }
}
