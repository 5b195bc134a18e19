/* Reads PDFs beside the page, so that a heavy one never holds up typing. */

import "pdfjs-dist/legacy/build/pdf.worker.mjs";
