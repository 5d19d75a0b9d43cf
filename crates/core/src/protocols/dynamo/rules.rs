//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of the paper.
    pub enum Rule in "Dynamo 2007" {
        Forward => "§4.5, §6.4", "hand on a write",
            "A server that is not among the first N of a key's preference list hands a write on to one that is.";
        Forget => "(disks)", "make no more versions",
            "A server that comes back without its disk makes no versions: it could use a dot again.";
        Write => "§4.5", "coordinate a write",
            "The coordinator of a write makes a version after what the client had seen, keeps it, and sends it to the \
             other replicas.";
        Keep => "§4.5", "keep a version", "A replica keeps the versions that it is sent, and says so.";
        Seen => "§4.4", "drop what was seen", "A version goes if the writer of another had seen it.";
        Siblings => "§4.4", "keep side by side",
            "Versions whose writers had not seen each other stay side by side until somebody who has read them writes.";
        Newest => "§6", "last writer wins", "Of two versions the one with the later timestamp stays, if clocks are to decide.";
        Done => "§4.5", "answer a write", "A write is done when W replicas keep it, whichever they are.";
        Read => "§4.5", "coordinate a read", "The coordinator of a read asks all N replicas.";
        Answer => "§4.5", "answer a read",
            "The first R replicas to answer count: the client is told all versions of which none had seen another.";
        TooFew => "§5", "too few in time",
            "What fewer than R or W replicas answered in time fails. A write is not undone: it may yet be seen.";
        Again => "(clients)", "take it once", "A request that arrives twice is taken on once.";
        Suspect => "§4.8.3", "suspect",
            "A server takes another for failed that does not answer it, until it hears from it, and asks nobody else.";
        Repair => "§5", "read repair",
            "When a read's answers are in, whoever answered with less is sent what the others had.";
        StandIn => "§4.6", "ask to stand in",
            "For a replica that does not answer the next server on the ring stands in.";
        Hint => "§4.6", "keep for another", "A stand-in keeps the version apart, with a hint for whom it is.";
        Handoff => "§4.6", "hand over", "A stand-in tries to deliver what it keeps for another.";
        Delivered => "§4.6", "drop the hint", "What has arrived where it belongs the stand-in drops.";
        Compare => "§4.7", "compare trees", "Two replicas compare the roots of hash trees over the keys that they share.";
        Descend => "§4.7", "descend", "Where hashes differ, those below them are compared.";
        Exchange => "§4.7", "exchange keys", "Of the leaves that differ, all keys are exchanged.";
        Agree => "§4.7", "trees are equal", "If the roots are equal, so is all below.";
    }
}
