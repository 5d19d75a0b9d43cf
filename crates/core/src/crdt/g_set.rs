//! A set that only grows (G-Set; RR-7506 §3.3.1, spec 11).
//!
//! The simplest of all: merging is the union. Adding commutes with adding, and to add again changes nothing, so that
//! operations may come in any order and several times.

use crate::services::Text;
use serde::{Deserialize, Serialize};

/// The elements, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GSet(Vec<Text>);

impl GSet {
    /// Adds an element.
    pub fn add(&mut self, element: &Text) {
        if let Err(place) = self.0.binary_search(element) {
            self.0.insert(place, element.clone());
        }
    }

    /// What is in either.
    pub fn merge(&mut self, other: &GSet) {
        other.0.iter().for_each(|element| self.add(element));
    }

    /// The elements, in order.
    pub fn elements(&self) -> &[Text] {
        &self.0
    }
}
