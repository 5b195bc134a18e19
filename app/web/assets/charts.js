/* Draws charts from the tables that stand beside them: a chart can say nothing that its table doesn't. Loaded only by the
   pages that have one; without it the tables are there. A click leads where the table's cell leads.
   <div data-chart="bars" data-table="id"> names its table; cells carry the exact figure in data-value. */

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--ql-${name}`).trim();

/* The columns of figures, by their heads; rows by their first cell. */
function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const cells = rows.map((row) => [...row.cells].slice(1));
  return {
    labels: rows.map((row) => row.cells[0].dataset.short ?? row.cells[0].textContent.trim()),
    series: names.map((name, column) => ({ name, cells: cells.map((row) => row[column]) })),
  };
}

function seriesOf(kind, read, unit) {
  const colours = kind === "bars" ? [token("data-2"), token("data-1")] : [token("data-1"), token("data-2"), token("data-3"), token("surface")];
  const edges = [token("data-1"), token("data-2"), token("data-2"), token("line-strong")];
  return read.series.map(({ name, cells }, index) => ({
    name,
    type: kind === "bars" ? "bar" : "line",
    ...(kind === "bars" ? { barGap: "10%", barCategoryGap: "28%" } : { stack: "purse", symbol: "none", areaStyle: { opacity: 1 }, lineStyle: { width: 1, color: edges[index] } }),
    color: colours[index],
    data: cells.map((cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value) / unit)),
  }));
}

/* Charts measure their texts, so the page's own font is handed on; nothing moves, whoever has asked for that or not. */
function optionsOf(kind, read, place) {
  const text = { color: token("ink-3"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const figures = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  return {
    animation: false,
    textStyle: text,
    aria: { enabled: false }, // the server writes the sentence: see the template
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    /* as drawn text: tooltips of HTML need inline styles, which the content security policy refuses */
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: kind === "bars" ? "shadow" : "line" }, valueFormatter: (value) => (value === null ? "" : figures.format(value)), backgroundColor: token("surface"), borderColor: token("line-strong"), textStyle: { ...text, color: token("ink") } },
    xAxis: { type: "category", data: read.labels, boundaryGap: kind === "bars", axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } } },
    yAxis: { type: "value", axisLabel: { ...text, formatter: (value) => figures.format(value) }, splitLine: { lineStyle: { color: token("line") } } },
    series: seriesOf(kind, read, Number(place.dataset.unit)),
  };
}

function draw(place) {
  const table = document.getElementById(place.dataset.table);
  const read = readTable(table);
  place.hidden = false;
  const behind = table.closest("details");
  if (behind) behind.open = false; // the chart says it; the table is one click away
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(optionsOf(place.dataset.chart, read, place));
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const link = read.series[seriesIndex].cells[dataIndex].querySelector("a");
    if (link) location.assign(link.href);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

for (const place of document.querySelectorAll("[data-chart]")) draw(place);
