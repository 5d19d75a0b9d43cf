//! What the store promises, watched from outside by one who knows what each writer had truly seen.

use super::{
    Dynamo, Ghost, Message, Versioning, Why, Write,
    ghost::{Id, ids},
    place,
};
use crate::{
    Breach, Effect, Input, Invariant, NodeId, NodeSet, NodeSpec, Packet, Sight, services::Text, versions::Siblings,
    view::name,
};

pub(super) const ALL: &[Invariant<Dynamo>] = &[
    Invariant {
        name: "No Lost Write",
        words: "A write that was acknowledged, or one whose writer had seen it, is on W disks, those counted that were lost \
                since it was on them. Where the last writer wins, a write may be lost to one that it did not come before.",
        place: "Dynamo 2007 §4.5",
        check: nothing_is_lost,
    },
    Invariant {
        name: "Reads Meet Writes",
        words: "A read tells of each write that was acknowledged before the read began, or of one whose writer had seen \
                it. It may tell of writes under way, or not. R + W > N gives this, with strict quorums.",
        place: "Dynamo 2007 §4.5",
        check: reads_meet_writes,
    },
    Invariant {
        name: "Monotone Versions",
        words: "A replica drops a version only for one whose writer had seen it, or for a later one if clocks decide.",
        place: "Dynamo 2007 §4.4",
        check: versions_are_monotone,
    },
    Invariant {
        name: "No False Siblings",
        words: "Of two siblings neither writer had seen the other.",
        place: "Dynamo 2007 §4.4",
        check: siblings_are_concurrent,
    },
    Invariant {
        name: "Read Repair",
        words: "A read that is over has sent whoever answered with less what the others had.",
        place: "Dynamo 2007 §5",
        check: readers_repair,
    },
];

/// A version in words: `write 2 of c1 to x`.
fn words(sight: &Sight<'_, Dynamo>, id: Id) -> String {
    format!("write {} of {}", id.0.serial, sight.name(id.0.client))
}

fn nothing_is_lost(sight: &Sight<'_, Dynamo>) -> Result<(), Breach> {
    let (ghost, step) = (sight.ghost, sight.step);
    let persists = step.effects.iter().any(|effect| matches!(effect, Effect::Persist(_)));
    if !persists && step.input.is_some() && step.responses().next().is_none() {
        return Ok(());
    }
    for (key, ids) in ghost.acknowledged.iter() {
        for id in ids {
            let (holders, w) = (ghost.holders(key, *id), sight.config.w);
            if holders.is_empty() || (holders.union(ghost.losers(key, *id)).len() as u64) < w {
                let (what, count) = (words(sight, *id), holders.len());
                let who = crate::view::all(sight.specs, holders);
                let words = format!("{what} to {key} was acknowledged as on {w} disks; it is on {count} ({who})");
                return Breach::found(&[step.node, id.1], words);
            }
        }
    }
    Ok(())
}

fn reads_meet_writes(sight: &Sight<'_, Dynamo>) -> Result<(), Breach> {
    for (client, told) in sight.step.responses() {
        let super::Outcome::Done { writes, .. } = &told.outcome else { continue };
        let told: Vec<Id> = writes.iter().map(|write| (write.by, write.at)).collect();
        if let Some(id) = sight.ghost.due.iter().find(|id| !sight.ghost.lives_in(**id, &told)) {
            let (me, who, what) = (sight.name(sight.step.node), sight.name(client), words(sight, *id));
            let words = format!("{me} tells {who} nothing of {what}, which was acknowledged before the read began");
            return Breach::found(&[sight.step.node, client], words);
        }
    }
    Ok(())
}

