//! Renewals at real providers: what is revoked, what is requested again, and whose tokens are kept.

use std::cell::RefCell;
use std::rc::Rc;

use crate::error::Code;
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::{Client, Wanted};
use crate::page::Page;
use crate::platform::Platform;
use crate::storage::Area;
use crate::testing::oidc::{
    KEY, access_token, both, client, config, expiring, force, open, renew, stored,
};
use crate::testing::world::{ISSUER, World, id_token, pause};
use crate::url::{Params, Url};

fn revocations(requests: &[String]) -> usize {
    requests.iter().filter(|name| *name == "revoke").count()
}

fn text(options: &str) -> Value {
    parse(options).unwrap()
}

/// Signs in as the user that is signed in at the provider.
fn sign_in(world: &World, client: &Rc<Client<World>>, options: &str) -> Value {
    world.run(client.authorize_popup(Some(false), &text(options))).unwrap()
}

/// An ID token that the issuer signed, with some claims changed.
fn signed(world: &World, changes: &[(&str, Value)]) -> String {
    let now = (world.now() / 1000.0).floor();
    let mut claims = object!([
        ("iss", ISSUER.into()),
        ("aud", "me".into()),
        ("sub", "demo".into()),
        ("iat", now.into()),
        ("exp", (now + 3600.0).into()),
    ]);
    changes.iter().for_each(|(name, value)| claims.set(name, value.clone()));
    id_token(&claims)
}

fn code_of(result: &Result<Value, crate::error::Error>) -> Option<Code> {
    result.as_ref().err().map(crate::error::Error::code)
}

/// The scope that the last hidden frame asked for.
fn asked_scope(world: &World) -> Option<String> {
    let url = world.framed().pop()?;
    let query = Params::parse(Url::parse(&url, None)?.query());
    query.get("scope").map(|scope| scope.to_string())
}

// What is revoked.

