//! The smallest cycles of each kind.

use super::{
    explain::{forced, steps},
    graph::{Builder, Graph, Scope},
    index::{Index, NONE},
    kinds::{Kind, Reach, Shape},
    report::{Evidence, Found, Relation, Step},
    walk::{
        ANY, Components, FLOW, NO, Pattern, SESSION, SESSION_SNAPSHOT, SNAPSHOT, STRICT, WRITES, Walked, after, to,
    },
};
use lightcone_core::order;

/// A kind of cycle to look for.
struct Hunt {
    /// What may be walked. A walk can be closed exactly where the components of this have more than one member.
    within: &'static Pattern,
    /// What the walk is to be like; it starts in state 0.
    pattern: &'static Pattern,
    /// The state in which it is to come back.
    end: usize,
    /// The state of `within` for each state of the pattern.
    project: &'static [usize],
    /// Which orders that were inferred hold where such a cycle is forbidden.
    scope: Scope,
}

const G1C: &Pattern = &[[NO, to(1), NO, NO, NO], [to(1), to(1), NO, NO, NO]];
const G_SINGLE: &Pattern = &[[NO, NO, to(1), NO, NO], [to(2), to(2), NO, NO, NO], [to(2), to(2), NO, NO, NO]];
const G_NONADJACENT: &Pattern = &[
    [NO, NO, to(1), NO, NO],
    [to(2), to(2), NO, NO, NO],
    [to(2), to(2), to(3), NO, NO],
    [to(4), to(4), NO, NO, NO],
    [to(4), to(4), to(3), NO, NO],
];
const G2_ITEM: &Pattern = &[[NO, NO, to(1), NO, NO], [NO, NO, to(2), NO, NO], [to(2), to(2), to(2), NO, NO]];

const SERIAL: Scope = Scope { serial: true, reach: Reach::Data };
const SERIAL_SESSION: Scope = Scope { serial: true, reach: Reach::Session };
const SNAPSHOT_SESSION: Scope = Scope { serial: false, reach: Reach::Session };

/// Where `pattern` is `within`, a cycle is found if there is one. A shortest walk of the other three may pass a
/// transaction twice; then it is not taken, but it holds a smaller cycle that another hunt finds.
const HUNTS: [Hunt; 9] = [
    Hunt { within: WRITES, pattern: WRITES, end: 0, project: &[0], scope: Scope::LEAST },
    Hunt { within: FLOW, pattern: G1C, end: 1, project: &[0, 0], scope: Scope::LEAST },
    Hunt { within: SNAPSHOT, pattern: SNAPSHOT, end: 0, project: &[0, 1], scope: Scope::LEAST },
    Hunt { within: SNAPSHOT, pattern: G_SINGLE, end: 2, project: &[0, 1, 0], scope: Scope::LEAST },
    Hunt { within: SNAPSHOT, pattern: G_NONADJACENT, end: 4, project: &[0, 1, 0, 1, 0], scope: Scope::LEAST },
    Hunt { within: ANY, pattern: G2_ITEM, end: 2, project: &[0, 0, 0], scope: SERIAL },
    Hunt { within: SESSION_SNAPSHOT, pattern: SESSION_SNAPSHOT, end: 0, project: &[0, 1], scope: SNAPSHOT_SESSION },
    Hunt { within: SESSION, pattern: SESSION, end: 0, project: &[0], scope: SERIAL_SESSION },
    Hunt { within: STRICT, pattern: STRICT, end: 0, project: &[0], scope: Scope::ALL },
];

/// How many edges a hunt follows before it takes what it has. It ends between two transactions.
const BUDGET: u64 = 4_000_000;

/// Finds the smallest cycles.
pub(super) fn find(builder: &Builder, index: &Index<'_>, found: &mut Found) {
    if Components::new(&builder.within(Scope::ALL, NONE), STRICT).are_single() {
        return;
    }
    for hunt in &HUNTS {
        let graph = &builder.within(hunt.scope, NONE);
        let components = Components::new(graph, hunt.within);
        if components.are_single() {
            continue;
        }
        let (cycle, smallest) = Chase::new(graph, hunt, &components).smallest();
        if let Some(cycle) = cycle {
            let mut steps = steps(graph, index, hunt.pattern.len(), &cycle);
            // From the transaction that comes first in the history.
            let first = (0..steps.len()).min_by_key(|place| steps[*place].from).unwrap_or_default();
            steps.rotate_left(first);
            let (orders, scope) = forced(builder, graph, index, &cycle);
            found.note(kind(&steps, scope), Evidence::Cycle { steps, smallest, orders });
        }
    }
}

