//! The `journey()` client: starts, continues and ends journeys of PingAM, stores the session, and
//! undoes it on a sign-out.

use std::rc::Rc;

use crate::am::endpoints::{Endpoints, params};
use crate::am::redirect::{self, Return};
use crate::am::session::{Call, Token, unconfirmed};
use crate::am::step::{self, Outcome};
use crate::done::Done;
use crate::error::{Code, Error, Kind};
use crate::http::Request;
use crate::journey::config::{Config, ignored};
use crate::json::{Value, object};
use crate::log::Logger;
use crate::oidc::config::{DEFAULT_FRAME_TIMEOUT, warn_of_unreadable};
use crate::oidc::{LocalSignOut, storage_error};
use crate::page::Page;
use crate::page::am_session;
use crate::page::follow::follow_sign_outs;
use crate::page::providers::AmSettings;
use crate::page::sender::Caller;
use crate::page::sign_outs::SignOutBy;
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::revoke;
use crate::storage::{Area, JOURNEY_STEP};
use crate::task::Flights;
use crate::text::Join;
use crate::url::Url;

/// A `journey()` client of one realm of AM.
pub struct Client<P: Platform> {
    page: &'static Page<P>,
    config: Config,
    endpoints: Endpoints,
    metadata: Rc<Metadata>,
    caller: Rc<Caller<P>>,
    /// The calls of `terminate()` in progress: overlapping calls share one.
    endings: Flights,
}

impl<P: Platform> Client<P> {
    /// Makes a client: checks the configuration, fetches the metadata, and derives AM's endpoints from
    /// it.
    ///
    /// # Errors
    /// `config_invalid`, `insecure_context`, `inside_own_frame`, and those of
    /// [`discovery::for_journey`]. The message is the one that the factory throws.
    pub async fn create(
        page: &'static Page<P>,
        config: &Value,
        log: Logger,
        hooks: P::Hooks,
    ) -> Result<Rc<Self>, Error> {
        let names = ignored(config);
        if !names.is_empty() {
            log.warn(&["The following configuration properties are not used by journey-client and will be ignored: ", &names.joined_by(", ")].joined());
        }
        warn_of_unreadable(config, &log);
        let config = Config::read(config).inspect_err(|error| log.error(error.message()))?;
        let caller = Rc::new(Caller { log, timeout: config.timeout, hooks });
        let client = Self::connect(page, config, caller.clone()).await;
        client.inspect_err(|error| caller.log.error(error.message()))
    }

    /// The part of [`Client::create`] whose errors are logged in one place.
    async fn connect(
        page: &'static Page<P>,
        config: Config,
        caller: Rc<Caller<P>>,
    ) -> Result<Rc<Self>, Error> {
        page.check_surroundings()?;
        let metadata = page.providers.metadata(&caller, &config.source).await;
        let metadata = metadata.map_err(|fault| discovery::for_journey(&fault))?;
        let endpoints = Endpoints::of(&metadata, &config.paths)?;
        let (paths, cookie_name) = (config.paths.clone(), config.cookie_name.clone());
        page.providers.note_am(&metadata.issuer, AmSettings { paths, cookie_name });
        am_session::adopt(page, &caller, &metadata.issuer).await;
        follow_sign_outs(page, &metadata.issuer);
        Ok(Rc::new(Client {
            page,
            config,
            endpoints,
            metadata,
            caller,
            endings: Flights::default(),
        }))
    }

