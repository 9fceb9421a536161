//! What the native tests share, and the tests that need more than one file of the product.

pub mod properties;

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod names;
#[cfg(test)]
mod oidc;
#[cfg(test)]
pub(crate) mod world;
