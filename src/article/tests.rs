use super::*;

mod arbitrary;
mod nasty;

const DIRTY: &[u8] = include_bytes!("../../tests/articles/dirty.txt");
const PAGE: &str = include_str!("../../tests/articles/page.html");

#[test]
fn a_scraped_text_comes_out_clean_with_notes() {
    let article = read("in/Dirty File.txt", DIRTY, None).unwrap();
    assert_eq!(
        article.title.as_deref(),
        Some("Harbour ministers ask for calm after Velmar bridge closes")
    );
    assert_eq!(article.language, Language::English);
    assert_eq!(article.paragraphs.len(), 4);
    assert!(article.paragraphs[0].starts_with("Transport Minister Ada Lindqvist"));
    assert!(article.paragraphs[2].contains("a working day, most"));
    assert!(article.paragraphs[2].ends_with("market, northern."));
    let text = article.paragraphs.join("\n");
    for dirt in ["Share", "Contact", "newsletter", "rights", "Ferry", "depot"] {
        assert!(!text.contains(dirt), "{dirt}");
    }
    for said in ["second lead", "repeated paragraph", "share prompt", "other stories", "lost"] {
        assert!(article.notes.iter().any(|note| note.contains(said)), "{said}");
    }
    assert_eq!(article.id, format!("dirty-file-{}", &article.sha256[..8]));
    assert_eq!(article, read("in/Dirty File.txt", DIRTY, None).unwrap());
    ensure_substance(&article).unwrap();
}

#[test]
fn a_page_gives_its_article_in_any_encoding() {
    let expected = read("page.html", PAGE.as_bytes(), None).unwrap();
    assert_eq!(expected.title.as_deref(), Some("Liman köprüsü mayısa kadar kapalı"));
    assert_eq!(expected.published.as_deref(), Some("2024-03-12T09:30:00+03:00"));
    assert_eq!(expected.language, Language::Turkish);
    assert_eq!(expected.paragraphs.len(), 3);
    assert!(expected.paragraphs[0].starts_with("Ayla Demir, Velmar köprüsünün"));
    let labelled = PAGE.replace("utf-8", "windows-1254");
    let bytes = encoding_rs::WINDOWS_1254.encode(&labelled).0;
    let found = read("page.html", &bytes, None).unwrap();
    assert_eq!(found.paragraphs, expected.paragraphs);
}

