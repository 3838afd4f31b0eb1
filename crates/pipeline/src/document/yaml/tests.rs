use serde_json::json;

use super::*;

fn json(text: &str) -> serde_json::Value {
    parse("cluster.yaml", text.as_bytes()).unwrap().map_or(serde_json::Value::Null, |node| node.to_json())
}

fn refused(text: &str) -> Vec<String> {
    parse("cluster.yaml", text.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_document_becomes_a_tree_that_knows_its_places() {
    let node = parse("cluster.yaml", b"Name: nightly\nTags:\n- {Key: a, Value: b}\n").unwrap().unwrap();
    let places: Vec<String> =
        node.provenance().iter().map(|(path, origin)| format!("{path} {origin}")).collect();
    assert_eq!(
        places,
        ["Name cluster.yaml:1:7", "Tags[0].Key cluster.yaml:3:9", "Tags[0].Value cluster.yaml:3:19"]
    );
}

#[test]
fn anchors_aliases_and_merge_keys_are_understood() {
    let text = "base: &base {a: 1, b: 2}\nother: &other {b: 9, c: 3}\nboth:\n  <<: [*base, *other]\n  a: 0\nsame: *base\n";
    let value = json(text);
    assert_eq!(value["both"], json!({"a": 0, "b": 2, "c": 3}));
    assert_eq!(value["same"], json!({"a": 1, "b": 2}));
}

#[test]
fn an_empty_document_is_no_document() {
    for text in ["", "\n\n", "# nothing\n", "---\n", "~", "\u{feff}"] {
        assert!(parse("cluster.yaml", text.as_bytes()).unwrap().is_none(), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_is_tolerated_and_moves_no_column() {
    let node = parse("cluster.yaml", "\u{feff}Name: x\n".as_bytes()).unwrap().unwrap();
    assert_eq!(node.get("Name").unwrap().origin.to_string(), "cluster.yaml:1:7");
}

#[test]
fn block_scalars_and_quoted_scalars_are_text() {
    assert_eq!(
        json("a: '10'\nb: \"yes\"\nc: |\n  12\n  13\nd: !!str 5\ne: 5\n"),
        json!({"a": "10", "b": "yes", "c": "12\n13\n", "d": "5", "e": 5})
    );
}

#[test]
fn every_duplicate_key_is_told_at_the_second_with_the_place_of_the_first() {
    let problems = refused("Name: a\nTags:\n- Key: x\n  Key: y\nName: b\n");
    assert_eq!(
        problems,
        [
            "cluster.yaml:4:3  the key Key stands here a second time; the first is in line 3; remove one of them   [config.duplicate_key]",
            "cluster.yaml:5:1  the key Name stands here a second time; the first is in line 1; remove one of them   [config.duplicate_key]",
        ]
    );
}

#[test]
fn an_alias_bomb_is_refused_before_it_goes_off() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let problems = refused(&text);
    assert!(problems[0].starts_with("cluster.yaml:5:"), "{problems:?}");
    assert!(problems[0].contains("[config.alias_bomb]"), "{problems:?}");
}

#[test]
fn nesting_has_a_limit_with_and_without_aliases() {
    assert!(refused(&"[".repeat(5000))[0].contains("[config.too_deep]"));
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..100 {
        text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    assert!(refused(&text)[0].contains("[config.too_deep]"));
}

#[test]
fn an_alias_cannot_repeat_itself_or_what_does_not_exist() {
    assert!(refused("a: &a [*a]\n")[0].contains("[config.alias]"));
    assert!(refused("a: *b\n")[0].contains("cluster.yaml:1:4  this alias repeats"));
}

#[test]
fn a_byte_that_is_not_utf8_is_told_with_its_line() {
    let problems = parse("steps.yaml", b"Steps:\n- Name: caf\xe9\n").unwrap_err();
    let expected = "steps.yaml:2:12  the byte 0xE9 is not UTF-8; save the file as UTF-8   [config.encoding]";
    assert_eq!(problems.to_string(), expected);
}

#[test]
fn a_tab_in_the_indentation_is_told_as_such() {
    for (text, place) in [
        ("Name: x\nInstances:\n\tEc2KeyName: y\n", "cluster.yaml:3:1 "),
        ("Steps:\n- Name: x\n\tActionOnFailure: y\n", "cluster.yaml:3:1 "),
    ] {
        let problems = refused(text);
        assert!(problems[0].starts_with(place), "{problems:?}");
        assert!(problems[0].contains("replace the tab by spaces   [config.tab]"), "{problems:?}");
    }
}

#[test]
fn what_a_file_cannot_be_is_refused_with_its_place() {
    for (text, place, code) in [
        ("a: 1\n---\nb: 2\n", "cluster.yaml:2:1", "config.many_documents"),
        ("a: !Ref b\n", "cluster.yaml:1:", "config.tag"),
        ("[a, b]: c\n", "cluster.yaml:1:1", "config.key"),
        ("Args:\n- {{date}}\n", "cluster.yaml:2:4", "quote a text that begins with {{"),
        ("<<: 5\n", "cluster.yaml:1:5", "config.merge"),
        ("a: [1, 2\n", "cluster.yaml:", "config.syntax"),
        ("a: 'x\n", "cluster.yaml:", "config.syntax"),
        ("a: b: c\n", "cluster.yaml:1:", "config.syntax"),
    ] {
        let problems = refused(text);
        assert!(problems[0].starts_with(place) && problems[0].contains(code), "{text:?} {problems:?}");
    }
}

#[test]
fn a_file_of_unreasonable_size_is_refused_unread() {
    let problems = parse("cluster.yaml", &vec![b' '; MAX_BYTES + 1]).unwrap_err();
    assert!(problems.to_string().contains("[config.too_large]"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_but_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _ = parse("cluster.yaml", &bytes);
    }

    #[test]
    fn any_text_made_of_yaml_marks_is_read_or_refused(text in "[ \\t\\n:\\-{}\\[\\]&*<!|>'\"#a0~,?%@]{0,200}") {
        if let Ok(Some(node)) = parse("cluster.yaml", text.as_bytes()) {
            node.to_json();
        }
    }
}
