//! The menus of the stage: what can be done to a participant or a link, the common things first.

use super::{EditMsg, Msg, PageMsg, StageMsg, Studio};
use lightcone_core::{Bound, Micros, NodeId, NodeKind, Span};
use lightcone_diagram::Point;
use lightcone_sim::{
    Across, Bandwidth, Disk, Fault, Links, Manner,
    view::{CutKind, SpellKind, SpellMark, StageNode, Window},
};

/// A menu that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Menu {
    /// What is on it.
    pub sheet: Sheet,
    /// Whether it was opened by a key, and so gets the keyboard.
    pub by_key: bool,
}

/// What a menu is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// A participant: the common things.
    Node(NodeId),
    /// A participant: the rest.
    NodeMore(NodeId),
    /// The links of a participant.
    Links(NodeId),
    /// A link: the common things.
    Link(NodeId, NodeId),
    /// A link: the rest.
    LinkMore(NodeId, NodeId),
}

impl Sheet {
    /// Who it is about; of a link, its first end.
    pub fn node(self) -> NodeId {
        match self {
            Sheet::Node(node) | Sheet::NodeMore(node) | Sheet::Links(node) => node,
            Sheet::Link(a, _) | Sheet::LinkMore(a, _) => a,
        }
    }
}

/// A menu as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuView {
    /// What it is about, in words.
    pub title: String,
    /// What can be done.
    pub items: Vec<Item>,
    /// Where it stands on the stage.
    pub at: Point,
    /// Whether it gets the keyboard.
    pub by_key: bool,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// In words.
    pub words: String,
    /// What it tells the root.
    pub msg: Msg,
}

/// The size of a menu, in px, to find a place for it; the stylesheet has the same numbers.
const WIDTH: f64 = 196.0;
const ROW: f64 = 30.0;
const HEAD: f64 = 40.0;
/// The tools stand here.
const TOOLS: f64 = 64.0;

/// By how much a slow link is slower, and how long a clogged link takes for one message.
const SLOWER: Micros = Micros::ms(50);
/// How many messages a lossy link loses and a copying one repeats, in per cent.
const SHARE: u8 = 30;
/// By how much a clock is set forward, and how much a fast or slow one gains, in parts per million.
const AHEAD: Micros = Micros::ms(100);
const DRIFT: i32 = 200_000;

impl Studio {
    /// Opens a menu. Time stands still meanwhile, since what is chosen happens at the playhead.
    pub(super) fn open_menu(&mut self, sheet: Sheet, by_key: bool) {
        if !self.options.embed {
            self.clock.playing = false;
            self.menu = Some(Menu { sheet, by_key });
        }
    }

    /// The menu that is open, as it is shown.
    pub fn menu_view(&self) -> Option<MenuView> {
        let menu = self.menu?;
        let (title, items) = match menu.sheet {
            Sheet::Node(node) => (self.name(node).to_string(), self.node_items(node)),
            Sheet::NodeMore(node) => (format!("{}: more", self.name(node)), self.more_items(node)),
            Sheet::Links(node) => (format!("Links of {}", self.name(node)), self.links_items(node)),
            Sheet::Link(a, b) => (format!("Link {} – {}", self.name(a), self.name(b)), self.link_items(a, b)),
            Sheet::LinkMore(a, b) => {
                (format!("Link {} – {}: more", self.name(a), self.name(b)), self.link_more_items(a, b))
            }
        };
        let at = self.menu_place(menu.sheet, items.len());
        Some(MenuView { title, items, at, by_key: menu.by_key })
    }

    /// Beside what it is about, on the stage.
    fn menu_place(&self, sheet: Sheet, items: usize) -> Point {
        let seats = &self.views.picture.seats;
        let seat = |node: NodeId| seats.at.get(node.index()).copied().unwrap_or_default();
        let (about, beside) = match sheet {
            Sheet::Link(a, b) | Sheet::LinkMore(a, b) => (seat(a).towards(seat(b), 0.5), 14.0),
            _ => (seat(sheet.node()), seats.radius * 1.5),
        };
        let height = HEAD + ROW * items as f64;
        let right = about.x + beside;
        let x = if right + WIDTH + TOOLS < seats.size.width { right } else { (about.x - beside - WIDTH).max(4.0) };
        let y = (about.y - height / 2.0).min(seats.size.height - height - 6.0).max(6.0);
        Point { x, y }
    }

