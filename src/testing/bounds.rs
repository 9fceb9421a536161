//! Work grows linearly with the input: ten times as much takes about ten times as long. The browser's
//! own part is tested in `tests/e2e/bounds.test.js`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::am::{redirect, step};
use crate::base64url;
use crate::http::Answer;
use crate::journey;
use crate::json::{Value, object, parse, to_text};
use crate::log::{Level, Logger};
use crate::oidc::Client;
use crate::page::Page;
use crate::platform::Platform;
use crate::protocol::authorize::asks_for_id_token;
use crate::protocol::id_token::parse_jwt;
use crate::protocol::landing;
use crate::secret::RawIdToken;
use crate::storage::Area;
use crate::testing::world::{ISSUER, WELLKNOWN, World};
use crate::url::Url;

const SMALL: usize = 500;

/// Ten times as much at once takes about as long as a tenth of it ten times, where work grows with the
/// size; ten times as long, where it grows with the square.
const MOST: u32 = 3;

/// Asserts that the work of what is prepared for a size does not grow faster than that. On a busy
/// machine a measure may be anything but too short: the shortest of each size counts.
fn grows<T>(name: &str, prepare: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let begin = Instant::now();
    let measure = |size, times| {
        let inputs: Vec<T> = (0..times).map(|_| prepare(size)).collect();
        let begun = worked(begin);
        inputs.iter().for_each(&work);
        worked(begin).saturating_sub(begun).max(Duration::from_millis(5))
    };
    let (mut small, mut large) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        small = small.min(measure(SMALL, 10));
        large = large.min(measure(10 * SMALL, 1));
        if large < small * MOST {
            return;
        }
    }
    panic!("{name}: {small:?} for ten times {SMALL}, {large:?} for ten times as much at once");
}

/// How long this thread has worked: on Linux without the time in which others had the processor,
/// elsewhere the time since `begin`.
fn worked(begin: Instant) -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let number = text.and_then(|text| text.split(' ').next()?.parse().ok());
    number.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

fn silent() -> Logger {
    Logger::new(Level::None, Box::new(|_, _| ()))
}

