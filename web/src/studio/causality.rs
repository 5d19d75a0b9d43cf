//! Who could know of what, on the page: the selection's past and future, a second selection and the chain between the
//! two, and what is hidden on account of it.

use super::{Effect, Selected, Studio, Veil, words};
use lightcone_core::{Claim, NodeId};
use lightcone_diagram::{Absent, Hit};
use lightcone_sim::view::{Along, CausalLink, ChainKind, Claims, Cone, EventKind, Fate, Relation};

/// What was asked about causality.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causality {
    /// What the page may tell.
    pub veil: Veil,
    /// Whether what could neither have mattered to the selection nor come of it is left out.
    pub narrow: bool,
    /// The other end of a causal chain.
    pub second: Option<Selected>,
    /// Whether the next selection is the second one.
    pub aiming: bool,
    /// The event that was selected last, and in which version of the run: whoever steps on has nothing selected.
    last: Option<(u64, usize)>,
}

/// Something asked about causality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CausalMsg {
    /// What the page may tell from now on.
    Veil(Veil),
    /// The curtain over the future goes up or down.
    Curtain,
    /// Only what the participant at hand knows is shown, or everything again.
    Knows,
    /// What could not have mattered is left out, or shown again.
    Narrow,
    /// Whether the next selection is the second end of a chain.
    Aim(bool),
    /// The event at the playhead is selected; if so, as the second end of a chain.
    Take(bool),
    /// What if this had not happened: the selection.
    WhatIf,
    /// What was asked becomes an ordinary edit.
    Keep,
    /// What was asked is forgotten.
    Back,
}

/// How the selection stands to the rest of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    /// The event that it is about.
    pub event: usize,
    /// Whose event that is.
    pub node: NodeId,
    /// In words: `n3 at 512.4 ms`.
    pub words: String,
    /// How many events could have mattered to it.
    pub past: usize,
    /// How many are concurrent with it, and how many it can influence; nothing if that is not to be told.
    pub rest: Option<(usize, usize)>,
    /// What its timestamp tells of it, if it has one and that may be told.
    pub clock: Option<Tells>,
    /// The chain to the second selection in sentences, each with its event; nothing without a second one.
    pub chain: Option<Vec<(usize, String)>>,
}

/// What the timestamp of an event tells of the others beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tells {
    /// The timestamp.
    pub stamp: String,
    /// Whether the diagram says so at each event.
    pub shown: bool,
    /// How the others stand to it in truth, how many of these there are, and what the clock says of them.
    pub lines: Vec<(&'static str, usize, String)>,
}

impl Tells {
    fn of(claims: &Claims, shown: bool) -> Self {
        let truths = [
            (Relation::Before, "happened before"),
            (Relation::Concurrent, "concurrent"),
            (Relation::After, "happened after"),
        ];
        let line = |(truth, words): (Relation, &'static str)| {
            let of = || claims.counts.iter().filter(|(known, ..)| *known == truth);
            let count = of().map(|(.., count)| count).sum();
            let said: Vec<String> = of().map(|(_, claim, count)| format!("{count} {}", claimed(*claim))).collect();
            (count > 0).then(|| (words, count, said.join(", ")))
        };
        Tells { stamp: claims.stamp.words(), shown, lines: truths.into_iter().filter_map(line).collect() }
    }
}

/// What a clock says of an event beside another one.
fn claimed(claim: Claim) -> &'static str {
    match claim {
        Claim::Before => "before",
        Claim::After => "after",
        Claim::Concurrent => "concurrent",
        Claim::NotAfter => "before or concurrent",
        Claim::NotBefore => "after or concurrent",
        Claim::Same => "the same event",
    }
}

/// How something on the stage stands to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The selection could know of it.
    Past,
    /// The selection influenced it.
    Future,
    /// Neither.
    Concurrent,
}

impl Standing {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Standing::Past => "could have mattered",
            Standing::Future => "could be influenced",
            Standing::Concurrent => "concurrent",
        }
    }
}

