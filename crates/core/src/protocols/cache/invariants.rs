//! What the cache promises, watched from outside by one who knows all that the origin ever had.

use super::{Cache, Ghost, Server, place::Plan};
use crate::{Breach, Invariant, NodeId, NodeSet, NodeSpec, Sight, view::name};

pub(super) const ALL: &[Invariant<Cache>] = &[
    Invariant {
        name: "Origin's Values",
        words: "What a client is told, and what a server holds, the origin once had, as the version that it is said to be.",
        place: "Karger et al. 1997 §1",
        check: values_are_the_origins,
    },
    Invariant {
        name: "Sessions",
        words: "No client is told a version older than one that it has seen, its own writes among them.",
        place: "Terry et al. 1994; Nishtala et al. 2013 §2",
        check: sessions_go_forward,
    },
    Invariant {
        name: "Nothing Replaced",
        words: "No server holds a copy that an entry of the log replaced which it has seen: nothing brings back what was dropped.",
        place: "Nishtala et al. 2013 §3.2.1",
        check: nothing_comes_back,
    },
    Invariant {
        name: "Placement",
        words: "A server holds only what is its own by the ring that it goes by, and what it is handing over.",
        place: "Karger et al. 1997 §4",
        check: everything_has_its_place,
    },
];

type Seen<'a> = Sight<'a, Cache>;

/// The server that moved, if it is one and was not cut off.
fn server<'a>(sight: &Seen<'a>) -> Option<&'a Server> {
    match sight.step.after {
        Cache::Server(server) if !sight.step.cut => Some(server),
        _ => None,
    }
}

fn values_are_the_origins(sight: &Seen<'_>) -> Result<(), Breach> {
    let (me, ghost) = (sight.step.node, sight.ghost);
    let told = sight.step.responses().filter_map(|(_, told)| Some((&told.key, told.held.as_ref()?)));
    let holds = server(sight).into_iter().flat_map(|server| server.copies.iter());
    for (key, held) in told.chain(holds) {
        if !ghost.is_true(key, held) {
            let (value, version) = (held.value.as_deref().unwrap_or("nothing"), held.version);
            let words =
                format!("{} has {key} = {value} as entry {version}, which never was at the origin", sight.name(me));
            return Breach::found(&[me], words);
        }
    }
    Ok(())
}

fn sessions_go_forward(sight: &Seen<'_>) -> Result<(), Breach> {
    for (client, told) in sight.step.responses() {
        let floor = sight.ghost.floor(client, told.id.serial);
        if let Some(held) = told.held.as_ref().filter(|held| held.version < floor) {
            let (me, who, version) = (sight.name(sight.step.node), sight.name(client), held.version);
            let words =
                format!("{me} tells {who} {} as of entry {version}, and {who} has seen entry {floor}", told.key);
            return Breach::found(&[sight.step.node, client], words);
        }
    }
    Ok(())
}

fn nothing_comes_back(sight: &Seen<'_>) -> Result<(), Breach> {
    let Some(Server { place: Some(place), copies, .. }) = server(sight) else { return Ok(()) };
    for (key, held) in copies.iter() {
        if let Some(entry) = sight.ghost.replaced(key, held.version).filter(|entry| *entry <= place.seen) {
            let (me, version, seen) = (sight.name(sight.step.node), held.version, place.seen);
            let words = format!(
                "{me} has {key} as of entry {version}, though entry {entry} replaced it and {me} has seen {seen} entries"
            );
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

fn everything_has_its_place(sight: &Seen<'_>) -> Result<(), Breach> {
    let Some(Server { place: Some(place), copies, leaving, .. }) = server(sight) else { return Ok(()) };
    let (me, plan) = (sight.step.node, Plan::from(sight.config));
    for key in copies.keys().filter(|key| !leaving.keys().any(|(_, of)| of == *key)) {
        if !place.ring.places(plan, key, me) {
            let owners = place.ring.owners(plan, key).into_iter().collect();
            let (me, owners) = (sight.name(me), crate::view::all(sight.specs, owners));
            let words = format!("{me} holds {key}, which by ring {} is for {owners} to hold", place.ring.number);
            return Breach::found(&[sight.step.node], words);
        }
    }
    Ok(())
}

/// At rest every server has seen the whole log, so that no copy is old, and nothing waits to be handed over.
pub(super) fn owed(nodes: &[Option<&Cache>], ghost: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
    let Some(origin) = ghost.config.as_ref().map(super::Config::origin) else { return Vec::new() };
    if liars.contains(origin) || !matches!(nodes.get(origin.index()), Some(Some(_))) {
        return Vec::new();
    }
    let last = ghost.log.last_index();
    let mut owed = Vec::new();
    for (id, server) in (0..).map(NodeId).zip(nodes) {
        let Some(Cache::Server(server)) = server.filter(|_| !liars.contains(id)) else { continue };
        let who = name(specs, id);
        let seen = server.place.as_ref().map_or(0, |place| place.seen);
        if seen < last {
            let words = format!("Coherence: {who} came to rest with {seen} of {last} entries seen");
            owed.push(Breach { nodes: vec![id], words });
        }
        if let Some((to, key)) = server.leaving.keys().next() {
            let words = format!("Hand-over: {who} came to rest with {key}, which is for {} to hold", name(specs, *to));
            owed.push(Breach { nodes: vec![id, *to], words });
        }
    }
    owed
}
