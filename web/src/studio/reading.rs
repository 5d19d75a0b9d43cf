//! Reading long runs: search, jumping from one event of a kind to the next, what is left out, the order of the axis,
//! captions. None of it changes the run.

use super::{Effect, Search, Selected, Studio, Veil, words};
use crate::parts::BarView;
use lightcone_catalog::{Caption, LONGEST_CAPTION, Lab};
use lightcone_core::{Micros, NodeId, NodeSet};
use lightcone_diagram::{Drawing, Filter, Flags, Hit, Orientation, STEP, Viewport, flags, shown};
use lightcone_sim::view::{Columns, Cone, EventKind, Marks, Window};
use std::rc::Rc;

/// How the diagram is read.
#[derive(Default)]
pub struct Reading {
    /// What is searched for, and where it was found.
    pub search: Search,
    /// What is left out.
    pub hidden: Hidden,
    /// Whether timestamps say what the clock tells of each event beside the selected one.
    pub claims: bool,
    /// The panel of the bar that is open.
    pub open: Option<Sheaf>,
    /// Whether the bar is unfolded where there is little room.
    pub unfolded: bool,
    /// Raised when something is left out or comes back.
    pub(super) seen: u64,
    /// The cut that divides causal order, by its place: what is before it comes first.
    pub cut: Option<usize>,
    columns: Option<((u64, Option<usize>), Columns)>,
    /// The kinds of messages in order of their first sending, and the version of the run that has them.
    kinds: (u64, Vec<&'static str>),
    searched: u64,
}

/// A panel of the bar above the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheaf {
    /// What is seen, and in which order.
    View,
    /// The captions.
    Captions,
}

/// What is left out of the diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hidden {
    /// Kinds of events.
    pub kinds: Vec<EventKind>,
    /// Kinds of messages.
    pub messages: Vec<String>,
    /// Participants whose lanes are folded.
    pub lanes: NodeSet,
    /// The timestamps of events.
    pub stamps: bool,
}

impl Hidden {
    /// How many things are left out.
    pub fn len(&self) -> usize {
        self.kinds.len() + self.messages.len() + self.lanes.len() + usize::from(self.stamps)
    }

    /// Whether all is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Something about how the diagram is read.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadingMsg {
    /// Another search is written.
    Search(String),
    /// To the next event or message of a kind.
    Jump(String),
    /// To the next place that was found, or to the previous one.
    Go(bool),
    /// A panel opens, or closes if it is open.
    Open(Sheaf),
    /// The bar unfolds, or folds.
    Unfold,
    /// The keyboard goes to the search field.
    Find,
    /// Times, or causal order.
    Causal(bool),
    /// Causal order, with what is before this cut first.
    Divided(usize),
    /// A kind of event is shown or left out.
    Kind(EventKind),
    /// A kind of message is shown or left out.
    Message(String),
    /// A lane is shown or folded.
    Lane(NodeId),
    /// The timestamps of events are shown or left out.
    Stamps,
    /// They say what the clock tells of each event beside the selected one, or do no more.
    Claims,
    /// Everything is shown.
    All,
    /// A caption at the playhead.
    Caption,
    /// The words of a caption.
    Write(usize, String),
    /// A caption goes.
    Remove(usize),
    /// To a caption.
    Visit(usize),
}

impl Studio {
    pub(super) fn read(&mut self, msg: ReadingMsg) -> Vec<Effect> {
        let whole_run = matches!(
            msg,
            ReadingMsg::Search(_)
                | ReadingMsg::Jump(_)
                | ReadingMsg::Go(_)
                | ReadingMsg::Causal(true)
                | ReadingMsg::Divided(_)
        );
        if whole_run && self.causality.veil != Veil::None {
            self.say("this would tell what is hidden");
            return Vec::new();
        }
        match msg {
            ReadingMsg::Search(text) => self.search(text),
            ReadingMsg::Jump(kind) => {
                self.search(kind);
                if !self.reading.search.is_running() {
                    self.go(false);
                }
            }
            ReadingMsg::Go(back) => self.go(back),
            ReadingMsg::Open(sheaf) => {
                self.reading.open = (self.reading.open != Some(sheaf)).then_some(sheaf);
            }
            ReadingMsg::Unfold => {
                self.reading.unfolded = !self.reading.unfolded;
                self.reading.open = None;
            }
            ReadingMsg::Find => return vec![Effect::Focus("search".into())],
            ReadingMsg::Causal(causal) => self.order(causal, None),
            ReadingMsg::Divided(cut) => self.order(true, Some(cut)),
            ReadingMsg::Kind(kind) => toggle(&mut self.reading.hidden.kinds, kind),
            ReadingMsg::Message(kind) => toggle(&mut self.reading.hidden.messages, kind),
            ReadingMsg::Lane(node) => self.fold(node),
            ReadingMsg::Stamps => self.reading.hidden.stamps = !self.reading.hidden.stamps,
            ReadingMsg::Claims => self.claim(),
            ReadingMsg::All => self.reading.hidden = Hidden::default(),
            ReadingMsg::Caption => return self.caption(),
            ReadingMsg::Write(place, text) => self.write_caption(place, text),
            ReadingMsg::Remove(place) => self.remove_caption(place),
            ReadingMsg::Visit(place) => {
                if let Some(at) = self.scenario().captions.get(place).map(|caption| caption.at) {
                    self.seek(at);
                }
            }
        }
        self.reading.seen += 1;
        Vec::new()
    }

