//! A client for services with a leader: it asks one server, follows redirects, and retries under the same id.

use super::{Client, ClientCtx, any};
use crate::{Flavour, Key, Kind, NodeId, NodeSet, OpId, Service, Span};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, marker::PhantomData};

/// A request: the operation and its id, which stays the same when it is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Call<S: Service> {
    /// Whose operation it is, and its serial number there.
    pub id: OpId,
    /// The operation.
    pub op: S::Op,
}

/// A server's answer to a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Answer<S: Service> {
    /// The id of the call.
    pub id: OpId,
    /// What became of it.
    pub outcome: Outcome<S::Ret>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome<R> {
    /// It was applied and answered this.
    Done(R),
    /// The server does not lead. It names the leader if it knows one.
    NotLeader(Option<NodeId>),
}

/// When a client asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Retry {
    /// After this long without an answer it asks another server.
    pub timeout: Span,
    /// After this long it asks again when a server knew of no leader.
    pub pause: Span,
}

/// A client that does one operation at a time, follows redirects to the leader, and repeats under the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Redirecting<S: Service> {
    retry: Retry,
    /// The servers that it asks; all if none are named.
    among: NodeSet,
    /// The server that last answered as leader, or was named as one.
    leader: Option<NodeId>,
    asked: Option<NodeId>,
    current: Option<(OpId, S::Op)>,
    waiting: VecDeque<(OpId, S::Op)>,
    service: PhantomData<S>,
}

impl<S: Service> Redirecting<S> {
    /// A client that knows no leader yet.
    pub fn new(retry: Retry) -> Self {
        Redirecting {
            retry,
            among: NodeSet::new(),
            leader: None,
            asked: None,
            current: None,
            waiting: VecDeque::new(),
            service: PhantomData,
        }
    }

    /// The same, but it asks none but these servers, unless another is named to it as leader.
    #[must_use]
    pub fn among(self, servers: NodeSet) -> Self {
        Redirecting { among: servers, ..self }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        self.current = self.waiting.pop_front();
        if self.current.is_some() {
            self.ask(ctx);
        }
    }

    /// Sends the current operation to the supposed leader, or else to some server.
    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some((id, op)) = self.current.clone() else { return };
        let server = self.leader.unwrap_or_else(|| self.some_server(ctx));
        self.asked = Some(server);
        ctx.send(server, Call { id, op });
        ctx.set_timer(ClientTimer::Retry, self.retry.timeout);
    }

    /// Any server but the one asked last.
    fn some_server(&self, ctx: &mut ClientCtx<'_, Self>) -> NodeId {
        let mut servers = if self.among == NodeSet::new() { ctx.servers() } else { self.among };
        if let Some(asked) = self.asked
            && servers.len() > 1
        {
            servers.remove(asked);
        }
        any(ctx, servers)
    }
}

/// The timers of a [`Redirecting`] client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClientTimer {
    /// Time to ask again.
    Retry,
}

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl<S: Service> Client for Redirecting<S> {
    type Service = S;
    type Request = Call<S>;
    type Response = Answer<S>;
    type Timer = ClientTimer;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: S::Op) {
        self.waiting.push_back((id, op));
        if self.current.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, from: NodeId, response: Answer<S>) {
        if self.current.as_ref().is_none_or(|(id, _)| *id != response.id) {
            return;
        }
        match response.outcome {
            Outcome::Done(ret) => {
                self.leader = Some(from);
                ctx.cancel_timer(ClientTimer::Retry);
                ctx.complete(response.id, ret);
                self.next(ctx);
            }
            Outcome::NotLeader(Some(leader)) if leader != from => {
                self.leader = Some(leader);
                self.ask(ctx);
            }
            Outcome::NotLeader(_) => {
                self.leader = None;
                ctx.set_timer(ClientTimer::Retry, self.retry.pause);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, ClientTimer::Retry: ClientTimer) {
        self.leader = None;
        self.ask(ctx);
    }

    fn request_key(request: &Call<S>) -> Key {
        REQUEST.key1(request.id.serial)
    }

    fn response_key(response: &Answer<S>) -> Key {
        RESPONSE.key1(response.id.serial)
    }

    fn request_words(request: &Call<S>) -> String {
        S::op_words(&request.op)
    }

    fn response_words(response: &Answer<S>) -> String {
        match &response.outcome {
            Outcome::Done(ret) => S::ret_words(ret),
            Outcome::NotLeader(Some(_)) => "not the leader: ask another".into(),
            Outcome::NotLeader(None) => "no leader known".into(),
        }
    }
}
