//! The provider's public documents, its metadata and its keys, kept for this tab over reloads.

use crate::http::Answer;
use crate::json::{parse, to_text};
use crate::page::sign_outs::SignOuts;
use crate::platform::Platform;
use crate::storage::{Area, DOCUMENTS, document_key};
use crate::text::{Join, cut};

/// A document is used for this many milliseconds.
const MAX_AGE: f64 = 600_000.0;

/// The documents of this tab.
pub struct Documents<P: Platform> {
    platform: &'static P,
    sign_outs: &'static SignOuts<P>,
}

impl<P: Platform> Documents<P> {
    pub(super) fn new(platform: &'static P, sign_outs: &'static SignOuts<P>) -> Self {
        Documents { platform, sign_outs }
    }

    /// The answer of a URL, as it came at most ten minutes ago. To be checked as if it came now: who
    /// wrote it is not known.
    pub(super) fn get(&self, url: &str) -> Option<Answer> {
        let text = self.platform.read(Area::Session, &document_key(url)).ok()??;
        let (at, body) = cut(&text, b' ')?;
        let at = parse(at)?.as_number()?;
        let age = self.platform.now() - at;
        (0.0..MAX_AGE).contains(&age).then(|| Answer { status: 200, body: body.into() })
    }

    /// Keeps an answer that was found to be right; not in a page that has signed out, where nothing
    /// may be left behind, by whatever was under way.
    pub(super) fn keep(&self, url: &str, answer: &Answer) {
        if self.sign_outs.is_empty() {
            let now = to_text(&self.platform.now().into());
            let text = [&now, " ", &answer.body].joined();
            // Without it the next page asks again.
            let _ = self.platform.write(Area::Session, &document_key(url), &text);
        }
    }

    /// Forgets every document.
    pub fn forget(&self) {
        for key in self.platform.keys(Area::Session, DOCUMENTS).unwrap_or_default() {
            let _ = self.platform.remove(Area::Session, &key);
        }
    }
}
