//! The platform of a real browser, method by method, and the places where the browser's own JSON,
//! URL and parameters stand in for crates.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use journey_oidc::base64url;
use journey_oidc::fault::{FrameFault, NetworkFault};
use journey_oidc::http::{Body, Request};
use journey_oidc::json::{parse, to_text};
use journey_oidc::platform::Platform;
use journey_oidc::protocol::jwk::Algorithm;
use journey_oidc::storage::Area;
use journey_oidc::url::{Params, Url};
use journey_oidc::web::browser::Browser;
use journey_oidc::web::fault::PageFault;
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(raw_module = "/pkg/page/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = createPage)]
    fn create_page() -> JsValue;
}

#[wasm_bindgen(raw_module = "/pkg/page/fault.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = FAULTS)]
    static FAULTS: Array;
}

/// Gives the glue the page, which it finds among the globals here; in the package it is an argument.
fn provide_page() {
    Reflect::set(&js_sys::global(), &"page".into(), &create_page()).unwrap();
}

fn browser() -> Browser {
    provide_page();
    Browser::default()
}

fn global(name: &str) -> JsValue {
    Reflect::get(&js_sys::global(), &name.into()).unwrap()
}

fn frames() -> u32 {
    global("length").as_f64().unwrap() as u32
}

fn origin() -> String {
    global("origin").as_string().unwrap()
}

#[wasm_bindgen_test]
fn faults_have_the_same_words_in_both_languages() {
    let words: Vec<_> = FAULTS.with(|words| words.iter().collect());
    let faults = [
        PageFault::Blocked,
        PageFault::Closed,
        PageFault::Failed,
        PageFault::Full,
        PageFault::Offline,
        PageFault::Timeout,
        PageFault::UnexpectedPage,
    ];
    assert_eq!(words, faults.map(JsValue::from));
}

