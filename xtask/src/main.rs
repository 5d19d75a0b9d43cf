//! The project's own commands, started as `cargo xtask <command>`.
//!
//! They need nothing but Rust: what else a command wants is looked for first and installed where that is possible.

#![allow(clippy::disallowed_types, reason = "these commands run on a person's machine, in real time")]

mod bench;
mod build;
mod host;
mod project;
mod searches;
mod serve;
mod setup;
mod stages;
mod stream;
mod table;
mod tally;
mod test;
mod tools;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::project::Project;

/// What a command returns: errors are sentences for the person at the terminal.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const USAGE: &str = "\
Usage: cargo xtask <command>

  serve [options of trunk serve]   build the page, serve it, rebuild it on every change
  test [stage ...]                 every check and test, or only the stages named
  bench [engine | page | history | states | search | placement]
                                   run the benchmarks, or one part, and print one table
  build                            the optimised page, in dist/
  setup                            install everything that the other commands need
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<ExitCode> {
    let mut args = lexopt::Parser::from_env();
    let command = match args.next()? {
        Some(Value(command)) => command.string()?,
        Some(Long("help") | Short('h')) | None => {
            print!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    let rest: Vec<OsString> = args.raw_args()?.collect();
    dispatch(&command, &rest)
}

fn dispatch(command: &str, rest: &[OsString]) -> Outcome<ExitCode> {
    let project = Project::open()?;
    match command {
        "serve" => serve::serve(&project, rest)?,
        "test" => return test::test(&project, rest),
        "bench" => bench::bench(&project, rest)?,
        "build" => without_options(rest).and_then(|()| build::build(&project))?,
        "setup" => without_options(rest).and_then(|()| setup::setup(&project))?,
        other => return Err(format!("there is no command `{other}`.\n\n{USAGE}").into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses arguments that a command would otherwise silently ignore.
fn without_options(rest: &[OsString]) -> Outcome {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(format!("this command takes no options, but got `{}`.", extra.display()).into()),
    }
}
