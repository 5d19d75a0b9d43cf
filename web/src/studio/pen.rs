//! Drawing on the diagram: a tap on a lane is a local event, and a line from lane to lane a message, sent and arriving
//! where the line begins and ends.

use super::drag::{Aim, Part, held, meaning};
use super::{Effect, Selected, Studio, words};
use lightcone_catalog::Lab;
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{Hit, Orientation, Point, lane_order, stroke};
use lightcone_sim::{Fault, Intervention, When, trace::Cause};

/// What is drawn on the diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pen {
    /// Whether pointers draw there.
    pub on: bool,
    /// The line that is being drawn.
    pub line: Option<Line>,
}

/// A line that is being drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The pointer.
    id: i32,
    /// Where it began.
    from: (NodeId, Micros),
    start: Point,
    /// Where the pointer is.
    now: Point,
}

/// Something about drawing on the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PenMsg {
    /// Pointers draw on the diagram, or do so no more.
    Toggle,
}

/// A line shorter than this, in px, is a tap.
const TAP: f64 = 8.0;
/// How near to a lane a line begins or ends, in shares of the distance between two lanes.
const NEAR: f64 = 0.36;
/// Computing what a drawn event sends takes so many events at once.
const STRIDE: usize = 64;

/// What is done to messages is done to the same ones where a new one came before them: their names tell which they are,
/// and their numbers follow.
fn readdressed(mut all: Vec<Intervention>, lab: &mut dyn Lab) -> Vec<Intervention> {
    let named = |one: &Intervention| matches!(&one.when, When::On { name: Some(_), .. });
    if !all.iter().any(named) {
        return all;
    }
    while !lab.advance(STRIDE) {}
    for one in &mut all {
        let When::On { selector, name: Some(name) } = &mut one.when else { continue };
        let place = lab.run().trace().messages.iter().position(|message| message.name == *name);
        if let Some(now) = place.and_then(|place| lab.message(place).selector.parse().ok()) {
            *selector = now;
        }
    }
    all
}

impl Studio {
    pub(super) fn pen(&mut self, msg: PenMsg) -> Vec<Effect> {
        match msg {
            PenMsg::Toggle => self.take_pen(),
        }
        Vec::new()
    }

    /// Whether anything can be drawn: servers have local events.
    pub fn can_draw(&self) -> bool {
        !self.options.embed && !self.lab.stimuli().is_empty()
    }

    fn take_pen(&mut self) {
        self.pen.line = None;
        self.pen.on = !self.pen.on && self.can_draw();
        self.tell(match (self.pen.on, self.can_draw()) {
            (true, _) if self.chart.causal => "causal order has no times to draw at: choose time under View".into(),
            (true, _) => "drawing: tap a lane for an event, drag from lane to lane for a message".into(),
            (false, true) => "drawing is over".into(),
            (false, false) => "nothing can be drawn in this protocol: its servers have no local events".into(),
        });
    }

    /// A pointer goes down: whether it begins a line.
    pub(super) fn pen_down(&mut self, id: i32, at: Point) -> bool {
        let begins = self.pen.on && !self.chart.causal && self.pen.line.is_none();
        let Some(from) = begins.then(|| self.spot(at)).flatten() else { return false };
        self.pen.line = Some(Line { id, from, start: at, now: at });
        true
    }

    /// A pointer moves: whether it draws.
    pub(super) fn pen_moves(&mut self, id: i32, at: Point) -> bool {
        let Some(line) = self.pen.line.as_mut().filter(|line| line.id == id) else { return false };
        line.now = at;
        self.change = self.line_words();
        true
    }

    /// A pointer goes up: whether that ends a line.
    pub(super) fn pen_up(&mut self, id: i32, at: Point) -> bool {
        let Some(line) = self.pen.line.take_if(|line| line.id == id) else { return false };
        let done = match self.spot(at) {
            _ if line.start.distance(at) <= TAP => self.draw_event(line.from),
            Some((to, _)) if to == line.from.0 => Err("a message goes to another lane".into()),
            Some(to) => self.draw_message(line.from, to),
            None => Err("a message ends on a lane".into()),
        };
        if let Err(why) = done {
            self.tell(why);
        }
        true
    }

    /// The lane of a server near a point, and the instant there: as round as a px is wide.
    fn spot(&self, at: Point) -> Option<(NodeId, Micros)> {
        let (view, order) = (self.viewport(), lane_order(&self.views.marks));
        let slot = view.lane_at(order.len(), at.x, at.y)?;
        let across = if view.orientation == Orientation::Across { at.y } else { at.x };
        let off = (across - view.lane_across(order.len(), slot)).abs();
        let (start, end) = view.plot();
        let step = 10u64.pow(((self.chart.span() as f64 / (end - start).max(1.0)).max(1.0) as u64).ilog10());
        let instant = Micros(view.time_at(at.x, at.y).0 / step * step);
        let is_server = self.lab.run().setup().actors.servers().contains(order[slot]);
        (is_server && off <= NEAR * view.pitch(order.len()) && instant <= self.until())
            .then_some((order[slot], instant))
    }

