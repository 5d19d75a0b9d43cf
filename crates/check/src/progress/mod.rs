//! Progress: once the faults are over, everyone is served within a bound, and a run at rest owes nothing.
//!
//! A verdict blames a protocol only for what it promised. Where an assumption was broken, the timing is not given, or a
//! fault lasts to the end, nothing is due, and the verdict says why.

mod promise;
mod waits;

use lightcone_core::{Breach, Micros, NodeId, NodeKind, OpId, Role};
use lightcone_sim::{
    Run,
    view::{EventKind, Fate},
};

/// A verdict on progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was due in this run, and why.
    NotDue(String),
    /// Everything that was due was done in time: so many operations since the faults were over, at that instant.
    Made {
        /// When the faults were over.
        calm: Micros,
        /// How many operations were due.
        operations: usize,
    },
    /// The run of a protocol without clients came to rest, and nothing is owed.
    AtRest {
        /// When the faults were over.
        calm: Micros,
    },
    /// Something that was due was not done in time.
    Stalled {
        /// When the faults were over.
        calm: Micros,
        /// The operations that were not done in time.
        waits: Vec<Wait>,
        /// What a run at rest still owes.
        owed: Vec<Breach>,
        /// Who led at the end; nothing if the servers have no such role.
        leaders: Option<Vec<NodeId>>,
    },
}

impl Progress {
    /// Whether something that was due was not done.
    pub fn is_stalled(&self) -> bool {
        matches!(self, Progress::Stalled { .. })
    }

    /// The verdict in sentences.
    pub fn words(&self) -> Vec<String> {
        match self {
            Progress::NotDue(why) => vec![format!("not due: {why}")],
            Progress::Made { calm, operations } => {
                vec![format!("made: {operations} operations that were due after {calm} were answered in time")]
            }
            Progress::AtRest { calm } => vec![format!("made: at rest after {calm}, and nothing is owed")],
            Progress::Stalled { waits, owed, leaders, .. } => {
                let leaderless = leaders.as_ref().is_some_and(Vec::is_empty).then(|| "nobody leads at the end".into());
                let waits = waits.iter().map(|wait| wait.words.clone());
                waits.chain(owed.iter().map(|breach| breach.words.clone())).chain(leaderless).collect()
            }
        }
    }
}

/// An operation that was not done in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Whose, and its serial number.
    pub op: OpId,
    /// When it was asked.
    pub since: Micros,
    /// When it should have been done at the latest.
    pub due: Micros,
    /// When it was done after all.
    pub done: Option<Micros>,
    /// Whom the client asked last, and when.
    pub asked: Option<(NodeId, Micros)>,
    /// The wait as a sentence.
    pub words: String,
}

/// Judges a finished run: every operation is done within `bound` of the instant from which on nothing was in its way,
/// and a run that came to rest owes nothing.
pub fn progress(run: &Run, bound: Micros) -> Progress {
    let calm = match promise::calm(run) {
        Ok(calm) => calm,
        Err(reason) => return Progress::NotDue(reason),
    };
    if run.setup().specs().iter().any(|spec| spec.kind == NodeKind::Client) {
        return served(run, calm, bound);
    }
    match debts(run) {
        Err(reason) => Progress::NotDue(reason),
        Ok(owed) if owed.is_empty() => Progress::AtRest { calm },
        Ok(owed) => Progress::Stalled { calm, waits: Vec::new(), owed, leaders: leaders(run) },
    }
}

fn served(run: &Run, calm: Micros, bound: Micros) -> Progress {
    let waits::Judged { waits, due } = waits::judge(run, calm, bound);
    // A run that goes on may still pay.
    let owed = debts(run).unwrap_or_default();
    match (waits.is_empty() && owed.is_empty(), due) {
        (true, 0) => Progress::NotDue("no operation was due".into()),
        (true, operations) => Progress::Made { calm, operations },
        (false, _) => Progress::Stalled { calm, waits, owed, leaders: leaders(run) },
    }
}

/// What a finished run still owes, if it came to rest, whether or not it kept to the protocol's assumptions.
///
/// # Errors
/// Why it did not come to rest, as a sentence.
pub fn debts(run: &Run) -> Result<Vec<Breach>, String> {
    let (setup, world) = (run.setup(), run.world());
    // Whoever pauses to the end is like one who went down then.
    let awake = |node: &NodeId| world.slot(*node).paused == 0;
    let under_way = |fate: Fate| matches!(fate, Fate::Flying | Fate::Parked | Fate::Waiting);
    if run.trace().messages.iter().any(|message| under_way(message.fate) && awake(&message.to)) {
        return Err("messages are under way to the end".into());
    }
    let mut timed = setup.everyone().iter().filter(|node| !world.slot(*node).timers.is_empty());
    if let Some(node) = timed.find(awake) {
        return Err(format!("the run never comes to rest: {} has a timer armed at the end", setup.name(node)));
    }
    let states: Vec<_> = setup.servers().iter().map(|node| world.slot(node).machine.clone()).collect();
    Ok(setup.actors.owed(&states, &world.ghost, world.liars))
}

/// Who leads at the end, if servers have such a role.
fn leaders(run: &Run) -> Option<Vec<NodeId>> {
    let plain = |role: Option<Role>| role.is_none_or(|role| role == Role::Plain);
    if run.trace().roles.iter().all(|change| plain(change.role)) {
        return None;
    }
    Some(run.setup().servers().iter().filter(|node| role(run, *node).map(Role::like) == Some(Role::Leader)).collect())
}

/// The part that a server plays at the end.
fn role(run: &Run, node: NodeId) -> Option<Role> {
    run.world().slot(node).machine.as_ref().and_then(|state| run.setup().actors.role(state))
}

/// Whether a participant went down at or after an event.
fn went_down(run: &Run, node: NodeId, since: u32) -> bool {
    let lane = &run.trace().lanes[node.index()];
    let later = lane[lane.partition_point(|event| *event < since)..].iter();
    later
        .into_iter()
        .any(|event| matches!(run.trace().events[*event as usize].kind, EventKind::Crash | EventKind::Leave))
}