struct Chase<'a> {
    graph: &'a Graph,
    hunt: &'a Hunt,
    components: &'a Components,
    /// For each node in each state: the start from which it was last reached, and the step there.
    reached: Vec<(usize, Walked)>,
    followed: u64,
}

impl<'a> Chase<'a> {
    fn new(graph: &'a Graph, hunt: &'a Hunt, components: &'a Components) -> Self {
        let spots = graph.nodes() * hunt.pattern.len();
        Chase { graph, hunt, components, reached: vec![(NONE, (NONE, NONE)); spots], followed: 0 }
    }

    /// The smallest cycle, and whether it is known to be the smallest.
    fn smallest(mut self) -> (Option<Vec<Walked>>, bool) {
        let (mut best, mut bound) = (None, self.graph.transactions);
        for root in 0..self.graph.transactions {
            if !self.components.is_cyclic(root, 0) {
                continue;
            }
            if self.followed > BUDGET {
                return (best, false);
            }
            if let Some((cycle, length)) = self.from(root, bound) {
                if length == 2 {
                    return (Some(cycle), true);
                }
                (best, bound) = (Some(cycle), length - 1);
            }
        }
        (best, true)
    }

    /// A shortest cycle through a transaction, if it has at most so many.
    fn from(&mut self, root: usize, bound: usize) -> Option<(Vec<Walked>, usize)> {
        let start = root * self.hunt.pattern.len();
        let mut layer = vec![start];
        for length in 1..=bound {
            let (mut place, mut next) = (0, Vec::new());
            while let Some(spot) = layer.get(place).copied() {
                place += 1;
                for edge in self.graph.from(spot / self.hunt.pattern.len()) {
                    let Some(target) = self.follow(start, (spot, edge)) else { continue };
                    if target == start {
                        return Some((self.walk(start, (spot, edge)), length));
                    }
                    let is_hub = target / self.hunt.pattern.len() >= self.graph.transactions;
                    (if is_hub { &mut layer } else { &mut next }).push(target);
                }
            }
            if next.is_empty() {
                break;
            }
            layer = next;
        }
        None
    }

    /// Where an edge leads that was not reached yet: to a node in a state, or as the last one of a cycle to the start.
    fn follow(&mut self, start: usize, (spot, edge): Walked) -> Option<usize> {
        self.followed += 1;
        let states = self.hunt.pattern.len();
        let target = self.graph.edges[edge].to;
        let state = after(self.hunt.pattern, spot % states, &self.graph.edges[edge])?;
        if self.components.of(target, self.hunt.project[state]) != self.components.of(start / states, 0) {
            return None;
        }
        if target == start / states {
            return (state == self.hunt.end && self.is_simple(start, (spot, edge))).then_some(start);
        }
        let reached = &mut self.reached[target * states + state];
        let is_news = reached.0 != start;
        if is_news {
            *reached = (start, (spot, edge));
        }
        is_news.then_some(target * states + state)
    }

    /// The walk that an edge ends.
    fn walk(&self, start: usize, last: Walked) -> Vec<Walked> {
        let mut walk = vec![last];
        let mut here = last.0;
        while here != start {
            walk.push(self.reached[here].1);
            here = self.reached[here].1.0;
        }
        walk.reverse();
        walk
    }

    /// Whether the walk that an edge ends passes no transaction twice.
    fn is_simple(&self, start: usize, last: Walked) -> bool {
        let nodes = self.walk(start, last).into_iter().map(|(spot, _)| spot / self.hunt.pattern.len());
        let mut transactions: Vec<usize> = nodes.filter(|node| *node < self.graph.transactions).collect();
        let count = transactions.len();
        order::sort(&mut transactions);
        transactions.dedup();
        transactions.len() == count
    }
}

