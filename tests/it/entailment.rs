//! Entailment models: small random ones against `transformers`, and briefs judged by them.

use bulletin::internals::engine::LoadOptions;
use bulletin::internals::engine::classifier::{EntailmentFiles, EntailmentModel, EntailmentScores};
use bulletin::internals::engine::device::DeviceChoice;
use serde::Deserialize;

use crate::scripted::{Desk, Ran};
use crate::support::{fixture, read_fixture};

/// The largest difference of a logit to the one of `transformers`, whose sums run in another order.
const BOUND: f32 = 1e-4;

#[derive(Deserialize)]
struct Reference {
    /// Most tokens of a pair.
    length: usize,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    premise: String,
    hypothesis: String,
    cut: usize,
    ids: Vec<u32>,
    logits: Vec<f32>,
}

const FAMILIES: [&str; 2] = ["mdeberta", "xlm-roberta"];

fn open(family: &str, tokenizer: Option<&str>) -> EntailmentModel {
    let folder = fixture(&format!("entailment/{family}"));
    let mut files = EntailmentFiles::find(&folder).unwrap();
    if let Some(name) = tokenizer {
        files.tokenizer = folder.join(name);
    }
    let options = LoadOptions { device: DeviceChoice::Cpu, ..LoadOptions::default() };
    EntailmentModel::open(family, &files, &options).unwrap()
}

fn reference(family: &str) -> Reference {
    read_fixture(&format!("entailment/{family}/reference.json"))
}

fn score(model: &EntailmentModel, pairs: &[(&str, &str)]) -> Vec<EntailmentScores> {
    model.score(pairs).into_iter().map(Result::unwrap).collect()
}

fn distance(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
}

#[test]
fn tokens_and_logits_of_a_padded_batch_are_those_of_transformers() {
    for family in FAMILIES {
        let (model, reference) = (open(family, None), reference(family));
        assert!(reference.pairs.iter().any(|pair| pair.cut > 50), "{family}: nothing is cut");
        for pair in &reference.pairs {
            let tokens = model.tokens(&pair.premise, &pair.hypothesis).unwrap();
            assert_eq!((&tokens.ids, tokens.cut), (&pair.ids, pair.cut), "{family}");
            assert!(tokens.ids.len() <= reference.length);
        }
        let pairs: Vec<(&str, &str)> =
            reference.pairs.iter().map(|pair| (&*pair.premise, &*pair.hypothesis)).collect();
        let mut largest = 0f32;
        for (found, pair) in score(&model, &pairs).iter().zip(&reference.pairs) {
            largest = largest.max(distance(&found.logits, &pair.logits));
            assert_eq!(found.cut, pair.cut);
        }
        eprintln!("{family}: largest difference of a logit {largest:e}");
        assert!(largest < BOUND, "{family}: {largest}");
    }
}

#[test]
fn a_pair_is_judged_alike_alone_and_among_others() {
    for family in FAMILIES {
        let (model, reference) = (open(family, None), reference(family));
        let mut pairs: Vec<(&str, &str)> =
            reference.pairs.iter().map(|pair| (&*pair.premise, &*pair.hypothesis)).collect();
        pairs.extend(pairs.clone().into_iter().rev());
        let together = score(&model, &pairs);
        for (pair, among) in pairs.iter().zip(&together) {
            let alone = score(&model, &[*pair]).remove(0);
            assert!(distance(&alone.logits, &among.logits) < 2e-5, "{family}: {pair:?}");
            let sum = among.entailment + among.contradiction.unwrap();
            assert!((0.0..=1.0).contains(&sum), "{family}: {among:?}");
        }
        assert_eq!(score(&model, &pairs), together, "{family}: not the same again");
    }
}

#[test]
fn a_sentencepiece_model_gives_the_same_tokens() {
    for (family, name) in [("mdeberta", "spm.model"), ("xlm-roberta", "sentencepiece.bpe.model")] {
        let (model, reference) = (open(family, Some(name)), reference(family));
        // The piece model of the fixture has no normalisation, so what NFKC changes is left out.
        let plain = |pair: &&Pair| !pair.premise.contains('½');
        let pairs: Vec<&Pair> = reference.pairs.iter().filter(plain).collect();
        assert!(pairs.len() >= 10);
        for pair in pairs {
            let tokens = model.tokens(&pair.premise, &pair.hypothesis).unwrap();
            assert_eq!(tokens.ids, pair.ids, "{family}: {}", pair.hypothesis);
        }
    }
}

#[test]
fn a_sentence_that_is_too_long_fails_alone() {
    let model = open("mdeberta", None);
    let long = "council ".repeat(600);
    let found = model.score(&[("Fog.", "Fog."), ("Fog.", &long), ("Fog.", "No fog.")]);
    assert!(found[0].is_ok() && found[2].is_ok());
    let error = found[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("tokens, and the model reads 512"), "{error}");
}

