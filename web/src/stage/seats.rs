//! Where everyone sits on the stage.

use lightcone_core::{NodeKind, Sorted};
use lightcone_diagram::Point;

/// The space of a picture, in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// To the right.
    pub width: f64,
    /// Down.
    pub height: f64,
}

impl Size {
    /// A point given in shares of the space.
    pub fn place(self, share: Point) -> Point {
        Point { x: share.x * self.width, y: share.y * self.height }
    }

    /// A point in shares of the space: what survives a change of size.
    pub fn share(self, at: Point) -> Point {
        Point { x: at.x / self.width.max(1.0), y: at.y / self.height.max(1.0) }
    }
}

/// Everyone's place, by node.
#[derive(Clone, Debug, PartialEq)]
pub struct Seats {
    /// The space.
    pub size: Size,
    /// The radius of a server's circle.
    pub radius: f64,
    /// The centres, by node.
    pub at: Vec<Point>,
}

/// Room around the ring of servers, in radii: left (clients), right (tools), above (crown, arc) and below (role, log).
struct Room {
    left: f64,
    right: f64,
    above: f64,
    below: f64,
}

impl Seats {
    /// Servers on an ellipse, clients in a column left of it, and whoever was moved where they were moved to. `moved`
    /// holds shares of the space, by name.
    pub fn new(people: &[(String, NodeKind)], size: Size, moved: &Sorted<String, Point>) -> Seats {
        let servers = people.iter().filter(|(_, kind)| *kind == NodeKind::Server).count();
        let clients = people.len() - servers;
        let radius = radius(size, servers);
        let (centre, rx, ry) = ring(size, radius, clients > 0);
        let mut seats = Vec::with_capacity(people.len());
        let (mut server, mut client) = (0, 0);
        for (name, kind) in people {
            let seat = match kind {
                NodeKind::Server => {
                    server += 1;
                    on_ring(server - 1, servers, centre, rx, ry)
                }
                NodeKind::Client => {
                    client += 1;
                    in_column(client - 1, clients, size, radius, centre)
                }
            };
            let at = moved.get(name).map_or(seat, |share| size.place(*share));
            seats.push(keep_inside(at, size, radius));
        }
        Seats { size, radius, at: seats }
    }

    /// The half width and half height of a client's box.
    pub fn client_box(&self) -> (f64, f64) {
        (self.radius * 0.92, self.radius * 0.6)
    }
}

fn radius(size: Size, servers: usize) -> f64 {
    let crowd = if servers > 7 { 0.8 } else { 1.0 };
    (size.height / 11.0).min(size.width / 13.0).clamp(19.0, 36.0) * crowd
}

/// The centre and half axes of the ring.
fn ring(size: Size, radius: f64, clients: bool) -> (Point, f64, f64) {
    let wide = size.width > 700.0;
    let room = Room {
        left: if clients { 5.0 } else { 2.3 },
        right: if wide { 3.0 } else { 2.3 },
        above: 1.5,
        below: if wide { 2.35 } else { 2.3 },
    };
    let ry = ((size.height - (room.above + room.below) * radius) / 2.0).max(radius);
    let rx = ((size.width - (room.left + room.right) * radius) / 2.0).max(radius).min(ry * 2.1);
    let y = room.above * radius + ry;
    // On a wide stage the ring sits right of the middle: the readout stands at the left.
    let x = if wide { size.width * 0.53 } else { room.left * radius + rx };
    (Point { x, y }, rx, ry)
}

/// Clockwise from the upper left, so that a ring of five has two at the left and a straight cut parts two from three.
fn on_ring(place: usize, servers: usize, centre: Point, rx: f64, ry: f64) -> Point {
    if servers == 1 {
        return centre;
    }
    let turn = std::f64::consts::TAU / servers as f64;
    let angle = std::f64::consts::PI + turn / 2.0 + turn * place as f64;
    let on_circle = Point::at_angle(angle);
    Point { x: centre.x + rx * on_circle.x, y: centre.y + ry * on_circle.y }
}

fn in_column(place: usize, clients: usize, size: Size, radius: f64, centre: Point) -> Point {
    let gap = (radius * 2.6).min(size.height * 0.8 / clients as f64);
    let x = if size.width > 700.0 { (size.width * 0.14).max(radius * 2.0) } else { radius * 1.4 };
    Point { x, y: centre.y + gap * (place as f64 - (clients as f64 - 1.0) / 2.0) }
}

fn keep_inside(at: Point, size: Size, radius: f64) -> Point {
    let most = |full: f64, before: f64, after: f64| (before, (full - after).max(before));
    let (left, right) = most(size.width, radius * 1.2, radius * 1.2);
    let (top, bottom) = most(size.height, radius * 1.3, radius * 2.2);
    Point { x: at.x.clamp(left, right), y: at.y.clamp(top, bottom) }
}
