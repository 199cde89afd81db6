"use strict";
const form = document.querySelector("form");
const articles = Array.from(document.querySelectorAll("main > article"));
const count = form.querySelector("output");

function words(text) { return (text || "").split(" ").filter(Boolean); }

// Letters without their marks, small: "istanbul" finds "İstanbul".
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ı", "i");
}

// What can be searched: briefs and the name of the source, not its text.
const texts = new Map();
function searched(article) {
  if (!texts.has(article)) {
    const parts = article.querySelectorAll(".place, h2, .text");
    texts.set(article, folded(Array.from(parts, (part) => part.textContent).join(" ")));
  }
  return texts.get(article);
}

function matches(article, wanted, language, finding) {
  if (language && !words(article.dataset.languages).includes(language)) return false;
  if (wanted.length > 0 && !wanted.every((word) => searched(article).includes(word))) return false;
  const kinds = words(article.dataset.findings);
  if (finding === "any") return kinds.length > 0;
  if (finding === "none") return kinds.length === 0;
  if (finding === "severe") return words(article.dataset.severities).includes("error");
  return !finding || kinds.includes(finding);
}

function filter() {
  const language = form.elements.language.value;
  const finding = form.elements.finding.value;
  const wanted = words(folded(form.elements.words.value));
  document.body.dataset.language = language;
  let shown = 0;
  for (const article of articles) {
    article.hidden = !matches(article, wanted, language, finding);
    if (!article.hidden) shown += 1;
  }
  count.value = shown === articles.length ? `${shown} articles` : `${shown} of ${articles.length} articles`;
}

// A source sentence lies in a closed article text: open it before going there.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const article = target.closest("main > article");
  if (article && article.hidden) {
    form.reset();
    filter();
  }
  const details = target.closest("details");
  if (details) details.open = true;
  target.scrollIntoView({ block: "center" });
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.hash === location.hash) reveal();
});
filter();
reveal();
