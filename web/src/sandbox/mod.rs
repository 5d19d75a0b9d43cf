//! Histories drawn by hand: operations on the lanes of clients, and which models of consistency admit them. It is a page of
//! its own: the [`Sandbox`] is all that it knows, [`App`] draws it.

mod app;
mod board;
mod form;
mod map;
mod view;

#[cfg(test)]
mod tests;

use crate::stage::Size;
use lightcone_catalog::{
    Model,
    history::{Judgement, judge, models, read, sketch_of},
    link,
    sketch::{Act, EXAMPLES, End, LATEST, MOST_ACTS, MOST_LANES, Object, Sketch},
};
use lightcone_diagram::{Grip, Point};
use std::rc::Rc;

pub use app::App;
#[cfg(target_arch = "wasm32")]
pub use app::launch;

/// Instants are kept to whole steps of so much.
const STEP: u32 = 10;
/// The shortest operation, and the length of one that was not drawn out.
const SHORTEST: u32 = 20;
const USUAL: u32 = 150;
/// So many changes can be taken back.
const KEPT: usize = 60;

/// A history that is being drawn.
pub struct Sandbox {
    /// The history.
    pub sketch: Sketch,
    /// The operation that is selected.
    pub selected: Option<usize>,
    /// The model whose verdict is shown.
    pub model: usize,
    /// What the models say, or which operation means nothing, and why.
    pub verdict: Result<Judgement, (usize, String)>,
    /// What cannot be done, in words.
    pub refused: String,
    /// JSON Lines that somebody wants to open.
    pub pasted: String,
    /// The history as SVG.
    pub svg: Rc<str>,
    size: Size,
    held: Option<Held>,
    before: Vec<Sketch>,
}

/// What a pointer holds.
struct Held {
    act: usize,
    part: Grip,
    /// Where it took hold, in time.
    from: u32,
    /// The history when it did.
    was: Sketch,
    /// Up to where time was shown then: what moves under the pointer would run away.
    span: u32,
}

/// Something that happens to it.
#[derive(Clone, Debug, PartialEq)]
pub enum SandMsg {
    /// The history of a fragment is opened.
    Open(String),
    /// An example is opened, by its place.
    Example(usize),
    /// A history on another object begins.
    Object(Object),
    /// One client more, or less.
    Lanes(bool),
    /// The pointer went down, with its reach in px.
    Down(Point, f64),
    /// It moved.
    Move(Point),
    /// It went up, or away.
    Up,
    /// The space of the drawing.
    Room(Size),
    /// An operation is selected, or none.
    Pick(Option<usize>),
    /// Something of the selected operation is written.
    Write(Field, String),
    /// An operation is put behind the last one.
    Add,
    /// The selected operation goes.
    Remove,
    /// The last change is taken back.
    Undo,
    /// The verdict of a model is shown.
    Model(usize),
    /// JSON Lines are written.
    Paste(String),
    /// They are opened.
    Import,
    /// This goes to the clipboard.
    Copy(String),
    /// It went there, or not.
    Copied(bool),
}

/// A field of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The client, counted from 0.
    Lane,
    /// What is asked.
    Words,
    /// How it ended: `told`, `failed` or `open`.
    End,
    /// What was answered.
    Answer,
    /// When it was asked.
    From,
    /// When it was answered.
    To,
}

impl Default for Sandbox {
    fn default() -> Self {
        let sketch = Sketch::new(Object::Store, 3);
        let mut sandbox = Sandbox {
            verdict: judge(&sketch),
            sketch,
            selected: None,
            model: 0,
            refused: String::new(),
            pasted: String::new(),
            svg: "".into(),
            size: Size { width: 900.0, height: 300.0 },
            held: None,
            before: Vec::new(),
        };
        sandbox.redraw();
        sandbox
    }
}

impl Sandbox {
    /// Puts another history in place of the present one.
    fn show(&mut self, sketch: Sketch) {
        self.sketch = sketch;
        if self.model >= self.models().len() {
            self.model = 0;
        }
        self.selected = None;
        self.held = None;
    }

