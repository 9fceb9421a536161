//! The provider's documents across page loads: kept for ten minutes, and checked each time.

use std::rc::Rc;

use crate::base64url;
use crate::error::{Code, Error};
use crate::json::{Value, object, parse};
use crate::log::{Level, Logger};
use crate::oidc::Client;
use crate::page::Page;
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::storage::Area;
use crate::testing::oidc::{KEY, both, client, config, expiring, force, open, renew};
use crate::testing::world::{ISSUER, WELLKNOWN, World, pause};

const KEYS: &str = "https://op.example/keys";

fn key(url: &str) -> String {
    format!("pic-document-{url}")
}

/// What a page requests after a reload: `true` for what is fetched.
fn asks_anew(world: &World) -> bool {
    world.requests();
    client(world);
    let requests = world.requests();
    assert!(requests.is_empty() || requests == ["openid-configuration"], "{requests:?}");
    !requests.is_empty()
}

#[test]
fn a_page_that_is_loaded_again_asks_for_nothing() {
    let world = World::new();
    client(&world);
    assert_eq!(world.requests(), ["openid-configuration"]);
    assert!(!asks_anew(&world));
}

#[test]
fn a_renewal_after_a_reload_is_one_request() {
    let world = World::new();
    expiring(&world);
    // The documents were fetched in the hour before.
    world.run(client(&world).get(&force())).unwrap();
    world.requests();
    world.run(client(&world).get(&force())).unwrap();
    assert_eq!(world.requests(), ["token refresh_token"]);
}

#[test]
fn a_document_is_kept_for_ten_minutes() {
    for (after, anew) in [(599_999.0, false), (600_000.0, true), (-1.0, true)] {
        let world = World::new();
        client(&world);
        world.advance(after);
        assert_eq!(asks_anew(&world), anew, "{after} ms later");
    }
}

#[test]
fn what_is_kept_is_checked_like_what_is_fetched() {
    let world = World::new();
    client(&world);
    let good = world.stored(Area::Session, &key(WELLKNOWN)).unwrap();
    for bad in [
        String::new(),
        "junk".into(),
        "1700000000000 {}".into(),
        good.replacen("17", "x", 1),
        good.replace(ISSUER, "https://evil.example/am/oauth2/realms/root"),
        good.replace("https://op.example/token", "http://op.example/token"),
    ] {
        world.put(Area::Session, &key(WELLKNOWN), &bad);
        assert!(asks_anew(&world), "{bad}");
        assert!(!asks_anew(&world), "replaced by what was fetched");
    }
}

