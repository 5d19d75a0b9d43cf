//! The settings of chaos, with their description for panels and files.

use lightcone_core::{ConfigError, Field, FieldKind, Form, Micros, Span, form};
use serde::{Deserialize, Serialize};

/// What chaos does, and how often: each rate is a number of faults in 10 s of virtual time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChaosSettings {
    /// Partitions into two or three groups.
    pub partitions: u32,
    /// Links cut in one direction.
    pub one_way: u32,
    /// Servers that crash and come back.
    pub crashes: u32,
    /// Servers that crash and lose their last write or their whole disk.
    pub disk: u32,
    /// Participants that stop for a while.
    pub pauses: u32,
    /// Slow links.
    pub slow: u32,
    /// Links that lose messages.
    pub lossy: u32,
    /// Links that deliver messages twice.
    pub copying: u32,
    /// Links that carry little.
    pub clogged: u32,
    /// Links that deliver out of order.
    pub reorder: u32,
    /// Clocks that run fast or slow.
    pub clocks: u32,
    /// Servers that are Byzantine.
    pub lies: u32,
    /// Participants that join.
    pub joins: u32,
    /// Requests of clients, or local events where there are no clients.
    pub requests: u32,
    /// How many keys are asked about.
    pub keys: u32,
    /// How unevenly, in per cent: the first key gets this share of the requests, the second this share of the rest, and so
    /// on. With 0 all are alike.
    pub skew: u32,
    /// How long a fault lasts.
    pub stability: Span,
    /// The share of the run after which everything is healed, in per cent.
    pub calm: u32,
    /// Whether chaos may break what the protocol assumes.
    pub beyond: bool,
}

impl Default for ChaosSettings {
    fn default() -> Self {
        ChaosSettings {
            partitions: 6,
            one_way: 3,
            crashes: 6,
            disk: 2,
            pauses: 3,
            slow: 3,
            lossy: 3,
            copying: 3,
            clogged: 2,
            reorder: 3,
            clocks: 3,
            lies: 4,
            joins: 4,
            requests: 4,
            keys: 2,
            skew: 0,
            stability: Span::ms(50, 1_000),
            calm: 60,
            beyond: false,
        }
    }
}

/// The highest rate of a panel.
const MOST: u64 = 1_000;
/// Services know so many keys by name.
const KEYS: u64 = 8;

impl ChaosSettings {
    /// Nothing happens: a beginning for settings that name what should.
    pub fn none() -> Self {
        ChaosSettings {
            partitions: 0,
            one_way: 0,
            crashes: 0,
            disk: 0,
            pauses: 0,
            slow: 0,
            lossy: 0,
            copying: 0,
            clogged: 0,
            reorder: 0,
            clocks: 0,
            lies: 0,
            joins: 0,
            requests: 0,
            ..ChaosSettings::default()
        }
    }

    /// The instant at which everything is over in a run that ends at `horizon`.
    pub fn calm_at(&self, horizon: Micros) -> Micros {
        let share = u128::from(horizon.0) * u128::from(self.calm.min(100)) / 100;
        Micros(u64::try_from(share).expect("it is at most the horizon"))
    }

    /// The settings, described.
    pub fn form() -> Form {
        let rates = RATES.map(|(name, label, words)| Field {
            name,
            label,
            words,
            kind: FieldKind::Number { min: 0, max: MOST },
        });
        let field = |name, label, words, kind| Field { name, label, words, kind };
        let others = [
            field("keys", "keys", "How many keys requests are about.", FieldKind::Number { min: 1, max: KEYS }),
            field(
                "skew",
                "skew of keys",
                "The share of requests about the first key, and of the rest about the second, and so on, in per cent. With 0 \
                 all keys are alike.",
                FieldKind::Number { min: 0, max: 100 },
            ),
            field("stability", "lasting", "How long a fault lasts.", FieldKind::Range),
            field(
                "calm",
                "calm after",
                "The share of the run after which everything is healed, in per cent.",
                FieldKind::Number { min: 0, max: 100 },
            ),
            field(
                "beyond",
                "beyond the assumptions",
                "Whether chaos may break what the protocol's guarantees rest on.",
                FieldKind::Switch,
            ),
        ];
        Form { fields: rates.into_iter().chain(others).collect() }
    }

    /// Whether chaos can be drawn by these settings.
    ///
    /// # Errors
    /// The field that cannot be used.
    pub fn check(&self) -> Result<(), ConfigError> {
        for ((name, ..), rate) in RATES.iter().zip(self.rates()) {
            if u64::from(rate) > MOST {
                return Err(ConfigError::new(name, format!("{rate} is more than {MOST}")));
            }
        }
        form::within("keys", self.keys.into(), 1, KEYS)?;
        form::within("skew", self.skew.into(), 0, 100)?;
        form::within("calm", self.calm.into(), 0, 100)?;
        if self.stability.min > self.stability.max {
            return Err(ConfigError::new("stability", format!("{} ends before it starts", self.stability)));
        }
        Ok(())
    }

    /// The rates, in the order of the panel.
    fn rates(&self) -> [u32; RATES.len()] {
        let ChaosSettings { partitions, one_way, crashes, disk, pauses, slow, lossy, .. } = *self;
        let ChaosSettings { copying, clogged, reorder, clocks, lies, joins, requests, .. } = *self;
        [
            partitions, one_way, crashes, disk, pauses, slow, lossy, copying, clogged, reorder, clocks, lies, joins,
            requests,
        ]
    }
}

/// The rates: the field, its label and its words.
const RATES: [(&str, &str, &str); 14] = [
    ("partitions", "partitions", "How many partitions begin in 10 s, into two or three groups."),
    ("one_way", "one-way cuts", "How many links are cut in one direction in 10 s."),
    ("crashes", "crashes", "How many servers crash in 10 s, and come back."),
    ("disk", "lost disks", "How many servers crash in 10 s and lose their last write or their whole disk."),
    ("pauses", "pauses", "How many participants stop for a while in 10 s."),
    ("slow", "slow links", "How many times in 10 s links become slow."),
    ("lossy", "lossy links", "How many times in 10 s links begin to lose messages."),
    ("copying", "copying links", "How many times in 10 s links begin to deliver messages twice."),
    ("clogged", "clogged links", "How many times in 10 s links become narrow."),
    ("reorder", "disorder", "How many times in 10 s links begin to deliver out of order."),
    ("clocks", "wrong clocks", "How many clocks begin to run fast or slow in 10 s."),
    ("lies", "Byzantine servers", "How many times in 10 s a server begins to misbehave."),
    ("joins", "joins", "How many participants join in 10 s, of those that are not there at the start."),
    ("requests", "requests", "How many requests, or local events where there are no clients, in 10 s."),
];
