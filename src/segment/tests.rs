use super::*;

/// Real neighbours from a news corpus, three a line; see the file's head for source and licence.
const NEIGHBOURS: &str = include_str!("../../tests/articles/sentences.tsv");

/// Cases of our own, each of another kind.
const CASES: &str = include_str!("../../tests/articles/sentence_cases.tsv");

/// Cases of a table that are parted as they should be, all of them, and those that are not.
fn count(table: &str) -> (usize, usize, String) {
    let mut right = 0;
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (language, text) = line.split_once('\t').unwrap();
        let expected: Vec<&str> = text.split(" ¦ ").collect();
        let joined = expected.join(" ");
        let found = sentences(&joined, language.parse().unwrap());
        if found == expected {
            right += 1;
        } else {
            wrong.push(format!("{language}: {found:#?}"));
        }
    }
    (right, right + wrong.len(), wrong.join("\n"))
}

#[test]
fn real_neighbours_part_where_the_corpus_parts_them() {
    let (right, all, wrong) = count(NEIGHBOURS);
    assert!(all >= 120, "{all} cases");
    // 135 of 135 at the last change.
    assert!(right * 100 >= all * 98, "{right} of {all} right; wrong:\n{wrong}");
}

#[test]
fn cases_of_every_kind_part_where_they_should() {
    let (right, all, wrong) = count(CASES);
    assert!(all >= 300, "{all} cases");
    assert!(right * 100 >= all * 99, "{right} of {all} right; wrong:\n{wrong}");
}

/// Each case is one text; `¦` stands where it must part.
#[test]
fn marks_that_do_not_end_a_sentence() {
    let cases = [
        ("en", "Dr. A. S. Byatt met Mr. Hill at 5 p.m. on Monday. ¦ They talked."),
        ("en", "Prices rose 3.5 percent to $1,200.50 in the U.S. last year. ¦ Nobody knows why."),
        (
            "en",
            "Apple Inc. said it would wait. ¦ See www.example.com/a.b?c=d. ¦ Or write to a.b@c.org.",
        ),
        ("en", "It cost No. 10 dearly, e.g. in Leeds. ¦ So in the U.S. ¦ The rest moved on."),
        (
            "en",
            "“Why now?” Smith asked. ¦ “Because.” ¦ He left (it was late. He was tired.) and slept.",
        ),
        ("en", "He paused... and went on. ¦ Then... ¦ Nothing happened! ¦ Really?! ¦ Yes."),
        ("en", "The vote is on Nov. 6 in Washington. ¦ It began on Sept. 30."),
        ("en", "See Docs.Example.com or http://a.b/C.Dee first."),
        (
            "tr",
            "Maçın 5. gününde 19. Yüzyıl Müzesi'nde toplandılar. ¦ Karar 2018. ¦ Sonra gittiler.",
        ),
        (
            "tr",
            "Doç. Dr. Ayşe Kaya, Prof. M. Öz ve Av. Can geldi. ¦ Elma, armut vb. ürünler satıldı.",
        ),
        ("tr", "Enflasyon yüzde 2,7 oldu; 1.000'den fazla kişi geldi. ¦ T.C. Anayasası değişmedi."),
        ("tr", "\"Gidelim mi?\" diye sordu. ¦ \"Hayır.\" ¦ XIV. Louis sustu."),
        ("tr", "Çekirdek böyledir (bkz. Şekil 1.1). ¦ Ayrıntılar www.ornek.com.tr adresinde."),
        ("ru", "В 1870 г. город вырос до 5 млн. человек. ¦ В 2018 г. ¦ Президент уехал."),
        (
            "ru",
            "В г. Москве на ул. Ленина живёт проф. А. С. Иванов. ¦ Он стар, т. е. мудр, и т. д.",
        ),
        (
            "ru",
            "«Куда?» — спросил В. В. Путин. ¦ «Домой», — ответил театр им. Царёва, т.е. Пётр. ¦ Всё.",
        ),
        (
            "ru",
            "Рост составил 3,1 млрд. руб. по курсу на 01.02.2018. ¦ Цены упали на 10 см. ¦ Конец.",
        ),
        ("ru", "Театр им. Пушкина закрыт... ¦ Почему? ¦ Никто не знает! ¦ См. рис. 5."),
    ];
    for (language, text) in cases {
        let expected: Vec<&str> = text.split(" ¦ ").collect();
        let joined = expected.join(" ");
        assert_eq!(sentences(&joined, language.parse().unwrap()), expected);
    }
}

#[test]
fn nothing_is_lost_and_line_breaks_part() {
    let text = "  First line\nsecond line. And more?  (Yes. No.) \"So.\"\n\n…";
    let found = sentences(text, Language::English);
    assert_eq!(found, ["First line", "second line.", "And more?", "(Yes. No.)", "\"So.\"", "…"]);
    assert!(sentences(" \n ", Language::Russian).is_empty());
    for (language, paragraph) in NEIGHBOURS.lines().filter_map(|line| line.split_once('\t')) {
        let joined = sentences(paragraph, language.parse().unwrap()).concat();
        let visible = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(visible(&joined), visible(paragraph));
    }
}

#[test]
fn sentences_without_space_between_them_part() {
    let found = sentences("Bakan geldi.Ancak konuşmadı!Sonra gitti.", Language::Turkish);
    assert_eq!(found, ["Bakan geldi.", "Ancak konuşmadı!", "Sonra gitti."]);
    // One word of a hundred thousand letters takes no longer than as many words.
    assert_eq!(sentences(&"a.B".repeat(30_000), Language::English).len(), 1);
}
