//! What multi-leader replication promises, watched from outside by one who knows what each write had truly seen.

use super::{
    Conflicts, Leader, Message,
    ghost::{self, Id, Made},
};
use crate::{
    Breach, Input, Invariant, NodeId, NodeKind, NodeSet, NodeSpec, Packet, Sight,
    services::Text,
    versions::{Counts, Dot},
    view::name,
};

type Seen<'a> = Sight<'a, Leader>;

pub(super) const ALL: &[Invariant<Leader>] = &[
    Invariant {
        name: "Convergence",
        words: "Leaders that have applied the same writes hold the same.",
        place: "Shapiro et al. 2011 §2",
        check: converge,
    },
    Invariant {
        name: "Resolution",
        words: "A leader holds what the writes that it has applied come to: the last one by the clocks; or those that no \
                other writer had seen; or what was put, without what a delete had seen.",
        place: "RFC 677; Parker et al. 1983; RR-7506 §3.3.5",
        check: resolve,
    },
    Invariant {
        name: "No Lost Write",
        words: "A write that a leader has applied is there, or the writer of another one had seen it. Where the last writer \
                wins nobody promises this: of two writes that did not know of each other one is lost.",
        place: "Parker et al. 1983",
        check: nothing_is_lost,
    },
    Invariant {
        name: "Durable Answers",
        words: "What a leader has acknowledged it has for good.",
        place: "Terry et al. 1995",
        check: answers_last,
    },
    Invariant {
        name: "Monotone Versions",
        words: "What a leader holds does not go back: to an earlier time, to fewer versions seen, or to what was removed.",
        place: "Petersen et al. 1997",
        check: versions_are_monotone,
    },
    Invariant {
        name: "Per-Origin Order",
        words: "Each leader applies the writes of every other one in that one's order, and leaves none out.",
        place: "Petersen et al. 1997: the prefix property",
        check: in_order,
    },
    Invariant {
        name: "One Origin",
        words: "A leader gives a number of its own to nothing but what a client asks of it.",
        place: "Kleppmann 2017, ch. 5",
        check: one_origin,
    },
    Invariant {
        name: "Causes First",
        words: "No leader has applied a write without all that its leader had applied before it.",
        place: "Petersen et al. 1997; Kleppmann 2017, ch. 5",
        check: causes_first,
    },
];

/// A write in words: `write 2 of n1`.
fn called(sight: &Seen<'_>, dot: Dot) -> String {
    format!("write {} of {}", dot.count, sight.name(dot.node))
}

/// Whether the step changed what there is to be seen of the leader.
fn is_news(sight: &Seen<'_>) -> bool {
    let (step, changed) =
        (sight.step, |before: &Leader| before.seen != sight.step.after.seen || before.keys != sight.step.after.keys);
    !step.cut && step.before.is_none_or(changed)
}

/// The keys that the step changed, or may have changed.
fn changed<'a>(sight: &'a Seen<'_>) -> Vec<&'a Text> {
    if !is_news(sight) {
        return Vec::new();
    }
    let (before, after) = (sight.step.before, sight.step.after);
    let same = |key: &Text| before.is_some_and(|before| before.keys.get(key) == after.keys.get(key));
    let fresh = |made: &Made| before.is_none_or(|before| made.dot.count > before.seen.of(made.dot.node));
    let mut keys: Vec<&Text> = after.keys.keys().filter(|key| !same(key)).collect();
    keys.extend(sight.ghost.made.values().filter(|made| fresh(made)).map(|made| &made.key));
    crate::order::sort(&mut keys);
    keys.dedup();
    keys
}

fn values(leader: &Leader, key: &Text) -> String {
    leader.keys.get(key).map_or_else(|| "nothing".into(), super::inspect::values)
}