#[test]
fn nothing_is_revoked_because_it_was_replaced() {
    let world = World::new();
    let by_frame = world.run(open(&world, r#","renew":"background""#)).unwrap();
    world.run(by_frame.get(&renew())).unwrap();
    world.run(by_frame.get(&force())).unwrap();
    let auto = client(&world);
    world.run(auto.get(&force())).unwrap();
    let more = text(r#"{"forceRenew":true,"authorizeOptions":{"scope":"openid email"}}"#);
    world.run(auto.get(&more)).unwrap();
    sign_in(&world, &auto, "{}");
    // The user of tokens without an ID token is not known: they may be of the same session.
    world.script("/token", 200, r#"{"access_token":"a","expires_in":3600}"#);
    sign_in(&world, &auto, r#"{"scope":"email"}"#);
    world.unscript();
    sign_in(&world, &auto, "{}");
    assert_eq!(revocations(&world.requests()), 0);
}

#[test]
fn nothing_is_revoked_because_it_was_refused() {
    let world = World::new();
    let here = expiring(&world);
    let before = world.stored(Area::Local, KEY);
    let wrong = signed(&world, &[("aud", "somebody".into())]);
    let body = object!([
        ("access_token", "refused".into()),
        ("refresh_token", "refused".into()),
        ("id_token", wrong.into()),
    ]);
    world.script("/token", 200, to_text(&body));
    assert_eq!(code_of(&world.run(here.get(&renew()))), Some(Code::IdTokenAudience));
    world.run(here.authorize_redirect(&Value::NULL)).unwrap();
    let location = world.land(&world.navigated().pop().unwrap());
    assert_eq!(code_of(&world.run(here.callback(&location))), Some(Code::IdTokenAudience));
    assert_eq!(revocations(&world.requests()), 0);
    assert_eq!(world.stored(Area::Local, KEY), before);
}

#[test]
fn a_refresh_token_whose_answer_was_refused_is_used_up() {
    let world = World::new();
    let here = expiring(&world);
    let wrong = signed(&world, &[("aud", "somebody".into())]);
    let body = object!([
        ("access_token", "refused".into()),
        ("refresh_token", "refused".into()),
        ("id_token", wrong.into()),
    ]);
    world.answer_refresh(200, to_text(&body));
    assert_eq!(code_of(&world.run(here.get(&renew()))), Some(Code::IdTokenAudience));
    world.accept_refresh();
    world.requests();
    assert_eq!(access_token(&world.run(here.get(&renew()))), Some("access-2"));
    assert_eq!(world.requests(), ["frame", "token authorization_code"]);
}

#[test]
fn the_tokens_of_another_user_are_revoked_at_a_sign_in_over_them() {
    let world = World::new();
    let here = client(&world);
    sign_in(&world, &here, "{}");
    world.requests();
    world.set_user("bob");
    sign_in(&world, &here, "{}");
    assert_eq!(revocations(&world.requests()), 2);
    assert_eq!(stored(&world).unwrap().access_token.reveal(), "access-2");
}

/// Tokens that arrive after a sign-out.
#[derive(Default)]
struct Late {
    /// Whether they are from a sign-in; else from a renewal.
    by_sign_in: bool,
    /// Whether another tab signs out; else this one.
    other_tab: bool,
    /// Whether the sign-out has ended before.
    over: bool,
    /// Whether a user has signed in meanwhile.
    newer: bool,
}

impl Late {
    /// How many late tokens are revoked.
    fn revoked(self) -> usize {
        let world = World::new();
        let here = expiring(&world);
        let there = if self.other_tab { client(&world) } else { here.clone() };
        let location = self.by_sign_in.then(|| {
            world.run(here.authorize_redirect(&Value::NULL)).unwrap();
            world.land(&world.navigated().pop().unwrap())
        });
        world.requests();
        world.hold("/token");
        world.hold("/end");
        let begun = {
            let here = here.clone();
            async move {
                match location {
                    Some(location) => here.callback(&location).await,
                    None => here.get(&renew()).await,
                }
            }
        };
        let (late, ended) = world.run(both(&world, begun, async {
            if self.over {
                world.release_only("/end");
            } else {
                let world = world.clone();
                world.clone().spawn(Box::pin(async move {
                    pauses(10).await;
                    if self.newer {
                        let record =
                            object!([("accessToken", "newer".into()), ("issuer", ISSUER.into())]);
                        world.put(Area::Local, KEY, &to_text(&record));
                    }
                    if self.other_tab {
                        world.notify_watchers(&format!("pic-clients-{ISSUER}"));
                        pauses(10).await;
                    }
                    world.release_only("/token");
                    pauses(50).await;
                    world.release();
                }));
            }
            let ended = there.logout(&Value::NULL).await;
            world.release();
            ended
        }));
        assert!(ended.is_ok(), "{ended:?}");
        assert_eq!(code_of(&late), Some(Code::SignedOut), "{late:?}");
        // The sign-out itself revokes what was stored.
        revocations(&world.requests()) - 2
    }
}

#[test]
fn a_renewal_outlives_the_revocation_of_another_clients_tokens() {
    let world = World::new();
    let here = expiring(&world);
    let config = config(r#","resource":"https://other.example""#);
    let other = world
        .run(Client::create(
            here.page,
            &config,
            &Value::NULL,
            Logger::new(Level::None, Box::new(|_, _| ())),
            None,
        ))
        .unwrap();
    world.run(other.get(&renew())).unwrap();
    world.hold("/token");
    let renewing = {
        let here = here.clone();
        async move { here.get(&renew()).await }
    };
    let revoking = {
        let (world, other) = (world.clone(), other.clone());
        async move {
            pauses(10).await;
            let outcome = other.revoke().await;
            world.release();
            outcome
        }
    };
    let (renewed, revoked) = world.run(both(&world, renewing, revoking));
    assert!(renewed.is_ok() && revoked.is_ok(), "{renewed:?} {revoked:?}");
    assert_eq!(stored(&world).unwrap().refresh_token.unwrap().reveal(), "refresh-3");
}

async fn pauses(count: usize) {
    for _ in 0..count {
        pause().await;
    }
}

#[test]
fn late_tokens_are_revoked_while_the_sign_out_runs() {
    // The lock of a renewal keeps a sign-out waiting, also in another tab.
    assert_eq!(Late::default().revoked(), 2);
    assert_eq!(Late { other_tab: true, ..Late::default() }.revoked(), 2);
    assert_eq!(Late { by_sign_in: true, ..Late::default() }.revoked(), 2);
}

#[test]
fn late_tokens_are_dropped_where_the_sign_out_is_over_or_a_newer_sign_in_is_stored() {
    for other_tab in [false, true] {
        let over = Late { by_sign_in: true, over: true, other_tab, ..Late::default() };
        assert_eq!(over.revoked(), 0, "{other_tab}");
    }
    assert_eq!(Late { by_sign_in: true, newer: true, ..Late::default() }.revoked(), 0);
}

// What is requested again.

/// The refusals of a refresh token that are about this grant or this user.
const REFUSALS: [&str; 8] = [
    "invalid_grant",
    "invalid_request",
    "invalid_token",
    "access_denied",
    "interaction_required",
    "login_required",
    "consent_required",
    "account_selection_required",
];

fn refusal(error: &str) -> String {
    format!(r#"{{"error":"{error}"}}"#)
}

#[test]
fn a_refused_refresh_token_is_followed_by_a_background_authorization() {
    for error in REFUSALS {
        for (status, error) in [
            (400, error.to_owned()),
            (401, error.to_owned()),
            (403, error.to_uppercase()),
            (400, error.replace("_r", "_R")),
        ] {
            let world = World::new();
            let here = expiring(&world);
            world.answer_refresh(status, refusal(&error));
            let renewed = world.run(here.get(&renew()));
            assert_eq!(access_token(&renewed), Some("access-2"), "{status} {error}");
            let expected = ["token refresh_token", "frame", "token authorization_code"];
            assert_eq!(world.requests(), expected, "{status} {error}");
            world.accept_refresh();
            world.run(here.get(&force())).unwrap();
            assert_eq!(world.requests(), ["token refresh_token"], "{error}: replaced");
        }
    }
}

#[test]
fn what_is_not_about_the_refresh_token_ends_the_renewal() {
    for (status, body) in [
        (400, refusal("invalid_client")),
        (401, refusal("invalid_client")),
        (400, refusal("unauthorized_client")),
        (400, refusal("invalid_scope")),
        (400, refusal("unsupported_grant_type")),
        (400, refusal("temporarily_unavailable")),
        (400, refusal("server_error")),
        (400, refusal("made_up")),
        (400, "{}".into()),
        (400, "<html>".into()),
        (403, String::new()),
        (429, refusal("invalid_grant")),
        (500, refusal("invalid_grant")),
        (503, refusal("invalid_request")),
        (302, refusal("invalid_grant")),
        (200, refusal("invalid_grant")),
    ] {
        let world = World::new();
        let here = expiring(&world);
        let before = world.stored(Area::Local, KEY);
        world.answer_refresh(status, body.clone());
        let refused = world.run(here.get(&renew()));
        assert_eq!(world.requests(), ["token refresh_token"], "{status} {body}: {refused:?}");
        assert_eq!(world.stored(Area::Local, KEY), before, "{status} {body}");
        // It is sent again.
        world.accept_refresh();
        assert_eq!(access_token(&world.run(here.get(&renew()))), Some("access-2"), "{body}");
    }
}

#[test]
fn only_invalid_grant_takes_the_refresh_token_away() {
    for error in REFUSALS {
        for error in [error.to_owned(), error.to_uppercase()] {
            let world = World::new();
            let here = expiring(&world);
            world.set_signed_in(false);
            world.answer_refresh(400, refusal(&error));
            let refused = world.run(here.get(&renew()));
            assert_eq!(code_of(&refused), Some(Code::LoginRequired), "{error}");
            let goes = error.eq_ignore_ascii_case("invalid_grant");
            assert_eq!(stored(&world).unwrap().refresh_token.is_none(), goes, "{error}");
            // This page does not send it again, whatever the options.
            world.requests();
            for options in [renew(), force()] {
                world.advance(61_000.0);
                assert!(world.run(here.get(&options)).is_err());
                assert_eq!(world.requests(), ["frame"], "{error}");
            }
            // Another page may.
            let later = client(&world);
            world.requests();
            assert!(world.run(later.get(&renew())).is_err());
            let sent = world.requests().contains(&"token refresh_token".to_owned());
            assert_eq!(sent, !goes, "{error}");
        }
    }
}

#[test]
fn a_refused_refresh_token_is_not_kept_beside_the_tokens_that_replace_it() {
    let world = World::new();
    let here = expiring(&world);
    world.answer_refresh(400, refusal("invalid_request"));
    world.without_refresh_tokens();
    world.run(here.get(&renew())).unwrap();
    assert_eq!(stored(&world).unwrap().refresh_token, None);
}

#[test]
fn where_the_background_authorization_fails_too_the_app_gets_a_way_on() {
    type Set = fn(&World);
    let causes: [(Set, Code); 2] = [
        (|world| world.set_signed_in(false), Code::LoginRequired),
        (|world| world.set_frames_hang(true), Code::FrameTimeout),
    ];
    for error in REFUSALS {
        for (set, code) in causes {
            let world = World::new();
            let here = expiring(&world);
            set(&world);
            world.answer_refresh(400, refusal(error));
            for _ in 0..2 {
                let refused = world.run(here.get(&renew()));
                assert_eq!(code_of(&refused), Some(code), "{error}");
                let refused = refused.unwrap_err().into_value();
                let url = refused.text("redirectUrl").unwrap_or_else(|| panic!("{error} {code:?}"));
                let query = Params::parse(Url::parse(url, None).unwrap().query());
                assert_eq!(
                    (query.get("prompt"), query.get("client_id")),
                    (None, Some(&"me".into()))
                );
            }
        }
    }
    // An error that may pass needs no user.
    let world = World::new();
    let here = expiring(&world);
    world.answer_refresh(400, refusal("invalid_request"));
    world.script("/token", 503, "");
    let refused = world.run(here.get(&renew())).unwrap_err();
    assert_eq!(refused.code(), Code::HttpError);
    assert_eq!(refused.into_value().get("redirectUrl"), None);
}

#[test]
fn renewal_by_refresh_token_alone_asks_in_no_frame() {
    for error in REFUSALS {
        let world = World::new();
        let here = world.run(open(&world, r#","renew":"refresh""#)).unwrap();
        sign_in(&world, &here, "{}");
        world.advance(3_590_000.0);
        world.requests();
        world.answer_refresh(400, refusal(error));
        let code = code_of(&world.run(here.get(&renew())));
        assert_eq!(world.requests(), ["token refresh_token"], "{error}");
        // It is not sent again, and the error stays the same.
        let again = code_of(&world.run(here.get(&renew())));
        assert_eq!(world.requests(), [""; 0], "{error}");
        assert_eq!(code.map(Code::as_str), Some(error));
        let gone = Some(Code::NotSignedIn);
        assert_eq!(again, if error == "invalid_grant" { gone } else { code });
    }
}

#[test]
fn that_no_user_is_signed_in_is_asked_once_a_minute() {
    let world = World::new();
    let page = Page::new(world.clone());
    let open = || {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let config = config(r#","apiOrigins":["https://api.example"]"#);
        world.run(Client::create(page, &config, &Value::NULL, log, None)).unwrap()
    };
    let (here, same_page) = (open(), open());
    world.run(here.get(&renew())).unwrap();
    world.advance(3_590_000.0);
    world.set_signed_in(false);
    world.answer_refresh(400, refusal("invalid_request"));
    let first = world.run(here.get(&renew())).unwrap_err();
    world.requests();
    for client in [&here, &same_page] {
        assert_eq!(world.run(client.get(&renew())).unwrap_err(), first);
    }
    let now = stored(&world).map(|tokens| tokens.to_value());
    let ask = |before: &Value| {
        world.run(here.authorization(
            "https://api.example/",
            "GET",
            None,
            before,
            Wanted::AnotherToken,
        ))
    };
    assert!(ask(&Value::NULL).is_err() && ask(&object!([("tokens", now.into())])).is_err());
    assert_eq!(world.requests(), [""; 0]);
    // Asked otherwise, the provider may answer otherwise.
    let other = text(r#"{"backgroundRenew":true,"authorizeOptions":{"acrValues":"low"}}"#);
    assert!(world.run(here.get(&other)).is_err());
    assert_eq!(world.requests(), ["frame"]);
    assert!(world.run(here.get(&force())).is_err());
    assert_eq!(world.requests(), ["frame"], "forced");
    for (milliseconds, requests) in [(59_999.0, &[][..]), (1.0, &["frame"]), (-1.0, &["frame"])] {
        world.advance(milliseconds);
        assert!(world.run(here.get(&renew())).is_err());
        assert_eq!(world.requests(), requests, "{milliseconds}");
    }
    // A sign-in ends it.
    world.set_signed_in(true);
    world.accept_refresh();
    sign_in(&world, &here, "{}");
    world.advance(3_590_000.0);
    assert!(world.run(here.get(&renew())).is_ok());
}

#[test]
fn what_else_the_provider_says_is_asked_each_time() {
    for (error, asks) in [
        ("login_required", false),
        ("interaction_required", false),
        ("access_denied", true),
        ("consent_required", true),
    ] {
        let world = World::new();
        let page = Page::new(world.clone());
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let config = config(r#","renew":"background""#);
        let here = world.run(Client::create(page, &config, &Value::NULL, log, None)).unwrap();
        sign_in(&world, &here, "{}");
        world.advance(3_590_000.0);
        world.set_signed_in(false);
        world.set_refusal(error);
        assert!(world.run(here.get(&renew())).is_err());
        world.requests();
        assert!(world.run(here.get(&renew())).is_err());
        assert_eq!(!world.requests().is_empty(), asks, "{error}");
        // A journey has signed a user in.
        world.set_signed_in(true);
        page.refusals.forget_no_user();
        assert!(world.run(here.get(&renew())).is_ok(), "{error}");
    }
}

#[test]
fn where_nothing_is_stored_every_call_asks() {
    let world = World::new();
    let here = client(&world);
    world.set_signed_in(false);
    assert_eq!(code_of(&world.run(here.get(&renew()))), Some(Code::LoginRequired));
    world.set_signed_in(true);
    assert!(world.run(here.get(&renew())).is_ok(), "somebody has signed in at the provider");
}

// Whose tokens are kept.

#[test]
fn a_renewal_by_authorization_is_about_the_same_user() {
    for (more, scope) in [
        ("", r#""orders""#),
        ("", r#"["orders"]"#),
        (r#","renew":"background","scope":"orders""#, "null"),
    ] {
        let world = World::new();
        expiring(&world);
        let here = world.run(open(&world, more)).unwrap();
        let before = world.stored(Area::Local, KEY);
        let orders =
            format!(r#"{{"backgroundRenew":true,"authorizeOptions":{{"scope":{scope}}}}}"#);
        let orders = text(&orders);
        let options = if more.is_empty() { orders } else { renew() };
        // Without an ID token it is not known whose tokens these are.
        world.script("/token", 200, r#"{"access_token":"bobs","expires_in":3600}"#);
        let missing = world.run(here.get(&options));
        assert_eq!(code_of(&missing), Some(Code::IdTokenMissing), "{missing:?}");
        assert_eq!(asked_scope(&world).as_deref(), Some("openid orders"));
        world.unscript();
        world.set_user("bob");
        let bobs = world.run(here.get(&options));
        assert_eq!(code_of(&bobs), Some(Code::IdTokenSubject), "{bobs:?}");
        assert_eq!(world.stored(Area::Local, KEY), before);
        world.set_user("demo");
        assert!(world.run(here.get(&options)).is_ok());
        assert_eq!(revocations(&world.requests()), 0);
    }
}

#[test]
fn a_refresh_token_is_carried_over_to_the_tokens_of_the_same_user_alone() {
    let world = World::new();
    let here = expiring(&world);
    world.without_refresh_tokens();
    let email = text(r#"{"backgroundRenew":true,"authorizeOptions":{"scope":"email"}}"#);
    world.run(here.get(&email)).unwrap();
    let tokens = stored(&world).unwrap();
    assert_eq!(tokens.access_token.reveal(), "access-2");
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "refresh-1");
}

#[test]
fn openid_is_asked_for_only_where_a_user_is_known() {
    let world = World::new();
    world.script("/token", 200, r#"{"access_token":"a","expires_in":60}"#);
    let here = world.run(open(&world, r#","scope":"email""#)).unwrap();
    for _ in 0..2 {
        world.run(here.get(&force())).unwrap();
        assert_eq!(asked_scope(&world).as_deref(), Some("email"));
    }
    let world = World::new();
    let here = expiring(&world);
    let asked = text(r#"{"forceRenew":true,"authorizeOptions":{"scope":"email openid"}}"#);
    world.run(here.get(&asked)).unwrap();
    assert_eq!(asked_scope(&world).as_deref(), Some("email openid"));
}

// Tokens that can't be stored.

#[test]
fn tokens_that_can_not_be_stored_remove_those_of_another_user() {
    for (user, stays) in [("bob", false), ("demo", true)] {
        let world = World::new();
        let here = expiring(&world);
        let other_tab = client(&world);
        world.set_user(user);
        world.set_read_only(true);
        let tokens = sign_in(&world, &here, "{}");
        assert_eq!(tokens.get("persisted"), Some(&false.into()), "{user}");
        let later = client(&world);
        for tab in [&other_tab, &later] {
            assert_eq!(world.run(tab.get(&Value::NULL)).is_ok(), stays, "{user}");
        }
        // This page goes on with them.
        assert_eq!(access_token(&world.run(here.get(&Value::NULL))), Some("access-2"), "{user}");
        assert_eq!(revocations(&world.requests()), if stays { 0 } else { 2 }, "{user}");
    }
}

#[test]
fn whom_tokens_without_an_id_token_are_about_is_not_known_so_no_earlier_ones_stay() {
    let world = World::new();
    let here = expiring(&world);
    world.script("/token", 200, r#"{"access_token":"a","expires_in":3600}"#);
    world.set_read_only(true);
    let tokens = sign_in(&world, &here, r#"{"scope":"email"}"#);
    assert_eq!(tokens.get("persisted"), Some(&false.into()));
    assert_eq!(world.stored(Area::Local, KEY), None);
    assert_eq!(revocations(&world.requests()), 0);
}

#[test]
fn a_used_refresh_token_is_not_left_behind() {
    let world = World::new();
    let here = expiring(&world);
    let old = world.stored(Area::Local, KEY).unwrap();
    world.fill();
    // Longer than the ones before, so that there is no room for them.
    let longer = "x".repeat(old.len());
    let body = object!([
        ("access_token", longer.into()),
        ("refresh_token", "rotated".into()),
        ("expires_in", 3600.0.into()),
    ]);
    world.answer_refresh(200, to_text(&body));
    let renewed = world.run(here.get(&renew())).unwrap();
    assert_eq!(renewed.get("persisted"), Some(&false.into()));
    world.accept_refresh();
    let kept = stored(&world).unwrap();
    assert_eq!((kept.access_token.reveal().as_str(), kept.refresh_token), ("access-1", None));
    assert!(kept.id_token.is_some(), "the next page knows whose session to ask for");
    // Neither another tab nor the next page sends it.
    let other_tab = client(&world);
    world.requests();
    assert!(world.run(other_tab.get(&renew())).is_ok());
    assert!(!world.requests().contains(&"token refresh_token".to_owned()));
}

#[test]
fn our_own_documents_make_room() {
    let world = World::new();
    let here = expiring(&world);
    let documents = || world.all_stored().keys().any(|(_, key)| key.starts_with("pic-document-"));
    assert!(documents());
    world.set_room_beside_documents(true);
    let renewed = world.run(here.get(&renew())).unwrap();
    assert_eq!(renewed.get("persisted"), None);
    assert!(!documents());
}

#[test]
fn a_refresh_token_that_stays_the_same_stays_where_it_is() {
    let world = World::new();
    let here = expiring(&world);
    let old = world.stored(Area::Local, KEY);
    world.set_read_only(true);
    world.answer_refresh(200, r#"{"access_token":"b","expires_in":3600}"#);
    let renewed = world.run(here.get(&renew())).unwrap();
    assert_eq!(renewed.get("persisted"), Some(&false.into()));
    assert_eq!(world.stored(Area::Local, KEY), old);
}

// How often tokens are renewed, and by how many calls.

#[test]
fn tokens_that_are_over_when_they_come_are_renewed_once_a_second() {
    for lifetime in ["0", "0.001", "-5"] {
        let world = World::new();
        let body = format!(r#"{{"access_token":"a","refresh_token":"r","expires_in":{lifetime}}}"#);
        world.script("/token", 200, body);
        let more = r#","autoRenew":true,"scope":"email""#;
        let clients = [0, 1].map(|_| world.run(open(&world, more)).unwrap());
        world.run(clients[0].get(&renew())).unwrap();
        let _watches = clients.each_ref().map(|client| client.watch(Rc::new(|_| ())));
        let tokens = || world.requests().iter().filter(|name| name.starts_with("token")).count();
        world.wake_all();
        assert_eq!(tokens(), 1, "{lifetime}: the sign-in was the last");
        let mut renewals = 0;
        for _ in 0..100 {
            world.advance(100.0);
            world.wake_all();
            renewals += tokens();
        }
        assert!((8..=10).contains(&renewals), "{lifetime}: {renewals} in ten seconds");
    }
}

/// Runs calls at once, each as a task of its own.
fn all_at_once(world: &World, calls: Vec<(Rc<Client<World>>, Value)>) -> Vec<String> {
    let answers = Rc::new(RefCell::new(Vec::new()));
    for (client, options) in calls {
        let answers = answers.clone();
        world.spawn(Box::pin(async move {
            let answer = client.get(&options).await;
            let token = access_token(&answer).map(str::to_owned);
            answers.borrow_mut().push(token.unwrap_or_else(|| format!("{answer:?}")));
        }));
    }
    world.run(pause());
    answers.take()
}

#[test]
fn without_locks_a_page_renews_once_at_a_time() {
    let world = World::new();
    world.set_without_locks();
    expiring(&world);
    let page = Page::new(world.clone());
    let open = || {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        world.run(Client::create(page, &config(""), &Value::NULL, log, None)).unwrap()
    };
    let (one, other) = (open(), open());
    world.requests();
    let calls =
        vec![(one.clone(), renew()), (one, force()), (other.clone(), renew()), (other, force())];
    let answers = all_at_once(&world, calls);
    assert!(answers.iter().all(|token| token.starts_with("access-")), "{answers:?}");
    assert_eq!(world.refused(), 0, "no refresh token was used twice");
}

#[test]
fn without_locks_no_tab_loses_its_sign_in_by_a_race() {
    let world = World::new();
    world.set_without_locks();
    let tabs = [expiring(&world), client(&world), client(&world)];
    let answers = all_at_once(&world, tabs.into_iter().map(|tab| (tab, renew())).collect());
    assert!(answers.iter().all(|token| token.starts_with("access-")), "{answers:?}");
    assert!(stored(&world).unwrap().refresh_token.is_some());
    assert_eq!(revocations(&world.requests()), 0);
}

#[test]
fn without_locks_tabs_with_a_dead_refresh_token_ask_in_the_background() {
    let world = World::new();
    world.set_without_locks();
    let tabs = [expiring(&world), client(&world), client(&world)];
    world.answer_refresh(400, refusal("invalid_grant"));
    let answers = all_at_once(&world, tabs.into_iter().map(|tab| (tab, renew())).collect());
    assert!(answers.iter().all(|token| token.starts_with("access-")), "{answers:?}");
    assert_eq!(revocations(&world.requests()), 0);
}

#[test]
fn no_renewal_but_a_forced_one_comes_within_a_second_of_the_last() {
    for lifetime in ["0", "0.001", "-1", "0.5"] {
        let world = World::new();
        let client = expiring(&world);
        let body = r#"{"access_token":"b","refresh_token":"refresh-1","expires_in":LIFETIME}"#;
        world.answer_refresh(200, body.replace("LIFETIME", lifetime));
        let requests = |options: &Value| {
            assert!(world.run(client.get(options)).is_ok(), "{lifetime}");
            world.requests()
        };
        assert_eq!(requests(&renew()), ["token refresh_token"], "{lifetime}");
        for milliseconds in [0.0, 1.0, 998.0] {
            world.advance(milliseconds);
            assert_eq!(requests(&renew()), [""; 0], "{lifetime}, {milliseconds} ms later");
        }
        world.advance(1.0);
        assert_eq!(requests(&renew()), ["token refresh_token"], "{lifetime}");
        assert_eq!(requests(&force()), ["token refresh_token"], "{lifetime}");
    }
}

#[test]
fn the_record_is_read_as_often_as_safety_needs() {
    for storage in ["localStorage", "sessionStorage"] {
        let world = World::new();
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let place = object!([("type", storage.into())]);
        let config = config("");
        let client = Client::create(Page::new(world.clone()), &config, &place, log, None);
        let client = world.run(client).unwrap();
        let counted = |options: &Value| {
            world.reads();
            assert!(world.run(client.get(options)).is_ok());
            let reads = world.reads();
            let of = |key: String| reads.get(&key).copied().unwrap_or_default();
            (of(KEY.to_owned()), of(format!("pic-clients-{ISSUER}")))
        };
        world.run(client.get(&renew())).unwrap();
        let (valid, renewed) = (counted(&Value::NULL), counted(&force()));
        match storage {
            "localStorage" => {
                assert_eq!(valid, (1, 0));
                // Before the lock, under it, and before the write; and the entry, for the id.
                assert_eq!(renewed, (3, 1));
            }
            // Each read of a record of this tab looks whether its id is in the entry.
            _ => assert_eq!((valid.1, renewed.1), (1, 9)),
        }
    }
}
