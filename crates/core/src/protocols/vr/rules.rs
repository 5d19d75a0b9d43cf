//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of Viewstamped Replication.
    pub enum Rule in "VR Revisited" {
        Begin => "§4", "begin", "Replicas begin in view 0, each view has one primary, and they take turns.";
        Request => "§4.1, steps 2 and 3", "request",
            "The primary gives a new request the next op-number, adds it to its log, and asks the backups to prepare it.";
        OldRequest => "§4.1, step 2", "old request",
            "A request that was executed is not executed again: its answer is sent again if it is the client's latest.";
        Redirect => "§4", "redirect", "Only the primary handles requests. A backup says who that is.";
        Prepare => "§4.1, step 4", "prepare",
            "A backup adds an operation to its log when it has all operations before, and says so.";
        Commit => "§4.1, step 5", "commit",
            "An operation that f backups have, beside the primary, is committed, and so are all before it.";
        Execute => "§4.1, steps 5 and 7", "execute",
            "Committed operations are executed in the order of their numbers. The primary answers the client.";
        SendCommit => "§4.1, step 6", "send commit",
            "A primary shows that it is there, says how far operations are committed, and repeats what backups lack.";
        FollowCommit => "§4.1, step 7", "follow commit", "A backup learns how far operations are committed.";
        StartViewChange => "§4.2, step 1", "start a view change",
            "A replica that hears nothing of the primary, or hears of a later view change, goes on to that view, stops \
             handling requests, and tells all others.";
        DoViewChange => "§4.2, step 2", "do the view change",
            "With f others on the way to the same view a replica sends its log to the new primary, with the view in \
             which it was last normal.";
        CountVotes => "§4.2, step 3", "count",
            "The new primary counts who has sent it a log; it needs f + 1 with its own.";
        BeginView => "§4.2, step 3", "begin the view",
            "Of f + 1 logs the new primary takes one that was normal in the latest view, and of those the longest.";
        StartView => "§4.2, step 5", "start view", "A backup takes the log of the new primary, and is normal again.";
        Recover => "§4.3, step 1", "recover",
            "A replica that was started again has lost what it knew. It asks all others, with a number never used \
             before, and takes part in nothing until it has its answer.";
        Respond => "§4.3, step 2", "respond",
            "A replica in a normal view answers who recovers; the primary adds its log.";
        Recovered => "§4.3, step 3", "recovered",
            "With answers of f + 1 replicas, one of them from the primary of the latest view named in them, a replica \
             takes the primary's log, and is normal again.";
        AskForState => "§5.2", "ask for state",
            "A replica that lacks operations, or hears of a later view that has begun, asks for what it lacks.";
        SendState => "§5.2", "send state", "A replica in a normal view sends operations to one that lacks them.";
        TakeState => "§5.2", "take state", "A replica that lacked operations adds them to its log.";
        Stale => "§4.1", "stale message",
            "Messages of views that are over change nothing, nor does what a replica hears while it recovers.";
    }
}
