//! A run made by hand: a leader is cut off from its majority, the others elect another, a partition heals. The tests
//! and the example draw it.

use lightcone_core::{Flavour, Micros, NodeId, NodeKind, NodeSet, Role};
use lightcone_sim::view::{
    Absence, ArrowMark, BarMark, Cone, CutKind, CutMark, DownMark, EventKind, EventMark, Fate, Lane, Loss, Marks,
    Reach, SpellKind, SpellMark, StripMark,
};

/// Servers n1 to n5 are 0 to 4, the client c1 is 5.
pub const C1: u8 = 5;

/// A stroke of the scene: sender, sent, receiver, end (in ms), flavour, label.
type Stroke = (u8, u64, u8, u64, Flavour, &'static str);

/// Builds marks from strokes: events are numbered in order of time at the end.
#[derive(Default)]
pub struct Scene {
    strokes: Vec<(Stroke, Option<Loss>)>,
    timers: Vec<(u8, u64)>,
}

fn reaches(edges: [Option<u64>; 6]) -> Vec<Option<Reach>> {
    edges.into_iter().map(|at| at.map(|at| Reach { event: 0, at: Micros::ms(at) })).collect()
}

impl Scene {
    fn send(&mut self, from: u8, sent: u64, to: &[(u8, u64)], flavour: Flavour, label: &'static str) {
        self.strokes.extend(to.iter().map(|(to, end)| ((from, sent, *to, *end, flavour, label), None)));
    }

    fn lose(&mut self, from: u8, sent: u64, to: &[u8], loss: Loss, label: &'static str) {
        let end = if matches!(loss, Loss::Cut(_)) { sent } else { sent + 12 };
        self.strokes.extend(to.iter().map(|to| ((from, sent, *to, end, Flavour::Periodic, label), Some(loss))));
    }

    fn marks(self) -> Marks {
        let mut marks = Marks { lanes: lanes(), ..Marks::default() };
        let mut events: Vec<(u64, u8, EventKind)> = (0..6).map(|n| (0, n, EventKind::Start)).collect();
        events.extend(self.timers.iter().map(|(node, at)| (*at, *node, EventKind::Timer)));
        for ((from, sent, to, end, ..), loss) in &self.strokes {
            if loss.is_none() {
                events.push((*end, *to, EventKind::Deliver));
            }
            if *from == C1 {
                events.push((*sent, C1, EventKind::Invoke));
            }
        }
        events.sort_by_key(|(at, node, _)| (*at, *node));
        events.dedup();
        let find = |at: u64, node: u8| events.iter().rposition(|e| (e.0, e.1) == (at, node)).unwrap_or(0);
        for (index, ((from, sent, to, end, flavour, label), loss)) in self.strokes.iter().enumerate() {
            let label = marks.labels.iter().position(|l| l == label).unwrap_or_else(|| {
                marks.labels.push((*label).to_owned());
                marks.labels.len() - 1
            });
            marks.arrows.push(ArrowMark {
                index,
                from: NodeId(*from),
                to: NodeId(*to),
                sent: Micros::ms(*sent),
                end: Micros::ms(*end),
                handled: Micros::ms(*end),
                sent_by: find(*sent, *from),
                fate: loss.map_or(Fate::Delivered(find(*end, *to)), Fate::Lost),
                flavour: *flavour,
                copy: false,
                label,
            });
        }
        let numbered = events.into_iter().enumerate();
        marks.events = numbered
            .map(|(index, (at, node, kind))| EventMark { index, node: NodeId(node), at: Micros::ms(at), kind })
            .collect();
        marks
    }
}

fn lanes() -> Vec<Lane> {
    let lane = |node: u8, name: String, kind| Lane { node: NodeId(node), name, kind };
    let servers = (0..5).map(|n| lane(n, format!("n{}", n + 1), NodeKind::Server));
    servers.chain([lane(C1, "c1".to_owned(), NodeKind::Client)]).collect()
}

fn first_term(scene: &mut Scene) {
    scene.timers.push((0, 90));
    scene.send(0, 90, &[(1, 104), (2, 109), (3, 112), (4, 114)], Flavour::Ask, "RequestVote term 1");
    scene.send(1, 104, &[(0, 115)], Flavour::Grant, "vote for n1");
    scene.send(2, 109, &[(0, 121)], Flavour::Grant, "vote for n1");
    for beat in [128, 200, 250] {
        scene.timers.push((0, beat));
        let to = [(1, beat + 15), (2, beat + 17), (3, beat + 19), (4, beat + 21)];
        scene.send(0, beat, &to, Flavour::Periodic, "heartbeat");
    }
    scene.send(C1, 140, &[(0, 154)], Flavour::Request, "put x 2");
    scene.send(0, 154, &[(1, 162), (2, 165), (3, 168), (4, 171)], Flavour::Carry, "AppendEntries x 2");
    scene.send(1, 162, &[(0, 172)], Flavour::Grant, "appended");
    scene.send(2, 165, &[(0, 178)], Flavour::Grant, "appended");
    scene.send(3, 168, &[(0, 183)], Flavour::Grant, "appended");
    scene.send(0, 178, &[(C1, 214)], Flavour::Response, "ok");
}

fn apart(scene: &mut Scene) {
    scene.send(C1, 300, &[(0, 318)], Flavour::Request, "put x 3");
    for beat in [310, 370, 430, 490, 550, 610] {
        scene.timers.push((0, beat));
        scene.send(0, beat, &[(1, beat + 12)], Flavour::Periodic, "heartbeat");
        scene.lose(0, beat, &[2, 3], Loss::Cut(1), "heartbeat");
    }
    scene.timers.push((3, 471));
    scene.send(3, 471, &[(2, 486), (4, 489)], Flavour::Ask, "RequestVote term 2");
    scene.send(2, 486, &[(3, 512)], Flavour::Grant, "vote for n4");
    scene.send(4, 489, &[(3, 503)], Flavour::Grant, "vote for n4");
}

fn second_term(scene: &mut Scene) {
    for beat in [512, 574, 634, 694, 754] {
        if beat > 512 {
            scene.timers.push((3, beat));
        }
        let mut to = vec![(2, beat + 13), (4, beat + 11)];
        if beat == 754 {
            to.pop();
            scene.lose(3, beat, &[4], Loss::ReceiverDown, "heartbeat");
        }
        scene.send(3, beat, &to, if beat == 512 { Flavour::Carry } else { Flavour::Periodic }, "AppendEntries term 2");
    }
    scene.send(3, 704, &[(0, 738), (1, 731)], Flavour::Carry, "AppendEntries term 2");
    scene.send(0, 738, &[(3, 770)], Flavour::Refuse, "refused: log differs");
    scene.send(3, 770, &[(C1, 800)], Flavour::Response, "leader is n4");
    scene.lose(3, 820, &[1], Loss::Chance, "heartbeat");
}

/// The scene, up to the moment when the old leader learns of the new term.
pub fn marks() -> Marks {
    let mut scene = Scene::default();
    first_term(&mut scene);
    apart(&mut scene);
    second_term(&mut scene);
    let mut marks = scene.marks();
    let begins = |node, from: u64| {
        let at = |e: &lightcone_sim::view::EventMark| e.node == NodeId(node) && e.at == Micros::ms(from);
        marks.events.iter().position(at).unwrap_or(0)
    };
    let strip = |node, from, to, role| StripMark {
        node: NodeId(node),
        from: Micros::ms(from),
        to: Micros::ms(to),
        role,
        event: begins(node, from),
    };
    marks.strips = vec![
        strip(0, 90, 121, Role::Candidate),
        strip(0, 121, 738, Role::Leader),
        strip(3, 471, 512, Role::Candidate),
        strip(3, 512, 980, Role::Leader),
        strip(1, 0, 980, Role::Follower),
    ];
    let asked = |at: u64| marks.events.iter().position(|e| e.at == Micros::ms(at) && e.kind == EventKind::Invoke);
    let bar = |from, to: Option<u64>, op: &str, ret: Option<&str>| BarMark {
        node: NodeId(C1),
        event: asked(from).expect("the scene asks then"),
        from: Micros::ms(from),
        to: to.map(Micros::ms),
        op: op.to_owned(),
        ret: ret.map(str::to_owned),
    };
    marks.bars = vec![bar(140, Some(214), "put x 2", Some("")), bar(300, None, "put x 3", None)];
    let groups = vec![NodeSet::first(2), [2, 3, 4].into_iter().map(NodeId).collect()];
    marks.cuts = vec![CutMark {
        id: 1,
        from: Micros::ms(300),
        to: Some(Micros::ms(700)),
        what: CutKind::Partition(groups),
        held: false,
    }];
    let (from, to) = (Micros::ms(760), Some(Micros::ms(880)));
    let down = DownMark { node: NodeId(4), from, to, why: Absence::Crashed, by: 2 };
    marks.downs = vec![down];
    marks
}

/// The scene with one of everything that can be done to it.
#[allow(dead_code)]
pub fn with_faults() -> Marks {
    let mut marks = marks();
    marks.cuts.clear();
    let node = |n: u8| (NodeSet::from_iter([NodeId(n)]), Vec::new());
    let links = |of: &[(u8, u8)]| (NodeSet::new(), of.iter().map(|(a, b)| (NodeId(*a), NodeId(*b))).collect());
    let everyone = (NodeSet::first(6), Vec::new());
    let spells = [
        (SpellKind::Pause, 620, Some(790), node(1), "n2 pauses"),
        (SpellKind::Slow, 560, Some(700), links(&[(3, 4)]), "link n4 → n5 slower by 40ms"),
        (SpellKind::Lossy, 150, Some(330), links(&[(0, 2), (2, 0)]), "link n1 ↔ n3 loses 30 %"),
        (SpellKind::Clog, 360, Some(520), links(&[(0, 1)]), "link n1 → n2 clogged: one message every 80ms"),
        (SpellKind::Copying, 230, Some(420), links(&[(4, 0), (4, 1)]), "link n5 → * delivers 20 % twice"),
        (SpellKind::Reorder, 20, Some(130), links(&[(0, 1)]), "link n1 → n2 out of order by up to 30ms"),
        (SpellKind::Byzantine, 540, Some(730), node(2), "n3 equivocates"),
        (SpellKind::Clock, 210, None, node(3), "clock of n4 set forward by 2ms gaining 400 ppm"),
        (SpellKind::Hold, 850, Some(900), everyone, "nothing moves unless it is told to"),
    ];
    marks.spells = (20..)
        .zip(spells)
        .map(|(id, (kind, from, to, (nodes, links), words))| {
            let (from, to, words) = (Micros::ms(from), to.map(Micros::ms), words.to_owned());
            SpellMark { id, from, to, kind, nodes, links, words }
        })
        .collect();
    let gone = |n: u8, from, to: Option<u64>, why, by| {
        let (from, to) = (Micros::ms(from), to.map(Micros::ms));
        DownMark { node: NodeId(n), from, to, why, by }
    };
    marks.downs.push(gone(4, 0, Some(105), Absence::NotYet, 40));
    marks.downs.push(gone(0, 910, None, Absence::Left, 41));
    let event = |index, node, at, kind| EventMark { index, node: NodeId(node), at: Micros::ms(at), kind };
    let last = marks.events.len();
    marks.events.push(event(last, 2, 905, EventKind::Lie));
    marks.events.push(event(last + 1, 0, 910, EventKind::Leave));
    for arrow in &mut marks.arrows {
        arrow.copy = arrow.to == NodeId(2) && arrow.sent == Micros::ms(250);
        if arrow.to == NodeId(1) && arrow.end > Micros::ms(620) && arrow.end < Micros::ms(790) {
            arrow.handled = Micros::ms(790);
        }
        arrow.fate = match arrow.fate {
            Fate::Lost(Loss::Cut(_)) if arrow.sent < Micros::ms(400) => Fate::Lost(Loss::Lossy(22)),
            Fate::Lost(Loss::Cut(_)) if arrow.sent < Micros::ms(500) => Fate::Lost(Loss::LinkFull),
            Fate::Lost(Loss::Cut(_)) => Fate::Lost(Loss::InboxFull),
            fate => fate,
        };
    }
    marks
}

/// The event by which n4 wins its election.
pub fn election(marks: &Marks) -> usize {
    let won = |e: &&EventMark| e.node == NodeId(3) && e.at == Micros::ms(512);
    marks.events.iter().find(won).expect("n4 wins at 512 ms").index
}

/// The past and the future of that event.
pub fn cone(marks: &Marks) -> Cone {
    let past = |a: &&ArrowMark| {
        let to_selected = a.to == NodeId(3) && a.end <= Micros::ms(512);
        let earlier = a.end <= Micros::ms(183) && a.to != NodeId(1) && a.to != NodeId(C1);
        to_selected || earlier || (a.from == NodeId(3) && a.sent == Micros::ms(471))
    };
    let future = |a: &&ArrowMark| a.sent >= Micros::ms(512) && a.from != NodeId(0) || a.sent == Micros::ms(738);
    Cone {
        event: election(marks),
        past: reaches([Some(250), None, Some(486), Some(512), Some(489), Some(140)]),
        future: reaches([Some(738), Some(731), Some(525), Some(512), Some(523), Some(800)]),
        past_arrows: marks.arrows.iter().filter(past).map(|a| a.index).collect(),
        future_arrows: marks.arrows.iter().filter(future).map(|a| a.index).collect(),
    }
}
