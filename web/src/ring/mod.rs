//! Consistent hashing by hand: who holds which keys under each scheme of placement, and what a change moves. It is a page
//! of its own: the [`RingLab`] is all that it knows, [`App`] draws it.

mod app;
mod picture;
mod placed;
mod scene;
mod tables;
mod view;

#[cfg(test)]
mod tests;

use lightcone_core::placement::{Member, PlacementError};
use lightcone_diagram::{HashRing, Point};
use placed::{Compared, Hashes, Placed};
use std::rc::Rc;

pub use app::App;
#[cfg(target_arch = "wasm32")]
pub use app::launch;
pub use scene::{SCHEMES, Scene};

/// The address of this page beside the other.
pub const PAGE: &str = "ring.html";

/// So many changes can be taken back.
const KEPT: usize = 60;
/// What moves less than this many px is a click.
const CLICK: f64 = 5.0;

/// Members, keys and a scheme.
pub struct RingLab {
    /// All that a link holds.
    pub scene: Scene,
    /// The member that is selected.
    pub selected: Option<usize>,
    /// What the last change moved.
    pub last: Option<Changed>,
    /// What cannot be done, in words.
    pub refused: String,
    /// The picture as SVG.
    pub svg: Rc<str>,
    /// Who holds what, or why nobody does.
    pub placed: Result<Placed, PlacementError>,
    /// The name of the next member, as somebody writes it.
    pub name: String,
    hashes: Hashes,
    ring: HashRing,
    held: Option<Held>,
    before: Vec<Scene>,
}

/// What the last change moved.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What was done.
    pub words: String,
    /// Who held the keys before it.
    was: Result<Placed, PlacementError>,
    /// How many keys nobody holds any more, where somebody crashed.
    pub lost: Option<u64>,
    /// What each scheme makes of it.
    pub compared: Vec<Compared>,
}

/// What a pointer holds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    /// A member by its place, or the one that may join.
    who: Option<usize>,
    from: Point,
    at: Point,
}

/// A number of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The scheme, by its name in links.
    Scheme,
    /// Virtual nodes.
    Points,
    /// Another ring.
    Seed,
    /// How many keys.
    Keys,
    /// How many copies.
    Copies,
    /// How hot the hottest keys are.
    Skew,
}

impl Field {
    /// Its name in links.
    pub const fn name(self) -> &'static str {
        match self {
            Field::Scheme => "scheme",
            Field::Points => "points",
            Field::Seed => "seed",
            Field::Keys => "keys",
            Field::Copies => "copies",
            Field::Skew => "skew",
        }
    }
}

/// Something that happens to it.
#[derive(Clone, Debug, PartialEq)]
pub enum RingMsg {
    /// The scene of a fragment is opened.
    Open(String),
    /// The side of the picture, in px.
    Room(f64),
    /// A field is written.
    Set(Field, String),
    /// The name of the next member is written.
    Name(String),
    /// A member joins.
    Join,
    /// A member leaves, having handed over what it held.
    Leave(usize),
    /// The machine of a member fails, with all that is on it.
    Crash(usize),
    /// A member weighs so much.
    Weight(usize, String),
    /// A member stands on another machine.
    Machine(usize, String),
    /// A member is selected, or none.
    Pick(Option<usize>),
    /// The pointer went down, with its reach in px.
    Down(Point, f64),
    /// It moved.
    Move(Point),
    /// It went up.
    Up,
    /// It is gone.
    Away,
    /// The last change is taken back.
    Undo,
    /// This goes to the clipboard.
    Copy(String),
    /// It went there, or not.
    Copied(bool),
}

impl Default for RingLab {
    fn default() -> Self {
        let mut lab = RingLab {
            scene: Scene::default(),
            selected: None,
            last: None,
            refused: String::new(),
            svg: "".into(),
            placed: Err(PlacementError::Empty),
            name: String::new(),
            hashes: Hashes::default(),
            ring: HashRing { side: 480.0, ..HashRing::default() },
            held: None,
            before: Vec::new(),
        };
        lab.place();
        lab
    }
}

