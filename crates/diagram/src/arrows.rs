//! Messages.

mod course;
mod fold;
mod weight;

use course::{Course, course};
pub(crate) use fold::{Folds, members};

use lightcone_core::Flavour;
use lightcone_sim::view::{ArrowMark, Fate};

use crate::area::Point;
use crate::bands::CutLine;
use crate::crowd::Part;
use crate::drawing::{Anchor, Arrow, Class, Font, Mark, Shape};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care, SMALL};
use crate::route::Route;
use crate::viewport::Orientation;
use weight::{Weight, Weights};

/// From so many visible arrows on, those of one class share an element: what a browser does for an element takes it
/// longer than to draw it.
const SHARED: usize = 240;

/// From so many on, periodic ones lose their heads, and no arrow has a dot where it was sent.
const CROWD: usize = 400;

/// Up to so many visible arrows, each may carry its words.
const SPARSE: usize = 24;

/// The longest words of an arrow, in px.
const LONGEST: f64 = 260.0;

/// All arrows, those that matter least below.
pub(crate) fn draw(frame: &Frame, cuts: &[CutLine], folds: &Folds, paint: &mut Paint) {
    let weights = Weights::of(frame);
    let arrows = &frame.marks.arrows;
    let mut visible: Vec<(Weight, Class, usize)> = Vec::with_capacity(arrows.len());
    for (place, arrow) in arrows.iter().enumerate() {
        if touches(frame, arrow) && frame.part.may_have(arrow) {
            let weight = weights.of_arrow(frame, arrow);
            let folded = weight < Weight::Lit && folds.hold(place) && !is_new(frame, arrow);
            if !folded && frame.part.has(arrow, weight > Weight::Lit) {
                visible.push((weight, class(frame, arrow, weight), place));
            }
        }
    }
    let crowded = frame.part != Part::Whole || visible.len() > CROWD;
    let shared = crowded || visible.len() > frame.alone(SHARED);
    // Those of one class must be neighbours to share an element. Time decides between equals.
    let rank = |(weight, _, place): &(Weight, Class, usize)| {
        let arrow = &arrows[*place];
        let kind = match arrow.flavour {
            Flavour::Periodic => 0,
            _ if !shared => 1,
            flavour => flavour as u32 + 1,
        };
        let look = if shared { u32::from(fate_rank(arrow.fate)) << 1 | u32::from(arrow.copy) } else { 0 };
        (*weight as u32) << 16 | kind << 8 | look
    };
    let visible = labels::ranked(visible, rank);
    let mut strokes = Strokes::default();
    let mut dotted = None;
    for (weight, class, place) in visible {
        let arrow = &arrows[place];
        let Some(course) = course(frame, cuts, arrow) else { continue };
        // The messages of one broadcast leave from one dot.
        let first = dotted != Some((arrow.sent_by, weight)) && course.has_start;
        dotted = first.then_some((arrow.sent_by, weight)).or(dotted);
        let thin = crowded && arrow.flavour == Flavour::Periodic && weight < Weight::Lit;
        strokes.arrow(frame, arrow, &course, Look { class, weight, first, thin, shared, crowded });
    }
    strokes.into_paint(crowded, paint);
}

/// The way of a message, and whether it has a head there.
pub(crate) fn way(frame: &Frame, cuts: &[CutLine], arrow: &ArrowMark) -> Option<(Route, bool)> {
    course(frame, cuts, arrow).map(|course| (course.route, course.heads))
}

/// What the class of an arrow tells of its fate, as a number to sort by.
fn fate_rank(fate: Fate) -> u8 {
    match fate {
        Fate::Delivered(_) | Fate::Waiting => 0,
        Fate::Flying => 1,
        Fate::Parked => 2,
        Fate::Lost(_) => 3,
    }
}

/// How one arrow is painted.
struct Look {
    class: Class,
    weight: Weight,
    first: bool,
    thin: bool,
    shared: bool,
    crowded: bool,
}

/// Lines first, then what stands on them: so lines of one class stay neighbours.
#[derive(Default)]
struct Strokes {
    lines: Vec<Mark>,
    waits: Vec<Mark>,
    signs: Vec<Mark>,
}

