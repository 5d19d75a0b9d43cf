//! Who waits for whom, and since when.

use super::{Wait, role, went_down};
use lightcone_core::{Micros, NodeId, Role};
use lightcone_sim::{
    Run,
    trace::{Message, OpRecord},
    view::{Fate, Loss},
};

/// The operations that were due: how many, and those that were not done in time.
pub(super) struct Judged {
    pub waits: Vec<Wait>,
    pub due: usize,
}

/// Judges the operations of every client in the order of asking. One that was asked while another was under way may
/// have to wait for that; where the other was never done, that alone is blamed.
pub(super) fn judge(run: &Run, calm: Micros, bound: Micros) -> Judged {
    let mut judged = Judged { waits: Vec::new(), due: 0 };
    // For each client, when it was last done; nothing once it waits for ever.
    let mut free = vec![Some(Micros::ZERO); run.setup().specs().len()];
    for op in &run.trace().ops {
        let client = op.id.client;
        let Some(since) = free[client.index()].map(|free| free.max(op.at).max(calm)) else { continue };
        let (due, done) = (since.plus(bound), op.done.as_ref().map(|(_, at, _)| *at));
        if done.is_none() && went_down(run, client, op.event) {
            // A client that goes down takes its question with it.
            continue;
        }
        free[client.index()] = done;
        let asleep = done.is_none() && run.world().slot(client).paused > 0;
        if due > run.scenario().until || asleep {
            continue;
        }
        judged.due += 1;
        if done.is_none_or(|done| done > due) {
            judged.waits.push(wait(run, op, due));
        }
    }
    judged
}

fn wait(run: &Run, op: &OpRecord, due: Micros) -> Wait {
    let done = op.done.as_ref().map(|(_, at, _)| *at);
    let end = done.unwrap_or(run.scenario().until);
    let sent = run.trace().messages.iter().rev();
    let last = sent.filter(|m| m.from == op.id.client && m.sent <= end).find(|m| m.sent >= op.at);
    let (client, what) = (run.setup().name(op.id.client), run.setup().actors.op_words(&op.op));
    let mut words = format!("{client} waited since {} for the answer to `{what}`", op.at);
    match done {
        Some(at) => words.push_str(&format!(" and had it at {at}, later than {due}")),
        None => words.push_str(&format!(", which was due at {due}")),
    }
    if let Some(message) = last {
        let (server, at) = (run.setup().name(message.to), message.sent);
        words.push_str(&format!("; it last asked {server}, at {at}: {}", became(message)));
        if done.is_none() && matches!(message.fate, Fate::Delivered(_)) {
            words.push_str(&format!("; at the end {server} {}", is(run, message.to)));
        }
    }
    Wait { op: op.id, since: op.at, due, done, asked: last.map(|m| (m.to, m.sent)), words }
}

fn became(message: &Message) -> &'static str {
    match message.fate {
        Fate::Flying | Fate::Parked => "the request is under way",
        Fate::Waiting => "the request waits there",
        Fate::Delivered(_) => "the request arrived",
        Fate::Lost(Loss::ReceiverDown) => "that server was down",
        Fate::Lost(Loss::InboxFull) => "that server was too busy",
        Fate::Lost(_) => "the request was lost",
    }
}

/// What a server is doing at the end: `is a candidate (term 7)`.
fn is(run: &Run, node: NodeId) -> String {
    let slot = run.world().slot(node);
    let Some(state) = &slot.machine else { return "is down".into() };
    if slot.paused > 0 {
        return "is paused".into();
    }
    let badge = run.setup().actors.badge(state);
    let part = match role(run, node).unwrap_or_default() {
        Role::Plain => "is up".into(),
        role @ (Role::Changing | Role::Preparing | Role::Proposing | Role::Outside) => format!("is {}", role.name()),
        role => format!("is a {}", role.name()),
    };
    if badge.is_empty() { part } else { format!("{part} ({badge})") }
}
