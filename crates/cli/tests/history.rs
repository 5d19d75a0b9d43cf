//! Histories that other programs made: what is printed, and with which code it ends.

#[path = "common/judge.rs"]
mod judge;

use judge::{history, log};
use std::{fs, path::PathBuf};

const LOG: &str = "\
INFO  jepsen.core - Worker 0 starting
INFO  jepsen.util - 0\t:invoke\t:write\t1
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:ok\t:read\t1
INFO  jepsen.util - :nemesis\t:info\t:start\t\"Cut off {:n5 #{:n3 :n1}}\"
INFO  jepsen.util - 0\t:info\t:write\t:timed-out
INFO  jepsen.util - 2\t:invoke\t:cas\t[1 2]
INFO  jepsen.util - 2\t:ok\t:cas\t[1 2]
INFO  jepsen.util - 3\t:invoke\t:cas\t[1 3]
INFO  jepsen.util - 3\t:fail\t:cas\t[1 3]
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:ok\t:read\tSEEN
";

#[test]
fn a_log_of_jepsen_is_judged() {
    let (code, out, err) = history("good.log", &LOG.replace("SEEN", "2"), "--model register");
    assert_eq!((code, out.as_str(), err.as_str()), (0, "linearizable: 4 operations of 4 processes\n", ""));
    let (code, out, _) = history("bad.log", &LOG.replace("SEEN", "3"), "--model register --format jepsen");
    assert_eq!(code, 1);
    assert!(
        out.starts_with("not linearizable\nno order of the operations on register explains the answer to process 1's"),
        "{out}"
    );
    assert!(out.contains("on line 12") || out.contains("at line 12"), "{out}");
    assert!(out.contains("       7 to 8      process 2's `cas register 1 2` (`ok`)"), "{out}");
}

#[test]
fn what_failed_did_not_take_place_and_what_crashed_stays_open_for_ever() {
    // The first write failed, so nobody can read it; the second crashed, and may be read at any time.
    const LINES: &str = r#"
{"process": 0, "type": "invoke", "f": "put", "key": "x", "value": 7}
{"process": 0, "type": "fail", "f": "put", "key": "x", "value": 7}
{"process": 0, "type": "invoke", "f": "put", "key": "x", "value": 8}
{"process": 0, "type": "info", "f": "put", "key": "x"}
{"process": 1, "type": "invoke", "f": "get", "key": "x"}
{"process": 1, "type": "ok", "f": "get", "key": "x", "value": SEEN}
"#;
    let text = |seen: &str| LINES.replace("SEEN", seen);
    for (seen, code) in [("8", 0), ("null", 0), ("7", 1)] {
        assert_eq!(history(&format!("open-{seen}.jsonl"), &text(seen), "--model kv").0, code, "{seen}");
    }
}

#[test]
fn edn_is_read_line_by_line_and_as_a_vector() {
    let lines = "[{:type :invoke, :f :enqueue, :value 1, :process 0, :time 10, :index 0}\n \
                 #jepsen.history.Op{:type :ok, :f :enqueue, :value 1, :process 0, :time 20, :index 1}\n \
                 {:type :info, :f :kill, :process :nemesis}\n \
                 {:type :invoke, :f :dequeue, :value nil, :process 1, :time 30}\n \
                 {:type :ok, :f :dequeue, :value SEEN, :process 1, :time 40}]\n";
    assert_eq!(history("queue.edn", &lines.replace("SEEN", "1"), "--model queue").0, 0);
    let (code, out, _) = history("bad-queue.edn", &lines.replace("SEEN", "nil"), "--model queue");
    assert!(code == 1 && out.contains("process 1's `dequeue` (`nothing`)"), "{out}");
    let set = "{:type :invoke, :f :add, :value 3, :process 0}\n{:type :ok, :f :add, :value 3, :process 0}\n\
               {:type :invoke, :f :read, :process 1}\n{:type :ok, :f :read, :value #{SEEN}, :process 1}\n";
    assert_eq!(history("set.edn", &set.replace("SEEN", "3"), "--model set").0, 0);
    assert_eq!(history("bad-set.edn", &set.replace("SEEN", ""), "--model set").0, 1);
    let lock = "{:type :invoke, :f :acquire, :process 0}\n{:type :ok, :f :acquire, :process 0}\n\
                {:type :invoke, :f :acquire, :process 1}\n{:type :ok, :f :acquire, :process 1}\n";
    assert_eq!(history("lock.edn", lock, "--model lock").0, 1);
}

