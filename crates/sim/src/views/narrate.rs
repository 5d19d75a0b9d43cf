//! A run told event by event, in one pass.

use crate::{
    Run,
    trace::{Cause, Listener},
    view::{EventKind, EventLine, MessageLine},
    world::Site,
};

impl Run {
    /// Tells every event computed so far, in order.
    pub fn narrate(&self, tell: &mut dyn FnMut(EventLine)) {
        let rules: Vec<&'static str> = self.setup().actors.rules().into_iter().map(|rule| rule.name).collect();
        let mut world = self.at(0);
        for event in 0..self.trace().events.len() {
            if world.events as usize > event {
                // A crash within a step is told with an event of its own, which the same replay step has made.
                tell(self.line(event, self.headline(event), &rules));
                continue;
            }
            let before = world.clone();
            let mut listener = Listener::default();
            while world.events as usize <= event {
                let site = Site { setup: self.setup(), plan: self.plan(), heard: false };
                let more = world.next(site, self.scenario().until, &mut listener);
                assert!(more, "a replay ends where the run did");
            }
            tell(self.line(event, self.headline_of(event, &before, &listener.notes), &rules));
        }
    }

    fn line(&self, index: usize, words: String, rules: &[&'static str]) -> EventLine {
        let event = &self.trace().events[index];
        let name = |node| self.setup().name(node).to_string();
        let fired = rules.iter().enumerate().filter(|(place, _)| event.rules & (1 << place) != 0);
        let message = match event.cause {
            Cause::Message(place) => Some(&self.trace().messages[place as usize]),
            _ => None,
        };
        EventLine {
            index,
            at: event.at.0,
            node: name(event.node),
            kind: event.kind,
            name: event.name.to_string(),
            message: message.map(|message| MessageLine {
                key: message.key.to_string(),
                from: name(message.from),
                to: name(message.to),
                sent: message.sent.0,
                sent_by: message.sent_by as usize,
            }),
            timer: (event.kind == EventKind::Timer).then(|| self.trace().timers[event.timer as usize].1.clone()),
            intervention: if let Cause::Intervention(id) = event.cause { Some(id) } else { None },
            rules: fired.map(|(_, rule)| *rule).collect(),
            words,
        }
    }
}
