//! Lightcone in a terminal: the same engine, the same fingerprints.

mod about;
mod args;
mod awaited;
mod chaos;
mod check;
mod draw;
mod explore;
mod find;
mod history;
mod jobs;
mod knob;
mod ledger;
mod list;
mod merge;
mod run;
mod shrink;
mod stories;
mod sweep;

use std::{ffi::OsString, io::Write, process::ExitCode};

/// What a command can fail with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What the person gave cannot be used.
    #[error("{0}")]
    Input(String),
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

impl Failure {
    /// The file after `-o` cannot be written.
    fn unwritten(file: &str, wrong: &std::io::Error) -> Self {
        Failure::Input(format!("-o: {file} cannot be written: {wrong}"))
    }
}

impl From<lightcone_catalog::ScenarioError> for Failure {
    fn from(wrong: lightcone_catalog::ScenarioError) -> Self {
        Failure::Input(wrong.to_string())
    }
}

impl From<lexopt::Error> for Failure {
    fn from(wrong: lexopt::Error) -> Self {
        Failure::Input(format!("{wrong}\n\n{}", args::HELP))
    }
}

/// Runs one command line, without the program's name. Exit code 0, 1 if a guarantee that was asked about does not hold, or
/// 2 for input that cannot be used.
pub fn launch(args: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let done = args::parse(args).and_then(|command| dispatch(&command, out, err));
    let done = done.and_then(|code| out.flush().map(|()| code).map_err(Failure::from));
    match done {
        Ok(code) => code,
        // Whoever reads the output may stop reading: `lightcone run raft | head`.
        Err(Failure::Output(broken)) if broken.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            // If even this cannot be written, the exit code has to do.
            let _ = writeln!(err, "lightcone: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked for.
fn dispatch(command: &args::Command, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitCode, Failure> {
    match command {
        args::Command::Help => write!(out, "{}", args::HELP)?,
        args::Command::List => list::list(out)?,
        args::Command::About(id) => about::about(id, out)?,
        args::Command::Run(options) if options.when.is_some() => return Ok(verdict(!awaited::run(options, out)?)),
        args::Command::Run(options) if stories::is_folder(&options.what) => stories::run(options, out)?,
        args::Command::Run(options) => run::run(options, out, err)?,
        args::Command::Draw(options) => draw::draw(options, out, err)?,
        args::Command::Chaos(options) => chaos::chaos(options, out)?,
        args::Command::Sweep(options) => knob::sweep(options, out)?,
        args::Command::Ledger(options) => ledger::tables(options, out)?,
        args::Command::Shrink(options) => shrink::shrink(options, out)?,
        args::Command::Check(options) => return Ok(verdict(check::check(options, out)?)),
        args::Command::History(options) => return Ok(verdict(history::history(options, out)?)),
        args::Command::Merge(files) => return Ok(verdict(merge::merge(files, out)?)),
        args::Command::Explore(options) => return Ok(verdict(explore::explore(options, out)?)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The exit code where something may be broken.
fn verdict(broken: bool) -> ExitCode {
    if broken { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