const MAPS: [&str; 4] = [
    "{:type :invoke, :f :write, :value 1, :process 0}",
    "{:type :ok, :f :write, :value 1, :process 0}",
    "{:type :invoke, :f :read, :value nil, :process 1}",
    "{:type :ok, :f :read, :value 7, :process 1}",
];

#[test]
fn edn_is_read_by_its_forms_wherever_its_lines_end() {
    let lines = MAPS.join("\n");
    for (name, text, line) in [
        ("one line", format!("[{}]", MAPS.join(" ")), 1),
        ("two on a line", format!("{}{}\n{} , {}\n", MAPS[0], MAPS[1], MAPS[2], MAPS[3]), 2),
        ("tags", format!("#knossos.op.Op{}", MAPS.join("\n#knossos.op.Op")), 4),
        ("a list", format!("({lines})\n"), 4),
        (
            "comments",
            format!("; {{ a note\n\n[ ; of two lines\n{} ; the end\n]", lines.replace(", ", " ; the\n, ")),
            16,
        ),
        ("pretty", lines.replace(", ", ",\n  "), 13),
        ("left out", lines.replace('\n', "\n#_{:type :lost}\n"), 7),
        ("a mark before it", format!("\u{feff}{lines}"), 4),
        ("a log around it", format!("INFO begins\n{lines}\n {{:valid? true,\n"), 5),
    ] {
        let (code, out, err) = history("forms.edn", &text, "--model register");
        assert_eq!(code, 1, "{name}: {out}{err}");
        assert!(out.contains(&format!(" at line {line}: ")), "{name}: {out}");
        assert_eq!(history("forms.edn", &text.replace("value 7", "value 1"), "--model register").0, 0, "{name}");
    }
    let spaced = "INFO jepsen.core - 0 :invoke\nINFO  jepsen.util - 0 :invoke :write 1\nINFO  jepsen.util - 0 :ok :write 1\n\
                  INFO  jepsen.util - :nemesis :info :start {:n 1\nINFO  jepsen.util - 1 :invoke :read nil\n\
                  INFO  jepsen.util - 1 :ok :read SEEN :late\n";
    for (seen, code) in [("7", 1), ("1", 0)] {
        let (found, out, err) = history("spaced.log", &spaced.replace("SEEN", seen), "--model register");
        assert_eq!(found, code, "{out}{err}");
    }
}

#[test]
fn what_the_nemesis_did_may_be_of_any_form() {
    for odd in ["#{1 1}", "#<Foo 3>", "#:jepsen{:a 1}", "{:a 1 :a 2}", "\\{"] {
        let text = format!("{}\n{{:type :info, :f :kill, :process  :nemesis, :value {odd}}}\n", MAPS.join("\n"));
        let (code, out, err) = history("odd.edn", &text, "--model register");
        assert_eq!(code, 1, "{odd}: {out}{err}");
        let client = text.replace(":nemesis", "7");
        let client = client.replace(":info", ":invoke");
        let (code, out, _) = history("odd-client.edn", &client, "--model register");
        assert!(code == 2 && out.is_empty(), "{odd}: {out}");
    }
}

/// Both clients write, then each reads what the other has not seen.
const STORE_BUFFER: &str = "\
0\t:invoke\t:write\t[x 1]
1\t:invoke\t:write\t[y 1]
0\t:ok\t:write\t[x 1]
1\t:ok\t:write\t[y 1]
0\t:invoke\t:read\t[y nil]
1\t:invoke\t:read\t[x nil]
0\t:ok\t:read\t[y nil]
1\t:ok\t:read\t[x nil]
";

#[test]
fn each_model_of_consistency_judges_by_its_own_measure() {
    for (by, code) in [
        ("linearizable", 1),
        ("sequential", 1),
        ("causal-memory", 0),
        ("causal-convergence", 0),
        ("read-your-writes", 0),
        ("monotonic-reads", 0),
        ("monotonic-writes", 0),
        ("writes-follow-reads", 0),
    ] {
        let (found, out, err) = history(&format!("{by}.log"), STORE_BUFFER, &format!("--model kv --by {by}"));
        assert_eq!(found, code, "{by}: {out}{err}");
    }
    let lost = "0\t:invoke\t:write\t[x 1]\n0\t:ok\t:write\t[x 1]\n0\t:invoke\t:read\t[x nil]\n0\t:ok\t:read\t[x nil]\n";
    let (code, out, _) = history("lost.log", lost, "--model kv --by read-your-writes");
    assert!(
        code == 1 && out.contains("not read your writes\nprocess 0's `get x` (`nothing`) was told that nothing"),
        "{out}"
    );
}

