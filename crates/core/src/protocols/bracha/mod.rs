//! Bracha's reliable broadcast: everybody hears the same, even from a liar.
//!
//! # The lesson
//!
//! A server wants to tell all others something. If it crashes halfway, some have heard it and some have not; if it is
//! *Byzantine*, it does what it likes: it tells one half `a` and the other half `b`, or nothing, and its accomplices
//! confirm to each what it was told. The honest servers have no clock to wait by and cannot know who lies. Still they
//! can make sure that all of them end up with the same value, or all with none, as long as fewer than a third are
//! faulty: `n > 3f`.
//!
//! Nobody takes the origin's word for it. Everybody who gets its *initial* repeats it to all as an *echo*. Whoever has
//! echoes of one value from more than `(n + f) / 2` servers says to all that it is *ready* for it. Two sets of so many
//! servers share more than `f`, so at least one honest server, which echoed one value only: hence honest servers are
//! never ready for two values, and what is delivered is one value. (Agreement.)
//!
//! Why not deliver at once? Because liars can echo to me and not to you: I have enough echoes, and you never will. This
//! is what readies are for. Who gets readies from `2f + 1` servers *delivers*: at least `f + 1` of them are honest and
//! say the same to everybody. And who gets readies from `f + 1` servers, one of them honest, *joins in*, whatever
//! echoes it has. So if one honest server delivers, all others will hear `f + 1` readies, all join in, and `n - f`,
//! which is at least `2f + 1`, honest readies reach everybody. (Totality.) With fewer readies a server could deliver on
//! the word of liars who then fall silent; the planted bugs show it.
//!
//! With `n = 3f` the two demands collide: to wait for fewer lets liars split the others, to wait for more lets them
//! stop everything by saying nothing. Set `servers` to 3 and see.
//!
//! # Departures from the paper
//!
//! - *A server hears itself at once*: what it sends to all it counts in the same step. The paper sends it over a link.
//! - *Broadcasts carry a number*, so that one origin can make several. Each is an instance of the paper's.
//! - *The paper's `t` is `f` here, and its "accept" is "deliver"*, as most texts have it today.
//! - *The threshold of echoes is more than `(n + f) / 2`*, rounded accordingly where `n + f` is odd or `n > 3f + 1`.
//! - *Two values, `a` and `b`*, stand for all: a liar needs no more to disagree with itself.
//! - *The consensus protocol that the paper builds upon the broadcast is left out*: it is a lesson of its own.
//! - *A server can come back from a crash*. Before a message leaves, or a value is delivered, the whole state is on the
//!   disk, so that it neither says another word nor delivers again. What came to it while it was down is lost, and
//!   nobody repeats it: such a server counts as faulty, and nothing is owed to it. The paper knows no recovery.
//! - *`n <= 3f` can be set*. The paper proves that nothing can help then.

mod card;
mod config;
mod inspect;
mod invariants;
mod lies;
mod message;
mod progress;
mod rules;
mod state;
mod steps;
#[cfg(test)]
mod tests;

pub use config::{Bug, Config};
pub use invariants::Ghost;
pub use message::{BroadcastId, Message, Word};
pub use rules::Rule;
pub use state::{Delivered, Instance, Tally};

use crate::{
    Ability, About, Assumptions, Bound, Breach, ConfigError, Ctx, Delivery, Form, Invariant, Key, LieCtx, Log,
    NoClient, NodeId, NodeMap, NodeSet, NodeSpec, Order, Protocol, Sorted, StepSeen, Stimulus,
    view::{FieldView, MessageView, Table},
};
use serde::{Deserialize, Serialize};

/// A server. All of it is on the disk before anybody hears of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bracha {
    /// What it broadcast, by number.
    pub broadcasts: Log<Word>,
    /// The broadcasts that it has heard of, by origin and number.
    pub instances: NodeMap<Sorted<u64, Instance>>,
    /// What it delivered, in order.
    pub delivered: Log<Delivered>,
}

