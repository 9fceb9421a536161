//! Leases: what JavaScript is told, and what is kept of it for the next page.

use std::rc::Rc;

use crate::json::{Value, object, parse};
use crate::log::{Level, Logger};
use crate::oidc::Client;
use crate::page::Page;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::storage::{Area, LEASES};
use crate::testing::oidc::{KEY, client, config, force, lease, renew};
use crate::testing::world::{DpopServer, ISSUER, World};

const LEASE: &str = "pic-lease-me";
const TERMS: &str = "[\"0.1.0\",{}]";

/// A client of a new page, of which leases are kept.
fn keeping(world: &World, more: &str, storage: &str) -> Rc<Client<World>> {
    let log = Logger::new(Level::None, Box::new(|_, _| ()));
    let storage = object!([("type", storage.into()), ("leaseTerms", TERMS.into())]);
    let page = Page::new(world.clone());
    world.run(Client::create(page, &config(more), &storage, log, None)).unwrap()
}

fn kept(world: &World) -> Option<Value> {
    parse(&world.stored(Area::Local, LEASE)?)
}

/// Whether the kept lease is of the record that is stored.
fn is_of_record(world: &World) -> bool {
    let text = world.stored(Area::Local, KEY).unwrap_or_default();
    let hash = pkce::sha256(&[TERMS, &text].concat());
    kept(world).is_some_and(|lease| lease.str("hash") == Some(&*hash))
}

#[test]
fn a_kept_lease_says_what_the_lease_of_the_call_says() {
    let world = World::new();
    let client = keeping(&world, r#","apiOrigins":["https://api.example"]"#, "localStorage");
    assert_eq!(kept(&world), None, "nothing is stored");
    let tokens = world.run(client.get(&renew())).unwrap();
    let (found, kept) = (lease(&world, &client).unwrap(), kept(&world).unwrap());
    for name in ["key", "entry", "id", "origins", "from", "until"] {
        assert!(kept.get(name).is_some(), "{name}");
        assert_eq!(kept.at(name), found.at(name), "{name}");
    }
    assert_eq!(kept.at("origins").items(), ["https://api.example".into()]);
    let names: Vec<&str> = kept.at("shown").items().iter().filter_map(Value::as_str).collect();
    let shown: Vec<&str> = tokens.members().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, shown);
    assert!(is_of_record(&world));
}

#[test]
fn a_kept_lease_has_no_secret() {
    let world = World::new();
    let client = keeping(&world, "", "localStorage");
    let tokens = world.run(client.get(&renew())).unwrap();
    let text = world.stored(Area::Local, LEASE).unwrap();
    for name in ["accessToken", "refreshToken", "idToken"] {
        assert!(!text.contains(tokens.str(name).unwrap()), "{name}");
    }
}

#[test]
fn a_renewal_and_a_new_page_keep_a_lease_again() {
    let world = World::new();
    let here = keeping(&world, "", "localStorage");
    world.run(here.get(&renew())).unwrap();
    world.run(here.get(&force())).unwrap();
    assert!(is_of_record(&world), "renewed");
    world.remove(Area::Local, LEASE).unwrap();
    keeping(&world, "", "localStorage");
    assert!(is_of_record(&world), "of a record that was there");
    // This client has no terms, as one with middleware: it neither keeps a lease nor removes one.
    world.run(client(&world).get(&force())).unwrap();
    assert!(kept(&world).is_some() && !is_of_record(&world), "worth nothing");
}

#[test]
fn a_sign_out_and_a_revocation_remove_the_lease() {
    for is_logout in [true, false] {
        let world = World::new();
        let client = keeping(&world, "", "localStorage");
        world.run(client.get(&renew())).unwrap();
        assert!(kept(&world).is_some());
        let _ = match is_logout {
            true => world.run(client.logout(&Value::NULL)),
            false => world.run(client.revoke()),
        };
        assert_eq!(world.keys_of(LEASES), 0, "{is_logout}");
    }
}

#[test]
fn another_clients_sign_out_removes_the_lease_of_the_same_user() {
    let world = World::new();
    world.run(keeping(&world, "", "localStorage").get(&renew())).unwrap();
    let other = world.run(async {
        let log = Logger::new(Level::None, Box::new(|_, _| ()));
        let page = Page::new(world.clone());
        let mut config = config("");
        config.set("clientId", "other");
        Client::create(page, &config, &Value::NULL, log, None).await.unwrap()
    });
    let _ = world.run(other.logout(&Value::NULL));
    assert_eq!(world.keys_of("pic-"), 0);
}

#[test]
fn no_lease_is_kept_where_javascript_could_not_compare() {
    for (more, storage) in [
        ("", "sessionStorage"),
        ("", "memory"),
        (r#","dpop":true"#, "localStorage"),
        (r#","dpop":{"required":true}"#, "localStorage"),
    ] {
        let world = World::new();
        world.set_dpop(DpopServer::default());
        let client = keeping(&world, more, storage);
        world.run(client.get(&renew())).unwrap();
        assert_eq!(lease(&world, &client), None, "{more} {storage}");
        assert_eq!(world.keys_of(LEASES), 0, "{more} {storage}");
    }
}

#[test]
fn no_lease_is_kept_of_a_record_that_another_script_wrote() {
    let ours = format!(r#"{{"accessToken":"a","issuer":"{ISSUER}","clientId":"me""#);
    for (text, is_kept) in [
        (format!("{ours}}}"), true),
        // JavaScript would show it.
        (format!("{ours},\"more\":1}}"), false),
        (format!("{ours}, \"scope\": \"openid\"}}"), false),
        (r#"{"accessToken":"a"}"#.into(), false),
        (r#"{"accessToken":"a","issuer":"https://other.example"}"#.into(), false),
        (format!(r#"{ours},"expiresAt":60,"expiryTimestamp":1}}"#), false),
    ] {
        let world = World::new();
        world.put(Area::Local, LEASE, "{}");
        world.put(Area::Local, KEY, &text);
        keeping(&world, "", "localStorage");
        assert_eq!(is_of_record(&world), is_kept, "{text}");
    }
}

#[test]
fn a_sign_in_that_is_noted_nowhere_has_no_lease() {
    let world = World::new();
    let client = keeping(&world, "", "localStorage");
    world.run(client.get(&renew())).unwrap();
    let entry = kept(&world).and_then(|lease| lease.text("entry").cloned()).unwrap();
    world.remove(Area::Local, &entry).unwrap();
    assert_eq!(lease(&world, &client), None);
}

#[test]
fn a_full_storage_keeps_tokens_before_a_lease() {
    let world = World::new();
    let client = keeping(&world, "", "localStorage");
    world.run(client.get(&renew())).unwrap();
    let record = world.stored(Area::Local, KEY).unwrap();
    world.remove(Area::Local, KEY).unwrap();
    world.put(Area::Local, LEASE, &"x".repeat(record.len() + 100));
    world.fill();
    let tokens = world.run(client.get(&renew())).unwrap();
    assert!(tokens.get("persisted").is_none(), "there was room without the lease: {tokens:?}");
    assert!(kept(&world).is_none() || is_of_record(&world));
}
