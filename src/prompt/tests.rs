use super::*;

fn parse(text: &str) -> Result<Template> {
    Template::parse("folder/summarise.en.md", text, &["article", "style"], &["article"])
}

fn message(result: Result<Template>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn every_compiled_in_template_is_sound() {
    let prompts = Prompts::builtin();
    for name in builtin::names() {
        let kind = match name.split(['.']).next().unwrap() {
            "summarise" | "summarise-small" => Kind::Summarise,
            "summarise-few-shot" => Kind::SummariseFewShot,
            "merge" => Kind::Merge,
            "repair" => Kind::Repair,
            "styles" => Kind::Styles,
            "lengths" => Kind::Lengths,
            "judge" => Kind::Judge,
            _ => Kind::Translate,
        };
        let template = prompts.template(name, kind).unwrap();
        let sections: &[&str] = match kind {
            Kind::Styles => &["wire", "bullets", "headline"],
            Kind::Lengths => &["short", "normal", "long"],
            _ => &["user"],
        };
        for section in sections {
            assert!(!template.section(section).unwrap().is_empty(), "{name}: {section}");
        }
        assert_eq!(template.sha256().len(), 64);
    }
}

#[test]
fn variables_are_filled_once_and_values_are_left_alone() {
    let template = parse("note\nsystem:\nS {{style}}\nuser:\n\nA: {{ article }}\n\n").unwrap();
    let prompt = template.fill(&[("article", "see {{style}}"), ("style", "wire")]).unwrap();
    assert_eq!(prompt.system.as_deref(), Some("S wire"));
    assert_eq!(prompt.user, "A: see {{style}}");
}

#[test]
fn faults_name_the_file_and_the_variable() {
    insta::assert_snapshot!(
        message(parse("user:\n{{artcle}}")),
        @"folder/summarise.en.md: unknown variable {{artcle}}; known here: {{article}}, {{style}}"
    );
    insta::assert_snapshot!(
        message(parse("user:\nWrite a brief.")),
        @"folder/summarise.en.md: the variable {{article}} is missing; put it where its text goes"
    );
    insta::assert_snapshot!(
        message(parse("Write a brief of {{article}}")),
        @"folder/summarise.en.md: no section found; begin one with a line such as 'user:'"
    );
    insta::assert_snapshot!(
        message(parse("user:\n{{article")),
        @"folder/summarise.en.md: '{{' without '}}' after it"
    );
    insta::assert_snapshot!(
        message(parse("user:\n{{article}}\nuser:\nagain")),
        @"folder/summarise.en.md: the section 'user:' occurs twice"
    );
    let unfilled = parse("user:\n{{article}} {{style}}").unwrap().fill(&[("article", "x")]);
    insta::assert_snapshot!(
        unfilled.unwrap_err(),
        @"folder/summarise.en.md: no value for the variable {{style}}"
    );
}

#[test]
fn a_folder_replaces_single_files_and_refuses_strangers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summarise.tr.md");
    std::fs::write(&file, "user:\nKısalt: {{article}}\n").unwrap();
    let prompts = Prompts::from_folder(folder.path()).unwrap();
    let turkish = prompts.in_language("summarise", Language::Turkish, Kind::Summarise).unwrap();
    assert_eq!(turkish.fill(&[("article", "Haber.")]).unwrap().user, "Kısalt: Haber.");
    let russian = prompts.in_language("summarise", Language::Russian, Kind::Summarise).unwrap();
    assert!(russian.section("system").unwrap().contains("редактор"));

    std::fs::write(folder.path().join("summary.en.md"), "user:\n").unwrap();
    let error = Prompts::from_folder(folder.path()).unwrap_err().to_string();
    assert!(error.contains("summary.en.md") && error.contains("summarise.en.md"), "{error}");
}
