//! What lasts, other than partitions and cuts: pauses, clocks, Byzantine servers, and links that are slow, lossy or
//! clogged. Each kind has a pattern of its own, and its words beside it.

use lightcone_core::{Micros, NodeId, NodeSet};
use lightcone_sim::view::{SpellKind, SpellMark};

use crate::bands::{CutLine, Place};
use crate::drawing::{Anchor, Class, Font, Shape, Text};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care};

/// Something that lasts and where it is drawn, across time.
pub(crate) struct SpellLine<'a> {
    pub(crate) mark: &'a SpellMark,
    pub(crate) at: Vec<f64>,
}

/// The longest words of a band, in px.
const LONGEST: f64 = 320.0;

/// How far above its lane a line lies, where lanes are roomy.
const ABOVE: f64 = 9.0;

/// What lies where across time, and from when to when.
type Taken = Vec<(f64, f64, Micros, Option<Micros>)>;

/// What touches the window. Bands of cuts come first: what lasts beside them moves aside.
pub(crate) fn lines<'a>(frame: &Frame<'a>, cuts: &[CutLine]) -> Vec<SpellLine<'a>> {
    let mut taken: Taken = Vec::new();
    for cut in cuts {
        if let Place::Between(bands) = &cut.place {
            taken.extend(bands.iter().map(|at| (*at, 10.0, cut.mark.from, cut.mark.to)));
        }
    }
    let mut all = Vec::new();
    for mark in &frame.marks.spells {
        let on = |node: &NodeId| frame.lane(*node);
        let at = match mark.kind {
            SpellKind::Pause | SpellKind::Hold => mark.nodes.iter().filter_map(|node| on(&node)).collect(),
            _ => match between(frame, mark) {
                Some(at) => vec![make_room(frame, &mut taken, mark, at, [0.0, 7.0, -7.0, 14.0])],
                None => concerned(mark)
                    .iter()
                    .filter_map(|node| on(&node))
                    .map(|at| make_room(frame, &mut taken, mark, at - ABOVE * frame.unit, [0.0, -6.0, -12.0, 6.0]))
                    .collect(),
            },
        };
        all.push(SpellLine { mark, at });
    }
    all
}

/// Whoever it is done to, or whose links.
fn concerned(mark: &SpellMark) -> NodeSet {
    let ends = mark.links.iter().flat_map(|(from, to)| [*from, *to]);
    mark.nodes.iter().chain(ends).collect()
}

/// The middle between two lanes, if all is about one link between neighbours.
fn between(frame: &Frame, mark: &SpellMark) -> Option<f64> {
    let ends = concerned(mark);
    if mark.links.is_empty() || ends.len() != 2 {
        return None;
    }
    let slots: Vec<usize> = ends.iter().filter_map(|node| frame.slot(node)).collect();
    let [a, b] = slots[..] else { return None };
    (a.abs_diff(b) == 1).then(|| frame.view.lane_across(frame.order.len(), a.min(b)) + frame.pitch / 2.0)
}

/// The first of several places that is free while it lasts.
fn make_room(frame: &Frame, taken: &mut Taken, mark: &SpellMark, at: f64, aside: [f64; 4]) -> f64 {
    let free = |at: f64| {
        !taken.iter().any(|(other, room, from, to)| {
            (other - at).abs() < room * frame.unit
                && mark.to.is_none_or(|end| *from < end)
                && to.is_none_or(|end| mark.from < end)
        })
    };
    let place = aside.map(|by| at + by * frame.unit).into_iter().find(|at| free(*at)).unwrap_or(at);
    taken.push((place, 5.0, mark.from, mark.to));
    place
}

/// Its class: the pattern.
fn kind(kind: SpellKind) -> &'static str {
    match kind {
        SpellKind::Pause => "paused",
        SpellKind::Hold => "frozen",
        SpellKind::Clock => "clock",
        SpellKind::Byzantine => "byzantine",
        SpellKind::Slow => "slow",
        SpellKind::Lossy => "lossy",
        SpellKind::Copying => "copying",
        SpellKind::Clog => "clogged",
        SpellKind::Reorder => "reordered",
    }
}

