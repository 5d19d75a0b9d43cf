//! What interventions do to the messages and timers that they select.

use crate::{
    Name,
    actors::{Parcel, TimerCode},
    flights::MidStep,
    network::Done,
    plan::{Does, Target, reads},
    trace::{Remark, Sink},
    world::{Armed, Site, World},
};
use lightcone_core::{Key, Micros, NodeId};

impl World {
    pub(crate) fn remark(&self, id: u32, trouble: Option<String>, sink: &mut dyn Sink) {
        sink.remark(Remark { id, at: self.now, turn: self.turns, trouble });
    }

    /// Counts a message for the watches, and says what they do to it.
    pub(crate) fn watched_message(
        &mut self,
        site: Site<'_>,
        key: Key,
        from: NodeId,
        to: NodeId,
        name: Name,
        sink: &mut dyn Sink,
    ) -> Done {
        let mut done = Done::default();
        for (place, watch) in site.plan.watches.iter().enumerate() {
            let Target::Message { key: wanted, from: f, to: t } = &watch.target else { continue };
            if (*f, *t) != (from, to) || !reads(&key, wanted) {
                continue;
            }
            self.seen[place] += 1;
            if self.seen[place] != watch.nth {
                continue;
            }
            match watch.does {
                Does::Drop => done.dropped = done.dropped.or(Some(watch.id)),
                Does::Move(length) => {
                    self.check_flight(site, length, sink);
                    done.moved = done.moved.or(Some(length));
                }
                Does::Copy => done.copies.push(watch.id),
                Does::Lie(nth) => done.lie = done.lie.or(Some((watch.id, nth))),
                Does::Crash(after, disk) => done.crash = done.crash.or(Some(MidStep { id: watch.id, after, disk })),
                Does::Mark => {
                    self.marked.push((watch.id, name));
                    continue;
                }
            }
            self.remark(watch.id, misnamed(watch.name, name), sink);
        }
        done
    }

    /// Counts a timer that fires for the watches, and says whether its participant crashes in that step.
    pub(crate) fn watched_firing(
        &mut self,
        site: Site<'_>,
        node: NodeId,
        armed: &Armed,
        sink: &mut dyn Sink,
    ) -> Option<MidStep> {
        let mut crash = None;
        for (place, watch) in site.plan.watches.iter().enumerate() {
            let Target::Firing { label, node: of } = &watch.target else { continue };
            if *of != node || *label != site.setup.actors.timer_label(armed.code) {
                continue;
            }
            self.seen[place] += 1;
            if let (true, Does::Crash(after, disk)) = (self.seen[place] == watch.nth, watch.does) {
                self.remark(watch.id, misnamed(watch.name, armed.name), sink);
                crash = crash.or(Some(MidStep { id: watch.id, after, disk }));
            }
        }
        crash
    }

    /// Counts a timer that is armed for the watches, and says how long it runs if they change that.
    pub(crate) fn watched_arming(
        &mut self,
        site: Site<'_>,
        node: NodeId,
        code: TimerCode,
        name: Name,
        sink: &mut dyn Sink,
    ) -> Option<Micros> {
        let mut length = None;
        for (place, watch) in site.plan.watches.iter().enumerate() {
            let Target::Arming { label, node: of } = &watch.target else { continue };
            if *of != node || *label != site.setup.actors.timer_label(code) {
                continue;
            }
            self.seen[place] += 1;
            if let (true, Does::Move(to)) = (self.seen[place] == watch.nth, watch.does) {
                self.remark(watch.id, misnamed(watch.name, name), sink);
                length = length.or(Some(to.max(Micros(1))));
            }
        }
        length
    }

    /// A selected message is replaced by something else that its sender could have said.
    pub(crate) fn lied(
        &mut self,
        site: Site<'_>,
        (from, to): (NodeId, NodeId),
        honest: Parcel,
        (id, nth): (u32, u32),
        sink: &mut dyn Sink,
    ) -> Parcel {
        let slot = &self.slots[from.index()];
        let state = slot.machine.as_ref().expect("whoever sends is up");
        let clock = slot.clock.shows(self.now);
        let lies = site.setup.actors.lies(state, from, clock, to, Some(&honest.packet));
        let Some(lie) = lies.into_iter().nth((nth as usize).saturating_sub(1)) else {
            self.remark(id, Some("its sender knows no such lie".into()), sink);
            return honest;
        };
        self.chain(lie.hash);
        self.became_liar(site, from, sink);
        // It is called what it was to be, so that selectors count alike with and without the lie.
        Parcel { key: Key { args: honest.key.args, ..lie.key }, ..lie }
    }
}

fn misnamed(expected: Option<Name>, found: Name) -> Option<String> {
    let expected = expected.filter(|expected| *expected != found)?;
    Some(format!("it now means another one: {found} rather than {expected}"))
}