fn converge(sight: &Seen<'_>) -> Result<(), Breach> {
    let (me, mine) = (sight.step.node, sight.step.after);
    if !is_news(sight) || !sight.honest(me) {
        return Ok(());
    }
    let servers = (0..).map(NodeId).zip(sight.specs).filter(|(_, spec)| spec.kind == NodeKind::Server);
    let others = servers.map(|(node, _)| node).filter(|node| *node != me && sight.honest(*node));
    for (node, other) in others.filter_map(|node| Some((node, (sight.nodes)(node)?))) {
        if other.seen != mine.seen {
            continue;
        }
        let mut keys = mine.keys.keys().chain(other.keys.keys());
        if let Some(key) = keys.find(|key| mine.keys.get(*key) != other.keys.get(*key)) {
            let (one, two) = (sight.name(me), sight.name(node));
            let (has, had) = (values(mine, key), values(other, key));
            let words = format!("{one} and {two} have applied the same writes, and hold {key} = {has} and {had}");
            return Breach::found(&[me, node], words);
        }
    }
    Ok(())
}

fn resolve(sight: &Seen<'_>) -> Result<(), Breach> {
    let (me, leader) = (sight.step.node, sight.step.after);
    for key in changed(sight) {
        let applied = sight.ghost.applied(key, &leader.seen);
        let (is, should) = (ghost::held(leader, key), ghost::outcome(sight.config.conflicts, &applied));
        if is != should {
            let value = |id: &Id| sight.ghost.made.get(id).and_then(|made| made.value.as_deref()).unwrap_or("∅");
            let should = if should.is_empty() {
                "nothing".into()
            } else {
                should.iter().map(value).collect::<Vec<_>>().join("|")
            };
            let has = values(leader, key);
            let words = format!("{} holds {key} = {has}, and what it has applied comes to {should}", sight.name(me));
            return Breach::found(&[me], words);
        }
    }
    Ok(())
}

fn nothing_is_lost(sight: &Seen<'_>) -> Result<(), Breach> {
    if sight.config.conflicts == Conflicts::LastWriter {
        return Ok(());
    }
    let (me, leader) = (sight.step.node, sight.step.after);
    for key in changed(sight) {
        let (applied, held) = (sight.ghost.applied(key, &leader.seen), ghost::held(leader, key));
        let removes = |made: &Made| made.value.is_none() && sight.config.conflicts == Conflicts::Merge;
        let lost = |(id, made): &&(Id, &Made)| {
            !removes(made) && !held.contains(id) && applied.iter().all(|(_, other)| !other.seen.contains(id))
        };
        if let Some((_, made)) = applied.iter().find(lost) {
            let (what, has) = (called(sight, made.dot), values(leader, key));
            let words = format!(
                "{} has applied {what}, {key} = {}, and holds {key} = {has}, whose writer had not seen it",
                sight.name(me),
                made.value.as_deref().unwrap_or("∅")
            );
            return Breach::found(&[me, made.dot.node], words);
        }
    }
    Ok(())
}

fn answers_last(sight: &Seen<'_>) -> Result<(), Breach> {
    let (me, answered) = (sight.step.node, sight.ghost.answered.of(sight.step.node));
    let has = sight.step.left().map_or(answered, |leader| leader.seen.of(me));
    if has >= answered {
        return Ok(());
    }
    let words = format!("{} has acknowledged {answered} writes of its own, and is back with {has}", sight.name(me));
    Breach::found(&[me], words)
}

