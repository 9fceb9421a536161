//! The one place through which all requests of a page pass.

use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::Value;
use crate::log::Logger;
use crate::platform::Platform;
use crate::url::Url;

/// The client that asks: every request is made in the name of one.
pub struct Caller<P: Platform> {
    /// Where its requests are logged.
    pub log: Logger,
    /// Milliseconds for each of its requests.
    pub timeout: f64,
    /// The app's middleware.
    pub hooks: P::Hooks,
}

/// Sends requests, in the name of a client.
pub struct Sender<P: Platform> {
    platform: &'static P,
}

impl<P: Platform> Sender<P> {
    pub(super) fn new(platform: &'static P) -> Self {
        Sender { platform }
    }

    /// Sends a request: the one place through which all of them pass, and where a DPoP proof
    /// (RFC 9449) would be added.
    pub async fn send(&self, caller: &Caller<P>, request: Request) -> Result<Answer, NetworkFault> {
        let request = self.prepare(caller, request).await?;
        let timeout = request.timeout.unwrap_or(caller.timeout);
        let answer = self.platform.send(request.clone(), timeout, &caller.hooks).await;
        caller.log.exchange(&request, &answer);
        match answer {
            Ok(answer) if !answer.is_ok() => Ok(answer.without_secrets(&request)),
            answer => answer.map_err(|fault| fault.at(&request.url)),
        }
    }

    /// The request as the app's middleware leaves it. What carries a token stays at its origin.
    pub async fn prepare(
        &self,
        caller: &Caller<P>,
        request: Request,
    ) -> Result<Request, NetworkFault> {
        if request.action.is_none() {
            return Ok(request);
        }
        let (bound, url) = (request.carries_token(), request.url.clone());
        let fixed = request.is_of_journey().then(|| request.headers.clone());
        let prepared = self.platform.prepare(request, caller.timeout, &caller.hooks).await;
        let mut prepared = prepared.map_err(NetworkFault::Middleware)?;
        let bound = bound || prepared.carries_token();
        // AM needs its headers as they are: docs/decisions.md#ams-own-headers-win-over-middleware
        for (name, value) in fixed.iter().flat_map(Value::members) {
            prepared.headers.retain(&|other, _| !other.eq_ignore_ascii_case(name));
            prepared.headers.set(name, value.clone());
        }
        if bound {
            // A redirect would take the token elsewhere too.
            prepared.options.retain(&|name, _| name != "redirect");
        }
        if bound && prepared.url != url {
            let read = |url: &str| Url::parse(url, None);
            let goes_there = |after: Url| read(&url).is_some_and(|url| url.is_same_origin(&after));
            if !read(&prepared.url).is_some_and(goes_there) {
                return Err(NetworkFault::OtherOrigin);
            }
        }
        Ok(prepared)
    }
}
