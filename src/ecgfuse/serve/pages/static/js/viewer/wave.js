/** One waveform on a canvas: ECG paper, the beat, and below it the attention. */

import { number } from "../format.js";
import { prepareCanvas, readColours } from "./colours.js";

const MARGIN = 8;
const BAND = 16;
const BOXES = [[0.04, 0.1, "paper_fine"], [0.2, 0.5, "paper_bold"]];

/**
 * Draw a waveform.
 * @param {HTMLCanvasElement} canvas
 * @param {{t_s: number[], mv: (number|null)[]}} wave
 * @param {{attention?: {t_s: number[], weight: number[]}|null, colour?: string, unitless?: boolean}} options
 */
export function drawWave(canvas, wave, { attention = null, colour, unitless = false } = {}) {
  const colours = readColours();
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  const context = prepareCanvas(canvas, width, height);
  const scale = scales(wave, { width, height: attention ? height - BAND : height, unitless });
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  drawBoxes(context, { scale, width, height, colours, unitless });
  drawLine(context, wave, { scale, colour: colour ?? colours.trace });
  if (attention) drawAttention(context, attention, { scale, height, colours });
  drawLabels(context, { scale, width, colours, unitless });
}

function scales({ t_s: times, mv }, { width, height, unitless }) {
  const known = mv.filter((value) => value !== null);
  const [low, high] = unitless ? [0, 1.05] : extent(known);
  const [first, last] = [times[0], times.at(-1)];
  return {
    first, last, low, high,
    x: (time) => ((time - first) / (last - first)) * width,
    y: (value) => MARGIN + ((high - value) / (high - low)) * (height - 2 * MARGIN),
  };
}

function extent(values) {
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b), 0.1);
  const middle = (low + high) / 2;
  const half = Math.max(0.55 * (high - low), 0.3);
  return [middle - half, middle + half];
}

function drawBoxes(context, { scale, width, height, colours, unitless }) {
  for (const [stepS, stepMv, name] of BOXES) {
    context.beginPath();
    for (let i = Math.ceil(scale.first / stepS); i * stepS <= scale.last; i += 1) {
      context.moveTo(Math.round(scale.x(i * stepS)) + 0.5, 0);
      context.lineTo(Math.round(scale.x(i * stepS)) + 0.5, height);
    }
    for (let i = Math.ceil(scale.low / stepMv); !unitless && i * stepMv <= scale.high; i += 1) {
      context.moveTo(0, Math.round(scale.y(i * stepMv)) + 0.5);
      context.lineTo(width, Math.round(scale.y(i * stepMv)) + 0.5);
    }
    context.strokeStyle = colours[name];
    context.lineWidth = 1;
    context.stroke();
  }
}

function drawLine(context, { t_s: times, mv }, { scale, colour }) {
  context.beginPath();
  let pen = false;
  mv.forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    if (pen) context.lineTo(scale.x(times[i]), scale.y(value));
    else context.moveTo(scale.x(times[i]), scale.y(value));
    pen = true;
  });
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.lineJoin = "round";
  context.stroke();
}

function drawAttention(context, { t_s: times, weight }, { scale, height, colours }) {
  const most = weight.reduce((a, b) => Math.max(a, b), 1e-9);
  const step = times.length > 1 ? times[1] - times[0] : 0.1;
  context.fillStyle = colours.accent;
  weight.forEach((value, i) => {
    const left = scale.x(times[i] - step / 2);
    context.globalAlpha = 0.08 + 0.92 * (value / most);
    context.fillRect(left, height - BAND, scale.x(times[i] + step / 2) - left + 0.5, BAND);
  });
  context.globalAlpha = 1;
}

function drawLabels(context, { scale, width, colours, unitless }) {
  context.fillStyle = colours.soft;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(`${number(scale.last - scale.first, 2)} s`, width - 4, 12);
  context.textAlign = "left";
  context.fillText(unitless ? "0 – 1" : `${number(scale.high - scale.low, 1)} mV`, 4, 12);
}
