//! What an intervention does, with every name resolved.

use crate::{
    Across, Bandwidth, Disk, Fault, Latency, Links, Manner, Selected,
    actors::Datum,
    intervention::{IT, PEER},
    links::EVERYONE,
    setup::Setup,
};
use lightcone_core::{Micros, NodeId, NodeSet};
use std::{fmt, rc::Rc};

/// Directed links: for each sender, the receivers.
pub type LinkSet = Rc<Vec<NodeSet>>;

/// What happens at an instant.
#[derive(Clone)]
pub enum Act {
    /// Something that lasts begins.
    Lasting(Rc<Lasting>),
    /// Something that is over at once.
    Moment(Moment),
}

/// Something that lasts.
#[derive(Clone, Debug)]
pub enum Lasting {
    /// Nothing passes these links.
    Cut(Across, LinkSet, CutShape),
    /// Messages fly longer.
    Slow(LinkSet, Latency),
    /// So many per cent are lost.
    Lossy(LinkSet, u8),
    /// So many per cent come twice.
    Copying(LinkSet, u8),
    /// Links carry little.
    Clog(LinkSet, Bandwidth),
    /// Messages come out of order.
    Reorder(LinkSet, Micros),
    /// A participant does nothing.
    Pause(NodeId),
    /// A clock is set forward and gains so much.
    Clock(NodeId, Micros, i32),
    /// A server is Byzantine.
    Liar(NodeId, Manner),
    /// Nothing moves.
    Hold,
}

/// How a cut came about, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CutShape {
    /// A partition into these groups.
    Groups(Vec<NodeSet>),
    /// Links from these to those.
    Links,
}

/// Something that is over at once.
#[derive(Clone)]
pub enum Moment {
    /// Everything that lasts ends.
    Heal,
    /// A participant crashes: now, or in its next step after so many of its effects.
    Crash(NodeId, Disk, Option<u32>),
    /// It starts again.
    Restart(NodeId),
    /// It starts for the first time.
    Join(NodeId),
    /// It is gone for good.
    Leave(NodeId),
    /// A client is asked.
    Invoke(NodeId, Datum),
    /// A local event.
    Local(NodeId, Datum),
    /// The message that this intervention marked is delivered.
    Deliver,
    /// An armed timer fires.
    Fire(NodeId, String),
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a moment")
    }
}

/// Why an intervention cannot be planned.
pub enum Trouble {
    /// It does not fit this cluster.
    Idle(String),
    /// It never can.
    Operation(String),
}

/// Who met the condition of an intervention, and the other end of the message that it was about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// The participant `it`.
    pub it: Option<NodeId>,
    /// The participant `peer`.
    pub peer: Option<NodeId>,
}

/// Who is called so in this cluster.
pub fn find(setup: &Setup, name: &str) -> Result<NodeId, Trouble> {
    setup.find(name).ok_or_else(|| Trouble::Idle(format!("{name} is not in this cluster")))
}

impl Bound {
    fn find(self, setup: &Setup, name: &str) -> Result<NodeId, Trouble> {
        let missing = || Trouble::Idle(format!("nobody is `{name}` here"));
        match name {
            IT => self.it.ok_or_else(missing),
            PEER => self.peer.ok_or_else(missing),
            name => find(setup, name),
        }
    }
}

/// Resolves what an intervention does.
pub fn act(setup: &Setup, fault: &Fault, bound: Bound) -> Result<Act, Trouble> {
    if fault.lasts() {
        return Ok(Act::Lasting(Rc::new(lasting(setup, fault, bound)?)));
    }
    Ok(Act::Moment(moment(setup, fault, bound)?))
}

fn lasting(setup: &Setup, fault: &Fault, bound: Bound) -> Result<Lasting, Trouble> {
    let who = |name: &str| bound.find(setup, name);
    let on = |links: &Links| link_set(setup, links, bound);
    Ok(match fault {
        Fault::Partition { groups, across } => partition(setup, groups, *across, bound)?,
        Fault::Cut { links, across } => Lasting::Cut(*across, on(links)?, CutShape::Links),
        Fault::Slow { links, by } => Lasting::Slow(on(links)?, *by),
        Fault::Lossy { links, percent } => Lasting::Lossy(on(links)?, *percent),
        Fault::Copying { links, percent } => Lasting::Copying(on(links)?, *percent),
        Fault::Clog { links, bandwidth } => Lasting::Clog(on(links)?, *bandwidth),
        Fault::Reorder { links, by } => Lasting::Reorder(on(links)?, *by),
        Fault::Pause { node } => Lasting::Pause(who(node)?),
        Fault::Clock { node, ahead, drift } => Lasting::Clock(who(node)?, *ahead, *drift),
        Fault::Byzantine { node, manner } => Lasting::Liar(server(setup, who(node)?)?, *manner),
        Fault::Hold => Lasting::Hold,
        other => return Err(Trouble::Idle(format!("`{}` does not last", other.words()))),
    })
}

