//! `user.session()`: asks the provider for its session.

use std::rc::Rc;

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::http::Request;
use crate::json::{Value, object};
use crate::platform::Platform;
use crate::protocol::authorize::{Fresh, Grant, Transaction};
use crate::protocol::id_token::{Expected, Invalid};
use crate::protocol::session_check::{self, Question, Trust, mismatch};
use crate::protocol::{exchange, landing};
use crate::secret::{AuthorizationCode, RawIdToken};
use crate::text::Text;
use crate::url::Url;

impl<P: Platform> Client<P> {
    /// `user.session()`: with `responseType: 'none'` whether there is a session, which is the stored ID
    /// token's as far as the provider goes by it; with `'id_token'` the claims of whose session it is.
    ///
    /// Asks for a code, since many providers know no other response type: `none` throws it away, and
    /// `id_token` exchanges it. Nothing of that is stored, and nothing revoked, which could end the very
    /// session.
    pub async fn session(&self, options: &Value) -> Result<Value, Error> {
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        let hint = stored.and_then(|tokens| tokens.id_token);
        let wants_claims = options.str("responseType") == Some("id_token");
        let subject = if wants_claims { subject(options)? } else { None };
        let by_fetch = options.str("redirectUri") == Some("");
        if wants_claims && by_fetch {
            return Err(Error::new(
                "missing_redirect_uri",
                Code::ArgumentInvalid,
                Kind::Argument,
                "redirect_uri is required for session check with response_type=id_token",
            ));
        }
        if wants_claims {
            self.require_keys()?;
        } else if hint.is_none() {
            return Err(Error::new(
                "no_id_token_hint",
                Code::NotSignedIn,
                Kind::Argument,
                "response_type=none requires a stored id_token; authenticate first",
            ));
        }
        let response_type = if wants_claims { "id_token" } else { "none" };
        let is_listed = self.metadata.response_types.items().contains(&response_type.into());
        if by_fetch && !is_listed && !self.page.providers.is_am(&self.metadata) {
            let text = "Only AM can be asked without a redirectUri.";
            return Err(Error::new(
                "missing_redirect_uri",
                Code::ArgumentInvalid,
                Kind::Argument,
                text,
            ));
        }
        let direct = by_fetch || (is_listed && options.flag("withoutCode"));
        let transaction = self.to_check(options)?;
        let question = Question {
            response_type: if direct { response_type } else { "code" },
            transaction: &transaction,
            hint: hint.as_ref(),
        };
        let claims = match by_fetch {
            true => self.check_by_fetch(&question).await.map(|()| Value::NULL),
            false => self.check_in_frame(&question, wants_claims, subject).await,
        }?;
        if !by_fetch {
            self.page.sign_ins.note_reached(&self.metadata.issuer);
        }
        let mut session = object!([("responseType", response_type.into())]);
        if wants_claims {
            session.set("claims", claims);
        }
        Ok(session)
    }

    /// The request of a check; it is remembered by the call alone.
    fn to_check(&self, options: &Value) -> Result<Rc<Transaction>, Error> {
        let Fresh { state, nonce, verifier } = self.fresh()?;
        let landing = match options.text("redirectUri") {
            Some(uri) => uri.clone(),
            None => self.config.background_redirect_uri.clone(),
        };
        Ok(Rc::new(Transaction {
            state,
            verifier: Some(verifier),
            nonce: Some(nonce),
            issuer: self.metadata.issuer.clone(),
            client_id: self.client_id().clone(),
            redirect_uri: landing,
            scope: session_check::scope(options.non_empty("scope")),
            resources: Value::NULL,
            max_age: None,
            app_state: Value::NULL,
            created: Some(self.platform().now()),
            answered: None,
        }))
    }

    fn trust(&self) -> Trust {
        Trust {
            is_am: self.page.providers.is_am(&self.metadata),
            has_reached: self.page.sign_ins.has_reached(&self.metadata.issuer),
        }
    }

    /// AM alone answers without a page.
    async fn check_by_fetch(&self, question: &Question<'_>) -> Result<(), Error> {
        let url = question.url(&self.metadata.authorization_endpoint);
        let request = Request::get(url).with_cookies().action("AUTHORIZE");
        session_check::read_fetched(self.send(request).await, self.trust())
    }

