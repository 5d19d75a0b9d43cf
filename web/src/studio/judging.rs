//! What judges say: a witness on the diagram, an order on demand, the first error, and why a rule was not followed.

use super::{Effect, Studio, Veil, words};
use crate::engine;
use crate::stage::Size;
use lightcone_catalog::{
    Judged,
    sketch::{Act, End, Object, Sketch},
};
use lightcone_core::{Cite, Micros, order};
use lightcone_diagram::{Breach, Orientation, Witness, witness};
use lightcone_sim::{
    trace::{Broken, OpRecord},
    view::{Explanation, Marks, WhyNot, Window},
};
use std::rc::Rc;

/// So many operations of an order are told at most, the last ones.
const TOLD: usize = 24;
/// The page on which histories are drawn and judged by all models.
pub const SANDBOX: &str = "sandbox.html";

/// What is asked of the judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgeMsg {
    /// The order that explains what clients saw is shown, or no longer.
    Order,
    /// To the first event at which something was seen to be wrong.
    FirstError,
    /// What clients saw so far is opened where all models judge it.
    Models,
    /// Why a rule was not followed, by its place among the rules; none to ask no more.
    WhyNot(Option<usize>),
}

/// What was asked of the judges, and what is drawn of it.
#[derive(Default)]
pub struct Judging {
    /// Whether the order that explains what clients saw is shown.
    pub order: bool,
    /// The rule that somebody wonders about.
    pub rule: Option<usize>,
    /// What was found, on the diagram as SVG.
    pub svg: Rc<str>,
    key: Option<Key>,
    progress: Option<(u64, Vec<String>)>,
}

/// What the drawing is made from.
struct Key {
    place: (Window, Size, Orientation),
    marks: Rc<Marks>,
    judged: Option<Judged>,
    breaches: usize,
    order: bool,
}

/// A history of clients, judged, with the operations that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The verdict.
    pub judged: Judged,
    /// What has no place in the order: the event that asked for it, and words.
    pub stuck: Vec<(usize, String)>,
    /// Whether the order is shown.
    pub shown: bool,
    /// How many operations of the order come before those told.
    pub before: usize,
    /// The last operations of the order, if it is shown.
    pub order: Vec<(usize, String)>,
}

/// A rule that somebody may wonder about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The rules that there are.
    pub rules: Vec<Cite>,
    /// The one that is asked about.
    pub asked: Option<usize>,
    /// The answer, unless time passes.
    pub answer: Option<WhyNot>,
}

impl Studio {
    pub(super) fn judge(&mut self, msg: JudgeMsg) -> Vec<Effect> {
        match msg {
            JudgeMsg::Order => {
                self.judging.order = !self.judging.order;
                self.say(if self.judging.order { "the order is shown" } else { "the order is hidden" });
            }
            JudgeMsg::FirstError => self.first_error(),
            JudgeMsg::Models => match self.sketched() {
                Ok(sketch) => return vec![Effect::Go(format!("{SANDBOX}#{}", engine::encode_sketch(&sketch)))],
                Err(why) => self.say(format!("all models cannot judge this: {why}")),
            },
            JudgeMsg::WhyNot(rule) => self.judging.rule = rule,
        }
        Vec::new()
    }

    /// Goes to the first event at which something was seen to be wrong, as far as that may be told.
    fn first_error(&mut self) {
        let events = match self.causality.veil {
            Veil::None => self.lab.len(),
            Veil::Curtain => self.present().map_or(0, |event| event + 1),
            Veil::Knows(_) => return self.say("nobody can judge this from what one participant knows"),
        };
        let broken = self.lab.run().trace().broken.iter().map(|broken| (broken.event as usize, broken.words.clone()));
        let history = self.lab.history(events);
        let history = history.and_then(|judged| Some((judged.error?, judged.words)));
        match broken.chain(history).filter(|(event, _)| *event < events).min() {
            Some((event, words)) => {
                self.visit(event);
                self.say(words);
            }
            None => self.say(format!("nothing wrong was seen in {events} events")),
        }
    }

    /// What clients saw up to the playhead as a drawn history. Its instants are whole ms, and in the order of the events.
    fn sketched(&self) -> Result<Sketch, String> {
        let (trace, actors) = (self.lab.run().trace(), &self.lab.run().setup().actors);
        let events = self.present().map_or(0, |event| event + 1);
        let seen = |event: u32| (event as usize) < events;
        let asked: Vec<_> = trace.ops.iter().filter(|op| seen(op.event)).collect();
        let done =
            |op: &OpRecord| op.done.as_ref().filter(|(event, ..)| seen(*event)).map(|(event, at, _)| (*event, *at));
        let mut moments: Vec<(u32, Micros)> = asked.iter().map(|op| (op.event, op.at)).collect();
        moments.extend(asked.iter().filter_map(|op| done(op)));
        order::sort(&mut moments);
        let mut times: Vec<(u32, u32)> = Vec::new();
        for (event, at) in moments {
            let next = times.last().map_or(0, |(_, last)| last + 1);
            times.push((event, next.max(u32::try_from(at.0 / 1_000).unwrap_or(u32::MAX))));
        }
        let time = |event: u32| times.binary_search_by_key(&event, |(event, _)| *event).map_or(0, |at| times[at].1);
        let clients = self.clients();
        let words = |op: &OpRecord| actors.op_words(&op.op);
        let object = asked.first().and_then(|op| Object::of(&words(op))).ok_or("nothing like it can be drawn")?;
        let mut sketch = Sketch::new(object, clients.len() as u8);
        for op in asked {
            let lane = clients.iter().position(|client| *client == op.id.client).unwrap_or_default() as u8;
            let from = time(op.event);
            let answer = op.done.as_ref().map_or_else(String::new, |(_, _, ret)| actors.ret_words(ret));
            let (to, end) = match done(op) {
                Some((event, _)) => (time(event), End::Told),
                None => (from, End::Open),
            };
            sketch.acts.push(Act { lane, from, to, end, words: words(op), answer });
        }
        sketch.sort();
        sketch.check().map(|()| sketch)
    }

