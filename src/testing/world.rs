//! A scripted world for native tests: a small provider, storages that tests can read, and a fault at
//! any step.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::base64url;
use crate::fault::{FrameFault, NetworkFault, StorageFault};
use crate::http::{Answer, Body, Request};
use crate::json::{Value, object, parse, to_text};
use crate::platform::{KeyAction, Platform, Task};
use crate::protocol::dpop::PublicKey;
use crate::protocol::jwk::Algorithm;
use crate::storage::{Area, CustomAction};
use crate::text::Text;
use crate::url::{Params, Url};

pub const ISSUER: &str = "https://op.example/am/oauth2/realms/root";
pub const WELLKNOWN: &str =
    "https://op.example/am/oauth2/realms/root/.well-known/openid-configuration";

/// What happens to the step that is to fail.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    Network(NetworkFault),
    Status(u16, &'static str),
}

/// The world, shared by the code under test and the test.
#[derive(Clone)]
pub struct World(Rc<State>);

struct State {
    areas: RefCell<BTreeMap<(&'static str, String), String>>,
    tasks: RefCell<Vec<Task>>,
    requests: RefCell<Vec<String>>,
    steps: Cell<usize>,
    fail_at: RefCell<Option<(usize, Fault)>>,
    locked: Locked,
    without_locks: Cell<bool>,
    issued: Cell<u32>,
    randoms: Cell<u8>,
    /// The valid refresh tokens: one of each sign-in.
    refresh_tokens: RefCell<Vec<String>>,
    signed_in: Cell<bool>,
    now: Cell<f64>,
    /// Answers that replace the provider's, by a part of the request's URL.
    scripted: RefCell<Vec<(&'static str, u16, Text)>>,
    read_only: Cell<bool>,
    /// How many characters all texts in `localStorage` and `sessionStorage` may have.
    room: Cell<Option<[usize; 2]>>,
    crowded: Cell<bool>,
    without_refresh_tokens: Cell<bool>,
    without_id_tokens: Cell<bool>,
    /// Who is signed in at the provider.
    user: Cell<&'static str>,
    /// The answer when no user is signed in.
    refusal: Cell<&'static str>,
    /// The answer to refresh tokens, if it is not the provider's.
    refresh_answer: RefCell<Option<(u16, Text)>>,
    frames_hang: Cell<bool>,
    refused: Cell<u32>,
    insecure: Cell<bool>,
    own_frame: Cell<bool>,
    /// Requests whose answers are held back, by a part of their URL.
    held: RefCell<Vec<&'static str>>,
    /// The keys that were read from `localStorage`, in order.
    read: RefCell<Vec<String>>,
    /// The names of [`Platform::hold`], where tabs see what others store late.
    marks: RefCell<Option<Vec<String>>>,
    /// A key of `localStorage`, what this tab still sees under it, and for how many reads.
    late: RefCell<Option<(String, Option<String>, usize)>>,
    /// How many tasks sleep, and how often they were woken.
    sleeping: Cell<usize>,
    woken: Cell<usize>,
    channels: Channels,
    /// The watchers of `localStorage`, by key.
    watchers: Channels,
    address: RefCell<String>,
    /// The address that the page was loaded with.
    loaded: RefCell<Option<String>>,
    navigated: RefCell<Vec<String>>,
    framed: RefCell<Vec<String>>,
    /// How many seconds ago the user signed in.
    signed_in_since: Cell<f64>,
    /// By how many milliseconds the provider's clock differs from the device's.
    provider_clock: Cell<f64>,
    /// Where the last form for tokens is shown.
    forms: RefCell<Rc<RefCell<Text>>>,
    /// The `iss` of the provider's responses, if any.
    issuer: RefCell<Option<&'static str>>,
    /// Members that replace those of the provider's metadata.
    metadata: RefCell<Vec<(&'static str, Value)>>,
    /// AM's session, for tests that need one.
    am: RefCell<Option<Am>>,
    end: Cell<End>,
    frames_see_no_cookie: Cell<bool>,
    /// The DPoP keys by name: a number, from which the key is made.
    keys: RefCell<BTreeMap<String, u32>>,
    /// The keys of pages that could not store them.
    keys_in_page: RefCell<BTreeMap<String, u32>>,
    made_keys: Cell<u32>,
    key_storage: Cell<KeyStorage>,
    dpop: RefCell<Option<DpopServer>>,
}

/// What the browser does with DPoP keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KeyStorage {
    /// It stores them.
    Works,
    /// It keeps them in memory.
    Blocked,
    /// It makes none.
    Missing,
}

/// A provider with DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)), and what it has seen.
#[derive(Clone, Default)]
pub struct DpopServer {
    /// The nonces that token endpoint and UserInfo endpoint demand; empty for none.
    pub nonces: [&'static str; 2],
    /// Whether the page can't read the headers.
    pub hides_headers: bool,
    /// Whether tokens are issued as `Bearer`.
    pub issues_bearer: bool,
    /// Whether the revocation endpoint demands a proof.
    pub revokes_with_proof: bool,
    /// Whether proofs with a nonce may have any time.
    pub ignores_time: bool,
    /// The `jti` of all proofs.
    pub seen: Vec<String>,
    /// See [`World::proofs`].
    pub proofs: Vec<String>,
    /// The key that the tokens are bound to, by token.
    pub bound: Vec<(String, String)>,
}

/// What the end session endpoint does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// It answers 204; whether a session ends doesn't matter.
    Simple,
    /// It ends the session and redirects. No answer can be read.
    WithoutCors,
    /// It redirects to a page of another origin, which ends the session and leads back.
    Elsewhere,
    /// It redirects to a page that asks the user.
    Asks,
    /// It can't be reached.
    Down,
}

/// AM's session, as its sessions endpoint knows it.
#[derive(Clone)]
pub struct Am {
    /// The session token.
    pub token: &'static str,
    /// The versions that the endpoint supports; empty for any.
    pub versions: &'static [&'static str],
    /// Whether requests of the page carry the cookie.
    pub has_cookie: bool,
    /// Whether the session is alive.
    pub is_alive: bool,
}

/// The header of AM's session token.
pub const AM_HEADER: &str = "iPlanetDirectoryPro";

type Channels = Rc<RefCell<Vec<(String, Rc<dyn Fn(&str)>)>>>;

/// Receives messages until it is dropped.
pub struct Subscription(Channels, Rc<dyn Fn(&str)>);

impl Drop for Subscription {
    fn drop(&mut self) {
        self.0.borrow_mut().retain(|(_, heard)| !Rc::ptr_eq(heard, &self.1));
    }
}

/// An app's middleware.
pub type Hooks = Option<Rc<dyn Fn(Request) -> Result<Request, Text>>>;

/// Released when it is dropped; `None` in a browser without the Web Locks API.
pub struct Lock(Option<(Locked, String)>);

type Locked = Rc<RefCell<Vec<String>>>;

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((locked, name)) = &self.0 {
            locked.borrow_mut().retain(|other| other != name);
        }
    }
}

