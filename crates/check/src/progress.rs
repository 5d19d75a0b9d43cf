//! Progress: once the faults are over, everyone is served within a bound.

use crate::history::ServiceOf;
use lightcone_core::{Micros, NodeId, NodeKind, NodeSet, OpId, Protocol, Role, Service};
use lightcone_sim::{
    Fault, Run, When,
    trace::{Message, OpRecord},
    view::{EventKind, Fate, Loss},
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
    /// Some operations were not done in time.
    Stalled {
        /// When the faults were over.
        calm: Micros,
        /// Those operations.
        waits: Vec<Wait>,
        /// Who led at the end, if the servers have such a role.
        leaders: Vec<NodeId>,
    },
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

/// Judges a finished run: every operation is done within `bound` of its being asked, or of the end of the faults where
/// that came later.
pub fn progress<P: Protocol>(run: &Run<P>, bound: Micros) -> Progress {
    let calm = match calm(run) {
        Ok(calm) => calm,
        Err(reason) => return Progress::NotDue(reason),
    };
    let until = run.scenario().until;
    let due = |op: &OpRecord<P>| op.at.max(calm).plus(bound);
    let crashed = |op: &OpRecord<P>| {
        let crashes = run.trace().events.iter().skip(op.event as usize).filter(|e| e.kind == EventKind::Crash);
        crashes.into_iter().any(|event| event.node == op.id.client)
    };
    let judged = run.trace().ops.iter().filter(|op| due(op) <= until && (op.done.is_some() || !crashed(op)));
    let judged: Vec<_> = judged.collect();
    let late = |op: &&OpRecord<P>| op.done.as_ref().is_none_or(|(_, at, _)| *at > due(op));
    let waits: Vec<Wait> = judged.iter().copied().filter(late).map(|op| wait(run, op, due(op))).collect();
    match (waits.is_empty(), judged.len()) {
        (true, 0) => Progress::NotDue("no operation was due".into()),
        (true, operations) => Progress::Made { calm, operations },
        (false, _) => Progress::Stalled { calm, waits, leaders: leaders(run) },
    }
}

/// When the last fault was over, or why none is.
fn calm<P: Protocol>(run: &Run<P>) -> Result<Micros, String> {
    let idle: Vec<u32> = run.idle().into_iter().map(|(id, _)| id).collect();
    let mut calm = Micros::ZERO;
    for one in run.scenario().interventions.iter().filter(|one| !idle.contains(&one.id)) {
        if matches!(one.fault, Fault::Partition { .. } | Fault::Cut { .. }) && matches!(one.when, When::At(_)) {
            let end = run.end_of(one).filter(|end| *end <= run.scenario().until);
            calm = calm.max(end.ok_or_else(|| format!("`{}` lasts to the end", one.fault.words()))?);
        }
    }
    let trace = run.trace();
    let boots = trace.events.iter().filter(|event| matches!(event.kind, EventKind::Crash | EventKind::Restart));
    let drops = trace.messages.iter().filter(|message| matches!(message.fate, Fate::Lost(Loss::Dropped(_))));
    calm = boots.map(|event| event.at).chain(drops.map(|message| message.end)).fold(calm, Micros::max);
    able(run).map(|()| calm)
}

/// Whether those who are up at the end could serve: in the protocol's own words, or else all of them.
fn able<P: Protocol>(run: &Run<P>) -> Result<(), String> {
    let (up, servers) = (run.world().up(), run.setup().cluster.servers);
    let able = match P::able(&run.setup().cluster.config, up.intersection(servers)) {
        Some(ability) if !ability.able => Err(ability.words),
        Some(_) => Ok(()),
        None if servers.difference(up).is_empty() => Ok(()),
        None => Err(format!("{} down to the end", names(run, servers.difference(up)))),
    };
    able.map_err(|words| format!("too few servers are up: {words}"))
}

fn names<P: Protocol>(run: &Run<P>, nodes: NodeSet) -> String {
    let names: Vec<&str> = nodes.iter().map(|node| run.setup().name(node)).collect();
    names.join(", ")
}

fn wait<P: Protocol>(run: &Run<P>, op: &OpRecord<P>, due: Micros) -> Wait {
    let done = op.done.as_ref().map(|(_, at, _)| *at);
    let end = done.unwrap_or(run.scenario().until);
    let sent = run.trace().messages.iter().rev();
    let last = sent.filter(|m| m.from == op.id.client && m.sent <= end).find(|m| m.sent >= op.at);
    let (client, what) = (run.setup().name(op.id.client), ServiceOf::<P>::op_words(&op.op));
    let mut words = format!("{client} waited since {} for the answer to `{what}`", op.at);
    match done {
        Some(at) => words.push_str(&format!(" and had it at {at}, later than {due}")),
        None => words.push_str(&format!(", which was due at {due}")),
    }
    if let Some(message) = last {
        words.push_str(&format!(
            "; it last asked {}, at {}: {}",
            run.setup().name(message.to),
            message.sent,
            became(message)
        ));
    }
    Wait { op: op.id, since: op.at, due, done, asked: last.map(|m| (m.to, m.sent)), words }
}

fn became(message: &Message) -> &'static str {
    match message.fate {
        Fate::Flying | Fate::Parked => "the request is under way",
        Fate::Delivered(_) => "the request arrived",
        Fate::Lost(Loss::ReceiverDown) => "that server was down",
        Fate::Lost(_) => "the request was lost",
    }
}

fn leaders<P: Protocol>(run: &Run<P>) -> Vec<NodeId> {
    let specs = run.setup().everyone();
    let leads = |node: &NodeId| run.world().node(*node).is_some_and(|state| state.role() == Role::Leader);
    let server = |node: &NodeId| run.setup().cluster.specs[node.index()].kind == NodeKind::Server;
    specs.iter().filter(server).filter(leads).collect()
}
