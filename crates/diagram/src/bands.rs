//! Partitions and cuts.

use lightcone_core::{Micros, NodeSet};
use lightcone_sim::view::{CutKind, CutMark};

use crate::drawing::{Anchor, Class, Font, Shape};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care};
use crate::words;

/// A cut and where it is drawn.
pub(crate) struct CutLine<'a> {
    pub(crate) mark: &'a CutMark,
    pub(crate) place: Place,
}

/// Where a cut is drawn, across time.
pub(crate) enum Place {
    /// Between lanes: the sides are neighbours.
    Between(Vec<f64>),
    /// On the lanes, each with its side: the sides are mixed.
    OnLanes(Vec<usize>),
}

/// The marks of sides that are mixed. More than four sides share marks; the label still tells them apart.
const SIDES: [&str; 4] = ["side-a", "side-b", "side-c", "side-d"];

/// The length of the lasting part of a name before it is cut short in a label.
const LONGEST: f64 = 320.0;

impl CutLine<'_> {
    /// Whether it is in the way from one lane to another.
    pub(crate) fn parts(&self, frame: &Frame, from: usize, to: usize) -> bool {
        match &self.mark.what {
            CutKind::Partition(groups) => side(frame, groups, from) != side(frame, groups, to),
            CutKind::OneWay(a, b) => frame.slot(*a) == Some(from) && frame.slot(*b) == Some(to),
        }
    }

    /// Where a message from one lane to another meets it, across time: at the first band on its way, or midway.
    pub(crate) fn crossing(&self, frame: &Frame, from: f64, to: f64) -> f64 {
        let (low, high) = (from.min(to), from.max(to));
        let bands = match &self.place {
            Place::Between(bands) => bands.as_slice(),
            Place::OnLanes(_) => &[],
        };
        bands
            .iter()
            .copied()
            .filter(|b| low < *b && *b < high)
            .min_by(|a, b| (a - from).abs().total_cmp(&(b - from).abs()))
            .unwrap_or_else(|| from + (to - from) * midway(frame, from, to))
    }
}

/// The share of a way from lane to lane that is about its middle and not on the lane of someone else: a sign there
/// would look like something that happened to them.
pub(crate) fn midway(frame: &Frame, from: f64, to: f64) -> f64 {
    let lanes = ((to - from) / frame.pitch).abs().round();
    if lanes > 0.0 && lanes % 2.0 == 0.0 { 0.5 - 0.5 / lanes } else { 0.5 }
}

/// The cuts that touch the window.
pub(crate) fn lines<'a>(frame: &Frame<'a>) -> Vec<CutLine<'a>> {
    let mut placed: Vec<(f64, Micros, Option<Micros>)> = Vec::new();
    let mut all = Vec::new();
    for mark in &frame.marks.cuts {
        let place = match &mark.what {
            CutKind::Partition(groups) => partition(frame, groups),
            CutKind::OneWay(a, b) => match (frame.lane(*a), frame.lane(*b)) {
                (Some(a), Some(b)) => {
                    let share = if (b - a).abs() < frame.pitch * 1.5 { 0.5 } else { 0.34 };
                    Place::Between(vec![a + (b - a).signum() * frame.pitch * share])
                }
                _ => continue,
            },
        };
        let place = match place {
            Place::Between(bands) => {
                let mut apart = |across| make_room(frame, &mut placed, mark, across);
                Place::Between(bands.into_iter().map(&mut apart).collect())
            }
            on_lanes => on_lanes,
        };
        all.push(CutLine { mark, place });
    }
    all
}

/// Two cuts at one place and time would hide each other: the later one moves aside.
fn make_room(frame: &Frame, placed: &mut Vec<(f64, Micros, Option<Micros>)>, mark: &CutMark, across: f64) -> f64 {
    let clash = |at: f64, placed: &[(f64, Micros, Option<Micros>)]| {
        placed.iter().any(|(other, from, to)| {
            (other - at).abs() < 10.0 * frame.unit
                && mark.to.is_none_or(|end| *from < end)
                && to.is_none_or(|end| mark.from < end)
        })
    };
    let step = 11.0 * frame.unit;
    let at = [0.0, step, -step].map(|s| across + s).into_iter().find(|at| !clash(*at, placed)).unwrap_or(across);
    placed.push((at, mark.from, mark.to));
    at
}

fn partition(frame: &Frame, groups: &[NodeSet]) -> Place {
    let sides: Vec<usize> = (0..frame.order.len()).map(|slot| side(frame, groups, slot)).collect();
    let changes: Vec<usize> = (1..sides.len()).filter(|i| sides[*i] != sides[i - 1]).collect();
    let distinct = (0..sides.len()).filter(|i| !sides[..*i].contains(&sides[*i])).count();
    if changes.len() + 1 > distinct {
        return Place::OnLanes(sides);
    }
    let middle = |i: usize| frame.view.lane_across(frame.order.len(), i) - frame.pitch / 2.0;
    Place::Between(changes.into_iter().map(middle).collect())
}

/// Whoever is in no group is with the first.
fn side(frame: &Frame, groups: &[NodeSet], slot: usize) -> usize {
    let node = frame.order[slot];
    groups.iter().position(|g| g.contains(node)).unwrap_or(0)
}

/// The bands and their handles.
pub(crate) fn draw(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    for cut in cuts {
        let Some(along) = frame.stretch(cut.mark.from, cut.mark.to) else { continue };
        match &cut.place {
            Place::Between(bands) => {
                for across in bands {
                    band(frame, cut.mark, along, *across, paint);
                }
            }
            Place::OnLanes(sides) => mixed(frame, cut.mark, along, sides, paint),
        }
    }
}

