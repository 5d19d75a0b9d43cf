//! The clocks of participants: each runs at its own rate, and a fault can set it forward or change the rate.

use crate::LocalClock;
use lightcone_core::Micros;

/// A clock from some instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    /// The instant.
    since: Micros,
    /// What it showed then.
    shown: Micros,
    /// How much it gains, in parts per million.
    drift: i32,
}

const MILLION: i128 = 1_000_000;

impl Clock {
    /// A clock at the start of a run.
    pub fn new(clock: LocalClock) -> Self {
        Clock { since: Micros::ZERO, shown: clock.offset, drift: clock.drift }
    }

    /// What it shows at `time`, which is not before the last change.
    pub fn shows(self, time: Micros) -> Micros {
        let passed = time.minus(self.since);
        if self.drift == 0 {
            return self.shown.plus(passed);
        }
        let gained = i128::from(passed.0) * (MILLION + i128::from(self.drift)) / MILLION;
        self.shown.plus(Micros(u64::try_from(gained).unwrap_or(u64::MAX)))
    }

    /// The first instant at which it shows `local` or more, not before `now`.
    pub fn reaches(self, local: Micros, now: Micros) -> Micros {
        let left = local.minus(self.shown);
        if self.drift == 0 {
            return self.since.plus(left).max(now);
        }
        let rate = MILLION + i128::from(self.drift);
        let real = (i128::from(left.0) * MILLION + rate - 1) / rate;
        self.since.plus(Micros(u64::try_from(real).unwrap_or(u64::MAX))).max(now)
    }

    /// The clock from `now` on, set forward and gaining `drift`.
    pub fn changed(self, now: Micros, ahead: Micros, drift: i32) -> Self {
        Clock { since: now, shown: self.shows(now).plus(ahead), drift }
    }

    /// How much it gains, in parts per million.
    pub fn drift(self) -> i32 {
        self.drift
    }

    /// Since when it runs like this.
    pub fn since(self) -> Micros {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_reached_when_the_clock_shows_it() {
        for drift in [-900_000, -3, 0, 7, 250_000] {
            let clock = Clock::new(LocalClock { offset: Micros(77), drift }).changed(Micros(1_000), Micros(5), drift);
            for local in [1_500, 9_999, 1_000_001] {
                let at = clock.reaches(Micros(local), Micros(1_000));
                assert!(clock.shows(at).0 >= local, "{drift} {local}");
                assert!(
                    at.0 == 1_000 || clock.shows(at.minus(Micros(1))).0 < local,
                    "{drift} {local}: earlier would do"
                );
            }
        }
    }
}
