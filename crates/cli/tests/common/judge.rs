//! `lightcone history` on a text.

use std::{fs, path::PathBuf, process::ExitCode};

/// A file of its own for each history.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the folder for such files can be written");
    path
}

/// The exit code, and what was printed for whom.
pub fn history(name: &str, text: &str, options: &str) -> (u8, String, String) {
    let path = file(name, text).display().to_string();
    let args = ["history", &path].into_iter().chain(options.split_whitespace());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = lightcone_cli::launch(args.map(Into::into), &mut out, &mut err);
    let code = (0..=2).find(|n| format!("{code:?}") == format!("{:?}", ExitCode::from(*n)));
    let text = |bytes| String::from_utf8(bytes).expect("the terminal prints text");
    (code.expect("it is 0, 1 or 2"), text(out), text(err))
}

/// The lines of a log: who, what happened, which function, and the value.
pub fn log(events: &[(u32, &str, &str, &str)]) -> String {
    let line = |(process, kind, f, value): &(u32, &str, &str, &str)| format!("{process}\t:{kind}\t:{f}\t{value}\n");
    events.iter().map(line).collect()
}
