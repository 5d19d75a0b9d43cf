//! Dragging on the diagram: the future is computed anew under the hand, and kept or let go.
//!
//! A drag works on a branch of the run. Letting go of it leaves nothing behind; keeping it puts the branch in place of
//! the run, so that nothing is computed twice.

mod held;
mod meaning;
mod preview;
mod words;

use super::{ChartMsg, Effect, Msg, Selected, Studio, TimeMsg, Veil};
use lightcone_core::Micros;
use lightcone_diagram::{Hit, Mark, Orientation, Point};
use lightcone_sim::view::Marks;

pub use held::{Held, Kind, held};
pub use meaning::{Aim, meaning};
pub use preview::Preview;

/// Which part of a mark is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Where it begins.
    Start,
    /// Where it ends: the head of an arrow.
    End,
    /// All of it.
    Body,
}

/// What is being dragged.
#[derive(Default)]
pub enum Drag {
    /// Nothing.
    #[default]
    None,
    /// A pointer went down on something, and has not moved far.
    Pressed {
        /// The pointer.
        id: i32,
        /// Where it went down.
        start: Point,
        /// On what.
        hit: Hit,
        /// Which part.
        part: Part,
    },
    /// Something is dragged, and its future is seen.
    Held(Box<Preview>),
}

/// Something that the keyboard does to a drag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DragMsg {
    /// Moves what is selected by so many microseconds.
    Nudge(i64),
    /// Holds the next part of it: all, the start, the end.
    Part,
    /// Keeps what is seen.
    Keep,
}

/// What happens at a drag most often, and need not always be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A pointer moves.
    Move,
    /// A frame begins.
    Frame,
    /// Anything else.
    Other,
}

impl Step {
    pub(super) fn of(msg: &Msg) -> Step {
        match msg {
            Msg::Chart(ChartMsg::Move(..)) => Step::Move,
            Msg::Time(TimeMsg::Frame(_)) => Step::Frame,
            _ => Step::Other,
        }
    }
}

/// A pointer that moves less than this, in px, drags nothing.
const THRESHOLD: f64 = 5.0;
/// Nearer than this to where it began, in px, a drag has gone nowhere.
const HOME: f64 = 3.0;
/// An arrow is off its lane beyond this share of the distance between two lanes.
const OFF: f64 = 0.6;

impl Drag {
    /// What is seen of it.
    pub fn preview(&self) -> Option<&Preview> {
        if let Drag::Held(preview) = self { Some(preview) } else { None }
    }

    /// Whether the next frame has something to compute.
    pub(super) fn wants_frame(&self) -> bool {
        self.preview().is_some_and(Preview::wants_frame)
    }
}

impl Studio {
    pub(super) fn drag(&mut self, msg: DragMsg) -> Vec<Effect> {
        if self.chart.causal {
            self.say("causal order has no times to move anything in: choose time under View");
            return Vec::new();
        }
        match msg {
            DragMsg::Nudge(by) => self.nudge(by),
            DragMsg::Part => self.other_part(),
            DragMsg::Keep => self.keep(),
        }
        Vec::new()
    }

    /// A pointer goes down: it may be the beginning of a drag.
    pub(super) fn press(&mut self, id: i32, start: Point, reach: f64) {
        if !self.options.embed
            && !self.chart.causal
            && let Some((hit, part)) = self.grip_at(start, reach)
        {
            self.drag = Drag::Pressed { id, start, hit, part };
        }
    }

