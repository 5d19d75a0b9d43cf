//! Looking for the moments at which a condition is met in a run.

use crate::{
    Condition, Name,
    act::Trouble,
    condition::{Happening, Passage},
    run::Run,
    trace::Sink,
    trigger::{Counted, Fact, Progress, Wanted, count, wanted},
    world::{Site, World},
};
use lightcone_core::{Micros, NodeId, Role};

/// A search for the moments at which a condition is met. It replays the run from its beginning, which need not be computed
/// for that, and goes on in slices.
///
/// A condition of one thing that happens for the first time is met each time that it happens. Any other is met once: what
/// is counted, and what is joined by `then`, has a first time and no second.
pub struct Awaited {
    world: World,
    ear: Ear,
    /// The events of the reads that misled a client, in order, and who that was.
    misled: Vec<(u32, NodeId)>,
}

/// A moment at which a condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// When.
    pub at: Micros,
    /// How many events have happened by then, the one that met it included.
    pub events: u32,
    /// The causal name of the message, if it was met by one that is lost: no event tells of that.
    pub lost: Option<Name>,
}

/// Whoever hears what happens.
struct Ear {
    clauses: Vec<Wanted>,
    progress: Progress,
    again: bool,
    /// Whether the observer looks, who alone sees what is broken.
    observes: bool,
    /// What met it in the present turn: nothing but names of messages that are lost is told apart.
    met: Vec<Option<Name>>,
    found: Vec<Sighting>,
}

impl Ear {
    fn hear(&mut self, name: Option<Name>, fact: &Fact<'_>) {
        if count(&self.clauses, &mut self.progress, fact) == Counted::Met {
            if self.again {
                self.progress = Progress::default();
            }
            let is_lost = matches!(fact, Fact::Message(.., Passage::Lost, _));
            self.met.push(name.filter(|_| is_lost));
        }
    }
}

impl Sink for Ear {
    fn observes(&self) -> bool {
        self.observes
    }

    fn fact(&mut self, name: Name, fact: &Fact<'_>) {
        self.hear(Some(name), fact);
    }
}

impl Condition {
    /// Whether it can be told only by who looks back at what clients were answered.
    pub fn looks_back(&self) -> bool {
        self.clauses.iter().any(|clause| matches!(clause.what, Happening::Misled(_)))
    }
}

impl Awaited {
    /// Begins to look for a condition. `misled` are the events of the reads that misled a client, in order; they matter only
    /// to a condition that [looks back](Condition::looks_back).
    ///
    /// # Errors
    /// Who or what is not in this run, in words.
    pub fn new(run: &Run, condition: &Condition, misled: Vec<(u32, NodeId)>) -> Result<Self, String> {
        let setup = run.setup();
        let clauses = wanted(setup, condition).map_err(|trouble| match trouble {
            Trouble::Idle(wrong) | Trouble::Operation(wrong) => wrong,
        })?;
        condition.clauses.iter().try_for_each(|clause| clause.what.can_be(setup.servers().len()))?;
        let observes = condition.clauses.iter().any(|clause| matches!(clause.what, Happening::Broken(_)));
        let again = matches!(&condition.clauses[..], [one] if one.nth == 1);
        let ear = Ear { clauses, progress: Progress::default(), again, observes, met: Vec::new(), found: Vec::new() };
        Ok(Awaited { world: World::new(setup, run.plan()), ear, misled })
    }

    /// Goes on for about so many events. True while there is more to look at, and it can still be met.
    pub fn advance(&mut self, run: &Run, budget: usize) -> bool {
        let stop = (self.world.events as usize).saturating_add(budget);
        let site = Site { setup: run.setup(), plan: run.plan(), heard: true };
        while (self.world.events as usize) < stop {
            let before = self.world.events;
            if !self.world.next(site, run.scenario().until, &mut self.ear) {
                return false;
            }
            if self.world.events > before
                && let Ok(place) = self.misled.binary_search_by_key(&before, |(event, _)| *event)
            {
                self.ear.hear(None, &Fact::Misled(self.misled[place].1));
            }
            let (at, events) = (self.world.now, self.world.events);
            self.ear.found.extend(self.ear.met.drain(..).map(|lost| Sighting { at, events, lost }));
            if !self.ear.again && !self.ear.found.is_empty() {
                return false;
            }
        }
        true
    }

    /// Where it was met so far, in order.
    pub fn found(&self) -> &[Sighting] {
        &self.ear.found
    }

    /// How many events were looked at.
    pub fn events(&self) -> u32 {
        self.world.events
    }
}

impl Happening {
    /// Whether it can be among so many servers: whether there is such a role, and enough to have it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn can_be(&self, servers: usize) -> Result<(), String> {
        let (Happening::Becomes(_, role) | Happening::Are(_, role)) = self else { return Ok(()) };
        let known = Role::NAMED.map(Role::name);
        if !known.contains(&role.as_str()) {
            return Err(format!("`{role}` is no role; there are {}", known.join(", ")));
        }
        match self {
            Happening::Are(count, _) if *count as usize > servers => {
                Err(format!("{count} servers cannot be {role}: there are {servers}"))
            }
            _ => Ok(()),
        }
    }
}
