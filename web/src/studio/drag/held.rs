//! What a pointer or the keyboard holds, as it was in the run before the drag.

use super::Part;
use lightcone_catalog::Lab;
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::Hit;
use lightcone_sim::{Fault, Lasting, Name, Run, Selected as Sel, Selector, trace::Cause, view::EventKind};

/// What is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Its mark in the run before the drag.
    pub hit: Hit,
    /// Which part of it.
    pub part: Part,
    /// What it is.
    pub kind: Kind,
    /// Where the part was before the drag.
    pub origin: Micros,
    /// The causal name of the message, the timer or the event.
    pub name: Option<Name>,
    /// Whose lane it is on.
    pub node: NodeId,
    /// What it is called.
    pub title: String,
}

/// What can be dragged.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A message, by its head.
    Message {
        /// How it is addressed.
        selector: Selector,
        /// When it was sent.
        sent: Micros,
    },
    /// A timer that fires.
    Timer {
        /// How its arming is addressed.
        arming: Selector,
        /// How its firing is addressed.
        firing: Selector,
    },
    /// Something that lasts.
    Lasting {
        /// The intervention.
        id: u32,
        /// From when.
        from: Micros,
        /// Until when, if it ended.
        to: Option<Micros>,
    },
    /// A participant that is down.
    Down {
        /// The intervention that took it away.
        id: u32,
        /// From when.
        from: Micros,
        /// Until when, if it came back.
        to: Option<Micros>,
        /// The intervention that brought it back.
        back: Option<u32>,
    },
    /// An intervention that is over at once: a request, a restart, a local event.
    Moment(u32),
    /// A request of a client's own workload.
    Work {
        /// The client.
        client: String,
    },
}

/// What a mark is, for a drag.
///
/// # Errors
/// Why it cannot be dragged.
pub fn held(lab: &dyn Lab, hit: Hit, part: Part) -> Result<Held, String> {
    match hit {
        Hit::Arrow(place) => message(lab, place),
        Hit::Event(event) | Hit::Bar(event) => of_event(lab, hit, event),
        Hit::Role(_) | Hit::Fold(..) => Err("this follows from many steps: drag one of them".into()),
        Hit::Cut(id) | Hit::Spell(id) => lasting(lab.run(), hit, part, id),
        Hit::Down(id) => down(lab.run(), part, id),
    }
}

fn message(lab: &dyn Lab, place: usize) -> Result<Held, String> {
    let message = lab.run().trace().messages[place];
    if message.copy {
        return Err("a copy flies by itself: only the message that it copies can be dragged".into());
    }
    let title = lab.message(place).selector;
    let kind = Kind::Message { selector: title.parse()?, sent: message.sent };
    let (name, node) = (Some(message.name), message.to);
    Ok(Held { hit: Hit::Arrow(place), part: Part::End, kind, origin: message.end, name, node, title })
}

fn of_event(lab: &dyn Lab, hit: Hit, place: usize) -> Result<Held, String> {
    let run = lab.run();
    let event = run.trace().events[place];
    let node = run.setup().name(event.node);
    let (kind, title) = match (event.cause, event.kind) {
        (Cause::Message(message), EventKind::Deliver) => return self::message(lab, message as usize),
        (Cause::Intervention(id), EventKind::Crash | EventKind::Leave) => return down(run, Part::Start, id),
        (Cause::Armed(_), EventKind::Timer) => timer(run, place)?,
        (Cause::Intervention(id), _) => (Kind::Moment(id), words_of(run, id)),
        (Cause::Workload(_), _) => (Kind::Work { client: node.into() }, format!("the request of {node}")),
        _ => return Err(format!("what {node} does here follows from something else: drag that")),
    };
    Ok(Held { hit, part: Part::Body, kind, origin: event.at, name: Some(event.name), node: event.node, title })
}

/// The timer of a firing, by its arming: a firing that is moved may become another one of its kind.
fn timer(run: &Run, place: usize) -> Result<(Kind, String), String> {
    let trace = run.trace();
    let event = trace.events[place];
    let armed = trace.armings.iter().position(|arming| arming.name == event.name);
    let armed = armed.ok_or("this timer was armed by nobody")?;
    let label = &trace.timers[usize::from(event.timer)].1;
    let like = trace.armings[..=armed].iter().filter(|a| a.node == event.node);
    let nth = like.filter(|a| trace.timers[usize::from(a.timer)].1 == *label).count() as u32;
    let (timer, node) = (label.clone(), run.setup().name(event.node).to_string());
    let title = format!("timer {timer} of {node}");
    let arming = Selector { what: Sel::Arming { timer: timer.clone(), node: node.clone() }, nth };
    let firing = Selector { what: Sel::Timer { timer, node }, nth: 1 };
    Ok((Kind::Timer { arming, firing }, title))
}