impl World {
    pub fn new() -> Self {
        World(Rc::new(State {
            areas: RefCell::default(),
            tasks: RefCell::default(),
            requests: RefCell::default(),
            steps: Cell::default(),
            fail_at: RefCell::default(),
            locked: Rc::default(),
            without_locks: Cell::default(),
            issued: Cell::default(),
            randoms: Cell::default(),
            refresh_tokens: RefCell::default(),
            signed_in: Cell::new(true),
            now: Cell::new(1_700_000_000_000.0),
            scripted: RefCell::default(),
            read_only: Cell::default(),
            room: Cell::default(),
            crowded: Cell::default(),
            without_refresh_tokens: Cell::default(),
            without_id_tokens: Cell::default(),
            user: Cell::new("demo"),
            refusal: Cell::new("login_required"),
            refresh_answer: RefCell::default(),
            frames_hang: Cell::default(),
            refused: Cell::default(),
            insecure: Cell::default(),
            own_frame: Cell::default(),
            held: RefCell::default(),
            read: RefCell::default(),
            marks: RefCell::default(),
            late: RefCell::default(),
            sleeping: Cell::default(),
            woken: Cell::default(),
            channels: Rc::default(),
            watchers: Rc::default(),
            address: RefCell::new("https://app.example/".into()),
            loaded: RefCell::default(),
            navigated: RefCell::default(),
            framed: RefCell::default(),
            signed_in_since: Cell::new(60.0),
            provider_clock: Cell::default(),
            forms: RefCell::default(),
            issuer: RefCell::default(),
            metadata: RefCell::default(),
            am: RefCell::default(),
            end: Cell::new(End::Simple),
            frames_see_no_cookie: Cell::default(),
            keys: RefCell::default(),
            keys_in_page: RefCell::default(),
            made_keys: Cell::default(),
            key_storage: Cell::new(KeyStorage::Works),
            dpop: RefCell::default(),
        }))
    }

