//! The rules of the papers.

crate::rules! {
    /// The rules of the papers.
    pub enum Rule in "Attiya, Bar-Noy, Dolev 1995" {
        OwnTag => "(the writer)", "count the write",
            "The one writer knows all writes. It gives each the next number as its tag.";
        AskTags => "(many writers: Lynch, Shvartsman 1997)", "ask for tags",
            "A writer among many first asks all servers for their copies: others may have written.";
        Tag => "(many writers: Lynch, Shvartsman 1997)", "tag the write",
            "With answers of a quorum, a write gets a count above all that it was told, and its writer's name, which tells \
             writes with equal counts apart.";
        AskCopies => "(the reader)", "ask for copies",
            "A reader asks all servers for their copies.";
        Tell => "(all processors)", "tell a copy",
            "A server that is asked tells its copy, with the tag.";
        WriteBack => "(the reader)", "write back",
            "With copies of a quorum, a reader takes the one with the highest tag, and has a quorum take it before it \
             answers: who reads later must not find an older one.";
        Take => "(all processors)", "take a copy",
            "A server takes a copy with a higher tag than its own, writes it down, and says so.";
        Older => "(all processors)", "keep the higher tag",
            "A server that has that copy or a later one keeps it, and says so likewise: the sender only wants to know that \
             nothing older is there.";
        Answer => "(the writer, the reader)", "answer",
            "When a quorum has a copy, every quorum that is asked from now on tells it or a later one. The operation is over.";
        Repeat => "(procedure communicate)", "send again",
            "What was not answered may be lost, and is sent again.";
        Refuse => "(the writer)", "refuse a second writer",
            "Where one server alone writes, clients of the others only read.";
        Stale => "(procedure communicate)", "stale message",
            "An answer to a phase that is over, or to another one, is not counted.";
        Again => "(clients)", "answer again",
            "A request that was answered before gets the same answer again.";
        Resume => "(restart)", "go on",
            "A server that comes back goes on with the operations on its disk, under the tags that it gave them.";
    }
}
