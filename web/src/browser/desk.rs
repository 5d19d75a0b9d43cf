//! Where long work is done: a program of its own, in a worker where one is allowed. `desk.js` knows how.

use crate::studio::Came;
use wasm_bindgen::prelude::*;
use yew::Callback;

#[wasm_bindgen(module = "/src/browser/desk.js")]
extern "C" {
    #[wasm_bindgen(js_name = Desk)]
    type Script;
    #[wasm_bindgen(constructor, js_class = "Desk")]
    fn new(tell: &Closure<dyn FnMut(u32, String)>) -> Script;
    #[wasm_bindgen(method, js_class = "Desk")]
    fn ask(this: &Script, task: &str);
    #[wasm_bindgen(method, js_class = "Desk")]
    fn stop(this: &Script);
    #[wasm_bindgen(method, js_class = "Desk")]
    fn close(this: &Script);
}

/// Does one task after the other until it is dropped. Nothing is fetched before the first.
pub struct Desk {
    script: Script,
    _tell: Closure<dyn FnMut(u32, String)>,
}

impl Desk {
    /// A desk that tells what comes.
    pub fn new(came: Callback<Came>) -> Desk {
        let tell = Closure::<dyn FnMut(u32, String)>::new(move |what, text| {
            came.emit(match what {
                0 => Came::Report(text),
                1 => Came::Over(text),
                2 => Came::Wrong(text),
                _ => Came::Stopped,
            });
        });
        Desk { script: Script::new(&tell), _tell: tell }
    }

    /// Begins a task, which is a line of JSON, in place of the present one.
    pub fn ask(&self, task: &str) {
        self.script.ask(task);
    }

    /// Ends the present task. That it has ended is told.
    pub fn stop(&self) {
        self.script.stop();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.script.close();
    }
}
