//! What the processes of a space-time diagram do: local events and messages, by themselves or because a person draws
//! them. The protocols whose lesson is the order of events have this in common.

use crate::{
    ConfigError, Ctx, Field, FieldKind, NodeId, NodeSpec, Protocol, Span, Stimulus,
    form::{ordered, within},
    view::name,
};
use serde::{Deserialize, Serialize};

/// What a process can do by itself, or a person can make it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// An event inside the process.
    Local,
    /// Send a message.
    Send(NodeId),
}

/// What an event was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// Something inside the process.
    Local,
    /// A message was sent.
    Send(NodeId),
    /// A message was received.
    Receive(NodeId),
}

impl What {
    /// The event in a few words.
    pub fn label(self, names: &[NodeSpec]) -> String {
        match self {
            What::Local => "local".into(),
            What::Send(to) => format!("to {}", name(names, to)),
            What::Receive(from) => format!("from {}", name(names, from)),
        }
    }
}

/// The processes of a group, `late` of which, the last ones, join later.
///
/// # Errors
/// The field that makes no sense.
pub fn setup(processes: u64, late: u64, pace: Span) -> Result<Vec<NodeSpec>, ConfigError> {
    within("processes", processes, 1, MOST)?;
    if late >= processes {
        let wrong = format!("{late} is not less than {processes}, the number of processes");
        return Err(ConfigError::new("late", wrong));
    }
    ordered("pace", pace)?;
    let mut specs = NodeSpec::cluster(processes, 0);
    specs.iter_mut().rev().zip(0..late).for_each(|(spec, _)| spec.late = true);
    Ok(specs)
}

/// So many processes at most: more lanes teach nothing.
const MOST: u64 = 9;

/// The settings of such a group.
pub fn fields() -> Vec<Field> {
    let field = |name, label, words, kind| Field { name, label, words, kind };
    let late = FieldKind::Number { min: 0, max: MOST - 1 };
    vec![
        field("processes", "processes", "How many processes there are.", FieldKind::Number { min: 1, max: MOST }),
        field("late", "join later", "How many of them, the last ones, are not there at the start.", late),
        field("chatter", "chatter", "Whether processes make events by themselves.", FieldKind::Switch),
        field("pace", "pace", "How long each process waits for its next event then.", FieldKind::Range),
    ]
}

/// For each process a local event, and a message to each other.
pub fn stimuli(processes: u64) -> Vec<Stimulus<Act>> {
    let all = || (0..processes.min(MOST) as u8).map(NodeId);
    let sends = |node| all().filter(move |to| *to != node).map(Act::Send);
    let acts = |node| std::iter::once(Act::Local).chain(sends(node)).map(move |what| (node, what));
    let label = |what| match what {
        Act::Local => "local event".into(),
        Act::Send(to) => format!("send to n{}", to.0 + 1),
    };
    all().flat_map(acts).map(|(node, what)| Stimulus { node, label: label(what), what }).collect()
}

/// What a process does next by itself: as likely a local event as a message to any other.
pub fn next<P: Protocol>(ctx: &mut Ctx<'_, P>) -> Act {
    let n = u32::try_from(ctx.servers().len()).expect("a cluster has at most 64 participants");
    match ctx.choose("event", n) {
        0 => Act::Local,
        k => Act::Send(ctx.peers().iter().nth(k as usize - 1).expect("one choice for each other process")),
    }
}
