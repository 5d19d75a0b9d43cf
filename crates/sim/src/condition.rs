//! The small language of conditions: `someone becomes leader`, `Commit from n1 is sent #2, then n3 crashes`.
//!
//! Faults, the end of a run, lessons and challenges all use it. A condition speaks of what happens, never of what a node
//! keeps to itself, and so it survives another seed or another size of the cluster.

use std::{fmt, str::FromStr};

/// Things that have to happen one after the other. It is met by the step that does the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What has to happen, in order; never empty.
    pub clauses: Vec<Clause>,
}

/// Something that has to happen so many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What.
    pub what: Happening,
    /// How many times, from 1.
    pub nth: u32,
}

/// Someone, or one participant by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever it is.
    Someone,
    /// This participant.
    Named(String),
}

/// What may happen to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It is handed to the network.
    Sent,
    /// It is handled by its receiver.
    Delivered,
    /// It is lost.
    Lost,
}

/// Something that can happen in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A server takes on a role: `n2 becomes leader`.
    Becomes(Who, String),
    /// A server follows a rule, by its short name: `someone does win election`.
    Does(Who, String),
    /// A participant crashes.
    Crashes(Who),
    /// A participant starts, for the first time or again.
    Starts(Who),
    /// A timer fires: `timer Election of n4 fires`.
    Fires(String, Who),
    /// A client is asked for an operation.
    Asks(Who),
    /// A client has its answer.
    Answered(Who),
    /// Something becomes of a message, by its kind or its whole key: `Commit from n1 is sent`.
    Message {
        /// The kind, or the kind with its fields: `RequestVote`, `RequestVote term 2`.
        key: String,
        /// The sender.
        from: Who,
        /// The receiver.
        to: Who,
        /// What becomes of it.
        passage: Passage,
    },
    /// An invariant is broken: `Election Safety is broken`, `something is broken`.
    Broken(Option<String>),
    /// So many servers come to have a role at once: `2 servers are leader`.
    Are(u32, String),
    /// A client reads what no order of the operations explains, given all that was answered before: `c1 reads a stale
    /// value`. Only who looks back at a history can tell; no fault can wait for it.
    Misled(Who),
}

impl Condition {
    /// One thing, happening for the first time.
    pub fn once(what: Happening) -> Self {
        Condition { clauses: vec![Clause { what, nth: 1 }] }
    }

    /// The participants that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().flat_map(|clause| clause.what.who()).filter_map(|who| match who {
            Who::Named(name) => Some(name.as_str()),
            Who::Someone => None,
        })
    }
}

impl Happening {
    fn who(&self) -> Vec<&Who> {
        match self {
            Happening::Becomes(who, _)
            | Happening::Does(who, _)
            | Happening::Crashes(who)
            | Happening::Starts(who)
            | Happening::Fires(_, who)
            | Happening::Asks(who)
            | Happening::Misled(who)
            | Happening::Answered(who) => vec![who],
            Happening::Message { from, to, .. } => vec![from, to],
            Happening::Broken(_) | Happening::Are(..) => Vec::new(),
        }
    }
}

const SOMEONE: &str = "someone";
const STALE: &str = "reads a stale value";

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Someone => f.write_str(SOMEONE),
            Who::Named(name) => f.write_str(name),
        }
    }
}

impl Who {
    fn read(text: &str) -> Self {
        if text == SOMEONE { Who::Someone } else { Who::Named(text.into()) }
    }

    /// ` from n1`, or nothing for someone.
    fn after(&self, word: &str) -> String {
        if *self == Who::Someone { String::new() } else { format!(" {word} {self}") }
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Happening::Becomes(who, role) => write!(f, "{who} becomes {role}"),
            Happening::Does(who, rule) => write!(f, "{who} does {rule}"),
            Happening::Crashes(who) => write!(f, "{who} crashes"),
            Happening::Starts(who) => write!(f, "{who} starts"),
            Happening::Fires(timer, who) => write!(f, "timer {timer}{} fires", who.after("of")),
            Happening::Asks(who) => write!(f, "{who} asks"),
            Happening::Answered(who) => write!(f, "{who} is answered"),
            Happening::Message { key, from, to, passage } => {
                let became = match passage {
                    Passage::Sent => "sent",
                    Passage::Delivered => "delivered",
                    Passage::Lost => "lost",
                };
                write!(f, "{key}{}{} is {became}", from.after("from"), to.after("to"))
            }
            Happening::Broken(None) => f.write_str("something is broken"),
            Happening::Broken(Some(invariant)) => write!(f, "{invariant} is broken"),
            Happening::Are(count, role) => write!(f, "{count} servers are {role}"),
            Happening::Misled(who) => write!(f, "{who} {STALE}"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, clause) in self.clauses.iter().enumerate() {
            let then = if place > 0 { ", then " } else { "" };
            write!(f, "{then}{}", clause.what)?;
            if clause.nth > 1 {
                write!(f, " #{}", clause.nth)?;
            }
        }
        Ok(())
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let clauses = text.split(", then ").map(clause).collect::<Result<Vec<_>, _>>()?;
        Ok(Condition { clauses })
    }
}

