//! Who owns what: two users, two providers, two clients, two APIs and two AMs in one browser.

use std::cell::RefCell;
use std::rc::Rc;

use crate::error::{Code, Error};
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::{Client, Wanted};
use crate::page::Page;
use crate::page::am_session;
use crate::page::events::Heard;
use crate::page::follow::follow_sign_outs;
use crate::page::sender::Caller;
use crate::page::whose::{User, session_at};
use crate::platform::Platform;
use crate::protocol::tokens::Tokens;
use crate::storage::Area;
use crate::testing::oidc::{
    KEY, access_token, both, client, config, expiring, force, lease, open, renew,
};
use crate::testing::world::{Fault, ISSUER, World, id_token, pause};
use crate::text::Text;

const OTHER: &str = "https://op.example/am2/oauth2/realms/root";

fn code_of<T>(result: Result<T, Error>) -> Option<Code> {
    result.err().map(|error| error.code())
}

/// One more client of a page.
fn open_in(
    world: &World,
    page: &'static Page<World>,
    more: &str,
    storage: &str,
) -> Rc<Client<World>> {
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    let storage = object!([("type", storage.into())]);
    world.run(Client::create(page, &config(more), &storage, log, None)).unwrap()
}

/// A client of another tab. All tabs share the world's memory and `sessionStorage`, so they differ in
/// what their pages know.
fn tab(world: &World, storage: &str) -> Rc<Client<World>> {
    open_in(world, Page::new(world.clone()), "", storage)
}

fn silent() -> Logger {
    Logger::new(Level::None, Box::new(|_, _| ()))
}

fn caller() -> Caller<World> {
    Caller { log: silent(), timeout: 1.0, hooks: None }
}

fn signed(issuer: &str, audience: &str, subject: &str) -> String {
    id_token(&object!([
        ("iss", issuer.into()),
        ("aud", audience.into()),
        ("sub", subject.into()),
        ("iat", 1.0.into()),
        ("exp", 2.0.into()),
    ]))
}

fn forged(issuer: &str, audience: &str, subject: &str) -> String {
    signed(issuer, audience, subject).replace(".Z29vZA", ".Zm9yZ2Vk")
}

/// A record of another client library, whose access token has expired.
fn foreign(id_token: Option<String>) -> String {
    let mut record = object!([
        ("accessToken", "theirs".into()),
        ("refreshToken", "theirs".into()),
        ("expiryTimestamp", 1.0.into()),
    ]);
    record.set("idToken", id_token.map(Value::from));
    record.retain(&|_, value| !value.is_null());
    to_text(&record).to_string()
}

/// The forms that the token endpoint gets.
fn forms(world: &World) -> Rc<RefCell<Text>> {
    let seen = Rc::new(RefCell::new(Text::default()));
    world.see_forms(seen.clone());
    seen
}

#[test]
fn a_record_of_another_library_belongs_to_the_issuer_of_its_id_token() {
    for (raw, is_ours) in [
        (Some(signed(ISSUER, "me", "demo")), true),
        (Some(signed(OTHER, "me", "demo")), false),
        (Some(signed(ISSUER, "you", "demo")), false),
        (Some(forged(ISSUER, "me", "demo")), false),
        (Some("no.id.token".into()), false),
        (None, false),
    ] {
        let world = World::new();
        let record = foreign(raw.clone());
        world.put(Area::Local, KEY, &record);
        let client = client(&world);
        let seen = forms(&world);
        world.requests();
        let got = world.run(client.get(&Value::NULL));
        assert_eq!(access_token(&got), is_ours.then_some("theirs"), "{raw:?}");
        world.set_signed_in(false);
        let _ = world.run(client.get(&renew()));
        assert_eq!(seen.borrow().contains("theirs"), is_ours, "{raw:?}: {}", seen.borrow());
        assert_eq!(world.run(client.user_info()).is_ok(), is_ours, "{raw:?}");
        assert_eq!(world.run(client.claims()).is_ok(), is_ours, "{raw:?}");
        if !is_ours {
            assert_eq!(world.stored(Area::Local, KEY), Some(record), "it stays where it is");
        }
    }
}

#[test]
fn a_sign_out_sends_and_removes_no_record_of_another() {
    for (raw, is_ours) in [
        (Some(signed(ISSUER, "me", "demo")), true),
        (Some(signed(OTHER, "me", "demo")), false),
        (Some(signed(ISSUER, "you", "demo")), false),
        (None, false),
    ] {
        let world = World::new();
        let client = client(&world);
        let record = foreign(raw.clone());
        world.put(Area::Local, KEY, &record);
        world.requests();
        assert_eq!(world.run(client.logout(&Value::NULL)).is_ok(), is_ours, "{raw:?}");
        assert_eq!(world.requests().contains(&"revoke".into()), is_ours, "{raw:?}");
        assert_eq!(world.stored(Area::Local, KEY), Some(record).filter(|_| !is_ours), "{raw:?}");
        let revoked = world.run(client.revoke());
        assert_eq!(code_of(revoked), Some(Code::NotSignedIn));
    }
}

