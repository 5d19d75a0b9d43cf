//! `lightcone run` on a folder: every scenario file in it, each beside the trace recorded for it.

use crate::{Failure, args::RunOptions, find::find, run};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Whether this is a folder.
pub fn is_folder(what: &str) -> bool {
    Path::new(what).is_dir()
}

/// Runs every scenario file of a folder, in order of their names, and compares each with `NAME.txt` if there is one.
pub fn run(options: &RunOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut differing = 0;
    let files = scenario_files(Path::new(&options.what))?;
    for file in &files {
        let found = find(&file.to_string_lossy())?.with(options.seed, options.until)?;
        if let Some(wrong) = found.wrong.first() {
            return Err(Failure::Input(format!("{}: {wrong}", file.display())));
        }
        let lab = run::computed(found.scenario)?;
        let mut told = Vec::new();
        run::text(&*lab, &mut told)?;
        let verdict = match fs::read(file.with_extension("txt")) {
            Err(_) => "not recorded".to_string(),
            Ok(recorded) => compared(&recorded, &told),
        };
        differing += usize::from(verdict.starts_with("differs"));
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(out, "{name:<40} {:>6} events  {:016x}  {verdict}", lab.len(), lab.fingerprint())?;
    }
    writeln!(out, "{} stories, {differing} differ from their records", files.len())?;
    if differing == 0 {
        return Ok(());
    }
    Err(Failure::Input(format!("{}: {differing} stories differ from their records", options.what)))
}

fn scenario_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|path| path.extension().is_some_and(|kind| kind == "toml"));
    files.sort();
    Ok(files)
}

fn compared(recorded: &[u8], told: &[u8]) -> String {
    if recorded == told {
        return "as recorded".into();
    }
    let lines = |text: &[u8]| String::from_utf8_lossy(text).lines().map(str::to_string).collect::<Vec<String>>();
    let (recorded, told) = (lines(recorded), lines(told));
    let line = recorded.iter().zip(&told).position(|(a, b)| a != b).unwrap_or(recorded.len().min(told.len()));
    format!("differs in line {}", line + 1)
}
