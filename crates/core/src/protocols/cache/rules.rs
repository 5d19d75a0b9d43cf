//! The rules, in our own words.

crate::rules! {
    /// The rules of a cache.
    pub enum Rule in "Cache:" {
        Hit => "Karger et al. 1997 §2", "hit",
            "A server that holds a copy answers with it, unless the client has seen a later version.";
        Miss => "Nishtala et al. 2013 §2", "miss", "What a server lacks it asks the origin for.";
        Moved => "Karger et al. 1997 §4.2", "send on to the owner",
            "A server that is not to hold a key, by a ring that the client does not know, tells it the ring.";
        Fill => "Nishtala et al. 2013 §2", "fill",
            "The owner of a key keeps what the origin sends, and answers who waited for it.";
        Pass => "Karger et al. 1997 §4.2", "pass on",
            "Who is not to hold a key answers with what the origin sends, and does not keep it.";
        TooLate => "Nishtala et al. 2013 §3.2.1", "comes too late",
            "What its sender knew before something that the receiver has heard of may be old: it is not kept.";
        Read => "Nishtala et al. 2013 §2", "read the origin", "The origin tells its value, and how long its log is.";
        Write => "Nishtala et al. 2013 §2", "write",
            "A write is an entry of the origin's log, and is done when it is on its disk.";
        Again => "(clients)", "write once", "A write that is asked for again is answered again.";
        Drop => "Nishtala et al. 2013 §4.1", "drop the copy", "Who hears that a key was written drops an older copy.";
        Follow => "Nishtala et al. 2013 §4.1", "follow the log",
            "A server follows the origin's log entry by entry, and says how far it is.";
        Gap => "Nishtala et al. 2013 §4.1", "wait for what is missing",
            "Entries that come before earlier ones change nothing.";
        Repeat => "Nishtala et al. 2013 §4.1", "send again", "What was not answered is sent again.";
        Change => "Karger et al. 1997 §4", "change the ring",
            "A change of the members is an entry of the log, and makes another ring.";
        Eject => "(twemproxy, auto_eject_hosts)", "take off the ring",
            "Who does not answer a client is taken off the ring.";
        Adopt => "Karger et al. 1997 §4.2", "go by the new ring",
            "A server goes by a new ring as soon as it hears of it.";
        HandOver => "Karger et al. 1997 §4", "hand over", "Keys that another is to hold now are sent to it.";
        Take => "Karger et al. 1997 §4", "take over",
            "A server takes copies that it is to hold, if their sender had followed the log as far as itself.";
        Forget => "Karger et al. 1997 §4", "forget", "What another has taken is not kept.";
        Hello => "(restart)", "say hello",
            "A server that has started again knows nothing, and asks for its place in the log.";
        Welcome => "(restart)", "welcome",
            "A server that is there is told how long the log is, and is put back on the ring.";
    }
}
