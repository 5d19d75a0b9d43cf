//! The interventions of a scenario made ready: names resolved, operations read.

use crate::{
    Condition, Fault, Intervention, Name, Selected, Until, When,
    act::{Act, Bound, Trouble, act, find},
    setup::{Setup, SetupError},
    trigger::{Trigger, trigger},
};
use lightcone_core::{Key, Micros, NodeId, Sorted, order};
use std::fmt;

/// The interventions of a run, resolved.
pub struct Plan {
    /// What happens at instants, in order.
    pub entries: Vec<Entry>,
    /// What happens to selected messages and timers, by id.
    pub watches: Vec<Watch>,
    /// What happens on conditions, by id.
    pub triggers: Vec<Trigger>,
    /// What cannot apply to this cluster, with the reason.
    pub idle: Vec<(u32, String)>,
    /// When lasting ones end.
    pub untils: Sorted<u32, Until>,
}

/// The order of entries: the instant, then the intervention.
pub type EntryKey = (Micros, u32);

/// One thing that happens at an instant.
pub struct Entry {
    /// When.
    pub at: Micros,
    /// Which intervention.
    pub id: u32,
    /// What.
    pub act: Act,
}

impl Entry {
    /// Its place in the order.
    pub fn key(&self) -> EntryKey {
        (self.at, self.id)
    }
}

/// Something done to a selected message or timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The intervention.
    pub id: u32,
    /// What is watched.
    pub target: Target,
    /// Which repetition, from 1.
    pub nth: u32,
    /// The name it had when this was written.
    pub name: Option<Name>,
    /// What is done.
    pub does: Does,
}

/// What a watch looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A message.
    Message {
        /// Its key in words.
        key: String,
        /// Its sender.
        from: NodeId,
        /// Its receiver.
        to: NodeId,
    },
    /// A timer that fires.
    Firing {
        /// Its label.
        label: String,
        /// Whose.
        node: NodeId,
    },
    /// A timer that is armed.
    Arming {
        /// Its label.
        label: String,
        /// Whose.
        node: NodeId,
    },
}

/// What a watch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Drops the message.
    Drop,
    /// Lets the message or timer take so long.
    Move(Micros),
    /// Sends a copy.
    Copy,
    /// Replaces the message by such a lie of its sender.
    Lie(u32),
    /// Crashes whoever handles it after so many effects.
    Crash(u32, crate::Disk),
    /// Remembers which message it is, so that an entry can deliver it.
    Mark,
}

impl Plan {
    /// Resolves interventions against a cluster.
    ///
    /// # Errors
    /// An operation that the service does not know.
    pub fn new(setup: &Setup, interventions: &[Intervention]) -> Result<Self, SetupError> {
        let (entries, watches, triggers) = (Vec::new(), Vec::new(), Vec::new());
        let mut plan = Plan { entries, watches, triggers, idle: Vec::new(), untils: Sorted::new() };
        for one in interventions {
            if one.fault.lasts() {
                plan.untils.insert(one.id, one.until);
            }
            match plan.add(setup, one) {
                Ok(()) => {}
                Err(Trouble::Idle(reason)) => plan.idle.push((one.id, reason)),
                Err(Trouble::Operation(wrong)) => return Err(SetupError::Operation { id: one.id, wrong }),
            }
        }
        order::sort_by_key(&mut plan.entries, Entry::key);
        // The places in the list of interventions decide nothing.
        order::sort_by_key(&mut plan.watches, |watch| watch.id);
        order::sort_by_key(&mut plan.triggers, |trigger| trigger.id);
        Ok(plan)
    }

    fn add(&mut self, setup: &Setup, one: &Intervention) -> Result<(), Trouble> {
        match &one.when {
            When::At(at) => {
                let entry = Entry { at: *at, id: one.id, act: act(setup, &one.fault, Bound::default())? };
                if let Fault::Deliver { message } = &one.fault {
                    self.watch(setup, one.id, message, None, Does::Mark)?;
                }
                self.entries.push(entry);
            }
            When::On { selector, name } => self.watch(setup, one.id, selector, *name, does(&one.fault)?)?,
            When::If(condition) => {
                self.triggers.push(self.trigger(setup, one, condition)?);
                if let Fault::Deliver { message } = &one.fault {
                    self.watch(setup, one.id, message, None, Does::Mark)?;
                }
            }
        }
        Ok(())
    }

