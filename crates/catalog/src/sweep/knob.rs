//! The one setting that differs between the runs of a sweep.

use crate::{
    Scenario, ScenarioError, find,
    raw::{check_end, latency, read},
    settings,
};
use lightcone_core::FieldKind;

/// A setting and the values that it is turned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knob {
    /// Its name: a setting of the protocol, or one of [`Knob::COMMON`].
    pub name: String,
    /// The values as people write them; never empty, and none twice.
    pub values: Vec<String>,
}

/// More values than that are no picture.
const MOST: u64 = 64;

impl Knob {
    /// What every scenario has beside the settings of its protocol.
    pub const COMMON: [&'static str; 3] = ["network.latency", "network.loss", "until"];

    /// A setting of a scenario with its values as people write them: `3,5,7`, `3..7` for all whole numbers from 3 to 7, or
    /// `150ms..160ms,150ms..300ms`.
    ///
    /// # Errors
    /// The setting that there is not, or what is wrong with the list. What a value is worth shows once it is
    /// [turned to](Knob::turn).
    pub fn new(base: &Scenario, name: &str, list: &str) -> Result<Self, ScenarioError> {
        let form = (find(&base.protocol)?.form)();
        let field = form.fields.iter().find(|field| field.name == name);
        if field.is_none() && !Knob::COMMON.contains(&name) {
            let known = form.fields.iter().map(|field| field.name).chain(Knob::COMMON);
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(ScenarioError::field("knob", format!("`{name}` is not a setting; there are {known}")));
        }
        let whole = field.map_or(name == "network.loss", |field| matches!(field.kind, FieldKind::Number { .. }));
        let wrong = |wrong: String| ScenarioError::field(format!("knob {name}"), wrong);
        let mut values = Vec::new();
        for part in list.split(',').map(str::trim) {
            match part.split_once("..").filter(|_| whole) {
                Some((from, to)) => values.extend(numbers(part, from, to).map_err(wrong)?),
                None if part.is_empty() => {
                    return Err(wrong(format!("`{list}` holds an empty value: write them with commas between")));
                }
                None => values.push(part.to_string()),
            }
        }
        if let Some(twice) = (1..values.len()).find(|place| values[..*place].contains(&values[*place])) {
            return Err(wrong(format!("{} is there twice", values[twice])));
        }
        if values.len() as u64 > MOST {
            return Err(wrong(format!("{} values are more than {MOST}", values.len())));
        }
        Ok(Knob { name: name.into(), values })
    }

    /// A scenario with the setting turned to a value.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn turn(&self, base: &Scenario, value: &str) -> Result<Scenario, ScenarioError> {
        let mut scenario = base.clone();
        let run = &mut scenario.run;
        let wrong = |wrong: String| ScenarioError::field(&self.name, wrong);
        match self.name.as_str() {
            "network.latency" => run.network.latency = latency(value).map_err(wrong)?,
            "network.loss" => {
                let loss = value.parse().ok().filter(|loss| *loss <= 100);
                run.network.loss =
                    loss.ok_or_else(|| wrong(format!("`{value}` is not a whole number from 0 to 100")))?;
            }
            "until" => run.until = read(&self.name, value)?,
            name => {
                let entry = find(&base.protocol)?;
                scenario.settings.extend(settings::of_words("settings", &(entry.form)(), [(name, value)])?);
                (entry.cast)(&scenario.settings)?;
            }
        }
        // A caption stands within the run.
        scenario.captions.retain(|caption| caption.at <= scenario.run.until);
        check_end(scenario.run.until).map(|()| scenario)
    }
}

/// All whole numbers from one to another, both included.
fn numbers(part: &str, from: &str, to: &str) -> Result<Vec<String>, String> {
    let both = from.trim().parse::<u64>().ok().zip(to.trim().parse::<u64>().ok()).filter(|(from, to)| from <= to);
    let (from, to) = both.ok_or_else(|| format!("`{part}` is no range of whole numbers: write 3..7"))?;
    if to - from >= MOST {
        return Err(format!("`{part}` holds more than {MOST} values"));
    }
    Ok((from..=to).map(|number| number.to_string()).collect())
}