impl RingLab {
    /// Something happens. Whether the link changed.
    pub fn update(&mut self, msg: RingMsg) -> bool {
        let was = self.scene.clone();
        match msg {
            RingMsg::Open(fragment) => self.open(&fragment),
            RingMsg::Room(side) => self.ring.side = side.max(200.0),
            RingMsg::Set(field, value) => self.set(field, &value),
            RingMsg::Name(name) => self.name = name,
            RingMsg::Join => self.join(),
            RingMsg::Leave(member) => self.leave(member),
            RingMsg::Crash(member) => self.crash(member),
            RingMsg::Weight(member, value) => self.weigh(member, &value),
            RingMsg::Machine(member, value) => self.stand(member, &value),
            RingMsg::Pick(member) => self.selected = member.filter(|member| *member < self.scene.members.len()),
            RingMsg::Down(at, reach) => self.down(at, reach),
            RingMsg::Move(at) => self.drag(at),
            RingMsg::Up => self.up(),
            RingMsg::Away => self.held = None,
            RingMsg::Undo => self.undo(),
            RingMsg::Copy(_) => {}
            RingMsg::Copied(done) => {
                self.refused = if done {
                    "The link is in the clipboard.".into()
                } else {
                    "The browser does not let the page copy.".into()
                };
            }
        }
        self.draw();
        self.scene != was
    }

    fn open(&mut self, fragment: &str) {
        let (scene, wrong) = Scene::open(fragment);
        (self.scene, self.refused, self.last, self.selected) = (scene, wrong.join("; "), None, None);
        self.before.clear();
        self.place();
    }

    /// Places all keys anew.
    fn place(&mut self) {
        if self.hashes.len() != self.scene.keys as usize {
            self.hashes = Hashes::new(self.scene.keys);
        }
        self.placed = Placed::new(&self.scene, self.keys());
    }

    /// The hashes of the keys under the scheme that is shown.
    fn keys(&self) -> &[u64] {
        self.hashes.of(self.scene.scheme)
    }

    fn set(&mut self, field: Field, value: &str) {
        let mut scene = self.scene.clone();
        match scene.set(field.name(), value) {
            Ok(()) => {
                self.keep(scene);
                self.last = None;
            }
            Err(why) => self.refused = format!("{}: {why}", field.name()),
        }
    }

    /// Another scene takes the place of this one, which can be taken back.
    fn keep(&mut self, scene: Scene) {
        if self.before.len() == KEPT {
            self.before.remove(0);
        }
        self.before.push(std::mem::replace(&mut self.scene, scene));
        self.refused.clear();
        self.selected = self.selected.filter(|member| *member < self.scene.members.len());
        self.place();
    }

    /// The members change, and keys with them.
    fn change(&mut self, scene: Scene, words: String, crashed: bool) {
        if scene.members.len() > scene::MOST_MEMBERS {
            self.refused = format!("{} members are as many as can be told apart", scene::MOST_MEMBERS);
            return;
        }
        let was = self.placed.clone();
        let lost = was.as_ref().ok().filter(|_| crashed).map(|was| was.lost(&self.scene, self.keys(), &scene));
        let compared = placed::compare(&self.scene, &scene, &self.hashes);
        self.keep(scene);
        self.last = Some(Changed { words, was, lost, compared });
    }

    fn join(&mut self) {
        let name = if self.name.trim().is_empty() { Ok(self.scene.next_name()) } else { scene::named(&self.name) };
        match name {
            Ok(name) => {
                let member = Member { name: name.clone(), ..self.scene.newcomer() };
                let mut scene = self.scene.clone();
                scene.members.push(member);
                let taken = self.scene.members.iter().any(|member| member.name == name);
                if taken {
                    self.refused = PlacementError::SameName(name).to_string();
                    return;
                }
                self.name.clear();
                self.change(scene, format!("{name} joined"), false);
            }
            Err(why) => self.refused = why,
        }
    }

    fn leave(&mut self, member: usize) {
        if let Some(scene) = self.without(|place, _| place == member) {
            let name = self.scene.members[member].name.clone();
            self.selected = None;
            self.change(scene, format!("{name} left"), false);
        }
    }

