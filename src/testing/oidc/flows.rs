//! Every flow in the scripted world: its requests and results, and that no fault at any step leaves a
//! wrong state.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Body, Request};
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::config::CUSTOM_STORAGE;
use crate::oidc::{Client, Wanted};
use crate::page::Page;
use crate::page::events::Heard;
use crate::page::providers::AmSettings;
use crate::platform::Platform;
use crate::protocol::landing;
use crate::protocol::tokens::Tokens;
use crate::storage::Area;
use crate::task::{Signal, until};
use crate::testing::oidc::{
    KEY, access_token, both, client, config, expiring, force, open, renew, stored,
};
use crate::testing::world::{Fault, Hooks, ISSUER, World, pause};
use crate::text::Text;
use crate::url::{Params, Url};

fn code_of<T>(result: Result<T, Error>) -> Option<Code> {
    result.err().map(|error| error.code())
}

fn query_of(url: &str) -> Params {
    Params::parse(Url::parse(url, None).unwrap().query())
}

fn text(options: &str) -> Value {
    parse(options).unwrap()
}

/// Starts a sign-in, and lands on the page of the redirect URI.
fn landed(world: &World, client: &Client<World>, options: &str) -> String {
    world.run(client.authorize_redirect(&text(options))).unwrap();
    let url = world.navigated().pop().unwrap();
    let location = world.land(&url) + "&mine=1#top";
    world.set_address(&location);
    location
}

