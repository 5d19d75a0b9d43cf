//! Faults from a seed, as data.
//!
//! Each fault is drawn by its own number, so that a longer list begins with the shorter one. What the protocol does not
//! promise to survive is left out: crashes where it knows none, losses where its links must be reliable. All faults are
//! over at a calm instant, after which progress can be judged. Random loss is a setting of the network, not a fault.

use lightcone_core::{Assumptions, Delivery, Micros, NodeKind, Protocol};
use lightcone_sim::{Across, Fault, Intervention, When, name::Seed, setup::Setup};

/// What faults are drawn for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chaos {
    /// The names of the servers.
    pub servers: Vec<String>,
    /// The names of the clients.
    pub clients: Vec<String>,
    /// What the protocol's guarantees rest on.
    pub assumptions: Assumptions,
    /// The end of the run. Faults are over at 70 % of it.
    pub horizon: Micros,
    /// How many faults.
    pub faults: u32,
}

impl Chaos {
    /// Chaos for a cluster.
    pub fn of<P: Protocol>(setup: &Setup<P>, horizon: Micros, faults: u32) -> Self {
        let named = |kind: NodeKind| {
            let specs = setup.cluster.specs.iter().filter(|spec| spec.kind == kind);
            specs.map(|spec| spec.name.clone()).collect()
        };
        let (servers, clients) = (named(NodeKind::Server), named(NodeKind::Client));
        Chaos { servers, clients, assumptions: P::ABOUT.assumptions, horizon, faults }
    }

    /// The instant at which all faults are over.
    pub fn calm(&self) -> Micros {
        Micros(self.horizon.0 / 10 * 7)
    }

    /// The faults of a seed, with ids from 1.
    pub fn faults(&self, seed: u64) -> Vec<Intervention> {
        let mut gone = Vec::new();
        let draws = (0..self.faults).map(|nth| Draw { seed: Seed(seed), nth });
        let faults = draws.flat_map(|draw| self.fault(draw, &mut gone));
        (1..).zip(faults).map(|(id, (at, fault))| Intervention { id, when: When::At(at), fault }).collect()
    }

    /// One fault, in one or two parts. `gone` are those who are down for good.
    fn fault(&self, draw: Draw, gone: &mut Vec<String>) -> Vec<(Micros, Fault)> {
        let (from, end) = self.interval(draw);
        let until = Some(end);
        let across = self.across(draw);
        let fault = match self.kind(draw) {
            Kind::Crash => return self.crash(draw.one_of("crashed", &self.servers), from, end, gone),
            Kind::Split(n) => Fault::Partition { groups: self.groups(draw, n), across, until },
            Kind::Alone => {
                Fault::Partition { groups: self.all_but(draw.one_of("alone", &self.servers)), across, until }
            }
            Kind::OneWay => {
                let (from, to) = self.link(draw);
                Fault::Cut { from, to, across, until }
            }
        };
        vec![(from, fault)]
    }

    /// Who crashes comes back, unless it would have forgotten all: then it stays down, and a minority at most does.
    fn crash(&self, node: &String, from: Micros, until: Micros, gone: &mut Vec<String>) -> Vec<(Micros, Fault)> {
        let crash = (from, Fault::Crash { node: node.clone(), after: None });
        if self.assumptions.disk_survives {
            return vec![crash, (until, Fault::Restart { node: node.clone() })];
        }
        if gone.contains(node) || 2 * (gone.len() + 1) >= self.servers.len() {
            return Vec::new();
        }
        gone.push(node.clone());
        vec![crash]
    }

    /// From when until when a fault lasts: at least 1 µs, at most a quarter of the run, over by the calm instant.
    fn interval(&self, draw: Draw) -> (Micros, Micros) {
        let calm = self.calm().0.max(2);
        let from = draw.below("from", calm - 1);
        let length = 1 + draw.below("length", (self.horizon.0 / 4).max(1));
        (Micros(from), Micros((from + length).min(calm)))
    }

    fn kind(&self, draw: Draw) -> Kind {
        let crashes = self.assumptions.crashes && !self.servers.is_empty();
        match draw.below("kind", 12) {
            0..=3 if crashes => Kind::Crash,
            0..=3 => Kind::Split(2),
            4..=6 => Kind::Split(2),
            7 => Kind::Split(3),
            8 | 9 => Kind::Alone,
            _ => Kind::OneWay,
        }
    }

    fn across(&self, draw: Draw) -> Across {
        let may_lose = self.assumptions.delivery == Delivery::FairLossy;
        if may_lose && draw.below("across", 2) == 0 { Across::Lost } else { Across::Held }
    }

    fn everyone(&self) -> impl Iterator<Item = &String> {
        self.servers.iter().chain(&self.clients)
    }

    /// Everyone in `n` groups, none of them empty if there are enough participants.
    fn groups(&self, draw: Draw, n: usize) -> Vec<Vec<String>> {
        let mut groups = vec![Vec::new(); n];
        let count = self.everyone().count() as u64;
        let first = draw.below("first", count);
        for (name, place) in self.everyone().zip(0..) {
            // The first few, from a drawn place on, are dealt out, and the others drawn.
            let dealt = usize::try_from((place + count - first) % count).expect("there are few participants");
            let group = if dealt < n { dealt } else { draw.small("group", place, n) };
            groups[group].push(name.clone());
        }
        groups
    }

    fn all_but(&self, node: &str) -> Vec<Vec<String>> {
        let others = self.everyone().filter(|name| *name != node).cloned().collect();
        vec![others, vec![node.into()]]
    }

    /// One direction of a link between two servers, or between a server and a client.
    fn link(&self, draw: Draw) -> (String, String) {
        let server = draw.one_of("near end", &self.servers);
        let others: Vec<String> = self.everyone().filter(|name| *name != server).cloned().collect();
        if others.is_empty() {
            return (server.clone(), server.clone());
        }
        let other = draw.one_of("far end", &others);
        if draw.below("direction", 2) == 0 { (server.clone(), other.clone()) } else { (other.clone(), server.clone()) }
    }
}

enum Kind {
    Crash,
    Split(usize),
    Alone,
    OneWay,
}

/// The draws of one fault.
#[derive(Clone, Copy)]
struct Draw {
    seed: Seed,
    nth: u32,
}

impl Draw {
    fn below(self, what: &str, n: u64) -> u64 {
        self.seed.outside(what, self.nth.into(), n)
    }

    fn small(self, what: &str, place: u64, n: usize) -> usize {
        let drawn = self.seed.outside(what, u64::from(self.nth) << 32 | place, n as u64);
        usize::try_from(drawn).expect("it is below a usize")
    }

    fn one_of<'a>(self, what: &str, names: &'a [String]) -> &'a String {
        &names[self.small(what, 0, names.len())]
    }
}
