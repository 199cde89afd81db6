//! The registry: the built-in one is sound, and errors name the key, the line and what to do.

use std::path::Path;

use super::entry::Adapter;
use super::*;
use crate::language::Language;

/// A registry with one model and one profile, which tests spoil line by line.
const SMALL: &str = r#"[models.small]
architecture = "llama"
source.hub = { repository = "owner/small", revision = "main" }
files = [{ name = "small.gguf", size = 3 }]
languages = ["en", "tr"]
translates = ["en-tr"]
licence = { name = "MIT", url = "https://example.org/licence" }
defaults = { temperature = 0.5 }
[profiles.desk]
summary = "s"
hardware = "h"
summarise = { en = "small" }
translate = { en-tr = "small" }
"#;

fn parse(text: &str) -> anyhow::Result<Registry> {
    Registry::parse(text, "desk.toml", Path::new("/desk"))
}

/// The error of `SMALL` with `old` replaced by `new`.
fn spoiled(old: &str, new: &str) -> String {
    assert!(SMALL.contains(old), "{old}");
    format!("{:#}", parse(&SMALL.replace(old, new)).unwrap_err())
}

#[test]
fn built_in_registry_is_sound() {
    let registry = Registry::builtin().unwrap();
    let starter = registry.profile("starter").unwrap();
    assert_eq!(starter.models(), ["gemma3-270m-news"]);
    let drafts = registry.profile("drafts").unwrap();
    assert_eq!(drafts.models(), ["gemma3-270m", "smollm2-135m-instruct"]);
    assert_eq!(starter.translate.len(), 6);
    for name in starter.models() {
        assert!(registry.model(name).unwrap().architecture.is_supported(), "{name}");
    }
    let gemma = registry.model("gemma3-270m").unwrap();
    assert_eq!(gemma.revision, "1.0.0");
    assert_eq!(gemma.size(), Some(253_113_024 + 168_357));
    assert!(gemma.translates(Language::Turkish, Language::Russian));
    assert_eq!(gemma.chat_template, ChatTemplate::None);
    assert_eq!(gemma.translate_prompt.as_deref(), Some("translate-few-shot"));
}

#[test]
fn built_in_profiles_cover_the_desk_under_permissive_licences() {
    let registry = Registry::builtin().unwrap();
    let names: Vec<&str> = registry.profiles().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["starter", "drafts", "small", "laptop", "workstation", "gpu"]);
    for profile in registry.profiles() {
        assert_eq!(profile.summarise.len(), 3, "{}", profile.name);
        for language in [Language::Turkish, Language::Russian] {
            // To English and back is the least; the rest can go by way of English.
            for (from, to) in [(Language::English, language), (language, Language::English)] {
                assert!(
                    profile.translate.contains_key(&Direction { from, to }),
                    "{}",
                    profile.name
                );
            }
        }
    }
    for entry in registry.models().iter().filter(|entry| entry.base != "gemma3-270m") {
        let permissive = ["Apache-2.0", "MIT", "CC-BY-4.0"];
        assert!(permissive.contains(&entry.licence.name.as_str()), "{}", entry.name);
    }
    assert_eq!(registry.profiles_with("gemma3-270m"), ["drafts"]);
    assert_eq!(registry.profiles_with("gemma3-270m-news"), ["starter", "small"]);
}

#[test]
fn every_hub_model_is_pinned_or_says_why_not() {
    for entry in Registry::builtin().unwrap().models() {
        if let Some(Source::Hub { revision, .. }) = entry.sources.first() {
            let pinned = validate::is_hexadecimal(revision, 40);
            assert!(pinned || entry.revision_note.is_some(), "{}", entry.name);
        }
    }
}

#[test]
fn a_small_registry_is_read() {
    let registry = parse(SMALL).unwrap();
    let small = registry.model("small").unwrap();
    assert_eq!(small.defaults.temperature, 0.5);
    assert_eq!(small.defaults.max_new_tokens, 256);
    assert_eq!(small.translates, [(Language::English, Language::Turkish)]);
    assert_eq!(registry.profile("desk").unwrap().models(), ["small"]);
    let text = SMALL.replace("{ en = \"small\" }", "{ en = \"extractive\", ru = \"extractive\" }");
    assert_eq!(parse(&text).unwrap().profile("desk").unwrap().models(), ["small"]);
    let text = SMALL.replace(
        r#"source.hub = { repository = "owner/small", revision = "main" }"#,
        r#"source.folder = { path = "weights" }"#,
    );
    let folder = parse(&text).unwrap();
    let small = folder.model("small").unwrap();
    assert_eq!(small.sources, [Source::Folder { path: "/desk/weights".into() }]);
    assert_eq!(small.revision, "local");
}

