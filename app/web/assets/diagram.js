/* Shows a BPMN diagram with its tokens, to look at: <div data-diagram data-xml-url="…" data-active="…" data-passed="…">.

   data-active and data-passed hold element ids, separated by spaces. The canvas is a focusable region: + and - zoom, 0 fits,
   the arrows move. A click on an element sends the event "diagram:select" with its id. Words come from the page:
   data-zoom-in-text, data-zoom-out-text, data-fit-text, data-failed-text. The bpmn.io mark stays visible, as its licence asks. */

import "diagram-js/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";

import "./diagram.css";

const ZOOM_STEP = 1.25;
const MOVE_PX = 60;
const MARKERS = { active: "ql-active", passed: "ql-passed" };

for (const host of document.querySelectorAll("[data-diagram]")) show(host);

async function show(host) {
  host.dataset.state = "loading";
  try {
    const xml = await read(host.dataset.xmlUrl);
    const viewer = new NavigatedViewer({ container: host, textRenderer: textStyle(host) });
    await viewer.importXML(xml);
    mark(viewer, host);
    fit(viewer);
    listen(viewer, host);
    host.dataset.state = "ready";
  } catch (error) {
    host.dataset.state = "failed";
    host.append(paragraph(host.dataset.failedText ?? String(error)));
  }
}

async function read(url) {
  const answer = await fetch(url, { headers: { Accept: "application/xml, text/xml" } });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.text();
}

/* Labels are measured in the page's own typeface, so that Chinese text keeps inside its box. */
function textStyle(host) {
  const style = { fontFamily: getComputedStyle(host).fontFamily, fontSize: 12, lineHeight: 1.3 };
  return { defaultStyle: style, externalStyle: style };
}

function mark(viewer, host) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const [kind, marker] of Object.entries(MARKERS)) {
    for (const id of (host.dataset[kind] ?? "").split(/\s+/)) if (registry.get(id)) canvas.addMarker(id, marker);
  }
}

function fit(viewer) {
  viewer.get("canvas").zoom("fit-viewport", "auto");
}

function zoom(viewer, factor) {
  const canvas = viewer.get("canvas");
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)));
}

function listen(viewer, host) {
  const canvas = viewer.get("canvas");
  const actions = {
    "+": () => zoom(viewer, ZOOM_STEP),
    "=": () => zoom(viewer, ZOOM_STEP),
    "-": () => zoom(viewer, 1 / ZOOM_STEP),
    0: () => fit(viewer),
    ArrowLeft: () => canvas.scroll({ dx: MOVE_PX, dy: 0 }),
    ArrowRight: () => canvas.scroll({ dx: -MOVE_PX, dy: 0 }),
    ArrowUp: () => canvas.scroll({ dx: 0, dy: MOVE_PX }),
    ArrowDown: () => canvas.scroll({ dx: 0, dy: -MOVE_PX }),
  };
  host.tabIndex = 0;
  host.addEventListener("keydown", (event) => {
    const act = event.target === host && !event.ctrlKey && !event.metaKey && !event.altKey && actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  host.append(toolbar(host, actions));
  viewer.on("element.click", ({ element }) => {
    host.dispatchEvent(new CustomEvent("diagram:select", { bubbles: true, detail: { id: element.id } }));
  });
  new ResizeObserver(() => canvas.resized()).observe(host);
}

function toolbar(host, actions) {
  const bar = document.createElement("div");
  bar.className = "ql-diagram-tools";
  const buttons = [["+", "+", host.dataset.zoomInText], ["-", "−", host.dataset.zoomOutText], [0, "▢", host.dataset.fitText]];
  for (const [key, sign, label] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = sign;
    button.setAttribute("aria-label", label ?? sign);
    button.addEventListener("click", actions[key]);
    bar.append(button);
  }
  return bar;
}

function paragraph(text) {
  const element = document.createElement("p");
  element.className = "ql-bad";
  element.setAttribute("role", "alert");
  element.textContent = text;
  return element;
}
