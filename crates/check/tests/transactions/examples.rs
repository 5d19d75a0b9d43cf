//! Histories whose verdict is known, most of them from the literature.

use crate::lines::read;
use lightcone_check::transactions::{Evidence, Kind, Level, Reach, Report, Shape, Unsure, Verdict, judge};

fn report(lines: &[&str]) -> Report {
    judge(&read(lines))
}

/// The kinds found, and which of the levels hold: `.` broken, `?` as far as can be seen, `+` surely. The levels are read
/// committed, snapshot isolation, the same with sessions, serializability, the same with sessions, strict serializability.
#[track_caller]
fn expect(lines: &[&str], kinds: &[Kind], levels: &str) {
    let report = report(lines);
    let found: Vec<Kind> = report.anomalies.iter().map(|anomaly| anomaly.kind).collect();
    let sign = |level: Level| match report.verdict(level) {
        Verdict::Holds => '+',
        Verdict::Unbroken => '?',
        Verdict::Broken(_) => '.',
    };
    let signs: String = Level::ALL.into_iter().map(sign).collect();
    assert_eq!((&*found, &*signs), (kinds, levels), "{:#?}", report.words(&read(lines)));
}

/// What the report says of a kind.
#[track_caller]
fn says(lines: &[&str], kind: Kind, words: &str) {
    let history = read(lines);
    let report = judge(&history);
    let anomaly = report.anomaly(kind).unwrap_or_else(|| panic!("{kind:?} is not in {:#?}", report.words(&history)));
    assert_eq!(anomaly.words(&history), words);
}

const fn data(shape: Shape) -> Kind {
    Kind::Cycle(shape, Reach::Data)
}

#[test]
fn transactions_after_one_another_are_strictly_serializable() {
    let serial = ["ok 0 0..1: append x 1; read x [1]", "ok 1 2..3: read x [1]; append y 2", "ok 0 4..5: read y [2]"];
    expect(&serial, &[], "++++++");
    let registers = ["ok 0 0..1: write x 1", "ok 1 2..3: read x 1; write x 2", "ok 0 4..5: read x 2; read y nil"];
    expect(&registers, &[], "++++++");
    expect(&[], &[], "++++++");
}

#[test]
fn a_dirty_write() {
    // Adya's section 3.2.1: x and y are written in opposite orders.
    let dirty = ["ok 0: append x 1; append y 1", "ok 1: append x 2; append y 2", "ok 2: read x [1 2]; read y [2 1]"];
    expect(&dirty, &[data(Shape::G0)], "......");
    let words = "T2's append 2 to x came after T1's append 1 to x (ww), T1's append 1 to y came after T2's append 2 to y \
                 (ww): each came before the other";
    says(&dirty, data(Shape::G0), words);
    // Registers show it where transactions read before they write.
    let registers = ["ok 0: write x 1; read y 2; write y 3", "ok 1: write y 2; read x 1; write x 4"];
    expect(&registers, &[data(Shape::G0), data(Shape::G1c)], "......");
}

#[test]
fn reads_of_what_was_never_committed() {
    let aborted = ["fail 0: append x 1", "ok 1: read x [1]"];
    expect(&aborted, &[Kind::AbortedRead], "......");
    says(&aborted, Kind::AbortedRead, "T2 read x as [1], with T1's append 1 to x, which was aborted");
    let between = ["ok 0: write x 1; write x 2", "ok 1: read x 1"];
    expect(&between, &[Kind::IntermediateRead], "......");
    let words = "T2 read x as 1, with T1's write 1 to x, which went on to write 2 to x";
    says(&between, Kind::IntermediateRead, words);
    let lists = ["ok 0: append x 1; append x 2", "ok 1: read x [1]"];
    expect(&lists, &[Kind::IntermediateRead, data(Shape::GSingle)], "......");
    // What an aborted transaction has read itself is not judged.
    expect(&["fail 0: append x 1; read x [7]", "ok 1: read x nil"], &[], "++++++");
}

