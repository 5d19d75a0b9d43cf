//! `[[intervention]]`: what is done to the run.

use super::{
    fault::{BESIDE, KINDS},
    fields::{Fields, RawIntervention},
    fit::Fit,
    written,
};
use crate::ScenarioError;
use lightcone_core::Micros;
use lightcone_sim::{Intervention, Until, When};

/// The largest number that an intervention can have.
const LARGEST_ID: i64 = 1_000_000_000;

/// Reads a list of interventions: those that are sound, and for each of the others what is wrong with it.
pub fn read(raw: Vec<RawIntervention>, fit: &Fit<'_>) -> (Vec<Intervention>, Vec<ScenarioError>) {
    let (mut sound, mut wrong): (Vec<Intervention>, Vec<ScenarioError>) = (Vec::new(), Vec::new());
    let numbered: Vec<Option<u32>> = raw.iter().map(RawIntervention::id).collect();
    let mut fresh = numbered.iter().flatten().max().map_or(1, |id| id + 1);
    for (place, (raw, number)) in raw.into_iter().zip(numbered).enumerate() {
        let id = number.unwrap_or(fresh);
        fresh += u32::from(number.is_none());
        let broken_id = number.is_none() && raw.has_id();
        let called = if broken_id { place + 1 } else { id as usize };
        let mut fields = Fields::new(format!("intervention {called}"), raw);
        let taken = sound.iter().any(|other| other.id == id);
        match one(&mut fields, id, fit) {
            Ok(_) if taken => wrong.push(fields.wrong("id", format!("{id} is taken by an earlier one"))),
            Ok(one) => sound.push(one),
            Err(error) => wrong.push(error),
        }
    }
    (sound, wrong)
}

impl RawIntervention {
    /// Its number, if it has one.
    fn id(&self) -> Option<u32> {
        let (_, value) = self.0.iter().find(|(field, _)| field == "id")?;
        value.as_i64().filter(|id| (1..=LARGEST_ID).contains(id)).and_then(|id| u32::try_from(id).ok())
    }

    fn has_id(&self) -> bool {
        self.0.iter().any(|(field, _)| field == "id")
    }

    /// An intervention as it is written, with its number or without, as one of a run that it fits or not.
    pub fn of(one: &Intervention, numbered: bool, fits: bool) -> Self {
        let mut raw = RawIntervention::default();
        if numbered {
            raw.put("id", one.id);
        }
        match &one.when {
            When::At(at) => raw.put("at", at.to_string()),
            When::On { selector, name } => {
                raw.put("on", selector.to_string());
                if let Some(name) = name {
                    raw.put("name", name.to_string());
                }
            }
            When::If(condition) => raw.put("when", condition.to_string()),
        }
        match one.until {
            Until::At(end) if one.fault.lasts() => raw.put("until", end.to_string()),
            Until::For(length) if one.fault.lasts() => raw.put("for", length.to_string()),
            _ => {}
        }
        written::write(&one.fault, &mut raw);
        if !fits {
            raw.put("idle", true);
        }
        raw
    }
}

fn one(fields: &mut Fields, id: u32, fit: &Fit<'_>) -> Result<Intervention, ScenarioError> {
    fields.whole::<u32>("id", 1, LARGEST_ID)?;
    let when = when(fields)?;
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    let (name, reader) = match fields.present(names.iter().copied()).as_slice() {
        [] => return Err(fields.wrong_as_a_whole(format!("does nothing: give one of {}", names.join(", ")))),
        [name] => *KINDS.iter().find(|(kind, _)| kind == name).expect("it is one of them"),
        [one, other, ..] => {
            let wrong = format!("does two things, `{one}` and `{other}`: make it two interventions");
            return Err(fields.wrong_as_a_whole(wrong));
        }
    };
    let fault = reader(fields)?;
    let (until, idle) = (until(fields, name, fault.lasts())?, fields.flag("idle")?.unwrap_or(false));
    if let Some(field) = fields.left_over() {
        let wrong = if BESIDE.contains(&field) { format!("does not go with `{name}`") } else { "is no field".into() };
        return Err(fields.wrong(field, wrong));
    }
    let one = Intervention { id, when, until, fault };
    if !idle {
        fit.check(&one).map_err(|(field, wrong)| fields.wrong(&field, wrong))?;
    }
    Ok(one)
}

fn when(fields: &mut Fields) -> Result<When, ScenarioError> {
    match fields.present(["at", "on", "when"]).as_slice() {
        ["at"] => Ok(When::At(fields.must("at", Fields::parsed)?)),
        ["on"] => Ok(When::On { selector: fields.must("on", Fields::parsed)?, name: fields.parsed("name")? }),
        ["when"] => Ok(When::If(fields.must("when", Fields::parsed)?)),
        _ => Err(fields.wrong_as_a_whole(
            "needs one of `at` with a time, `on` with a message or timer, and `when` with a condition",
        )),
    }
}

fn until(fields: &mut Fields, fault: &str, lasts: bool) -> Result<Until, ScenarioError> {
    match fields.present(["until", "for"]).as_slice() {
        [] => Ok(Until::End),
        [field, ..] if !lasts => Err(fields.wrong(field, format!("does not go with `{fault}`, which is over at once"))),
        ["until"] => Ok(Until::At(fields.must("until", Fields::parsed)?)),
        ["for"] => match fields.must("for", Fields::length)? {
            Micros::ZERO => Err(fields.wrong("for", format!("{} is no length", Micros::ZERO))),
            length => Ok(Until::For(length)),
        },
        _ => Err(fields.wrong("for", "stands beside `until`: give one of them")),
    }
}
