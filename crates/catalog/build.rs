//! Turns the scenes into JSON while the crate is built. Links are read as JSON anyway, and so the page need not carry a
//! reader of TOML just for the scenes that come with it.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=scenes");
    let target = env::var_os("OUT_DIR").expect("cargo says where to write");
    for entry in fs::read_dir("scenes").expect("the scenes are beside this script") {
        let path = entry.expect("a scene can be listed").path();
        let text = fs::read_to_string(&path).expect("a scene can be read");
        let scene: toml::Table = text.parse().unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        let name = path.file_stem().expect("a scene has a name");
        let json = serde_json::to_string(&scene).expect("a table has a text form");
        fs::write(Path::new(&target).join(name).with_extension("json"), json).expect("a scene can be written");
    }
}
