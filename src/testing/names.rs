//! The names that the modules around the core have too.

use crate::am::session;
use crate::http::Request;
use crate::json::{Value, parse};
use crate::oidc::authorize::POPUP_CHANNEL;
use crate::oidc::config::Config;
use crate::platform::KeyAction;
use crate::protocol::authorize::MAX_AGE;
use crate::protocol::id_token::LEEWAY;
use crate::protocol::jwk::Algorithm;
use crate::storage::{
    AUTHORIZATIONS, Area, CustomAction, DOCUMENTS, JOURNEY_STEP, LEASES, SESSIONS, SIGN_INS,
};

/// A constant of `pkg/entry/names.js`.
fn constant(name: &str) -> Value {
    let script = include_str!("../../pkg/entry/names.js");
    let (_, rest) = script.split_once(&format!("export const {name} = ")).unwrap();
    let (value, _) = rest.split_once(";\n").unwrap();
    parse(&value.replace('\'', "\"").replace(",\n]", "]")).unwrap()
}

#[test]
fn the_key_of_a_document() {
    assert_eq!(constant("DOCUMENTS").as_str(), Some(DOCUMENTS));
}

#[test]
fn the_request_for_a_document() {
    let request = Request::get("https://op.example");
    assert_eq!(request.headers.str("Accept"), constant("ACCEPT").as_str());
    assert!(!request.with_cookies, "`credentials: 'omit'` in pkg/entry/early.js");
}

#[test]
fn the_types_of_storage() {
    let config = parse(
        r#"{"serverConfig":{"wellknown":"https://op/.well-known/openid-configuration"},
        "clientId":"me","redirectUri":"https://app"}"#,
    );
    let area = |storage: &str| {
        let storage = parse(&[r#"{"type":""#, storage, r#""}"#].concat()).unwrap();
        Config::read(config.as_ref().unwrap(), &storage).ok().map(|config| config.location.area)
    };
    let types = constant("STORAGES");
    let areas: Vec<_> = types.items().iter().map(|one| area(one.as_str().unwrap())).collect();
    assert_eq!(areas, [Some(Area::Local), Some(Area::Session), Some(Area::Memory)]);
    assert_eq!(area("other"), None);
}

#[test]
fn the_channel_of_a_popup() {
    let script = include_str!("../../pkg/popup.js");
    assert!(script.contains(&[POPUP_CHANNEL, "${state}`"].concat()));
}

#[test]
fn the_keys_that_are_read_without_the_core() {
    for (name, value) in [
        ("LEASES", LEASES),
        ("SIGN_INS", SIGN_INS),
        ("SESSIONS", SESSIONS),
        ("AUTHORIZATIONS", AUTHORIZATIONS),
        ("JOURNEY_STEP", JOURNEY_STEP),
    ] {
        assert_eq!(constant(name).as_str(), Some(value));
    }
    assert_eq!(constant("AUTHORIZATION_AGE").as_number(), Some(MAX_AGE));
}

#[test]
fn the_leeway_of_clocks() {
    assert_eq!(constant("LEEWAY").as_number(), Some(LEEWAY));
}

#[test]
fn the_versions_of_the_sessions_endpoint() {
    let versions = constant("VERSIONS");
    let versions: Vec<_> = versions.items().iter().map(Value::as_str).collect();
    assert_eq!(versions, session::VERSIONS);
}

#[test]
fn the_algorithms_of_id_tokens() {
    let names = constant("ALGORITHMS");
    let names: Vec<_> = names.items().iter().filter_map(Value::as_str).collect();
    let newer_name = "Ed25519";
    let expected = Algorithm::ALL.map(Algorithm::name);
    assert_eq!(names, [&expected[..], &[newer_name]].concat());
    assert!(Algorithm::from_name(newer_name).is_some());
}

#[test]
fn the_words_for_actions() {
    use KeyAction::*;
    let union = |words: Vec<&str>| format!("{{'{}'}}", words.join("' | '"));
    let keys = [Find, Make, Keep, MakeInPage, Take].map(KeyAction::word).to_vec();
    assert!(include_str!("../../pkg/page/dpop.js").contains(&union(keys)));
    let texts = [CustomAction::Get, CustomAction::Set(""), CustomAction::Remove];
    let texts = texts.map(CustomAction::word).to_vec();
    assert!(include_str!("../../pkg/page/storage.js").contains(&union(texts)));
}

#[test]
fn the_version_of_a_lease() {
    assert_eq!(constant("VERSION").as_str(), Some(env!("CARGO_PKG_VERSION")));
}
