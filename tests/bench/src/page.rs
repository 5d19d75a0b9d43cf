//! What a script in the browser calls. It has the clock, and sees how large the memory is.

use lightcone_bench::{FIGURES, Workload, yardstick::Yardstick};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

/// All figures as a JSON list.
#[wasm_bindgen]
pub fn figures() -> String {
    Value::Array(FIGURES.iter().map(|figure| figure.about()).collect()).to_string()
}

/// One figure that is being measured.
#[wasm_bindgen]
pub struct Measured {
    workload: Box<dyn Workload>,
    yardstick: Yardstick,
}

#[wasm_bindgen]
impl Measured {
    /// Makes what is measured.
    #[wasm_bindgen(constructor)]
    pub fn new(figure: usize) -> Self {
        Measured { workload: (FIGURES[figure].make)(), yardstick: Yardstick::new() }
    }

    /// Brings about what the sample starts from.
    pub fn prepare(&mut self, nth: u32) {
        self.workload.prepare(nth);
    }

    /// What is measured; returns how many pieces of work it was.
    pub fn sample(&mut self, nth: u32) -> u32 {
        self.workload.sample(nth)
    }

    /// The walk whose duration tells how disturbed the machine is.
    pub fn walk(&mut self) {
        self.yardstick.walk();
    }
}