    /// A machine fails with everybody on it.
    fn crash(&mut self, member: usize) {
        let Some(machine) = self.scene.members.get(member).map(|member| member.machine) else { return };
        let on_it: Vec<&str> =
            self.scene.members.iter().filter(|one| one.machine == machine).map(|one| &*one.name).collect();
        let words = format!("machine {machine} failed with {}", on_it.join(", "));
        if let Some(scene) = self.without(|_, one| one.machine == machine) {
            self.selected = None;
            self.change(scene, words, true);
        }
    }

    fn without(&self, goes: impl Fn(usize, &Member) -> bool) -> Option<Scene> {
        let stays = |(place, member): (usize, &Member)| (!goes(place, member)).then(|| member.clone());
        let members: Vec<Member> = self.scene.members.iter().enumerate().filter_map(stays).collect();
        (members.len() < self.scene.members.len()).then(|| Scene { members, ..self.scene.clone() })
    }

    fn weigh(&mut self, member: usize, value: &str) {
        match scene::number(value, 0, scene::MOST_WEIGHT) {
            Ok(weight) => {
                self.with(member, |one| one.weight = weight, |one| format!("{} weighs {}", one.name, one.weight))
            }
            Err(why) => self.refused = format!("weight: {why}"),
        }
    }

    fn stand(&mut self, member: usize, value: &str) {
        match scene::number(value, 0, u32::MAX) {
            Ok(machine) => {
                self.with(
                    member,
                    |one| one.machine = machine,
                    |one| format!("{} stands on machine {}", one.name, one.machine),
                );
            }
            Err(why) => self.refused = format!("machine: {why}"),
        }
    }

    fn with(&mut self, member: usize, change: impl Fn(&mut Member), words: impl Fn(&Member) -> String) {
        let mut scene = self.scene.clone();
        let Some(one) = scene.members.get_mut(member) else { return };
        change(one);
        let words = words(one);
        if scene != self.scene {
            self.change(scene, words, false);
        }
    }

    fn undo(&mut self) {
        match self.before.pop() {
            Some(scene) => {
                (self.scene, self.last, self.selected) = (scene, None, None);
                self.refused.clear();
                self.place();
            }
            None => self.refused = "there is nothing to take back".into(),
        }
    }

    fn down(&mut self, at: Point, reach: f64) {
        self.held = if picture::is_newcomer(&self.ring, at, reach) {
            Some(Held { who: None, from: at, at })
        } else {
            self.ring.member_at(at, reach).map(|member| Held { who: Some(member), from: at, at })
        };
        if self.held.is_none() {
            self.selected = None;
        }
    }

    fn drag(&mut self, at: Point) {
        if let Some(held) = &mut self.held {
            held.at = at;
        }
    }

    /// Who was held is let go of: a member outside of the picture leaves, the newcomer within the ring joins. A click
    /// selects a member, and lets the newcomer join, too.
    fn up(&mut self) {
        let Some(held) = self.held.take() else { return };
        let clicked = (held.at.x - held.from.x).hypot(held.at.y - held.from.y) < CLICK;
        match held.who {
            None if clicked || self.ring.is_within(held.at) => self.join(),
            None => {}
            Some(member) if clicked => self.selected = Some(member).filter(|_| self.selected != Some(member)),
            Some(member) if picture::is_out(&self.ring, held.at) => self.leave(member),
            Some(_) => {}
        }
    }

    /// What would be if the pointer let go now, if that changes who takes part.
    fn preview(&self) -> Option<Scene> {
        let held = self.held?;
        match held.who {
            None if self.ring.is_within(held.at) => {
                let mut scene = self.scene.clone();
                scene.members.push(self.scene.newcomer());
                Some(scene)
            }
            Some(member) if picture::is_out(&self.ring, held.at) => self.without(|place, _| place == member),
            _ => None,
        }
    }

    /// The side of the picture, in px.
    pub fn side(&self) -> f64 {
        self.ring.side
    }

    /// How many keys each member holds, copies included; nothing where nothing is placed.
    pub fn loads(&self) -> Vec<u64> {
        self.placed.as_ref().map(|placed| placed.loads(&self.scene, self.keys())).unwrap_or_default()
    }

    /// How many keys the selected scheme moved in the last change, and how many have to move.
    pub fn moved(&self) -> Option<(u64, u64)> {
        let of = self.last.as_ref()?.compared.iter().find(|one| one.scheme == self.scene.scheme)?;
        Some((of.moved, of.ideal))
    }
}
