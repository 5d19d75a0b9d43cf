//! Marks in words, for a keyboard list and for a screen reader. Made on demand: a drawing of every frame needs none.

use lightcone_core::{Micros, NodeId, NodeSet};
use lightcone_sim::view::{
    Absence, ArrowMark, BarMark, CutKind, CutMark, DownMark, EventKind, EventMark, Fate, Loss, Marks, SpellMark,
    StripMark,
};

use crate::arrows;
use crate::drawing::Drawing;
use crate::hit::Hit;
use crate::viewport::Axis;

/// What a mark stands for, in words; nothing if it is not among `marks`.
pub fn describe(marks: &Marks, hit: Hit) -> Option<String> {
    describe_on(marks, hit, Axis::Time)
}

/// The same beside an axis: where it counts steps the words tell of no time.
pub fn describe_on(marks: &Marks, hit: Hit, axis: Axis) -> Option<String> {
    let words = Words { marks, timed: axis == Axis::Time };
    match hit {
        Hit::Event(index) => event(marks, index).map(|e| words.event(e)),
        Hit::Arrow(index) => arrow(marks, index).map(|a| words.arrow(a)),
        Hit::Bar(event) => marks.bars.iter().find(|b| b.event == event).map(|b| words.bar(b)),
        Hit::Cut(id) => marks.cuts.iter().find(|c| c.id == id).map(|c| words.cut(c)),
        Hit::Down(by) => marks.downs.iter().find(|d| d.by == by).map(|d| words.down(d)),
        Hit::Spell(id) => marks.spells.iter().find(|s| s.id == id).map(|s| words.spell(s)),
        Hit::Role(event) => marks.strips.iter().find(|s| s.event == event).map(|s| words.strip(s)),
        Hit::Fold(first, last) => words.fold(first, last),
    }
}

/// Everything on a drawing that can be pointed at, with words, in the order of painting.
pub fn described(drawing: &Drawing, marks: &Marks) -> Vec<(Hit, String)> {
    drawing.hits().into_iter().filter_map(|hit| Some((hit, describe(marks, hit)?))).collect()
}

/// The name of a participant.
pub(crate) fn name(marks: &Marks, node: NodeId) -> &str {
    let at_place = marks.lanes.get(node.index()).filter(|l| l.node == node);
    at_place.or_else(|| marks.lanes.iter().find(|l| l.node == node)).map_or("someone", |l| &l.name)
}

/// An event by its place in the run. Events come in order, so a search halves its way.
pub(crate) fn event(marks: &Marks, index: usize) -> Option<&EventMark> {
    let found = marks.events.binary_search_by_key(&index, |e| e.index).ok();
    found.map(|i| &marks.events[i]).or_else(|| marks.events.iter().find(|e| e.index == index))
}

pub(crate) fn arrow(marks: &Marks, index: usize) -> Option<&ArrowMark> {
    let found = marks.arrows.binary_search_by_key(&index, |a| a.index).ok();
    found.map(|i| &marks.arrows[i]).or_else(|| marks.arrows.iter().find(|a| a.index == index))
}

/// What a cut keeps apart: the label of its band.
pub(crate) fn cut(marks: &Marks, cut: &CutMark) -> String {
    let what = match &cut.what {
        CutKind::Partition(groups) => {
            let groups: Vec<String> = groups.iter().map(|g| members(marks, *g)).collect();
            format!("partition {}", groups.join(" | "))
        }
        CutKind::OneWay(a, b) => format!("cut {} → {}", name(marks, *a), name(marks, *b)),
    };
    if cut.held { format!("{what} · messages held") } else { what }
}

fn members(marks: &Marks, group: NodeSet) -> String {
    // Whoever's lane is folded away is not told of.
    let lanes = |node: &NodeId| marks.lanes.iter().any(|lane| lane.node == *node);
    let names: Vec<&str> = group.iter().filter(lanes).map(|node| name(marks, node)).collect();
    if names.is_empty() { "others".to_owned() } else { names.join(" ") }
}

/// Marks, and whether their times are told.
struct Words<'a> {
    marks: &'a Marks,
    timed: bool,
}