fn words_of(run: &Run, id: u32) -> String {
    run.intervention(id).map(|one| one.fault.words()).unwrap_or_default()
}

fn lasting(run: &Run, hit: Hit, part: Part, id: u32) -> Result<Held, String> {
    let (from, to) = run.spells_of(id).next().ok_or("this was never in force")?;
    let origin = if part == Part::End { to.unwrap_or(run.scenario().until) } else { from };
    let kind = Kind::Lasting { id, from, to };
    Ok(Held { hit, part, kind, origin, name: None, node: NodeId(0), title: words_of(run, id) })
}

fn down(run: &Run, part: Part, id: u32) -> Result<Held, String> {
    let events = &run.trace().events;
    let place = events.iter().position(|event| event.cause == Cause::Intervention(id));
    let place = place.ok_or("nothing in this scene did this")?;
    let event = events[place];
    if matches!(event.kind, EventKind::Start | EventKind::Restart) {
        let (kind, title, name) = (Kind::Moment(id), words_of(run, id), Some(event.name));
        return Ok(Held { hit: Hit::Down(id), part: Part::End, kind, origin: event.at, name, node: event.node, title });
    }
    let starts = |kind| matches!(kind, EventKind::Start | EventKind::Restart);
    let back = events[place..].iter().find(|later| later.node == event.node && starts(later.kind));
    let (from, to) = (event.at, back.map(|back| back.at));
    let back = back.and_then(|back| if let Cause::Intervention(id) = back.cause { Some(id) } else { None });
    let origin = if part == Part::End { to.unwrap_or(run.scenario().until) } else { from };
    let kind = Kind::Down { id, from, to, back };
    Ok(Held { hit: Hit::Down(id), part, kind, origin, name: None, node: event.node, title: words_of(run, id) })
}

/// What an intervention is, for a drag that begins with it rather than with a mark.
pub fn held_fault(run: &Run, part: Part, id: u32) -> Result<Held, String> {
    let one = run.intervention(id).ok_or("this is not in the scene")?;
    match (&one.fault, one.start()) {
        (fault, _) if fault.lasts() => lasting(run, Hit::Spell(id), part, id),
        (Fault::Crash { .. } | Fault::Leave { .. } | Fault::Join { .. }, _) => down(run, part, id),
        (fault, Some(origin)) => {
            let (hit, kind, title) = (Hit::Spell(id), Kind::Moment(id), fault.words());
            Ok(Held { hit, part: Part::Body, kind, origin, name: None, node: NodeId(0), title })
        }
        (_, None) => Err("select the message or the timer itself".into()),
    }
}

impl Held {
    /// How long a message has to fly, or a timer has to run on its own clock, to be there at an instant of `run`.
    pub fn length(&self, run: &Run, at: Micros) -> Micros {
        match &self.kind {
            Kind::Message { sent, .. } => at.minus(*sent).minus(self.waited(run, *sent, at)),
            Kind::Timer { .. } => {
                let armed = run.trace().armings.iter().find(|arming| Some(arming.name) == self.name);
                let Some(armed) = armed else { return Micros(1) };
                let armed = run.trace().events[armed.event as usize].at;
                let shows = |at: Micros| run.at(run.trace().events_until(at)).slot(self.node).clock.shows(at);
                shows(at).minus(shows(armed))
            }
            _ => Micros::ZERO,
        }
    }

    /// For how long something held the message on its link until an instant: that is no part of its flight.
    fn waited(&self, run: &Run, sent: Micros, at: Micros) -> Micros {
        let Hit::Arrow(place) = self.hit else { return Micros::ZERO };
        let message = run.trace().messages[place];
        let holds = |what: &Lasting| match what {
            Lasting::Cut(lightcone_sim::Across::Held, links, _) => links[message.from.index()].contains(message.to),
            Lasting::Hold => true,
            _ => false,
        };
        let mut free = sent;
        let mut waited = Micros::ZERO;
        // In order of their beginning, so that what overlaps counts once.
        for spell in run.trace().spells.iter().filter(|spell| holds(&spell.what)) {
            let (from, to) = (spell.from.max(free), spell.to.map_or(at, |(to, _)| to).min(at));
            waited = waited.plus(to.minus(from));
            free = free.max(to);
        }
        waited
    }
}
