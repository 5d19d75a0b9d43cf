//! Searching a protocol of the catalogue: what can go wrong in small bounds, and the scenario that shows it.

mod chase;
pub mod words;

use crate::{Cast, Entry, SEARCHERS, Scenario, ScenarioError, find, settings};
pub use chase::{Chase, Sight, Telling};
#[cfg(not(target_arch = "wasm32"))]
use lightcone_check::explore::cluster::Searching;
use lightcone_check::explore::cluster::{Hunt, Snapshot, time_words, wrong};
pub use lightcone_check::explore::{
    Limit, Limits, Seen,
    cluster::{Bounds, Looked, Verdict, Way, name_of},
};
use lightcone_core::{About, Bound, ConfigError, Delivery, FieldKind, Micros, NodeKind, Order, Protocol};
use lightcone_sim::Run;
use serde_json::{Map, Value};

/// What is searched.
#[derive(Clone, Debug)]
pub struct Quest {
    /// The protocol's id.
    pub protocol: &'static str,
    /// Its settings; those that are missing have their defaults.
    pub settings: Map<String, Value>,
    /// What may happen how often.
    pub bounds: Bounds,
    /// How far each search goes.
    pub limits: Limits,
    /// Whether states are left out that change no verdict.
    pub reduced: bool,
    /// The run and its instant from which it starts; from the beginning if nothing is said.
    pub from: Option<(Scenario, Micros)>,
}

/// Searches on so many cores.
#[cfg(not(target_arch = "wasm32"))]
type Search = fn(&Quest, Option<Way>, usize) -> Result<Looked<Verdict>, ScenarioError>;

/// A protocol for those who search it.
pub(crate) struct Searcher {
    about: &'static About,
    check: fn(&Quest) -> Result<(), ScenarioError>,
    scout: fn(&Quest) -> Result<Looked<Option<Way>>, ScenarioError>,
    #[cfg(not(target_arch = "wasm32"))]
    search: Search,
    chase: fn(&Quest) -> Result<Box<dyn chase::Chases>, ScenarioError>,
    telling: fn(&Quest, &Way) -> Result<Telling, ScenarioError>,
    time: fn(&Quest) -> Result<Option<String>, ScenarioError>,
    wrong: fn(&Run) -> Vec<&'static str>,
}

/// A way to break something, for people.
#[derive(Clone, Debug)]
pub struct Told {
    /// Each step in words.
    pub steps: Vec<String>,
    /// A scenario that goes this way, held all the time or from the moment from which the search started; none if nothing
    /// that was tried draws what the search picked.
    pub scenario: Option<Scenario>,
}

impl Searcher {
    pub(crate) const fn of<P: Protocol>() -> Self {
        Searcher {
            about: &P::ABOUT,
            check: |quest| hunt::<P>(quest).map(|_| ()),
            scout: |quest| hunt::<P>(quest)?.scout().map_err(refuse),
            #[cfg(not(target_arch = "wasm32"))]
            search: search_on::<P>,
            chase: chase::chases::<P>,
            telling: chase::telling::<P>,
            time: |quest| Ok(time_words::<P>(&settings::config::<P>(&quest.settings)?, quest.from.is_some())),
            wrong: wrong::<P>,
        }
    }
}

fn refuse(wrong: ConfigError) -> ScenarioError {
    ScenarioError::field(format!("settings.{}", wrong.field), wrong.wrong)
}

fn hunt<P: Protocol>(quest: &Quest) -> Result<Hunt<P>, ScenarioError> {
    let config = settings::config::<P>(&quest.settings)?;
    let from = quest.from.as_ref().map(|(scenario, at)| Snapshot::of(config.clone(), &scenario.run, *at));
    // What is wrong is the run or the instant: the settings were tried before.
    let from = from.transpose().map_err(|wrong| ScenarioError::field(wrong.field, wrong.wrong))?;
    Ok(Hunt { config, bounds: quest.bounds, limits: quest.limits, reduced: quest.reduced, from })
}

#[cfg(not(target_arch = "wasm32"))]
fn search_on<P: Protocol>(quest: &Quest, known: Option<Way>, jobs: usize) -> Result<Looked<Verdict>, ScenarioError> {
    let mut searching = Searching::<P>::new(hunt(quest)?, known).map_err(refuse)?;
    // Each thread takes its own start: what states share is no thread's but its own.
    let start = |bounds| {
        let hunt = hunt::<P>(quest).expect("it was made before");
        hunt.start(bounds).expect("it can be run, since others of the same settings were")
    };
    searching.finish_on(jobs, &start).map_err(refuse)?;
    Ok(Looked { came: searching.came(), states: searching.states() })
}

fn searcher(id: &str) -> &'static Searcher {
    SEARCHERS.iter().find(|searcher| searcher.about.id == id).expect("each protocol can be searched")
}

