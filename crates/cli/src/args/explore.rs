//! The command line of `lightcone explore`.

use super::{
    HELP, number, setting,
    sweep::{Given, SweepOptions, jobs},
    time,
};
use crate::Failure;
use lexopt::{Arg, Parser, ValueExt};
use lightcone_catalog::explore::{Bounds, Limits};
use lightcone_core::Micros;

/// What to search, and how far.
pub struct ExploreOptions {
    /// The protocol; the run's own if nothing is said.
    pub protocol: Option<String>,
    /// The run and its instant from which the search starts.
    pub from: Option<(String, Micros)>,
    /// How many servers; as many as it mostly has if nothing is said.
    pub nodes: Option<u64>,
    /// What may happen how often.
    pub bounds: Bounds,
    /// Settings: name and value.
    pub set: Vec<(String, String)>,
    /// How far each search goes.
    pub limits: Limits,
    /// Whether the first way found is enough.
    pub first: bool,
    /// Whether no state is left out.
    pub plain: bool,
    /// On how many cores.
    pub jobs: usize,
    /// Whether the result is one JSON object.
    pub json: bool,
    /// Whether what is written is to have natural timing, if it breaks the same with it.
    pub natural: bool,
    /// The file to write.
    pub output: Option<String>,
    /// Which runs to look at instead of searching, if any.
    pub sweep: Option<SweepOptions>,
}

/// What to make small.
pub struct ShrinkOptions {
    /// A scene, a link or a file.
    pub what: String,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another end.
    pub until: Option<Micros>,
    /// Whether what is held is to have natural timing, if it breaks the same with it.
    pub natural: bool,
    /// The file to write; `-` for the terminal.
    pub output: String,
}

/// So many states are seen in seconds.
const STATES: u64 = 1_000_000;
/// So much memory most machines have.
const BYTES: u64 = 2_000_000_000;
/// So many bytes this process takes. What it asks its allocator for takes up to a quarter more: blocks are rounded up, and
/// what is free is kept.
fn taken() -> u64 {
    let asked = lightcone_alloc::used();
    asked + asked / 4
}

/// A way of more steps than that is nothing that anyone reads.
const DEEPEST: u32 = 1_000;
/// So many timers fire if nothing is said.
const TIMEOUTS: u32 = 2;
/// So much of each thing is more than can be searched.
const MOST: u64 = 50;

pub(super) fn parse(parser: &mut Parser) -> Result<ExploreOptions, Failure> {
    let (mut from, mut at) = (None, None);
    let mut options = ExploreOptions {
        protocol: None,
        from: None,
        nodes: None,
        bounds: Bounds { timeouts: TIMEOUTS, ..Bounds::default() },
        set: Vec::new(),
        limits: Limits { states: STATES, depth: DEEPEST, bytes: BYTES, used: taken },
        first: false,
        plain: false,
        jobs: 1,
        json: false,
        natural: false,
        output: None,
        sweep: None,
    };
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if options.protocol.is_none() => options.protocol = Some(given.string()?),
            Arg::Long("from") => from = Some(parser.value()?.string()?),
            Arg::Long("at") => at = Some(time("--at", &parser.value()?.string()?)?),
            Arg::Long("set") => options.set.push(setting(&parser.value()?.string()?)?),
            Arg::Short('o') | Arg::Long("output") => options.output = Some(file(parser)?),
            Arg::Long("first") => options.first = true,
            Arg::Long("plain") => options.plain = true,
            Arg::Long("natural") => options.natural = true,
            Arg::Long("json") => options.json = true,
            Arg::Long("jobs") => options.jobs = jobs(parser)?,
            Arg::Long(name) => {
                let name = name.to_string();
                if !given.take(&name, parser)? {
                    counted(&mut options, &name, parser)?;
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    options.from = match (from, at) {
        (Some(from), Some(at)) => Some((from, at)),
        (None, None) => None,
        (Some(_), None) => return Err(Failure::Input("--from: say from which instant, such as --at 340ms".into())),
        (None, Some(_)) => return Err(Failure::Input("--at: say of which run, such as --from FILE".into())),
    };
    if options.protocol.is_none() && options.from.is_none() {
        return Err(Failure::Input(format!("explore what?\n\n{HELP}")));
    }
    options.sweep = given.sweep()?;
    if options.sweep.is_some() && options.from.is_some() {
        return Err(Failure::Input("--seeds: runs begin at their beginning, not --from a moment".into()));
    }
    if let (Some(_), Some(stray)) = (&options.sweep, options.of_searches()) {
        return Err(Failure::Input(format!("--{stray}: it goes with a search of every way, not with runs of --seeds")));
    }
    if options.from.is_some() && options.nodes.is_some() {
        return Err(Failure::Input("--from: the nodes are those of the run".into()));
    }
    Ok(options)
}

impl ExploreOptions {
    /// An option that was given and means nothing for runs with faults drawn from seeds.
    fn of_searches(&self) -> Option<&'static str> {
        let Bounds { crashes, losses, copies, lies, timeouts, requests, stimuli } = self.bounds;
        let given = [
            ("crashes", crashes > 0),
            ("losses", losses > 0),
            ("duplicates", copies > 0),
            ("lies", lies > 0),
            ("timeouts", timeouts != TIMEOUTS),
            ("requests", requests > 0),
            ("local", stimuli > 0),
            ("depth", self.limits.depth != DEEPEST),
            ("max-states", self.limits.states != STATES),
            ("memory", self.limits.bytes != BYTES),
            ("plain", self.plain),
            ("natural", self.natural),
            ("json", self.json),
            ("output", self.output.is_some()),
        ];
        given.into_iter().find_map(|(name, given)| given.then_some(name))
    }
}

pub(super) fn shrink(parser: &mut Parser) -> Result<ShrinkOptions, Failure> {
    let (mut what, mut output, mut seed, mut until, mut natural) = (None, None, None, None, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Short('o') | Arg::Long("output") => output = Some(parser.value()?.string()?),
            Arg::Long("seed") => seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => until = Some(time("--until", &parser.value()?.string()?)?),
            Arg::Long("natural") => natural = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("shrink what?\n\n{HELP}")))?;
    let output = output.ok_or_else(|| Failure::Input("-o: name the file to write, or - for the terminal".into()))?;
    Ok(ShrinkOptions { what, seed, until, natural, output })
}

