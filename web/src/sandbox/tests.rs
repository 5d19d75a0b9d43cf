//! Drawing by hand without a browser: messages in, a history and its verdicts out.

use super::*;
use lightcone_catalog::{MODELS, Stance};

/// An empty board of two clients, 900 by 300 px.
fn board() -> Sandbox {
    let mut sandbox = Sandbox::default();
    sandbox.update(SandMsg::Room(Size { width: 900.0, height: 300.0 }));
    sandbox.update(SandMsg::Lanes(false));
    sandbox
}

/// Where a client's lane is at an instant, found through the board itself.
fn spot(sandbox: &Sandbox, lane: u8, at: u32) -> Point {
    let inside = |x: u32, y: u32| Point { x: f64::from(x), y: f64::from(y) };
    let all = (0..900).flat_map(|x| (0..300).step_by(4).map(move |y| inside(x, y)));
    let near = |point: &Point| sandbox.spot(*point).0 == Some(lane);
    let off = |point: &Point| sandbox.spot(*point).1.abs_diff(at);
    all.filter(near).min_by_key(off).expect("the lane is on the board")
}

/// Draws along a lane.
fn stroke(sandbox: &mut Sandbox, lane: u8, from: u32, to: u32) {
    let (a, b) = (spot(sandbox, lane, from), spot(sandbox, lane, to));
    sandbox.update(SandMsg::Down(a, 6.0));
    sandbox.update(SandMsg::Move(b));
    sandbox.update(SandMsg::Up);
}

fn write(sandbox: &mut Sandbox, field: Field, text: &str) {
    sandbox.update(SandMsg::Write(field, text.into()));
}

fn stance(sandbox: &Sandbox, name: &str) -> Stance {
    let model = MODELS.iter().position(|model| model.name == name).expect("it is a model");
    sandbox.opinion(model).expect("it was judged").stance
}

#[test]
fn a_stale_read_is_drawn_with_the_pointer_and_refused_by_one_model() {
    let mut sandbox = board();
    stroke(&mut sandbox, 0, 0, 150);
    stroke(&mut sandbox, 0, 250, 400);
    assert_eq!(sandbox.sketch.acts.iter().map(|act| act.words.as_str()).collect::<Vec<_>>(), ["put x 1", "put x 2"]);
    assert_eq!(stance(&sandbox, "linearizable"), Stance::Holds);
    stroke(&mut sandbox, 1, 500, 650);
    write(&mut sandbox, Field::Words, "get x");
    assert_eq!(sandbox.sketch.acts[2].answer, "nothing", "another kind of question has another answer");
    write(&mut sandbox, Field::Answer, "1");
    assert_eq!(stance(&sandbox, "linearizable"), Stance::Broken);
    assert_eq!(stance(&sandbox, "sequential"), Stance::Holds);
    assert!(sandbox.svg.contains("stuck cross") && sandbox.svg.contains("on-point"));
    sandbox.update(SandMsg::Model(1));
    assert!(!sandbox.svg.contains("stuck") && sandbox.svg.contains("on-point"));
}

#[test]
fn ends_are_dragged_and_what_cannot_be_stays_where_it_last_could() {
    let mut sandbox = board();
    stroke(&mut sandbox, 0, 100, 300);
    stroke(&mut sandbox, 0, 500, 700);
    let (end, beyond) = (spot(&sandbox, 0, 300), spot(&sandbox, 0, 600));
    sandbox.update(SandMsg::Down(end, 8.0));
    for at in [350, 400, 450] {
        let to = spot(&sandbox, 0, at);
        sandbox.update(SandMsg::Move(to));
    }
    sandbox.update(SandMsg::Move(beyond));
    sandbox.update(SandMsg::Up);
    let act = &sandbox.sketch.acts[0];
    assert!(act.to >= 440 && act.to <= 500, "{act:?}");
    assert_eq!(sandbox.selected, Some(0));
    sandbox.update(SandMsg::Undo);
    assert!(sandbox.sketch.acts[0].to.abs_diff(300) <= STEP);
}

#[test]
fn a_click_makes_an_operation_of_the_usual_length_and_one_more_finds_its_place() {
    let mut sandbox = board();
    let at = spot(&sandbox, 1, 200);
    sandbox.update(SandMsg::Down(at, 6.0));
    sandbox.update(SandMsg::Up);
    let act = sandbox.sketch.acts[0].clone();
    assert_eq!((act.lane, act.to - act.from), (1, USUAL));
    sandbox.update(SandMsg::Add);
    assert_eq!(sandbox.sketch.acts.len(), 2);
    assert!(sandbox.sketch.acts[1].from > act.to, "the client that is selected goes on");
    sandbox.update(SandMsg::Remove);
    sandbox.update(SandMsg::Undo);
    assert_eq!(sandbox.sketch.acts.len(), 2);
}

