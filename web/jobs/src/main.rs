//! The face that the jobs show to JavaScript, and nothing else: `work.js` drives them.

// SAFETY: the program is compiled without atomics and has one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(unsafe_code, reason = "the promise of one thread")]
static ALLOCATOR: lightcone_alloc::SmallBlocks<std::alloc::System> =
    unsafe { lightcone_alloc::SmallBlocks::new(std::alloc::System) };

#[cfg(target_arch = "wasm32")]
mod face {
    use lightcone_jobs::Job;
    use wasm_bindgen::prelude::*;

    /// A job for JavaScript.
    #[wasm_bindgen]
    pub struct Work(Job);

    #[wasm_bindgen]
    impl Work {
        /// Begins what a line of JSON asks for, or throws the words for what is wrong with it.
        ///
        /// # Errors
        /// What cannot be done about it.
        #[wasm_bindgen(constructor)]
        pub fn new(wanted: &str) -> Result<Work, String> {
            Job::new(wanted).map(Work)
        }

        /// Goes on for about so many states. True while there is more to do.
        ///
        /// # Errors
        /// What it failed of.
        pub fn step(&mut self, budget: u32) -> Result<bool, String> {
            self.0.step(budget as usize)
        }

        /// How far it is after so many ms.
        pub fn report(&self, millis: u32) -> String {
            self.0.report(millis.into())
        }
    }
}

fn main() {}
