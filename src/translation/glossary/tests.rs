use super::*;
use Language::{English, Russian, Turkish};

const TABLE: &str = "en\ttr\tru\n\
    # a comment\n\
    central bank\tMerkez Bankası\tЦентробанк|Центральный банк\n\
    \n\
    Harbour Council\tLiman Meclisi\tСовет гавани\n\
    council\tmeclis\t\n";

fn glossary(text: &str) -> Result<Glossary> {
    Glossary::read(text, "terms.tsv", (English, Turkish))
}

fn pair<'a>(source: &'a str, target: &'a str, to: Language) -> Pair<'a> {
    Pair { source, target, from: English, to }
}

#[test]
fn the_longest_term_counts_with_any_ending() {
    let glossary = glossary(TABLE).unwrap();
    assert_eq!(glossary.len(), 3);
    let terms = glossary.terms("The Harbour Council met the central banks.", English, Turkish);
    let targets: Vec<&str> = terms.iter().map(|term| term.target).collect();
    assert_eq!(targets, ["Liman Meclisi", "Merkez Bankası"]);
    assert!(glossary.terms("He met Council members.", English, Russian).is_empty());
    let back = glossary.terms("Центробанка это не касается.", Russian, Turkish);
    assert_eq!(back[0].target, "Merkez Bankası");
}

#[test]
fn what_is_ruled_out_is_replaced_and_what_is_missing_is_found() {
    let glossary = glossary(TABLE).unwrap();
    let source = "The central bank raised rates.";
    let other = pair(source, "Центральный банк поднял ставку.", Russian);
    assert_eq!(glossary.apply(other), "Центробанк поднял ставку.");
    let used = pair(source, "Merkez Bankası'nın faizi arttı.", Turkish);
    assert_eq!((glossary.apply(used).as_str(), glossary.check(used)), (used.target, vec![]));
    let copied = pair(source, "central bank'in faizi arttı.", Turkish);
    assert_eq!(glossary.apply(copied), "Merkez Bankası'nın faizi arttı.");
    let findings = glossary.check(pair(source, "Banka faizi artırdı.", Turkish));
    assert_eq!(findings[0].check, "glossary");
    assert_eq!(
        findings[0].message,
        "the glossary has \"Merkez Bankası\" for \"central bank\", and the translation does not \
         use it"
    );
}

#[test]
fn two_columns_need_no_header() {
    let glossary = glossary("swing bridge\tasma köprü\n").unwrap();
    assert_eq!(glossary.terms("a swing bridge", English, Turkish)[0].target, "asma köprü");
}

#[test]
fn a_bad_line_is_named() {
    for (text, expected) in [
        ("en\ttr\nbank\tbanka\tбанк\n", "terms.tsv, line 2: 3 columns where 2 were expected"),
        ("en\ttr\tru\n\nbank\t\t\n", "terms.tsv, line 3: the term stands in one language alone"),
        ("en\nbank\n", "terms.tsv, line 1: the header names one language"),
        ("one column\n", "terms.tsv, line 1: 1 columns where 2 were expected"),
        ("# nothing\n", "has no terms"),
        ("<tbx><termEntry>\n<term>x</term></termEntry></tbx>", "line 2: <term> stands outside"),
        ("<tbx>\n<conceptEntry>\n", "line 3: the last entry is not closed"),
        ("<tbx\n", "line 1: a tag is not closed"),
        (
            "<termEntry>\n<langSet xml:lang='en'><term>x</term>\n</termEntry>",
            "line 3: the entry's last language is not closed",
        ),
        (
            "<termEntry>\n<langSet xml:lang='en'>\n<langSet xml:lang='tr'>",
            "line 3: the language before is not closed",
        ),
    ] {
        let error = glossary(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
}

#[test]
fn tbx_of_both_versions_is_read() {
    let old = r#"<?xml version="1.0"?><martif><!-- <term> --><text><body><termEntry id="1">
        <langSet xml:lang="en-GB"><tig><term>R&amp;D budget</term></tig></langSet>
        <langSet xml:lang="de"><tig><term>Etat</term></tig></langSet>
        <langSet xml:lang="tr"><tig><term>Ar-Ge bütçesi</term></tig>
        <tig><term>araştırma bütçesi</term></tig></langSet></termEntry></body></text></martif>"#;
    let new = old
        .replace("termEntry", "conceptEntry")
        .replace("langSet", "langSec")
        .replace("tig", "termSec");
    for text in [old, &new] {
        let glossary = Glossary::read(text, "terms.tbx", (English, Turkish)).unwrap();
        let terms = glossary.terms("The R&D budget grew.", English, Turkish);
        assert_eq!((terms[0].target, terms[0].others.len()), ("Ar-Ge bütçesi", 1));
    }
}