fn versions_are_monotone(sight: &Sight<'_, Dynamo>) -> Result<(), Breach> {
    let Some(before) = sight.step.before else { return Ok(()) };
    let clocks = sight.config.versions == Versioning::LastWriter;
    let order = |siblings: &Siblings<_>| {
        siblings.iter().filter_map(|(version, _)| version.dot).map(|dot| (dot.count, dot.node)).max()
    };
    for (key, old) in before.keys.iter() {
        let now = sight.step.after.keys.get(key).cloned().unwrap_or_default();
        if clocks && order(old) <= order(&now) {
            continue;
        }
        let left = ids(&now);
        if let Some(id) = ids(old).into_iter().find(|id| !sight.ghost.lives_in(*id, &left)) {
            let words = format!("{} drops {} to {key} for nothing", sight.name(sight.step.node), words(sight, id));
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

fn siblings_are_concurrent(sight: &Sight<'_, Dynamo>) -> Result<(), Breach> {
    for (key, siblings) in sight.step.after.keys.iter().filter(|(_, siblings)| siblings.len() > 1) {
        let all = ids(siblings);
        for id in &all {
            if let Some(seen) = sight.ghost.past(*id).iter().find(|seen| all.contains(seen)) {
                let (one, other) = (words(sight, *id), words(sight, *seen));
                let me = sight.name(sight.step.node);
                let words = format!("{me} keeps {one} to {key} beside {other}, which its writer had seen");
                return Breach::found(&[sight.step.node], words);
            }
        }
    }
    Ok(())
}

/// Who answered a read, and with what.
type Found = (NodeId, Siblings<Write>);

/// The key of the read that ended in this step, and what was found.
fn ended(sight: &Sight<'_, Dynamo>) -> Option<(Text, Vec<Found>)> {
    let (before, after) = (sight.step.before?, sight.step.after);
    let (id, call) = before.calls.iter().find(|(id, call)| !call.writes && after.calls.get(id).is_none())?;
    let mut found: Vec<_> = call.found.iter().map(|(node, held)| (node, held.clone())).collect();
    if let Some(Input::Packet { from, packet: Packet::Message(Message::Found { id: of, held }) }) = sight.step.input {
        found.extend((of == id).then(|| (*from, held.clone())));
    }
    Some((call.key.clone(), found))
}

fn readers_repair(sight: &Sight<'_, Dynamo>) -> Result<(), Breach> {
    let Some((key, found)) = ended(sight).filter(|_| !sight.step.cut) else { return Ok(()) };
    let (step, config) = (sight.step, sight.config);
    let mut all = Siblings::default();
    for (_, held) in &found {
        all.sync(held);
    }
    let servers = config.servers as usize;
    for node in place::order(servers, &key).into_iter().take(config.n as usize).filter(|node| *node != step.node) {
        let less = found.iter().any(|(other, held)| *other == node && held.clone().sync(&all));
        let repairs = |(to, message): (NodeId, &Message)| {
            to == node && matches!(message, Message::Store { why: Why::Repair, .. })
        };
        if less && !step.sends().any(repairs) {
            let words = format!(
                "{} is done with a read of {key} and does not repair {}",
                sight.name(step.node),
                sight.name(node)
            );
            return Breach::found(&[step.node, node], words);
        }
    }
    Ok(())
}

/// Convergence: where replicas compare what they hold, at rest all replicas of a key hold the same.
pub(super) fn owed(nodes: &[Option<&Dynamo>], ghost: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let Some(config) = ghost.config.as_ref().filter(|config| config.anti_entropy) else { return Vec::new() };
    let mut keys: Vec<&Text> = nodes.iter().flatten().flat_map(|server| server.keys.keys()).collect();
    crate::order::sort(&mut keys);
    keys.dedup();
    let mut owed = Vec::new();
    for key in keys {
        let replicas = place::order(nodes.len(), key).into_iter().take(config.n as usize);
        let up = replicas.filter(|node| !liars.contains(*node)).filter_map(|node| Some((node, nodes[node.index()]?)));
        let up: Vec<_> = up.map(|(node, server)| (node, server.keys.get(key))).collect();
        let Some(apart) = up.windows(2).find(|pair| pair[0].1 != pair[1].1) else { continue };
        let (one, other) = (apart[0].0, apart[1].0);
        let who = format!("{} and {}", name(specs, one), name(specs, other));
        let words = format!("Convergence: {who} came to rest with different versions of {key}");
        owed.push(Breach { nodes: vec![one, other], words });
    }
    owed
}
