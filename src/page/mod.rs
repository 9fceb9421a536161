//! What the clients of one page share, so that both are one sign-in.
#![forbid(unsafe_code)]

mod documents;
pub mod event;
pub mod session;
pub mod sign_ins;
pub mod signing_out;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::am;
use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::fault::{NetworkFault, StorageFault};
use crate::http::{Answer, Request};
use crate::json::{Value, object};
use crate::log::Logger;
use crate::page::event::Heard;
use crate::page::signing_out::SigningOut;
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata, Source};
use crate::protocol::jwk;
use crate::protocol::tokens::Tokens;
use crate::storage::Location;
use crate::storage::{Area, CustomAction};
use crate::task::Flights;
use crate::text::{Join, Text};
use crate::url::Url;

/// The shared part of all clients on one [`Platform`].
pub struct Context<P> {
    /// The world.
    pub platform: P,
    /// By [`Source::name`].
    metadata: RefCell<Vec<(Text, Rc<Metadata>)>>,
    keys: RefCell<Vec<(Text, Rc<Value>)>>,
    /// Metadata and keys that are being fetched.
    fetches: Flights,
    sign_ins: RefCell<Vec<Rc<SignIn>>>,
    /// Codes that are being exchanged and steps that are being submitted, by whichever object of a
    /// client: each is good once.
    pub(crate) exchanges: Flights,
    /// How often this page has signed out of each issuer.
    sign_outs: RefCell<Vec<(Text, usize)>>,
    /// The sign-outs under way.
    pub(crate) signing_out: SigningOut,
    /// After how many sign-outs of an issuer a hidden frame has last reached its session.
    reached: RefCell<Vec<(Text, usize)>>,
    /// What journey clients of this page know of the AM of an issuer.
    ams: RefCell<Vec<(Text, Rc<AmSettings>)>>,
    /// Which version of a sessions endpoint its server knows: see `session::ask`.
    session_versions: RefCell<Vec<(Text, usize)>>,
    last_told: RefCell<Text>,
    listeners: RefCell<Vec<Listener>>,
    last_listener: Cell<u32>,
    /// Tells this page's messages to other tabs from theirs.
    page: RefCell<Text>,
    pub(crate) unsaved: RefCell<Vec<Unsaved>>,
    pub(crate) refusals: RefCell<Vec<Refusal>>,
    /// The locks of this page, where the browser has none.
    pub(crate) page_locks: Rc<RefCell<Vec<Text>>>,
}

/// The client that asks: every request is made in the name of one.
pub struct Caller<P: Platform> {
    /// Where its requests are logged.
    pub log: Logger,
    /// Milliseconds for each of its requests.
    pub timeout: f64,
    /// The app's middleware.
    pub hooks: P::Hooks,
}

/// How a journey client is set up for its AM.
#[derive(Default)]
pub struct AmSettings {
    /// The paths that the app gives, in the place of the derived ones.
    pub paths: Value,
    /// The header that takes the session token.
    pub cookie_name: Option<Text>,
}

/// Who wants to hear of a sign-in.
struct Listener {
    number: u32,
    sign_in: Rc<SignIn>,
    heard: Heard,
}

/// Tokens that could not be stored (decision 10): kept for this page, for as long as nothing else
/// is stored in their place.
pub(crate) struct Unsaved {
    pub(crate) location: Location,
    /// What was stored when storing failed.
    pub(crate) raw: Option<Text>,
    pub(crate) tokens: Box<Tokens>,
}

/// What the provider has refused in this page: see `oidc/refusals.rs`.
pub(crate) struct Refusal {
    pub(crate) name: Text,
    /// Of what it was refused.
    pub(crate) of: Text,
    /// Until when that stands.
    pub(crate) until: f64,
    pub(crate) error: Error,
}

/// A text in a list, until it is dropped.
pub(crate) struct Entry(Rc<RefCell<Vec<Text>>>, Text);

impl Entry {
    pub(crate) fn new(list: &Rc<RefCell<Vec<Text>>>, text: Text) -> Entry {
        list.borrow_mut().push(text.clone());
        Entry(list.clone(), text)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut list = self.0.borrow_mut();
        if let Some(position) = list.iter().position(|text| *text == self.1) {
            list.swap_remove(position);
        }
    }
}

/// Where an `oidc()` client keeps the tokens of an issuer (decision 12). Holds no token.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The issuer.
    pub issuer: Text,
    /// The client.
    pub client_id: Text,
    /// Where its tokens are.
    pub location: Location,
}

