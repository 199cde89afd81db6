//! Brief sentences find the sentences they were made from.

use super::*;
use crate::article::Article;
use crate::language::Language;

fn article(language: Language, text: &str) -> Article {
    Article {
        id: "a".to_string(),
        title: Some("Deney".to_string()),
        source: "a.txt".to_string(),
        paragraphs: text.lines().map(str::to_string).collect(),
        ..Article::empty(language)
    }
}

#[test]
fn inflected_words_and_numbers_lead_to_the_source_sentence() {
    let text = "Мэр открыл школу в пятницу. Налоги выросли на 12 процентов.\nПорт закрыли из-за пожара на складе.";
    let article = article(Language::Russian, text);
    let sentences =
        ["Пожары на складах закрыли порт.".to_string(), "Рост налогов составил 12%.".to_string()];
    let found = align(&AnalysedArticle::new(&article), &sentences);
    assert_eq!(found[0][0], Evidence { paragraph: 1, start: 0, end: 36 });
    assert_eq!(found[1][0], Evidence { paragraph: 0, start: 28, end: 59 });
}

#[test]
fn a_merged_sentence_rests_on_both_and_a_foreign_one_on_nothing() {
    let text = "Belediye başkanı cuma günü okulu açtı.\nHava güneşliydi.\nVergiler yüzde 12 arttı.";
    let article = article(Language::Turkish, text);
    let sentences = [
        "Belediye başkanı okulu açarken vergiler yüzde 12 arttı.".to_string(),
        "Kediler denizde balık yakalar.".to_string(),
    ];
    let found = align(&AnalysedArticle::new(&article), &sentences);
    let mut paragraphs: Vec<usize> = found[0].iter().map(|place| place.paragraph).collect();
    paragraphs.sort_unstable();
    assert_eq!(paragraphs, [0, 2]);
    assert_eq!(found[1], []);
}
