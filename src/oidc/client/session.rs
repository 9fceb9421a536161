//! `user.session()`: asks the provider for its session.

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, object};
use crate::oidc::id_token::{Expected, Invalid};
use crate::oidc::session_check::{self, Question, mismatch};
use crate::platform::{Platform, Request};
use crate::secret::{Nonce, RawIdToken, State};
use crate::text::Text;
use crate::url::{Params, Url};

impl<P: Platform> Client<P> {
    /// `user.session()`: with `responseType: 'none'` whether the session of the stored ID token is
    /// still there; with `'id_token'` the claims of whose session it is.
    pub async fn session(&self, options: &Value) -> Result<Value, Error> {
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        let hint = stored.and_then(|tokens| tokens.id_token);
        let redirect_uri =
            options.text("redirectUri").unwrap_or(&self.config.background_redirect_uri);
        let question = Question {
            client_id: &self.config.client_id,
            scope: options.non_empty("scope"),
            redirect_uri: Some(redirect_uri).filter(|uri| !uri.is_empty()),
            hint: hint.as_ref(),
            expected: None,
        };
        match options.str("responseType") {
            Some("id_token") => self.session_by_id_token(question, subject(options)?).await,
            _ => self.session_by_none(question).await,
        }
    }

    async fn session_by_none(&self, question: Question<'_>) -> Result<Value, Error> {
        if question.hint.is_none() {
            return Err(Error::new(
                "no_id_token_hint",
                Code::NotSignedIn,
                Kind::Argument,
                "response_type=none requires a stored id_token; authenticate first",
            ));
        }
        let url = question.url(&self.metadata.authorization_endpoint);
        match question.redirect_uri {
            Some(redirect_uri) => drop(self.ask(&url, redirect_uri).await?),
            None => {
                let request = Request::get(url).with_cookies().action("AUTHORIZE");
                session_check::read_fetched(self.send(request).await)?;
            }
        }
        Ok(object!([("responseType", "none".into())]))
    }

    async fn session_by_id_token(
        &self,
        question: Question<'_>,
        subject: Option<&Text>,
    ) -> Result<Value, Error> {
        let Some(redirect_uri) = question.redirect_uri else {
            return Err(Error::new(
                "missing_redirect_uri",
                Code::ArgumentInvalid,
                Kind::Argument,
                "redirect_uri is required for session check with response_type=id_token",
            ));
        };
        self.require_keys()?;
        let state = State::new(self.random()?);
        let nonce = Nonce::new(self.random()?);
        let question = Question { expected: Some((&state, &nonce)), ..question };
        let url = question.url(&self.metadata.authorization_endpoint);
        let [query, fragment] = self.ask(&url, redirect_uri).await?;
        let answer = |name| fragment.get(name).or_else(|| query.get(name));
        let returned = answer("state");
        if returned != Some(state.reveal()) {
            let code = returned.map_or(Code::StateMissing, |_| Code::StateMismatch);
            let text = "State parameter in response does not match the expected value";
            return Err(mismatch("state_mismatch", code, text));
        }
        let Some(raw) = answer("id_token") else {
            let text = "No id_token found in iframe response";
            return Err(mismatch("no_id_token", Code::IdTokenMissing, text));
        };
        let expected = Expected { nonce: Some(&nonce), ..self.expected() };
        let token = self.verify(&RawIdToken::new(raw), &expected).await.map_err(wrong_token)?;
        if subject.is_some_and(|subject| token.subject != subject) {
            let text = "Subject claim in id_token does not match the expected value";
            return Err(mismatch("subject_mismatch", Code::IdTokenSubject, text));
        }
        Ok(object!([("responseType", "id_token".into()), ("claims", token.claims)]))
    }

    /// Asks in a hidden frame; what came in the query and in the fragment.
    async fn ask(&self, url: &str, redirect_uri: &str) -> Result<[Params; 2], Error> {
        let landing = self.page(redirect_uri).ok_or_else(|| {
            let text = "The redirectUri is not a URL.";
            Error::new("session_check_error", Code::ConfigInvalid, Kind::Argument, text)
        })?;
        let landed = |location: &str| {
            Url::parse(location, None).is_some_and(|url| url.is_same_page(&landing))
        };
        let location = self
            .look_in_frame(url, &landed, self.config.session_timeout, session_check::frame_error)
            .await;
        let location = location.map_err(|fault| {
            fault.unwrap_or_else(|fault| {
                let text = fault.sentence("An error occurred during session check");
                Error::new("session_check_error", fault.describe().0, Kind::Network, text)
            })
        })?;
        let parts = Url::parse(&location, None)
            .map(|url| [Params::parse(url.query()), Params::parse(url.fragment())]);
        let answers = parts.unwrap_or_default();
        match session_check::refusal(&answers) {
            Some(error) => Err(error),
            None => Ok(answers),
        }
    }
}

/// Whose session is expected, if anybody's.
///
/// # Errors
/// `argument_error` for what is no text: it must not pass for no expectation.
fn subject(options: &Value) -> Result<Option<&Text>, Error> {
    let mut members = options.members().iter();
    let Some((_, subject)) = members.find(|(name, _)| name == "subject") else {
        return Ok(None);
    };
    subject.as_text().map(Some).ok_or_else(|| {
        let text = "The option subject must be text: the `sub` of the ID token.";
        Error::new("session_check_error", Code::ArgumentInvalid, Kind::Argument, text)
    })
}

/// The contract's words for an ID token that is not right (decision 5).
fn wrong_token(invalid: Invalid) -> Error {
    match invalid.code() {
        Code::IdTokenMalformed => {
            mismatch("invalid_jwt", invalid.code(), "Failed to decode id_token JWT payload")
        }
        Code::IdTokenNonce => mismatch(
            "nonce_mismatch",
            invalid.code(),
            "Nonce in id_token does not match the expected value",
        ),
        _ => invalid.into_error(Kind::Auth),
    }
}