#[test]
fn a_write_on_top_of_an_aborted_one() {
    let lists = ["fail 0: append x 1", "ok 1: append x 2", "ok 2: read x [1 2]"];
    expect(&lists, &[Kind::AbortedRead, Kind::DirtyUpdate], "......");
    let words = "T2's append 2 to x was put on top of T1's append 1 to x, which was aborted";
    says(&lists, Kind::DirtyUpdate, words);
    let registers = ["fail 0: write x 1", "ok 1: read x 1; write x 2"];
    expect(&registers, &[Kind::AbortedRead, Kind::DirtyUpdate], "......");
}

#[test]
fn information_flows_in_a_circle() {
    let circle = ["ok 0: write x 1; read y 2", "ok 1: write y 2; read x 1"];
    expect(&circle, &[data(Shape::G1c)], "......");
    let words = "T2 read x as 1, which holds T1's write 1 to x (wr), T1 read y as 2, which holds T2's write 2 to y (wr): each \
                 came before the other";
    says(&circle, data(Shape::G1c), words);
}

#[test]
fn a_lost_update() {
    let lists = ["ok 0: read x nil; append x 1", "ok 1: read x nil; append x 2", "ok 2: read x [1 2]"];
    expect(&lists, &[Kind::LostUpdate, data(Shape::GSingle)], "+.....");
    // Which of the two registers was written last is not known, but one update is lost anyway.
    let registers = ["ok 0: write x 0", "ok 1: read x 0; write x 1", "ok 2: read x 0; write x 2"];
    expect(&registers, &[Kind::LostUpdate, data(Shape::GSingle), data(Shape::G2Item)], "+.....");
    let words = "T2 read x as 0 and then did write 1 to x, T3 read x as 0 and then did write 2 to x: whoever came second did \
                 not see the other's";
    says(&registers, Kind::LostUpdate, words);
    // What a transaction reads above its own append tells what is below it.
    let above = ["ok 0: append x 1; read x [1]", "ok 1: read x nil; append x 2"];
    expect(&above, &[Kind::LostUpdate, data(Shape::GSingle), data(Shape::G2Item)], "+.....");
    let words = "T1 read x as [1] and had done append 1 to x, T2 read x as nothing and then did append 2 to x: whoever came \
                 second did not see the other's";
    says(&above, Kind::LostUpdate, words);
}

#[test]
fn appends_that_nobody_read_are_in_an_order_that_other_objects_force() {
    let circle = ["ok 0: read x nil; append x 1; append y 1", "ok 1: append x 2; read y nil; append y 2"];
    expect(&circle, &[data(Shape::GSingle), data(Shape::G2Item)], "+.....");
    let words = "T2's append 2 to x came after T1's append 1 to x (ww), T1's append 1 to x came after T2's append 2 to x \
                 (ww): each came before the other. T1's append 1 to x came before T2's append 2 to x, as one leads to the \
                 other: T1 read x as nothing before T2's append 2 to x (rw). T2's append 2 to x came before T1's append 1 to \
                 x, as one leads to the other: T2 read y as nothing before T1's append 1 to y (rw)";
    says(&circle, data(Shape::GSingle), words);
}

#[test]
fn read_skew() {
    let skew = ["ok 0: append x 1; append y 1", "ok 1: read x [1]; read y nil", "ok 2: read y [1]"];
    expect(&skew, &[data(Shape::GSingle)], "+.....");
    let words = "T2 read x as [1], which holds T1's append 1 to x (wr), T2 read y as nothing before T1's append 1 to y \
                 (rw): each came before the other";
    says(&skew, data(Shape::GSingle), words);
}

#[test]
fn write_skew_is_for_snapshots_to_have() {
    let skew = ["ok 0: read x nil; append y 5", "ok 1: read y nil; append x 3", "ok 2: read x [3]; read y [5]"];
    expect(&skew, &[data(Shape::G2Item)], "+++...");
    let words = "T1 read x as nothing before T2's append 3 to x (rw), T2 read y as nothing before T1's append 5 to y (rw): \
                 each came before the other";
    says(&skew, data(Shape::G2Item), words);
    let registers = ["ok 0: read x nil; write y 5", "ok 1: read y nil; write x 3"];
    expect(&registers, &[data(Shape::G2Item)], "+++...");
}

