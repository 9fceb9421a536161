//! The provider's public documents, metadata and keys, in `sessionStorage`: a reload need not fetch them
//! again.

use crate::http::Answer;
use crate::json::{parse, to_text};
use crate::page::sign_outs::SignOuts;
use crate::platform::Platform;
use crate::storage::{Area, DOCUMENTS, document_key};
use crate::text::{Join, cut};

/// How long a stored document is used: 10 minutes, in milliseconds.
const MAX_AGE: f64 = 600_000.0;

/// The stored documents of this tab.
pub struct Documents<P: Platform> {
    platform: &'static P,
    sign_outs: &'static SignOuts<P>,
}

impl<P: Platform> Documents<P> {
    pub(super) fn new(platform: &'static P, sign_outs: &'static SignOuts<P>) -> Self {
        Documents { platform, sign_outs }
    }

    /// The stored answer for a URL; `None` where there is none, or it is older than [`MAX_AGE`]. The caller
    /// checks it as it checks a new one: other scripts of the origin can write to the storage.
    pub(super) fn get(&self, url: &str) -> Option<Answer> {
        let text = self.platform.read(Area::Session, &document_key(url)).ok()??;
        let (at, body) = cut(&text, b' ')?;
        let at = parse(at)?.as_number()?;
        let age = self.platform.now() - at;
        (0.0..MAX_AGE).contains(&age).then(|| Answer::new(200, body.into()))
    }

    /// Stores an answer that has been checked. A page that has signed out stores nothing: calls that were
    /// pending then must leave nothing behind.
    pub(super) fn keep(&self, url: &str, answer: &Answer) {
        if self.sign_outs.is_empty() {
            let now = to_text(&self.platform.now().into());
            let text = [&now, " ", &answer.body].joined();
            // If that fails, the next page fetches the document again.
            let _ = self.platform.write(Area::Session, &document_key(url), &text);
        }
    }

    /// Removes every document.
    pub fn forget(&self) {
        for key in self.platform.keys(Area::Session, DOCUMENTS).unwrap_or_default() {
            let _ = self.platform.remove(Area::Session, &key);
        }
    }
}
