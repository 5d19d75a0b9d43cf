//! Plain data, the stuff that states and messages are made of.

use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, hash::Hash};

/// Plain data: cloned, compared, hashed and saved.
///
/// `Eq + Hash` keep floating point and hash maps out by type, so that equal states are equal on every machine.
pub trait Value: Clone + Debug + Eq + Hash + Serialize + DeserializeOwned + 'static {}

impl<T: Clone + Debug + Eq + Hash + Serialize + DeserializeOwned + 'static> Value for T {}
