//! The way of a keyboard through a drawing: along a lane in time, from lane to lane, and among the messages of an event.

use lightcone_core::{Micros, NodeId, order};
use lightcone_sim::view::{ArrowMark, Fate, Marks};

use crate::area::{Area, Point};
use crate::drawing::{Class, Drawing, Mark, Shape};
use crate::frame::lane_order;
use crate::hit::Hit;

/// Where a keyboard can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stop {
    /// The lane, counted from 1 as they are drawn; 0 for what is done to the network and lies on no lane.
    pub lane: usize,
    /// When it begins, as the axis counts.
    pub at: Micros,
    /// What stands there.
    pub hit: Hit,
}

/// All that is seen of a drawing, in the order in which a keyboard goes through it. Messages belong to the events that
/// sent and handled them; those of which neither is seen stand on their sender's lane.
pub struct Stops<'a> {
    marks: &'a Marks,
    order: Vec<NodeId>,
    /// What stands on a lane.
    on_lanes: Vec<Stop>,
    /// Messages of an event that is seen.
    messages: Vec<&'a ArrowMark>,
}

impl<'a> Stops<'a> {
    /// The stops of a drawing that was made from these marks.
    pub fn of(drawing: &Drawing, marks: &'a Marks) -> Stops<'a> {
        let mut hits: Vec<Hit> = drawing.marks.iter().filter_map(|mark| mark.hit).collect();
        order::sort(&mut hits);
        let seen = |event: usize| hits.binary_search(&Hit::Event(event)).is_ok();
        let mut stops = Stops { marks, order: lane_order(marks), on_lanes: Vec::new(), messages: Vec::new() };
        let mut before = None;
        // Some marks are drawn in several strokes.
        for &hit in hits.iter().filter(|hit| before.replace(**hit) != Some(**hit)) {
            match message(marks, hit) {
                Some(arrow) if seen(arrow.sent_by) || handled_by(arrow).is_some_and(seen) => stops.messages.push(arrow),
                _ => stops.on_lanes.extend(stops.stop(hit)),
            }
        }
        order::sort(&mut stops.on_lanes);
        stops
    }

    /// Where a mark stands, if it is seen.
    pub fn find(&self, hit: Hit) -> Option<Stop> {
        let on_lane = self.on_lanes.iter().find(|stop| stop.hit == hit);
        let message = || self.messages.iter().any(|arrow| Hit::Arrow(arrow.index) == hit);
        on_lane.copied().or_else(|| message().then(|| self.stop(hit)).flatten())
    }

    /// What stands nearest to an instant on a lane, or on the nearest lane that has anything.
    pub fn nearest(&self, lane: usize, at: Micros) -> Option<Stop> {
        let far = |stop: &&Stop| (stop.lane.abs_diff(lane), stop.at.0.abs_diff(at.0));
        self.on_lanes.iter().min_by_key(far).copied()
    }

    /// Whose lane that is.
    pub fn node(&self, lane: usize) -> Option<NodeId> {
        self.order.get(lane.checked_sub(1)?).copied()
    }

    /// The next mark of a lane in time, or the one before. From a message: the event that handles it, or that sent it,
    /// whether it is seen or not.
    pub fn along(&self, from: Stop, on: bool) -> Option<Hit> {
        let Ok(here) = self.on_lanes.binary_search(&from) else {
            let arrow = message(self.marks, from.hit)?;
            let event = if on { handled_by(arrow) } else { Some(arrow.sent_by) };
            return event.map(Hit::Event);
        };
        let next = self.on_lanes.get(if on { here + 1 } else { here.checked_sub(1)? })?;
        (next.lane == from.lane).then_some(next.hit)
    }

    /// What is nearest in time on the next lane down, or up, that has marks. From a message: the next one of its event.
    pub fn across(&self, from: Stop, down: bool, event: Option<usize>) -> Option<Hit> {
        if self.on_lanes.binary_search(&from).is_err() {
            return self.around(from, !down, event);
        }
        let lanes = self.on_lanes.iter().map(|stop| stop.lane);
        let lane = if down {
            lanes.filter(|lane| *lane > from.lane).min()
        } else {
            lanes.filter(|lane| *lane < from.lane).max()
        };
        self.nearest(lane?, from.at).map(|stop| stop.hit)
    }

    /// The next of an event and its messages, or the one before, around and around: what it handled, then what it sent.
    /// `event` is the one whose messages were gone through so far.
    pub fn around(&self, from: Stop, back: bool, event: Option<usize>) -> Option<Hit> {
        let event = self.event_of(from.hit, event)?;
        let handled = self.messages.iter().filter(|arrow| handled_by(arrow) == Some(event));
        let sent = self.messages.iter().filter(|arrow| arrow.sent_by == event && handled_by(arrow) != Some(event));
        let mut ring = vec![Hit::Event(event)];
        ring.extend(handled.chain(sent).map(|arrow| Hit::Arrow(arrow.index)));
        let here = ring.iter().position(|hit| *hit == from.hit).unwrap_or(0);
        let step = if back { ring.len() - 1 } else { 1 };
        let next = ring[(here + step) % ring.len()];
        (next != from.hit && self.find(next).is_some()).then_some(next)
    }

    /// The event that a mark belongs to, for going through its messages; `event` if a message is one of its.
    pub fn event_of(&self, hit: Hit, event: Option<usize>) -> Option<usize> {
        match hit {
            Hit::Event(event) | Hit::Bar(event) | Hit::Role(event) => Some(event),
            Hit::Arrow(_) => {
                let arrow = message(self.marks, hit)?;
                let its = event.filter(|event| arrow.sent_by == *event || handled_by(arrow) == Some(*event));
                let seen = |event: &usize| self.find(Hit::Event(*event)).is_some();
                its.or(Some(arrow.sent_by).filter(seen)).or(handled_by(arrow))
            }
            _ => None,
        }
    }

    fn stop(&self, hit: Hit) -> Option<Stop> {
        let marks = self.marks;
        let on = |node: NodeId, at: Micros| {
            let lane = self.order.iter().position(|other| *other == node).map_or(0, |slot| slot + 1);
            Some(Stop { lane, at, hit })
        };
        match hit {
            Hit::Event(index) => crate::words::event(marks, index).and_then(|one| on(one.node, one.at)),
            Hit::Arrow(place) | Hit::Fold(place, _) => {
                crate::words::arrow(marks, place).and_then(|one| on(one.from, one.sent))
            }
            Hit::Bar(event) => marks.bars.iter().find(|one| one.event == event).and_then(|one| on(one.node, one.from)),
            Hit::Role(event) => {
                marks.strips.iter().find(|one| one.event == event).and_then(|one| on(one.node, one.from))
            }
            Hit::Down(by) => marks.downs.iter().find(|one| one.by == by).and_then(|one| on(one.node, one.from)),
            Hit::Cut(id) => marks.cuts.iter().find(|one| one.id == id).map(|one| Stop { lane: 0, at: one.from, hit }),
            Hit::Spell(id) => marks.spells.iter().find(|one| one.id == id).and_then(|one| {
                let node = one.nodes.iter().next().or(one.links.first().map(|link| link.0));
                node.map_or(Some(Stop { lane: 0, at: one.from, hit }), |node| on(node, one.from))
            }),
        }
    }
}

fn message(marks: &Marks, hit: Hit) -> Option<&ArrowMark> {
    let Hit::Arrow(place) = hit else { return None };
    crate::words::arrow(marks, place)
}

fn handled_by(arrow: &ArrowMark) -> Option<usize> {
    if let Fate::Delivered(event) = arrow.fate { Some(event) } else { None }
}

/// What shows where the keyboard stands, to be laid over the drawing: a frame around a mark, or a message traced.
pub fn ring(drawing: &Drawing, hit: Hit) -> Drawing {
    let own = || drawing.marks.iter().filter(|mark| mark.hit == Some(hit)).map(|mark| &mark.shape);
    let mut marks = Vec::new();
    for shape in own() {
        if let Shape::Arrow(arrow) = shape {
            marks.push(Mark::plain(Shape::Arrow(*arrow), Class::of("roam").and("trace")));
        }
    }
    if let (true, Some(Area { x, y, width, height })) = (marks.is_empty(), own().map(Shape::bounds).reduce(hull)) {
        for class in ["ground", "frame"] {
            let area = Area { x: x - 5.0, y: y - 5.0, width: width + 10.0, height: height + 10.0 };
            marks.push(Mark::plain(Shape::Rect(area, 5.0), Class::of("roam").and(class)));
        }
    }
    Drawing { width: drawing.width, height: drawing.height, marks }
}

fn hull(one: Area, other: Area) -> Area {
    let low = Point { x: one.x.min(other.x), y: one.y.min(other.y) };
    let high = Point {
        x: (one.x + one.width).max(other.x + other.width),
        y: (one.y + one.height).max(other.y + other.height),
    };
    Area::between(low, high)
}
