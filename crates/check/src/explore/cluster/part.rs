//! A part of a state with its hash.

use super::{super::hash_of, symmetry::Nameless};
use lightcone_core::NodeId;
use lightcone_sim::digest::renamed;
use serde::Serialize;
use std::{
    cell::Cell,
    hash::{Hash, Hasher},
    rc::Rc,
};

/// A value that states share, and its hash.
pub(super) struct Part<T> {
    shared: Rc<Shared<T>>,
    hash: u64,
}

struct Shared<T> {
    value: T,
    /// Its hash to one who knows no names, and under other names, as far as anyone asked; 0 if not.
    looks: Cell<u64>,
    renamed: [Cell<u64>; REMEMBERED],
}

/// Hashes under so many names are remembered.
const REMEMBERED: usize = 6;

impl<T: Hash> Part<T> {
    pub fn new(value: T) -> Self {
        let hash = hash_of(&value);
        Part { shared: Rc::new(Shared { value, looks: Cell::default(), renamed: Default::default() }), hash }
    }
}

impl<T> Part<T> {
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

impl<T: Clone> Part<T> {
    pub fn clone_value(&self) -> T {
        T::clone(self)
    }
}

impl<T: Serialize> Part<T> {
    /// The hash of the value to one who knows no names; for one value always to the same one.
    pub fn looks(&self, nameless: Nameless) -> u64 {
        remembered(Some(&self.shared.looks), || renamed(&self.shared.value, nameless))
    }

    /// The hash of the value under the `nth` names.
    pub fn renamed(&self, nth: usize, names: &[NodeId]) -> u64 {
        remembered(self.shared.renamed.get(nth), || renamed(&self.shared.value, names))
    }
}

fn remembered(cell: Option<&Cell<u64>>, make: impl FnOnce() -> u64) -> u64 {
    let Some(cell) = cell else { return make() };
    if cell.get() == 0 {
        cell.set(make().max(1));
    }
    cell.get()
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        Part { shared: self.shared.clone(), hash: self.hash }
    }
}

impl<T> std::ops::Deref for Part<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.shared.value
    }
}

impl<T> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}