#[test]
fn what_one_client_believes_another_may_not() {
    let world = World::new();
    let page = Page::new(world.clone());
    let with = |server: &str| {
        let mut config = config("");
        let mut all = parse(server).unwrap();
        all.set("wellknown", WELLKNOWN);
        config.set("serverConfig", all);
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        async move {
            let client = Client::create(page, &config, &Value::NULL, log, None).await;
            client.map(|client| client.metadata.clone())
        }
    };
    let code = |outcome: Result<Rc<Metadata>, Error>| outcome.map_err(|error| error.code()).err();
    let pinned = format!(r#"{{"issuer":"{ISSUER}"}}"#);
    let other = r#"{"issuer":"https://op.example/other"}"#;
    // Overlapping calls, so that both would share a request.
    let (plain, wrong) = world.run(both(&world, with("{}"), with(other)));
    assert_eq!((code(plain), code(wrong)), (None, Some(Code::DiscoveryIssuerMismatch)));
    assert_eq!(code(world.run(with(&pinned))), None);
    assert_eq!(code(world.run(with(other))), Some(Code::DiscoveryIssuerMismatch));
    // A change by one client does not reach another.
    let moved = r#"{"metadata":{"userinfo_endpoint":"https://op.example/u2"}}"#;
    let moved = world.run(with(moved)).unwrap().userinfo_endpoint.clone();
    assert_eq!(moved.as_deref(), Some("https://op.example/u2"));
    let plain = world.run(with("{}")).unwrap().userinfo_endpoint.clone();
    assert_eq!(plain.as_deref(), Some("https://op.example/userinfo"));
}

#[test]
fn nothing_is_asked_in_clear() {
    let world = World::new();
    for (wellknown, code) in [
        ("http://op.example/.well-known/openid-configuration", Code::ConfigInvalid),
        ("ftp://op.example/.well-known/openid-configuration", Code::ConfigInvalid),
    ] {
        let page = Page::new(world.clone());
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let mut config = config("");
        config.set("serverConfig", object!([("wellknown", wellknown.into())]));
        let client = world.run(Client::create(page, &config, &Value::NULL, log, None));
        assert_eq!(client.err().map(|error| error.code()), Some(code), "{wellknown}");
        assert!(world.requests().is_empty(), "{wellknown}");
    }
}

#[test]
fn a_stored_id_token_is_verified_once_by_each_page() {
    let world = World::new();
    let first = client(&world);
    world.run(first.get(&renew())).unwrap();
    world.requests();
    assert!(world.run(first.claims()).is_ok());
    assert!(world.requests().is_empty(), "it was verified when it came");

    let again = client(&world);
    world.requests();
    assert_eq!(world.run(again.claims()).unwrap().str("sub"), Some("demo"));
    world.put(Area::Session, &key(KEYS), "");
    assert!(world.run(again.claims()).is_ok());
    assert!(world.requests().is_empty(), "once is enough");

    let record = world.stored(Area::Local, KEY).unwrap();
    world.put(Area::Local, KEY, &record.replace(&*base64url::encode(b"good"), "AAAA"));
    for client in [again, client(&world)] {
        let code = world.run(client.claims()).unwrap_err().code();
        assert_eq!(code, Code::IdTokenSignature);
    }
    world.put(Area::Local, KEY, &record);
    world.script("keys", 503, "");
    world.put(Area::Session, &key(KEYS), "");
    let unreachable = world.run(client(&world).claims()).unwrap_err().code();
    assert_eq!(unreachable, Code::JwksUnavailable);
}

#[test]
fn an_answer_that_is_refused_is_not_kept() {
    let world = World::new();
    world.script("openid-configuration", 500, "{}");
    assert!(world.run(open(&world, "")).is_err());
    assert!(world.all_stored().is_empty());
}

#[test]
fn kept_keys_that_verify_nothing_are_fetched_anew() {
    let world = World::new();
    let first = client(&world);
    world.run(first.get(&renew())).unwrap();
    for junk in ["", "1700000000000 {\"keys\":[]}", "1700000000000 {\"keys\":7}"] {
        world.put(Area::Session, &key(KEYS), junk);
        let again = client(&world);
        world.requests();
        world.run(again.get(&force())).unwrap();
        let requests = world.requests();
        assert!(requests.contains(&"keys".to_owned()), "{junk}: {requests:?}");
        let kept = world.stored(Area::Session, &key(KEYS)).unwrap();
        assert!(kept.contains("RSA"), "{kept}");
    }
}

#[test]
fn nothing_is_kept_after_a_logout() {
    let world = World::new();
    let here = client(&world);
    world.run(here.get(&renew())).unwrap();
    assert!(world.stored(Area::Session, &key(KEYS)).is_some());
    world.run(here.logout(&Value::NULL)).unwrap();
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
}

#[test]
fn a_document_that_comes_after_a_logout_is_not_kept() {
    let world = World::new();
    let here = client(&world);
    world.hold("/keys");
    let renewing = {
        let here = here.clone();
        async move { here.get(&renew()).await }
    };
    let (renewed, ()) = world.run(both(&world, renewing, async {
        let releasing = world.clone();
        world.spawn(Box::pin(async move {
            for _ in 0..10 {
                pause().await;
            }
            releasing.release();
        }));
        let _ = here.logout(&Value::NULL).await;
    }));
    assert!(renewed.is_err());
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
}
