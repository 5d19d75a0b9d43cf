//! The rules of the approach, and of the view service.

crate::rules! {
    /// The rules of primary-backup replication with a view service.
    pub enum Rule in "Primary-backup" {
        Request => "(Alsberg, Day 1976: the primary)", "take a request",
            "The primary puts an operation at the end of its log, and sends it to its backups.";
        OldRequest => "(Budhiraja et al. 1993: clients)", "old request",
            "An operation that is in the log is not put there again.";
        Redirect => "(Budhiraja et al. 1993: clients)", "redirect",
            "Who is not primary says who is, as far as it knows.";
        Update => "(Alsberg, Day 1976: the backup)", "take an update",
            "A backup adds what the primary of its view sends to its log, and says how much it has.";
        Answer => "(Alsberg, Day 1976: the primary)", "answer",
            "When enough backups have an operation, the primary executes it and answers. Reads wait likewise: a backup \
             that has gone on to another view would say so.";
        RefuseOld => "(Budhiraja et al. 1993: one primary)", "refuse an old view",
            "A replica takes nothing from the primary of a view that is over.";
        StepBack => "(Budhiraja et al. 1993: one primary)", "step back",
            "A primary that learns of a later view answers nobody any more.";
        Resend => "(links)", "send again", "What a backup is not known to have is sent to it again.";
        Ping => "(view service)", "ping", "A replica shows the view service that it is there, and in which view.";
        Confirm => "(view service)", "confirm the view",
            "When all backups of a view have the state of its primary, the primary confirms the view.";
        NewView => "(view service)", "begin a view",
            "Who was silent for too long is taken for dead, and who is heard again becomes a backup. A primary that is \
             silent is followed by a backup of its view.";
        Wait => "(view service)", "wait for the primary",
            "As long as a primary has not confirmed its view, nobody can follow it: its backups may lack what it has.";
        Promote => "(view service)", "become primary",
            "The primary of a new view gives its backups all that it has before anything more is answered.";
        Follow => "(view service)", "become a backup",
            "A backup of a new view waits for the state of the primary.";
        State => "(state transfer)", "take the state",
            "A backup replaces its log by that of the primary.";
        Stale => "(view service)", "stale message", "What belongs to a view that is over changes nothing.";
        Resume => "(disks)", "come back",
            "A server that comes back goes on with what its disk holds, and answers what it may have been about to.";
    }
}
