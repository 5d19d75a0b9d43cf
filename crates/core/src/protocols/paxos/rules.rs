//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of single-decree Paxos.
    pub enum Rule in "Paxos Made Simple" {
        Begin => "§2.1", "begin", "Agents begin with nothing promised, accepted or learned.";
        Restart => "§2.5", "restart",
            "An agent that failed comes back with what it had written to stable storage: promises and acceptances, and \
             the highest number that it tried.";
        Wish => "§2.1", "wish", "A proposer is asked for a value, and proposes it if it is free to choose.";
        Prepare => "§2.2, phase 1(a)", "prepare",
            "A proposer picks a number of its own, higher than all that it tried, writes it down, and asks the \
             acceptors for a promise.";
        Promise => "§2.2, phase 1(b)", "promise",
            "An acceptor asked with a number above all that it promised so far promises to accept nothing numbered \
             less, and reports the highest-numbered proposal that it has accepted.";
        Propose => "§2.2, phase 2(a)", "propose",
            "With promises of a quorum a proposer asks that its proposal be accepted: its value is that of the \
             highest-numbered proposal reported, and its own to choose if none was.";
        Accept => "§2.2, phase 2(b)", "accept",
            "An acceptor accepts a proposal unless it has promised a higher number.";
        Refuse => "§2.2, the last paragraph", "refuse",
            "An acceptor that has promised a higher number may tell the proposer, who then gives its proposal up.";
        Abandon => "§2.2, the last paragraph", "abandon",
            "A proposer may abandon a proposal at any time, as long as it keeps to its promise never to reuse the \
             number.";
        BackOff => "§2.4", "back off",
            "Two proposers can outbid each other for ever. One that was outbid waits for a while, so that another can \
             finish.";
        Learn => "§2.3", "learn", "A learner that hears from a quorum that one proposal was accepted knows that it is chosen.";
        AskWhatIsChosen => "§2.3", "ask",
            "Messages to learners can be lost. A learner that must know has a proposer issue a proposal.";
        TellWhatIsChosen => "§2.3", "tell", "Who knows what is chosen tells who asks.";
        Stale => "§2.2", "stale message", "What belongs to a proposal that was given up, or is done, changes nothing.";
    }
}
