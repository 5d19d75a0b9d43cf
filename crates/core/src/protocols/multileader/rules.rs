//! The rules, and who described them. The term and the topologies are those of Kleppmann's book; each rule is older.

crate::rules! {
    /// The rules of multi-leader replication.
    pub enum Rule in "Multi-leader" {
        Write => "(Terry et al. 1995: read any, write any)", "take a write",
            "Any leader takes a write by itself: it numbers it, applies it, writes it to its disk and answers.";
        Read => "(Terry et al. 1995: read any, write any)", "answer a read",
            "Any leader answers a read with what it has.";
        Again => "(clients)", "answer again", "A request that arrives again is told the same and does nothing more.";
        Send => "(Kleppmann 2017, ch. 5: asynchronous)", "send to others",
            "When its client has been answered, a leader sends the write to those it is connected with.";
        Apply => "(Petersen et al. 1997: anti-entropy)", "apply a write",
            "A leader applies each write once, those of one leader in that one's order, and says what it has.";
        Wait => "(Petersen et al. 1997: the prefix property)", "hold a write back",
            "A write that arrives before an earlier one of its leader waits for that; and, where causes come first, for all \
             that its leader had applied.";
        Known => "(Kleppmann 2017, ch. 5: circular replication)", "know it already",
            "A write keeps the name of its leader and its number there: who has seen both does nothing, and loops end.";
        PassOn => "(Kleppmann 2017, ch. 5: topologies)", "pass it on",
            "On a ring or a star what came from another goes on to those who do not have it from before.";
        Resend => "(Johnson, Thomas 1975: lists of modifications)", "send again",
            "What another is not known to have is sent to it again, until it says that it has it.";
        Acknowledged => "(Johnson, Thomas 1975: lists of modifications)", "be acknowledged",
            "What all have who are to have it leaves the log.";
        Later => "(Johnson, Thomas 1975: timestamps)", "keep the later write",
            "Of two writes to a key the one with the later timestamp stays; of equal times, that of the later leader's name.";
        Earlier => "(Johnson, Thomas 1975: timestamps)", "drop the earlier write",
            "A write with an earlier timestamp than what is there is dropped, when it arrives or when it is taken.";
        Seen => "(Parker et al. 1983: version vectors)", "drop what was seen",
            "A version goes if the writer of another had seen it.";
        Siblings => "(Parker et al. 1983: conflicts)", "keep side by side",
            "Versions whose writers had not seen each other stay side by side until somebody who has read them writes.";
        Add => "RR-7506 §3.3.5", "add to the set", "What is put is added to the set of its key, under a name of its own.";
        Remove => "RR-7506 §3.3.5", "remove what was there",
            "A delete removes the additions that its leader had applied; one that it did not know of stays.";
    }
}
