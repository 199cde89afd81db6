//! The words that sentence boundaries hang on, in lower case and without their last stop.

use crate::language::Language;

/// Short names of months, which join a number that follows.
pub(super) fn is_month(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => "jan feb mar apr jun jul aug sept sep oct nov dec",
        Language::Turkish => "oca şub nis haz tem ağu eyl eki kas ara",
        Language::Russian => "янв фев апр авг сент окт нояб дек",
    };
    contains(list, word)
}

/// Words that begin sentences, and hardly ever names.
pub(super) fn starts_sentence(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "The A An In On At It He She They We I You This That These Those But And So Or If When \
             While Though Although However His Her Its Their Our My There Here What Who Why How As \
             After Before Since For From By With To Not No One Some Many Most All Both Then Now \
             Meanwhile According Despite During Under Last Until Once Yet Still Also Even Another \
             Each Every Where Which Only Just Is Are Was Were Do Did Does Can Will Police Officials \
             Authorities Witnesses Analysts Investors Shares Researchers Residents Critics More \
             Several Two Three Four Five Nobody Nothing Today Yesterday Earlier Later Because"
        }
        Language::Turkish => {
            "Bu O Şu Ancak Ama Fakat Öte Ayrıca Sonra Daha Böylece Bunun Bunlar Onun Onlar Ben Biz \
             Siz Her Bir Bazı Tüm Bütün Çok Hiç Kimse Yine Yani Çünkü Eğer Oysa Peki Şimdi Dün \
             Bugün Yarın Polis Yetkililer Üstelik Nitekim Böyle Öyle Buna Bunu Bunda Ardından"
        }
        Language::Russian => {
            "Он Она Оно Они Это Этот Эта Эти Но Однако Поэтому Также Кроме По Для При Когда Если \
             Как Что Кто Где Там Тут Здесь Тогда Теперь Сейчас Сегодня Вчера Завтра После До За На \
             В Во Из От Под Над Об О И А Мы Вы Я Ты Его Её Их Наш Все Всё Так Такой Тот Затем Потом \
             Ранее Позже Никто Ничто Некоторые Многие Полиция Власти Эксперты Впрочем Между Среди"
        }
    };
    contains(list, word)
}

/// Words before the number of a part of a text.
pub(super) fn is_label(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "Article Chapter Section Part Step Question Rule Act Table Figure Page"
        }
        Language::Turkish => "Madde Bölüm Kısım Soru Ek Tablo Şekil Sayfa Kural Adım No Tel",
        Language::Russian => "Статья Глава Раздел Часть Шаг Вопрос Пункт Правило Таблица Рисунок",
    };
    contains(list, word)
}

/// Behind a time of day: what still belongs to it.
pub(super) fn goes_on_after_time(word: &str) -> bool {
    contains(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May \
         June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sept Sep \
         Oct Nov Dec Eastern Central Mountain Pacific Greenwich Moscow London ET EST EDT CT CST CDT \
         MT MST PT PST PDT GMT UTC BST CET CEST Mon Tue Tues Wed Thu Thurs Fri Sat Sun",
        word,
    )
}

/// Verbs that report speech: behind a quoted question the sentence goes on with them.
pub(super) fn is_reporting_verb(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "said says asked asks added replied wrote tweeted told shouted exclaimed cried wondered"
        }
        Language::Turkish => "dedi diyor sordu yazdı söyledi diye diyen ekledi",
        Language::Russian => {
            "сказал сказала спросил спросила заявил заявила написал написала добавил добавила \
             говорит отметил отметила воскликнул"
        }
    };
    contains(list, word)
}

fn contains(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}
