//! The rules of a protocol, each with its place in the paper and a sentence of our own.

use crate::Value;

/// Where the paper states a rule, and the rule in our own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cite {
    /// A short name: `win election`.
    pub name: &'static str,
    /// The place: `Raft §5.2`.
    pub place: &'static str,
    /// The rule in our own words.
    pub words: &'static str,
}

/// The rules of one protocol: a plain enum, made by [`rules!`](crate::rules).
pub trait Rule: Value + Copy {
    /// Every rule, in the order of the paper; at most 64.
    const ALL: &'static [Self];
    /// Its place in [`Rule::ALL`].
    fn index(self) -> u8;
    /// What it says and where.
    fn cite(self) -> Cite;
}

/// One thing that a step said of itself: a rule that it followed, or a guard that it evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The rule concerned.
    pub rule: Cite,
    /// Whether the rule fired. `false` marks a rule that could have fired and whose guard failed.
    pub fired: bool,
    /// Why, with the values of this step.
    pub why: String,
}

/// What a step said of itself, in order. Collected only when someone asks.
pub type Notes = Vec<Note>;

/// Declares the rules of a protocol as an enum with its citations.
///
/// ```
/// lightcone_core::rules! {
///     /// The rules of a toy.
///     pub enum Rule in "Toy 1978" {
///         Tick => "§1", "tick", "Each event moves the clock on by one.";
///     }
/// }
/// use lightcone_core::Rule as _;
/// assert_eq!(Rule::Tick.cite().place, "Toy 1978 §1");
/// ```
#[macro_export]
macro_rules! rules {
    ($(#[$meta:meta])* pub enum $name:ident in $paper:literal {
        $($variant:ident => $place:literal, $short:literal, $words:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $words] $variant,)* }

        impl $crate::Rule for $name {
            const ALL: &'static [Self] = &[$($name::$variant),*];
            fn index(self) -> u8 {
                self as u8
            }
            fn cite(self) -> $crate::Cite {
                match self {
                    $($name::$variant => $crate::Cite {
                        name: $short, place: concat!($paper, " ", $place), words: $words,
                    },)*
                }
            }
        }
    };
}
