//! All that the page knows, as one plain value, and how it changes.
//!
//! [`Studio::update`] takes a message, changes the value and returns what is to be done outside of it. Nothing here
//! touches a browser, so that the tests run on the host.

mod beside;
mod causality;
mod chaos;
mod chart;
mod compare;
pub mod drag;
mod edit;
mod focus;
mod heal;
mod hunt;
mod inbox;
mod judging;
mod menu;
mod minimap;
mod msg;
mod page;
mod pen;
mod pieces;
mod previous;
mod query;
mod reading;
mod readout;
mod request;
mod roam;
mod search;
mod settings;
mod side;
mod sweep;
mod time;
mod tools;
mod veil;
mod views;
mod whatif;
pub mod words;

#[cfg(test)]
mod tests;

use crate::engine;
use crate::stage::{Size, Wall};
use lightcone_catalog::{Lab, Scenario};
use lightcone_core::{Micros, NodeId, Sorted};
use lightcone_diagram::{Hit, Orientation, Point};
use lightcone_sim::{Across, view::Window};

pub use beside::Beside;
pub use causality::{CONCURRENT, CausalMsg, Causality, Standing, Stands, Tells};
pub use chaos::Chaos;
pub use chart::{Chart, ChartMsg};
pub use compare::{Compare, CompareMsg, Entry, With};
pub use drag::{Drag, DragMsg};
pub use edit::{EditMsg, Edits};
pub use focus::{FaultLine, Focus, NodeFocus, state_of};
pub use hunt::{Came, FROM, Hunt, HuntMsg, Limit, Report};
pub use inbox::{Inbox, InboxMsg, Mail, Tray};
pub use judging::{Doubt, JudgeMsg, Judging, SANDBOX, Seen};
pub use menu::{Item, Menu, MenuView, Sheet};
pub use minimap::{MAP_HEIGHT, Map, MapMsg};
pub use msg::{Effect, Msg, Order, Whose};
pub use page::{Banner, Dialog, Options, PageMsg, Proof, Theme};
pub use pen::{Pen, PenMsg};
pub use pieces::{Piece, Pieces};
pub use reading::{Hidden, Reading, ReadingMsg, Sheaf};
pub use readout::ReadoutLine;
pub use request::{RequestDraft, VERBS};
pub use roam::{Roam, RoamMsg};
pub use search::{Found, KINDS, Search};
pub use settings::Draft;
pub use side::{Side, SideMsg, SideRow};
pub use sweep::{CONDITION, KNOB, MEASURE, SEEDS, SweepMsg, Sweeps, VALUES, has_condition, measures};
pub use time::{Clock, SPEEDS, TimeMsg};
pub use tools::{Gesture, StageMsg, Tool};
pub use veil::{Known, Veil};
pub use views::Views;
pub use whatif::WhatIf;

