//! The command line.

use crate::Failure;
use lexopt::{Arg, Parser, ValueExt};
use lightcone_core::Micros;
use std::ffi::OsString;

/// The help text.
pub const HELP: &str = "\
Lightcone in a terminal.

  lightcone run WHAT [options]   run a protocol, a scene, a link or a TOML file; or every
                                 TOML file of a folder, each beside the trace recorded for it
    --seed N                     another run of it
    --until TIME                 how long, such as 5s or 900ms
    --format text|jsonl          a readable trace, or one JSON object for each event
    --metrics                    messages, latencies and availability instead of the trace
    --fingerprint                only the fingerprint, on one line
  lightcone chaos WHAT [options] print WHAT as a TOML file with faults drawn from a seed
    --faults N                   another draw of faults (1 if nothing is said)
    --set NAME=VALUE             a setting of chaos, such as partitions=9 or stability=50ms..1s
    --seed N, --until TIME       as above
  lightcone list                 the protocols and scenes that there are
  lightcone help                 this text
";

/// A command.
pub enum Command {
    /// Show the help text.
    Help,
    /// List protocols and scenes.
    List,
    /// Run something.
    Run(RunOptions),
    /// Draw faults for something.
    Chaos(ChaosOptions),
}

/// What to draw faults for, and how.
pub struct ChaosOptions {
    /// A protocol, a scene, a link or a file.
    pub what: String,
    /// Another seed of the run.
    pub seed: Option<u64>,
    /// Another end.
    pub until: Option<Micros>,
    /// The seed of the faults.
    pub faults: u64,
    /// Settings of chaos: name and value.
    pub set: Vec<(String, String)>,
}

/// What to run, and how to show it.
pub struct RunOptions {
    /// A protocol, a scene, a link or a file.
    pub what: String,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another end.
    pub until: Option<Micros>,
    /// How to show it.
    pub format: Format,
}

/// How a run is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A readable trace.
    Text,
    /// One JSON object for each event.
    JsonLines,
    /// Measurements, as tables.
    Metrics,
    /// Only the fingerprint.
    Fingerprint,
}

/// Reads a command line.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parser = Parser::from_args(args);
    let command = match parser.next()? {
        None => return Ok(Command::Help),
        Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Command::Help),
        Some(Arg::Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "run" => run(&mut parser).map(Command::Run),
        "chaos" => chaos(&mut parser).map(Command::Chaos),
        "list" => nothing_more(&mut parser).map(|()| Command::List),
        "help" => Ok(Command::Help),
        other => Err(Failure::Input(format!("`{other}` is not a command\n\n{HELP}"))),
    }
}

fn nothing_more(parser: &mut Parser) -> Result<(), Failure> {
    parser.next()?.map_or(Ok(()), |more| Err(more.unexpected().into()))
}

fn run(parser: &mut Parser) -> Result<RunOptions, Failure> {
    let mut what = None;
    let (mut seed, mut until, mut format) = (None, None, Format::Text);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seed") => seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => until = Some(time(&parser.value()?.string()?)?),
            Arg::Long("format") => format = format_of(&parser.value()?.string()?)?,
            Arg::Long("fingerprint") => format = Format::Fingerprint,
            Arg::Long("metrics") => format = Format::Metrics,
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("run what?\n\n{HELP}")))?;
    Ok(RunOptions { what, seed, until, format })
}

fn chaos(parser: &mut Parser) -> Result<ChaosOptions, Failure> {
    let mut what = None;
    let mut options = ChaosOptions { what: String::new(), seed: None, until: None, faults: 1, set: Vec::new() };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seed") => options.seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => options.until = Some(time(&parser.value()?.string()?)?),
            Arg::Long("faults") => options.faults = number("--faults", &parser.value()?.string()?)?,
            Arg::Long("set") => options.set.push(setting(&parser.value()?.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("chaos for what?\n\n{HELP}")))?;
    Ok(ChaosOptions { what, ..options })
}

fn setting(text: &str) -> Result<(String, String), Failure> {
    let wrong = || Failure::Input(format!("--set: `{text}` is no setting: write NAME=VALUE"));
    text.split_once('=').map(|(name, value)| (name.into(), value.into())).ok_or_else(wrong)
}

fn number(option: &str, text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::Input(format!("{option}: `{text}` is not a whole number")))
}

fn time(text: &str) -> Result<Micros, Failure> {
    text.parse().map_err(|wrong| Failure::Input(format!("--until: {wrong}")))
}

fn format_of(text: &str) -> Result<Format, Failure> {
    match text {
        "text" => Ok(Format::Text),
        "jsonl" => Ok(Format::JsonLines),
        other => Err(Failure::Input(format!("--format: `{other}` is neither text nor jsonl"))),
    }
}