#[test]
fn a_client_that_was_left_without_an_answer_asks_no_more() {
    let mut sandbox = board();
    stroke(&mut sandbox, 0, 100, 300);
    write(&mut sandbox, Field::End, "open");
    assert_eq!(sandbox.sketch.acts[0].end, End::Open);
    let later = spot(&sandbox, 0, 900);
    sandbox.update(SandMsg::Down(later, 0.0));
    sandbox.update(SandMsg::Up);
    assert_eq!(sandbox.sketch.acts.len(), 1);
    write(&mut sandbox, Field::To, "soon");
    assert!(sandbox.refused.contains("whole number"), "{}", sandbox.refused);
    sandbox.update(SandMsg::Pick(None));
    sandbox.update(SandMsg::Add);
    assert!(sandbox.sketch.acts.iter().any(|act| act.lane == 1), "another client goes on");
}

#[test]
fn a_history_is_a_link_and_a_file() {
    let mut sandbox = board();
    for place in 0..EXAMPLES.len() {
        sandbox.update(SandMsg::Example(place));
        assert_eq!(sandbox.drawn_example(), Some(place));
        let mut other = Sandbox::default();
        other.update(SandMsg::Open(sandbox.fragment()));
        assert_eq!(other.sketch, sandbox.sketch);
        let lines = sandbox.verdict.as_ref().expect("examples are judged").lines.clone();
        other.update(SandMsg::Object(sandbox.sketch.object));
        other.update(SandMsg::Paste(lines));
        other.update(SandMsg::Import);
        assert_eq!(other.refused, "");
        for model in 0..sandbox.models().len() {
            assert_eq!(other.opinion(model).map(|o| o.stance), sandbox.opinion(model).map(|o| o.stance));
        }
    }
}

#[test]
fn transactions_are_drawn_and_judged_by_levels_of_isolation() {
    let mut sandbox = board();
    sandbox.update(SandMsg::Model(7));
    sandbox.update(SandMsg::Object(Object::Transactions));
    assert_eq!((sandbox.model, sandbox.models()[0].name), (0, "strict serializability"));
    let told = |sandbox: &Sandbox| -> Vec<Stance> {
        sandbox.verdict.as_ref().expect("it was judged").opinions.iter().map(|one| one.stance).collect()
    };
    stroke(&mut sandbox, 0, 0, 300);
    write(&mut sandbox, Field::Words, "read x; append y 1");
    assert_eq!(sandbox.sketch.acts[0].answer, "nothing", "each read has an answer");
    stroke(&mut sandbox, 1, 100, 400);
    write(&mut sandbox, Field::Words, "read y; append x 1");
    use Stance::{Broken, Holds};
    assert_eq!(told(&sandbox), [Broken, Broken, Broken, Holds, Holds, Holds], "write skew");
    assert!(sandbox.svg.contains("stuck"), "those that came before one another are marked");
    write(&mut sandbox, Field::Answer, "1");
    assert_eq!(told(&sandbox), [Holds; 6]);
    write(&mut sandbox, Field::Answer, "1; 2");
    assert!(
        matches!(&sandbox.verdict, Err((1, why)) if why.contains("1 reads, and 2 answers")),
        "{:?}",
        sandbox.verdict
    );
    sandbox.update(SandMsg::Undo);
    assert_eq!(told(&sandbox), [Holds; 6]);
}

#[test]
fn what_cannot_be_opened_says_why_and_changes_nothing() {
    let mut sandbox = board();
    stroke(&mut sandbox, 0, 100, 300);
    let (was, link) = (sandbox.sketch.clone(), sandbox.fragment());
    for (fragment, why) in [
        (link[..link.len() - 4].to_string(), "cut short"),
        (link.replacen("h1.", "h7.", 1), "format h7"),
        ("1.AAAA".into(), "no history"),
    ] {
        sandbox.update(SandMsg::Open(fragment.clone()));
        assert!(sandbox.refused.contains(why), "{fragment}: {}", sandbox.refused);
        assert_eq!(sandbox.sketch, was);
    }
    sandbox.update(SandMsg::Paste("{\"process\": 1}".into()));
    sandbox.update(SandMsg::Import);
    assert!(sandbox.refused.contains("line 1"), "{}", sandbox.refused);
    write(&mut sandbox, Field::Words, "steal x");
    assert!(matches!(&sandbox.verdict, Err((0, why)) if why.contains("no operation")), "{:?}", sandbox.verdict);
}

#[test]
fn time_runs_down_where_the_board_is_narrow() {
    let mut sandbox = Sandbox::default();
    sandbox.update(SandMsg::Room(Size { width: 380.0, height: 440.0 }));
    let at = |x: f64, y: f64| Point { x, y };
    sandbox.update(SandMsg::Down(at(200.0, 120.0), 10.0));
    sandbox.update(SandMsg::Move(at(200.0, 240.0)));
    sandbox.update(SandMsg::Up);
    let act = &sandbox.sketch.acts[0];
    assert!(act.to - act.from > USUAL, "{act:?}");
}
