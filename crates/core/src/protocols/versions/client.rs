//! A client, which holds for each key what it has seen: the context of its next write.

use super::{Config, Context, Told};
use crate::{
    Client, ClientCtx, Flavour, Key, Kind, NodeId, OpId, Service, Sorted, Span,
    client::{any, in_turn},
    services::{Text, Values, Versioned, VersionedOp},
};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A request, which stays the same when it is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Whose operation it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: VersionedOp,
    /// What the client has seen of the key.
    pub context: Context,
}

/// A client that does one operation at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reader {
    wander: bool,
    patience: Span,
    /// What it has seen of each key, as it was told with the last answer about it.
    contexts: Sorted<Text, Context>,
    /// What it waits for, and from whom.
    asked: Option<(NodeId, Request)>,
    waiting: VecDeque<(OpId, VersionedOp)>,
}

impl Reader {
    pub(super) fn new(config: &Config) -> Self {
        Reader {
            wander: config.wander,
            patience: config.patience,
            contexts: Sorted::new(),
            asked: None,
            waiting: VecDeque::new(),
        }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some((id, op)) = self.waiting.pop_front() else { return };
        let servers = ctx.servers();
        let server = if self.wander { any(ctx, servers) } else { in_turn(servers, id.client, servers) };
        let context = self.contexts.get(op.key()).cloned().unwrap_or_default();
        self.asked = Some((server, Request { id, op, context }));
        self.ask(ctx);
    }

    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        if let Some((server, request)) = &self.asked {
            ctx.send(*server, request.clone());
            ctx.set_timer(Timer::Patience, self.patience);
        }
    }
}

/// The timer of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to ask again.
    Patience,
}

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl Client for Reader {
    type Service = Versioned;
    type Request = Request;
    type Response = Told;
    type Timer = Timer;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: VersionedOp) {
        self.waiting.push_back((id, op));
        if self.asked.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, _: NodeId, told: Told) {
        let Some((_, asked)) = self.asked.take_if(|(_, asked)| asked.id == told.id) else { return };
        ctx.cancel_timer(Timer::Patience);
        let context = Context { answer: Some(told.id.serial), seen: told.context };
        self.contexts.insert(asked.op.key().clone(), context);
        ctx.complete(told.id, Values(told.writes.into_iter().map(|write| write.value).collect()));
        self.next(ctx);
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Timer::Patience: Timer) {
        self.ask(ctx);
    }

    fn request_key(request: &Request) -> Key {
        REQUEST.key1(request.id.serial)
    }

    fn response_key(told: &Told) -> Key {
        RESPONSE.key1(told.id.serial)
    }

    fn request_words(request: &Request) -> String {
        let op = Versioned::op_words(&request.op);
        match (&request.op, request.context.answer) {
            (VersionedOp::Put(..), Some(answer)) => format!("{op}, having seen answer {answer}"),
            _ => op,
        }
    }

    fn response_words(told: &Told) -> String {
        Versioned::ret_words(&Values(told.writes.iter().map(|write| write.value.clone()).collect()))
    }
}
