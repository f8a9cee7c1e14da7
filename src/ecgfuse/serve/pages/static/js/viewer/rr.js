/** RR intervals: tachogram over time and Poincaré plot, by uPlot. */

import { AAMI, ABNORMAL, badge, clock, inOrder, meaning, number } from "../format.js";
import { byId, el } from "../dom.js";
import { t } from "../i18n.js";
import { onThemeChange, readColours } from "./colours.js";
import { drawMarks } from "./shapes.js";

const HEIGHT = 210;
const CLASSES = [...AAMI, ABNORMAL];
const TICKS_S = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const DOT_PX = { N: 1.2, others: 3.2 };

export class RhythmPlots {
  /** @param {{state: ViewState, onTime: (timeS: number) => void}} options */
  constructor({ state, onTime }) {
    this.state = state;
    this.onTime = onTime;
    onThemeChange(() => this.data && this.show(this.data));
    new ResizeObserver(() => this.resize()).observe(byId("tachogram"));
    byId("rr-all").addEventListener("click", () => this.showAll());
  }

  /** Show the RR intervals of an analysis. */
  show(data) {
    this.data = data;
    this.colours = readColours();
    this.names = CLASSES.filter((name) => data.class.includes(name));
    this.tachogram?.destroy();
    this.poincare?.destroy();
    this.tachogram = this.makeTachogram();
    this.mark();
    this.poincare = this.makePoincare();
    byId("legend").replaceChildren(...inOrder(this.names).map((name) => el("span", {}, badge(name), ` ${meaning(name)}`)));
    byId("sd").textContent = axesText(data.poincare);
  }

  resize() {
    this.tachogram?.setSize({ width: byId("tachogram").clientWidth, height: HEIGHT });
    this.poincare?.setSize({ width: byId("poincare").clientWidth, height: HEIGHT });
  }

  showAll() {
    this.tachogram.setScale("x", { min: 0, max: this.state.durationS });
  }

  /** Show where the strip is; called after each drawing, so it moves an element and draws nothing. */
  mark() {
    const { tachogram: plot, state } = this;
    if (!plot) return;
    const left = plot.valToPos(state.startS, "x");
    const width = Math.max(2, plot.valToPos(state.endS, "x") - left);
    this.window.style.transform = `translateX(${left}px)`;
    this.window.style.width = `${width}px`;
  }

  makeTachogram() {
    const { data, names, state } = this;
    const place = byId("tachogram");
    this.window = el("div", { class: "plot-window" });
    return new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        scales: { x: { time: false, min: 0, max: state.durationS }, y: { range: rrRange } },
        axes: [this.axis({ values: (_, ticks) => ticks.map((tick) => clock(tick)), incrs: TICKS_S, space: 70 }), this.axis({ label: t("RR (s)"), size: 44 })],
        series: [{}, { stroke: this.colours.line, width: 1, points: { show: false } }],
        cursor: { drag: { x: true, y: false }, points: { show: false } },
        hooks: {
          draw: [(plot) => names.forEach((name) => this.drawClass(plot, name))],
          ready: [(plot) => this.listen(plot)],
          setScale: [(plot) => this.noteZoom(plot)],
        },
      },
      [data.time_s, data.rr_s],
      place,
    );
  }

  /** The beats of a class in the part of the tachogram that is shown. */
  drawClass(plot, name) {
    const { data } = this;
    const [first, last] = plot.series[0].idxs ?? [0, -1];
    const points = [];
    for (let i = first; i <= last; i += 1) {
      if (data.class[i] === name) points.push([data.time_s[i], data.rr_s[i]]);
    }
    drawMarks(plot, points, this.look(name));
  }

  look(name) {
    return { name, colour: this.colours.classes[name], half: DOT_PX[name] ?? DOT_PX.others };
  }

  axis(options) {
    const { soft, line } = this.colours;
    return { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: "11px system-ui", labelFont: "11px system-ui", labelSize: 16, ...options };
  }

  listen(plot) {
    let downX = 0;
    plot.over.append(this.window);
    plot.over.addEventListener("pointerdown", (event) => (downX = event.clientX));
    plot.over.addEventListener("click", (event) => {
      if (Math.abs(event.clientX - downX) < 4) this.onTime(plot.posToVal(event.offsetX, "x"));
    });
  }

  noteZoom(plot) {
    const { min, max } = plot.scales.x;
    byId("rr-all").hidden = max - min > 0.98 * this.state.durationS;
    if (plot === this.tachogram) this.mark();
  }

  makePoincare() {
    const { data, names, colours } = this;
    const place = byId("poincare");
    const clouds = names.map((name) => pairs(data, name));
    const range = () => [0.2, usualMost(clouds.flat())];
    return new uPlot(
      {
        mode: 2,
        width: place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range }, y: { range } },
        axes: [this.axis({ label: t("RR (s)"), space: 36, size: 28 }), this.axis({ label: t("next RR (s)"), space: 30, size: 46 })],
        series: [{}, { stroke: colours.line, facets: [{ scale: "x", auto: true }, { scale: "y", auto: true }], paths: () => null }],
        hooks: { draw: [(plot) => clouds.forEach((points, i) => drawMarks(plot, points, this.look(names[i])))] },
      },
      [null, [[0.2, 1], [0.2, 1]]],
      place,
    );
  }
}

const rrRange = (_, low, high) => [0, Math.min(Math.max(high ?? 1.5, 1.2) * 1.08, 6)];

/** Upper end of the Poincaré plot: a few pauses do not make it small. */
function usualMost(points) {
  const values = points.flat().sort((a, b) => a - b);
  return Math.max(1, 1.15 * (values[Math.floor(0.995 * (values.length - 1))] ?? 1));
}

/** Pairs of an RR interval and the next one, of the beats of a class. */
function pairs(data, name) {
  return data.next_rr_s
    .map((next, i) => (next === null || data.class[i] !== name ? null : [data.rr_s[i], next]))
    .filter(Boolean);
}

function axesText(axes) {
  if (!axes) return "";
  const ms = (seconds) => number(1000 * seconds);
  return t("SD1 {one} ms, SD2 {two} ms of normal beats.", { one: ms(axes.sd1_s), two: ms(axes.sd2_s) });
}
