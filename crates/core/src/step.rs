//! The one function that changes a node.

use crate::{
    ClientCtx, Ctx, Effect, Env, NodeId, Op, OpId, Packet, Protocol, TimerOf,
    client::{Client, ClientEffect},
};
use serde::{Deserialize, Serialize};

/// A participant: a server or a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub enum Machine<P: Protocol> {
    /// A server.
    Node(P),
    /// A client.
    Client(P::Client),
}

impl<P: Protocol> Machine<P> {
    /// The server's state, if this is one.
    pub fn node(&self) -> Option<&P> {
        match self {
            Machine::Node(node) => Some(node),
            Machine::Client(_) => None,
        }
    }
}

/// What a participant handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<P: Protocol> {
    /// A packet arrives.
    Packet {
        /// Its sender.
        from: NodeId,
        /// What it holds.
        packet: Packet<P>,
    },
    /// A timer fires.
    Timer(TimerOf<P>),
    /// Someone asks a client for an operation.
    Invoke(OpId, Op<P>),
    /// Someone causes a local event at a server.
    Stimulus(P::Stimulus),
}

/// How a participant starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boot<P> {
    /// For the first time.
    First,
    /// After a crash, with what it last persisted.
    Again(Option<P>),
}

/// Starts the participant `env.me`.
pub fn boot<P: Protocol>(env: Env<'_, P>, how: Boot<P>) -> Machine<P> {
    if !env.cluster.servers.contains(env.me) {
        return Machine::Client(P::client(&env.cluster.config));
    }
    let ctx = &mut Ctx(env);
    Machine::Node(match how {
        Boot::First => P::start(ctx),
        Boot::Again(persisted) => P::restart(persisted, ctx),
    })
}

/// Lets `machine` handle `input`. Its effects are added to `env.effects` in order.
pub fn step<P: Protocol>(machine: &mut Machine<P>, env: Env<'_, P>, input: Input<P>) {
    match machine {
        Machine::Node(node) => step_node(node, &mut Ctx(env), input),
        Machine::Client(client) => step_client(client, env, input),
    }
}

fn step_node<P: Protocol>(node: &mut P, ctx: &mut Ctx<'_, P>, input: Input<P>) {
    match input {
        Input::Packet { from, packet: Packet::Message(message) } => node.on_message(ctx, from, message),
        Input::Packet { from, packet: Packet::Request(request) } => node.on_request(ctx, from, request),
        Input::Timer(TimerOf::Node(timer)) => node.on_timer(ctx, timer),
        Input::Stimulus(stimulus) => node.on_stimulus(ctx, stimulus),
        _ => panic!("a server was handed what only clients handle"),
    }
}

fn step_client<P: Protocol>(client: &mut P::Client, env: Env<'_, P>, input: Input<P>) {
    let mut ctx =
        ClientCtx { servers: env.cluster.servers, clock: env.clock, choices: env.choices, effects: Vec::new() };
    match input {
        Input::Packet { from, packet: Packet::Response(response) } => client.on_response(&mut ctx, from, response),
        Input::Timer(TimerOf::Client(timer)) => client.on_timer(&mut ctx, timer),
        Input::Invoke(id, op) => client.on_invoke(&mut ctx, id, op),
        _ => panic!("a client was handed what only servers handle"),
    }
    env.effects.extend(ctx.effects.into_iter().map(effect_of_client));
}

fn effect_of_client<P: Protocol>(effect: ClientEffect<P::Client>) -> Effect<P> {
    match effect {
        ClientEffect::Send(to, request) => Effect::Send { to, packet: Packet::Request(request) },
        ClientEffect::SetTimer(timer, range) => Effect::SetTimer { timer: TimerOf::Client(timer), range },
        ClientEffect::CancelTimer(timer) => Effect::CancelTimer(TimerOf::Client(timer)),
        ClientEffect::Complete(op, ret) => Effect::Complete { op, ret },
    }
}