/// Members `<prefix>0` and so on.
fn members(prefix: &str, count: usize) -> String {
    let mut text = String::from("{");
    for at in 0..count {
        let comma = if at > 0 { "," } else { "" };
        write!(text, r#"{comma}"{prefix}{at}":"v{at}""#).unwrap();
    }
    text + "}"
}

fn config(more: &str) -> Value {
    parse(&format!(
        r#"{{"serverConfig":{{"wellknown":"{WELLKNOWN}"}},"clientId":"me","redirectUri":"https://app.example/cb"{more}}}"#
    ))
    .unwrap()
}

fn open(world: &World, more: &str) -> Rc<Client<World>> {
    let page = Page::new(world.clone());
    world.run(Client::create(page, &config(more), &Value::NULL, silent(), None)).unwrap()
}

fn query(names: &[(&str, usize)]) -> String {
    let mut query = String::new();
    for (name, count) in names {
        for at in 0..*count {
            let number = if name.ends_with("*") { at.to_string() } else { String::new() };
            write!(query, "{}{number}=v{at}&", name.trim_end_matches('*')).unwrap();
        }
    }
    query
}

#[test]
fn json_of_many_members() {
    let twice = |count| members("a", count).replace('}', ",") + &members("a", count)[1..];
    grows("of one name each", |count| members("a", count), |text| drop(black_box(parse(text))));
    grows("of two of each name", twice, |text| drop(black_box(parse(text))));
    let pair = |count| (parse(&members("a", count)).unwrap(), parse(&members("b", count)).unwrap());
    grows("merged", pair, |(one, other)| drop(black_box(one.merged(other))));
    // JSON that is nested too deeply is refused, at any depth.
    grows("deep", |count| "[".repeat(count), |text| assert_eq!(parse(text), None));
    let string = |count| Value::from("\u{1}\"\\x".repeat(count));
    grows("text with signs", string, |value| drop(black_box(to_text(value))));
}

#[test]
fn many_parameters_of_an_authorization() {
    for pushed in [false, true] {
        let more = |count| format!(r#","par":{pushed},"query":{}"#, members("a", count));
        let prepare = |count| {
            let world = World::new();
            world.set_metadata("pushed_authorization_request_endpoint", "https://op.example/par");
            world.script("/par", 201, r#"{"request_uri":"urn:x"}"#);
            let client = open(&world, &more(count));
            let other = parse(&members("b", count)).unwrap();
            let resources = Value::from(vec![Value::from("https://api.example"); count]);
            (world, client, object!([("query", other), ("resource", resources)]))
        };
        grows(
            &format!("authorize.url(), pushed: {pushed}"),
            prepare,
            |(world, client, options)| {
                assert!(world.run(client.authorize_url(options)).is_ok());
            },
        );
        if pushed {
            // The frames of the scripted world don't know pushed requests.
            continue;
        }
        grows("token.get()", prepare, |(world, client, options)| {
            let options =
                object!([("forceRenew", true.into()), ("authorizeOptions", options.clone())]);
            assert!(world.run(client.get(&options)).is_ok());
        });
    }
}

#[test]
fn a_long_url_that_comes_back() {
    let address = |names: &'static [&str]| {
        move |count| {
            let names: Vec<_> = names.iter().map(|name| (*name, count)).collect();
            let text = query(&names);
            Url::parse(&format!("https://app.example/cb?{text}#/r?{text}"), None).unwrap()
        }
    };
    for names in [&["a*"][..], &["state", "b*"], &["state", "code", "iss"]] {
        grows(&format!("{names:?}"), address(names), |url| {
            black_box(landing::params(url).is_repeated("state"));
            black_box(landing::without_response(url));
            let page = Url::parse("https://app.example/cb?a0=v0", None).unwrap();
            black_box(landing::is_at(url, &page));
        });
    }
    let resume = |count| {
        let url = address(&["a*", "code"])(count);
        (url, parse(&members("c", count)).unwrap())
    };
    grows("resume()", resume, |(url, options)| {
        let query = redirect::query(url).merged(options);
        black_box(redirect::resume(url, None, &Ok(None), ISSUER, 0.0)).unwrap();
        let world = World::new();
        let page = Page::new(world.clone());
        let config = config("");
        let create = journey::client::Client::create(page, &config, silent(), None);
        let journey = world.run(create).unwrap();
        let options = object!([("query", query)]);
        assert!(world.run(journey.resume(url.href(), &options)).is_ok());
    });
}

#[test]
fn what_a_server_sends_much_of() {
    let document = |count| {
        let body = members("a", count);
        let members = parse(&members("b", count)).unwrap();
        (format!(r#"{{"issuer":"{ISSUER}",{}"#, &body[1..]), members)
    };
    grows("metadata", document, |(body, members)| {
        let world = World::new();
        world.script("openid-configuration", 200, body.as_str());
        let mut config = config("");
        let server = object!([("wellknown", WELLKNOWN.into()), ("metadata", members.clone())]);
        config.set("serverConfig", server);
        let page = Page::new(world.clone());
        assert!(world.run(Client::create(page, &config, &Value::NULL, silent(), None)).is_err());
    });
    grows(
        "an ID token of many parts",
        |count| RawIdToken::new(format!("{}e30.e30.{}", "a.".repeat(count), ".a".repeat(count))),
        |token| assert!(black_box(parse_jwt(token)).is_err()),
    );
    grows(
        "claims",
        |count| {
            let part = |text: &str| base64url::encode(text.as_bytes());
            let claims = members("a", count);
            RawIdToken::new(format!("{}.{}.", part(r#"{"alg":"RS256"}"#), part(&claims)))
        },
        |token| assert!(black_box(parse_jwt(token)).is_ok()),
    );
    grows(
        "scopes",
        |count| "scope ".repeat(count),
        |scope| {
            assert!(!asks_for_id_token(scope));
        },
    );
    grows(
        "a step",
        |count| {
            let callback = r#"{"type":"NameCallback","input":[{"name":"IDToken1","value":"x"}]}"#;
            format!(r#"{{"authId":"a","callbacks":[{}]}}"#, vec![callback; count].join(","))
        },
        |payload| {
            let target = Url::parse("https://idp.example/?state=s", None).unwrap();
            assert!(redirect::to_record(payload, &target, None, ISSUER, 0.0).is_some());
            let answer = Answer::new(200, payload.as_str().into());
            assert!(step::read(Ok(answer)).is_ok());
        },
    );
}

#[test]
fn many_records() {
    let pending = |world: &World, count: usize| {
        for at in 0..count {
            let record = format!(r#"{{"clientId":"me","issuer":"{ISSUER}","createdAt":{at}}}"#);
            world.put(Area::Session, &format!("FR-SDK-authflow-me-{at}"), &record);
        }
    };
    grows(
        "authorizations that were begun",
        |count| {
            let world = World::new();
            world.advance(-world.now());
            let client = open(&world, "");
            pending(&world, count);
            (world, client)
        },
        |(world, client)| {
            assert!(world.run(client.authorize_url(&Value::NULL)).is_ok());
            assert_eq!(world.keys_of("FR-SDK-authflow-"), 20);
        },
    );
    grows(
        "a sign-out of them",
        |count| {
            let world = World::new();
            let client = open(&world, "");
            world.run(client.get(&object!([("backgroundRenew", true.into())]))).unwrap();
            pending(&world, count);
            (world, client)
        },
        |(world, client)| {
            assert!(world.run(client.logout(&Value::NULL)).is_ok());
            assert_eq!(world.keys_of("FR-SDK-authflow-"), 0);
        },
    );
}
