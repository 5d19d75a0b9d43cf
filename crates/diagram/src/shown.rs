//! Leaving out what is not to be seen.

use lightcone_core::{Micros, NodeId, NodeSet};
use lightcone_sim::view::{Cone, EventKind, Fate, Marks};

/// What is left out of a picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Nothing after this instant: a curtain over the future.
    pub curtain: Option<Micros>,
    /// Only what this event could know of.
    pub past_of: Option<&'a Cone>,
    /// Events and messages that neither come from nor lead to this event.
    pub cone_of: Option<&'a Cone>,
    /// Kinds of events that are not wanted.
    pub kinds: &'a [EventKind],
    /// Words of messages that are not wanted: those of [`Marks::labels`] up to the first blank.
    pub messages: &'a [String],
    /// Whether timestamps of events are not wanted.
    pub no_stamps: bool,
    /// Participants whose lanes are folded away, with all that touches them.
    pub lanes: Option<&'a NodeSet>,
}

/// The marks that are to be seen.
pub fn shown(marks: &Marks, filter: &Filter) -> Marks {
    let mut marks = marks.clone();
    if let Some(curtain) = filter.curtain {
        draw_curtain(&mut marks, curtain);
    }
    if let Some(cone) = filter.past_of {
        keep_past(&mut marks, cone);
    }
    if let Some(cone) = filter.cone_of {
        keep_cone(&mut marks, cone);
    }
    marks.events.retain(|event| !filter.kinds.contains(&event.kind));
    let unwanted: Vec<bool> =
        marks.labels.iter().map(|label| filter.messages.iter().any(|m| is_of(label, m))).collect();
    // The faults of a whole run come without words.
    marks.arrows.retain(|arrow| unwanted.get(arrow.label) != Some(&true));
    if let Some(lanes) = filter.lanes {
        fold_lanes(&mut marks, |node| lanes.contains(node));
    }
    // A timestamp goes with its event.
    let has_event = |event: usize| marks.events.binary_search_by_key(&event, |mark| mark.index).is_ok();
    let stamps = std::mem::take(&mut marks.stamps).into_iter();
    marks.stamps = stamps.filter(|stamp| !filter.no_stamps && has_event(stamp.event)).collect();
    marks
}

/// Whether these are the words of a message of this kind.
fn is_of(label: &str, kind: &str) -> bool {
    label.split_whitespace().next() == Some(kind)
}

/// What is not yet decided at the instant is shown as it stands then.
fn draw_curtain(marks: &mut Marks, curtain: Micros) {
    let ended = |to: Option<Micros>| to.filter(|to| *to <= curtain);
    marks.events.retain(|event| event.at <= curtain);
    marks.arrows.retain(|arrow| arrow.sent <= curtain);
    for arrow in &mut marks.arrows {
        if arrow.end > curtain {
            (arrow.end, arrow.handled, arrow.fate) = (curtain, curtain, Fate::Flying);
        } else if arrow.handled > curtain {
            (arrow.handled, arrow.fate) = (curtain, Fate::Waiting);
        }
    }
    marks.strips.retain(|strip| strip.from <= curtain);
    marks.strips.iter_mut().for_each(|strip| strip.to = strip.to.min(curtain));
    marks.bars.retain(|bar| bar.from <= curtain);
    for bar in &mut marks.bars {
        bar.to = ended(bar.to);
        bar.ret = bar.ret.take().filter(|_| bar.to.is_some());
    }
    marks.downs.retain(|down| down.from <= curtain);
    marks.downs.iter_mut().for_each(|down| down.to = ended(down.to));
    marks.cuts.retain(|cut| cut.from <= curtain);
    marks.cuts.iter_mut().for_each(|cut| cut.to = ended(cut.to));
    marks.spells.retain(|spell| spell.from <= curtain);
    marks.slices.iter_mut().for_each(|slice| slice.after.retain(|(.., at)| *at <= curtain));
    marks.spells.iter_mut().for_each(|spell| spell.to = ended(spell.to));
}

/// Whoever stands at the event knows the events of its past and the messages that they handled, and nothing of faults.
fn keep_past(marks: &mut Marks, cone: &Cone) {
    let edge = |node: NodeId| cone.past.get(node.index()).copied().flatten();
    let knows = |node: NodeId, event: usize| edge(node).is_some_and(|edge| event <= edge.event);
    marks.events.retain(|event| knows(event.node, event.index));
    marks.arrows.retain(|arrow| matches!(arrow.fate, Fate::Delivered(by) if knows(arrow.to, by)));
    marks.strips.retain(|strip| edge(strip.node).is_some_and(|edge| strip.from < edge.at));
    for strip in &mut marks.strips {
        strip.to = edge(strip.node).map_or(strip.to, |edge| strip.to.min(edge.at));
    }
    marks.bars.retain(|bar| knows(bar.node, bar.event));
    for bar in &mut marks.bars {
        bar.to = bar.to.filter(|to| edge(bar.node).is_some_and(|edge| *to <= edge.at));
        bar.ret = bar.ret.take().filter(|_| bar.to.is_some());
    }
    marks.downs.clear();
    marks.cuts.clear();
    marks.slices.clear();
    marks.spells.clear();
}

/// What can neither have mattered to the event nor come of it goes.
fn keep_cone(marks: &mut Marks, cone: &Cone) {
    let past = |node: NodeId| cone.past.get(node.index()).copied().flatten();
    let future = |node: NodeId| cone.future.get(node.index()).copied().flatten();
    let known = |node, event| past(node).is_some_and(|edge| event <= edge.event);
    let influenced = |node, event| future(node).is_some_and(|edge| event >= edge.event);
    marks.events.retain(|event| known(event.node, event.index) || influenced(event.node, event.index));
    marks.arrows.retain(|arrow| {
        let into_past = matches!(arrow.fate, Fate::Delivered(by) if known(arrow.to, by));
        into_past || influenced(arrow.from, arrow.sent_by)
    });
    marks.bars.retain(|bar| known(bar.node, bar.event) || influenced(bar.node, bar.event));
}

fn fold_lanes(marks: &mut Marks, folded: impl Fn(NodeId) -> bool) {
    marks.lanes.retain(|lane| !folded(lane.node));
    marks.events.retain(|event| !folded(event.node));
    marks.arrows.retain(|arrow| !folded(arrow.from) && !folded(arrow.to));
    marks.strips.retain(|strip| !folded(strip.node));
    marks.bars.retain(|bar| !folded(bar.node));
    marks.downs.retain(|down| !folded(down.node));
    marks.slices.iter_mut().for_each(|slice| slice.after.retain(|(node, ..)| !folded(*node)));
}