#[test]
fn a_long_fork() {
    let fork = ["ok 0: append x 1", "ok 1: append y 1", "ok 2: read x [1]; read y nil", "ok 3: read x nil; read y [1]"];
    expect(&fork, &[data(Shape::GNonadjacent)], "+.....");
    let words = "T3 read x as [1], which holds T1's append 1 to x (wr), T3 read y as nothing before T2's append 1 to y \
                 (rw), T4 read y as [1], which holds T2's append 1 to y (wr), T4 read x as nothing before T1's append 1 \
                 to x (rw): each came before the next, in a circle";
    says(&fork, data(Shape::GNonadjacent), words);
}

#[test]
fn a_reader_makes_snapshots_unserializable() {
    // The read-only anomaly of Fekete, O'Neil and O'Neil (SIGMOD Record 2004), with registers.
    let only = [
        "ok 0: write x 0; write y 0",
        "ok 1: read x 0; read y 0; write x -11",
        "ok 2: read y 0; write y 20",
        "ok 3: read x 0; read y 20",
    ];
    expect(&only, &[data(Shape::G2Item)], "+++...");
    expect(&only[..3], &[], "++++++");
}

#[test]
fn a_transaction_that_contradicts_itself() {
    let unseen = ["ok 0: append x 1; read x nil"];
    expect(&unseen, &[Kind::Internal], "......");
    says(&unseen, Kind::Internal, "T1 read x as nothing, which does not fit T1's append 1 to x before that");
    expect(&["ok 0: write x 1; read x 2", "ok 1: write x 2"], &[Kind::Internal], "......");
    let future = ["ok 0: read x 1; write x 1"];
    expect(&future, &[Kind::Internal], "......");
    says(&future, Kind::Internal, "T1 read x as 1, before T1's write 1 to x");
    let twice = ["ok 0: append x 1", "ok 1: read x nil; append x 2; read x [1 2]"];
    expect(&twice, &[Kind::UnrepeatableRead, data(Shape::GSingle)], "+.....");
    says(&twice, Kind::UnrepeatableRead, "T2 read x as [1 2], but T2 read x as nothing before that");
}

#[test]
fn values_out_of_nowhere() {
    let garbage = ["ok 0: append x 1", "ok 1: read x [1 9]"];
    expect(&garbage, &[Kind::GarbageRead], "......");
    says(&garbage, Kind::GarbageRead, "T2 read x as [1 9], but nobody wrote 9");
    expect(&["ok 0: read x 9"], &[Kind::GarbageRead], "......");
    let twice = ["ok 0: append x 1", "ok 1: read x [1 1]"];
    expect(&twice, &[Kind::DuplicateElement], "......");
    says(&twice, Kind::DuplicateElement, "T2 read x as [1 1]: it has 1 twice, which was appended once");
}

#[test]
fn orders_that_do_not_fit() {
    let forked = ["ok 0: append x 1", "ok 1: append x 2", "ok 2: read x [1 2]", "ok 3: read x [2]"];
    expect(&forked, &[Kind::IncompatibleOrder], "......");
    let words = "T4 read x as [2] and T3 read x as [1 2]: value 1 is 2 in one and 1 in the other, and lists only grow";
    says(&forked, Kind::IncompatibleOrder, words);
    let swapped = ["ok 0: append x 1; append x 2", "ok 1: read x [2 1]"];
    let words = "T2 read x as [2 1], where T1's append 2 to x does not stand after T1's append 1 to x";
    says(&swapped, Kind::IncompatibleOrder, words);
    let circle = ["ok 0: read x 2; write x 1", "ok 1: read x 1; write x 2"];
    expect(&circle, &[Kind::CyclicVersions, data(Shape::G1c)], "......");
    let words = "T1 read x as 2, T2 read x as 1, and each wrote then what the one before it had read";
    says(&circle, Kind::CyclicVersions, words);
}

