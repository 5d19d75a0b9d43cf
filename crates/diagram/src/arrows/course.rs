//! The way of each message: from its sender to where it arrived, was lost, or waits.

use lightcone_sim::view::{ArrowMark, Fate, Loss};

use crate::area::Point;
use crate::bands::{self, CutLine};
use crate::frame::Frame;
use crate::route::{self, Route, Way};

/// The visible way of a message.
pub(crate) struct Course {
    pub(crate) route: Route,
    /// The way to the place where it waited before that, if it did.
    pub(crate) approach: Option<Route>,
    /// While it waited, or waits.
    pub(crate) wait: Option<(Point, Point)>,
    /// Whether it has a head: it arrives, or would, and does so in the window.
    pub(crate) heads: bool,
    /// While it waits at its receiver.
    pub(crate) tail: Option<(Point, Point)>,
    /// Where it was lost.
    pub(crate) cross: Option<Point>,
    /// Where it waits, or waited, for a link to heal.
    pub(crate) pause: Option<Point>,
    /// Whether it was sent in the window.
    pub(crate) has_start: bool,
    /// Whether it arrives, or would, after the window.
    pub(crate) leaves: bool,
}

/// What became of a message, as a class; empty if it arrived.
pub(crate) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Flying => "flying",
        Fate::Parked => "parked",
        Fate::Delivered(_) | Fate::Waiting => "",
        Fate::Lost(_) => "lost",
    }
}

/// A place along and across.
type Place = (f64, f64);

/// How a way would be drawn without a window.
#[derive(Default)]
struct Whole {
    way: Way,
    heads: bool,
    cross: Option<Place>,
    /// Where it waits, and until when along time.
    wait: Option<(Place, f64)>,
    approach: Option<Way>,
    /// Beside the receiver's lane.
    tail: Option<Way>,
}

/// The way of a message inside the window, if it comes there.
pub(crate) fn course(frame: &Frame, cuts: &[CutLine], arrow: &ArrowMark) -> Option<Course> {
    let (from, to) = (frame.lane(arrow.from)?, frame.lane(arrow.to)?);
    let start = (frame.view.place(arrow.sent), from);
    let goal = (frame.view.place(arrow.end), to);
    let whole = match arrow.fate {
        Fate::Lost(loss) => lost(frame, cuts, loss, start, goal),
        Fate::Parked => parked(frame, cuts, arrow, start, goal),
        Fate::Delivered(_) | Fate::Waiting | Fate::Flying => through(frame, cuts, arrow, start, goal),
    };
    let cut_off = |way: Way| {
        let clipped = route::clip(way, frame.start, frame.end)?;
        let mut points = [Point::default(); 4];
        let places = clipped.way.places();
        for (point, place) in points.iter_mut().zip(places) {
            *point = frame.point(place.0, place.1);
        }
        Some((Route::through(&points[..places.len()]), clipped.has_start, clipped.has_end))
    };
    let main = cut_off(whole.way);
    let approach = whole.approach.and_then(cut_off);
    let wait = whole.wait.and_then(|(place, until)| cut_off(Way::of(&[place, (until, place.1)])));
    let tail = whole.tail.and_then(cut_off);
    if main.is_none() && approach.is_none() && wait.is_none() && tail.is_none() {
        return None;
    }
    let inside = |place: &Place| (frame.start..=frame.end).contains(&place.0);
    let visible = |place: Option<Place>| place.filter(inside).map(|(along, across)| frame.point(along, across));
    Some(Course {
        route: main.map_or(Route::default(), |m| m.0),
        approach: approach.map(|a| a.0),
        wait: wait.and_then(|w| w.0.segments().next()),
        tail: tail.and_then(|t| t.0.segments().next()),
        heads: whole.heads && main.is_some_and(|m| m.2),
        cross: visible(whole.cross),
        pause: visible(whole.wait.map(|(place, _)| place)),
        has_start: approach.or(main).is_some_and(|m| m.1),
        leaves: whole.heads && main.is_some_and(|m| !m.2),
    })
}

