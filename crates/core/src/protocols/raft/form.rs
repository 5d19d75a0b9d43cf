//! The settings, described: their panel, and their words.

use super::{
    bug::BUGS,
    config::{MEMBERSHIPS, MOST_DRIFT, MOST_ITEMS, MOST_KEPT, MOST_SPARES, READS},
    patience::HIGHEST,
};
use crate::{Field, FieldKind, Form};

const fn field(name: &'static str, label: &'static str, words: &'static str, kind: FieldKind) -> Field {
    Field { name, label, words, kind }
}

pub(super) fn form() -> Form {
    let bug = field("bug", "planted bug", "A deliberate mistake in every server.", FieldKind::Choice(BUGS.to_vec()));
    Form { fields: cluster().into_iter().chain(elections()).chain(work()).chain(members()).chain([bug]).collect() }
}

/// What the paper leaves open.
fn cluster() -> Vec<Field> {
    vec![
        field("servers", "servers", "How many servers there are at first.", FieldKind::Number { min: 1, max: 9 }),
        field("clients", "clients", "How many clients there are.", FieldKind::Number { min: 0, max: 4 }),
        field(
            "election_timeout",
            "election timeout",
            "How long a follower waits for a leader; drawn anew each time, so that votes seldom split.",
            FieldKind::Range,
        ),
        field(
            "timeouts",
            "own timeouts",
            "Election timeouts of single servers, such as n2=300ms..400ms n3=1s..2s.",
            FieldKind::Ranges,
        ),
        field("heartbeat", "heartbeat", "How often a leader shows that it leads.", FieldKind::Duration),
        field(
            "max_entries",
            "entries per message",
            "How many entries one AppendEntries carries at most.",
            FieldKind::Number { min: 1, max: 100 },
        ),
        field(
            "client_timeout",
            "client timeout",
            "How long a client waits for an answer before it asks another server.",
            FieldKind::Range,
        ),
        field(
            "client_pause",
            "client pause",
            "How long a client waits when a server knew of no leader.",
            FieldKind::Range,
        ),
    ]
}

/// What keeps leaders in place, and how reads rely on that.
fn elections() -> Vec<Field> {
    vec![
        field(
            "pre_vote",
            "pre-vote",
            "Whether a server asks if it could win before it begins a term, so that one that was cut off disturbs nobody.",
            FieldKind::Switch,
        ),
        field(
            "check_quorum",
            "check quorum",
            "Whether a leader that no majority answers steps down, and who hears from a leader gives no votes.",
            FieldKind::Switch,
        ),
        field(
            "reads",
            "reads",
            "How a leader makes sure that a read does not answer from the past.",
            FieldKind::Choice(READS.to_vec()),
        ),
        field(
            "clock_drift",
            "clock drift",
            "By how many millionths a clock may run fast or slow; leases are that much shorter than promises.",
            FieldKind::Number { min: 0, max: MOST_DRIFT },
        ),
    ]
}

/// What makes a leader faster, and who it is.
fn work() -> Vec<Field> {
    vec![
        field(
            "skip_terms",
            "skip terms",
            "Whether a refusal names the term in conflict, so that the leader passes over all of it at once.",
            FieldKind::Switch,
        ),
        field(
            "pipelining",
            "pipelining",
            "Whether a leader sends the next entries before the last ones are answered.",
            FieldKind::Switch,
        ),
        field(
            "batching",
            "batching",
            "How long a leader collects commands before it sends them; at 0 it sends each at once.",
            FieldKind::Duration,
        ),
        field(
            "stagger",
            "stagger",
            "By how much each server is more patient than the one before it, so that the first mostly leads.",
            FieldKind::Duration,
        ),
        field(
            "priorities",
            "priorities",
            "Who is preferred as leader, such as n1=3 n2=2; others have 1, and wait until the higher ones had their turn.",
            FieldKind::Numbers { min: 1, max: HIGHEST },
        ),
        field(
            "transfers",
            "transfers",
            "Whether someone may ask a leader to hand over to another server.",
            FieldKind::Switch,
        ),
        field(
            "snapshot_after",
            "snapshot after",
            "After how many applied entries a server folds them into a snapshot; at 0 it never does.",
            FieldKind::Number { min: 0, max: MOST_KEPT },
        ),
        field(
            "chunk",
            "items per chunk",
            "How many items of a snapshot one message carries at most.",
            FieldKind::Number { min: 1, max: MOST_ITEMS },
        ),
    ]
}

/// Who is in the cluster.
fn members() -> Vec<Field> {
    vec![
        field(
            "membership",
            "membership",
            "Whether someone may change who is in the cluster, one server at a time or from any set to any other.",
            FieldKind::Choice(MEMBERSHIPS.to_vec()),
        ),
        field(
            "spares",
            "spares",
            "How many machines run besides the servers, and are in no configuration until they are added.",
            FieldKind::Number { min: 0, max: MOST_SPARES },
        ),
        field(
            "learners",
            "learners",
            "Whether new servers get the log before they count, so that an empty one holds up no commit.",
            FieldKind::Switch,
        ),
    ]
}
