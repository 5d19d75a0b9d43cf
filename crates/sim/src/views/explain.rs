//! Why an event happened and what it did, rebuilt by replay.

use crate::{
    Run,
    actors::{Datum, Effect},
    run::Heard,
    trace::{Cause, Event, Message},
    view::{ChainKind, ChainLink, EventKind, Explanation, Fate, FieldDiff, Loss, MessageSeen},
    world::World,
};
use lightcone_core::{
    Key, Micros, NodeId, Note,
    view::{FieldView, MessageView, Table},
};

/// How many links of a causal chain are told, apart from those that tell why nothing came.
const CHAIN: usize = 5;

impl Run {
    /// Why an event happened, and what it did.
    pub fn explain(&self, event: usize) -> Explanation {
        let heard = self.listen(event);
        let record = self.trace().events[event];
        let headline = self.headline_of(event, &heard.before, &heard.listener.notes);
        let servers: Vec<Option<Datum>> =
            self.setup().servers().iter().map(|node| heard.after.slot(node).machine.clone()).collect();
        let message = match record.cause {
            Cause::Message(place) => Some(self.message_in(place as usize, &heard.before)),
            _ => None,
        };
        Explanation {
            event: self.trace().mark(event),
            name: record.name.0,
            chain: self.chain(event, &headline),
            headline,
            message,
            effects: self.effect_words(&heard.listener.effects),
            fields: self.diff(record.node, record.at, &heard),
            table: self.setup().actors.table(&servers),
            ring: self.setup().actors.ring(&servers),
            record: self.record_after(event),
            notes: heard.listener.notes,
        }
    }

    /// What the observer remembered after an event. Where it remembers nothing worth telling to this day, nothing is replayed.
    fn record_after(&self, event: usize) -> Option<Table> {
        let actors = &self.setup().actors;
        actors.record(&self.world().ghost)?;
        actors.record(&self.observed_at(event + 1).ghost)
    }

    /// What happened, in a sentence: the last rule that fired, or else the input.
    pub fn headline(&self, event: usize) -> String {
        let heard = self.listen(event);
        self.headline_of(event, &heard.before, &heard.listener.notes)
    }

    pub(super) fn headline_of(&self, event: usize, before: &World, notes: &[Note]) -> String {
        let told = notes.iter().rev().find(|note| note.fired);
        told.map_or_else(|| self.plain_words(&self.trace().events[event], before), |note| note.why.clone())
    }

    fn plain_words(&self, event: &Event, before: &World) -> String {
        let me = self.setup().name(event.node);
        match (event.kind, event.cause) {
            (EventKind::Start, _) => format!("{me} starts"),
            (EventKind::Restart, _) => format!("{me} starts again with what its disk holds"),
            (EventKind::Crash, _) => format!("{me} crashes"),
            (EventKind::Leave, _) => format!("{me} leaves"),
            (EventKind::Lie, _) => format!("{me} speaks unasked"),
            (EventKind::Timer, _) => format!("{me}: the {} timer fires", self.trace().timers[event.timer as usize].1),
            (_, Cause::Message(place)) => {
                let message = &self.trace().messages[place as usize];
                let flight = before.flights().find(|flight| flight.record == place);
                let words = flight
                    .map_or_else(|| message.key.to_string(), |f| self.setup().actors.packet(&f.parcel.packet).label);
                format!("{me} receives {words} from {}", self.setup().name(message.from))
            }
            (EventKind::Invoke, _) => {
                let asked = self.trace().ops.iter().rev().find(|op| op.id.client == event.node && op.at == event.at);
                let words = asked.map(|op| self.setup().actors.op_words(&op.op)).unwrap_or_default();
                format!("{me} is asked: {words}")
            }
            (_, Cause::Intervention(id)) => self.fault_words(id),
            _ => format!("{me} moves"),
        }
    }

    /// An intervention in words.
    fn fault_words(&self, id: u32) -> String {
        let one = self.scenario().interventions.iter().find(|one| one.id == id);
        one.map(|one| one.fault.words()).unwrap_or_default()
    }

