//! Sends all requests of a page: middleware, timeout, log, and the rules for requests with secrets.

use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::Value;
use crate::log::Logger;
use crate::page::dpop::Dpop;
use crate::platform::Platform;
use crate::protocol::dpop::Repeated;
use crate::url::Url;

/// The client that sends a request.
pub struct Caller<P: Platform> {
    /// Its log.
    pub log: Logger,
    /// `serverConfig.timeout`: how long each request may take, in milliseconds.
    pub timeout: f64,
    /// The app's middleware.
    pub hooks: P::Hooks,
}

/// Sends the requests of the clients.
pub struct Sender<P: Platform> {
    platform: &'static P,
    dpop: &'static Dpop<P>,
}

impl<P: Platform> Sender<P> {
    pub(super) fn new(platform: &'static P, dpop: &'static Dpop<P>) -> Self {
        Sender { platform, dpop }
    }

    /// Sends a request, after the middleware. One with a DPoP proof is repeated as
    /// [`Sent::again`](crate::protocol::dpop::Sent::again) says, with the same changes of the middleware.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&self, caller: &Caller<P>, request: Request) -> Result<Answer, NetworkFault> {
        let mut request = self.prepare(caller, request).await?;
        let Some(possession) = request.possession.take() else {
            return self.send_once(caller, request).await;
        };
        let mut repeated = Repeated::default();
        loop {
            let proof = self.dpop.prove(&possession, request.method, &request.url).await;
            let proof = proof.ok_or(NetworkFault::KeyLost)?;
            request.headers.retain(&|name, _| !name.eq_ignore_ascii_case("DPoP"));
            request.headers.set("DPoP", proof.text);
            let answer = self.send_once(caller, request.clone()).await?;
            match self.dpop.learn(&possession, &request.url, &proof.with, &answer, repeated) {
                Some(again) => repeated = again,
                None => return Ok(answer),
            }
        }
    }

    async fn send_once(
        &self,
        caller: &Caller<P>,
        request: Request,
    ) -> Result<Answer, NetworkFault> {
        let timeout = request.timeout.unwrap_or(caller.timeout);
        let answer = self.platform.send(request.clone(), timeout, &caller.hooks).await;
        caller.log.exchange(&request, &answer);
        match answer {
            Ok(answer) if !answer.is_ok() => Ok(answer.without_secrets(&request)),
            answer => answer.map_err(|fault| fault.at(&request.url)),
        }
    }

    /// The request as the app's middleware changes it.
    ///
    /// # Errors
    /// [`NetworkFault::Middleware`] where it threw; [`NetworkFault::OtherOrigin`] where it changed the
    /// origin of a request with a token or a password.
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
        // docs/decisions.md#ams-own-headers-win-over-middleware
        for (name, value) in fixed.iter().flat_map(Value::members) {
            prepared.headers.retain(&|other, _| !other.eq_ignore_ascii_case(name));
            prepared.headers.set(name, value.clone());
        }
        if bound {
            // If the middleware had redirects followed, one could take the token to another origin.
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
