//! The `oidc()` client for JavaScript.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{member, plain, promise, text};
use super::{context, logger};
use crate::browser::Browser;
use crate::json::to_js;
use crate::oidc::client::Client;

/// A handle on one client; `pkg/oidc.js` gives it the documented shape.
#[wasm_bindgen]
pub struct OidcCore(Rc<Client<Browser>>);

/// The factory: `{ config, storage?, logger? }` to a handle.
#[wasm_bindgen(js_name = createOidc)]
pub fn create_oidc(input: JsValue) -> Promise {
    promise(
        &JsValue::UNDEFINED,
        Box::pin(async move {
            let config = plain(&member(&input, "config"))?;
            let storage = plain(&member(&input, "storage"))?;
            let log = logger::read(&member(&input, "logger"), &config);
            let client = Client::create(context(), &config, &storage, log).await?;
            Ok(OidcCore(client).into())
        }),
    )
}

#[wasm_bindgen]
impl OidcCore {
    /// `authorize.url(options?)`
    #[wasm_bindgen(js_name = authorizeUrl)]
    pub fn authorize_url(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        promise(&options, Box::pin(async move { Ok(client.authorize_url(&plain?).await?.into()) }))
    }

    /// `authorize.background(options?)`
    #[wasm_bindgen(js_name = authorizeBackground)]
    pub fn authorize_background(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        promise(
            &options,
            Box::pin(async move { Ok(to_js(&client.authorize_background(&plain?).await?)) }),
        )
    }

    /// `token.exchange(code, state, options?)`
    pub fn exchange(&self, code: JsValue, state: JsValue, options: JsValue) -> Promise {
        let client = self.0.clone();
        let iss = member(&options, "iss").as_string();
        let work = async move {
            Ok(to_js(&client.exchange(&text(&code), &text(&state), iss.as_deref()).await?))
        };
        promise(&options, Box::pin(work))
    }

    /// `token.get(options?)`
    pub fn get(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        promise(&options, Box::pin(async move { Ok(to_js(&client.get(&plain?).await?)) }))
    }

    /// `token.revoke(options?)`
    pub fn revoke(&self, options: JsValue) -> Promise {
        let client = self.0.clone();
        promise(&options, Box::pin(async move { Ok(to_js(&client.revoke().await?)) }))
    }

    /// `user.info(options?)`
    #[wasm_bindgen(js_name = userInfo)]
    pub fn user_info(&self, options: JsValue) -> Promise {
        let client = self.0.clone();
        promise(&options, Box::pin(async move { Ok(to_js(&client.user_info().await?)) }))
    }

    /// `user.logout(options?)`
    pub fn logout(&self, options: JsValue) -> Promise {
        let client = self.0.clone();
        promise(&options, Box::pin(async move { Ok(to_js(&client.logout().await?)) }))
    }
}