    /// What led to an event, earliest first: messages back to their senders, timers back to their arming.
    fn chain(&self, event: usize, headline: &str) -> Vec<ChainLink> {
        let at = self.trace().events[event].at;
        let link = |event, at, words| ChainLink { event: Some(event), kind: ChainKind::Knew, fault: None, at, words };
        let mut chain = vec![link(event, at, headline.into())];
        let mut here = event;
        // Those that tell why nothing came do not count: the rest is as long without them.
        while chain.iter().filter(|link| link.kind == ChainKind::Knew).count() < CHAIN {
            let record = self.trace().events[here];
            let before = match record.cause {
                Cause::Message(place) => self.trace().messages[place as usize].sent_by as usize,
                Cause::Armed(by) => {
                    chain.extend(self.nothing_came(by as usize, here));
                    by as usize
                }
                Cause::Begin | Cause::Intervention(_) | Cause::Workload(_) => break,
            };
            let (at, words) = (self.trace().events[before].at, self.headline(before));
            chain.push(link(before, at, words));
            here = before;
        }
        chain.reverse();
        chain
    }

    /// Why nothing came between the arming of a timer and its firing: the faults that removed messages to its node, of
    /// the kinds that earlier in this run put such a timer off.
    fn nothing_came(&self, armed: usize, fired: usize) -> Option<ChainLink> {
        let (start, end) = (self.trace().events[armed].at, self.trace().events[fired].at);
        let node = self.trace().events[fired].node;
        let code = self.trace().timers[self.trace().events[fired].timer as usize].0;
        // What comes later in the run explains nothing.
        let known = self.trace().put_off.iter().filter(|put_off| (put_off.event as usize) < fired);
        let known: Vec<u64> = known.filter(|put_off| put_off.timer == code).map(|put_off| put_off.kind).collect();
        let puts_off = |m: &Message| known.contains(&m.key.kind.code);
        let missed = |m: &&Message| m.to == node && matches!(m.fate, Fate::Lost(_)) && m.end > start && m.end <= end;
        let lost: Vec<&Message> = self.trace().messages.iter().filter(missed).filter(|m| puts_off(m)).collect();
        if let Some(first) = lost.first() {
            let senders = lost.iter().map(|message| message.from).collect();
            let words = format!("nothing from {} since: {}", self.setup().names(senders), self.loss_words(first));
            let fault = match first.fate {
                Fate::Lost(Loss::Cut(id) | Loss::Dropped(id) | Loss::Lossy(id)) => Some(id),
                _ => None,
            };
            let (kind, at) = (ChainKind::NothingCame, self.loss_at(first));
            return Some(ChainLink { event: None, kind, fault, at, words });
        }
        let heard_from = self.sender_of(armed).map(|event| self.trace().events[event].node)?;
        let crash = |event: &&Event| event.kind == EventKind::Crash && event.node == heard_from;
        let during = |event: &&Event| event.at > start && event.at <= end;
        let crash = self.trace().events.iter().filter(crash).find(during)?;
        let words = format!("nothing from {0} since: {0} crashed", self.setup().name(heard_from));
        let fault = if let Cause::Intervention(id) = crash.cause { Some(id) } else { None };
        Some(ChainLink { event: None, kind: ChainKind::NothingCame, fault, at: crash.at, words })
    }

    /// When what lost a message began.
    fn loss_at(&self, message: &Message) -> Micros {
        match message.fate {
            Fate::Lost(Loss::Cut(id)) => {
                self.cut_marks().iter().find(|cut| cut.id == id).map_or(message.end, |c| c.from)
            }
            _ => message.end,
        }
    }

    fn loss_words(&self, message: &Message) -> String {
        match message.fate {
            Fate::Lost(Loss::Cut(id)) => self.fault_words(id),
            Fate::Lost(Loss::Dropped(_)) => format!("{} was dropped", message.key),
            Fate::Lost(Loss::Chance) => format!("{} was lost on the way", message.key),
            Fate::Lost(Loss::Lossy(id)) => self.fault_words(id),
            Fate::Lost(Loss::LinkFull) => "too much waited before the link".into(),
            Fate::Lost(Loss::InboxFull) => "too much waited at its receiver".into(),
            Fate::Lost(Loss::ReceiverDown | Loss::InCrash) => "it was down".into(),
            Fate::Flying | Fate::Parked | Fate::Waiting | Fate::Delivered(_) => String::new(),
        }
    }

