//! How faithful it is to its papers, and how that is known.

use crate::{Card, Explored};

pub(super) const CARD: Card = Card {
    modelled: &[
        "leader election, log replication and commitment with the rule on entries of earlier terms (§5)",
        "sessions by which a command that was sent twice is applied once, and reads that wait for a majority (§8)",
        "log compaction: snapshots in pieces, with the sessions, and the suffix kept where the entry matches (§7)",
        "pre-votes, leaders that count their quorum, servers that stay with a leader (dissertation §4.2.3, §6.2, §9.6)",
        "reads by read index, through the log, or under a lease with a bound on clock drift (§6.4)",
        "handing over the lead (§3.10), batching and pipelining (§10.2), passing over terms in conflict (§5.3)",
        "membership changes: joint consensus (§6), one server at a time with the correction of 2015 (dissertation §4.1), \
         learners that catch up in rounds (§4.2.1), removal of the leader, removed servers that disturb (§4.2.2, §4.2.3)",
        "election timeouts of single servers, and priorities, by which some stand only after others had their turn",
        "durable currentTerm, votedFor and log; crashes between any two effects of a step",
    ],
    departures: &[
        "the first configuration is given by the settings and is no entry of the log",
        "a server that knows that it was removed for good begins no elections",
        "a snapshot travels as the pairs and sessions that it holds; no entry that it stands for is kept",
        "calls are pairs of messages; AppendEntries carries a round, so that a read can tell later heartbeats from earlier ones",
        "a lost call is made good by the next of its kind, not by a timer of its own",
        "a server that comes back first waits out the promise that it may have given to a leader",
        "a session never ends",
        "priorities make servers wait: nobody is refused a vote, or driven out, for a low one",
    ],
    tested: &[
        "each rule by hand beside Figure 2",
        "1,000 runs with every fault that it is meant to survive, and linearizability of what clients saw",
        "Figure 8 with the rule and without it, and the logs of Figure 7, which come about from empty ones",
        "the states of a specification in TLA+, written again: as many as its checker printed, 1,338,669",
        "elections in 10,000 runs for each of eight settings, beside a closed form",
        "1,000 runs with the dissertation's additions in many combinations, clocks that drift, and transfers",
        "1,000 runs with membership changes of both kinds, snapshots and transfers together",
        "300 runs each of a leader under a lease that is cut off: with clocks within the bound, without the bound, beyond it",
    ],
    explored: &[
        Explored { bounds: "--nodes 3 --timeouts 1 --requests 1", states: 2_524 },
        Explored { bounds: "--nodes 3 --timeouts 2", states: 7_650 },
        Explored { bounds: "--nodes 2 --timeouts 4 --set pre_vote=true", states: 20_352 },
        Explored { bounds: "--nodes 3 --timeouts 2 --set check_quorum=true", states: 2_759 },
        Explored { bounds: "--nodes 2 --timeouts 3 --requests 1 --set snapshot_after=1", states: 40_751 },
        Explored { bounds: "--nodes 3 --timeouts 1 --requests 1 --set pipelining=true", states: 11_966 },
        Explored { bounds: "--nodes 2 --timeouts 3 --requests 1 --set skip_terms=true", states: 38_658 },
        Explored { bounds: "--nodes 2 --timeouts 2 --requests 1 --local 1 --set transfers=true", states: 60_571 },
    ],
};
