//! Why an event happened and what it did, rebuilt by replay.

use super::{ServiceOf, packet_words};
use crate::{
    Run,
    run::Heard,
    trace::{Cause, Event, Message},
    view::{ChainKind, ChainLink, EventKind, Explanation, Fate, FieldDiff, Loss, MessageSeen},
    world::{World, timer_label},
};
use lightcone_core::{
    Client, Effect, Key, Micros, NodeId, Note, Packet, Protocol, Service,
    view::{FieldView, MessageView},
};

/// How many links of a causal chain are told.
const CHAIN: usize = 5;

impl<P: Protocol> Run<P> {
    /// Why an event happened, and what it did.
    pub fn explain(&self, event: usize) -> Explanation {
        let heard = self.listen(event);
        let record = self.trace().events[event];
        let headline = self.headline_of(event, &heard.before, &heard.listener.notes);
        let servers: Vec<Option<&P>> = self.setup().cluster.servers.iter().map(|node| heard.after.node(node)).collect();
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
            table: P::table(&servers, &self.setup().cluster.specs),
            notes: heard.listener.notes,
        }
    }

    /// What happened, in a sentence: the last rule that fired, or else the input.
    pub fn headline(&self, event: usize) -> String {
        let heard = self.listen(event);
        self.headline_of(event, &heard.before, &heard.listener.notes)
    }

    pub(super) fn headline_of(&self, event: usize, before: &World<P>, notes: &[Note]) -> String {
        let told = notes.iter().rev().find(|note| note.fired);
        told.map_or_else(|| self.plain_words(&self.trace().events[event], before), |note| note.why.clone())
    }

    fn plain_words(&self, event: &Event, before: &World<P>) -> String {
        let me = self.setup().name(event.node);
        match (event.kind, event.cause) {
            (EventKind::Start, _) => format!("{me} starts"),
            (EventKind::Restart, _) => format!("{me} starts again with what its disk holds"),
            (EventKind::Crash, _) => format!("{me} crashes"),
            (EventKind::Timer, _) => format!("{me}: the {} timer fires", self.trace().timers[event.timer as usize].1),
            (_, Cause::Message(place)) => {
                let message = &self.trace().messages[place as usize];
                let flight = before.flights().find(|flight| flight.record == place);
                let words = flight.map_or_else(|| message.key.to_string(), |f| packet_words(self, &f.packet));
                format!("{me} receives {words} from {}", self.setup().name(message.from))
            }
            (EventKind::Invoke, _) => {
                let asked = self.trace().ops.iter().rev().find(|op| op.id.client == event.node && op.at == event.at);
                let words = asked.map(|op| ServiceOf::<P>::op_words(&op.op)).unwrap_or_default();
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
        let mut chain = vec![ChainLink { event: Some(event), kind: ChainKind::Knew, at, words: headline.into() }];
        let mut here = event;
        while chain.len() < CHAIN {
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
            chain.push(ChainLink { event: Some(before), kind: ChainKind::Knew, at, words });
            here = before;
        }
        chain.reverse();
        chain
    }

    /// Why nothing came between the arming of a timer and its firing: the faults that removed messages to its node, of
    /// the kinds that elsewhere in this run put such a timer off.
    fn nothing_came(&self, armed: usize, fired: usize) -> Option<ChainLink> {
        let (start, end) = (self.trace().events[armed].at, self.trace().events[fired].at);
        let node = self.trace().events[fired].node;
        let code = self.trace().timers[self.trace().events[fired].timer as usize].0;
        let puts_off = |m: &Message| self.trace().put_off.iter().any(|p| (p.kind, p.timer) == (m.key.kind.code, code));
        let missed = |m: &&Message| m.to == node && matches!(m.fate, Fate::Lost(_)) && m.end > start && m.end <= end;
        let lost: Vec<&Message> = self.trace().messages.iter().filter(missed).filter(|m| puts_off(m)).collect();
        if let Some(first) = lost.first() {
            let mut senders: Vec<NodeId> = lost.iter().map(|message| message.from).collect();
            senders.sort_unstable();
            senders.dedup();
            let names: Vec<&str> = senders.iter().map(|sender| self.setup().name(*sender)).collect();
            let words = format!("nothing from {} since: {}", names.join(", "), self.loss_words(first));
            return Some(ChainLink { event: None, kind: ChainKind::NothingCame, at: self.loss_at(first), words });
        }
        let heard_from = self.sender_of(armed).map(|event| self.trace().events[event].node)?;
        let crash = |event: &&Event| event.kind == EventKind::Crash && event.node == heard_from;
        let during = |event: &&Event| event.at > start && event.at <= end;
        let crash = self.trace().events.iter().filter(crash).find(during)?;
        let words = format!("nothing from {0} since: {0} crashed", self.setup().name(heard_from));
        Some(ChainLink { event: None, kind: ChainKind::NothingCame, at: crash.at, words })
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
            Fate::Lost(Loss::ReceiverDown) => "it was down".into(),
            Fate::Flying | Fate::Parked | Fate::Delivered(_) => String::new(),
        }
    }

    /// What a step did, with the same message to several receivers told once.
    fn effect_words(&self, effects: &[Effect<P>]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut sent: Vec<(Key, usize)> = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send { to, packet } => {
                    let (key, to) = (packet.key(), self.setup().name(*to));
                    if let Some((_, line)) = sent.iter().find(|(known, _)| *known == key) {
                        lines[*line] += &format!(", {to}");
                    } else {
                        sent.push((key, lines.len()));
                        lines.push(format!("sends {key} to {to}"));
                    }
                }
                Effect::Persist(_) => lines.push("writes its state to disk".into()),
                Effect::SetTimer { timer, range } => {
                    lines.push(format!("arms {} for {range}", timer_label(timer)));
                }
                Effect::CancelTimer(timer) => lines.push(format!("disarms {}", timer_label(timer))),
                Effect::Complete { ret, .. } => {
                    lines.push(format!("has its answer: {}", ServiceOf::<P>::ret_words(ret)));
                }
            }
        }
        lines
    }

    fn diff(&self, node: NodeId, at: Micros, heard: &Heard<P>) -> Vec<FieldDiff> {
        let fields = |world: &World<P>| world.node(node).map(|state| state.fields(&self.setup().cluster.specs));
        if !self.setup().cluster.servers.contains(node) {
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
        let view = self.sent_view(place, sent_by, &heard.listener.effects);
        self.seen(place, view)
    }

    /// The view of a message out of the effects of the step that sent it.
    fn sent_view(&self, place: usize, sent_by: usize, effects: &[Effect<P>]) -> MessageView {
        let first = self.trace().messages.partition_point(|message| (message.sent_by as usize) < sent_by);
        let mut sends = effects.iter().filter_map(|effect| match effect {
            Effect::Send { packet, .. } => Some(packet),
            _ => None,
        });
        let packet = sends.nth(place - first).expect("a message was sent by the step that the trace names");
        self.packet_view(packet)
    }

    fn message_in(&self, place: usize, world: &World<P>) -> MessageSeen {
        let flight = world.flights().find(|flight| flight.record as usize == place);
        match flight {
            Some(flight) => self.seen(place, self.packet_view(&flight.packet)),
            None => self.message(place),
        }
    }

    fn seen(&self, index: usize, view: MessageView) -> MessageSeen {
        let m = &self.trace().messages[index];
        let like = |other: &&Message| (other.key, other.from, other.to) == (m.key, m.from, m.to);
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

    fn packet_view(&self, packet: &Packet<P>) -> MessageView {
        match packet {
            Packet::Message(message) => P::message_view(message, &self.setup().cluster.specs),
            Packet::Request(request) => {
                let words = P::Client::request_words(request);
                MessageView { fields: vec![FieldView::text("request", &words)], label: words }
            }
            Packet::Response(response) => {
                let words = P::Client::response_words(response);
                MessageView { fields: vec![FieldView::text("response", &words)], label: words }
            }
        }
    }
}