/// The kind of a cycle. What follows from an order that was inferred counts for what that order rests on.
fn kind(steps: &[Step], scope: Option<Scope>) -> Kind {
    let relations = || steps.iter().map(|step| step.why.relation);
    let antis = relations().filter(|relation| *relation == Relation::Rw).count();
    let mut pairs = relations().zip(relations().cycle().skip(1));
    let shape = match antis {
        0 if relations().any(|relation| relation == Relation::Wr) => Shape::G1c,
        0 => Shape::G0,
        1 => Shape::GSingle,
        _ if pairs.any(|pair| pair == (Relation::Rw, Relation::Rw)) => Shape::G2Item,
        _ => Shape::GNonadjacent,
    };
    let reach = match relations().max() {
        Some(Relation::RealTime) => Reach::RealTime,
        Some(Relation::Session) => Reach::Session,
        _ => Reach::Data,
    };
    match scope {
        None => Kind::Cycle(shape, reach),
        // Transactions do not overlap anyway where real time is minded.
        Some(Scope { reach: Reach::RealTime, .. }) => Kind::Cycle(shape, Reach::RealTime),
        Some(Scope { serial: true, reach: by }) => Kind::Cycle(Shape::G2Item, reach.max(by)),
        Some(Scope { reach: by, .. }) => Kind::Cycle(shape.max(Shape::GSingle), reach.max(by)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transactions::{kinds::Level, report::Reason};
    use std::collections::BTreeMap;

    const RELATIONS: [Relation; 5] = [Relation::Ww, Relation::Wr, Relation::Rw, Relation::Session, Relation::RealTime];

    /// Some edges between up to 5 transactions.
    fn edges(seed: u64) -> Vec<(usize, Relation, usize)> {
        let mut dice = seed;
        let mut roll = |sides: u64| {
            dice = dice.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
            ((dice >> 33) % sides) as usize
        };
        let (nodes, kinds) = (2 + roll(4) as u64, 3 + roll(3) as u64);
        (0..3 + roll(7)).map(|_| (roll(nodes), RELATIONS[roll(kinds)], roll(nodes))).collect()
    }

    /// The length of the smallest cycle of each kind, by going along all paths.
    fn smallest(edges: &[(usize, Relation, usize)]) -> BTreeMap<Kind, usize> {
        let mut smallest = BTreeMap::new();
        let mut paths: Vec<Vec<Step>> = vec![Vec::new()];
        while let Some(path) = paths.pop() {
            if path.len() > 1 && path[0].from == path[path.len() - 1].to {
                let known = smallest.entry(kind(&path, None)).or_insert(path.len());
                *known = path.len().min(*known);
                continue;
            }
            for (from, relation, to) in edges.iter().copied() {
                let follows = path.last().is_none_or(|last| last.to == from);
                if follows && from != to && path.iter().all(|step| step.from != from) {
                    let mut longer = path.clone();
                    longer.push(Step { from, to, why: Reason { relation, ops: None } });
                    paths.push(longer);
                }
            }
        }
        smallest
    }

    #[test]
    fn the_smallest_cycles_are_found() {
        for seed in 0..20_000 {
            let edges = edges(seed);
            let mut builder = Builder::new(5);
            edges.iter().for_each(|(from, relation, to)| builder.link(*relation, (*from, NONE), (*to, NONE)));
            let mut found = Found::default();
            find(&builder, &Index::new(&[]), &mut found);
            let found: BTreeMap<Kind, usize> =
                found.into_sorted().iter().map(|anomaly| (anomaly.kind, anomaly.transactions().len())).collect();
            let all = smallest(&edges);
            assert!(found.iter().all(|(kind, length)| length >= &all[kind]), "{seed} {found:?} {all:?} {edges:?}");
            for shape in [Shape::G0, Shape::G1c, Shape::GSingle] {
                let kind = Kind::Cycle(shape, Reach::Data);
                assert_eq!(found.get(&kind), all.get(&kind), "{seed} {edges:?}");
            }
            for level in Level::ALL {
                let least = |kinds: &BTreeMap<Kind, usize>| {
                    kinds.iter().filter(|(kind, _)| kind.breaks(level)).map(|(_, length)| *length).min()
                };
                assert_eq!(least(&found), least(&all), "{seed} {level:?} {edges:?}");
            }
        }
    }
}
