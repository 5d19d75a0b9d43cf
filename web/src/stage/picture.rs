//! The cluster at one instant as shapes with a meaning, in px.

use super::{
    flights::{flown, label},
    seats::Seats,
    sides::{shaded, wall_of, wall_shape},
    wall::Wall,
};
use crate::studio::{Standing, state_of};
use lightcone_core::{Flavour, Micros, NodeId, NodeKind, NodeSet, Role, Sorted, view::LogCell};
use lightcone_diagram::{Point, px};
use lightcone_sim::view::{CutKind, CutMark, Flight, SpellKind, SpellMark, Stage, StageNode};

/// All that is drawn on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Where everyone sits.
    pub seats: Seats,
    /// The links, each once.
    pub links: Vec<LinkShape>,
    /// Everyone.
    pub people: Vec<Person>,
    /// The messages under way.
    pub flights: Vec<Flown>,
    /// The walls of the partitions in force.
    pub walls: Vec<WallShape>,
    /// Whether some partition has no wall, because no line parts its sides as everyone sits now.
    pub tangled: bool,
}

/// A link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkShape {
    /// Between whom.
    pub ends: (NodeId, NodeId),
    /// Where it starts.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
    /// What it lets through.
    pub state: LinkState,
    /// What else is wrong with it.
    pub fault: Option<SpellKind>,
    /// The same in a word, where not all links would say so.
    pub label: Option<&'static str>,
}

/// What a link lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Both ways.
    Whole,
    /// Nothing.
    Broken,
    /// Nothing from its first end to its second.
    NotForth,
    /// Nothing from its second end to its first.
    NotBack,
}

/// A participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Who.
    pub node: NodeId,
    /// Its centre.
    pub at: Point,
    /// Its name.
    pub name: String,
    /// Whether it serves or asks.
    pub kind: NodeKind,
    /// Whether it is up.
    pub up: bool,
    /// Whether it takes part.
    pub there: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether it is Byzantine.
    pub liar: bool,
    /// What it is, in a word: its role, or `paused`.
    pub state: &'static str,
    /// Its role.
    pub role: Role,
    /// The line under its name.
    pub badge: String,
    /// What is left of its timer: SVG path data of an arc.
    pub arc: Option<String>,
    /// The last entries of its log.
    pub log: Vec<LogCell>,
    /// How many entries stand before them.
    pub earlier: usize,
    /// A client's operation under way.
    pub asking: Option<String>,
    /// On which side of the partitions it is, if there is more than one.
    pub side: Option<usize>,
    /// Whether it is on the shaded side.
    pub shaded: bool,
    /// How it stands to the selection.
    pub standing: Option<Standing>,
    /// All of this in words.
    pub words: String,
}

/// A message under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Flown {
    /// Its place among the messages of the run.
    pub index: usize,
    /// Where it is.
    pub at: Point,
    /// Where it points, in degrees.
    pub angle: f64,
    /// What kind it is.
    pub flavour: Flavour,
    /// What becomes of it.
    pub look: Look,
    /// Its words, where there is room.
    pub label: Option<String>,
    /// Whether the words stand left of it.
    pub label_left: bool,
    /// How it stands to the selection.
    pub standing: Option<Standing>,
}

/// What becomes of a message, as far as it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It flies.
    Flying,
    /// It waits at a partition.
    Parked,
    /// It is lost here.
    Lost,
}

/// The wall of a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct WallShape {
    /// The intervention.
    pub id: u32,
    /// What is seen of it, as SVG path data.
    pub path: String,
    /// The shaded side, as SVG path data.
    pub region: String,
    /// The path as points.
    pub points: Vec<Point>,
    /// Its ends.
    pub ends: Option<(Point, Point)>,
    /// Where its words stand, and whether they end there.
    pub label_at: (Point, bool),
    /// Its words.
    pub label: String,
}

/// How many entries of a log are shown below a server.
const LOG_SHOWN: usize = 4;

impl Picture {
    /// The picture of `stage` with everyone at `seats`; `drawn` holds the walls that were drawn, by intervention. While
    /// someone is `carried`, walls stay where they are.
    pub fn new(stage: &Stage, seats: Seats, drawn: &Sorted<u32, Wall>, carried: bool) -> Picture {
        let partitions: Vec<&CutMark> =
            stage.cuts.iter().filter(|cut| matches!(cut.what, CutKind::Partition(_))).collect();
        let walls: Vec<(&CutMark, Wall)> =
            partitions.iter().filter_map(|cut| Some((*cut, wall_of(cut, stage, &seats, drawn, carried)?))).collect();
        let tangled = walls.len() < partitions.len();
        let shaded: Vec<NodeSet> = walls.iter().map(|(cut, _)| shaded(cut, stage)).collect();
        let in_shade = |node: NodeId| shaded.iter().any(|group| group.contains(node));
        let mut people: Vec<Person> = stage.nodes.iter().map(|node| person(node, stage, &seats)).collect();
        for person in &mut people {
            person.shaded = in_shade(person.node) || (tangled && person.side.is_some_and(|side| side > 0));
        }
        let mut flights: Vec<Flown> =
            stage.flights.iter().map(|flight| flown(flight, stage.at, &seats, &walls)).collect();
        label(&mut flights, stage, &seats);
        Picture {
            links: links(stage, &seats),
            people,
            flights,
            tangled,
            walls: walls
                .iter()
                .zip(shaded)
                .map(|((cut, wall), shaded)| wall_shape(cut, wall, shaded, &seats))
                .collect(),
            seats,
        }
    }
}

