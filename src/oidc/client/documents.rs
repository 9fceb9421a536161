//! The provider's documents over reloads: kept for ten minutes, never believed unseen.

use super::tests::{both, client, expiring, force, open, renew};
use crate::json::Value;
use crate::platform::{Area, Platform};
use crate::testing::{ISSUER, WELLKNOWN, World, pause};

const KEYS: &str = "https://op.example/keys";

fn key(url: &str) -> String {
    format!("pic-document-{url}")
}

/// What a page asks for that is loaded again: `true` where it is fetched.
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