    /// What can be dragged at a point: a fault that is selected before all that lies over it. The line of an arrow is
    /// held only if it is selected: elsewhere a pointer there moves the window.
    pub(super) fn grip_at(&self, at: Point, reach: f64) -> Option<(Hit, Part)> {
        let drawing = self.drawing();
        let over = |mark: &&Mark| {
            let fault = mark.hit.filter(|hit| matches!(hit, Hit::Cut(_) | Hit::Spell(_) | Hit::Down(_)));
            fault.is_some_and(|hit| self.selected_by(hit) == self.selected)
                && mark.shape.bounds().distance(at) <= reach / 2.0
        };
        let selected = drawing.marks.iter().find(over).and_then(|mark| mark.hit);
        let hit = selected.or_else(|| drawing.hit_within(at.x, at.y, reach))?;
        let (view, marks) = (self.viewport(), &self.views.marks);
        let along = if view.orientation == Orientation::Across { at.x } else { at.y };
        let near = |instant: Micros| (view.place(instant) - along).abs() <= reach;
        let stretch = |from: Micros, to: Option<Micros>| match to {
            Some(to) if near(to) => Part::End,
            _ if near(from) => Part::Start,
            _ => Part::Body,
        };
        let part = match hit {
            Hit::Event(_) | Hit::Bar(_) => Part::Body,
            Hit::Role(_) | Hit::Fold(..) => return None,
            Hit::Arrow(place) => {
                let arrow = marks.arrows.iter().find(|arrow| arrow.index == place)?;
                if near(arrow.end) { Part::End } else { Part::Body }
            }
            Hit::Cut(id) => marks.cuts.iter().find(|cut| cut.id == id).map(|cut| stretch(cut.from, cut.to))?,
            Hit::Spell(id) => marks.spells.iter().find(|one| one.id == id).map(|one| stretch(one.from, one.to))?,
            Hit::Down(by) => marks.downs.iter().find(|down| down.by == by).map(|down| stretch(down.from, down.to))?,
        };
        let line = matches!(hit, Hit::Arrow(_)) && part == Part::Body;
        (!line || self.selected_by(hit) == self.selected).then_some((hit, part))
    }

    /// A pointer moves: whether that is a drag.
    pub(super) fn drag_moves(&mut self, id: i32, at: Point) -> bool {
        if let Drag::Pressed { id: own, start, hit, part } = self.drag
            && own == id
            && start.distance(at) > THRESHOLD
        {
            self.take_hold(hit, part, Some((id, start)));
        }
        match &mut self.drag {
            Drag::Held(preview) if preview.hand.is_some_and(|(own, _)| own == id) => {
                preview.wish = Some(at);
                true
            }
            _ => false,
        }
    }

    /// A pointer goes up: whether that ends a drag.
    pub(super) fn drag_ends(&mut self, id: i32, at: Point) -> bool {
        match &mut self.drag {
            Drag::Held(preview) if preview.hand.is_some_and(|(own, _)| own == id) => {
                preview.wish = Some(at);
                self.drag_frame();
                self.keep();
                true
            }
            Drag::Held(_) => true,
            Drag::Pressed { .. } | Drag::None => {
                self.drag = Drag::None;
                false
            }
        }
    }

    /// Takes hold of a mark, or says why it cannot be dragged.
    fn take_hold(&mut self, hit: Hit, part: Part, hand: Option<(i32, Point)>) {
        self.drag = Drag::None;
        self.hovered = None;
        match held(self.lab.as_ref(), hit, part) {
            Ok(held) => self.hold(held, hand),
            Err(why) => self.tell(why),
        }
    }

    fn hold(&mut self, held: Held, hand: Option<(i32, Point)>) {
        if self.causality.veil != Veil::None {
            return self.tell("a part is hidden, and a drag would tell of it: show everything first".into());
        }
        self.clock.playing = false;
        self.what_if = None;
        self.selected = self.selected_by(held.hit);
        self.drag = Drag::Held(Box::new(Preview::new(self.lab.branch_before(held.origin), held, hand)));
    }

    /// The instant that a pointer asks for, and whether it is off the lane.
    fn asked(&self, preview: &Preview, start: Point, at: Point) -> (Micros, bool) {
        let view = self.viewport();
        let across = view.orientation == Orientation::Across;
        let (along, beside) = if across { (at.x - start.x, at.y - start.y) } else { (at.y - start.y, at.x - start.x) };
        let off = matches!(preview.held.kind, Kind::Message { .. })
            && beside.abs() > OFF * view.pitch(self.lab.participants().len());
        let origin = preview.held.origin;
        if along.abs() <= HOME {
            return (origin, off);
        }
        let px = self.chart.span() as f64 / (view.plot().1 - view.plot().0).max(1.0);
        // Round instants are easier to read and to write down: as round as a px is wide.
        let step = 10u64.pow((px.max(1.0) as u64).ilog10());
        let by = (along * px / step as f64).round() as i64 * step as i64;
        (Micros(origin.0.saturating_add_signed(by)), off)
    }