impl Studio {
    pub(super) fn causal(&mut self, msg: CausalMsg) -> Vec<Effect> {
        match msg {
            CausalMsg::Veil(veil) => self.set_veil(veil),
            CausalMsg::Curtain => self.set_veil(self.causality.veil.or_off(Veil::Curtain)),
            CausalMsg::Knows => match self.at_hand() {
                Some(node) => self.set_veil(self.causality.veil.or_off(Veil::Knows(node))),
                None => self.say("select a participant or an event first"),
            },
            CausalMsg::Narrow => {
                self.causality.narrow = !self.causality.narrow;
                self.say(if self.causality.narrow {
                    "what could not have mattered to the selection is hidden"
                } else {
                    "everything is shown"
                });
            }
            CausalMsg::Aim(aiming) => self.causality.aiming = aiming && self.subject().is_some(),
            CausalMsg::Take(second) => self.take_present(second),
            CausalMsg::WhatIf => self.ask_what_if(),
            CausalMsg::Keep => self.keep_what_if(),
            CausalMsg::Back => self.what_if = None,
        }
        Vec::new()
    }

    /// Whether something is asked about the selection: what if, or how it stands to another.
    pub(super) fn asks(&self) -> bool {
        self.what_if.is_some() || self.causality.second.is_some() || self.causality.aiming
    }

    /// Nothing is asked about the selection any more.
    pub(super) fn ask_no_more(&mut self) {
        self.what_if = None;
        (self.causality.second, self.causality.aiming) = (None, false);
    }

    /// The participant that a question is about: the one selected, or else that of the event that is explained.
    pub(super) fn at_hand(&self) -> Option<NodeId> {
        match (self.causality.veil, self.selected) {
            (Veil::Knows(node), _) | (_, Selected::Node(node)) => Some(node),
            _ => self.subject().or_else(|| self.present()).map(|event| self.lab.event(event).node),
        }
    }

    /// The event that the selection stands for: of a message its handling, or its sending if it is not handled.
    pub(super) fn subject(&self) -> Option<usize> {
        self.event_of(self.selected)
    }

    fn event_of(&self, selected: Selected) -> Option<usize> {
        let trace = self.lab.run().trace();
        let event = match selected {
            Selected::Event(event) => event,
            Selected::Message(message) => {
                let message = trace.messages.get(message)?;
                match message.fate {
                    Fate::Delivered(by) if self.may_tell(by) => by,
                    _ => message.sent_by as usize,
                }
            }
            _ => return None,
        };
        (event < self.lab.len() && self.may_tell(event)).then_some(event)
    }

    /// Selects the event at the playhead. As a second end it goes with what was selected before it was stepped to.
    fn take_present(&mut self, second: bool) {
        let Some(present) = self.present() else { return };
        if let (true, None, Some((version, event))) = (second, self.subject(), self.causality.last)
            && version == self.version
        {
            self.selected = Selected::Event(event);
        }
        self.causality.aiming = second;
        self.select(Selected::Event(present));
    }

    /// Takes a selection as the second end of a chain, if one was asked for; whether it was taken.
    pub(super) fn take_second(&mut self, selected: Selected) -> bool {
        let aiming = std::mem::take(&mut self.causality.aiming) && self.event_of(selected).is_some();
        let (first, second) = (self.subject(), self.event_of(selected));
        self.causality.second = (aiming && first.is_some()).then_some(selected);
        if let (None, Some(event)) = (self.causality.second, second) {
            self.causality.last = Some((self.version, event));
        }
        if let (true, Some(first), Some(second)) = (aiming, first, second) {
            let met = self.lab.run().relation(first, second) != Relation::Concurrent;
            self.say(if met { "the causal chain between the two is shown" } else { CONCURRENT });
        }
        self.causality.second.is_some()
    }

    /// The chain between the two selections, earliest first: empty if they are concurrent.
    pub(super) fn chain(&self) -> Option<Vec<CausalLink>> {
        let (one, other) = (self.subject()?, self.event_of(self.causality.second?)?);
        let chain = self.lab.run().chain_between(one.min(other), one.max(other));
        Some(chain.unwrap_or_default())
    }

    /// Why nothing came before the selected event, if that is why it happened and may be told.
    pub(super) fn absent(&self) -> Option<Absent> {
        let event = self.subject()?;
        if self.lab.event(event).kind != EventKind::Timer || matches!(self.causality.veil, Veil::Knows(_)) {
            return None;
        }
        // The link right before the event is the one about it.
        let chain = self.lab.explain(event).chain;
        let link = chain.len().checked_sub(2).map(|place| &chain[place])?;
        (link.kind == ChainKind::NothingCame).then_some(Absent { event, from: link.at })
    }

