/* The scoring desk as one types: the level that is reached, the reason that is needed, what is still to be scored.
   The server says all of it as well when the page is saved or sent; the total stays hidden until all is scored. */

const scoreOf = (criterion) => {
  const input = criterion.querySelector('input[type="number"]');
  return input && input.value.trim() !== "" && input.checkValidity() ? Number(input.value) : null;
};

const needsReason = (criterion, score) =>
  score !== null &&
  (score >= Number(criterion.dataset.reasonFrom ?? Infinity) || score < Number(criterion.dataset.reasonBelow ?? -1));

function showLevel(criterion, score) {
  const levels = [...criterion.querySelectorAll(".ql-bands > li")];
  const from = (level) => Number(level.querySelector("b")?.textContent.match(/(\d+)–\d+/)?.[1] ?? 0);
  const reached = score === null ? undefined : levels.filter((level) => from(level) <= score).sort((a, b) => from(b) - from(a))[0];
  for (const level of levels) level.toggleAttribute("aria-current", level === reached);
  reached?.setAttribute("aria-current", "true");
}

function follow(criterion) {
  const score = scoreOf(criterion);
  showLevel(criterion, score);
  const reason = criterion.querySelector("details");
  if (reason && needsReason(criterion, score)) reason.open = true;
}

export function followScores(root) {
  for (const criterion of root.querySelectorAll(".ql-crit")) follow(criterion); // typed before this script was there
  root.addEventListener("input", (event) => {
    const criterion = event.target.closest?.(".ql-crit");
    if (criterion && event.target.type === "number") follow(criterion);
  });
}
