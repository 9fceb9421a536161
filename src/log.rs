//! Log messages: never a secret, at any level.

use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::text::{Join, before};

/// How much an app wants to hear, from nothing to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    None,
    /// What failed.
    Error,
    /// What will fail, or is ignored.
    Warn,
    /// What happens.
    Info,
    /// Each step of it.
    Debug,
}

impl Level {
    /// The level called `name`, as the app writes it.
    pub fn from_name(name: &str) -> Option<Level> {
        Some(match name {
            "none" => Level::None,
            "error" => Level::Error,
            "warn" => Level::Warn,
            "info" => Level::Info,
            "debug" => Level::Debug,
            _ => return None,
        })
    }
}

/// Where messages go.
pub type Sink = Box<dyn Fn(Level, &str)>;

/// Takes the messages that the app wants to hear.
pub struct Logger {
    level: Level,
    sink: Sink,
}

impl Logger {
    /// A logger that hands messages up to `level` to `sink`.
    pub fn new(level: Level, sink: Sink) -> Self {
        Logger { level, sink }
    }

    /// Logs at [`Level::Error`].
    pub fn error(&self, text: &str) {
        self.log(Level::Error, text);
    }

    /// Logs at [`Level::Warn`].
    pub fn warn(&self, text: &str) {
        self.log(Level::Warn, text);
    }

    /// Logs at [`Level::Debug`].
    pub fn debug(&self, text: &str) {
        self.log(Level::Debug, text);
    }

    /// Logs a request and its status at [`Level::Debug`]; its query may hold secrets and is left out.
    pub fn exchange(&self, request: &Request, answer: &Result<Answer, NetworkFault>) {
        if self.level < Level::Debug {
            return;
        }
        let endpoint = before(&request.url, b'?');
        let outcome = match answer {
            Ok(answer) => answer.status_text(),
            Err(fault) => fault.describe().1.into(),
        };
        self.debug(&[request.method, " ", endpoint, " ", &outcome].joined());
    }

    fn log(&self, level: Level, text: &str) {
        if level <= self.level {
            (self.sink)(level, text);
        }
    }
}
