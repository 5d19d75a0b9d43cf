//! What the engine needs of a protocol, without its types: one engine in the built page serves every protocol.
//!
//! States, packets, operations and stimuli are opaque to the engine, which shares, keeps and hands them back. What it must
//! know of them stands beside them: a packet's key and a hash of its bytes, a timer's code.

use lightcone_core::{
    Ability, About, Boot, Breach, Choices, Cite, Invariant, Key, Micros, NodeId, NodeSet, NodeSpec, Notes, OpId,
    Protocol, Role, Span, Stamp, Stimulus,
    service::Mix,
    view::{FieldView, MessageView, Ring, Table},
};
use std::{any::Any, rc::Rc};

/// A value of some protocol: a state, a packet, an operation, an answer, a stimulus or the observer's memory.
pub type Datum = Rc<dyn Any>;

/// A timer, by a hash of its bytes that is the same on every machine.
pub type TimerCode = u64;

/// What a participant handles.
#[derive(Clone)]
pub enum Input {
    /// A packet arrives from someone.
    Packet(NodeId, Datum),
    /// A timer fires.
    Timer(TimerCode),
    /// Someone asks a client for an operation.
    Invoke(OpId, Datum),
    /// Someone causes a local event.
    Stimulus(Datum),
}

/// A packet with what the engine has to know of it.
#[derive(Clone)]
pub struct Parcel {
    /// What it is called.
    pub key: Key,
    /// A hash of what it holds; 0 if nobody asked for it.
    pub hash: u64,
    /// The packet.
    pub packet: Datum,
}

/// One thing that a step did.
#[derive(Clone)]
pub enum Effect {
    /// Hands a packet to the network.
    Send(NodeId, Parcel),
    /// Writes a state to the disk.
    Persist(Datum),
    /// Arms a timer for a length on the node's own clock.
    SetTimer(TimerCode, Span),
    /// Disarms a timer.
    CancelTimer(TimerCode),
    /// A client has its answer; with a hash of both.
    Complete(OpId, Datum, u64),
    /// Keeps a worker busy until the call is released.
    Occupy(u64),
    /// Releases it.
    Release(u64),
}

/// Says after which effect of a step its participant crashes: asked before the first with 0 and nothing, then with each
/// number of effects and what that effect sent to whom.
pub type Cut<'a> = &'a mut dyn FnMut(u32, Option<(NodeId, Key)>) -> bool;

/// The surroundings of one step.
pub struct Turn<'a> {
    /// Who acts.
    pub me: NodeId,
    /// What its own clock shows.
    pub clock: Micros,
    /// Where choices come from.
    pub choices: &'a mut dyn Choices,
    /// The effects are added here.
    pub effects: &'a mut Vec<Effect>,
    /// Whether bytes are to be hashed.
    pub hashed: bool,
    /// The rules that fired, one bit for each.
    pub rules: &'a mut u64,
    /// Where explanations go, if anyone asked.
    pub notes: Option<&'a mut Notes>,
    /// Whether and where a crash cuts the step off.
    pub cut: Option<Cut<'a>>,
    /// The observer, if one looks.
    pub watch: Option<Watch<'a>>,
}

/// The observer of one step.
pub struct Watch<'a> {
    /// What it remembers.
    pub ghost: &'a mut Datum,
    /// The state of every other server that is up.
    pub others: &'a dyn Fn(NodeId) -> Option<&'a Datum>,
    /// The servers that are or were Byzantine.
    pub liars: NodeSet,
    /// The invariants that the step broke, by their place, are added here.
    pub broken: &'a mut Vec<(usize, Breach)>,
}

/// An invariant, as its verdict shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The paper's name.
    pub name: &'static str,
    /// What it says.
    pub words: &'static str,
    /// Where the paper states it.
    pub place: &'static str,
}

impl Promised {
    /// What an invariant promises.
    pub fn by<P: Protocol>(invariant: &Invariant<P>) -> Self {
        Promised { name: invariant.name, words: invariant.words, place: invariant.place }
    }
}