/// Each of two transactions reads what the other writes, before it does.
const SKEW: &str = "\
{:process 0, :type :invoke, :f :txn, :value [[:r x nil] [:append y 1]]}
{:process 1, :type :invoke, :f :txn, :value [[:r y nil] [:append x 1]]}
{:process 0, :type :ok, :f :txn, :value [[:r x nil] [:append y 1]]}
{:process 1, :type :ok, :f :txn, :value [[:r y []] [:append x 1]]}
{:process 2, :type :invoke, :f :txn, :value [[:r x nil] [:r y nil]]}
{:process 2, :type :ok, :f :txn, :value [[:r x [1]] [:r y [1]]]}
";

#[test]
fn transactions_are_judged_by_levels_of_isolation() {
    for (by, code) in [("", 1), ("--by serializable", 1), ("--by snapshot-isolation", 0), ("--by read-committed", 0)] {
        let (found, out, err) = history("skew.edn", SKEW, &format!("--model list-append {by}"));
        assert_eq!(found, code, "{by}: {out}{err}");
    }
    let (_, out, _) = history("skew.edn", SKEW, "--model list-append");
    assert!(out.starts_with("serializability: broken by") && out.contains("T1") && out.contains("T2"), "{out}");
    // Each is found in the file.
    assert!(out.contains("  T2 (lines 2 and 4): read y as nothing, append 1 to x\n"), "{out}");
    let open =
        SKEW.replacen("{:process 0, :type :ok", "{:process 0, :type :info", 1).replace("[:r y []]", "[:r y [1]]");
    let (_, out, _) =
        history("open.edn", &open.replace("[:r x [1]] [:r y [1]]", "[:r x [1]] [:r y nil]"), "--model list-append");
    assert!(out.contains("  T1 (line 1, open): read x, untold, append 1 to y\n"), "{out}");
    // What aborted is not to be read.
    let aborted = "0\t:invoke\t:txn\t[[:w x 1]]\n0\t:fail\t:txn\t[[:w x 1]]\n\
                   1\t:invoke\t:txn\t[[:r x nil]]\n1\t:ok\t:txn\t[[:r x SEEN]]\n";
    for (seen, code) in [("1", 1), ("nil", 0)] {
        let text = aborted.replace("SEEN", seen);
        let (found, out, _) = history("aborted.log", &text, "--model rw-register --by read-committed");
        assert_eq!(found, code, "{seen}: {out}");
    }
    for (text, options, wrong) in [
        (SKEW, "--model list-append --by sequential", "sequentially consistent is not for transactions"),
        (LOG, "--model register --by serializable", "serializability is not for single operations"),
        (SKEW, "--model rw-register", "line 3: `append` is no step on registers"),
        ("0\t:invoke\t:txn\t[[:w x]]\n", "--model rw-register", "line 1: [\"w\",\"x\"] is no step"),
        ("0\t:invoke\t:txn\t7\n", "--model rw-register", "line 1: 7 is no list of steps"),
    ] {
        let (code, out, err) = history("wrong.log", &text.replace("SEEN", "2"), options);
        assert!(code == 2 && out.is_empty() && err.contains(wrong), "{options}: {err}");
    }
}

