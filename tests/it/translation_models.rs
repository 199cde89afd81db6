//! `bulletin translate` and `evaluate translation` with small real models of `tests/fixtures`, from
//! the registry to the text: direct and through English; glossaries; many lines.

use crate::scripted::Desk;
use crate::support::fixture;

/// A registry whose models are the small Marian fixture, and a profile with these directions.
fn registry(desk: &Desk, directions: &[&str]) {
    let files = [
        "model.safetensors",
        "config.json",
        "generation_config.json",
        "source.spm",
        "target.spm",
        "vocab.json",
    ];
    let files: Vec<String> = files.iter().map(|name| format!("{{ name = \"{name}\" }}")).collect();
    let folder = fixture("seq2seq/marian-base");
    let mut text = String::new();
    let mut translate = Vec::new();
    for direction in directions {
        let to = &direction[3..];
        let prefix = match to {
            "ru" => "target_prefix = { ru = \">>rus<< \" }\n",
            _ => "",
        };
        text.push_str(&format!(
            "[models.m-{direction}]\narchitecture = \"marian\"\nlanguages = [\"{to}\"]\n\
             translates = [\"{direction}\"]\ndefaults = {{ max_new_tokens = 24 }}\n\
             {prefix}source.folder = {{ path = '{}' }}\n\
             files = [{}]\nlicence = {{ name = \"MIT\", url = \"https://example.org\" }}\n",
            folder.display(),
            files.join(", ")
        ));
        translate.push(format!("{direction} = \"m-{direction}\""));
    }
    text.push_str(&format!(
        "[profiles.starter]\nsummary = \"s\"\nhardware = \"h\"\nsummarise = {{}}\n\
         translate = {{ {} }}\n",
        translate.join(", ")
    ));
    desk.put("small.toml", text);
}

fn run(desk: &Desk, arguments: &[&str]) -> crate::scripted::Ran {
    let mut program = assert_cmd::Command::cargo_bin("bulletin").unwrap();
    program.current_dir(desk.folder.path()).env("BULLETIN_CACHE", desk.folder.path());
    program.args(arguments).args(["--models", "small.toml", "--offline", "--threads", "1"]);
    crate::scripted::Ran::from(program.output().unwrap())
}

#[test]
fn a_marian_repository_in_a_folder_translates() {
    let desk = Desk::new();
    registry(&desk, &["en-tr"]);
    desk.put("text.txt", "The market fell.\n\nOil rose. 42 %\n");
    let ran =
        run(&desk, &["translate", "text.txt", "--from", "en", "--to", "tr", "--format", "json"]);
    let document = ran.json();
    let sentences = document["briefs"][0]["sentences"].as_array().unwrap();
    assert_eq!(sentences.len(), 3, "{ran:?}");
    assert_eq!(sentences[0]["source"], "The market fell.");
    assert!(sentences[0]["logprob"].as_f64().unwrap() < 0.0);
    assert_eq!(sentences[2]["text"], "42 %");
    // The weights are random, so that what they write is poor, and is said to be.
    assert_eq!(ran.code, 1);
    assert!(!document["findings"].as_array().unwrap().is_empty());
}

#[test]
fn a_pivot_passes_through_both_models() {
    let desk = Desk::new();
    registry(&desk, &["tr-en", "en-ru"]);
    desk.put("text.txt", "Petrol fiyatları düştü.\n");
    let plan = run(&desk, &["translate", "text.txt", "--from", "tr", "--to", "ru", "--explain"]);
    assert_eq!(
        plan.stdout,
        "tr → en (m-tr-en), en → ru (m-en-ru)\nm-tr-en: revision local, licence MIT\n\
         m-en-ru: revision local, licence MIT\n"
    );
    let ran =
        run(&desk, &["translate", "text.txt", "--from", "tr", "--to", "ru", "--format", "json"]);
    let brief = &ran.json()["briefs"][0];
    assert_eq!(brief["origin"]["route"], serde_json::json!(["tr", "en", "ru"]));
    assert_eq!(brief["origin"]["model"], "m-en-ru");
    assert_eq!(brief["sentences"].as_array().unwrap().len(), 1);
}

