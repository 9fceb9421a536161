//! What a sign-out reports, compared with what happened to the session.

use std::rc::Rc;

use crate::error::{Code, Error};
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::Client;
use crate::page::Page;
use crate::page::providers::AmSettings;
use crate::page::whose::session_at;
use crate::platform::Platform;
use crate::storage::Area;
use crate::testing::oidc::{both, client, config, force, open, renew, stored};
use crate::testing::world::{AM_HEADER, Am, End, ISSUER, World, pause};
use crate::url::{Params, Url};

const BACK: &str = r#","signOutRedirectUri":"https://app.example/bye""#;

fn text(options: &str) -> Value {
    parse(options).unwrap()
}

fn log() -> Logger {
    Logger::new(Level::None, Box::new(|_, _| ()))
}

/// A client of AM that is signed in.
fn at_am(world: &World, settings: AmSettings) -> Rc<Client<World>> {
    let page = Page::new(world.clone());
    page.providers.note_am(ISSUER, settings);
    let config = config("");
    let client = world.run(Client::create(page, &config, &Value::NULL, log(), None)).unwrap();
    world.run(client.get(&renew())).unwrap();
    world.requests();
    client
}

/// `done.session` of a result, or the code of an error.
fn session_of(result: &Result<Value, Error>) -> String {
    match result {
        Ok(value) => to_text(value.at("done").at("session")).to_string(),
        Err(error) => error.code().as_str().to_owned(),
    }
}

fn logout(world: &World, client: &Rc<Client<World>>) -> Result<Value, Error> {
    world.run(client.logout(&Value::NULL))
}

/// Signs in by a redirect: no hidden frame has found the session.
fn sign_in_by_redirect(world: &World, client: &Rc<Client<World>>) {
    world.run(client.authorize_redirect(&Value::NULL)).unwrap();
    let location = world.land(&world.navigated().pop().unwrap());
    world.run(client.callback(&location)).unwrap();
    world.requests();
}

