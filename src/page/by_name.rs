//! A small map from names to values.

use std::cell::RefCell;

use crate::text::Text;

/// Values by name, in a list: with the few that there are, a hash map would only be more code.
pub struct ByName<T>(RefCell<Vec<(Text, T)>>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        ByName(RefCell::default())
    }
}

impl<T: Clone> ByName<T> {
    /// A clone of the value of `name`.
    pub fn get(&self, name: &str) -> Option<T> {
        self.0.borrow().iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// Sets the value of `name`.
    pub fn set(&self, name: &str, value: T) {
        let mut list = self.0.borrow_mut();
        match list.iter_mut().find(|(other, _)| other == name) {
            Some((_, known)) => *known = value,
            None => list.push((name.into(), value)),
        }
    }

    /// Removes the value of `name`, if there is one.
    pub fn remove(&self, name: &str) {
        self.0.borrow_mut().retain(|(other, _)| other != name);
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}
