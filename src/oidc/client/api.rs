//! The access token for the app's own APIs: RFC 6750.

use std::rc::Rc;

use super::Client;
use crate::error::Error;
use crate::json::Value;
use crate::platform::Platform;

impl<P: Platform> Client<P> {
    /// The `Authorization` header for a request of the app; `None` for an origin that is not one of
    /// `apiOrigins`. `refused` is the header that the API has just answered with 401: then another
    /// one is got, by a renewal where no other tab has made one. A DPoP proof (RFC 9449) for an API
    /// would be made here.
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        refused: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let origin = self.page(url).map(|url| url.origin);
        if !origin.is_some_and(|origin| self.config.api_origins.contains(&origin)) {
            return Ok(None);
        }
        let header =
            |tokens: &Value| tokens.str("accessToken").map(|token| ["Bearer ", token].concat());
        let current = header(&self.keep_alive(false).await?);
        if refused.is_none() || current.as_deref() != refused {
            return Ok(current);
        }
        Ok(header(&self.keep_alive(true).await?))
    }
}
