//! Anti-entropy (§4.7): replicas compare trees of hashes over the keys that they share, and go down where they differ.

use super::{Bug, Dynamo, Message, Rule, Timer, Write, place};
use crate::{Ctx, NodeId, NodeSet, services::Text, versions::Siblings};

/// The levels below the root; each node has four below it.
const DEPTH: u8 = 2;
const LEAVES: usize = 16;

/// The hashes of a tree, level by level from the root.
type Tree = Vec<Vec<u64>>;

/// The leaf that a key belongs to.
fn leaf(key: &str) -> usize {
    (place::hash(key.as_bytes()) >> (u64::BITS - LEAVES.trailing_zeros())) as usize
}

/// A key with its versions, of which dots are enough to tell them apart, in bytes.
fn bytes(key: &str, held: &Siblings<Write>, into: &mut Vec<u8>) {
    into.extend_from_slice(key.as_bytes());
    for dot in held.iter().filter_map(|(version, _)| version.dot) {
        into.push(0);
        into.push(dot.node.0);
        into.extend_from_slice(&dot.count.to_le_bytes());
    }
    into.push(1);
}

/// The hash of what is there; 0 if there is nothing.
fn hash(bytes: &[u8]) -> u64 {
    if bytes.iter().all(|byte| *byte == 0) { 0 } else { place::hash(bytes) }
}

impl Dynamo {
    /// The tree over the keys that two servers are to hold, as one of them holds them.
    fn tree(&self, ctx: &Ctx<'_, Self>, peer: NodeId) -> Tree {
        let mut leaves = vec![Vec::new(); LEAVES];
        for (key, held) in self.keys.iter().filter(|(key, _)| Self::replicas(ctx, key).contains(peer)) {
            bytes(key, held, &mut leaves[leaf(key)]);
        }
        let mut levels: Tree = vec![leaves.iter().map(|leaf| hash(leaf)).collect()];
        while levels[0].len() > 1 {
            let below: Vec<u8> = levels[0].iter().flat_map(|hash| hash.to_le_bytes()).collect();
            levels.insert(0, below.chunks(4 * size_of::<u64>()).map(hash).collect());
        }
        levels
    }

    /// What is held of the shared keys in some leaves.
    fn held_in(&self, ctx: &Ctx<'_, Self>, peer: NodeId, leaves: u16) -> Vec<(Text, Siblings<Write>)> {
        let shared = self.keys.iter().filter(|(key, _)| leaves & 1 << leaf(key) != 0);
        let shared = shared.filter(|(key, _)| Self::replicas(ctx, key).contains(peer));
        shared.map(|(key, held)| (key.clone(), held.clone())).collect()
    }

    /// Other replicas may hold something else from now on.
    pub(super) fn differ(&mut self, ctx: &mut Ctx<'_, Self>, others: NodeSet) {
        if !ctx.config().anti_entropy || others.is_empty() {
            return;
        }
        if self.unlike.is_empty() {
            ctx.set_timer(Timer::Compare, ctx.config().compare);
        }
        self.unlike = self.unlike.union(others);
    }

    /// Another replica holds the same.
    fn alike(&mut self, ctx: &mut Ctx<'_, Self>, peer: NodeId) {
        ctx.rule(Rule::Agree, |ctx| format!("{} and {} hold the same", ctx.name(ctx.me()), ctx.name(peer)));
        self.unlike.remove(peer);
        if self.unlike.is_empty() {
            ctx.cancel_timer(Timer::Compare);
        }
    }

    /// Sends the root to those who may hold something else.
    pub(super) fn compare(&mut self, ctx: &mut Ctx<'_, Self>) {
        let peers = self.unlike;
        ctx.rule(Rule::Compare, |ctx| format!("{} compares its tree with {}", ctx.name(ctx.me()), ctx.names(peers)));
        for peer in peers.iter() {
            let root = self.tree(ctx, peer)[0][0];
            ctx.send(peer, Message::Tree { level: 0, hashes: vec![(0, root)] });
        }
        if !peers.is_empty() {
            ctx.set_timer(Timer::Compare, ctx.config().compare);
        }
    }

    /// Some hashes of another's tree.
    pub(super) fn on_tree(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, level: u8, hashes: &[(u8, u64)]) {
        let tree = self.tree(ctx, from);
        let mine = &tree[usize::from(level.min(DEPTH))];
        let differs = |(place, hash): &&(u8, u64)| mine[usize::from(*place) % mine.len()] != *hash;
        let mut places: Vec<u8> = hashes.iter().filter(differs).map(|(place, _)| *place).collect();
        if ctx.config().bug == Bug::BlindCompare {
            places.clear();
        }
        if places.is_empty() {
            if level == 0 {
                self.alike(ctx, from);
            }
            return ctx.send(from, Message::Agree { root: tree[0][0] });
        }
        if level >= DEPTH {
            let leaves = places.iter().fold(0, |all, place| all | 1 << (place % LEAVES as u8));
            return self.send_keys(ctx, from, leaves, true);
        }
        let below = &tree[usize::from(level) + 1];
        let children = places.iter().flat_map(|place| (0..4).map(move |nth| place * 4 + nth));
        let hashes = children.map(|place| (place, below[usize::from(place) % below.len()])).collect();
        ctx.rule(Rule::Descend, |ctx| {
            let (me, count) = (ctx.name(ctx.me()), places.len());
            format!("{me} and {} differ in {count} hashes of level {level}: those below are next", ctx.name(from))
        });
        ctx.send(from, Message::Tree { level: level + 1, hashes });
    }

    fn send_keys(&self, ctx: &mut Ctx<'_, Self>, to: NodeId, leaves: u16, back: bool) {
        let held = self.held_in(ctx, to, leaves);
        ctx.rule(Rule::Exchange, |ctx| {
            let (me, keys, count) = (ctx.name(ctx.me()), held.len(), leaves.count_ones());
            format!("{me} sends {} what it holds in {count} leaves that differ: {keys} keys", ctx.name(to))
        });
        ctx.send(to, Message::Keys { leaves, held, back });
    }

    /// Another has equal hashes, if nothing has changed since it was asked.
    pub(super) fn on_agree(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, root: u64) {
        let same = self.tree(ctx, from)[0][0] == root || ctx.config().bug == Bug::BlindCompare;
        let same = ctx.guard(Rule::Agree, same, |ctx| format!("{} has changed since", ctx.name(ctx.me())));
        if same {
            self.alike(ctx, from);
        }
    }

    /// All that another holds in some leaves.
    pub(super) fn on_keys(
        &mut self,
        ctx: &mut Ctx<'_, Self>,
        from: NodeId,
        leaves: u16,
        held: Vec<(Text, Siblings<Write>)>,
        back: bool,
    ) {
        let mut new = false;
        for (key, theirs) in &held {
            new |= self.keep(ctx, key, theirs);
        }
        if new {
            self.persist(ctx);
        }
        if back {
            self.send_keys(ctx, from, leaves, false);
        }
    }
}
