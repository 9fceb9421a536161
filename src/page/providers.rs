//! The providers of a page: their metadata, their keys, and the settings of AM.

use std::rc::Rc;

use crate::am::endpoints;
use crate::error::{Code, Error};
use crate::http::{Answer, Request};
use crate::json::{Value, object};
use crate::page::by_name::ByName;
use crate::page::documents::Documents;
use crate::page::sender::{Caller, Sender};
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata, Source};
use crate::protocol::jwk;
use crate::task::Flights;
use crate::text::{Join, Text};
use crate::url::Url;

/// The settings of a journey client for its AM.
#[derive(Default)]
pub struct AmSettings {
    /// `serverConfig.paths`, which take precedence over derived ones.
    pub paths: Value,
    /// `session.cookieName`: the header for the session token.
    pub cookie_name: Option<Text>,
}

/// How a request uses the browser's HTTP cache.
#[derive(Clone, Copy)]
pub enum Caching {
    /// The cache may answer.
    Allowed,
    /// The server answers.
    Bypassed,
}

/// Metadata and keys of providers, shared by all clients of a page.
pub struct Providers<P: Platform> {
    platform: &'static P,
    sender: &'static Sender<P>,
    documents: &'static Documents<P>,
    /// Metadata that has been checked, by [`Source::name`].
    metadata: ByName<Rc<Metadata>>,
    /// Key sets, by `jwks_uri`.
    keys: ByName<Rc<Value>>,
    /// The pending requests for metadata and keys.
    fetches: Flights,
    /// The settings of this page's journey clients, by issuer.
    ams: ByName<Rc<AmSettings>>,
    /// The version that a server supports, as an index of [`crate::am::session::VERSIONS`], by sessions
    /// endpoint.
    session_versions: ByName<usize>,
}

impl<P: Platform> Providers<P> {
    pub(super) fn new(
        platform: &'static P,
        sender: &'static Sender<P>,
        documents: &'static Documents<P>,
    ) -> Self {
        Providers {
            platform,
            sender,
            documents,
            metadata: ByName::default(),
            keys: ByName::default(),
            fetches: Flights::default(),
            ams: ByName::default(),
            session_versions: ByName::default(),
        }
    }

    /// A provider's metadata, fetched once for all clients of the page with the same source.
    ///
    /// # Errors
    /// Those of [`discovery::read`], and of the request.
    pub async fn metadata(
        &'static self,
        caller: &Rc<Caller<P>>,
        source: &Source,
    ) -> Result<Rc<Metadata>, Error> {
        let name = source.name();
        if let Some(known) = self.metadata.get(&name) {
            return Ok(known);
        }
        let base = self.platform.base_url();
        let url = Url::parse(&source.wellknown, base.as_deref())
            .ok_or_else(|| discovery::fault(Code::ArgumentInvalid, "TypeError: Invalid URL"))?;
        if !url.is_secure() {
            return Err(discovery::insecure());
        }
        let page = base.and_then(|base| Url::parse(&base, None));
        let read = |answer: &Answer| {
            let is_am = |metadata: &Metadata| self.is_am(metadata);
            discovery::read(answer, source, &url, page.as_ref(), &is_am)
        };
        let kept = self.documents.get(url.href());
        let metadata = match kept.and_then(|answer| read(&answer).ok()) {
            Some(metadata) => metadata,
            None => {
                let answer = self.fetch_document(caller, &url).await?;
                let metadata = read(&answer)?;
                self.documents.keep(url.href(), &answer);
                metadata
            }
        };
        let metadata = Rc::new(metadata);
        self.metadata.set(&name, metadata.clone());
        Ok(metadata)
    }

