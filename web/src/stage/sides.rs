//! The sides of partitions: their walls, and which side is shaded.

use super::{
    picture::WallShape,
    seats::{Seats, Size},
    wall::Wall,
};
use crate::studio::words;
use lightcone_core::{NodeSet, Sorted};
use lightcone_diagram::{Area, Point};
use lightcone_sim::view::{CutKind, CutMark, Stage};

/// Everyone of a partition in two groups: the first together with whoever is in none, and the others. None if there
/// are more than two.
pub fn two_sides(groups: &[NodeSet], everyone: NodeSet) -> Option<(NodeSet, NodeSet)> {
    match groups {
        [only] => Some((everyone.difference(*only), *only)).filter(|(rest, _)| !rest.is_empty()),
        [_, other] => Some((everyone.difference(*other), *other)),
        _ => None,
    }
}

fn everyone(stage: &Stage) -> NodeSet {
    stage.nodes.iter().map(|node| node.node).collect()
}

/// The side of a partition that is shaded: the one that can do nothing, if the other one can.
pub fn shaded(cut: &CutMark, stage: &Stage) -> NodeSet {
    let CutKind::Partition(groups) = &cut.what else { return NodeSet::new() };
    let Some((one, other)) = two_sides(groups, everyone(stage)) else { return NodeSet::new() };
    let able = |group: NodeSet| {
        let sides = stage.sides.iter().filter(|side| side.members.difference(group).is_empty());
        sides.filter_map(|side| side.ability.as_ref()).any(|ability| ability.able)
    };
    if able(other) && !able(one) { one } else { other }
}

/// The wall of a partition: as it was drawn if it still parts the sides, else found. None if no line parts them.
pub fn wall_of(cut: &CutMark, stage: &Stage, seats: &Seats, drawn: &Sorted<u32, Wall>, carried: bool) -> Option<Wall> {
    let CutKind::Partition(groups) = &cut.what else { return None };
    let (one, other) = two_sides(groups, everyone(stage))?;
    let places = |set: NodeSet| set.iter().map(|node| seats.at[node.index()]).collect::<Vec<Point>>();
    let (one, other) = (places(one), places(other));
    let shares = |group: &[Point]| group.iter().map(|at| seats.size.share(*at)).collect::<Vec<Point>>();
    match drawn.get(&cut.id) {
        Some(wall) if carried || wall.parts(&shares(&one), &shares(&other)) => Some(wall.clone()),
        _ => Wall::between(&one, &other, seats.radius * 0.7, seats.size),
    }
}

/// A wall as it is drawn, with its words.
pub fn wall_shape(cut: &CutMark, wall: &Wall, shaded: NodeSet, seats: &Seats) -> WallShape {
    let size = seats.size;
    let points: Vec<Point> = wall.path.iter().map(|at| size.place(*at)).collect();
    let label = match cut.to {
        Some(to) => format!("partition · {} → {}", words::number(cut.from), words::time(to)),
        None => format!("partition · since {}", words::time(cut.from)),
    };
    let enclosed = shaded.iter().next().is_some_and(|node| wall.encloses(size.share(seats.at[node.index()])));
    WallShape {
        id: cut.id,
        path: wall.path_data(size),
        region: wall.side_path(enclosed, size),
        ends: wall.ends(size),
        label_at: beside(&points, label.chars().count() as f64 * 6.3, seats),
        points,
        label,
    }
}

/// What stands in front of a wide stage: the readout, the hint and the tools' options.
fn furniture(size: Size) -> [Area; 3] {
    if size.width < 560.0 {
        return [Area { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }; 3];
    }
    let (width, low) = (size.width, size.height - 56.0);
    [
        Area { x: 0.0, y: 0.0, width: (width * 0.38).min(430.0) + 24.0, height: 92.0 },
        Area { x: 0.0, y: low, width: 290.0, height: 56.0 },
        Area { x: width - 400.0, y: low, width: 400.0, height: 56.0 },
    ]
}

/// A place for words of this width beside the upper end, the lower end or the middle of a wall, and whether they end
/// there: the first one that covers nothing.
fn beside(points: &[Point], width: f64, seats: &Seats) -> (Point, bool) {
    let by_height = |a: &Point, b: &Point| a.y.total_cmp(&b.y);
    let top = points.iter().copied().min_by(by_height).expect("a wall has points");
    let bottom = points.iter().copied().max_by(by_height).expect("a wall has points");
    let at = |end: Point, down: f64, left: bool| {
        (
            Point {
                x: end.x + if left { -14.0 } else { 14.0 },
                y: (end.y + down).clamp(18.0, seats.size.height - 8.0),
            },
            left,
        )
    };
    let middle = points[points.len() / 2];
    let sides = |end: Point, down: f64| [at(end, down, false), at(end, down, true)];
    let tries = [sides(top, 12.0), sides(bottom, -4.0), sides(middle, 4.0)].concat();
    let free = |(at, left): &(Point, bool)| {
        let x = if *left { at.x - width } else { at.x };
        let area = Area { x, y: at.y - 12.0, width, height: 16.0 };
        let body = |seat: &Point| {
            let r = seats.radius * 1.25;
            Area { x: seat.x - r, y: seat.y - r, width: 2.0 * r, height: 2.0 * r + seats.radius * 0.9 }
        };
        let covers = seats.at.iter().map(body).chain(furniture(seats.size)).any(|thing| thing.overlaps(&area));
        x > 4.0 && x + width < seats.size.width - 60.0 && !covers
    };
    tries.iter().copied().find(free).unwrap_or(tries[0])
}
