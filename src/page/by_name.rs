//! A few values, each under a name.

use std::cell::RefCell;

use crate::text::Text;

/// Values by name, in a list: there are never many.
pub struct ByName<T>(RefCell<Vec<(Text, T)>>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        ByName(RefCell::default())
    }
}

impl<T: Clone> ByName<T> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<T> {
        self.0.borrow().iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// Puts a value under a name, in the place of the one that is there.
    pub fn set(&self, name: &str, value: T) {
        let mut list = self.0.borrow_mut();
        match list.iter_mut().find(|(other, _)| other == name) {
            Some((_, known)) => *known = value,
            None => list.push((name.into(), value)),
        }
    }

    /// Forgets a name.
    pub fn remove(&self, name: &str) {
        self.0.borrow_mut().retain(|(other, _)| other != name);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}