    /// Lets go of what looks at the whole run: places that were found, and the columns of causal order.
    pub(super) fn close_search(&mut self) {
        self.reading.search = Search::default();
        self.order(false, None);
        self.reading.seen += 1;
    }

    fn search(&mut self, text: String) {
        self.reading.searched = self.version;
        self.reading.search.begin(text, self.lab.as_ref());
        let words = self.reading.search.wrong.clone().unwrap_or_else(|| self.reading.search.count());
        self.say(if self.reading.search.text.is_empty() { String::new() } else { words });
    }

    /// Carries a search on, and begins it anew where the run is another one.
    pub(super) fn look_on(&mut self) {
        if self.reading.search.text.is_empty() || !self.done {
            return;
        }
        if self.reading.searched != self.version {
            let (text, current) = (self.reading.search.text.clone(), self.reading.search.current);
            self.reading.searched = self.version;
            self.reading.search.begin(text, self.lab.as_ref());
            self.reading.search.current = current.filter(|here| *here < self.reading.search.found.len());
            self.reading.seen += 1;
        } else if self.reading.search.is_running() {
            self.reading.search.go_on(self.lab.run());
            self.reading.seen += 1;
        }
    }

    fn go(&mut self, back: bool) {
        let Some(place) = self.reading.search.step(self.clock.playhead, back) else {
            return self.say(self.reading.search.count());
        };
        self.reading.search.current = Some(place);
        let found = self.reading.search.found[place];
        match found.hit {
            Hit::Event(event) if self.lab.event(event).at == found.at => self.visit(event),
            Hit::Arrow(message) => {
                self.seek(found.at);
                self.selected = Selected::Message(message);
            }
            _ => self.seek(found.at),
        }
        self.say(format!("{}, {}", self.reading.search.count(), words::time(found.at)));
    }

    /// Times, or causal order. The playhead, or else what was in the middle of the window, comes
    /// to its middle.
    fn order(&mut self, causal: bool, cut: Option<usize>) {
        if (causal, cut) == (self.chart.causal, self.reading.cut) {
            return;
        }
        let Window { from, to } = self.chart.window;
        let playhead = self.placed(self.clock.playhead);
        let middle = if (from..=to).contains(&playhead) { playhead } else { Micros(from.0 / 2 + to.0 / 2) };
        let middle = self.time_of(middle);
        self.let_go();
        (self.chart.causal, self.reading.cut) = (causal, cut);
        self.count_columns();
        let (middle, end) = (self.placed(middle), self.chart_end());
        self.chart.center(middle, end);
        self.say(if cut.is_some() {
            "an order that is as good: what is before the cut comes first, as if all had been recorded at one instant"
        } else if causal {
            "causal order: all steps are equally wide; nothing can be dragged here but the view and the playhead"
        } else {
            "virtual time"
        });
    }

    /// The columns of causal order, where that is shown.
    pub(super) fn columns(&self) -> Option<&Columns> {
        self.reading.columns.as_ref().map(|(_, columns)| columns)
    }

    /// Makes the columns anew where the run is another one.
    pub(super) fn count_columns(&mut self) {
        if !self.chart.causal {
            self.reading.columns = None;
            return;
        }
        let key = (self.version, self.reading.cut);
        if self.reading.columns.as_ref().is_none_or(|(known, _)| *known != key) {
            let run = self.lab.run();
            let slices = self.reading.cut.map(|_| run.slices()).unwrap_or_default();
            let cut = self.reading.cut.and_then(|place| slices.get(place));
            self.reading.columns = Some((key, Columns::of(run, cut)));
        }
    }

