//! The page around the scene: dialogs, banner, address, theme.

use super::{Draft, Effect, RequestDraft, Selected, Studio, Tool};
use crate::engine;
use crate::stage::Size;
use lightcone_catalog::ScenarioError;
use lightcone_core::{Micros, NodeId};
use lightcone_diagram::Orientation;

/// How the page was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Inside someone else's page: stage, diagram and transport alone.
    pub embed: bool,
    /// The colours.
    pub theme: Theme,
    /// Whether motion was asked to stay away.
    pub still: bool,
    /// The address of the full page, without a fragment.
    pub base: String,
    /// The instant to open at.
    pub start: Option<Micros>,
}

/// The colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Its name in the address and in storage.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of that name.
    pub fn named(name: &str) -> Option<Theme> {
        [Theme::System, Theme::Light, Theme::Dark].into_iter().find(|theme| theme.name() == name)
    }

    fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The keys.
    Help,
    /// The fidelity card of the protocol.
    About,
    /// The settings of the scene.
    Settings,
    /// The link and the file.
    Share,
    /// A client's request.
    Request,
    /// Faults from a seed.
    Chaos,
    /// The search for what breaks this.
    Hunt,
    /// One setting over many runs.
    Sweep,
    /// What the run is to be compared with.
    Compare,
    /// Several protocols at once.
    Side,
    /// The settings of a second run.
    OtherSettings,
}

/// A message above everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// What it says.
    pub words: String,
    /// One line for each thing that it is about.
    pub lines: Vec<String>,
}

impl Banner {
    /// Something went wrong.
    pub fn warning(words: impl Into<String>) -> Banner {
        Banner { words: words.into(), lines: Vec::new() }
    }
}

/// Whether the run is the one that the link promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing was promised, or the scene was edited since.
    None,
    /// The fingerprint that is promised; the run is not over yet.
    Promised(u64),
    /// It is.
    Matches,
    /// It is not.
    Differs,
}

/// Something that happens around the scene.
#[derive(Clone, Debug, PartialEq)]
pub enum PageMsg {
    /// A dialog opens.
    Open(Dialog),
    /// The request form opens for a client.
    Ask(NodeId),
    /// The dialog closes.
    Close,
    /// The banner goes.
    Dismiss,
    /// What is under way is given up: gesture, dialog, selection, in this order.
    Escape,
    /// A field of the settings holds another text.
    Write(String, String),
    /// How long a selected message shall fly, in ms, holds another text.
    Flight(String),
    /// The settings are to be run.
    Apply,
    /// Faults are to be drawn from a seed.
    Unleash,
    /// The request form holds something else.
    Draft(RequestDraft),
    /// The request is to be sent.
    Send,
    /// Another protocol, with its own scene.
    Protocol(String),
    /// The next theme.
    Theme,
    /// The address has another fragment now, not by us.
    Address(String),
    /// The address is to follow the scene now.
    AddressNow,
    /// This goes to the clipboard.
    Copy(String),
    /// It went there, or not.
    Copied(bool),
    /// The stage has another size.
    StageSize(Size),
    /// The diagram has another size.
    ChartSize(Size),
    /// The scrub strip has another width.
    StripWidth(f64),
}

/// Below this width time runs down.
const NARROW: f64 = 560.0;

impl Studio {
    pub(super) fn page(&mut self, msg: PageMsg) -> Vec<Effect> {
        match msg {
            PageMsg::Open(dialog) => self.open_dialog(dialog),
            PageMsg::Ask(client) => {
                self.request.client = client;
                self.open_dialog(Dialog::Request);
            }
            PageMsg::Close => self.dialog = None,
            PageMsg::Dismiss => self.banner = None,
            PageMsg::Escape => self.escape(),
            PageMsg::Write(name, text) => {
                if name == super::KNOB {
                    let values = self.values_for(&text);
                    self.draft.texts.insert(super::VALUES.into(), values);
                }
                self.draft.texts.insert(name, text);
                self.draft.wrong = None;
            }
            PageMsg::Flight(text) => self.flight = Some(text),
            PageMsg::Apply => self.apply(),
            PageMsg::Unleash => self.unleash(),
            PageMsg::Draft(draft) => self.request = draft,
            PageMsg::Send => self.send(),
            PageMsg::Protocol(id) => self.switch(&id),
            PageMsg::Theme => {
                self.options.theme = self.options.theme.next();
                return vec![Effect::Theme(self.options.theme)];
            }
            PageMsg::Address(fragment) => self.open_fragment(&fragment, "What was open stays."),
            PageMsg::AddressNow => return self.address_now(),
            PageMsg::Copy(text) => return vec![Effect::Copy(text)],
            PageMsg::Copied(done) => {
                self.say(if done { "copied" } else { "the browser does not allow copying: select the text instead" });
            }
            PageMsg::StageSize(size) => self.stage_size = size,
            PageMsg::ChartSize(size) => {
                let narrow = size.width < NARROW;
                let until = self.chart_reach();
                self.chart.resize(size, if narrow { Orientation::Down } else { Orientation::Across }, until);
            }
            PageMsg::StripWidth(width) => self.strip = width,
        }
        Vec::new()
    }