/// Everything that the page shows and does.
pub struct Studio {
    /// The run.
    pub lab: Box<dyn Lab>,
    /// Whether the run is computed to its end.
    pub done: bool,
    /// Raised by everything that changes the run.
    pub version: u64,
    /// Where in virtual time we are, and how it passes.
    pub clock: Clock,
    /// What was asked about causality.
    pub causality: Causality,
    /// What the participant knows whose knowledge is shown.
    pub known: Known,
    /// A branch without something that happened.
    pub what_if: Option<WhatIf>,
    /// What is selected, on all panels at once.
    pub selected: Selected,
    /// What the pointer is over on the diagram.
    pub hovered: Option<Hit>,
    /// The tool in hand.
    pub tool: Tool,
    /// What becomes of messages across the next partition.
    pub across: Across,
    /// The space of the stage.
    pub stage_size: Size,
    /// Who was moved where, in shares of the stage.
    pub moved: Sorted<String, Point>,
    /// The walls that were drawn, by intervention.
    pub walls: Sorted<u32, Wall>,
    /// What the pointer is doing on the stage.
    pub gesture: Gesture,
    /// The diagram's window and what the pointers are doing there.
    pub chart: Chart,
    /// What is being dragged on the diagram.
    pub drag: Drag,
    /// What is drawn on the diagram by hand.
    pub pen: Pen,
    /// The run as it was before the last edit.
    pub previous: Option<Box<dyn Lab>>,
    /// What a drag does, or what the last edit changed, in words.
    pub change: String,
    /// Whether it is not said yet what the last edit changed.
    untold: bool,
    /// How the run is read: search, captions, what is left out.
    pub reading: Reading,
    /// The strip of the whole run.
    pub map: Map,
    /// Where the keyboard stands on the diagram.
    pub roam: Roam,
    /// What was asked of the judges.
    pub judging: Judging,
    /// A second run beside this one.
    pub compare: Option<Compare>,
    /// The width of the scrub strip.
    pub strip: f64,
    /// What was edited, and what was taken back.
    pub edits: Edits,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// The settings as they are being written.
    pub draft: Draft,
    /// Faults from a seed: how they are drawn, and which they are.
    pub chaos: Chaos,
    /// The search for what breaks this.
    pub hunt: Hunt,
    /// One setting over many runs.
    pub sweeps: Sweeps,
    /// Protocols side by side.
    pub side: Side,
    /// The request as it is being written.
    pub request: RequestDraft,
    /// The menu of the stage that is open.
    pub menu: Option<Menu>,
    /// The menu that the pointer closed as it went down.
    shut: Option<Sheet>,
    /// How long a selected message shall fly, in ms, as it is being written.
    pub flight: Option<String>,
    /// A message above everything.
    pub banner: Option<Banner>,
    /// Whether the run is the one that the link promised.
    pub proof: Proof,
    /// How the page was asked for.
    pub options: Options,
    /// What a screen reader says next.
    pub said: String,
    /// Whether the address still shows an older scene.
    pub dirty: bool,
    /// Whether it just became so.
    stale: bool,
    /// Whether the last message changed nothing that is drawn.
    pub unchanged: bool,
    /// What is drawn, made anew where it changed.
    pub views: Views,
}

/// What is selected. One selection is shared by all panels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selected {
    /// Nothing: the panels follow the playhead.
    #[default]
    Nothing,
    /// An event.
    Event(usize),
    /// A message, by its place among the messages of the run.
    Message(usize),
    /// A participant.
    Node(NodeId),
    /// An intervention.
    Fault(u32),
}

/// The protocol that is opened if nothing else is asked for.
pub const FIRST: &str = "raft";

impl Studio {
    /// The page with the scene of `fragment`, or with the default scene if there is none or it cannot be opened.
    pub fn open(options: Options, fragment: &str) -> Studio {
        let scene = engine::default_scenario(FIRST);
        let lab = engine::open(scene).expect("the default scene can be run");
        let mut studio = Studio {
            lab,
            done: false,
            version: 0,
            clock: Clock::default(),
            causality: Causality::default(),
            known: Known::default(),
            what_if: None,
            selected: Selected::Nothing,
            hovered: None,
            tool: Tool::Select,
            across: Across::Lost,
            stage_size: Size { width: 900.0, height: 372.0 },
            moved: Sorted::new(),
            walls: Sorted::new(),
            gesture: Gesture::Idle,
            chart: Chart::new(Size { width: 900.0, height: 400.0 }, Orientation::Across),
            drag: Drag::None,
            pen: Pen::default(),
            previous: None,
            change: String::new(),
            untold: false,
            reading: Reading::default(),
            map: Map::default(),
            roam: Roam::default(),
            judging: Judging::default(),
            compare: None,
            strip: 600.0,
            edits: Edits::default(),
            dialog: None,
            draft: Draft::default(),
            chaos: Chaos::default(),
            hunt: Hunt::default(),
            sweeps: Sweeps::default(),
            side: Side::default(),
            request: RequestDraft::default(),
            menu: None,
            shut: None,
            flight: None,
            banner: None,
            proof: Proof::None,
            said: String::new(),
            dirty: false,
            stale: false,
            unchanged: false,
            views: Views::default(),
            options,
        };
        studio.install();
        studio.open_fragment(fragment, "The default scene is open instead.");
        studio.clock.playing = !studio.options.still && !studio.options.embed;
        if let Some(start) = studio.options.start {
            studio.clock.playing = false;
            studio.seek(start);
        }
        studio.refresh();
        studio
    }

