//! The log: messages by level. No message has a secret in it, at any level.

use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::text::{Join, before};

/// A level of messages, from the fewest to the most. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No messages.
    None,
    /// Failures.
    Error,
    /// What is ignored, or will fail.
    Warn,
    /// What happens. No message has this level yet.
    Info,
    /// Each request.
    Debug,
}

impl Level {
    /// The level of the option `log` or `logger.level`; `None` for an unknown name.
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

/// Receives the messages.
pub type Sink = Box<dyn Fn(Level, &str)>;

/// Passes messages up to a level to a [`Sink`].
pub struct Logger {
    level: Level,
    sink: Sink,
}

impl Logger {
    /// A logger that passes messages up to `level` to `sink`.
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

    /// Logs method, URL and status of a request at [`Level::Debug`]. The query may hold secrets, and is
    /// left out.
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
