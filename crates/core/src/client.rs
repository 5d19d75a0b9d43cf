//! Clients are machines too: they choose a server, wait, retry and give up by themselves.

mod redirecting;
pub mod session;
mod steady;

pub use redirecting::{Answer, Call, Outcome, Redirecting, Retry};
pub use steady::{Patience, Reply, Returned, Steady};

use crate::{Choices, Flavour, Key, Kind, Micros, NodeId, NodeSet, OpId, Service, Span, Value};

/// A client of a protocol, run by the same [`step`](crate::step) as the servers.
///
/// Retries, redirects, version contexts and the counting of equal replies are a client's own business.
pub trait Client: Value {
    /// The object that it asks about.
    type Service: Service;
    /// What it sends to a server.
    type Request: Value;
    /// What a server answers.
    type Response: Value;
    /// Its timers.
    type Timer: Value + Ord;

    /// Someone asks the client to do `op`. Operations of one client may arrive while another is under way.
    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: <Self::Service as Service>::Op);
    /// A server answers.
    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, from: NodeId, response: Self::Response);
    /// One of the client's timers fires.
    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, timer: Self::Timer);

    /// What a request is called.
    fn request_key(request: &Self::Request) -> Key;
    /// What a response is called.
    fn response_key(response: &Self::Response) -> Key;
    /// A request in a few words, such as `put x 3`.
    fn request_words(request: &Self::Request) -> String;
    /// A response in a few words.
    fn response_words(response: &Self::Response) -> String;
}

/// What a client did in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEffect<C: Client> {
    /// Sends a request.
    Send(NodeId, C::Request),
    /// Arms a timer.
    SetTimer(C::Timer, Span),
    /// Disarms a timer.
    CancelTimer(C::Timer),
    /// Has the answer to an operation.
    Complete(OpId, <C::Service as Service>::Ret),
}

/// What a client's handler can know and do.
pub struct ClientCtx<'a, C: Client> {
    pub(crate) servers: NodeSet,
    pub(crate) clock: Micros,
    pub(crate) choices: &'a mut dyn Choices,
    pub(crate) effects: Vec<ClientEffect<C>>,
}

impl<C: Client> ClientCtx<'_, C> {
    /// The servers.
    pub fn servers(&self) -> NodeSet {
        self.servers
    }

    /// The client's own clock.
    pub fn local_clock(&self) -> Micros {
        self.clock
    }

    /// Sends `request` to `server`.
    pub fn send(&mut self, server: NodeId, request: C::Request) {
        self.effects.push(ClientEffect::Send(server, request));
    }

    /// Arms `timer`, in place of an armed one that is equal to it.
    pub fn set_timer(&mut self, timer: C::Timer, range: Span) {
        self.effects.push(ClientEffect::SetTimer(timer, range));
    }

    /// Disarms `timer`.
    pub fn cancel_timer(&mut self, timer: C::Timer) {
        self.effects.push(ClientEffect::CancelTimer(timer));
    }

    /// Tells whoever asked that `op` answered `ret`.
    pub fn complete(&mut self, op: OpId, ret: <C::Service as Service>::Ret) {
        self.effects.push(ClientEffect::Complete(op, ret));
    }

    /// One of `n` alternatives; the world picks.
    pub fn choose(&mut self, label: &'static str, n: u32) -> u32 {
        self.choices.choose(label, n)
    }
}

/// Which of some servers falls to a client where each has its own: the first client has the first, the second the second,
/// and so on, round and round.
pub(crate) fn in_turn(servers: NodeSet, client: NodeId, among: NodeSet) -> NodeId {
    let place = (client.index() - servers.len()) % among.len();
    among.iter().nth(place).expect("it is below their number")
}

/// Any of some servers; the world picks.
pub(crate) fn any<C: Client>(ctx: &mut ClientCtx<'_, C>, among: NodeSet) -> NodeId {
    let count = u32::try_from(among.len()).expect("a cluster has at most 64 participants");
    let place = ctx.choose("server", count) as usize;
    among.iter().nth(place).expect("the choice is below their number")
}

/// The client of a protocol that has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct NoClient;

static NOTHING: Kind = Kind::new("nothing", Flavour::Request, &[]);

impl Client for NoClient {
    type Service = ();
    type Request = ();
    type Response = ();
    type Timer = ();

    fn on_invoke(&mut self, _: &mut ClientCtx<'_, Self>, _: OpId, (): ()) {}
    fn on_response(&mut self, _: &mut ClientCtx<'_, Self>, _: NodeId, (): ()) {}
    fn on_timer(&mut self, _: &mut ClientCtx<'_, Self>, (): ()) {}

    fn request_key((): &()) -> Key {
        NOTHING.key()
    }

    fn response_key((): &()) -> Key {
        NOTHING.key()
    }

    fn request_words((): &()) -> String {
        String::new()
    }

    fn response_words((): &()) -> String {
        String::new()
    }
}
