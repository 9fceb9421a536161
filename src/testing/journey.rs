//! Every flow in the scripted world: its requests and results, and that no fault at any step leaves a
//! wrong state.

use std::rc::Rc;

use crate::error::{Code, Error};
use crate::fault::NetworkFault;
use crate::journey::client::Client;
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::Client as Oidc;
use crate::page::Page;
use crate::page::am_session;
use crate::page::whose::session_at;
use crate::platform::Platform;
use crate::storage::{Area, JOURNEY_STEP};
use crate::testing::world::{AM_HEADER, Am, Fault, ISSUER, WELLKNOWN, World, pause};

const STEP: &str = r#"{"authId":"auth-id","callbacks":[{"type":"RedirectCallback"}]}"#;
const IDP: &str = "https://idp.example/authorize?state=s";
const BACK: &str = "https://app.example/?code=c&state=s";

/// A page with a journey client and the clients of some sign-ins, all signed in.
struct Tab {
    page: &'static Page<World>,
    journey: Rc<Client<World>>,
}

fn silent() -> Logger {
    Logger::new(Level::None, Box::new(|_, _| ()))
}

fn config(client_id: &str) -> Value {
    parse(&format!(
        r#"{{"serverConfig":{{"wellknown":"{WELLKNOWN}"}},"clientId":"{client_id}","redirectUri":"https://app.example/cb"}}"#
    ))
    .unwrap()
}

async fn open(page: &'static Page<World>) -> Result<Rc<Client<World>>, Error> {
    Client::create(page, &config("me"), silent(), None).await
}

fn tab(world: &World) -> Tab {
    let page = Page::new(world.clone());
    let journey = world.run(open(page)).unwrap();
    Tab { page, journey }
}

/// Signs in by a journey, and gets tokens for a client that stores them in the area.
fn sign_in(world: &World, tab: &Tab, area: &str) {
    world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
    let storage = object!([("type", area.into()), ("name", area.into())]);
    let config = config("me");
    let oidc = Oidc::create(tab.page, &config, &storage, silent(), None);
    let oidc = world.run(oidc).unwrap();
    world.run(oidc.get(&object!([("backgroundRenew", true.into())]))).unwrap();
}

fn leave(world: &World, tab: &Tab) {
    let here = object!([("navigate", false.into())]);
    world.run(tab.journey.redirect(STEP, IDP, None, &here)).unwrap();
}

fn session_token(tab: &Tab) -> Option<String> {
    tab.journey.session()?.str("tokenId").map(str::to_owned)
}

fn stored_step(world: &World) -> Option<String> {
    world.stored(Area::Session, JOURNEY_STEP)
}

fn type_of(result: &Result<Value, Error>) -> &str {
    result.as_ref().ok().and_then(|value| value.str("type")).unwrap_or("an error")
}

fn code_of<T>(result: Result<T, Error>) -> Option<Code> {
    result.err().map(|error| error.code())
}

#[test]
fn a_step_is_gone_on_with_once_by_its_own_response() {
    let world = World::new();
    let tab = tab(&world);
    leave(&world, &tab);
    world.requests();
    let resume = |url| world.run(tab.journey.resume(url, &Value::NULL));

    // A forged response removes nothing.
    assert_eq!(
        code_of(resume("https://app.example/?code=c&state=theirs")),
        Some(Code::StateMismatch)
    );
    assert_eq!(world.requests(), [""; 0]);
    assert!(stored_step(&world).is_some());

    assert_eq!(type_of(&resume(BACK)), "LoginSuccess");
    assert_eq!(stored_step(&world), None);
    assert_eq!(code_of(resume(BACK)), Some(Code::StateUnknown));
}

#[test]
fn two_clients_that_come_back_at_once_are_one_request() {
    let world = World::new();
    let first = tab(&world);
    let second = world.run(open(first.page)).unwrap();
    leave(&world, &first);
    world.requests();
    let (one, other) = world.run(crate::task::both(
        first.journey.resume(BACK, &Value::NULL),
        second.resume(BACK, &Value::NULL),
    ));
    assert_eq!((type_of(&one), type_of(&other)), ("LoginSuccess", "LoginSuccess"));
    assert_eq!(world.requests(), ["authenticate"]);
}

