//! The second diagram: drawn in step with the first, and what is selected there is selected in this run.

use super::{Compare, Effect, Roam, RoamMsg, Selected, Studio, reading::cone_in, roam::Ground};
use lightcone_core::Micros;
use lightcone_diagram::{Drawing, Highlight, Hit, Point, STEP, Viewport, describe_on, draw, playhead};
use lightcone_sim::{
    Run,
    view::{Columns, Cone, Marks, Window},
};
use std::rc::Rc;

/// A pointer that moves less than this, in px, selects.
const STILL: f64 = 5.0;

/// What is seen of the second run.
#[derive(Default)]
pub struct Beside {
    /// The diagram as SVG.
    pub svg: Rc<str>,
    /// What is under the pointer there, or where the keyboard stands, in words.
    pub hint: String,
    /// Where the keyboard stands there.
    pub roam: Roam,
    /// Its own playhead as SVG, where the axis counts steps.
    needle: Option<Rc<str>>,
    /// Where a pointer went down.
    pub(super) pressed: Option<Point>,
    /// The marks at their places on the axis.
    pub(super) marks: Rc<Marks>,
    pub(super) drawing: Drawing,
    /// Its window on the axis, and the ends of that as instants.
    window: (Window, (Micros, Micros)),
    /// How much farther on its axis the playhead lies than in this run, where the axis counts steps.
    shift: i64,
    /// In causal order: for which state of both runs they were made, and its columns.
    columns: Option<((u64, usize), Columns)>,
    selected: Option<(SelectedKey, Option<Hit>, Option<Cone>)>,
}

/// What is selected there is made from: the state of both runs, the selection and the event whose cone is shown.
type SelectedKey = ((u64, usize), Option<Hit>, Option<usize>);

impl Beside {
    /// The run is another one.
    pub(super) fn forget(&mut self) {
        (self.columns, self.selected) = (None, None);
    }

    /// Where on the axis of this run a place on its own lies.
    fn here(&self, place: Micros) -> Micros {
        Micros(place.0.saturating_add_signed(-self.shift))
    }

    /// Where on the axis of this run it ends, if it has columns of its own.
    pub(super) fn end(&self) -> Option<Micros> {
        self.columns.as_ref().map(|(_, columns)| self.here(columns.end()))
    }
}

impl Studio {
    /// Draws the second diagram anew.
    pub(super) fn draw_other(&mut self, view: &Viewport) {
        let window = self.chart.window;
        let at = self.clock.playhead;
        self.select_other();
        self.count_other();
        let Some(compare) = &self.compare else { return };
        let seen = &compare.seen;
        let (selected, cone) = seen.selected.as_ref().map_or((None, None), |(_, hit, cone)| (*hit, cone.as_ref()));
        let placed = seen.columns.as_ref().zip(cone).map(|((_, columns), cone)| cone_in(cone, columns));
        let cone = placed.as_ref().or(cone);
        let difference = (!compare.words.is_empty()).then_some(&compare.differs.0);
        let highlight = Highlight { difference, selected, cone, ..Highlight::default() };
        let (marks, view, needle) = if let Some((_, columns)) = &seen.columns {
            // Both runs show what is around the playhead at one place.
            let from = Micros(window.from.0.saturating_add_signed(seen.shift));
            let window = Window { from, to: from.plus(window.to.minus(window.from)) };
            let marks = self.visible_there(compare, columns.time(from.minus(STEP)), columns.time(window.to));
            let view = Viewport { window, until: columns.end(), playhead: columns.of_time(at), ..*view };
            (columns.place(marks), view, Some(playhead(&view).svg_body().into()))
        } else {
            (self.visible_there(compare, window.from, window.to), *view, None)
        };
        let drawing = draw(&marks, &Viewport { playhead: Micros(u64::MAX), ..view }, &highlight);
        let instant = |place: Micros| seen.columns.as_ref().map_or(place, |(_, columns)| columns.time(place));
        let window = (view.window, (instant(view.window.from), instant(view.window.to)));
        let Some(Compare { seen, .. }) = &mut self.compare else { return };
        (seen.svg, seen.needle, seen.window) = (drawing.svg_body().into(), needle, window);
        (seen.marks, seen.drawing) = (Rc::new(marks), drawing);
    }

