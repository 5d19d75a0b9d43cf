//! Whom chaos strikes: the participants by name, and who is down by now.

use super::draw::Draw;
use lightcone_core::{Bound, Micros, NodeKind, NodeSpec};
use lightcone_sim::{Links, links::EVERYONE, name::Seed, setup::Setup};

/// How long a server that comes back may take until it is of use again, at worst but for rare bad luck.
const RECOVERY: Micros = Micros::ms(1_500);

/// The participants of a run.
pub(super) struct Cast {
    /// The servers that are there from the start.
    pub servers: Vec<String>,
    pub clients: Vec<String>,
    /// Servers and clients, those that join later included.
    pub everyone: Vec<String>,
    /// The servers that may crash or lie.
    pub fallible: Vec<String>,
    /// How many may be down at once.
    most: usize,
    /// Who comes back is of no use for so long, where that counts: it may have to ask the others for what it lost.
    recovery: Micros,
    /// Who is down, and until when.
    down: Vec<(String, Micros)>,
    /// Who still has to join.
    late: Vec<String>,
}

impl Cast {
    pub fn new(setup: &Setup, beyond: bool, seed: Seed) -> Self {
        let named = |pick: &dyn Fn(&NodeSpec) -> bool| -> Vec<String> {
            setup.specs().iter().filter(|spec| pick(spec)).map(|spec| spec.name.clone()).collect()
        };
        let servers = named(&|spec| spec.kind == NodeKind::Server && !spec.late);
        let mut cast = Cast {
            clients: named(&|spec| spec.kind == NodeKind::Client),
            everyone: named(&|_| true),
            fallible: servers.clone(),
            most: servers.len(),
            recovery: Micros::ZERO,
            down: Vec::new(),
            late: named(&|spec| spec.late).into_iter().rev().collect(),
            servers,
        };
        if !beyond {
            cast.restrain(setup, seed);
        }
        cast
    }

    /// Keeps to the number of faulty servers that the protocol reckons with. Where servers may be Byzantine, whoever is
    /// struck once is faulty for good, and all faults go to the same few.
    fn restrain(&mut self, setup: &Setup, seed: Seed) {
        let (assumed, n) = (setup.actors.about().assumptions, setup.servers().len());
        let tolerated = setup.actors.tolerated().unwrap_or(n);
        self.most = assumed.crashes.most(n).min(tolerated);
        if self.most < n {
            self.recovery = RECOVERY;
        }
        if assumed.lies == Bound::None {
            return;
        }
        for place in (1..self.fallible.len()).rev() {
            let other = seed.outside("faulty", place as u64, place as u64 + 1);
            self.fallible.swap(place, usize::try_from(other).expect("it is below a usize"));
        }
        self.fallible.truncate(assumed.lies.most(n).min(tolerated));
    }

    /// A server goes down for some time, if another one may.
    pub fn fell(&mut self, draw: Draw, from: Micros, until: Micros) -> Option<String> {
        self.down.retain(|(_, end)| *end >= from);
        if self.down.len() >= self.most {
            return None;
        }
        let is_up = |name: &&String| self.down.iter().all(|(down, _)| down != *name);
        let up: Vec<String> = self.fallible.iter().filter(is_up).cloned().collect();
        let node = draw.pick("crashed", &up)?.clone();
        self.down.push((node.clone(), until.plus(self.recovery)));
        Some(node)
    }

    /// The next one of those who were not there at the start.
    pub fn next_late(&mut self) -> Option<String> {
        self.late.pop()
    }

    /// Everyone in `n` groups, none of them empty if there are enough participants.
    pub fn groups(&self, draw: Draw, n: usize) -> Vec<Vec<String>> {
        let n = n.min(self.everyone.len());
        let mut groups = vec![Vec::new(); n];
        let count = self.everyone.len();
        let first = draw.small("first", 0, count);
        for (place, name) in (0..).zip(&self.everyone) {
            // The first few, from a drawn place on, are dealt out, and the others drawn.
            let dealt = (usize::from(place) + count - first) % count;
            let group = if dealt < n { dealt } else { draw.small("group", place, n) };
            groups[group].push(name.clone());
        }
        groups
    }

    /// One server apart from everyone else.
    pub fn one_apart(&self, draw: Draw) -> Vec<Vec<String>> {
        let one = draw.one_of("alone", &self.servers);
        vec![self.everyone.iter().filter(|name| *name != one).cloned().collect(), vec![one.clone()]]
    }

    /// Two participants, a server at least among them.
    fn two(&self, draw: Draw) -> Option<(String, String)> {
        let server = draw.pick("near end", &self.servers)?.clone();
        let others: Vec<&String> = self.everyone.iter().filter(|name| **name != server).collect();
        let other = (*draw.pick("far end", &others)?).clone();
        Some(if draw.below("direction", 2) == 0 { (server, other) } else { (other, server) })
    }

    /// One direction of one link, or of all links of a participant.
    pub fn one_way(&self, draw: Draw) -> Option<Links> {
        let (from, to) = self.two(draw)?;
        Some(match draw.below("width", 6) {
            0 => Links::one_way(from, EVERYONE),
            1 => Links::one_way(EVERYONE, to),
            _ => Links::one_way(from, to),
        })
    }

    /// Some links: one in one direction or both, those of a participant, or all.
    pub fn links(&self, draw: Draw) -> Option<Links> {
        let (from, to) = self.two(draw)?;
        Some(match draw.below("width", 6) {
            0 => Links::one_way(from, to),
            1 | 2 => Links { from, to, both: true },
            3 => Links::one_way(from, EVERYONE),
            4 => Links { from, to: EVERYONE.into(), both: true },
            _ => Links::all(),
        })
    }
}
