//! A placement whose members come and go, as a thing that moves by choices: what a person does to a ring by hand, and what
//! a search tries in every order.

use super::{Member, Placement, PlacementError, Scheme};
use crate::Model;
use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

/// What can happen to a member, which is named by its place among all who may ever take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It joins: at the end of the list, where the scheme goes by places.
    Join(usize),
    /// It leaves for good.
    Leave(usize),
    /// It stops, and stays in the list.
    Crash(usize),
    /// It is back after a crash.
    Return(usize),
    /// It gets another weight.
    Weigh(usize, u32),
}

/// What does not change: who may take part, and what is placed.
#[derive(Debug)]
struct Frame {
    scheme: Scheme,
    pool: Vec<Member>,
    keys: Vec<u64>,
    copies: usize,
    heaviest: u32,
}

/// A list of members, and the keys that are placed among them.
#[derive(Clone, Debug)]
pub struct Changing {
    frame: Rc<Frame>,
    /// Who takes part with which weight: in the order of joining where the scheme goes by places, else in that of the pool.
    list: Vec<(usize, u32)>,
    /// Who is down, in order.
    down: Vec<usize>,
    /// What the last change moved that it should not have.
    strayed: Option<String>,
}

impl Hash for Changing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.list, &self.down, &self.strayed).hash(state);
    }
}

impl Changing {
    /// The first `joined` of `pool` take part; each of `keys` is held by `copies` members, or by all if there are fewer.
    /// Weights go from 0 to `heaviest`.
    ///
    /// # Errors
    /// If the members cannot be placed, now or when all take part with the greatest weight.
    pub fn new(
        scheme: Scheme,
        pool: Vec<Member>,
        joined: usize,
        keys: &[&str],
        (copies, heaviest): (usize, u32),
    ) -> Result<Self, PlacementError> {
        let heavy = pool.iter().map(|member| Member { weight: heaviest.max(member.weight), ..member.clone() });
        let all = Placement::new(scheme, &heavy.collect::<Vec<_>>())?;
        let keys = keys.iter().map(|key| all.key(key.as_bytes())).collect();
        let list: Vec<(usize, u32)> = pool.iter().take(joined).map(|member| member.weight).enumerate().collect();
        let frame = Rc::new(Frame { scheme, pool, keys, copies, heaviest });
        let start = Changing { frame, list, down: Vec::new(), strayed: None };
        Placement::new(scheme, &start.members())?;
        Ok(start)
    }

    /// Who takes part, in the order of the list.
    pub fn members(&self) -> Vec<Member> {
        let member = |(who, weight): &(usize, u32)| Member { weight: *weight, ..self.frame.pool[*who].clone() };
        self.list.iter().map(member).collect()
    }

    /// The placement among those who take part.
    pub fn placement(&self) -> Placement {
        Placement::new(self.frame.scheme, &self.members()).expect("no choice leads to a list that cannot be placed")
    }

    /// For each key the members that hold it, the owner first, by their places among all.
    fn holders(&self) -> Vec<Vec<usize>> {
        let placement = self.placement();
        let copies = self.frame.copies.min(self.weighty());
        let holders = |key: &u64| {
            let preference = placement.preference(*key, copies).unwrap_or_default();
            preference.members.into_iter().map(|member| self.list[member].0).collect()
        };
        self.frame.keys.iter().map(holders).collect()
    }

    /// How many have a weight.
    fn weighty(&self) -> usize {
        self.list.iter().filter(|(_, weight)| *weight > 0).count()
    }

    fn name(&self, who: usize) -> &str {
        &self.frame.pool[who].name
    }

    fn has_others(&self, who: usize) -> bool {
        self.list.iter().any(|(other, weight)| *other != who && *weight > 0)
    }

    /// Makes a change, and nothing else.
    fn make(&mut self, change: Change) {
        match change {
            Change::Join(who) => {
                let sorted = self.list.partition_point(|(other, _)| *other < who);
                let place = if self.frame.scheme.goes_by_place() { self.list.len() } else { sorted };
                self.list.insert(place, (who, self.frame.pool[who].weight.max(1)));
            }
            Change::Leave(who) => {
                self.list.retain(|(other, _)| *other != who);
                self.down.retain(|other| *other != who);
            }
            Change::Crash(who) => {
                let place = self.down.partition_point(|other| *other < who);
                self.down.insert(place, who);
            }
            Change::Return(who) => self.down.retain(|other| *other != who),
            Change::Weigh(who, weight) => {
                self.list.iter_mut().filter(|(other, _)| *other == who).for_each(|(_, had)| *had = weight);
            }
        }
    }

