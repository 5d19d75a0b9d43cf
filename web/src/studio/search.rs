//! Searching a run: what a query means in it, and where that is, found in slices.

use super::query::{self, Compare, Query, Term};
use lightcone_core::{Micros, NodeId, NodeSet, Role, order, view::Value};
use lightcone_diagram::Hit;
use lightcone_sim::{
    Run,
    condition::{Happening, Passage, Who},
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
    nth: Option<u32>,
}

impl Search {
    /// Whether there is more to look at.
    pub fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Looks for something in a run that is computed to its end, from the start.
    pub fn begin(&mut self, text: String, run: &Run) {
        *self = Search { text, ..Search::default() };
        match query::parse(&self.text).and_then(|query| query.map(|query| prepare(&query, run)).transpose()) {
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
        let slice = if job.state.is_some() { REPLAYED } else { SLICE };
        let (events, end) = (&run.trace().events, (job.next + slice).min(run.trace().events.len()));
        for (place, event) in events.iter().enumerate().take(end).skip(job.next) {
            if job.takes(run, place, event) {
                self.found.push(Found { at: event.at, hit: Hit::Event(place) });
            }
        }
        job.next = end;
        if end == events.len() {
            let (nth, messages) = (job.nth, job.messages(run));
            self.found.extend(messages);
            order::sort_by_key(&mut self.found, |found| (found.at, found.hit));
            if let Some(nth) = nth {
                self.found = self.found.get(nth as usize - 1).copied().into_iter().collect();
            }
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
            (None, 0) => "none found".into(),
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
    /// Events that were found beforehand, in order, and messages that were lost.
    events: Option<(Vec<u32>, Vec<u32>)>,
}

impl Part {
    fn means_nothing(&self) -> bool {
        let Part { nodes, kinds, rules, timers, roles, messages, lost, .. } = self;
        let things = kinds.len() + timers.len() + roles.len() + messages.len();
        things == 0 && nodes.is_empty() && *rules == 0 && !lost
    }

    fn takes(&self, run: &Run, place: usize, event: &Event) -> bool {
        if let Some((events, _)) = &self.events {
            return events.binary_search(&(place as u32)).is_ok();
        }
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

    fn takes_lost(&self, place: usize, message: &Message) -> bool {
        if let Some((_, lost)) = &self.events {
            return lost.binary_search(&(place as u32)).is_ok();
        }
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
        let lost = lost.filter(|(place, message)| self.parts.iter().all(|part| part.takes_lost(*place, message)));
        lost.map(|(place, message)| Found { at: message.end, hit: Hit::Arrow(place) })
    }
}

/// Whether a field goes by a name: `currentTerm` goes by `term`, too.
fn is_called(field: &str, name: &str) -> bool {
    let start = field.len().checked_sub(name.len());
    start.and_then(|start| field.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
}

/// What a query means in a run.
fn prepare(query: &Query, run: &Run) -> Result<Start, String> {
    let mut job = Job { parts: Vec::new(), state: None, holding: NodeSet::new(), replay: None, next: 0, nth: None };
    match query {
        Query::At(at) if *at > run.scenario().until => {
            return Err(format!("the run ends before {at}, at {}", run.scenario().until));
        }
        Query::At(at) => return Ok(Start::At(*at)),
        Query::Happens(clause) => {
            job.parts = happening(&clause.what, run)?;
            job.nth = Some(clause.nth).filter(|nth| *nth > 1);
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
    let roles = [Role::Follower, Role::Candidate, Role::Leader].into_iter().filter(|role| has(role.name()));
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

/// What a condition waits for, as parts of a search.
fn happening(what: &Happening, run: &Run) -> Result<Vec<Part>, String> {
    let trace = run.trace();
    let by = |who: &Who, part: Part| -> Result<Vec<Part>, String> {
        let mut parts = vec![part];
        if let Who::Named(name) = who {
            parts.push(Part { nodes: NodeSet::from_iter([node(name, run)?]), ..Part::default() });
        }
        Ok(parts)
    };
    let kinds = |kinds: &[EventKind]| Part { kinds: kinds.to_vec(), ..Part::default() };
    let events = |mut events: Vec<u32>| {
        order::sort(&mut events);
        Part { events: Some((events, Vec::new())), ..Part::default() }
    };
    match what {
        Happening::Becomes(who, role) => {
            let all = trace.roles.iter().filter(|change| change.role.is_some_and(|is| is.name() == role));
            by(who, events(all.map(|change| change.event).collect()))
        }
        Happening::Does(who, rule) => {
            let rules = run.setup().actors.rules();
            let place = rules
                .iter()
                .position(|known| known.name == rule)
                .ok_or_else(|| format!("there is no rule `{rule}`"))?;
            by(who, Part { rules: 1 << place, ..Part::default() })
        }
        Happening::Crashes(who) => by(who, kinds(&[EventKind::Crash])),
        Happening::Starts(who) => by(who, kinds(&[EventKind::Start, EventKind::Restart])),
        Happening::Asks(who) => by(who, kinds(&[EventKind::Invoke])),
        Happening::Fires(timer, who) => {
            let of = (0..).zip(&trace.timers).filter(|(_, (_, label))| label == timer).map(|(place, _)| place);
            by(who, Part { timers: of.collect(), ..Part::default() })
        }
        Happening::Answered(who) => {
            by(who, events(trace.ops.iter().filter_map(|op| op.done.as_ref()).map(|(event, ..)| *event).collect()))
        }
        Happening::Broken(name) => {
            let all = run.setup().actors.invariants();
            let is = |place: usize| name.as_ref().is_none_or(|name| all[place].name == name);
            let broken = trace.broken.iter().filter(|broken| is(broken.invariant));
            Ok(vec![events(broken.map(|broken| broken.event).collect())])
        }
        Happening::Message { key, from, to, passage } => messages(key, from, to, *passage, run).map(|part| vec![part]),
    }
}

/// Messages of a kind or key that someone sends, someone gets, or that are lost.
fn messages(key: &str, from: &Who, to: &Who, passage: Passage, run: &Run) -> Result<Part, String> {
    let end = |who: &Who| match who {
        Who::Someone => Ok(None),
        Who::Named(name) => node(name, run).map(Some),
    };
    let (from, to) = (end(from)?, end(to)?);
    let (mut events, mut lost) = (Vec::new(), Vec::new());
    for (place, message) in run.trace().messages.iter().enumerate() {
        let between = from.is_none_or(|from| from == message.from) && to.is_none_or(|to| to == message.to);
        let name = message.key.kind.name;
        if !between || !key.starts_with(name) || (key != name && key != message.key.to_string()) {
            continue;
        }
        match (passage, message.fate) {
            (Passage::Sent, _) => events.push(message.sent_by),
            (Passage::Delivered, Fate::Delivered(event)) => events.push(event as u32),
            (Passage::Lost, Fate::Lost(_)) => lost.push(place as u32),
            _ => {}
        }
    }
    order::sort(&mut events);
    Ok(Part { events: Some((events, lost)), ..Part::default() })
}
