//! Tests that follow the paper, on a network that is moved by hand and whose liars say what a test puts in their
//! mouths.

mod bugs;
mod paper;
mod recovery;
mod search;
mod views;

use super::*;
use crate::{
    Choices, Cluster, Effect, Env, Input, Machine, Micros, Notes, Packet, Sight, boot,
    step::{Boot, step},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Flight {
    from: NodeId,
    to: NodeId,
    message: Message,
}

/// All that moves, so that a search can compare it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Now {
    nodes: Vec<Bracha>,
    flying: Vec<Flight>,
    ghost: Ghost,
}

/// Servers are called by their numbers, 1 to n.
struct Net {
    cluster: Cluster<Bracha>,
    liars: NodeSet,
    now: Now,
    breaches: Vec<String>,
    /// What the latest step did.
    effects: Vec<Effect<Bracha>>,
    /// What the latest step said of itself.
    notes: Notes,
}

struct NoChoices;

impl Choices for NoChoices {
    fn choose(&mut self, label: &'static str, _: u32) -> u32 {
        panic!("the broadcast makes no choices, but it asked for {label}")
    }
}

fn n(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn id(origin: u8, number: u64) -> BroadcastId {
    BroadcastId { origin: n(origin), number }
}

fn initial(word: Word) -> Message {
    Message::Initial { number: 1, word }
}

/// An echo in the first broadcast of `origin`.
fn echo(origin: u8, word: Word) -> Message {
    Message::Echo { id: id(origin, 1), word }
}

/// A ready in the first broadcast of `origin`.
fn ready(origin: u8, word: Word) -> Message {
    Message::Ready { id: id(origin, 1), word }
}

impl Net {
    fn new(servers: u64, faulty: u64, bug: Bug, liars: &[u8]) -> Net {
        let config = Config { servers, faulty, auto: false, bug };
        let specs = Bracha::setup(&config).expect("these settings can be run");
        let count = specs.len();
        let cluster = Cluster { specs, servers: NodeSet::first(count), config };
        let now = Now { nodes: vec![Bracha::default(); count], flying: Vec::new(), ghost: Ghost::default() };
        let liars = liars.iter().map(|liar| n(*liar)).collect();
        let mut net = Net { cluster, liars, now, breaches: Vec::new(), effects: Vec::new(), notes: Notes::new() };
        (1..=servers as u8).for_each(|me| net.start(me, Boot::First));
        net
    }

    fn at(&self, me: u8) -> &Bracha {
        &self.now.nodes[n(me).index()]
    }

    fn instance(&self, me: u8, origin: u8) -> Instance {
        self.at(me).instance(id(origin, 1)).copied().unwrap_or_default()
    }

    /// What each server delivered in the first broadcast of `origin`.
    fn delivered(&self, origin: u8) -> Vec<Option<Word>> {
        self.now.nodes.iter().map(|node| node.instance(id(origin, 1)).and_then(|seen| seen.delivered)).collect()
    }

    fn start(&mut self, me: u8, how: Boot<Bracha>) {
        self.run(me, None, |machine, env| *machine = boot(env, how));
    }

    fn step(&mut self, me: u8, input: Input<Bracha>) {
        self.run(me, Some(input.clone()), |machine, env| step(machine, env, input));
    }

    fn run(&mut self, me: u8, input: Option<Input<Bracha>>, how: impl FnOnce(&mut Machine<Bracha>, Env<'_, Bracha>)) {
        let before = self.at(me).clone();
        let (mut machine, mut effects, mut notes) = (Machine::Node(before.clone()), Vec::new(), Notes::new());
        let env = Env {
            me: n(me),
            cluster: &self.cluster,
            clock: Micros::ZERO,
            choices: &mut NoChoices,
            effects: &mut effects,
            rules: &mut 0,
            notes: Some(&mut notes),
        };
        how(&mut machine, env);
        let Machine::Node(after) = machine else { panic!("{me} is a server") };
        let before = input.is_some().then_some(&before);
        self.watch(me, before, input.as_ref(), &after, &effects, false);
        self.now.nodes[n(me).index()] = after;
        self.notes = notes;
        self.effects = effects;
        if !self.liars.contains(n(me)) {
            self.now.flying.extend(self.effects.iter().filter_map(|effect| match effect {
                Effect::Send { to, packet: Packet::Message(message) } => {
                    Some(Flight { from: n(me), to: *to, message: *message })
                }
                _ => None,
            }));
        }
    }

    /// The observer sees a step; what it finds wrong is added to `breaches`.
    fn watch(
        &mut self,
        me: u8,
        before: Option<&Bracha>,
        input: Option<&Input<Bracha>>,
        after: &Bracha,
        effects: &[Effect<Bracha>],
        cut: bool,
    ) {
        let liar = self.liars.contains(n(me));
        let seen = StepSeen { node: n(me), before, input, after, effects, liar, cut, config: &self.cluster.config };
        Bracha::witness(&mut self.now.ghost, &seen);
        let nodes = |node: NodeId| self.now.nodes.get(node.index());
        let (config, specs) = (&self.cluster.config, self.cluster.specs.as_slice());
        let sight = Sight { nodes: &nodes, step: &seen, ghost: &self.now.ghost, config, specs, liars: self.liars };
        for invariant in Bracha::invariants() {
            if let Err(breach) = (invariant.check)(&sight) {
                self.breaches.push(format!("{}: {}", invariant.name, breach.words));
            }
        }
    }

    fn broadcast(&mut self, me: u8, word: Word) {
        self.step(me, Input::Stimulus(word));
    }

    fn hand(&mut self, from: u8, to: u8, message: Message) {
        self.step(to, Input::Packet { from: n(from), packet: Packet::Message(message) });
    }

    /// Whether a liar can say this just now.
    fn may_say(&self, from: u8, to: u8, message: Message) -> bool {
        let ctx = LieCtx::new(n(from), &self.cluster, Micros::ZERO);
        self.at(from).lies(&ctx, n(to), None).contains(&message)
    }

    /// A liar says this to each of `to`, and it arrives at once.
    fn lie(&mut self, from: u8, to: &[u8], message: Message) {
        assert!(self.liars.contains(n(from)), "{from} is honest");
        for to in to {
            assert!(self.may_say(from, *to, message), "{from} cannot say {message:?}");
            self.hand(from, *to, message);
        }
    }

    /// Delivers one of the messages on their way.
    fn deliver(&mut self, place: usize) {
        let Flight { from, to, message } = self.now.flying.remove(place);
        self.hand(from.0 + 1, to.0 + 1, message);
    }

    /// Delivers all messages, those first that were sent first; returns how many there were.
    fn settle(&mut self) -> usize {
        let mut count = 0;
        while !self.now.flying.is_empty() {
            self.deliver(0);
            count += 1;
        }
        count
    }

    /// What is owed now, if nothing more comes; `down` are down.
    fn owed(&self, down: &[u8]) -> Vec<String> {
        let up = |(place, node)| (!down.contains(&place)).then_some(node);
        let nodes: Vec<Option<&Bracha>> = (1..).zip(&self.now.nodes).map(up).collect();
        let owed = Bracha::owed(&nodes, &self.now.ghost, self.liars, &self.cluster.specs);
        owed.into_iter().map(|breach| breach.words).collect()
    }

    /// Whether the latest step said this, of a rule that fired or of one that did not.
    fn said(&self, fired: bool, words: &str) -> bool {
        self.notes.iter().any(|note| note.fired == fired && note.why.contains(words))
    }
}
