//! Conditions made ready: what is counted, and how far each has come.

use crate::{
    Condition, Fault, Name,
    act::{Bound, Trouble, act, find},
    condition::{Happening, Passage, Who},
    intervention::IT,
    plan::begins,
    setup::Setup,
    trace::Sink,
    world::{NextTurn, Site, World},
};
use lightcone_core::{Key, Micros, NodeId, Role};

/// A condition with what is done when it is met.
pub struct Trigger {
    /// The intervention.
    pub id: u32,
    /// What has to happen, in order.
    pub clauses: Vec<Wanted>,
    /// What is done then.
    pub fault: Fault,
}

/// Something that has to happen so many times.
pub struct Wanted {
    nth: u32,
    what: What,
}

/// How far a condition has come: the clause, and how often it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    clause: u16,
    seen: u32,
}

enum What {
    Becomes(Option<NodeId>, String),
    Does(Option<NodeId>, u8),
    Crashes(Option<NodeId>),
    Starts(Option<NodeId>),
    Fires(String, Option<NodeId>),
    Asks(Option<NodeId>),
    Answered(Option<NodeId>),
    Message(String, Option<NodeId>, Option<NodeId>, Passage),
    Broken(Option<usize>),
    Are(u32, String),
    Misled(Option<NodeId>),
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    /// A server took on a role.
    Becomes(NodeId, Role),
    /// A server followed these rules, one bit for each.
    Does(NodeId, u64),
    /// A participant crashed.
    Crashes(NodeId),
    /// A participant started.
    Starts(NodeId),
    /// A timer fired.
    Fires(NodeId, &'a str),
    /// A client was asked.
    Asks(NodeId),
    /// A client has its answer.
    Answered(NodeId),
    /// Something became of a message that was sent at one instant and arrives, or would, at another.
    Message(Key, NodeId, NodeId, Passage, (Micros, Micros)),
    /// A step broke an invariant.
    Broken(NodeId, usize),
    /// With this one so many servers have a role.
    Are(NodeId, Role, u32),
    /// A client read what nothing explains.
    Misled(NodeId),
}

impl Fact<'_> {
    /// Who did it, and the other end of the message that it was about.
    pub fn who(&self) -> (NodeId, Option<NodeId>) {
        match *self {
            Fact::Becomes(node, _) | Fact::Does(node, _) | Fact::Crashes(node) | Fact::Starts(node) => (node, None),
            Fact::Fires(node, _) | Fact::Asks(node) | Fact::Answered(node) | Fact::Broken(node, _) => (node, None),
            Fact::Are(node, ..) | Fact::Misled(node) => (node, None),
            Fact::Message(_, from, to, Passage::Sent, _) => (from, Some(to)),
            Fact::Message(_, from, to, Passage::Delivered | Passage::Lost, _) => (to, Some(from)),
        }
    }

    fn place(&self) -> Place {
        match *self {
            Fact::Message(_, from, to, Passage::Lost, (sent, end)) => Place::Flight(from, sent, to, end),
            Fact::Broken(..) | Fact::Are(..) | Fact::Misled(_) => Place::Everyone,
            _ => Place::Lane(self.who().0),
        }
    }
}

/// Resolves a condition with what is done on it.
pub fn trigger(setup: &Setup, id: u32, condition: &Condition, fault: &Fault) -> Result<Trigger, Trouble> {
    let fault = match fault.clone() {
        // The step that met the condition is the one that it crashes in.
        Fault::Crash { node, disk, after: _ } => Fault::Crash { node, disk, after: None },
        fault => fault,
    };
    Ok(Trigger { id, clauses: wanted(setup, condition)?, fault })
}

/// What has to happen for a condition, in order.
pub fn wanted(setup: &Setup, condition: &Condition) -> Result<Vec<Wanted>, Trouble> {
    let clauses = condition.clauses.iter();
    clauses.map(|clause| Ok(Wanted { nth: clause.nth, what: what(setup, &clause.what)? })).collect()
}

fn what(setup: &Setup, happening: &Happening) -> Result<What, Trouble> {
    let who = |who: &Who| match who {
        Who::Someone => Ok(None),
        Who::Named(name) => find(setup, name).map(Some),
    };
    Ok(match happening {
        Happening::Becomes(node, role) => What::Becomes(who(node)?, role.clone()),
        Happening::Does(node, rule) => {
            let rules = setup.actors.rules();
            let place = rules.iter().position(|cite| cite.name == rule);
            let place = place.ok_or_else(|| Trouble::Idle(format!("`{rule}` is no rule of this protocol")))?;
            What::Does(who(node)?, u8::try_from(place).expect("a protocol has at most 64 rules"))
        }
        Happening::Crashes(node) => What::Crashes(who(node)?),
        Happening::Starts(node) => What::Starts(who(node)?),
        Happening::Fires(timer, node) => What::Fires(timer.clone(), who(node)?),
        Happening::Asks(node) => What::Asks(who(node)?),
        Happening::Answered(node) => What::Answered(who(node)?),
        Happening::Message { key, from, to, passage } => What::Message(key.clone(), who(from)?, who(to)?, *passage),
        Happening::Are(count, role) => What::Are(*count, role.clone()),
        Happening::Misled(node) => What::Misled(who(node)?),
        Happening::Broken(None) => What::Broken(None),
        Happening::Broken(Some(name)) => {
            let place = setup.actors.invariants().iter().position(|one| one.name == name);
            What::Broken(Some(
                place.ok_or_else(|| Trouble::Idle(format!("`{name}` is no invariant of this protocol")))?,
            ))
        }
    })
}

