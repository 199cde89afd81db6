//! `bulletin summarise` with scripted answers: formats, languages, ways out, exit codes.

use crate::scripted::{Desk, SCRIPT, repository};

#[test]
fn three_briefs_of_an_english_article() {
    let ran = Desk::new().run(&["summarise", "article.txt", "--to", "tr,ru"]);
    insta::assert_snapshot!(ran.shown(), @r"
    exit 0
    --- stdout
    English
    Ellerby closes swing bridge to lorries
    The harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries from 1 March after engineers found cracks in two of its nine girders. Cars and buses may still cross at walking pace, council leader Mara Whitlock said, and repairs will take about seven months.

    Türkçe
    Ellerby köprüyü kamyonlara kapatıyor
    Ellerby liman meclisi, mühendislerin dokuz kirişin ikisinde çatlak bulmasının ardından eski köprüyü 1 Mart'tan itibaren kamyonlara kapatma kararı aldı. Meclis başkanı Mara Whitlock, otomobil ve otobüslerin hâlâ yavaşça geçebileceğini ve onarımın yaklaşık yedi ay süreceğini söyledi.

    Русский
    Эллерби закрывает мост для грузовиков
    Портовый совет Эллерби решил закрыть старый мост для грузовиков с 1 марта после того, как инженеры нашли трещины в двух из девяти балок. Легковые машины и автобусы смогут проезжать с малой скоростью, сказала глава совета Мара Уитлок, ремонт займёт около семи месяцев.
    --- stderr
    ");
}

#[test]
fn a_turkish_article_is_asked_about_in_turkish() {
    let ran = Desk::new().run(&["summarize", "makale.txt", "--style", "bullets"]);
    insta::assert_snapshot!(ran.shown(), @r"
    exit 0
    --- stdout
    Türkçe
    Yeşilköy'de yeni okul açılıyor
    - Yeşilköy Belediyesi, 24 derslikli ve 600 öğrencilik yeni okulun 12 Eylül'de açılacağını çarşamba günü duyurdu.
    - Belediye Başkanı Selin Aktaş, öğrencilerin okula ücretsiz otobüsle taşınacağını söyledi.
    --- stderr
    ");
}

#[test]
fn the_json_has_the_schema() {
    let desk = Desk::new();
    let ran = desk.run(&["summarise", "article.txt", "--to", "en,tr", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let document = ran.json();
    assert_eq!(document["schema"], "bulletin/1");
    assert_eq!(document["article"]["language"], "en");
    assert_eq!(document["article"]["source"], "article.txt");
    assert_eq!(document["article"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(document["article"]["paragraphs"].as_array().unwrap().len(), 2);
    let briefs = document["briefs"].as_array().unwrap();
    let languages: Vec<&str> = briefs.iter().map(|one| one["language"].as_str().unwrap()).collect();
    assert_eq!(languages, ["en", "tr"]);
    let origin = &briefs[0]["origin"];
    assert_eq!(origin["model"], "scripted");
    assert_eq!(origin["prompt_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(origin["settings"]["style"], "wire");
    assert_eq!(origin["settings"]["repetition_penalty"], 1.1);
    assert_eq!(briefs[1]["origin"]["route"], serde_json::json!(["en", "tr"]));
    assert_eq!(briefs[1]["sentences"][1]["source"], briefs[0]["sentences"][1]["text"]);
    assert_eq!(document["tool"]["name"], "bulletin");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let desk = Desk::new();
    let arguments = ["summarise", "article.txt", "--to", "tr,ru", "--format", "json"];
    assert_eq!(desk.run(&arguments).stdout, desk.run(&arguments).stdout);
}

#[test]
fn standard_input_and_out_files() {
    let desk = Desk::new();
    let mut command = desk.scripted(&["summarise", "-", "--format", "markdown", "--out", "o.md"]);
    command.write_stdin(crate::scripted::ENGLISH).assert().success().stdout("");
    let markdown = desk.read("o.md");
    assert!(markdown.starts_with("## Ellerby closes swing bridge to lorries\n\n*English · "));
    assert!(markdown.ends_with("\n---\n\nSource: standard input\n"));
    assert_eq!(desk.written(), ["o.md"]);
}

#[test]
fn an_unreadable_answer_gives_sentences_of_the_article_and_says_so() {
    let desk = Desk::with_script(r#"{"answers": ["<think>I wonder"]}"#);
    let ran = desk.run(&["summarise", "article.txt", "--format", "json"]);
    assert_eq!(ran.code, 0);
    let document = ran.json();
    assert_eq!(document["briefs"][0]["origin"]["path"], "extractive");
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("the model's answer holds no brief"), "{message}");
}

#[test]
fn no_brief_is_an_honest_answer() {
    let desk = Desk::with_script(r#"{"answers": ["<think>I wonder"]}"#);
    // No sentence of this article is whole, so none can stand in a brief.
    let fragments = "Results of the regional chess league\n\n\
        round seven, first board, Keller against Aydin, drawn after a long endgame\n\n\
        second board, Whitlock beat Orlova with the black pieces in thirty moves\n\n\
        third board, postponed because a snowstorm held up the train from the north\n";
    desk.put("table.txt", fragments);
    let ran = desk.run(&["summarise", "table.txt", "--from", "en"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("error (no-brief)"), "{}", ran.stderr);
}

#[test]
fn an_answer_in_another_language_is_repaired() {
    let turkish = "Köprü kapanıyor\\nKaradere Belediye Meclisi eski köprünün kamyonlara \
        kapatılmasına karar verdi ve onarımın yedi ay süreceğini söyledi.";
    let script = SCRIPT.replacen(
        r#"{"contains": ["Summarize the news article""#,
        &format!(
            r#"{{"contains": ["Summarize the news article"], "answers": ["{turkish}"]}},
            {{"contains": ["<article ""#
        ),
        1,
    );
    let ran = Desk::with_script(&script).run(&["summarise", "article.txt", "--format", "json"]);
    let document = ran.json();
    assert_eq!(document["briefs"][0]["origin"]["path"], "repaired");
    assert_eq!(document["briefs"][0]["headline"], "Ellerby closes swing bridge to lorries");
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("in Turkish where English was asked for"), "{message}");
    assert_eq!(ran.code, 0);
}

#[test]
fn what_never_reaches_the_user() {
    let answer = "<think>A bridge.</think>Bridge closes<|im_end|>\\nThe harbour council voted to \
        close the bridge to lorries from 1 March after engineers found cracks. The harbour council \
        voted to close the bridge to lorries from 1 March after engineers found cracks. Repairs \
        will cost 3";
    let script = format!(r#"{{"answers": [{{"text": "{answer}", "stop": "token_limit"}}]}}"#)
        .replace("<|im_end|>", "");
    let ran = Desk::with_script(&script).run(&["summarise", "article.txt", "-v"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.stdout.matches("harbour council").count(), 1);
    for residue in ["think", "A bridge", "cost 3"] {
        assert!(!ran.stdout.contains(residue), "{residue}: {}", ran.stdout);
    }
    for check in ["truncated", "repetition"] {
        assert!(ran.stderr.contains(&format!("warning ({check}, en)")), "{}", ran.stderr);
    }
}

#[test]
fn strict_refuses_warnings() {
    let script =
        r#"{"answers": ["Bridge closes\nThe harbour council of Ellerby voted to close it."]}"#;
    let desk = Desk::with_script(script);
    let lenient = desk.run(&["summarise", "article.txt", "--length", "short"]);
    assert_eq!(lenient.code, 0);
    assert!(lenient.stderr.contains("warning (length, en)"), "{}", lenient.stderr);
    let strict = desk.run(&["summarise", "article.txt", "--length", "short", "--strict"]);
    assert_eq!(strict.code, 0);
    assert!(strict.stdout.starts_with("English (sentences of the article)"), "{}", strict.stdout);
}

#[test]
fn prompts_of_the_user_replace_ours_and_are_recorded() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("mine")).unwrap();
    let hash = |arguments: &[&str]| {
        let document = desk.run(arguments).json();
        document["briefs"][0]["origin"]["prompt_sha256"].as_str().unwrap().to_string()
    };
    let builtin = hash(&["summarise", "article.txt", "--format", "json"]);
    desk.put("mine/summarise-small.en.md", "user:\nShorten: <article x> {{article}}\n");
    let own = ["summarise", "article.txt", "--format", "json", "--prompts", "mine"];
    assert_ne!(hash(&own), builtin);
    desk.put("mine/summarise-small.en.md", "user:\nShorten: {{artikel}}\n");
    let ran = desk.run(&own);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("{{artikel}}") && ran.stderr.contains("summarise-small.en.md"));
}

#[test]
fn a_long_article_is_read_whole_in_parts() {
    let script = SCRIPT.replacen(r#""name": "scripted""#, r#""context_tokens": 450"#, 1);
    let notes = r#"{"contains": ["<notes "], "answers": ["Ellerby closes swing bridge\nThe harbour council of Ellerby voted to close the swing bridge to lorries from 1 March. Repairs will take seven months, and the ferry will run twice an hour, council leader Mara Whitlock said on Tuesday evening."]},
    {"contains": ["Summarize the news article"], "answers": ["Part\nThe harbour council of Ellerby voted to close the swing bridge to lorries from 1 March. Repairs will take seven months."]},"#;
    let script = script.replacen(r#""rules": ["#, &format!(r#""rules": [{notes}"#), 1);
    let desk = Desk::with_script(&script);
    let mut long = crate::scripted::ENGLISH.to_string();
    for number in 1..40 {
        long.push_str(&format!(
            "\nResident {number} told the meeting that house {number} on the quay shook when \
             lorry {number} crossed, and that the council had been told so {number} times.\n"
        ));
    }
    desk.put("long.txt", long);
    let ran = desk.run(&["summarise", "long.txt", "--format", "json"]);
    let document = ran.json();
    assert_eq!(document["briefs"][0]["headline"], "Ellerby closes swing bridge", "{ran:?}");
    let finding = &document["findings"][0];
    assert_eq!(finding["check"], "long-article");
    assert!(finding["message"].as_str().unwrap().contains("parts, which were merged"));
}

/// Whether a process has a handler for SIGINT, which is signal 2 and the second bit of the mask.
#[cfg(target_os = "linux")]
fn listens_for_interruption(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

#[cfg(target_os = "linux")]
#[test]
fn interruption_leaves_nothing_behind() {
    let desk = Desk::with_script(r#"{"answers": [{"text": "too late", "until": "never"}]}"#);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("bulletin"))
        .args(["summarise", "article.txt", "--out", "brief.txt", "--profile", "drafts"])
        .args(["--scripted-engine", "script.json"])
        .current_dir(desk.folder.path())
        .env("HOME", desk.folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    crate::batch::wait_for("the program to listen", || listens_for_interruption(child.id()));
    let signalled =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signalled.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(desk.written(), Vec::<String>::new());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("bulletin"))
        .args(["summarise", "article.txt", "--scripted-engine", "script.json"])
        .current_dir(desk.folder.path())
        .env("HOME", desk.folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn explain_shows_what_each_sentence_rests_on() {
    let ran = Desk::new().run(&["summarise", "article.txt", "--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (brief, grounds) = ran.stdout.split_once("What each sentence rests on").unwrap();
    assert!(brief.contains("Ellerby closes swing bridge to lorries"), "{brief}");
    assert!(
        grounds.contains("1. The harbour council") && grounds.contains("paragraph 1:"),
        "{grounds}"
    );
}

#[test]
fn the_extractive_engine_quotes_the_article_and_needs_no_model() {
    let desk = Desk::new();
    let arguments = ["summarise", "article.txt", "--engine", "extractive", "--format", "json"];
    let ran = desk.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    let brief = &document["briefs"][0];
    assert_eq!(brief["origin"]["model"], "extractive");
    for sentence in brief["sentences"].as_array().unwrap() {
        let place = &sentence["evidence"][0];
        let index = |name: &str| place[name].as_u64().unwrap() as usize;
        let paragraph = document["article"]["paragraphs"][index("paragraph")].as_str().unwrap();
        let quoted: String =
            paragraph.chars().skip(index("start")).take(index("end") - index("start")).collect();
        assert_eq!(sentence["text"], quoted);
    }
}

/// The registry with the article's own sentences for English in `starter`.
fn extractive_registry(desk: &Desk) -> String {
    let text = std::fs::read_to_string(repository().join("models.toml")).unwrap();
    let profile = "[profiles.quoting]\nsummary = \"s\"\nhardware = \"h\"\n\
        summarise = { en = \"extractive\" }\ntranslate = { en-tr = \"gemma3-270m\" }\n";
    desk.put("models.toml", format!("{text}\n{profile}")).display().to_string()
}

#[test]
fn a_profile_may_say_that_briefs_are_sentences_of_the_article() {
    let desk = Desk::new();
    let registry = extractive_registry(&desk);
    fn with<'a>(registry: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--models", registry, "--profile", "quoting"]].concat()
    }
    let ran = desk.run(&with(&registry, &["summarise", "article.txt", "--format", "json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    assert_eq!(document["briefs"][0]["origin"]["model"], "extractive");
    let own = desk.run(&["summarise", "article.txt", "--engine", "extractive", "--format", "json"]);
    assert_eq!(document["briefs"], own.json()["briefs"]);
    let text = desk.run(&with(&registry, &["summarise", "article.txt"]));
    assert!(text.stdout.starts_with("English (sentences of the article)\n"), "{}", text.stdout);
    let why =
        "note (path, en): these are sentences of the article: the profile 'quoting' has no model";
    assert!(text.stderr.contains(why), "{}", text.stderr);
    // The other languages are made from it as from any brief.
    let both =
        desk.run(&with(&registry, &["summarise", "article.txt", "--to", "tr", "--format", "json"]));
    let briefs = both.json()["briefs"].clone();
    assert_eq!(briefs[1]["sentences"][0]["source"], briefs[0]["sentences"][0]["text"]);

    // A batch makes the same briefs, and once.
    std::fs::create_dir(desk.path("in")).unwrap();
    desk.put("in/article.txt", crate::scripted::ENGLISH);
    let batch = with(&registry, &["batch", "in", "--out", "out", "-q"]);
    for _ in 0..2 {
        let ran = desk.run(&batch);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let journal = desk.read("out/journal.jsonl");
    assert_eq!(journal.matches("\"step\":\"summarise\"").count(), 1, "{journal}");
    let made = std::fs::read_dir(desk.path("out")).unwrap().flatten();
    let made = made.map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("article-"))
    });
    let made: serde_json::Value =
        serde_json::from_slice(&std::fs::read(made.unwrap()).unwrap()).unwrap();
    assert_eq!(made["briefs"][0]["sentences"], document["briefs"][0]["sentences"]);
}

#[test]
fn a_trace_says_what_took_how_long() {
    let desk = Desk::new();
    let ran = desk.run(&["summarise", "article.txt", "--to", "tr,ru", "--trace", "trace.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let events: serde_json::Value = serde_json::from_str(&desk.read("trace.json")).unwrap();
    let begun = |name: &str| {
        let events = events.as_array().unwrap().iter();
        events.filter(|event| event["name"] == name && event["ph"] == "B").count()
    };
    for name in ["ask for briefs", "check briefs", "ask for translations", "check translations"] {
        assert!(begun(name) > 0, "no '{name}' in {events}");
    }
    let refused = desk.run(&["summarise", "article.txt", "--trace", "no/such/folder/trace.json"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("cannot write the trace"), "{}", refused.stderr);
}
