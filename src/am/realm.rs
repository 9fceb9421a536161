//! The names of AM's realms: AM accepts several forms of each, in paths and in the query.

use crate::text::{Join, Text, pieces};
use crate::url::{Params, Url};

/// AM's context path and realm path: those before and after the last `oauth2` segment of an issuer's
/// path, each empty or with a slash at the start. `None` for an issuer without such a segment, which is
/// not AM's.
pub fn split_issuer(issuer: &str) -> Option<(Text, Text)> {
    let url = Url::parse(issuer, None)?;
    let segments = names(url.path());
    let position = segments.iter().rposition(|segment| *segment == "oauth2")?;
    let join = |segments: &[&str]| match segments {
        [] => Text::default(),
        _ => ["/", &segments.joined_by("/")].joined(),
    };
    let (context, realm) = segments.split_at_checked(position)?;
    Some((join(context), join(realm.get(1..)?)))
}

/// One URL for all names of a realm, in issuers and in the URLs of their documents: `/oauth2/alpha`,
/// `/oauth2/realms/alpha`, `/oauth2/realms/root/realms/alpha` and `/oauth2?realm=/alpha` are the same
/// realm. `None` for a URL that is not AM's, or that names two different realms.
pub fn realm(url: &str) -> Option<Text> {
    let (context, realm) = split_issuer(url)?;
    let url = Url::parse(url, None)?;
    let path = names(&realm);
    let mut path = path.as_slice();
    let mut realm = Vec::new();
    if path.first() == Some(&"realms") {
        while let ["realms", name, rest @ ..] = path {
            realm.push(*name);
            path = rest;
        }
        if !path.is_empty() {
            return None;
        }
        if realm.first() == Some(&"root") {
            realm.remove(0);
        }
    } else {
        realm.extend_from_slice(path);
    }
    let query = Params::parse(url.query());
    if query.is_repeated("realm") {
        return None;
    }
    if let Some(asked) = query.get("realm") {
        let asked = names(asked);
        if realm.is_empty() {
            realm = asked;
        } else if realm != asked {
            return None;
        }
    }
    Some([url.origin(), &context, "/oauth2/", &realm.joined_by("/")].joined())
}

/// The segments of a path that are not empty.
fn names(path: &str) -> Vec<&str> {
    let mut names = pieces(path, b'/');
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_has_many_names() {
        let same = [
            &[
                "https://h/am/oauth2/alpha",
                "https://h/am/oauth2/alpha/",
                "https://h:443/am/oauth2/alpha",
                "https://H/am/oauth2/alpha",
                "https://h/am/oauth2//alpha",
                "https://h/am/oauth2/realms/alpha",
                "https://h/am/oauth2/realms/root/realms/alpha",
                "https://h/am/oauth2?realm=alpha",
                "https://h/am/oauth2?realm=/alpha",
                "https://h/am/oauth2/?realm=%2Falpha",
                "https://h/am/oauth2/realms/root?realm=/alpha",
                "https://h/am/oauth2/realms/root/realms/alpha?realm=/alpha",
                "https://h/am/oauth2/alpha?realm=",
            ][..],
            &[
                "https://h/am/oauth2",
                "https://h/am/oauth2/",
                "https://h/am/oauth2/realms/root",
                "https://h/am/oauth2?realm=/",
                "https://h/am/oauth2?other=x",
            ],
            &[
                "https://h/am/oauth2/alpha/beta",
                "https://h/am/oauth2/realms/alpha/realms/beta",
                "https://h/am/oauth2/realms/root/realms/alpha/realms/beta",
                "https://h/am/oauth2?realm=/alpha/beta",
            ],
            &["https://h/am/oauth2/root", "https://h/am/oauth2/realms/root/realms/root"],
            &["https://h/am/oauth2/beta"],
            &["https://h/am/oauth2/Alpha"],
            &["https://h/am2/oauth2/alpha"],
            &["https://h/oauth2/alpha", "https://h/oauth2/realms/root/realms/alpha"],
            &["https://h/oauth2/am/oauth2/alpha"],
            &["https://g/am/oauth2/alpha"],
            &["https://h:8443/am/oauth2/alpha"],
            &["http://h/am/oauth2/alpha", "http://h:80/am/oauth2/alpha"],
        ];
        let all: Vec<_> = same
            .iter()
            .enumerate()
            .flat_map(|(group, names)| names.iter().map(move |name| (group, *name)))
            .collect();
        for (group, name) in &all {
            for (other_group, other) in &all {
                let is_same = realm(name).unwrap() == realm(other).unwrap();
                assert_eq!(is_same, group == other_group, "{name} {other}");
            }
        }
        for none in [
            "https://h/am/oauth2/realms",
            "https://h/am/oauth2/realms/root/alpha",
            "https://h/am/oauth2/realms/root/realms",
            "https://h/am/oauth2/alpha?realm=/beta",
            "https://h/am/oauth2?realm=/alpha&realm=/alpha",
            "https://h/am",
            "junk",
        ] {
            assert_eq!(realm(none), None, "{none}");
        }
    }
}
