//! Searching a run: what a query means in it, and where that is, found in slices.

use super::query::{self, Compare, Query, Term};
use lightcone_catalog::Lab;
use lightcone_core::{Micros, NodeId, NodeSet, Role, order, view::Value};
use lightcone_diagram::Hit;
use lightcone_sim::{
    Awaited, Run, Sighting,
    trace::{Cause, Event, Message},
    view::{EventKind, Fate},
    world::World,
};

/// So many events are looked at in one slice, and so many where states have to be replayed.
const SLICE: usize = 20_000;
const REPLAYED: usize = 2_000;

/// A search and what it has found so far.
#[derive(Default)]
pub struct Search {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// Where it is found, in order of time.
    pub found: Vec<Found>,
    /// Which of them is shown.
    pub current: Option<usize>,
    /// The end of the run, if that comes before a condition is met.
    never: Option<Micros>,
    job: Option<Box<Job>>,
}

/// A place where a search has found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// When.
    pub at: Micros,
    /// The event, or the message that nobody handled.
    pub hit: Hit,
}

/// What is left to do.
struct Job {
    parts: Vec<Part>,
    /// The field of a state that is asked for, and who holds such a value just now.
    state: Option<(String, Compare, String)>,
    holding: NodeSet,
    replay: Option<World>,
    next: usize,
    /// A condition that is looked for instead of all that.
    awaited: Option<Awaited>,
}

impl Search {
    /// Whether there is more to look at.
    pub fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Looks for something in a run that is computed to its end, from the start.
    pub fn begin(&mut self, text: String, lab: &dyn Lab) {
        let run = lab.run();
        *self = Search { text, ..Search::default() };
        match query::parse(&self.text).and_then(|query| query.map(|query| prepare(&query, lab)).transpose()) {
            Ok(None) => {}
            Ok(Some(Start::At(at))) => {
                let before = run.trace().events_until(at).saturating_sub(1);
                self.found = vec![Found { at, hit: Hit::Event(before) }];
            }
            Ok(Some(Start::Job(job))) => {
                self.job = Some(job);
                self.go_on(run);
            }
            Err(wrong) => self.wrong = Some(wrong),
        }
    }

    /// Looks at the next slice.
    pub fn go_on(&mut self, run: &Run) {
        let Some(job) = &mut self.job else { return };
        if let Some(awaited) = &mut job.awaited {
            let more = awaited.advance(run, SLICE);
            for sighting in &awaited.found()[job.next..] {
                let found = place_of(run, sighting);
                // A step that does it twice is one place.
                if self.found.last() != Some(&found) {
                    self.found.push(found);
                }
            }
            job.next = awaited.found().len();
            if !more {
                self.never = Some(run.scenario().until).filter(|_| self.found.is_empty());
                self.job = None;
            }
            return;
        }
        let slice = if job.state.is_some() { REPLAYED } else { SLICE };
        let (events, end) = (&run.trace().events, (job.next + slice).min(run.trace().events.len()));
        for (place, event) in events.iter().enumerate().take(end).skip(job.next) {
            if job.takes(run, place, event) {
                self.found.push(Found { at: event.at, hit: Hit::Event(place) });
            }
        }
        job.next = end;
        if end == events.len() {
            self.found.extend(job.messages(run));
            order::sort_by_key(&mut self.found, |found| (found.at, found.hit));
            self.job = None;
        }
    }

    /// Where it goes on from an instant, forwards or back; from the other end where there is nothing more.
    pub fn step(&self, from: Micros, back: bool) -> Option<usize> {
        let here = self.current.filter(|here| self.found.get(*here).is_some_and(|found| found.at == from));
        let last = self.found.len().checked_sub(1)?;
        Some(match (here, back) {
            (Some(here), false) => {
                if here == last {
                    0
                } else {
                    here + 1
                }
            }
            (Some(here), true) => here.checked_sub(1).unwrap_or(last),
            (None, false) => {
                Some(self.found.partition_point(|found| found.at <= from)).filter(|next| *next <= last).unwrap_or(0)
            }
            (None, true) => self.found.partition_point(|found| found.at < from).checked_sub(1).unwrap_or(last),
        })
    }

    /// How much was found, in words: `3 of 17`.
    pub fn count(&self) -> String {
        let so_far = if self.is_running() { " so far" } else { "" };
        match (self.current, self.found.len()) {
            (Some(here), all) => format!("{} of {all}{so_far}", here + 1),
            (None, 0) if self.is_running() => "searching".into(),
            (None, 0) => self.never.map_or("none found".into(), |end| format!("does not happen until {end}")),
            (None, all) => format!("{all} found{so_far}"),
        }
    }
}

