//! What the native tests share, and those that need more than one file of the product.

pub mod properties;

#[cfg(test)]
mod journey;
#[cfg(test)]
mod oidc;
#[cfg(test)]
pub(crate) mod world;