#[test]
fn a_model_on_the_files_of_another_takes_over_what_they_decide() {
    let text = format!(
        "[models.styled]\nbase = \"small\"\nlanguages = [\"en\"]\n\
         adapter.source.folder = {{ path = \"a\" }}\nadapter.files = [{{ name = \"a.safetensors\" }}]\n{SMALL}"
    );
    let registry = parse(&text).unwrap();
    let (styled, small) = (registry.model("styled").unwrap(), registry.model("small").unwrap());
    assert_eq!((styled.base.as_str(), small.base.as_str()), ("small", "small"));
    assert_eq!((&styled.sources, &styled.files), (&small.sources, &small.files));
    assert_eq!(styled.licence, small.licence);
    assert!(styled.shares_files_with(small));
    assert_eq!(styled.translates, []);
    let adapter = styled.adapter.as_ref().unwrap();
    assert_eq!(adapter.source, Source::Folder { path: "/desk/a".into() });

    let table = [
        ("base = \"small\"", "base = \"tall\"", "base: there is no other model 'tall'"),
        ("base = \"small\"", "base = \"styled\"", "base: there is no other model 'styled'"),
        ("base = \"small\"", "base = \"small\"\nfiles = [{ name = \"b\" }]", "leave them out"),
    ];
    for (old, new, message) in table {
        let error = format!("{:#}", parse(&text.replacen(old, new, 1)).unwrap_err());
        assert!(error.contains(message), "{error}\nhas not: {message}");
    }
    let error = spoiled("architecture = \"llama\"\n", "");
    assert_eq!(error, "desk.toml:1: model 'small': missing field `architecture`");
    let nested = format!("[models.third]\nbase = \"styled\"\nlanguages = [\"en\"]\n{text}");
    let error = format!("{:#}", parse(&nested).unwrap_err());
    assert!(error.contains("'styled' has no files of its own"), "{error}");
}

