/* Shows the papers of a case in place: <section data-viewer> around links <a data-paper="pdf|picture|" data-name data-sha256>.

   The links are the page without scripts; here they become a bar (which paper, page, zoom, rotate), one page drawn on a
   canvas, its text for screen readers, and the fingerprint. Words and addresses come from data attributes of the section. */

import { openPdf } from "./evidence_pdf.js";
import { openPicture } from "./evidence_picture.js";

const ZOOM_STEP = 1.25;
const ZOOM_LEAST = 0.5;
const ZOOM_MOST = 4;
const OPENERS = { pdf: openPdf, picture: openPicture };

function Viewer(host) {
  const words = host.dataset;
  const papers = [...host.querySelectorAll("[data-paper]")];
  const state = { paper: 0, page: 1, zoom: 1, turn: 0, source: null, drawing: 0 };
  const parts = build(host, words, papers);

  this.start = () => {
    host.dataset.state = "ready";
    for (const [key, button] of Object.entries(parts.buttons)) button.addEventListener("click", () => ACTS[key]());
    parts.choice?.addEventListener("change", () => open(Number(parts.choice.value)));
    parts.view.addEventListener("keydown", onKey);
    new ResizeObserver(() => draw()).observe(parts.view);
    open(0);
  };

  const ACTS = {
    before: () => open(state.paper - 1),
    after: () => open(state.paper + 1),
    out: () => zoom(1 / ZOOM_STEP),
    in: () => zoom(ZOOM_STEP),
    turn: () => { state.turn = (state.turn + 90) % 360; draw(); },
    back: () => page(state.page - 1),
    on: () => page(state.page + 1),
  };
  const KEYS = { "+": "in", "=": "in", "-": "out", r: "turn", PageUp: "back", PageDown: "on", "[": "before", "]": "after" };

  function onKey(event) {
    const act = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!act || parts.buttons[act]?.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    ACTS[act]();
  }

  async function open(number) {
    if (number < 0 || number >= papers.length) return;
    const link = papers[number];
    Object.assign(state, { paper: number, page: 1, zoom: 1, turn: 0, source: null });
    if (parts.choice) parts.choice.value = String(number);
    parts.print.textContent = `sha256 ${link.dataset.sha256.slice(0, 4)}…${link.dataset.sha256.slice(-4)}`;
    parts.print.title = link.dataset.sha256;
    parts.whole.href = link.href;
    const opener = OPENERS[link.dataset.paper];
    if (!opener) return say(words.otherText);
    say(words.loadingText);
    try {
      const source = await opener(link.href, words);
      if (state.paper !== number) return;
      state.source = source;
      say("");
      await draw();
    } catch {
      if (state.paper === number) say(words.failedText);
    }
  }

  function page(number) {
    if (!state.source || number < 1 || number > state.source.pages) return;
    state.page = number;
    parts.view.scrollTop = 0;
    draw();
  }

  function zoom(factor) {
    state.zoom = Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, state.zoom * factor));
    draw();
  }

  async function draw() {
    const { source } = state;
    label();
    if (!source) return;
    const drawing = ++state.drawing;
    const width = Math.max(120, parts.view.clientWidth - 24);
    let made;
    try {
      made = await source.draw(state.page, { width: width * state.zoom, turn: state.turn });
    } catch {
      /* a large paper comes in pieces as its pages are turned: the connection may be gone by now */
      if (drawing === state.drawing) say(words.failedText);
      return;
    }
    if (drawing !== state.drawing || source !== state.source) return;
    made.canvas.setAttribute("role", "img");
    made.canvas.setAttribute("aria-label", `${papers[state.paper].dataset.name}, ${place()}`);
    parts.text.textContent = made.text;
    parts.view.replaceChildren(made.canvas, parts.text);
    host.dataset.drawn = `${state.paper + 1}/${state.page}/${state.turn}/${Math.round(state.zoom * 100)}`;
  }

  function place() {
    return words.pageText.replace("{page}", state.page).replace("{pages}", state.source?.pages ?? 1);
  }

  function label() {
    parts.page.textContent = state.source ? place() : "";
    parts.buttons.before.disabled = state.paper === 0;
    parts.buttons.after.disabled = state.paper === papers.length - 1;
    parts.buttons.back.disabled = !state.source || state.page === 1;
    parts.buttons.on.disabled = !state.source || state.page === state.source.pages;
    for (const key of ["in", "out", "turn"]) parts.buttons[key].disabled = !state.source;
  }

  function say(text) {
    parts.text.textContent = "";
    const line = document.createElement("p");
    line.className = "ql-view-say";
    line.textContent = text;
    parts.view.replaceChildren(line);
    label();
  }
}

function build(host, words, papers) {
  const bar = element("div", "ql-evid-bar");
  const choice = papers.length > 1 ? choiceOf(papers, words) : null;
  bar.append(choice ?? element("b", "", papers[0].dataset.name));
  const page = element("span", "ql-dim");
  page.setAttribute("role", "status");
  bar.append(page);
  const buttons = {};
  const groups = [["out", "in", "turn"], ["back", "on"], ...(papers.length > 1 ? [["before", "after"]] : [])];
  for (const keys of groups) {
    const group = element("span", "ql-tools");
    for (const key of keys) group.append((buttons[key] = buttonOf(key, words)));
    bar.append(group);
  }
  for (const key of ["before", "after"]) buttons[key] ??= buttonOf(key, words);
  const view = element("div", "ql-view");
  view.tabIndex = 0;
  view.setAttribute("role", "region");
  view.setAttribute("aria-label", words.regionText);
  const text = element("div", "ql-sr");
  const foot = element("p", "ql-evid-bar");
  const print = element("span", "ql-code");
  const whole = element("a", "ql-push", words.wholeText);
  foot.append(element("span", "ql-dim", words.printText), print, whole);
  host.append(bar, view, foot);
  return { choice, page, buttons, view, text, print, whole };
}

function choiceOf(papers, words) {
  const choice = element("select", "form-select");
  choice.setAttribute("aria-label", words.choiceText);
  papers.forEach((paper, number) => {
    const option = element("option", "", `${number + 1}/${papers.length} ${paper.dataset.name}`);
    option.value = String(number);
    choice.append(option);
  });
  return choice;
}

const SIGNS = { out: "−", in: "+" };

function buttonOf(key, words) {
  const word = words[`${key}Text`];
  const button = element("button", "btn btn-sm", SIGNS[key] ?? word);
  button.type = "button";
  button.dataset.act = key;
  if (SIGNS[key]) button.setAttribute("aria-label", word);
  return button;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

for (const host of document.querySelectorAll("[data-viewer]")) new Viewer(host).start();
