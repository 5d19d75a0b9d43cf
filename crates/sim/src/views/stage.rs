//! The cluster at one instant.

use super::log_of;
use crate::{
    Run,
    act::Lasting,
    causality::past,
    view::{CutKind, CutMark, Fate, Flight, Side, Stage, StageNode, TimerMark},
    world::{Armed, World},
};
use lightcone_core::{Micros, NodeId, NodeSet, Role};

impl Run {
    /// The cluster at an instant.
    pub fn stage(&self, at: Micros) -> Stage {
        let world = self.at(self.trace().events_until(at));
        let cuts = self.cuts_at(at);
        let everyone = self.setup().everyone();
        // A hold begins between two events, and the cluster after the earlier one does not know of it yet.
        let still = self.setup().held || self.lasts(at, |what| matches!(what, Lasting::Hold));
        let pairs = everyone.iter().flat_map(|from| everyone.iter().map(move |to| (from, to)));
        let broken: Vec<_> = pairs.filter(|(from, to)| cuts.iter().any(|cut| closes(cut, *from, *to))).collect();
        Stage {
            at,
            nodes: everyone.iter().map(|node| self.stage_node(&world, node, at)).collect(),
            flights: self.under_way(at).map(|place| self.flight(&world, place, still)).collect(),
            sides: self.sides(&world, &broken),
            broken,
            cuts,
            spells: self.spells_at(at),
        }
    }

    /// The cluster at an instant as far as a participant could know it whose last event this was: of everyone else the
    /// state at the last event that it could know of, and nothing of links, faults and messages under way.
    pub fn stage_known(&self, event: Option<usize>, at: Micros) -> Stage {
        let trace = self.trace();
        let home = event.map(|event| trace.events[event].node);
        let edges = event.map_or_else(|| vec![None; trace.lanes.len()], |event| past(trace, event).edges);
        let everyone = self.setup().everyone();
        let node = |node: NodeId| match edges[node.index()] {
            None => self.unheard(node),
            Some(edge) => {
                let mut known = self.stage_node(&self.at(edge + 1), node, trace.events[edge].at);
                known.asking = self.asked_by(node, edge);
                (known.paused, known.liar) = (false, false);
                known.timers.retain(|_| Some(node) == home);
                known
            }
        };
        Stage {
            at,
            nodes: everyone.iter().map(node).collect(),
            flights: Vec::new(),
            cuts: Vec::new(),
            spells: Vec::new(),
            sides: vec![Side { members: everyone, ability: None }],
            broken: Vec::new(),
        }
    }

    /// A participant of whom nothing was heard.
    fn unheard(&self, node: NodeId) -> StageNode {
        let spec = &self.setup().specs()[node.index()];
        StageNode {
            node,
            name: spec.name.clone(),
            kind: spec.kind,
            up: true,
            there: true,
            paused: false,
            liar: false,
            role: Role::Plain,
            badge: "unheard of".into(),
            timers: Vec::new(),
            log: Vec::new(),
            asking: None,
        }
    }

    /// The operation that a client is busy with right after one of its events.
    fn asked_by(&self, client: NodeId, event: usize) -> Option<String> {
        let own = self.trace().ops.iter().filter(|op| op.id.client == client && op.event as usize <= event);
        let mut open = own.filter(|op| op.done.as_ref().is_none_or(|(by, ..)| *by as usize > event));
        open.next().map(|op| self.setup().actors.op_words(&op.op))
    }

    fn stage_node(&self, world: &World, node: NodeId, at: Micros) -> StageNode {
        let spec = &self.setup().specs()[node.index()];
        let slot = world.slot(node);
        let actors = &self.setup().actors;
        let state = slot.machine.as_ref();
        let timer = |t: &Armed| TimerMark { label: actors.timer_label(t.code), armed: t.armed, fires: t.fires };
        StageNode {
            node,
            name: spec.name.clone(),
            kind: spec.kind,
            up: state.is_some(),
            there: slot.there,
            paused: self.lasts(at, |what| matches!(what, Lasting::Pause(who) if *who == node)),
            liar: self.lasts(at, |what| matches!(what, Lasting::Liar(who, _) if *who == node)),
            role: slot.role.unwrap_or_default(),
            badge: state.map(|state| actors.badge(state)).unwrap_or_default(),
            timers: slot.timers.iter().map(timer).collect(),
            log: state.map(|state| log_of(actors.fields(state))).unwrap_or_default(),
            asking: self.asking(node, at),
        }
    }

    /// Whether something lasts at an instant. It may begin between two events.
    fn lasts(&self, at: Micros, what: impl Fn(&Lasting) -> bool) -> bool {
        let mut spells = self.trace().spells.iter().filter(|spell| what(&spell.what));
        spells.any(|spell| spell.from <= at && spell.to.is_none_or(|(to, _)| at < to))
    }

    fn flight(&self, world: &World, place: usize, still: bool) -> Flight {
        let (message, actors) = (&self.trace().messages[place], &self.setup().actors);
        let held = world.flights().find(|flight| flight.record as usize == place);
        let loss = match message.fate {
            Fate::Lost(loss) => Some(loss),
            _ => None,
        };
        Flight {
            index: place,
            from: message.from,
            to: message.to,
            sent: message.sent,
            end: message.end,
            label: held.map_or_else(|| message.key.to_string(), |flight| actors.packet(&flight.parcel.packet).label),
            flavour: message.key.kind.flavour,
            parked: held.is_some_and(|flight| flight.parked.is_some() || still),
            loss,
        }
    }

    /// The groups of participants that reach each other both ways, directly or through others of the group, with what
    /// the best placed server of each could do.
    pub(super) fn sides(&self, world: &World, broken: &[(NodeId, NodeId)]) -> Vec<Side> {
        let linked = |a: NodeId, b: NodeId| !broken.contains(&(a, b)) && !broken.contains(&(b, a));
        let mut left = self.setup().everyone();
        let mut sides = Vec::new();
        while let Some(first) = left.iter().next() {
            let mut members = NodeSet::from_iter([first]);
            let mut frontier = vec![first];
            while let Some(from) = frontier.pop() {
                for to in left.difference(members).iter().filter(|to| linked(from, *to)) {
                    members.insert(to);
                    frontier.push(to);
                }
            }
            left = left.difference(members);
            sides.push(self.side(members, world, &linked));
        }
        sides
    }

    fn side(&self, members: NodeSet, world: &World, linked: &dyn Fn(NodeId, NodeId) -> bool) -> Side {
        let all = self.setup().servers();
        let servers = members.intersection(all).intersection(world.up());
        let reach = |from: NodeId| servers.iter().filter(|to| from == *to || linked(from, *to)).collect::<NodeSet>();
        let best = servers.iter().map(reach).max_by_key(|set| set.len()).unwrap_or_default();
        let some = !members.intersection(all).is_empty();
        let states = || all.iter().map(|node| world.slot(node).machine.clone()).collect::<Vec<_>>();
        Side { members, ability: some.then(|| self.setup().actors.able(&states(), best)).flatten() }
    }
}

fn closes(cut: &CutMark, from: NodeId, to: NodeId) -> bool {
    match &cut.what {
        CutKind::OneWay(f, t) => (*f, *t) == (from, to),
        CutKind::Partition(sides) => {
            let side = |node| sides.iter().position(|side| side.contains(node));
            side(from) != side(to)
        }
    }
}
