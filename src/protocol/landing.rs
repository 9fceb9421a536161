//! The URL at which an authorization response arrives: the page of the redirect URI, with the
//! parameters of [RFC 6749 section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2) in its
//! query, in its fragment, or, for an app with a hash router, in a query inside the fragment.

use crate::text::{Text, before, cut};
use crate::url::{Params, Url};

/// The parameters of an authorization response:
/// [RFC 6749 sections 4.1.2 and 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2),
/// [RFC 9207 section 2](https://www.rfc-editor.org/rfc/rfc9207#section-2) (`iss`),
/// [OpenID Connect Session Management section 2](https://openid.net/specs/openid-connect-session-1_0.html#CreatingUpdatingSessions)
/// (`session_state`), and what AM and others add (`client_id`, `scope`).
const RESPONSE: [&str; 9] = [
    "code",
    "state",
    "iss",
    "scope",
    "session_state",
    "client_id",
    "error",
    "error_description",
    "error_uri",
];

/// Whether the parameters are those of an authorization response: they have a `state`.
fn is_response(params: &Params) -> bool {
    params.get("state").is_some()
}

/// Splits a fragment into the route of a hash router and the parameters after it. A fragment that is no
/// response, such as `#top`, counts as a route.
fn route_and_params(fragment: &str) -> (&str, &str) {
    match cut(fragment, b'?') {
        Some((route, params)) if !route.contains("=") => (route, params),
        _ if is_response(&Params::parse(fragment)) => ("", fragment),
        _ => (fragment, ""),
    }
}

/// The parameters of an authorization response: those of the query or of the fragment, whichever has a
/// `state`. Without a `state`, those of the query.
pub fn params(url: &Url) -> Params {
    let query = Params::parse(url.query());
    match is_response(&query) {
        true => query,
        false => Some(Params::parse(route_and_params(url.fragment()).1))
            .filter(is_response)
            .unwrap_or(query),
    }
}

/// `url` without the parameters of an authorization response, to show in the address bar: a code must
/// not stay in the history
/// ([RFC 9700 section 4.3.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2)).
pub fn without_response(url: &Url) -> Text {
    let rest = |text: &str| {
        let mut params = Params::parse(text);
        if !is_response(&params) {
            return text.into();
        }
        for name in RESPONSE {
            params.remove(name);
        }
        params.encode()
    };
    let fragment = url.fragment();
    let (route, inner) = route_and_params(fragment);
    let mut clean = before(before(url.href(), b'#'), b'?').to_owned();
    let mut add = |mark: &str, text: &str| {
        if !text.is_empty() {
            clean.push_str(mark);
            clean.push_str(text);
        }
    };
    add("?", &rest(url.query()));
    add("#", route);
    let mark = if !route.is_empty() {
        "?"
    } else if fragment.len() > inner.len() {
        "#?"
    } else {
        "#"
    };
    add(mark, &rest(inner));
    clean.into()
}

/// Whether `url` is a URL of `page`: the same scheme, host and path, and the same values of the query
/// parameters that `page` has. A trailing `/`, `.html` or `/index.html` is ignored, since hosts of static
/// pages add and remove it.
pub fn is_at(url: &Url, page: &Url) -> bool {
    let (found, own) = (Params::parse(url.query()), Params::parse(page.query()));
    url.scheme() == page.scheme()
        && url.host() == page.host()
        && bare(url.path()) == bare(page.path())
        && own.iter().all(|(name, _)| found.all(name).eq(own.all(name)))
}

/// Whether `url` has the route of `page` in its fragment, for a hash router. True where `page` has no
/// fragment.
pub fn is_on_route(url: &Url, page: &Url) -> bool {
    let route = |url| {
        let (route, _) = route_and_params(Url::fragment(url));
        route.strip_suffix("/").unwrap_or(route)
    };
    page.fragment().is_empty() || route(url) == route(page)
}