    /// What a change moved between two of whom neither had to do with it. A crash and a return move no keys: only who
    /// answers for them, the first holder that is up.
    fn stray(&self, before: &Changing, change: Change) -> Option<String> {
        let grew = |who: usize, weight: u32| before.weight(who) < weight;
        let (who, to_it) = match change {
            Change::Join(who) => (who, true),
            Change::Leave(who) => (who, false),
            Change::Weigh(who, weight) => (who, grew(who, weight)),
            Change::Crash(_) | Change::Return(_) => return None,
        };
        let owners = before.holders().into_iter().zip(self.holders()).enumerate();
        let mut pairs = owners.filter_map(|(key, (old, new))| Some((key, *old.first()?, *new.first()?)));
        let (key, old, new) = pairs.find(|(_, old, new)| old != new && (if to_it { *new } else { *old }) != who)?;
        let (old, new, who) = (self.name(old), self.name(new), self.name(who));
        Some(format!("key {key} moved from {old} to {new}, though only {who} changed"))
    }

    fn weight(&self, who: usize) -> u32 {
        self.list.iter().find(|(other, _)| *other == who).map_or(0, |(_, weight)| *weight)
    }

    /// What is wrong with the holders of a key.
    fn wrong(&self, holders: &[usize]) -> Option<&'static str> {
        let machine = |who: &usize| self.frame.pool[*who].machine;
        let distinct = |numbers: Vec<u64>| {
            let mut sorted = numbers;
            crate::order::sort(&mut sorted);
            sorted.dedup();
            sorted.len()
        };
        let machines =
            |whose: &mut dyn Iterator<Item = usize>| distinct(whose.map(|who| u64::from(machine(&who))).collect());
        let wanted = self.frame.copies.min(self.weighty());
        let reachable = machines(&mut self.list.iter().filter(|(_, weight)| *weight > 0).map(|(who, _)| *who));
        if holders.iter().any(|who| self.weight(*who) == 0) {
            Some("is held by somebody who is no member, or has no weight")
        } else if holders.len() != wanted || distinct(holders.iter().map(|who| *who as u64).collect()) != wanted {
            Some("is not held by as many members as there should be copies")
        } else if machines(&mut holders.iter().copied()) != wanted.min(reachable) {
            Some("has two copies on one machine, though there are others")
        } else {
            None
        }
    }
}

impl Model for Changing {
    type Choice = Change;

    fn choices(&self) -> Vec<Change> {
        let mut choices = Vec::new();
        for who in 0..self.frame.pool.len() {
            let Some((_, weight)) = self.list.iter().find(|(other, _)| *other == who).copied() else {
                choices.push(Change::Join(who));
                continue;
            };
            if self.has_others(who) {
                choices.push(Change::Leave(who));
            }
            choices.push(if self.down.contains(&who) { Change::Return(who) } else { Change::Crash(who) });
            let weights = (0..=self.frame.heaviest).filter(|other| *other != weight);
            let weights = weights.filter(|weight| *weight > 0 || self.has_others(who));
            choices.extend(weights.map(|weight| Change::Weigh(who, weight)));
        }
        choices
    }

    fn apply(&mut self, change: &Change) {
        let before = self.clone();
        self.make(*change);
        self.strayed = self.stray(&before, *change);
    }

    fn violation(&self) -> Option<String> {
        let holders = self.holders();
        let wrong = holders.iter().enumerate().find_map(|(key, holders)| Some((key, self.wrong(holders)?)));
        wrong.map(|(key, wrong)| format!("key {key} {wrong}")).or_else(|| self.strayed.clone())
    }

    fn label(&self, change: &Change) -> String {
        match *change {
            Change::Join(who) => format!("{} joins", self.name(who)),
            Change::Leave(who) => format!("{} leaves", self.name(who)),
            Change::Crash(who) => format!("{} crashes", self.name(who)),
            Change::Return(who) => format!("{} is back", self.name(who)),
            Change::Weigh(who, weight) => format!("{} has weight {weight}", self.name(who)),
        }
    }
}
