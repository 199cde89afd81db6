use super::*;

#[test]
fn a_tree_with_namespaces_references_and_cdata() {
    let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><n:a xmlns:n='urn:n' k='1 &amp; 2'>\
        x &lt; 5&nbsp;&#x27;<![CDATA[<p>&amp;</p>]]><n:b/><m:b>in</m:b></n:a>";
    let root = parse(text).unwrap();
    assert_eq!((&*root.name, &*root.namespace), ("a", "urn:n"));
    assert_eq!(root.attribute("k"), Some("1 & 2"));
    assert_eq!(root.text(), "x < 5\u{a0}'<p>&amp;</p>in");
    let spaces: Vec<&str> = root.elements().map(|element| &*element.namespace).collect();
    assert_eq!(spaces, ["urn:n", "m"]);
}

#[test]
fn what_is_not_well_formed_is_read_as_far_as_it_goes() {
    let root = parse("<a><b>one<br>two</b></c><d>x < 5 and y > 4 & more</d><e>open").unwrap();
    assert_eq!(root.child("b").unwrap().text(), "onetwo");
    assert_eq!(root.child("d").unwrap().text(), "x < 5 and y > 4 & more");
    assert!(root.torn && root.child("e").unwrap().torn);
    let feed = "<rss><channel><item><t>1</t><item><t>2</t></item><item><t>3<!-- </t></item>";
    let root = parse(&format!("{feed}<item><t>4</t></item></channel></rss>")).unwrap();
    let items = root.all("item");
    assert_eq!(items.len(), 4);
    assert!(items[2].torn && !items[3].torn);
    assert_eq!(items[3].line().as_deref(), Some("4"));
}

#[test]
fn hostile_documents_end() {
    assert_eq!(parse(&"<a>".repeat(100_000)), Err(XmlError::TooDeep));
    assert_eq!(parse("no element"), Err(XmlError::Nothing));
    let laughs = "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><r>&b;</r>";
    assert_eq!(parse(laughs).unwrap().text(), "&b;");
}

#[test]
fn html_comes_out_without_prefixes() {
    let root =
        parse("<d xmlns:x='u'><x:p class='k' on='no'>a &lt; b</x:p><z>c<y/></z></d>").unwrap();
    let shape = |element: &Element| match &*element.name {
        "y" => Shape::Dropped,
        "z" => Shape::Unwrapped,
        _ => Shape::Same,
    };
    assert_eq!(root.inner_html(shape), "<p class=\"k\">a &lt; b</p>c");
}

#[test]
fn the_root_is_found_behind_what_comes_before() {
    let cases = [
        (
            "<?xml version='1.0'?>\n<!-- <no> --><!DOCTYPE NewsML [<!ELEMENT x (y)>]><NewsML V='1'>",
            Some("NewsML"),
        ),
        ("<svg:svg xmlns:svg='u'>", Some("svg:svg")),
        ("<3 is how fans sign", None),
        ("text <b>", None),
        ("<a", None),
    ];
    for (text, name) in cases {
        assert_eq!(root_name(text), name, "{text}");
    }
}