impl Picture {
    /// Tells how everyone and every message stands to the selection.
    pub fn stand(&mut self, node: impl Fn(NodeId) -> Standing, message: impl Fn(usize) -> Standing) {
        for person in &mut self.people {
            let standing = node(person.node);
            person.standing = Some(standing);
            person.words += ", ";
            person.words += standing.words();
        }
        self.flights.iter_mut().for_each(|flown| flown.standing = Some(message(flown.index)));
    }
}

fn person(node: &StageNode, stage: &Stage, seats: &Seats) -> Person {
    let at = seats.at[node.node.index()];
    let sides = if stage.sides.len() > 1 { &stage.sides[..] } else { &[] };
    let earlier = node.log.len().saturating_sub(LOG_SHOWN);
    let state = state_of(node);
    let lies = if node.liar { "Byzantine" } else { "" };
    let words: Vec<&str> = [node.name.as_str(), state, lies, node.badge.as_str(), node.asking.as_deref().unwrap_or("")]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    Person {
        node: node.node,
        at,
        name: node.name.clone(),
        kind: node.kind,
        up: node.up,
        there: node.there,
        paused: node.paused && node.up,
        liar: node.liar,
        state,
        role: node.role,
        badge: node.badge.clone(),
        arc: arc(node, stage.at, seats.radius * 1.19),
        log: node.log[earlier..].to_vec(),
        earlier,
        asking: node.asking.clone(),
        side: sides.iter().position(|side| side.members.contains(node.node)),
        shaded: false,
        standing: None,
        words: words.join(", "),
    }
}

/// What is left of the timer that fires first, as an arc around the centre that shrinks towards the top.
fn arc(node: &StageNode, now: Micros, radius: f64) -> Option<String> {
    let timer = node.timers.iter().min_by_key(|timer| timer.fires)?;
    let whole = timer.fires.minus(timer.armed).0.max(1) as f64;
    let share = (timer.fires.minus(now).0 as f64 / whole).clamp(0.0, 0.999);
    let angle = share * std::f64::consts::TAU;
    let turned = Point::at_angle(angle);
    let large = u8::from(share > 0.5);
    (node.up && share > 0.0).then(|| {
        format!(
            "M0 {0}A{1} {1} 0 {large} 1 {2} {3}",
            px(-radius),
            px(radius),
            px(radius * turned.y),
            px(-radius * turned.x)
        )
    })
}

fn links(stage: &Stage, seats: &Seats) -> Vec<LinkShape> {
    let broken = |a: NodeId, b: NodeId| stage.broken.contains(&(a, b));
    let mut links = Vec::new();
    for (i, a) in stage.nodes.iter().enumerate() {
        for b in &stage.nodes[i + 1..] {
            let state = match (broken(a.node, b.node), broken(b.node, a.node)) {
                (false, false) => LinkState::Whole,
                (true, true) => LinkState::Broken,
                (true, false) => LinkState::NotForth,
                (false, true) => LinkState::NotBack,
            };
            let (from, to) = (seats.at[a.node.index()], seats.at[b.node.index()]);
            let clients = a.kind == NodeKind::Client || b.kind == NodeKind::Client;
            // Whole links of clients are left out unless something flies there: they would hide the ring.
            let busy = || {
                let ends = |f: &Flight| (f.from, f.to) == (a.node, b.node) || (f.from, f.to) == (b.node, a.node);
                stage.flights.iter().any(ends)
            };
            let fault = stage.spells.iter().rev().find(|spell| concerns(spell, a.node, b.node));
            let whole = matches!(state, LinkState::Whole | LinkState::Broken) && fault.is_none();
            let hidden = clients && whole && !busy();
            if !hidden {
                let label = fault.filter(|spell| spell.links.len() <= FEW).and_then(|spell| ailment(spell.kind));
                let fault = fault.map(|spell| spell.kind);
                links.push(LinkShape { ends: (a.node, b.node), from, to, state, fault, label });
            }
        }
    }
    links
}

/// Up to so many directed links with one fault each say so.
const FEW: usize = 4;

fn concerns(spell: &SpellMark, a: NodeId, b: NodeId) -> bool {
    spell.links.contains(&(a, b)) || spell.links.contains(&(b, a))
}

/// What is wrong with a link, in a word.
fn ailment(kind: SpellKind) -> Option<&'static str> {
    match kind {
        SpellKind::Slow => Some("slow"),
        SpellKind::Lossy => Some("lossy"),
        SpellKind::Copying => Some("copies"),
        SpellKind::Clog => Some("clogged"),
        SpellKind::Reorder => Some("out of order"),
        SpellKind::Pause | SpellKind::Hold | SpellKind::Clock | SpellKind::Byzantine => None,
    }
}
