/* Builds the front end into app/web/static/build: names carry the content's hash, manifest.json maps plain names to them.
   Run by `make assets` as: node app/web/assets/build.js */

import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "static", "build");
const FRESH = `${OUT}.new`;

await rm(FRESH, { recursive: true, force: true });
await mkdir(FRESH, { recursive: true });
const { metafile } = await build({
  entryPoints: {
    app: join(HERE, "app.js"),
    charts: join(HERE, "charts.js"),
    diagram: join(HERE, "diagram.js"),
    evidence: join(HERE, "evidence.js"),
    evidence_worker: join(HERE, "evidence_worker.js"),
    quanliu: join(HERE, "quanliu.css"),
    tabler: "@tabler/core/dist/css/tabler.min.css",
  },
  outdir: FRESH,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "linked",
  /* pdf.js names node's modules, for where it runs outside a browser */
  define: { "import.meta.url": "location.href" },
  loader: { ".woff": "empty", ".woff2": "empty", ".eot": "empty", ".ttf": "empty", ".svg": "empty" },
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const path of Object.keys(metafile.outputs)) {
  const built = basename(path);
  const plain = built.replace(/-[A-Z0-9]{8}(\.(?:css|js))$/, "$1");
  if (plain !== built) manifest[plain] = built;
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(FRESH, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);

/* What pdf.js reads for PDFs that bring no fonts of their own: character maps of Chinese, the fourteen standard fonts. */
const PDF = join(HERE, "..", "..", "..", "node_modules", "pdfjs-dist");
for (const folder of ["cmaps", "standard_fonts"]) await cp(join(PDF, folder), join(FRESH, "pdf", folder), { recursive: true });

/* The old folder goes only when the new one is whole: a failed build leaves the pages as they were. */
await rm(OUT, { recursive: true, force: true });
await rename(FRESH, OUT);
for (const name of (await readdir(OUT)).sort()) console.log(`  ${name}`);
