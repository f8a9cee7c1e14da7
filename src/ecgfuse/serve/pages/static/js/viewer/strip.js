/** The strip: paper, leads and beats on a canvas, drawn at most once per frame. */

import { prepareCanvas, readColours, onThemeChange } from "./colours.js";
import { drawBeats, drawMissed, drawSpans } from "./marks.js";
import { drawCalibration, drawGrid, drawTimes, fromStart, scaleText } from "./paper.js";
import { PX_PER_MM } from "./state.js";

const TOP = 40; // letters of the beats
const BOTTOM = 18; // times
const ONE_LEAD = 300;
const LEAST_LEAD = 96;
const MOST = 620;
const NARROW = 600; // width of a phone's strip
const OFF_CENTRE = 0.3; // of the height of a lead, until it is centred again

export class Strip {
  /** @param {{canvas: HTMLCanvasElement, state: ViewState, tiles: Tiles}} options */
  constructor({ canvas, state, tiles }) {
    this.canvas = canvas;
    this.state = state;
    this.tiles = tiles;
    this.beats = null;
    this.spans = [];
    this.missed = [];
    this.centres = new Map();
    this.colours = readColours();
    this.afterDraw = [];
    onThemeChange(() => {
      this.colours = readColours();
      this.draw();
    });
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
  }

  resize() {
    const { clientWidth } = this.canvas.parentElement;
    if (clientWidth) this.state.set({ width: clientWidth });
  }

  /** Draw in the next frame; any number of calls draw once. */
  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  /** Height of one lead in pixels. */
  leadHeight() {
    const count = Math.max(this.state.leads.length, 1);
    if (count === 1) return Math.min(ONE_LEAD, 0.5 * innerHeight);
    const most = this.state.width < NARROW ? 0.55 * ONE_LEAD : 0.75 * ONE_LEAD;
    return Math.max(LEAST_LEAD, Math.min(most, Math.min(MOST, 0.62 * innerHeight) / count));
  }

  drawNow() {
    const { state, colours } = this;
    const leadHeight = this.leadHeight();
    const body = leadHeight * Math.max(state.leads.length, 1);
    const height = TOP + body + BOTTOM;
    const context = prepareCanvas(this.canvas, state.width, height);
    this.canvas.style.height = `${height}px`;
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, state.width, height);
    drawGrid(context, { state, top: TOP, height: body, colours });
    drawSpans(context, { state, spans: this.spans, top: TOP, height: body, colours });
    const beats = this.beats?.between(state.startS - 1, state.endS + 1) ?? [];
    drawBeats(context, { state, beats, top: TOP, height: body, colours });
    drawMissed(context, { state, times: this.missed, top: TOP, height: body, colours });
    const cover = this.tiles.cover(state.startS, state.endS, state.pxPerS, state.leads);
    state.leads.forEach((name, i) => this.drawLead(context, { name, cover, top: TOP + i * leadHeight, leadHeight }));
    drawTimes(context, { state, y: TOP + body + 3, colours, clockOf: fromStart });
    this.drawScale(context, TOP + body);
    this.afterDraw.forEach((call) => call(beats));
  }

  drawScale(context, bottom) {
    const text = scaleText(this.state);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "right";
    const width = context.measureText(text).width;
    context.fillStyle = this.colours.paper;
    context.fillRect(this.state.width - width - 12, bottom - 17, width + 12, 17);
    context.fillStyle = this.colours.soft;
    context.fillText(text, this.state.width - 6, bottom - 5);
  }

  drawLead(context, { name, cover, top, leadHeight }) {
    const { state, colours } = this;
    const pieces = cover.map((tile) => tile.leads.get(name)).filter(Boolean);
    const pxPerMv = state.gain * PX_PER_MM;
    const centre = this.centre(name, pieces, leadHeight / pxPerMv);
    const middle = top + leadHeight / 2;
    context.save();
    context.beginPath();
    const upper = Math.max(TOP - 4, top - 0.15 * leadHeight); // the letters stay free
    context.rect(0, upper, state.width, top + 1.15 * leadHeight - upper);
    context.clip();
    context.beginPath();
    const place = (timeS) => (timeS - state.startS) * state.pxPerS;
    const level = (mv) => middle - (mv - centre) * pxPerMv;
    pieces.reduce((end, piece) => trace(context, piece, { place, level, end, width: state.width }), null);
    context.strokeStyle = colours.trace;
    context.lineWidth = devicePixelRatio > 1 ? 1.25 : 1; // 1 px takes half the time without a graphics card
    context.lineJoin = "round";
    context.stroke();
    context.restore();
    drawCalibration(context, { state, middle, name, colours });
  }

  /** Level in mV in the middle of a lead; moves only when the trace would leave its place. */
  centre(name, pieces, rangeMv) {
    const levels = visibleLevels(pieces, this.state);
    const known = this.centres.get(name);
    if (levels && (known === undefined || leaves(levels, known, rangeMv))) {
      this.centres.set(name, bestCentre(levels, rangeMv));
    }
    return this.centres.get(name) ?? 0;
  }
}