    fn seen(&self, node: NodeId) -> Option<&StageNode> {
        self.views.stage.nodes.get(node.index())
    }

    fn node_items(&self, node: NodeId) -> Vec<Item> {
        let Some(seen) = self.seen(node) else { return Vec::new() };
        let name = || seen.name.clone();
        let mut items = Vec::new();
        if !seen.there {
            items.push(does("Join", Fault::Join { node: name() }));
        } else if seen.up {
            items.push(does("Crash", Fault::Crash { node: name(), disk: Disk::Kept, after: None }));
            let pauses = self.spells_of(node, SpellKind::Pause);
            if pauses.is_empty() {
                items.push(does("Pause", Fault::Pause { node: name() }));
            } else {
                items.push(item("Resume", EditMsg::End(pauses)));
            }
        } else {
            items.push(does("Restart", Fault::Restart { node: name() }));
        }
        if seen.kind == NodeKind::Client && seen.up {
            items.push(item("Send a request…", PageMsg::Ask(node)));
        }
        items.push(item("Links…", StageMsg::Menu(Sheet::Links(node))));
        items.push(item("More…", StageMsg::Menu(Sheet::NodeMore(node))));
        items
    }

    fn more_items(&self, node: NodeId) -> Vec<Item> {
        let Some(seen) = self.seen(node) else { return Vec::new() };
        let name = || seen.name.clone();
        let crash = |disk| Fault::Crash { node: name(), disk, after: None };
        let clock = |ahead, drift| Fault::Clock { node: name(), ahead, drift };
        let mut items = Vec::new();
        if seen.up {
            items.push(does("Crash, last write lost", crash(Disk::LastWriteLost)));
            items.push(does("Crash, disk lost", crash(Disk::Lost)));
        }
        items.push(does(format!("Clock {AHEAD} ahead"), clock(AHEAD, 0)));
        let (fast, slow) = (format!("Clock {} % fast", DRIFT / 10_000), format!("Clock {} % slow", DRIFT / 10_000));
        items.push(does(fast, clock(Micros::ZERO, DRIFT)));
        items.push(does(slow, clock(Micros::ZERO, -DRIFT)));
        let clocks = self.spells_of(node, SpellKind::Clock);
        if !clocks.is_empty() {
            items.push(item("Clock as usual again", EditMsg::End(clocks)));
        }
        if seen.kind == NodeKind::Server && self.knows_lies() {
            items.extend(self.manners(node, &seen.name));
        }
        if seen.there && self.lab.participants().iter().any(|spec| spec.late) {
            items.push(does("Leave for good", Fault::Leave { node: name() }));
        }
        items.push(item("Back", StageMsg::Menu(Sheet::Node(node))));
        items
    }

    /// Whether the protocol reckons with servers that lie.
    pub fn knows_lies(&self) -> bool {
        self.lab.about().assumptions.lies != Bound::None
    }

    fn manners(&self, node: NodeId, name: &str) -> Vec<Item> {
        let lying = self.spells_of(node, SpellKind::Byzantine);
        if !lying.is_empty() {
            return vec![item("Honest again", EditMsg::End(lying))];
        }
        let manners = [
            ("Byzantine: equivocates", Manner::Equivocating),
            ("Byzantine: lies", Manner::Lying),
            ("Byzantine: silent", Manner::Silent),
            ("Byzantine: delays", Manner::Delaying),
            ("Byzantine: speaks unasked", Manner::Unasked),
        ];
        manners.map(|(words, manner)| does(words, Fault::Byzantine { node: name.into(), manner })).into()
    }