    /// Runs a future and every task until they end or sleep.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        let mut result = None;
        for _ in 0..10_000 {
            if result.is_none()
                && let Poll::Ready(value) = work.as_mut().poll(&mut context)
            {
                result = Some(value);
            }
            let tasks = self.0.tasks.take();
            let unfinished = tasks.into_iter().filter_map(|mut task| {
                task.as_mut().poll(&mut context).is_pending().then_some(task)
            });
            let unfinished: Vec<Task> = unfinished.collect();
            self.0.tasks.borrow_mut().extend(unfinished);
            if self.0.tasks.borrow().len() == self.0.sleeping.get()
                && let Some(value) = result.take()
            {
                return value;
            }
        }
        panic!("the work never ends");
    }

    /// Removes the Web Locks API from the browser.
    pub fn set_without_locks(&self) {
        self.0.without_locks.set(true);
    }

    /// How often each key of `localStorage` was read since the last call.
    pub fn reads(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        self.0.read.take().into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
        counts
    }

    /// Makes tabs see late what others store.
    pub fn set_late(&self) {
        self.0.marks.replace(Some(Vec::new()));
    }

    /// Runs work in a tab that sees, for some reads, what was stored under a key of `localStorage` before.
    pub fn run_late<T>(
        &self,
        key: &str,
        before: Option<String>,
        reads: usize,
        work: impl Future<Output = T>,
    ) -> T {
        self.0.late.replace(Some((key.to_owned(), before, reads)));
        let result = self.run(work);
        self.0.late.replace(None);
        result
    }

    /// Wakes every task that sleeps, and runs them.
    pub fn wake_all(&self) {
        self.0.woken.set(self.0.woken.get() + 1);
        self.0.sleeping.set(0);
        self.run(pause());
    }

    /// How many tasks sleep.
    pub fn sleeping(&self) -> usize {
        self.0.sleeping.get()
    }

    /// How many listeners to other tabs there are.
    pub fn listening(&self) -> usize {
        self.0.channels.borrow().len()
    }

    /// Sets the address of the page.
    pub fn set_address(&self, url: &str) {
        self.0.address.replace(url.to_owned());
    }

    /// Sets the address that the page was loaded with.
    pub fn set_loaded(&self, url: &str) {
        self.0.loaded.replace(Some(url.to_owned()));
    }

    pub fn address(&self) -> String {
        self.0.address.borrow().clone()
    }

    /// The URLs that the page navigated to.
    pub fn navigated(&self) -> Vec<String> {
        self.0.navigated.take()
    }

    /// Makes pages fetch again what they have cached.
    pub fn drop_documents(&self) {
        self.0.areas.borrow_mut().retain(|(_, key), _| !key.starts_with("pic-document-"));
    }

    /// Changes a member of the provider's metadata, and removes cached metadata.
    pub fn set_metadata(&self, name: &'static str, value: impl Into<Value>) {
        self.drop_documents();
        self.0.metadata.borrow_mut().push((name, value.into()));
    }

    /// Sets the session that AM's sessions endpoint knows.
    pub fn set_am(&self, am: Am) {
        self.0.am.replace(Some(am));
    }

    /// Sets what the end session endpoint does.
    pub fn set_end(&self, end: End) {
        self.0.end.set(end);
    }

    /// Makes the provider one with DPoP.
    pub fn set_dpop(&self, server: DpopServer) {
        self.0.dpop.replace(Some(server));
    }

    /// Changes the provider with DPoP.
    pub fn change_dpop(&self, change: impl FnOnce(&mut DpopServer)) {
        change(self.0.dpop.borrow_mut().as_mut().unwrap());
    }

    pub fn set_key_storage(&self, storage: KeyStorage) {
        self.0.key_storage.set(storage);
    }

    /// The names of the stored DPoP keys.
    pub fn stored_keys(&self) -> Vec<String> {
        self.0.keys.borrow().keys().cloned().collect()
    }

    /// How many DPoP keys are in the memory of pages only.
    pub fn keys_in_page(&self) -> usize {
        self.0.keys_in_page.borrow().len()
    }

    /// Another script deletes the DPoP keys.
    pub fn lose_keys(&self) {
        self.0.keys.take();
    }

    /// The method and URL of each proof since the last call.
    pub fn proofs(&self) -> Vec<String> {
        std::mem::take(&mut self.0.dpop.borrow_mut().as_mut().unwrap().proofs)
    }

    /// How many DPoP keys were made.
    pub fn made_keys(&self) -> u32 {
        self.0.made_keys.get()
    }

    fn make_key(&self) -> u32 {
        self.0.made_keys.set(self.0.made_keys.get() + 1);
        self.0.made_keys.get()
    }

    /// Checks the proof of a request; returns the thumbprint of its key, `None` without a proof.
    ///
    /// # Errors
    /// The provider's refusal.
    fn check_proof(
        &self,
        request: &Request,
        token: Option<&str>,
    ) -> Result<Option<String>, Answer> {
        let Some(proof) = request.headers.str("DPoP") else { return Ok(None) };
        let now = (self.0.now.get() + self.0.provider_clock.get()) / 1000.0;
        let mut server = self.0.dpop.borrow_mut();
        let server = server.as_mut().unwrap();
        let part = |at: usize| base64url::decode(proof.split('.').nth(at).unwrap()).unwrap();
        let json = |at| parse(std::str::from_utf8(&part(at)).unwrap()).unwrap();
        let (header, claims) = (json(0), json(1));
        let jwk = header.at("jwk");
        assert_eq!(part(2), signature(jwk.str("x").unwrap(), proof.rsplit_once('.').unwrap().0));
        assert_eq!(claims.str("htm"), Some(request.method));
        assert_eq!(claims.str("htu"), request.url.split(['?', '#']).next());
        assert_eq!(claims.str("ath").map(str::to_owned), token.map(sha256));
        let jti = claims.str("jti").unwrap().to_owned();
        assert!(base64url::decode(&jti).unwrap().len() >= 16 && !server.seen.contains(&jti));
        server.seen.push(jti);
        let nonce = server.nonces[usize::from(token.is_some())];
        let refuse = |error: &str| {
            let status = if token.is_some() { 401 } else { 400 };
            let mut answer = Answer::new(status, Text::default());
            match token {
                Some(_) if server.hides_headers => {}
                Some(_) => answer.challenge = Some(format!(r#"DPoP error="{error}""#).into()),
                None => answer.body = format!(r#"{{"error":"{error}"}}"#).into(),
            }
            if error == "use_dpop_nonce" && !server.hides_headers {
                answer.nonce = Some(nonce.into());
            }
            Err(answer)
        };
        if claims.str("nonce").unwrap_or_default() != nonce {
            return refuse("use_dpop_nonce");
        }
        let is_timely = (claims.number("iat").unwrap() - now).abs() < 300.0;
        if !is_timely && !server.ignores_time {
            return refuse("invalid_dpop_proof");
        }
        Ok(Some(PublicKey::read(jwk).unwrap().jkt.to_string()))
    }

    /// The key that a token is bound to.
    fn key_of(&self, token: &str) -> Option<String> {
        let server = self.0.dpop.borrow();
        let bound = &server.as_ref()?.bound;
        bound.iter().find(|(other, _)| other == token).map(|(_, jkt)| jkt.clone())
    }

    /// The answer of the UserInfo endpoint.
    fn userinfo(&self, request: &Request) -> Answer {
        let details = Answer::new(200, r#"{"sub":"demo"}"#.into());
        if self.0.dpop.borrow().is_none() {
            return details;
        }
        let header = request.headers.str("Authorization").unwrap();
        let (scheme, token) = header.split_once(' ').unwrap();
        let Some(jkt) = self.key_of(token) else { return details };
        assert_eq!(scheme, "DPoP");
        match self.check_proof(request, Some(token)) {
            Ok(proved) if proved.as_ref() == Some(&jkt) => details,
            Ok(_) => Answer::new(401, Text::default()),
            Err(answer) => answer,
        }
    }

    /// The answer of the token endpoint to a client with DPoP.
    fn bound_tokens(&self, request: &Request, form: &Params) -> Answer {
        let jkt = match self.check_proof(request, None) {
            Ok(jkt) => jkt,
            Err(answer) => return answer,
        };
        let invalid = || Answer::new(400, r#"{"error":"invalid_grant"}"#.into());
        if let Some(token) = form.get("refresh_token")
            && let Some(bound) = self.key_of(token)
            && jkt != Some(bound)
        {
            return invalid();
        }
        let (Some(jkt), false) = (jkt, self.0.dpop.borrow().as_ref().unwrap().issues_bearer) else {
            return self.tokens(form);
        };
        let mut answer = self.tokens(form);
        if answer.is_ok() {
            let mut body = parse(&answer.body).unwrap();
            for name in ["access_token", "refresh_token"] {
                let token = body.str(name).unwrap_or_default().to_owned();
                self.change_dpop(|server| server.bound.push((token, jkt.clone())));
            }
            body.set("token_type", "DPoP");
            answer.body = to_text(&body);
        }
        answer
    }

    /// The answer of the revocation endpoint.
    fn revoke(&self, request: &Request) -> Answer {
        let wants_proof =
            self.0.dpop.borrow().as_ref().is_some_and(|server| server.revokes_with_proof);
        if wants_proof {
            match self.check_proof(request, None) {
                Ok(None) => return Answer::new(400, r#"{"error":"invalid_request"}"#.into()),
                Ok(Some(_)) => {}
                Err(answer) => return answer,
            }
        }
        Answer::new(204, Text::default())
    }

    /// Blocks the provider's cookie in hidden frames.
    pub fn hide_cookie_in_frames(&self) {
        self.0.frames_see_no_cookie.set(true);
    }

    /// Whether the session at the provider is alive.
    pub fn is_signed_in(&self) -> bool {
        self.0.signed_in.get()
    }

    /// The answer to a request to the end session endpoint.
    fn end(&self, request: &Request) -> Result<Answer, NetworkFault> {
        let answer = |status| Ok(Answer::new(status, Text::default()));
        let end = self.0.end.get();
        let follows = request.unreadable;
        if end == End::WithoutCors || (end == End::Elsewhere && follows) {
            self.set_signed_in(false);
        }
        match end {
            End::Down => Err(NetworkFault::Failed),
            _ if follows => answer(0),
            End::Simple => answer(204),
            End::WithoutCors => Err(NetworkFault::Failed),
            End::Elsewhere | End::Asks => answer(302),
        }
    }

    /// The location at which a hidden frame that ends the session lands, also if the provider finds no
    /// session.
    fn end_in_frame(&self, url: &str) -> Result<Text, FrameFault> {
        if !matches!(self.0.end.get(), End::WithoutCors | End::Elsewhere) {
            return Err(FrameFault::UnexpectedPage);
        }
        if !self.0.frames_see_no_cookie.get() {
            self.set_signed_in(false);
        }
        let sent = Params::parse(Url::parse(url, None).unwrap().query());
        let mut back = Params::new();
        back.set_some("state", sent.get("state"));
        Ok(back.append_to(sent.get("post_logout_redirect_uri").unwrap()))
    }

    /// Whether AM's session is alive.
    pub fn is_am_alive(&self) -> bool {
        self.0.am.borrow().as_ref().is_some_and(|am| am.is_alive)
    }

    /// The answer of AM's sessions endpoint.
    fn sessions(&self, request: &Request, action: &str) -> Answer {
        let answer = |status, body: &str| Answer::new(status, body.into());
        let mut am = self.0.am.borrow_mut();
        let Some(am) = am.as_mut() else { return answer(200, "{}") };
        let version = request.headers.str("Accept-API-Version");
        let has_header = request.headers.str(AM_HEADER) == Some(am.token);
        let has_token = has_header || (am.has_cookie && request.with_cookies);
        let is_known = am.is_alive && has_token;
        if action != "validate" && !is_known {
            return answer(401, r#"{"code":401}"#);
        }
        if version.is_some_and(|asked| !am.versions.is_empty() && !am.versions.contains(&asked)) {
            return answer(404, r#"{"code":404,"message":"Resource '' not found"}"#);
        }
        match action {
            "validate" if !has_token => answer(400, "{}"),
            "validate" if is_known => answer(200, r#"{"valid":true}"#),
            "validate" => answer(200, r#"{"valid":false}"#),
            "logout" => {
                am.is_alive = false;
                answer(200, "{}")
            }
            _ => answer(200, r#"{"username":"demo"}"#),
        }
    }

    /// Sets the `iss` of the provider's responses.
    pub fn set_issuer(&self, issuer: Option<&'static str>) {
        self.0.issuer.replace(issuer);
    }

    /// How many stored keys begin with this text.
    pub fn keys_of(&self, prefix: &str) -> usize {
        self.0.areas.borrow().keys().filter(|(_, key)| key.starts_with(prefix)).count()
    }

    /// The provider's answer to an authorize URL: where the browser lands.
    pub fn land(&self, url: &str) -> String {
        let sent = Params::parse(Url::parse(url, None).unwrap().query());
        let mut answer = Params::new();
        answer.set_some("state", sent.get("state"));
        answer.set_some("iss", self.0.issuer.borrow().map(Text::from).as_ref());
        match self.0.signed_in.get() {
            // The token endpoint reads from the code which nonce the ID token gets.
            true => answer.set("code", sent.get("nonce").map_or("code", Text::as_str)),
            false => answer.set("error", self.0.refusal.get()),
        }
        let landing = sent.get("redirect_uri").unwrap();
        match sent.get("response_type").map(Text::as_str) {
            Some("id_token") => {
                let nonce = answer.get("code").cloned().unwrap_or_default();
                answer.remove("code");
                if self.0.signed_in.get() {
                    answer.set("id_token", self.id_token(Some(&nonce)));
                }
                format!("{landing}#{}", answer.encode())
            }
            Some("none") => {
                answer.remove("code");
                answer.append_to(landing).to_string()
            }
            _ => answer.append_to(landing).to_string(),
        }
    }

    fn id_token(&self, nonce: Option<&str>) -> String {
        let seconds = ((self.0.now.get() + self.0.provider_clock.get()) / 1000.0).floor();
        id_token(&object!([
            ("iss", ISSUER.into()),
            ("aud", "me".into()),
            ("sub", self.0.user.get().into()),
            ("iat", seconds.into()),
            ("exp", (seconds + 3600.0).into()),
            ("auth_time", (seconds - self.0.signed_in_since.get()).into()),
            ("nonce", nonce.into()),
        ]))
    }

    /// Makes the step with this number fail; steps are counted from now.
    pub fn fail_at(&self, step: usize, fault: Fault) {
        self.0.steps.set(0);
        self.0.fail_at.replace(Some((step, fault)));
    }

    /// Counts steps from now, without a failure; returns how many there were.
    pub fn steps(&self) -> usize {
        self.0.fail_at.replace(None);
        self.0.steps.replace(0)
    }

    /// Holds back the answers to requests whose URL contains the text, until [`World::release`].
    pub fn hold(&self, part: &'static str) {
        self.0.held.borrow_mut().push(part);
    }

    pub fn release(&self) {
        self.0.held.take();
    }

    /// Answers the requests that one [`World::hold`] holds back.
    pub fn release_only(&self, part: &str) {
        self.0.held.borrow_mut().retain(|other| *other != part);
    }

    /// The URLs that were opened in hidden frames since the last call.
    pub fn framed(&self) -> Vec<String> {
        self.0.framed.take()
    }

    /// Sets the answer to requests whose URL contains `part`, from now on.
    pub fn script(&self, part: &'static str, status: u16, body: impl Into<Text>) {
        self.0.scripted.borrow_mut().push((part, status, body.into()));
    }

    /// Lets the provider answer again.
    pub fn unscript(&self) {
        self.0.scripted.borrow_mut().clear();
    }

    pub fn set_signed_in_since(&self, seconds: f64) {
        self.0.signed_in_since.set(seconds);
    }

    /// Sets by how many milliseconds the provider's clock differs from the device's.
    pub fn set_provider_clock(&self, milliseconds: f64) {
        self.0.provider_clock.set(milliseconds);
    }

    /// Shows the forms that are sent.
    pub fn see_forms(&self, seen: Rc<RefCell<Text>>) {
        self.0.forms.replace(seen);
    }

    /// Loads the page over http, or in the hidden frame.
    pub fn set_surroundings(&self, insecure: bool, own_frame: bool) {
        self.0.insecure.set(insecure);
        self.0.own_frame.set(own_frame);
    }

    /// How often a refresh token was used again.
    pub fn refused(&self) -> u32 {
        self.0.refused.get()
    }

    /// Makes every write to the browser's storages fail, or none.
    pub fn set_read_only(&self, read_only: bool) {
        self.0.read_only.set(read_only);
    }

    /// Leaves no room in the browser's storages beside the texts that they have.
    pub fn fill(&self) {
        self.0.room.set(Some([Area::Local, Area::Session].map(|area| self.size(area))));
    }

    fn size(&self, area: Area) -> usize {
        let areas = self.0.areas.borrow();
        areas.iter().filter(|((word, _), _)| *word == area.word()).map(|(_, text)| text.len()).sum()
    }

    /// The same, until the cached documents are removed.
    pub fn set_room_beside_documents(&self, crowded: bool) {
        self.0.crowded.set(crowded);
    }

    /// Makes the provider issue no refresh tokens from now on.
    pub fn without_refresh_tokens(&self) {
        self.0.without_refresh_tokens.set(true);
    }

    /// Makes the provider issue no ID tokens.
    pub fn without_id_tokens(&self) {
        self.0.without_id_tokens.set(true);
    }

    /// Signs another user in at the provider.
    pub fn set_user(&self, user: &'static str) {
        self.0.user.set(user);
    }

    /// Sets the answer when no user is signed in.
    pub fn set_refusal(&self, error: &'static str) {
        self.0.refusal.set(error);
    }

    /// Sets the answer to every refresh token, and to nothing else, from now on.
    pub fn answer_refresh(&self, status: u16, body: impl Into<Text>) {
        self.0.refresh_answer.replace(Some((status, body.into())));
    }

    /// Lets the provider answer refresh tokens again.
    pub fn accept_refresh(&self) {
        self.0.refresh_answer.replace(None);
    }

    /// Makes hidden frames return no response.
    pub fn set_frames_hang(&self, hang: bool) {
        self.0.frames_hang.set(hang);
    }

    /// The user's session at the provider.
    pub fn set_signed_in(&self, signed_in: bool) {
        self.0.signed_in.set(signed_in);
    }

    pub fn advance(&self, milliseconds: f64) {
        self.0.now.set(self.0.now.get() + milliseconds);
    }

    /// The requests since the last call, such as `token refresh_token`.
    pub fn requests(&self) -> Vec<String> {
        self.0.requests.take()
    }

    pub fn stored(&self, area: Area, key: &str) -> Option<String> {
        self.0.areas.borrow().get(&(area.word(), key.to_owned())).cloned()
    }

    pub fn put(&self, area: Area, key: &str, text: &str) {
        self.0.areas.borrow_mut().insert((area.word(), key.to_owned()), text.to_owned());
    }

    /// The page is left: what it had in memory is gone.
    pub fn forget_page(&self) {
        self.0.areas.borrow_mut().retain(|(area, _), _| *area != Area::Memory.word());
    }

    pub fn all_stored(&self) -> BTreeMap<(&'static str, String), String> {
        self.0.areas.borrow().clone()
    }

    /// Another tab removes what is stored under a key.
    pub fn remove_in_other_tab(&self, key: &str) {
        self.0.areas.borrow_mut().remove(&(Area::Local.word(), key.to_owned()));
        self.tell_change(key, key);
    }

    /// Notifies the watchers of a key that it has changed, while other tasks run.
    pub fn notify_watchers(&self, key: &str) {
        let watchers = self.0.watchers.borrow().clone();
        watchers.iter().filter(|(name, _)| name == key).for_each(|(_, changed)| changed(key));
    }

    /// Notifies the watchers of a key that it has changed, or (`""`) that the page is shown again.
    pub fn tell_change(&self, key: &str, news: &str) {
        let watchers = self.0.watchers.borrow().clone();
        watchers.iter().filter(|(name, _)| name == key).for_each(|(_, changed)| changed(news));
        self.run(pause());
    }

    fn step(&self) -> Option<Fault> {
        let step = self.0.steps.get();
        self.0.steps.set(step + 1);
        let fail_at = self.0.fail_at.borrow();
        fail_at.as_ref().filter(|(at, _)| *at == step).map(|(_, fault)| fault.clone())
    }

    fn storage_step(&self) -> Result<(), StorageFault> {
        match self.step() {
            None => Ok(()),
            Some(Fault::Network(_)) => Err(StorageFault::Failed),
            Some(Fault::Status(..)) => Err(StorageFault::Full),
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        let form = match &request.body {
            Body::Form(form) => form.clone(),
            _ => Params::new(),
        };
        if request.url.contains("/token") {
            self.0.forms.borrow().replace(form.encode());
        }
        let url = Url::parse(&request.url, None).unwrap();
        let mut name = url.path().rsplit('/').next().unwrap_or_default().to_owned();
        let query = Params::parse(url.query());
        let mut detail = form.get("grant_type").map_or("", Text::as_str);
        if request.url.contains("/sessions/") {
            name = "sessions".into();
            detail = query.get("_action").map_or("", Text::as_str);
        }
        self.0.requests.borrow_mut().push(format!("{name} {detail}").trim().to_owned());
        if request.headers.get("DPoP").is_some() {
            let proof = format!("{} {}", request.method, request.url);
            self.change_dpop(|server| server.proofs.push(proof));
        }
        let scripted = self.0.scripted.borrow();
        if let Some((_, status, body)) =
            scripted.iter().find(|(part, ..)| request.url.contains(part))
        {
            return Answer::new(*status, body.clone());
        }
        let ok = |value: Value| Answer::new(200, to_text(&value));
        match name.as_str() {
            "openid-configuration" => {
                let mut metadata = metadata();
                for (name, value) in self.0.metadata.borrow().iter() {
                    metadata.set(name, value.clone());
                }
                ok(metadata)
            }
            "keys" => ok(object!([("keys", vec![key()].into())])),
            "userinfo" => self.userinfo(request),
            "token" if self.0.dpop.borrow().is_some() => self.bound_tokens(request, &form),
            "token" => self.tokens(&form),
            "revoke" => self.revoke(request),
            "end" => Answer::new(204, Text::default()),
            "authenticate" => ok(self.journey(request)),
            "sessions" => self.sessions(request, detail),
            _ => Answer::new(404, Text::default()),
        }
    }

    /// A journey of one step.
    fn journey(&self, request: &Request) -> Value {
        if !matches!(request.body, Body::Json(_)) {
            return object!([("authId", "auth-id".into())]);
        }
        let issued = self.0.issued.get() + 1;
        self.0.issued.set(issued);
        object!([("tokenId", format!("session-{issued}").into()), ("successUrl", "/".into())])
    }

    fn tokens(&self, form: &Params) -> Answer {
        let refresh_token = form.get("refresh_token");
        if refresh_token.is_some()
            && let Some((status, body)) = &*self.0.refresh_answer.borrow()
        {
            return Answer::new(*status, body.clone());
        }
        if let Some(token) = refresh_token {
            let mut good = self.0.refresh_tokens.borrow_mut();
            let Some(position) = good.iter().position(|other| *token == *other) else {
                self.0.refused.set(self.0.refused.get() + 1);
                return Answer::new(400, r#"{"error":"invalid_grant"}"#.into());
            };
            good.remove(position);
        }
        let issued = self.0.issued.get() + 1;
        self.0.issued.set(issued);
        self.0.refresh_tokens.borrow_mut().push(format!("refresh-{issued}"));
        let nonce = form.get("code").filter(|_| refresh_token.is_none());
        let id_token = self.id_token(nonce.map(Text::as_str));
        let mut body = object!([
            ("access_token", format!("access-{issued}").into()),
            ("refresh_token", format!("refresh-{issued}").into()),
            ("id_token", id_token.into()),
            ("token_type", "Bearer".into()),
            ("expires_in", 3600.0.into()),
        ]);
        if self.0.without_refresh_tokens.get() {
            body.retain(&|name, _| name != "refresh_token");
        }
        if self.0.without_id_tokens.get() {
            body.retain(&|name, _| name != "id_token");
        }
        Answer::new(200, to_text(&body))
    }
}

/// A JWT whose signature [`World`] accepts.
pub fn id_token(claims: &Value) -> String {
    let part = |text: &str| base64url::encode(text.as_bytes());
    format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(&to_text(claims)), part("good"))
}

/// The signature that [`World`] makes with a DPoP key.
fn signature(x: &str, text: &str) -> Vec<u8> {
    Sha256::digest(format!("{x} {text}")).to_vec()
}

fn sha256(text: &str) -> String {
    base64url::encode(&Sha256::digest(text)).to_string()
}

fn key() -> Value {
    object!([
        ("kty", "RSA".into()),
        ("n", base64url::encode(&[255; 256]).into()),
        ("e", "AQAB".into()),
    ])
}

fn metadata() -> Value {
    let endpoint = |name: &str| Value::from(format!("https://op.example/{name}"));
    object!([
        ("issuer", ISSUER.into()),
        ("authorization_endpoint", endpoint("authorize")),
        ("token_endpoint", endpoint("token")),
        ("userinfo_endpoint", endpoint("userinfo")),
        ("revocation_endpoint", endpoint("revoke")),
        ("end_session_endpoint", endpoint("end")),
        ("jwks_uri", endpoint("keys")),
        (
            "response_types_supported",
            vec![Value::from("code"), "none".into(), "id_token".into()].into(),
        ),
    ])
}

/// A task that sleeps; dropped when it wakes or ends.
struct Asleep(Rc<State>, usize);

impl Drop for Asleep {
    fn drop(&mut self) {
        // Waking counts all of them out at once.
        if self.0.woken.get() == self.1 {
            self.0.sleeping.set(self.0.sleeping.get() - 1);
        }
    }
}

/// Yields once to other work.
pub async fn pause() {
    let mut paused = false;
    poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
}

impl Platform for World {
    type Lock = Lock;
    type Hooks = Hooks;
    /// Whether the user closes it.
    type Popup = bool;
    type Subscription = Subscription;

    async fn prepare(
        &self,
        request: Request,
        _timeout: f64,
        hooks: &Hooks,
    ) -> Result<Request, Text> {
        pause().await;
        match hooks {
            Some(hook) => hook(request),
            None => Ok(request),
        }
    }

    async fn popup(
        &self,
        closed: bool,
        url: &str,
        _channel: &str,
        landed: &dyn Fn(&str) -> bool,
        _timeout: f64,
    ) -> Result<Text, FrameFault> {
        pause().await;
        if closed {
            return Err(FrameFault::Closed);
        }
        if self.step().is_some() {
            return Err(FrameFault::Timeout);
        }
        let location = self.land(url);
        assert!(landed(&location) && !landed(&location.replace("state=", "state=x")));
        Ok(location.into())
    }

    fn navigate(&self, url: &str) {
        self.0.navigated.borrow_mut().push(url.to_owned());
    }

    fn submit(&self, url: &str, form: &Params) {
        self.0.navigated.borrow_mut().push(format!("POST {url} {}", form.encode()));
    }

    fn replace_address(&self, url: &str) {
        self.0.address.replace(url.to_owned());
    }

    fn tell(&self, channel: &str, message: &str) {
        let channels = self.0.channels.borrow().clone();
        for (_, heard) in channels.iter().filter(|(name, _)| name == channel) {
            heard(message);
        }
    }

    fn listen(&self, channel: &str, heard: Rc<dyn Fn(&str)>) -> Subscription {
        self.0.channels.borrow_mut().push((channel.to_owned(), heard.clone()));
        Subscription(self.0.channels.clone(), heard)
    }

    fn watch(&self, key: &str, changed: Rc<dyn Fn(&str)>) -> Subscription {
        self.0.watchers.borrow_mut().push((key.to_owned(), changed.clone()));
        Subscription(self.0.watchers.clone(), changed)
    }

    async fn wake(&self, _milliseconds: f64) {
        let woken = self.0.woken.get();
        self.0.sleeping.set(self.0.sleeping.get() + 1);
        let _asleep = Asleep(self.0.clone(), woken);
        poll_fn(|_| if self.0.woken.get() > woken { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    async fn returned(&self, milliseconds: f64) {
        self.pause(milliseconds).await;
    }

    async fn left(&self) {
        std::future::pending().await
    }

    async fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<Text>, StorageFault> {
        pause().await;
        self.storage_step()?;
        let area = Area::Custom(storage);
        match action {
            CustomAction::Get => return Ok(self.stored(area, key).map(Text::from)),
            CustomAction::Set(text) => self.put(area, key, text),
            CustomAction::Remove => {
                self.0.areas.borrow_mut().remove(&(area.word(), key.to_owned()));
            }
        }
        Ok(None)
    }

    async fn send(
        &self,
        request: Request,
        _timeout: f64,
        _hooks: &Hooks,
    ) -> Result<Answer, NetworkFault> {
        pause().await;
        while self.0.held.borrow().iter().any(|part| request.url.contains(part)) {
            pause().await;
        }
        match self.step() {
            Some(Fault::Network(fault)) => Err(fault),
            Some(Fault::Status(status, body)) => Ok(Answer::new(status, body.into())),
            None => {
                let answer = self.answer(&request);
                let ends = request.url.starts_with("https://op.example/end");
                if ends && self.0.scripted.borrow().is_empty() {
                    self.end(&request)
                } else {
                    Ok(answer)
                }
            }
        }
    }

    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        _timeout: f64,
    ) -> Result<Text, FrameFault> {
        pause().await;
        self.0.requests.borrow_mut().push("frame".into());
        self.0.framed.borrow_mut().push(url.to_owned());
        if self.step().is_some() || self.0.frames_hang.get() {
            return Err(FrameFault::Timeout);
        }
        if url.starts_with("https://op.example/end?") {
            let location = self.end_in_frame(url)?;
            return if landed(&location) { Ok(location) } else { Err(FrameFault::Timeout) };
        }
        let is_signed_in = self.0.signed_in.get();
        self.0.signed_in.set(is_signed_in && !self.0.frames_see_no_cookie.get());
        let location = self.land(url);
        self.0.signed_in.set(is_signed_in);
        assert!(landed(&location));
        Ok(location.into())
    }

    fn read(&self, area: Area, key: &str) -> Result<Option<Text>, StorageFault> {
        self.storage_step()?;
        if area == Area::Local {
            self.0.read.borrow_mut().push(key.to_owned());
        }
        if let Some((late, before, reads)) = &mut *self.0.late.borrow_mut()
            && area == Area::Local
            && late == key
            && *reads > 0
        {
            *reads -= 1;
            return Ok(before.as_deref().map(Text::from));
        }
        Ok(self.stored(area, key).map(Text::from))
    }

    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault> {
        self.storage_step()?;
        if area != Area::Memory {
            let before = self.stored(area, key).unwrap_or_default();
            let size = self.size(area) - before.len() + text.len();
            let is_full = self.0.room.get().is_some_and(|[local, session]| {
                size > if area == Area::Local { local } else { session }
            });
            let mut kept = self.all_stored().into_keys();
            let crowded =
                self.0.crowded.get() && kept.any(|(_, key)| key.starts_with("pic-document-"));
            if self.0.read_only.get() || is_full || crowded {
                return Err(StorageFault::Full);
            }
        }
        self.put(area, key, text);
        Ok(())
    }

    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault> {
        self.storage_step()?;
        self.0.areas.borrow_mut().remove(&(area.word(), key.to_owned()));
        Ok(())
    }

    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<Text>, StorageFault> {
        self.storage_step()?;
        let areas = self.0.areas.borrow();
        let keys =
            areas.keys().filter(|(word, key)| *word == area.word() && key.starts_with(prefix));
        Ok(keys.map(|(_, key)| key.as_str().into()).collect())
    }

    async fn lock(&self, name: &str, _timeout: f64) -> Option<Lock> {
        if self.step().is_some() {
            return None;
        }
        if self.0.without_locks.get() {
            return Some(Lock(None));
        }
        while self.0.locked.borrow().iter().any(|other| other == name) {
            pause().await;
        }
        self.0.locked.borrow_mut().push(name.to_owned());
        Some(Lock(Some((self.0.locked.clone(), name.to_owned()))))
    }

    fn is_exclusive(lock: &Lock) -> bool {
        lock.0.is_some()
    }

    async fn held(&self, prefix: &str) -> Option<Text> {
        let marks = self.0.marks.borrow();
        let last = marks.iter().flatten().rfind(|mark| mark.starts_with(prefix));
        last.map(|mark| mark.as_str().into())
    }

    async fn hold(&self, name: &str, _milliseconds: f64) {
        self.0.marks.borrow_mut().iter_mut().for_each(|marks| marks.push(name.to_owned()));
    }

    /// Yields once to other work for a tenth of a second.
    async fn pause(&self, milliseconds: f64) {
        for _ in 0..(milliseconds / 100.0).ceil().max(1.0) as usize {
            pause().await;
        }
    }

    async fn verify(
        &self,
        _: Algorithm,
        _: &Value,
        _: &[u8],
        signature: &[u8],
    ) -> Result<bool, ()> {
        Ok(signature == b"good")
    }

    async fn digest(&self, algorithm: Algorithm, text: &str) -> Option<Vec<u8>> {
        match algorithm.hash() {
            "SHA-256" => Some(Sha256::digest(text).to_vec()),
            "SHA-384" => Some(Sha384::digest(text).to_vec()),
            "SHA-512" => Some(Sha512::digest(text).to_vec()),
            _ => None,
        }
    }

    async fn dpop_key(&self, name: &str, action: KeyAction) -> Result<Option<(Value, bool)>, ()> {
        pause().await;
        let storage = match self.step() {
            Some(Fault::Network(_)) => KeyStorage::Missing,
            Some(Fault::Status(..)) => KeyStorage::Blocked,
            None => self.0.key_storage.get(),
        };
        if storage == KeyStorage::Missing {
            return Err(());
        }
        let found = |number: u32, lasts| {
            let coordinate = |name: &str| Value::from(format!("{name}-{number}"));
            let jwk = object!([
                ("kty", "EC".into()),
                ("crv", "P-256".into()),
                ("x", coordinate("x")),
                ("y", coordinate("y")),
            ]);
            Ok(Some((jwk, lasts)))
        };
        let is_blocked = storage == KeyStorage::Blocked;
        if action == KeyAction::Take {
            let mut in_page = self.0.keys_in_page.borrow_mut();
            let stored = self.0.keys.borrow_mut().remove(name).filter(|_| !is_blocked);
            let Some(number) = in_page.remove(name).or(stored) else { return Ok(None) };
            in_page.insert(format!("{name}|x-{number}"), number);
            return found(number, false);
        }
        if let Some(number) = self.0.keys_in_page.borrow().get(name) {
            return found(*number, false);
        }
        let stored = self.0.keys.borrow().get(name).copied().filter(|_| !is_blocked);
        match (stored, action) {
            (Some(number), _) => found(number, true),
            (None, KeyAction::Find) => Ok(None),
            (None, KeyAction::Make | KeyAction::Keep) if !is_blocked => {
                let number = self.make_key();
                self.0.keys.borrow_mut().insert(name.to_owned(), number);
                found(number, true)
            }
            (None, _) => {
                let number = self.make_key();
                self.0.keys_in_page.borrow_mut().insert(name.to_owned(), number);
                found(number, false)
            }
        }
    }

    async fn dpop_sign(&self, name: &str, x: &str, text: &str) -> Option<Vec<u8>> {
        pause().await;
        if self.step().is_some() {
            return None;
        }
        let in_page = self.0.keys_in_page.borrow().get(name).copied();
        let number = in_page.or_else(|| self.0.keys.borrow().get(name).copied())?;
        (x == format!("x-{number}")).then(|| signature(x, text))
    }

    async fn dpop_forget(&self, name: &str) {
        pause().await;
        self.0.keys_in_page.borrow_mut().remove(name);
    }

    fn random(&self, bytes: &mut [u8; 32]) -> bool {
        let count = self.0.randoms.get() + 1;
        self.0.randoms.set(count);
        bytes.fill(count);
        true
    }

    fn now(&self) -> f64 {
        self.0.now.get()
    }

    fn spawn(&self, task: Task) {
        self.0.tasks.borrow_mut().push(task);
    }

    fn base_url(&self) -> Option<Text> {
        Some(self.address().into())
    }

    fn loaded_url(&self) -> Option<Text> {
        self.0.loaded.borrow().as_deref().map(Text::from)
    }

    fn is_secure_context(&self) -> bool {
        !self.0.insecure.get()
    }

    fn is_own_frame(&self) -> bool {
        self.0.own_frame.get()
    }
}
