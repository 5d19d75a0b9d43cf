//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of the paper.
    pub enum Rule in "Chandy, Lamport 1985" {
        Pay => "§2, send", "pay",
            "The computation goes on all the time: a process sends money along a channel.";
        Receive => "§2, receive", "receive",
            "The computation goes on all the time: a process receives money along a channel.";
        Start => "§3.2", "start",
            "Any process can start, at any time, by recording its own state.";
        SendMarkers => "§3.2, marker-sending rule", "send markers",
            "Who has recorded its state sends a marker along each of its channels before it sends anything else there.";
        FirstMarker => "§3.2, marker-receiving rule", "first marker",
            "Who receives a marker and has not recorded its state records it now, and the channel of the marker as empty.";
        InTransit => "§3.2, marker-receiving rule", "in transit",
            "What comes along a channel after the own state was recorded, and before the marker there, was in transit.";
        LaterMarker => "§3.2, marker-receiving rule", "later marker",
            "Who receives a marker and has recorded its state has the state of that channel, too.";
        Complete => "§3.3", "done",
            "A process has done its part once a marker has come along each of its channels.";
    }
}