/// The patterns, each with a grip at its ends.
pub(crate) fn draw(frame: &Frame, spells: &[SpellLine], paint: &mut Paint) {
    for SpellLine { mark, at } in spells {
        let Some(along) = frame.stretch(mark.from, mark.to) else { continue };
        let hit = Hit::Spell(mark.id);
        let class = frame.lit(hit, Class::of("spell").and(kind(mark.kind)));
        for across in at {
            let (a, b) = (frame.point(along.0, *across), frame.point(along.1, *across));
            let unit = frame.unit;
            match mark.kind {
                SpellKind::Pause | SpellKind::Hold => {
                    let half = 10.0 * unit;
                    let area = frame.area(along, (across - half, across + half));
                    let gap = if mark.kind == SpellKind::Pause { 6.0 } else { 11.0 };
                    paint.hit(hit, Shape::Hatch(area, gap), class);
                }
                SpellKind::Byzantine | SpellKind::Reorder => paint.hit(hit, Shape::Zigzag(a, b, 3.0 * unit), class),
                _ => paint.hit(hit, Shape::Line(a, b), class),
            }
            if mark.kind == SpellKind::Clock && frame.shows(mark.from) {
                paint.hit(hit, Shape::Clock(a, 5.0 * unit.max(0.7)), Class::of("spell").and("dial"));
            }
            edges(frame, mark, *across, paint);
        }
    }
}

/// A thin stroke where it begins and where it ends.
fn edges(frame: &Frame, mark: &SpellMark, across: f64, paint: &mut Paint) {
    let half = if matches!(mark.kind, SpellKind::Pause | SpellKind::Hold) { 11.0 } else { 5.0 } * frame.unit;
    for at in [Some(mark.from), mark.to].into_iter().flatten().filter(|at| frame.shows(*at)) {
        let along = frame.view.place(at);
        let line = Shape::Line(frame.point(along, across - half), frame.point(along, across + half));
        paint.hit(Hit::Spell(mark.id), line, Class::of("spell-edge"));
    }
}

/// What it is, in words: on it, after its end, or before its start; once, however many lanes it concerns.
pub(crate) fn labels(frame: &Frame, spells: &[SpellLine], paint: &mut Paint) {
    for SpellLine { mark, at } in spells {
        let Some(along) = frame.stretch(mark.from, mark.to) else { continue };
        let wide = |words: &str| labels::width(words, Font::Sans, labels::SMALL);
        let Some(words) = labels::clip(&mark.words, Font::Sans, labels::SMALL, LONGEST) else { continue };
        let room = along.1 - along.0 - 16.0;
        let ends = mark.to.is_some_and(|to| frame.shows(to));
        // A dial stands where the words of others start.
        let pad = if mark.kind == SpellKind::Clock { 12.0 } else { 9.0 };
        let mut spots: Vec<Text> = Vec::new();
        for across in at {
            // Words on a hatch or a lane cannot be read: they stand beside it.
            let hatched = matches!(mark.kind, SpellKind::Pause | SpellKind::Hold);
            let beside = if hatched { across - 17.0 * frame.unit } else { *across };
            let mut spot = |along: f64, anchor, words: &str| spots.push(frame.along_lane(along, beside, anchor, words));
            if hatched {
                spot(along.0, Anchor::Start, &words);
                spot(along.1, Anchor::End, &words);
            }
            if wide(&words) <= room {
                spot(along.0 + pad, Anchor::Start, &words);
                spot((along.0 + along.1) / 2.0, Anchor::Middle, &words);
                spot(along.1 - 9.0, Anchor::End, &words);
            }
            if ends {
                spot(along.1 + 9.0, Anchor::Start, &words);
            }
            if frame.shows(mark.from) {
                spot(along.0 - 9.0, Anchor::End, &words);
            }
            if let Some(short) = labels::clip(&words, Font::Sans, labels::SMALL, room) {
                spot(along.0 + pad, Anchor::Start, &short);
            }
        }
        paint.labels.put(Class::of("label").and("on-spell"), Care::Labels, spots);
    }
}
