//! The rules of the papers.

crate::rules! {
    /// The rules of the papers.
    pub enum Rule in "Shapiro et al. 2011" {
        Read => "(query)", "read",
            "Who reads is told the value of the replica that it asks, whatever others may have.";
        Update => "(state-based: update)", "change the state",
            "A replica changes its own state at once, and asks nobody.";
        Nothing => "(precondition)", "nothing to do",
            "What is not there cannot be taken away: such a change comes to no operation.";
        Gossip => "(state-based)", "send the state",
            "Now and then a replica sends all that it has to another that may lack some of it.";
        Merge => "(state-based: merge)", "merge",
            "Two states are put together to the least one above both.";
        Known => "(acknowledgement)", "know what it has",
            "A replica that has what was sent to it needs it no more.";
        Prepare => "(operation-based: atSource)", "prepare",
            "An operation is prepared in view of what is here, and sent to all others.";
        Deliver => "(operation-based: downstream)", "have its effect",
            "An operation that arrives has its effect here, once all that it had seen has.";
        HoldBack => "(causal delivery)", "hold back",
            "An operation that overtakes what it had seen waits for that.";
        Drop => "(exactly once)", "drop what came before",
            "An operation that is here already has no effect again.";
        Raw => "(raw delivery)", "hand over as it arrives",
            "An operation has its effect when it arrives, and as often.";
        Resend => "(retransmission)", "send again",
            "An operation is sent again to those that have not acknowledged it.";
        Again => "(clients)", "answer again",
            "A request that was answered before gets the same answer again.";
    }
}
