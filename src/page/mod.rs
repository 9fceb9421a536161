//! What the clients of one page share, so that both are one sign-in.
#![forbid(unsafe_code)]

mod by_name;
mod documents;
pub mod event;
pub mod providers;
pub mod sender;
pub mod session;
pub mod sign_ins;
pub mod sign_outs;
pub mod whose;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::page::documents::Documents;
use crate::page::event::Heard;
use crate::page::providers::Providers;
use crate::page::sender::Sender;
use crate::page::sign_ins::SignIns;
use crate::page::sign_outs::SignOuts;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::tokens::Tokens;
use crate::storage::{Area, CustomAction, Location};
use crate::task::Flights;
use crate::text::Text;

/// The shared part of all clients on one [`Platform`].
pub struct Context<P: Platform> {
    /// The world.
    pub platform: &'static P,
    /// Sends requests.
    pub sender: &'static Sender<P>,
    /// What is known of providers.
    pub providers: Providers<P>,
    /// Who is signed in where.
    pub sign_ins: SignIns<P>,
    /// The sign-outs.
    pub sign_outs: &'static SignOuts<P>,
    /// Codes that are being exchanged and steps that are being submitted, by whichever object of a
    /// client: each is good once.
    pub(crate) exchanges: Flights,
    last_told: RefCell<Text>,
    listeners: RefCell<Vec<Listener>>,
    last_listener: Cell<u32>,
    /// Tells this page's messages to other tabs from theirs.
    page: RefCell<Text>,
    pub(crate) unsaved: RefCell<Vec<Unsaved>>,
    pub(crate) refusals: RefCell<Vec<Refusal>>,
    /// The locks of this page, where the browser has none.
    pub(crate) page_locks: Rc<RefCell<Vec<Text>>>,
    /// What tells that the sign-ins of an issuer have changed: see `notes.rs`.
    pub(crate) watched: RefCell<Vec<(Text, P::Subscription)>>,
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

impl<P: Platform> Context<P> {
    /// A context with nothing in it. It lasts as long as the instance of the core.
    pub fn new(platform: P) -> &'static Self {
        let platform = leak(platform);
        let sender = leak(Sender::new(platform));
        let sign_outs = leak(SignOuts::new(platform));
        leak(Context {
            platform,
            sender,
            providers: Providers::new(platform, sender, Documents::new(platform, sign_outs)),
            sign_ins: SignIns::new(platform, sign_outs),
            sign_outs,
            exchanges: Flights::default(),
            last_told: RefCell::default(),
            listeners: RefCell::default(),
            last_listener: Cell::default(),
            page: RefCell::default(),
            unsaved: RefCell::default(),
            refusals: RefCell::default(),
            page_locks: Rc::default(),
            watched: RefCell::default(),
        })
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

/// It lasts as long as the instance of the core.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