    /// `start()`: starts the journey that `options.journey` names, or the realm's default one, and
    /// returns its first step. Waits for a sign-out in progress.
    ///
    /// # Errors
    /// Those of [`step::read`]; `signed_out` and the like after a sign-out.
    pub async fn start(&self, options: &Value) -> Result<Value, Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        let request = step::start(&self.endpoints, options.str("journey"), query(options));
        self.send(request).await
    }

    /// `next()`: submits a step, given as the JSON text of its payload, and returns the next.
    /// Overlapping calls with the same step share one request.
    ///
    /// # Errors
    /// Those of [`step::next`] and [`step::read`].
    pub async fn next(self: &Rc<Self>, payload: &str, options: &Value) -> Result<Value, Error> {
        let request = step::next(&self.endpoints, payload, query(options))?;
        let name = [&*request.url, " ", payload].joined();
        let client = self.clone();
        let work = Box::pin(async move { client.send(request).await });
        self.page.exchanges.share(self.page.platform, &name, work).await
    }

    /// `redirect()`: stores the step, and navigates to the URL of its `RedirectCallback`, by GET or,
    /// with `redirectMethod: 'POST'`, by submitting a form. With `navigate: false` it returns the URL
    /// instead.
    ///
    /// # Errors
    /// Those of [`redirect::check`].
    pub async fn redirect(
        &self,
        payload: &str,
        url: &str,
        form: Option<&Value>,
        options: &Value,
    ) -> Result<Value, Error> {
        let platform = &self.page.platform;
        let target = redirect::check(url, platform.base_url().as_deref())?;
        let issuer = &self.metadata.issuer;
        if let Some(record) = redirect::to_record(payload, &target, form, issuer, platform.now())
            && let Err(fault) = platform.write(Area::Session, JOURNEY_STEP, &record)
        {
            // Without a stored step the user can still go on: after the return the journey starts
            // again.
            self.caller
                .log
                .warn(&["Failed to persist step before redirect. ", fault.advice()].joined());
        }
        if options.get("navigate").and_then(Value::as_bool) == Some(false) {
            return Ok(target.href().into());
        }
        match form {
            Some(form) => platform.submit(target.href(), &params(form)),
            None => platform.navigate(target.href()),
        }
        Ok(Value::NULL)
    }

    /// `resume()`: continues the journey after the user has returned, by the parameters of the URL.
    ///
    /// # Errors
    /// Those of [`redirect::resume`], and those of a step.
    pub async fn resume(self: &Rc<Self>, url: &str, options: &Value) -> Result<Value, Error> {
        let platform = &self.page.platform;
        let url = Url::parse(url, None).ok_or_else(redirect::no_url)?;
        let stored = platform.read(Area::Session, JOURNEY_STEP);
        let journey = options.non_empty("journey");
        let issuer = &self.metadata.issuer;
        let next = redirect::resume(&url, journey, &stored, issuer, platform.now());
        let query = redirect::query(&url).merged(options.at("query"));
        let options = object!([("query", query)]);
        let (outcome, used_up) = match next {
            Ok(Return::Start(journey)) => {
                let mut options = options;
                options.set("journey", journey);
                return self.start(&options).await;
            }
            // After a failure that may pass, the same URL can be resumed again.
            Ok(Return::Step(step)) => {
                let outcome = self.next(&step, &options).await;
                let used_up = !outcome.as_ref().is_err_and(Error::is_passing);
                (outcome, used_up)
            }
            Err(error) => {
                let is_junk = error.code() == Code::StateUnknown;
                (Err(error), is_junk)
            }
        };
        if used_up {
            let _ = platform.remove(Area::Session, JOURNEY_STEP);
        }
        outcome
    }

    /// `session.get()`: what is stored of the session, if there is one.
    pub fn session(&self) -> Option<Value> {
        am_session::get(self.page, &self.metadata.issuer)
    }

    /// `session.info()`: what AM knows of the session.
    ///
    /// # Errors
    /// Those of [`am_session::info`].
    pub async fn session_info(&self) -> Result<Value, Error> {
        let token = self.session_token();
        let call = Call { endpoints: &self.endpoints, query: &Value::NULL, token: token.as_ref() };
        am_session::info(self.page, &self.caller, call).await
    }

    /// The session token, if the app has it sent in a header.
    fn session_token(&self) -> Option<Token> {
        let header = self.config.cookie_name.as_ref();
        am_session::token(self.page, &self.metadata.issuer, header)
    }

    /// Sends a request of a journey. Stores the session if it is a success.
    async fn send(&self, request: Request) -> Result<Value, Error> {
        let request = match self.session_token() {
            Some(token) => token.put_into(request),
            None => request,
        };
        // Also where only the browser's cookie has it.
        let token = self.session().and_then(|session| session.text("tokenId").cloned());
        let request = request.hiding(token);
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let outcome = step::read(self.page.sender.send(&self.caller, request).await)?;
        if let Outcome::Success(payload) = &outcome {
            self.page.refusals.forget_no_user();
            let issuer = &self.metadata.issuer;
            // A session from before a sign-out is not stored.
            if self.page.sign_outs.count(issuer) == sign_outs {
                am_session::keep(self.page, &self.caller, issuer, self.config.session, payload)
                    .await;
            }
        }
        Ok(outcome.into_value())
    }

    /// `terminate()`: deletes the session and the tokens of this issuer, except those of another user where
    /// [it is known](am_session::user) whose the session is; revokes the tokens
    /// ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)), and ends the session on the server. Each
    /// part is tried, whether or not others fail. Overlapping calls are one.
    ///
    /// # Errors
    /// `terminate_failed`, with `parts: { session, tokens }`: each the error of that part, or `null`.
    pub async fn terminate(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let (client, query) = (self.clone(), query(options).clone());
        let work = Box::pin(async move { client.terminate_once(&query).await });
        self.endings.share(self.page.platform, "terminate", work).await
    }

    async fn terminate_once(&self, query: &Value) -> Result<Value, Error> {
        let _guard = self.page.sign_outs.begin(&self.metadata.issuer, SignOutBy::Requests);
        let token = self.session_token();
        let user = am_session::user(self.page, &self.metadata.issuer);
        let _ = self.page.platform.remove(Area::Session, JOURNEY_STEP);
        let forgotten = am_session::forget(self.page, &self.metadata.issuer);
        let wait = self.caller.timeout + DEFAULT_FRAME_TIMEOUT;
        let sign_out = LocalSignOut::begin(self.page, &self.metadata.issuer, user, wait).await;
        let forgotten =
            forgotten.map_err(|fault| storage_error(fault, Area::Session, "Removing_error"));
        let call = Call { endpoints: &self.endpoints, query, token: token.as_ref() };
        let session = match am_session::end(self.page, &self.caller, call).await {
            Ok(Done::Yes) => Ok(()),
            Ok(_) => Err(unconfirmed()),
            Err(error) => Err(error),
        };
        let revoked = sign_out.revoke(self.page, &self.caller, &self.metadata).await;
        let revoked = revoke::part(revoked).map(drop);
        let tokens = sign_out.forgotten().and(forgotten.map(drop)).and(revoked);
        let Some(first) = session.as_ref().err().or(tokens.as_ref().err()) else {
            return Ok(Value::NULL);
        };
        let text = match &session {
            Err(error) => error.message().to_owned(),
            Ok(()) => "Failed to terminate session: the session has ended, and its tokens could not all be revoked".into(),
        };
        let error =
            Error::new("terminate_failed", first.code(), Kind::Network, text).details_of(first);
        let part =
            |outcome: Result<(), Error>| outcome.err().map_or(Value::NULL, Error::into_value);
        Err(error.with("parts", object!([("session", part(session)), ("tokens", part(tokens))])))
    }
}

fn query(options: &Value) -> &Value {
    options.at("query")
}
