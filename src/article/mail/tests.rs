use super::*;

const HEADERS: &str = "Received: from mx.wire.example; Mon, 1 Jan 2024 10:00:00 +0300\r\n\
    From: =?UTF-8?B?0JvQtdC90YLQsA==?= <a@wire.example>\r\nTo: b@desk.example\r\n\
    Message-ID: <m1@wire.example>\r\nDate: Mon, 01 Jan 2024 10:00:00 +0300\r\n";

fn mail(rest: &str) -> Draft {
    read(format!("{HEADERS}{rest}").as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn transfer_encodings_and_encoded_words_are_undone() {
    let draft = mail(
        "Subject: =?UTF-8?Q?K=C3=B6pr=C3=BC_a=C3=A7=C4=B1ld=C4=B1?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=windows-1254\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         K=F6pr=FC sal=FD g=FCn=FC tra=\r\nfi=F0e a=E7=FDld=FD.\r\n\r\n\u{130}kinci.\r\n",
    );
    assert_eq!(draft.title.as_deref(), Some("Köprü açıldı"));
    assert!(draft.paragraphs[0].starts_with("Köprü salı günü trafiğe açıldı."), "{draft:?}");
    assert_eq!(draft.published.as_deref(), Some("2024-01-01T10:00:00+03:00"));
    assert_eq!(draft.details.source_name.as_deref(), Some("Лента"));
    assert_eq!(draft.details.item.as_deref(), Some("m1@wire.example"));
}

#[test]
fn the_text_part_is_read_once_and_the_html_part_where_it_says_more() {
    let two = |text: &str, html: &str| {
        mail(&format!(
            "Subject: Fwd: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\n\
             Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
        ))
    };
    let both = two("The bridge is open.", "<p>The bridge is open.</p>");
    assert_eq!((both.title.as_deref(), both.paragraphs.len()), (Some("S"), 1));
    let stub = two("See HTML.", "<p>The bridge is open, the mayor said.</p><p>Cars may pass.</p>");
    assert_eq!(stub.paragraphs, ["The bridge is open, the mayor said.", "Cars may pass."]);
}

#[test]
fn signatures_and_forwarding_headers_are_off() {
    let draft = mail(
        "Subject: FW: bridge\r\n\r\nPlease use.\r\n\r\n---------- Forwarded message ---------\r\nFrom: A <a@b>\r\n\
         Date: Mon\r\nSubject: Bridge opens\r\nTo: c@d\r\n\r\nThe bridge was opened on Monday, the mayor said.\r\n\r\n\
         Cars may pass now.\r\n\r\n-- \r\nAda Moss\r\nPhone 1\r\n",
    );
    assert_eq!(
        draft.paragraphs,
        ["The bridge was opened on Monday, the mayor said.", "Cars may pass now."]
    );
    assert_eq!(draft.notes.len(), 2, "{:?}", draft.notes);
    let russian = mail(
        "Subject: test\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nОт: А\r\nОтправлено: Пн\r\nКому: Б\r\nТема: Мост\r\n\r\n\
         Мост открыт.\r\n\r\nДвижение пущено.\r\n\r\nОтправлено с iPhone\r\n",
    );
    assert_eq!(russian.paragraphs, ["Мост открыт.", "Движение пущено."]);
}

#[test]
fn a_mailbox_holds_many_and_too_many_parts_are_refused() {
    let one = |n: usize| {
        format!(
            "From a@b Mon Jan  1 10:00:00 2024\nFrom: a@b.c\nSubject: N{n}\nDate: x\n\nText {n} of it.\n\n"
        )
    };
    let drafts = read_mailbox(format!("{}{}", one(1), one(2)).as_bytes(), &Limits::default());
    let titles: Vec<_> =
        drafts.iter().map(|it| it.as_ref().unwrap().title.clone().unwrap()).collect();
    assert_eq!(titles, ["N1", "N2"]);
    let part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
    let many = format!(
        "{HEADERS}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        part.repeat(1000)
    );
    let error = read(many.as_bytes(), &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("at most 500"), "{error}");
}

#[test]
fn closings_and_marked_signatures_are_left_out() {
    let story =
        "The bridge of Velmar was opened on Monday.\n\nCars may pass again.\n\nBuses follow.";
    for closing in [
        "Best regards,\nAda Moss\nPlain Wire",
        "Saygılarımla\nAyşe Moss",
        "С уважением,\n\nАда Мосс",
    ] {
        let text = format!(
            "Subject: Bridge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{story}\n\n{closing}\n"
        );
        assert_eq!(mail(&text).paragraphs.len(), 3, "{closing}");
    }
    let thanks = format!(
        "Subject: Bridge\r\n\r\n{story}\n\nThanks\nto the mayor, cars may pass again on both lanes of it by May.\n"
    );
    assert_eq!(mail(&thanks).paragraphs.len(), 5);
    for mark in [
        "<div>-- <br>Ada Moss<br>Plain Wire</div>",
        "<div class=\"gmail_signature\">Ada Moss</div>",
    ] {
        let page = story.split("\n\n").map(|line| format!("<p>{line}</p>")).collect::<String>();
        let text = format!(
            "Subject: Bridge\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{page}{mark}</body></html>"
        );
        assert_eq!(mail(&text).paragraphs.len(), 3, "{mark}");
    }
}
