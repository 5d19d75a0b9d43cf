//! The second diagram: drawn in step with the first, and what is selected there is selected in this run.

use super::{Selected, Studio};
use lightcone_core::Micros;
use lightcone_diagram::{Highlight, Hit, Point, STEP, Viewport, draw, playhead};
use lightcone_sim::{
    Run,
    view::{Columns, Window},
};
use std::rc::Rc;

/// A pointer that moves less than this, in px, selects.
const STILL: f64 = 5.0;

impl Studio {
    /// Draws the second diagram anew.
    pub(super) fn draw_other(&mut self, view: &Viewport) {
        let selected = self.selected_mark();
        let (window, at, mine) = (self.chart.window, self.clock.playhead, self.placed(self.clock.playhead));
        let causal = self.chart.causal;
        let Some(compare) = &mut self.compare else { return };
        let selected = selected.and_then(|hit| same_in(hit, self.lab.run(), compare.lab.run()));
        let difference = (!compare.words.is_empty()).then_some(&compare.differs.0);
        let highlight = Highlight { difference, selected, ..Highlight::default() };
        if causal {
            let columns = Columns::of(compare.lab.run());
            // Both runs show what is around the playhead at one place.
            let from = Micros((window.from.0 + columns.of_time(at).0).saturating_sub(mine.0));
            let window = Window { from, to: from.plus(window.to.minus(window.from)) };
            let (first, last) = (columns.time(from.minus(STEP)), columns.time(window.to));
            compare.marks = compare.lab.marks(Window { from: first, to: last });
            let view = Viewport { window, until: columns.end(), ..*view };
            compare.drawing = draw(&columns.place(compare.marks.clone()), &view, &highlight);
            let needle = Viewport { playhead: columns.of_time(at), ..view };
            compare.needle = Some(playhead(&needle).svg_body().into());
        } else {
            compare.marks = compare.lab.marks(window);
            compare.drawing = draw(&compare.marks, view, &highlight);
            compare.needle = None;
        }
        compare.svg = compare.drawing.svg_body().into();
    }

    /// The playhead on the second diagram.
    pub fn other_needle(&self) -> Rc<str> {
        let own = self.compare.as_ref().and_then(|compare| compare.needle.clone());
        own.unwrap_or_else(|| self.views.needle_svg.clone())
    }

    /// A pointer goes up on the second diagram. If it did not move, what lies there is selected, if this run has it.
    pub(super) fn up_beside(&mut self, at: Point) {
        let Some(compare) = &mut self.compare else { return };
        if compare.pressed.take().is_none_or(|start| start.distance(at) > STILL) {
            return;
        }
        let Some(hit) = compare.drawing.hit_within(at.x, at.y, 2.0 * STILL) else {
            return self.select(Selected::Nothing);
        };
        match same_in(hit, compare.lab.run(), self.lab.run()) {
            Some(hit) => self.select(self.selected_by(hit)),
            None => {
                let words = format!("only the other run has it: {}", compare.hint);
                compare.hint = format!("only this run has it: {}", compare.hint);
                self.say(words);
            }
        }
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
