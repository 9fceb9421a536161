//! What an attacker, or an unlucky moment, could do: each was possible once.

use super::tests::{KEY, access_token, both, client, expiring, force, renew, stored};
use crate::error::Code;
use crate::json::{Value, object, parse, to_text};
use crate::platform::{Area, Platform};
use crate::testing::{ISSUER, World, id_token, pause};

/// An ID token of another person, that would verify.
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
        &object([
            ("accessToken", "a".into()),
            ("refreshToken", "refresh-1".into()),
            ("idToken", unsigned.into()),
            ("expiryTimestamp", 1.0.into()),
        ]),
    );
    world.script("/token", 200, r#"{"access_token":"b","expires_in":3600}"#);
    world.run(client.get(&renew())).unwrap();
    assert_eq!(stored(&world).unwrap().id_token, None);
}

#[test]
fn without_keys_a_renewed_id_token_must_still_be_about_the_same_person() {
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
        let body = object([("access_token", "eves".into()), ("id_token", eves(&changes).into())]);
        world.script("/token", 200, to_text(&body));
        assert_eq!(world.run(later.get(&renew())).unwrap_err().code(), code);
        assert_eq!(stored(&world), before);
    }
}

#[test]
fn without_keys_nobody_knows_whom_a_foreign_record_is_about() {
    let world = World::new();
    let client = client(&world);
    world.script("/keys", 503, "");
    put(&world, &object([("accessToken", "a".into()), ("idToken", eves(&[]).into())]));
    assert_eq!(world.run(client.user_info()).unwrap_err().code(), Code::JwksUnavailable);
}

#[test]
fn a_refresh_token_is_kept_only_beside_tokens_of_the_same_person() {
    let world = World::new();
    let client = client(&world);
    put(
        &world,
        &object([
            ("accessToken", "of-a".into()),
            ("refreshToken", "of-a".into()),
            ("expiryTimestamp", 1.0.into()),
            ("issuer", ISSUER.into()),
        ]),
    );
    world.script("/token", 200, r#"{"access_token":"of-b","expires_in":3600}"#);
    let scope = object([("scope", "email".into())]);
    let options = object([("backgroundRenew", true.into()), ("authorizeOptions", scope)]);
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
    let seen = world.run(here.get(&Value::Null)).unwrap();
    assert_eq!((seen.str("accessToken"), seen.get("persisted")), (Some("access-2"), None));
    world.run(there.logout(&Value::Null)).unwrap();
    assert_eq!(world.run(here.get(&Value::Null)).unwrap_err().error(), "No tokens found");
}

#[test]
fn an_exchange_does_not_outlive_a_logout() {
    let world = World::new();
    let client = client(&world);
    let response = world.run(client.authorize_background(&Value::Null)).unwrap();
    let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
    world.hold("/token");
    let exchanging = {
        let (client, code, state) = (client.clone(), code.to_owned(), state.to_owned());
        async move { client.exchange(&code, &state, None).await }
    };
    let (exchanged, _) = world.run(both(&world, exchanging, async {
        let _ = client.logout(&Value::Null).await;
        world.release();
    }));
    assert_eq!(exchanged.unwrap_err().code(), Code::SignedOut);
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    assert!(world.requests().iter().filter(|request| *request == "revoke").count() >= 2);
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
    let revoked = world.requests().iter().filter(|request| *request == "revoke").count();
    assert_eq!(revoked, 1, "the late access token, and not the refresh token");
}

#[test]
fn a_code_can_be_tried_again_after_a_fault_that_passes() {
    for (status, kept) in [(503, true), (429, true), (400, false)] {
        let world = World::new();
        let client = client(&world);
        let response = world.run(client.authorize_background(&Value::Null)).unwrap();
        let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
        world.script("/token", status, "");
        let _ = world.run(client.exchange(code, state, None));
        let again = world.run(client.exchange(code, state, None)).unwrap_err();
        assert_eq!(again.code() != Code::StateUnknown, kept, "{status}");
    }
}

#[test]
fn a_logout_leaves_another_issuers_record_and_another_clients_note() {
    let world = World::new();
    let client = client(&world);
    put(&world, &object([("accessToken", "a".into()), ("issuer", "https://other".into())]));
    assert_eq!(world.run(client.logout(&Value::Null)).unwrap_err().code(), Code::NotSignedIn);
    assert!(world.stored(Area::Local, KEY).is_some());

    let world = World::new();
    let client = expiring(&world);
    let key = format!("pic-clients-{ISSUER}");
    let notes = world.stored(Area::Session, &key).unwrap();
    let other = notes.replace("\"me\"", "\"you\"").replace("pic-me", "pic-you");
    world.put(Area::Session, &key, &notes.replace(']', &other.replacen('[', ",", 1)));
    world.run(client.logout(&Value::Null)).unwrap();
    assert_eq!(world.stored(Area::Session, &key), Some(other));
}

#[test]
fn a_response_of_another_issuer_is_refused_where_the_app_hands_it_over() {
    let world = World::new();
    let client = client(&world);
    let response = world.run(client.authorize_background(&Value::Null)).unwrap();
    let (code, state) = (response.str("code").unwrap(), response.str("state").unwrap());
    let evil = world.run(client.exchange(code, state, Some("https://evil")));
    assert_eq!(evil.unwrap_err().code(), Code::IssMismatch);
    assert!(world.run(client.exchange(code, state, Some(ISSUER))).is_ok());
}

#[test]
fn the_way_to_a_person_never_asks_for_none() {
    let world = World::new();
    let client = client(&world);
    world.set_signed_in(false);
    let options = object([("prompt", "none".into())]);
    let error = world.run(client.authorize_background(&options)).unwrap_err().into_value();
    assert!(
        !error.str("redirectUrl").unwrap().contains("prompt="),
        "or it would come back at once"
    );
}
