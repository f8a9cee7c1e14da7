/** Small charts of measured numbers, as SVG. */

import { svg } from "./dom.js";
import { letter, number } from "./format.js";

const WIDTH = 740;
const ROW = 15;
const LABEL = 250;

/**
 * Bars of several classes for every model.
 * @param {{name: string, bars: {key: string, value: number, text: string}[]}[]} groups
 * @param {string} label what the picture shows, in words.
 */
export function barChart(groups, label) {
  const rows = groups.flatMap(({ bars }) => bars).length;
  const height = rows * ROW + groups.length * 10 + 24;
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label });
  const scale = WIDTH - LABEL - 100;
  chart.append(...axis({ y: height - 20, scale }));
  let y = 4;
  for (const { name, bars } of groups) {
    chart.append(svg("text", { x: LABEL - 26, y: y + (bars.length * ROW) / 2 + 4, "text-anchor": "end" }, name));
    for (const { key, value, text } of bars) {
      chart.append(
        svg("text", { x: LABEL - 6, y: y + 11, "text-anchor": "end", class: "faint" }, letter(key)),
        svg("rect", { x: LABEL, y: y + 2, width: Math.max(1, value * scale), height: ROW - 4, class: `fill-${key}` }),
        svg("text", { x: LABEL + value * scale + 5, y: y + 11, class: "faint" }, text),
      );
      y += ROW;
    }
    y += 10;
  }
  return chart;
}

function axis({ y, scale }) {
  return [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((value) => [
    svg("line", { x1: LABEL + value * scale, x2: LABEL + value * scale, y1: 0, y2: y, class: "axis" }),
    svg("text", { x: LABEL + value * scale, y: y + 14, "text-anchor": "middle", class: "faint" }, number(value, 1)),
  ]);
}

const SIDE = 260;
const PAD = 56;
const BELOW = 46;
const LETTERS_AT = [0.3, 0.75, 0.5]; // along the curves, so that letters do not meet

/**
 * A curve of each class in the unit square.
 * @param {{x: number[], lines: Object<string, (number|null)[]>, xLabel: string, yLabel: string, label: string}} options
 */
export function curveChart({ x, lines, xLabel, yLabel, label }) {
  const [width, height] = [SIDE + PAD + 18, SIDE + 8 + BELOW];
  const chart = svg("svg", { class: "chart curves", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  const place = (value) => PAD + value * SIDE;
  const level = (value) => 8 + (1 - value) * SIDE;
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    chart.append(
      svg("line", { x1: place(value), x2: place(value), y1: level(0), y2: level(1), class: "axis" }),
      svg("line", { x1: place(0), x2: place(1), y1: level(value), y2: level(value), class: "axis" }),
      svg("text", { x: place(value), y: level(0) + 17, "text-anchor": "middle", class: "faint" }, number(value, 2)),
      svg("text", { x: PAD - 5, y: level(value) + 4, "text-anchor": "end", class: "faint" }, number(value, 2)),
    );
  }
  Object.entries(lines).forEach(([name, values], at) => {
    const points = values.map((value, i) => (value === null ? null : `${place(x[i]).toFixed(1)},${level(value).toFixed(1)}`));
    const known = points.filter(Boolean);
    chart.append(svg("polyline", { points: known.join(" "), class: `line-${name}` }), nameOf(name, known, LETTERS_AT[at % LETTERS_AT.length]));
  });
  chart.append(
    svg("text", { x: place(0.5), y: height - 6, "text-anchor": "middle" }, xLabel),
    svg("text", { x: 11, y: level(0.5), "text-anchor": "middle", transform: `rotate(-90 11 ${level(0.5)})` }, yLabel),
  );
  return chart;
}

/** The letter of a class on its curve. */
function nameOf(name, points, share) {
  const [left, top] = points[Math.floor(share * (points.length - 1))].split(",").map(Number);
  return svg("text", { x: left, y: top + 14, class: `fill-${name}`, "text-anchor": "middle", "font-weight": 700 }, letter(name));
}
