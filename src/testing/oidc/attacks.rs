//! What an attacker, or unlucky timing, could cause: each was possible once.

use std::rc::Rc;

use crate::error::Code;
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::config::CUSTOM_STORAGE;
use crate::oidc::{Client, Wanted};
use crate::page::Page;
use crate::platform::Platform;
use crate::protocol::tokens::Tokens;
use crate::secret::{AccessToken, RawIdToken};
use crate::storage::Area;
use crate::task::{Signal, until};
use crate::testing::oidc::{
    KEY, access_token, both, client, config, expiring, force, open, renew, stored,
};
use crate::testing::world::{ISSUER, World, id_token, pause};

/// A valid ID token of another user.
fn eves(changes: &[(&str, Value)]) -> String {
    let mut claims =
        parse(&format!(r#"{{"iss":"{ISSUER}","aud":"me","sub":"eve","iat":1,"exp":9e9}}"#))
            .unwrap();
    changes.iter().for_each(|(name, value)| claims.set(name, value.clone()));
    id_token(&claims)
}

fn put(world: &World, record: &Value) {
    world.put(Area::Local, KEY, &to_text(record));
}

#[test]
fn an_unverified_id_token_is_not_laundered_by_a_renewal() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let unsigned = eves(&[]).replace(".Z29vZA", ".Zm9yZ2Vk");
    put(
        &world,
        &object!([
            ("accessToken", "a".into()),
            ("refreshToken", "refresh-1".into()),
            ("idToken", unsigned.into()),
            ("expiryTimestamp", 1.0.into()),
            ("issuer", ISSUER.into()),
        ]),
    );
    world.script("/token", 200, r#"{"access_token":"b","expires_in":3600}"#);
    world.run(client.get(&renew())).unwrap();
    assert_eq!(stored(&world).unwrap().id_token, None);
}

#[test]
fn without_keys_a_renewed_id_token_must_still_be_about_the_same_user() {
    for (changes, code) in [
        (vec![], Code::IdTokenSubject),
        (vec![("sub", "demo".into()), ("iss", "https://evil".into())], Code::IdTokenIssuer),
        (vec![("sub", "demo".into()), ("aud", "you".into())], Code::IdTokenAudience),
    ] {
        let world = World::new();
        expiring(&world);
        let later = client(&world);
        let before = stored(&world);
        world.script("/keys", 503, "");
        let body = object!([("access_token", "eves".into()), ("id_token", eves(&changes).into())]);
        world.script("/token", 200, to_text(&body));
        assert_eq!(world.run(later.get(&renew())).unwrap_err().code(), code);
        assert_eq!(stored(&world), before);
    }
}

#[test]
fn an_access_token_that_is_not_the_id_tokens_is_refused() {
    // The hash is OpenID Connect Core appendix A.3's.
    for (token, code) in [
        ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", None),
        ("another", Some(Code::IdTokenAtHash)),
    ] {
        let world = World::new();
        let client = expiring(&world);
        let id_token =
            eves(&[("sub", "demo".into()), ("at_hash", "77QmUPtjPfzWtF2AnpK9RQ".into())]);
        let body = object!([("access_token", token.into()), ("id_token", id_token.into())]);
        world.script("/token", 200, to_text(&body));
        assert_eq!(world.run(client.get(&force())).err().map(|error| error.code()), code);
    }
}

#[test]
fn without_keys_nobody_knows_whom_a_foreign_record_is_about() {
    let world = World::new();
    let client = client(&world);
    world.script("/keys", 503, "");
    put(&world, &object!([("accessToken", "a".into()), ("idToken", eves(&[]).into())]));
    assert_eq!(world.run(client.user_info()).unwrap_err().code(), Code::JwksUnavailable);
}

#[test]
fn a_refresh_token_is_kept_only_beside_tokens_of_the_same_user() {
    let world = World::new();
    let client = client(&world);
    put(
        &world,
        &object!([
            ("accessToken", "of-a".into()),
            ("refreshToken", "of-a".into()),
            ("expiryTimestamp", 1.0.into()),
            ("issuer", ISSUER.into()),
        ]),
    );
    world.script("/token", 200, r#"{"access_token":"of-b","expires_in":3600}"#);
    let scope = object!([("scope", "email".into())]);
    let options = object!([("backgroundRenew", true.into()), ("authorizeOptions", scope)]);
    assert_eq!(access_token(&world.run(client.get(&options))), Some("of-b"));
    assert_eq!(stored(&world).unwrap().refresh_token, None);
}

#[test]
fn unsaved_tokens_are_over_once_anything_else_was_stored() {
    let world = World::new();
    let here = client(&world);
    world.set_read_only(true);
    let kept = world.run(here.get(&renew())).unwrap();
    assert_eq!(kept.get("persisted"), Some(&false.into()));
    world.set_read_only(false);
    let there = client(&world);
    world.run(there.get(&renew())).unwrap();
    let seen = world.run(here.get(&Value::NULL)).unwrap();
    assert_eq!((seen.str("accessToken"), seen.get("persisted")), (Some("access-2"), None));
    world.run(there.logout(&Value::NULL)).unwrap();
    assert_eq!(world.run(here.get(&Value::NULL)).unwrap_err().error(), "No tokens found");
}

#[test]
fn tokens_that_could_not_be_stored_cost_no_stored_ones() {
    let world = World::new();
    world.script("/token", 200, r#"{"access_token":"a","expires_in":3600}"#);
    let client = world.run(open(&world, r#","scope":"email""#)).unwrap();
    world.run(client.get(&renew())).unwrap();
    world.set_read_only(true);
    world.unscript();
    world.script("/token", 200, r#"{"access_token":"b","expires_in":3600}"#);
    world.requests();
    assert_eq!(access_token(&world.run(client.get(&force()))), Some("b"));
    assert_eq!(stored(&world).unwrap().access_token.reveal(), "a");
    world.unscript();
    world.script("/token", 200, r#"{"access_token":"b2","expires_in":3600}"#);
    assert_eq!(access_token(&world.run(client.get(&force()))), Some("b2"));
    world.set_read_only(false);
    world.unscript();
    world.script("/token", 200, r#"{"access_token":"c","expires_in":3600}"#);
    world.run(client.get(&force())).unwrap();
    assert!(!world.requests().contains(&"revoke".to_owned()), "the session is in use");
    world.set_read_only(true);
    world.unscript();
    world.script("/token", 200, r#"{"access_token":"d","expires_in":3600}"#);
    world.run(client.get(&force())).unwrap();
    world.requests();
    world.run(client.logout(&Value::NULL)).unwrap();
    let revoked = world.requests().iter().filter(|name| *name == "revoke").count();
    assert_eq!(revoked, 2, "what was used, and what was stored under it");
}

#[test]
fn another_library_s_sign_in_is_not_swept_away() {
    let world = World::new();
    let client = client(&world);
    let key = "FR-SDK-authflow-me";
    let record = r#"{"clientId":"me","state":"theirs","verifier":"v","redirectUri":"https://app.example/cb"}"#;
    for record in [record, "{half"] {
        world.put(Area::Session, key, record);
        world.run(client.authorize_url(&Value::NULL)).unwrap();
        assert!(world.run(client.exchange("code", "mine", None)).is_err());
        assert_eq!(world.stored(Area::Session, key).as_deref(), Some(record));
    }
}

#[test]
fn an_exchange_does_not_outlive_a_logout() {
    let world = World::new();
    let client = client(&world);
    let response = world.run(client.authorize_background(&Value::NULL)).unwrap();
    let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
    world.hold("/token");
    let exchanging = {
        let (client, code, state) = (client.clone(), code.to_owned(), state.to_owned());
        async move { client.exchange(&code, &state, None).await }
    };
    let (exchanged, _) = world.run(both(&world, exchanging, async {
        let _ = client.logout(&Value::NULL).await;
        world.release();
    }));
    assert_eq!(exchanged.unwrap_err().code(), Code::SignedOut);
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    // The sign-out has ended, so it is not known which session these tokens are of.
    assert!(!world.requests().contains(&"revoke".to_owned()));
}

#[test]
fn a_late_renewal_does_not_revoke_what_is_in_use() {
    let world = World::new();
    let client = expiring(&world);
    world.script("/token", 200, r#"{"access_token":"late","expires_in":3600}"#);
    world.hold("/token");
    let renewing = {
        let client = client.clone();
        async move { client.get(&force()).await }
    };
    let (renewed, ()) = world.run(both(&world, renewing, async {
        let mut record = parse(&world.stored(Area::Local, KEY).unwrap()).unwrap();
        record.set("accessToken", "theirs");
        record.set("expiryTimestamp", world.now() + 3_600_000.0);
        put(&world, &record);
        pause().await;
        world.release();
    }));
    assert_eq!(access_token(&renewed), Some("theirs"));
    assert!(!world.requests().contains(&"revoke".to_owned()), "the session is in use");
}

#[test]
fn a_code_can_be_tried_again_after_a_fault_that_passes() {
    for (status, kept) in [(503, true), (429, true), (400, false)] {
        let world = World::new();
        let client = client(&world);
        let response = world.run(client.authorize_background(&Value::NULL)).unwrap();
        let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
        world.script("/token", status, "");
        let _ = world.run(client.exchange(code, state, None));
        let again = world.run(client.exchange(code, state, None)).unwrap_err();
        assert_eq!(again.code() != Code::StateUnknown, kept, "{status}");
    }
}

#[test]
fn a_logout_leaves_another_issuers_record_and_no_note() {
    let world = World::new();
    let client = client(&world);
    put(&world, &object!([("accessToken", "a".into()), ("issuer", "https://other".into())]));
    assert_eq!(world.run(client.logout(&Value::NULL)).unwrap_err().code(), Code::NotSignedIn);
    assert!(world.stored(Area::Local, KEY).is_some());

    let world = World::new();
    let client = expiring(&world);
    let key = format!("pic-clients-{ISSUER}");
    let notes = world.stored(Area::Local, &key).unwrap();
    let other = notes.replace("\"me\"", "\"you\"").replace("pic-me", "pic-you");
    world.put(Area::Local, &key, &notes.replace(']', &other.replacen('[', ",", 1)));
    world.run(client.logout(&Value::NULL)).unwrap();
    assert_eq!(world.stored(Area::Local, &key), None);
}

#[test]
fn a_response_of_another_issuer_is_refused_where_the_app_hands_it_over() {
    let world = World::new();
    let client = client(&world);
    let response = world.run(client.authorize_background(&Value::NULL)).unwrap();
    let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
    let evil = world.run(client.exchange(code, state, Some("https://evil")));
    assert_eq!(evil.unwrap_err().code(), Code::IssMismatch);
    assert!(world.run(client.exchange(code, state, Some(ISSUER))).is_ok());
}

#[test]
fn the_way_to_a_user_never_asks_for_none() {
    let world = World::new();
    let client = client(&world);
    world.set_signed_in(false);
    let options = object!([("prompt", "none".into())]);
    let error = world.run(client.authorize_background(&options)).unwrap_err().into_value();
    assert!(
        !error.str("redirectUrl").unwrap().contains("prompt="),
        "or it would come back at once"
    );
}

/// A client whose tokens are in the app's own, asynchronous storage.
fn with_custom_storage(world: &World, more: &str) -> Rc<Client<World>> {
    let storage = object!([("type", "custom".into()), (CUSTOM_STORAGE, 3.0.into())]);
    let page = Page::new(world.clone());
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    world.run(Client::create(page, &config(more), &storage, log, None)).unwrap()
}

async fn pauses(count: usize) {
    for _ in 0..count {
        pause().await;
    }
}

/// Starts a sign-in by redirect, and lands on the page of the redirect URI.
fn landed(world: &World, client: &Client<World>, options: &str) -> String {
    world.run(client.authorize_redirect(&parse(options).unwrap())).unwrap();
    world.land(&world.navigated().pop().unwrap())
}

#[test]
fn a_request_to_an_api_signs_nobody_in_again() {
    let world = World::new();
    let more = r#","apiOrigins":["https://api.example"]"#;
    for by_revocation in [true, false] {
        let client = world.run(open(&world, more)).unwrap();
        world.run(client.get(&renew())).unwrap();
        let ask = |before: &Value| {
            world.run(client.authorization(
                "https://api.example/",
                "GET",
                None,
                before,
                Wanted::AnotherToken,
            ))
        };
        let used = ask(&Value::NULL).unwrap();
        match by_revocation {
            true => drop(world.run(client.revoke()).unwrap()),
            false => drop(world.run(client.logout(&object!([("redirect", true.into())]))).unwrap()),
        }
        assert!(ask(&used).is_err() && ask(&Value::NULL).is_err());
        assert_eq!(stored(&world), None);
    }
}

#[test]
fn a_renewal_ahead_of_time_signs_nobody_in_again() {
    for (in_other_tab, delay) in (0..30).flat_map(|delay| [(true, delay), (false, delay)]) {
        let world = World::new();
        let client = with_custom_storage(&world, r#","autoRenew":true"#);
        world.run(client.get(&renew())).unwrap();
        world.advance(3_590_000.0);
        let leaving = if in_other_tab { with_custom_storage(&world, "") } else { client.clone() };
        world.spawn(Box::pin(async move { drop(leaving.revoke().await) }));
        world.run(async {
            pauses(delay).await;
            let _watch = client.watch(Rc::new(|_| ()));
            pauses(40).await;
        });
        assert_eq!(world.stored(Area::Custom(3), KEY), None, "{in_other_tab} {delay}");
    }
}

#[test]
fn a_sign_in_under_way_does_not_outlive_a_sign_out_in_another_tab() {
    let world = World::new();
    let here = client(&world);
    world.run(here.get(&renew())).unwrap();
    let there = client(&world);
    let location = landed(&world, &here, "{}");
    world.hold("/token");
    let calling = async move { here.callback(&location).await };
    let (result, _) = world.run(both(&world, calling, async {
        let left = there.logout(&Value::NULL).await;
        world.release();
        left
    }));
    assert_eq!(result.unwrap_err().code(), Code::SignedOut);
    assert_eq!(stored(&world), None);
}

#[test]
fn no_authorization_is_remembered_after_a_sign_out() {
    for (par, delay) in (0..12).flat_map(|delay| [(true, delay), (false, delay)]) {
        let world = World::new();
        world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
        world.script("/par", 201, r#"{"request_uri":"urn:x"}"#);
        let client = world.run(open(&world, if par { r#","par":true"# } else { "" })).unwrap();
        let asking = client.clone();
        world.spawn(Box::pin(async move {
            match par {
                true => drop(asking.authorize_url(&Value::NULL).await),
                false => drop(asking.authorize_background(&Value::NULL).await),
            }
        }));
        world.run(async {
            pauses(delay).await;
            drop(client.logout(&Value::NULL).await);
        });
        assert!(world.all_stored().is_empty(), "{par} {delay}");
    }
}

#[test]
fn a_response_that_was_dealt_with_gives_nobody_elses_tokens() {
    let world = World::new();
    let here = client(&world);
    let location = landed(&world, &here, r#"{"appState":"mine"}"#);
    world.run(here.callback(&location)).unwrap();
    put(&world, &object!([("accessToken", "bobs".into()), ("idToken", eves(&[]).into())]));
    let again = world.run(here.callback(&location));
    assert_eq!(again.unwrap_err().code(), Code::StateUnknown);
}

#[test]
fn a_note_in_another_clients_name_goes_with_the_sign_out() {
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, r#"{"clientId":"other","scope":"email"}"#);
    world.script("/token", 200, r#"{"access_token":"x"}"#);
    world.run(client.callback(&location)).unwrap();
    world.run(client.logout(&Value::NULL)).unwrap();
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
}

#[test]
fn a_sign_in_by_a_window_that_is_given_up_loses_no_token() {
    for polls in 1..60 {
        let world = World::new();
        let client = with_custom_storage(&world, "");
        let given_up = Signal::default();
        let (asking, signal) = (client.clone(), given_up.clone());
        world.spawn(Box::pin(async move {
            until(signal.wait(), asking.authorize_popup(Some(false), &Value::NULL)).await;
        }));
        world.requests();
        world.run(async {
            pauses(polls).await;
            given_up.fire();
        });
        let used = world.requests().iter().any(|request| request == "token authorization_code");
        assert_eq!(used, world.stored(Area::Custom(3), KEY).is_some(), "{polls}");
    }
}

#[test]
fn failed_renewals_drive_out_no_sign_in_that_waits() {
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, "{}");
    world.set_signed_in(false);
    for _ in 0..25 {
        assert!(world.run(client.get(&renew())).is_err());
    }
    assert!(client.matches(&location));
    assert!(world.all_stored().len() <= 21, "{}", world.all_stored().len());
}

#[test]
fn to_ask_whether_a_url_is_ours_changes_nothing() {
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, "{}");
    world.advance(3_700_000.0);
    assert!(!client.matches(&location));
    let late = world.run(client.callback(&location));
    assert_eq!(late.unwrap_err().code(), Code::TransactionExpired);
}

fn sign_in(world: &World, client: &Rc<Client<World>>) {
    let url = landed(world, client, "{}");
    world.run(client.callback(&url)).unwrap();
}

#[test]
fn a_request_is_sent_once_more_with_a_token_of_the_same_user_alone() {
    // What happens between the two tries, whether the second gets a token, and how many renewals it
    // takes.
    type Meanwhile = fn(&World, &Rc<Client<World>>);
    let nothing: Meanwhile = |_, _| ();
    let renewed: Meanwhile = |world, client| drop(world.run(client.get(&force())).unwrap());
    let another: Meanwhile = |world, client| {
        world.set_user("bob");
        sign_in(world, client);
    };
    let again: Meanwhile = |world, client| sign_in(world, client);
    let signed_out: Meanwhile = |world, client| drop(world.run(client.revoke()).unwrap());
    for (name, meanwhile, scope, is_refused, has_token) in [
        ("nothing", nothing, "openid", true, true),
        ("nothing, and an advice", nothing, "openid", false, true),
        ("a renewal", renewed, "openid", true, true),
        ("another user", another, "openid", true, false),
        ("another user, and an advice", another, "openid", false, false),
        ("the same user again", again, "openid", true, true),
        ("a sign-out", signed_out, "openid", true, false),
        // Without an ID token it is not known whose tokens these are.
        ("nothing, and no ID token", nothing, "orders", true, true),
        ("a renewal, and no ID token", renewed, "orders", true, true),
        ("a sign-in, and no ID token", again, "orders", true, false),
    ] {
        let world = World::new();
        let more = format!(r#","apiOrigins":["https://api.example"],"scope":"{scope}""#);
        let client = world.run(open(&world, &more)).unwrap();
        if scope != "openid" {
            world.without_id_tokens();
        }
        sign_in(&world, &client);
        let ask = |before: &Value, wanted| {
            world.run(client.authorization("https://api.example/", "GET", None, before, wanted))
        };
        let first = ask(&Value::NULL, Wanted::Token).unwrap();
        assert!(first.str("header").is_some(), "{name}");
        meanwhile(&world, &client);
        let before = world.stored(Area::Local, KEY);
        world.requests();
        let wanted = if is_refused { Wanted::AnotherToken } else { Wanted::Token };
        let second = ask(&first, wanted);
        let header = second.as_ref().ok().and_then(|second| second.str("header"));
        assert_eq!(header.is_some(), has_token, "{name}: {second:?}");
        let is_other = header != first.str("header");
        assert!(!has_token || is_other == is_refused, "{name}: {second:?}");
        if !has_token {
            // Another user's tokens are not renewed for it either.
            assert_eq!(world.requests(), [""; 0], "{name}");
            assert_eq!(world.stored(Area::Local, KEY), before, "{name}");
        }
    }
}

#[test]
fn a_renewal_for_a_second_try_that_another_sign_in_overtakes_gives_it_nothing() {
    let world = World::new();
    let client = world.run(open(&world, r#","apiOrigins":["https://api.example"]"#)).unwrap();
    sign_in(&world, &client);
    let url = "https://api.example/";
    let first =
        world.run(client.authorization(url, "GET", None, &Value::NULL, Wanted::Token)).unwrap();
    world.hold("/token");
    let (asking, releasing) = (client.clone(), world.clone());
    let (second, ()) = world.run(both(
        &world,
        async move { asking.authorization(url, "GET", None, &first, Wanted::AnotherToken).await },
        async move {
            let record = stored(&releasing).unwrap();
            let claims =
                object!([("iss", ISSUER.into()), ("aud", "me".into()), ("sub", "bob".into())]);
            let theirs = Tokens {
                access_token: AccessToken::new("theirs"),
                id_token: Some(RawIdToken::new(id_token(&claims))),
                ..*record
            };
            releasing.put(Area::Local, KEY, &to_text(&theirs.to_value()));
            releasing.release();
        },
    ));
    assert_eq!(second.ok().and_then(|second| second.str("header").map(str::to_owned)), None);
    assert_eq!(stored(&world).unwrap().access_token.reveal(), "theirs");
}

#[test]
fn an_api_that_refuses_every_token_makes_no_storm_of_renewals() {
    let world = World::new();
    let client = world.run(open(&world, r#","apiOrigins":["https://api.example"]"#)).unwrap();
    sign_in(&world, &client);
    world.requests();
    let ask = |before: &Value| {
        world
            .run(client.authorization(
                "https://api.example/",
                "GET",
                None,
                before,
                Wanted::AnotherToken,
            ))
            .unwrap()
    };
    for second in 0..3 {
        for request in 0..5 {
            let first = ask(&Value::NULL);
            assert!(first.str("header").is_some(), "{second} {request}");
            let again = ask(&first);
            assert_eq!(again.str("header").is_some(), request == 0, "{second} {request}");
        }
        assert_eq!(world.requests(), ["token refresh_token"], "{second}");
        world.advance(1_000.0);
    }
}

#[test]
fn an_error_does_not_repeat_what_the_request_carried() {
    let world = World::new();
    let client = client(&world);
    sign_in(&world, &client);
    let before = stored(&world).unwrap();
    let token = before.refresh_token.as_ref().unwrap().reveal();
    assert!(token.len() >= 8, "{token}");
    world.answer_refresh(
        500,
        format!(r#"{{"error":"server_error","error_description":"refused {token}: {token}"}}"#),
    );
    let error = world.run(client.get(&force())).unwrap_err();
    let text = to_text(&error.into_value());
    assert!(text.contains("refused (secret): (secret)"), "{text}");
    assert!(!text.contains(token.as_str()), "{text}");
    // In JSON a character may be escaped.
    let (first, rest) = token.split_at_checked(1).unwrap();
    let escaped =
        format!("\\u{:04x}{}", u32::from(first.as_bytes()[0]), rest.replace('-', "\\u002D"));
    let said = format!("refused \\/ {escaped}");
    world
        .answer_refresh(500, format!(r#"{{"error":"server_error","error_description":"{said}"}}"#));
    let text = to_text(&world.run(client.get(&force())).unwrap_err().into_value());
    assert!(text.contains("refused / (secret)"), "{text}");
}