    /// The columns of the second run, where the axis counts those.
    fn count_other(&mut self) {
        let (causal, version, at) = (self.chart.causal, self.version, self.clock.playhead);
        let mine = self.placed(at).0 as i64;
        let Some(compare) = &mut self.compare else { return };
        let key = (version, compare.lab.len());
        if !causal {
            compare.seen.columns = None;
        } else if compare.seen.columns.as_ref().is_none_or(|(made, _)| *made != key) {
            compare.seen.columns = Some((key, Columns::of(compare.lab.run(), None)));
        }
        let seen = &mut compare.seen;
        seen.shift = seen.columns.as_ref().map_or(0, |(_, columns)| columns.of_time(at).0 as i64 - mine);
    }

    /// What is selected in this run is selected in the second, if that has it, with its own past and future.
    fn select_other(&mut self) {
        let (selected, subject) = (self.selected_mark(), self.shown_cone().map(|cone| cone.event));
        let Some(compare) = &mut self.compare else { return };
        let key = ((self.version, compare.lab.len()), selected, subject);
        if compare.seen.selected.as_ref().is_some_and(|(made, ..)| *made == key) {
            return;
        }
        let there = |hit: Hit| same_in(hit, self.lab.run(), compare.lab.run());
        let cone = match subject.map(Hit::Event).and_then(there) {
            Some(Hit::Event(event)) => Some(compare.lab.cone(event)),
            _ => None,
        };
        compare.seen.selected = Some((key, selected.and_then(there), cone));
    }

    /// What is to be seen of the second run between two instants: lanes are left out where both have the same.
    fn visible_there(&self, compare: &Compare, from: Micros, to: Micros) -> Marks {
        let marks = compare.lab.marks(Window { from, to });
        let same = compare.lab.participants().len() == self.lab.participants().len();
        self.unhidden(marks, same)
    }

    /// The playhead on the second diagram.
    pub fn other_needle(&self) -> Rc<str> {
        let own = self.compare.as_ref().and_then(|compare| compare.seen.needle.clone());
        own.unwrap_or_else(|| self.views.needle_svg.clone())
    }

    /// The pointer is at a point of the second diagram, or nowhere.
    pub(super) fn aim_beside(&mut self, at: Option<Point>) {
        let axis = self.viewport().axis;
        let Some(Compare { seen, .. }) = &mut self.compare else { return };
        let hit = at.and_then(|at| seen.drawing.hit(at.x, at.y));
        seen.hint = hit.and_then(|hit| describe_on(&seen.marks, hit, axis)).unwrap_or_else(|| seen.roam.words.clone());
    }

    /// A pointer goes up on the second diagram. If it did not move, what lies there is selected, if this run has it.
    pub(super) fn up_beside(&mut self, at: Point) {
        let Some(Compare { seen, .. }) = &mut self.compare else { return };
        if seen.pressed.take().is_none_or(|start| start.distance(at) > STILL) {
            return;
        }
        match seen.drawing.hit_within(at.x, at.y, 2.0 * STILL) {
            Some(hit) => self.choose_beside(hit),
            None => self.select(Selected::Nothing),
        }
    }

    /// Selects what stands on the second diagram, if this run has it.
    fn choose_beside(&mut self, hit: Hit) {
        if let Some(hit) = self.same_here(hit) {
            return self.select(self.selected_by(hit));
        }
        let axis = self.viewport().axis;
        let Some(Compare { seen, .. }) = &mut self.compare else { return };
        let words = describe_on(&seen.marks, hit, axis).unwrap_or_default();
        seen.hint = format!("only this run has it: {words}");
        self.say(format!("only the other run has it: {words}"));
    }

