//! Messages under way: where they are, where they stop, which of them have room for words.

use super::{
    picture::{Flown, Look},
    seats::Seats,
    wall::Wall,
};
use lightcone_core::{Flavour, Micros};
use lightcone_diagram::{Area, Point};
use lightcone_sim::view::{CutMark, Flight, Loss, Stage};

/// A message under way, as far as it has come.
pub fn flown(flight: &Flight, now: Micros, seats: &Seats, walls: &[(&CutMark, Wall)]) -> Flown {
    let (from, to) = (seats.at[flight.from.index()], seats.at[flight.to.index()]);
    let length = from.distance(to).max(1.0);
    let whole = flight.end.minus(flight.sent).0.max(1) as f64;
    let flown = (now.minus(flight.sent).0 as f64 / whole).clamp(0.0, 1.0);
    let rim = (seats.radius / length).min(0.45);
    let share = rim + flown * (1.0 - 2.0 * rim);
    let (stop, look) = stop(flight, share, (from, to), seats, walls);
    // A parked message has reached the wall, however short its way was.
    let share = stop.map_or(share, |stop| if flight.parked { stop } else { share.min(stop) });
    // Each direction of a link keeps a little to its right, so that answers do not cover questions.
    let (nx, ny) = (-(to.y - from.y) / length * 5.0, (to.x - from.x) / length * 5.0);
    let on_way = from.towards(to, share);
    Flown {
        index: flight.index,
        at: Point { x: on_way.x + nx, y: on_way.y + ny },
        angle: (to.y - from.y).atan2(to.x - from.x).to_degrees(),
        flavour: flight.flavour,
        look,
        label: None,
        label_left: false,
        standing: None,
    }
}

/// Where a message that does not arrive comes to a stop, and how it looks at `share` of its way.
fn stop(
    flight: &Flight,
    share: f64,
    (from, to): (Point, Point),
    seats: &Seats,
    walls: &[(&CutMark, Wall)],
) -> (Option<f64>, Look) {
    let at_wall = |id: Option<u32>| {
        let share = |at: Point| seats.size.share(at);
        let own = walls.iter().filter(|(cut, _)| id.is_none_or(|id| cut.id == id));
        own.filter_map(|(_, wall)| wall.crossing(share(from), share(to))).min_by(f64::total_cmp).unwrap_or(0.5)
    };
    let (stop, look) = match (flight.loss, flight.parked) {
        (None, false) => return (None, Look::Flying),
        (None, true) => (at_wall(None), Look::Parked),
        (Some(Loss::Cut(id)), _) => (at_wall(Some(id)), Look::Lost),
        (Some(Loss::LinkFull), _) => ((seats.radius + 14.0) / from.distance(to).max(1.0), Look::Lost),
        (Some(Loss::ReceiverDown | Loss::InboxFull | Loss::InCrash), _) => {
            (1.0 - (seats.radius + 8.0) / from.distance(to).max(1.0), Look::Lost)
        }
        (Some(Loss::Chance | Loss::Dropped(_) | Loss::Lossy(_)), _) => (0.5, Look::Lost),
    };
    let there = flight.parked || share >= stop;
    (Some(stop), if there { look } else { Look::Flying })
}

/// Gives words to the messages that have room for them.
pub fn label(flights: &mut [Flown], stage: &Stage, seats: &Seats) {
    // A participant with its role and log below.
    let r = seats.radius;
    let body = |at: &Point| Area { x: at.x - 1.3 * r, y: at.y - r, width: 2.6 * r, height: 3.1 * r };
    let mut taken: Vec<Area> = seats.at.iter().map(body).collect();
    let mut said_lost = false;
    let crowded = stage.flights.len() > 12;
    for (flown, flight) in flights.iter_mut().zip(&stage.flights) {
        let words = match (flown.look, flight.loss) {
            (Look::Lost, _) if said_lost => continue,
            (Look::Lost, Some(Loss::Cut(_))) => "lost at the partition",
            (Look::Lost, Some(Loss::ReceiverDown)) => "lost: receiver down",
            (Look::Lost, Some(Loss::LinkFull | Loss::InboxFull)) => "lost: too many wait",
            (Look::Lost, _) => "lost",
            (Look::Parked, _) if !stage.cuts.is_empty() => "held",
            (Look::Parked, _) => &flight.label,
            (Look::Flying, _) if crowded && flight.flavour == Flavour::Periodic => continue,
            (Look::Flying, _) => &flight.label,
        };
        let width = words.chars().count() as f64 * 6.4;
        let left = flown.at.x + 12.0 + width > seats.size.width - 60.0;
        let x = if left { flown.at.x - 10.0 - width } else { flown.at.x + 10.0 };
        let area = Area { x, y: flown.at.y - 20.0, width, height: 13.0 };
        if x < 4.0 || taken.iter().any(|other| other.overlaps(&area)) {
            continue;
        }
        said_lost |= flown.look == Look::Lost;
        flown.label = Some(words.into());
        flown.label_left = left;
        taken.push(area);
    }
}
