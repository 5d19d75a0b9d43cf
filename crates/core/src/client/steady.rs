//! A client for services that every server answers alone: it has a server of its own, and asks that until it answers.

use super::{Call, Client, ClientCtx, in_turn};
use crate::{Flavour, Key, Kind, NodeId, OpId, Service, Span, Value};
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

/// What a server answers to a [`Call`]: a [`Reply`], or more than that.
pub trait Returned<S: Service>: Value {
    /// The id of the call.
    fn id(&self) -> OpId;
    /// What was answered.
    fn ret(&self) -> &S::Ret;
    /// The answer in a few words.
    fn words(&self) -> String {
        S::ret_words(self.ret())
    }
}

impl<S: Service> Returned<S> for Reply<S> {
    fn id(&self) -> OpId {
        self.id
    }

    fn ret(&self) -> &S::Ret {
        &self.ret
    }
}

/// A client that does one operation at a time and repeats it, under the same id, at the same server. Reads may go from
/// server to server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Steady<S: Service, R: Returned<S> = Reply<S>> {
    patience: Span,
    /// Whether a read that is not answered is asked for at the next server.
    reads_wander: bool,
    /// What it waits for, and from whom.
    asked: Option<(NodeId, Call<S>)>,
    waiting: VecDeque<(OpId, S::Op)>,
    answers: PhantomData<R>,
}

impl<S: Service, R: Returned<S>> Steady<S, R> {
    /// A client that waits for so long before it asks again.
    pub fn new(patience: Span) -> Self {
        Steady { patience, reads_wander: false, asked: None, waiting: VecDeque::new(), answers: PhantomData }
    }

    /// The same, but a read that is not answered is asked for at the next server: it does no harm to be done twice.
    #[must_use]
    pub fn with_reads_anywhere(self) -> Self {
        Steady { reads_wander: true, ..self }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let servers = ctx.servers();
        let next = self.waiting.pop_front();
        self.asked = next.map(|(id, op)| (in_turn(servers, id.client, servers), Call { id, op }));
        self.ask(ctx);
    }

    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        if let Some((server, call)) = &self.asked {
            ctx.send(*server, call.clone());
            ctx.set_timer(Patience, self.patience);
        }
    }
}

/// The timer of a [`Steady`] client: time to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Patience;

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl<S: Service, R: Returned<S>> Client for Steady<S, R> {
    type Service = S;
    type Request = Call<S>;
    type Response = R;
    type Timer = Patience;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: S::Op) {
        self.waiting.push_back((id, op));
        if self.asked.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, _: NodeId, reply: R) {
        if self.asked.take_if(|(_, call)| call.id == reply.id()).is_some() {
            ctx.cancel_timer(Patience);
            ctx.complete(reply.id(), reply.ret().clone());
            self.next(ctx);
        }
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Patience: Patience) {
        let (servers, wanders) = (ctx.servers(), self.reads_wander);
        if let Some((server, _)) = self.asked.as_mut().filter(|(_, call)| wanders && S::is_read(&call.op)) {
            let later = servers.iter().find(|other| other > server);
            *server = later.or(servers.iter().next()).unwrap_or(*server);
        }
        self.ask(ctx);
    }

    fn request_key(call: &Call<S>) -> Key {
        REQUEST.key1(call.id.serial)
    }

    fn response_key(reply: &R) -> Key {
        RESPONSE.key1(reply.id().serial)
    }

    fn request_words(call: &Call<S>) -> String {
        S::op_words(&call.op)
    }

    fn response_words(reply: &R) -> String {
        reply.words()
    }
}
