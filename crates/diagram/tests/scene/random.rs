//! Runs that no engine would make, from a small generator of its own: same seed, same marks.

use lightcone_core::{Flavour, Micros, NodeId, NodeKind, NodeSet, Role};
use lightcone_sim::view::{
    Absence, ArrowMark, BarMark, CutKind, CutMark, DownMark, EventKind, EventMark, Fate, Lane, Loss, Marks, SpellKind,
    SpellMark, StripMark,
};

/// A xorshift generator: enough to vary pictures.
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n.max(1)
    }

    /// One of `of`.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// How much of everything.
pub struct Size {
    /// Lanes.
    pub lanes: u64,
    /// Messages.
    pub arrows: u64,
    /// The end of the run.
    pub until: u64,
}

const NAMES: [&str; 6] = ["n1", "<&\"'>", "coordinator", "a participant with a long name", "ü", "c"];

/// A run of that size.
pub fn marks(dice: &mut Dice, size: &Size) -> Marks {
    let mut marks = Marks::default();
    for node in 0..size.lanes {
        let kind = if node > 0 && dice.below(4) == 0 { NodeKind::Client } else { NodeKind::Server };
        let name = if dice.below(3) == 0 { dice.pick(&NAMES).to_owned() } else { format!("n{}", node + 1) };
        marks.lanes.push(Lane { node: NodeId(node as u8), name, kind });
    }
    marks.labels = vec!["RequestVote term 2".to_owned(), "<script>&\"".to_owned(), "ok".to_owned()];
    faults(dice, size, &mut marks);
    for index in 0..size.arrows as usize {
        let arrow = arrow(dice, size, index);
        marks.arrows.push(arrow);
    }
    marks.arrows.sort_by_key(|a| a.sent);
    let mut times: Vec<u64> = (0..size.arrows * 2).map(|_| dice.below(size.until + 1)).collect();
    times.sort_unstable();
    for (index, at) in times.into_iter().enumerate() {
        let kind = dice.pick(&EVENTS);
        let node = node(dice, size);
        marks.events.push(EventMark { index, node, at: Micros(at), kind });
    }
    marks
}

const EVENTS: [EventKind; 7] = [
    EventKind::Deliver,
    EventKind::Timer,
    EventKind::Local,
    EventKind::Restart,
    EventKind::Crash,
    EventKind::Leave,
    EventKind::Lie,
];

const SPELLS: [SpellKind; 9] = [
    SpellKind::Pause,
    SpellKind::Hold,
    SpellKind::Clock,
    SpellKind::Byzantine,
    SpellKind::Slow,
    SpellKind::Lossy,
    SpellKind::Copying,
    SpellKind::Clog,
    SpellKind::Reorder,
];

fn spell(dice: &mut Dice, size: &Size, id: u32, (from, to): (Micros, Option<Micros>)) -> SpellMark {
    let kind = dice.pick(&SPELLS);
    let of_nodes = matches!(kind, SpellKind::Pause | SpellKind::Hold | SpellKind::Clock | SpellKind::Byzantine);
    let some = |dice: &mut Dice| (0..1 + dice.below(3)).map(|_| (node(dice, size), node(dice, size))).collect();
    let (nodes, links): (NodeSet, Vec<_>) =
        if of_nodes { ([node(dice, size)].into_iter().collect(), Vec::new()) } else { (NodeSet::new(), some(dice)) };
    let words = dice.pick(&["n1 → n2 slower by 50ms", "<n2> pauses", ""]).to_owned();
    SpellMark { id, from, to, kind, nodes, links, words }
}

fn node(dice: &mut Dice, size: &Size) -> NodeId {
    NodeId(dice.below(size.lanes) as u8)
}

fn arrow(dice: &mut Dice, size: &Size, index: usize) -> ArrowMark {
    use Flavour::{Ask, Carry, Grant, Periodic, Refuse, Request, Response};
    let sent = dice.below(size.until);
    let lost = [Loss::Chance, Loss::Cut(1), Loss::LinkFull, Loss::InboxFull, Loss::InCrash].map(Fate::Lost);
    let fates =
        [&[Fate::Delivered(index), Fate::Delivered(index), Fate::Flying, Fate::Parked, Fate::Waiting], &lost[..]];
    let fates = fates.concat();
    let fate = dice.pick(&fates);
    let flavour = dice.pick(&[Ask, Grant, Refuse, Carry, Periodic, Request, Response]);
    let end = sent + dice.below(size.until / 8 + 2);
    let (from, to, sent_by) = (node(dice, size), node(dice, size), dice.below(size.arrows) as usize);
    let label = dice.below(4) as usize;
    let waits = if fate.arrived() && dice.below(3) == 0 { dice.below(size.until / 8) } else { 0 };
    let (sent, end, handled, copy) = (Micros(sent), Micros(end), Micros(end + waits), dice.below(5) == 0);
    ArrowMark { index, from, to, sent, end, handled, sent_by, fate, flavour, copy, label }
}

fn faults(dice: &mut Dice, size: &Size, marks: &mut Marks) {
    let stretch = |dice: &mut Dice| {
        let from = dice.below(size.until);
        let to = (dice.below(3) > 0).then(|| Micros(from + 1 + dice.below(size.until / 2 + 1)));
        (Micros(from), to)
    };
    for id in 0..dice.below(4) as u32 {
        let (from, to) = stretch(dice);
        let groups: Vec<NodeSet> = (0..2).map(|_| (0..size.lanes / 2).map(|_| node(dice, size)).collect()).collect();
        let what = match dice.below(3) {
            0 => CutKind::OneWay(node(dice, size), node(dice, size)),
            1 => CutKind::Partition(vec![NodeSet::first(size.lanes as usize / 2)]),
            _ => CutKind::Partition(groups),
        };
        marks.cuts.push(CutMark { id, from, to, what, held: dice.below(2) == 0 });
    }
    for by in 0..dice.below(4) as u32 {
        let (from, to) = stretch(dice);
        let why = dice.pick(&[Absence::Crashed, Absence::Crashed, Absence::Left, Absence::NotYet]);
        marks.downs.push(DownMark { node: node(dice, size), from, to, why, by: by + 10 });
    }
    for id in 0..dice.below(6) as u32 {
        let lasts = stretch(dice);
        marks.spells.push(spell(dice, size, id + 20, lasts));
    }
    for event in 0..dice.below(12) as usize {
        let (from, to) = stretch(dice);
        let ret = to.map(|_| dice.pick(&["ok", "", "<none>"]).to_owned());
        let op = format!("put x {}", dice.below(100_000));
        marks.bars.push(BarMark { node: node(dice, size), event, from, to, op, ret });
    }
    for _ in 0..dice.below(6) {
        let (from, to) = stretch(dice);
        let role = dice.pick(&[Role::Leader, Role::Candidate, Role::Follower, Role::Plain]);
        let to = to.unwrap_or(Micros(size.until));
        let event = marks.strips.len();
        marks.strips.push(StripMark { node: node(dice, size), from, to, role, event });
    }
}
