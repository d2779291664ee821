// Charts of both platforms as a table of bars: the numbers are always there as text.

import { el } from "./dom.js";

/** Draw series [{name, points: [{label, value}]}] as bars. */
export function bars(title, series, { unit = "" } = {}) {
  const numbers = series.flatMap((one) => one.points.map((point) => Number(point.value) || 0));
  const most = Math.max(0, ...numbers.map(Math.abs)) || 1;
  const several = series.length > 1;
  const groups = series.map((one, index) =>
    el(
      "tbody",
      {},
      several && one.name ? el("tr", {}, el("th", { colspan: "2", scope: "colgroup", class: "bars-series", dir: "auto" }, one.name)) : null,
      one.points.map((point) => row(point, most, index, unit)),
    ),
  );
  return el("figure", { class: "chart" }, el("table", { class: "bars" }, title ? el("caption", { dir: "auto" }, title) : null, groups));
}

function row(point, most, index, unit) {
  const fill = el("span", { class: `bar-fill series-${index % 6}` });
  fill.style.inlineSize = `${(Math.abs(Number(point.value) || 0) / most) * 100}%`;
  return el(
    "tr",
    {},
    el("th", { scope: "row", dir: "auto" }, point.label),
    el("td", {}, el("span", { class: "bar" }, fill), el("span", { class: "bar-value" }, `${point.value}${unit}`)),
  );
}

/** Slack's data_visualization block. */
export function slackChart(block) {
  const chart = block.chart || {};
  const title = typeof block.title === "string" ? block.title : block.title?.text;
  if (chart.segments) return bars(title, [{ points: chart.segments }]);
  const series = (chart.series || []).map((one) => ({ name: one.name, points: one.data || [] }));
  const axis = [chart.axis_config?.x_label, chart.axis_config?.y_label].filter(Boolean).join(" · ");
  return bars([title, axis].filter(Boolean).join(" — "), series);
}

/** An Adaptive Card's Chart.* element; null when its shape is not known, so that the fallback can stand in. */
export function cardChart(element) {
  const data = element.data || element.segments;
  if (element.type === "Chart.Gauge") {
    const segments = (element.segments || []).map((part) => ({ label: part.legend, value: part.size }));
    return bars(element.title, [{ points: [{ label: element.subLabel || "Value", value: element.value ?? 0 }, ...segments] }]);
  }
  if (!Array.isArray(data) || !data.length) return null;
  const nested = data[0].values || data[0].data;
  if (nested) {
    const series = data.map((one) => ({ name: one.legend || one.title, points: (one.values || one.data || []).map(point) }));
    return bars(element.title, series);
  }
  return bars(element.title, [{ points: data.map(point) }]);
}

function point(raw) {
  return { label: String(raw.legend ?? raw.x ?? raw.label ?? ""), value: raw.value ?? raw.y ?? raw.size ?? 0 };
}
