//! The terminal as a person meets it.

use std::process::ExitCode;

/// What a command ends with, and what it prints for whom.
pub fn lightcone(args: &[&str]) -> (String, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = lightcone_cli::launch(args.iter().map(Into::into), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("the terminal prints text");
    (format!("{code:?}"), text(out), text(err))
}

/// An exit code as [`lightcone`] tells it.
pub fn code(code: u8) -> String {
    format!("{:?}", ExitCode::from(code))
}