impl What {
    fn is(&self, fact: &Fact<'_>) -> bool {
        let fits = |wanted: &Option<NodeId>, node: NodeId| wanted.is_none_or(|wanted| wanted == node);
        match (self, fact) {
            (What::Becomes(who, role), Fact::Becomes(node, now)) => fits(who, *node) && now.name() == role,
            (What::Does(who, rule), Fact::Does(node, rules)) => fits(who, *node) && rules & (1 << rule) != 0,
            (What::Crashes(who), Fact::Crashes(node)) => fits(who, *node),
            (What::Starts(who), Fact::Starts(node)) => fits(who, *node),
            (What::Fires(label, who), Fact::Fires(node, fired)) => fits(who, *node) && label == fired,
            (What::Asks(who), Fact::Asks(node)) => fits(who, *node),
            (What::Answered(who), Fact::Answered(node)) => fits(who, *node),
            (What::Message(text, from, to, wanted), Fact::Message(key, f, t, passage, _)) => {
                wanted == passage && fits(from, *f) && fits(to, *t) && begins(key, text)
            }
            (What::Are(wanted, role), Fact::Are(_, now, count)) => wanted == count && now.name() == role,
            (What::Misled(who), Fact::Misled(node)) => fits(who, *node),
            (What::Broken(wanted), Fact::Broken(_, place)) => wanted.is_none_or(|wanted| wanted == *place),
            _ => false,
        }
    }
}

/// What a fact was for a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Nothing.
    Not,
    /// One step on its way.
    Step,
    /// The last one.
    Met,
}

impl Trigger {
    /// Counts a fact.
    pub fn count(&self, progress: &mut Progress, fact: &Fact<'_>) -> Counted {
        count(&self.clauses, progress, fact)
    }
}

/// Counts a fact for a condition that has come so far.
pub fn count(clauses: &[Wanted], progress: &mut Progress, fact: &Fact<'_>) -> Counted {
    let Some(wanted) = clauses.get(usize::from(progress.clause)) else { return Counted::Not };
    if !wanted.what.is(fact) {
        return Counted::Not;
    }
    progress.seen += 1;
    if progress.seen < wanted.nth {
        return Counted::Step;
    }
    *progress = Progress { clause: progress.clause + 1, seen: 0 };
    if usize::from(progress.clause) == clauses.len() { Counted::Met } else { Counted::Step }
}

/// Something that counted towards a condition, for the light-cone law: where it was, and whether it met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The intervention.
    pub id: u32,
    /// The causal name of the step, or of the message.
    pub name: Name,
    /// What it hung on.
    pub place: Place,
    /// When.
    pub at: Micros,
    /// The turn of the run.
    pub turn: u32,
    /// Whether it met the condition, and with whom.
    pub met: Option<Bound>,
}

/// What something that happened hung on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a participant.
    Lane(NodeId),
    /// On a message: who sent it and when, and who did not get it when.
    Flight(NodeId, Micros, NodeId, Micros),
    /// On what the observer sees of all.
    Everyone,
}

impl World {
    /// Counts a fact for every condition.
    pub(crate) fn count(&mut self, site: Site<'_>, name: Name, fact: Fact<'_>, sink: &mut dyn Sink) {
        for (place, trigger) in site.plan.triggers.iter().enumerate() {
            let counted = trigger.count(&mut self.progress[place], &fact);
            if counted == Counted::Not {
                continue;
            }
            let (it, peer) = fact.who();
            let met = (counted == Counted::Met).then_some(Bound { it: Some(it), peer });
            if met.is_some() {
                self.next_turns.push(NextTurn::Trigger(crate::trace::small(place), it, peer));
            }
            let (id, place, at, turn) = (trigger.id, fact.place(), self.now, self.turns);
            sink.counted(Count { id, name, place, at, turn, met });
        }
    }

    /// Does what is to be done on a condition that was met.
    pub(crate) fn pull(&mut self, site: Site<'_>, place: u32, bound: Bound, sink: &mut dyn Sink) {
        let trigger = &site.plan.triggers[place as usize];
        match act(site.setup, &trigger.fault, bound) {
            Ok(act) => self.apply(site, trigger.id, &act, sink),
            Err(Trouble::Idle(why) | Trouble::Operation(why)) => self.remark(trigger.id, Some(why), sink),
        }
    }

    /// The conditions on which this participant crashes as soon as it has sent something, each with how far it has come.
    pub(crate) fn brinks<'a>(&self, site: Site<'a>, node: NodeId) -> Vec<(&'a Trigger, Progress)> {
        let who = |name: &str| name == IT || site.setup.find(name) == Some(node);
        let crashes = |trigger: &Trigger| matches!(&trigger.fault, Fault::Crash { node, .. } if who(node));
        let triggers = site.plan.triggers.iter().zip(&self.progress);
        triggers.filter(|(trigger, _)| crashes(trigger)).map(|(trigger, progress)| (trigger, *progress)).collect()
    }
}
