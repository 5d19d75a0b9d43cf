//! What a ring lab is about, as one value: the members, the scheme, the keys. A link holds it.

use lightcone_core::placement::{Member, Scheme, Slack};
use std::fmt::Write;

/// The schemes: their names in links, and what they are called.
pub const SCHEMES: [(&str, &str); 7] = [
    ("ring", "Ring with virtual nodes"),
    ("ketama", "Ring as Ketama lays it out"),
    ("modulo", "Modulo"),
    ("rendezvous", "Rendezvous"),
    ("jump", "Jump"),
    ("maglev", "Maglev"),
    ("bounded", "Ring with bounded loads"),
];

/// The entries of a lookup table: the smaller one of the paper.
const TABLE: u32 = 65_537;
/// How many members there may be: more cannot be told apart on the picture.
pub const MOST_MEMBERS: usize = 24;
/// How many keys.
pub const MOST_KEYS: u32 = 100_000;
/// How many virtual nodes for each unit of weight.
pub const MOST_POINTS: u32 = 1_000;
/// How much a member may weigh.
pub const MOST_WEIGHT: u32 = 9;
/// How long a name may be.
const LONGEST: usize = 8;

/// A ring lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The place of the scheme among [`SCHEMES`].
    pub scheme: usize,
    /// Virtual nodes for each unit of weight.
    pub points: u32,
    /// Where virtual nodes lie.
    pub seed: u64,
    /// How many keys there are.
    pub keys: u32,
    /// How many members hold each key.
    pub copies: u32,
    /// The share of requests that goes to the hottest key, in per cent; the next one gets this share of the rest, and so on.
    pub skew: u32,
    /// The members, in the order in which they joined.
    pub members: Vec<Member>,
}

impl Default for Scene {
    fn default() -> Self {
        let member = |n: u32| Member::new(format!("n{n}"), n);
        Scene { scheme: 0, points: 1, seed: 1, keys: 200, copies: 1, skew: 0, members: (1..=5).map(member).collect() }
    }
}

impl Scene {
    /// A scheme with the numbers of this scene.
    pub fn scheme_at(&self, place: usize) -> Scheme {
        let (seed, points) = (self.seed, self.points);
        match SCHEMES[place].0 {
            "ketama" => Scheme::Ketama,
            "modulo" => Scheme::Modulo,
            "rendezvous" => Scheme::Rendezvous,
            "jump" => Scheme::Jump,
            "maglev" => Scheme::Maglev { size: TABLE },
            "bounded" => Scheme::Bounded { seed, points, slack: Slack { parts: 1, of: 4 } },
            _ => Scheme::Ring { seed, points },
        }
    }

    /// The name of the next member that joins without one.
    pub fn next_name(&self) -> String {
        let free = |n: &usize| self.members.iter().all(|member| member.name != format!("n{n}"));
        format!("n{}", (1..).find(free).unwrap_or_default())
    }

    /// A member that could join: on a machine of its own.
    pub fn newcomer(&self) -> Member {
        let machine = self.members.iter().map(|member| member.machine).max().unwrap_or(0) + 1;
        Member::new(self.next_name(), machine)
    }

    /// The scene as the fragment of a link.
    pub fn fragment(&self) -> String {
        let Scene { points, seed, keys, copies, skew, .. } = self;
        let scheme = SCHEMES[self.scheme].0;
        let mut text =
            format!("scheme={scheme}&points={points}&seed={seed}&keys={keys}&copies={copies}&skew={skew}&nodes=");
        for (place, member) in self.members.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let _ = write!(text, "{comma}{}:{}:{}", member.name, member.weight, member.machine);
        }
        text
    }

    /// Opens a fragment. What is wrong in it is left as it is by default, and told.
    pub fn open(fragment: &str) -> (Scene, Vec<String>) {
        let (mut scene, mut wrong) = (Scene::default(), Vec::new());
        for part in fragment.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if let Err(why) = scene.set(name, value) {
                wrong.push(format!("{name}: {why}"));
            }
        }
        (scene, wrong)
    }

    /// Sets a field of this name.
    ///
    /// # Errors
    /// What is wrong with the value, or that there is no such field.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "scheme" => {
                let place = SCHEMES.iter().position(|(known, _)| *known == value);
                let known = || SCHEMES.map(|(name, _)| name).join(", ");
                self.scheme = place.ok_or_else(|| format!("`{value}` is no scheme; there are {}", known()))?;
            }
            "points" => self.points = number(value, 1, MOST_POINTS)?,
            "seed" => self.seed = u64::from(number(value, 0, u32::MAX)?),
            "keys" => self.keys = number(value, 1, MOST_KEYS)?,
            "copies" => self.copies = number(value, 1, MOST_MEMBERS as u32)?,
            "skew" => self.skew = number(value, 0, 100)?,
            "nodes" => self.members = members(value)?,
            _ => return Err("there is no such field".into()),
        }
        Ok(())
    }
}

/// A whole number within these bounds.
pub fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number: Option<u32> = text.trim().parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("`{text}` is not a whole number from {least} to {most}"))
}

/// What a member can be called.
///
/// # Errors
/// Why it cannot be called so.
pub fn named(text: &str) -> Result<String, String> {
    let name = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(fits) {
        return Err(format!("`{name}` is not a name: up to {LONGEST} letters, digits, dots and dashes"));
    }
    Ok(name.into())
}

fn members(text: &str) -> Result<Vec<Member>, String> {
    let list: Vec<&str> = text.split(',').filter(|one| !one.is_empty()).collect();
    if list.len() > MOST_MEMBERS {
        return Err(format!("{} members, and at most {MOST_MEMBERS} can be drawn", list.len()));
    }
    let member = |one: &&str| {
        let mut parts = one.split(':');
        let name = named(parts.next().unwrap_or_default())?;
        let weight = number(parts.next().unwrap_or("1"), 0, MOST_WEIGHT)?;
        let machine = number(parts.next().unwrap_or("1"), 0, u32::MAX)?;
        Ok(Member { name, weight, machine })
    };
    list.iter().map(member).collect()
}
