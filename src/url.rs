//! URLs and query strings, parsed by the browser
//! ([URL Standard](https://url.spec.whatwg.org/)); in native builds by the crate `url`.

use crate::json::Value;
use crate::text::{Join, Text, before, cut, pieces, push_hex};

/// An absolute URL in normal form ([URL Standard section 4](https://url.spec.whatwg.org/#urls)).
#[derive(Clone, Debug, PartialEq)]
pub struct Url(Text);

impl Url {
    /// Parses `text`, relative to `base` where there is one; `None` where it is not a URL.
    pub fn parse(text: &str, base: Option<&str>) -> Option<Url> {
        parser::parse(text, base).map(Url)
    }

    /// The whole URL.
    pub fn href(&self) -> &str {
        &self.0
    }

    /// The origin of a URL of http or https: scheme, host and a port that is not the default
    /// ([URL Standard section 4.7](https://url.spec.whatwg.org/#origin)). `null`, which is the same as no
    /// other, for other schemes, and with a user name, to which `fetch` sends nothing.
    pub fn origin(&self) -> &str {
        let (authority, _) = self.authority_and_path();
        match self.scheme() {
            "http:" | "https:" if cut(authority, b'@').is_none() => {
                let end = self.scheme().len() + "//".len() + authority.len();
                self.0.get(..end).unwrap_or_default()
            }
            _ => "null",
        }
    }

    /// The scheme with its colon, such as `https:`.
    pub fn scheme(&self) -> &str {
        self.0.get(..=before(&self.0, b':').len()).unwrap_or_default()
    }

    /// The URL without scheme, query and fragment.
    fn middle(&self) -> &str {
        let place = before(before(&self.0, b'#'), b'?');
        place.get(self.scheme().len()..).unwrap_or_default()
    }

    /// `user:password@host:port`, and the path.
    fn authority_and_path(&self) -> (&str, &str) {
        let middle = self.middle();
        let Some(rest) = middle.strip_prefix("//") else { return ("", middle) };
        rest.split_at_checked(before(rest, b'/').len()).unwrap_or_default()
    }

    /// The host, with a port that is not the default.
    pub fn host(&self) -> &str {
        let (authority, _) = self.authority_and_path();
        cut(authority, b'@').map_or(authority, |(_, host)| host)
    }

    /// The path, with its leading slash.
    pub fn path(&self) -> &str {
        self.authority_and_path().1
    }

    /// The URL without query and fragment, which may hold secrets: for messages.
    pub fn place(&self) -> Text {
        [self.scheme(), "//", self.host(), self.path()].joined()
    }

    /// The query without its question mark.
    pub fn query(&self) -> &str {
        cut(before(&self.0, b'#'), b'?').map_or("", |(_, query)| query)
    }

    /// The fragment without its hash sign.
    pub fn fragment(&self) -> &str {
        cut(&self.0, b'#').map_or("", |(_, fragment)| fragment)
    }

    /// Whether the host is this machine, which browsers trust over http too
    /// ([Secure Contexts section 3.1](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy)).
    /// `pkg/entry/wellknown.js` has the same rule.
    pub fn is_loopback(&self) -> bool {
        let name = before(self.host(), b':');
        name == "localhost"
            || name.ends_with(".localhost")
            || is_address_of_loopback(name)
            || self.host().starts_with("[::1]")
    }

    /// Whether codes and tokens may be sent there: https, or http to this machine
    /// ([RFC 6749 section 3.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.1),
    /// [RFC 8252 section 8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3)).
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https:" || (self.scheme() == "http:" && self.is_loopback())
    }

    /// Whether both have the same origin. An opaque origin, `null`, is never the same as another
    /// ([HTML, same origin](https://html.spec.whatwg.org/multipage/browsers.html#same-origin)).
    pub fn is_same_origin(&self, other: &Url) -> bool {
        self.origin() == other.origin() && self.origin() != "null"
    }
}

/// Whether a host is an address in 127.0.0.0/8. One with a dot at its end is a name.
fn is_address_of_loopback(host: &str) -> bool {
    let is_address = host.bytes().all(|c| c == b'.' || c.is_ascii_digit());
    host.starts_with("127.") && is_address && !host.ends_with('.')
}

#[cfg(target_arch = "wasm32")]
mod parser {
    use js_sys::Array;
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen::{JsCast, JsValue};

