//! The command line.

mod explore;
mod history;
mod knob;
mod ledger;
mod sweep;

use crate::Failure;
pub use explore::{ExploreOptions, ShrinkOptions};
pub use history::HistoryOptions;
pub use knob::KnobOptions;
pub use ledger::LedgerOptions;
use lexopt::{Arg, Parser, ValueExt};
use lightcone_core::Micros;
use lightcone_sim::Condition;
use std::{ffi::OsString, ops::Range};
pub use sweep::{MOST_SHARES, SweepOptions, seeds};

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
    --until-when CONDITION       only until this happens, such as \"someone becomes leader\",
                                 \"2 servers are leader\" or \"c1 reads a stale value\"; exit code 1 if
                                 it does not happen before the end
    --seeds FROM..TO             with it: in the run of which of these seeds it happens first
  lightcone check WHAT [options] what was seen of the guarantees in a run of it: exit code 1 if one
                                 that was promised did not hold
    --seed N, --until TIME       as above
  lightcone draw WHAT -o FILE [options]
                                 write WHAT as a picture: an SVG file, or - for the terminal
    --from TIME, --to TIME       the part of it that is drawn (all of it if nothing is said)
    --theme light|dark           on which ground
    --width PX, --height PX      how large
    --order time|causal          where things stand: at their time, or in steps of causal order
    --down                       time runs down instead of right
    --seed N, --until TIME       as above
  lightcone chaos WHAT [options] print WHAT as a TOML file with faults drawn from a seed
    --faults N                   another draw of faults (1 if nothing is said)
    --set NAME=VALUE             a setting of chaos, such as partitions=9 or stability=50ms..1s
    --seed N, --until TIME       as above
  lightcone history FILE --model MODEL [options]
                                 judge a history that another program made; ends with code 1
                                 if it is not as it should be
    --model MODEL                register, kv, queue, set, lock; or transactions on lists or
                                 registers: list-append, rw-register
    --format jepsen|jsonl        how it is written: Jepsen's logs and EDN, or JSON Lines
    --by GUARANTEE               linearizable (if nothing is said), sequential, causal-memory,
                                 causal-convergence, read-your-writes, monotonic-reads,
                                 monotonic-writes or writes-follow-reads; of transactions
                                 serializable (if nothing is said), strict-serializable,
                                 session-serializable, snapshot-isolation,
                                 session-snapshot-isolation or read-committed
    --steps N                    how far a judge may go (100000000 if nothing is said)
  lightcone explore PROTOCOL [options]
                                 search every way that a small cluster can go for one that breaks
                                 a guarantee: exit code 1 if there is one, 0 if none was found
    --nodes N                    so many servers
    --crashes N, --losses N, --duplicates N, --lies N
                                 so many faults at most (none if nothing is said)
    --timeouts N                 so many timers that fire (2 if nothing is said)
    --requests N, --local N      so many operations that clients ask for, so many local events
    --set NAME=VALUE             a setting of the protocol, such as bug=vote-twice
    --from WHAT --at TIME        from this instant of a run on, with the run's own settings where
                                 nothing else is said
    --depth N, --max-states N, --memory SIZE
                                 how far each search goes at most (1,000,000 states and two
                                 gigabytes if nothing is said)
    --jobs N                     on so many cores, with the same result (1 if nothing is said)
    --first                      be content with the first way found, shortest or not
    --plain                      leave out no state: slower, with the same verdict
    --json                       one JSON object instead of text
    -o FILE                      write the way that was found as a scenario, as small as can be
    --natural                    let time run there as it does, if that breaks the same
  lightcone explore WHAT --seeds FROM..TO [options]
                                 run WHAT with each of these seeds and faults drawn from it; a JSON
                                 line for each run that breaks a guarantee, and one at the end
    --shard I/K                  only the share I of K, from 0
    --jobs N, --nodes N, --set NAME=VALUE, --until TIME
                                 as above
    --chaos NAME=VALUE           a setting of chaos, such as partitions=9
    --shrunk                     as small as each can be
    --first                      only to the first run that breaks one
  lightcone sweep WHAT --seeds FROM..TO --knob NAME=VALUE,VALUE --measure MEASURE [options]
                                 run WHAT with each of these seeds and values: one number of each
                                 run, and what the runs with each value come to
    --knob NAME=VALUE,VALUE      what is turned, such as election_timeout=150ms..160ms,150ms..300ms;
                                 a setting, network.latency, network.loss or until; 3..7 for all
                                 whole numbers from 3 to 7
    --measure MEASURE            \"until CONDITION\" or \"count CONDITION\"; messages, lost, latency,
                                 worst-latency, unanswered, stale-reads, missed-writes, lost-writes,
                                 unavailable, leaderless
    --set NAME=VALUE, --until TIME, --jobs N
                                 as above
    --json                       a JSON line for each run with a link that opens it, and one for all
    -o FILE                      draw them as an SVG file, a dot for each run; --theme light|dark
  lightcone ledger [SITUATION]   what the same requests and faults come to for clients under several
                                 protocols: calm, partition, crash, far, clock; or those of a
                                 scenario, a scene, a link or a file
    --seed N                     with another seed
  lightcone merge FILE...        the findings of all shares, each once, and what they come to
  lightcone shrink WHAT -o FILE  write WHAT without all that it need not have to break the guarantee
                                 that it breaks; --natural, --seed N, --until TIME as above
  lightcone list                 the protocols and scenes that there are
  lightcone about PROTOCOL       how faithful a protocol is to its papers, and how that is known
  lightcone help                 this text, as does --help after any command