impl<P: Platform> Context<P> {
    /// A context with nothing in it. It lasts as long as the instance of the core.
    pub fn new(platform: P) -> &'static Self {
        Box::leak(Box::new(Context {
            platform,
            metadata: RefCell::default(),
            keys: RefCell::default(),
            fetches: Flights::default(),
            sign_ins: RefCell::default(),
            exchanges: Flights::default(),
            sign_outs: RefCell::default(),
            signing_out: SigningOut::default(),
            reached: RefCell::default(),
            ams: RefCell::default(),
            session_versions: RefCell::default(),
            last_told: RefCell::default(),
            listeners: RefCell::default(),
            last_listener: Cell::default(),
            page: RefCell::default(),
            unsaved: RefCell::default(),
            refusals: RefCell::default(),
            page_locks: Rc::default(),
        }))
    }

    /// Whether a client can work here.
    ///
    /// # Errors
    /// `insecure_context`, `inside_own_frame`.
    pub fn check_surroundings(&self) -> Result<(), Error> {
        let refuse = |error, code, text| Err(Error::new(error, code, Kind::Unknown, text));
        if !self.platform.is_secure_context() {
            return refuse(
                "Insecure context",
                Code::InsecureContext,
                "Browsers offer no cryptography on this page: use https, or http on localhost.",
            );
        }
        if self.platform.is_own_frame() {
            return refuse(
                "Inside background frame",
                Code::InsideOwnFrame,
                "This page runs inside the hidden frame of a background authorization, where no client is needed. Use a backgroundRedirectUri without scripts, such as callback.html.",
            );
        }
        Ok(())
    }

    /// Sends a request: the one place through which all of them pass, and where a DPoP proof
    /// (RFC 9449) would be added.
    pub async fn send(&self, caller: &Caller<P>, request: Request) -> Result<Answer, NetworkFault> {
        let request = self.prepare(caller, request).await?;
        let timeout = request.timeout.unwrap_or(caller.timeout);
        let answer = self.platform.send(request.clone(), timeout, &caller.hooks).await;
        caller.log.exchange(&request, &answer);
        answer.map_err(|fault| fault.at(&request.url))
    }

    /// The request as the app's middleware leaves it. What carries a token stays at its origin.
    pub async fn prepare(
        &self,
        caller: &Caller<P>,
        request: Request,
    ) -> Result<Request, NetworkFault> {
        if request.action.is_none() {
            return Ok(request);
        }
        let (bound, url) = (request.carries_token(), request.url.clone());
        let fixed = request.is_of_journey().then(|| request.headers.clone());
        let prepared = self.platform.prepare(request, caller.timeout, &caller.hooks).await;
        let mut prepared = prepared.map_err(NetworkFault::Middleware)?;
        let bound = bound || prepared.carries_token();
        // AM needs its headers as they are (the contract's T7).
        for (name, value) in fixed.iter().flat_map(Value::members) {
            prepared.headers.retain(&|other, _| !other.eq_ignore_ascii_case(name));
            prepared.headers.set(name, value.clone());
        }
        if bound {
            // A redirect would take the token elsewhere too.
            prepared.options.retain(&|name, _| name != "redirect");
        }
        if bound && prepared.url != url {
            let read = |url: &str| Url::parse(url, None);
            let goes_there = |after: Url| read(&url).is_some_and(|url| url.is_same_origin(&after));
            if !read(&prepared.url).is_some_and(goes_there) {
                return Err(NetworkFault::OtherOrigin);
            }
        }
        Ok(prepared)
    }

    /// Reads what is stored at a place.
    pub async fn load(&self, location: &Location) -> Result<Option<Text>, StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Get, &location.key).await
            }
            area => self.platform.read(area, &location.key),
        }
    }

    /// Stores a text at a place.
    pub async fn save(&self, location: &Location, text: &str) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                let set = CustomAction::Set(text);
                self.platform.custom(number, set, &location.key).await.map(drop)
            }
            area => self.platform.write(area, &location.key, text),
        }
    }

    /// Removes what is stored at a place.
    pub async fn delete(&self, location: &Location) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Remove, &location.key).await.map(drop)
            }
            area => self.platform.remove(area, &location.key),
        }
    }

    /// A provider's metadata: fetched once for all clients of the page that want the same of it.
    pub async fn metadata(
        &'static self,
        caller: &Rc<Caller<P>>,
        source: &Source,
    ) -> Result<Rc<Metadata>, Error> {
        let name = source.name();
        if let Some(known) = find(&self.metadata, &name) {
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
        let kept = self.document(url.href());
        let metadata = match kept.and_then(|answer| read(&answer).ok()) {
            Some(metadata) => metadata,
            None => {
                let answer = self.fetch_document(caller, &url).await?;
                let metadata = read(&answer)?;
                self.keep_document(url.href(), &answer);
                metadata
            }
        };
        let metadata = Rc::new(metadata);
        set(&self.metadata, &name, metadata.clone());
        Ok(metadata)
    }

    /// The document, fetched now: once for all clients that ask at the same time, whatever each makes
    /// of it.
    async fn fetch_document(
        &'static self,
        caller: &Rc<Caller<P>>,
        url: &Url,
    ) -> Result<Answer, Error> {
        let (context, caller, request) = (self, caller.clone(), discovery::request(url));
        let fetch = Box::pin(async move {
            let answer = context.send(&caller, request).await.map_err(discovery::unanswered)?;
            Ok(object!([("status", f64::from(answer.status).into()), ("body", answer.body.into())]))
        });
        let answer = self.fetches.share(&self.platform, url.href(), fetch).await?;
        let status = answer.number("status").unwrap_or_default() as u16;
        let body = answer.text("body").cloned().unwrap_or_default();
        Ok(Answer { status, body })
    }

    /// Notes that a journey client of this page takes the issuer for AM's, and how it is set up.
    pub fn note_am(&self, issuer: &str, settings: AmSettings) {
        set(&self.ams, issuer, Rc::new(settings));
    }

    /// Whether the provider is AM: by its metadata, or since a journey client of this page says so.
    pub fn is_am(&self, metadata: &Metadata) -> bool {
        am::is_am(metadata) || find(&self.ams, &metadata.issuer).is_some()
    }

    /// Where tokens are revoked: at AM also where its metadata names no such endpoint.
    pub fn revocation_endpoint(&self, metadata: &Metadata) -> Option<Text> {
        let named = metadata.revocation_endpoint.clone();
        named.or_else(|| self.is_am(metadata).then(|| am::revocation_endpoint(metadata))?)
    }

    /// How the page's journey client is set up for the AM of an issuer.
    pub fn am_settings(&self, issuer: &str) -> Rc<AmSettings> {
        find(&self.ams, issuer).unwrap_or_default()
    }

    /// The version that the server of a sessions endpoint is known to know.
    pub fn session_version(&self, endpoint: &str) -> usize {
        find(&self.session_versions, endpoint).unwrap_or_default()
    }

    /// Notes the version that the server of a sessions endpoint knows.
    pub fn note_session_version(&self, endpoint: &str, version: usize) {
        set(&self.session_versions, endpoint, version);
    }

    /// The issuer's keys as they were last fetched, or fetched now.
    pub async fn keys(&'static self, caller: &Rc<Caller<P>>, uri: &str) -> Option<Rc<Value>> {
        if let Some(known) = find(&self.keys, uri) {
            return Some(known);
        }
        match self.document(uri).and_then(|answer| jwk::read(&answer)) {
            Some(kept) => Some(self.learn_keys(uri, kept)),
            None => self.fetch_keys(caller, uri, false).await,
        }
    }

    fn learn_keys(&self, uri: &str, keys: Value) -> Rc<Value> {
        let keys = Rc::new(keys);
        set(&self.keys, uri, keys.clone());
        keys
    }

    /// The issuer's keys, fetched now, with `anew` past the browser's HTTP cache; the known ones stay
    /// when that fails.
    pub async fn fetch_keys(
        &'static self,
        caller: &Rc<Caller<P>>,
        uri: &str,
        anew: bool,
    ) -> Option<Rc<Value>> {
        let (context, caller) = (self, caller.clone());
        let url = uri.to_owned();
        let fetch = Box::pin(async move {
            let request = Request::get(&*url);
            let request = if anew { request.anew() } else { request };
            let answer = context.send(&caller, request).await.map_err(discovery::unanswered)?;
            let keys =
                jwk::read(&answer).ok_or_else(|| discovery::fault(Code::JwksUnavailable, ""))?;
            context.keep_document(&url, &answer);
            context.learn_keys(&url, keys);
            Ok(Value::NULL)
        });
        let name = [if anew { "new keys " } else { "keys " }, uri].joined();
        self.fetches.share(&self.platform, &name, fetch).await.ok()?;
        find(&self.keys, uri)
    }

    /// Notes that a client of this page exists.
    pub fn note(&self, sign_in: Rc<SignIn>) {
        if !self.sign_ins.borrow().contains(&sign_in) {
            self.sign_ins.borrow_mut().push(sign_in);
        }
    }

    /// The clients of this page.
    pub(crate) fn clients_of(&self, issuer: &str) -> Vec<Rc<SignIn>> {
        let mut found = Vec::new();
        for sign_in in self.sign_ins.borrow().iter() {
            if sign_in.issuer == issuer {
                found.push(sign_in.clone());
            }
        }
        found
    }

    /// Counts a sign-out: what was begun before it must not be kept after it.
    pub fn count_sign_out(&self, issuer: &str) {
        set(&self.sign_outs, issuer, self.sign_outs(issuer) + 1);
    }

    /// How often this page has signed out of an issuer.
    pub fn sign_outs(&self, issuer: &str) -> usize {
        find(&self.sign_outs, issuer).unwrap_or_default()
    }

    /// Notes that a hidden frame of this page has reached the session at an issuer: the browser sends
    /// the session's cookie from there.
    pub(crate) fn note_reached(&self, issuer: &str) {
        set(&self.reached, issuer, self.sign_outs(issuer));
    }

    /// Forgets that, for a sign-in that came another way.
    pub(crate) fn forget_reached(&self, issuer: &str) {
        self.reached.borrow_mut().retain(|(other, _)| other != issuer);
    }

    /// Whether a hidden frame of this page has reached the session at an issuer in this sign-in. Only
    /// then does the provider's "nobody is signed in" say that the session is over: where the browser
    /// keeps the cookie from a frame, the provider says the same.
    pub(crate) fn has_reached(&self, issuer: &str) -> bool {
        find(&self.reached, issuer) == Some(self.sign_outs(issuer))
    }

    /// Whether this page has signed out of any issuer.
    pub(crate) fn has_signed_out(&self) -> bool {
        !self.sign_outs.borrow().is_empty()
    }

    /// Lets `heard` hear of a sign-in, until [`Context::unlisten`].
    pub fn listen(&self, sign_in: Rc<SignIn>, heard: Heard) -> u32 {
        let number = self.last_listener.get() + 1;
        self.last_listener.set(number);
        self.listeners.borrow_mut().push(Listener { number, sign_in, heard });
        number
    }

    /// Ends what [`Context::listen`] began.
    pub fn unlisten(&self, number: u32) {
        let mut listeners = self.listeners.borrow_mut();
        if let Some(position) = listeners.iter().position(|listener| listener.number == number) {
            listeners.remove(position);
        }
    }

    /// Everyone in this page who listens to a sign-in.
    pub(crate) fn listeners(&self, sign_in: &SignIn) -> Vec<Heard> {
        let listeners = self.listeners.borrow();
        let mut of = Vec::new();
        for listener in listeners.iter() {
            if *listener.sign_in == *sign_in {
                of.push(listener.heard.clone());
            }
        }
        of
    }

    /// The name of this page among all tabs.
    pub(crate) fn page(&self) -> Text {
        if self.page.borrow().is_empty() {
            let mut bytes = [0; 32];
            self.platform.random(&mut bytes);
            self.page.replace(base64url::encode(&bytes));
        }
        self.page.borrow().clone()
    }

    /// Whether this is told for the first time; see `oidc/tabs.rs`.
    pub(crate) fn is_news(&self, name: &str) -> bool {
        self.last_told.replace(name.into()) != name
    }
}

fn find<T: Clone>(list: &RefCell<Vec<(Text, T)>>, name: &str) -> Option<T> {
    list.borrow().iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

fn set<T>(list: &RefCell<Vec<(Text, T)>>, name: &str, value: T) {
    let mut list = list.borrow_mut();
    match list.iter_mut().find(|(other, _)| other == name) {
        Some((_, known)) => *known = value,
        None => list.push((name.into(), value)),
    }
}

impl SignIn {
    /// The name of the lock under which these tokens are renewed (decision 15).
    pub fn lock_name(&self) -> Text {
        let Location { area, key } = &self.location;
        ["journey-oidc", &self.issuer, &self.client_id, area.word(), key].joined_by("|")
    }

    pub(crate) fn read(note: &Value, issuer: &str) -> Option<Rc<SignIn>> {
        let area = [Area::Local, Area::Session]
            .into_iter()
            .find(|area| note.str("storage") == Some(area.word()))?;
        Some(Rc::new(SignIn {
            issuer: issuer.into(),
            client_id: note.str("clientId")?.into(),
            location: Location { area, key: note.str("key")?.into() },
        }))
    }
}
