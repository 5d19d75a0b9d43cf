//! A ring of placement: who owns which part of it, and where keys lie on it.
//!
//! Members are told apart by `own-N` of their place (which repeats after [`HUES`] of them) and by their names, keys that
//! have moved by their shape.

use crate::{
    Point,
    strips::{escape, put},
};
use lightcone_core::view::Tone;
use std::f64::consts::TAU;

/// After so many members colours repeat.
pub const HUES: usize = 8;
/// How far labels of members stand apart at least, in turns.
const APART: f64 = 0.055;

/// A ring to be drawn.
#[derive(Clone, Debug, Default)]
pub struct HashRing {
    /// Where it ends for whoever draws it: the side of the square that it fills, in px.
    pub side: f64,
    /// The members.
    pub members: Vec<Member>,
    /// Up to which hash each member owns the ring, in order; whoever is first also owns what is beyond the last. None
    /// where there is no ring.
    pub points: Vec<(u64, usize)>,
    /// The keys.
    pub keys: Vec<Key>,
    /// Keys with their replicas.
    pub columns: Vec<Column>,
    /// The member that everything else steps back for.
    pub chosen: Option<usize>,
}

/// A member.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where its label is to stand, as a hash.
    pub at: u64,
    /// Whether it is about to join or to leave.
    pub passing: bool,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Where it lies.
    pub at: u64,
    /// Who holds it.
    pub owner: usize,
    /// Whether somebody else did before.
    pub moved: bool,
}

/// A key with its replicas, which stand inside of the ring one behind the other.
#[derive(Clone, Debug)]
pub struct Column {
    /// The key.
    pub name: String,
    /// Where it lies.
    pub at: u64,
    /// Who is to hold it, in order, and how that stands.
    pub copies: Vec<(usize, Tone)>,
}

/// A hash as a part of the whole turn, from the top and clockwise.
fn turn(hash: u64) -> f64 {
    hash as f64 / 2f64.powi(64)
}

impl HashRing {
    fn radius(&self) -> f64 {
        (self.side / 2.0 - 44.0).max(40.0)
    }

    /// The place at a part of the turn, so many px outside of the ring.
    fn place(&self, turn: f64, outside: f64) -> Point {
        let (sine, cosine) = (turn * TAU).sin_cos();
        let (middle, far) = (self.side / 2.0, self.radius() + outside);
        Point { x: middle + sine * far, y: middle - cosine * far }
    }

    /// Whether a point lies within the ring, its line included.
    pub fn is_within(&self, at: Point) -> bool {
        let middle = self.side / 2.0;
        (at.x - middle).hypot(at.y - middle) <= self.radius() + 12.0
    }