#[test]
fn a_line_that_cannot_be_is_named() {
    for (text, wrong) in [
        (
            "0\t:invoke\t:read\tnil\n0\t:invoke\t:read\tnil\n",
            "line 2: process 0 invokes `read`, but its operation of line 1",
        ),
        ("0\t:ok\t:read\tnil\n", "line 1: process 0 has no open operation"),
        ("0\t:invoke\t:read\tnil\n0\t:ok\t:write\t1\n", "line 2: process 0 invoked `read` in line 1, not `write`"),
        ("0\t:invoke\t:read\tnil\n0\t:info\t:read\tnil\n0\t:invoke\t:read\tnil\n", "line 3: process 0 goes on"),
        ("0\t:invoke\t:pop\tnil\n", "line 1: `pop` is no function of this model, which knows read"),
        ("0\t:invoke\t:cas\t[1]\n", "line 1: cas needs the old and the new value"),
        ("\n0\t:invoke\t:cas\t[1 2\n", "line 2: `[1 2` is not EDN"),
        ("0\t:invoke\n", "line 1: the event names no function"),
        ("{:type :invoke, :f :read}\n", "line 1: `process` is missing"),
        ("{:type :asks, :f :read, :process 1}\n", "line 1: `type` is `asks`"),
        ("0\t:invoke\t:write\t1 2\n", "line 1: `2` follows the value 1"),
        ("", "malformed.log: no line is an event of a client"),
        ("INFO jepsen.core - 0 starts\n", "malformed.log: no line is an event of a client"),
        ("[\n{:type :info, :process :nemesis, :f :kill}]\n", "malformed.log: no line is an event of a client"),
        ("[{:type :invoke,\n :f :read, :process 1}\n read]\n", "line 3: `read]` is no whole event"),
        (
            "\n[{:type :invoke, :f :read, :process 1\n",
            "line 2: `{:type :invoke, :f :read, :process 1` is no whole event",
        ),
        ("{:type :invoke, :f :read, :process 1}\n#{{:type :ok}}\n", "line 2: `#{{:type :ok}}` is no whole event"),
        (
            "{:type :invoke, :f :read, :process 1}\n\n{:type :ok, :f :read, :process 1, :value #{1 1}}",
            "line 3: `{:type",
        ),
        (&format!("\n0\t:invoke\t:write\t{}\n", "[".repeat(100_000)), "is nested too deeply: 128 levels can be read"),
        (&format!("{{:type :invoke :process 0 :f :write :value {}\n", "#{".repeat(100_000)), "line 1: `{:type :invoke"),
    ] {
        let (code, out, err) = history("malformed.log", text, "--model register");
        assert!(code == 2 && out.is_empty() && err.contains(wrong), "{text}: {err}");
    }
    let (code, _, err) = history("malformed.jsonl", "{\"process\": 1\n", "--model register");
    assert!(code == 2 && err.contains("malformed.jsonl: line 1: not a JSON object"), "{err}");
    let (code, _, err) = history("empty.jsonl", "\n", "--model register");
    assert!(code == 2 && err.contains("empty.jsonl: no line is an event of a client"), "{err}");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bytes.log");
    fs::write(&path, b"0\t:invoke\t:read\tnil\n0\t:ok\t:read\t\xff\n").expect("the folder can be written");
    let mut err = Vec::new();
    let args = ["history".into(), path.into_os_string(), "--model".into(), "register".into()];
    lightcone_cli::launch(args.into_iter(), &mut Vec::new(), &mut err);
    assert!(String::from_utf8(err).unwrap().contains("bytes.log: line 2: the text is not UTF-8"));
}

#[test]
fn what_cannot_be_judged_is_said() {
    let good = LOG.replace("SEEN", "2");
    for (options, wrong) in [
        ("", "--model: say register"),
        ("--model tree", "`tree` is not register"),
        ("--model register --by luck", "`luck` is no model of consistency"),
        ("--model register --format xml", "`xml` is neither jepsen nor jsonl"),
        (
            "--model register --steps 1",
            "undecided: more than 1 step for 3 answers on register, of which the first has an order, until line 4",
        ),
        ("--model register --by causal-memory", "`cas register 1 2` is neither a plain read nor a plain write"),
    ] {
        let (code, out, err) = history("refused.log", &good, options);
        assert!(code == 2 && out.is_empty() && err.contains(wrong), "{options}: {err}");
    }
    let mut err = Vec::new();
    let args = ["history", "nowhere.log", "--model", "kv"];
    lightcone_cli::launch(args.into_iter().map(Into::into), &mut Vec::new(), &mut err);
    assert!(String::from_utf8(err).unwrap().contains("nowhere.log"));
}

