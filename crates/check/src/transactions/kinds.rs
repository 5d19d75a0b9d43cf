//! The kinds of anomalies, the levels of isolation, and which forbids which.

/// What a history can have that some level forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A read saw a value that nobody wrote.
    GarbageRead,
    /// A list has a value twice that was appended once.
    DuplicateElement,
    /// Two reads of a list, neither of which is a beginning of the other; or one in which the appends of a transaction are
    /// not in its order.
    IncompatibleOrder,
    /// A transaction did not see what it had written itself, or saw it before it wrote it.
    Internal,
    /// The writes of a register come after one another in a circle.
    CyclicVersions,
    /// G1a: a read saw what a transaction wrote that was aborted.
    AbortedRead,
    /// G1b: a read saw what a transaction wrote on its way to what it wrote last.
    IntermediateRead,
    /// A write was put on top of that of a transaction that was aborted.
    DirtyUpdate,
    /// A transaction read an object twice and saw two versions, neither of its own making.
    UnrepeatableRead,
    /// Two transactions read the same version and both wrote the object.
    LostUpdate,
    /// Transactions that depend on one another in a circle.
    Cycle(Shape, Reach),
}

/// What dependencies a cycle is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Of writes only: a dirty write.
    G0,
    /// Of writes and reads of what was written: information flows in a circle.
    G1c,
    /// With one anti-dependency: read skew.
    GSingle,
    /// With several anti-dependencies, of which none follow one another: a long fork.
    GNonadjacent,
    /// With anti-dependencies that follow one another: write skew.
    G2Item,
}

/// What a cycle rests on beside the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing.
    Data,
    /// That a process asks for one transaction after the other.
    Session,
    /// That a transaction was over before another was asked for.
    RealTime,
}

/// A level of isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What is read was committed, and dependencies of writes and reads have no circle (PL-2).
    ReadCommitted,
    /// Each transaction reads from a snapshot, and of two that overlap and write the same only one commits (PL-SI).
    SnapshotIsolation,
    /// The same, and each snapshot holds what the process did before.
    SessionSnapshotIsolation,
    /// Some order of the transactions, one after the other, explains every read (PL-3).
    Serializability,
    /// The same, and each process's transactions are in their order.
    SessionSerializability,
    /// The same, and what was over before another was asked for comes before it.
    StrictSerializability,
}

impl Level {
    /// All levels.
    pub const ALL: [Level; 6] = [
        Level::ReadCommitted,
        Level::SnapshotIsolation,
        Level::SessionSnapshotIsolation,
        Level::Serializability,
        Level::SessionSerializability,
        Level::StrictSerializability,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Level::ReadCommitted => "read committed",
            Level::SnapshotIsolation => "snapshot isolation",
            Level::SessionSnapshotIsolation => "snapshot isolation with sessions",
            Level::Serializability => "serializability",
            Level::SessionSerializability => "serializability with sessions",
            Level::StrictSerializability => "strict serializability",
        }
    }

    /// For a level of snapshots, the one at which transactions do not overlap.
    pub(super) fn serial(self) -> Option<Level> {
        match self {
            Level::SnapshotIsolation => Some(Level::Serializability),
            Level::SessionSnapshotIsolation => Some(Level::SessionSerializability),
            _ => None,
        }
    }

    fn minds(self, reach: Reach) -> bool {
        let sessions = [Level::SessionSnapshotIsolation, Level::SessionSerializability, Level::StrictSerializability];
        match reach {
            Reach::Data => true,
            Reach::Session => sessions.contains(&self),
            Reach::RealTime => self == Level::StrictSerializability,
        }
    }
}

impl Kind {
    /// Whether a level forbids it, so that a history with it breaks that level.
    pub fn breaks(self, level: Level) -> bool {
        match self {
            Kind::UnrepeatableRead | Kind::LostUpdate => level != Level::ReadCommitted,
            Kind::Cycle(shape, reach) => {
                level.minds(reach)
                    && match shape {
                        Shape::G0 | Shape::G1c => true,
                        Shape::GSingle | Shape::GNonadjacent => level != Level::ReadCommitted,
                        Shape::G2Item => level != Level::ReadCommitted && level.serial().is_none(),
                    }
            }
            _ => true,
        }
    }

    /// Its name, as papers call it, and in words.
    pub fn name(self) -> &'static str {
        match self {
            Kind::GarbageRead => "garbage read",
            Kind::DuplicateElement => "duplicate element",
            Kind::IncompatibleOrder => "incompatible orders",
            Kind::Internal => "internal inconsistency",
            Kind::CyclicVersions => "cyclic versions",
            Kind::AbortedRead => "G1a, aborted read",
            Kind::IntermediateRead => "G1b, intermediate read",
            Kind::DirtyUpdate => "dirty update",
            Kind::UnrepeatableRead => "unrepeatable read",
            Kind::LostUpdate => "lost update",
            Kind::Cycle(shape, reach) => shape.name(reach),
        }
    }
}

impl Shape {
    fn name(self, reach: Reach) -> &'static str {
        match (self, reach) {
            (Shape::G0, Reach::Data) => "G0, dirty write",
            (Shape::G1c, Reach::Data) => "G1c, circular information flow",
            (Shape::GSingle, Reach::Data) => "G-single, read skew",
            (Shape::GNonadjacent, Reach::Data) => "G-nonadjacent, long fork",
            (Shape::G2Item, Reach::Data) => "G2-item, write skew",
            (Shape::G0, Reach::Session) => "G0 within sessions",
            (Shape::G1c, Reach::Session) => "G1c within sessions",
            (Shape::GSingle, Reach::Session) => "G-single within sessions",
            (Shape::GNonadjacent, Reach::Session) => "G-nonadjacent within sessions",
            (Shape::G2Item, Reach::Session) => "G2-item within sessions",
            (Shape::G0, Reach::RealTime) => "G0 in real time",
            (Shape::G1c, Reach::RealTime) => "G1c in real time",
            (Shape::GSingle, Reach::RealTime) => "G-single in real time",
            (Shape::GNonadjacent, Reach::RealTime) => "G-nonadjacent in real time",
            (Shape::G2Item, Reach::RealTime) => "G2-item in real time",
        }
    }
}