";

/// A command.
pub enum Command {
    /// Show the help text.
    Help,
    /// List protocols and scenes.
    List,
    /// The card of a protocol.
    About(String),
    /// Run something.
    Run(RunOptions),
    /// Run something for its verdicts alone.
    Check(RunOptions),
    /// Draw a picture of something.
    Draw(DrawOptions),
    /// Draw faults for something.
    Chaos(ChaosOptions),
    /// Judge a history.
    History(HistoryOptions),
    /// Search a protocol.
    Explore(ExploreOptions),
    /// Sweep one setting of something.
    Sweep(KnobOptions),
    /// Lay protocols side by side.
    Ledger(LedgerOptions),
    /// Make a failing run small.
    Shrink(ShrinkOptions),
    /// Merge what the shares of a sweep found.
    Merge(Vec<String>),
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

/// What to draw a picture of, and how.
pub struct DrawOptions {
    /// A protocol, a scene, a link or a file.
    pub what: String,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another end.
    pub until: Option<Micros>,
    /// The file to write; `-` for the terminal.
    pub output: String,
    /// From when.
    pub from: Option<Micros>,
    /// Until when.
    pub to: Option<Micros>,
    /// Whether the ground is dark.
    pub dark: bool,
    /// The width in px.
    pub width: Option<u32>,
    /// The height in px.
    pub height: Option<u32>,
    /// Whether things stand in steps of causal order rather than at their time.
    pub causal: bool,
    /// Whether time runs down.
    pub down: bool,
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
    /// Until what happens, if that is where it stops.
    pub when: Option<Condition>,
    /// The seeds among which one is sought with which that happens.
    pub seeds: Option<Range<u64>>,
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
    let args: Vec<OsString> = args.collect();
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        return Ok(Command::Help);
    }
    let mut parser = Parser::from_args(args);
    let command = match parser.next()? {
        None => return Ok(Command::Help),
        Some(Arg::Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "run" => run(&mut parser).map(Command::Run),
        "check" => check(&mut parser).map(Command::Check),
        "draw" => draw(&mut parser).map(Command::Draw),
        "chaos" => chaos(&mut parser).map(Command::Chaos),
        "history" => history::parse(&mut parser).map(Command::History),
        "explore" => explore::parse(&mut parser).map(Command::Explore),
        "shrink" => explore::shrink(&mut parser).map(Command::Shrink),
        "sweep" => knob::parse(&mut parser).map(Command::Sweep),
        "ledger" => ledger::parse(&mut parser).map(Command::Ledger),
        "merge" => sweep::merge(&mut parser).map(Command::Merge),
        "list" => nothing_more(&mut parser).map(|()| Command::List),
        "about" => about(&mut parser),
        "help" => Ok(Command::Help),
        other => Err(Failure::Input(format!("`{other}` is not a command\n\n{HELP}"))),
    }
}

fn about(parser: &mut Parser) -> Result<Command, Failure> {
    let id = match parser.next()? {
        Some(Arg::Value(id)) => id.string()?,
        Some(other) => return Err(other.unexpected().into()),
        None => return Err(Failure::Input("about: which protocol? `lightcone list` lists them".into())),
    };
    nothing_more(parser).map(|()| Command::About(id))
}

fn nothing_more(parser: &mut Parser) -> Result<(), Failure> {
    parser.next()?.map_or(Ok(()), |more| Err(more.unexpected().into()))
}

fn run(parser: &mut Parser) -> Result<RunOptions, Failure> {
    let mut what = None;
    let (mut seed, mut until, mut format, mut when, mut seeds) = (None, None, Format::Text, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seed") => seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => until = Some(time("--until", &parser.value()?.string()?)?),
            Arg::Long("format") => format = format_of(&parser.value()?.string()?)?,
            Arg::Long("until-when") => when = Some(condition(&parser.value()?.string()?)?),
            Arg::Long("seeds") => seeds = Some(sweep::seeds(&parser.value()?.string()?)?),
            Arg::Long("fingerprint") => format = Format::Fingerprint,
            Arg::Long("metrics") => format = Format::Metrics,
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("run what?\n\n{HELP}")))?;
    let strays = match (&when, &seeds) {
        (None, Some(_)) => Some("--seeds: say what is to happen, such as --until-when \"someone becomes leader\""),
        (_, Some(_)) if seed.is_some() => Some("--seed: is one of the --seeds, or there are none"),
        (Some(_), _) if format == Format::Fingerprint => {
            Some("--fingerprint: is that of a whole run, not --until-when")
        }
        _ => None,
    };
    match strays {
        Some(wrong) => Err(Failure::Input(wrong.into())),
        None => Ok(RunOptions { what, seed, until, format, when, seeds }),
    }
}

