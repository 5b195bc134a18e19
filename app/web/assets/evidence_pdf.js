/* A PDF, page by page, drawn by pdf.js. Nothing in it runs: no scripts, no forms, no links. */

import { GlobalWorkerOptions, getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

const PIXELS_MOST = 16_000_000;

export async function openPdf(url, { worker, fonts, cmaps }) {
  GlobalWorkerOptions.workerSrc = worker;
  GlobalWorkerOptions.workerPort ??= new Worker(worker);
  const pdf = await getDocument({
    url,
    cMapUrl: cmaps,
    standardFontDataUrl: fonts,
    isEvalSupported: false,
    useWasm: false,
    enableXfa: false,
    disableAutoFetch: true,
  }).promise;
  return { pages: pdf.numPages, draw: (number, wanted) => draw(pdf, number, wanted) };
}

async function draw(pdf, number, { width, turn }) {
  const page = await pdf.getPage(number);
  const plain = page.getViewport({ scale: 1, rotation: (page.rotate + turn) % 360 });
  const scale = width / plain.width;
  const sharp = Math.min(window.devicePixelRatio || 1, Math.sqrt(PIXELS_MOST / (width * plain.height * scale)));
  const viewport = page.getViewport({ scale: scale * sharp, rotation: (page.rotate + turn) % 360 });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.width = `${Math.floor(width)}px`;
  await page.render({ canvas, viewport, annotationMode: 0 }).promise;
  const { items } = await page.getTextContent();
  return { canvas, text: items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("") };
}
