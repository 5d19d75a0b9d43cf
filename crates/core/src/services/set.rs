//! A set to which elements are added and from which they are removed.

use super::{Text, shown, shown_there, word};
use crate::{OpId, Service, Sorted, service::Mix};
use serde::{Deserialize, Serialize};

/// The elements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Set(Sorted<Text, ()>);

/// An operation on the set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SetOp {
    /// Adds an element. Adding it again changes nothing.
    Add(Text),
    /// Removes an element, if it is there.
    Remove(Text),
    /// Asks whether an element is there.
    Contains(Text),
    /// Reads all elements.
    Read,
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SetRet {
    /// The element is in the set, or is no longer.
    Done,
    /// Whether the element is there.
    There(bool),
    /// All elements, in order.
    Elements(Vec<Text>),
}

impl Service for Set {
    type Op = SetOp;
    type Ret = SetRet;

    fn apply(&mut self, op: &SetOp) -> SetRet {
        match op {
            SetOp::Add(element) => {
                self.0.insert(element.clone(), ());
                SetRet::Done
            }
            SetOp::Remove(element) => {
                self.0 = std::mem::take(&mut self.0).into_iter().filter(|(known, _)| known != element).collect();
                SetRet::Done
            }
            SetOp::Contains(element) => SetRet::There(self.0.get(element).is_some()),
            SetOp::Read => SetRet::Elements(self.0.keys().cloned().collect()),
        }
    }

    fn is_read(op: &SetOp) -> bool {
        matches!(op, SetOp::Contains(_) | SetOp::Read)
    }

    fn part(op: &SetOp) -> Option<&str> {
        match op {
            SetOp::Add(element) | SetOp::Remove(element) | SetOp::Contains(element) => Some(element),
            SetOp::Read => None,
        }
    }

    fn parse(text: &str) -> Result<SetOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["add", element] => Ok(SetOp::Add(word(element)?)),
            ["remove", element] => Ok(SetOp::Remove(word(element)?)),
            ["contains", element] => Ok(SetOp::Contains(word(element)?)),
            ["read"] => Ok(SetOp::Read),
            _ => Err(format!("`{text}` is not an operation: write `add 3`, `remove 3`, `contains 3` or `read`")),
        }
    }

    fn op_words(op: &SetOp) -> String {
        match op {
            SetOp::Add(element) => format!("add {}", shown(element)),
            SetOp::Remove(element) => format!("remove {}", shown(element)),
            SetOp::Contains(element) => format!("contains {}", shown(element)),
            SetOp::Read => "read".into(),
        }
    }

    fn ret_words(ret: &SetRet) -> String {
        match ret {
            SetRet::Done => "ok".into(),
            SetRet::There(there) => if *there { "yes" } else { "no" }.into(),
            SetRet::Elements(elements) if elements.is_empty() => "nothing".into(),
            SetRet::Elements(elements) => elements.iter().map(|one| shown_there(one)).collect::<Vec<_>>().join(" "),
        }
    }

    fn few(id: OpId) -> Vec<SetOp> {
        vec![SetOp::Add(format!("{}.{}", id.client.0, id.serial).into()), SetOp::Read]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> SetOp {
        let (read, remove, which) = (draw(100) < mix.reads, draw(3) == 0, draw(mix.keys.max(1)));
        match (read, remove) {
            (true, _) => SetOp::Read,
            (false, true) => SetOp::Remove(serial.saturating_sub(which.into()).to_string().into()),
            (false, false) => SetOp::Add(serial.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_added_and_not_removed() {
        let mut set = Set::default();
        let told = ["read", "add b", "add a", "add b", "read", "remove b", "contains b", "contains a", "read"]
            .map(|text| Set::ret_words(&set.apply(&Set::parse(text).unwrap())));
        assert_eq!(told, ["nothing", "ok", "ok", "ok", "a b", "ok", "no", "yes", "a"]);
        assert!(Set::parse("union a").unwrap_err().contains("contains 3"));
    }
}
