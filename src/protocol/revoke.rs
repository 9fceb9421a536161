//! Token revocation: [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009).

use crate::done::{Done, Part};
use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::parse;
use crate::protocol::oauth_error;
use crate::url::Params;

/// The request ([section 2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)), which is sent even
/// when the page is left. It has no `token_type_hint`, which is optional: servers must find the token
/// without it.
pub fn request(endpoint: &str, client_id: &str, token: &str) -> Request {
    let mut form = Params::new();
    form.set("client_id", client_id);
    form.set("token", token);
    Request::post(endpoint, Body::Form(form)).keepalive().action("REVOKE")
}

/// Reads the answer ([section 2.2](https://www.rfc-editor.org/rfc/rfc7009#section-2.2)). A success status
/// is enough: the body has no meaning.
///
/// # Errors
/// The code of the provider's error, `http_error`, or the code of the network fault.
pub fn read(answer: Result<Answer, NetworkFault>) -> Result<(), Error> {
    const FAILURE: &str = "Token revocation failure";
    const SENTENCE: &str = "An error occurred while revoking the token";
    match answer {
        Ok(answer) if answer.is_ok() => Ok(()),
        Ok(answer) => {
            let json = parse(&answer.body);
            let code = oauth_error::code_of(&answer, json.as_ref());
            Err(Error::new(FAILURE, code, Kind::Auth, oauth_error::explain(SENTENCE, code))
                .status(f64::from(answer.status))
                .cause(oauth_error::cause(json.as_ref())))
        }
        Err(fault) => {
            let (code, status) = fault.describe();
            Err(Error::new(FAILURE, code, Kind::Auth, fault.sentence(SENTENCE)).status(status))
        }
    }
}

/// Whether a request that was refused so may succeed with a DPoP proof
/// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
pub fn may_want_proof(error: &Error) -> bool {
    matches!(error.http_status(), Some(400.0 | 401.0))
        && matches!(
            error.code(),
            Code::InvalidDpopProof | Code::UseDpopNonce | Code::InvalidRequest
        )
}

/// The outcome for all tokens of one grant, from those for each token, the refresh token's first. A
/// server that has revoked the refresh token has revoked the access token too
/// ([section 2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)). Some answer with an OAuth error
/// to the request for the access token then, which is no failure.
pub fn of_grant(outcomes: Vec<Result<(), Error>>) -> Result<(), Error> {
    let mut worst = Ok(());
    let mut is_revoked = false;
    for outcome in outcomes {
        match outcome {
            Ok(()) => is_revoked = true,
            Err(error) if is_revoked && oauth_error::is_refusal(error.code()) => {}
            Err(error) => worst = worse(worst, Err(error)),
        }
    }
    worst
}

/// The worse of two outcomes: a failure is worse than the refusal of a provider that does not revoke for
/// this client, and that is worse than a success.
pub fn worse(one: Result<(), Error>, other: Result<(), Error>) -> Result<(), Error> {
    let is_mild = one.as_ref().err().is_none_or(|error| refuses_client(error.code()));
    match &other {
        Err(_) if is_mild && one.is_ok() => other,
        Err(error) if is_mild && !refuses_client(error.code()) => other,
        _ => one,
    }
}

/// Whether the provider does not revoke tokens of public clients, or of this type. A sign-out can do
/// nothing about that, and does not fail.
fn refuses_client(code: Code) -> bool {
    matches!(code, Code::InvalidClient | Code::UnauthorizedClient | Code::UnsupportedTokenType)
}

/// The outcome of a revocation as a part of a sign-out.
pub fn part(outcome: Result<(), Error>) -> Part {
    match outcome {
        Ok(()) => Ok((Done::Yes, None)),
        Err(error) if refuses_client(error.code()) => Ok((Done::No, Some(error.code()))),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<(), Error> {
        read(Ok(Answer::new(status, body.into())))
    }

    #[test]
    fn what_is_confirmed() {
        assert!(answered(200, "").is_ok());
        for (status, body) in [(302, ""), (401, ""), (404, ""), (500, "")] {
            assert!(answered(status, body).is_err(), "{status}");
        }
    }

    #[test]
    fn an_access_token_that_went_with_its_refresh_token_is_no_failure() {
        let gone = || answered(400, r#"{"error":"invalid_request"}"#);
        assert_eq!(of_grant(vec![Ok(()), gone()]), Ok(()));
        assert!(of_grant(vec![gone(), Ok(())]).is_err(), "the refresh token's own failure is one");
        assert!(of_grant(vec![gone()]).is_err());
        for failure in [answered(503, ""), read(Err(NetworkFault::Failed))] {
            assert!(of_grant(vec![Ok(()), failure]).is_err());
        }
    }

    #[test]
    fn a_provider_that_does_not_revoke_for_public_clients_fails_no_sign_out() {
        for error in ["invalid_client", "unauthorized_client", "unsupported_token_type"] {
            let refused = || answered(400, &format!(r#"{{"error":"{error}"}}"#));
            let code = oauth_error::code(error);
            assert_eq!(part(of_grant(vec![refused(), refused()])), Ok((Done::No, Some(code))));
            let failed = answered(503, "");
            assert_eq!(worse(refused(), failed.clone()), failed);
            assert_eq!(worse(failed.clone(), refused()), failed);
        }
        assert!(part(answered(400, r#"{"error":"invalid_request"}"#)).is_err());
        assert_eq!(part(Ok(())), Ok((Done::Yes, None)));
    }
}