    /// Asks in a hidden frame; the claims of whose session it is, where they are wanted.
    async fn check_in_frame(
        &self,
        question: &Question<'_>,
        wants_claims: bool,
        subject: Option<&Text>,
    ) -> Result<Value, Error> {
        let transaction = question.transaction;
        let landed = self.landed(transaction).map_err(|error| {
            let text = "The redirectUri is not a URL.";
            Error::new("session_check_error", error.code(), Kind::Argument, text)
        })?;
        let url = match self.pushes() {
            true => self.push(question.params(), &transaction.client_id).await?,
            false => question.url(&self.metadata.authorization_endpoint),
        };
        let location = self
            .look_in_frame(&url, &landed, self.config.session_timeout, session_check::frame_error)
            .await;
        let location = location.map_err(|failure| {
            failure.into_error(|fault| {
                let text = fault.sentence("An error occurred during session check");
                Error::new("session_check_error", fault.describe().0, Kind::Network, text)
            })
        })?;
        let at: Vec<Url> = Url::parse(&location, None).into_iter().collect();
        let params = at.first().map(landing::params).unwrap_or_default();
        self.fit(transaction).check(&params, &at).map_err(not_ours)?;
        if let Some(error) = session_check::refusal(&params, self.trust()) {
            return Err(error);
        }
        match question.response_type {
            "code" => {
                let code = params.get("code");
                let code = code.ok_or_else(|| session_check::failed(Code::AnswerInvalid))?;
                let code = AuthorizationCode::new(code);
                match wants_claims {
                    true => self.claims_by_code(code, transaction, subject).await,
                    false => Ok(Value::NULL),
                }
            }
            "id_token" => {
                let raw = params.get("id_token").map(RawIdToken::new);
                self.claims_of(raw, self.expected_of(transaction), subject).await
            }
            _ => Ok(Value::NULL),
        }
    }

    /// What the ID token for a code says. The tokens beside it are forgotten at once.
    async fn claims_by_code(
        &self,
        code: AuthorizationCode,
        transaction: &Rc<Transaction>,
        subject: Option<&Text>,
    ) -> Result<Value, Error> {
        let grant = Grant { code, transaction: transaction.clone() };
        let answer = self.send(exchange::request(&self.metadata, &grant)).await;
        let answer = answer.map_err(exchange::unanswered);
        let response = answer.and_then(|answer| exchange::read(&answer, exchange::REFUSAL));
        let response =
            response.map_err(|error| session_check::failed(error.code()).details_of(&error))?;
        let expected = Expected {
            access_token: Some(&response.access_token),
            ..self.expected_of(transaction)
        };
        self.claims_of(response.id_token.clone(), expected, subject).await
    }

    fn expected_of<'a>(&'a self, transaction: &'a Transaction) -> Expected<'a> {
        Expected { nonce: transaction.nonce.as_ref(), ..self.expected() }
    }

    async fn claims_of(
        &self,
        raw: Option<RawIdToken>,
        expected: Expected<'_>,
        subject: Option<&Text>,
    ) -> Result<Value, Error> {
        let raw = raw.ok_or_else(|| {
            let text = "No id_token found in iframe response";
            mismatch("no_id_token", Code::IdTokenMissing, text)
        })?;
        let token = self.verify(&raw, &expected).await.map_err(wrong_token)?;
        if subject.is_some_and(|subject| token.subject != subject) {
            let text = "Subject claim in id_token does not match the expected value";
            return Err(mismatch("subject_mismatch", Code::IdTokenSubject, text));
        }
        Ok(token.claims)
    }
}

/// The documented word for a response that answers something else.
fn not_ours(error: Error) -> Error {
    match error.code() {
        code @ (Code::StateMissing | Code::StateMismatch) => {
            let text = "State parameter in response does not match the expected value";
            mismatch("state_mismatch", code, text)
        }
        Code::AnswerInvalid => session_check::failed(Code::AnswerInvalid),
        _ => error,
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

/// The documented words for an ID token that is not right:
/// docs/decisions.md#the-session-check-keeps-its-own-strings
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
