//! The time axis: round instants, the playhead, and where the run ends.

use lightcone_core::Micros;

use crate::area::Point;
use crate::drawing::{Anchor, Class, Font, Mark, Shape, Text};
use crate::frame::{Frame, Paint};
use crate::labels;
use crate::viewport::{Axis, Orientation, STEP};

/// The size of the instants, in px.
const SIZE: f64 = 11.0;

/// The least distance between two instants' words, in px.
const GAP: f64 = 14.0;

/// Round instants of the window and the unit that they are told in.
pub(crate) struct Ticks {
    first: u64,
    step: u64,
    last: u64,
    unit: Unit,
}

/// What instants are counted in.
#[derive(Clone, Copy)]
struct Unit {
    name: &'static str,
    micros: u64,
    decimals: usize,
}

/// Steps of causal order are counted and have no unit.
const STEPS: Unit = Unit { name: "", micros: STEP.0, decimals: 0 };

impl Ticks {
    /// The instants of the window, as near to one another as their words allow.
    fn of(frame: &Frame) -> Ticks {
        let window = frame.view.window;
        let (from, to) = (window.from.0, window.to.0.min(frame.view.until.0.max(window.from.0)));
        let span = window.to.0.saturating_sub(from).max(1);
        let px = (frame.end - frame.start) / span as f64;
        let mut step = if frame.view.axis == Axis::Steps { STEP.0 } else { 1 };
        while !roomy(frame, step, to, px) {
            match next_step(step) {
                Some(next) => step = next,
                None => break,
            }
        }
        Ticks { first: from.div_ceil(step).saturating_mul(step), step, last: to, unit: unit(frame, step, to) }
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        let (step, last) = (self.step, self.last);
        std::iter::successors(Some(self.first), move |t| t.checked_add(step)).take_while(move |t| *t <= last)
    }

    fn words(&self, at: u64, with_unit: bool) -> String {
        let Unit { name, micros, decimals } = self.unit;
        let number = format!("{:.decimals$}", at as f64 / micros as f64);
        if with_unit { format!("{number} {name}") } else { number }
    }
}

/// 1, 2, 5, 10, 20, 50, …
fn next_step(step: u64) -> Option<u64> {
    let magnitude = 10_u64.pow(step.ilog10());
    if step / magnitude == 2 { (magnitude).checked_mul(5) } else { step.checked_mul(2) }
}

/// Milliseconds, or seconds once those are the shorter words; as many decimals as the step needs.
fn unit(frame: &Frame, step: u64, to: u64) -> Unit {
    if frame.view.axis == Axis::Steps {
        return STEPS;
    }
    let (name, micros) = if to >= 10_000_000 && step >= 100_000 { ("s", 1_000_000) } else { ("ms", 1_000) };
    let mut decimals = 0;
    let mut scale = micros;
    while !step.is_multiple_of(scale) {
        scale /= 10;
        decimals += 1;
    }
    Unit { name, micros, decimals }
}

fn roomy(frame: &Frame, step: u64, to: u64, px: f64) -> bool {
    let Unit { name, micros, decimals } = unit(frame, step, to);
    let needed = match frame.view.orientation {
        Orientation::Across => {
            let longest = format!("{:.decimals$} {name}", to as f64 / micros as f64);
            (labels::width(&longest, Font::Mono, SIZE) + GAP).max(48.0)
        }
        Orientation::Down => 44.0,
    };
    step as f64 * px >= needed
}

/// Hairlines at round instants.
pub(crate) fn grid(frame: &Frame, paint: &mut Paint) {
    let (top, bottom) = frame.view.across();
    let (above, below) = if frame.view.orientation == Orientation::Across { (8.0, 6.0) } else { (4.0, 4.0) };
    for at in Ticks::of(frame).iter() {
        let along = frame.view.place(Micros(at));
        let shape = Shape::Line(frame.point(along, top - above), frame.point(along, bottom + below));
        paint.marks.push(Mark::plain(shape, Class::of("grid")).merged(true));
    }
}

