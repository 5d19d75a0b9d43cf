//! The tools of the stage: what a pointer does with them.

use super::{Dialog, Effect, Selected, Sheet, Studio};
use crate::stage::{Seats, Spot, Wall, spot};
use lightcone_core::{NodeId, NodeKind};
use lightcone_diagram::Point;

/// A tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Selects, and carries participants about.
    #[default]
    Select,
    /// Draws a partition of everyone.
    Split,
    /// Cuts one link.
    Scissors,
    /// Crashes, and starts again.
    Crash,
    /// Lets a client ask.
    Request,
}

impl Tool {
    /// All of them, in the order of the buttons.
    pub const ALL: [Tool; 5] = [Tool::Select, Tool::Split, Tool::Scissors, Tool::Crash, Tool::Request];

    /// Its name, its key, and what to do with it.
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Tool::Select => (
                "Select",
                "v",
                "Click a node or link to do something to it. Drag a node over a wall to change its side.",
            ),
            Tool::Split => ("Split", "s", "Draw across, or lasso one side. Clients are on a side too."),
            Tool::Scissors => {
                ("Scissors", "x", "Drag from sender to receiver to cut one way. Click a link to cut both.")
            }
            Tool::Crash => ("Crash", "c", "Click a node to crash it, again to restart it. Its disk survives."),
            Tool::Request => ("Request", "r", "Click a client to let it ask for something now."),
        }
    }
}

/// What the pointer is doing on the stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gesture {
    /// Nothing.
    #[default]
    Idle,
    /// It went down on something and did not move yet.
    Press(Option<Spot>, Point),
    /// It carries a participant; the point is from the participant's centre to the pointer.
    Carry(NodeId, Point),
    /// It draws.
    Stroke(Vec<Point>),
    /// It goes along a link from a sender.
    Snip(NodeId, Point),
}

/// Something that happens on the stage, in px from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub enum StageMsg {
    /// A tool is taken in hand.
    Take(Tool),
    /// The pointer goes down.
    Down(Point),
    /// The pointer moves while it is down.
    Move(Point),
    /// The pointer goes up.
    Up(Point),
    /// The pointer was taken away.
    Cancel,
    /// The tool is used on a participant by key.
    Use(NodeId),
    /// A menu opens, or turns to another sheet.
    Menu(Sheet),
    /// Everyone goes back to where they sat at first.
    Tidy,
}

/// A pointer that moved less did not move, in px.
const STILL: f64 = 5.0;

impl Studio {
    pub(super) fn stage(&mut self, msg: StageMsg) -> Vec<Effect> {
        match msg {
            StageMsg::Take(tool) => self.take(tool),
            StageMsg::Down(at) => self.stage_down(at),
            StageMsg::Move(at) => self.stage_move(at),
            StageMsg::Up(at) => self.stage_up(at),
            StageMsg::Cancel => self.gesture = Gesture::Idle,
            StageMsg::Use(node) => self.tap(Some(Spot::Node(node)), true),
            StageMsg::Menu(sheet) => {
                let by_key = self.menu.is_none_or(|menu| menu.by_key);
                self.open_menu(sheet, by_key);
            }
            StageMsg::Tidy => self.moved.clear(),
        }
        Vec::new()
    }

    fn take(&mut self, tool: Tool) {
        self.gesture = Gesture::Idle;
        self.tool = tool;
        let (name, _, hint) = tool.words();
        self.say(format!("{name}. {hint}"));
    }

    /// Where everyone sits now.
    pub fn seats(&self) -> Seats {
        let people: Vec<(String, NodeKind)> =
            self.lab.participants().iter().map(|spec| (spec.name.clone(), spec.kind)).collect();
        Seats::new(&people, self.stage_size, &self.moved)
    }

    fn stage_down(&mut self, at: Point) {
        let found = spot(&self.views.picture, at);
        self.gesture = match (self.tool, found) {
            (Tool::Split, _) => Gesture::Stroke(vec![at]),
            (Tool::Scissors, Some(Spot::Node(node))) => Gesture::Snip(node, at),
            _ => Gesture::Press(found, at),
        };
    }

