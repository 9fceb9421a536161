//! Races and faults in the scripted world.

mod attacks;
mod documents;
mod dpop;
mod endings;
mod flows;
mod leases;
mod owners;
mod renewals;

use std::cell::RefCell;
use std::rc::Rc;

use crate::base64url;
use crate::error::Error;
use crate::json::{Value, object, parse};
use crate::log::{Level, Logger};
use crate::oidc::Client;
use crate::page::Page;
use crate::platform::Platform;
use crate::protocol::tokens::Tokens;
use crate::storage::Area;
use crate::testing::world::{ISSUER, WELLKNOWN, World, id_token, pause};

pub(super) const KEY: &str = "pic-me";

pub(super) fn config(more: &str) -> Value {
    parse(&format!(
        r#"{{"serverConfig":{{"wellknown":"{WELLKNOWN}"}},"clientId":"me","redirectUri":"https://app.example/cb"{more}}}"#
    ))
    .unwrap()
}

pub(super) async fn open(world: &World, more: &str) -> Result<Rc<Client<World>>, Error> {
    let page = Page::new(world.clone());
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    Client::create(page, &config(more), &Value::NULL, log, None).await
}

pub(super) fn client(world: &World) -> Rc<Client<World>> {
    world.run(open(world, "")).unwrap()
}

pub(super) fn renew() -> Value {
    object!([("backgroundRenew", true.into())])
}

pub(super) fn force() -> Value {
    object!([("forceRenew", true.into())])
}

pub(super) fn access_token(result: &Result<Value, Error>) -> Option<&str> {
    result.as_ref().ok().and_then(|tokens| tokens.str("accessToken"))
}

pub(super) fn stored(world: &World) -> Option<Box<Tokens>> {
    Tokens::read(&parse(&world.stored(Area::Local, KEY)?)?)
}

/// A signed-in client whose tokens are about to expire.
pub(super) fn expiring(world: &World) -> Rc<Client<World>> {
    let client = client(world);
    world.run(client.get(&renew())).unwrap();
    world.advance(3_590_000.0);
    world.requests();
    client
}

/// Runs two calls at once; the first begins first.
pub(super) async fn both<A: 'static, B>(
    world: &World,
    one: impl Future<Output = A> + 'static,
    other: impl Future<Output = B>,
) -> (A, B) {
    let result = Rc::new(RefCell::new(None));
    let slot = result.clone();
    world.spawn(Box::pin(async move {
        let value = one.await;
        slot.replace(Some(value));
    }));
    pause().await;
    pause().await;
    let other = other.await;
    while result.borrow().is_none() {
        pause().await;
    }
    let one = result.take();
    (one.unwrap(), other)
}

#[test]
fn no_client_is_made_where_none_can_work() {
    use crate::error::Code;
    for (insecure, own_frame, code) in
        [(true, false, Code::InsecureContext), (false, true, Code::InsideOwnFrame)]
    {
        let world = World::new();
        world.set_surroundings(insecure, own_frame);
        assert_eq!(world.run(open(&world, "")).err().map(|error| error.code()), Some(code));
        assert!(world.requests().is_empty() && world.all_stored().is_empty());
    }
}

/// `token.get({ backgroundRenew: true })` of two clients at once.
pub(super) fn get_at_once(
    world: &World,
    one: &Rc<Client<World>>,
    other: &Rc<Client<World>>,
) -> (Result<Value, Error>, Result<Value, Error>) {
    let first = one.clone();
    world.run(both(world, async move { first.get(&renew()).await }, async {
        other.get(&renew()).await
    }))
}

#[test]
fn calls_that_overlap_share_one_renewal() {
    let world = World::new();
    let client = expiring(&world);
    let (one, other) = get_at_once(&world, &client, &client);
    assert_eq!(access_token(&one), Some("access-2"));
    assert_eq!(one, other);
    assert_eq!(world.requests(), ["token refresh_token"]);
}

#[test]
fn tabs_share_one_renewal() {
    let world = World::new();
    let here = expiring(&world);
    let there = client(&world);
    world.requests();
    let (one, other) = get_at_once(&world, &here, &there);
    assert_eq!(access_token(&one), Some("access-2"));
    assert_eq!(access_token(&other), Some("access-2"));
    let requests = world.requests();
    assert_eq!(
        requests.iter().filter(|request| request.starts_with("token")).count(),
        1,
        "{requests:?}"
    );
}

#[test]
fn a_logout_during_a_renewal_is_final() {
    let world = World::new();
    let client = expiring(&world);
    world.hold("/token");
    let options = renew();
    let renewing = {
        let client = client.clone();
        async move { client.get(&options).await }
    };
    let (renewed, logout) = world.run(both(&world, renewing, async {
        let releasing = world.clone();
        world.spawn(Box::pin(async move {
            for _ in 0..10 {
                pause().await;
            }
            assert_eq!(stored(&releasing), None, "forgotten at once, whatever is under way");
            releasing.release();
        }));
        client.logout(&Value::NULL).await
    }));
    assert!(logout.is_ok());
    assert_eq!(renewed.unwrap_err().code(), crate::error::Code::SignedOut);
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    let revoked = world.requests().iter().filter(|request| *request == "revoke").count();
    assert_eq!(revoked, 4, "the old tokens, and those that came too late");
}