    use crate::text::{Join, Text, as_text};

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = URL)]
        type BrowserUrl;

        #[wasm_bindgen(constructor, catch, js_class = "URL")]
        fn new(text: &str, base: Option<&str>) -> Result<BrowserUrl, JsValue>;

        #[wasm_bindgen(method, getter)]
        fn href(this: &BrowserUrl) -> String;

        type URLSearchParams;

        #[wasm_bindgen(constructor)]
        fn new(query: &str) -> URLSearchParams;
    }

    pub fn parse(text: &str, base: Option<&str>) -> Option<Text> {
        Some(BrowserUrl::new(text, base).ok()?.href().into())
    }

    pub fn pairs(query: &str) -> Vec<(Text, Text)> {
        let mut params = Vec::new();
        // It ignores one question mark.
        let query = ["?", query].joined();
        for pair in Array::from(&URLSearchParams::new(&query)).iter() {
            let pair: Array = pair.unchecked_into();
            if let (Some(name), Some(value)) = (as_text(&pair.get(0)), as_text(&pair.get(1))) {
                params.push((name, value));
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
        Some(String::from(url).into())
    }

    pub fn pairs(query: &str) -> Vec<(Text, Text)> {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }
}

/// The parameters of a query or of a form body, in their order.
#[derive(Clone, Default, PartialEq)]
pub struct Params(Box<Vec<(Text, Text)>>);

impl Params {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses a query or a form body
    /// ([application/x-www-form-urlencoded](https://url.spec.whatwg.org/#urlencoded-parsing)). Bytes that
    /// are not UTF-8 become U+FFFD.
    pub fn parse(query: &str) -> Self {
        Params(Box::new(parser::pairs(query)))
    }

    /// The first value of `name`; `None` where it is empty: a parameter without a value counts as missing
    /// ([RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
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

    /// Whether there are several values of `name`.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().position(|(key, _)| key == name)
            != self.0.iter().rposition(|(key, _)| key == name)
    }

    /// Sets the first value of `name`, which keeps its position; adds it where there is none.
    pub fn set(&mut self, name: &str, value: impl Into<Text>) {
        let value = value.into();
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// Appends a value of `name`.
    pub fn add(&mut self, name: &str, value: impl Into<Text>) {
        self.0.push((name.into(), value.into()));
    }

    /// Appends each text of a list as a value of `name`.
    pub fn add_each(&mut self, name: &str, values: &Value) {
        for value in values.items() {
            if let Some(text) = value.as_text() {
                self.add(name, text);
            }
        }
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Sets `name` to a value that is neither missing nor empty.
    pub fn set_some(&mut self, name: &str, value: Option<&Text>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.set(name, value);
        }
    }

    /// The names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The parameters as a query or a form body
    /// ([RFC 6749 appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B)).
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

    /// `url` with these parameters in its query. They replace those with the same names, since none may
    /// be sent twice, and other ones of an endpoint's URL stay. A fragment is dropped: an endpoint has
    /// none ([RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    pub fn append_to(&self, url: &str) -> Text {
        let url = before(url, b'#');
        if self.0.is_empty() {
            return url.into();
        }
        let (place, query) = cut(url, b'?').unwrap_or((url, ""));
        let mut text = String::from(place);
        text.push('?');
        for piece in pieces(query, b'&') {
            let is_ours = |(name, _): &(Text, Text)| self.0.iter().any(|(key, _)| key == name);
            if !piece.is_empty() && !parser::pairs(piece).iter().any(is_ours) {
                text.push_str(piece);
                text.push('&');
            }
        }
        text.push_str(&self.encode());
        text.into()
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

    // The crate is a dependency off the web only.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_parts_are_those_of_the_standard() {
        for text in [
            "https://op.example",
            "https://op.example:8443/?a#b",
            "https://op.example?a/b@c#d?e/f",
            "http://[::1]:80/a//b/?",
            "http://[::1]:8080#//x@y",
            "https://op.example/a@b:c/d",
            "https://op.example/%2F?x=://y",
            "about:blank",
            "data:text/html,a/b?c#d",
            "com.example.app:/callback?code=1",
            "com.example.app://callback/x?code=1#y",
            "https://user:pw@op.example/a",
            "blob:https://op.example/1",
        ] {
            let (ours, theirs) = (url(text), ::url::Url::parse(text).unwrap());
            assert_eq!(ours.href(), theirs.as_str());
            assert_eq!(ours.scheme(), theirs.scheme().to_owned() + ":", "{text}");
            let port = theirs.port().map(|port| format!(":{port}")).unwrap_or_default();
            let host = theirs.host_str().unwrap_or_default().to_owned() + &port;
            assert_eq!(ours.host(), host, "{text}");
            assert_eq!(ours.path(), theirs.path(), "{text}");
            assert_eq!(ours.query(), theirs.query().unwrap_or_default(), "{text}");
            assert_eq!(ours.fragment(), theirs.fragment().unwrap_or_default(), "{text}");
            let has_user = !theirs.username().is_empty();
            let origin = match theirs.scheme() {
                "http" | "https" if !has_user => theirs.origin().ascii_serialization(),
                _ => "null".into(),
            };
            assert_eq!(ours.origin(), origin, "{text}");
        }
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
    fn a_name_that_looks_like_an_address_is_not_this_machine() {
        for (host, is_loopback) in [
            ("127.0.0.1", true),
            ("127.255.0.9", true),
            ("127.0.0.1..", false),
            ("127.", false),
            ("127.0.0.x", false),
            ("128.0.0.1", false),
        ] {
            assert_eq!(is_address_of_loopback(host), is_loopback, "{host}");
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
    fn appending_keeps_what_is_there_but_for_the_same_names() {
        let mut params = Params::new();
        params.set("c", "d");
        for (from, to) in [
            ("https://a.example/", "https://a.example/?c=d"),
            ("https://a.example/?x=y", "https://a.example/?x=y&c=d"),
            ("https://a.example/?", "https://a.example/?c=d"),
            ("https://a.example/?x=y&", "https://a.example/?x=y&c=d"),
            ("https://a.example/&", "https://a.example/&?c=d"),
            ("https://a.example/#f", "https://a.example/?c=d"),
            ("https://a.example/?c=x&x=c&%63=y&c&e=%20+", "https://a.example/?x=c&e=%20+&c=d"),
        ] {
            assert_eq!(params.append_to(from), to);
        }
    }
}