    fn trigger(&self, setup: &Setup, one: &Intervention, condition: &Condition) -> Result<Trigger, Trouble> {
        // Whoever meets the condition is anybody as yet; what else is wrong shows with the first participant.
        let anybody = Bound { it: Some(NodeId(0)), peer: Some(NodeId(0)) };
        match act(setup, &one.fault, anybody) {
            Err(Trouble::Operation(wrong)) => return Err(Trouble::Operation(wrong)),
            Err(Trouble::Idle(reason)) if !mentions_it(&one.fault) => return Err(Trouble::Idle(reason)),
            Ok(_) | Err(Trouble::Idle(_)) => {}
        }
        trigger(setup, one.id, condition, &one.fault)
    }

    fn watch(
        &mut self,
        setup: &Setup,
        id: u32,
        selector: &crate::Selector,
        name: Option<Name>,
        does: Does,
    ) -> Result<(), Trouble> {
        let target = target(setup, &selector.what)?;
        let fits = matches!(
            (&target, does),
            (Target::Message { .. }, _)
                | (Target::Firing { .. }, Does::Crash(..))
                | (Target::Arming { .. }, Does::Move(_))
        );
        if !fits {
            return Err(Trouble::Idle(format!("this cannot be done to `{selector}`")));
        }
        self.watches.push(Watch { id, target, nth: selector.nth, name, does });
        Ok(())
    }

    /// When a lasting intervention ends that started at some instant, by its own word.
    pub fn end_of(&self, id: u32, since: Micros) -> Option<Micros> {
        match self.untils.get(&id)? {
            Until::End => None,
            Until::At(end) => Some((*end).max(since)),
            Until::For(length) => Some(since.plus(*length)),
        }
    }
}

fn mentions_it(fault: &Fault) -> bool {
    let one = |name: &String| name == crate::intervention::IT || name == crate::intervention::PEER;
    match fault {
        Fault::Partition { groups, .. } => groups.iter().flatten().any(one),
        Fault::Cut { links, .. } | Fault::Slow { links, .. } | Fault::Lossy { links, .. } => {
            one(&links.from) || one(&links.to)
        }
        Fault::Copying { links, .. } | Fault::Clog { links, .. } | Fault::Reorder { links, .. } => {
            one(&links.from) || one(&links.to)
        }
        Fault::Crash { node, .. } | Fault::Restart { node } | Fault::Pause { node } | Fault::Clock { node, .. } => {
            one(node)
        }
        Fault::Byzantine { node, .. } | Fault::Join { node } | Fault::Leave { node } | Fault::Local { node, .. } => {
            one(node)
        }
        Fault::Request { client, .. } => one(client),
        _ => false,
    }
}

fn does(fault: &Fault) -> Result<Does, Trouble> {
    Ok(match fault {
        Fault::Drop => Does::Drop,
        Fault::Move { to } => Does::Move(*to),
        Fault::Duplicate => Does::Copy,
        Fault::Lie { nth } => Does::Lie(*nth),
        Fault::Crash { after, disk, .. } => Does::Crash(after.unwrap_or(0), *disk),
        other => return Err(Trouble::Idle(format!("`{}` cannot be done to a message", other.words()))),
    })
}

fn target(setup: &Setup, selected: &Selected) -> Result<Target, Trouble> {
    Ok(match selected {
        Selected::Message { key, from, to } => {
            Target::Message { key: key.clone(), from: find(setup, from)?, to: find(setup, to)? }
        }
        Selected::Timer { timer, node } => Target::Firing { label: timer.clone(), node: find(setup, node)? },
        Selected::Arming { timer, node } => Target::Arming { label: timer.clone(), node: find(setup, node)? },
    })
}

/// Whether a key reads like this, all of it.
pub fn reads(key: &Key, text: &str) -> bool {
    rest_of(key, text) == Some("")
}

/// Whether a key reads like this, or begins so: `RequestVote` for `RequestVote term 2`.
pub fn begins(key: &Key, text: &str) -> bool {
    if key.kind.name == text {
        return true;
    }
    reads(key, text)
}

/// What is left of a text after the words of a key, without making those words.
fn rest_of<'a>(key: &Key, text: &'a str) -> Option<&'a str> {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(text);
    fmt::write(&mut rest, format_args!("{key}")).ok()?;
    Some(rest.0)
}
