//! What the clients of one page share, so that both are one sign-in.

use std::cell::RefCell;
use std::rc::Rc;

use crate::error::Code;
use crate::flight::Flights;
use crate::json::{Value, object, parse, to_text};
use crate::log::Logger;
use crate::oidc::config::Location;
use crate::oidc::discovery::{self, Fault, Metadata};
use crate::oidc::jwk;
use crate::oidc::tokens::Tokens;
use crate::platform::{Answer, Area, NetworkFault, Platform, Request, StorageFault};
use crate::url::Url;

/// The shared part of all clients on one [`Platform`].
pub struct Context<P> {
    /// The world.
    pub platform: P,
    metadata: RefCell<Vec<(String, Rc<Metadata>)>>,
    metadata_flights: Flights<Result<Rc<Metadata>, Fault>>,
    keys: RefCell<Vec<(String, Rc<Value>)>>,
    key_flights: Flights<Option<Rc<Value>>>,
    sign_ins: RefCell<Vec<SignIn>>,
    pub(crate) unsaved: RefCell<Vec<Unsaved>>,
}

/// The client that asks: every request is made in the name of one.
pub struct Caller {
    /// Where its requests are logged.
    pub log: Logger,
    /// Milliseconds for each of its requests.
    pub timeout: f64,
}

/// Tokens that could not be stored (decision 10): kept for this page, for as long as nothing else
/// is stored in their place.
pub(crate) struct Unsaved {
    pub(crate) location: Location,
    /// What was stored when storing failed.
    pub(crate) raw: Option<String>,
    pub(crate) tokens: Tokens,
}

/// Where an `oidc()` client keeps the tokens of an issuer (decision 12). Holds no token.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The issuer.
    pub issuer: String,
    /// The client.
    pub client_id: String,
    /// Where its tokens are.
    pub location: Location,
}

impl<P: Platform> Context<P> {
    /// A context with nothing in it.
    pub fn new(platform: P) -> Rc<Self> {
        Rc::new(Context {
            platform,
            metadata: RefCell::default(),
            metadata_flights: Flights::default(),
            keys: RefCell::default(),
            key_flights: Flights::default(),
            sign_ins: RefCell::default(),
            unsaved: RefCell::default(),
        })
    }

    /// Sends a request: the one place through which all of them pass.
    pub async fn send(&self, caller: &Caller, request: Request) -> Result<Answer, NetworkFault> {
        let answer = self.platform.send(request.clone(), caller.timeout).await;
        caller.log.exchange(&request, &answer);
        answer
    }

    /// The metadata behind a well-known URL: fetched once for all clients of the page.
    pub async fn metadata(
        self: &Rc<Self>,
        caller: &Rc<Caller>,
        wellknown: &str,
    ) -> Result<Rc<Metadata>, Fault> {
        if let Some(known) = find(&self.metadata, wellknown) {
            return Ok(known);
        }
        let (context, caller) = (self.clone(), caller.clone());
        let url = wellknown.to_owned();
        let fetch = || async move { context.fetch_metadata(&caller, url).await };
        self.metadata_flights.share(&self.platform, wellknown, fetch).await
    }

    async fn fetch_metadata(
        &self,
        caller: &Caller,
        wellknown: String,
    ) -> Result<Rc<Metadata>, Fault> {
        let base = self.platform.base_url();
        let url = Url::parse(&wellknown, base.as_deref()).ok_or_else(|| Fault {
            code: Code::ArgumentInvalid,
            message: "TypeError: Invalid URL".to_owned(),
            status: None,
        })?;
        let answer = self.send(caller, discovery::request(&url)).await.map_err(Fault::network)?;
        let metadata = Rc::new(discovery::read(&answer, &url)?);
        self.metadata.borrow_mut().push((wellknown, metadata.clone()));
        Ok(metadata)
    }

    /// The issuer's keys as they were last fetched, or fetched now.
    pub async fn keys(self: &Rc<Self>, caller: &Rc<Caller>, uri: &str) -> Option<Rc<Value>> {
        match find(&self.keys, uri) {
            Some(known) => Some(known),
            None => self.fetch_keys(caller, uri).await,
        }
    }

    /// The issuer's keys, fetched anew; the known ones stay when that fails.
    pub async fn fetch_keys(self: &Rc<Self>, caller: &Rc<Caller>, uri: &str) -> Option<Rc<Value>> {
        let (context, caller) = (self.clone(), caller.clone());
        let url = uri.to_owned();
        let fetch = || async move {
            let answer = context.send(&caller, Request::get(&*url)).await.ok()?;
            let keys = Rc::new(jwk::read(&answer)?);
            let mut known = context.keys.borrow_mut();
            known.retain(|(other, _)| *other != url);
            known.push((url, keys.clone()));
            Some(keys)
        };
        self.key_flights.share(&self.platform, uri, fetch).await
    }

    /// Notes that a client exists; with `signed_in`, also for the time after a reload.
    pub fn note(&self, sign_in: SignIn, signed_in: bool) {
        if !self.sign_ins.borrow().contains(&sign_in) {
            self.sign_ins.borrow_mut().push(sign_in.clone());
        }
        if signed_in && sign_in.location.area != Area::Memory {
            let mut noted = self.noted(&sign_in.issuer);
            if !noted.contains(&sign_in) {
                noted.push(sign_in.clone());
                let list = noted.iter().map(SignIn::to_value).collect();
                let key = note_key(&sign_in.issuer);
                // Without the note a later page can't revoke these tokens; this one still can.
                let _ = self.platform.write(Area::Session, &key, &to_text(&Value::Array(list)));
            }
        }
    }

    /// Every place where tokens of the issuer may be: of this page's clients and of earlier pages'.
    pub fn sign_ins(&self, issuer: &str) -> Vec<SignIn> {
        let mut found = self.noted(issuer);
        for sign_in in self.sign_ins.borrow().iter() {
            if sign_in.issuer == issuer && !found.contains(sign_in) {
                found.push(sign_in.clone());
            }
        }
        found
    }

    /// Forgets what [`Context::note`] kept for the time after a reload.
    pub fn forget_notes(&self, issuer: &str) -> Result<(), StorageFault> {
        self.platform.remove(Area::Session, &note_key(issuer))
    }

    fn noted(&self, issuer: &str) -> Vec<SignIn> {
        let text = self.platform.read(Area::Session, &note_key(issuer)).ok().flatten();
        let Some(Value::Array(list)) = text.as_deref().and_then(parse) else {
            return Vec::new();
        };
        list.iter().filter_map(|note| SignIn::read(note, issuer)).collect()
    }
}

fn find<T: Clone>(list: &RefCell<Vec<(String, T)>>, name: &str) -> Option<T> {
    list.borrow().iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

fn note_key(issuer: &str) -> String {
    format!("pic-clients-{issuer}")
}

impl SignIn {
    /// The name of the lock under which these tokens are renewed (decision 15).
    pub fn lock_name(&self) -> String {
        ["journey-oidc", &self.issuer, &self.client_id, &self.location.key].join("|")
    }

    fn to_value(&self) -> Value {
        object([
            ("clientId", self.client_id.as_str().into()),
            ("storage", self.location.area.word().into()),
            ("key", self.location.key.as_str().into()),
        ])
    }

    fn read(note: &Value, issuer: &str) -> Option<SignIn> {
        let area = [Area::Local, Area::Session]
            .into_iter()
            .find(|area| note.str("storage") == Some(area.word()))?;
        Some(SignIn {
            issuer: issuer.to_owned(),
            client_id: note.str("clientId")?.to_owned(),
            location: Location { area, key: note.str("key")?.to_owned() },
        })
    }
}