    /// What clients saw of the first `events` events, judged.
    pub(super) fn clients_saw(&self, events: usize) -> Option<Seen> {
        let judged = self.lab.history(events)?;
        let shown = !judged.holds || self.judging.order;
        let before = judged.order.len().saturating_sub(TOLD);
        let told = if shown { &judged.order[before..] } else { &[] };
        Some(Seen {
            stuck: judged.stuck.iter().map(|event| (*event, self.asked_words(*event))).collect(),
            order: told.iter().map(|(event, _)| (*event, self.asked_words(*event))).collect(),
            judged,
            shown,
            before,
        })
    }

    /// The operation that an event asked for, in words.
    fn asked_words(&self, event: usize) -> String {
        let (trace, actors) = (self.lab.run().trace(), &self.lab.run().setup().actors);
        let op = trace.ops.iter().find(|op| op.event as usize == event);
        op.map_or_else(String::new, |op| {
            let told = op.done.as_ref().map_or("no answer".into(), |(_, _, ret)| actors.ret_words(ret));
            format!("{} {} → {told}", self.name(op.id.client), actors.op_words(&op.op))
        })
    }

    /// What may be asked about the event that is explained.
    pub(super) fn doubt(&self, why: Option<&Explanation>) -> Option<Doubt> {
        let mark = why?.event;
        let rules = self.lab.rules();
        if rules.is_empty() || !self.is_server(mark.node) {
            return None;
        }
        let asked = self.judging.rule.filter(|rule| *rule < rules.len());
        let still = asked.filter(|_| !self.clock.playing);
        let answer = still.map(|rule| self.lab.why_not(mark.node, rule, mark.index + 1));
        Some(Doubt { rules, asked, answer })
    }

    /// The verdict on progress of the whole run, once that is computed and may be told.
    pub(super) fn whole_progress(&self) -> Option<&[String]> {
        let told = self.done && self.causality.veil == Veil::None;
        self.judging.progress.as_ref().filter(|_| told).map(|(_, words)| words.as_slice())
    }

    /// Judges the progress of a run that is over.
    pub(super) fn judge_progress(&mut self) {
        if self.done && self.judging.progress.as_ref().is_none_or(|(version, _)| *version != self.version) {
            self.judging.progress = Some((self.version, self.lab.progress().words()));
        }
    }

    /// Draws what the judges have found where it changed.
    pub(super) fn refresh_judging(&mut self) {
        let events = self.present().map_or(0, |event| event + 1);
        let told = self.drag.preview().is_none() && !matches!(self.causality.veil, Veil::Knows(_));
        let broken = self.lab.run().trace().broken.iter();
        let broken: Vec<_> = broken.filter(|broken| told && (broken.event as usize) < events).collect();
        let judged = self.views.focus.history.as_ref().filter(|seen| told && seen.shown).map(|seen| &seen.judged);
        let key = Key {
            place: (self.chart.window, self.chart.size, self.chart.orientation),
            marks: self.views.marks.clone(),
            judged: judged.cloned(),
            breaches: broken.len(),
            order: self.chart.causal,
        };
        if self.judging.key.as_ref().is_some_and(|old| old.is(&key)) {
            return;
        }
        let invariants = self.lab.run().setup().actors.invariants();
        let name = |broken: &Broken| invariants[broken.invariant].name;
        let breaches: Vec<Breach> =
            broken.iter().map(|one| Breach { event: one.event as usize, nodes: &one.nodes, name: name(one) }).collect();
        let svg = if breaches.is_empty() && judged.is_none() {
            "".into()
        } else {
            let (marks, _) = self.in_columns(&self.views.marks, None);
            let order = judged.map_or(&[][..], |judged| &judged.order);
            let order: Vec<(usize, Micros)> = order.iter().map(|(event, at)| (*event, self.placed(*at))).collect();
            let stuck = judged.map_or(&[][..], |judged| &judged.stuck);
            let found = Witness { stuck, order: &order, breaches: &breaches };
            witness(&marks, &self.viewport(), &found).svg_body().into()
        };
        (self.judging.svg, self.judging.key) = (svg, Some(key));
    }
}

impl Key {
    fn is(&self, other: &Key) -> bool {
        Rc::ptr_eq(&self.marks, &other.marks)
            && (self.place, self.breaches, self.order) == (other.place, other.breaches, other.order)
            && self.judged == other.judged
    }
}

impl Doubt {
    /// The answer as a sentence, with the event that it leads to.
    pub fn words(&self, names: &[String]) -> Option<(String, Option<usize>)> {
        let WhyNot { node, followed, failed, .. } = self.answer.as_ref()?;
        let name = names.get(node.index()).map_or("it", String::as_str);
        Some(match (failed, followed) {
            (Some((mark, why)), _) => (format!("{why} ({})", words::time(mark.at)), Some(mark.index)),
            (None, Some(mark)) => {
                let at = words::time(mark.at);
                (format!("{name} did, at {at}. Nothing has come to this rule since."), Some(mark.index))
            }
            (None, None) => (format!("Nothing that has happened at {name} so far came to this rule."), None),
        })
    }
}