/// A path without the ending that hosts of static pages add and remove.
fn bare(path: &str) -> &str {
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    let path = path.strip_suffix(".html").unwrap_or(path);
    path.strip_suffix("/").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text, None).unwrap()
    }

    #[test]
    fn parameters_are_where_the_state_is() {
        for (address, code) in [
            ("https://app/cb?code=c&state=s", Some("c")),
            ("https://app/cb#code=c&state=s", Some("c")),
            ("https://app/?tab=1#code=c?d&state=s", Some("c?d")),
            ("https://app/#/cb?code=c&state=s", Some("c")),
            ("https://app/#!/cb?code=c&state=s", Some("c")),
            ("https://app/#?code=c&state=s", Some("c")),
            ("https://app/?code=c&state=s#/cb?tab=1", Some("c")),
            ("https://app/?code=c#/cb", Some("c")),
            ("https://app/#/cb?code=c", None),
            ("https://app/", None),
        ] {
            assert_eq!(params(&url(address)).get("code").map(Text::as_str), code, "{address}");
        }
    }

    #[test]
    fn every_parameter_of_a_response_is_taken_out() {
        let response = "code=c&state=s&iss=i&scope=a%20b&session_state=x&client_id=me&error=e&error_description=d&error_uri=u";
        for (address, clean) in [
            ("https://app/cb?a=1&RESPONSE&b=2#top", "https://app/cb?a=1&b=2#top"),
            ("https://app/cb?RESPONSE", "https://app/cb"),
            ("https://app/cb?a=1#RESPONSE", "https://app/cb?a=1"),
            ("https://app/cb#a=1&RESPONSE", "https://app/cb#a=1"),
            ("https://app/#/cb?RESPONSE", "https://app/#/cb"),
            ("https://app/?a=1#/cb?b=2&RESPONSE", "https://app/?a=1#/cb?b=2"),
            ("https://app/?RESPONSE#/cb?b=2", "https://app/#/cb?b=2"),
            ("https://app/#?b=2&RESPONSE", "https://app/#?b=2"),
            ("https://app/#?RESPONSE", "https://app/"),
            ("https://app/?code=theirs#top", "https://app/?code=theirs#top"),
        ] {
            let address = address.replace("RESPONSE", response);
            assert_eq!(without_response(&url(&address)), clean, "{address}");
        }
    }

    #[test]
    fn pages_are_the_same_but_for_what_hosts_change() {
        let redirect_uri = "https://app.example/callback.html";
        for (found, page, same) in [
            ("https://app.example/callback.html?code=c#top", redirect_uri, true),
            ("https://app.example:443/callback?code=c", redirect_uri, true),
            ("https://app.example/callback/", redirect_uri, true),
            ("https://app.example/callback/index.html", redirect_uri, true),
            ("https://app.example/", "https://app.example/index.html", true),
            ("https://app.example/index.html", "https://app.example", true),
            ("https://app.example/callbacks", redirect_uri, false),
            ("https://app.example/en/callback", redirect_uri, false),
            ("https://app.example:8443/callback.html", redirect_uri, false),
            ("http://app.example/callback.html", redirect_uri, false),
            ("https://evil.example/callback.html", redirect_uri, false),
            // Query parameters of the redirect URI must be in the URL of the response.
            ("https://app.example/cb?idp=a&code=c", "https://app.example/cb?idp=a", true),
            ("https://app.example/cb?code=c&idp=a", "https://app.example/cb?idp=a", true),
            ("https://app.example/cb?idp=b&code=c", "https://app.example/cb?idp=a", false),
            ("https://app.example/cb?idp=b&idp=a", "https://app.example/cb?idp=a", false),
            ("https://app.example/cb?code=c", "https://app.example/cb?idp=a", false),
            // The route of a hash router.
            ("https://app.example/#/a?code=c&state=s", "https://app.example/#/a", true),
            ("https://app.example/?code=c&state=s#/a/", "https://app.example/#/a", true),
            ("https://app.example/#/b?code=c&state=s", "https://app.example/#/a", false),
            ("https://app.example/?code=c&state=s", "https://app.example/#/a", false),
            ("https://app.example/#code=c&state=s", "https://app.example/", true),
            // The redirect URI of a native app.
            ("com.example.app://callback?code=c", "com.example.app://callback", true),
            ("com.example.evil://callback?code=c", "com.example.app://callback", false),
        ] {
            let (found, page) = (url(found), url(page));
            assert_eq!(is_at(&found, &page) && is_on_route(&found, &page), same, "{found:?}");
        }
    }
}
