//! The rules of the paper, in its order.

use super::Raft;
use crate::{Ctx, NodeSet};

crate::rules! {
    /// The rules of Raft.
    pub enum Rule in "Raft" {
        NewerTerm => "§5.1", "newer term",
            "Whoever meets a newer term adopts it, and becomes a follower if it was more than that.";
        StaleMessage => "§5.1", "stale message",
            "What comes too late, from an older term or in answer to a settled question, is refused or ignored.";
        Begin => "§5.2", "begin",
            "A server begins as a follower and waits for a leader.";
        Heartbeat => "§5.2", "heartbeat",
            "A leader keeps its followers from starting elections by sending to all of them again and again.";
        FollowLeader => "§5.2", "follow the leader",
            "An AppendEntries of the current term comes from its leader: follow it, and wait anew for its next one.";
        StartElection => "§5.2", "start election",
            "A server that waited in vain begins a new term, votes for itself and asks all others for their votes.";
        GrantVote => "§5.2", "grant vote",
            "A server votes for the first candidate of a term that asks, provided that its log is good enough.";
        OneVote => "§5.2", "one vote",
            "A server votes for at most one candidate in a term.";
        CountVotes => "§5.2", "count votes",
            "A candidate counts the votes that it is given in its own term, its own included.";
        WinElection => "§5.2", "win election",
            "A candidate with the votes of a majority leads the term.";
        UpToDate => "§5.4.1", "up-to-date log",
            "A voter refuses a candidate whose log is less up to date than its own: the last entry is of an older term \
             or of the same term in a shorter log.";
        AcceptCommand => "§5.3", "accept command",
            "A leader appends a client's command to its own log and sends it to all others.";
        ConsistencyCheck => "§5.3", "consistency check",
            "A follower refuses entries if its log lacks the one just before them, by index and term.";
        TruncateConflict => "§5.3", "remove conflict",
            "Where an entry differs in term from the leader's, the follower removes it and all that follow.";
        AppendNew => "§5.3", "append",
            "A follower appends the leader's entries that it does not have.";
        FollowCommit => "§5.3", "follow commit",
            "A follower commits as far as the leader has, and no farther than its log is known to match.";
        UpdateMatch => "§5.3", "update indices",
            "A leader notes how far a follower that accepted its entries holds its log.";
        BackUp => "§5.3", "back up",
            "When a follower lacks the entry before the new ones, the leader tries again one entry earlier.";
        Commit => "§5.4.2", "commit",
            "A leader commits an entry of its own term once a majority holds it, and with it all before.";
        Apply => "§5.3", "apply",
            "Committed entries are applied to the state machine in the order of the log; the leader then answers.";
        Restart => "§5.5", "restart",
            "A server comes back as a follower with its term, its vote and its log, and finds out the rest again.";
        NoOp => "§8", "open the term",
            "A leader begins its term with an entry that does nothing, to learn what is committed.";
        Redirect => "§8", "redirect",
            "A server that does not lead sends clients on to the leader that it knows of.";
        OnlyOnce => "§8", "only once",
            "A command that a client repeats is recognised by its serial number, and not applied again.";
        ConfirmRead => "§8", "hold the read",
            "A leader does not log a read, but exchanges heartbeats with a majority, to know that it still leads.";
        AnswerRead => "§8", "answer read",
            "A read is answered once an entry of the leader's term is committed and a majority has confirmed the lead.";
        SkipTerm => "§5.3", "skip a term",
            "A refusal names the term in conflict and where it begins; the leader passes over all of it at once.";
        HandOver => "dissertation §3.10", "hand over",
            "A leader that is asked to hand over takes no more requests, and brings its successor's log up to date.";
        TimeoutNow => "dissertation §3.10", "let it begin",
            "Once the successor holds the leader's whole log, the leader lets it begin an election without waiting.";
        TakeOver => "dissertation §3.10", "take over",
            "A server that its leader lets begin starts an election as if it had waited in vain.";
        KeepLead => "dissertation §3.10", "keep the lead",
            "If the successor has not taken over within an election timeout, the leader goes on leading.";
        HearsLeader => "dissertation §4.2.3", "hears a leader",
            "Who heard from a leader within the shortest election timeout gives no votes, and does not adopt the term of \
             who asks, unless the leader itself asked for the election.";
        LoseQuorum => "dissertation §6.2", "lose the quorum",
            "A leader that no majority has answered for an election timeout steps down.";
        KeepQuorum => "dissertation §6.2", "keep the quorum",
            "A leader that a majority has answered since it last looked leads on.";
        LeaseRead => "dissertation §6.4.1", "lease read",
            "A leader answers a read by itself while those who confirmed its lead still keep their promise by any clock.";
        AskPreVote => "dissertation §9.6", "ask for pre-votes",
            "A server that waited in vain asks first if it could win, and begins no term as long as it could not.";
        PreVote => "dissertation §9.6", "pre-vote",
            "A server would vote for a candidate whose log is good enough, if it has not heard from a leader of late.";
        NoPreVote => "dissertation §9.6", "no pre-vote",
            "A server that hears from a leader gives no pre-vote, so that nobody disturbs a leader that does its work.";
        CountPreVotes => "dissertation §9.6", "count pre-votes",
            "With the pre-votes of a majority a server begins its election.";
        Quiet => "dissertation §9.6", "quiet",
            "Who has not heard from its leader for the shortest election timeout is free to help another.";
        Collect => "dissertation §10.2.2", "collect",
            "A leader appends commands as they come, and sends those of a while together.";
        SendBatch => "dissertation §10.2.2", "send together",
            "The commands that were collected go out in one message to each follower.";
        TakeSnapshot => "§7", "take a snapshot",
            "Each server by itself folds what it has applied into a snapshot, and drops the entries that it stands for.";
        SendSnapshot => "§7", "send a snapshot",
            "A leader that has dropped what a follower lacks sends it the snapshot instead, piece by piece.";
        ReceivePiece => "§7", "receive a piece",
            "A follower keeps the pieces of a snapshot until the last one is there.";
        NextPiece => "§7", "next piece",
            "When a piece has arrived the leader sends the next one.";
        InstallSnapshot => "§7", "install a snapshot",
            "A follower whose log does not hold the snapshot's last entry drops its log, and takes the snapshot for its state.";
        KeepSuffix => "§7", "keep the suffix",
            "A follower whose log holds the snapshot's last entry keeps the entries that follow it.";
        OldSnapshot => "§7", "old snapshot",
            "A snapshot of what a follower knows to be committed is not needed.";
        SnapshotArrived => "§7", "snapshot arrived",
            "The leader goes on with the entry after the snapshot.";
        Outside => "§6", "outside",
            "A server that is in no configuration does what leaders and candidates ask, and begins no election.";
        RefuseChange => "dissertation §4.1", "refuse a change",
            "Who does not lead begins no change, nor a leader one that would leave nobody, change nothing or too much.";
        OneChange => "dissertation §4.1", "one change at a time",
            "A leader begins no change before the one before it is committed.";
        OwnEntryFirst => "dissertation §4.1, corrected 2015", "own entry first",
            "A leader changes one server only once it has committed an entry of its own term.";
        ChangeOne => "dissertation §4.1", "change one server",
            "A leader adds or removes one server by an entry of the log: any two majorities before and after share a server.";
        JointConsensus => "§6", "joint configuration",
            "A leader first appends both configurations: until that is committed and the new one follows, both must agree.";
        NewConfiguration => "§6", "new configuration",
            "Once the joint configuration is committed the leader appends the new one, which decides alone from then on.";
        UseAtOnce => "§6", "go by it at once",
            "A server goes by the latest configuration in its log, whether that is committed or not.";
        FallBack => "dissertation §4.1", "fall back",
            "A server that removes a configuration from its log goes by the one before it again.";
        LeaderLeaves => "§6", "the leader leaves",
            "A leader that is not in the new configuration steps down once that is committed, and does not count itself before.";
        CatchUp => "dissertation §4.2.1", "catch up",
            "New servers get the log in rounds before they count, until a round is shorter than an election timeout.";
        TooSlow => "dissertation §4.2.1", "too slow",
            "A leader gives up a change if the new servers do not get on, or fall behind in every round.";
    }
}

/// `n3, n5 and itself`: some servers and the one that acts.
pub(super) fn and_itself(ctx: &Ctx<'_, Raft>, nodes: NodeSet) -> String {
    let others = nodes.difference(NodeSet::from_iter([ctx.me()]));
    match (others.is_empty(), nodes.contains(ctx.me())) {
        (true, true) => "itself".into(),
        (true, false) => "nobody".into(),
        (false, true) => format!("{} and itself", ctx.names(others)),
        (false, false) => ctx.names(others),
    }
}

/// `entry 4`, `entries 4 to 6`.
pub(super) fn entries(first: u64, last: u64) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

/// `1 entry`, `4 entries`.
pub(super) fn count_entries(n: u64) -> String {
    if n == 1 { "1 entry".into() } else { format!("{n} entries") }
}
