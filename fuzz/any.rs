//! Any one of the targets in `src/testing/properties/`, under libFuzzer: see README.md.
#![no_main]

use std::env;
use std::sync::LazyLock;

use journey_oidc::testing::properties::{TARGETS, Target};
use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = env::var("TARGET").unwrap_or_default();
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    let found = TARGETS.iter().find(|(other, _)| *other == name);
    found.unwrap_or_else(|| panic!("TARGET is '{name}', expected one of {names:?}")).1
});

fuzz_target!(|bytes: &[u8]| {
    // An error says that there were too few bytes.
    let _ = CHOSEN(&mut Unstructured::new(bytes));
});