#[test]
fn no_session_is_said_to_be_over_that_is_not() {
    const UNSURE: &str = r#""unconfirmed""#;
    const BY_FRAME: &[&str] = &["frame", "end", "frame", "revoke", "revoke"];
    const BLIND: &[&str] = &["end", "end", "revoke", "revoke"];
    const UP_TO_BLIND: &[&str] = &["frame", "end", "frame", "end", "revoke", "revoke"];
    for (end, config, frames_see, session, requests) in [
        (End::Simple, "", true, "true", &["end", "revoke", "revoke"][..]),
        (End::WithoutCors, BACK, true, "true", BY_FRAME),
        (End::WithoutCors, BACK, false, UNSURE, BY_FRAME),
        (End::WithoutCors, "", true, UNSURE, BLIND),
        (End::Elsewhere, BACK, true, "true", BY_FRAME),
        (End::Elsewhere, BACK, false, UNSURE, BY_FRAME),
        (End::Elsewhere, "", true, UNSURE, BLIND),
        (End::Asks, BACK, true, UNSURE, UP_TO_BLIND),
        (End::Asks, "", true, UNSURE, BLIND),
        (End::Down, BACK, true, "network_failed", UP_TO_BLIND),
        (End::Down, "", true, "network_failed", BLIND),
        // A landing on a page of another site can't be seen.
        (End::Elsewhere, r#","signOutRedirectUri":"https://other.example/""#, true, UNSURE, BLIND),
    ] {
        let world = World::new();
        world.set_end(end);
        let client = world.run(open(&world, config)).unwrap();
        sign_in_by_redirect(&world, &client);
        if !frames_see {
            world.hide_cookie_in_frames();
        }
        let result = logout(&world, &client);
        let place = format!("{end:?} {config} {frames_see}: {result:?}");
        assert_eq!(session_of(&result), session, "{place}");
        assert_eq!(world.requests(), requests, "{place}");
        assert!(session != "true" || end == End::Simple || !world.is_signed_in(), "{place}");
        assert_eq!(stored(&world), None, "{place}");
    }
}

#[test]
fn a_frame_that_has_found_the_session_need_not_look_again() {
    let world = World::new();
    world.set_end(End::Elsewhere);
    let page = r#","backgroundSignOutRedirectUri":"https://app.example/callback.html""#;
    let client = world.run(open(&world, page)).unwrap();
    world.run(client.get(&renew())).unwrap();
    world.requests();
    assert_eq!(session_of(&logout(&world, &client)), "true");
    assert_eq!(world.requests(), ["end", "frame", "revoke", "revoke"]);
    // That was another sign-in.
    world.set_signed_in(true);
    sign_in_by_redirect(&world, &client);
    world.hide_cookie_in_frames();
    assert_eq!(session_of(&logout(&world, &client)), r#""unconfirmed""#);
    assert!(world.is_signed_in());
}

#[test]
fn a_refusal_to_end_the_session_is_an_error() {
    let world = World::new();
    let client = world.run(open(&world, BACK)).unwrap();
    world.run(client.get(&renew())).unwrap();
    world.script("/end", 400, r#"{"error":"invalid_request"}"#);
    let error = logout(&world, &client).unwrap_err().into_value();
    assert_eq!(error.str("error"), Some("Inner request error"));
    assert_eq!(to_text(error.at("done")), r#"{"session":false,"revoke":true,"delete":true}"#);
    assert_eq!(error.at("sessionResponse").str("code"), Some("invalid_request"));
}

#[test]
fn without_an_end_session_endpoint_nothing_is_said_to_have_ended() {
    let world = World::new();
    world.set_metadata("end_session_endpoint", Value::NULL);
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let result = logout(&world, &client).unwrap();
    assert_eq!(to_text(result.at("done")), r#"{"session":false,"revoke":true,"delete":true}"#);
    assert_eq!(to_text(result.at("why")), r#"{"session":"endpoint_missing"}"#);
}

#[test]
fn am_is_asked_by_its_cookie_or_session_token() {
    let token = |cookie_name: &str| AmSettings {
        cookie_name: Some(cookie_name.into()),
        paths: Value::NULL,
    };
    for (settings, has_cookie, session) in [
        (AmSettings::default(), true, "true"),
        (AmSettings::default(), false, r#""unconfirmed""#),
        (token(AM_HEADER), false, "true"),
    ] {
        let world = World::new();
        let client = at_am(&world, settings);
        let key = session_at(ISSUER, Area::Session).key;
        world.put(Area::Session, &key, r#"{"tokenId":"t"}"#);
        world.set_am(Am { token: "t", versions: &[], has_cookie, is_alive: true });
        let result = logout(&world, &client);
        assert_eq!(session_of(&result), session, "{result:?}");
        assert!(session != "true" || !world.is_am_alive());
        assert_eq!(world.requests(), ["sessions logout", "end", "revoke", "revoke"]);
        assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    }
    // AM's end session endpoint confirms nothing, but a failure of both requests is one.
    for (status, session) in
        [(204, r#""unconfirmed""#), (400, r#""unconfirmed""#), (500, "http_error")]
    {
        let world = World::new();
        let client = at_am(&world, AmSettings::default());
        world.set_am(Am { token: "t", versions: &[], has_cookie: false, is_alive: true });
        world.script("/end", status, "");
        assert_eq!(session_of(&logout(&world, &client)), session, "{status}");
    }
}

#[test]
fn am_knows_the_session_by_the_id_token_of_the_sign_in() {
    for is_am in [true, false] {
        let world = World::new();
        let client = if is_am { at_am(&world, AmSettings::default()) } else { client(&world) };
        world.run(client.get(&renew())).unwrap();
        let first = stored(&world).unwrap().id_token.unwrap();
        for _ in 0..2 {
            world.advance(1_000.0);
            world.run(client.get(&force())).unwrap();
        }
        let newest = stored(&world).unwrap().id_token.unwrap();
        assert_ne!(first, newest);
        world.run(client.logout(&text(r#"{"redirect":true}"#))).unwrap();
        let url = world.navigated().pop().unwrap();
        let sent = Params::parse(Url::parse(&url, None).unwrap().query());
        let expected = if is_am { first } else { newest };
        assert_eq!(sent.get("id_token_hint"), Some(expected.reveal()), "AM: {is_am}");
    }
}

#[test]
fn a_long_id_token_goes_to_am_alone() {
    let long = format!("https://app.example/{}", "a".repeat(4_000));
    for is_am in [true, false] {
        let world = World::new();
        let page = Page::new(world.clone());
        if is_am {
            page.providers.note_am(ISSUER, AmSettings::default());
        }
        let config = config(&format!(r#","signOutRedirectUri":"{long}""#));
        let client = world.run(Client::create(page, &config, &Value::NULL, log(), None)).unwrap();
        world.run(client.get(&renew())).unwrap();
        world.requests();
        world.run(client.logout(&text(r#"{"redirect":true}"#))).unwrap();
        let url = world.navigated().pop().unwrap();
        let sent = Params::parse(Url::parse(&url, None).unwrap().query());
        assert_eq!(sent.get("id_token_hint").is_some(), is_am);
        assert_eq!(sent.get("client_id").map(|id| id.as_str()), Some("me"));
        // Without a page the user can't answer the provider's question.
        world.run(client.get(&renew())).unwrap();
        world.requests();
        let result = logout(&world, &client);
        assert_eq!(session_of(&result), if is_am { "true" } else { r#""unconfirmed""# });
        assert!(!world.requests().contains(&"frame".to_owned()));
    }
}

#[test]
fn what_a_sign_out_could_not_revoke_is_told() {
    for (status, body, revoke, why) in [
        (400, r#"{"error":"invalid_client"}"#, "false", "invalid_client"),
        (401, r#"{"error":"unauthorized_client"}"#, "false", "unauthorized_client"),
        (400, r#"{"error":"unsupported_token_type"}"#, "false", "unsupported_token_type"),
        (503, "", "error", "http_error"),
        (302, "", "error", "http_error"),
    ] {
        let world = World::new();
        let client = client(&world);
        world.run(client.get(&renew())).unwrap();
        world.script("/revoke", status, body);
        match logout(&world, &client) {
            Ok(value) => {
                assert_eq!(to_text(value.at("done").at("revoke")), revoke);
                assert_eq!(value.at("why").str("revoke"), Some(why));
            }
            Err(error) => assert_eq!((revoke, error.code().as_str()), ("error", why)),
        }
        // A call for nothing else gets it as an error.
        world.run(client.get(&renew())).unwrap();
        let error = world.run(client.revoke()).unwrap_err().into_value();
        assert_eq!(error.at("revokeResponse").str("code"), Some(why));
        assert_eq!(to_text(error.at("done")), r#"{"revoke":false,"delete":true}"#);
        assert_eq!(stored(&world), None);
    }
}

#[test]
fn after_a_revocation_the_tokens_are_forgotten_also_without_an_endpoint() {
    let world = World::new();
    world.set_metadata("revocation_endpoint", Value::NULL);
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let error = world.run(client.revoke()).unwrap_err().into_value();
    assert_eq!(error.str("error"), Some("Wellknown missing revocation endpoint"));
    assert_eq!(to_text(error.at("done")), r#"{"revoke":false,"delete":true}"#);
    assert_eq!(stored(&world), None);
    world.run(client.get(&renew())).unwrap();
    let result = logout(&world, &client).unwrap();
    assert_eq!(result.at("done").get("revoke"), Some(&false.into()));
    assert_eq!(to_text(result.at("why")), r#"{"revoke":"endpoint_missing"}"#);
}

#[test]
fn am_revokes_where_its_metadata_names_no_endpoint() {
    let world = World::new();
    let base = "https://op.example/am/oauth2/realms/root";
    world.set_metadata("revocation_endpoint", Value::NULL);
    world.set_metadata("token_endpoint", format!("{base}/access_token"));
    world.set_metadata("authorization_endpoint", format!("{base}/authorize"));
    let client = client(&world);
    let record = object!([
        ("accessToken", "a".into()),
        ("refreshToken", "r".into()),
        ("issuer", ISSUER.into()),
    ]);
    world.put(Area::Local, crate::testing::oidc::KEY, &to_text(&record));
    world.requests();
    assert!(world.run(client.revoke()).is_ok());
    assert_eq!(world.requests(), ["revoke", "revoke"]);
}

#[test]
fn a_redirect_with_nothing_stored_says_only_what_is_known() {
    let world = World::new();
    let client = client(&world);
    let result = world.run(client.logout(&text(r#"{"redirect":true}"#))).unwrap();
    assert_eq!(
        to_text(result.at("done")),
        r#"{"session":"unconfirmed","revoke":false,"delete":true}"#
    );
    assert_eq!(world.navigated().len(), 1);
}

/// One more client of a page.
fn open_in(
    world: &World,
    page: &'static Page<World>,
    more: &str,
    storage: &str,
) -> Rc<Client<World>> {
    let (config, storage) = (config(more), object!([("type", storage.into())]));
    world.run(Client::create(page, &config, &storage, log(), None)).unwrap()
}

fn has_tokens(world: &World, client: &Rc<Client<World>>) -> bool {
    world.run(client.get(&Value::NULL)).is_ok()
}

#[test]
fn a_sign_out_ends_every_client_of_the_issuer() {
    for is_reloaded in [false, true] {
        let world = World::new();
        let page = Page::new(world.clone());
        let mine = open_in(&world, page, "", "localStorage");
        let other = open_in(&world, page, r#","clientId":"other""#, "localStorage");
        let third = open_in(&world, page, r#","clientId":"third""#, "sessionStorage");
        let record = |name: &str| format!(r#"{{"accessToken":"{name}","issuer":"{ISSUER}"}}"#);
        world.run(mine.get(&renew())).unwrap();
        world.put(Area::Local, "pic-other", &record("other"));
        world.put(Area::Session, "pic-third", &record("third"));
        for name in ["other", "third"] {
            let place = if name == "other" { "localStorage" } else { "sessionStorage" };
            let more = format!(r#","clientId":"{name}""#);
            assert!(has_tokens(&world, &open_in(&world, page, &more, place)));
        }
        world.requests();
        // One of them no longer exists: the page was loaded again.
        let mine = match is_reloaded {
            true => open_in(&world, Page::new(world.clone()), "", "localStorage"),
            false => mine,
        };
        assert!(logout(&world, &mine).is_ok());
        let revoked = world.requests().iter().filter(|name| *name == "revoke").count();
        assert_eq!(revoked, 4, "the tokens of all");
        for client in [&mine, &other, &third] {
            assert!(!has_tokens(&world, client));
        }
        assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    }
}

#[test]
fn another_users_tokens_stay() {
    let world = World::new();
    let page = Page::new(world.clone());
    let mine = open_in(&world, page, "", "localStorage");
    world.run(mine.get(&renew())).unwrap();
    let theirs = crate::testing::world::id_token(&object!([
        ("iss", ISSUER.into()),
        ("aud", "other".into()),
        ("sub", "eve".into()),
    ]));
    let record = format!(r#"{{"accessToken":"t","idToken":"{theirs}","issuer":"{ISSUER}"}}"#);
    world.put(Area::Local, "pic-other", &record);
    let other = open_in(&world, page, r#","clientId":"other""#, "localStorage");
    assert!(logout(&world, &mine).is_ok());
    assert!(has_tokens(&world, &other) && !has_tokens(&world, &mine));
}

#[test]
fn what_a_tab_keeps_for_itself_counts_only_while_its_sign_in_is_noted() {
    let world = World::new();
    let open = || open_in(&world, Page::new(world.clone()), "", "sessionStorage");
    let client = open();
    world.run(client.get(&renew())).unwrap();
    let record = world.stored(Area::Session, crate::testing::oidc::KEY).unwrap();
    let entry = world.stored(Area::Local, &format!("pic-clients-{ISSUER}")).unwrap();
    assert!(record.contains("signInId") && !entry.contains("access-1"), "{entry}");
    let shown = world.run(client.get(&Value::NULL)).unwrap();
    assert_eq!(shown.get("signInId"), None);
    assert!(has_tokens(&world, &open()), "after a reload");
    // A sign-out in another tab removes the ids; this tab got no event, as if it was closed.
    assert!(logout(&world, &client).is_ok());
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    world.put(Area::Session, crate::testing::oidc::KEY, &record);
    assert!(!has_tokens(&world, &client));
    world.put(Area::Session, crate::testing::oidc::KEY, &record);
    assert!(!has_tokens(&world, &open()), "a tab that is restored");
    assert_eq!(world.stored(Area::Session, crate::testing::oidc::KEY), None);
    // A later sign-in has another id.
    world.run(client.get(&renew())).unwrap();
    world.put(Area::Session, crate::testing::oidc::KEY, &record);
    assert!(!has_tokens(&world, &open()));
}

/// Runs a call during a sign-out whose request to `held` is answered a moment later. Returns the result
/// of the call, and the requests and navigations in order.
fn beside_sign_out<T: 'static>(
    world: &World,
    client: &Rc<Client<World>>,
    held: &'static str,
    call: impl Future<Output = T>,
) -> T {
    let (leaving, releasing) = (client.clone(), world.clone());
    world.hold(held);
    let sign_out = async move { leaving.logout(&Value::NULL).await };
    let (_, outcome) = world.run(both(world, sign_out, async {
        world.spawn(Box::pin(async move {
            for _ in 0..20 {
                pause().await;
            }
            assert!(releasing.navigated().is_empty(), "nobody leaves before the end");
            releasing.release();
        }));
        call.await
    }));
    outcome
}

#[test]
fn a_sign_in_waits_for_the_sign_out_to_end() {
    for held in ["/end", "/revoke"] {
        let world = World::new();
        let client = client(&world);
        world.run(client.get(&renew())).unwrap();
        let began = client.clone();
        let call = async move { began.authorize_redirect(&Value::NULL).await };
        assert!(beside_sign_out(&world, &client, held, call).is_ok());
        assert_eq!(world.navigated().len(), 1, "and then goes");
        // Without a page: the request comes after those of the sign-out.
        world.run(client.get(&renew())).unwrap();
        world.requests();
        let began = client.clone();
        let call = async move { began.authorize_background(&Value::NULL).await };
        assert!(beside_sign_out(&world, &client, held, call).is_ok());
        assert_eq!(world.requests(), ["end", "revoke", "revoke", "frame"]);
        // Nothing is notified where no sign-out is in progress.
        assert!(world.run(client.authorize_url(&Value::NULL)).is_ok());
    }
}

#[test]
fn no_sign_in_begins_in_a_page_that_is_left_for_a_sign_out() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let code = |result: Option<Error>| result.map(|error| error.code());
    let (leaving, began, here) = (client.clone(), client.clone(), world.clone());
    let sign_out = async move { leaving.logout(&text(r#"{"redirect":true}"#)).await };
    world
        .run(both(&world, sign_out, async move {
            let refused = Some(Code::SigningOut);
            assert_eq!(code(began.authorize_redirect(&Value::NULL).await.err()), refused);
            assert_eq!(code(began.get(&renew()).await.err()), refused);
            while here.navigated().is_empty() {
                pause().await;
            }
            assert_eq!(code(began.authorize_url(&Value::NULL).await.err()), refused);
        }))
        .0
        .unwrap();
    // The browser is still here after ten seconds, or has come back.
    assert!(world.run(client.authorize_redirect(&Value::NULL)).is_ok());
}

#[test]
fn a_slow_revocation_keeps_nobody_from_leaving() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    world.hold("/revoke");
    let (leaving, here) = (client.clone(), world.clone());
    let sign_out = async move { leaving.logout(&text(r#"{"redirect":true}"#)).await };
    let (result, ()) = world.run(both(&world, sign_out, async move {
        while here.navigated().is_empty() {
            pause().await;
        }
        here.release();
    }));
    assert_eq!(result.unwrap().at("done").get("revoke"), Some(&true.into()));
}

#[test]
fn a_sign_out_in_a_tab_without_tokens_ends_those_of_others() {
    let world = World::new();
    let elsewhere = open_in(&world, Page::new(world.clone()), "", "sessionStorage");
    world.run(elsewhere.get(&renew())).unwrap();
    let record = world.stored(Area::Session, crate::testing::oidc::KEY).unwrap();
    // This tab has a storage of its own.
    world.run(async { world.remove(Area::Session, crate::testing::oidc::KEY) }).unwrap();
    let here = open_in(&world, Page::new(world.clone()), "", "sessionStorage");
    world.requests();
    let result = logout(&world, &here).unwrap();
    assert_eq!(world.requests(), ["end"]);
    assert_eq!(session_of(&Ok(result)), r#""unconfirmed""#, "without an ID token");
    world.put(Area::Session, crate::testing::oidc::KEY, &record);
    assert!(!has_tokens(&world, &elsewhere));
    assert_eq!(session_of(&logout(&world, &here)), "not_signed_in");
}

#[test]
fn tokens_in_the_memory_of_a_page_that_is_gone_are_nobodys() {
    for is_alive in [false, true] {
        let world = World::new();
        let elsewhere = open_in(&world, Page::new(world.clone()), "", "memory");
        world.run(elsewhere.get(&renew())).unwrap();
        let key = crate::testing::oidc::KEY;
        let record = world.stored(Area::Memory, key).unwrap();
        world.forget_page();
        let page = Page::new(world.clone());
        if is_alive {
            let paths = Value::NULL;
            page.providers.note_am(ISSUER, AmSettings { paths, cookie_name: None });
            world.set_am(Am { token: "t", versions: &[], has_cookie: true, is_alive });
        }
        let here = open_in(&world, page, "", "memory");
        world.requests();
        let result = world.run(here.logout(&Value::NULL));
        // The page may be that of another tab, whose session this ends.
        let asked = if is_alive { "sessions logout" } else { "end" };
        assert_eq!(world.requests(), [asked]);
        match is_alive {
            true => assert_eq!(session_of(&result), "true", "{result:?}"),
            false => assert_eq!(session_of(&result), "not_signed_in", "{result:?}"),
        }
        assert_eq!(session_of(&world.run(here.logout(&Value::NULL))), "not_signed_in");
        assert!(world.requests().is_empty());
        world.put(Area::Memory, key, &record);
        assert!(!has_tokens(&world, &elsewhere));
    }
}
