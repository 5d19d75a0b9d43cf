//! Periodic messages that crowd fold into a band for each sender. What is not ordinary among them stays an arrow.

use lightcone_core::{Flavour, Micros, NodeId, NodeSet};
use lightcone_sim::view::{ArrowMark, Fate, Marks};

use crate::drawing::{Anchor, Class, Font, Shape};
use crate::frame::{Frame, Paint};
use crate::hit::Hit;
use crate::labels::{self, Care, SMALL};

/// Nearer than this in px, on average, broadcasts of one sender cannot be told apart.
const NEAR: f64 = 8.0;

/// Further apart than this in px they belong to two bands.
const APART: f64 = 48.0;

/// Fewer broadcasts than this stay arrows.
const FEWEST: usize = 6;

/// The bands, and which messages lie in one.
#[derive(Default)]
pub(crate) struct Folds {
    bands: Vec<Band>,
    /// By place among the messages of the window.
    held: Vec<bool>,
}

/// The ordinary periodic messages of one sender, and their answers.
struct Band {
    first: usize,
    last: usize,
    label: usize,
    from: NodeId,
    to: NodeSet,
    start: Micros,
    end: Micros,
    /// The instant of the latest broadcast so far.
    latest: Micros,
    broadcasts: usize,
    messages: usize,
    places: Vec<usize>,
}

impl Band {
    fn new(arrow: &ArrowMark) -> Band {
        Band {
            first: arrow.index,
            last: arrow.index,
            label: arrow.label,
            from: arrow.from,
            to: NodeSet::new(),
            start: arrow.sent,
            end: arrow.handled,
            latest: arrow.sent,
            broadcasts: 1,
            messages: 0,
            places: Vec::new(),
        }
    }

    fn add(&mut self, place: usize, arrow: &ArrowMark) {
        self.broadcasts += usize::from(arrow.sent > self.latest);
        (self.latest, self.end) = (arrow.sent, self.end.max(arrow.handled));
        self.to.insert(arrow.to);
        self.last = arrow.index;
        self.messages += 1;
        self.places.push(place);
    }

    fn is_crowded(&self, frame: &Frame) -> bool {
        let length = frame.view.place(self.latest) - frame.view.place(self.start);
        self.broadcasts >= FEWEST && length / (self.broadcasts - 1) as f64 <= NEAR
    }
}

/// The messages of the band of these places.
pub(crate) fn members(marks: &Marks, first: usize, last: usize) -> impl Iterator<Item = &ArrowMark> {
    let from = marks.arrows.iter().find(|arrow| arrow.index == first).map(|arrow| arrow.from);
    marks.arrows.iter().filter(move |arrow| {
        (first..=last).contains(&arrow.index)
            && Some(arrow.from) == from
            && arrow.flavour == Flavour::Periodic
            && is_ordinary(arrow)
    })
}

/// What goes as it always goes: handled when it came, by someone else, no copy.
fn is_ordinary(arrow: &ArrowMark) -> bool {
    matches!(arrow.fate, Fate::Delivered(_)) && arrow.handled == arrow.end && !arrow.copy && arrow.from != arrow.to
}

impl Folds {
    /// What crowds in the window.
    pub(crate) fn of(frame: &Frame) -> Folds {
        let arrows = &frame.marks.arrows;
        let mut bands: Vec<Band> = Vec::new();
        for (place, arrow) in arrows.iter().enumerate() {
            if arrow.flavour != Flavour::Periodic || !is_ordinary(arrow) || !super::touches(frame, arrow) {
                continue;
            }
            let near = |band: &&mut Band| {
                band.from == arrow.from && frame.view.place(arrow.sent) - frame.view.place(band.latest) < APART
            };
            match bands.iter_mut().rev().find(near) {
                Some(band) => band.add(place, arrow),
                None => {
                    bands.push(Band::new(arrow));
                    bands.iter_mut().next_back().into_iter().for_each(|band| band.add(place, arrow));
                }
            }
        }
        bands.retain(|band| band.is_crowded(frame));
        let mut folds = Folds { held: vec![false; if bands.is_empty() { 0 } else { arrows.len() }], bands };
        for place in folds.bands.iter().flat_map(|band| &band.places) {
            folds.held[*place] = true;
        }
        folds.add_answers(arrows);
        folds
    }

