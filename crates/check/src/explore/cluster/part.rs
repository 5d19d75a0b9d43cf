//! A part of a state with its hash.

use super::super::hash_of;
use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

/// A value that states share, and its hash.
pub(super) struct Part<T> {
    value: Rc<T>,
    hash: u64,
}

impl<T: Hash> Part<T> {
    pub fn new(value: T) -> Self {
        Part::of(Rc::new(value))
    }

    pub fn of(value: Rc<T>) -> Self {
        let hash = hash_of(&*value);
        Part { value, hash }
    }
}

impl<T> Part<T> {
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

impl<T: Clone> Part<T> {
    pub fn clone_value(&self) -> T {
        T::clone(&self.value)
    }
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        Part { value: self.value.clone(), hash: self.hash }
    }
}

impl<T> std::ops::Deref for Part<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}