    fn stage_move(&mut self, at: Point) {
        match &mut self.gesture {
            Gesture::Idle => {}
            Gesture::Stroke(points) => points.push(at),
            Gesture::Snip(_, to) => *to = at,
            Gesture::Press(Some(Spot::Node(node)), start) if self.tool == Tool::Select => {
                if start.distance(at) > STILL {
                    let node = *node;
                    let centre = self.views.picture.seats.at[node.index()];
                    let grip = Point { x: start.x - centre.x, y: start.y - centre.y };
                    self.pin_walls();
                    self.gesture = Gesture::Carry(node, grip);
                    self.carry(node, grip, at);
                }
            }
            Gesture::Press(..) => {}
            Gesture::Carry(node, grip) => {
                let (node, grip) = (*node, *grip);
                self.carry(node, grip, at);
            }
        }
    }

    fn carry(&mut self, node: NodeId, grip: Point, at: Point) {
        let centre = Point { x: at.x - grip.x, y: at.y - grip.y };
        let name = self.name(node).to_string();
        self.moved.insert(name, self.stage_size.share(centre));
    }

    fn stage_up(&mut self, at: Point) {
        match std::mem::take(&mut self.gesture) {
            Gesture::Idle => {}
            Gesture::Press(found, start) => {
                if start.distance(at) <= STILL * 2.0 {
                    self.tap(found, false);
                }
            }
            Gesture::Carry(node, _) => self.change_sides(node),
            Gesture::Stroke(points) => self.stroke(&points),
            Gesture::Snip(from, _) => match spot(&self.views.picture, at) {
                Some(Spot::Node(to)) if to != from => self.cut(from, to, false),
                _ => self.say("drag from the sender to the receiver"),
            },
        }
    }

    fn stroke(&mut self, points: &[Point]) {
        let Some(wall) = Wall::drawn(points, self.stage_size) else {
            return self.say("draw from one edge to another, or around one side");
        };
        let seats = self.seats();
        let enclosed = |place: &usize| wall.encloses(seats.size.share(seats.at[*place]));
        let names: Vec<String> =
            (0..seats.at.len()).filter(enclosed).map(|place| self.lab.participants()[place].name.clone()).collect();
        self.split(&names, Some(wall));
    }

    /// A click, or its key.
    fn tap(&mut self, found: Option<Spot>, by_key: bool) {
        match (self.tool, found) {
            (Tool::Crash, Some(Spot::Node(node))) => self.crash_or_restart(node),
            (Tool::Request, Some(Spot::Node(node))) => self.ask(node),
            (Tool::Scissors, Some(Spot::Link(a, b))) => self.cut(a, b, true),
            (tool, Some(Spot::Node(node))) => {
                self.select(Selected::Node(node));
                if tool == Tool::Select {
                    self.toggle_menu(Sheet::Node(node), by_key);
                }
            }
            (Tool::Select, Some(Spot::Link(a, b))) => self.toggle_menu(Sheet::Link(a, b), by_key),
            (_, Some(Spot::Flight(message))) => self.select(Selected::Message(message)),
            (_, Some(Spot::Wall(id))) => self.select(Selected::Fault(id)),
            (_, Some(Spot::Link(..)) | None) => self.select(Selected::Nothing),
        }
    }

    /// Opens a menu, unless the same click closed it as it went down.
    fn toggle_menu(&mut self, sheet: Sheet, by_key: bool) {
        let about = |sheet: Sheet| matches!(sheet, Sheet::Node(_) | Sheet::NodeMore(_) | Sheet::Links(_));
        let shut = self.shut.take();
        if !shut.is_some_and(|shut| shut.node() == sheet.node() && about(shut) == about(sheet)) {
            self.open_menu(sheet, by_key);
        }
    }

    /// Opens the request form for a client; a server is asked through the first client.
    fn ask(&mut self, node: NodeId) {
        let clients = self.clients();
        let Some(first) = clients.first() else { return self.say("this protocol has no clients") };
        self.request.client = if clients.contains(&node) { node } else { *first };
        self.clock.playing = false;
        self.dialog = Some(Dialog::Request);
    }
}