    /// The models that speak of the history.
    pub fn models(&self) -> &'static [Model] {
        models(self.sketch.object)
    }

    /// Takes a message. True if the history is another one now, and is so for good.
    pub fn update(&mut self, msg: SandMsg) -> bool {
        let was = self.sketch.clone();
        let held = self.held.is_some();
        if !matches!(msg, SandMsg::Room(_) | SandMsg::Move(_) | SandMsg::Up | SandMsg::Copied(_)) {
            self.refused.clear();
        }
        let changed = self.take(msg);
        if self.sketch != was {
            self.verdict = judge(&self.sketch);
        }
        if !changed && !held && self.held.is_none() && self.sketch != was {
            self.keep(was);
            self.redraw();
            return true;
        }
        self.redraw();
        changed
    }

    /// True if the history was changed and what it was is kept already.
    fn take(&mut self, msg: SandMsg) -> bool {
        match msg {
            SandMsg::Open(fragment) => self.open(&fragment),
            SandMsg::Example(place) => self.example(place),
            SandMsg::Object(object) => self.show(Sketch::new(object, self.sketch.lanes)),
            SandMsg::Lanes(more) => self.count_lanes(more),
            SandMsg::Down(at, reach) => self.down(at, reach),
            SandMsg::Move(at) => self.drag(at),
            SandMsg::Up => return self.let_go(),
            SandMsg::Room(size) => self.size = size,
            SandMsg::Pick(act) => self.selected = act.filter(|act| *act < self.sketch.acts.len()),
            SandMsg::Write(field, text) => self.write(field, &text),
            SandMsg::Add => self.add(),
            SandMsg::Remove => self.remove(),
            SandMsg::Undo => return self.undo(),
            SandMsg::Model(model) => self.model = model,
            SandMsg::Paste(text) => self.pasted = text,
            SandMsg::Import => self.import(),
            SandMsg::Copied(false) => {
                self.refused = "The browser does not allow copying: select the text instead.".into()
            }
            SandMsg::Copy(_) | SandMsg::Copied(true) => {}
        }
        false
    }

    /// Opens the history of a fragment. If it cannot be opened, says why, and leaves the present one alone.
    fn open(&mut self, fragment: &str) {
        match link::decode_sketch(fragment) {
            Some(Ok(sketch)) => self.show(sketch),
            Some(Err(wrong)) => self.refused = format!("{wrong}."),
            None if fragment.trim_start_matches('#').is_empty() => {}
            None => self.refused = "This link holds no history.".into(),
        }
    }

    /// Opens what was pasted.
    fn import(&mut self) {
        let events = read(&self.pasted);
        match events.and_then(|events| sketch_of(self.sketch.object, events)) {
            Ok(sketch) => {
                self.show(sketch);
                self.pasted.clear();
            }
            Err(wrong) => self.refused = format!("{wrong}."),
        }
    }

    /// The fragment of the history.
    pub fn fragment(&self) -> String {
        link::encode_sketch(&self.sketch)
    }

    fn keep(&mut self, was: Sketch) {
        if self.before.len() == KEPT {
            self.before.remove(0);
        }
        self.before.push(was);
    }

    /// Which of the examples is drawn, if it is one as it stands.
    pub fn drawn_example(&self) -> Option<usize> {
        EXAMPLES.iter().position(|(_, text)| Sketch::parse(text).is_ok_and(|sketch| sketch == self.sketch))
    }

    fn example(&mut self, place: usize) {
        if let Some(sketch) = EXAMPLES.get(place).and_then(|(_, text)| Sketch::parse(text).ok()) {
            self.show(sketch);
            self.model = 0;
        }
    }

    fn count_lanes(&mut self, more: bool) {
        let lanes = self.sketch.lanes;
        let used = self.sketch.acts.iter().map(|act| act.lane + 1).max().unwrap_or(1);
        if !more && lanes <= used {
            self.refused =
                if lanes == 1 { "There must be a client.".into() } else { format!("c{lanes} has operations.") };
        } else if more && lanes == MOST_LANES {
            self.refused = format!("There can be {MOST_LANES} clients.");
        } else {
            self.sketch.lanes = if more { lanes + 1 } else { lanes - 1 };
        }
    }

    fn undo(&mut self) -> bool {
        let Some(before) = self.before.pop() else { return false };
        self.show(before);
        true
    }

    /// Puts an operation behind the last one of a client that can still ask.
    fn add(&mut self) {
        let free = |lane: &u8| self.end_of(*lane).is_some();
        let selected = self.selected.map(|act| self.sketch.acts[act].lane);
        let lane = selected.filter(free).or_else(|| (0..self.sketch.lanes).find(free));
        let Some((lane, from)) = lane.and_then(|lane| Some((lane, self.end_of(lane)?))) else {
            self.refused = "Every client was left without an answer: another one is needed.".into();
            return;
        };
        self.put(lane, from + 50, from + 50 + USUAL);
    }

    /// When a lane's last operation ended; none if it has not.
    fn end_of(&self, lane: u8) -> Option<u32> {
        let last = self.sketch.acts.iter().rev().find(|act| act.lane == lane);
        last.map_or(Some(0), |last| (last.end != End::Open).then_some(last.to))
    }

    /// A new operation, which becomes the selected one.
    fn put(&mut self, lane: u8, from: u32, to: u32) -> bool {
        let (words, answer) = usual(self.sketch.object, &self.sketch.acts);
        let act = Act { lane, from, to, end: End::Told, words, answer: answer.into() };
        let mut sketch = self.sketch.clone();
        sketch.acts.push(act.clone());
        self.settle(sketch, &act)
    }

    /// Puts a changed history in place and keeps one of its operations selected; if it cannot be, says why.
    fn settle(&mut self, mut sketch: Sketch, selected: &Act) -> bool {
        sketch.sort();
        match sketch.check() {
            Ok(()) => {
                self.selected = sketch.acts.iter().position(|act| act == selected);
                self.sketch = sketch;
                true
            }
            Err(why) => {
                self.refused = format!("{why}.");
                false
            }
        }
    }

    fn remove(&mut self) {
        if let Some(act) = self.selected.take() {
            self.sketch.acts.remove(act);
        }
    }

    /// Up to where time is shown.
    fn span(&self) -> u32 {
        let ends = self.sketch.acts.iter().map(|act| act.to.max(act.from));
        let last = ends.max().unwrap_or(0) + USUAL;
        self.held.as_ref().map_or(last.max(1_000), |held| held.span)
    }
}

/// What a new operation asks, and its answer: the next value that was not written yet.
fn usual(object: Object, acts: &[Act]) -> (String, &'static str) {
    let next = (1..=MOST_ACTS + 1).find(|value| {
        let value = value.to_string();
        acts.iter().all(|act| act.words.split(' ').next_back() != Some(&value))
    });
    let next = next.unwrap_or(1);
    match object {
        Object::Store => (format!("put x {next}"), "ok"),
        Object::Queue => (format!("enqueue {next}"), "ok"),
        Object::Set => (format!("add {next}"), "ok"),
        Object::Lock => ("acquire".into(), "ok"),
        Object::Transactions => (format!("append x {next}"), "ok"),
    }
}

/// An instant as it is kept.
fn snapped(at: u64) -> u32 {
    let at = u32::try_from(at).unwrap_or(LATEST).min(LATEST);
    (at + STEP / 2) / STEP * STEP
}
