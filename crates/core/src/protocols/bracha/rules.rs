//! The rules of the paper, in its order.

crate::rules! {
    /// The rules of the broadcast.
    pub enum Rule in "Bracha 1987" {
        Begin => "broadcast, step 0", "begin",
            "Who broadcasts a value sends it to everybody as an initial.";
        Count => "broadcast, steps 1 to 3", "count",
            "Echoes and readies are counted by value and by sender, and those that came early count too.";
        Echo => "broadcast, step 1", "echo",
            "Who gets the initial of a broadcast tells everybody what it said, once.";
        EchoAlong => "broadcast, step 1", "echo along",
            "Who has no initial echoes a value all the same that more than (n + f) / 2 echoed or f + 1 are ready for.";
        Ready => "broadcast, step 2", "ready",
            "Who has echoes of one value from more than (n + f) / 2 servers is ready for it, and says so once.";
        ReadyAlong => "broadcast, step 2", "ready along",
            "Who learns that f + 1 servers are ready for a value is ready too: one of them is honest.";
        Deliver => "broadcast, step 3", "deliver",
            "Who learns that 2f + 1 servers are ready for a value delivers it: f + 1 of them are honest, and all \
             others hear them.";
    }
}