#[test]
fn the_terminal_says_of_a_drawn_history_what_the_page_says() {
    use lightcone_catalog::{
        Sketch, Stance,
        history::{judge, models},
        sketch::{EXAMPLES, Object},
    };
    let levels = [
        "strict-serializable",
        "session-serializable",
        "serializable",
        "session-snapshot-isolation",
        "snapshot-isolation",
        "read-committed",
    ];
    for (title, text) in EXAMPLES {
        let sketch = Sketch::parse(text).expect("examples can be read");
        let judgement = judge(&sketch).expect("examples can be judged");
        let object = match sketch.object {
            Object::Store => "kv",
            Object::Transactions if text.contains("write ") => "rw-register",
            Object::Transactions => "list-append",
            other => other.name(),
        };
        for (place, (model, opinion)) in models(sketch.object).iter().zip(&judgement.opinions).enumerate() {
            let isolation = sketch.object == Object::Transactions;
            let by = if isolation { levels[place].into() } else { model.name.replace(' ', "-") };
            let options = format!("--model {object} --by {by}");
            let (code, out, err) = history("drawn.jsonl", &judgement.lines, &options);
            let wanted = match opinion.stance {
                Stance::Holds => 0,
                Stance::Broken => 1,
                Stance::Untold | Stance::Unfit => 2,
            };
            assert_eq!(code, wanted, "{title}, {}: {out}{err}", model.name);
        }
    }
}

#[test]
fn what_takes_too_many_steps_may_be_refused_by_a_weaker_guarantee() {
    let line = |process: u32, kind: &str, f: &str, value: &str| {
        format!(
            "{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\", \"key\": \"x\", \"value\": {value}}}\n"
        )
    };
    let mut text = String::new();
    for place in 0..20 {
        for process in 0..6 {
            text += &line(process, "invoke", "put", &format!("{}", process * 100 + place));
        }
        for process in 0..6 {
            text += &line(process, "ok", "put", &format!("{}", process * 100 + place));
        }
        for process in 0..6 {
            text += &line(process, "invoke", "get", "null");
            text += &line(process, "ok", "get", &format!("{}", (process + 1) % 6 * 100 + place));
        }
    }
    // Two writes of one process are read in the wrong order.
    for seen in ["10", "5"] {
        text += &line(6, "invoke", "get", "null");
        text += &line(6, "ok", "get", seen);
    }
    let (code, out, err) = history("long.jsonl", &text, "--model kv --format jsonl --by sequential --steps 50000");
    assert_eq!(code, 1, "{err}");
    assert!(out.starts_with("not sequentially consistent\nnot even causal memory: "), "{out}");
}

#[test]
fn keys_are_refused_where_a_model_has_none() {
    let line = |process: u32, kind: &str, f: &str, rest: &str| {
        format!("{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\"{rest}}}\n")
    };
    for (model, f, value) in [("lock", "acquire", ""), ("queue", "dequeue", ""), ("set", "add", ", \"value\": 1")] {
        let asked = line(1, "invoke", f, &format!(", \"key\": \"a\"{value}"));
        let (code, out, err) = history("keys.jsonl", &asked, &format!("--model {model} --format jsonl"));
        assert!(code == 2 && err.contains("line 1: the key \"a\" means nothing: this model has no keys"), "{out}{err}");
        let plain = line(1, "invoke", f, &format!(", \"key\": null{value}"));
        let plain = plain + &line(1, "ok", f, if f == "dequeue" { ", \"value\": null" } else { value });
        let (code, out, err) = history("keys.jsonl", &plain, &format!("--model {model} --format jsonl"));
        assert_eq!(code, 0, "{model}: {out}{err}");
    }
    for (model, f) in [("lock", "acquire"), ("lock", "release"), ("queue", "dequeue"), ("set", "read"), ("set", "add")]
    {
        let text = log(&[(0, "invoke", f, "[1 nil]")]);
        let (code, out, err) = history("tuple.log", &text, &format!("--model {model}"));
        assert!(
            code == 2 && err.contains("line 1: [1,null] is no plain value, and this model has no keys"),
            "{out}{err}"
        );
    }
}

