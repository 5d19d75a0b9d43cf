//! A client's session with a [`Store`]. It asks any server, or its own, hands back with what it writes what it has seen, and
//! goes to another server if one does not answer.

use crate::{
    Client, ClientCtx, Flavour, Key, Kind, NodeId, NodeSet, OpId, Service, Sorted, Span,
    client::{any, in_turn},
    services::{Store, StoreOp, StoreRet, Text},
    versions::Counts,
};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// So many servers are asked for one operation at most.
const TRIES: usize = 3;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Write {
    /// The value; none if it was deleted.
    pub value: Option<Text>,
    /// The operation that wrote it.
    pub by: OpId,
    /// The server that took it.
    pub at: NodeId,
}

/// A request, which stays the same when another server is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Whose operation it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: StoreOp,
    /// What the client has seen of the key.
    pub context: Context,
}

/// What a client has seen of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Context {
    /// All versions of which it was told, and what these had seen.
    pub seen: Counts,
    /// Who answered which of the client's operations with it, for the observer.
    pub answer: Option<(NodeId, u64)>,
}

/// The answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The operation.
    pub id: OpId,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a client's operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// A quorum answered, and there are these versions.
    Done {
        /// What was written.
        writes: Vec<Write>,
        /// What whoever knows them has seen.
        seen: Counts,
    },
    /// Too few answered in time.
    TooFew {
        /// So many answered.
        have: u64,
        /// So many were to.
        need: u64,
    },
}

impl Outcome {
    fn ret(&self) -> StoreRet {
        match self {
            Outcome::Done { writes, .. } => {
                // A write that two servers were asked for is there twice.
                let first = |place: usize| writes[..place].iter().all(|write| write.by != writes[place].by);
                let places = (0..writes.len()).filter(|place| first(*place));
                StoreRet::Values(places.filter_map(|place| writes[place].value.clone()).collect())
            }
            Outcome::TooFew { have, need } => StoreRet::Unknown { have: *have, need: *need },
        }
    }
}

/// A client that does one operation at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    wander: bool,
    patience: Span,
    /// What it has seen of each key, as it was told with the last answer about it.
    contexts: Sorted<Text, Context>,
    /// What it waits for.
    asked: Option<Request>,
    /// Whom it has asked for that.
    tried: NodeSet,
    waiting: VecDeque<(OpId, StoreOp)>,
}

impl Session {
    /// A client that asks any server each time if it is to wander, and otherwise one of its own, the first client the first
    /// server, and others only if that does not answer; and that waits for so long before it asks another.
    pub fn new(wander: bool, patience: Span) -> Self {
        Session {
            wander,
            patience,
            contexts: Sorted::new(),
            asked: None,
            tried: NodeSet::new(),
            waiting: VecDeque::new(),
        }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some((id, op)) = self.waiting.pop_front() else { return };
        let context = self.contexts.get(op.key()).cloned().unwrap_or_default();
        self.asked = Some(Request { id, op, context });
        self.tried = NodeSet::new();
        self.ask(ctx);
    }

    /// Asks one of those whom it has not asked yet.
    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some(request) = self.asked.clone() else { return };
        let untried = ctx.servers().difference(self.tried);
        let server = match self.wander {
            true => any(ctx, untried),
            false => in_turn(ctx.servers(), request.id.client, untried),
        };
        self.tried.insert(server);
        ctx.send(server, request);
        ctx.set_timer(Timer::Patience, self.patience);
    }

    fn done(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, ret: StoreRet) {
        self.asked = None;
        ctx.complete(id, ret);
        self.next(ctx);
    }
}

/// The timer of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to ask another server, or to give up.
    Patience,
}

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl Client for Session {
    type Service = Store;
    type Request = Request;
    type Response = Told;
    type Timer = Timer;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: StoreOp) {
        self.waiting.push_back((id, op));
        if self.asked.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, from: NodeId, told: Told) {
        let Some(asked) = self.asked.take_if(|asked| asked.id == told.id) else { return };
        ctx.cancel_timer(Timer::Patience);
        let ret = told.outcome.ret();
        if let Outcome::Done { seen, .. } = told.outcome {
            self.contexts.insert(asked.op.key().clone(), Context { seen, answer: Some((from, told.id.serial)) });
        }
        self.done(ctx, told.id, ret);
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Timer::Patience: Timer) {
        let Some(id) = self.asked.as_ref().map(|asked| asked.id) else { return };
        if self.tried.len() < TRIES.min(ctx.servers().len()) {
            self.ask(ctx);
        } else {
            self.done(ctx, id, StoreRet::Unknown { have: 0, need: 0 });
        }
    }

    fn request_key(request: &Request) -> Key {
        REQUEST.key1(request.id.serial)
    }

    fn response_key(told: &Told) -> Key {
        RESPONSE.key1(told.id.serial)
    }

    fn request_words(request: &Request) -> String {
        let op = Store::op_words(&request.op);
        match (&request.op, request.context.answer) {
            (StoreOp::Put(..) | StoreOp::Delete(_), Some((_, answer))) => format!("{op}, having seen answer {answer}"),
            _ => op,
        }
    }

    fn response_words(told: &Told) -> String {
        Store::ret_words(&told.outcome.ret())
    }
}
