//! The rules of the papers.

crate::rules! {
    /// The rules of the papers.
    pub enum Rule in "Preguiça et al. 2010" {
        Read => "(get)", "read",
            "Who reads is told all siblings, and a context that covers them.";
        Dotted => "(update)", "dot a write",
            "A write gets a dot, one more than its server has seen of itself, and the client's context for its past.";
        PerServer => "(version vectors per server)", "count a write at its server",
            "A write gets the client's context with one more at its server than the server has seen of itself.";
        PerClient => "(version vectors per client)", "count a write at its client",
            "A write gets the client's context, with the write counted at its client.";
        Replaced => "(sync)", "drop what was seen",
            "A version goes if a write of another version had seen it.";
        Siblings => "(sync)", "keep side by side",
            "Versions of which none had seen another stay side by side until somebody who has read them writes.";
        Send => "(replication)", "send to the others",
            "Who takes a write sends the siblings of its key to the other servers.";
        Repair => "(anti-entropy)", "send again",
            "What another server is not known to have is sent to it again.";
        Known => "(anti-entropy)", "know that it has them",
            "A server that has seen all that we hold needs nothing from us.";
        Again => "(clients)", "answer again",
            "A request that was answered before gets the same answer again.";
    }
}
