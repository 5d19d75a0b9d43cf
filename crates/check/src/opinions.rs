//! What every model of consistency says of one history of single operations, and which model implies which.

use crate::{
    history::{Moment, Operation},
    linear::{self, Linearity},
    sequential::{self, Sequential},
    visibility::{self, Finding, Pattern, Unfit},
};
use lightcone_core::{Micros, NodeSpec, Service};

/// A model of consistency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// What it is called.
    pub name: &'static str,
    /// Where it was stated.
    pub place: &'static str,
    /// What it asks for, in our own words.
    pub words: &'static str,
    /// The models that admit whatever it admits, by their places in [`MODELS`]; those that follow from these are left out.
    pub implies: &'static [usize],
}

/// The models, the strongest first. The guarantees of sessions rest on one order of the writes of each key, which causal memory
/// does not promise: it implies none of them.
pub static MODELS: [Model; 8] = [
    Model {
        name: "linearizable",
        place: "Herlihy and Wing 1990",
        words: "One order of all operations explains every answer, and each takes effect between its being asked and answered.",
        implies: &[1],
    },
    Model {
        name: "sequential",
        place: "Lamport 1979",
        words: "One order of all operations explains every answer and keeps each client's own. Clocks do not matter.",
        implies: &[2, 3],
    },
    Model {
        name: "causal memory",
        place: "Ahamad et al. 1995",
        words: "Each client sees an order of all writes in which causes come before effects. Two clients may differ in the rest.",
        implies: &[],
    },
    Model {
        name: "causal convergence",
        place: "Bouajjani et al. 2017",
        words: "All agree on one order of the writes. A client may know only part of them, but with a write it knows its causes.",
        implies: &[4, 5, 6, 7],
    },
    Model {
        name: "read your writes",
        place: "Terry et al. 1994",
        words: "All agree on one order of the writes of each key. No read of a client is of a write older than the client's own before it.",
        implies: &[],
    },
    Model {
        name: "monotonic reads",
        place: "Terry et al. 1994",
        words: "All agree on one order of the writes of each key. No read of a client is of a write older than one it had read before.",
        implies: &[],
    },
    Model {
        name: "monotonic writes",
        place: "Terry et al. 1994",
        words: "Whoever sees a write of a client sees what that client wrote before it, too, and in that order.",
        implies: &[],
    },
    Model {
        name: "writes follow reads",
        place: "Terry et al. 1994",
        words: "Whoever sees a write sees, too, what its client had read before it wrote.",
        implies: &[],
    },
];

/// What a model says of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It admits it.
    Holds,
    /// It does not.
    Broken,
    /// It cannot be told.
    Untold,
    /// It does not speak of such operations.
    Unfit,
}

impl Stance {
    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Stance::Holds => "holds",
            Stance::Broken => "broken",
            Stance::Untold => "untold",
            Stance::Unfit => "unfit",
        }
    }
}

/// What a model says of a history, with what it stands on. Operations are given by the events that asked for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// What it says.
    pub stance: Stance,
    /// Why, in a sentence.
    pub words: String,
    /// The operations that it is about, if it does not admit it.
    pub about: Vec<u32>,
    /// The operation whose answer is the first that no order explains, where time matters and that is known.
    pub error: Option<u32>,
    /// An order that explains the answers, or the longest that was found; each with its instant if time matters.
    pub order: Vec<(u32, Option<Micros>)>,
}

impl Opinion {
    pub(crate) fn new(stance: Stance, words: impl Into<String>) -> Self {
        Opinion { stance, words: words.into(), about: Vec::new(), error: None, order: Vec::new() }
    }
}

/// What each of [`MODELS`] says of a history, which is in the order of asking. Each judge takes at most about `steps` steps;
/// `when` says a moment in words.
pub fn opinions<S: Service>(
    history: &[Operation<S>],
    specs: &[NodeSpec],
    steps: u64,
    when: &dyn Fn(Moment) -> String,
) -> Vec<Opinion> {
    let mut all = vec![linearizable(history, specs, steps, when), sequential(history, specs, steps)];
    all.extend(visibility::Model::ALL.iter().map(|model| visible(history, specs, *model, steps)));
    conclude(&mut all);
    all
}

