use super::*;
use crate::analysis::passage::passage;

fn turned(sentence: &str, source: &str, language: Language) -> bool {
    let knowledge = Knowledge::new(language);
    let source = Source::of_text(source, &knowledge);
    check(&passage(sentence, &knowledge), &source, &knowledge).is_some()
}

#[test]
fn names_that_changed_places_are_found() {
    let english = "On Monday the company Orvana sued its rival Belmark over a stolen patent.";
    let other = "On Monday the company Belmark sued its rival Orvana over a stolen patent.";
    assert!(turned(other, english, Language::English));
    assert!(!turned(english, english, Language::English));

    let russian = "Молдавия не хочет ссориться с Китаем из-за спорного участка, заявил министр.";
    let other = "Китай не хочет ссориться с Молдавией из-за спорного участка, заявил министр.";
    assert!(turned(other, russian, Language::Russian));
    let order = "С Китаем Молдавия не хочет ссориться из-за спорного участка, заявил министр.";
    assert!(!turned(order, russian, Language::Russian));

    let turkish = "Norveç pazartesi günü balıkçılık hakları konusunda İzlanda'yı mahkemeye verdi.";
    let other = "İzlanda pazartesi günü balıkçılık hakları konusunda Norveç'i mahkemeye verdi.";
    assert!(turned(other, turkish, Language::Turkish));
    let order = "Balıkçılık hakları konusunda İzlanda'yı pazartesi günü Norveç mahkemeye verdi.";
    assert!(!turned(order, turkish, Language::Turkish));
}

#[test]
fn the_same_said_otherwise_stands() {
    let source = "On Monday the company Orvana sued its rival Belmark over a stolen patent.";
    let passive =
        "Its rival Belmark was sued on Monday by the company Orvana over a stolen patent.";
    assert!(!turned(passive, source, Language::English));
    let source = "President Ivo Stern met Chancellor Lena Brandt in Vienna on Tuesday evening.";
    let other = "Chancellor Lena Brandt met President Ivo Stern in Vienna on Tuesday evening.";
    assert!(!turned(other, source, Language::English));
    let source = "Norway's minister of fisheries said in Bergen that Iceland took too much cod.";
    let other = "In Bergen Norway's minister of fisheries said that Iceland took too much cod.";
    assert!(!turned(other, source, Language::English));

    let source = "Молдавия обвинила Норвегию в нарушении договорённостей о поставках рыбы.";
    let passive = "Норвегия обвинена Молдавией в нарушении договорённостей о поставках рыбы.";
    assert!(!turned(passive, source, Language::Russian));

    let source = "Norveç pazartesi günü balıkçılık hakları konusunda İzlanda'yı mahkemeye verdi.";
    let passive =
        "İzlanda pazartesi günü balıkçılık hakları konusunda Norveç tarafından mahkemeye verildi.";
    assert!(!turned(passive, source, Language::Turkish));
}