#[test]
fn no_answer_means_maybe() {
    // Nobody saw it: it may not have happened.
    expect(&["info 0: append x 1; append y 1", "ok 1: read x nil; read y nil"], &[], "++++++");
    // Half of it was seen, so all of it happened.
    let half = ["info 0: append x 1; append y 1", "ok 1: read x [1]; read y nil"];
    expect(&half, &[data(Shape::GSingle)], "+.....");
    // What it read counts then, too.
    let told = ["info 0: append x 1; read y [7]", "ok 1: read x [1]"];
    expect(&told, &[Kind::GarbageRead], "......");
    // It can take effect long after it was asked for, but not before.
    expect(&["info 0 0..0: append x 1", "ok 1 1..2: read x nil", "ok 2 3..4: read x [1]"], &[], "++++++");
    let early = ["ok 1 1..2: read x [1]", "info 0 3..3: append x 1"];
    expect(&early, &[Kind::Cycle(Shape::G1c, Reach::RealTime)], "+++++.");
}

#[test]
fn sessions_and_real_time() {
    let other = ["ok 0 0..1: append x 1", "ok 1 2..3: read x nil"];
    expect(&other, &[Kind::Cycle(Shape::GSingle, Reach::RealTime)], "+++++.");
    let words = "T2 was asked for after T1 was answered (real time), T2 read x as nothing before T1's append 1 to x (rw): \
                 each came before the other";
    says(&other, Kind::Cycle(Shape::GSingle, Reach::RealTime), words);
    let same = ["ok 0 0..1: append x 1", "ok 0 2..3: read x nil"];
    expect(&same, &[Kind::Cycle(Shape::GSingle, Reach::Session)], "++.+..");
    let words = "the same process asked for T2 after T1 was answered (session), T2 read x as nothing before T1's append 1 to \
                 x (rw): each came before the other";
    says(&same, Kind::Cycle(Shape::GSingle, Reach::Session), words);
    // They overlapped.
    expect(&["ok 0 0..2: append x 1", "ok 1 1..3: read x nil"], &[], "++++++");
    expect(&["ok 0 0..2: append x 1", "ok 1 2..3: read x nil"], &[], "++++++");
}

#[test]
fn orders_of_writes_that_are_forced() {
    // One process writes twice, and reads what it wrote first.
    let process = ["ok 0 0..1: write x 1", "ok 0 2..3: write x 2", "ok 0 4..5: read x 1"];
    expect(&process, &[Kind::Cycle(Shape::GSingle, Reach::Session)], "+?.?..");
    let words = "the same process asked for T3 after T2 was answered (session), T3 read x as 1 before T2's write 2 to x (rw): \
                 each came before the other. T1's write 1 to x came before T2's write 2 to x, as one leads to the other: \
                 the same process asked for T2 after T1 was answered (session)";
    says(&process, Kind::Cycle(Shape::GSingle, Reach::Session), words);
    // Three processes, one after the other.
    let times = ["ok 0 0..1: write x 1", "ok 1 2..3: write x 2", "ok 2 4..5: read x 1"];
    expect(&times, &[Kind::Cycle(Shape::GSingle, Reach::RealTime)], "+????.");
    // What was read of y and z tells in which order x was written.
    let flow = ["ok 0: write x 1; write y 1", "ok 1: read y 1; write x 2; write z 1", "ok 2: read z 1; read x 1"];
    expect(&flow, &[data(Shape::GSingle)], "+.....");
    let words = "T3 read z as 1, which holds T2's write 1 to z (wr), T3 read x as 1 before T2's write 2 to x (rw): each came \
                 before the other. T1's write 1 to x came before T2's write 2 to x, as one leads to the other: T2 read y as \
                 1, which holds T1's write 1 to y (wr)";
    says(&flow, data(Shape::GSingle), words);
    // Who read 1 of x came after 2 of x was written, and the other way round.
    let both = [
        "ok 0: write x 1",
        "ok 1: write x 2; write y 1",
        "ok 2: read y 1; read x 1; write z 1",
        "ok 3: read z 1; read x 2",
    ];
    expect(&both, &[data(Shape::GSingle)], "+.....");
    expect(&both[..3], &[], "+?????");
}

