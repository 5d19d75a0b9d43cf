//! The deliberate bugs.

use serde::{Deserialize, Serialize};

/// A deliberate mistake: each one breaks one rule, and shows what that rule is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// None: the protocol as it should be.
    #[default]
    None,
    /// Votes for whoever asks, though it has voted in this term.
    VoteTwice,
    /// Forgets its vote in a crash.
    ForgetVote,
    /// Votes without a look at the candidate's log.
    VoteWithoutLog,
    /// Takes the longer log for the more up-to-date one, whatever the terms.
    VoteByLength,
    /// Commits entries of earlier terms by counting who holds them.
    CommitOldTerm,
    /// Commits as far as the leader has, beyond what the leader's message has shown to match.
    CommitBeyond,
    /// Cuts its log at every AppendEntries, conflict or not.
    TruncateAlways,
    /// Takes what follows an entry though its own of that index is of another term.
    MatchByIndex,
    /// As leader, puts a new entry in the place of those that are not committed.
    OverwriteUncommitted,
    /// Lets any message put off its election timeout.
    ResetOnAnyMessage,
    /// Answers reads without making sure that it still leads.
    StaleRead,
    /// Applies a command again when the client has repeated it.
    ApplyTwice,
    /// Gives its pre-vote though it hears from a leader.
    PreVoteDisturbs,
    /// Takes its lease for as long as followers keep their promise, as if all clocks ran alike.
    LeaseWithoutDrift,
    /// Leaves the sessions of clients out of its snapshots.
    SnapshotWithoutSessions,
    /// Drops its whole log for a snapshot, though it goes on where the snapshot ends.
    DropSuffix,
    /// Goes by a configuration only once that is committed.
    ConfigWhenCommitted,
    /// Changes one server before an entry of its own term is committed.
    ChangeWithoutOwnEntry,
}

/// Those that can be set: all of them.
pub(super) const BUGS: [(&str, &str); 19] = [
    ("none", "none: as in the paper"),
    ("vote-twice", "votes more than once in a term"),
    ("forget-vote", "forgets its vote in a crash"),
    ("vote-without-log", "votes without a look at the candidate's log"),
    ("vote-by-length", "takes the longer log for the better one"),
    ("commit-old-term", "commits entries of earlier terms by counting"),
    ("commit-beyond", "commits beyond what is known to match"),
    ("truncate-always", "cuts its log at every AppendEntries"),
    ("match-by-index", "takes what follows an entry of another term"),
    ("overwrite-uncommitted", "a leader overwrites entries that are not committed"),
    ("reset-on-any-message", "any message puts off the election timeout"),
    ("stale-read", "answers reads without making sure that it leads"),
    ("apply-twice", "applies a repeated command again"),
    ("pre-vote-disturbs", "gives its pre-vote though it hears from a leader"),
    ("lease-without-drift", "takes its lease as if all clocks ran alike"),
    ("snapshot-without-sessions", "leaves the sessions out of its snapshots"),
    ("config-when-committed", "goes by a configuration only once it is committed"),
    ("change-without-own-entry", "changes one server before an entry of its term is committed"),
    ("drop-suffix", "drops its whole log for a snapshot"),
];