    /// Marks and a cone in causal order, where that is shown.
    pub(super) fn in_columns(&self, marks: &Rc<Marks>, cone: Option<Rc<Cone>>) -> (Rc<Marks>, Option<Rc<Cone>>) {
        let Some(columns) = self.columns() else { return (marks.clone(), cone) };
        let cone = cone.map(|cone| Rc::new(cone_in(&cone, columns)));
        (Rc::new(columns.place((**marks).clone())), cone)
    }

    /// Timestamps say what the clock tells of each event beside the selected one, or do no more.
    fn claim(&mut self) {
        if self.lab.run().trace().stamps.is_empty() {
            return self.say("events have no timestamps in this protocol");
        }
        self.reading.claims = !self.reading.claims;
        self.reading.hidden.stamps = false;
        self.say(match (self.reading.claims, self.subject()) {
            (false, _) => "timestamps alone",
            (true, Some(_)) => "what the clock tells of each event beside the selected one",
            (true, None) => "select an event, to see what the clock tells of the others beside it",
        });
    }

    fn fold(&mut self, node: NodeId) {
        let hidden = &mut self.reading.hidden;
        let all = self.lab.participants().len();
        if hidden.lanes.contains(node) {
            hidden.lanes.remove(node);
        } else if hidden.lanes.len() + 1 < all {
            hidden.lanes.insert(node);
        } else {
            self.say("one lane stays");
        }
    }

    /// What is to be seen in a window of the diagram.
    pub(super) fn visible(&self, lab: &dyn Lab, Window { from, to }: Window) -> Marks {
        // A message that was sent in a column before the window can still be under way.
        let from = self.columns().map_or(from, |columns| columns.time(from.minus(STEP)));
        let window = match self.reading.cut {
            // Steps that stand side by side are apart in time.
            Some(_) => Window { from: Micros::ZERO, to: self.until() },
            None => Window { from, to: self.time_of(to) },
        };
        let marks = lab.marks(window);
        self.unhidden(marks, true)
    }

    /// Marks without what is left out of the diagram; with all lanes, where those are not the ones that were folded.
    pub(super) fn unhidden(&self, marks: Marks, lanes: bool) -> Marks {
        let hidden = &self.reading.hidden;
        if hidden.is_empty() {
            return marks;
        }
        let Hidden { kinds, messages, stamps, .. } = hidden;
        let lanes = lanes.then_some(&hidden.lanes);
        shown(&marks, &Filter { kinds, messages, lanes, no_stamps: *stamps, ..Filter::default() })
    }

    /// Captions and the places of a search, laid over the diagram.
    pub(super) fn laid_over(&self, marks: &Marks, view: &Viewport) -> Drawing {
        let Search { found, current, .. } = &self.reading.search;
        let place = |hit: Hit| {
            let at = match hit {
                Hit::Event(event) if event < self.lab.len() => self.lab.event(event).at,
                Hit::Arrow(message) => self.lab.run().trace().messages.get(message)?.end,
                _ => return None,
            };
            found.binary_search_by(|one| (one.at, one.hit).cmp(&(at, hit))).ok()
        };
        let captions = &self.scenario().captions;
        let captions: Vec<(Micros, &str)> =
            captions.iter().map(|caption| (self.placed(caption.at), caption.words.as_str())).collect();
        let current = current.and_then(|place| found.get(place)).map(|found| found.hit);
        flags(marks, view, &Flags { captions: &captions, found: &|hit| place(hit).is_some(), current })
    }

    /// The words at the playhead, where time runs down and they would lie on the diagram; nothing where none are to come.
    pub fn caption_below(&self) -> Option<String> {
        let captions = &self.scenario().captions;
        if self.chart.orientation != Orientation::Down || captions.iter().all(|caption| caption.words.is_empty()) {
            return None;
        }
        let reached = captions.iter().take_while(|caption| caption.at <= self.clock.playhead);
        Some(
            reached
                .filter(|caption| !caption.words.is_empty())
                .last()
                .map_or_else(String::new, |last| last.words.clone()),
        )
    }

    fn caption(&mut self) -> Vec<Effect> {
        let at = self.clock.playhead;
        let mut captions = self.scenario().captions.clone();
        let place = captions.partition_point(|caption| caption.at < at);
        if captions.get(place).is_none_or(|caption| caption.at != at) {
            captions.insert(place, Caption { at, words: String::new() });
            self.put_captions(captions, "bookmark");
            self.say(format!("bookmark at {}", words::time(at)));
        }
        self.reading.open = Some(Sheaf::Captions);
        vec![Effect::Focus(format!("caption-{place}"))]
    }

