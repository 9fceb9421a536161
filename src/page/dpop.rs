//! The DPoP keys of this browser, the nonces of servers, and the proofs made with them
//! ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)).

use std::rc::Rc;

use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::http::{Answer, Possession};
use crate::json::Value;
use crate::page::by_name::ByName;
use crate::page::whose::SignIn;
use crate::platform::{KeyAction, Platform};
use crate::protocol::dpop::{Claims, PublicKey, Repeated, Sent, signed, to_sign};
use crate::storage::Area;
use crate::text::{Join, Text};
use crate::url::Url;

/// A key that this browser has.
pub struct Key {
    /// Its thumbprint.
    pub jkt: Text,
    /// Whether it is stored, for other tabs and pages. Otherwise only this page has it.
    pub lasts: bool,
}

/// A proof, and what it was made with.
pub struct Proof {
    /// The value of the header `DPoP`.
    pub text: Text,
    /// What it was made with.
    pub with: MadeWith,
}

/// What a proof was made with, of what its server may refuse.
pub struct MadeWith {
    /// `nonce`
    pub nonce: Option<Text>,
    /// Whether `iat` is the provider's time instead of the device's.
    pub is_corrected: bool,
}

/// What is known of the provider's clock.
#[derive(Clone, Copy, Default)]
struct Clock {
    /// By how many milliseconds it was ahead of the device's when the last ID token arrived.
    off_by: f64,
    /// Whether proofs have the provider's time.
    is_corrected: bool,
}

/// Keys, nonces and the clock.
pub struct Dpop<P: Platform> {
    platform: &'static P,
    /// The public keys that were used last, by name.
    keys: ByName<Rc<Value>>,
    /// The newest nonces: see [`nonce_name`].
    nonces: ByName<Rc<Value>>,
    /// The clocks, by the name of the key.
    clocks: ByName<Clock>,
}

impl<P: Platform> Dpop<P> {
    pub(super) fn new(platform: &'static P) -> Self {
        Dpop {
            platform,
            keys: ByName::default(),
            nonces: ByName::default(),
            clocks: ByName::default(),
        }
    }

    /// The key of a sign-in, which is made where there is none. That of a sign-in in memory is in memory
    /// too.
    ///
    /// # Errors
    /// `dpop_unavailable`
    pub(crate) async fn key(&self, sign_in: &SignIn, action: KeyAction) -> Result<Key, Error> {
        let action = match sign_in.location.area {
            Area::Memory => KeyAction::MakeInPage,
            _ => action,
        };
        let name = sign_in.lock_name();
        let found = self.platform.dpop_key(&name, action).await.ok().flatten();
        let (jwk, lasts) = found.ok_or_else(unavailable)?;
        let PublicKey { jkt, .. } = PublicKey::read(&jwk).ok_or_else(unavailable)?;
        self.keys.set(&name, Rc::new(jwk));
        Ok(Key { jkt, lasts })
    }

    /// Whether this browser has the key of a sign-in, and it has this thumbprint.
    pub(crate) async fn has(&self, sign_in: &SignIn, jkt: &Text) -> bool {
        self.find(&sign_in.lock_name(), jkt).await.is_some()
    }

    async fn find(&self, name: &str, jkt: &Text) -> Option<PublicKey> {
        let read = |jwk: &Value| PublicKey::read(jwk).filter(|key| key.jkt == *jkt);
        if let Some(known) = self.keys.get(name).as_deref().and_then(read) {
            return Some(known);
        }
        let (jwk, _) = self.platform.dpop_key(name, KeyAction::Find).await.ok()??;
        let key = read(&jwk);
        self.keys.set(name, Rc::new(jwk));
        key
    }

    /// Deletes the key of a sign-in, which a new sign-in of any tab must not find. This page keeps it for
    /// proofs of the revocation, until [`Dpop::forget`]. `None` where there is no key. A failure is ignored:
    /// without the tokens the key is of no use.
    pub(crate) async fn take(&self, sign_in: &SignIn) -> Option<Possession> {
        let name = sign_in.lock_name();
        self.keys.remove(&name);
        let (jwk, _) = self.platform.dpop_key(&name, KeyAction::Take).await.ok()??;
        let key = PublicKey::read(&jwk)?;
        let taken = [&*name, "|", key.x()].joined();
        self.clocks.set(&taken, self.clock(&name));
        self.keys.set(&taken, Rc::new(jwk));
        Some(Possession { key: taken, jkt: key.jkt, token: None })
    }