/// What is not known of `x`.
fn unsure(lines: &[&str]) -> Vec<Unsure> {
    report(lines).unordered.iter().map(|unordered| unordered.why).collect()
}

#[test]
fn what_cannot_be_inferred_is_said() {
    let blind =
        ["ok 0: write x 1; read y nil", "ok 1: write x 2; read y 1", "ok 2: write y 1; read x 1", "ok 3: read x 2"];
    expect(&blind, &[], "+?????");
    assert_eq!(unsure(&blind), [Unsure::Blind]);
    let unread =
        ["ok 0: read y nil; append z 0", "ok 1: read z nil; append y 1", "ok 2: append x 1", "ok 3: append x 2"];
    expect(&unread, &[data(Shape::G2Item)], "+??...");
    assert_eq!(unsure(&unread), [Unsure::Unread]);
    let repeated = ["ok 0: write x 1", "ok 1: write x 1", "ok 2: read x 1"];
    expect(&repeated, &[], "??????");
    assert_eq!(unsure(&repeated), [Unsure::Repeated]);
    let mixed = ["ok 0: write x 1", "ok 1: append x 2", "ok 2: read x [2]"];
    expect(&mixed, &[], "??????");
    assert_eq!(unsure(&mixed), [Unsure::Mixed]);
    let words = report(&mixed).words(&read(&mixed));
    assert!(words.contains(&"x: it is used as a list and as a register, and was left out".into()), "{words:?}");
    let verdict = "serializability: holds as far as can be seen, but not every order is known";
    assert!(words.contains(&verdict.into()), "{words:?}");
}

#[test]
fn the_smallest_circle_is_shown() {
    // T1 to T3 are a circle of three, T4 and T5 one of two.
    let circles = [
        "ok 0: append a 1; read b [2]",
        "ok 1: append b 2; read c [3]",
        "ok 2: append c 3; read a [1]",
        "ok 3: append d 1; read e [2]",
        "ok 4: append e 2; read d [1]",
    ];
    let three = report(&circles[..3]);
    assert_eq!(three.anomaly(data(Shape::G1c)).unwrap().transactions(), [0, 1, 2]);
    let five = report(&circles);
    let Verdict::Broken(anomaly) = five.verdict(Level::ReadCommitted) else { panic!("it is broken") };
    let Evidence::Cycle { steps, smallest: true, .. } = &anomaly.evidence else { panic!("{anomaly:?}") };
    assert_eq!(steps.iter().map(|step| step.from).collect::<Vec<usize>>(), [3, 4]);
}

#[test]
fn a_report_is_read_from_verdicts_to_reasons() {
    let history = ["ok 0: read x nil; append y 5", "ok 1: read y nil; append x 3", "info 2: read x; append x 4"];
    let read = read(&history);
    let words = judge(&read).words(&read);
    let expected = [
        "read committed: holds, as some execution explains everything that was seen",
        "snapshot isolation: holds, as some execution explains everything that was seen",
        "snapshot isolation with sessions: holds, as some execution explains everything that was seen",
        "serializability: broken by G2-item, write skew",
        "serializability with sessions: broken by G2-item, write skew",
        "strict serializability: broken by G2-item, write skew",
        "G2-item, write skew: T1 read x as nothing before T2's append 3 to x (rw), T2 read y as nothing before T1's append \
         5 to y (rw): each came before the other",
        "T1: read x as nothing, append 5 to y",
        "T2: read y as nothing, append 3 to x",
    ];
    assert_eq!(words, expected);
    assert_eq!(read[2].words(), "read x, untold, append 4 to x");
    let long = ["ok 0: read x [1 2 3 4 5 6 7 8 9]"];
    says(&long, Kind::GarbageRead, "T1 read x as [… 5 6 7 8 9, 9 in all], but nobody wrote 1");
}