/// Where a search starts: at its end, or with work.
enum Start {
    At(Micros),
    Job(Box<Job>),
}

/// What one part of a query means in a run: any of these.
#[derive(Default)]
struct Part {
    nodes: NodeSet,
    kinds: Vec<EventKind>,
    rules: u64,
    timers: Vec<u16>,
    roles: Vec<Role>,
    /// Codes of kinds of messages.
    messages: Vec<u64>,
    lost: bool,
    /// Only messages from and to these.
    link: Option<(Option<NodeId>, Option<NodeId>)>,
    /// Only messages with such an argument.
    argument: Option<(String, Compare, String)>,
}

impl Part {
    fn means_nothing(&self) -> bool {
        let Part { nodes, kinds, rules, timers, roles, messages, lost, .. } = self;
        let things = kinds.len() + timers.len() + roles.len() + messages.len();
        things == 0 && nodes.is_empty() && *rules == 0 && !lost
    }

    fn takes(&self, run: &Run, place: usize, event: &Event) -> bool {
        let trace = run.trace();
        let message = match event.cause {
            Cause::Message(message) if event.kind == EventKind::Deliver => Some(&trace.messages[message as usize]),
            _ => None,
        };
        let role = || {
            let first = trace.roles.partition_point(|change| (change.event as usize) < place);
            let mut changes = trace.roles[first..].iter().take_while(|change| change.event as usize == place);
            changes.any(|change| change.role.is_some_and(|role| self.roles.contains(&role)))
        };
        self.nodes.contains(event.node)
            || self.kinds.contains(&event.kind)
            || self.rules & event.rules != 0
            || (event.kind == EventKind::Timer && self.timers.contains(&event.timer))
            || message.is_some_and(|message| self.takes_message(message))
            || (!self.roles.is_empty() && role())
    }

    fn takes_message(&self, message: &Message) -> bool {
        let is = |who: Option<NodeId>, node| who.is_none_or(|who| who == node);
        self.messages.contains(&message.key.kind.code)
            || self.link.is_some_and(|(from, to)| is(from, message.from) && is(to, message.to))
            || self.argument.as_ref().is_some_and(|(name, compare, wanted)| {
                let mut args = message.key.kind.args.iter().zip(message.key.args);
                args.any(|(arg, value)| is_called(arg, name) && compare.holds(&value.to_string(), wanted))
            })
    }

    fn takes_lost(&self, message: &Message) -> bool {
        self.lost || self.nodes.contains(message.to) || self.takes_message(message)
    }
}

impl Job {
    fn takes(&mut self, run: &Run, place: usize, event: &Event) -> bool {
        let parts = self.parts.iter().all(|part| part.takes(run, place, event));
        let Some((name, compare, wanted)) = &self.state else { return parts };
        let replay = self.replay.get_or_insert_with(|| run.at(0));
        let holds = run.fields_after(replay, place).into_iter().any(|field| match field.value {
            Value::Text(value) => is_called(&field.name, name) && compare.holds(&value, wanted),
            _ => false,
        });
        // What is looked for is the step that brought it about, not all those that leave it so.
        if !holds {
            self.holding.remove(event.node);
        }
        holds && self.holding.insert(event.node) && parts
    }

    /// Messages that were lost, which no event tells of.
    fn messages<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = Found> + 'a {
        let all = run.trace().messages.iter().enumerate();
        let lost = all.filter(|(_, message)| self.state.is_none() && matches!(message.fate, Fate::Lost(_)));
        let lost = lost.filter(|(_, message)| self.parts.iter().all(|part| part.takes_lost(message)));
        lost.map(|(place, message)| Found { at: message.end, hit: Hit::Arrow(place) })
    }
}