#[test]
fn control_tokens_in_a_text_are_text() {
    for family in FAMILIES {
        let model = open(family, None);
        let ends = |text: &str| {
            let ids = model.tokens(text, "Fog.").unwrap().ids;
            let end = *ids.last().unwrap();
            ids.into_iter().filter(|&id| id == end).count()
        };
        assert_eq!(ends("Fog."), ends("Fog. [SEP] </s> [SEP]"), "{family}");
    }
}

#[test]
fn damaged_models_are_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
        std::fs::copy(fixture("entailment/mdeberta").join(name), folder.path().join(name)).unwrap();
    }
    let opened = || {
        let files = EntailmentFiles::find(folder.path())?;
        EntailmentModel::open("m", &files, &LoadOptions::default()).map(|_| ())
    };
    opened().unwrap();
    let weights = std::fs::read(folder.path().join("model.safetensors")).unwrap();
    std::fs::write(folder.path().join("model.safetensors"), &weights[..weights.len() / 2]).unwrap();
    let error = format!("{:#}", opened().unwrap_err());
    assert!(error.contains("model.safetensors"), "{error}");
    std::fs::remove_file(folder.path().join("model.safetensors")).unwrap();
    let error = format!("{:#}", opened().unwrap_err());
    assert!(error.contains("no model.safetensors"), "{error}");
}

/// A registry with the small models, and a profile that names one of them.
fn registry(desk: &Desk, profile: &str) {
    let mut text = String::new();
    for (name, architecture) in [("mdeberta", "deberta-v2"), ("xlm-roberta", "xlm-roberta")] {
        text.push_str(&format!(
            "[models.{name}]\narchitecture = \"{architecture}\"\nlanguages = [\"en\", \"tr\", \"ru\"]\n\
             source.folder = {{ path = '{}' }}\nfiles = [{{ name = \"model.safetensors\" }}, \
             {{ name = \"config.json\" }}, {{ name = \"tokenizer.json\" }}]\n\
             licence = {{ name = \"MIT\", url = \"https://example.org\" }}\n",
            fixture(&format!("entailment/{name}")).display()
        ));
    }
    text.push_str(
        "[models.writer]\narchitecture = \"llama\"\nlanguages = [\"en\", \"tr\", \"ru\"]\n\
         translates = [\"en-tr\"]\nsource.folder = { path = 'nowhere' }\n\
         translate_prompt = \"translate-few-shot\"\n\
         chat_template = \"chatml-smollm\"\nsummarise_prompt = \"summarise-small\"\nfiles = [{ name = \"m.gguf\" }]\n\
         licence = { name = \"MIT\", url = \"https://example.org\" }\n",
    );
    text.push_str(&format!(
        "[profiles.starter]\nsummary = \"s\"\nhardware = \"h\"\nsummarise = {{ en = \"writer\" }}\n\
         translate = {{ en-tr = \"writer\" }}\n{profile}\n"
    ));
    desk.put("models.toml", text);
}

fn run(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[arguments, &["--models", "models.toml"]].concat())
}

fn sentences(document: &serde_json::Value, brief: usize) -> &Vec<serde_json::Value> {
    document["briefs"][brief]["sentences"].as_array().unwrap()
}

#[test]
fn a_brief_is_judged_by_the_model_of_its_profile() {
    let desk = Desk::new();
    registry(&desk, "entailment = \"mdeberta\"");
    let ran = run(&desk, &["summarise", "article.txt", "--to", "tr", "--format", "json"]);
    let document = ran.json();
    let findings = document["findings"].as_array().unwrap();
    for brief in 0..2 {
        assert_eq!(sentences(&document, brief).len(), 2, "{ran:?}");
        for (at, sentence) in sentences(&document, brief).iter().enumerate() {
            let found = &sentence["entailment"];
            let entailment = found["entailment"].as_f64().unwrap();
            assert!((0.0..0.5).contains(&entailment) && found["contradiction"].is_number());
            assert_eq!(found["premise"].is_array(), brief == 0, "{found}");
            // Random weights believe nothing, so every sentence has its finding.
            let language = if brief == 0 { "en" } else { "tr" };
            let mut about = findings.iter().filter(|finding| {
                finding["check"] == "entailment"
                    && finding["language"] == language
                    && finding["span"]["sentence"] == at
            });
            let finding = about.next().unwrap_or_else(|| panic!("{language} {at}: {ran:?}"));
            assert_eq!(finding["severity"], "warning");
            assert_eq!(finding["span"]["start"], 0);
            let percent = format!("{} %", (entailment * 100.0).round());
            assert!(finding["message"].as_str().unwrap().contains(&percent), "{finding}");
            assert!(about.next().is_none());
        }
        let settings = &document["briefs"][brief]["origin"]["settings"];
        assert_eq!(settings["entailment"]["model"], "mdeberta");
    }
    assert_eq!(
        ran.stdout,
        run(&desk, &["summarise", "article.txt", "--to", "tr", "--format", "json"]).stdout
    );
}