    /// Takes one message and returns what is to be done outside.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let (open, step) = (self.menu, drag::Step::of(&msg));
        if let Msg::Stage(StageMsg::Down(_)) = msg {
            self.shut = open.map(|menu| menu.sheet);
        }
        if closes_menu(&msg) {
            self.menu = None;
        }
        if disturbs(&msg) {
            self.let_go();
            self.change.clear();
        }
        if matches!(msg, Msg::Chart(ChartMsg::Down(..)) | Msg::Stage(StageMsg::Down(_))) {
            self.reading.open = None;
        }
        let mut effects = match msg {
            Msg::Time(msg) => self.time(msg),
            Msg::Stage(msg) => self.stage(msg),
            Msg::Chart(msg) => self.chart(msg),
            Msg::Drag(msg) => self.drag(msg),
            Msg::Pen(msg) => self.pen(msg),
            Msg::Edit(msg) => self.edit(msg),
            Msg::Read(msg) => self.read(msg),
            Msg::Compare(msg) => self.comparison(msg),
            Msg::Roam(msg) => self.roam(msg),
            Msg::Map(msg) => self.map(msg),
            Msg::Causal(msg) => self.causal(msg),
            Msg::Inbox(msg) => self.network(msg),
            Msg::Judge(msg) => self.judge(msg),
            Msg::Hunt(msg) => self.hunt(msg),
            Msg::Sweep(msg) => self.sweep(msg),
            Msg::Side(msg) => self.lay_side(msg),
            Msg::Page(msg) => self.page(msg),
            Msg::Select(selected) => {
                self.select(selected);
                Vec::new()
            }
        };
        // The keyboard goes back to where the menu was opened.
        if let (Some(Menu { sheet, by_key: true }), None) = (open, self.menu) {
            effects.push(Effect::Focus(format!("node-{}", self.name(sheet.node()))));
        }
        if std::mem::take(&mut self.stale) {
            effects.push(Effect::AddressLater);
        }
        self.unchanged = self.waits_with(step);
        if !self.unchanged {
            self.look_on();
            self.refresh();
        }
        effects
    }

    /// Puts another run in place of the present one, from its beginning.
    pub(crate) fn replace_lab(&mut self, lab: Box<dyn Lab>) {
        let same = lab.about().id == self.lab.about().id;
        self.lab = lab;
        self.previous = None;
        self.banner = None;
        self.leave_hunt();
        if !same {
            self.moved.clear();
            self.walls.clear();
            self.tool = Tool::Select;
        }
        self.install();
    }

    /// Everything that starts over with a new run.
    fn install(&mut self) {
        self.done = false;
        self.version += 1;
        self.selected = Selected::Nothing;
        (self.causality, self.what_if) = (Causality::default(), None);
        self.hovered = None;
        self.gesture = Gesture::Idle;
        self.drag = Drag::None;
        self.pen = Pen { on: self.pen.on && self.can_draw(), line: None };
        self.untold = false;
        self.menu = None;
        self.compare = None;
        self.judging.rule = None;
        (self.chart.causal, self.reading.cut) = (false, None);
        self.roam = Roam::default();
        self.clock.restart();
        self.edits.seen(self.lab.scenario());
        self.chart.show(Window { from: Micros::ZERO, to: Micros::ZERO }, self.until());
        self.draft = Draft::of(self.lab.as_ref());
        self.request = RequestDraft::default();
        self.compute();
    }

    /// The scenario that is being run.
    pub fn scenario(&self) -> &Scenario {
        self.lab.scenario()
    }

    /// The end of the run.
    pub fn until(&self) -> Micros {
        self.lab.scenario().run.until
    }

    /// A participant's name.
    pub fn name(&self, node: NodeId) -> &str {
        &self.lab.participants()[node.index()].name
    }

    /// Selects something. The panels show it until something else is.
    fn select(&mut self, selected: Selected) {
        if self.take_second(selected) {
            return;
        }
        if selected != self.selected {
            self.what_if = None;
        }
        self.selected = selected;
        self.flight = None;
        let at = match selected {
            Selected::Event(event) => Some(self.lab.event(event).at),
            Selected::Fault(id) => self.instant_of(id),
            _ => None,
        };
        if let Some(at) = at {
            self.reveal(at);
        }
    }

    /// Whether a frame is wanted: something moves or is still being computed.
    pub fn wants_frame(&self) -> bool {
        !self.done || self.works_beside() || self.drag.wants_frame() || self.views.pieces.stale
    }

    /// Whether something moves, or is computed beside the run and a drag of it.
    fn works_beside(&self) -> bool {
        self.clock.playing || self.what_if_computes() || self.compares() || self.reading.search.is_running()
    }

    /// The address is to follow the scene.
    fn soil(&mut self) {
        self.dirty = true;
        self.stale = true;
    }

    /// Says something to a screen reader.
    fn say(&mut self, words: impl Into<String>) {
        self.said = words.into();
    }
}