/// The words at the hairlines. The unit is told once.
pub(crate) fn labels(frame: &Frame, paint: &mut Paint) {
    let ticks = Ticks::of(frame);
    let (top, _) = frame.view.across();
    let across_view = frame.view.orientation == Orientation::Across;
    for (i, at) in ticks.iter().enumerate() {
        let along = frame.view.place(Micros(at));
        let words = ticks.words(at, i == 0 && across_view && frame.view.axis == Axis::Time);
        let text = |at, anchor, size| Text { at, anchor, size, font: Font::Mono, turned: false, words: words.clone() };
        let spots = if across_view {
            let edge = frame.point(frame.view.width - 3.0, top - 18.0);
            vec![text(frame.point(along, top - 18.0), Anchor::Middle, SIZE), text(edge, Anchor::End, SIZE)]
        } else {
            let at = frame.point(along + 4.0, top - 12.0);
            vec![text(at, Anchor::End, SIZE), text(at, Anchor::End, 9.0)]
        };
        paint.labels.put(Class::of("axis"), labels::Care::Labels, spots);
    }
    if frame.view.axis == Axis::Steps {
        return no_time(frame, paint);
    }
    if !across_view {
        let at = frame.point(frame.start - 16.0, top - 12.0);
        let unit = Text {
            at,
            anchor: Anchor::End,
            size: SIZE,
            font: Font::Mono,
            turned: false,
            words: ticks.unit.name.to_owned(),
        };
        paint.labels.put(Class::of("axis"), labels::Care::Labels, [unit]);
    }
}

/// What the numbers of the axis are not, in the corner below the plot.
fn no_time(frame: &Frame, paint: &mut Paint) {
    let at = Point { x: frame.view.width - 4.0, y: frame.view.height - 8.0 };
    paint.labels.put(
        Class::of("axis"),
        labels::Care::Labels,
        [labels::small(at, Anchor::End, "causal order: no time"), labels::small(at, Anchor::End, "no time")],
    );
}

/// What lies beyond the end of the run does not exist, and says so by its shade.
pub(crate) fn beyond(frame: &Frame, paint: &mut Paint) {
    let last = frame.view.place(frame.view.until);
    if last >= frame.end {
        return;
    }
    let (top, bottom) = frame.view.across();
    let across = (top - 8.0, bottom + 6.0);
    let edge = if frame.view.orientation == Orientation::Across { frame.view.width } else { frame.view.height };
    let shade = frame.area((last.max(frame.start), edge.min(frame.end + 14.0)), across);
    paint.plain(Shape::Rect(shade, 0.0), Class::of("beyond"));
    if last >= frame.start {
        paint.plain(Shape::Line(frame.point(last, across.0), frame.point(last, across.1)), Class::of("end"));
    }
}

/// A veil over what is hidden, with the word on it.
pub(crate) fn hidden(frame: &Frame, paint: &mut Paint) {
    let Some(from) = frame.highlight.hidden.map(|at| frame.view.place(at)).filter(|from| *from < frame.end) else {
        return;
    };
    let (top, bottom) = frame.view.across();
    let (across, start) = ((top - 8.0, bottom + 6.0), from.max(frame.start));
    paint.plain(Shape::Rect(frame.area((start, frame.end), across), 0.0), Class::of("veil"));
    if from >= frame.start {
        paint.plain(Shape::Line(frame.point(from, across.0), frame.point(from, across.1)), Class::of("veil-edge"));
    }
    let middle = (top + bottom) / 2.0;
    let word = |along: f64, anchor| frame.along_lane(along, middle, anchor, "hidden");
    let spots = [word((start + frame.end) / 2.0, Anchor::Middle), word(start + 4.0, Anchor::Start)];
    paint.labels.put(Class::of("label").and("on-veil"), labels::Care::Labels, spots);
}

/// The instant that is looked at.
pub(crate) fn playhead(frame: &Frame, paint: &mut Paint) {
    if !frame.shows(frame.view.playhead) {
        return;
    }
    let along = frame.view.place(frame.view.playhead);
    let (top, bottom) = frame.view.across();
    let ends = (frame.point(along, top - 8.0), frame.point(along, bottom + 8.0));
    paint.plain(Shape::Line(ends.0, ends.1), Class::of("playhead"));
    paint.labels.line(ends.0, ends.1);
    // It stands between the words of the instants and the plot.
    let base = if frame.view.orientation == Orientation::Across { top - 14.0 } else { top - 10.0 };
    let corner = |dx: f64, dy: f64| frame.point(along + dx, base + dy);
    paint.plain(Shape::Triangle([corner(-6.0, 0.0), corner(6.0, 0.0), corner(0.0, 8.0)]), Class::of("playhead"));
}