fn versions_are_monotone(sight: &Seen<'_>) -> Result<(), Breach> {
    let (Some(before), after) = (sight.step.before, sight.step.after) else { return Ok(()) };
    for (key, old) in before.keys.iter() {
        if !after.keys.get(key).is_some_and(|new| new.follows(old)) {
            let (me, had, has) = (sight.name(sight.step.node), values(before, key), values(after, key));
            let words = format!("{me} held {key} = {had}, and goes back to {key} = {has}");
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

/// The numbers of the writes that were at hand in a step: those that waited, and those that arrived.
fn at_hand(sight: &Seen<'_>) -> Vec<Dot> {
    let waited = sight.step.before.into_iter().flat_map(|before| before.waiting.iter().map(|(_, entry)| entry.dot));
    let mut dots: Vec<Dot> = waited.collect();
    if let Some(Input::Packet { packet: Packet::Message(message), .. }) = sight.step.input {
        match message {
            Message::Write(entry) => dots.push(entry.dot),
            Message::Again(entries) => dots.extend(entries.iter().map(|entry| entry.dot)),
            Message::Has(_) => {}
        }
    }
    dots
}

/// Of which leaders a step counts more writes as applied: the numbers that are new.
fn newly<'a>(before: &'a Counts, after: &'a Counts) -> impl Iterator<Item = Dot> + 'a {
    let each = (0..).map(NodeId).zip(after.as_slice());
    each.flat_map(move |(node, count)| (before.of(node) + 1..=*count).map(move |count| Dot { node, count }))
}

fn in_order(sight: &Seen<'_>) -> Result<(), Breach> {
    let (Some(before), me) = (sight.step.before, sight.step.node) else { return Ok(()) };
    let mut new = newly(&before.seen, &sight.step.after.seen).filter(|dot| dot.node != me).peekable();
    if new.peek().is_none() {
        return Ok(());
    }
    let at_hand = at_hand(sight);
    if let Some(dot) = new.find(|dot| !at_hand.contains(dot)) {
        let words = format!("{} goes on and leaves out {}", sight.name(me), called(sight, dot));
        return Breach::found(&[me, dot.node], words);
    }
    Ok(())
}

fn one_origin(sight: &Seen<'_>) -> Result<(), Breach> {
    let (Some(before), me) = (sight.step.before, sight.step.node) else { return Ok(()) };
    let asked = matches!(sight.step.input, Some(Input::Packet { packet: Packet::Request(_), .. }));
    let new = newly(&before.seen, &sight.step.after.seen).filter(|dot| dot.node == me).count();
    if new <= usize::from(asked) {
        return Ok(());
    }
    Breach::found(&[me], format!("{} takes a write of another leader for one of its own", sight.name(me)))
}

fn causes_first(sight: &Seen<'_>) -> Result<(), Breach> {
    let (Some(before), me) = (sight.step.before, sight.step.node) else { return Ok(()) };
    let (had, has) = (&before.seen, &sight.step.after.seen);
    if had == has {
        return Ok(());
    }
    let fresh = |made: &&Made| made.dot.count > had.of(made.dot.node) && made.dot.count <= has.of(made.dot.node);
    for made in sight.ghost.made.values().filter(fresh) {
        if let Some(lacking) = newly(has, &made.past).next() {
            let (what, first) = (called(sight, made.dot), called(sight, lacking));
            let words = format!("{} applies {what} without {first}, which its leader had applied", sight.name(me));
            return Breach::found(&[me, made.dot.node], words);
        }
    }
    Ok(())
}

/// At rest all leaders have applied the same writes, and hold the same.
pub(super) fn owed(nodes: &[Option<&Leader>], liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let up = (0..).map(NodeId).zip(nodes).filter_map(|(node, leader)| Some((node, (*leader)?)));
    let mut up = up.filter(|(node, _)| !liars.contains(*node));
    let Some((first, one)) = up.next() else { return Vec::new() };
    let differ = |other: &Leader| {
        let mut keys = one.keys.keys().chain(other.keys.keys());
        one.seen != other.seen || keys.any(|key| one.keys.get(key) != other.keys.get(key))
    };
    let breach = |(node, other): (NodeId, &Leader)| {
        let (me, them) = (name(specs, first), name(specs, node));
        let words = format!("Convergence: {me} and {them} came to rest with different writes");
        differ(other).then(|| Breach { nodes: vec![first, node], words })
    };
    up.filter_map(breach).collect()
}
