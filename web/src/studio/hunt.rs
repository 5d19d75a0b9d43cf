//! The search for the shortest way to break what runs here: what is asked for, how far it is, and what it came to. It is
//! done by a program of its own, which is only told what to do and reports in words.

use super::{Dialog, Draft, Effect, Order, PageMsg, Studio, Whose, settings::whole};
use crate::engine;
use lightcone_catalog::ScenarioError;
use lightcone_core::{Bound, Delivery, FieldKind, Order as Links, Sorted};
use serde_json::{Map, Value};

/// What is being sought, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Hunt {
    /// What was written in the form when it was last used.
    texts: Sorted<String, String>,
    /// Whether it goes on.
    pub runs: bool,
    /// What it says of itself.
    pub report: Report,
    /// Whether another scene was opened since it began.
    left: bool,
}

/// What a search says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What it does, or what it came to, one sentence after the other.
    pub words: Vec<String>,
    /// How far it is: a name and a number each.
    pub facts: Vec<(String, String)>,
    /// The steps of what was found.
    pub steps: Vec<String>,
    /// What was found as a scenario: the fragment of a link.
    pub scenario: Option<String>,
    /// The scenarios that the picture can open, as fragments of links.
    pub opens: Vec<String>,
    /// All of it as SVG, if it is drawn.
    pub picture: Option<String>,
}

/// What comes of long work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It is so far.
    Report(String),
    /// It is over, and came to this.
    Over(String),
    /// It cannot be done.
    Wrong(String),
    /// It was ended.
    Stopped,
}

/// Something that happens to the search.
#[derive(Clone, Debug, PartialEq)]
pub enum HuntMsg {
    /// It is to begin.
    Begin,
    /// It is to end.
    Stop,
    /// Something came of it.
    Came(Came),
    /// The run that is open is to become smaller.
    Shrink,
    /// What was found is to be opened.
    Load,
}

/// One bound of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in the form: `hunt.crashes`.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it means.
    pub words: &'static str,
    /// What it is if nothing was written.
    usual: u64,
    most: u64,
}

/// From where a search starts: the `start`, or the `moment` that is shown.
pub const FROM: &str = "hunt.from";
/// So much of each thing is more than can be searched.
const MOST: u64 = 50;
/// How many servers there are.
const NODES: &str = "hunt.nodes";
/// So many states are looked at where nothing else was written, and at most.
const STATES: (u64, u64) = (300_000, 10_000_000);

impl Report {
    /// What a line of JSON says.
    pub(super) fn read(line: &str) -> Report {
        let all: Value = serde_json::from_slice(line.as_bytes()).unwrap_or_default();
        let list = |name: &str| all[name].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        Report {
            words: list("words").iter().map(text).collect(),
            facts: list("facts").iter().map(|fact| (text(&fact[0]), text(&fact[1]))).collect(),
            steps: list("steps").iter().map(text).collect(),
            scenario: all["scenario"].as_str().map(String::from),
            opens: list("opens").iter().map(text).collect(),
            picture: all["picture"].as_str().map(String::from),
        }
    }
}

