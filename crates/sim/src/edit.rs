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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;
    use lightcone_core::Micros;

    fn one(id: u32, ms: u64) -> Intervention {
        Intervention::at(id, Micros::ms(ms), Fault::Heal)
    }

    #[test]
    fn every_change_is_taken_back_by_its_inverse() {
        let list = vec![one(1, 10), one(2, 20), one(5, 30)];
        let changes = [
            Edit::Add(1, one(9, 5)),
            Edit::Add(3, one(9, 5)),
            Edit::Remove(1),
            Edit::Remove(5),
            Edit::Replace(one(2, 99)),
        ];
        for change in changes {
            let mut changed = list.clone();
            let back = change.clone().apply(&mut changed).expect("it fits");
            assert_ne!(changed, list, "{change:?}");
            assert_eq!(back.apply(&mut changed), Some(change.clone()), "and forth again");
            assert_eq!(changed, list, "{change:?}");
        }
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let list = vec![one(1, 10)];
        for change in [Edit::Add(0, one(1, 5)), Edit::Add(2, one(9, 5)), Edit::Remove(7), Edit::Replace(one(7, 1))] {
            let mut changed = list.clone();
            assert_eq!((change.apply(&mut changed), changed), (None, list.clone()));
        }
    }
}