    /// The second selection as a mark of the diagram.
    pub(super) fn second_mark(&self) -> Option<Hit> {
        match self.causality.second? {
            Selected::Event(event) => Some(Hit::Event(event)),
            Selected::Message(message) => Some(Hit::Arrow(message)),
            _ => None,
        }
    }

    /// How the selection stands to the rest, for the inspector.
    pub(super) fn stands(&self) -> Option<Stands> {
        let event = self.subject()?;
        let divisions = self.lab.run().divisions(event);
        let sum = |count: fn(&lightcone_sim::view::Division) -> usize| divisions.iter().map(count).sum::<usize>();
        let mark = self.lab.event(event);
        let all = self.causality.veil == Veil::None;
        Some(Stands {
            event,
            node: mark.node,
            words: format!("{} at {}", self.name(mark.node), words::time(mark.at)),
            past: sum(|one| one.past) - 1,
            rest: all.then(|| (sum(|one| one.concurrent), sum(|one| one.future))),
            clock: self.claims().map(|claims| Tells::of(claims, self.reading.claims)),
            chain: self.chain().map(|chain| self.told(&chain)),
        })
    }

    /// A chain in sentences.
    fn told(&self, chain: &[CausalLink]) -> Vec<(usize, String)> {
        let sentence = |(place, link): (usize, &CausalLink)| {
            let event = self.lab.event(link.event);
            let came = place.checked_sub(1).and_then(|before| chain[before].next);
            let did = match came {
                Some(Along::Message(_)) => "handles it".to_string(),
                _ if matches!(link.next, Some(Along::Message(_))) => String::new(),
                _ => return (link.event, format!("{}, {}", self.lab.headline(link.event), words::time(event.at))),
            };
            let sends = match link.next {
                Some(Along::Message(message)) => {
                    let seen = self.lab.message(message);
                    format!("sends {} to {}", seen.view.label, self.name(seen.to))
                }
                _ => String::new(),
            };
            let and = if did.is_empty() || sends.is_empty() { "" } else { " and " };
            let later = if matches!(came, Some(Along::Lane(_))) { "later " } else { "" };
            let name = self.name(event.node);
            (link.event, format!("{later}{name} {did}{and}{sends}, {}", words::time(event.at)))
        };
        chain.iter().enumerate().map(sentence).collect()
    }

    /// How a participant stands to the selection, by its latest event up to the playhead.
    pub(super) fn standing_of(&self, cone: &Cone, node: NodeId) -> Standing {
        let until = self.lab.events_until(self.clock.playhead);
        let lane = &self.lab.run().trace().lanes[node.index()];
        let place = lane.partition_point(|event| (*event as usize) < until);
        let Some(latest) = place.checked_sub(1).map(|place| lane[place] as usize) else { return Standing::Concurrent };
        stands(cone, node, latest)
    }

    /// How a message under way stands to the selection: in its past if that could know of its arrival, in its future if
    /// it was sent there.
    pub(super) fn standing_of_message(&self, cone: &Cone, message: usize) -> Standing {
        let message = &self.lab.run().trace().messages[message];
        let sent = stands(cone, message.from, message.sent_by as usize);
        match (sent, message.fate) {
            (Standing::Past, Fate::Delivered(by)) if stands(cone, message.to, by) == Standing::Past => Standing::Past,
            (Standing::Past, _) if message.sent_by as usize == cone.event => Standing::Future,
            (Standing::Past, _) => Standing::Concurrent,
            (sent, _) => sent,
        }
    }

    /// Where the kind of an event can be taken out of a run, the question that does so.
    pub(super) fn what_if_words(&self) -> Option<&'static str> {
        match self.selected {
            Selected::Fault(_) => Some("What if this had not been done?"),
            _ => {
                let kind = self.lab.event(self.subject()?).kind;
                (kind != EventKind::Start).then_some("What if this had not happened?")
            }
        }
    }
}

/// What is said of two events neither of which could know of the other.
pub const CONCURRENT: &str = "concurrent: neither could know of the other";

/// How an event stands to that of a cone.
fn stands(cone: &Cone, node: NodeId, event: usize) -> Standing {
    let edge = |reaches: &[Option<lightcone_sim::view::Reach>]| reaches.get(node.index()).copied().flatten();
    if edge(&cone.past).is_some_and(|edge| event <= edge.event) {
        Standing::Past
    } else if edge(&cone.future).is_some_and(|edge| event >= edge.event) {
        Standing::Future
    } else {
        Standing::Concurrent
    }
}