#[test]
fn back_from_a_redirect() {
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, r#"{"appState":{"to":"/inbox"}}"#);
    assert!(client.matches(&location));
    let signed_in = world.run(client.callback(&location)).unwrap();
    assert_eq!(signed_in.get("appState"), Some(&text(r#"{"to":"/inbox"}"#)));
    assert_eq!(world.address(), "https://app.example/cb?mine=1#top");
    assert_eq!(stored(&world).unwrap().access_token.reveal(), "access-1");
    let secrets: Vec<_> = world.all_stored().into_values().collect();
    assert!(!secrets.iter().any(|text| text.contains("verifier")), "{secrets:?}");

    // A reload, or a second effect of StrictMode, gets the same result.
    let later = world.run(open(&world, "")).unwrap();
    world.requests();
    assert!(later.matches(&location));
    assert_eq!(world.run(later.callback(&location)).unwrap(), signed_in);
    assert_eq!(world.requests(), [""; 0]);

    // Not with another code, and not after a logout.
    let other = location.replace("code=", "code=x");
    assert_eq!(code_of(world.run(later.callback(&other))), Some(Code::StateUnknown));
    world.run(later.logout(&Value::NULL)).unwrap();
    assert!(!later.matches(&location));
    assert_eq!(code_of(world.run(later.callback(&location))), Some(Code::StateUnknown));
    assert!(world.all_stored().is_empty(), "{:?}", world.all_stored());
}

#[test]
fn what_is_no_response_of_ours_is_left_alone() {
    let world = World::new();
    let client = client(&world);
    for (url, code) in [
        ("https://app.example/?code=success", Code::StateMissing),
        ("https://app.example/?code=c&state=theirs", Code::StateUnknown),
        ("https://app.example/", Code::StateMissing),
        ("https://[", Code::StateMissing),
    ] {
        world.set_address(url);
        assert!(!client.matches(url));
        assert_eq!(code_of(world.run(client.callback(url))), Some(code));
        assert_eq!(world.address(), url);
    }
    assert_eq!(world.requests(), ["openid-configuration"]);
}

#[test]
fn a_refused_sign_in_gives_back_what_the_app_wanted() {
    let world = World::new();
    let client = client(&world);
    world.set_signed_in(false);
    let location = landed(&world, &client, r#"{"appState":"/inbox"}"#);
    let error = world.run(client.callback(&location)).unwrap_err().into_value();
    assert_eq!(
        (error.str("error"), error.str("appState")),
        (Some("login_required"), Some("/inbox"))
    );
    assert_eq!(world.address(), "https://app.example/cb?mine=1#top");
    assert!(!client.matches(&location));
}

/// What the clients of a page get for overlapping calls with the same response, in the order of the
/// results.
fn called_back(
    world: &World,
    clients: &[Rc<Client<World>>],
    url: &str,
) -> Vec<Result<Value, Error>> {
    let answers = Rc::new(RefCell::new(Vec::new()));
    for client in clients {
        let (client, url, answers) = (client.clone(), url.to_owned(), answers.clone());
        world.spawn(Box::pin(async move {
            let answer = client.callback(&url).await;
            answers.borrow_mut().push(answer);
        }));
    }
    world.run(pause());
    answers.take()
}

#[test]
fn a_refusal_is_the_same_for_who_asks_twice() {
    let world = World::new();
    let client = client(&world);
    world.set_signed_in(false);
    let location = landed(&world, &client, r#"{"appState":"/inbox"}"#);
    let answers = called_back(&world, &[client.clone(), client], &location).into_iter();
    let answers: Vec<_> = answers
        .map(|answer| {
            let error = answer.unwrap_err().into_value();
            (error.str("error").map(str::to_owned), error.get("appState").cloned())
        })
        .collect();
    let refused = (Some("login_required".to_owned()), Some(Value::from("/inbox")));
    assert_eq!(answers, [refused.clone(), refused]);
}

/// One more client of a page.
fn open_in(
    world: &World,
    page: &'static Page<World>,
    config: &Value,
    storage: &Value,
) -> Rc<Client<World>> {
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    world.run(Client::create(page, config, storage, log, None)).unwrap()
}

#[test]
fn another_client_of_the_page_gets_no_part_of_an_answer() {
    let world = World::new();
    let page = Page::new(world.clone());
    let open = |config: Value| open_in(&world, page, &config, &Value::NULL);
    let (mine, same) = (open(config("")), open(config("")));
    let other = open(config(r#","clientId":"other""#));
    let location = landed(&world, &mine, "{}");
    let answers = called_back(&world, &[mine, same, other], &location).into_iter();
    let mut answers: Vec<_> =
        answers.map(|answer| (access_token(&answer).map(str::to_owned), code_of(answer))).collect();
    answers.sort_by_key(|(token, _)| token.is_none());
    let signed_in = (Some("access-1".to_owned()), None);
    assert_eq!(answers, [signed_in.clone(), signed_in, (None, Some(Code::StateUnknown))]);
}

#[test]
fn another_client_of_the_page_joins_no_exchange() {
    let world = World::new();
    let page = Page::new(world.clone());
    let open = |config: Value| open_in(&world, page, &config, &Value::NULL);
    let (mine, other) = (open(config("")), open(config(r#","clientId":"other""#)));
    let answer = world.run(mine.authorize_background(&Value::NULL)).unwrap();
    let exchange = |client: &Rc<Client<World>>| {
        let (client, answer) = (client.clone(), answer.clone());
        async move {
            let (code, state) = (answer.str("code").unwrap(), answer.str("state").unwrap());
            client.exchange(code, state, None).await
        }
    };
    let (one, two) = world.run(both(&world, exchange(&mine), exchange(&other)));
    assert_eq!(access_token(&one), Some("access-1"));
    assert_eq!(code_of(two), Some(Code::StateUnknown));
}

#[test]
fn a_code_is_used_once_by_clients_that_keep_their_tokens_elsewhere() {
    let world = World::new();
    let page = Page::new(world.clone());
    let open =
        |storage: &str| open_in(&world, page, &config(""), &object!([("type", storage.into())]));
    let (mine, other) = (open("localStorage"), open("sessionStorage"));
    let location = landed(&world, &mine, "{}");
    let (client, url) = (mine.clone(), location.clone());
    let call = async move { client.callback(&url).await };
    world.requests();
    world.run(both(&world, call, other.callback(&location))).0.unwrap();
    let requests = world.requests();
    assert_eq!(requests.iter().filter(|name| name.starts_with("token")).count(), 1);
}

#[test]
fn nobody_leaves_where_the_way_back_would_be_forgotten() {
    let world = World::new();
    let client = client(&world);
    world.set_read_only(true);
    assert_eq!(
        code_of(world.run(client.authorize_redirect(&Value::NULL))),
        Some(Code::StorageFull)
    );
    assert!(world.navigated().is_empty());
    world.set_signed_in(false);
    let error = world.run(client.authorize_background(&Value::NULL)).unwrap_err().into_value();
    assert_eq!((error.str("error"), error.get("redirectUrl")), (Some("login_required"), None));
    for _ in 0..30 {
        assert!(world.run(client.authorize_url(&Value::NULL)).is_ok(), "this page knows it");
    }
    let kept = world.all_stored().into_keys().filter(|(area, _)| *area == Area::Memory.word());
    assert_eq!(kept.count(), 20);
}

#[test]
fn without_keys_no_id_token_is_asked_for() {
    let world = World::new();
    world.set_metadata("jwks_uri", Value::NULL);
    let client = client(&world);
    let location = landed(&world, &client, "{}");
    world.requests();
    let check = text(r#"{"responseType":"id_token"}"#);
    for error in [
        world.run(client.callback(&location)).unwrap_err(),
        world.run(client.session(&check)).unwrap_err(),
    ] {
        assert_eq!((error.code(), error.kind()), (Code::EndpointMissing, Kind::Wellknown));
    }
    assert!(world.requests().is_empty());
    world.script("/token", 200, r#"{"access_token":"a","expires_in":3600}"#);
    let location = landed(&world, &client, r#"{"scope":"email"}"#);
    assert!(world.run(client.callback(&location)).is_ok());
}

#[test]
fn whose_session_is_expected_is_text() {
    let world = World::new();
    let client = client(&world);
    let session = |subject: &str| {
        let options = format!(r#"{{"responseType":"id_token","subject":{subject}}}"#);
        code_of(world.run(client.session(&text(&options))))
    };
    assert_eq!(session(r#""demo""#), None);
    assert_eq!(session(r#""eve""#), Some(Code::IdTokenSubject));
    for subject in ["null", "7", "[]"] {
        assert_eq!(session(subject), Some(Code::ArgumentInvalid), "{subject}");
    }
}

#[test]
fn hidden_frames_land_on_a_page_of_their_own() {
    let world = World::new();
    let page = r#","backgroundRedirectUri":"https://app.example/callback.html""#;
    let client = world.run(open(&world, page)).unwrap();
    let sent = Rc::new(RefCell::new(Text::default()));
    world.see_forms(sent.clone());
    world.run(client.get(&renew())).unwrap();
    let uri = Params::parse(&sent.take()).get("redirect_uri").cloned();
    assert_eq!(uri.as_deref(), Some("https://app.example/callback.html"));
    assert!(world.run(client.session(&text(r#"{"responseType":"id_token"}"#))).is_ok());
    // Options that equal the configuration need the refresh token only.
    world.requests();
    let authorize = r#"{"redirectUri":"https://app.example/callback.html"}"#;
    let options = object!([("forceRenew", true.into()), ("authorizeOptions", text(authorize))]);
    world.run(client.get(&options)).unwrap();
    assert_eq!(world.requests(), ["token refresh_token"]);
    // A `redirectUri` that differs from the background one needs an authorization, even the one of
    // redirects.
    let authorize = r#"{"redirectUri":"https://app.example/cb"}"#;
    let options = object!([("forceRenew", true.into()), ("authorizeOptions", text(authorize))]);
    world.run(client.get(&options)).unwrap();
    let uri = Params::parse(&sent.take()).get("redirect_uri").cloned();
    assert_eq!(uri.as_deref(), Some("https://app.example/cb"));
    // The user returns to the app.
    world.set_signed_in(false);
    let error = world.run(client.authorize_background(&Value::NULL)).unwrap_err().into_value();
    for url in [
        error.text("redirectUrl").unwrap().clone(),
        world.run(client.authorize_url(&Value::NULL)).unwrap(),
    ] {
        assert_eq!(query_of(&url).get("redirect_uri"), Some(&"https://app.example/cb".into()));
    }
}

#[test]
fn a_fault_that_passes_can_be_tried_again() {
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, "{}");
    let reload = || world.run(open(&world, "")).unwrap();
    world.script("/token", 503, "");
    assert_eq!(code_of(world.run(client.callback(&location))), Some(Code::HttpError));
    assert_eq!(world.address(), location);
    world.unscript();
    assert!(world.run(reload().callback(&location)).is_ok());
}

#[test]
fn a_window_signs_in_and_stores_no_transaction() {
    let world = World::new();
    let client =
        world.run(open(&world, r#","popupRedirectUri":"https://app.example/popup.html""#)).unwrap();
    let tokens =
        world.run(client.authorize_popup(Some(false), &text(r#"{"appState":7}"#))).unwrap();
    assert_eq!(
        (tokens.str("accessToken"), tokens.number("appState")),
        (Some("access-1"), Some(7.0))
    );
    assert!(world.all_stored().keys().all(|(_, key)| key.starts_with("pic-")));
    let closed = world.run(client.authorize_popup(Some(true), &Value::NULL));
    assert_eq!(code_of(closed), Some(Code::PopupClosed));
    assert_eq!(
        code_of(world.run(client.authorize_popup(None, &Value::NULL))),
        Some(Code::PopupBlocked)
    );
}

#[test]
fn pushed_where_the_provider_demands_it() {
    let world = World::new();
    world.set_metadata("require_pushed_authorization_requests", true);
    let error = world.run(open(&world, r#","par":false"#)).err().unwrap();
    assert_eq!(
        error.error(),
        "The authorization server requires Pushed Authorization Requests (PAR). Set config.par to true or omit it."
    );
    let alone = client(&world);
    assert_eq!(
        world.run(alone.authorize_url(&Value::NULL)).unwrap_err().error(),
        "PAR_NOT_CONFIGURED"
    );

    world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
    let client = client(&world);
    world.script("/par", 201, r#"{"request_uri":"urn:1","expires_in":60}"#);
    let url = world.run(client.authorize_url(&text(r#"{"prompt":"login"}"#))).unwrap();
    assert_eq!(url, "https://op.example/authorize?client_id=me&request_uri=urn%3A1&prompt=login");
    let kept = world.all_stored().len();
    world.unscript();
    world.script("/par", 400, r#"{"error":"invalid_request"}"#);
    assert_eq!(world.run(client.authorize_url(&Value::NULL)).unwrap_err().error(), "PAR_ERROR");
    assert_eq!(
        world.all_stored().len(),
        kept,
        "nothing is stored for a request that was not pushed"
    );
}

#[test]
fn by_fetch_where_the_provider_can() {
    let world = World::new();
    world.set_metadata(
        "response_modes_supported",
        Value::from(vec![Value::from("query"), "pi.flow".into()]),
    );
    let client = client(&world);
    let answers = [
        (200, r#"{"authorizeResponse":{"code":123,"state":"other"}}"#, "State mismatch", false),
        (200, "{}", "Unknown_Error", false),
        (400, r#"{"details":[{"code":"LOGIN_REQUIRED","message":"m"}]}"#, "LOGIN_REQUIRED", true),
        (400, r#"{"details":[{}]}"#, "Unknown_Error", true),
        (400, r#"{"error":"x"}"#, "CONFIGURATION_ERROR", false),
        (502, "<html>", "CONFIGURATION_ERROR", false),
    ];
    for (status, body, error, has_url) in answers {
        world.unscript();
        world.script("/authorize", status, body);
        let options = text(r#"{"responseMode":"pi.flow"}"#);
        let value = world.run(client.authorize_background(&options)).unwrap_err().into_value();
        assert_eq!(value.str("error"), Some(error), "{body}");
        assert_eq!(value.str("redirectUrl").is_some(), has_url, "{body}");
        let url = value.str("redirectUrl").map(query_of).unwrap_or_default();
        assert_eq!((url.get("response_mode"), url.get("prompt")), (None, None));
    }
}

#[test]
fn what_is_not_about_the_user_goes_on_by_the_frame() {
    let modes = Value::from(vec![Value::from("query"), "pi.flow".into()]);
    for (status, body, error) in [
        (400, r#"{"code":"INVALID_DATA","details":[{"code":"INVALID_VALUE"}]}"#, None),
        (400, r#"{"error":"unsupported_response_mode"}"#, None),
        (403, "<html>", None),
        (200, "{}", None),
        (400, r#"{"details":[{"code":"LOGIN_REQUIRED"}]}"#, Some(Code::LoginRequired)),
        (400, r#"{"details":[{"code":"interaction_required"}]}"#, Some(Code::InteractionRequired)),
    ] {
        let world = World::new();
        world.set_metadata("response_modes_supported", modes.clone());
        world.script("/authorize", status, body);
        let client = client(&world);
        world.requests();
        let answer = world.run(client.get(&renew()));
        assert_eq!(code_of(answer), error, "{body}");
        let by_frame = world.requests().contains(&"frame".to_owned());
        assert_eq!(by_frame, error.is_none(), "{body}");
    }
    // The app's own choice.
    for (chosen, asked) in [("query", "frame"), ("pi.flow", "authorize")] {
        let world = World::new();
        world.set_metadata("response_modes_supported", modes.clone());
        world.script("/authorize", 403, "");
        let more = format!(r#","responseMode":"{chosen}""#);
        let client = world.run(open(&world, &more)).unwrap();
        world.requests();
        let _ = world.run(client.authorize_background(&Value::NULL));
        assert_eq!(world.requests(), [asked]);
        let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
        let mode = query_of(&url).get("response_mode").cloned();
        assert_eq!(mode.as_deref(), (chosen == "query").then_some("query"));
    }
    // A pushed request is refused when it is pushed.
    let world = World::new();
    world.set_metadata("response_modes_supported", modes.clone());
    world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
    world.script("/par", 400, r#"{"error":"unsupported_response_mode"}"#);
    let client = world.run(open(&world, r#","par":true"#)).unwrap();
    world.requests();
    let refused = world.run(client.authorize_background(&Value::NULL));
    assert_eq!(code_of(refused), Some(Code::OauthError));
    assert_eq!(world.requests(), ["par", "par"], "with another response mode");
    // A posted response is for a redirect alone.
    let world = World::new();
    let client = world.run(open(&world, r#","responseMode":"form_post""#)).unwrap();
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    assert_eq!(query_of(&url).get("response_mode"), Some(&"form_post".into()));
    assert!(world.run(client.get(&renew())).is_ok());
    assert!(world.run(client.authorize_popup(Some(false), &Value::NULL)).is_ok());
}

#[test]
fn a_sign_in_as_fresh_as_asked_for() {
    // The world's user signed in 60 seconds ago; clocks may differ by 300 seconds.
    for (max_age, outcome) in [(0.0, None), (3600.0, None)] {
        let world = World::new();
        let client = client(&world);
        let location = landed(&world, &client, &to_text(&object!([("maxAge", max_age.into())])));
        assert_eq!(code_of(world.run(client.callback(&location))), outcome);
    }
    let world = World::new();
    let client = client(&world);
    let location = landed(&world, &client, r#"{"maxAge":0}"#);
    world.set_signed_in_since(400.0);
    assert_eq!(code_of(world.run(client.callback(&location))), Some(Code::IdTokenAuthTime));
    for wrong in [
        r#"{"maxAge":-1}"#,
        r#"{"maxAge":"nine"}"#,
        r#"{"maxAge":1.5}"#,
        r#"{"responseMode":"web_message"}"#,
    ] {
        assert_eq!(
            code_of(world.run(client.authorize_url(&text(wrong)))),
            Some(Code::ArgumentInvalid)
        );
    }
}

#[test]
fn parameters_of_the_configuration_and_of_the_call() {
    let world = World::new();
    let more = r#","resource":["https://a.example","https://b.example"],"acrValues":"high","claims":{"userinfo":{"email":null}}"#;
    let client = world.run(open(&world, more)).unwrap();
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    let params = query_of(&url);
    let resources: Vec<_> = params
        .iter()
        .filter(|(name, _)| *name == "resource")
        .map(|(_, value)| value.to_owned())
        .collect();
    assert_eq!(resources, ["https://a.example", "https://b.example"]);
    assert_eq!(params.get("acr_values"), Some(&"high".into()));
    assert_eq!(params.get("claims"), Some(&r#"{"userinfo":{"email":null}}"#.into()));
    let url = world
        .run(client.authorize_url(&text(r#"{"resource":"https://c.example","claims":"{}"}"#)))
        .unwrap();
    assert_eq!(query_of(&url).get("resource"), Some(&"https://c.example".into()));
    assert_eq!(query_of(&url).get("claims"), Some(&"{}".into()));
}

#[test]
fn a_response_of_another_client_id_and_page_is_exchanged_as_it_was_asked_for() {
    let world = World::new();
    let client = client(&world);
    let seen = Rc::new(RefCell::new(Text::default()));
    let url = world
        .run(client.authorize_url(&text(
            r#"{"clientId":"other","redirectUri":"https://app.example/two"}"#,
        )))
        .unwrap();
    world.see_forms(seen.clone());
    let location = world.land(&url);
    // The world issues its ID tokens to another client: this is refused after the request.
    assert_eq!(code_of(world.run(client.callback(&location))), Some(Code::IdTokenAudience));
    let form = Params::parse(&seen.borrow());
    assert_eq!(
        (form.get("client_id"), form.get("redirect_uri")),
        (Some(&"other".into()), Some(&"https://app.example/two".into()))
    );
}

#[test]
fn what_the_id_token_says() {
    let world = World::new();
    let client = client(&world);
    assert_eq!(code_of(world.run(client.claims())), Some(Code::NotSignedIn));
    world.run(client.get(&renew())).unwrap();
    world.requests();
    assert_eq!(world.run(client.claims()).unwrap().str("sub"), Some("demo"));
    assert!(world.requests().is_empty());
}

#[test]
fn session_checks() {
    let world = World::new();
    let client = client(&world);
    let none = |client: &Rc<Client<World>>| world.run(client.session(&Value::NULL));
    assert_eq!(none(&client).unwrap_err().error(), "no_id_token_hint");
    world.run(client.get(&renew())).unwrap();
    world.requests();
    let before = world.all_stored();
    assert_eq!(none(&client).unwrap(), text(r#"{"responseType":"none"}"#));
    assert_eq!(world.requests(), ["frame"], "the code is thrown away");
    let whose = |options: &str| world.run(client.session(&text(options)));
    let claims = whose(r#"{"responseType":"id_token","subject":"demo"}"#).unwrap();
    assert_eq!(claims.get("claims").and_then(|claims| claims.str("sub")), Some("demo"));
    assert_eq!(world.requests(), ["frame", "token authorization_code"], "nothing is revoked");
    let missing = r#"{"responseType":"id_token","redirectUri":""}"#;
    assert_eq!(whose(missing).unwrap_err().error(), "missing_redirect_uri");
    let other = r#"{"responseType":"id_token","subject":""}"#;
    assert_eq!(whose(other).unwrap_err().error(), "subject_mismatch");
    for direct in ["none", "id_token"] {
        world.requests();
        let options = format!(r#"{{"responseType":"{direct}","withoutCode":true}}"#);
        assert_eq!(whose(&options).unwrap().str("responseType"), Some(direct));
        assert_eq!(world.requests(), ["frame"]);
    }
    world.script("/token", 503, "");
    let failed = whose(r#"{"responseType":"id_token"}"#).unwrap_err();
    assert_eq!((failed.error(), failed.code()), ("session_check_error", Code::HttpError));
    world.set_signed_in(false);
    for options in ["{}", r#"{"responseType":"id_token"}"#, r#"{"withoutCode":true}"#] {
        let over = whose(options).unwrap_err();
        assert_eq!((over.error(), over.code()), ("login_required", Code::LoginRequired));
    }
    assert_eq!(world.all_stored(), before, "a check stores nothing, and signs nobody out");
}

#[test]
fn a_session_is_over_only_where_this_page_has_reached_it() {
    let code = |world: &World, client: &Rc<Client<World>>| {
        let error = world.run(client.session(&text(r#"{"responseType":"id_token"}"#))).unwrap_err();
        assert_eq!(error.error(), "login_required", "the provider's word stays");
        error.code()
    };
    let world = World::new();
    let here = client(&world);
    world.run(here.get(&renew())).unwrap();
    world.set_signed_in(false);
    assert_eq!(code(&world, &here), Code::LoginRequired);
    assert_eq!(code(&world, &client(&world)), Code::SessionUnconfirmed, "another page");

    // After a session check that found the session.
    let later = client(&world);
    world.set_signed_in(true);
    world.run(later.session(&Value::NULL)).unwrap();
    world.set_signed_in(false);
    assert_eq!(code(&world, &later), Code::LoginRequired);

    // What was known before the current sign-in no longer counts.
    let sign_in = |how: &str, client: &Rc<Client<World>>| match how {
        "redirect" => drop(world.run(client.callback(&landed(&world, client, "{}"))).unwrap()),
        "window" => {
            drop(world.run(client.authorize_popup(Some(false), &Value::NULL)).unwrap());
        }
        "exchange" => {
            let answer = query_of(&landed(&world, client, "{}"));
            let part = |name| answer.get(name).unwrap().clone();
            drop(world.run(client.exchange(&part("code"), &part("state"), None)).unwrap());
        }
        "frame" => {
            let answer = world.run(client.authorize_background(&Value::NULL)).unwrap();
            let part = |name| answer.text(name).unwrap().clone();
            drop(world.run(client.exchange(&part("code"), &part("state"), None)).unwrap());
        }
        _ => drop(world.run(client.logout(&Value::NULL)).unwrap()),
    };
    for (how, expected) in [
        ("redirect", Code::SessionUnconfirmed),
        ("window", Code::SessionUnconfirmed),
        ("exchange", Code::SessionUnconfirmed),
        ("logout", Code::SessionUnconfirmed),
        ("frame", Code::LoginRequired),
    ] {
        world.set_signed_in(true);
        let client = client(&world);
        world.run(client.get(&force())).unwrap();
        world.run(client.session(&Value::NULL)).unwrap();
        sign_in(how, &client);
        world.set_signed_in(false);
        assert_eq!(code(&world, &client), expected, "{how}");
    }
}

#[test]
fn a_session_check_asks_for_no_more_than_a_session() {
    let seen = Rc::new(RefCell::new(Params::new()));
    let hooks: Hooks = Some(Rc::new({
        let seen = seen.clone();
        move |request: Request| {
            match &request.body {
                Body::Form(form) if request.action == Some("PAR") => {
                    drop(seen.replace(form.clone()))
                }
                _ if request.action == Some("AUTHORIZE")
                    && request.url.contains("response_type") =>
                {
                    drop(seen.replace(query_of(&request.url)));
                }
                _ => {}
            }
            Ok(request)
        }
    }));
    let more = r#","scope":"openid offline_access","maxAge":1,"acrValues":"high","resource":"https://api.example","loginHint":"x""#;
    for par in [false, true] {
        let world = World::new();
        world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
        let before = world.run(open(&world, r#","resource":"https://api.example""#)).unwrap();
        world.run(before.get(&renew())).unwrap();
        world.set_metadata("require_pushed_authorization_requests", par);
        world.script("/par", 201, r#"{"request_uri":"urn:x"}"#);
        let page = Page::new(world.clone());
        let (config, hooks) = (config(more), hooks.clone());
        let storage = Value::NULL;
        let made = Client::create(page, &config, &storage, silent(), hooks);
        let client = world.run(made).unwrap();
        let options = text(r#"{"scope":"openid offline_access"}"#);
        world.set_frames_hang(true);
        assert_eq!(code_of(world.run(client.session(&options))), Some(Code::FrameTimeout));
        let names: Vec<_> = seen.borrow().iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(
            names,
            [
                "prompt",
                "response_type",
                "client_id",
                "redirect_uri",
                "scope",
                "nonce",
                "state",
                "code_challenge",
                "code_challenge_method",
                "id_token_hint"
            ]
        );
        assert_eq!(seen.borrow().get("scope"), Some(&"openid".into()));
        assert_eq!(seen.borrow().get("response_type"), Some(&"code".into()));
    }
}

#[test]
fn only_am_is_asked_without_a_page() {
    let by_fetch = text(r#"{"redirectUri":""}"#);
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    world.script("/authorize", 204, "");
    assert!(world.run(client.session(&by_fetch)).is_ok(), "its metadata lists none");

    let world = World::new();
    world.set_metadata("response_types_supported", vec![Value::from("code")]);
    let client = crate::testing::oidc::client(&world);
    world.run(client.get(&renew())).unwrap();
    world.requests();
    let refused = world.run(client.session(&by_fetch)).unwrap_err();
    assert_eq!(refused.error(), "missing_redirect_uri");
    assert!(world.requests().is_empty());
    client.page.providers.note_am(ISSUER, AmSettings::default());
    world.script("/authorize", 204, "");
    assert!(world.run(client.session(&by_fetch)).is_ok());
}

#[test]
fn a_logout_by_redirect_revokes_first() {
    let world = World::new();
    let client =
        world.run(open(&world, r#","signOutRedirectUri":"https://app.example/bye""#)).unwrap();
    world.run(client.get(&renew())).unwrap();
    world.requests();
    let done = world.run(client.logout(&text(r#"{"redirect":true,"state":"s"}"#))).unwrap();
    assert_eq!(
        to_text(done.get("done").unwrap()),
        r#"{"session":"unconfirmed","revoke":true,"delete":true}"#
    );
    assert_eq!(world.requests(), ["revoke", "revoke"]);
    let params = query_of(&world.navigated().pop().unwrap());
    assert!(params.get("id_token_hint").is_some());
    assert_eq!(params.get("client_id"), Some(&"me".into()));
    assert_eq!(params.get("post_logout_redirect_uri"), Some(&"https://app.example/bye".into()));
    assert_eq!(params.get("state"), Some(&"s".into()));
    assert!(world.all_stored().is_empty());
}

#[test]
fn tokens_go_to_the_named_origins_alone() {
    let world = World::new();
    let more = r#","apiOrigins":["https://api.example"]"#;
    let client = world.run(open(&world, more)).unwrap();
    let ask = |url: &str, before: &Value| {
        world.run(client.authorization(url, "GET", None, before, Wanted::AnotherToken))
    };
    assert_eq!(code_of(ask("https://api.example/x", &Value::NULL)), Some(Code::NotSignedIn));
    world.run(client.get(&renew())).unwrap();
    let first = ask("https://api.example/x", &Value::NULL).unwrap();
    assert_eq!(first.str("header"), Some("Bearer access-1"));
    for url in [
        "https://api.example.evil/",
        "http://api.example/",
        "https://api.example:8443/",
        "https://app.example/",
        "https://api.example@evil/",
        "/x",
        "junk:",
    ] {
        assert_eq!(ask(url, &Value::NULL).unwrap(), Value::NULL, "{url}");
        assert!(!client.is_api(url), "{url}");
    }
    world.requests();
    for _ in 0..2 {
        let again = ask("https://api.example/", &first).unwrap();
        assert_eq!(again.str("header"), Some("Bearer access-2"));
    }
    assert_eq!(world.requests(), ["token refresh_token"], "another call has renewed already");
    for wrong in [
        r#"["*"]"#,
        r#""https://api.example""#,
        r#"["http://api.example"]"#,
        r#"["https://api.example/v1"]"#,
        r#"["https://a?b"]"#,
        r#"["https://api.example@evil.example"]"#,
        r#"["https://user:password@api.example"]"#,
        "[7]",
    ] {
        let more = format!(r#","apiOrigins":{wrong}"#);
        assert_eq!(code_of(world.run(open(&world, &more))), Some(Code::ConfigInvalid), "{wrong}");
    }
}

/// The events that listeners get, as `type`, with a star for another tab's.
fn ears() -> (Rc<RefCell<Vec<String>>>, Heard) {
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let log = heard.clone();
    let listener = Rc::new(move |event: &Value| {
        let star = if event.flag("fromOtherTab") { "*" } else { "" };
        log.borrow_mut().push(format!("{}{star}", event.str("type").unwrap()));
    });
    (heard, listener)
}

#[test]
fn listeners_hear_of_this_tab_and_of_others() {
    let world = World::new();
    let (here, there) = (client(&world), client(&world));
    let ((heard_here, listener_here), (heard_there, listener_there)) = (ears(), ears());
    let watches = [here.watch(listener_here), there.watch(listener_there)];
    world.run(here.get(&renew())).unwrap();
    world.run(there.get(&force())).unwrap();
    world.script("/token", 500, "");
    assert!(world.run(here.get(&force())).is_err());
    world.run(here.logout(&Value::NULL)).unwrap();
    let expected = ["signed_in", "tokens_renewed*", "renewal_failed", "signed_out"];
    assert_eq!(heard_here.take(), expected);
    let expected = ["signed_in*", "tokens_renewed", "renewal_failed*", "signed_out*"];
    assert_eq!(heard_there.take(), expected);
    drop(watches);
    world.run(crate::testing::world::pause());
    assert_eq!((world.listening(), world.sleeping()), (0, 0), "nothing is left");
}

#[test]
fn renewal_ahead_of_time() {
    let world = World::new();
    let client = world.run(open(&world, r#","autoRenew":true"#)).unwrap();
    let (heard, listener) = ears();
    let watch = client.watch(listener);
    // The sign-in comes later.
    world.run(client.get(&renew())).unwrap();
    assert_eq!(heard.take(), ["signed_in"]);
    assert_eq!(world.requests().last().map(String::as_str), Some("keys"), "not yet");
    world.advance(3_590_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["tokens_renewed"]);

    // The network is down: the renewal is tried again later.
    world.script("/token", 503, "");
    world.advance(3_590_000.0);
    world.wake_all();
    world.wake_all();
    assert_eq!(heard.take(), ["renewal_failed"]);
    world.advance(40_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["renewal_failed", "tokens_expired"]);
    world.unscript();
    world.advance(40_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["tokens_renewed"]);

    // The session has ended: only a new sign-in helps.
    world.script("/token", 400, r#"{"error":"invalid_grant"}"#);
    world.set_signed_in(false);
    world.advance(3_700_000.0);
    world.wake_all();
    world.requests();
    for _ in 0..3 {
        world.advance(100_000.0);
        world.wake_all();
    }
    assert!(world.requests().is_empty(), "not asked again and again");
    assert_eq!(heard.take(), ["renewal_failed", "tokens_expired"]);
    drop(watch);
}

#[test]
fn a_frame_that_took_too_long_is_tried_again() {
    let world = World::new();
    let more = r#","autoRenew":true,"renew":"background""#;
    let client = world.run(open(&world, more)).unwrap();
    world.run(client.get(&renew())).unwrap();
    let (heard, listener) = ears();
    let _watch = client.watch(listener);
    world.set_frames_hang(true);
    world.advance(3_590_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["renewal_failed"]);
    world.set_frames_hang(false);
    world.wake_all();
    assert!(heard.take().is_empty(), "not at once");
    world.advance(40_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["tokens_renewed"]);
}

#[test]
fn tokens_that_live_no_longer_than_the_threshold_are_used_all_the_same() {
    let world = World::new();
    world.script("/token", 200, r#"{"access_token":"short","expires_in":20}"#);
    let client = world.run(open(&world, r#","autoRenew":true,"scope":"email""#)).unwrap();
    let _watch = client.watch(Rc::new(|_| ()));
    let tokens = || world.requests().iter().filter(|name| name.starts_with("token")).count();
    for _ in 0..3 {
        world.run(client.get(&renew())).unwrap();
        world.wake_all();
    }
    assert_eq!(tokens(), 1);
    world.advance(10_001.0);
    world.wake_all();
    assert_eq!(tokens(), 1, "past half of their life");
}

#[test]
fn without_being_asked_nothing_is_renewed() {
    let world = World::new();
    let client = expiring(&world);
    let (heard, listener) = ears();
    let _watch = client.watch(listener);
    // At the moment of the expiry, as timers fire.
    world.advance(10_000.0);
    world.wake_all();
    assert_eq!(heard.take(), ["tokens_expired"]);
    world.wake_all();
    assert!(heard.take().is_empty());
    assert!(world.requests().is_empty());
}

fn hooked(
    world: &World,
    hook: impl Fn(Request) -> Result<Request, Text> + 'static,
) -> Rc<Client<World>> {
    let page = Page::new(world.clone());
    let log = silent();
    let hooks: Hooks = Some(Rc::new(hook));
    world.run(Client::create(page, &config(""), &Value::NULL, log, hooks)).unwrap()
}

#[test]
fn middleware_sees_what_it_may_and_moves_no_token() {
    let world = World::new();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = seen.clone();
    let client = hooked(&world, move |request| {
        log.borrow_mut().push(request.action.unwrap());
        Ok(request)
    });
    world.run(client.get(&renew())).unwrap();
    world.run(client.user_info()).unwrap();
    world.run(client.session(&text(r#"{"redirectUri":""}"#))).unwrap_err();
    world.run(client.logout(&Value::NULL)).unwrap();
    let expected = [
        "AUTHORIZE",
        "TOKEN_EXCHANGE",
        "USER_INFO",
        "AUTHORIZE",
        "END_SESSION",
        "REVOKE",
        "REVOKE",
    ];
    assert_eq!(seen.take(), expected);

    let elsewhere = hooked(&world, |mut request| {
        if request.action != Some("AUTHORIZE") {
            request.url = request.url.replace("op.example", "evil.example").into();
            request.headers = object!([]);
            request.method = "GET";
        }
        Ok(request)
    });
    world.requests();
    assert_eq!(code_of(world.run(elsewhere.get(&renew()))), Some(Code::RequestOrigin));
    assert_eq!(world.requests(), ["frame", "keys"]);
}

#[test]
fn middleware_that_throws_is_told_of() {
    let world = World::new();
    let client = client(&world);
    world.run(client.get(&renew())).unwrap();
    let throwing = hooked(&world, |_| Err("no!".into()));
    let before = stored(&world);
    let error = world.run(throwing.get(&force())).unwrap_err();
    assert_eq!((error.error(), error.message()), ("Token Exchange failure", "no!"));
    let error = world.run(throwing.user_info()).unwrap_err();
    assert_eq!((error.error(), error.message()), ("User Info retrieval failure", "no!"));
    let error = world.run(throwing.authorize_background(&Value::NULL)).unwrap_err().into_value();
    assert_eq!((error.str("error"), error.str("message")), (Some("Unknown_Error"), Some("no!")));
    assert!(error.str("redirectUrl").is_some());
    assert_eq!(stored(&world), before);
}

#[test]
fn tokens_in_the_apps_own_storage() {
    let world = World::new();
    let page = Page::new(world.clone());
    let log = silent();
    let storage = text(r#"{"type":"custom","customNumber":3}"#);
    let client = world.run(Client::create(page, &config(""), &storage, log, None)).unwrap();
    let custom = || world.stored(Area::Custom(3), KEY);
    world.run(client.get(&renew())).unwrap();
    assert!(custom().is_some() && world.stored(Area::Local, KEY).is_none());
    assert_eq!(access_token(&world.run(client.get(&force()))), Some("access-2"));
    world.run(client.logout(&Value::NULL)).unwrap();
    assert_eq!(custom(), None);
    let alone = text(r#"{"type":"custom"}"#);
    let page = Page::new(world.clone());
    let log = silent();
    let error = world.run(Client::create(page, &config(""), &alone, log, None)).err().unwrap();
    assert_eq!(error.error(), "Custom storage configuration must include a custom storage object");
}

#[test]
fn a_clock_that_was_set_back_or_a_day_off_costs_no_session() {
    for days in [-1.0, 1.0] {
        let world = World::new();
        let client = client(&world);
        world.run(client.get(&renew())).unwrap();
        world.advance(days * 86_400_000.0);
        world.set_provider_clock(-days * 86_400_000.0);
        let tokens = world.run(client.get(&renew()));
        assert_eq!(access_token(&tokens), Some("access-2"), "{days}: {tokens:?}");
        assert_eq!(access_token(&world.run(client.get(&force()))), Some("access-3"), "{days}");
        assert_eq!(world.refused(), 0);
    }
}

type Flow = (&'static str, fn(World, Rc<Client<World>>) -> Running);

type Running = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

macro_rules! flow {
    ($name:literal, $world:ident, $client:ident, $work:expr) => {
        ($name, |$world, $client| {
            Box::pin(async move {
                let _ = (&$world, &$client);
                $work.await.map(drop)
            })
        })
    };
}

/// Every call, each on a client that is signed in.
const FLOWS: [Flow; 19] = [
    flow!("oidc()", world, client, open(&world, "")),
    flow!("authorize.url", world, client, client.authorize_url(&Value::NULL)),
    flow!("authorize.url, pushed", world, client, async {
        world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
        world.script("/par", 201, r#"{"request_uri":"urn:x"}"#);
        open(&world, r#","par":true"#).await?.authorize_url(&Value::NULL).await
    }),
    flow!("authorize.redirect", world, client, client.authorize_redirect(&Value::NULL)),
    flow!("authorize.background", world, client, client.authorize_background(&Value::NULL)),
    flow!("authorize.background by fetch", world, client, async {
        world.script("/authorize", 400, r#"{"details":[{"code":"LOGIN_REQUIRED"}]}"#);
        let options = text(r#"{"responseMode":"pi.flow"}"#);
        client.authorize_background(&options).await
    }),
    flow!("authorize.popup", world, client, client.authorize_popup(Some(false), &Value::NULL)),
    flow!("authorize.callback", world, client, async {
        let url = client.authorize_url(&Value::NULL).await?;
        client.callback(&world.land(&url)).await
    }),
    flow!("token.exchange", world, client, async {
        let url = client.authorize_url(&Value::NULL).await?;
        let answer = query_of(&world.land(&url));
        let part = |name| answer.get(name).unwrap().to_owned();
        client.exchange(&part("code"), &part("state"), None).await
    }),
    flow!("token.get by refresh token", world, client, async { client.get(&force()).await }),
    flow!("token.get by frame", world, client, async {
        let options = text(r#"{"forceRenew":true,"authorizeOptions":{"scope":"openid email"}}"#);
        client.get(&options).await
    }),
    flow!("token.get of what expires", world, client, async {
        world.advance(3_590_000.0);
        client.get(&renew()).await
    }),
    flow!("user.info", world, client, client.user_info()),
    flow!("user.claims", world, client, client.claims()),
    flow!("user.session", world, client, client.session(&Value::NULL)),
    flow!("user.session by fetch", world, client, async {
        world.script("/authorize", 204, "");
        client.session(&text(r#"{"redirectUri":""}"#)).await
    }),
    flow!("user.session id_token", world, client, async {
        client.session(&text(r#"{"responseType":"id_token"}"#)).await
    }),
    flow!("user.session without a code", world, client, async {
        client.session(&text(r#"{"responseType":"id_token","withoutCode":true}"#)).await
    }),
    flow!("fetch", world, client, async {
        let used = stored(&world).map(|tokens| tokens.to_value());
        let before = object!([("tokens", used.into())]);
        client
            .authorization("https://api.example/", "GET", None, &before, Wanted::AnotherToken)
            .await
    }),
];

/// The calls that end the sign-in.
const ENDS: [Flow; 3] = [
    flow!("user.logout", world, client, async { client.logout(&Value::NULL).await }),
    flow!("user.logout by redirect", world, client, async {
        client.logout(&text(r#"{"redirect":true}"#)).await
    }),
    flow!("token.revoke", world, client, client.revoke()),
];

#[test]
fn only_a_redirect_leaves_the_page() {
    for is_signed_in in [true, false] {
        for (name, flow) in FLOWS.iter().chain(&ENDS) {
            if *name == "token.exchange" && !is_signed_in {
                continue; // There is no code to exchange.
            }
            let world = World::new();
            let client = client_with(&world, Area::Local);
            world.run(client.get(&renew())).unwrap();
            world.set_signed_in(is_signed_in);
            let _ = world.run(flow(world.clone(), client));
            let is_left = !world.navigated().is_empty();
            assert_eq!(is_left, name.contains("redirect"), "{name}, {is_signed_in}");
        }
    }
}

#[test]
fn no_fault_at_any_step_of_any_flow_loses_or_breaks_anything() {
    let faults = [
        Fault::Network(NetworkFault::Failed),
        Fault::Network(NetworkFault::Timeout),
        Fault::Network(NetworkFault::Offline),
        Fault::Status(500, "{\"error\":\"server_error\"}"),
        Fault::Status(429, ""),
        Fault::Status(502, "<html>"),
        Fault::Status(200, "{\"access_to"),
        Fault::Status(200, ""),
    ];
    let mut injected = 0;
    for (name, flow) in FLOWS {
        let mut steps = 0;
        for (fault, area) in faults.iter().flat_map(|fault| AREAS.map(|area| (fault, area))) {
            for step in 0.. {
                let world = World::new();
                let first = client_with(&world, area);
                world.run(first.get(&renew())).unwrap();
                // A page of its own, which knows no keys.
                let client = client_with(&world, area);
                let record = || Tokens::read(&parse(&world.stored(area, KEY)?)?);
                let before = record().unwrap();
                world.fail_at(step, fault.clone());
                let result = world.run(flow(world.clone(), client.clone()));
                if world.steps() <= step {
                    break;
                }
                steps += 1;
                let place = format!("{name}, {}, step {step}, {fault:?}: {result:?}", area.word());
                let after = record().expect(&place);
                assert!(after.refresh_token.is_some(), "{place}");
                if result.is_err() {
                    assert_eq!(after, before, "{place}");
                }
                let again = world.run(client.get(&force()));
                assert!(again.is_ok(), "{place}, then {again:?}");
                assert_eq!(world.refused(), 0, "{place}: a new refresh token was lost");
            }
        }
        println!("{name}: {steps} faults");
        injected += steps;
    }
    println!("{injected} faults injected, none lost a token");
    assert!(injected > 1_000, "{injected}");
}

/// Begins a call and drops it at a moment, one later than the last at which it was dropped; returns
/// whether the call was still pending.
fn given_up(world: &World, client: &Rc<Client<World>>, flow: Flow, moment: usize) -> bool {
    let (signal, ended) = (Signal::default(), Rc::new(Cell::new(false)));
    let running = flow.1(world.clone(), client.clone());
    let (wait, end) = (signal.clone(), ended.clone());
    world.spawn(Box::pin(async move {
        end.set(until(wait.wait(), running).await.is_some());
    }));
    world.run(async {
        for _ in 0..moment {
            pause().await;
        }
        signal.fire();
    });
    !ended.get()
}

#[test]
fn no_call_that_is_given_up_loses_or_breaks_anything() {
    let mut moments = 0;
    for flow in FLOWS {
        for moment in 0.. {
            let world = World::new();
            let first = client_with(&world, Area::Custom(3));
            world.run(first.get(&renew())).unwrap();
            world.drop_documents();
            let client = client_with(&world, Area::Custom(3));
            let record = || Tokens::read(&parse(&world.stored(Area::Custom(3), KEY)?)?);
            if !given_up(&world, &client, flow, moment) {
                break;
            }
            moments += 1;
            let place = format!("{}, moment {moment}", flow.0);
            assert!(record().expect(&place).refresh_token.is_some(), "{place}");
            let again = world.run(client.get(&force()));
            assert!(again.is_ok(), "{place}, then {again:?}");
            assert_eq!(world.refused(), 0, "{place}: a new refresh token was lost");
        }
    }
    for flow in ENDS {
        for moment in 1.. {
            let world = World::new();
            let client = client_with(&world, Area::Custom(3));
            world.run(client.get(&renew())).unwrap();
            if !given_up(&world, &client, flow, moment) {
                break;
            }
            moments += 1;
            assert_eq!(world.stored(Area::Custom(3), KEY), None, "{}, moment {moment}", flow.0);
        }
    }
    println!("given up at {moments} moments, lost nothing");
    // Every moment was tried; how many there are depends on how often the calls wait.
    assert!(moments > 80, "{moments}");
}

/// Where the tokens are stored.
const AREAS: [Area; 2] = [Area::Local, Area::Custom(3)];

fn client_with(world: &World, area: Area) -> Rc<Client<World>> {
    let storage = match area {
        Area::Custom(number) => {
            object!([("type", "custom".into()), (CUSTOM_STORAGE, f64::from(number).into())])
        }
        _ => Value::NULL,
    };
    let config = config(r#","apiOrigins":["https://api.example"]"#);
    world.run(Client::create(Page::new(world.clone()), &config, &storage, silent(), None)).unwrap()
}

fn silent() -> Logger {
    Logger::new(Level::None, Box::new(|_, _| ()))
}

#[test]
fn no_fault_at_any_step_keeps_a_sign_out_from_forgetting() {
    let mut injected = 0;
    for (name, end) in ENDS {
        for (fault, area) in [
            (Fault::Network(NetworkFault::Failed), Area::Local),
            (Fault::Status(500, "<html>"), Area::Local),
            (Fault::Network(NetworkFault::Timeout), Area::Custom(3)),
        ] {
            for step in 0.. {
                let world = World::new();
                let client = client_with(&world, area);
                world.run(client.get(&renew())).unwrap();
                world.fail_at(step, fault.clone());
                let ending = || world.run(end(world.clone(), client.clone()));
                let result = ending();
                if world.steps() <= step {
                    break;
                }
                injected += 1;
                // A failed read or removal of this record is reported; a second call succeeds.
                if result.is_err() {
                    let _ = ending();
                }
                assert_eq!(world.stored(area, KEY), None, "{name}, step {step}, {fault:?}");
            }
        }
    }
    println!("{injected} faults injected, none kept a token");
    assert!(injected > 50, "{injected}");
}

/// The URL of the response to a new sign-in, moved to another page.
fn moved(world: &World, client: &Client<World>, page: &str) -> String {
    let location = landed(world, client, "{}").replace("&mine=1#top", "");
    let query = location.split_once('?').unwrap().1.replace("idp=a&", "");
    match page.split_once('?') {
        Some((page, own)) => format!("{page}?{own}&{query}"),
        None => format!("{page}?{query}"),
    }
}

#[test]
fn a_response_that_came_to_another_page_is_refused() {
    for (redirect_uri, page, fine) in [
        ("https://app.example/cb", "https://app.example/cb", true),
        ("https://app.example/cb.html", "https://app.example/cb/", true),
        ("https://app.example/#/cb", "https://app.example/#/cb", true),
        ("https://app.example/cb?idp=a", "https://app.example/cb?idp=a", true),
        ("https://app.example/cb", "https://app.example/other", false),
        ("https://app.example/cb?idp=a", "https://app.example/cb?idp=b", false),
        ("https://app.example/#/a", "https://app.example/#/b", false),
        ("https://app.example/cb", "https://other.example/cb", false),
    ] {
        for how in ["callback", "exchange"] {
            let world = World::new();
            let more = format!(r#","redirectUri":"{redirect_uri}""#);
            let client = world.run(open(&world, &more)).unwrap();
            let url = moved(&world, &client, page);
            world.set_address(&url);
            assert_eq!(client.matches(&url), fine, "{page}");
            world.requests();
            let result = match how {
                "callback" => world.run(client.callback(&url)),
                _ => {
                    let params = landing::params(&Url::parse(&url, None).unwrap());
                    let part = |name| params.get(name).unwrap().clone();
                    world.run(client.exchange(&part("code"), &part("state"), None))
                }
            };
            let expected = (!fine).then_some(Code::LandingMismatch);
            assert_eq!(code_of(result), expected, "{how} {page}");
            assert_eq!(world.requests().is_empty(), !fine, "{how} {page}");
            if how == "callback" {
                assert!(!world.address().contains("code="), "{}", world.address());
            }
        }
    }
}

#[test]
fn a_server_may_forward_responses() {
    let world = World::new();
    let more = r#","forwardedTo":["/app/signed-in","/other"]"#;
    let client = world.run(open(&world, more)).unwrap();
    for (page, fine) in [("/app/signed-in/", true), ("/other", true), ("/elsewhere", false)] {
        let url = moved(&world, &client, &format!("https://app.example{page}"));
        assert_eq!(client.matches(&url), fine, "{page}");
        world.set_address(&url);
        assert_eq!(world.run(client.callback(&url)).is_ok(), fine, "{page}");
    }
    let one = world.run(open(&world, r#","forwardedTo":"https://app.example/app""#)).unwrap();
    assert!(one.matches(&moved(&world, &one, "https://app.example/app")));
}

#[test]
fn the_page_that_was_loaded_counts() {
    let world = World::new();
    let client = client(&world);
    // The app's router has changed the address since.
    let url = moved(&world, &client, "https://app.example/cb");
    world.set_loaded(&url);
    let shown = url.replace("/cb?", "/home?");
    world.set_address(&shown);
    assert!(client.matches(&shown));
    assert!(world.run(client.callback(&shown)).is_ok());
    // The address that the page was loaded with for another sign-in does not count.
    let url = moved(&world, &client, "https://app.example/cb");
    world.set_loaded("https://app.example/home?code=c&state=theirs");
    assert!(client.matches(&url));
    assert!(!client.matches(&url.replace("/cb?", "/home?")));
    // A response that came to another provider's page stays one, wherever the app has moved it.
    world.set_loaded(&url.replace("/cb?", "/theirs?"));
    world.set_address(&url);
    assert_eq!(code_of(world.run(client.callback(&url))), Some(Code::LandingMismatch));
}

#[test]
fn the_issuer_is_looked_for_wherever_the_response_was() {
    let evil = Some("https://evil.example");
    for (handed, shown, loaded, outcome) in [
        (Some(ISSUER), None, None, None),
        (None, Some(Some(ISSUER)), None, None),
        (None, None, Some(Some(ISSUER)), None),
        (Some(""), None, Some(Some(ISSUER)), None),
        (None, Some(None), Some(Some(ISSUER)), None),
        (None, None, None, Some(Code::IssMissing)),
        (Some(""), None, None, Some(Code::IssMissing)),
        (None, Some(None), Some(None), Some(Code::IssMissing)),
        (evil, None, None, Some(Code::IssMismatch)),
        (evil, Some(Some(ISSUER)), None, Some(Code::IssMismatch)),
        (None, Some(evil), None, Some(Code::IssMismatch)),
        (None, None, Some(evil), Some(Code::IssMismatch)),
        (Some(ISSUER), Some(evil), None, Some(Code::IssMismatch)),
        (Some(ISSUER), None, Some(evil), Some(Code::IssMismatch)),
    ] {
        let world = World::new();
        world.set_metadata("authorization_response_iss_parameter_supported", true);
        let client = client(&world);
        let url = moved(&world, &client, "https://app.example/cb");
        let response = query_of(&url);
        let with = |issuer: Option<&str>| {
            let issuer = issuer.map(|issuer| format!("&iss={issuer}"));
            format!("{url}{}", issuer.unwrap_or_default())
        };
        world.set_address("https://app.example/?state=the-apps&iss=the-apps");
        if let Some(issuer) = shown {
            world.set_address(&with(issuer));
        }
        if let Some(issuer) = loaded {
            world.set_loaded(&with(issuer));
        }
        world.requests();
        let part = |name| response.get(name).unwrap();
        let result = world.run(client.exchange(part("code"), part("state"), handed));
        assert_eq!(code_of(result), outcome, "{handed:?} {shown:?} {loaded:?}");
        assert_eq!(world.requests().is_empty(), outcome.is_some());
    }
}

#[test]
fn a_response_that_a_frame_brought_needs_its_code_and_state_alone() {
    let world = World::new();
    world.set_metadata("authorization_response_iss_parameter_supported", true);
    world.set_issuer(Some(ISSUER));
    let client = client(&world);
    for (code, iss, outcome) in [
        (None, None, None),
        (None, Some("https://evil.example"), Some(Code::IssMismatch)),
        (Some("another"), None, Some(Code::StateUnknown)),
    ] {
        let answer = world.run(client.authorize_background(&Value::NULL)).unwrap();
        let (right, state) = (answer.str("code").unwrap(), answer.str("state").unwrap());
        let result = world.run(client.exchange(code.unwrap_or(right), state, iss));
        assert_eq!(code_of(result), outcome);
    }
}

#[test]
fn nobodys_response_is_nobodys_whatever_it_names() {
    let world = World::new();
    world.set_metadata("authorization_response_iss_parameter_supported", true);
    let client = client(&world);
    let exchanged = world.run(client.exchange("c", "theirs", Some("https://evil.example")));
    assert_eq!(code_of(exchanged), Some(Code::StateUnknown));
    let url = "https://app.example/cb?code=c&state=theirs";
    assert_eq!(code_of(world.run(client.callback(url))), Some(Code::StateUnknown));
}

#[test]
fn a_refusal_of_ams_may_lack_its_issuer() {
    for (is_am, iss, code) in [
        (true, "", Code::LoginRequired),
        (true, "&iss=https://evil.example", Code::IssMismatch),
        (false, "", Code::IssMissing),
    ] {
        let world = World::new();
        world.set_metadata("authorization_response_iss_parameter_supported", true);
        world.set_signed_in(false);
        let client = client(&world);
        if is_am {
            client.page.providers.note_am(ISSUER, AmSettings::default());
        }
        let url = moved(&world, &client, "https://app.example/cb") + iss;
        assert_eq!(code_of(world.run(client.callback(&url))), Some(code), "{is_am} {iss}");
        // A success must name its issuer.
        world.set_signed_in(true);
        let url = moved(&world, &client, "https://app.example/cb");
        assert_eq!(code_of(world.run(client.callback(&url))), Some(Code::IssMissing));
    }
}

#[test]
fn our_response_leaves_the_address_unless_trying_again_can_help() {
    type Change = fn(&World, String) -> String;
    let cases: [(&str, Change, Code, bool); 6] = [
        ("another issuer", |_, url| url + "&iss=https://evil", Code::IssMismatch, true),
        ("repeated", |_, url| url + "&code=other", Code::AnswerInvalid, true),
        ("another page", |_, url| url.replace("/cb?", "/x?"), Code::LandingMismatch, true),
        (
            "too late",
            |world, url| {
                world.advance(3_700_000.0);
                url
            },
            Code::TransactionExpired,
            true,
        ),
        (
            "refused",
            |world, url| {
                world.script("/token", 400, r#"{"error":"invalid_grant"}"#);
                url
            },
            Code::InvalidGrant,
            true,
        ),
        (
            "a fault that passes",
            |world, url| {
                world.script("/token", 503, "");
                url
            },
            Code::HttpError,
            false,
        ),
    ];
    for (what, change, code, cleaned) in cases {
        let world = World::new();
        let client = client(&world);
        let url = moved(&world, &client, "https://app.example/cb") + "&mine=1";
        let url = change(&world, url + "&client_id=me&scope=openid&session_state=x");
        world.set_address(&url);
        assert_eq!(code_of(world.run(client.callback(&url))), Some(code), "{what}");
        let address = world.address();
        match cleaned {
            true => assert!(address.ends_with("?mine=1"), "{what}: {address}"),
            false => assert_eq!(address, url, "{what}"),
        }
    }
}

#[test]
fn a_sign_in_from_the_future_is_over() {
    for (later, fine) in [(60_000.0, true), (-60_000.0, true), (-86_400_000.0, false)] {
        let world = World::new();
        let client = client(&world);
        let url = moved(&world, &client, "https://app.example/cb");
        world.advance(later);
        assert_eq!(client.matches(&url), fine, "{later}");
        let expected = (!fine).then_some(Code::TransactionExpired);
        assert_eq!(code_of(world.run(client.callback(&url))), expected, "{later}");
        // It does not replace another one either.
        if !fine {
            world.run(client.authorize_url(&Value::NULL)).unwrap();
            assert_eq!(world.keys_of("FR-SDK-authflow-"), 1);
        }
    }
}

#[test]
fn another_librarys_sign_in_counts_with_its_verifier_alone() {
    for (verifier, outcome) in [(r#","verifier":"v""#, None), ("", Some(Code::StateUnknown))] {
        let world = World::new();
        let client = client(&world);
        let record = format!(
            r#"{{"clientId":"me","redirectUri":"https://app.example/cb","scope":"openid","state":"s"{verifier}}}"#
        );
        world.put(Area::Session, "FR-SDK-authflow-me", &record);
        let url = "https://app.example/cb?code=c&state=s";
        assert_eq!(client.matches(url), outcome.is_none());
        assert_eq!(code_of(world.run(client.callback(url))), outcome, "{verifier}");
    }
}

#[test]
fn no_issuer_but_ours() {
    let world = World::new();
    let client = client(&world);
    let url = world.run(client.authorize_url(&Value::NULL)).unwrap();
    let location = world.land(&url);
    let evil = format!("{location}&iss=https%3A%2F%2Fevil.example");
    assert_eq!(code_of(world.run(client.callback(&evil))), Some(Code::IssMismatch));
    world.requests();
    let ours = Params::parse(&format!("iss={}", ISSUER.replace('/', "%2F"))).encode();
    assert!(world.run(client.callback(&format!("{location}&{ours}"))).is_ok());
}