    /// An answer goes back from the event that handled a folded message.
    fn add_answers(&mut self, arrows: &[ArrowMark]) {
        let mut handled: Vec<(u32, usize)> = Vec::new();
        for (band, Band { places, .. }) in self.bands.iter().enumerate() {
            let by = places.iter().filter_map(|place| match arrows[*place].fate {
                Fate::Delivered(by) => u32::try_from(by).ok(),
                _ => None,
            });
            handled.extend(by.map(|by| (by, band)));
        }
        if handled.is_empty() {
            return;
        }
        lightcone_core::order::sort(&mut handled);
        for (place, arrow) in arrows.iter().enumerate().filter(|(_, arrow)| is_ordinary(arrow)) {
            let Ok(by) = u32::try_from(arrow.sent_by) else { continue };
            let found = handled.partition_point(|(event, _)| *event < by);
            let Some((_, band)) = handled.get(found).filter(|(event, _)| *event == by) else { continue };
            let band = &mut self.bands[*band];
            if band.from == arrow.to && matches!(arrow.flavour, Flavour::Grant | Flavour::Periodic) {
                band.end = band.end.max(arrow.handled);
                self.held[place] = true;
            }
        }
    }

    /// Whether the message at this place of the window lies in a band.
    pub(crate) fn hold(&self, place: usize) -> bool {
        self.held.get(place).copied().unwrap_or(false)
    }

    /// The bands, from the sender to the furthest receivers.
    pub(crate) fn draw(&self, frame: &Frame, paint: &mut Paint) {
        for band in &self.bands {
            let Some((along, across)) = place(frame, band) else { continue };
            let class = Class::of("folded");
            let hit = Hit::Fold(band.first, band.last);
            paint.hit(hit, Shape::Rect(frame.area(along, across), 2.0), class);
        }
    }

    /// What the bands hold, in words, beside the sender's lane.
    pub(crate) fn labels(&self, frame: &Frame, paint: &mut Paint) {
        for band in &self.bands {
            let (Some((along, ends)), Some(lane)) = (place(frame, band), frame.lane(band.from)) else { continue };
            let names: Vec<&str> = band.to.iter().map(|node| frame.name(node)).collect();
            let kind = frame.marks.labels.get(band.label).and_then(|words| words.split_whitespace().next());
            let words = format!(
                "{} {} → {}: {} of them",
                kind.unwrap_or("periodic"),
                frame.name(band.from),
                names.join(" "),
                band.messages
            );
            let room = along.1 - along.0 - 12.0;
            let half = frame.pitch / 2.0;
            let beside = [lane + half, lane - half, lane + 0.36 * frame.pitch, lane - 0.36 * frame.pitch];
            let short = labels::clip(&words, Font::Sans, SMALL, room);
            let inside = short.as_ref() == Some(&words);
            let mut spots = Vec::new();
            for at in beside.into_iter().filter(|at| ends.0 < *at && *at < ends.1) {
                let mut spot = |along: f64, anchor, words: &str| spots.push(frame.along_lane(along, at, anchor, words));
                if inside {
                    spot(along.0 + 6.0, Anchor::Start, &words);
                    spot((along.0 + along.1) / 2.0, Anchor::Middle, &words);
                    spot(along.1 - 6.0, Anchor::End, &words);
                } else {
                    spot(along.1 + 6.0, Anchor::Start, &words);
                    spot(along.0 - 6.0, Anchor::End, &words);
                }
            }
            let cut_short = short.map(|short| frame.along_lane(along.0 + 6.0, lane + half, Anchor::Start, &short));
            spots.extend(cut_short);
            paint.labels.put(Class::of("label").and("flavour-periodic"), Care::Solids, spots);
        }
    }
}

/// From when to when, and from lane to lane.
fn place(frame: &Frame, band: &Band) -> Option<((f64, f64), (f64, f64))> {
    let along = frame.stretch(band.start, Some(band.end))?;
    let lanes = band.to.iter().chain([band.from]).filter_map(|node| frame.lane(node));
    let across = lanes.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    (across.0 < across.1).then_some((along, across))
}
