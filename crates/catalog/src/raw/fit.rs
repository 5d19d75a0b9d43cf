//! Whether an intervention can happen at all: in this run, to these participants.

use super::written::kind;
use crate::Cast;
use lightcone_core::Micros;
use lightcone_sim::{
    Fault, Intervention, Selected, Selector, Until, When,
    intervention::{IT, PEER},
};

/// What a run allows.
pub struct Fit<'a> {
    /// Its end.
    pub end: Micros,
    /// Who takes part.
    pub cast: &'a Cast,
}

/// The field that does not fit, and why.
type Misfit = (String, String);

impl Fit<'_> {
    /// Whether an intervention can happen.
    ///
    /// # Errors
    /// The field that says what cannot be, and why.
    pub fn check(&self, one: &Intervention) -> Result<(), Misfit> {
        self.times(one)?;
        goes_together(one)?;
        groups(one)?;
        self.cast.check(one)
    }

    fn times(&self, one: &Intervention) -> Result<(), Misfit> {
        let within = |field: &str, time: Micros| {
            let past = format!("{time} is past the end of the run, {}", self.end);
            if time > self.end { Err((field.to_string(), past)) } else { Ok(()) }
        };
        if let When::At(at) = one.when {
            within("at", at)?;
        }
        let Until::At(until) = one.until else { return Ok(()) };
        within("until", until)?;
        match one.when {
            When::At(at) if until <= at => Err(("until".into(), format!("{until} is not after its start, {at}"))),
            _ => Ok(()),
        }
    }
}

/// Whether the fault can happen then.
fn goes_together(one: &Intervention) -> Result<(), Misfit> {
    let wrong = |field: &str, wrong: &str| Err((field.to_string(), wrong.to_string()));
    match (&one.when, &one.fault) {
        (When::On { selector, .. }, fault) => on(selector, fault),
        (_, fault) if fault.is_done_to_something() => {
            Err((kind(fault), "needs `on` with the message or timer that it is done to".into()))
        }
        (When::If(_), Fault::Crash { after: Some(_), .. }) => {
            wrong("after", "goes with `at` an instant, or `on` with the message or timer of a step")
        }
        (_, Fault::Deliver { message }) if !is_message(message) => {
            Err(("deliver".into(), format!("`{message}` is a timer: `fire` fires it")))
        }
        (_, Fault::Fire { timer }) if is_message(timer) => {
            Err(("fire".into(), format!("`{timer}` is a message: `deliver` delivers it")))
        }
        _ => Ok(()),
    }
}

/// Whether the fault can be done to what is selected.
fn on(selector: &Selector, fault: &Fault) -> Result<(), Misfit> {
    let wrong = match (&selector.what, fault) {
        (Selected::Message { .. }, fault) if fault.is_done_to_something() => return Ok(()),
        (Selected::Message { .. } | Selected::Timer { .. }, Fault::Crash { .. }) => return Ok(()),
        (Selected::Arming { .. }, Fault::Move { .. }) => return Ok(()),
        (Selected::Timer { timer, node }, Fault::Move { .. }) => {
            format!("a timer is moved when it is armed: select `arming {timer} of {node}`")
        }
        (Selected::Arming { timer, node }, Fault::Crash { .. }) => {
            format!("a participant crashes when a timer fires: select `timer {timer} of {node}`")
        }
        (_, fault) if fault.is_done_to_something() => format!("goes with a message, and `{selector}` is a timer"),
        _ => {
            let wrong = "goes with move, drop, duplicate, lie and crash; the others happen `at` a time or `when` a \
                         condition is met";
            return Err(("on".into(), wrong.into()));
        }
    };
    Err((kind(fault), wrong))
}

fn is_message(selector: &Selector) -> bool {
    matches!(selector.what, Selected::Message { .. })
}

/// Whether a partition keeps anybody apart.
fn groups(one: &Intervention) -> Result<(), Misfit> {
    let Fault::Partition { groups, .. } = &one.fault else { return Ok(()) };
    let wrong = |wrong: String| Err(("partition".to_string(), wrong));
    if groups.len() < 2 {
        return wrong("has no two groups: whoever is in no group is with the first".into());
    }
    if groups.iter().skip(1).all(Vec::is_empty) {
        return wrong("is empty: there is nobody outside the first group".into());
    }
    let names: Vec<&String> = groups.iter().flatten().collect();
    match names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        Some((_, twice)) => wrong(format!("{twice} stands there twice")),
        None => Ok(()),
    }
}

/// What a name stands for if it is not a participant's, given when the fault happens.
pub fn stands_for_someone(name: &str, when: &When) -> Result<bool, String> {
    match (name, when) {
        (IT | PEER, When::If(_)) | (IT, When::On { .. }) => Ok(true),
        (IT, _) => Err(format!("`{IT}` is whoever took a step: it goes with `when` and `on`")),
        (PEER, _) => Err(format!("`{PEER}` is the other end of a message: it goes with `when`")),
        _ => Ok(false),
    }
}
