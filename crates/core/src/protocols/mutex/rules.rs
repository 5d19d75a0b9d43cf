//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of the paper.
    pub enum Rule in "Lamport 1978" {
        Tick => "IR1 and IR2", "tick",
            "Each event moves the clock on, and the receipt of a message puts it above the timestamp.";
        Request => "mutual exclusion, rule 1", "request",
            "Who wants the lock sends its request, with its timestamp, to all others, and puts it into its own queue.";
        Acknowledge => "mutual exclusion, rule 2", "acknowledge",
            "Who receives a request puts it into its queue and answers with an acknowledgement, which is stamped later.";
        Release => "mutual exclusion, rule 3", "release",
            "Who has done takes its request out of its queue and tells all others.";
        Forget => "mutual exclusion, rule 4", "take out",
            "Who hears that the lock is released takes the request out of its queue.";
        Grant => "mutual exclusion, rule 5", "grant",
            "A process has the lock once its own request is the first in its queue, and it has heard something stamped \
             later from every other process.";
    }
}
