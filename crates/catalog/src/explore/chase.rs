//! A search for as long as anyone lets it: first scouts, then all that has no more faults than what they found.

use super::{Quest, Searcher, Told, hunt, refuse};
use crate::{Scenario, ScenarioError};
use lightcone_check::explore::{
    Seen,
    cluster::{Retelling, Scouting, Searching, Verdict, Way, name_of},
};
use lightcone_core::{Model, Protocol};

/// A search that is under way.
pub struct Chase(Box<dyn Chases>);

/// How far a search is.
pub struct Sight {
    /// Whether scouts are out still, who look at few states.
    pub scouting: bool,
    /// What was seen within the bounds that are being searched.
    pub seen: Seen,
    /// How many states all that were out looked at.
    pub states: u64,
    /// What it came to, or comes to if it ends here.
    pub verdict: Verdict,
}

/// The same for a protocol.
pub(super) trait Chases {
    fn advance(&mut self, states: usize) -> Result<bool, ScenarioError>;
    fn sight(&self) -> Sight;
}

struct Of<P: Protocol> {
    quest: Quest,
    scouting: Scouting<P>,
    searching: Option<Searching<P>>,
}

/// A search of a protocol.
pub(super) fn chases<P: Protocol>(quest: &Quest) -> Result<Box<dyn Chases>, ScenarioError> {
    let scouting = Scouting::<P>::new(hunt(quest)?).map_err(refuse)?;
    Ok(Box::new(Of { quest: quest.clone(), scouting, searching: None }))
}

impl<P: Protocol> Chases for Of<P> {
    fn advance(&mut self, states: usize) -> Result<bool, ScenarioError> {
        if let Some(searching) = &mut self.searching {
            return searching.advance(states).map_err(refuse);
        }
        if !self.scouting.advance(states).map_err(refuse)? {
            let searching = Searching::new(hunt(&self.quest)?, self.scouting.found().cloned());
            self.searching = Some(searching.map_err(refuse)?);
        }
        Ok(true)
    }

    fn sight(&self) -> Sight {
        let scouted = self.scouting.states();
        match &self.searching {
            None => {
                let seen = self.scouting.seen();
                let limit = super::Limit::States;
                Sight { scouting: true, seen, states: scouted, verdict: Verdict::NotFound(seen, limit) }
            }
            Some(search) => Sight {
                scouting: false,
                seen: search.seen(),
                states: scouted + search.states(),
                verdict: search.came(),
            },
        }
    }
}

impl Chase {
    /// Goes on from about so many states. True while there is more to do.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn advance(&mut self, states: usize) -> Result<bool, ScenarioError> {
        self.0.advance(states)
    }

    /// How far it is.
    pub fn sight(&self) -> Sight {
        self.0.sight()
    }
}

/// A way to break something that is being told, seed by seed: what it picks is drawn from one.
pub struct Telling {
    told: Told,
    tries: Box<dyn Tells>,
}

/// The same for a protocol.
pub(super) trait Tells {
    fn advance(&mut self) -> Option<Option<Scenario>>;
}

struct Tale<P: Protocol> {
    retelling: Retelling<P>,
    quest: Quest,
    name: String,
}

impl<P: Protocol> Tells for Tale<P> {
    fn advance(&mut self) -> Option<Option<Scenario>> {
        let came = self.retelling.advance()?;
        Some(came.map(|run| Scenario {
            protocol: P::ABOUT.id.into(),
            revision: P::ABOUT.revision,
            title: format!("{}: {} is broken", P::ABOUT.title, self.name),
            settings: self.quest.settings.clone(),
            captions: Vec::new(),
            run,
        }))
    }
}

/// A way of a protocol, in words and as a tale.
pub(super) fn telling<P: Protocol>(quest: &Quest, way: &Way) -> Result<Telling, ScenarioError> {
    let start = hunt::<P>(quest)?.start(way.bounds).map_err(refuse)?;
    let mut state = start.clone();
    let step = |choice| {
        let words = state.label(choice);
        state.apply(choice);
        words
    };
    let steps = way.choices.iter().map(step).collect();
    let name = name_of(&way.words);
    let retelling = Retelling::new(start, way.choices.clone(), name).map_err(refuse)?;
    let tale = Tale { retelling, quest: quest.clone(), name: name.into() };
    Ok(Telling { told: Told { steps, scenario: None }, tries: Box::new(tale) })
}

impl Telling {
    /// Tries another seed. True while there is more to do.
    pub fn advance(&mut self) -> bool {
        match self.tries.advance() {
            Some(Some(scenario)) => {
                self.told.scenario = Some(scenario);
                false
            }
            Some(None) => true,
            None => false,
        }
    }

    /// What is told of it so far: all steps, and the scenario once it was found.
    pub fn told(&self) -> &Told {
        &self.told
    }
}

impl Quest {
    fn searcher(&self) -> &'static Searcher {
        super::searcher(self.protocol)
    }

    /// Sets out: scouts first, then everything that is not beyond what they found.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn chase(&self) -> Result<Chase, ScenarioError> {
        (self.searcher().chase)(self).map(Chase)
    }

    /// Begins to tell a way that was found.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn telling(&self, way: &Way) -> Result<Telling, ScenarioError> {
        (self.searcher().telling)(self, way)
    }

    /// A way that was found, for people.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn tell(&self, way: &Way) -> Result<Told, ScenarioError> {
        let mut telling = self.telling(way)?;
        while telling.advance() {}
        Ok(telling.told)
    }
}