fn clause(text: &str) -> Result<Clause, String> {
    let wrong = || {
        format!(
            "`{text}` is no condition: write `someone becomes leader`, `n1 does win election`, `n2 crashes`, `n2 starts`, \
             `timer Election of n4 fires #3`, `RequestVote from n1 to n3 is sent` (or `is delivered`, `is lost`), \
             `c1 asks`, `c1 is answered`, `c1 reads a stale value`, `2 servers are leader` or `something is broken`, joined \
             by `, then `"
        )
    };
    let (body, nth) = match text.rsplit_once('#') {
        Some((body, nth)) => (body.trim(), nth.trim().parse().map_err(|_| wrong())?),
        None => (text.trim(), 1),
    };
    let what = happening(body).filter(|_| nth > 0).ok_or_else(wrong)?;
    Ok(Clause { what, nth })
}

fn happening(text: &str) -> Option<Happening> {
    let who = |text: &str| (!text.trim().is_empty() && !text.trim().contains(' ')).then(|| Who::read(text.trim()));
    if let Some(timer) = text.strip_prefix("timer ").and_then(|rest| rest.strip_suffix(" fires")) {
        return Some(match timer.rsplit_once(" of ") {
            Some((timer, node)) => Happening::Fires(timer.into(), who(node)?),
            None => Happening::Fires(timer.into(), Who::Someone),
        });
    }
    for (ending, passage) in
        [(" is sent", Passage::Sent), (" is delivered", Passage::Delivered), (" is lost", Passage::Lost)]
    {
        if let Some(message) = text.strip_suffix(ending) {
            let (message, to) = message.rsplit_once(" to ").unwrap_or((message, SOMEONE));
            let (key, from) = message.rsplit_once(" from ").unwrap_or((message, SOMEONE));
            return Some(Happening::Message { key: key.trim().into(), from: who(from)?, to: who(to)?, passage });
        }
    }
    if let Some(invariant) = text.strip_suffix(" is broken") {
        return Some(Happening::Broken((invariant != "something").then(|| invariant.into())));
    }
    if let Some(client) = text.strip_suffix(" is answered") {
        return Some(Happening::Answered(who(client)?));
    }
    if let Some((count, role)) = text.split_once(" servers are ") {
        return Some(Happening::Are(count.parse().ok().filter(|count| *count > 0)?, role.into()));
    }
    let (subject, rest) = text.split_once(' ')?;
    let subject = who(subject)?;
    if rest == STALE {
        return Some(Happening::Misled(subject));
    }
    match rest.split_once(' ') {
        Some(("becomes", role)) => Some(Happening::Becomes(subject, role.into())),
        Some(("does", rule)) => Some(Happening::Does(subject, rule.into())),
        Some(_) => None,
        None => match rest {
            "crashes" => Some(Happening::Crashes(subject)),
            "starts" => Some(Happening::Starts(subject)),
            "asks" => Some(Happening::Asks(subject)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_read_back() {
        for text in [
            "someone becomes leader",
            "n2 becomes candidate #3",
            "n1 does win election",
            "n1 crashes, then n1 starts",
            "timer Election fires #3",
            "timer Election of n4 fires",
            "Commit is sent",
            "RequestVote term 2 from n1 to n3 is delivered #2",
            "AppendEntries to n3 is lost",
            "c1 asks",
            "c1 is answered #2",
            "something is broken",
            "Election Safety is broken",
            "2 servers are leader",
            "c1 crashes, then c1 reads a stale value #2",
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "leader",
            "someone becomes",
            "n1 sings",
            "n1 crashes #0",
            "n1 crashes, then",
            "timer x",
            "no servers are leader",
            "0 servers are leader",
        ] {
            assert!(text.parse::<Condition>().unwrap_err().contains("is no condition"), "{text}");
        }
    }
}