    fn open_dialog(&mut self, dialog: Dialog) {
        self.clock.playing = false;
        self.dialog = Some(dialog);
        match dialog {
            Dialog::Settings | Dialog::OtherSettings => self.draft = Draft::of(self.lab.as_ref()),
            Dialog::Chaos => self.draft = self.chaos.draft(),
            Dialog::Hunt => self.draft = self.hunt_draft(),
            Dialog::Sweep => self.draft = self.sweep_draft(),
            Dialog::Side => self.first_sides(),
            Dialog::Help | Dialog::About | Dialog::Share | Dialog::Request | Dialog::Compare => {}
        }
    }

    fn escape(&mut self) {
        if self.let_go() {
            return;
        }
        if self.gesture != super::Gesture::Idle {
            self.gesture = super::Gesture::Idle;
        } else if self.menu.is_some() {
            self.menu = None;
        } else if self.reading.open.is_some() {
            self.reading.open = None;
        } else if self.dialog.is_some() {
            self.dialog = None;
        } else if self.asks() {
            self.ask_no_more();
        } else if self.pen.on {
            self.pen = super::Pen::default();
        } else if self.selected != Selected::Nothing {
            self.selected = Selected::Nothing;
        } else {
            self.tool = Tool::Select;
        }
    }

    fn send(&mut self) {
        let (client, op) = (self.request.client, self.request.op());
        let fault = lightcone_sim::Fault::Request { client: self.name(client).into(), op };
        if self.add(fault) {
            self.dialog = None;
        }
    }

    fn switch(&mut self, protocol: &str) {
        if protocol == self.lab.about().id {
            return;
        }
        self.remember("another protocol");
        match engine::open(engine::default_scenario(protocol)) {
            Ok(lab) => {
                self.replace_lab(lab);
                self.changed();
                self.say(format!("{} is open", self.lab.about().title));
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Opens the scene of a fragment. If it cannot be opened, says why and what is open instead, and leaves that alone.
    pub(super) fn open_fragment(&mut self, fragment: &str, instead: &str) {
        if fragment.is_empty() {
            return;
        }
        let opened =
            engine::decode(fragment).and_then(|read| Ok((engine::open(read.scenario)?, read.fingerprint, read.wrong)));
        match opened {
            Ok((lab, promised, wrong)) => {
                self.remember("another link");
                self.proof = promised.map_or(Proof::None, Proof::Promised);
                self.replace_lab(lab);
                self.left_out(&wrong);
                (self.dirty, self.stale) = (false, false);
                self.prove();
            }
            Err(error) => {
                let words = sentence(&error.to_string());
                self.banner = Some(Banner::warning(format!("{words} {instead}")));
                self.say(words);
            }
        }
    }

    /// Says what of a scene cannot be, and was left out.
    pub(super) fn left_out(&mut self, wrong: &[ScenarioError]) {
        if wrong.is_empty() {
            return;
        }
        let what = if wrong.len() == 1 { "One thing".into() } else { format!("{} things", wrong.len()) };
        let words = format!("{what} in this link cannot be and was left out. The rest is open.");
        self.say(words.clone());
        self.banner = Some(Banner { words, lines: wrong.iter().map(|wrong| sentence(&wrong.to_string())).collect() });
    }

    /// Compares a link's promise with the run, once that is over.
    pub(super) fn prove(&mut self) {
        let (Proof::Promised(promised), true) = (self.proof, self.done) else { return };
        if promised == self.lab.fingerprint() {
            self.proof = Proof::Matches;
        } else {
            self.proof = Proof::Differs;
            let words = "This build replays this link differently: the run below is not the one that was recorded.";
            self.banner = Some(Banner::warning(words));
            self.say(words);
        }
    }

    fn address_now(&mut self) -> Vec<Effect> {
        if !self.dirty {
            return Vec::new();
        }
        // A link carries the fingerprint of the whole run, so it waits for its end.
        if !self.done {
            self.stale = true;
            return Vec::new();
        }
        self.dirty = false;
        vec![Effect::Address(self.fragment())]
    }

    /// The scene as a fragment, with its fingerprint if the run is over.
    pub fn fragment(&self) -> String {
        engine::encode(self.scenario(), self.done.then(|| self.lab.fingerprint()))
    }
}

/// An error as a sentence.
fn sentence(words: &str) -> String {
    let mut sentence = words.to_string();
    // Only what is ours comes first, in plain letters: the tables of all alphabets are large.
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