    /// Fetches the document, once for all clients that need it at the same time. Each checks it by its own
    /// source.
    async fn fetch_document(
        &'static self,
        caller: &Rc<Caller<P>>,
        url: &Url,
    ) -> Result<Answer, Error> {
        let (sender, caller, request) = (self.sender, caller.clone(), discovery::request(url));
        let fetch = Box::pin(async move {
            let answer = sender.send(&caller, request).await.map_err(discovery::unanswered)?;
            Ok(object!([("status", f64::from(answer.status).into()), ("body", answer.body.into())]))
        });
        let answer = self.fetches.share(self.platform, url.href(), fetch).await?;
        let status = answer.number("status").unwrap_or_default() as u16;
        let body = answer.text("body").cloned().unwrap_or_default();
        Ok(Answer::new(status, body))
    }

    /// Notes that a journey client of this page uses an issuer, which is AM therefore, and its settings.
    pub fn note_am(&self, issuer: &str, settings: AmSettings) {
        self.ams.set(issuer, Rc::new(settings));
    }

    /// Whether the provider is AM: by its metadata, or because a journey client of this page uses it.
    pub fn is_am(&self, metadata: &Metadata) -> bool {
        endpoints::is_am(metadata) || self.ams.get(&metadata.issuer).is_some()
    }

    /// The revocation endpoint: that of the metadata, or AM's, whose metadata lacks it.
    pub fn revocation_endpoint(&self, metadata: &Metadata) -> Option<Text> {
        let named = metadata.revocation_endpoint.clone();
        named.or_else(|| self.is_am(metadata).then(|| endpoints::revocation_endpoint(metadata))?)
    }

    /// The settings of this page's journey client for an issuer; empty where there is no such client.
    pub fn am_settings(&self, issuer: &str) -> Rc<AmSettings> {
        self.ams.get(issuer).unwrap_or_default()
    }

    /// The index of the version to try first at a sessions endpoint.
    pub fn session_version(&self, endpoint: &str) -> usize {
        self.session_versions.get(endpoint).unwrap_or_default()
    }

    /// Notes the index of the version that a sessions endpoint supports.
    pub fn note_session_version(&self, endpoint: &str, version: usize) {
        self.session_versions.set(endpoint, version);
    }

    /// The issuer's keys: those that the page or the tab has, or fetched now. `None` where that fails.
    pub async fn keys(&'static self, caller: &Rc<Caller<P>>, uri: &str) -> Option<Rc<Value>> {
        if let Some(known) = self.keys.get(uri) {
            return Some(known);
        }
        match self.documents.get(uri).and_then(|answer| jwk::read(&answer)) {
            Some(kept) => Some(self.learn_keys(uri, kept)),
            None => self.fetch_keys(caller, uri, Caching::Allowed).await,
        }
    }

    /// Keeps a key set for the clients of this page.
    fn learn_keys(&self, uri: &str, keys: Value) -> Rc<Value> {
        let keys = Rc::new(keys);
        self.keys.set(uri, keys.clone());
        keys
    }

    /// Fetches the issuer's keys, for a signature that no known key verifies. `None` where that fails; the
    /// known keys stay then.
    pub async fn fetch_keys(
        &'static self,
        caller: &Rc<Caller<P>>,
        uri: &str,
        caching: Caching,
    ) -> Option<Rc<Value>> {
        let (providers, caller) = (self, caller.clone());
        let url = uri.to_owned();
        let fetch = Box::pin(async move {
            let request = Request::get(&*url);
            let request = match caching {
                Caching::Allowed => request,
                Caching::Bypassed => request.anew(),
            };
            let answer =
                providers.sender.send(&caller, request).await.map_err(discovery::unanswered)?;
            let keys =
                jwk::read(&answer).ok_or_else(|| discovery::fault(Code::JwksUnavailable, ""))?;
            providers.documents.keep(&url, &answer);
            providers.learn_keys(&url, keys);
            Ok(Value::NULL)
        });
        let kind = match caching {
            Caching::Allowed => "keys ",
            Caching::Bypassed => "new keys ",
        };
        let name = [kind, uri].joined();
        self.fetches.share(self.platform, &name, fetch).await.ok()?;
        self.keys.get(uri)
    }
}
