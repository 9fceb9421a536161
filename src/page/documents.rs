//! The provider's public documents, its metadata and its keys, kept for this tab over reloads.

use crate::http::Answer;
use crate::json::{parse, to_text};
use crate::page::Context;
use crate::platform::Platform;
use crate::storage::Area;
use crate::text::{Join, Text, cut};

const PREFIX: &str = "pic-document-";

/// A document is used for this many milliseconds.
const MAX_AGE: f64 = 600_000.0;

impl<P: Platform> Context<P> {
    /// The answer of a URL, as it came at most ten minutes ago. To be checked as if it came now: who
    /// wrote it is not known.
    pub(crate) fn document(&self, url: &str) -> Option<Answer> {
        let text = self.platform.read(Area::Session, &key(url)).ok()??;
        let (at, body) = cut(&text, b' ')?;
        let at = parse(at)?.as_number()?;
        let age = self.platform.now() - at;
        (0.0..MAX_AGE).contains(&age).then(|| Answer { status: 200, body: body.into() })
    }

    /// Keeps an answer that was found to be right; not in a page that has signed out, where nothing
    /// may be left behind, by whatever was under way.
    pub(crate) fn keep_document(&self, url: &str, answer: &Answer) {
        if !self.has_signed_out() {
            let now = to_text(&self.platform.now().into());
            let text = [&now, " ", &answer.body].joined();
            // Without it the next page asks again.
            let _ = self.platform.write(Area::Session, &key(url), &text);
        }
    }

    /// Forgets every document.
    pub(crate) fn forget_documents(&self) {
        for key in self.platform.keys(Area::Session, PREFIX).unwrap_or_default() {
            let _ = self.platform.remove(Area::Session, &key);
        }
    }
}

fn key(url: &str) -> Text {
    [PREFIX, url].joined()
}
