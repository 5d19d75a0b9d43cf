//! A client. It knows the ring as it was when it last heard of it, finds the owner of a key by itself, and goes to the
//! origin if that does not answer.

use super::{
    Config, Held,
    place::{Plan, View},
};
use crate::{
    Client, ClientCtx, Flavour, Key, Kind, NodeId, OpId, Service, Sorted, Span,
    services::{Store, StoreOp, StoreRet, Text},
};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Whose operation it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: StoreOp,
    /// The version of the key that the client has seen: it takes no older one.
    pub floor: u64,
    /// The number of the ring that it goes by.
    pub ring: u64,
    /// Who did not answer it, if the origin is asked instead.
    pub silent: Option<NodeId>,
}

/// The answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The operation.
    pub id: OpId,
    /// The key.
    pub key: Text,
    /// The value with its version, as it was read or as it is written now; none if another server holds the key.
    pub held: Option<Held>,
    /// The ring, if the client's is older.
    pub ring: Option<View>,
}

/// What a client waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Asked {
    id: OpId,
    op: StoreOp,
    of: NodeId,
}

/// A client that does one operation at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reader {
    plan: Plan,
    origin: NodeId,
    patience: Span,
    stubborn: bool,
    /// The ring as it last heard of it.
    ring: View,
    /// The version of each key that it has seen.
    floors: Sorted<Text, u64>,
    asked: Option<Asked>,
    waiting: VecDeque<(OpId, StoreOp)>,
}

impl Reader {
    pub(super) fn new(config: &Config) -> Self {
        Reader {
            plan: config.into(),
            origin: config.origin(),
            patience: config.patience,
            stubborn: !config.refresh,
            ring: View::first(config),
            floors: Sorted::new(),
            asked: None,
            waiting: VecDeque::new(),
        }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some((id, op)) = self.waiting.pop_front() else { return };
        let of = self.whom(ctx, &op);
        self.asked = Some(Asked { id, op, of });
        self.ask(ctx, None);
    }

    /// Writes go to the origin, and reads to one of those who are to hold the key.
    fn whom(&self, ctx: &mut ClientCtx<'_, Self>, op: &StoreOp) -> NodeId {
        if op.written().is_some() {
            return self.origin;
        }
        let owners = self.ring.owners(self.plan, op.key());
        let count = u32::try_from(owners.len()).expect("there are few");
        if count > 1 { owners[ctx.choose("replica", count) as usize] } else { owners[0] }
    }

    fn ask(&self, ctx: &mut ClientCtx<'_, Self>, silent: Option<NodeId>) {
        let Some(Asked { id, op, of }) = self.asked.clone() else { return };
        let floor = self.floors.get(op.key()).copied().unwrap_or_default();
        ctx.send(of, Request { id, op, floor, ring: self.ring.number, silent });
        ctx.set_timer(Timer::Patience, self.patience);
    }
}

/// The timer of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to ask the origin.
    Patience,
}

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl Client for Reader {
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
        let newer = |ring: &View| ring.number > self.ring.number && !self.stubborn;
        if let Some(ring) = told.ring.filter(newer) {
            self.ring = ring;
        }
        let Some(asked) = self.asked.take_if(|asked| asked.id == told.id) else { return };
        match told.held {
            Some(held) => {
                ctx.cancel_timer(Timer::Patience);
                let floor = self.floors.get_or_insert_with(told.key, || 0);
                *floor = held.version.max(*floor);
                ctx.complete(told.id, StoreRet::Values(held.value.into_iter().collect()));
                self.next(ctx);
            }
            None => {
                // Who was asked holds the key no longer. An answer to an earlier question changes nothing.
                let of = if from == asked.of { self.whom(ctx, &asked.op) } else { from };
                let again = of != from;
                self.asked = Some(if again { Asked { of, ..asked } } else { asked });
                if again {
                    self.ask(ctx, None);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Timer::Patience: Timer) {
        let Some(asked) = &mut self.asked else { return };
        let silent = Some(asked.of).filter(|of| *of != self.origin && !self.stubborn);
        if silent.is_some() {
            asked.of = self.origin;
        }
        self.ask(ctx, silent);
    }

    fn request_key(request: &Request) -> Key {
        REQUEST.key1(request.id.serial)
    }

    fn response_key(told: &Told) -> Key {
        RESPONSE.key1(told.id.serial)
    }

    fn request_words(request: &Request) -> String {
        Store::op_words(&request.op)
    }

    fn response_words(told: &Told) -> String {
        match &told.held {
            Some(held) => held.value.as_deref().unwrap_or("nothing").into(),
            None => "not here any more".into(),
        }
    }
}