/// Whether a menu closes: with everything but what happens by itself, or on the menu.
fn closes_menu(msg: &Msg) -> bool {
    match msg {
        Msg::Time(msg) => !matches!(msg, TimeMsg::Frame(_)),
        Msg::Stage(msg) => matches!(msg, StageMsg::Down(_) | StageMsg::Take(_) | StageMsg::Tidy),
        Msg::Chart(msg) => !matches!(msg, ChartMsg::Move(..) | ChartMsg::Leave),
        Msg::Page(msg) => {
            matches!(msg, PageMsg::Open(_) | PageMsg::Ask(_) | PageMsg::Protocol(_) | PageMsg::Address(_))
        }
        Msg::Causal(CausalMsg::Aim(_)) => false,
        Msg::Hunt(msg) => *msg == HuntMsg::Load,
        Msg::Sweep(msg) => matches!(msg, SweepMsg::Pick(_)),
        Msg::Side(msg) => matches!(msg, SideMsg::Pick(_)),
        Msg::Compare(msg) => !matches!(msg, CompareMsg::Aim(_) | CompareMsg::Roam(RoamMsg::Leave)),
        Msg::Roam(msg) => *msg != RoamMsg::Leave,
        Msg::Map(msg) => !matches!(msg, MapMsg::Move(..)),
        Msg::Read(_)
        | Msg::Edit(_)
        | Msg::Drag(_)
        | Msg::Pen(_)
        | Msg::Causal(_)
        | Msg::Inbox(_)
        | Msg::Judge(_)
        | Msg::Select(_) => true,
    }
}

/// Whether a drag cannot go on beside this: it changes the run or what is shown of it, or time passes.
fn disturbs(msg: &Msg) -> bool {
    match msg {
        Msg::Time(msg) => !matches!(msg, TimeMsg::Frame(_)),
        Msg::Page(msg) => {
            matches!(msg, PageMsg::Open(_) | PageMsg::Ask(_) | PageMsg::Protocol(_) | PageMsg::Address(_))
        }
        Msg::Stage(msg) => matches!(msg, StageMsg::Down(_) | StageMsg::Take(_) | StageMsg::Use(_)),
        Msg::Roam(msg) | Msg::Compare(CompareMsg::Roam(msg)) => !matches!(msg, RoamMsg::Enter | RoamMsg::Leave),
        Msg::Read(_) | Msg::Edit(_) | Msg::Pen(_) | Msg::Causal(_) | Msg::Inbox(_) | Msg::Select(_) => true,
        Msg::Judge(msg) => *msg == JudgeMsg::FirstError,
        Msg::Hunt(msg) => *msg == HuntMsg::Load,
        Msg::Sweep(msg) => matches!(msg, SweepMsg::Pick(_)),
        Msg::Side(msg) => matches!(msg, SideMsg::Pick(_)),
        Msg::Chart(_) | Msg::Map(_) | Msg::Drag(_) | Msg::Compare(_) => false,
    }
}
