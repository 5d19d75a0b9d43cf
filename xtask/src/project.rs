//! Where the project lies, and a shell in which its tools are found.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::Shell;

use crate::Outcome;

/// The checkout, and a shell whose working directory and environment suit every tool that is started from here.
pub struct Project {
    /// Runs commands at the top of the checkout.
    pub shell: Shell,
    /// The top of the checkout.
    pub root: PathBuf,
    path: OsString,
}

impl Project {
    /// Finds the checkout that this program was built from.
    pub fn open() -> Outcome<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().unwrap_or(manifest).to_path_buf();
        let shell = Shell::new()?;
        shell.change_dir(&root);
        let path = search_path(&root)?;
        shell.set_var("PATH", &path);
        // trunk reads NO_COLOR as a boolean and stops at `1`, the value most people set.
        if let Some(value) = env::var_os("NO_COLOR") {
            let value = if value.is_empty() { "false" } else { "true" };
            shell.set_var("NO_COLOR", value);
        }
        Ok(Self { shell, root, path })
    }

    /// The folder of the npm package with the browser tests, which also brings wasm-opt.
    pub fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// The folder into which cargo builds.
    pub fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }

    /// The first program of that name on the search path.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let file = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
    }

    /// The version of a crate that Cargo.lock settled on.
    pub fn locked_version(&self, name: &str) -> Outcome<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock"))
            .map_err(|error| format!("Cargo.lock cannot be read: {error}."))?;
        version_in_lock(&lock, name)
            .map(str::to_owned)
            .ok_or_else(|| format!("Cargo.lock names no version of `{name}`.").into())
    }
}

/// The search path with the tools of npm before, so that a distribution's older wasm-opt never wins, and the
/// folder where cargo installs programs after it, in case the person's profile left it out.
fn search_path(root: &Path) -> Outcome<OsString> {
    let mut folders = vec![root.join("tests/browser/node_modules/.bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.extend(cargo_bin());
    Ok(env::join_paths(folders)?)
}

/// Where `cargo install` puts programs.
pub fn cargo_bin() -> Option<PathBuf> {
    let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("CARGO_INSTALL_ROOT")
        .or_else(|| named("CARGO_HOME"))
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .map(|root| root.join("bin"))
}

/// Whether a plain terminal of this person looks for programs in that folder.
pub fn is_on_path(folder: &Path) -> bool {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|other| other == folder)
}

/// Reads one version from the text of a Cargo.lock, whose entries are a name line followed by a version line.
fn version_in_lock<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let wanted = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.80\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";

    #[test]
    fn a_version_is_read_from_the_entry_of_exactly_that_name() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen"), Some("0.2.130"));
    }

    #[test]
    fn a_crate_that_is_not_locked_has_no_version() {
        assert_eq!(version_in_lock(LOCK, "wasm"), None);
    }
}
