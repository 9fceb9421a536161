//! URLs, read by the browser's own parser, and query strings.

use crate::json::Value;
use crate::text::{Join, Text, before, cut, push_hex};

/// An absolute URL (WHATWG URL).
///
/// Its parts, a line for each: no URL has line breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Url(Text);

impl Url {
    /// Reads `text`, relative to `base` where one is given; `None` when it is no URL.
    pub fn parse(text: &str, base: Option<&str>) -> Option<Url> {
        parser::parse(text, base).map(Url)
    }

    /// The whole URL, normalised.
    pub fn href(&self) -> &str {
        self.part(0)
    }

    /// Scheme, host and non-default port; `null` for schemes without an authority.
    pub fn origin(&self) -> &str {
        self.part(1)
    }

    /// The scheme with its colon, such as `https:`.
    pub fn scheme(&self) -> &str {
        self.part(2)
    }

    /// Host and non-default port.
    pub fn host(&self) -> &str {
        self.part(3)
    }

    /// The path, starting with a slash.
    pub fn path(&self) -> &str {
        self.part(4)
    }

    /// Where it is, without query and fragment, which may hold secrets.
    pub fn place(&self) -> Text {
        [self.scheme(), "//", self.host(), self.path()].joined()
    }

    /// The query without its question mark.
    pub fn query(&self) -> &str {
        self.part(5)
    }

    /// The fragment without its hash sign.
    pub fn fragment(&self) -> &str {
        self.part(6)
    }

    fn part(&self, number: usize) -> &str {
        let mut rest = self.0.as_str();
        for _ in 0..number {
            rest = cut(rest, b'\n').map_or("", |(_, after)| after);
        }
        before(rest, b'\n')
    }

    /// True when the host is this machine, where browsers trust plain http
    /// ([Secure Contexts 3.1](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy)).
    /// `pkg/wellknown.js` has the same rule.
    pub fn is_loopback(&self) -> bool {
        let name = before(self.host(), b':');
        name == "localhost"
            || name.ends_with(".localhost")
            || (name.starts_with("127.") && name.bytes().all(|c| c == b'.' || c.is_ascii_digit()))
            || self.host().starts_with("[::1]")
    }

    /// True for https, and for http on this machine: where tokens and codes may go.
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https:" || (self.scheme() == "http:" && self.is_loopback())
    }

    /// True when both have the same origin. One that is opaque is no other's, and reads `null`.
    pub fn is_same_origin(&self, other: &Url) -> bool {
        self.origin() == other.origin() && self.origin() != "null"
    }
}

#[cfg(target_arch = "wasm32")]
mod parser {
    use crate::json;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    use crate::text::{Text, as_text};

    #[wasm_bindgen]
    extern "C" {
        /// The function of `src/js/page.js`.
        #[wasm_bindgen(js_namespace = hold)]
        fn act(name: &str, text: &str, more: &str) -> JsValue;
    }

    pub fn parse(text: &str, base: Option<&str>) -> Option<Text> {
        as_text(&act("url", text, base.unwrap_or_default()))
    }

