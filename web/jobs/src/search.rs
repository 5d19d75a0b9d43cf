//! The search for the shortest way to break a protocol: it is looked for, told, and made smaller.

use crate::{
    Task,
    report::{Report, fact, seconds},
    smaller::Smaller,
};
use lightcone_catalog::{
    ScenarioError,
    explore::{
        Bounds, Chase, Limits, Quest, Sight, Telling, Verdict, name_of,
        words::{grouped, scope, verdict},
    },
    link,
};
use lightcone_core::Micros;
use serde::Deserialize;
use serde_json::{Map, Value};

/// So many bytes of memory at most. A tab has 4 GB, of which what the memory is cut into may waste some.
const BYTES: u64 = 3 << 29;
/// A way of more steps than that is nothing that anyone reads.
const DEEPEST: u32 = 1_000;

/// What is searched, and how far.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    protocol: String,
    #[serde(default)]
    settings: Map<String, Value>,
    /// The run from a moment of which it starts, as the fragment of a link; from the beginning if there is none.
    from: Option<String>,
    /// That moment, in microseconds.
    #[serde(default)]
    at: u64,
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
        let mut quest = match self.from {
            Some(link) => Quest::from_moment(link::decode(&link)?.0, Micros(self.at))?,
            None => Quest::of(&self.protocol, self.settings)?,
        };
        if let Some(nodes) = self.nodes.filter(|nodes| quest.nodes().is_ok_and(|known| known as u64 != *nodes)) {
            quest = quest.with_nodes(nodes)?;
        }
        quest.limits = Limits { states: self.states, depth: DEEPEST, bytes: BYTES, used: lightcone_alloc::used };
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
    let begun = || {
        let quest = wanted.quest()?;
        let (chase, scope) = (quest.chase()?, scope(&quest, quest.bounds)?);
        Ok(Search { quest, scope, chase, after: After::Nothing, over: false })
    };
    begun().map(|search| Box::new(search) as Box<dyn Task>).map_err(|wrong: ScenarioError| wrong.to_string())
}

struct Search {
    quest: Quest,
    scope: String,
    chase: Chase,
    after: After,
    over: bool,
}

/// What is done once a way was found.
enum After {
    /// None was.
    Nothing,
    /// A seed is sought that draws what it picks.
    Telling(Box<Telling>),
    /// What is told is made smaller.
    Smaller(Vec<String>, Box<Smaller>),
}

impl Search {
    fn go(&mut self, budget: usize) -> Result<bool, ScenarioError> {
        match &mut self.after {
            After::Nothing if self.chase.advance(budget)? => return Ok(true),
            After::Nothing => {
                let Verdict::Violated(way) = self.chase.sight().verdict else { return Ok(false) };
                self.after = After::Telling(Box::new(self.quest.telling(&way)?));
            }
            After::Telling(telling) => {
                if telling.advance() {
                    return Ok(true);
                }
                let Some(scenario) = telling.told().scenario.clone() else { return Ok(false) };
                let Verdict::Violated(way) = self.chase.sight().verdict else { return Ok(false) };
                let smaller = Smaller::new(scenario, name_of(&way.words));
                self.after = After::Smaller(telling.told().steps.clone(), Box::new(smaller));
            }
            After::Smaller(_, smaller) => return smaller.advance(budget),
        }
        Ok(true)
    }

    fn words(&self, sight: &Sight) -> Vec<String> {
        let came = || verdict(&self.quest, &sight.verdict).unwrap_or_default();
        match &self.after {
            After::Nothing if self.over => came(),
            After::Nothing => {
                let doing = if sight.scouting { "Scouting" } else { "Searching everything" };
                let found = matches!(sight.verdict, Verdict::Violated(_));
                let known =
                    found.then(|| "A way was found. Whether there is a shorter one is being searched.".to_string());
                std::iter::once(format!("{doing}: {}", self.scope)).chain(known).collect()
            }
            After::Telling(_) => {
                let more = "No seed among a few thousand draws what was picked here, so there is no scenario of it.";
                let last = if self.over { more } else { "Seeking a run that goes this way." };
                [came(), vec![last.into()]].concat()
            }
            After::Smaller(_, smaller) => [came(), smaller.words()].concat(),
        }
    }
}

impl Task for Search {
    fn step(&mut self, budget: usize) -> Result<bool, String> {
        let more = self.go(budget).map_err(|wrong| wrong.to_string())?;
        self.over = !more;
        Ok(more)
    }

    fn report(&self, millis: u64) -> String {
        let sight = self.chase.sight();
        let mut facts = vec![fact("states in all", grouped(sight.states)), fact("depth", sight.seen.depth.to_string())];
        if let After::Nothing = self.after {
            facts.push(fact("states/s", grouped(sight.states * 1_000 / millis.max(1))));
        }
        facts.push(fact("time", seconds(millis)));
        let (steps, scenario) = match &self.after {
            After::Nothing => (Vec::new(), None),
            After::Telling(telling) => (telling.told().steps.clone(), None),
            After::Smaller(steps, smaller) => (steps.clone(), Some(smaller.link())),
        };
        Report { words: self.words(&sight), facts, steps, scenario, opens: Vec::new(), picture: None }.line()
    }
}
