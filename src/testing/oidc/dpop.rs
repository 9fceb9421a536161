//! DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)): keys, proofs, nonces and faults.

use std::rc::Rc;

use super::{access_token, both, force, get_at_once, open, renew};
use crate::error::{Code, Error};
use crate::fault::NetworkFault;
use crate::http::Answer;
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::{Client, Wanted};
use crate::page::Page;
use crate::platform::Platform;
use crate::storage::Area;
use crate::testing::world::{DpopServer, Fault, KeyStorage, World, pause};
use crate::text::Text;
use crate::url::Params;

const ON: &str = r#","dpop":true,"apiOrigins":["https://api.example"]"#;

/// Both servers demand nonces.
fn strict() -> DpopServer {
    DpopServer { nonces: ["as-1", "api-1"], ..DpopServer::default() }
}

fn provider(server: DpopServer) -> World {
    let world = World::new();
    world.set_dpop(server);
    world
}

fn client(world: &World, more: &str) -> Rc<Client<World>> {
    world.run(open(world, more)).unwrap()
}

/// A signed-in client.
fn signed_in(world: &World) -> Rc<Client<World>> {
    let client = client(world, ON);
    let tokens = world.run(client.get(&renew()));
    assert!(access_token(&tokens).is_some(), "{tokens:?}");
    world.requests();
    client
}

fn code(result: &Result<Value, Error>) -> Option<Code> {
    result.as_ref().err().map(Error::code)
}

/// The record of the client with DPoP.
fn record(world: &World) -> Option<Value> {
    let all = world.all_stored();
    let (_, text) = all.iter().find(|((area, key), _)| {
        *area == "local" && key.starts_with("pic-me-") && key.len() == "pic-me-".len() + 12
    })?;
    parse(text)
}

#[test]
fn a_sign_in_and_a_renewal_with_nonces_demanded_by_both_servers() {
    let world = provider(strict());
    let client = client(&world, ON);
    let tokens = world.run(client.get(&renew())).unwrap();
    assert_eq!(tokens.str("tokenType"), Some("DPoP"));
    assert_eq!(tokens.str("jkt").map(str::len), Some(43));
    let requests = world.requests();
    let of_tokens = requests.iter().filter(|request| request.starts_with("token")).count();
    assert_eq!(of_tokens, 2, "once without the nonce: {requests:?}");
    let record = record(&world).unwrap();
    assert_eq!(record.str("jkt").map(str::len), Some(43));
    assert_eq!(world.stored(Area::Local, "pic-me"), None);

    world.proofs();
    assert!(world.run(client.user_info()).is_ok());
    assert_eq!(world.requests(), ["userinfo", "userinfo"]);
    assert_eq!(world.proofs(), ["GET https://op.example/userinfo"; 2]);
    assert!(world.run(client.user_info()).is_ok());
    assert_eq!(world.requests(), ["userinfo"], "the nonce is known");
    assert!(world.run(client.get(&force())).is_ok());
    assert_eq!(world.requests(), ["token refresh_token"]);

    world.change_dpop(|server| server.nonces = ["as-2", "api-2"]);
    assert!(world.run(client.get(&force())).is_ok());
    assert_eq!(world.requests(), ["token refresh_token", "token refresh_token"]);
    assert_eq!(world.made_keys(), 1);
    assert_eq!(world.stored_keys().len(), 1);
}

#[test]
fn the_code_is_bound_to_the_key() {
    let world = provider(strict());
    let client = client(&world, ON);
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    let params = Params::parse(url.split_once('?').unwrap().1);
    let jkt = params.get("dpop_jkt").unwrap();
    world.set_address(&world.land(&url));
    world.run(client.callback(&world.address())).unwrap();
    assert_eq!(record(&world).unwrap().text("jkt"), Some(jkt));

    // The key is deleted while the user is at the provider.
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    world.lose_keys();
    let again = self::client(&world, ON);
    world.requests();
    let result = world.run(again.callback(&world.land(&url)));
    assert_eq!(code(&result), Some(Code::DpopKeyLost));
    assert_eq!(world.requests(), [] as [&str; 0], "the code is not sent");
}

