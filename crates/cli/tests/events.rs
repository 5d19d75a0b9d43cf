//! What the events of a history say and leave out, and histories that take long unless one looks ahead.

#[path = "common/judge.rs"]
mod judge;

use judge::{history, log};

#[test]
fn a_read_that_does_not_say_what_it_read_is_refused() {
    for (model, f) in [("register", "read"), ("kv", "get"), ("queue", "dequeue"), ("set", "read"), ("set", "contains")]
    {
        let asked = if f == "contains" { "1" } else { "nil" };
        let text = log(&[(0, "invoke", f, asked)]) + "0\t:ok\t:" + f + "\n";
        let (code, _, err) = history("unsaid.log", &text, &format!("--model {model}"));
        assert!(code == 2 && err.contains("line 2: "), "{f}: {err}");
        let lines: String = ["invoke", "ok"]
            .map(|kind| format!("{{\"process\":0,\"type\":\"{kind}\",\"f\":\"{f}\"}}\n"))
            .concat()
            .replacen("}", &format!(",\"value\":{}}}", asked.replace("nil", "null")), 1);
        let (code, _, err) = history("unsaid.jsonl", &lines, &format!("--model {model} --format jsonl"));
        assert!(code == 2 && err.contains("line 2: "), "{f}: {err}");
    }
}

/// A write and a read after it, as JSON Lines.
fn write_and_read(written: &str, read: &str) -> (u8, String, String) {
    let line = |kind: &str, f: &str, value: &str| {
        format!("{{\"process\":0,\"type\":\"{kind}\",\"f\":\"{f}\",\"value\":{value}}}\n")
    };
    let text = line("invoke", "write", written) + &line("ok", "write", written);
    let text = text + &line("invoke", "read", "null") + &line("ok", "read", read);
    history("write-and-read.jsonl", &text, "--model register --format jsonl")
}

#[test]
fn values_that_differ_are_never_taken_for_the_same() {
    for (written, read) in [("1", "1.0"), ("1e3", "1000"), ("-0", "0"), ("1.5", "1.5"), ("\"a b\"", "\"a b\"")] {
        assert_eq!(write_and_read(written, read).0, 0, "{written} and {read}");
    }
    assert_eq!(write_and_read("9007199254740993", "9007199254740992").0, 1);
    for (written, read, line, why) in [
        ("18446744073709551617", "18446744073709551616", 1, "too many digits"),
        ("1", "\"1\"", 4, "the text \"1\" would look like the number 1 of line 1"),
        ("\"1\"", "1", 4, "the number 1 would look like the text 1 of line 1"),
        ("\"true\"", "[true]", 4, "the truth value true would look like the text true of line 1"),
    ] {
        let (code, out, err) = write_and_read(written, read);
        assert!(code == 2 && err.contains(&format!("line {line}: ")) && err.contains(why), "{out}{err}");
    }
    let (_, out, _) = write_and_read("\"nothing\"", "null");
    assert!(out.contains("(`nothing`) at line 4: it would have to be `\"nothing\"`"), "{out}");
    let (_, out, _) = write_and_read("\"a\\nb\"", "\"\"");
    assert!(out.contains("`put register \"a\\nb\"`") && out.contains("(`\"\"`)"), "{out}");
}

#[test]
fn an_event_of_a_log_that_is_none_is_refused_and_never_passed_over() {
    for (text, line, why) in [
        ("0\t:invoke\t:write\t1\n0\t:okay\t:write\t1\n", 2, "`:okay` is no type"),
        ("0 :invoke :write 1\n0 :okay :write 1\n", 2, "`:okay` is no type"),
        ("0 :invoke :write 1 0 :ok :write 1\n", 1, "`0 :ok :write 1` follows the value 1"),
    ] {
        let (code, out, err) = history("none.log", text, "--model register");
        assert!(code == 2 && err.contains(&format!("line {line}: {why}")), "{out}{err}");
    }
    let refused = log(&[(0, "invoke", "acquire", "nil"), (0, "ok", "acquire", "false")]);
    let (code, _, err) = history("refused.log", &refused, "--model lock");
    assert!(code == 2 && err.contains("line 2: false is no `ok`"), "{err}");
    let process = "{\"process\":99999999999999999999999,\"type\":\"invoke\",\"f\":\"read\",\"value\":null}";
    let (code, _, err) = history("process.jsonl", process, "--model register --format jsonl");
    assert!(code == 2 && err.contains("line 1: `process` is 1e+23"), "{err}");
}

#[test]
fn queues_of_many_clients_and_answers_that_nobody_can_have_been_given_take_few_steps() {
    // Ten clients put in and take out side by side, each in its turn.
    let mut text = String::new();
    for round in 0..200 {
        for client in 0..10 {
            text += &format!("{client}\t:invoke\t:enqueue\t{}\n", round * 10 + client);
        }
        for client in (0..10).rev() {
            text += &format!("{client}\t:ok\t:enqueue\t{}\n", round * 10 + client);
        }
    }
    let taken: Vec<u32> = (0..2_000).map(|nth| nth / 10 * 10 + (nth * 7 + 3) % 10).collect();
    for ten in taken.chunks(10) {
        (0..10).for_each(|client| text += &format!("{client}\t:invoke\t:dequeue\tnil\n"));
        ten.iter().zip(0..10).for_each(|(it, client)| text += &format!("{client}\t:ok\t:dequeue\t{it}\n"));
    }
    let (code, out, err) = history("many.log", &text, "--model queue --steps 100000");
    assert_eq!((code, out.as_str()), (0, "linearizable: 4000 operations of 10 processes\n"), "{err}");
    // 1995 and 3 change places.
    let wrong = text.replace(":dequeue\t1995\n", ":dequeue\tlast\n").replace(":dequeue\t3\n", ":dequeue\t1995\n");
    let (code, out, err) =
        history("wrong.log", &wrong.replace(":dequeue\tlast\n", ":dequeue\t3\n"), "--model queue --steps 100000");
    assert!(code == 1 && out.contains("the answer to process 0's `dequeue` (`1995`) at line"), "{out}{err}");
    // Thirty writes that nobody knows the end of, and one read of what nobody wrote.
    let mut text: String = (0..30).map(|process| format!("{process}\t:invoke\t:write\t{process}\n")).collect();
    text += &log(&[(30, "invoke", "read", "nil"), (30, "ok", "read", "777")]);
    let (code, out, err) = history("nobody.log", &text, "--model register --steps 1000");
    assert!(
        code == 1
            && out.ends_with(
                "no order explains these together:\n      31 to 32     process 30's `get register` (`777`)\n"
            ),
        "{out}{err}"
    );
}