/** Is the trace far from the middle, or cut off although there is room for it? */
function leaves({ low, high, middle }, centre, rangeMv) {
  if (Math.abs(middle - centre) > OFF_CENTRE * rangeMv) return true;
  const isCut = high > centre + rangeMv / 2 || low < centre - rangeMv / 2;
  return isCut && high - low <= rangeMv && Math.abs(bestCentre({ low, high, middle }, rangeMv) - centre) > 0.05 * rangeMv;
}

/** The median in the middle, or as near to it as the highest and lowest values allow. */
function bestCentre({ low, high, middle }, rangeMv) {
  if (high - low > rangeMv) return middle;
  return Math.min(Math.max(middle, high - 0.47 * rangeMv), low + 0.47 * rangeMv);
}

/** Add a piece of a lead to the path; answers where it ends, so that the next one can join. */
function trace(context, piece, { place, level, end, width }) {
  const { t0_s: t0, dt_s: dt } = piece;
  const values = piece.mode === "samples" ? [piece.values] : [piece.min, piece.max];
  const count = values[0].length;
  const middle = piece.mode === "samples" ? 0 : dt / 2; // of a part
  const step = place(t0 + dt) - place(t0);
  const first = Math.max(0, Math.floor(-place(t0) / step) - 1);
  const last = Math.min(count, Math.ceil((width - place(t0)) / step) + 2);
  let pen = end !== null && first === 0 && Math.abs(t0 - end) < 2.5 * dt;
  for (let i = first; i < last; i += 1) {
    if (values[0][i] === null) {
      pen = false;
      continue;
    }
    const x = place(t0 + middle + i * dt);
    for (const column of values) {
      if (pen) context.lineTo(x, level(column[i]));
      else context.moveTo(x, level(column[i]));
      pen = true;
    }
  }
  return last === count && pen ? t0 + (count - 1) * dt : null;
}

const SAMPLED = 400;

/** Lowest, highest and median level of the part of a lead that is in view; null if there is none. */
function visibleLevels(pieces, { startS, endS }) {
  let [low, high] = [Infinity, -Infinity];
  const levels = [];
  for (const piece of pieces) {
    const lows = piece.values ?? piece.min;
    const highs = piece.values ?? piece.max;
    const first = Math.max(0, Math.ceil((startS - piece.t0_s) / piece.dt_s));
    const end = Math.min(lows.length, Math.floor((endS - piece.t0_s) / piece.dt_s) + 1);
    const step = Math.max(1, Math.floor((end - first) / SAMPLED));
    for (let i = first; i < end; i += 1) {
      if (lows[i] === null) continue;
      low = Math.min(low, lows[i]);
      high = Math.max(high, highs[i]);
      if (i % step === 0) levels.push((lows[i] + highs[i]) / 2);
    }
  }
  if (!levels.length) return null;
  levels.sort((a, b) => a - b);
  return { low, high, middle: levels[levels.length >> 1] };
}