impl Strokes {
    fn arrow(&mut self, frame: &Frame, arrow: &ArrowMark, course: &Course, look: Look) {
        let hit = Hit::Arrow(arrow.index);
        let scale = frame.unit.max(0.6);
        let bold = if look.weight >= Weight::Near { 1.0 } else { 0.0 };
        let head = if course.heads && !look.thin { (7.0 + bold) * scale } else { 0.0 };
        let merged = look.shared && look.weight <= Weight::Lit;
        // In a crowd the event that sent it is enough.
        let dot = if look.first && !(look.crowded && merged) { 2.4 * scale } else { 0.0 };
        let class = look.class.and_if(look.thin, "thin");
        if !look.crowded && look.weight > Weight::Dim {
            self.stubs(frame, arrow, course);
        }
        let mut leg = |route: Route, head: f64, dot: f64| {
            // Only a part of a way may be in the window.
            if route.points().len() > 1 {
                let shape = Shape::Arrow(Arrow { route, head, dot });
                self.lines.push(Mark::of(hit, shape, class).merged(merged));
            }
        };
        if let Some(approach) = course.approach {
            leg(approach, 0.0, dot);
        }
        leg(course.route, head, if course.approach.is_some() { 0.0 } else { dot });
        if let Some((a, b)) = course.wait {
            let class = Class::of("wait").and(flavour(arrow.flavour)).and(look.weight.class());
            self.waits.push(Mark::of(hit, Shape::Line(a, b), class).merged(merged));
        }
        if let Some((a, b)) = course.tail {
            let class = Class::of("tail").and(flavour(arrow.flavour)).and(look.weight.class());
            self.waits.push(Mark::of(hit, Shape::Line(a, b), class).merged(merged));
        }
        let cross = course.cross.map(|at| (Shape::Cross(at, 4.5 * scale), "loss"));
        let pause = course.pause.map(|at| (Shape::Pause(at, 4.5 * scale), "pause"));
        for (sign, class) in cross.into_iter().chain(pause) {
            let class = Class::of(class).and_if(look.weight == Weight::Dim, "dim");
            self.signs.push(Mark::of(hit, sign, class).merged(merged));
        }
    }

    /// A head of its own where an end lies outside of the window.
    fn stubs(&mut self, frame: &Frame, arrow: &ArrowMark, course: &Course) {
        let class = Class::of("stub").and(flavour(arrow.flavour));
        let first = course.approach.unwrap_or(course.route).points().first().copied();
        let before = first.filter(|_| !course.has_start).map(|at| (at, -6.0));
        let after = course.leaves.then(|| (course.route.tip(), 0.5));
        let across_view = frame.view.orientation == Orientation::Across;
        for (at, foot) in before.into_iter().chain(after) {
            let corner = |along: f64, across: f64| {
                let (x, y) = if across_view { (along, across) } else { (across, along) };
                Point { x: at.x + x, y: at.y + y }
            };
            // It points the way that the message goes, outside of the plot.
            let points = [corner(foot, -3.5), corner(foot + 5.5, 0.0), corner(foot, 3.5)];
            self.signs.push(Mark::plain(Shape::Triangle(points), class));
        }
    }

    fn into_paint(mut self, crowded: bool, paint: &mut Paint) {
        if crowded {
            let kind = |m: &Mark| {
                let cross = matches!(m.shape, Shape::Cross(..));
                u32::from(m.merged) << 2 | u32::from(cross) << 1 | u32::from(m.class.has("dim"))
            };
            self.signs = labels::ranked(self.signs, kind);
        } else {
            // Words on a sign could not be read. In a crowd there is no room to care.
            let signs = self.signs.iter().filter(|m| m.hit.is_some());
            signs.for_each(|m| paint.labels.close(m.shape.bounds()));
        }
        for mut marks in [self.lines, self.waits, self.signs] {
            paint.marks.append(&mut marks);
        }
    }
}

/// Whether more messages are seen than each can have its own look. What is folded is not.
pub(crate) fn is_crowd(frame: &Frame, folds: &Folds) -> bool {
    let arrows = frame.marks.arrows.iter().enumerate();
    arrows.filter(|(place, arrow)| !folds.hold(*place) && in_window(frame, arrow)).nth(CROWD).is_some()
}

/// Whether some of it may be seen. A part of a crowd is given no others.
fn touches(frame: &Frame, arrow: &ArrowMark) -> bool {
    frame.part != Part::Whole || in_window(frame, arrow)
}

/// Whether some of it is in the window. What is parked stays so until the end of the run.
fn in_window(frame: &Frame, arrow: &ArrowMark) -> bool {
    let end = if arrow.fate == Fate::Parked { frame.view.until } else { arrow.handled };
    arrow.sent <= frame.view.window.to && end >= frame.view.window.from
}