fn band(frame: &Frame, mark: &CutMark, along: (f64, f64), across: f64, paint: &mut Paint) {
    let hit = Hit::Cut(mark.id);
    let one_way = matches!(mark.what, CutKind::OneWay(..));
    let half = if one_way { 4.0 } else { 7.0 } * frame.unit;
    let class = Class::of("cut").and_if(one_way, "one-way").and_if(mark.held, "held");
    let area = frame.area(along, (across - half, across + half));
    paint.hit(hit, Shape::Rect(area, half), frame.lit(hit, class));
    paint.labels.solid(area);
    handles(frame, mark, (across - half - 4.0 * frame.unit, across + half + 4.0 * frame.unit), paint);
}

/// A grip at each end that is in the window.
fn handles(frame: &Frame, mark: &CutMark, across: (f64, f64), paint: &mut Paint) {
    let hit = Hit::Cut(mark.id);
    for at in [Some(mark.from), mark.to].into_iter().flatten().filter(|at| frame.shows(*at)) {
        let along = frame.view.place(at);
        let area = frame.area((along - 3.0, along + 3.0), across);
        paint.hit(hit, Shape::Rect(area, 3.0), frame.lit(hit, Class::of("handle")));
        paint.labels.solid(area);
    }
}

/// Sides that are mixed: a dash for each side along its lanes, and a line across all lanes at both ends.
fn mixed(frame: &Frame, mark: &CutMark, along: (f64, f64), sides: &[usize], paint: &mut Paint) {
    let hit = Hit::Cut(mark.id);
    let (top, bottom) = frame.view.across();
    for at in [Some(mark.from), mark.to].into_iter().flatten().filter(|at| frame.shows(*at)) {
        let at = frame.view.place(at);
        paint.hit(hit, Shape::Line(frame.point(at, top), frame.point(at, bottom)), Class::of("cut-edge"));
    }
    for (slot, side) in sides.iter().enumerate() {
        let lane = frame.view.lane_across(sides.len(), slot);
        let half = 9.0 * frame.unit;
        let area = frame.area(along, (lane - half, lane + half));
        // Every second side is hatched, so that a tint is not the only sign.
        let (shape, name) =
            if side % 2 == 0 { (Shape::Rect(area, 0.0), "cut-tint") } else { (Shape::Hatch(area, 9.0), "cut-hatch") };
        paint.hit(hit, shape, frame.lit(hit, Class::of(name)));
        let beside = lane - 12.0 * frame.unit;
        let line = Shape::Line(frame.point(along.0, beside), frame.point(along.1, beside));
        paint.hit(hit, line, frame.lit(hit, Class::of("cut-side").and(SIDES[*side % SIDES.len()])));
    }
    handles(frame, mark, (top - 6.0, top + 12.0), paint);
}

/// The letter of each lane's side, where sides are mixed.
fn letters(frame: &Frame, sides: &[usize], along: (f64, f64), paint: &mut Paint) {
    for (slot, side) in sides.iter().enumerate() {
        let across = frame.view.lane_across(sides.len(), slot) - 20.0 * frame.unit;
        let letter = ["A", "B", "C", "D"][side % SIDES.len()];
        let spots = [8.0, 22.0].map(|off| frame.along_lane(along.0 + off, across, Anchor::Start, letter));
        paint.labels.put(Class::of("label").and("on-cut"), Care::Labels, spots);
    }
}

/// What each cut keeps apart, in words: after its end, on it, or before its start.
pub(crate) fn labels(frame: &Frame, cuts: &[CutLine], paint: &mut Paint) {
    for cut in cuts {
        let Some(along) = frame.stretch(cut.mark.from, cut.mark.to) else { continue };
        let words = words::cut(frame.marks, cut.mark);
        let Some(words) = labels::clip(&words, Font::Sans, labels::SMALL, LONGEST) else { continue };
        let class = Class::of("label").and("on-cut");
        let healed = cut.mark.to.is_some_and(|to| frame.shows(to));
        let across: Vec<f64> = match &cut.place {
            Place::Between(bands) => bands.clone(),
            Place::OnLanes(_) => vec![frame.view.across().0 + 6.0 * frame.unit],
        };
        let room = along.1 - along.0 - 16.0;
        let mut spots = Vec::new();
        for across in across {
            if healed {
                spots.push(frame.along_lane(along.1 + 9.0, across, Anchor::Start, &words));
            }
            if labels::width(&words, Font::Sans, labels::SMALL) <= room {
                spots.push(frame.along_lane(along.0 + 9.0, across, Anchor::Start, &words));
                spots.push(frame.along_lane((along.0 + along.1) / 2.0, across, Anchor::Middle, &words));
                spots.push(frame.along_lane(along.1 - 9.0, across, Anchor::End, &words));
            }
            if frame.shows(cut.mark.from) {
                spots.push(frame.along_lane(along.0 - 9.0, across, Anchor::End, &words));
            }
            spots.extend(
                labels::clip(&words, Font::Sans, labels::SMALL, room)
                    .map(|short| frame.along_lane(along.0 + 9.0, across, Anchor::Start, &short)),
            );
        }
        paint.labels.put(class, Care::Labels, spots);
        if let Place::OnLanes(sides) = &cut.place {
            letters(frame, sides, along, paint);
        }
    }
}
