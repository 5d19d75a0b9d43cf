//! Changes to the interventions of a scenario, each with its inverse.

use crate::Intervention;

/// One change to a list of interventions. Their places in the list decide nothing in a run, and are kept all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Puts one in at a place.
    Add(usize, Intervention),
    /// Takes the one with this id out.
    Remove(u32),
    /// Puts one in the place of the one with the same id.
    Replace(Intervention),
}

impl Edit {
    /// Makes the change and returns the one that takes it back; nothing, and no change, if it does not fit the list: the
    /// id is there already or is missing.
    pub fn apply(self, list: &mut Vec<Intervention>) -> Option<Edit> {
        let place = |id: u32, list: &[Intervention]| list.iter().position(|one| one.id == id);
        match self {
            Edit::Add(at, one) => {
                if place(one.id, list).is_some() || at > list.len() {
                    return None;
                }
                let id = one.id;
                list.insert(at, one);
                Some(Edit::Remove(id))
            }
            Edit::Remove(id) => {
                let at = place(id, list)?;
                Some(Edit::Add(at, list.remove(at)))
            }
            Edit::Replace(one) => {
                let at = place(one.id, list)?;
                Some(Edit::Replace(std::mem::replace(&mut list[at], one)))
            }
        }
    }
}
