// Measures the page as it stands, for tests: what is too small to hit, what is covered when it has the focus, what moves,
// and whether the page is wider than its window. Returns lines of text; nothing is wrong if there are none.
(() => {
  const LEAST = 24;
  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const name = (element) => element.outerHTML.slice(0, 120).replace(/\s+/g, " ");
  const isSeen = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.disabled) return false;
    if (element.closest("[aria-hidden='true']") || getComputedStyle(element).clipPath !== "none") return false;  // for machines alone
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  // the target of a radio button or checkbox is its label, too
  const targetOf = (element) => (element.type === "radio" || element.type === "checkbox" ? element.closest("label") || element : element);
  // a link within a sentence is as high as its line; WCAG 2.5.8 leaves it out
  const isInSentence = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const words = (element.parentElement.textContent || "").replace(/\s+/g, "");
    return words.length > element.textContent.replace(/\s+/g, "").length;
  };
  const tooSmall = (element) => {
    const box = targetOf(element).getBoundingClientRect();
    return Math.min(box.width, box.height) < LEAST - 0.5 && !isInSentence(element);
  };
  const isCovered = (element) => {
    element.focus();
    if (document.activeElement !== element) return false;
    const target = targetOf(element), box = target.getBoundingClientRect();
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right - left < 1 || bottom - top < 1) return true;
    const marks = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]];
    return !marks.some(([x, y]) => {
      const hit = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
      return hit && (target.contains(hit) || hit.contains(target));
    });
  };
  const found = [...document.querySelectorAll(FOCUSABLE)].filter(isSeen);
  const wide = document.documentElement.scrollWidth;
  const lines = wide > innerWidth ? [`the page is ${wide} px wide in a window of ${innerWidth} px`] : [];
  lines.push(...found.filter(tooSmall).map((one) => {
    const box = targetOf(one).getBoundingClientRect();
    return `smaller than ${LEAST} px (${box.width.toFixed(0)} × ${box.height.toFixed(0)}): ${name(one)}`;
  }));
  lines.push(...found.filter((one) => isSeen(one) && isCovered(one)).map((one) => `covered when it has the focus: ${name(one)}`));
  document.activeElement?.blur();
  scrollTo(0, 0);
  return lines;
})();
