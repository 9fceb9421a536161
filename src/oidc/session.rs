//! `user.session()`: asks the provider about the user's session.

use std::rc::Rc;

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::http::Request;
use crate::json::{Value, object};
use crate::platform::Platform;
use crate::protocol::authorize::{Fresh, Grant, Transaction};
use crate::protocol::id_token::{Expected, Invalid};
use crate::protocol::landing;
use crate::protocol::session_check::{self, Question, Trust, mismatch};
use crate::secret::{AuthorizationCode, RawIdToken};
use crate::text::Text;
use crate::url::Url;

impl<P: Platform> Client<P> {
    /// `user.session()`: with `responseType: 'none'`, whether there is a session, by the stored ID
    /// token as `id_token_hint` where the provider heeds it; with `'id_token'`, the claims of the
    /// session's user.
    ///
    /// The request asks for a code
    /// ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest),
    /// `prompt=none`), since many providers support no other response type. `none` drops the code,
    /// `id_token` exchanges it. The tokens are neither stored nor revoked: a revocation could end the
    /// session.
    ///
    /// # Errors
    /// The documented ones (docs/errors.md), such as `no_id_token_hint`, `missing_redirect_uri`,
    /// `login_required`, `state_mismatch` and `subject_mismatch`; those of the frame, and of the ID
    /// token.
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
            let text =
                "This provider does not answer without a redirectUri. Pass a page of the app.";
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

    /// The request of a check. It is kept in memory until the call ends.
    fn to_check(&self, options: &Value) -> Result<Rc<Transaction>, Error> {
        let Fresh { state, nonce, verifier, .. } = self.fresh()?;
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
            binding: Text::default(),
            max_age: None,
            jkt: None,
            app_state: Value::NULL,
            created: Some(self.platform().now()),
            answered: None,
        }))
    }

    /// How far an answer counts: see [`Trust`].
    fn trust(&self) -> Trust {
        Trust {
            is_am: self.page.providers.is_am(&self.metadata),
            has_reached: self.page.sign_ins.has_reached(&self.metadata.issuer),
        }
    }

    /// Asks by fetch. Only AM answers a request without a `redirect_uri`.
    ///
    /// # Errors
    /// Those of [`session_check::read_fetched`].
    async fn check_by_fetch(&self, question: &Question<'_>) -> Result<(), Error> {
        let url = question.url(&self.metadata.authorization_endpoint);
        let request = Request::get(url).with_cookies().action("AUTHORIZE");
        session_check::read_fetched(self.send(request).await, self.trust())
    }

    /// Asks in a hidden frame; returns the claims of the session's user if they are wanted, else
    /// `null`.
    ///
    /// # Errors
    /// Those of the frame ([`session_check::frame_error`]), of the response's check, of the provider
    /// ([`session_check::refusal`]), and of the ID token.
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

    /// Exchanges the code
    /// ([RFC 6749 section 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)) and returns the
    /// claims of the ID token. Drops the tokens.
    ///
    /// # Errors
    /// The documented one of a session check, with the code of the token request's failure; those of
    /// the ID token.
    async fn claims_by_code(
        &self,
        code: AuthorizationCode,
        transaction: &Rc<Transaction>,
        subject: Option<&Text>,
    ) -> Result<Value, Error> {
        let grant = Grant { code, transaction: transaction.clone() };
        let response = self.token_response(&grant).await;
        let response =
            response.map_err(|error| session_check::failed(error.code()).details_of(&error))?;
        let expected = Expected {
            access_token: Some(&response.access_token),
            ..self.expected_of(transaction)
        };
        self.claims_of(response.id_token.clone(), expected, subject).await
    }

    /// What an ID token is checked against, with the nonce of the request
    /// ([OpenID Connect Core section 15.5.2](https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes)).
    fn expected_of<'a>(&'a self, transaction: &'a Transaction) -> Expected<'a> {
        Expected { nonce: transaction.nonce.as_ref(), ..self.expected() }
    }

    /// The claims of the ID token, verified
    /// ([OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)),
    /// if it is about the expected `subject`.
    ///
    /// # Errors
    /// `no_id_token`, `invalid_jwt`, `nonce_mismatch`, `subject_mismatch`, and the first other rule
    /// that fails.
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

/// The documented error of a response to another request.
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

/// The `sub` of the expected user, if the app passes one.
///
/// # Errors
/// `argument_invalid` for anything but text: it must not count as no expectation.
fn subject(options: &Value) -> Result<Option<&Text>, Error> {
    let mut members = options.members().iter();
    let Some((_, subject)) = members.find(|(name, _)| name == "subject") else {
        return Ok(None);
    };
    subject.as_text().map(Some).ok_or_else(|| {
        let text = "subject must be text: the `sub` of the expected user.";
        Error::new("session_check_error", Code::ArgumentInvalid, Kind::Argument, text)
    })
}

/// The documented error of an ID token that is not valid:
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
