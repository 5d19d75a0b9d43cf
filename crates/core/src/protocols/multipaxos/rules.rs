//! The rules of the paper, in our own words.

crate::rules! {
    /// The rules of Multi-Paxos.
    pub enum Rule in "Paxos Made Simple" {
        Begin => "§3", "begin",
            "Each server plays all parts: it accepts, it learns, and it may be elected to lead.";
        Restart => "§2.5", "restart",
            "A server that failed comes back with what it had promised and accepted, and learns anew what is chosen.";
        Prepare => "§3, phase 1(a)", "prepare",
            "A server that heard of no leader in time picks a number of its own above all that it knows, and asks for \
             promises for all slots at once, from the first one on of which it does not know what is chosen.";
        Promise => "§3, phase 1(b)", "promise",
            "An acceptor promises a number above all that it promised so far, for all slots at once, and reports \
             what it has accepted in those asked about.";
        Refuse => "§2.2, the last paragraph", "refuse",
            "An acceptor that has promised a higher number tells who asks.";
        StepDown => "§2.2, the last paragraph", "step down",
            "Who was outbid gives its number up, and waits for the leader of the higher one.";
        Lead => "§3", "lead",
            "With promises of a quorum phase 1 is done for all slots, and the server leads.";
        TakeOver => "§3, phase 2(a)", "take over",
            "For each slot of which something was reported, a new leader proposes the command of the highest-numbered \
             proposal reported there.";
        FillGap => "§3", "fill the gap",
            "Below a slot of which something was reported there may be one of which nothing was. A new leader proposes \
             a command there that does nothing, so that later ones need not wait.";
        Propose => "§3, phase 2(a)", "propose",
            "A leader proposes a client's command for the first slot that is free.";
        Accept => "§2.2, phase 2(b)", "accept",
            "An acceptor accepts a proposal for a slot unless it has promised a higher number.";
        Choose => "§2.3", "choose",
            "A leader that hears from a quorum that its proposal for a slot was accepted knows that it is chosen, and \
             tells all others.";
        Learn => "§2.3", "learn", "A server is told what is chosen in a slot.";
        Apply => "§3", "apply",
            "Chosen commands are executed in the order of the slots, each only when all before it are. The leader \
             answers the client.";
        OnlyOnce => "§1 (state machines), and Moderately Complex §2", "only once",
            "A command can be chosen in two slots when its client repeats it. It is executed in the first one only.";
        Redirect => "§3", "redirect", "Clients send their commands to the leader. Others say who that is.";
        Heartbeat => "§3 (election), and Live §5", "heartbeat",
            "A leader shows that it leads, and sends again what it has no quorum for.";
        Follow => "§3 (election)", "follow", "Who hears from a leader waits anew for its next message.";
        AskForChosen => "§2.3", "ask", "Who lacks commands that are chosen asks the leader for them.";
        TellChosen => "§2.3", "tell", "The leader sends a learner the chosen commands that it lacks.";
        Stale => "§2.2", "stale message", "What belongs to a number that was given up, or is done, changes nothing.";
    }
}