impl Quest {
    /// A search of a protocol with these settings, as people write them.
    ///
    /// # Errors
    /// The protocol or setting that there is not.
    pub fn new<'a>(id: &str, set: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ScenarioError> {
        let settings = settings::of_words("settings", &(find(id)?.form)(), set)?;
        Quest::of(id, settings)
    }

    /// A search of a protocol with these settings, as scenarios hold them.
    ///
    /// # Errors
    /// The protocol that there is not, or the setting that cannot be run.
    pub fn of(id: &str, settings: Map<String, Value>) -> Result<Self, ScenarioError> {
        let entry = find(id)?;
        let quest = Quest {
            protocol: entry.about.id,
            settings,
            bounds: Bounds::default(),
            limits: Limits::default(),
            reduced: true,
            from: None,
        };
        quest.cast().map(|_| quest)
    }

    /// A search of what can happen after the instant `at` of a run, with the run's own settings.
    ///
    /// # Errors
    /// `at` where that is after the end of the run, or after something was broken; `from` where the run cannot be searched;
    /// or what in the scenario cannot be run.
    pub fn from_moment(scenario: Scenario, at: Micros) -> Result<Self, ScenarioError> {
        let mut quest = Quest::new(&scenario.protocol, [])?;
        quest.settings = scenario.settings.clone();
        quest.cast()?.check_names(&scenario)?;
        quest.from = Some((scenario, at));
        (searcher(quest.protocol).check)(&quest).map(|()| quest)
    }

    fn entry(&self) -> &'static Entry {
        find(self.protocol).expect("it was found before")
    }

    fn cast(&self) -> Result<Cast, ScenarioError> {
        (self.entry().cast)(&self.settings)
    }

    /// Whether messages wait rather than being lost, however many: where links keep no order, and nothing but what changes
    /// no verdict is left out.
    pub fn is_patient(&self) -> bool {
        self.reduced && self.entry().about.assumptions.order == Order::Any
    }

    /// How time passes, in words; nothing where no server looks at its clock, so that there is no time.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn time(&self) -> Result<Option<String>, ScenarioError> {
        (searcher(self.protocol).time)(self)
    }

    /// How many servers there are.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn nodes(&self) -> Result<usize, ScenarioError> {
        let servers = |cast: Cast| cast.participants().iter().filter(|spec| spec.kind == NodeKind::Server).count();
        self.cast().map(servers)
    }

    /// The same with so many servers.
    ///
    /// # Errors
    /// If there cannot be so many.
    pub fn with_nodes(mut self, nodes: u64) -> Result<Self, ScenarioError> {
        let form = (self.entry().form)();
        let fixed = || {
            ScenarioError::field(
                "nodes",
                format!("{} counts them in settings of its own, if it can have others", self.protocol),
            )
        };
        let field =
            form.fields.iter().find(|field| matches!(field.kind, FieldKind::Number { .. })).ok_or_else(fixed)?;
        self.settings.insert(field.name.into(), nodes.into());
        if self.nodes()? as u64 == nodes { Ok(self) } else { Err(fixed()) }
    }

    /// The same within these bounds.
    ///
    /// # Errors
    /// What cannot happen in this protocol at all, and so is no bound of it.
    pub fn within(mut self, bounds: Bounds) -> Result<Self, ScenarioError> {
        let assumed = &self.entry().about.assumptions;
        let cast = self.cast()?;
        let clients = cast.participants().iter().any(|spec| spec.kind == NodeKind::Client);
        let reliable = assumed.delivery == Delivery::Reliable;
        let nodes = self.nodes()?;
        let honest = format!("of {} its assumptions let nobody lie", words::plural(nodes as u64, "server"));
        for (count, cannot, field, wrong) in [
            (bounds.requests, !clients, "requests", "there are no clients to ask for anything"),
            (bounds.losses, reliable, "losses", "its links lose nothing"),
            (bounds.copies, reliable, "duplicates", "its links deliver nothing twice"),
            (bounds.lies, assumed.lies == Bound::None, "lies", "its servers do not lie"),
            (bounds.lies, assumed.lies.most(nodes) == 0, "lies", honest.as_str()),
            (bounds.stimuli, cast.stimuli().is_empty(), "local", "it has no local events"),
        ] {
            if count > 0 && cannot {
                return Err(ScenarioError::field(field, format!("{}: {wrong}", self.protocol)));
            }
        }
        self.bounds = bounds;
        Ok(self)
    }

    /// Looks at few states, which finds most of what there is to find.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn scout(&self) -> Result<Looked<Option<Way>>, ScenarioError> {
        (searcher(self.protocol).scout)(self)
    }

    /// Looks at all states that are not beyond a known way, on so many cores; the outcome is that of one.
    ///
    /// # Errors
    /// The setting that cannot be run.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn search(&self, known: Option<Way>, jobs: usize) -> Result<Looked<Verdict>, ScenarioError> {
        (searcher(self.protocol).search)(self, known, jobs)
    }
}

/// Whether a scenario, run to its end, breaks the guarantee of this name.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn is_broken(scenario: &Scenario, name: &str) -> Result<bool, ScenarioError> {
    Ok(all_broken(&scenario.protocol, &ended(scenario)?).contains(&name))
}

/// A guarantee that a scenario breaks, run to its end: the first, if any.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn first_broken(scenario: &Scenario) -> Result<Option<&'static str>, ScenarioError> {
    Ok(all_broken(&scenario.protocol, &ended(scenario)?).first().copied())
}

/// How a scenario that breaks the guarantee of this name left what its protocol assumes, if it did before: nothing was
/// promised then.
///
/// # Errors
/// What in the scenario cannot be run.
pub fn beyond(scenario: &Scenario, name: &str) -> Result<Option<String>, ScenarioError> {
    let Some((since, words)) = ended(scenario)?.void_since(scenario.run.until) else { return Ok(None) };
    let mut before = scenario.clone();
    before.run.until = since.minus(Micros(1));
    let promised = since > Micros::ZERO && is_broken(&before, name)?;
    Ok((!promised).then(|| format!("It goes beyond what {} assumes: {words}.", scenario.protocol)))
}

/// A scenario, run to its end.
pub(crate) fn ended(scenario: &Scenario) -> Result<Run, ScenarioError> {
    let mut run = crate::start(scenario)?;
    run.finish();
    Ok(run)
}

/// Every guarantee that a run of a protocol breaks which is computed to its end, by name.
pub(crate) fn all_broken(protocol: &str, run: &Run) -> Vec<&'static str> {
    (searcher(protocol).wrong)(run)
}