#[test]
fn keys_that_can_not_be_reached_are_no_verdict() {
    let world = World::new();
    let record = foreign(Some(signed(ISSUER, "me", "demo")));
    world.put(Area::Local, KEY, &record);
    world.script("/keys", 503, "");
    let client = client(&world);
    for _ in 0..2 {
        let got = world.run(client.get(&Value::NULL));
        assert_eq!(code_of(got), Some(Code::JwksUnavailable));
    }
    assert_eq!(world.stored(Area::Local, KEY), Some(record));
    world.unscript();
    assert_eq!(access_token(&world.run(client.get(&Value::NULL))), Some("theirs"));
}

#[test]
fn a_wrong_record_is_looked_at_once() {
    let world = World::new();
    world.put(Area::Local, KEY, &foreign(Some(forged(ISSUER, "me", "demo"))));
    let client = client(&world);
    world.requests();
    for _ in 0..5 {
        assert!(world.run(client.get(&Value::NULL)).is_err());
    }
    assert!(world.requests().is_empty(), "the keys are not fetched for it again");
}

#[test]
fn our_own_record_names_its_client() {
    let world = World::new();
    let page = Page::new(world.clone());
    let named = |more: &str| {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let storage = object!([("name", "shared".into())]);
        world.run(Client::create(page, &config(more), &storage, log, None)).unwrap()
    };
    let mine = named("");
    let other = named(r#","clientId":"other""#);
    for scope in ["openid", "orders"] {
        if scope == "orders" {
            world.script("/token", 200, r#"{"access_token":"mine","expires_in":3600}"#);
        }
        let plain = named(&format!(r#","scope":"{scope}""#));
        let tokens = world.run(plain.get(&force())).unwrap();
        assert_eq!(tokens.get("clientId"), None, "that is not for the app");
        assert!(world.run(mine.get(&Value::NULL)).is_ok());
        assert_eq!(code_of(world.run(other.get(&Value::NULL))), Some(Code::NotSignedIn), "{scope}");
        world.run(mine.revoke()).unwrap();
        world.unscript();
    }
}

/// Changes members of our own record.
fn edit(world: &World, changes: &[(&str, Value)]) {
    let mut record = parse(&world.stored(Area::Local, KEY).unwrap()).unwrap();
    changes.iter().for_each(|(name, value)| record.set(name, value.clone()));
    world.put(Area::Local, KEY, &to_text(&record));
}

#[test]
fn an_edited_id_token_of_our_own_steers_no_renewal() {
    // With the refresh token: the user of a forged ID token does not matter, and the token is not kept.
    let world = World::new();
    let client = expiring(&world);
    edit(&world, &[("idToken", forged(ISSUER, "me", "eve").into())]);
    assert_eq!(access_token(&world.run(client.get(&renew()))), Some("access-2"));
    assert_eq!(world.run(client.claims()).unwrap().str("sub"), Some("demo"));

    // By an authorization: no refresh token is carried over to the tokens of the user that it names.
    for raw in [forged(ISSUER, "me", "eve"), signed(ISSUER, "me", "eve")] {
        let world = World::new();
        world.without_refresh_tokens();
        let client = world.run(open(&world, r#","renew":"background""#)).unwrap();
        world.run(client.get(&renew())).unwrap();
        let is_signed = raw == signed(ISSUER, "me", "eve");
        edit(&world, &[("idToken", raw.into()), ("refreshToken", "alices".into())]);
        world.set_user("eve");
        world.run(client.get(&force())).unwrap();
        let kept = Tokens::read(&parse(&world.stored(Area::Local, KEY).unwrap()).unwrap()).unwrap();
        assert_eq!(kept.refresh_token.is_some(), is_signed, "only beside the proved same user");
    }
}

#[test]
fn an_edited_id_token_of_our_own_steers_no_user_info() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    assert!(world.run(client.user_info()).is_ok());
    for (raw, code) in [
        (forged(ISSUER, "me", "demo"), Code::IdTokenSignature),
        (signed(ISSUER, "me", "eve"), Code::UserinfoSubject),
        // A record with an ID token of another issuer is none.
        (signed(OTHER, "me", "demo"), Code::NotSignedIn),
    ] {
        edit(&world, &[("idToken", raw.into())]);
        assert_eq!(code_of(world.run(client.user_info())), Some(code));
    }
}

#[test]
fn without_its_key_an_id_token_of_our_own_binds_and_proves_nothing() {
    let world = World::new();
    world.without_refresh_tokens();
    let here = world.run(open(&world, r#","renew":"background""#)).unwrap();
    world.run(here.get(&renew())).unwrap();
    edit(&world, &[("refreshToken", "alices".into())]);
    // The provider has replaced the key: the page is a new one, and the old token names it.
    let old = parse(&world.stored(Area::Local, KEY).unwrap()).unwrap();
    let claims = old.str("idToken").unwrap().split('.').nth(1).unwrap().to_owned();
    let header = crate::base64url::encode(br#"{"alg":"ES256","kid":"gone"}"#);
    edit(&world, &[("idToken", format!("{header}.{claims}.Z29vZA").into())]);
    let later = world.run(open(&world, r#","renew":"background""#)).unwrap();
    world.set_user("eve");
    assert_eq!(code_of(world.run(later.get(&force()))), Some(Code::IdTokenSubject));
    assert_eq!(code_of(world.run(later.user_info())), Some(Code::JwksUnavailable));
    world.set_user("demo");
    assert!(world.run(later.get(&force())).is_ok());
    assert!(!world.stored(Area::Local, KEY).unwrap().contains("alices"));
}

#[test]
fn users_are_compared_by_what_is_proved() {
    let (a, b) = (|| Text::from("a"), || Text::from("b"));
    for (one, other, is_same, is_other) in [
        (User::Proved(a()), User::Proved(a()), true, false),
        (User::Proved(a()), User::Proved(b()), false, true),
        (User::Proved(a()), User::Claimed(a()), false, false),
        (User::Claimed(a()), User::Claimed(a()), false, false),
        (User::Proved(a()), User::Claimed(b()), false, true),
        (User::Unknown, User::Proved(a()), false, false),
        (User::Unknown, User::Unknown, false, false),
    ] {
        assert_eq!((one.is(&other), one.is_other_than(&other)), (is_same, is_other), "{one:?}");
        assert_eq!((other.is(&one), other.is_other_than(&one)), (is_same, is_other), "{one:?}");
    }
}

const API: &str = r#","resource":"https://api-a.example""#;
const OTHER_API: &str = r#","resource":"https://api-b.example""#;

#[test]
fn clients_of_one_id_and_different_apis_keep_their_tokens_apart() {
    let world = World::new();
    let page = Page::new(world.clone());
    let clients = ["", API, OTHER_API].map(|more| open_in(&world, page, more, "localStorage"));
    let mut tokens = Vec::new();
    for client in &clients {
        assert_eq!(code_of(world.run(client.get(&Value::NULL))), Some(Code::NotSignedIn));
        world.run(client.get(&renew())).unwrap();
    }
    for client in &clients {
        tokens.push(
            world.run(client.get(&Value::NULL)).unwrap().str("accessToken").unwrap().to_owned(),
        );
    }
    assert_eq!(tokens, ["access-1", "access-2", "access-3"]);
    assert!(world.stored(Area::Local, KEY).unwrap().contains("access-1"), "the plain client's");
    // One that is forgotten leaves the others.
    world.run(clients[1].revoke()).unwrap();
    assert!(world.run(clients[0].get(&Value::NULL)).is_ok());
    assert!(world.run(clients[2].get(&Value::NULL)).is_ok());
    // A sign-out ends all, in another page too.
    let later = open_in(&world, Page::new(world.clone()), OTHER_API, "localStorage");
    world.run(later.logout(&Value::NULL)).unwrap();
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
}

#[test]
fn an_answer_for_one_api_is_none_for_another() {
    for (from, to) in [(API, OTHER_API), (API, ""), ("", API)] {
        let world = World::new();
        let page = Page::new(world.clone());
        let mine = open_in(&world, page, from, "localStorage");
        let other = open_in(&world, page, to, "localStorage");
        world.run(mine.authorize_redirect(&Value::NULL)).unwrap();
        let location = world.land(&world.navigated().pop().unwrap());
        assert!(mine.matches(&location) && !other.matches(&location));
        assert_eq!(code_of(world.run(other.callback(&location))), Some(Code::StateUnknown));
        // Not while it is exchanged, nor afterwards, nor by its code and state.
        let answer = world.run(mine.authorize_background(&Value::NULL)).unwrap();
        let exchange = |client: &Rc<Client<World>>| {
            let (client, answer) = (client.clone(), answer.clone());
            async move {
                let (code, state) = (answer.str("code").unwrap(), answer.str("state").unwrap());
                client.exchange(code, state, None).await
            }
        };
        let (one, two) = world.run(both(&world, exchange(&mine), exchange(&other)));
        assert!(one.is_ok());
        assert_eq!(code_of(two), Some(Code::StateUnknown));
        assert!(world.run(mine.callback(&location)).is_ok());
        assert_eq!(code_of(world.run(other.callback(&location))), Some(Code::StateUnknown));
        // What one client revokes leaves the other's tokens.
        world.run(other.authorize_url(&Value::NULL)).unwrap();
        world.run(mine.revoke()).unwrap();
        assert_eq!(world.keys_of("FR-SDK-authflow-me"), 1);
        world.run(mine.logout(&Value::NULL)).ok();
    }
}

/// Options that ask for tokens for an API, in a call of `token.get()` or of an authorization.
const CALLS: [&str; 3] = [
    r#"{"resource":"https://api-b.example"}"#,
    r#"{"query":{"resource":"https://api-b.example"}}"#,
    r#"{"query":{"audience":"https://api-b.example"}}"#,
];

fn for_api(more: Value, call: &str) -> Value {
    let mut options = more;
    options.set("authorizeOptions", parse(call).unwrap());
    options
}

#[test]
fn tokens_that_a_call_got_for_an_api_are_none_for_another() {
    for call in CALLS {
        for configured in ["", API] {
            // A parameter never replaces an option.
            if !configured.is_empty() && call.starts_with(r#"{"query":{"resource""#) {
                continue;
            }
            let world = World::new();
            let more = format!(r#"{configured},"apiOrigins":["https://api.example"]"#);
            let client = open_in(&world, Page::new(world.clone()), &more, "localStorage");
            let plain = || world.run(client.get(&Value::NULL));
            let named = || world.run(client.get(&for_api(Value::object(), call)));
            world.run(client.get(&renew())).unwrap();
            assert!(lease(&world, &client).is_some(), "{call}");
            // Those of the configuration are none for the call's API.
            assert_eq!(code_of(named()), Some(Code::NotSignedIn), "{call}");
            assert_eq!(access_token(&plain()), Some("access-1"));
            let got = world.run(client.get(&for_api(renew(), call)));
            assert_eq!(access_token(&got), Some("access-2"), "{call}");
            assert_eq!(access_token(&named()), Some("access-2"), "{call}");
            // Those of the call are none for that of the configuration: no call hands them out.
            assert_eq!(code_of(plain()), Some(Code::NotSignedIn), "{call}");
            assert!(lease(&world, &client).is_none(), "{call}");
            assert!(world.run(client.claims()).is_ok(), "the user is signed in");
            world.requests();
            let url = "https://api.example/";
            let sent =
                world.run(client.authorization(url, "GET", None, &Value::NULL, Wanted::Token));
            let sent = sent.unwrap();
            assert_eq!(sent.str("header"), Some("Bearer access-3"), "{call}");
            assert_eq!(world.requests(), ["frame", "token authorization_code"], "{call}");
            assert_eq!(access_token(&plain()), Some("access-3"), "{call}");
            assert_eq!(code_of(named()), Some(Code::NotSignedIn), "{call}");
        }
    }
}

#[test]
fn tokens_that_a_sign_in_got_for_an_api_are_none_for_another() {
    for call in CALLS {
        let world = World::new();
        let client = client(&world);
        world.run(client.authorize_redirect(&parse(call).unwrap())).unwrap();
        let location = world.land(&world.navigated().pop().unwrap());
        assert_eq!(access_token(&world.run(client.callback(&location))), Some("access-1"));
        assert_eq!(code_of(world.run(client.get(&Value::NULL))), Some(Code::NotSignedIn));
        // A call for the same API renews them, with their refresh token where that can't change them.
        let seen = forms(&world);
        world.requests();
        let renewed = world.run(client.get(&for_api(force(), call)));
        assert_eq!(access_token(&renewed), Some("access-2"), "{call}");
        let by_token = world.requests() == ["token refresh_token"];
        assert_eq!(by_token, call.starts_with(r#"{"resource""#), "{call}");
        assert_eq!(seen.borrow().contains("resource="), by_token, "{call}");
        // The response returns them once more, unless those of another API are stored by now.
        assert_eq!(access_token(&world.run(client.callback(&location))), Some("access-2"));
        world.run(client.get(&renew())).unwrap();
        let again = world.run(client.callback(&location));
        assert_eq!(code_of(again), Some(Code::StateUnknown), "{call}");
    }
}

#[test]
fn a_renewal_for_one_api_is_shared_with_no_call_for_another() {
    // Two calls at once, the second of which finds what the first has stored under the lock.
    for call in CALLS {
        let world = World::new();
        let client = expiring(&world);
        let (one, two) = (client.clone(), client.clone());
        let named = for_api(renew(), call);
        let due = renew();
        let first = async move { one.get(&due).await };
        let (first, second) = world.run(both(&world, first, async { two.get(&named).await }));
        assert_eq!(access_token(&first), Some("access-2"));
        assert_eq!(access_token(&second), Some("access-3"), "{call}");
    }
}

#[test]
fn clients_whose_query_names_different_apis_keep_their_tokens_apart() {
    let query = |name: &str, api: &str| format!(r#","query":{{"{name}":"{api}"}}"#);
    let world = World::new();
    let page = Page::new(world.clone());
    let mut tokens = Vec::new();
    let all = [
        String::new(),
        query("audience", "a"),
        query("audience", "b"),
        query("resource", "a"),
        API.to_owned(),
    ];
    let clients = all.each_ref().map(|more| open_in(&world, page, more, "localStorage"));
    for client in &clients {
        assert_eq!(code_of(world.run(client.get(&Value::NULL))), Some(Code::NotSignedIn));
        let got = world.run(client.get(&renew()));
        tokens.extend(access_token(&got).map(str::to_owned));
    }
    for (client, token) in clients.iter().zip(&tokens) {
        assert_eq!(access_token(&world.run(client.get(&Value::NULL))), Some(&**token));
    }
    // A resource is the same however it is named.
    let named = query("resource", "https://api-a.example");
    let same = open_in(&world, page, &named, "localStorage");
    assert_eq!(access_token(&world.run(same.get(&Value::NULL))), Some("access-5"));
}

#[test]
fn a_session_is_one_am_s() {
    assert_ne!(session_at(ISSUER, Area::Session), session_at(OTHER, Area::Session));
    let old = "pic-session-op.example-realms/root";
    for (area, issuer, record, is_adopted) in [
        (Area::Local, ISSUER, r#"{"tokenId":"t","successUrl":"/am/console","realm":"/"}"#, true),
        (Area::Local, OTHER, r#"{"tokenId":"t","successUrl":"/am/console","realm":"/"}"#, false),
        (Area::Local, OTHER, r#"{"tokenId":"t","successUrl":"/am2/console"}"#, true),
        (Area::Local, ISSUER, r#"{"tokenId":"t","successUrl":"https://evil/am/"}"#, false),
        (Area::Local, ISSUER, r#"{"tokenId":"t"}"#, false),
        (Area::Session, ISSUER, r#"{"tokenId":"t","signInId":"noted"}"#, true),
        (Area::Session, OTHER, r#"{"tokenId":"t","signInId":"noted"}"#, false),
    ] {
        let world = World::new();
        world.put(area, old, record);
        let notes = format!(r#"[{{"storage":"session","key":"{old}","id":"noted"}}]"#);
        world.put(Area::Local, &format!("pic-clients-{ISSUER}"), &notes);
        let page = Page::new(world.clone());
        world.put(area, old, record);
        world.run(am_session::adopt(page, &caller(), issuer));
        let kept = am_session::get(page, issuer);
        assert_eq!(kept.is_some(), is_adopted, "{issuer} {record}");
        assert_eq!(world.stored(area, old).is_none(), is_adopted, "{issuer} {record}");
        if is_adopted {
            let other = if issuer == ISSUER { OTHER } else { ISSUER };
            assert_eq!(am_session::get(page, other), None);
            assert_eq!(kept.unwrap().str("tokenId"), Some("t"));
        }
    }
}

const OLD_SESSION: &str = "pic-session-op.example-realms/root";
const OLD_RECORD: &str = r#"{"tokenId":"older","successUrl":"/am/console"}"#;

fn session_token(page: &'static Page<World>) -> Option<String> {
    am_session::get(page, ISSUER)?.str("tokenId").map(str::to_owned)
}

#[test]
fn an_earlier_version_s_session_of_this_am_is_the_last_one() {
    // Every client moves it, so one that is there was written since.
    for (record, token) in [
        (OLD_RECORD, "older"),
        (r#"{"tokenId":"older","successUrl":"/am2/console"}"#, "mine"),
        (r#"{"tokenId":"older"}"#, "mine"),
    ] {
        for new in [Area::Session, Area::Local] {
            let world = World::new();
            let page = Page::new(world.clone());
            let mine = object!([("tokenId", "mine".into())]);
            world.run(am_session::keep(page, &caller(), ISSUER, Some(new), &mine));
            world.put(Area::Local, OLD_SESSION, record);
            world.run(am_session::adopt(page, &caller(), ISSUER));
            assert_eq!(session_token(page).as_deref(), Some(token), "{record} {new:?}");
            let is_left = world.stored(Area::Local, OLD_SESSION).is_some();
            assert_eq!(is_left, token == "mine", "{record} {new:?}");
        }
    }
    // A later sign-in replaces it, and a sign-out removes it, in a page that has not moved it.
    for is_sign_out in [false, true] {
        let world = World::new();
        let page = Page::new(world.clone());
        world.put(Area::Local, OLD_SESSION, OLD_RECORD);
        match is_sign_out {
            true => assert_eq!(am_session::forget(page, ISSUER), Ok(true)),
            false => {
                let mine = object!([("tokenId", "mine".into())]);
                world.run(am_session::keep(page, &caller(), ISSUER, Some(Area::Session), &mine));
            }
        }
        assert_eq!(world.stored(Area::Local, OLD_SESSION), None, "{is_sign_out}");
        let later = Page::new(world.clone());
        world.run(am_session::adopt(later, &caller(), ISSUER));
        assert_eq!(session_token(later), (!is_sign_out).then(|| "mine".to_owned()));
    }
}

#[test]
fn a_sign_out_removes_an_earlier_version_s_session_of_unknown_am_s() {
    const UNKNOWN: &str = r#"{"tokenId":"older","successUrl":"https://app.example/"}"#;
    const OF_OTHER: &str = r#"{"tokenId":"older","successUrl":"/am2/console"}"#;
    for (record, others, is_removed) in [
        (UNKNOWN, [].as_slice(), true),
        (UNKNOWN, &[ISSUER, "https://other.example"], true),
        (OF_OTHER, &[ISSUER], true),
        (UNKNOWN, &[ISSUER, OTHER], false),
        (r#"{"tokenId":"older"}"#, &[ISSUER], true),
        (r#"{"tokenId":"older","signInId":"gone"}"#, &[], false),
        (OF_OTHER, &[ISSUER, OTHER], false),
    ] {
        let world = World::new();
        let page = Page::new(world.clone());
        others.iter().for_each(|issuer| follow_sign_outs(page, &(*issuer).into()));
        world.put(Area::Local, OLD_SESSION, record);
        let mine = object!([("tokenId", "mine".into())]);
        world.run(am_session::keep(page, &caller(), ISSUER, Some(Area::Session), &mine));
        assert!(world.stored(Area::Local, OLD_SESSION).is_some(), "a sign-in is not a sign-out");
        assert_eq!(am_session::forget(page, ISSUER), Ok(true));
        let is_left = world.stored(Area::Local, OLD_SESSION).is_some();
        assert_eq!(is_left, !is_removed, "{record} {others:?}");
    }
}

#[test]
fn no_fault_loses_an_earlier_version_s_session() {
    for step in 0.. {
        let world = World::new();
        world.put(Area::Local, OLD_SESSION, OLD_RECORD);
        world.fail_at(step, Fault::Status(507, ""));
        world.run(am_session::adopt(Page::new(world.clone()), &caller(), ISSUER));
        if world.steps() <= step {
            assert!(step > 3, "{step} faults");
            break;
        }
        // The page is loaded again.
        world.forget_page();
        let page = Page::new(world.clone());
        world.run(am_session::adopt(page, &caller(), ISSUER));
        assert_eq!(session_token(page).as_deref(), Some("older"), "step {step}");
    }
}

fn ears() -> (Rc<RefCell<Vec<String>>>, Heard) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let notes = heard.clone();
    (heard, Rc::new(move |event: &Value| notes.borrow_mut().push(to_text(event).to_string())))
}

#[test]
fn every_tab_forgets_without_a_call_or_a_listener() {
    for storage in ["sessionStorage", "memory"] {
        for kept in [Area::Session, Area::Memory] {
            let world = World::new();
            let here = tab(&world, storage);
            world.run(here.get(&renew())).unwrap();
            let payload = object!([("tokenId", "am-session".into())]);
            world.run(am_session::keep(here.page, &caller(), ISSUER, Some(kept), &payload));
            assert!(world.stored(Area::Local, &format!("pic-clients-{ISSUER}")).is_some());
            let secrets = || {
                let stored = world.all_stored().into_iter();
                stored
                    .filter(|((area, key), _)| {
                        *area != "local" && !key.starts_with("pic-document-")
                    })
                    .collect::<Vec<_>>()
            };
            assert_eq!(secrets().len(), 2);
            // Another tab, which has none of that, removes the ids.
            world.remove_in_other_tab(&format!("pic-clients-{ISSUER}"));
            assert_eq!(secrets(), [], "{storage} {kept:?}");
        }
    }
}

#[test]
fn tokens_that_could_not_be_stored_end_with_the_sign_out_of_another_tab() {
    let world = World::new();
    let here = client(&world);
    world.run(here.get(&renew())).unwrap();
    world.run(here.revoke()).unwrap();
    // The storage has room for the id of the sign-in only.
    world.script("/token", 200, r#"{"access_token":"long","expires_in":3600}"#);
    let plain = world.run(open(&world, r#","scope":"email""#)).unwrap();
    world.run(plain.get(&renew())).unwrap();
    world.put(Area::Local, KEY, "{}");
    world.set_read_only(true);
    let kept = world.run(plain.get(&renew())).unwrap();
    assert_eq!(kept.get("persisted"), Some(&false.into()));
    let there = client(&world);
    world.set_read_only(false);
    world.run(there.get(&Value::NULL)).unwrap_err();
    world.remove_in_other_tab(&format!("pic-clients-{ISSUER}"));
    assert_eq!(code_of(world.run(plain.get(&Value::NULL))), Some(Code::NotSignedIn));
    assert_eq!(world.stored(Area::Local, KEY).as_deref(), Some("{}"));
}

#[test]
fn a_listener_hears_of_it_once() {
    for storage in ["sessionStorage", "memory"] {
        let world = World::new();
        let here = tab(&world, storage);
        world.run(here.get(&renew())).unwrap();
        let (heard, ear) = ears();
        let _watch = here.watch(ear);
        let key = format!("pic-clients-{ISSUER}");
        world.remove_in_other_tab(&key);
        world.wake_all();
        world.tell_change(&key, &key);
        assert_eq!(*heard.borrow(), [r#"{"type":"signed_out","fromOtherTab":true}"#], "{storage}");
    }
}

#[test]
fn a_change_that_ends_no_sign_in_here_forgets_nothing() {
    let world = World::new();
    let here = tab(&world, "sessionStorage");
    world.run(here.get(&renew())).unwrap();
    let other = open_in(&world, Page::new(world.clone()), API, "memory");
    world.run(other.get(&renew())).unwrap();
    let key = format!("pic-clients-{ISSUER}");
    for news in [&*key, ""] {
        world.tell_change(&key, news);
        assert!(world.run(here.get(&Value::NULL)).is_ok());
    }
    world.run(other.revoke()).unwrap();
    world.tell_change(&key, &key);
    assert!(world.run(here.get(&Value::NULL)).is_ok());
    assert_eq!(here.page.sign_outs.count(ISSUER), 0);
}

#[test]
fn a_copied_tab_sends_no_refresh_token_that_the_other_has_used() {
    for renew in ["auto", "refresh"] {
        let world = World::new();
        let more = format!(r#","renew":"{renew}""#);
        let open = || open_in(&world, Page::new(world.clone()), &more, "sessionStorage");
        let one = open();
        let answer = world.run(one.authorize_background(&Value::NULL)).unwrap();
        let (code, state) = (answer.str("code").unwrap(), answer.str("state").unwrap());
        world.run(one.exchange(code, state, None)).unwrap();
        let copied = world.stored(Area::Session, KEY).unwrap();
        assert_eq!(access_token(&world.run(one.get(&force()))), Some("access-2"));
        let of_one = world.stored(Area::Session, KEY).unwrap();

        let copy = open();
        world.put(Area::Session, KEY, &copied);
        assert_eq!(access_token(&world.run(copy.get(&Value::NULL))), Some("access-1"));
        let renewed = world.run(copy.get(&force()));
        match renew {
            "auto" => assert_eq!(access_token(&renewed), Some("access-3"), "a grant of its own"),
            _ => assert_eq!(code_of(renewed), Some(Code::NotSignedIn)),
        }
        assert_eq!(world.refused(), 0);

        world.put(Area::Session, KEY, &of_one);
        assert!(world.run(one.get(&force())).is_ok(), "the first goes on by its own");
        assert_eq!(world.refused(), 0);
        let stored: Vec<_> = world.all_stored().into_iter().collect();
        for ((area, key), text) in stored {
            assert!(area != "local" || !text.contains("refresh-"), "{key}: {text}");
        }
    }
}

#[test]
fn no_more_than_a_hundred_used_refresh_tokens_are_noted() {
    let world = World::new();
    let one = tab(&world, "sessionStorage");
    world.run(one.get(&renew())).unwrap();
    for _ in 0..110 {
        assert!(world.run(one.get(&force())).is_ok());
    }
    let notes =
        parse(&world.stored(Area::Local, &format!("pic-clients-{ISSUER}")).unwrap()).unwrap();
    assert_eq!(notes.items()[0].array("used").unwrap().len(), 100);
}

#[test]
fn a_record_without_an_id_ends_with_the_sign_out_of_another_tab() {
    let world = World::new();
    let key = "pic-me";
    let record = object!([("accessToken", "theirs".into()), ("issuer", ISSUER.into())]);
    world.put(Area::Session, key, &to_text(&record));
    let here = tab(&world, "sessionStorage");
    assert!(world.run(here.get(&Value::NULL)).is_ok());
    world.remove_in_other_tab(&format!("pic-clients-{ISSUER}"));
    assert_eq!(world.stored(Area::Session, key), None);
}

#[test]
fn a_revocation_leaves_the_session_of_am_and_other_tabs_alone() {
    let world = World::new();
    let (here, there) = (client(&world), client(&world));
    world.run(here.get(&renew())).unwrap();
    let payload = object!([("tokenId", "am-session".into())]);
    world.run(am_session::keep(here.page, &caller(), ISSUER, Some(Area::Local), &payload));
    let (_, ear) = ears();
    let _watch = there.watch(ear);
    world.run(here.revoke()).unwrap();
    world.wake_all();
    assert!(am_session::get(here.page, ISSUER).is_some());
}

#[test]
fn the_tokens_of_a_sign_in_for_another_client_go_to_the_api() {
    let world = World::new();
    // What a sign-in with the option `clientId` stores.
    let record = object!([
        ("accessToken", "theirs".into()),
        ("idToken", signed(ISSUER, "other", "demo").into()),
        ("clientId", "me".into()),
        ("issuer", ISSUER.into()),
    ]);
    world.put(Area::Local, "pic-me", &to_text(&record));
    let here = world.run(open(&world, r#","apiOrigins":["https://api.example"]"#)).unwrap();
    let ask = |before: &Value| {
        world
            .run(here.authorization("https://api.example/", "GET", None, before, Wanted::Token))
            .unwrap()
    };
    let first = ask(&Value::NULL);
    assert_eq!(first.str("header"), Some("Bearer theirs"));
    assert_eq!(ask(&first).str("header"), Some("Bearer theirs"));
}

/// What is stored under a key of `localStorage`, and what was stored before.
fn around(world: &World, key: &str, change: impl FnOnce()) -> Option<String> {
    let before = world.stored(Area::Local, key);
    change();
    assert_ne!(world.stored(Area::Local, key), before);
    before
}

#[test]
fn tabs_that_sign_in_at_once_lose_no_sign_in() {
    let notes = format!("pic-clients-{ISSUER}");
    // The same client, and another one; a record, and the session token of a journey.
    for more in ["", API] {
        for what in ["tokens", "a session", "a client", "a sign-out of one"] {
            let world = World::new();
            world.set_late();
            let here = tab(&world, "sessionStorage");
            let there = open_in(&world, Page::new(world.clone()), more, "memory");
            let third = open_in(&world, Page::new(world.clone()), OTHER_API, "localStorage");
            world.run(third.get(&renew())).unwrap();
            let before = around(&world, &notes, || {
                world.run(here.get(&renew())).unwrap();
            });
            // The other tab still sees what was stored before.
            let late = |work: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
                world.run_late(&notes, before.clone(), 40, work);
            };
            let page = there.page;
            let client = third.clone();
            match what {
                "a session" => late(Box::pin(async move {
                    let payload = object!([("tokenId", "t".into())]);
                    am_session::keep(page, &caller(), ISSUER, Some(Area::Memory), &payload).await;
                })),
                "a client" => {
                    let other = more.to_owned();
                    let page = Page::new(world.clone());
                    late(Box::pin(async move {
                        let storage = object!([("type", "localStorage".into())]);
                        let more = format!(r#"{other},"clientId":"other""#);
                        drop(Client::create(page, &config(&more), &storage, silent(), None).await);
                    }));
                }
                "a sign-out of one" => late(Box::pin(async move {
                    client.revoke().await.unwrap();
                })),
                _ => late(Box::pin(async move {
                    there.get(&renew()).await.unwrap();
                })),
            }
            assert!(world.run(here.get(&Value::NULL)).is_ok(), "{what}, {more}");
        }
    }
}

#[test]
fn a_used_refresh_token_is_noted_beside_what_other_tabs_have_noted() {
    let notes = format!("pic-clients-{ISSUER}");
    let world = World::new();
    world.set_late();
    let one = tab(&world, "sessionStorage");
    world.run(one.get(&renew())).unwrap();
    let other = open_in(&world, Page::new(world.clone()), API, "sessionStorage");
    let before = around(&world, &notes, || {
        world.run(other.get(&renew())).unwrap();
    });
    let (client, copied) = (one.clone(), world.stored(Area::Session, KEY).unwrap());
    world.run_late(&notes, before, 40, async move { client.get(&force()).await.unwrap() });
    assert!(world.run(other.get(&Value::NULL)).is_ok());
    // The used one is noted.
    world.put(Area::Session, KEY, &copied);
    world.run(tab(&world, "sessionStorage").get(&force())).unwrap();
    assert_eq!(world.refused(), 0);
}

#[test]
fn what_waits_for_the_entry_of_sign_ins_stores_nothing_after_a_sign_out() {
    for what in ["a session", "a client"] {
        let world = World::new();
        let page = Page::new(world.clone());
        let name = format!("journey-oidc|sign-ins|{ISSUER}");
        let held = world.run(world.lock(&name, 1.0));
        if what == "a client" {
            let record = object!([("accessToken", "t".into()), ("issuer", ISSUER.into())]);
            world.put(Area::Local, KEY, &to_text(&record));
        }
        world.spawn(Box::pin(async move {
            match what {
                "a session" => {
                    let payload = object!([("tokenId", "t".into())]);
                    let area = Some(Area::Session);
                    am_session::keep(page, &caller(), ISSUER, area, &payload).await;
                }
                _ => drop(Client::create(page, &config(""), &Value::NULL, silent(), None).await),
            }
        }));
        world.run(async {
            for _ in 0..20 {
                pause().await;
            }
            am_session::forget(page, ISSUER).unwrap();
            world.remove(Area::Local, KEY).unwrap();
            drop(held);
            for _ in 0..20 {
                pause().await;
            }
        });
        let mut left: Vec<_> = world.all_stored().into_keys().map(|(_, key)| key).collect();
        left.retain(|key| !key.starts_with("pic-document-"));
        assert_eq!(left, [""; 0], "{what}");
    }
}
