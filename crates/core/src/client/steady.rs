//! A client for services that every server answers alone: it has a server of its own, and asks that until it answers.

use super::{Call, Client, ClientCtx};
use crate::{Flavour, Key, Kind, NodeId, OpId, Service, Span};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, marker::PhantomData};

/// A server's answer to a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Reply<S: Service> {
    /// The id of the call.
    pub id: OpId,
    /// What was answered.
    pub ret: S::Ret,
}

/// A client that does one operation at a time and repeats it, under the same id, at the same server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Steady<S: Service> {
    patience: Span,
    asked: Option<Call<S>>,
    waiting: VecDeque<(OpId, S::Op)>,
    service: PhantomData<S>,
}

impl<S: Service> Steady<S> {
    /// A client that waits for so long before it asks again.
    pub fn new(patience: Span) -> Self {
        Steady { patience, asked: None, waiting: VecDeque::new(), service: PhantomData }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        self.asked = self.waiting.pop_front().map(|(id, op)| Call { id, op });
        self.ask(ctx);
    }

    /// The first client asks the first server, the second the second, and so on, round and round.
    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some(call) = self.asked.clone() else { return };
        let servers = ctx.servers().len();
        let place = (call.id.client.index() - servers) % servers;
        let server = ctx.servers().iter().nth(place).expect("it is below the number of servers");
        ctx.send(server, call);
        ctx.set_timer(Patience, self.patience);
    }
}

/// The timer of a [`Steady`] client: time to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Patience;

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl<S: Service> Client for Steady<S> {
    type Service = S;
    type Request = Call<S>;
    type Response = Reply<S>;
    type Timer = Patience;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: S::Op) {
        self.waiting.push_back((id, op));
        if self.asked.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, _: NodeId, reply: Reply<S>) {
        if self.asked.take_if(|call| call.id == reply.id).is_some() {
            ctx.cancel_timer(Patience);
            ctx.complete(reply.id, reply.ret);
            self.next(ctx);
        }
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Patience: Patience) {
        self.ask(ctx);
    }

    fn request_key(call: &Call<S>) -> Key {
        REQUEST.key1(call.id.serial)
    }

    fn response_key(reply: &Reply<S>) -> Key {
        RESPONSE.key1(reply.id.serial)
    }

    fn request_words(call: &Call<S>) -> String {
        S::op_words(&call.op)
    }

    fn response_words(reply: &Reply<S>) -> String {
        S::ret_words(&reply.ret)
    }
}
