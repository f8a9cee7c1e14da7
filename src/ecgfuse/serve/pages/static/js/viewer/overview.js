/** The whole recording in one bar: signal, heart rate, density of classes; click or drag to go there. */

import { clock } from "../format.js";
import { onThemeChange, prepareCanvas, readColours } from "./colours.js";

const DRAWN = ["Q", "F", "S", "V", "abnormal"]; // the last ones on top
const LEAST_PX = 3; // a single beat in a day stays visible

export class Overview {
  /** @param {{canvas: HTMLCanvasElement, state: ViewState}} options */
  constructor({ canvas, state }) {
    this.canvas = canvas;
    this.state = state;
    this.data = null;
    this.picture = document.createElement("canvas");
    this.listen();
    onThemeChange(() => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(canvas);
  }

  /** Show the overview of an analysis. */
  show(data) {
    this.data = data;
    this.redraw();
  }

  listen() {
    const { canvas, state } = this;
    const go = (event) => state.centre((event.offsetX / canvas.clientWidth) * state.durationS);
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      go(event);
    });
    canvas.addEventListener("pointermove", (event) => event.buttons && go(event));
    canvas.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: 10, PageUp: -10 };
      const places = { Home: 0, End: state.durationS };
      if (event.key in steps) state.pan((steps[event.key] * state.durationS) / 100);
      else if (event.key in places) state.centre(places[event.key]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** Draw everything that does not move, into a picture of its own. */
  redraw() {
    const { canvas, picture } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    this.size = { width, height };
    this.colours = readColours();
    const context = prepareCanvas(picture, width, height);
    context.fillStyle = this.colours.card;
    context.fillRect(0, 0, width, height);
    if (this.data) this.drawData(context);
    this.draw();
  }

  drawData(context) {
    const { data, size, colours } = this;
    const bins = data.bins;
    const column = size.width / bins;
    const bandTop = Math.round(0.6 * size.height);
    drawEnvelope(context, { data, column, bottom: bandTop - 4, colours });
    drawWithoutSignal(context, { data, size, colours, durationS: this.state.durationS });
    drawClasses(context, { data, column, top: bandTop, bottom: size.height - 2, colours });
  }

  /** Draw the picture and the window of the strip. */
  draw() {
    if (!this.size) return;
    const { width, height } = this.size;
    const { state, canvas, colours } = this;
    const context = prepareCanvas(canvas, width, height);
    context.drawImage(this.picture, 0, 0, width, height);
    const left = (state.startS / state.durationS) * width;
    const span = Math.max(3, (state.spanS / state.durationS) * width);
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.18;
    context.fillRect(left, 0, span, height);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(Math.max(1, left), 1, Math.min(span, width - 2), height - 2);
    this.tell();
  }

  tell() {
    const { state, canvas } = this;
    canvas.setAttribute("aria-valuemin", "0");
    canvas.setAttribute("aria-valuemax", String(Math.round(state.durationS)));
    canvas.setAttribute("aria-valuenow", String(Math.round(state.startS)));
    canvas.setAttribute("aria-valuetext", `${clock(state.startS)} – ${clock(state.endS)}`);
  }
}

function drawEnvelope(context, { data, column, bottom, colours }) {
  const known = [...data.min, ...data.max].filter((value) => value !== null);
  if (!known.length) return;
  const low = quantile(known, 0.02);
  const range = quantile(known, 0.98) - low || 1;
  const level = (value) => 3 + (bottom - 3) * (1 - Math.min(1.08, Math.max(-0.08, (value - low) / range)));
  context.beginPath();
  data.min.forEach((value, i) => {
    if (value === null) return;
    const x = (i + 0.5) * column;
    context.moveTo(x, level(value) + 0.5);
    context.lineTo(x, level(data.max[i]) - 0.5);
  });
  context.strokeStyle = colours.soft;
  context.globalAlpha = 0.55;
  context.lineWidth = Math.max(1, column);
  context.stroke();
  context.globalAlpha = 1;
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];

function drawWithoutSignal(context, { data, size, colours, durationS }) {
  context.fillStyle = colours.soft;
  context.globalAlpha = 0.25;
  for (const [fromS, toS] of data.without_signal) {
    const left = (fromS / durationS) * size.width;
    context.fillRect(left, 0, Math.max(1, ((toS - fromS) / durationS) * size.width), size.height);
  }
  context.globalAlpha = 1;
}

/** Bars of the classes, as high as their share of the beats in a bin. */
function drawClasses(context, { data, column, top, bottom, colours }) {
  const names = DRAWN.filter((name) => data.counts[name]);
  const all = Object.values(data.counts);
  for (let i = 0; i < data.bins; i += 1) {
    const total = all.reduce((sum, counts) => sum + counts[i], 0);
    let base = bottom;
    for (const name of names) {
      const count = data.counts[name][i];
      if (!count) continue;
      const height = Math.max(LEAST_PX, (count / total) * (bottom - top));
      context.fillStyle = colours.classes[name];
      context.fillRect(i * column, Math.max(top, base - height), Math.max(1.5, column), Math.min(height, base - top));
      base -= height;
    }
  }
}