    /// What a step did, with the same message to several receivers told once.
    fn effect_words(&self, effects: &[Effect]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut sent: Vec<(Key, usize)> = Vec::new();
        let actors = &self.setup().actors;
        for effect in effects {
            match effect {
                Effect::Send(to, parcel) => {
                    let (key, to) = (parcel.key, self.setup().name(*to));
                    if let Some((_, line)) = sent.iter().find(|(known, _)| *known == key) {
                        lines[*line] += &format!(", {to}");
                    } else {
                        sent.push((key, lines.len()));
                        lines.push(format!("sends {key} to {to}"));
                    }
                }
                Effect::Persist(_) => lines.push("writes its state to disk".into()),
                Effect::SetTimer(timer, range) => {
                    lines.push(format!("arms {} for {range}", actors.timer_label(*timer)));
                }
                Effect::CancelTimer(timer) => lines.push(format!("disarms {}", actors.timer_label(*timer))),
                Effect::Complete(_, ret, _) => lines.push(format!("has its answer: {}", actors.ret_words(ret))),
                Effect::Occupy(_) => lines.push("keeps a worker busy until it is answered".into()),
                Effect::Release(_) => lines.push("frees the worker that waited".into()),
            }
        }
        lines
    }

    fn diff(&self, node: NodeId, at: Micros, heard: &Heard) -> Vec<FieldDiff> {
        let fields = |world: &World| world.slot(node).machine.as_ref().map(|state| self.setup().actors.fields(state));
        if !self.setup().servers().contains(node) {
            let asking = self.asking(node, at).unwrap_or_else(|| "nothing".into());
            return vec![FieldDiff { field: FieldView::text("asking for", asking), before: None }];
        }
        let before = fields(&heard.before).unwrap_or_default();
        let changed = |field: FieldView| {
            let old = before.iter().find(|old| old.name == field.name).map(|old| old.value.clone());
            FieldDiff { before: old.filter(|old| *old != field.value), field }
        };
        fields(&heard.after).unwrap_or_default().into_iter().map(changed).collect()
    }

    /// A message with its fields, as it was sent.
    pub fn message(&self, place: usize) -> MessageSeen {
        let sent_by = self.trace().messages[place].sent_by as usize;
        let heard = self.listen(sent_by);
        let view = self.sent_view(place, &heard);
        self.seen(place, view)
    }

    /// The view of a message out of the effects of the step that sent it. A lie, and what a Byzantine server said instead,
    /// is only in the network.
    fn sent_view(&self, place: usize, heard: &Heard) -> MessageView {
        let message = &self.trace().messages[place];
        let flying = heard.after.flights().find(|flight| flight.record as usize == place);
        let mut sends = heard.listener.effects.iter().filter_map(|effect| match effect {
            Effect::Send(to, parcel) if *to == message.to && parcel.key == message.key => Some(&parcel.packet),
            _ => None,
        });
        let packet = flying.map(|flight| &flight.parcel.packet).or_else(|| sends.next());
        let unknown = || MessageView { label: message.key.to_string(), fields: Vec::new() };
        packet.map_or_else(unknown, |packet| self.setup().actors.packet(packet))
    }

    fn message_in(&self, place: usize, world: &World) -> MessageSeen {
        let flight = world.flights().find(|flight| flight.record as usize == place);
        match flight {
            Some(flight) => self.seen(place, self.setup().actors.packet(&flight.parcel.packet)),
            None => self.message(place),
        }
    }

    fn seen(&self, index: usize, view: MessageView) -> MessageSeen {
        let m = &self.trace().messages[index];
        let like = |other: &&Message| (other.key, other.from, other.to, other.copy) == (m.key, m.from, m.to, false);
        let nth = self.trace().messages[..=index].iter().filter(like).count();
        let (from, to) = (self.setup().name(m.from), self.setup().name(m.to));
        let again = if nth > 1 { format!(" #{nth}") } else { String::new() };
        MessageSeen {
            index,
            from: m.from,
            to: m.to,
            sent: m.sent,
            end: m.end,
            fate: m.fate,
            selector: format!("{} from {from} to {to}{again}", m.key),
            name: m.name.0,
            view,
        }
    }
}