    fn write_caption(&mut self, place: usize, text: String) {
        let mut captions = self.scenario().captions.clone();
        let Some(caption) = captions.get_mut(place) else { return };
        caption.words = text.lines().next().unwrap_or_default().chars().take(LONGEST_CAPTION).collect();
        self.put_captions(captions, "words of a caption");
    }

    fn remove_caption(&mut self, place: usize) {
        let mut captions = self.scenario().captions.clone();
        if place < captions.len() {
            captions.remove(place);
            self.put_captions(captions, "caption removed");
            self.say("caption removed");
        }
    }

    /// The run stays as it is: only the address follows.
    fn put_captions(&mut self, captions: Vec<Caption>, words: &str) {
        self.remember(words);
        self.lab.set_captions(captions);
        self.changed_beside();
    }
}

/// The words for kinds of events in lists.
const EVENTS: [(EventKind, &str); 7] = [
    (EventKind::Start, "starts"),
    (EventKind::Crash, "crashes"),
    (EventKind::Restart, "restarts"),
    (EventKind::Deliver, "arrivals of messages"),
    (EventKind::Timer, "timers"),
    (EventKind::Invoke, "requests"),
    (EventKind::Local, "local events"),
];

impl Studio {
    /// What stands in the bar above the diagram.
    pub fn bar(&self) -> BarView {
        let Reading { search, hidden, open, .. } = &self.reading;
        let count = if search.text.is_empty() { String::new() } else { search.count() };
        // Which kinds there are tells of the future, too.
        let all = if self.causality.veil == Veil::None { &self.reading.kinds.1[..] } else { &[] };
        let specs = self.lab.participants();
        let mut offers: Vec<String> = ["crash", "restart", "timer", "request", "lost"].map(String::from).to_vec();
        offers.extend(all.iter().map(|kind| kind.to_string()));
        offers.extend(["until someone becomes leader", "until 2 servers are leader"].map(String::from));
        if !self.clients().is_empty() {
            offers.push("until someone reads a stale value".into());
        }
        offers.extend(specs.iter().map(|spec| spec.name.clone()));
        let lanes = (0..).map(NodeId).zip(specs);
        BarView {
            wrong: search.wrong.is_some(),
            count: search.wrong.clone().unwrap_or(count),
            text: search.text.clone(),
            found: !search.found.is_empty(),
            open: *open,
            unfolded: self.reading.unfolded,
            causal: self.chart.causal && self.reading.cut.is_none(),
            cuts: self.views.marks.slices.iter().map(|slice| slice.name.clone()).collect(),
            cut: self.reading.cut,
            pen: self.can_draw().then_some(self.pen.on),
            stamps: (!self.lab.run().trace().stamps.is_empty()).then_some((!hidden.stamps, self.reading.claims)),
            offers,
            kinds: EVENTS.map(|(kind, words)| (kind, words, !hidden.kinds.contains(&kind))).to_vec(),
            messages: all.iter().map(|kind| (*kind, hidden.messages.iter().all(|other| other != kind))).collect(),
            lanes: lanes.map(|(node, spec)| (node, spec.name.clone(), !hidden.lanes.contains(node))).collect(),
            captions: self.scenario().captions.clone(),
        }
    }

    /// Looks through the messages for their kinds where the run is another one.
    pub(super) fn note_kinds(&mut self) {
        let (version, kinds) = &mut self.reading.kinds;
        if std::mem::replace(version, self.version) == self.version {
            return;
        }
        kinds.clear();
        for message in &self.lab.run().trace().messages {
            let name = message.key.kind.name;
            // The same word is nearly always the same constant: that spares comparing the letters of each message.
            if !kinds.iter().any(|kind| std::ptr::eq(*kind, name)) && !kinds.contains(&name) {
                kinds.push(name);
            }
        }
    }
}

/// A cone in causal order.
pub(super) fn cone_in(cone: &Cone, columns: &Columns) -> Cone {
    let mut cone = cone.clone();
    let reaches = cone.past.iter_mut().chain(&mut cone.future).flatten();
    reaches.for_each(|reach| reach.at = columns.of_event(reach.event));
    cone
}

fn toggle<T: PartialEq>(hidden: &mut Vec<T>, one: T) {
    match hidden.iter().position(|other| *other == one) {
        Some(place) => {
            hidden.swap_remove(place);
        }
        None => hidden.push(one),
    }
}
