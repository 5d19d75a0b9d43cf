//! The search for the shortest way to break a protocol: it is looked for, told, and made smaller.

use crate::{
    Task,
    report::{Report, seconds},
};
use lightcone_catalog::{
    ScenarioError,
    explore::{
        Bounds, Chase, Limits, Quest, Telling, Verdict, Way,
        words::{grouped, scope, verdict},
    },
    link,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// So many bytes at most for what is remembered of states. A tab has 4 GB at most, and the states themselves come on top.
const BYTES: u64 = 1 << 30;
/// A way of more steps than that is nothing that anyone reads.
const DEEPEST: u32 = 1_000;

/// What is searched, and how far.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    protocol: String,
    #[serde(default)]
    settings: Map<String, Value>,
    /// How many servers; as the settings say if it is missing.
    nodes: Option<u64>,
    #[serde(default)]
    crashes: u32,
    #[serde(default)]
    losses: u32,
    #[serde(default)]
    duplicates: u32,
    #[serde(default)]
    timeouts: u32,
    #[serde(default)]
    requests: u32,
    #[serde(default)]
    local: u32,
    #[serde(default)]
    lies: u32,
    /// So many states at most, for each of its searches.
    states: u64,
}

impl Wanted {
    fn quest(self) -> Result<Quest, ScenarioError> {
        let mut quest = Quest::of(&self.protocol, self.settings)?;
        if let Some(nodes) = self.nodes.filter(|nodes| quest.nodes().is_ok_and(|known| known as u64 != *nodes)) {
            quest = quest.with_nodes(nodes)?;
        }
        quest.limits = Limits { states: self.states, depth: DEEPEST, bytes: BYTES };
        quest.within(Bounds {
            crashes: self.crashes,
            losses: self.losses,
            copies: self.duplicates,
            timeouts: self.timeouts,
            requests: self.requests,
            stimuli: self.local,
            lies: self.lies,
        })
    }
}

/// Begins a search.
pub fn begin(wanted: Wanted) -> Result<Box<dyn Task>, String> {
    let quest = wanted.quest().map_err(words)?;
    let chase = quest.chase().map_err(words)?;
    let scope = scope(&quest, quest.bounds).map_err(words)?;
    Ok(Box::new(Search { quest, scope, chase, telling: None, over: false }))
}

fn words(wrong: ScenarioError) -> String {
    wrong.to_string()
}

struct Search {
    quest: Quest,
    scope: String,
    chase: Chase,
    telling: Option<Telling>,
    over: bool,
}

impl Search {
    fn way(&self) -> Option<Way> {
        match self.chase.sight().verdict {
            Verdict::Violated(way) => Some(way),
            _ => None,
        }
    }

    fn go(&mut self, budget: usize) -> Result<bool, ScenarioError> {
        if let Some(telling) = &mut self.telling {
            return Ok(telling.advance());
        }
        if self.chase.advance(budget)? {
            return Ok(true);
        }
        self.telling = self.way().map(|way| self.quest.telling(&way)).transpose()?;
        Ok(self.telling.is_some())
    }
}

impl Task for Search {
    fn step(&mut self, budget: usize) -> Result<bool, String> {
        let more = self.go(budget).map_err(words)?;
        self.over = !more;
        Ok(more)
    }

    fn report(&self, millis: u64) -> String {
        let sight = self.chase.sight();
        let rate = sight.states * 1_000 / millis.max(1);
        let fact = |name: &str, value: String| (name.to_string(), value);
        let mut report = Report::default();
        report.facts = vec![
            fact("states", grouped(sight.states)),
            fact("depth", sight.seen.depth.to_string()),
            fact("states/s", grouped(rate)),
            fact("time", seconds(millis)),
        ];
        report.words = match &self.telling {
            Some(_) => verdict(&self.quest, &sight.verdict).unwrap_or_default(),
            None if self.over => verdict(&self.quest, &sight.verdict).unwrap_or_default(),
            None => vec![format!("Searching: {}", self.scope)],
        };
        if let Some(telling) = &self.telling {
            report.steps = telling.told().steps.clone();
            report.scenario = telling.told().scenario.as_ref().map(|scenario| link::encode(scenario, None));
        }
        report.line()
    }
}