    /// A mark of the second diagram in this run, if it has it.
    pub(super) fn same_here(&self, hit: Hit) -> Option<Hit> {
        same_in(hit, self.compare.as_ref()?.lab.run(), self.lab.run())
    }

    /// The second diagram by keyboard.
    pub(super) fn roam_beside(&mut self, msg: RoamMsg) -> Vec<Effect> {
        let Some(Compare { seen, .. }) = &mut self.compare else { return Vec::new() };
        match msg {
            RoamMsg::Leave => {
                (seen.roam, seen.hint) = Default::default();
            }
            RoamMsg::Choose(second) => {
                if let Some(hit) = seen.roam.mark {
                    self.causality.aiming = second;
                    self.choose_beside(hit);
                }
            }
            RoamMsg::Enter => {
                seen.roam.mark = None;
                self.stand_beside(None);
            }
            RoamMsg::Along(_) | RoamMsg::Across(_) | RoamMsg::Around(_) => self.stand_beside(Some(msg)),
        }
        Vec::new()
    }

    /// Goes on from where the keyboard stands there, or to where it may begin: the selection, or the playhead.
    fn stand_beside(&mut self, way: Option<RoamMsg>) {
        let playhead = self.clock.playhead;
        let Some(Compare { seen, lab, .. }) = &mut self.compare else { return };
        let (window, instants) = seen.window;
        let ground = Ground { drawing: &seen.drawing, marks: &seen.marks, run: lab.run(), window, instants };
        let present = || lab.events_until(playhead).checked_sub(1).map(Hit::Event);
        let start = seen.selected.as_ref().and_then(|(_, hit, _)| *hit).or_else(present);
        let Some(stand) = seen.roam.way(way, &ground, start) else { return };
        let hit = stand.hit;
        seen.roam.stand(stand);
        // Where it stands may lie outside of the window, which is that of both.
        let place = match (hit, &seen.columns) {
            (Hit::Event(event), Some((_, columns))) => Some(seen.here(columns.of_event(event))),
            (Hit::Event(event), None) => Some(lab.event(event).at),
            _ => None,
        };
        self.chart.following = false;
        if let Some(place) = place {
            let reach = self.chart_reach();
            self.chart.reveal(place, reach);
        }
    }

    /// Shows and tells where the keyboard stands there, on the drawing as it is now.
    pub(super) fn refresh_beside(&mut self) {
        let axis = self.viewport().axis;
        let Some(Compare { seen, lab, .. }) = &mut self.compare else { return };
        let drawn = Rc::as_ptr(&seen.marks) as usize;
        let Some(hit) = seen.roam.mark.filter(|_| !seen.roam.shows(drawn)) else { return };
        let words = describe_on(&seen.marks, hit, axis).map(|words| match hit {
            Hit::Event(event) => words + ": " + &lab.headline(event),
            _ => words,
        });
        seen.roam.show(hit, &seen.drawing, drawn, words);
        seen.hint.clone_from(&seen.roam.words);
    }
}

/// The same event, message or fault in another run, by its name.
fn same_in(hit: Hit, from: &Run, to: &Run) -> Option<Hit> {
    let (here, there) = (from.trace(), to.trace());
    let event = |place: usize| {
        let one = here.events.get(place)?;
        let mut lane = there.lanes.get(one.node.index())?.iter().map(|other| *other as usize);
        lane.find(|other| there.events[*other].name == one.name)
    };
    match hit {
        Hit::Event(place) | Hit::Role(place) => event(place).map(Hit::Event),
        Hit::Bar(place) => event(place).map(Hit::Bar),
        Hit::Arrow(place) | Hit::Fold(place, _) => {
            let name = here.messages.get(place)?.name;
            there.messages.iter().position(|other| other.name == name).map(Hit::Arrow)
        }
        Hit::Cut(id) | Hit::Down(id) | Hit::Spell(id) => to.intervention(id).map(|_| hit),
    }
}
