//! Paxos for a single decision: three servers, each of which may lead, and clients that each write a value of their own and
//! read the one that was decided. Messages take as long as they like, arrive once, and may wait for ever; one that would
//! change nothing does.

use lightcone_core::Model;

/// How many states there are with so many clients; the peers in the benchmark count the same.
pub const STATES: [(u8, u64); 2] = [(1, 265), (2, 17_275)];

/// So many servers.
const SERVERS: u8 = 3;
/// So many of them are a majority.
const MAJORITY: usize = 2;

/// A round and who leads it.
type Ballot = (u8, u8);
/// What a client wants to be decided: its own number.
type Value = u8;

/// What is said to whom. Servers come first, then clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Envelope {
    to: u8,
    from: u8,
    message: Message,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Put(Value),
    PutDone,
    Get,
    Got(Value),
    Prepare(Ballot),
    Prepared(Ballot, Option<(Ballot, Value)>),
    Accept(Ballot, Value),
    Accepted(Ballot),
    Decided(Ballot, Value),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Server {
    ballot: Ballot,
    /// What it proposes, for whom.
    proposal: Option<Value>,
    /// Who promised, with what they had accepted.
    promises: Vec<(u8, Option<(Ballot, Value)>)>,
    /// Who accepted.
    accepts: Vec<u8>,
    accepted: Option<(Ballot, Value)>,
    decided: bool,
}

/// The servers, what each client read, and what is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paxos {
    servers: Vec<Server>,
    read: Vec<Option<Value>>,
    under_way: Vec<Envelope>,
}

impl Paxos {
    /// So many clients, each of which asks a server to write its value.
    pub fn new(clients: u8) -> Self {
        let mut paxos = Paxos {
            servers: vec![Server::default(); usize::from(SERVERS)],
            read: vec![None; usize::from(clients)],
            under_way: Vec::new(),
        };
        for client in 0..clients {
            paxos.send(SERVERS + client, client % SERVERS, Message::Put(client));
        }
        paxos
    }

    fn send(&mut self, from: u8, to: u8, message: Message) {
        let envelope = Envelope { to, from, message };
        let place = self.under_way.partition_point(|other| *other <= envelope);
        self.under_way.insert(place, envelope);
    }

    fn tell_others(&mut self, from: u8, message: Message) {
        (0..SERVERS).filter(|to| *to != from).for_each(|to| self.send(from, to, message));
    }

    /// Adds all that may arrive next, by place; of equal messages one is enough.
    pub fn actions(&self, all: &mut Vec<u16>) {
        let first = |place: usize| place == 0 || self.under_way[place - 1] != self.under_way[place];
        let matters = |place: &usize| first(*place) && self.matters(&self.under_way[*place]);
        all.extend((0..self.under_way.len()).filter(matters).map(|place| place as u16));
    }

    /// Whether a message would change anything.
    fn matters(&self, envelope: &Envelope) -> bool {
        let Some(server) = self.servers.get(usize::from(envelope.to)) else { return true };
        match envelope.message {
            Message::Get => server.decided,
            _ if server.decided => false,
            Message::Put(_) => server.proposal.is_none(),
            Message::Prepare(ballot) => server.ballot < ballot,
            Message::Accept(ballot, _) => server.ballot <= ballot,
            Message::Prepared(ballot, _) | Message::Accepted(ballot) => server.ballot == ballot,
            Message::Decided(..) => true,
            Message::PutDone | Message::Got(_) => false,
        }
    }

    /// A message arrives.
    pub fn act(&mut self, place: u16) {
        let Envelope { to, from, message } = self.under_way.remove(usize::from(place));
        match to.checked_sub(SERVERS) {
            Some(client) => self.client(client, to, message),
            None => self.server(to, from, message),
        }
    }

    fn client(&mut self, client: u8, me: u8, message: Message) {
        match message {
            Message::PutDone => self.send(me, (client + 1) % SERVERS, Message::Get),
            Message::Got(value) => self.read[usize::from(client)] = Some(value),
            _ => {}
        }
    }

    fn server(&mut self, me: u8, from: u8, message: Message) {
        let server = &mut self.servers[usize::from(me)];
        match message {
            Message::Put(value) => {
                server.proposal = Some(value);
                server.ballot = (server.ballot.0 + 1, me);
                server.promises = vec![(me, server.accepted)];
                server.accepts.clear();
                let ballot = server.ballot;
                self.tell_others(me, Message::Prepare(ballot));
            }
            Message::Prepare(ballot) => {
                server.ballot = ballot;
                let accepted = server.accepted;
                self.send(me, from, Message::Prepared(ballot, accepted));
            }
            Message::Prepared(_, accepted) => self.promised(me, from, accepted),
            Message::Accept(ballot, value) => {
                server.ballot = ballot;
                server.accepted = Some((ballot, value));
                self.send(me, from, Message::Accepted(ballot));
            }
            Message::Accepted(_) => self.agreed(me, from),
            Message::Decided(ballot, value) => {
                (server.ballot, server.accepted, server.decided) = (ballot, Some((ballot, value)), true);
            }
            Message::Get => {
                if let Some((_, value)) = server.accepted {
                    self.send(me, from, Message::Got(value));
                }
            }
            Message::PutDone | Message::Got(_) => {}
        }
    }

    /// With the promises of a majority it goes on with what the last of them accepted, or else with its own value.
    fn promised(&mut self, me: u8, from: u8, accepted: Option<(Ballot, Value)>) {
        let server = &mut self.servers[usize::from(me)];
        add(&mut server.promises, (from, accepted));
        if server.promises.len() != MAJORITY {
            return;
        }
        let last = server.promises.iter().filter_map(|(_, accepted)| *accepted).max();
        let Some(value) = last.map(|(_, value)| value).or(server.proposal) else { return };
        let ballot = server.ballot;
        (server.proposal, server.accepted) = (Some(value), Some((ballot, value)));
        add(&mut server.accepts, me);
        self.tell_others(me, Message::Accept(ballot, value));
    }

    /// What a majority accepted is decided.
    fn agreed(&mut self, me: u8, from: u8) {
        let server = &mut self.servers[usize::from(me)];
        add(&mut server.accepts, from);
        let (true, Some(value)) = (server.accepts.len() == MAJORITY, server.proposal) else { return };
        server.decided = true;
        let ballot = server.ballot;
        self.tell_others(me, Message::Decided(ballot, value));
        self.send(me, SERVERS + value, Message::PutDone);
    }

    /// Whether all decided, and all read, the same.
    pub fn is_consistent(&self) -> bool {
        let decided = self.servers.iter().filter(|server| server.decided).filter_map(|server| server.accepted);
        let mut all = decided.map(|(_, value)| value).chain(self.read.iter().filter_map(|read| *read));
        let first = all.next();
        all.all(|value| Some(value) == first)
    }
}

/// Adds something to a sorted list, once.
fn add<T: Ord>(all: &mut Vec<T>, one: T) {
    if let Err(place) = all.binary_search(&one) {
        all.insert(place, one);
    }
}

impl Model for Paxos {
    type Choice = u16;

    fn choices(&self) -> Vec<u16> {
        let mut all = Vec::new();
        self.actions(&mut all);
        all
    }

    fn apply(&mut self, place: &u16) {
        self.act(*place);
    }

    fn violation(&self) -> Option<String> {
        (!self.is_consistent()).then(|| "two values are decided".into())
    }

    fn label(&self, place: &u16) -> String {
        format!("{:?} arrives", self.under_way[usize::from(*place)])
    }
}