#[test]
fn a_provider_without_our_algorithm_is_refused() {
    let world = provider(strict());
    world.set_metadata("dpop_signing_alg_values_supported", vec![Value::from("PS256")]);
    let error = world.run(open(&world, ON)).err().unwrap();
    assert_eq!(error.code(), Code::ConfigInvalid);
    assert!(world.run(open(&world, "")).is_ok());
}

#[test]
fn bearer_tokens_are_refused_unless_they_are_accepted() {
    let world = provider(DpopServer { issues_bearer: true, ..DpopServer::default() });
    let strict = client(&world, ON);
    assert_eq!(code(&world.run(strict.get(&renew()))), Some(Code::DpopNotBound));
    assert_eq!(record(&world), None);

    let lenient = client(&world, r#","dpop":{"required":false}"#);
    let tokens = world.run(lenient.get(&renew())).unwrap();
    assert_eq!(tokens.str("tokenType"), Some("Bearer"));
    assert!(world.run(lenient.user_info()).is_ok());
    assert!(world.run(lenient.get(&force())).is_ok());
    assert_eq!(record(&world).unwrap().get("jkt"), None);
}

#[test]
fn tokens_whose_key_is_gone_count_as_none() {
    let world = provider(strict());
    signed_in(&world);
    world.lose_keys();
    let here = client(&world, ON);
    world.requests();
    for result in [
        world.run(here.get(&Value::NULL)),
        world.run(here.user_info()),
        world.run(here.claims()),
        world.run(here.authorization(
            "https://api.example/",
            "GET",
            None,
            &Value::NULL,
            Wanted::Token,
        )),
    ] {
        assert_eq!(code(&result), Some(Code::DpopKeyLost));
    }
    assert_eq!(world.requests(), [] as [&str; 0], "no request, and so no loop of 401");

    let tokens = world.run(here.get(&renew())).unwrap();
    assert_eq!(tokens.str("tokenType"), Some("DPoP"));
    assert!(world.run(here.user_info()).is_ok());
    assert_eq!(world.made_keys(), 2);
}

#[test]
fn a_client_does_not_use_the_tokens_of_one_of_another_kind() {
    let world = provider(strict());
    let bound = signed_in(&world);
    let plain = client(&world, "");
    assert_eq!(code(&world.run(plain.get(&Value::NULL))), Some(Code::NotSignedIn));
    // Even where an app's own storage has one record for all keys.
    let text = to_text(&record(&world).unwrap());
    world.put(Area::Local, "pic-me", &text);
    assert_eq!(code(&world.run(plain.get(&Value::NULL))), Some(Code::NotSignedIn));
    assert!(world.run(bound.get(&Value::NULL)).is_ok());
}

#[test]
fn two_clients_in_one_page_keep_their_tokens() {
    let world = provider(DpopServer::default());
    let page = Page::new(world.clone());
    let make = |more: &str| {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        world.run(Client::create(page, &super::config(more), &Value::NULL, log, None)).unwrap()
    };
    let plain = make("");
    world.run(plain.get(&renew())).unwrap();
    let bound = make(ON);
    assert_eq!(code(&world.run(bound.get(&Value::NULL))), Some(Code::NotSignedIn));
    world.run(bound.get(&renew())).unwrap();
    let kind = |client: &Rc<Client<World>>| {
        world.run(client.get(&Value::NULL)).unwrap().text("tokenType").cloned()
    };
    assert_eq!((kind(&plain), kind(&bound)), (Some("Bearer".into()), Some("DPoP".into())));
    world.run(plain.logout(&Value::NULL)).unwrap();
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
    assert_eq!(world.stored_keys(), [] as [&str; 0], "the sign-out of one is that of both");
}

#[test]
fn a_sign_out_deletes_the_key_and_can_prove_its_revocations() {
    for with_proof in [false, true] {
        for how in ["logout", "redirect", "revoke"] {
            let world = provider(DpopServer { revokes_with_proof: with_proof, ..strict() });
            let client = signed_in(&world);
            let result = match how {
                "logout" => world.run(client.logout(&Value::NULL)),
                "redirect" => world.run(client.logout(&object!([("redirect", true.into())]))),
                _ => world.run(client.revoke()),
            };
            assert!(result.is_ok(), "{how}: {result:?}");
            assert_eq!(world.stored_keys(), [] as [&str; 0], "{how}");
            assert!(world.all_stored().is_empty(), "{how}: {:?}", world.all_stored());
            let requests = world.requests();
            let revocations = requests.iter().filter(|request| *request == "revoke").count();
            // For each token without a proof, then with one; the nonce is known from the sign-in.
            assert_eq!(revocations, if with_proof { 4 } else { 2 }, "{how}");
        }
    }
}

#[test]
fn the_key_in_memory_is_that_of_this_page_only() {
    let world = provider(strict());
    world.set_key_storage(KeyStorage::Blocked);
    let client = client(&world, ON);
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    assert!(!url.contains("dpop_jkt"), "the next page will have another key");
    let tokens = world.run(client.get(&renew())).unwrap();
    assert_eq!((tokens.str("tokenType"), tokens.flag("persisted")), (Some("DPoP"), false));
    assert_eq!(tokens.get("persisted"), Some(&false.into()));
    assert_eq!(record(&world), None, "of no use to another page");
    assert!(world.run(client.user_info()).is_ok());
    assert!(world.run(client.get(&force())).is_ok());
    world.run(client.logout(&Value::NULL)).unwrap();
    assert_eq!(code(&world.run(client.get(&Value::NULL))), Some(Code::NotSignedIn));
}

#[test]
fn a_browser_that_can_make_no_key_says_so() {
    let world = provider(strict());
    world.set_key_storage(KeyStorage::Missing);
    let client = client(&world, ON);
    assert_eq!(code(&world.run(client.get(&renew()))), Some(Code::DpopUnavailable));
    let url = world.run(client.authorize_url(&Value::NULL));
    assert_eq!(url.err().map(|error| error.code()), Some(Code::DpopUnavailable));
}

#[test]
fn a_nonce_that_the_page_can_not_read_is_named() {
    let world = provider(DpopServer { hides_headers: true, ..strict() });
    let client = client(&world, ON);
    let error = world.run(client.get(&renew())).unwrap_err();
    assert_eq!(error.code(), Code::UseDpopNonce);
    assert!(error.message().contains("Access-Control-Expose-Headers: DPoP-Nonce"));
    let requests = world.requests();
    let of_tokens = requests.iter().filter(|request| request.starts_with("token")).count();
    assert_eq!(of_tokens, 1, "a repetition would be of no use: {requests:?}");
}

#[test]
fn a_wrong_clock_is_corrected_by_the_last_id_token() {
    // The sign-in has no trouble: the nonce shows that the proof is new. The API has none.
    for hours in [-1.0, 1.0] {
        let nonces = ["as-1", ""];
        let world = provider(DpopServer { nonces, ignores_time: true, ..DpopServer::default() });
        world.set_provider_clock(hours * 1_800_000.0);
        let client = client(&world, ON);
        let result = world.run(client.get(&renew()));
        world.change_dpop(|server| server.ignores_time = false);
        if hours > 0.0 {
            // The ID token seems to be from the future.
            assert_eq!(code(&result), Some(Code::IdTokenTime), "{hours}");
            continue;
        }
        assert!(result.is_ok(), "{hours}: {result:?}");
        world.requests();
        assert!(world.run(client.user_info()).is_ok(), "{hours}");
        assert_eq!(world.requests(), ["userinfo", "userinfo"]);
        assert!(world.run(client.user_info()).is_ok());
        assert_eq!(world.requests(), ["userinfo"], "the offset is known");
    }
}

#[test]
fn a_wrong_clock_that_is_not_known_is_named() {
    let world = provider(DpopServer::default());
    world.set_provider_clock(3_600_000.0);
    let client = client(&world, ON);
    let error = world.run(client.get(&renew())).unwrap_err();
    assert_eq!(error.code(), Code::InvalidDpopProof);
    assert!(error.message().contains("clock"), "{}", error.message());
}

#[test]
fn plain_tokens_are_upgraded_by_one_refresh() {
    let world = provider(strict());
    world.run(client(&world, "").get(&renew())).unwrap();
    let bound = client(&world, ON);
    assert_eq!(world.stored(Area::Local, "pic-me"), None, "no plain record stays");
    world.requests();
    let tokens = world.run(bound.get(&Value::NULL)).unwrap();
    assert_eq!(
        (tokens.str("tokenType"), tokens.str("accessToken")),
        (Some("DPoP"), Some("access-2"))
    );
    assert_eq!(world.requests(), ["token refresh_token", "token refresh_token"], "with the nonce");
    assert!(world.run(bound.get(&Value::NULL)).is_ok());
    assert_eq!(world.requests(), [] as [&str; 0]);
}

#[test]
fn plain_tokens_that_can_not_be_upgraded_are_none() {
    let world = provider(DpopServer::default());
    world.run(client(&world, "").get(&renew())).unwrap();
    world.answer_refresh(400, r#"{"error":"invalid_grant"}"#);
    world.set_signed_in(false);
    let bound = client(&world, ON);
    world.requests();
    assert_eq!(code(&world.run(bound.get(&Value::NULL))), Some(Code::LoginRequired));
    assert_eq!(world.requests(), ["token refresh_token", "frame"]);
    assert_eq!(code(&world.run(bound.get(&Value::NULL))), Some(Code::NotSignedIn));
    assert_eq!(world.requests(), [] as [&str; 0]);
}

#[test]
fn an_upgrade_that_failed_is_tried_again() {
    let world = provider(DpopServer::default());
    world.run(client(&world, "").get(&renew())).unwrap();
    world.answer_refresh(503, "");
    let bound = client(&world, ON);
    assert_eq!(code(&world.run(bound.get(&Value::NULL))), Some(Code::HttpError));
    world.accept_refresh();
    let tokens = world.run(bound.get(&Value::NULL)).unwrap();
    assert_eq!(tokens.str("tokenType"), Some("DPoP"));
}

#[test]
fn tabs_share_one_renewal_and_one_key() {
    let world = provider(strict());
    let here = signed_in(&world);
    world.advance(3_590_000.0);
    let there = client(&world, ON);
    world.requests();
    let (one, other) = get_at_once(&world, &here, &there);
    assert_eq!(access_token(&one), Some("access-2"));
    assert_eq!(access_token(&other), Some("access-2"));
    assert_eq!(world.requests(), ["token refresh_token"]);
    assert!(world.run(there.user_info()).is_ok());
    assert_eq!(world.made_keys(), 1);
}

#[test]
fn another_tabs_new_sign_in_has_its_own_key() {
    let world = provider(DpopServer::default());
    let here = signed_in(&world);
    let there = client(&world, ON);
    world.run(there.logout(&Value::NULL)).unwrap();
    world.run(there.get(&renew())).unwrap();
    assert_eq!(world.made_keys(), 2);
    assert!(world.run(here.user_info()).is_ok(), "this tab takes the new key");
}

#[test]
fn proofs_for_requests_of_the_app() {
    let world = provider(strict());
    let client = signed_in(&world);
    let ask = |url: &str| {
        let nonce = Text::from("api-1");
        let nothing = &Value::NULL;
        world.run(client.authorization(url, "GET", Some(&nonce), nothing, Wanted::Token)).unwrap()
    };
    let sent = ask("https://api.example/v1?q=1");
    assert_eq!(sent.str("header"), Some("DPoP access-1"));
    let claims = claims_of(sent.str("proof").unwrap());
    assert_eq!(claims.str("htm"), Some("GET"));
    assert_eq!(claims.str("htu"), Some("https://api.example/v1"));
    assert_eq!(claims.str("nonce"), Some("api-1"));
    for url in ["https://other.example/", "https://api.example.org/", "/relative", ""] {
        assert_eq!(ask(url), Value::NULL, "{url}");
    }
}

fn claims_of(proof: &str) -> Value {
    let payload = proof.split('.').nth(1).unwrap();
    let bytes = crate::base64url::decode(payload).unwrap();
    parse(std::str::from_utf8(&bytes).unwrap()).unwrap()
}

#[test]
fn a_request_of_the_app_is_repeated_with_the_nonce_once() {
    let world = provider(strict());
    let client = signed_in(&world);
    let url = "https://api.example/orders";
    let first =
        world.run(client.authorization(url, "POST", None, &Value::NULL, Wanted::Token)).unwrap();
    assert_eq!(first.str("header"), Some("DPoP access-1"));
    assert_eq!(claims_of(first.str("proof").unwrap()).get("nonce"), None);
    let refused = Answer { nonce: Some("n".into()), ..Answer::new(401, "".into()) };
    let again = |sent: &Value, answer: Answer| {
        world.run(client.authorization(url, "POST", None, sent, Wanted::AnotherProof(answer)))
    };
    let second = again(&first, refused).unwrap();
    let claims = claims_of(second.str("proof").unwrap());
    assert_eq!((claims.str("nonce"), claims.str("htm")), (Some("n"), Some("POST")));
    let refused = Answer { nonce: Some("m".into()), ..Answer::new(401, "".into()) };
    assert_eq!(again(&second, refused), Ok(Value::NULL));
    let next =
        world.run(client.authorization(url, "GET", None, &Value::NULL, Wanted::Token)).unwrap();
    let claims = claims_of(next.str("proof").unwrap());
    assert_eq!(claims.str("nonce"), Some("m"), "the newest counts, of any answer");
}

#[test]
fn a_fault_at_any_step_leaves_a_usable_state() {
    for fault in [Fault::Network(NetworkFault::Failed), Fault::Status(503, "")] {
        let steps = {
            let world = provider(strict());
            let client = client(&world, ON);
            world.steps();
            world.run(client.get(&renew())).unwrap();
            world.run(client.user_info()).unwrap();
            world.run(client.get(&force())).unwrap();
            world.steps()
        };
        assert!(steps > 20, "{steps}");
        for step in 0..steps {
            let world = provider(strict());
            let client = client(&world, ON);
            world.fail_at(step, fault.clone());
            let _ = world.run(client.get(&renew()));
            let _ = world.run(client.user_info());
            let _ = world.run(client.get(&force()));
            world.steps();
            let again = self::client(&world, ON);
            let tokens = world.run(again.get(&renew()));
            assert_eq!(
                tokens.as_ref().ok().and_then(|tokens| tokens.str("tokenType")),
                Some("DPoP"),
                "{fault:?} at {step}: {tokens:?}"
            );
            let details = world.run(again.user_info());
            assert!(details.is_ok(), "{fault:?} at {step}: {details:?}");
            world.run(again.logout(&Value::NULL)).unwrap();
            assert!(world.all_stored().is_empty(), "{fault:?} at {step}");
            assert_eq!(world.stored_keys(), [] as [&str; 0], "{fault:?} at {step}");
        }
    }
}

#[test]
fn a_sign_in_in_another_tab_during_a_sign_out_keeps_its_key() {
    for how in ["logout", "revoke"] {
        let world = provider(DpopServer { revokes_with_proof: true, ..strict() });
        let here = signed_in(&world);
        let there = client(&world, ON);
        world.requests();
        world.hold("/revoke");
        let leaving = async move {
            match how {
                "logout" => here.logout(&Value::NULL).await,
                _ => here.revoke().await,
            }
        };
        let (left, url) = world.run(both(&world, leaving, async {
            for _ in 0..50 {
                pause().await;
            }
            let url = there.authorize_url(&Value::NULL).await;
            world.release();
            url
        }));
        assert!(left.is_ok(), "{how}: {left:?}");
        let tokens = world.run(there.callback(&world.land(&url.unwrap())));
        assert_eq!(tokens.unwrap().str("tokenType"), Some("DPoP"), "{how}");
        assert_eq!(world.made_keys(), 2, "{how}: the new sign-in has a new key");
        assert_eq!(world.stored_keys().len(), 1, "{how}");
        assert_eq!(world.keys_in_page(), 0, "{how}: the old key is dropped");
        let tokens = world.run(client(&world, ON).get(&force()));
        assert!(tokens.is_ok(), "{how}: {tokens:?}");
    }
}

#[test]
fn a_sign_out_of_nobody_leaves_no_key() {
    let world = provider(strict());
    let client = client(&world, ON);
    world.run(client.authorize_url(&Value::NULL)).unwrap();
    assert_eq!(world.stored_keys().len(), 1);
    world.script("/end", 400, "");
    assert_eq!(code(&world.run(client.logout(&Value::NULL))), Some(Code::NotSignedIn));
    assert_eq!((world.stored_keys().len(), world.keys_in_page()), (0, 0));
}

#[test]
fn the_correction_of_the_clock_ends_when_the_clock_is_right() {
    let world = provider(DpopServer { nonces: ["as-1", ""], ..DpopServer::default() });
    world.change_dpop(|server| server.ignores_time = true);
    world.set_provider_clock(-1_800_000.0);
    let client = signed_in(&world);
    world.change_dpop(|server| server.ignores_time = false);
    let info = |requests: usize, is_ok: bool, what: &str| {
        assert_eq!(world.run(client.user_info()).is_ok(), is_ok, "{what}");
        assert_eq!(world.requests().len(), requests, "{what}");
    };
    info(2, true, "corrected");
    info(1, true, "still corrected");
    world.set_provider_clock(0.0);
    info(2, true, "the device's clock is right again");
    info(1, true, "not corrected");
    world.set_provider_clock(1_800_000.0);
    info(2, false, "neither time is right");
    world.set_provider_clock(0.0);
    info(1, true, "a correction that does not help is undone");
}

#[test]
fn the_correction_of_the_clock_is_that_of_one_key() {
    let world = provider(DpopServer { nonces: ["as-1", ""], ..DpopServer::default() });
    let page = Page::new(world.clone());
    let make = |more: &str| {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let config = super::config(&format!("{ON}{more}"));
        world.run(Client::create(page, &config, &Value::NULL, log, None)).unwrap()
    };
    let other = make(r#","query":{"resource":"https://other.example"}"#);
    world.run(other.get(&renew())).unwrap();
    world.change_dpop(|server| server.ignores_time = true);
    world.set_provider_clock(-1_800_000.0);
    let client = make("");
    world.run(client.get(&renew())).unwrap();
    world.change_dpop(|server| server.ignores_time = false);
    assert!(world.run(client.user_info()).is_ok());
    world.set_provider_clock(0.0);
    world.requests();
    assert!(world.run(other.user_info()).is_ok());
    assert_eq!(world.requests(), ["userinfo"], "the other key's proofs have the device's time");
}

#[test]
fn plain_tokens_are_taken_over_after_the_renewal_of_another_tab() {
    let world = provider(strict());
    let plain = client(&world, "");
    world.run(plain.get(&renew())).unwrap();
    world.hold("/token");
    let renewing = async move { plain.get(&force()).await };
    let (renewed, bound) = world.run(both(&world, renewing, async {
        let releasing = world.clone();
        world.spawn(Box::pin(async move {
            for _ in 0..50 {
                pause().await;
            }
            releasing.release();
        }));
        open(&world, ON).await
    }));
    assert!(renewed.is_ok(), "{renewed:?}");
    let tokens = world.run(bound.unwrap().get(&Value::NULL)).unwrap();
    assert_eq!(tokens.str("tokenType"), Some("DPoP"));
    assert_eq!(world.refused(), 0, "no refresh token is sent a second time");
    assert_eq!(world.stored(Area::Local, "pic-me"), None);
}

#[test]
fn no_fault_leaves_plain_tokens_in_two_places() {
    for step in 0.. {
        let world = provider(DpopServer::default());
        world.run(client(&world, "").get(&renew())).unwrap();
        world.fail_at(step, Fault::Network(NetworkFault::Failed));
        let _ = world.run(open(&world, ON));
        let plain = world.stored(Area::Local, "pic-me").is_some();
        assert_ne!(plain, record(&world).is_some(), "{step}");
        if world.steps() <= step {
            assert!(step > 5, "{step} faults");
            break;
        }
    }
}

#[test]
fn user_info_sends_no_plain_token() {
    let world = provider(DpopServer::default());
    world.run(client(&world, "").get(&renew())).unwrap();
    let bound = client(&world, ON);
    world.requests();
    world.proofs();
    assert!(world.run(bound.claims()).is_ok(), "an ID token is bound to no key");
    assert_eq!(world.requests(), [] as [&str; 0]);
    assert!(world.run(bound.user_info()).is_ok());
    assert_eq!(world.requests(), ["token refresh_token", "userinfo"]);
    assert_eq!(world.proofs().len(), 2, "both with a proof");

    let world = provider(DpopServer { issues_bearer: true, ..DpopServer::default() });
    world.run(client(&world, r#","dpop":{"required":false}"#).get(&renew())).unwrap();
    let strict = client(&world, ON);
    world.requests();
    assert_eq!(code(&world.run(strict.user_info())), Some(Code::DpopNotBound));
    assert!(!world.requests().contains(&"userinfo".to_owned()));
}