/// The cross stands at the receiver that is down, at the cut, or midway.
fn lost(frame: &Frame, cuts: &[CutLine], loss: Loss, start: Place, goal: Place) -> Whole {
    let share = bands::midway(frame, start.1, goal.1);
    let halfway = (start.0 + (goal.0 - start.0) * share, start.1 + (goal.1 - start.1) * share);
    let at = match loss {
        Loss::ReceiverDown | Loss::InboxFull | Loss::InCrash => goal,
        Loss::Chance | Loss::Dropped(_) | Loss::Lossy(_) => halfway,
        // It never leaves its sender.
        Loss::LinkFull => (start.0 + 6.0 * frame.unit, start.1 + (goal.1 - start.1).signum() * 10.0 * frame.unit),
        Loss::Cut(id) => {
            let across =
                cuts.iter().find(|c| c.mark.id == id).map_or(halfway.1, |c| c.crossing(frame, start.1, goal.1));
            // A message that meets a closed link is lost as it is sent. It leans a little, to be seen as a message,
            // and by the distance to its goal, so that those of one broadcast lie side by side.
            let lanes = (goal.1 - start.1).abs() / frame.pitch;
            let lean = (3.0 + 6.0 * lanes) * frame.unit;
            (goal.0.max(start.0 + lean.min(40.0)), across)
        }
    };
    Whole { way: Way::of(&[start, at]), cross: Some(at), ..Whole::default() }
}

/// Towards the closed link, and along it until the end of the run.
fn parked(frame: &Frame, cuts: &[CutLine], arrow: &ArrowMark, start: Place, goal: Place) -> Whole {
    let cut = cuts.iter().rev().find(|c| holds(frame, c, arrow) && c.mark.to.is_none_or(|to| to >= frame.view.until));
    let across = cut.map_or(start.1 + (goal.1 - start.1) * bands::midway(frame, start.1, goal.1), |c| {
        c.crossing(frame, start.1, goal.1)
    });
    let closes = cut.map_or(start.0, |c| frame.view.place(c.mark.from));
    let along = waiting_place(frame, start.0, closes, frame.last.max(start.0));
    let until = frame.view.place(frame.view.until).max(along);
    let place = (along, across);
    Whole { way: Way::of(&[start, place]), wait: Some((place, until)), ..Whole::default() }
}

/// Straight to its goal, unless a closed link held it for a while.
fn through(frame: &Frame, cuts: &[CutLine], arrow: &ArrowMark, start: Place, goal: Place) -> Whole {
    let held = cuts
        .iter()
        .filter(|c| holds(frame, c, arrow))
        .filter_map(|c| c.mark.to.map(|heals| (c, heals)))
        .filter(|(_, heals)| arrow.sent < *heals && *heals <= arrow.end)
        .max_by_key(|(_, heals)| *heals);
    let Some((cut, heals)) = held else {
        let way = if arrow.from == arrow.to { bump(frame, start, goal) } else { Way::of(&[start, goal]) };
        return Whole { way, heads: true, tail: tail(frame, arrow, start, goal), ..Whole::default() };
    };
    let across = cut.crossing(frame, start.1, goal.1);
    let heals = frame.view.place(heals);
    let along = waiting_place(frame, start.0, frame.view.place(cut.mark.from), heals);
    let place = (along, across);
    Whole {
        way: Way::of(&[(heals, across), goal]),
        heads: true,
        cross: None,
        wait: Some((place, heals)),
        approach: Some(Way::of(&[start, place])),
        tail: tail(frame, arrow, start, goal),
    }
}

/// Beside the lane of a receiver that is busy or paused, on the side from which it came, until it is handled.
fn tail(frame: &Frame, arrow: &ArrowMark, start: Place, goal: Place) -> Option<Way> {
    let across = goal.1 + (start.1 - goal.1).signum() * 3.0 * frame.unit;
    (arrow.handled > arrow.end).then(|| Way::of(&[(goal.0, across), (frame.view.place(arrow.handled), across)]))
}

fn holds(frame: &Frame, cut: &CutLine, arrow: &ArrowMark) -> bool {
    let lanes = frame.slot(arrow.from).zip(frame.slot(arrow.to));
    cut.mark.held && cut.mark.from <= arrow.end && lanes.is_some_and(|(a, b)| cut.parts(frame, a, b))
}

/// A little after it was sent, not before the link closed nor after it healed.
fn waiting_place(frame: &Frame, sent: f64, closes: f64, heals: f64) -> f64 {
    let near = sent + (10.0 * frame.unit).min((heals - sent).max(0.0) * 0.4);
    near.max(closes).min(heals.max(sent))
}

/// A message to oneself leaves the lane and comes back.
fn bump(frame: &Frame, start: Place, goal: Place) -> Way {
    let top = start.1 - frame.pitch * 0.3;
    Way::of(&[start, (start.0 + (goal.0 - start.0) * 0.3, top), (start.0 + (goal.0 - start.0) * 0.7, top), goal])
}
