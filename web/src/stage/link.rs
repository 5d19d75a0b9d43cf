//! What a pointer finds on the stage.

use super::Picture;
use lightcone_core::NodeId;
use lightcone_diagram::Point;

/// Something on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A participant.
    Node(NodeId),
    /// A message under way, by its place among the messages of the run.
    Flight(usize),
    /// The link between two participants.
    Link(NodeId, NodeId),
    /// The wall of a partition, by its intervention.
    Wall(u32),
}

/// How near a pointer has to come to a participant's circle, to a message and to a line, in px.
const NODE_REACH: f64 = 8.0;
const FLIGHT_REACH: f64 = 13.0;
const LINK_REACH: f64 = 9.0;

/// What is at a point: participants before messages before walls before links. A message at someone's rim is found
/// before the room around them.
pub fn spot(picture: &Picture, at: Point) -> Option<Spot> {
    node(picture, at, 0.0)
        .or_else(|| flight(picture, at))
        .or_else(|| node(picture, at, NODE_REACH))
        .or_else(|| wall(picture, at))
        .or_else(|| link(picture, at))
}

/// The participant at a point, or `beyond` px around one.
fn node(picture: &Picture, at: Point, beyond: f64) -> Option<Spot> {
    let reach = picture.seats.radius + beyond;
    let near = picture.people.iter().map(|person| (person.at.distance(at), person.node));
    near.filter(|(d, _)| *d <= reach).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node)| Spot::Node(node))
}

fn flight(picture: &Picture, at: Point) -> Option<Spot> {
    let near = picture.flights.iter().map(|flown| (flown.at.distance(at), flown.index));
    near.filter(|(d, _)| *d <= FLIGHT_REACH).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, index)| Spot::Flight(index))
}

fn wall(picture: &Picture, at: Point) -> Option<Spot> {
    picture
        .walls
        .iter()
        .find(|wall| wall.points.windows(2).any(|p| at.distance_to_segment(p[0], p[1]) < LINK_REACH))
        .map(|wall| Spot::Wall(wall.id))
}

fn link(picture: &Picture, at: Point) -> Option<Spot> {
    let near = picture.links.iter().map(|link| (at.distance_to_segment(link.from, link.to), link));
    near.filter(|(d, _)| *d <= LINK_REACH)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, l)| Spot::Link(l.ends.0, l.ends.1))
}