#[test]
fn bad_input_is_named() {
    let german = "Die Regierung hat am Montag ein neues Gesetz vorgestellt, das die Mieten in \
        den großen Städten begrenzen soll. Die Opposition kritisierte den Entwurf.";
    let cases: [(&[u8], &str); 8] = [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"caf\xe9 \xff\xfe\x81 \x8d\x90", "export it as UTF-8"),
        (german.as_bytes(), "in German"),
        (b"12.11.2024\n\n40,5", "language could not be told"),
        (b"<html><body><script>x</script></body></html>", "no article text"),
        (b"[{\"title\": ", "cannot be read as JSON"),
    ];
    for (bytes, message) in cases {
        let error = read("x", bytes, None).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn spoilt_letters_are_put_right_marked_or_refused() {
    let sound = "Başbakan yarın yeni kararı açıklayacak, dedi sözcü.";
    let escaped = r#"{"title": "Karar", "text": "BaÅ\u009fbakan yarÄ±n yeni kararÄ± aÃ§Ä±klayacak, dedi sÃ¶zcÃ¼."}"#;
    let article = read("a.json", escaped.as_bytes(), None).unwrap();
    assert_eq!(article.paragraphs, [sound]);
    assert!(article.notes[0].contains("put right"), "{:?}", article.notes);
    let lost = sound.replace(['ş', 'ı', 'ç', 'ö', 'ü'], "?");
    let error = read("a.txt", lost.as_bytes(), Some(Language::Turkish)).unwrap_err();
    assert!(error.to_string().contains("wrong encoding"), "{error}");
    let more = format!("{} a?ık g?n i?in", format!("{sound}\n").repeat(6));
    let article = read("a.txt", more.as_bytes(), None).unwrap();
    assert!(article.notes.iter().any(|note| note.contains("were lost")), "{:?}", article.notes);
}

#[test]
fn paragraphs_in_a_neighbours_language_are_named() {
    let russian =
        "Совет порта Заливный решил закрыть старый причал до конца июня, сообщил его глава.";
    let ukrainian =
        "Рада порту вирішила закрити старий причал до кінця червня, повідомив її голова.";
    let mixed = format!("{russian}\n{russian} Работы начнутся весной.\n{ukrainian}\n");
    let article = read("a.txt", mixed.as_bytes(), None).unwrap();
    assert!(
        article.notes.iter().any(|note| note.contains("1 paragraph(s) seem to be in Ukrainian"))
    );
    let other = format!("{ukrainian}\n{ukrainian} Роботи почнуться навесні.\n{russian}\n");
    let error = read("a.txt", other.as_bytes(), None).unwrap_err().to_string();
    assert!(error.contains("Ukrainian"), "{error}");
}

#[test]
fn three_words_are_read_and_not_summarised() {
    let article = read("-", "Köprü bugün kapandı.".as_bytes(), None).unwrap();
    assert_eq!(article.paragraphs, ["Köprü bugün kapandı."]);
    assert!(article.id.starts_with("stdin-"));
    let error = ensure_substance(&article).unwrap_err();
    assert_eq!(error, ArticleError::TooShort { words: 3, needed: 25 });
}

#[test]
fn plain_text_in_its_shapes() {
    let wrapped = "Bridge closes\n\nEngineers found cracks in two of the eleven piers of the old\n\
        bridge, and the ministry closed it on Monday for at least\ntwo months.\n\n\
        Trams end at the market.\n";
    let article = read("a.txt", wrapped.as_bytes(), None).unwrap();
    assert_eq!(article.title.as_deref(), Some("Bridge closes"));
    assert_eq!(article.paragraphs.len(), 2);
    assert!(article.paragraphs[0].contains("of the old bridge, and the ministry"));

    let lines = "Мост закрыт\n12 марта 2024\nИнженеры нашли трещины.\nТрамваи идут до рынка.\n";
    let article = read("b.txt", lines.as_bytes(), None).unwrap();
    assert_eq!(article.title.as_deref(), Some("Мост закрыт"));
    assert_eq!(article.published.as_deref(), Some("2024-03-12"));
    assert_eq!(article.paragraphs, ["Инженеры нашли трещины.", "Трамваи идут до рынка."]);
}

#[test]
fn every_kind_of_line_end_parts_lines() {
    let lines = ["Bridge closes", "Trams end at the market.", "The ferry runs at night, too."];
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{b}", "\u{c}", "\0\n"] {
        let article = read("a.txt", lines.join(end).as_bytes(), None).unwrap();
        assert_eq!(article.title.as_deref(), Some(lines[0]), "{end:?}");
        assert_eq!(article.paragraphs, lines[1..], "{end:?}");
    }
}

#[test]
fn markdown_loses_its_marks_only() {
    let source = "---\ntitle: \"Bridge closes\"\ndate: 2024-03-12\n---\n\n## What happened\n\n\
        Minister **Ada Lindqvist** met [Tomas Brandt](https://n.example/b) in Velmar.\n\n\
        - Trams end at the *market*.\n- ![photo](x.jpg)\n\n<!-- ignore me -->\n> It is `safe` now.\n\n\
        ```\ncode\n```\n";
    let article = read("a.md", source.as_bytes(), None).unwrap();
    assert_eq!(article.title.as_deref(), Some("Bridge closes"));
    assert_eq!(article.published.as_deref(), Some("2024-03-12"));
    assert_eq!(
        article.paragraphs,
        [
            "What happened",
            "Minister Ada Lindqvist met Tomas Brandt in Velmar.",
            "Trams end at the market.",
            "It is safe now."
        ]
    );
}

#[test]
fn json_in_its_shapes() {
    let ninjs = r#"{"uri": "urn:n:7", "headline": "Köprü kapandı", "versioncreated":
        "2024-03-12T09:30:00Z", "body_html": "<p>Köprü <a href='x'>Velmar</a> kentinde kapandı.</p> <p>Onarım mayısa kadar sürecek.</p>"}"#;
    let article = read("n.json", ninjs.as_bytes(), None).unwrap();
    assert_eq!(article.title.as_deref(), Some("Köprü kapandı"));
    assert_eq!(
        article.paragraphs,
        ["Köprü Velmar kentinde kapandı.", "Onarım mayısa kadar sürecek."]
    );
    assert!(article.id.starts_with("urn-n-7-"));

    let linked = r#"{"@context": "https://schema.org", "@graph": [{"@type": "Organization"},
        {"@type": ["NewsArticle"], "headline": "Bridge closes", "datePublished": "2024-03-12",
        "articleBody": "The bridge was closed on Monday.\n\nTrams end at the market."}]}"#;
    let article = read("l.json", linked.as_bytes(), None).unwrap();
    assert_eq!(article.paragraphs.len(), 2);

    let own = serde_json::json!({"schema": "bulletin/1", "article": article}).to_string();
    assert_eq!(read("own.json", own.as_bytes(), None).unwrap().paragraphs, article.paragraphs);
}