impl Words<'_> {
    /// ` at 512.4 ms`, after some words.
    fn at(&self, words: &str, at: Micros) -> String {
        if self.timed { format!("{words} at {}", at.words()) } else { words.to_owned() }
    }

    fn stretch(&self, from: Micros, to: Option<Micros>) -> String {
        match to {
            _ if !self.timed => String::new(),
            Some(to) => format!(" from {} to {}", from.words(), to.words()),
            None => format!(" from {} on", from.words()),
        }
    }

    fn label(&self, arrow: &ArrowMark) -> &str {
        self.marks.labels.get(arrow.label).map_or("message", String::as_str)
    }

    fn event(&self, event: &EventMark) -> String {
        let what = match event.kind {
            EventKind::Start => "starts",
            EventKind::Restart => "starts again",
            EventKind::Crash => "crashes",
            EventKind::Deliver => "handles a message",
            EventKind::Timer => "has a timer fire",
            EventKind::Invoke => "is asked for an operation",
            EventKind::Local => "has a local event",
            EventKind::Leave => "leaves",
            EventKind::Lie => "speaks unasked",
        };
        let mut words = format!("{} {what}", name(self.marks, event.node));
        let handled = self.marks.arrows.iter().find(|arrow| arrow.fate == Fate::Delivered(event.index));
        if let Some(arrow) = handled {
            words += &format!(", {} from {},", self.label(arrow), name(self.marks, arrow.from));
        }
        self.at(&words, event.at)
    }

    fn arrow(&self, arrow: &ArrowMark) -> String {
        let (from, to) = (name(self.marks, arrow.from), name(self.marks, arrow.to));
        let waits = |until: &str| self.at("arrives", arrow.end) + " and waits" + until;
        let fate = match arrow.fate {
            Fate::Flying => "under way at the end of the run".to_owned(),
            Fate::Parked => "held by a partition at the end of the run".to_owned(),
            Fate::Delivered(_) if arrow.handled > arrow.end => {
                waits(&if self.timed { format!(" until {}", arrow.handled.words()) } else { String::new() })
            }
            Fate::Delivered(_) => self.at("arrives", arrow.end),
            Fate::Waiting => waits(" at the end of the run"),
            Fate::Lost(Loss::Chance) => "lost on the way".to_owned(),
            Fate::Lost(Loss::Lossy(_)) => "lost on a lossy link".to_owned(),
            Fate::Lost(Loss::LinkFull) => "lost: too many waited before the link".to_owned(),
            Fate::Lost(Loss::InboxFull) => self.at("lost", arrow.end) + ": too many waited at " + to,
            Fate::Lost(Loss::InCrash) => format!("{}, lost when {to} crashed", self.at("arrives", arrow.end)),
            Fate::Lost(Loss::Cut(_)) => self.at("lost at the partition", arrow.end),
            Fate::Lost(Loss::Dropped(_)) => "dropped on the way".to_owned(),
            Fate::Lost(Loss::ReceiverDown) => format!("{}: {to} is down", self.at("lost", arrow.end)),
        };
        let copy = if arrow.copy { "a copy of " } else { "" };
        format!("{copy}{} from {from} to {to}, {}, {fate}", self.label(arrow), self.at("sent", arrow.sent))
    }

    fn bar(&self, bar: &BarMark) -> String {
        let asks = self.at(&format!("{} asks {}", name(self.marks, bar.node), bar.op), bar.from);
        match bar.to {
            None => asks + " and waits",
            Some(to) => {
                let ret = bar.ret.as_deref().filter(|r| !r.is_empty()).unwrap_or("done");
                format!("{asks}, {}: {ret}", self.at("answered", to))
            }
        }
    }

    fn cut(&self, mark: &CutMark) -> String {
        let lost = if mark.held { "" } else { ", messages lost" };
        format!("{}{lost}{}", cut(self.marks, mark), self.stretch(mark.from, mark.to))
    }

    fn down(&self, down: &DownMark) -> String {
        let what = match down.why {
            Absence::Crashed => "is down",
            Absence::Left => "has left",
            Absence::NotYet => "is not there",
        };
        format!("{} {what}{}", name(self.marks, down.node), self.stretch(down.from, down.to))
    }

    fn spell(&self, spell: &SpellMark) -> String {
        format!("{}{}", spell.words, self.stretch(spell.from, spell.to))
    }

    fn strip(&self, strip: &StripMark) -> String {
        let stretch = self.stretch(strip.from, Some(strip.to));
        format!("{} is {}{stretch}", name(self.marks, strip.node), strip.role.name())
    }

    fn fold(&self, first: usize, last: usize) -> Option<String> {
        let mut all = arrows::members(self.marks, first, last);
        let one = all.next()?;
        let (count, end) = all.fold((1, one.handled), |(count, end), arrow| (count + 1, end.max(arrow.handled)));
        let kind = self.label(one).split_whitespace().next().unwrap_or("periodic");
        let (from, stretch) = (name(self.marks, one.from), self.stretch(one.sent, Some(end)));
        Some(format!("{count} of {kind} from {from}, folded into a band{stretch}"))
    }
}
