//! `[[captions]]`: words at an instant, for those who read the run. They change nothing of it.

use super::fields::{Fields, RawIntervention};
use crate::{Caption, ScenarioError, scenario::LONGEST_CAPTION};
use lightcone_core::Micros;

/// Reads a list of captions of a run that ends then: those that are sound, in order of time. What is wrong with each of
/// the others goes to `wrong`.
pub fn read(raw: Vec<RawIntervention>, end: Micros, wrong: &mut Vec<ScenarioError>) -> Vec<Caption> {
    let mut sound: Vec<Caption> = Vec::new();
    for (place, raw) in raw.into_iter().enumerate() {
        match one(&mut Fields::new(format!("caption {}", place + 1), raw), end) {
            Ok(one) => {
                let after = sound.partition_point(|other| other.at <= one.at);
                sound.insert(after, one);
            }
            Err(error) => wrong.push(error),
        }
    }
    sound
}

fn one(fields: &mut Fields, end: Micros) -> Result<Caption, ScenarioError> {
    let at: Micros = fields.must("at", Fields::parsed)?;
    let words = fields.text("words")?.unwrap_or_default();
    if let Some(field) = fields.left_over() {
        return Err(fields.wrong(field, "is no field"));
    }
    if at > end {
        return Err(fields.wrong("at", format!("{at} is past the end of the run, {end}")));
    }
    let (letters, lines) = (words.chars().count(), words.lines().count());
    if letters > LONGEST_CAPTION {
        return Err(
            fields.wrong("words", format!("has {letters} letters, and {LONGEST_CAPTION} can be read at a glance"))
        );
    }
    if lines > 1 {
        return Err(fields.wrong("words", format!("has {lines} lines: a caption has one")));
    }
    Ok(Caption { at, words })
}

/// A caption as it is written.
pub fn write(caption: &Caption) -> RawIntervention {
    let mut raw = RawIntervention::default();
    raw.put("at", caption.at.to_string());
    if !caption.words.is_empty() {
        raw.put("words", caption.words.as_str());
    }
    raw
}