#[test]
fn what_cannot_be_read_or_is_junk_is_told_apart() {
    let world = World::new();
    let tab = tab(&world);
    let resume = || world.run(tab.journey.resume(BACK, &Value::NULL));
    world.put(Area::Session, JOURNEY_STEP, "{");
    let junk = resume().unwrap_err();
    assert_eq!(junk.message(), "Error retrieving previous step: it could not be parsed");
    assert_eq!(stored_step(&world), None, "junk is removed");

    leave(&world, &tab);
    world.fail_at(0, Fault::Network(NetworkFault::Failed));
    let unread = resume().unwrap_err();
    assert!(unread.message().starts_with("Error retrieving previous step: "), "{unread:?}");
    assert!(stored_step(&world).is_some(), "what could not be read may be there");
}

#[test]
fn without_a_session_token_the_one_before_stays() {
    let world = World::new();
    let tab = tab(&world);
    sign_in(&world, &tab, "localStorage");
    let before = session_token(&tab);
    world.script("/authenticate", 200, r#"{"successUrl":"/","realm":"/"}"#);
    let result = world.run(tab.journey.next(STEP, &Value::NULL));
    assert_eq!(type_of(&result), "LoginSuccess");
    assert_eq!(session_token(&tab), before);
    world.script("/authenticate", 401, r#"{"code":401,"reason":"Unauthorized"}"#);
    assert_eq!(session_token(&tab), before);
}

#[test]
fn a_later_session_replaces_the_one_before() {
    let world = World::new();
    let tab = tab(&world);
    sign_in(&world, &tab, "localStorage");
    let before = session_token(&tab);
    world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
    assert_ne!(session_token(&tab), before);
    let kept = world.all_stored().into_keys().filter(|(_, key)| key.starts_with("pic-session"));
    assert_eq!(kept.count(), 1);
}

/// What is left after a sign-out.
fn left(world: &World, tab: &Tab) -> Vec<String> {
    let stored = world.all_stored().into_iter().map(|entry| format!("{entry:?}"));
    stored.chain(am_session::get(tab.page, ISSUER).map(|kept| to_text(&kept).to_string())).collect()
}

#[test]
fn a_sign_out_ends_all_of_it_and_says_which_part_failed() {
    let areas = ["localStorage", "sessionStorage"];
    for count in 0..=areas.len() {
        for (part, status, session_fails, tokens_fail) in [
            ("nothing", 500, false, false),
            ("_action=logout", 401, true, false),
            ("_action=logout", 404, true, false),
            ("_action=logout", 503, true, false),
            ("_action=logout", 403, true, false),
            ("/revoke", 503, false, count > 0),
            ("https://op.example/", 503, true, count > 0),
        ] {
            let world = World::new();
            let tab = tab(&world);
            for area in areas.iter().take(count) {
                sign_in(&world, &tab, area);
            }
            leave(&world, &tab);
            world.requests();
            world.script(part, status, "");
            let result = world.run(tab.journey.terminate(&Value::NULL));
            let place = format!("{count} clients, {part} {status}: {result:?}");
            assert_eq!(result.is_err(), session_fails || tokens_fail, "{place}");
            assert_eq!(left(&world, &tab), [""; 0], "{place}");
            let mut requests = world.requests();
            requests.sort();
            // After a 404, another version of the endpoint is tried.
            let tries = if status == 404 { 3 } else { 1 };
            let mut expected = vec!["revoke".to_owned(); 2 * count];
            expected.extend(vec!["sessions logout".to_owned(); tries]);
            assert_eq!(requests, expected, "{place}");
            if let Err(error) = result {
                let error = error.into_value();
                let failed = |part| {
                    let parts = error.get("parts").unwrap();
                    parts.get(part).is_some_and(|part| *part != Value::NULL)
                };
                assert_eq!((failed("session"), failed("tokens")), (session_fails, tokens_fail));
                assert_eq!(error.str("error"), Some("terminate_failed"), "{place}");
                let is_unconfirmed = error.str("code") == Some("session_unconfirmed");
                assert_eq!(is_unconfirmed, status == 401, "{place}");
                let shown = (!is_unconfirmed).then_some(f64::from(status));
                assert_eq!(error.number("status"), shown, "{place}");
            }
            // No user is left to sign out.
            world.unscript();
            assert!(world.run(tab.journey.terminate(&Value::NULL)).is_ok(), "{place}");
        }
    }
}

type Flow = (&'static str, fn(&World, &Tab) -> Result<Value, Error>);

const FLOWS: [Flow; 8] = [
    ("journey()", |world, _| world.run(open(Page::new(world.clone()))).map(|_| Value::NULL)),
    ("start", |world, tab| world.run(tab.journey.start(&Value::NULL))),
    ("next", |world, tab| world.run(tab.journey.next(STEP, &Value::NULL))),
    ("redirect", |world, tab| world.run(tab.journey.redirect(STEP, IDP, None, &Value::NULL))),
    ("resume at the step", |world, tab| world.run(tab.journey.resume(BACK, &Value::NULL))),
    ("resume after a refusal", |world, tab| {
        let url = "https://app.example/?error=access_denied&state=s";
        world.run(tab.journey.resume(url, &Value::NULL))
    }),
    ("resume of a suspended journey", |world, tab| {
        let url = "https://app.example/?suspendedId=i&authIndexValue=Magic";
        world.run(tab.journey.resume(url, &Value::NULL))
    }),
    ("session.info", |world, tab| world.run(tab.journey.session_info())),
];

fn faults() -> [Fault; 9] {
    [
        Fault::Network(NetworkFault::Failed),
        Fault::Network(NetworkFault::Timeout),
        Fault::Network(NetworkFault::Offline),
        Fault::Status(500, r#"{"code":500,"reason":"Internal Server Error"}"#),
        Fault::Status(503, r#"{"authId":"a","callbacks":[]}"#),
        Fault::Status(429, ""),
        Fault::Status(502, "<html>"),
        Fault::Status(200, r#"{"authId"#),
        Fault::Status(200, ""),
    ]
}

#[test]
fn no_fault_at_any_step_of_any_flow_loses_or_breaks_anything() {
    let mut injected = 0;
    for (name, flow) in FLOWS {
        let mut steps = 0;
        for fault in faults() {
            for step in 0.. {
                let world = World::new();
                let tab = tab(&world);
                sign_in(&world, &tab, "localStorage");
                leave(&world, &tab);
                let tokens = || world.stored(Area::Local, "pic-localStorage");
                let (session, before) = (session_token(&tab), tokens());
                assert!(session.is_some() && before.is_some());
                world.fail_at(step, fault.clone());
                let result = flow(&world, &tab);
                if world.steps() <= step {
                    break;
                }
                steps += 1;
                let place = format!("{name}, step {step}, {fault:?}: {result:?}");
                assert_eq!(tokens(), before, "{place}");
                if type_of(&result) != "LoginSuccess" {
                    assert_eq!(session_token(&tab), session, "{place}");
                    assert!(stored_step(&world).is_some() || is_final(&fault), "{place}");
                } else {
                    assert_ne!(session_token(&tab), session, "{place}");
                }
                let again = flow(&world, &tab);
                let used_up = type_of(&result) == "LoginSuccess" || is_final(&fault);
                assert!(again.is_ok() || used_up, "{place}, then {again:?}");
                assert_eq!(world.listening() + world.sleeping(), 0, "{place}");
            }
        }
        println!("{name}: {steps} faults");
        injected += steps;
    }
    println!("{injected} faults injected, none lost a session, a token or a step");
    assert!(injected > 150, "{injected}");
}

/// A malformed answer of AM: its step is used.
fn is_final(fault: &Fault) -> bool {
    matches!(fault, Fault::Status(200, _))
}

#[test]
fn no_fault_at_any_step_keeps_a_sign_out_from_forgetting() {
    let mut injected = 0;
    for fault in faults() {
        for step in 0.. {
            let world = World::new();
            let tab = tab(&world);
            sign_in(&world, &tab, "localStorage");
            sign_in(&world, &tab, "sessionStorage");
            leave(&world, &tab);
            world.fail_at(step, fault.clone());
            let result = world.run(tab.journey.terminate(&Value::NULL));
            if world.steps() <= step {
                break;
            }
            injected += 1;
            let place = format!("step {step}, {fault:?}: {result:?}");
            // A failed read or removal of this record is reported; a second call succeeds.
            let again = world.run(tab.journey.terminate(&Value::NULL));
            assert!(again.is_ok(), "{place}, then {again:?}");
            assert_eq!(left(&world, &tab), [""; 0], "{place}");
            assert_eq!(world.listening() + world.sleeping(), 0, "{place}");
        }
    }
    println!("{injected} faults injected, none kept a session or a token");
    assert!(injected > 150, "{injected}");
}

/// A page with a journey client that sends the session token in a header, or relies on the cookie.
fn page_with(world: &World, header: &str) -> Tab {
    let mut config = config("me");
    config.set("session", object!([("cookieName", header.into())]));
    let page = Page::new(world.clone());
    let journey = world.run(Client::create(page, &config, silent(), None)).unwrap();
    Tab { page, journey }
}

const NEWER: &str = "protocol=1.0,resource=2.1";
const OLDER: &str = "protocol=1.0,resource=2.0";

#[test]
fn the_sessions_endpoint_is_asked_in_the_version_that_it_knows() {
    for (versions, tries) in [
        (&[][..], 1),
        (&[NEWER][..], 1),
        (&[OLDER][..], 2),
        (&["protocol=1.0,resource=1.1"][..], 3),
    ] {
        let world = World::new();
        let tab = page_with(&world, "");
        world.set_am(Am { token: "t", versions, has_cookie: true, is_alive: true });
        world.requests();
        let info = world.run(tab.journey.session_info()).unwrap();
        assert_eq!(info.str("username"), Some("demo"), "{versions:?}");
        assert_eq!(world.requests(), vec!["sessions getSessionInfo"; tries], "{versions:?}");
        // The tab knows which version it was.
        assert!(world.run(tab.journey.terminate(&Value::NULL)).is_ok(), "{versions:?}");
        assert_eq!(world.requests(), ["sessions logout"], "{versions:?}");
        assert!(!world.is_am_alive(), "{versions:?}");
    }
}

#[test]
fn a_session_has_ended_only_where_am_says_so() {
    // The result of terminate() by whether the session token is sent, the cookie arrives, and the
    // session is alive.
    for (header, has_cookie, is_alive, code) in [
        ("", true, true, None),
        ("", false, true, Some(Code::SessionUnconfirmed)),
        ("", true, false, Some(Code::SessionUnconfirmed)),
        (AM_HEADER, true, true, None),
        (AM_HEADER, false, true, None),
        (AM_HEADER, false, false, None),
        ("Another", false, true, Some(Code::SessionUnconfirmed)),
    ] {
        let world = World::new();
        let tab = page_with(&world, header);
        world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
        world.set_am(Am { token: "session-1", versions: &[], has_cookie, is_alive });
        let result = world.run(tab.journey.terminate(&Value::NULL));
        let place = format!("{header} {has_cookie} {is_alive}: {result:?}");
        assert_eq!(code_of(result.clone()), code, "{place}");
        assert!(result.is_err() || !world.is_am_alive(), "a false success: {place}");
        assert_eq!(left(&world, &tab), [""; 0], "{place}");
    }
    // AM refuses the token, and says in the same answer that it is valid.
    let world = World::new();
    let tab = page_with(&world, AM_HEADER);
    world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
    world.script("_action=logout", 401, "{}");
    world.script("_action=validate", 200, r#"{"valid":true}"#);
    let result = world.run(tab.journey.terminate(&Value::NULL));
    assert_eq!(code_of(result), Some(Code::HttpError));
}

#[test]
fn the_session_token_of_a_tab_counts_only_while_its_sign_in_is_noted() {
    let world = World::new();
    let tab = tab(&world);
    world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
    let key = session_at(ISSUER, Area::Session).key;
    let record = world.stored(Area::Session, &key).unwrap();
    assert_eq!(tab.journey.session().unwrap().get("signInId"), None);
    assert!(world.run(tab.journey.terminate(&Value::NULL)).is_ok());
    assert_eq!(left(&world, &tab), [""; 0]);
    world.put(Area::Session, &key, &record);
    assert_eq!(session_token(&tab), None);
    world.put(Area::Session, &key, &record);
    assert_eq!(session_token(&self::tab(&world)), None, "a tab that is restored");
    assert_eq!(world.stored(Area::Session, &key), None);
}

/// A client of the page that stores its tokens under a name of its own.
fn client(world: &World, page: &'static Page<World>, name: &str) -> Rc<Oidc<World>> {
    let storage = object!([("name", name.into())]);
    let (config, storage) = (config("me"), storage);
    world.run(Oidc::create(page, &config, &storage, silent(), None)).unwrap()
}

#[test]
fn a_sign_out_at_am_leaves_the_tokens_of_another_user() {
    let renew = object!([("backgroundRenew", true.into())]);
    // What happens between the journey and the sign-out; whose tokens are left.
    for (what, left) in [
        ("a frame", &["pic-alices"][..]),
        ("a frame, a reload", &["pic-alices"]),
        ("a frame as both", &[]),
        ("a redirect", &[]),
        ("a frame, a redirect as alice", &[]),
        ("a frame, a redirect", &["pic-alices"]),
        ("nothing", &[]),
        ("a frame, a journey", &[]),
        ("a frame that began before", &[]),
    ] {
        let world = World::new();
        let mut tab = tab(&world);
        world.set_user("alice");
        world.run(client(&world, tab.page, "alices").get(&renew)).unwrap();
        world.set_user("bob");
        world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
        let bobs = client(&world, tab.page, "bobs");
        for event in what.split(", ") {
            match event {
                "a reload" => {
                    world.forget_page();
                    tab = self::tab(&world);
                    client(&world, tab.page, "alices");
                }
                "a journey" => drop(world.run(tab.journey.next(STEP, &Value::NULL)).unwrap()),
                "a redirect" | "a redirect as alice" => {
                    world.set_user(if event == "a redirect" { "bob" } else { "alice" });
                    world.run(bobs.authorize_redirect(&Value::NULL)).unwrap();
                    let landed = world.land(&world.navigated().pop().unwrap());
                    world.run(bobs.callback(&landed)).unwrap();
                }
                "a frame that began before" => {
                    let begun = world.run(bobs.authorize_background(&Value::NULL)).unwrap();
                    world.advance(1.0);
                    world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
                    let (code, state) = (begun.str("code").unwrap(), begun.str("state").unwrap());
                    world.run(bobs.exchange(code, state, None)).unwrap();
                }
                "a frame" => drop(world.run(bobs.get(&renew)).unwrap()),
                "a frame as both" => {
                    world.run(bobs.get(&renew)).unwrap();
                    world.set_user("alice");
                    world.run(client(&world, tab.page, "hers").get(&renew)).unwrap();
                }
                _ => {}
            }
        }
        assert_eq!(tab.journey.session().unwrap().members().len(), 2, "that is not for the app");
        assert!(world.run(tab.journey.terminate(&Value::NULL)).is_ok(), "{what}");
        let keys = world.all_stored().into_keys().map(|(_, key)| key);
        let keys: Vec<_> = keys.filter(|key| !key.starts_with("pic-clients")).collect();
        assert_eq!(keys, left, "{what}");
    }
}

#[test]
fn an_error_of_am_does_not_repeat_what_was_entered_or_the_session_token() {
    let step = r#"{"authId":"auth-id-of-this-step","callbacks":[
        {"type":"NameCallback","input":[{"name":"IDToken1","value":"username"}]},
        {"type":"PasswordCallback","input":[{"name":"IDToken2","value":"pa\"ss/1"}]},
        {"type":"TextInputCallback","input":[{"name":"IDToken3","value":"first pet"}]},
        {"type":"ChoiceCallback","input":[{"name":"IDToken4","value":0}]}]}"#;
    let said = r#"no username with pa\"ss\/1, p\u0061\"ss/1, first pet, session\u002d1, auth-id-of-this-step"#;
    let shown = "no username with (secret), (secret), (secret), (secret), (secret)";
    for header in ["", AM_HEADER] {
        let world = World::new();
        let tab = page_with(&world, header);
        world.run(tab.journey.next(STEP, &Value::NULL)).unwrap();
        assert_eq!(session_token(&tab).as_deref(), Some("session-1"));
        world.script("/authenticate", 503, format!(r#"{{"code":503,"message":"{said}"}}"#));
        let error = world.run(tab.journey.next(step, &Value::NULL)).unwrap_err();
        assert_eq!(error.message(), format!("Request failed: {shown}"), "{header}");
        world.unscript();
        world.script("/authenticate", 401, format!(r#"{{"code":401,"message":"{said}"}}"#));
        let refused = world.run(tab.journey.next(step, &Value::NULL)).unwrap();
        assert_eq!(refused.at("payload").str("message"), Some(shown), "{header}");
        // The next step is submitted as it is, whatever it repeats.
        world.unscript();
        world.script("/authenticate", 401, step);
        let next = world.run(tab.journey.next(step, &Value::NULL)).unwrap();
        assert_eq!(Some(next.at("payload").clone()), parse(step));
    }
}

#[test]
fn a_journey_waits_for_the_sign_out_to_end() {
    let world = World::new();
    let tab = tab(&world);
    sign_in(&world, &tab, "localStorage");
    world.requests();
    world.hold("_action=logout");
    let (ending, releasing) = (tab.journey.clone(), world.clone());
    world.spawn(Box::pin(async move {
        assert!(ending.terminate(&Value::NULL).await.is_ok());
    }));
    world.spawn(Box::pin(async move {
        for _ in 0..20 {
            pause().await;
        }
        assert!(!releasing.requests().contains(&"authenticate".to_owned()));
        releasing.release();
    }));
    let starting = tab.journey.clone();
    let step = world.run(async move {
        pause().await;
        pause().await;
        starting.start(&Value::NULL).await
    });
    assert_eq!(type_of(&step), "Step");
    assert_eq!(world.requests(), ["sessions logout", "revoke", "revoke", "authenticate"]);
}