    pub fn pairs(query: &str) -> Vec<(Text, Text)> {
        let pairs = json::from_js(&act("pairs", query, ""));
        let mut params = Vec::new();
        for pair in pairs.unwrap_or_default().items() {
            if let [name, value] = pair.items()
                && let (Some(name), Some(value)) = (name.as_text(), value.as_text())
            {
                params.push((name.clone(), value.clone()));
            }
        }
        params
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod parser {
    use crate::text::Text;

    pub fn parse(text: &str, base: Option<&str>) -> Option<Text> {
        let url = match base {
            Some(base) => url::Url::parse(base).ok()?.join(text).ok()?,
            None => url::Url::parse(text).ok()?,
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let parts = [
            url.as_str(),
            &url.origin().ascii_serialization(),
            &format!("{}:", url.scheme()),
            &(url.host_str().unwrap_or_default().to_owned() + &port),
            url.path(),
            url.query().unwrap_or_default(),
            url.fragment().unwrap_or_default(),
        ];
        Some(parts.join("\n").into())
    }

    pub fn pairs(query: &str) -> Vec<(Text, Text)> {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }
}

/// Parameters of a query or of a form body, in order.
#[derive(Clone, Default, PartialEq)]
pub struct Params(Box<Vec<(Text, Text)>>);

impl Params {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a query or form body (`application/x-www-form-urlencoded`); what is not valid UTF-8
    /// is replaced as the URL standard says.
    pub fn parse(query: &str) -> Self {
        Params(Box::new(parser::pairs(query)))
    }

    /// The first value of `name`, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&Text> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// Every value of `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Text> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value)
    }

    /// True when `name` stands there more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().position(|(key, _)| key == name)
            != self.0.iter().rposition(|(key, _)| key == name)
    }

    /// Sets `name`, in its place when it is there.
    pub fn set(&mut self, name: &str, value: impl Into<Text>) {
        let value = value.into();
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// Adds one more value of `name`.
    pub fn add(&mut self, name: &str, value: impl Into<Text>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds each of the texts of a list as a value of `name`.
    pub fn add_each(&mut self, name: &str, values: &Value) {
        for value in values.items() {
            if let Some(text) = value.as_text() {
                self.add(name, text);
            }
        }
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        while let Some(at) = self.0.iter().position(|(key, _)| key == name) {
            self.0.remove(at);
        }
    }

    /// Sets `name` where there is a value that is not empty.
    pub fn set_some(&mut self, name: &str, value: Option<&Text>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.set(name, value);
        }
    }

    /// Every parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The parameters as a query or form body.
    pub fn encode(&self) -> Text {
        let mut text = String::new();
        for (name, value) in self.0.iter() {
            if !text.is_empty() {
                text.push('&');
            }
            encode(name, &mut text);
            text.push('=');
            encode(value, &mut text);
        }
        text.into()
    }

    /// `url` with these parameters added to its query; a fragment is dropped (RFC 6749 section 3.1
    /// allows none on an endpoint).
    pub fn append_to(&self, url: &str) -> Text {
        let url = before(url, b'#');
        let query = self.encode();
        match query.is_empty() {
            true => url.into(),
            false if cut(url, b'?').is_none() => [url, "?", &query].joined(),
            false if matches!(url.as_bytes().last(), Some(b'?' | b'&')) => [url, &query].joined(),
            false => [url, "&", &query].joined(),
        }
    }
}

fn encode(text: &str, into: &mut String) {
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push_str(text.get(at..=at).unwrap_or_default());
        } else {
            into.push_str("%");
            push_hex(byte, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn url(text: &str) -> Url {
        Url::parse(text, None).unwrap()
    }

    #[test]
    fn parts() {
        let parsed = url("https://OP.example:443/a/b?c=d#e");
        assert_eq!(parsed.origin(), "https://op.example");
        assert_eq!((parsed.host(), parsed.path()), ("op.example", "/a/b"));
        assert_eq!((parsed.scheme(), parsed.query()), ("https:", "c=d"));
        assert_eq!(Url::parse("bad", None), None);
        assert_eq!(Url::parse("x", Some("https://a.example/b/c")).unwrap().path(), "/b/x");
    }

    #[test]
    fn secure_is_https_or_this_machine() {
        let urls = json::parse(include_str!("../tests/fixtures/secure-urls.json")).unwrap();
        assert!(urls.members().len() > 20);
        for (text, secure) in urls.members() {
            assert_eq!(Some(url(text).is_secure()), secure.as_bool(), "{text}");
        }
    }

    #[test]
    fn params_round_trip() {
        let mut params = Params::new();
        params.set("a b", "c&d=e+f");
        params.set("u", "é✓");
        params.set("a b", "x/y");
        assert_eq!(params.encode(), "a%20b=x%2Fy&u=%C3%A9%E2%9C%93");
        assert!(Params::parse(&params.encode()) == params);
        assert_eq!(Params::parse("a=1+2&b&=c&&d=%zz%4").get("a"), Some(&"1 2".into()));
        assert_eq!(Params::parse("d=%zz%4%e9").get("d"), Some(&"%zz%4\u{fffd}".into()));
    }

    #[test]
    fn appending_keeps_what_is_there() {
        let mut params = Params::new();
        params.set("c", "d");
        for (from, to) in [
            ("https://a.example/", "https://a.example/?c=d"),
            ("https://a.example/?x=y", "https://a.example/?x=y&c=d"),
            ("https://a.example/?", "https://a.example/?c=d"),
            ("https://a.example/?x=y&", "https://a.example/?x=y&c=d"),
            ("https://a.example/&", "https://a.example/&?c=d"),
            ("https://a.example/#f", "https://a.example/?c=d"),
        ] {
            assert_eq!(params.append_to(from), to);
        }
    }
}