#[test]
fn several_sources_keep_their_order_and_need_sums() {
    let hub = r#"source.hub = { repository = "owner/small", revision = "main" }"#;
    let two = r#"sources = [
  { hub = { repository = "owner/small", revision = "main" } },
  { folder = { path = "mirror" } },
]"#;
    let text = SMALL.replace(hub, two).replace("size = 3", &format!("sha256 = \"{:064}\"", 0));
    let registry = parse(&text).unwrap();
    let small = registry.model("small").unwrap();
    assert_eq!(small.sources.len(), 2);
    assert_eq!(small.sources[1], Source::Folder { path: "/desk/mirror".into() });
    assert_eq!(small.revision, "main");
    let table = [
        (SMALL.replace(hub, two), "each source must bring the same file"),
        (SMALL.replace(hub, &format!("{hub}\n{two}")), "one `source`, or several `sources`"),
        (SMALL.replace(hub, ""), "one `source`, or several `sources`"),
        (SMALL.replace(hub, r#"source.builtin = { name = "x" }"#), "sha256 is needed"),
    ];
    for (text, message) in table {
        let error = format!("{:#}", parse(&text).unwrap_err());
        assert!(error.starts_with("desk.toml:1: model 'small'"), "{error}");
        assert!(error.contains(message), "{error}\nhas not: {message}");
    }
}

#[test]
fn what_is_built_in_has_the_sums_of_the_registry_and_is_known_by_name() {
    let registry = Registry::builtin().unwrap();
    let mut seen = 0;
    for entry in registry.models() {
        let Some(Adapter { source: Source::Builtin { name }, files }) = &entry.adapter else {
            continue;
        };
        let compiled = builtin::compiled(name).unwrap();
        for file in files {
            let content = compiled.file(&file.name).unwrap();
            assert_eq!(file.sha256, Some(verify::sum_of(content)), "{name}: {}", file.name);
        }
        assert!(compiled.files().map(|(_, content)| content.len()).sum::<usize>() <= 16 << 20);
        seen += 1;
    }
    assert!(seen > 0);

    let text = |name: &str, file: &str| {
        let sum = "0".repeat(64);
        SMALL.replace(
            "languages =",
            &format!(
                "adapter.source.builtin = {{ name = \"{name}\" }}\n\
                 adapter.files = [{{ name = \"{file}\", sha256 = \"{sum}\" }}]\nlanguages ="
            ),
        )
    };
    let error = format!("{:#}", parse(&text("nothing", "a.safetensors")).unwrap_err());
    assert!(error.contains("built in: starter-translation"), "{error}");
    let error = format!("{:#}", parse(&text("starter-translation", "b.json")).unwrap_err());
    assert!(error.contains("has no file 'b.json'"), "{error}");
    parse(&text("starter-translation", "adapter_config.json")).unwrap();
}

#[test]
fn unknown_keys_are_named_with_their_line() {
    let table = [
        ("[models.small]", "[model.small]", "desk.toml:1:", "model"),
        ("languages =", "langauges =", "desk.toml:5:", "langauges"),
        ("revision = \"main\"", "revison = \"main\"", "desk.toml:3:", "revison"),
        ("size = 3", "sice = 3", "desk.toml:4:", "sice"),
        ("temperature", "temprature", "desk.toml:8:", "temprature"),
        ("name = \"MIT\"", "title = \"MIT\"", "desk.toml:7:", "title"),
        ("hardware", "hard_ware", "desk.toml:11:", "hard_ware"),
        ("source.hub", "source.hubb", "desk.toml:3:", "hubb"),
    ];
    for (old, new, line, key) in table {
        let error = spoiled(old, new);
        assert!(error.starts_with(line), "{error}");
        assert!(error.contains(key), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn wrong_values_are_named_with_model_and_field() {
    let table = [
        ("\"llama\"", "\"lama\"", "desk.toml:2: unknown variant `lama`"),
        (
            "{ en = \"small\" }",
            "{ en = \"extractiv\" }",
            "summarise.en: there is no model 'extractiv'",
        ),
        ("models.small", "models.extractive", "stands for briefs of the article's own sentences"),
        ("small.gguf", "../small.gguf", "model 'small': files: '../small.gguf': not a plain"),
        ("small.gguf", "/small.gguf", "not a plain relative file name"),
        ("small.gguf", "C:small.gguf", "not a plain relative file name"),
        ("small.gguf", "a/NUL.gguf", "Windows keeps this name"),
        ("small.gguf", "pytorch_model.bin", "pickle files run code"),
        ("size = 3", "sha256 = \"12AB\"", "sha256 must be 64 hexadecimal digits"),
        ("files = [{ name = \"small.gguf\", size = 3 }]", "files = []", "files: name at least one"),
        ("owner/small", "small", "source: hub: repository: 'small'"),
        ("revision = \"main\"", "revision = \"a/../b\"", "source: hub: revision"),
        ("temperature = 0.5", "temperature = -1", "defaults: temperature"),
        ("temperature = 0.5", "beam = 65", "defaults: beam"),
        (
            "temperature = 0.5",
            "beam = 4",
            "defaults: beam: models of the architecture 'llama' have no beam search",
        ),
        ("temperature = 0.5", "candidates = 0", "defaults: candidates"),
        ("\"https://example.org/licence\"", "\"see card\"", "licence.url"),
        ("[\"en-tr\"]", "[\"en-ru\"]", "translates: en-ru"),
        ("[\"en-tr\"]", "[\"en-en\"]", "leads from a language to itself"),
        ("[\"en\", \"tr\"]", "[]", "languages: name at least one"),
        (
            "{ en = \"small\" }",
            "{ en = \"smal\" }",
            "summarise.en: there is no model 'smal'; did you mean 'small'?",
        ),
        (
            "{ en = \"small\" }",
            "{ ru = \"small\" }",
            "summarise.ru: model 'small' does not write Russian",
        ),
        (
            "{ en-tr = \"small\" }",
            "{ tr-en = \"small\" }",
            "translate.tr-en: model 'small' does not translate",
        ),
        (
            "{ en-tr = \"small\" }",
            "{ en-tr = \"small\" }\nentailment = \"small\"",
            "is no classifier",
        ),
        (
            "architecture = \"llama\"",
            "architecture = \"deberta-v2\"",
            "summarise.en: model 'small' judges texts and writes none",
        ),
    ];
    for (old, new, message) in table {
        let error = spoiled(old, new);
        assert!(error.starts_with("desk.toml"), "{error}");
        assert!(error.contains(message), "{error}\nhas not: {message}");
    }
}

#[test]
fn wheels_need_exact_versions_members_and_sums() {
    let wheel = |package: &str, version: &str, sum: &str, file: &str| {
        let source = format!(
            "source.wheel.packages = [{{ package = \"{package}\", version = \"{version}\", \
             members = [{{ member = \"a/b\", file = \"{file}\" }}] }}]"
        );
        let hub = r#"source.hub = { repository = "owner/small", revision = "main" }"#;
        parse(&SMALL.replace(hub, &source).replace("size = 3", sum)).map_err(|e| format!("{e:#}"))
    };
    let sum = format!("sha256 = \"{}\"", "0".repeat(64));
    assert_eq!(wheel("p", "1.0", &sum, "small.gguf").unwrap().models()[0].revision, "1.0");
    let table = [
        (wheel("p", "1.0", "size = 3", "small.gguf"), "sha256 is needed"),
        (wheel("p", "", &sum, "small.gguf"), "no exact version"),
        (wheel("p", "latest", &sum, "small.gguf"), "no exact version"),
        (wheel("--index-url", "1.0", &sum, "small.gguf"), "is no package name"),
        (wheel("p", "1.0", &sum, "other"), "'other', which is not among the files"),
    ];
    for (outcome, message) in table {
        let error = outcome.unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn unknown_names_suggest_the_nearest() {
    let registry = Registry::builtin().unwrap();
    let error = registry.model("gemma-3-270m").unwrap_err().to_string();
    assert!(error.contains("did you mean 'gemma3-270m'?"), "{error}");
    let error = registry.profile("labtop").unwrap_err().to_string();
    assert!(error.contains("did you mean 'laptop'?"), "{error}");
    let error = registry.profile("xyz").unwrap_err().to_string();
    assert!(error.contains("starter, drafts, small, laptop, workstation, gpu"), "{error}");
    let error = format!("{:#}", Registry::load(Path::new("no/such.toml")).unwrap_err());
    assert!(error.contains("'no/such.toml'"), "{error}");
}

#[test]
fn chat_templates_are_named_as_in_the_file() {
    for template in ChatTemplate::ALL {
        assert_eq!(serde_json::to_value(template).unwrap(), template.name());
    }
}