    fn links_items(&self, node: NodeId) -> Vec<Item> {
        let others = (0..self.lab.participants().len() as u8).map(NodeId).filter(|other| *other != node);
        let link = |other| item(format!("To {}…", self.name(other)), StageMsg::Menu(Sheet::Link(node, other)));
        let back = item("Back", StageMsg::Menu(Sheet::Node(node)));
        others.map(link).chain([back]).collect()
    }

    fn link_items(&self, a: NodeId, b: NodeId) -> Vec<Item> {
        let (from, to) = (self.name(a), self.name(b));
        let one_way = |from: &str, to: &str, across| Fault::Cut { links: Links::one_way(from, to), across };
        let both = || Links { both: true, ..Links::one_way(from, to) };
        let mut items = Vec::new();
        let faults = self.faults_of_link(a, b);
        if !faults.is_empty() {
            items.push(item("Heal", EditMsg::End(faults)));
        }
        items.push(does("Cut both ways", Fault::Cut { links: both(), across: Across::Lost }));
        items.push(does(format!("Cut {from} → {to}"), one_way(from, to, Across::Lost)));
        items.push(does(format!("Cut {to} → {from}"), one_way(to, from, Across::Lost)));
        items.push(does("Hold its messages", Fault::Cut { links: both(), across: Across::Held }));
        let by = Span { min: SLOWER, max: SLOWER }.into();
        items.push(does(format!("Slower by {SLOWER}"), Fault::Slow { links: both(), by }));
        items.push(item("More…", StageMsg::Menu(Sheet::LinkMore(a, b))));
        items
    }

    fn link_more_items(&self, a: NodeId, b: NodeId) -> Vec<Item> {
        let links = || Links { both: true, ..Links::one_way(self.name(a), self.name(b)) };
        let bandwidth = Bandwidth { each: SLOWER, queue: None };
        vec![
            does(format!("Lose {SHARE} %"), Fault::Lossy { links: links(), percent: SHARE }),
            does(format!("Deliver {SHARE} % twice"), Fault::Copying { links: links(), percent: SHARE }),
            does(format!("One message each {SLOWER}"), Fault::Clog { links: links(), bandwidth }),
            does("Out of order", Fault::Reorder { links: links(), by: SLOWER }),
            item("Back", StageMsg::Menu(Sheet::Link(a, b))),
        ]
    }

    /// What else lasts at the instant at which an edit acts.
    fn lasting(&self) -> Vec<SpellMark> {
        if let super::Veil::Knows(_) = self.causality.veil {
            return Vec::new();
        }
        let at = self.acting();
        let spells = self.lab.marks(Window { from: at, to: at }).spells;
        spells.into_iter().filter(|spell| spell.from <= at && spell.to.is_none_or(|to| to > at)).collect()
    }

    fn spells_of(&self, node: NodeId, kind: SpellKind) -> Vec<u32> {
        let spells = self.lasting().into_iter();
        spells.filter(|spell| spell.kind == kind && spell.nodes.contains(node)).map(|spell| spell.id).collect()
    }

    /// What lasts and is done to this link alone.
    fn faults_of_link(&self, a: NodeId, b: NodeId) -> Vec<u32> {
        let own = |(from, to): &(NodeId, NodeId)| (*from, *to) == (a, b) || (*from, *to) == (b, a);
        let spells = self.lasting().into_iter().filter(|spell| !spell.links.is_empty() && spell.links.iter().all(own));
        let cuts = self.views.stage.cuts.iter().filter(|cut| match cut.what {
            CutKind::OneWay(from, to) => own(&(from, to)),
            CutKind::Partition(_) => false,
        });
        let mut ids: Vec<u32> = spells.map(|spell| spell.id).collect();
        for cut in cuts {
            if !ids.contains(&cut.id) {
                ids.push(cut.id);
            }
        }
        ids
    }
}

fn item(words: impl Into<String>, msg: impl Into<Msg>) -> Item {
    Item { words: words.into(), msg: msg.into() }
}

fn does(words: impl Into<String>, fault: Fault) -> Item {
    item(words, EditMsg::Do(fault))
}