#[wasm_bindgen_test]
fn json_is_read_and_written_as_natively() {
    let text = r#"{"b":1,"a":[true,null,"x\u2028é",1.5,{}],"c":{"d":-3600,"e":9007199254740991}}"#;
    let value = parse(text).unwrap();
    assert_eq!(parse(&to_text(&value)), Some(value));
    for junk in ["", "{", "nul", "1 2", "undefined"] {
        assert_eq!(parse(junk), None);
    }
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(parse(&nested(100)).is_some() && parse(&nested(101)).is_none());
    assert!(parse(&nested(1_000_000)).is_none());
    assert_eq!(to_text(&parse(r#"{"__proto__":{"a":1},"b":2}"#).unwrap()), r#"{"b":2}"#);
}

#[wasm_bindgen_test]
fn urls_are_read_as_natively() {
    let url = Url::parse("https://OP.example:443/a/b?c=d#e", None).unwrap();
    assert_eq!((url.origin(), url.path()), ("https://op.example", "/a/b"));
    assert_eq!((url.host(), url.query()), ("op.example", "c=d"));
    assert_eq!(Url::parse("https://a.example/", None).unwrap().query(), "");
    assert_eq!(Url::parse("bad", None), None);
    assert_eq!(Url::parse("x", Some("https://a.example/b/c")).unwrap().path(), "/b/x");
    assert_eq!(Url::parse("about:blank", None).unwrap().origin(), "null");
    assert!(Url::parse("http://[::1]:80/", None).unwrap().is_secure());
}

#[wasm_bindgen_test]
fn parameters_are_read_as_natively() {
    let params = Params::parse("?a=1+2&b&=c&&d=%zz%4%e9&__proto__=p");
    let pairs: Vec<_> = params.iter().collect();
    let expected =
        [("?a", "1 2"), ("b", ""), ("", "c"), ("d", "%zz%4\u{fffd}"), ("__proto__", "p")];
    assert_eq!(pairs, expected);
}

#[wasm_bindgen_test]
async fn texts_are_hashed() {
    let browser = browser();
    // FIPS 180-2 appendix B.1.
    let hash = browser.digest(Algorithm::Rs256, "abc").await.unwrap();
    assert_eq!(base64url::encode(&hash), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    for (algorithm, length) in [(Algorithm::Es384, 48), (Algorithm::EdDsa, 64)] {
        let hash = browser.digest(algorithm, "é").await;
        assert_eq!(hash.map(|hash| hash.len()), Some(length));
    }
}

#[wasm_bindgen_test]
async fn signatures_are_verified() {
    // RFC 7515 appendix A.3.
    let key = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let mut signature = base64url::decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    )
    .unwrap();
    let key = parse(key).unwrap();
    let browser = browser();
    let verify = async |algorithm, signature: &[u8]| {
        browser.verify(algorithm, &key, signed.as_bytes(), signature).await
    };
    assert_eq!(verify(Algorithm::Es256, &signature).await, Ok(true));
    assert_eq!(verify(Algorithm::Rs256, &signature).await, Err(()));
    signature[0] ^= 1;
    assert_eq!(verify(Algorithm::Es256, &signature).await, Ok(false));
    assert_eq!(verify(Algorithm::Es256, &[]).await, Ok(false));
}

#[wasm_bindgen_test]
fn random_bytes_differ() {
    let browser = browser();
    let (mut one, mut other) = ([0; 32], [0; 32]);
    assert!(browser.random(&mut one) && browser.random(&mut other));
    assert_ne!(one, other);
}

#[wasm_bindgen_test]
async fn each_area_keeps_what_is_written() {
    let browser = browser();
    for area in [Area::Local, Area::Session, Area::Memory] {
        assert_eq!(browser.read(area, "t-1"), Ok(None));
        browser.write(area, "t-1", "x").unwrap();
        browser.write(area, "u-1", "y").unwrap();
        assert_eq!(browser.read(area, "t-1"), Ok(Some("x".into())));
        assert_eq!(browser.keys(area, "t-"), Ok(vec!["t-1".into()]));
        browser.remove(area, "t-1").unwrap();
        browser.remove(area, "u-1").unwrap();
        assert_eq!(browser.read(area, "t-1"), Ok(None));
    }
}

#[wasm_bindgen_test]
async fn a_lock_is_had_once_and_released_when_dropped() {
    let browser = browser();
    let held = browser.lock("test", 1000.0).await.unwrap();
    assert!(Browser::is_exclusive(&held));
    assert!(browser.lock("test", 50.0).await.is_none());
    assert!(browser.lock("another", 1000.0).await.is_some());
    drop(held);
    assert!(browser.lock("test", 1000.0).await.is_some());
}

#[wasm_bindgen_test]
async fn requests_are_answered_or_end() {
    let browser = browser();
    let answer = browser
        .send(Request::get(origin() + "/nowhere"), 10_000.0, &Default::default())
        .await
        .unwrap();
    assert_eq!(answer.status, 404);
    let mut form = Params::new();
    form.set("a", "b");
    let down = Request::post("http://localhost:9/", Body::Form(form));
    assert_eq!(
        browser.send(down, 10_000.0, &Default::default()).await.err(),
        Some(NetworkFault::Failed)
    );
    assert_eq!(
        browser.send(Request::get("https://["), 10_000.0, &Default::default()).await.err(),
        Some(NetworkFault::Failed)
    );
    let late = browser.send(Request::get(origin()), 0.0, &Default::default()).await;
    assert_eq!(late.err(), Some(NetworkFault::Timeout));
    let unsendable = Request::get(origin()).header("Authorization", "Bearer a\nb");
    assert_eq!(
        browser.send(unsendable, 10_000.0, &Default::default()).await.err(),
        Some(NetworkFault::Failed)
    );
}

#[wasm_bindgen_test]
async fn a_frame_lands_or_ends() {
    let browser = browser();
    // Not the address of this page, which stands for a document that was opened.
    let page = origin() + "/?framed";
    let landed = browser.frame(&page, &|location| location == page, 10_000.0).await;
    assert_eq!(landed, Ok(page.as_str().into()));
    let stuck = browser.frame(&page, &|_| false, 10_000.0).await;
    assert_eq!(stuck, Err(FrameFault::UnexpectedPage));
    let silent = browser.frame("about:blank", &|_| false, 50.0).await;
    assert_eq!(silent, Err(FrameFault::Timeout));
    assert_eq!(frames(), 0);
}

#[wasm_bindgen_test]
async fn a_frame_that_is_given_up_is_removed() {
    let browser = browser();
    let mut open = Box::pin(browser.frame("about:blank", &|_| false, 10_000.0));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(Future::poll(open.as_mut(), &mut context).is_pending());
    assert_eq!(frames(), 1);
    drop(open);
    assert_eq!(frames(), 0);
}