#[test]
fn a_renewal_that_begins_during_a_logout_waits_for_its_end() {
    let world = World::new();
    let client = expiring(&world);
    world.hold("/end");
    let leaving = {
        let client = client.clone();
        async move { client.logout(&Value::NULL).await }
    };
    let options = renew();
    let (logout, renewed) = world.run(both(&world, leaving, async {
        let renewing = client.get(&options);
        world.set_signed_in(false);
        world.release();
        renewing.await
    }));
    assert!(logout.is_ok());
    assert_eq!(renewed.unwrap_err().error(), "login_required");
    let requests = world.requests();
    let position = |name: &str| requests.iter().position(|request| request == name);
    assert!(position("end") < position("frame"), "{requests:?}");
}

#[test]
fn a_used_up_refresh_token_is_dropped_and_the_session_asked() {
    let world = World::new();
    let client = expiring(&world);
    let text = world.stored(Area::Local, KEY).unwrap().replace("refresh-1", "stolen");
    world.put(Area::Local, KEY, &text);
    assert_eq!(access_token(&world.run(client.get(&renew()))), Some("access-2"));

    world.advance(3_590_000.0);
    let text = world.stored(Area::Local, KEY).unwrap().replace("refresh-2", "stolen");
    world.put(Area::Local, KEY, &text);
    world.set_signed_in(false);
    let error = world.run(client.get(&renew())).unwrap_err();
    assert_eq!(error.error(), "login_required");
    let kept = stored(&world).unwrap();
    assert!(kept.refresh_token.is_none() && kept.id_token.is_some());
}

#[test]
fn without_locks_the_tokens_of_a_faster_tab_are_waited_for() {
    let world = World::new();
    world.set_without_locks();
    let client = expiring(&world);
    let ours = world.stored(Area::Local, KEY).unwrap();
    let theirs = ours.replace("refresh-1", "refresh-theirs").replace("access-1", "access-theirs");
    let theirs = theirs.replace("1700003600000", "1700007190000");
    world.put(Area::Local, KEY, &ours.replace("refresh-1", "used"));
    let other_tab = world.clone();
    let written = theirs.clone();
    world.spawn(Box::pin(async move {
        // Long after the server's answer, as what other tabs write may appear.
        for _ in 0..50 {
            crate::testing::world::pause().await;
        }
        other_tab.put(Area::Local, KEY, &written);
    }));
    assert_eq!(access_token(&world.run(client.get(&renew()))), Some("access-theirs"));
    assert_eq!(world.stored(Area::Local, KEY), Some(theirs));
}