/// Whether a field goes by a name: `currentTerm` goes by `term`, too.
fn is_called(field: &str, name: &str) -> bool {
    let start = field.len().checked_sub(name.len());
    start.and_then(|start| field.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
}

/// Where a condition was met.
fn place_of(run: &Run, sighting: &Sighting) -> Found {
    let lost = sighting.lost.and_then(|name| run.trace().messages.iter().position(|message| message.name == name));
    let event = (sighting.events as usize).saturating_sub(1);
    Found { at: sighting.at, hit: lost.map_or(Hit::Event(event), Hit::Arrow) }
}

/// What a query means in a run.
fn prepare(query: &Query, lab: &dyn Lab) -> Result<Start, String> {
    let run = lab.run();
    let mut job = Job { parts: Vec::new(), state: None, holding: NodeSet::new(), replay: None, next: 0, awaited: None };
    match query {
        Query::At(at) if *at > run.scenario().until => {
            return Err(format!("the run ends before {at}, at {}", run.scenario().until));
        }
        Query::At(at) => return Ok(Start::At(*at)),
        Query::Happens(condition) => {
            let misled = if condition.looks_back() { lab.misled() } else { Vec::new() };
            job.awaited = Some(Awaited::new(run, condition, misled)?);
        }
        Query::All(terms) => {
            for term in terms.iter().filter(|term| !matches!(term, Term::Field(..))) {
                job.parts.push(part(term, run)?);
            }
            // Beside words that mean messages a field is one of theirs, alone it is one of a state.
            let of_messages = job.parts.iter().any(|part| part.link.is_some() || !part.messages.is_empty());
            for term in terms {
                let Term::Field(name, compare, wanted) = term else { continue };
                let field = (name.clone(), *compare, wanted.clone());
                if of_messages || !in_states(name, run) {
                    check_argument(name, run)?;
                    job.parts.push(Part { argument: Some(field), ..Part::default() });
                } else if job.state.replace(field).is_some() {
                    return Err("only one field of a state can be looked for at a time".into());
                }
            }
        }
    }
    Ok(Start::Job(Box::new(job)))
}

/// Every server's state has the same fields, and the first one that starts shows them.
fn in_states(name: &str, run: &Run) -> bool {
    let mut replay = run.at(0);
    !run.trace().events.is_empty() && run.fields_after(&mut replay, 0).iter().any(|field| is_called(&field.name, name))
}

fn check_argument(name: &str, run: &Run) -> Result<(), String> {
    let mut messages = run.trace().messages.iter();
    match messages.any(|message| message.key.kind.args.iter().any(|arg| is_called(arg, name))) {
        true => Ok(()),
        false => Err(format!("no state and no message of this run has a field `{name}`")),
    }
}

fn node(name: &str, run: &Run) -> Result<NodeId, String> {
    let found = (0..).map(NodeId).zip(run.setup().specs()).find(|(_, spec)| spec.name.eq_ignore_ascii_case(name));
    found.map(|(node, _)| node).ok_or_else(|| format!("nobody in this run is called `{name}`"))
}

fn part(term: &Term, run: &Run) -> Result<Part, String> {
    match term {
        Term::Link(from, to) => {
            let end = |name: &Option<String>| name.as_ref().map(|name| node(name, run)).transpose();
            Ok(Part { link: Some((end(from)?, end(to)?)), ..Part::default() })
        }
        Term::Word(word) => {
            let part = called(word, run);
            let wrong = || format!("nothing in this run is called `{word}`");
            if part.means_nothing() { Err(wrong()) } else { Ok(part) }
        }
        Term::Field(..) => Ok(Part::default()),
    }
}

/// The kinds of events with the words that people have for them.
pub const KINDS: [(EventKind, &str); 9] = [
    (EventKind::Start, "start starts"),
    (EventKind::Restart, "restart restarts"),
    (EventKind::Crash, "crash crashes crashed"),
    (EventKind::Deliver, "message messages delivered"),
    (EventKind::Timer, "timer timers fires"),
    (EventKind::Invoke, "request asks asked"),
    (EventKind::Local, "local"),
    (EventKind::Leave, "leave leaves"),
    (EventKind::Lie, "lie lies"),
];

/// All that goes by a word. The name of a participant or of a kind of message means that and nothing else.
fn called(word: &str, run: &Run) -> Part {
    if let Ok(node) = node(word, run) {
        return Part { nodes: NodeSet::from_iter([node]), ..Part::default() };
    }
    let trace = run.trace();
    let has = |text: &str| text.to_ascii_lowercase().contains(word);
    let mut messages: Vec<u64> = Vec::new();
    for kind in trace.messages.iter().map(|message| message.key.kind) {
        if kind.name.eq_ignore_ascii_case(word) {
            return Part { messages: vec![kind.code], ..Part::default() };
        }
        if !messages.contains(&kind.code) && has(kind.name) {
            messages.push(kind.code);
        }
    }
    let timers = (0..).zip(&trace.timers).filter(|(_, (_, label))| has(label)).map(|(place, _)| place);
    let roles = Role::NAMED.into_iter().filter(|role| has(role.name()));
    let rules = run.setup().actors.rules();
    let rules = rules.iter().enumerate().filter(|(_, rule)| has(rule.name)).fold(0, |all, (place, _)| all | 1 << place);
    Part {
        kinds: KINDS
            .iter()
            .filter(|(_, words)| words.split(' ').any(|one| one == word))
            .map(|(kind, _)| *kind)
            .collect(),
        timers: timers.collect(),
        roles: roles.collect(),
        lost: "lost".starts_with(word) && word.len() > 2,
        rules,
        messages,
        ..Part::default()
    }
}