/// What took too many steps may follow from another judge: nothing is admitted by a model that implies one that is broken.
fn conclude(all: &mut [Opinion]) {
    for model in (0..all.len()).rev() {
        let broken = MODELS[model].implies.iter().find(|weaker| all[**weaker].stance == Stance::Broken);
        let Some(weaker) = broken.filter(|_| all[model].words == UNDECIDED) else { continue };
        let (name, Opinion { words, about, .. }) = (MODELS[*weaker].name, &all[*weaker]);
        all[model] =
            Opinion { about: about.clone(), ..Opinion::new(Stance::Broken, format!("Not even {name}: {words}")) };
    }
}

const UNDECIDED: &str = "There are too many orders to try.";

fn asked<S: Service>(op: &Operation<S>) -> u32 {
    op.asked.event
}

fn linearizable<S: Service>(
    history: &[Operation<S>],
    specs: &[NodeSpec],
    steps: u64,
    when: &dyn Fn(Moment) -> String,
) -> Opinion {
    let (verdict, order) = linear::look(history, steps);
    let mut opinion = match verdict {
        Linearity::Undecided => return Opinion::new(Stance::Untold, UNDECIDED),
        Linearity::Holds => Opinion::new(Stance::Holds, "The numbered order explains every answer."),
        Linearity::Broken(anomaly) => {
            let mut opinion = Opinion::new(Stance::Broken, anomaly.words_at(&when(anomaly.at), specs));
            opinion.about = linear::witness(history, &anomaly, steps).operations.iter().map(asked).collect();
            opinion.error = anomaly.first.then(|| asked(&anomaly.answered));
            opinion
        }
    };
    opinion.order = order.into_iter().map(|placed| (placed.asked, Some(placed.at))).collect();
    opinion
}

fn sequential<S: Service>(history: &[Operation<S>], specs: &[NodeSpec], steps: u64) -> Opinion {
    let (verdict, order) = sequential::look(history, steps);
    let (mut opinion, order) = match verdict {
        Sequential::Undecided => return Opinion::new(Stance::Untold, UNDECIDED),
        Sequential::Holds => (Opinion::new(Stance::Holds, "The numbered order explains every answer."), order),
        Sequential::Broken(blocked) => {
            let mut opinion = Opinion::new(Stance::Broken, blocked.words(specs));
            opinion.about = sequential::witness(history, steps).iter().map(asked).collect();
            (opinion, blocked.order.iter().map(asked).collect())
        }
    };
    opinion.order = order.into_iter().map(|asked| (asked, None)).collect();
    opinion
}

fn visible<S: Service>(history: &[Operation<S>], specs: &[NodeSpec], model: visibility::Model, steps: u64) -> Opinion {
    let asked = |op: usize| history[op].asked.event;
    seen(visibility::check(history, model, steps), &asked, &|pattern| pattern.words(history, specs))
}

/// What a finding comes to; `asked` says by which event an operation was asked for.
fn seen(finding: Result<Finding, Unfit>, asked: &dyn Fn(usize) -> u32, words: &dyn Fn(&Pattern) -> String) -> Opinion {
    match finding {
        Err(unfit) => Opinion::new(Stance::Unfit, unfit.to_string()),
        Ok(Finding::Holds) => Opinion::new(Stance::Holds, "Every answer agrees with it."),
        Ok(Finding::Undecided) => Opinion::new(Stance::Untold, UNDECIDED),
        Ok(Finding::Hidden) => {
            Opinion::new(Stance::Untold, "Only monotonic reads would show it, and those are broken.")
        }
        Ok(Finding::Broken(pattern)) => {
            let mut opinion = Opinion::new(Stance::Broken, words(&pattern));
            opinion.about = pattern.operations().into_iter().map(asked).collect();
            opinion
        }
    }
}