    /// Drops a key that was [taken](Dpop::take).
    pub(crate) async fn forget(&self, taken: &Possession) {
        self.keys.remove(&taken.key);
        self.clocks.remove(&taken.key);
        self.platform.dpop_forget(&taken.key).await;
    }

    fn clock(&self, key: &str) -> Clock {
        self.clocks.get(key).unwrap_or_default()
    }

    /// A proof for one request; `None` where the key is gone.
    pub(crate) async fn prove(
        &self,
        possession: &Possession,
        method: &str,
        url: &str,
    ) -> Option<Proof> {
        let key = self.find(&possession.key, &possession.jkt).await?;
        let nonce = self.nonces.get(&nonce_name(possession, url));
        let nonce = nonce.and_then(|nonce| nonce.as_text().cloned());
        let mut id = [0; 32];
        if !self.platform.random(&mut id) {
            return None;
        }
        let Clock { off_by, is_corrected } = self.clock(&possession.key);
        let corrected = if is_corrected { off_by } else { 0.0 };
        let claims = Claims {
            id: &base64url::encode(&id),
            method,
            url,
            now: self.platform.now() + corrected,
            token: possession.token.as_ref(),
            nonce: nonce.as_ref(),
        };
        let text = to_sign(&key, &claims)?;
        let signature = self.platform.dpop_sign(&possession.key, key.x(), &text).await?;
        let with = MadeWith { nonce, is_corrected };
        Some(Proof { text: signed(&text, &signature), with })
    }

    /// Keeps what an answer to a proof says: the nonce of the next proof, and whether that is to have the
    /// other of the two times. Returns the repetition of the request that may succeed: see [`Sent::again`].
    pub(crate) fn learn(
        &self,
        possession: &Possession,
        url: &str,
        with: &MadeWith,
        answer: &Answer,
        repeated: Repeated,
    ) -> Option<Repeated> {
        let Clock { off_by, .. } = self.clock(&possession.key);
        let has_token = possession.token.is_some();
        let sent = Sent { answer, has_token, nonce: with.nonce.as_ref(), off_by, repeated };
        if let Some(nonce) = &answer.nonce {
            self.note_nonce(possession, url, nonce);
        }
        if sent.may_be_untimely() {
            let is_corrected = !with.is_corrected;
            self.clocks.set(&possession.key, Clock { off_by, is_corrected });
        }
        sent.again()
    }

    /// Keeps the nonce for the next proof.
    pub(crate) fn note_nonce(&self, possession: &Possession, url: &str, nonce: &Text) {
        self.nonces.set(&nonce_name(possession, url), Rc::new(nonce.into()));
    }

    /// Notes `iat` of an ID token of this sign-in that has just arrived, in seconds since 1970.
    pub(crate) fn note_time(&self, sign_in: &SignIn, issued_at: Option<f64>) {
        if let Some(seconds) = issued_at {
            let name = sign_in.lock_name();
            let off_by = seconds * 1000.0 - self.platform.now();
            self.clocks.set(&name, Clock { off_by, ..self.clock(&name) });
        }
    }
}

/// The name of a nonce: that of an authorization server and that of an API of the same origin are not
/// the same ([RFC 9449 section 9](https://www.rfc-editor.org/rfc/rfc9449#section-9)).
fn nonce_name(possession: &Possession, url: &str) -> Text {
    let server = if possession.token.is_some() { "api " } else { "as " };
    let url = Url::parse(url, None);
    [server, url.as_ref().map_or("", Url::origin)].joined()
}

/// The error where the browser can't make or use a key.
fn unavailable() -> Error {
    let text = "The DPoP key can't be made: the script dpop.js of this package did not load, or the browser lacks ECDSA with P-256. Try again, and see that dpop.js is served with the package.";
    Error::new("dpop_unavailable", Code::DpopUnavailable, Kind::State, text)
}