impl Bracha {
    /// What the server knows of a broadcast, if it has heard of it.
    pub fn instance(&self, id: BroadcastId) -> Option<&Instance> {
        self.instances.get(id.origin)?.get(&id.number)
    }

    /// Whether the server has delivered this broadcast.
    pub fn has_delivered(&self, id: BroadcastId) -> bool {
        self.instance(id).is_some_and(|seen| seen.delivered.is_some())
    }
}

/// There is nothing to wait for: no server has a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {}

impl Protocol for Bracha {
    const ABOUT: About = About {
        id: "bracha",
        title: "Bracha's reliable broadcast",
        revision: 1,
        summary: "All honest servers deliver the same or none does, though fewer than a third of all lie.",
        references: &[
            "Gabriel Bracha: Asynchronous Byzantine Agreement Protocols, Information and Computation 75, 1987",
        ],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::Reliable,
            disk_survives: true,
            crashes: Bound::Third,
            lies: Bound::Third,
            timing: "none",
        },
        card: card::CARD,
    };
    type Config = Config;
    type Client = NoClient;
    type Message = Message;
    type Timer = Timer;
    type Stimulus = Word;
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(config: &Config) -> Result<Vec<NodeSpec>, ConfigError> {
        config::setup(config)
    }

    fn form() -> Form {
        config::form()
    }

    fn client(_: &Config) -> NoClient {
        NoClient
    }

    fn stimuli(config: &Config) -> Vec<Stimulus<Word>> {
        config::stimuli(config)
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        let mut server = Bracha::default();
        if ctx.config().auto && ctx.me() == NodeId(0) {
            server.broadcast(ctx, Word::A);
        }
        server
    }

    fn restart(persisted: Option<Self>, _: &mut Ctx<'_, Self>) -> Self {
        persisted.unwrap_or_default()
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Message) {
        match message {
            Message::Initial { number, word } => self.on_initial(ctx, BroadcastId { origin: from, number }, word),
            Message::Echo { id, word } => self.on_echo(ctx, from, id, word),
            Message::Ready { id, word } => self.on_ready(ctx, from, id, word),
        }
    }

    fn on_timer(&mut self, _: &mut Ctx<'_, Self>, timer: Timer) {
        match timer {}
    }

    fn on_stimulus(&mut self, ctx: &mut Ctx<'_, Self>, word: Word) {
        self.broadcast(ctx, word);
    }

    fn key(message: &Message) -> Key {
        message.key()
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        ghost.witness(step);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        invariants::ALL
    }

    fn owed(nodes: &[Option<&Self>], ghost: &Ghost, liars: NodeSet, specs: &[NodeSpec]) -> Vec<Breach> {
        progress::owed(nodes, ghost, liars, specs)
    }

    fn lies(&self, ctx: &LieCtx<'_, Self>, _: NodeId, honest: Option<&Message>) -> Vec<Message> {
        self.lie(ctx, honest)
    }

    fn tolerated(config: &Config) -> Option<usize> {
        usize::try_from(config.faulty).ok()
    }

    fn interchangeable(config: &Config) -> NodeSet {
        config::interchangeable(config)
    }

    fn able(config: &Config, reachable: NodeSet) -> Option<Ability> {
        Some(config::able(config, reachable))
    }

    fn badge(&self) -> String {
        match self.delivered.get(self.delivered.last_index()) {
            Some(Delivered { word, .. }) => format!("delivered {word}"),
            None => String::new(),
        }
    }

    fn fields(&self, names: &[NodeSpec]) -> Vec<FieldView> {
        inspect::fields(self, names)
    }

    fn message_view(message: &Message, names: &[NodeSpec]) -> MessageView {
        inspect::message(message, names)
    }

    fn table(nodes: &[Option<&Self>], names: &[NodeSpec]) -> Option<Table> {
        Some(inspect::table(nodes, names))
    }
}