/// An option that takes a number.
fn counted(options: &mut ExploreOptions, name: &str, parser: &mut Parser) -> Result<(), Failure> {
    let bounds = &mut options.bounds;
    let field = match name {
        "crashes" => &mut bounds.crashes,
        "losses" => &mut bounds.losses,
        "duplicates" => &mut bounds.copies,
        "lies" => &mut bounds.lies,
        "timeouts" => &mut bounds.timeouts,
        "requests" => &mut bounds.requests,
        "local" => &mut bounds.stimuli,
        "depth" => &mut options.limits.depth,
        "nodes" => {
            options.nodes = Some(number("--nodes", &parser.value()?.string()?)?);
            return Ok(());
        }
        "max-states" => {
            options.limits.states = few(name, parser, u64::from(u32::MAX))?;
            return Ok(());
        }
        "memory" => {
            let text = parser.value()?.string()?;
            let wrong =
                || Failure::Input(format!("--memory: `{text}` is no size such as 500MB, 2GB or a number of bytes"));
            options.limits.bytes = size(&text).ok_or_else(wrong)?;
            return Ok(());
        }
        _ => return Err(Arg::Long(name).unexpected().into()),
    };
    let most = if name == "depth" { u64::from(DEEPEST) } else { MOST };
    let least = u64::from(name == "depth");
    let count = few(name, parser, most)?;
    if count < least {
        return Err(Failure::Input(format!("--{name}: {count} is not from {least} to {most}")));
    }
    *field = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(())
}

fn few(name: &str, parser: &mut Parser, most: u64) -> Result<u64, Failure> {
    let option = format!("--{name}");
    let count = number(&option, &parser.value()?.string()?)?;
    if count > most {
        return Err(Failure::Input(format!("{option}: {count} is more than {most}")));
    }
    Ok(count)
}

/// A file that is written beside what is printed.
pub(super) fn file(parser: &mut Parser) -> Result<String, Failure> {
    let name = parser.value()?.string()?;
    if name == "-" {
        return Err(Failure::Input("-o: name a file: something else is printed already".into()));
    }
    Ok(name)
}

/// So many bytes: a whole number of them, or of millions or thousands of millions.
fn size(text: &str) -> Option<u64> {
    let (number, unit) = match (text.strip_suffix("MB"), text.strip_suffix("GB")) {
        (Some(number), _) => (number, 1_000_000),
        (_, Some(number)) => (number, 1_000_000_000),
        _ => (text, 1),
    };
    number.trim_end().parse::<u64>().ok()?.checked_mul(unit)
}
