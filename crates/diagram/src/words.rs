//! Marks in words, for a keyboard list and for a screen reader. Made on demand: a drawing of every frame needs none.

use lightcone_core::{Micros, NodeId, NodeSet};
use lightcone_sim::view::{
    Absence, ArrowMark, BarMark, CutKind, CutMark, DownMark, EventKind, EventMark, Fate, Loss, Marks, SpellMark,
};

use crate::drawing::Drawing;
use crate::hit::Hit;

/// What a mark stands for, in words; nothing if it is not among `marks`.
pub fn describe(marks: &Marks, hit: Hit) -> Option<String> {
    match hit {
        Hit::Event(index) => event(marks, index).map(|e| event_words(marks, e)),
        Hit::Arrow(index) => arrow(marks, index).map(|a| arrow_words(marks, a)),
        Hit::Bar(event) => marks.bars.iter().find(|b| b.event == event).map(|b| bar_words(marks, b)),
        Hit::Cut(id) => marks.cuts.iter().find(|c| c.id == id).map(|c| cut_words(marks, c)),
        Hit::Down(by) => marks.downs.iter().find(|d| d.by == by).map(|d| down_words(marks, d)),
        Hit::Spell(id) => marks.spells.iter().find(|s| s.id == id).map(spell_words),
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

fn arrow(marks: &Marks, index: usize) -> Option<&ArrowMark> {
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

fn event_words(marks: &Marks, event: &EventMark) -> String {
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
    format!("{} {what} at {}", name(marks, event.node), ms(event.at))
}

fn arrow_words(marks: &Marks, arrow: &ArrowMark) -> String {
    let label = marks.labels.get(arrow.label).map_or("message", String::as_str);
    let (from, to) = (name(marks, arrow.from), name(marks, arrow.to));
    let fate = match arrow.fate {
        Fate::Flying => "under way at the end of the run".to_owned(),
        Fate::Parked => "held by a partition at the end of the run".to_owned(),
        Fate::Delivered(_) if arrow.handled > arrow.end => {
            format!("arrives at {} and waits until {}", ms(arrow.end), ms(arrow.handled))
        }
        Fate::Delivered(_) => format!("arrives at {}", ms(arrow.end)),
        Fate::Waiting => format!("arrives at {} and waits at the end of the run", ms(arrow.end)),
        Fate::Lost(Loss::Chance) => "lost on the way".to_owned(),
        Fate::Lost(Loss::Lossy(_)) => "lost on a lossy link".to_owned(),
        Fate::Lost(Loss::LinkFull) => "lost: too many waited before the link".to_owned(),
        Fate::Lost(Loss::InboxFull) => format!("lost at {}: too many waited at {to}", ms(arrow.end)),
        Fate::Lost(Loss::InCrash) => format!("arrives at {}, lost when {to} crashed", ms(arrow.end)),
        Fate::Lost(Loss::Cut(_)) => format!("lost at the partition at {}", ms(arrow.end)),
        Fate::Lost(Loss::Dropped(_)) => "dropped on the way".to_owned(),
        Fate::Lost(Loss::ReceiverDown) => format!("lost at {}: {to} is down", ms(arrow.end)),
    };
    let copy = if arrow.copy { "a copy of " } else { "" };
    format!("{copy}{label} from {from} to {to}, sent at {}, {fate}", ms(arrow.sent))
}

fn bar_words(marks: &Marks, bar: &BarMark) -> String {
    let client = name(marks, bar.node);
    match bar.to {
        None => format!("{client} asks {} at {} and waits", bar.op, ms(bar.from)),
        Some(to) => {
            let ret = bar.ret.as_deref().filter(|r| !r.is_empty()).unwrap_or("done");
            format!("{client} asks {} at {}, answered at {}: {ret}", bar.op, ms(bar.from), ms(to))
        }
    }
}

fn cut_words(marks: &Marks, mark: &CutMark) -> String {
    let lost = if mark.held { "" } else { ", messages lost" };
    format!("{}{lost}, {}", cut(marks, mark), stretch(mark.from, mark.to))
}

fn down_words(marks: &Marks, down: &DownMark) -> String {
    let what = match down.why {
        Absence::Crashed => "is down",
        Absence::Left => "has left",
        Absence::NotYet => "is not there",
    };
    format!("{} {what} {}", name(marks, down.node), stretch(down.from, down.to))
}

fn spell_words(spell: &SpellMark) -> String {
    format!("{}, {}", spell.words, stretch(spell.from, spell.to))
}

fn stretch(from: Micros, to: Option<Micros>) -> String {
    match to {
        Some(to) => format!("from {} to {}", ms(from), ms(to)),
        None => format!("from {} on", ms(from)),
    }
}

/// `512.4 ms`, with as many decimals as the instant has.
pub(crate) fn ms(at: Micros) -> String {
    let (whole, rest) = (at.0 / 1_000, at.0 % 1_000);
    if rest == 0 {
        return format!("{whole} ms");
    }
    let decimals = format!("{rest:03}");
    format!("{whole}.{} ms", decimals.trim_end_matches('0'))
}