#[test]
fn renewed_tokens_about_another_user_are_refused() {
    let world = World::new();
    let client = expiring(&world);
    let eve = id_token(
        &parse(&format!(r#"{{"iss":"{ISSUER}","aud":"me","sub":"eve","iat":1,"exp":2}}"#)).unwrap(),
    );
    let mut record = parse(&world.stored(Area::Local, KEY).unwrap()).unwrap();
    record.set("idToken", eve);
    let text = crate::json::to_text(&record).to_string();
    world.put(Area::Local, KEY, &text);
    let error = world.run(client.get(&renew())).unwrap_err();
    assert_eq!(error.code(), crate::error::Code::IdTokenSubject);
    assert_eq!(world.stored(Area::Local, KEY), Some(text));
}

#[test]
fn another_clients_id_token_counts_only_when_verified() {
    let world = World::new();
    let client = client(&world);
    let claims =
        parse(&format!(r#"{{"iss":"{ISSUER}","aud":"me","sub":"eve","iat":1,"exp":2}}"#)).unwrap();
    for (raw, code) in [
        (id_token(&claims), crate::error::Code::UserinfoSubject),
        ("forged.id.token".into(), crate::error::Code::NotSignedIn),
    ] {
        let record = object!([("accessToken", "a".into()), ("idToken", raw.into())]);
        world.put(Area::Local, KEY, &crate::json::to_text(&record));
        let error = world.run(client.user_info()).unwrap_err();
        assert_eq!(error.code(), code, "compared with eve, or nobody's");
    }
}

#[test]
fn tokens_of_a_slow_clock_or_a_fast_one() {
    for hours in [-24.0, -1.0, 1.0, 24.0] {
        let world = World::new();
        let client = client(&world);
        world.run(client.get(&renew())).unwrap();
        world.advance(hours * 3_600_000.0);
        let tokens = world.run(client.get(&renew()));
        assert!(tokens.is_ok(), "{hours}");
    }
}

/// The lease that comes with the answer of `token.get()`.
pub(super) fn lease(world: &World, client: &Rc<Client<World>>) -> Option<Value> {
    world.run(client.get_with_lease(&Value::NULL)).ok()?.get("lease").cloned()
}

#[test]
fn a_lease_says_what_get_says() {
    let world = World::new();
    let client = client(&world);
    assert_eq!(lease(&world, &client), None, "nothing is stored");
    world.run(client.get(&renew())).unwrap();
    let found = lease(&world, &client).unwrap();
    assert_eq!(found.str("text"), world.stored(Area::Local, KEY).as_deref());
    assert_eq!(found.str("key"), Some(KEY));
    let entry = found.str("entry").and_then(|key| world.stored(Area::Local, key)).unwrap();
    assert!(entry.contains(&*["\"id\":\"", found.str("id").unwrap(), "\""].concat()), "{entry}");

    let now = world.now();
    let (from, until) = (found.number("from").unwrap(), found.number("until").unwrap());
    for (at, valid) in [(from - 2.0, false), (from, true), (until, true), (until + 2.0, false)] {
        world.advance(at - world.now());
        assert_eq!(lease(&world, &client).is_some(), valid, "{at}");
        let tokens = world.run(client.get(&Value::NULL)).unwrap();
        assert_eq!(tokens.flag("expired"), !valid, "{at}");
    }
    world.advance(now - world.now());
    assert!(lease(&world, &client).is_some());
}

#[test]
fn there_is_no_lease_of_tokens_that_are_not_the_stored_ones() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let lease_with = |options: &str| {
        let answer = world.run(client.get_with_lease(&parse(options).unwrap())).unwrap();
        answer.get("lease").is_some()
    };
    assert!(lease_with(r#"{"backgroundRenew":true}"#));
    assert!(!lease_with(r#"{"forceRenew":true}"#));
    assert!(!lease_with(r#"{"backgroundRenew":true,"authorizeOptions":{"scope":"openid other"}}"#));
}

#[test]
fn there_is_no_lease_of_what_is_not_in_local_storage() {
    let world = World::new();
    for storage in ["memory", "sessionStorage"] {
        let here = world.run(open_with(&world, storage));
        world.run(here.get(&renew())).unwrap();
        assert_eq!(lease(&world, &here), None, "{storage}");
    }
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    world.set_read_only(true);
    let newer = world.run(client.get(&force())).unwrap();
    assert!(client.is_unsaved());
    assert_eq!(lease(&world, &client), None, "older ones are stored: {newer:?}");
    world.set_read_only(false);
    let none = r#"{"accessToken":"a","issuer":"https://other.example"}"#;
    let foreign = r#"{"accessToken":"a"}"#.to_owned();
    let ours = |more: &str| format!(r#"{{"accessToken":"a","issuer":"{ISSUER}"{more}}}"#);
    let changeable = ours(r#","resource":"https://api.example""#);
    let odd = ours(r#","expiryTimestamp":1e300"#);
    for (text, leased) in [
        (none.to_owned(), false),
        (foreign, false),
        (changeable, false),
        (odd, false),
        (ours(""), true),
    ] {
        world.put(Area::Local, KEY, &text);
        let _ = world.run(client.get(&Value::NULL));
        assert!(!client.is_unsaved());
        assert_eq!(lease(&world, &client).is_some(), leased, "{text}");
    }
}

async fn open_with(world: &World, storage: &str) -> Rc<Client<World>> {
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    let storage = object!([("type", storage.into())]);
    let page = Page::new(world.clone());
    Client::create(page, &config(""), &storage, log, None).await.unwrap()
}

#[test]
fn what_is_random_in_an_authorization_has_256_bits() {
    let world = World::new();
    let client = client(&world);
    world.run(client.authorize_url(&Value::NULL)).unwrap();
    let mut stored = world.all_stored().into_iter();
    let (_, record) = stored.find(|((_, key), _)| key.starts_with("FR-SDK-authflow-")).unwrap();
    let record = parse(&record).unwrap();
    let random = ["state", "nonce", "verifier"];
    let random = random.map(|name| base64url::decode(record.str(name).unwrap()).unwrap());
    assert!(random.iter().all(|bytes| bytes.len() == 32), "{random:?}");
    assert!(random[0] != random[1] && random[1] != random[2] && random[2] != random[0]);
}

#[test]
fn no_more_than_twenty_started_authorizations_are_kept() {
    let world = World::new();
    let flows = |world: &World| {
        world
            .all_stored()
            .into_keys()
            .filter(|(_, key)| key.starts_with("FR-SDK-authflow-"))
            .count()
    };
    let start = |client: &Rc<Client<World>>, times: usize| {
        for _ in 0..times {
            world.run(client.authorize_url(&Value::NULL)).unwrap();
            world.advance(1.0);
        }
    };
    let here = client(&world);
    start(&here, 15);
    let first = world.all_stored();
    // The page is loaded again: what it had started counts too.
    let again = client(&world);
    start(&again, 15);
    assert_eq!(flows(&world), 20);
    let kept = world.all_stored().into_keys().filter(|key| first.contains_key(key)).count();
    assert_eq!(kept, 5 + 1, "the oldest are gone; the metadata is there");
    world.run(again.get(&renew())).unwrap();
    world.run(again.logout(&Value::NULL)).unwrap();
    assert_eq!(flows(&world), 0);
    start(&again, 19);
    assert_eq!(flows(&world), 19, "none was counted that had been forgotten");
    world.advance(3_600_001.0);
    start(&again, 1);
    assert_eq!(flows(&world), 1, "too old");
}
