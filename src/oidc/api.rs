//! The access token for the app's own APIs: RFC 6750.

use std::rc::Rc;

use super::Client;
use crate::error::Error;
use crate::json::Value;
use crate::platform::Platform;
use crate::text::{Join, Text};
use crate::url::Url;

impl<P: Platform> Client<P> {
    /// The `Authorization` header for a request of the app; `None` for an origin that is not one of
    /// `apiOrigins`. `refused` is the header that the API has just answered with 401: then another
    /// one is got, by a renewal where no other tab has made one. A DPoP proof (RFC 9449) for an API
    /// would be made here.
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        refused: Option<&str>,
    ) -> Result<Option<Text>, Error> {
        let may_have =
            |url: &Url| self.config.api_origins.iter().any(|origin| origin == url.origin());
        if !self.page(url).as_ref().is_some_and(may_have) {
            return Ok(None);
        }
        let header =
            |tokens: &Value| tokens.str("accessToken").map(|token| ["Bearer ", token].joined());
        let current = header(&self.keep_alive(false).await?);
        if refused.is_none() || current.as_deref() != refused {
            return Ok(current);
        }
        Ok(header(&self.keep_alive(true).await?))
    }
}