#[test]
fn under_strict_its_doubt_leads_to_the_articles_own_sentences() {
    let desk = Desk::new();
    registry(&desk, "");
    let plain = run(&desk, &["summarise", "article.txt", "--strict", "--format", "json"]).json();
    assert_eq!(plain["briefs"][0]["origin"]["path"], "model");
    assert!(sentences(&plain, 0)[0].get("entailment").is_none());
    for model in ["xlm-roberta", &fixture("entailment/xlm-roberta").display().to_string()] {
        let ran = run(
            &desk,
            &["summarise", "article.txt", "--strict", "--format", "json", "--entailment", model],
        );
        let judged = ran.json();
        assert_eq!(judged["briefs"][0]["origin"]["path"], "extractive", "{ran:?}");
        let note = judged["findings"].to_string();
        assert!(note.contains("no part of the article clearly bears the sentence out"), "{note}");
    }
}

#[test]
fn the_flag_goes_before_the_profile_and_wrong_names_are_told() {
    let desk = Desk::new();
    registry(&desk, "entailment = \"mdeberta\"");
    let summarise = ["summarise", "article.txt", "--format", "json", "--entailment"];
    let off = run(&desk, &[&summarise[..], &["none"]].concat()).json();
    assert!(sentences(&off, 0)[0].get("entailment").is_none());
    let wrong = run(&desk, &[&summarise[..], &["writer"]].concat());
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("'writer' (llama) is no entailment model"), "{wrong:?}");
    let unknown = run(&desk, &[&summarise[..], &["mdebreta"]].concat());
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean 'mdeberta'"), "{unknown:?}");
}

#[test]
fn sentences_of_the_article_need_no_judge_and_explain_shows_the_scores() {
    let desk = Desk::new();
    registry(&desk, "entailment = \"mdeberta\"");
    let ran = run(&desk, &["summarise", "article.txt", "--explain"]);
    let lines = ran.stdout.lines().filter(|line| line.starts_with("   entailment "));
    assert_eq!(lines.filter(|line| line.contains(" %, contradiction ")).count(), 2, "{ran:?}");
    desk.put("models.toml", desk.read("models.toml").replace("entailment/mdeberta", "gone"));
    let ran = run(&desk, &["summarise", "article.txt", "--engine", "extractive"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = run(&desk, &["summarise", "article.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("model 'mdeberta'") && ran.stderr.contains("gone"), "{ran:?}");
}

#[test]
fn a_batch_judges_again_when_the_model_changes() {
    let desk = Desk::new();
    registry(&desk, "");
    std::fs::create_dir(desk.path("in")).unwrap();
    std::fs::copy(desk.path("article.txt"), desk.path("in/article.txt")).unwrap();
    let worked = |more: &[&str]| {
        let batch = ["batch", "in", "--out", "out", "--to", "tr", "--progress", "none"];
        let ran = run(&desk, &[&batch[..], more].concat());
        assert!(ran.code < 2, "{ran:?}");
        let report: serde_json::Value =
            serde_json::from_str(&desk.read("out/report.json")).unwrap();
        let names = std::fs::read_dir(desk.path("out")).unwrap();
        let is_document = |name: &String| name.ends_with(".json") && name != "report.json";
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let document: serde_json::Value =
            serde_json::from_str(&desk.read(&format!("out/{}", names.find(is_document).unwrap())))
                .unwrap();
        let model = document["briefs"][0]["origin"]["settings"]["entailment"]["model"].clone();
        (report, model)
    };
    assert_eq!(worked(&[]).1, serde_json::Value::Null);
    assert_eq!(worked(&["--entailment", "mdeberta"]).1, "mdeberta");
    assert_eq!(worked(&["--entailment", "xlm-roberta"]).1, "xlm-roberta");
    let first = worked(&["--entailment", "mdeberta"]);
    assert_eq!(worked(&["--entailment", "mdeberta"]).1, first.1);
}

#[test]
fn models_list_and_doctor_know_the_models() {
    let desk = Desk::new();
    registry(&desk, "entailment = \"mdeberta\"");
    let list = run(&desk, &["models", "list", "--format", "json"]).json();
    let entry = &list[0];
    assert_eq!((&entry["name"], &entry["cached"]), (&"mdeberta".into(), &true.into()));
    assert_eq!(entry["supported"], true);
    assert_eq!(entry["profiles"], serde_json::json!(["starter"]));
    let doctor = run(&desk, &["doctor"]);
    assert!(doctor.stdout.contains("mdeberta     fetched\n"), "{}", doctor.stdout);
    let generate = run(&desk, &["models", "fetch", "mdeberta"]);
    assert!(generate.stderr.is_empty(), "{generate:?}");
}
