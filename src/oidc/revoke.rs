//! Token revocation: RFC 7009.

use crate::error::{Error, Kind};
use crate::json::parse;
use crate::oidc::oauth_error;
use crate::platform::{Answer, Body, NetworkFault, Request};
use crate::url::Params;

/// The request (section 2.1). No `token_type_hint`: servers look everywhere.
pub fn request(endpoint: &str, client_id: &str, token: &str) -> Request {
    let mut form = Params::new();
    form.set("client_id", client_id);
    form.set("token", token);
    Request::post(endpoint, Body::Form(form)).with_cookies().keepalive().action("REVOKE")
}

/// Reads the answer (section 2.2) of this or of a logout, which may be a redirect: the status alone
/// counts. `error` is the contract's word and
/// `text` its sentence for this call.
pub fn read(
    answer: Result<Answer, NetworkFault>,
    error: &'static str,
    text: &'static str,
) -> Result<(), Error> {
    match answer {
        Ok(answer) if answer.is_ok() || answer.status == 302 => Ok(()),
        Ok(answer) => {
            let json = parse(&answer.body);
            let code = oauth_error::code_of(&answer, json.as_ref());
            Err(Error::new(error, code, Kind::Auth, oauth_error::explain(text, code))
                .status(f64::from(answer.status))
                .cause(oauth_error::cause(json.as_ref())))
        }
        Err(fault) => {
            let (code, status) = fault.describe();
            Err(Error::new(error, code, Kind::Auth, fault.sentence(text)).status(status))
        }
    }
}
