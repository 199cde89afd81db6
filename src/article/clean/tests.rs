use super::*;

fn cleaned(paragraphs: &[&str], language: Language) -> Cleaned {
    let paragraphs: Vec<String> = paragraphs.iter().map(|text| text.to_string()).collect();
    clean(None, &paragraphs, language)
}

#[test]
fn characters_and_spaces() {
    let cases = [
        ("re\u{AD}bal\u{AD}ancing the econ\u{200B}omy", "rebalancing the economy"),
        ("I\u{307}zmir\u{A0}ve\u{2009}Muğla", "İzmir ve Muğla"),
        ("Tom &amp; Ann&#8217;s &laquo;deal&raquo; &c;", "Tom & Ann’s «deal» &c;"),
        ("a \u{202E}reversed\u{202C} word\u{E0041}", "a reversed word"),
        ("«Мы едем», — сказал он.", "«Мы едем», — сказал он."),
    ];
    for (text, expected) in cases {
        assert_eq!(normalise(text), expected);
    }
    let spaced = [
        ("They left , and ( perhaps ) slept .", "They left, and (perhaps) slept."),
        ("Node .js and 5 .5 and :) stay", "Node .js and 5 .5 and :) stay"),
        ("Он сказал : « нет » .", "Он сказал: «нет»."),
    ];
    for (text, expected) in spaced {
        assert_eq!(characters::close_spaces(text), expected);
    }
}

#[test]
fn furniture_of_three_languages_goes_with_a_note() {
    let cases = [
        ("Contact Us", "a contact link"),
        ("BİZE ULAŞIN", "a contact link"),
        ("Свяжитесь с нами »", "a contact link"),
        ("Share this story", "a share prompt"),
        ("Bu haberi paylaş", "a share prompt"),
        ("Поделиться новостью", "a share prompt"),
        ("Read more: Ferry prices rise", "a pointer to other stories"),
        ("Читайте также: Цены растут", "a pointer to other stories"),
        ("© 2024 Herald", "a copyright line"),
        ("Tüm hakları saklıdır.", "a copyright line"),
        ("Çerez kullanımını kabul ederek cihazınıza kayda izin verirsiniz.", "a consent notice"),
        ("Вы прочитали две бесплатных статьи. Подпишитесь.", "a paywall note"),
        ("Sign up for our newsletter", "a newsletter prompt"),
        ("Реклама", "an advertisement label"),
        ("(Reporting by Ann Cole; editing by J. P. Moss)", "an agency's or picture's trailer"),
        ("Click here for restrictions", "an agency's or picture's trailer"),
        ("Photo by Ann Cole/AFP", "an agency's or picture's trailer"),
        ("Фото: Пётр Орлов / ТАСС", "an agency's or picture's trailer"),
        ("Abonelik için lütfen iletişime geçiniz.", "an agency's or picture's trailer"),
        ("WhatsApp'ta paylaş", "a share prompt"),
        ("Подписывайтесь на канал редакции", "a share prompt"),
        ("Don't miss: Ferry prices rise", "a pointer to other stories"),
    ];
    for (text, kind) in cases {
        let result = cleaned(&["The council voted on Monday.", text], Language::English);
        assert_eq!(result.paragraphs, ["The council voted on Monday."], "{text}");
        assert!(result.notes[0].contains(kind), "{text}: {:?}", result.notes);
    }
}

#[test]
fn sentences_about_such_things_stay() {
    let texts = [
        "The court ruled that the site must ask before it stores cookies on a visitor's computer.",
        "Contact between the two ministers was broken off on Monday.",
        "Yorum yapmaktan kaçınan bakan, soruları yanıtlamadı.",
        "Подписка на газету подорожает с нового года, сообщила редакция.",
        "Share prices fell by 3 percent.",
    ];
    for text in texts {
        assert_eq!(cleaned(&[text], Language::English).paragraphs, [text]);
    }
}