#[test]
fn evaluation_gives_scores_with_signatures() {
    let desk = Desk::new();
    registry(&desk, &["en-tr"]);
    desk.put("source.txt", "The market fell.\nOil rose.\nTalks go on.\n");
    desk.put("reference.txt", "Piyasa düştü.\nPetrol yükseldi.\nGörüşmeler sürüyor.\n");
    let base = [
        "evaluate",
        "translation",
        "--source",
        "source.txt",
        "--reference",
        "reference.txt",
        "--from",
        "en",
        "--to",
        "tr",
        "--first-answer",
    ];
    let ran = run(&desk, &[&base[..], &["--limit", "2", "--translations", "out.txt"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("en → tr (m-en-tr)\n2 sentences, 0 with findings\n"), "{ran:?}");
    assert!(ran.stdout.contains("nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no"), "{ran:?}");
    assert!(ran.stdout.contains("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(desk.path("out.txt")).unwrap().lines().count(), 2);
    desk.put("reference.txt", "Piyasa düştü.\n");
    let uneven = run(&desk, &base);
    assert_eq!(uneven.code, 2);
    assert!(uneven.stderr.contains("'source.txt' has 3 lines and 'reference.txt' 1"), "{uneven:?}");
}

const ECHO: &str = r#"{"contains": ["Turkish:"], "answers": [" Köprü pazartesi günü kapandı."]}"#;

#[test]
fn a_thousand_lines_come_out_as_a_thousand_lines() {
    let desk = Desk::with_script(ECHO);
    let lines: String = (0..1000)
        .map(|at| match at % 7 {
            3 => "\n".to_string(),
            5 => "One closed. Two closed on Monday.\n".to_string(),
            _ => "The bridge closed on Monday.\n".to_string(),
        })
        .collect();
    desk.put("lines.txt", &lines);
    let ran = desk.run(&["translate", "lines.txt", "--to", "tr", "--from", "en", "--lines"]);
    assert_eq!(ran.stdout.lines().count(), 1000);
    for (source, target) in lines.lines().zip(ran.stdout.lines()) {
        assert_eq!(source.is_empty(), target.is_empty());
    }
}

#[test]
fn the_glossary_is_used_checked_and_refused_by_line() {
    let desk = Desk::with_script(ECHO);
    desk.put("text.txt", "The bridge closed on Monday.\n");
    desk.put("terms.tsv", "en\ttr\nbridge\tviyadük|Köprü\n");
    let base = ["translate", "text.txt", "--to", "tr", "--glossary"];
    let ran = desk.run(&[&base[..], &["terms.tsv"]].concat());
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, "viyadük pazartesi günü kapandı.\n"),
        "{ran:?}"
    );
    desk.put("terms.tsv", "en\ttr\nbridge\tviyadük\n");
    let ran = desk.run(&[&base[..], &["terms.tsv"]].concat());
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("error (glossary, tr)"), "{}", ran.stderr);
    desk.put("terms.tsv", "en\ttr\nbridge\n");
    let ran = desk.run(&[&base[..], &["terms.tsv"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("terms.tsv, line 2: 1 columns where 2"), "{}", ran.stderr);
}

#[test]
fn strict_keeps_the_source_marked() {
    let desk = Desk::with_script(
        r#"{"contains": ["English: The bridge"], "answers": ["The bridge closed on Monday."]}"#,
    );
    desk.put("text.txt", "The bridge closed on Monday.\n");
    let ran = desk.run(&["translate", "text.txt", "--to", "tr", "--strict"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout, "[not translated] The bridge closed on Monday.\n");
}

#[test]
fn a_sentence_in_a_third_language_goes_its_own_way() {
    let desk = Desk::with_script(
        "{\"contains\": [\"Russian: \", \"\\nTurkish:\"], \"answers\": [\" Mühendisler köprüde çatlaklar buldu ve köprü kapandı.\"]}\n\
         {\"contains\": [\"English: \", \"\\nTurkish:\"], \"answers\": [\" Köprü pazartesi günü kapandı.\"]}",
    );
    desk.put(
        "text.txt",
        "The bridge closed on Monday.\nИнженеры нашли на мосту трещины, и мост закрыли.\n\
         The bridge closed on Monday.\nThe bridge closed on Monday.\n",
    );
    let ran = desk.run(&["translate", "text.txt", "--to", "tr"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[1], "Mühendisler köprüde çatlaklar buldu ve köprü kapandı.", "{ran:?}");
    assert_eq!((lines.len(), lines[0]), (4, "Köprü pazartesi günü kapandı."));
}