/// The participants of a run with their protocol and settings. [`Typed`](crate::typed::Typed) is the only kind.
///
/// Whatever is handed in must have come out of the same object; anything else is a bug and panics.
pub trait Actors {
    /// What the protocol is.
    fn about(&self) -> &'static About;
    /// Every participant, servers first.
    fn specs(&self) -> &[NodeSpec];
    /// The servers.
    fn servers(&self) -> NodeSet;
    /// The settings.
    fn config(&self) -> &dyn Any;
    /// How many faulty servers the settings reckon with, if they say.
    fn tolerated(&self) -> Option<usize>;
    /// Whether progress can be expected where no message flies longer than `longest`.
    ///
    /// # Errors
    /// The timing that the protocol needs, as a sentence.
    fn timely(&self, longest: Micros) -> Result<(), String>;
    /// How far the clocks of any two servers may stand apart, if guarantees of safety rest on that.
    fn skew(&self) -> Option<Micros>;
    /// By how many millionths clocks may run fast or slow.
    fn drift(&self) -> Option<u64>;
    /// What in the settings takes the ground from the guarantees.
    fn unsound(&self) -> Option<String>;
    /// Every rule.
    fn rules(&self) -> Vec<Cite>;
    /// Every invariant.
    fn invariants(&self) -> Vec<Promised>;
    /// The local events that may be caused.
    fn stimuli(&self) -> Vec<Stimulus<Datum>>;

    /// An observer that has seen nothing.
    fn ghost(&self) -> Datum;
    /// A participant starts.
    fn boot(&self, turn: Turn<'_>, how: Boot<Datum>) -> Datum;
    /// A participant handles an input.
    fn step(&self, state: Datum, turn: Turn<'_>, input: Input) -> Datum;
    /// What a Byzantine server could say to one peer, instead of a packet or unasked.
    fn lies(&self, state: &Datum, me: NodeId, clock: Micros, to: NodeId, honest: Option<&Datum>) -> Vec<Parcel>;
    /// What is still owed when nothing is under way any more. Those that are down have no state.
    fn owed(&self, states: &[Option<Datum>], ghost: &Datum, liars: NodeSet) -> Vec<Breach>;

    /// The cuts through the run that the protocol has made, as the observer remembers them.
    fn cuts(&self, ghost: &Datum) -> Vec<lightcone_core::view::Cut>;

    /// What people call a timer.
    fn timer_label(&self, timer: TimerCode) -> String;
    /// The part that a server plays; nothing for a client.
    fn role(&self, state: &Datum) -> Option<Role>;
    /// The timestamp of a server's latest event, if events have any.
    fn stamp(&self, state: &Datum) -> Option<Stamp>;
    /// Whether a server is up and of no use yet.
    fn is_recovering(&self, state: &Datum) -> bool;
    /// The line under a server's name.
    fn badge(&self, state: &Datum) -> String;
    /// A server's state, field by field; empty for a client.
    fn fields(&self, state: &Datum) -> Vec<FieldView>;
    /// All of a state, for comparing. The page never asks, and does without the code.
    #[cfg(not(target_arch = "wasm32"))]
    fn debug(&self, state: &Datum) -> String;
    /// A packet, field by field.
    fn packet(&self, packet: &Datum) -> MessageView;
    /// The cluster in one table.
    fn table(&self, states: &[Option<Datum>]) -> Option<Table>;
    /// Where the keys of a store lie on a ring.
    fn ring(&self, states: &[Option<Datum>]) -> Option<Ring>;
    /// What no server knows by itself, as the observer remembers it.
    fn record(&self, ghost: &Datum) -> Option<Table>;
    /// What a group of servers could do.
    fn able(&self, states: &[Option<Datum>], reachable: NodeSet) -> Option<Ability>;

    /// Reads an operation.
    ///
    /// # Errors
    /// What the operations look like.
    fn parse_op(&self, text: &str) -> Result<Datum, String>;
    /// Why the settings refuse an operation, if they do.
    fn refuses(&self, op: &Datum) -> Option<String>;
    /// An operation of a workload.
    fn sample(&self, draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> Datum;
    /// An operation in words.
    fn op_words(&self, op: &Datum) -> String;
    /// Whether an operation leaves every state as it is.
    fn is_read(&self, op: &Datum) -> bool;
    /// An answer in words.
    fn ret_words(&self, ret: &Datum) -> String;
}