    /// Computes what the latest wish asks for, or goes on computing.
    pub(super) fn drag_frame(&mut self) {
        let Drag::Held(mut preview) = std::mem::take(&mut self.drag) else { return };
        if let (Some(at), Some((_, start))) = (preview.moves(), preview.hand) {
            let (instant, off) = self.asked(&preview, start, at);
            let fresh = self.edits.next();
            preview.aim_at(self.lab.as_ref(), instant, off, fresh);
        }
        preview.advance(self.chart.window.to);
        self.drag = Drag::Held(preview);
    }

    /// Whether nothing is to be drawn after this: a drag waits for its frame, or only computes what is out of sight.
    pub(super) fn waits_with(&self, step: Step) -> bool {
        let Some(preview) = self.drag.preview() else { return false };
        match step {
            Step::Move => preview.wish.is_some(),
            Step::Frame => preview.is_drawn() && !self.works_beside(),
            Step::Other => false,
        }
    }

    /// Lets go of what is dragged: nothing has happened.
    pub(super) fn let_go(&mut self) -> bool {
        let held = matches!(std::mem::take(&mut self.drag), Drag::Held(_));
        if held {
            self.tell("let go: nothing has changed".into());
        }
        held
    }

    /// Keeps what is seen: the branch is the run now, and the run before it stays the previous future.
    fn keep(&mut self) {
        let Drag::Held(preview) = std::mem::take(&mut self.drag) else { return };
        let Preview { lab, held, .. } = *preview;
        if lab.scenario() == self.lab.scenario() {
            return self.change.clear();
        }
        let words = format!("dragged: {}", held.title);
        let found = held.mark_in(lab.run());
        let scenario = self.scenario().clone();
        self.edits.seen(lab.scenario());
        let before = std::mem::replace(&mut self.lab, lab);
        self.keep_future(before);
        self.edits.made(scenario, &words);
        self.settle(Micros::ZERO);
        self.selected = found.map_or(Selected::Nothing, |hit| self.selected_by(hit));
        self.say(words);
    }

    /// Moves what is selected, or what the keyboard holds already.
    fn nudge(&mut self, by: i64) {
        if self.drag.preview().is_none() {
            self.hold_selected(Part::Body);
        }
        let fresh = self.edits.next();
        if let Drag::Held(preview) = &mut self.drag {
            let at = Micros(preview.at.0.saturating_add_signed(by));
            preview.aim_at(self.lab.as_ref(), at, false, fresh);
            preview.advance(self.chart.window.to);
            let at = preview.at;
            self.chart.reveal(at, self.until());
        }
    }

    fn hold_selected(&mut self, part: Part) {
        self.take_up();
        let found = match (self.selected, self.selected_mark()) {
            (Selected::Fault(id), _) => held::held_fault(self.lab.run(), part, id),
            (_, Some(hit)) => held(self.lab.as_ref(), hit, part),
            _ => Err("select a message, a timer, a request or a fault to move it".into()),
        };
        match found {
            Ok(held) => self.hold(held, None),
            Err(why) => self.tell(why),
        }
    }

    fn other_part(&mut self) {
        let part = match self.drag.preview().map(|preview| preview.held.part) {
            Some(Part::Body) | None => Part::Start,
            Some(Part::Start) => Part::End,
            Some(Part::End) => Part::Body,
        };
        self.drag = Drag::None;
        self.hold_selected(part);
    }

    /// Compares what is seen of a drag with what was there before it.
    pub(super) fn see_change(&mut self, marks: &Marks) {
        if let Drag::Held(preview) = &mut self.drag {
            preview.compare(self.lab.as_ref(), marks, self.chart.window);
            self.change.clone_from(&preview.words);
        }
    }

    /// Says something below the diagram.
    pub(super) fn tell(&mut self, words: String) {
        self.change.clone_from(&words);
        self.say(words);
    }
}
