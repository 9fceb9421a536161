//! What a page knows of providers: metadata, keys, and what their AM is like.

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

/// How a journey client is set up for its AM.
#[derive(Default)]
pub struct AmSettings {
    /// The paths that the app gives, in the place of the derived ones.
    pub paths: Value,
    /// The header that takes the session token.
    pub cookie_name: Option<Text>,
}

/// What a fetch does with the browser's HTTP cache.
#[derive(Clone, Copy)]
pub enum Caching {
    /// It may be answered from there.
    Allowed,
    /// It is answered by the server.
    Bypassed,
}

/// What is known of providers, once for all clients of a page.
pub struct Providers<P: Platform> {
    platform: &'static P,
    sender: &'static Sender<P>,
    documents: &'static Documents<P>,
    /// By [`Source::name`].
    metadata: ByName<Rc<Metadata>>,
    /// By their URI.
    keys: ByName<Rc<Value>>,
    /// Metadata and keys that are being fetched.
    fetches: Flights,
    /// What journey clients of this page know of the AM of an issuer.
    ams: ByName<Rc<AmSettings>>,
    /// Which version of a sessions endpoint its server knows: see [`crate::am::session::VERSIONS`].
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

    /// A provider's metadata: fetched once for all clients of the page that want the same of it.
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

    /// The document, fetched now: once for all clients that ask at the same time, whatever each makes
    /// of it.
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
        Ok(Answer { status, body })
    }

    /// Notes that a journey client of this page takes the issuer for AM's, and how it is set up.
    pub fn note_am(&self, issuer: &str, settings: AmSettings) {
        self.ams.set(issuer, Rc::new(settings));
    }

    /// Whether the provider is AM: by its metadata, or since a journey client of this page says so.
    pub fn is_am(&self, metadata: &Metadata) -> bool {
        endpoints::is_am(metadata) || self.ams.get(&metadata.issuer).is_some()
    }

    /// Where tokens are revoked: at AM also where its metadata names no such endpoint.
    pub fn revocation_endpoint(&self, metadata: &Metadata) -> Option<Text> {
        let named = metadata.revocation_endpoint.clone();
        named.or_else(|| self.is_am(metadata).then(|| endpoints::revocation_endpoint(metadata))?)
    }

    /// How the page's journey client is set up for the AM of an issuer.
    pub fn am_settings(&self, issuer: &str) -> Rc<AmSettings> {
        self.ams.get(issuer).unwrap_or_default()
    }

    /// The version that the server of a sessions endpoint is known to know.
    pub fn session_version(&self, endpoint: &str) -> usize {
        self.session_versions.get(endpoint).unwrap_or_default()
    }

    /// Notes the version that the server of a sessions endpoint knows.
    pub fn note_session_version(&self, endpoint: &str, version: usize) {
        self.session_versions.set(endpoint, version);
    }

    /// The issuer's keys as they were last fetched, or fetched now.
    pub async fn keys(&'static self, caller: &Rc<Caller<P>>, uri: &str) -> Option<Rc<Value>> {
        if let Some(known) = self.keys.get(uri) {
            return Some(known);
        }
        match self.documents.get(uri).and_then(|answer| jwk::read(&answer)) {
            Some(kept) => Some(self.learn_keys(uri, kept)),
            None => self.fetch_keys(caller, uri, Caching::Allowed).await,
        }
    }

    fn learn_keys(&self, uri: &str, keys: Value) -> Rc<Value> {
        let keys = Rc::new(keys);
        self.keys.set(uri, keys.clone());
        keys
    }

    /// The issuer's keys, fetched now; the known ones stay when that fails.
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
