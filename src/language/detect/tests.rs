use super::*;

fn language_of(text: &str) -> Detected {
    detect(text).language
}

#[test]
fn single_sentences_of_the_three() {
    let cases = [
        ("The minister resigned on Monday.", Language::English),
        ("Rain stopped play.", Language::English),
        ("Ministers met in İzmir and Muğla to talk about the fires.", Language::English),
        ("Bakan pazartesi günü istifa etti.", Language::Turkish),
        ("Yangın söndürüldü, soruşturma sürüyor.", Language::Turkish),
        ("Microsoft ve Google yeni bir anlaşma imzaladı.", Language::Turkish),
        ("Министр подал в отставку.", Language::Russian),
        ("Компания Apple представила iPhone.", Language::Russian),
        ("Нет.", Language::Russian),
    ];
    for (text, language) in cases {
        assert_eq!(language_of(text), Detected::Known(language), "{text}");
    }
}

#[test]
fn names_in_another_script_decide_nothing() {
    let russian = "Бумага\tЦена\tИзменение\nGAZP\t131,2\t+0,4%\nSBERP\t274,9\t-1,1%\nLKOH\t6790\t0,0%\n\
        TATNP\t640\t0,2%\nNLMK\t121,3\t0,9%\n";
    assert_eq!(language_of(russian), Detected::Known(Language::Russian));
    let firms =
        "Лидеры роста на бирже: Apple Inc., Tesla Motors, Exxon Mobil, Procter Gamble, Johnson";
    assert_eq!(language_of(firms), Detected::Known(Language::Russian));
    let english = "The paper Новая газета said on Monday that it will close its office in Riga.";
    assert_eq!(language_of(english), Detected::Known(Language::English));
    let turkish = "Новая газета ve Коммерсантъ gazeteleri pazartesi günü ofislerini kapatacak.";
    assert_eq!(language_of(turkish), Detected::Known(Language::Turkish));
}

#[test]
fn other_languages_are_named() {
    let cases = [
        (
            "German",
            "Die Regierung hat am Montag ein neues Gesetz vorgestellt, das die Mieten in den großen \
             Städten begrenzen soll. Die Opposition kritisierte den Entwurf als unzureichend.",
        ),
        (
            "Azerbaijani",
            "Nazirlər Kabineti bazar ertəsi keçirilən iclasda yeni qərar qəbul edib. Sənədə əsasən, \
             ölkə üzrə orta aylıq əməkhaqqı gələn ildən artırılacaq.",
        ),
        (
            "Ukrainian",
            "Уряд у понеділок ухвалив рішення про нову програму підтримки малого бізнесу. Її дія \
             почнеться вже цієї осені, повідомила прем'єр-міністерка.",
        ),
        (
            "Kazakh",
            "Үкімет дүйсенбі күні шағын бизнесті қолдаудың жаңа бағдарламасын бекітті, деп хабарлады \
             премьер-министрдің баспасөз қызметі.",
        ),
        (
            "Bulgarian",
            "Правителството прие в понеделник решение за нова програма за подкрепа на малкия \
             бизнес. Тя ще започне да действа още тази есен, съобщи министърът.",
        ),
        (
            "French",
            "Le gouvernement a présenté lundi un nouveau projet de loi destiné à limiter les loyers \
             dans les grandes villes. L'opposition a critiqué un texte insuffisant.",
        ),
        (
            "Spanish",
            "El Gobierno presentó el lunes un nuevo proyecto de ley para limitar los alquileres en \
             las grandes ciudades. La oposición criticó el texto por insuficiente.",
        ),
    ];
    for (name, text) in cases {
        assert_eq!(language_of(text), Detected::Other(name), "{text}");
    }
}

#[test]
fn text_without_letters_is_undetermined() {
    assert_eq!(language_of(""), Detected::Undetermined);
    assert_eq!(language_of("12.11.2026 — 15:40"), Detected::Undetermined);
    assert_eq!(detect("12").confidence, 0.0);
}

#[test]
fn other_scripts_are_never_one_of_the_three() {
    let greek = "Η κυβέρνηση παρουσίασε τη Δευτέρα νέο νομοσχέδιο για τα ενοίκια στις πόλεις.";
    assert_eq!(language_of(greek), Detected::Other("Greek"));
}