impl Studio {
    /// What can be bounded of a search of this protocol.
    pub fn limits(&self) -> Vec<Limit> {
        let limit = |name, label, words, usual| Limit { name, label, words, usual, most: MOST };
        let assumed = &self.lab.about().assumptions;
        let lossy = assumed.delivery != Delivery::Reliable;
        let lies = assumed.lies != Bound::None;
        let few = if lies { 4 } else { 3 };
        let servers = (self.lab.participants().len() - self.clients().len()) as u64;
        let numbered = self.lab.form().fields.iter().any(|field| matches!(field.kind, FieldKind::Number { .. }));
        let of = |there: bool, limit: Limit| there.then_some(limit);
        let states = Limit {
            usual: STATES.0,
            most: STATES.1,
            ..limit("hunt.states", "states", "At most so many in each search.", 0)
        };
        [
            of(numbered, limit(NODES, "nodes", "How many servers, from the start.", servers.min(few))),
            of(!self.clients().is_empty(), limit("hunt.requests", "requests", "What clients may ask for.", 1)),
            of(true, limit("hunt.timeouts", "timeouts", "How often a timer may fire.", 2)),
            of(true, limit("hunt.crashes", "crashes", "Each may come back whenever.", 0)),
            of(lossy && assumed.order != Links::Any, limit("hunt.losses", "losses", "Messages that are lost.", 0)),
            of(lossy, limit("hunt.duplicates", "copies", "Messages that arrive twice.", 0)),
            of(lies, limit("hunt.lies", "lies", "What liars may say.", 1)),
            of(!self.lab.stimuli().is_empty(), limit("hunt.local", "local events", "As often as this.", 1)),
            Some(states),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What stands in the form when it opens.
    pub(super) fn hunt_draft(&self) -> Draft {
        let mut texts = Sorted::new();
        texts.extend(self.limits().iter().map(|limit| (limit.name.to_string(), limit.usual.to_string())));
        texts.insert(FROM.to_string(), "start".to_string());
        texts.extend(self.hunt.texts.clone());
        Draft { texts, wrong: None }
    }

    pub(super) fn hunt(&mut self, msg: HuntMsg) -> Vec<Effect> {
        match msg {
            HuntMsg::Begin => return self.begin_hunt(),
            HuntMsg::Stop if self.hunt.runs => return vec![Effect::Job(Whose::Search, Order::Stop)],
            HuntMsg::Stop => {}
            HuntMsg::Came(came) => return self.hunted(came),
            HuntMsg::Shrink => return self.make_smaller(),
            HuntMsg::Load => self.load_found(),
        }
        Vec::new()
    }

    /// The run that is open, which breaks something, without what that does not need.
    fn make_smaller(&mut self) -> Vec<Effect> {
        self.page(PageMsg::Open(Dialog::Hunt));
        let mut task = Map::new();
        task.insert("kind".into(), "shrink".into());
        task.insert("scenario".into(), engine::encode(self.scenario(), None).into());
        let texts = std::mem::take(&mut self.hunt.texts);
        self.send_out(texts, &Value::Object(task))
    }

    /// Begins a task in place of the present one.
    fn send_out(&mut self, texts: Sorted<String, String>, task: &Value) -> Vec<Effect> {
        let words = vec!["Searching…".into()];
        self.hunt = Hunt { texts, runs: true, report: Report { words, ..Report::default() }, left: false };
        self.say("searching");
        vec![Effect::Job(Whose::Search, Order::Begin(task.to_string()))]
    }

    fn begin_hunt(&mut self) -> Vec<Effect> {
        match self.wanted() {
            Err(error) => {
                self.refuse_beside(error);
                Vec::new()
            }
            Ok(task) => {
                let texts = self.draft.texts.clone();
                self.draft.wrong = None;
                self.send_out(texts, &task)
            }
        }
    }

    /// What is asked for: the settings of the run that is open, within the bounds as written.
    fn wanted(&self) -> Result<Value, ScenarioError> {
        let mut wanted = Map::new();
        wanted.insert("kind".into(), "search".into());
        wanted.insert("protocol".into(), self.lab.about().id.into());
        wanted.insert("settings".into(), Value::Object(self.scenario().settings.clone()));
        let midway = self.draft.text(FROM) == "moment";
        if midway {
            wanted.insert("from".into(), engine::encode(self.scenario(), None).into());
            wanted.insert("at".into(), self.clock.playhead.0.into());
        }
        for limit in self.limits() {
            // The servers of a run are there already.
            if midway && limit.name == NODES {
                continue;
            }
            let number = whole(self.draft.text(limit.name), 0, limit.most);
            let number = number.map_err(|wrong| ScenarioError::field(limit.name, wrong))?;
            wanted.insert(limit.name.trim_start_matches("hunt.").into(), number.into());
        }
        Ok(Value::Object(wanted))
    }

    fn hunted(&mut self, came: Came) -> Vec<Effect> {
        if !self.hunt.runs {
            return Vec::new();
        }
        match came {
            Came::Report(line) => {
                self.hunt.report = Report::read(&line);
                return Vec::new();
            }
            Came::Over(line) => {
                self.hunt.report = Report::read(&line);
                self.say(self.hunt.report.words.first().cloned().unwrap_or_default());
            }
            Came::Wrong(wrong) => {
                self.hunt.report.words.push(wrong.clone());
                self.say(wrong);
            }
            Came::Stopped => {
                self.hunt.report.words.insert(0, "Cancelled. So far:".into());
                self.say("the search is cancelled");
            }
        }
        self.hunt.runs = false;
        // What a search remembered takes much memory.
        vec![Effect::Job(Whose::Search, Order::Leave)]
    }

    /// Opens what was found as a scene, which can be taken back like any other.
    fn load_found(&mut self) {
        let Some(found) = self.hunt.report.scenario.clone() else { return };
        match engine::decode(&found).and_then(|read| engine::open(read.scenario)) {
            Ok(lab) => {
                self.remember("what a search found");
                self.replace_lab(lab);
                self.changed();
                self.dialog = None;
                self.say("what the search found is open");
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Another scene is open: what was found of the one before says nothing of it.
    pub(super) fn leave_hunt(&mut self) {
        self.hunt.left = true;
        if !self.hunt.runs {
            self.hunt.report = Report::default();
        }
    }

    /// What the way to the search says: what it does, or what it came to.
    pub fn hunting(&self) -> Option<String> {
        let report = &self.hunt.report;
        match report.facts.first().filter(|_| self.hunt.runs) {
            Some((name, number)) => Some(format!("Searching: {number} {name}")),
            None => report.words.first().filter(|_| !self.hunt.left).cloned(),
        }
    }

    /// Whether the form of the search is open.
    pub fn hunts(&self) -> bool {
        self.dialog == Some(Dialog::Hunt)
    }
}