    /// The member whose label is there, if one is within `reach` px.
    pub fn member_at(&self, at: Point, reach: f64) -> Option<usize> {
        let far = |place: &Point| (at.x - place.x).hypot(at.y - place.y);
        let near = self.labels().into_iter().enumerate().map(|(member, place)| (member, far(&place)));
        let near = near.filter(|(_, far)| *far <= 18.0 + reach);
        near.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(member, _)| member)
    }

    /// Where the labels of the members stand: as near as may be to where they are on the ring, one beside the other.
    fn labels(&self) -> Vec<Point> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.sort_by_key(|member| self.members[*member].at);
        let mut turns: Vec<f64> = order.iter().map(|member| turn(self.members[*member].at)).collect();
        let apart = APART.min(0.9 / turns.len().max(1) as f64);
        // Each round pushes neighbours apart by half of what they lack; the ring has room for all.
        for _ in 0..60 {
            for one in 0..turns.len() {
                let other = (one + 1) % turns.len();
                // The first one follows the last, a turn later.
                let gap = turns[other] - turns[one] + f64::from(u8::from(other == 0));
                if one != other && gap < apart {
                    let push = (apart - gap) / 2.0;
                    turns[one] -= push;
                    turns[other] += push;
                }
            }
        }
        let mut places = vec![Point { x: 0.0, y: 0.0 }; order.len()];
        for (member, turn) in order.into_iter().zip(turns) {
            places[member] = self.place(turn, 24.0);
        }
        places
    }

    /// The ring as SVG.
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        let (middle, radius) = (self.side / 2.0, self.radius());
        put(&mut svg, format_args!(r#"<circle class="ring-line" cx="{middle:.1}" cy="{middle:.1}" r="{radius:.1}"/>"#));
        self.arcs(&mut svg);
        self.keys(&mut svg);
        self.columns(&mut svg);
        for (place, at) in self.labels().into_iter().enumerate() {
            let member = &self.members[place];
            let passing = if member.passing { " passing" } else { "" };
            let (class, aside, Point { x, y }) = (place % HUES, self.aside(place), at);
            put(
                &mut svg,
                format_args!(
                    r#"<g class="ring-member own-{class}{aside}{passing}"><circle cx="{x:.1}" cy="{y:.1}" r="18"/><text x="{x:.1}" y="{y:.1}">"#
                ),
            );
            escape(&mut svg, &member.name);
            svg.push_str("</text></g>");
        }
        svg
    }

    /// The class of what steps back for the member that was chosen.
    fn aside(&self, member: usize) -> &'static str {
        if self.chosen.is_some_and(|chosen| chosen != member) { " aside" } else { "" }
    }

    /// What each member owns, as one path for each of them.
    fn arcs(&self, svg: &mut String) {
        let mut paths = vec![String::new(); self.members.len()];
        let radius = self.radius();
        for (place, (to, owner)) in self.points.iter().enumerate() {
            let from = if place == 0 { self.points.last() } else { self.points.get(place - 1) };
            let from = from.map_or(0.0, |(from, _)| turn(*from));
            let length = (turn(*to) - from).rem_euclid(1.0);
            // One point alone owns the whole ring, which no single arc can draw.
            let pieces: &[(f64, f64)] =
                if self.points.len() == 1 { &[(0.0, 0.5), (0.5, 0.5)] } else { &[(from, length)] };
            for (from, length) in pieces {
                let (a, b, large) = (self.place(*from, 0.0), self.place(from + length, 0.0), u8::from(*length > 0.5));
                put(
                    &mut paths[*owner],
                    format_args!("M{:.2} {:.2}A{radius:.1} {radius:.1} 0 {large} 1 {:.2} {:.2}", a.x, a.y, b.x, b.y),
                );
            }
        }
        for (owner, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            put(svg, format_args!(r#"<path class="ring-arc own-{}{}" d="{path}"/>"#, owner % HUES, self.aside(owner)));
        }
        // Where there are few points, each is marked.
        if self.points.len() <= 64 {
            for (at, owner) in &self.points {
                let (a, b) = (self.place(turn(*at), -9.0), self.place(turn(*at), 9.0));
                put(
                    svg,
                    format_args!(
                        r#"<line class="ring-point own-{}{}" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#,
                        owner % HUES,
                        self.aside(*owner),
                        a.x,
                        a.y,
                        b.x,
                        b.y
                    ),
                );
            }
        }
    }

    /// Keys with their replicas. A key that lies close to the one before it stands further inside.
    fn columns(&self, svg: &mut String) {
        let mut order: Vec<&Column> = self.columns.iter().collect();
        lightcone_core::order::sort_by_key(&mut order, |column| column.at);
        let mut before: Option<(f64, f64)> = None;
        for column in order {
            let at = turn(column.at);
            let depth = before.filter(|(last, _)| at - last < APART).map_or(18.0, |(_, depth)| depth);
            let end = self.column(column, depth, svg);
            before = Some((at, end));
        }
    }

    /// A replica that lacks something is hollow, and one that is down faint. So far inside the next key has room.
    fn column(&self, column: &Column, depth: f64, svg: &mut String) -> f64 {
        for (place, (member, tone)) in column.copies.iter().enumerate() {
            let Point { x, y } = self.place(turn(column.at), -depth - 13.0 * place as f64);
            let class = member % HUES;
            let state = match tone {
                Tone::Settled => "",
                Tone::Plain => " down",
                _ => " lacking",
            };
            put(
                svg,
                format_args!(r#"<circle class="ring-key copy own-{class}{state}" cx="{x:.1}" cy="{y:.1}" r="5"/>"#),
            );
        }
        let end = depth + 13.0 * column.copies.len() as f64;
        let Point { x, y } = self.place(turn(column.at), -end - 4.0);
        put(svg, format_args!(r#"<text class="ring-name" x="{x:.1}" y="{y:.1}">"#));
        escape(svg, &column.name);
        svg.push_str("</text>");
        end + 18.0
    }

    /// Keys lie inside of the ring, those that moved a little further in, as diamonds.
    fn keys(&self, svg: &mut String) {
        for key in &self.keys {
            let inside = if key.moved { -34.0 } else { -20.0 };
            let (class, aside, at) = (key.owner % HUES, self.aside(key.owner), self.place(turn(key.at), inside));
            let Point { x, y } = at;
            if key.moved {
                put(
                    svg,
                    format_args!(
                        r#"<path class="ring-key moved own-{class}{aside}" d="M{x:.1} {:.1}l5 5l-5 5l-5 -5z"/>"#,
                        y - 5.0
                    ),
                )
            } else {
                put(svg, format_args!(r#"<circle class="ring-key own-{class}{aside}" cx="{x:.1}" cy="{y:.1}" r="3"/>"#))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(members: usize, points: &[(u64, usize)]) -> HashRing {
        let member = |place: usize| Member { name: format!("n{}", place + 1), at: 1 << 40, passing: false };
        HashRing {
            side: 400.0,
            members: (0..members).map(member).collect(),
            points: points.to_vec(),
            ..HashRing::default()
        }
    }

    #[test]
    fn labels_of_members_at_one_place_stand_apart() {
        for members in 2..=12 {
            let labels = ring(members, &[]).labels();
            for (place, one) in labels.iter().enumerate() {
                let others = labels[place + 1..].iter();
                let near = others.map(|other| (one.x - other.x).hypot(one.y - other.y)).fold(f64::INFINITY, f64::min);
                assert!(near > 34.0, "{members} members: labels are {near} px apart");
            }
        }
    }

    #[test]
    fn a_label_is_hit_where_it_stands_and_a_drop_counts_within_the_ring() {
        let ring = ring(3, &[]);
        for (member, place) in ring.labels().into_iter().enumerate() {
            assert_eq!(ring.member_at(place, 0.0), Some(member));
            assert!(!ring.is_within(place), "labels stand outside");
        }
        assert!(ring.is_within(Point { x: 200.0, y: 200.0 }));
        assert_eq!(ring.member_at(Point { x: 200.0, y: 200.0 }, 6.0), None);
    }

    #[test]
    fn the_replicas_of_a_key_stand_one_behind_the_other_on_the_way_inside() {
        let copies = vec![(0, Tone::Settled), (2, Tone::Warning), (1, Tone::Plain)];
        let column = Column { name: "a<b".into(), at: 0, copies };
        let svg = HashRing { columns: vec![column], ..ring(3, &[]) }.svg();
        let copies: Vec<&str> = svg.split("<circle class=\"ring-key copy ").skip(1).collect();
        let starts = ["own-0\"", "own-2 lacking\"", "own-1 down\""];
        assert!(copies.iter().zip(starts).all(|(copy, start)| copy.starts_with(start)), "{copies:?}");
        let height =
            |copy: &&str| copy.split("cy=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse::<f64>().ok());
        let heights: Vec<f64> = copies.iter().filter_map(height).collect();
        assert!(heights.is_sorted() && heights.len() == 3, "from the top inside: {heights:?}");
        assert!(svg.contains(">a&lt;b</text>"));
    }

    #[test]
    fn names_of_keys_that_lie_close_stand_apart() {
        let column = |at| Column { name: "k".into(), at, copies: vec![(0, Tone::Settled), (1, Tone::Settled)] };
        let svg = HashRing { columns: vec![column(1 << 58), column(0)], ..ring(2, &[]) }.svg();
        let number = |text: &str, name: &str| -> f64 {
            text.split(&format!("{name}=\""))
                .nth(1)
                .and_then(|rest| rest.split('"').next()?.parse().ok())
                .expect("a number")
        };
        let names: Vec<(f64, f64)> =
            svg.split("<text class=\"ring-name\"").skip(1).map(|text| (number(text, "x"), number(text, "y"))).collect();
        let [(x, y), (other_x, other_y)] = names[..] else { panic!("{names:?}") };
        assert!((x - other_x).hypot(y - other_y) > 12.0, "{names:?}");
    }

    #[test]
    fn one_point_owns_the_whole_ring_and_two_share_it() {
        let arcs = |points: &[(u64, usize)]| {
            let svg = ring(2, points).svg();
            ["own-0", "own-1"].map(|class| {
                let path =
                    svg.split(&format!(r#"ring-arc {class}" d=""#)).nth(1).and_then(|rest| rest.split('"').next());
                path.map_or(0, |path| path.matches('A').count())
            })
        };
        assert_eq!(arcs(&[(1 << 50, 1)]), [0, 2]);
        assert_eq!(arcs(&[(1 << 50, 1), (1 << 60, 0)]), [1, 1]);
        assert_eq!(arcs(&[]), [0, 0]);
    }
}
