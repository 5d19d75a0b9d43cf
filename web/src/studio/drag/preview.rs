//! The future that a drag asks for, on a branch of the run.

use super::{Aim, Held, Kind, meaning, words};
use lightcone_catalog::Lab;
use lightcone_core::Micros;
use lightcone_diagram::{Difference, Hit, Point};
use lightcone_sim::{Run, compare::Comparison, compare::compare_marks, view::Marks, view::Window};

/// So many events are computed at most before what is seen is painted.
const AT_ONCE: usize = 20_000;
/// Between two looks at how far it has come.
const STRIDE: usize = 64;
/// So many more in each frame after that: few, so that the next move of the hand does not wait.
const SLICE: usize = 500;
/// A hand that has not moved for so many frames rests: until then all but the diagram waits.
const REST: u32 = 8;

/// What a drag would make of the run.
pub struct Preview {
    /// The branch.
    pub lab: Box<dyn Lab>,
    /// Whether the branch is computed to its end.
    pub done: bool,
    /// What is held.
    pub held: Held,
    /// The pointer that holds it and where it went down; nothing for the keyboard.
    pub hand: Option<(i32, Point)>,
    /// Where the pointer is, if that is not computed yet.
    pub wish: Option<Point>,
    /// Where it was dragged to.
    pub at: Micros,
    /// Raised by everything that changes what is seen.
    pub version: u64,
    /// Where what is held is now.
    pub mark: Option<Hit>,
    /// How the window differs from the run before the drag.
    pub difference: Difference,
    /// What the drag does, and what it changes, in words.
    pub words: String,
    seen: Window,
    /// What is drawn of it.
    drawn: u64,
    /// For how many frames the hand has not moved.
    still: u32,
    off: bool,
    wrong: Option<String>,
}

impl Preview {
    /// A drag that has not moved yet, on a branch of the run.
    pub fn new(lab: Box<dyn Lab>, held: Held, hand: Option<(i32, Point)>) -> Preview {
        let nowhere = Window { from: Micros(u64::MAX), to: Micros::ZERO };
        Preview {
            lab,
            done: false,
            hand,
            wish: None,
            at: held.origin,
            version: 1,
            mark: Some(held.hit),
            difference: Difference::default(),
            words: String::new(),
            seen: nowhere,
            drawn: 0,
            still: 0,
            off: false,
            wrong: None,
            held,
        }
    }

    /// Edits the branch: what is held shall be at an instant, or off its lane.
    pub fn aim_at(&mut self, before: &dyn Lab, at: Micros, off: bool, fresh: u32) {
        let all = &before.scenario().run.interventions;
        let until = before.scenario().run.until;
        let first = if let Kind::Message { sent, .. } = self.held.kind { sent.plus(Micros(1)) } else { Micros::ZERO };
        let at = at.max(first);
        let wanted = if at == self.held.origin && !off {
            Ok(all.clone())
        } else {
            let length = self.held.length(before.run(), at);
            meaning(all, &self.held, Aim { at, length, off, until, fresh })
        };
        self.version += 1;
        let edited = wanted.and_then(|wanted| {
            let same = wanted == self.lab.scenario().run.interventions;
            if same { Ok(()) } else { self.lab.edit(wanted).map_err(|error| error.to_string()) }
        });
        match edited {
            Ok(()) => (self.at, self.off, self.wrong, self.done) = (at, off, None, false),
            Err(why) => self.wrong = Some(why),
        }
    }

    /// Computes what is seen up to an instant, and a little more each time.
    pub fn advance(&mut self, to: Micros) {
        let start = self.lab.len();
        while !self.done && self.lab.run().world().now <= to && self.lab.len() < start + AT_ONCE {
            self.done = self.lab.advance(STRIDE);
            self.version += 1;
        }
        if !self.done && self.lab.len() == start {
            self.done = self.lab.advance(SLICE);
        }
    }

    /// A frame begins: where the hand went since the last one, if it moved.
    pub(super) fn moves(&mut self) -> Option<Point> {
        self.still = if self.wish.is_some() { 0 } else { (self.still + 1).min(REST + 1) };
        self.wish.take()
    }

    /// Whether another frame has something to do for it.
    pub(super) fn wants_frame(&self) -> bool {
        self.wish.is_some() || !self.done || self.is_moving()
    }

    /// Whether a hand moves it: what is not seen of the drag itself can wait.
    pub fn is_moving(&self) -> bool {
        self.hand.is_some() && self.still < REST
    }

    /// Whether nothing about it is to be drawn in this frame.
    pub(super) fn is_drawn(&self) -> bool {
        self.drawn == self.version && self.still != REST
    }

    /// Compares what is drawn of the branch with what was drawn of the run before.
    pub fn compare(&mut self, before: &dyn Lab, marks: &Marks, window: Window) {
        self.drawn = self.version;
        if self.seen != window {
            self.difference.old = before.marks(window);
            self.seen = window;
        }
        let found = compare_marks((before.run(), &self.difference.old), (self.lab.run(), marks));
        self.mark = self.held.mark_in(self.lab.run());
        self.words = match &self.wrong {
            Some(why) => why.clone(),
            None => words::words(before, self, &found),
        };
        let Comparison { events, messages, .. } = found;
        (self.difference.old_events, self.difference.new_events) = events.sides();
        (self.difference.old_arrows, self.difference.new_arrows) = messages.sides();
    }

    /// Whether it is pulled off its lane.
    pub(super) fn is_off(&self) -> bool {
        self.off
    }
}

impl Held {
    /// Its mark in a run, if it is there: an event may have come to another place.
    pub fn mark_in(&self, run: &Run) -> Option<Hit> {
        let (Hit::Event(_) | Hit::Bar(_), Some(name)) = (self.hit, self.name) else { return Some(self.hit) };
        let place = run.trace().lanes[self.node.index()].iter().rev();
        let place = place.map(|place| *place as usize).find(|place| run.trace().events[*place].name == name)?;
        Some(if matches!(self.hit, Hit::Bar(_)) { Hit::Bar(place) } else { Hit::Event(place) })
    }
}