fn condition(text: &str) -> Result<Condition, Failure> {
    text.parse().map_err(|wrong| Failure::Input(format!("--until-when: {wrong}")))
}

fn check(parser: &mut Parser) -> Result<RunOptions, Failure> {
    let (mut what, mut seed, mut until) = (None, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seed") => seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => until = Some(time("--until", &parser.value()?.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("check what?\n\n{HELP}")))?;
    Ok(RunOptions { what, seed, until, format: Format::Text, when: None, seeds: None })
}

fn draw(parser: &mut Parser) -> Result<DrawOptions, Failure> {
    let (mut what, mut output) = (None, None);
    let mut of = DrawOptions {
        what: String::new(),
        seed: None,
        until: None,
        output: String::new(),
        from: None,
        to: None,
        dark: false,
        width: None,
        height: None,
        causal: false,
        down: false,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Short('o') | Arg::Long("output") => output = Some(parser.value()?.string()?),
            Arg::Long("seed") => of.seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => of.until = Some(time("--until", &parser.value()?.string()?)?),
            Arg::Long("from") => of.from = Some(time("--from", &parser.value()?.string()?)?),
            Arg::Long("to") => of.to = Some(time("--to", &parser.value()?.string()?)?),
            Arg::Long("theme") => of.dark = second("--theme", &parser.value()?.string()?, "light", "dark")?,
            Arg::Long("width") => of.width = Some(px("--width", &parser.value()?.string()?)?),
            Arg::Long("height") => of.height = Some(px("--height", &parser.value()?.string()?)?),
            Arg::Long("order") => of.causal = second("--order", &parser.value()?.string()?, "time", "causal")?,
            Arg::Long("down") => of.down = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let what = what.ok_or_else(|| Failure::Input(format!("draw what?\n\n{HELP}")))?;
    let output = output.ok_or_else(|| Failure::Input("-o: name the file to write, or - for the terminal".into()))?;
    Ok(DrawOptions { what, output, ..of })
}

fn chaos(parser: &mut Parser) -> Result<ChaosOptions, Failure> {
    let mut what = None;
    let mut options = ChaosOptions { what: String::new(), seed: None, until: None, faults: 1, set: Vec::new() };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if what.is_none() => what = Some(given.string()?),
            Arg::Long("seed") => options.seed = Some(number("--seed", &parser.value()?.string()?)?),
            Arg::Long("until") => options.until = Some(time("--until", &parser.value()?.string()?)?),
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
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = if is_number { "is too large" } else { "is not a whole number" };
    text.parse().map_err(|_| Failure::Input(format!("{option}: `{text}` {wrong}")))
}

fn time(option: &str, text: &str) -> Result<Micros, Failure> {
    text.parse().map_err(|wrong| Failure::Input(format!("{option}: {wrong}")))
}

/// A picture that is larger than this is a mistake.
const LARGEST: u64 = 20_000;

fn px(option: &str, text: &str) -> Result<u32, Failure> {
    match number(option, text)? {
        px @ 1..=LARGEST => Ok(px as u32),
        px => Err(Failure::Input(format!("{option}: {px} is not from 1 to {LARGEST}"))),
    }
}

/// Whether an option has the second of two values.
fn second(option: &str, text: &str, first: &str, second: &str) -> Result<bool, Failure> {
    let wrong = || Failure::Input(format!("{option}: `{text}` is neither {first} nor {second}"));
    (text == first || text == second).then_some(text == second).ok_or_else(wrong)
}

fn format_of(text: &str) -> Result<Format, Failure> {
    match text {
        "text" => Ok(Format::Text),
        "jsonl" => Ok(Format::JsonLines),
        other => Err(Failure::Input(format!("--format: `{other}` is neither text nor jsonl"))),
    }
}