#[test]
fn many_articles_come_out_one_by_one() {
    let lines = "{\"title\": \"One\", \"text\": \"The bridge was closed on Monday.\"}\n\n\
        {\"title\": \"Two\"}\nnot json\n{\"text\": \"Мост закрыли в понедельник.\"}\n";
    let entries = Reader::default().read_many("all.jsonl", lines.as_bytes()).unwrap();
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[0].name, "One");
    assert_eq!(entries[1].article.as_ref().unwrap_err(), &ArticleError::NoText);
    let third = entries[2].article.as_ref().unwrap_err().to_string();
    assert!(third.contains("line 4"), "{third}");
    assert_eq!(entries[3].article.as_ref().unwrap().language, Language::Russian);
    let ids = [0, 3].map(|place| entries[place].article.as_ref().unwrap().id.clone());
    assert_ne!(ids[0], ids[1]);
    let error = read("all.jsonl", lines.as_bytes(), None).unwrap_err();
    assert_eq!(error, ArticleError::Several { count: 4 });
}

#[test]
fn rows_of_figures_are_told_for_what_they_are_and_not_for_a_language() {
    for (text, kind, language) in [
        (
            "Closing\n\nABCD 12.50 +1.2%\nEFGH 48.06 -0.4%\nIJKL 1,204 +3.9%\nMNOP 7.82 0.0%\n",
            Kind::Prices,
            Language::English,
        ),
        (
            "Günün kapanışı\n\nKRFZ 312,50 +1,2%\nLMNX 48,06 -0,4%\nTRSN 7,80 +3,9%\nBDGR 7,82 0,0%\n",
            Kind::Prices,
            Language::Turkish,
        ),
        (
            "Котировки на закрытие\n\nГАЗП 91,20 +0,3%\nСБЕР 98,10 -0,2%\nМТСС 115,4 +0,1%\nНЛМК 12,60 0,0%\n",
            Kind::Prices,
            Language::Russian,
        ),
    ] {
        let article = Reader::default().read("a.txt", text.as_bytes()).unwrap();
        assert_eq!((article.kind, article.language), (kind, language), "{text}");
    }
}

#[test]
fn paragraphs_that_only_an_indent_begins_are_parted() {
    let text = "Bridge opens again\n\n   The bridge of Velmar was opened on Monday\nafter two years of repairs, the mayor said.\n   \
        Cars may pass again, and buses will follow\nin the spring of next year.\n";
    let article = Reader::default().read("a.txt", text.as_bytes()).unwrap();
    assert_eq!(article.paragraphs.len(), 2, "{:?}", article.paragraphs);
    assert!(
        article.paragraphs[1].starts_with("Cars may")
            && article.paragraphs[1].ends_with("next year.")
    );
    let hanging = "Bridge opens again\n\n- The bridge of Velmar was opened on Monday,\n  after two years of repairs that the mayor\n  had announced.\n";
    assert_eq!(Reader::default().read("a.txt", hanging.as_bytes()).unwrap().paragraphs.len(), 1);
}

#[test]
fn codes_of_terminals_go() {
    let text = "\u{1b}[1mBridge opens again\u{1b}[0m\n\nThe bridge of Velmar was opened \u{1b}[31mon Monday.\u{1b}[m\n";
    let article = Reader::default().read("a.txt", text.as_bytes()).unwrap();
    assert_eq!(article.title.as_deref(), Some("Bridge opens again"));
    assert_eq!(article.paragraphs, ["The bridge of Velmar was opened on Monday."]);
}

#[test]
fn objects_of_joined_lines_are_all_read() {
    let record = |name: &str| {
        format!(
            "{{\"title\": \"{name}\", \"text\": \"The council of {name} voted on Monday to close the old ferry terminal by June.\"}}"
        )
    };
    let text = format!(
        "\u{feff}{}{}\n\u{1e}{}\n[\n{},\n\0\0\n{{\"title\": \"to",
        record("Alder"),
        record("Velmar"),
        record("Orla"),
        record("Sella")
    );
    let entries = Reader::default().read_many("a.jsonl", text.as_bytes()).unwrap();
    let titles: Vec<_> =
        entries.iter().filter_map(|it| it.article.as_ref().ok()?.title.clone()).collect();
    assert_eq!(titles, ["Alder", "Velmar", "Orla", "Sella"]);
    let error = entries.last().unwrap().article.as_ref().unwrap_err().to_string();
    assert!(entries.len() == 5 && error.contains("line 6: EOF"), "{error}");
}