    /// The local event of a server that sends to another, or one that sends to nobody.
    fn stimulus(&self, node: NodeId, to: Option<NodeId>) -> Option<String> {
        let suffix = to.map(|to| format!(" to {}", self.name(to)));
        let all = self.lab.stimuli().into_iter().filter(|(name, _)| name == self.name(node)).map(|(_, label)| label);
        let mut fits = all.filter(|label| match &suffix {
            Some(suffix) => label.ends_with(suffix),
            None => !label.contains(" to "),
        });
        fits.next()
    }

    /// What the line would be.
    fn line_words(&self) -> String {
        let Some(line) = self.pen.line else { return String::new() };
        let (from, sent) = line.from;
        let (name, sent) = (self.name(from), words::time(sent));
        match self.spot(line.now) {
            Some((to, at)) if to != from => {
                format!("{name} sends to {} at {sent}, which receives it at {}", self.name(to), words::time(at))
            }
            _ => format!("{name} at {sent}: to which lane?"),
        }
    }

    /// An instant at which nothing has happened yet on any lane: at one instant interventions come first.
    fn free_instant(&self, at: Micros) -> Micros {
        let taken =
            |at: Micros| self.lab.events_until(at).checked_sub(1).is_some_and(|last| self.lab.event(last).at == at);
        if taken(at) { at.plus(Micros(1)) } else { at }
    }

    /// The interventions with one more: a local event of this kind.
    fn with_local(&mut self, (node, at): (NodeId, Micros), what: String) -> (u32, Vec<Intervention>) {
        let id = self.edits.fresh();
        let fault = Fault::Local { node: self.name(node).into(), what };
        let mut all = self.scenario().run.interventions.clone();
        all.push(Intervention::at(id, at, fault));
        (id, all)
    }

    fn draw_event(&mut self, (node, at): (NodeId, Micros)) -> Result<(), String> {
        let at = self.free_instant(at);
        let what = self.stimulus(node, None);
        let what = what.ok_or_else(|| format!("{} has no event that is not a message", self.name(node)))?;
        let words = format!("{what} of {}", self.name(node));
        let (id, all) = self.with_local((node, at), what);
        self.drawn(all, &words, (id, at));
        Ok(())
    }

    fn draw_message(&mut self, (from, sent): (NodeId, Micros), (to, at): (NodeId, Micros)) -> Result<(), String> {
        let sent = self.free_instant(sent);
        if at <= sent {
            return Err("a message arrives after it was sent: draw it forwards in time".into());
        }
        let what = self.stimulus(from, Some(to));
        let what = what.ok_or_else(|| format!("{} sends nothing to {} by itself", self.name(from), self.name(to)))?;
        let words = format!("{what} by {}", self.name(from));
        let (id, all) = self.with_local((from, sent), what);
        let mut branch = self.lab.branch_before(sent);
        branch.edit(all.clone()).map_err(|error| error.to_string())?;
        let all = readdressed(all, branch.as_mut());
        branch.edit(all.clone()).map_err(|error| error.to_string())?;
        let place = loop {
            let over = branch.advance(STRIDE);
            let run = branch.run();
            let event = run.trace().events.iter().rposition(|event| event.cause == Cause::Intervention(id));
            if let Some(event) = event {
                break run.trace().sent_by(event).find(|place| run.trace().messages[*place].to == to);
            }
            if over {
                break None;
            }
        };
        let all = match place {
            Some(place) => {
                let held = held(branch.as_ref(), Hit::Arrow(place), Part::End)?;
                let length = held.length(branch.run(), at);
                let aim = Aim { at, length, off: false, until: self.until(), fresh: self.edits.fresh() };
                meaning(&all, &held, aim)?
            }
            // It happens, and sends nothing just then: a server may be down.
            None => all,
        };
        self.drawn(all, &words, (id, sent));
        Ok(())
    }

    /// Runs the scene with what was drawn, and selects it.
    fn drawn(&mut self, all: Vec<Intervention>, words: &str, (id, at): (u32, Micros)) {
        if self.intervene(all, words, at) {
            let run = self.lab.run();
            let event = run.trace().events.iter().rposition(|event| event.cause == Cause::Intervention(id));
            self.selected = event.map_or(Selected::Nothing, Selected::Event);
        }
    }

    /// The line that is being drawn, as SVG.
    pub(super) fn line_svg(&self) -> String {
        let Some(line) = self.pen.line else { return String::new() };
        let view = self.viewport();
        let order = lane_order(&self.views.marks);
        let at = |(node, at): (NodeId, Micros)| {
            let slot = order.iter().position(|other| *other == node).unwrap_or_default();
            view.point(at, order.len(), slot)
        };
        let end = self.spot(line.now).filter(|(to, at)| *to != line.from.0 && *at > line.from.1);
        stroke(&view, at(line.from), end.map_or(line.now, at), end.is_some()).svg_body()
    }
}
