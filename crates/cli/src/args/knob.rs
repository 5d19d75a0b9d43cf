//! The command line of `lightcone sweep`.

use super::{
    HELP, setting,
    sweep::{jobs, seeds},
    time,
};
use crate::Failure;
use lexopt::{Arg, Parser, ValueExt};
use lightcone_core::Micros;
use std::ops::Range;

/// What to sweep, and how to show it.
pub struct KnobOptions {
    /// A protocol, a scene, a link or a file.
    pub what: String,
    /// The seeds.
    pub seeds: Range<u64>,
    /// What is turned, and the values as they were written.
    pub knob: (String, String),
    /// What is measured.
    pub measure: String,
    /// Settings that all runs have: name and value.
    pub set: Vec<(String, String)>,
    /// Another end.
    pub until: Option<Micros>,
    /// On how many cores.
    pub jobs: usize,
    /// Whether there is a JSON line for each run instead of a table.
    pub json: bool,
    /// The picture to write.
    pub output: Option<String>,
    /// Whether it is on a dark ground.
    pub dark: bool,
}

pub(super) fn parse(parser: &mut Parser) -> Result<KnobOptions, Failure> {
    let (mut what, mut range, mut knob, mut measure) = (None, None, None, None);
    let (mut set, mut until, mut cores, mut json) = (Vec::new(), None, 1, false);
    let (mut output, mut dark) = (None, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seeds") => range = Some(seeds(&parser.value()?.string()?)?),
            Arg::Long("knob") => knob = Some(turned(&parser.value()?.string()?)?),
            Arg::Long("measure") => measure = Some(parser.value()?.string()?),
            Arg::Long("set") => set.push(setting(&parser.value()?.string()?)?),
            Arg::Long("until") => until = Some(time("--until", &parser.value()?.string()?)?),
            Arg::Long("jobs") => cores = jobs(parser)?,
            Arg::Long("json") => json = true,
            Arg::Long("theme") => dark = super::second("--theme", &parser.value()?.string()?, "light", "dark")?,
            Arg::Short('o') | Arg::Long("output") => output = Some(super::explore::file(parser)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let missing =
        |option: &str, such: &str| Failure::Input(format!("{option}: is missing; write such as {option} {such}"));
    Ok(KnobOptions {
        what: what.ok_or_else(|| Failure::Input(format!("sweep what?\n\n{HELP}")))?,
        seeds: range.ok_or_else(|| missing("--seeds", "0..100"))?,
        knob: knob.ok_or_else(|| missing("--knob", "network.latency=2ms,10ms,50ms"))?,
        measure: measure.ok_or_else(|| missing("--measure", "\"until someone becomes leader\""))?,
        set,
        until,
        jobs: cores,
        json,
        output,
        dark,
    })
}

fn turned(text: &str) -> Result<(String, String), Failure> {
    let wrong = || Failure::Input(format!("--knob: `{text}` turns nothing: write NAME=VALUE,VALUE"));
    text.split_once('=').map(|(name, values)| (name.into(), values.into())).ok_or_else(wrong)
}