#[test]
fn an_answer_to_something_else_is_refused() {
    for (model, f, asked, told) in [
        ("kv", "read", "[x nil]", "[y 1]"),
        ("kv", "read", "[x nil]", "1"),
        ("kv", "write", "[x 1]", "[x 2]"),
        ("kv", "append", "[x 1]", "[y 1]"),
        ("kv", "cas", "[x [1 2]]", "[x [1 3]]"),
        ("register", "cas", "[1 2]", "[2 1]"),
        ("queue", "enqueue", "1", "2"),
        ("set", "add", "1", "2"),
        ("list-append", "txn", "[[:append x 1]]", "[[:append y 5]]"),
        ("list-append", "txn", "[[:append x 1]]", "[[:append x 1] [:r x [1]]]"),
        ("rw-register", "txn", "[[:w x 1]]", "[[:w x 2]]"),
        ("rw-register", "txn", "[[:r x nil]]", "[[:r y 2]]"),
    ] {
        let text = log(&[(0, "invoke", f, asked), (0, "ok", f, told)]);
        let (code, out, err) = history("other.log", &text, &format!("--model {model}"));
        assert!(code == 2 && out.is_empty(), "{f} {told}: {out}");
        assert!(
            err.contains("line 2: ") && err.contains(" answers other than was asked in line 1"),
            "{f} {told}: {err}"
        );
    }
    let keyed = |kind: &str, rest: &str| format!("{{\"process\": 1, \"type\": \"{kind}\", \"f\": \"get\"{rest}}}\n");
    for (rest, code) in [("", 0), (", \"key\": \"x\"", 0), (", \"key\": \"y\"", 2)] {
        let text = keyed("invoke", ", \"key\": \"x\"") + &keyed("ok", &format!(", \"value\": null{rest}"));
        assert_eq!(history("other-key.jsonl", &text, "--model kv --format jsonl").0, code, "{rest}");
    }
    // An answer may leave out what was asked, but not what was read.
    for (model, f, asked) in [("kv", "write", "[x 1]"), ("queue", "enqueue", "1")] {
        let text =
            log(&[(0, "invoke", f, asked), (0, "ok", f, "nil"), (1, "invoke", f, asked)]) + "1\t:ok\t:" + f + "\n";
        let (code, out, err) = history("left-out.log", &text, &format!("--model {model}"));
        assert_eq!(code, 0, "{f}: {out}{err}");
    }
}

#[test]
fn a_comparison_may_be_answered_that_it_failed() {
    for (asked, told) in [("[2 3]", "false"), ("[2 3]", ":differs"), ("[register [2 3]]", "[register false]")] {
        for (value, code) in [("1", 0), ("2", 1)] {
            let text = log(&[
                (0, "invoke", "write", value),
                (0, "ok", "write", value),
                (0, "invoke", "cas", asked),
                (0, "ok", "cas", told),
            ]);
            let (found, out, err) = history("differs.log", &text, "--model register");
            assert_eq!(found, code, "{asked} {told}: {out}{err}");
        }
    }
}

#[test]
fn a_read_of_the_wrong_shape_is_refused() {
    for (model, write, seen, wrong) in [
        ("list-append", ":append", "7", "line 4: 7 is no list"),
        ("rw-register", ":w", "[9 9]", "line 4: [9,9] is no value of a register"),
    ] {
        let write = format!("[[{write} x 1]]");
        let read = format!("[[:r x {seen}]]");
        let text = log(&[
            (0, "invoke", "txn", &write),
            (0, "ok", "txn", &write),
            (1, "invoke", "txn", "[[:r x nil]]"),
            (1, "ok", "txn", &read),
        ]);
        let (code, out, err) = history("shape.log", &text, &format!("--model {model}"));
        assert!(code == 2 && out.is_empty() && err.contains(wrong), "{out}{err}");
    }
}

#[test]
fn monotonic_writes_keep_the_order_of_a_client() {
    let text = |seen: u32| {
        let steps =
            [(1, "put", "x", 1), (1, "put", "x", 2), (1, "put", "y", 3), (2, "get", "y", 3), (2, "get", "x", seen)];
        let line = |(client, f, key, value): (u32, &str, &str, u32)| {
            let event = |kind: &str| {
                format!(
                    "{{\"process\": {client}, \"type\": \"{kind}\", \"f\": \"{f}\", \"key\": \"{key}\", \"value\": {value}}}\n"
                )
            };
            event("invoke") + &event("ok")
        };
        steps.into_iter().map(line).collect::<String>()
    };
    for (seen, exit) in [(1, 1), (2, 0)] {
        let options = "--model kv --format jsonl --by monotonic-writes";
        let (code, out, err) = history(&format!("writes-{seen}.jsonl"), &text(seen), options);
        assert_eq!(code, exit, "who sees the third write sees the second, and not the first in its place: {out}{err}");
    }
}
