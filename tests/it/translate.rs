//! `bulletin translate` with scripted answers: text, briefs, plans, findings.

use crate::scripted::Desk;

const TEXT: &str = "# The bridge closed on Monday.\n\n- It rained all day. The bridge closed on \
    Monday.\n\n42 %\n";

#[test]
fn a_text_keeps_its_shape() {
    let desk = Desk::new();
    desk.put("text.txt", TEXT);
    let ran = desk.run(&["translate", "text.txt", "--to", "tr"]);
    insta::assert_snapshot!(ran.shown(), @r"
    exit 0
    --- stdout
    # Köprü pazartesi günü kapandı.

    - Bütün gün yağmur yağdı. Köprü pazartesi günü kapandı.

    42 %
    --- stderr
    ");
}

#[test]
fn lines_come_out_one_for_one() {
    let desk = Desk::new();
    desk.put("lines.txt", "The bridge closed on Monday.\n\nIt rained all day.\n");
    let ran = desk.run(&["translate", "lines.txt", "--to", "tr", "--lines", "--from", "en"]);
    assert_eq!(ran.stdout, "Köprü pazartesi günü kapandı.\n\nBütün gün yağmur yağdı.\n");
}

#[test]
fn tables_of_figures_need_no_model_and_keep_their_shape() {
    let desk = Desk::with_script(
        r#"{"rules": [{"contains": ["Gram altın"], "answers": [" Gram gold"]}, {"answers": [{"error": "must not be asked"}]}]}"#,
    );
    let rows = "18,15\t18,15 USD\t€18,15\nGram altın\t2.401,50 TL\t-%0,4\n\
        | 12,5 km | 7 |  |\n|---|---|---|\n1\n2\n";
    desk.put("table.txt", rows);
    let expected = "18.15\t18.15 USD\t€18.15\nGram gold\t2,401.50 TL\t-0.4%\n\
        | 12.5 km | 7 |  |\n|---|---|---|\n1\n2\n";
    for cut in [&["--lines"][..], &[]] {
        let asked = ["translate", "table.txt", "--from", "tr", "--to", "en"];
        let ran = desk.run(&[&asked, cut].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{ran:?}");
    }
}

#[test]
fn a_text_as_json_has_sources_and_places() {
    let desk = Desk::new();
    desk.put("text.txt", TEXT);
    let document = desk.run(&["translate", "text.txt", "--to", "tr", "--format", "json"]).json();
    assert_eq!(document["schema"], "bulletin/1");
    assert_eq!(document["article"]["language"], "en");
    let brief = &document["briefs"][0];
    assert_eq!((&brief["language"], &brief["headline"]), (&"tr".into(), &"".into()));
    let second = &brief["sentences"][2];
    assert_eq!(second["source"], "The bridge closed on Monday.");
    assert_eq!(second["logprob"], -0.25);
    let evidence = &second["evidence"][0];
    assert_eq!(*evidence, serde_json::json!({"paragraph": 1, "start": 19, "end": 47}));
    let paragraph = document["article"]["paragraphs"][1].as_str().unwrap();
    assert_eq!(&paragraph[19..47], "The bridge closed on Monday.");
    assert_eq!(brief["origin"]["route"], serde_json::json!(["en", "tr"]));
}

#[test]
fn a_brief_in_our_json_is_translated_and_kept() {
    let desk = Desk::new();
    desk.run(&["summarise", "article.txt", "--format", "json", "--out", "brief.json"]);
    let ran = desk.run(&["translate", "brief.json", "--to", "ru"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("Русский\nЭллерби закрывает мост для грузовиков\nПортовый"));
    let document = desk.run(&["translate", "brief.json", "--to", "ru", "--format", "json"]).json();
    let languages: Vec<&str> = document["briefs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|brief| brief["language"].as_str().unwrap())
        .collect();
    assert_eq!(languages, ["en", "ru"]);
    assert_eq!(
        document["briefs"][1]["sentences"][0]["source"],
        document["briefs"][0]["sentences"][0]["text"]
    );
}

#[test]
fn explain_prints_the_plan_and_needs_no_model() {
    let desk = Desk::new();
    let arguments = ["translate", "article.txt", "--to", "tr", "--explain"];
    let ran = crate::scripted::Ran::from(desk.program().args(arguments).output().unwrap());
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (
            0,
            "en → tr (gemma3-270m-news)\ngemma3-270m-news: revision 1.0.0, licence Gemma Terms of Use; adapter CC BY-SA 4.0\n"
        )
    );
}

#[test]
fn a_pivot_is_planned_where_there_is_no_direct_model() {
    let desk = Desk::new();
    let entry = |name: &str, direction: &str| {
        format!(
            "[models.{name}]\narchitecture = \"llama\"\nsource.folder = {{ path = \"m\" }}\n\
             files = [{{ name = \"m.gguf\" }}]\nlanguages = [\"en\", \"tr\", \"ru\"]\n\
             translates = [\"{direction}\"]\n\
             licence = {{ name = \"MIT\", url = \"https://example.org\" }}\n"
        )
    };
    let registry = format!(
        "{}{}[profiles.starter]\nsummary = \"s\"\nhardware = \"h\"\n\
         summarise = {{ en = \"one\" }}\ntranslate = {{ tr-en = \"one\", en-ru = \"two\" }}\n",
        entry("one", "tr-en"),
        entry("two", "en-ru")
    );
    desk.put("mine.toml", registry);
    let base = ["translate", "makale.txt", "--explain", "--models", "mine.toml", "--to"];
    let pivot = desk.run(&[&base[..], &["ru"]].concat());
    assert_eq!(
        pivot.stdout,
        "tr → en (one), en → ru (two)\none: revision local, licence MIT\n\
         two: revision local, licence MIT\n"
    );
    let none =
        desk.run(&["translate", "article.txt", "--explain", "--models", "mine.toml", "--to", "tr"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no model that translates English into Turkish"));
}

#[test]
fn the_same_language_is_left_alone_with_a_note() {
    let desk = Desk::new();
    let ran = desk.run(&["translate", "makale.txt", "--to", "tr"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, crate::scripted::TURKISH));
    assert_eq!(
        ran.stderr,
        "note (translation, tr): the text is in Turkish already and was left as it is\n"
    );
}

#[test]
fn foreign_sentences_of_a_text_in_the_target_language_are_translated() {
    let desk = Desk::with_script(
        r#"{"contains": ["The council of the town met again in the evening.\nTurkish:"], "answers": [" Kasabanın meclisi akşam yeniden toplandı."]}"#,
    );
    let turkish = "Belediye başkanı salı günü köprünün kapalı kalacağını söyledi ve ayrıldı.\r\n";
    let english = "- The council of the town met again in the evening.\r\n";
    // Line ends, blank lines and bullets stay; the byte order mark does not.
    desk.put("mixed.txt", format!("\u{feff}{turkish}\r\n{english}{turkish}{turkish}"));
    let ran = desk.run(&["translate", "mixed.txt", "--to", "tr"]);
    let middle = "- Kasabanın meclisi akşam yeniden toplandı.\r\n";
    let expected = format!("{turkish}\r\n{middle}{turkish}{turkish}");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected.as_str()), "{ran:?}");
    assert_eq!(
        ran.stderr,
        "note (translation, tr): the text is in Turkish already; only its sentences in other \
         languages are translated: 1 in English\n"
    );
    let json = desk.run(&["translate", "mixed.txt", "--to", "tr", "--format", "json"]).json();
    let sentences = json["briefs"][0]["sentences"].as_array().unwrap();
    assert_eq!(sentences.len(), 4);
    assert_eq!(sentences[1]["source"], "The council of the town met again in the evening.");
    assert_eq!(json["briefs"][0]["origin"]["route"], serde_json::json!(["en", "tr"]));
}

#[test]
fn a_bad_sentence_has_a_finding_beside_its_source() {
    let desk = Desk::with_script(
        r#"{"contains": ["English: The bridge closed"], "answers": ["The bridge closed on Monday."]}"#,
    );
    desk.put("text.txt", "The bridge closed on Monday.\n");
    let ran = desk.run(&["translate", "text.txt", "--to", "tr"]);
    insta::assert_snapshot!(ran.shown(), @r"
    exit 1
    --- stdout
    The bridge closed on Monday.
    --- stderr
    error (translation, tr): the source was copied, not translated; the source says: The bridge closed on Monday.
    warning (adequacy, tr): the translation may not say all that its source says; the source says: The bridge closed on Monday.
    ");
}

#[test]
fn json_that_is_not_ours_is_refused() {
    let desk = Desk::new();
    desk.put("other.json", r#"{"title": "x"}"#);
    desk.put("newer.json", r#"{"schema": "bulletin/2"}"#);
    for (name, expected) in [("other.json", "no \"schema\""), ("newer.json", "'bulletin/2'")] {
        let ran = desk.run(&["translate", name, "--to", "tr"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(expected) && ran.stderr.contains(name), "{}", ran.stderr);
    }
}

#[test]
fn text_in_another_encoding_is_read_as_articles_are() {
    let desk = Desk::new();
    let text = "Мост закрыли в понедельник.\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    desk.put("1251.txt", &*bytes);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.put("utf16.txt", [b"\xff\xfe".as_slice(), &utf16].concat());
    desk.put("utf8.txt", text);
    let expected = desk.run(&["translate", "utf8.txt", "--to", "en"]);
    for name in ["1251.txt", "utf16.txt"] {
        let ran = desk.run(&["translate", name, "--to", "en"]);
        assert!(!ran.stderr.contains("not UTF-8 ("), "{name}: {ran:?}");
        assert_eq!((ran.code, &ran.stdout), (expected.code, &expected.stdout), "{name}: {ran:?}");
    }
    assert!(desk.run(&["translate", "1251.txt", "--to", "en"]).stderr.contains("windows-1251"));
}