fn moment(setup: &Setup, fault: &Fault, bound: Bound) -> Result<Moment, Trouble> {
    let who = |name: &str| bound.find(setup, name);
    Ok(match fault {
        Fault::Heal => Moment::Heal,
        Fault::Crash { node, disk, after } => Moment::Crash(who(node)?, *disk, *after),
        Fault::Restart { node } => Moment::Restart(who(node)?),
        Fault::Join { node } => Moment::Join(who(node)?),
        Fault::Leave { node } => Moment::Leave(who(node)?),
        Fault::Request { client, op } => invoke(setup, client, op, bound)?,
        Fault::Local { node, what } => local(setup, who(node)?, what)?,
        Fault::Deliver { .. } => Moment::Deliver,
        Fault::Fire { timer } => match &timer.what {
            Selected::Timer { timer, node } | Selected::Arming { timer, node } => {
                Moment::Fire(who(node)?, timer.clone())
            }
            Selected::Message { .. } => {
                return Err(Trouble::Idle(format!("`{timer}` is a message: those are delivered")));
            }
        },
        other => return Err(Trouble::Idle(format!("`{}` needs a message or a timer", other.words()))),
    })
}

fn server(setup: &Setup, node: NodeId) -> Result<NodeId, Trouble> {
    if setup.servers().contains(node) {
        return Ok(node);
    }
    Err(Trouble::Idle(format!("{} is a client: only servers lie", setup.name(node))))
}

/// A partition closes every link that leads from one group to another.
fn partition(setup: &Setup, groups: &[Vec<String>], across: Across, bound: Bound) -> Result<Lasting, Trouble> {
    let mut sides = groups
        .iter()
        .map(|group| group.iter().map(|name| bound.find(setup, name)).collect::<Result<NodeSet, Trouble>>())
        .collect::<Result<Vec<NodeSet>, Trouble>>()?;
    let named: NodeSet = sides.iter().flat_map(|side| side.iter()).collect();
    let rest = setup.everyone().difference(named);
    match sides.first_mut() {
        Some(first) => *first = first.iter().chain(rest.iter()).collect(),
        None => sides.push(rest),
    }
    let side_of = |node: NodeId| sides.iter().position(|side| side.contains(node));
    let everyone = setup.everyone();
    let links: Vec<NodeSet> =
        everyone.iter().map(|from| everyone.iter().filter(|to| side_of(*to) != side_of(from)).collect()).collect();
    if links.iter().all(|receivers| receivers.is_empty()) {
        return Err(Trouble::Idle("everyone is on one side".into()));
    }
    sides.retain(|side| !side.is_empty());
    Ok(Lasting::Cut(across, Rc::new(links), CutShape::Groups(sides)))
}

fn link_set(setup: &Setup, links: &Links, bound: Bound) -> Result<LinkSet, Trouble> {
    let everyone = setup.everyone();
    let side = |name: &str| match name {
        EVERYONE => Ok(everyone),
        name => bound.find(setup, name).map(|node| NodeSet::from_iter([node])),
    };
    let (from, to) = (side(&links.from)?, side(&links.to)?);
    let joined = |a: NodeId, b: NodeId| {
        a != b && (from.contains(a) && to.contains(b) || links.both && from.contains(b) && to.contains(a))
    };
    Ok(Rc::new(everyone.iter().map(|a| everyone.iter().filter(|b| joined(a, *b)).collect()).collect()))
}

fn invoke(setup: &Setup, client: &str, op: &str, bound: Bound) -> Result<Moment, Trouble> {
    let op = setup.actors.parse_op(op).map_err(Trouble::Operation)?;
    if let Some(why) = setup.actors.refuses(&op) {
        return Err(Trouble::Idle(why));
    }
    let client = bound.find(setup, client)?;
    if setup.servers().contains(client) {
        return Err(Trouble::Idle(format!("{} is a server: clients are asked", setup.name(client))));
    }
    Ok(Moment::Invoke(client, op))
}

fn local(setup: &Setup, node: NodeId, what: &str) -> Result<Moment, Trouble> {
    let found = setup.actors.stimuli().into_iter().find(|cause| cause.node == node && cause.label == what);
    found
        .map(|cause| Moment::Local(node, cause.what))
        .ok_or_else(|| Trouble::Idle(format!("{} has no local event `{what}`", setup.name(node))))
}