#[test]
fn copies_go_and_tables_stay() {
    let story = "Engineers found cracks in two of the eleven piers of the old bridge last week.";
    let fuller =
        "Engineers found cracks in two of the eleven piers of the old bridge last week, they said.";
    let result = cleaned(&[story, "The bridge is closed.", fuller], Language::English);
    assert_eq!(result.paragraphs, [fuller, "The bridge is closed."]);
    assert!(result.notes[0].contains("repeated paragraph"), "{:?}", result.notes);

    let rows = [
        "In the northern district turnout was 41 percent and the mayor won by 120 votes.",
        "In the northern district turnout was 43 percent and the mayor won by 87 votes.",
    ];
    assert_eq!(cleaned(&rows, Language::English).paragraphs, rows);
}

#[test]
fn a_sentence_said_before_goes() {
    let told = "Bakan, köprünün onarım bitene, yani mayıs ayına kadar kapalı kalacağını salı günü açıkladı.";
    let first = &format!("{told} Onarım pahalı.");
    let second = &format!("Tramvaylar eski pazarda duruyor. {told}");
    let result = cleaned(&[first, second], Language::Turkish);
    assert_eq!(result.paragraphs, [first.as_str(), "Tramvaylar eski pazarda duruyor."]);
    assert_eq!(result.notes.len(), 1);
}

#[test]
fn a_lead_goes_only_when_nothing_is_lost_with_it() {
    let sound =
        "Transport Minister Ada Lindqvist met the mayor of Velmar on Tuesday about the bridge.";
    let spoilt = "'s transport minister met the mayor about the bridge of Velmar on Tuesday.";
    let more = "Repairs of the bridge will take until May, and the ferry will run at night.";
    let result = cleaned(&[spoilt, sound, more], Language::English);
    assert_eq!(result.paragraphs, [sound, more]);
    assert!(result.notes[0].contains("which had lost words"), "{:?}", result.notes);

    // The same with a name that stands nowhere else: it stays, and is reported.
    let named = "'s transport minister met the mayor Tomas Brandt about the bridge on Tuesday.";
    let result = cleaned(&[named, sound, more], Language::English);
    assert_eq!(result.paragraphs, [named, sound, more]);
    assert!(result.notes[0].contains("lost"), "{:?}", result.notes);
}

#[test]
fn lost_words_are_reported_and_never_guessed() {
    let cases = [
        (Language::English, "Velmar, near 's border, is calm.", "near 's border"),
        (Language::English, "He was hit by the and its allies.", "by the and its"),
        (Language::English, "A region of battered by storms woke.", "of battered by"),
        (Language::English, "It stands in Velmar, northern .", "northern ."),
        (Language::Turkish, "Karar 'nın başkentinde alındı.", "'nın başkentinde"),
        (Language::Russian, "Он приехал в и сразу уехал.", "в и"),
    ];
    for (language, text, spot) in cases {
        let result = cleaned(&[text], language);
        assert_eq!(result.notes.len(), 1, "{text}: {:?}", result.notes);
        assert!(result.notes[0].contains(spot), "{text}: {:?}", result.notes);
        let letters = |text: &str| text.chars().filter(|letter| *letter != ' ').collect::<String>();
        assert_eq!(letters(&result.paragraphs[0]), letters(text));
    }
    let sound = [
        (Language::English, "The minister's aide said it's over, and the dogs' owners left."),
        (Language::English, "By and large, the plan of the board came from within."),
        (Language::Turkish, "'Hayır' dedi ve Ankara'nın kararını bekledi."),
        (Language::Russian, "В 2018 г. он жил в Москве, а не в Туле."),
    ];
    for (language, text) in sound {
        assert_eq!(cleaned(&[text], language).notes, Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_headline_is_not_repeated() {
    let paragraphs = ["KÖPRÜ KAPANDI".to_string(), "Köprü kapandı, dedi bakan.".to_string()];
    let result = clean(Some("Köprü kapandı"), &paragraphs, Language::Turkish);
    assert_eq!(result.paragraphs, ["Köprü kapandı, dedi bakan."]);
}
