//! The words that sentence boundaries hang on, in lower case and without their last stop.

use crate::language::Language;

/// Abbreviations that always belong to what follows: titles, "for example", "number", "street".
pub(super) fn joins_next(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "mr mrs ms dr prof rev hon gen lt col capt cmdr maj sgt cpl pvt adm gov sen rep reps \
             sens pres st ste mt ft messrs mme mlle supt insp det vs v no nos art fig vol pp p ch \
             sec e.g i.e cf viz approx ca est dept univ asst amb atty fr hr rt bros op ed eds tel ext"
        }
        Language::Turkish => {
            "dr prof doç yrd av op uzm öğr gör arş sn bn bay hz alb yzb bnb tğm ütğm kor orgen \
             korg tümg tuğg gen mah sok cad cd bul apt no örn bkz çev haz yay s sf sh st mad md ör \
             yrd.doç prof.dr doç.dr op.dr uzm.dr av.dr dr.öğr öğr.gör müh mim mr mrs st v t.c m.ö m.s a.ş ltd şti tic san ltd.şti a.g.e ecz tel faks krş \
             gön alm ing fr hst ank ist der"
        }
        Language::Russian => {
            "т.е т.к т.н т.о св проф акад доц им ул пр-т просп пер пл бул наб кв обл р-н пос \
             дер стр рис табл гл ст п пп тел напр см ср гр г-н г-жа г-да тов ген полк майор \
             кап лейт адм зам нач зав гос чл корр чл.-корр канд преп инж арх худ реж соч изд ред \
             сост вып прим англ нем фр исп итал лат греч рус тур укр ок прибл дж ст"
        }
    };
    contains(list, word)
}

/// Short names of months, which join a number that follows.
pub(super) fn is_month(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => "jan feb mar apr jun jul aug sept sep oct nov dec",
        Language::Turkish => "oca şub nis haz tem ağu eyl eki kas ara",
        Language::Russian => "янв фев апр авг сент окт нояб дек",
    };
    contains(list, word)
}

/// Abbreviations that may stand at the end of a sentence as well as inside it.
pub(super) fn may_end(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "inc ltd co corp llc plc jr sr esq etc al a.m p.m u.s u.k u.n e.u d.c ph.d m.d b.a m.a \
             ave blvd rd mph km kg ft in lb lbs oz min bros assn"
        }
        Language::Turkish => {
            "vb vs vd jr a.b km kg cm mm gr lt dk mr yy \
             tl"
        }
        Language::Russian => {
            "т.д т.п др пр млн млрд трлн тыс руб коп долл н.э проц ч мин сек км кг см мм га \
             в вв р с к экз чел шт л мес нед ед л.с ж.д"
        }
    };
    contains(list, word)
}

/// Abbreviations of two parts that are printed with a space between them: "т. е.", "и т. д.".
pub(super) fn is_pair(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => "a.m p.m e.g i.e u.s u.k d.c",
        Language::Turkish => "a.ş t.c m.ö m.s",
        Language::Russian => "т.е т.к т.н т.о т.д т.п н.э л.с ж.д",
    };
    contains(list, word)
}

/// Words that begin English sentences, and hardly ever names.
pub(super) fn starts_sentence(word: &str) -> bool {
    contains(
        "The A An In On At It He She They We I You This That These Those But And So Or If When \
         While Though Although However His Her Its Their Our My There Here What Who Why How As \
         After Before Since For From By With To Not No One Some Many Most All Both Then Now \
         Meanwhile According Despite During Under Last Until Once Yet Still Also Even Another \
         Each Every Its Where Which Only Just Is Are Was Were Do Did Does Can Will",
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

/// Words before which a long sentence may be divided, with a comma in front of them or without.
pub(super) fn is_conjunction(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => {
            "and but or while because although though which who where when whereas since so after \
             before that if unless until as"
        }
        Language::Turkish => "ve ama ancak fakat çünkü veya ise ki oysa ayrıca böylece",
        Language::Russian => {
            "и но а или что чтобы который которая которое которые где когда хотя поскольку если \
             потому однако так пока"
        }
    };
    contains(list, word)
}

fn contains(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}