fn class(frame: &Frame, arrow: &ArrowMark, weight: Weight) -> Class {
    let class = Class::of("arrow").and(flavour(arrow.flavour)).and(course::fate(arrow.fate)).and(weight.class());
    let hit = Hit::Arrow(arrow.index);
    // A class has five places: the highlights matter more than the rest when both hold.
    class
        .and_if(arrow.copy, "copy")
        .and_if(weight == Weight::Chosen && frame.highlight.selected == Some(hit), "selected")
}

/// Whether another run has no such message, or has it elsewhere.
fn is_new(frame: &Frame, arrow: &ArrowMark) -> bool {
    frame.highlight.difference.is_some_and(|other| other.new_arrows.binary_search(&arrow.index).is_ok())
}

/// What a message does, as a class.
pub(crate) fn flavour(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Ask => "flavour-ask",
        Flavour::Grant => "flavour-grant",
        Flavour::Refuse => "flavour-refuse",
        Flavour::Carry => "flavour-carry",
        Flavour::Periodic => "flavour-periodic",
        Flavour::Request => "flavour-request",
        Flavour::Response => "flavour-response",
    }
}

/// The words of the selected and of the hovered arrow.
pub(crate) fn label_highlighted(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    for hit in [frame.highlight.hovered, frame.highlight.selected] {
        let Some(Hit::Arrow(index)) = hit else { continue };
        let Some(arrow) = frame.marks.arrows.iter().find(|a| a.index == index) else { continue };
        let Some(course) = course(frame, cuts, arrow) else { continue };
        if !label(frame, arrow, &course, Care::Lines, paint) {
            label(frame, arrow, &course, Care::Labels, paint);
        }
    }
}

/// Keeps words that are still to come off the messages.
pub(crate) fn keep_clear(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    for course in frame.marks.arrows.iter().filter(|a| touches(frame, a)).filter_map(|a| course(frame, cuts, a)) {
        course.route.segments().for_each(|(a, b)| paint.labels.line(a, b));
    }
}

/// The words of all arrows, where there are few and each has room.
pub(crate) fn label_sparse(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    let telling = |a: &&ArrowMark| touches(frame, a) && a.flavour != Flavour::Periodic;
    if frame.marks.arrows.iter().filter(telling).take(SPARSE + 1).count() > SPARSE {
        return;
    }
    let courses: Vec<_> =
        frame.marks.arrows.iter().filter(telling).filter_map(|a| Some((a, course(frame, cuts, a)?))).collect();
    for (_, course) in &courses {
        course.route.segments().for_each(|(a, b)| paint.labels.line(a, b));
    }
    let weights = Weights::of(frame);
    for (arrow, course) in courses {
        let highlighted = [frame.highlight.hovered, frame.highlight.selected].contains(&Some(Hit::Arrow(arrow.index)));
        if !highlighted && weights.of_arrow(frame, arrow) != Weight::Dim {
            label(frame, arrow, &course, Care::Lines, paint);
        }
    }
}

/// Words beside the arrow, at its middle or a little before or after.
fn label(frame: &Frame, arrow: &ArrowMark, course: &Course, care: Care, paint: &mut Paint) -> bool {
    let Some(words) = frame.marks.labels.get(arrow.label) else { return false };
    let Some(words) = labels::clip(words, Font::Sans, SMALL, LONGEST) else { return false };
    let longest = |(a, b): &(Point, Point), (c, d): &(Point, Point)| a.distance(*b).total_cmp(&c.distance(*d));
    let Some((a, b)) = course.route.segments().max_by(longest) else { return false };
    let class = Class::of("label").and("on-arrow").and(flavour(arrow.flavour));
    let extent = labels::small(a, Anchor::Middle, &words).area();
    let length = a.distance(b).max(1.0);
    let normal = Point { x: (a.y - b.y) / length, y: (b.x - a.x) / length };
    // So far off its line that it just does not touch it, whatever the slope.
    let off = 3.0 + normal.x.abs() * extent.width / 2.0 + normal.y.abs() * extent.height / 2.0;
    let mut spots = Vec::with_capacity(10);
    for share in [0.5, 0.35, 0.65, 0.2, 0.8] {
        let at = a.towards(b, share);
        for off in [off, -off] {
            // From the middle of the letters down to their base line.
            let base = Point { x: at.x + normal.x * off, y: at.y + normal.y * off + SMALL * 0.275 };
            spots.push(labels::small(base, Anchor::Middle, &words));
        }
    }
    paint.labels.put(class, care, spots)
}
