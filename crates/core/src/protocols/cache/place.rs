//! Who holds a key: a pure function of the key and of the list of members, so that a client with the list asks nobody.

use super::config::{Config, Scheme};
use crate::{
    NodeId, NodeSet, Sorted,
    placement::{self, Member, Placement},
    services::Text,
};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, rc::Rc};

/// Entries of Maglev's table: a prime number, near a hundred for each member.
const TABLE: u32 = 503;
/// So many lists are remembered with their rings, the last ones used.
const REMEMBERED: usize = 8;

/// What all who place keys have to agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Plan {
    scheme: Scheme,
    points: u64,
    replicas: u64,
}

impl From<&Config> for Plan {
    fn from(config: &Config) -> Plan {
        Plan { scheme: config.placement, points: config.points, replicas: config.replicas }
    }
}

/// A member of the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seat {
    /// Who.
    pub node: NodeId,
    /// Its weight: how much it is to hold beside the others.
    pub weight: u32,
    /// Whether it was taken off since it did not answer. Its place in the list stays.
    pub out: bool,
}

/// A list of members, and how old it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct View {
    /// The entry of the origin's log that made it; 0 at the start.
    pub number: u64,
    /// The members, in the order of joining.
    pub seats: Vec<Seat>,
}

impl View {
    /// The first members of a cluster.
    pub(super) fn first(config: &Config) -> View {
        let seat = |node| Seat { node: NodeId(node), weight: 1, out: false };
        View { number: 0, seats: (0..config.members as u8).map(seat).collect() }
    }

    /// Who takes part.
    pub fn members(&self) -> NodeSet {
        self.seats.iter().filter(|seat| !seat.out).map(|seat| seat.node).collect()
    }

    /// Who takes part, in the order of joining.
    fn in_order(&self) -> Vec<NodeId> {
        self.seats.iter().filter(|seat| !seat.out).map(|seat| seat.node).collect()
    }

    /// A member's seat, if it has one.
    pub fn seat(&self, node: NodeId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.node == node)
    }

    /// Who is to hold a key, the owner first.
    pub(super) fn owners(&self, plan: Plan, key: &Text) -> Vec<NodeId> {
        let members = self.in_order();
        let placement = placement(plan, &self.seats);
        let copies = members.len().min(plan.replicas as usize);
        let places = placement.preference(placement.key(key.as_bytes()), copies).map(|found| found.members);
        places.unwrap_or_default().into_iter().map(|place| members[place]).collect()
    }

    /// Where a key lies.
    pub(super) fn hash(&self, plan: Plan, key: &Text) -> u64 {
        placement(plan, &self.seats).key(key.as_bytes())
    }

    /// Up to which hash each member owns the ring; nothing where keys are not placed by one.
    pub(super) fn points(&self, plan: Plan) -> Vec<(u64, NodeId)> {
        let members = self.in_order();
        let placement = placement(plan, &self.seats);
        let points = placement.ring().into_iter().flat_map(|ring| ring.points());
        points.map(|(hash, place)| (hash, members[place])).collect()
    }

    /// Whether a server is to hold a key.
    pub(super) fn places(&self, plan: Plan, key: &Text, node: NodeId) -> bool {
        self.owners(plan, key).contains(&node)
    }

    /// How many of these keys each member owns.
    pub(super) fn shares<'a>(&self, plan: Plan, keys: impl Iterator<Item = &'a Text>) -> Sorted<NodeId, u64> {
        let mut shares = Sorted::new();
        for key in keys {
            if let Some(owner) = self.owners(plan, key).first() {
                *shares.get_or_insert_with(*owner, || 0) += 1;
            }
        }
        shares
    }
}

/// A placement with what it was made from.
type Known = (Plan, Vec<Seat>, Rc<Placement>);

/// The placement of a list. It follows from the list, and the last ones are kept.
fn placement(plan: Plan, seats: &[Seat]) -> Rc<Placement> {
    thread_local! {
        static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
    }
    KNOWN.with_borrow_mut(|known| {
        let place = known.iter().position(|(of, list, _)| *of == plan && list == seats);
        let found = match place {
            Some(place) => known.remove(place),
            None => (plan, seats.to_vec(), Rc::new(lay_out(plan, seats))),
        };
        let placement = found.2.clone();
        known.truncate(REMEMBERED - 1);
        known.insert(0, found);
        placement
    })
}

fn lay_out(plan: Plan, seats: &[Seat]) -> Placement {
    let scheme = match plan.scheme {
        Scheme::Ring => placement::Scheme::Ring { seed: 0, points: plan.points as u32 },
        Scheme::Ketama => placement::Scheme::Ketama,
        Scheme::Modulo => placement::Scheme::Modulo,
        Scheme::Rendezvous => placement::Scheme::Rendezvous,
        Scheme::Jump => placement::Scheme::Jump,
        Scheme::Maglev => placement::Scheme::Maglev { size: TABLE },
    };
    let member = |seat: &Seat| {
        let number = u32::from(seat.node.0) + 1;
        Member { weight: seat.weight, ..Member::new(format!("n{number}"), number) }
    };
    let members: Vec<Member> = seats.iter().filter(|seat| !seat.out).map(member).collect();
    Placement::new(scheme, &members).expect("the origin makes no list that is empty or without weight")
}
