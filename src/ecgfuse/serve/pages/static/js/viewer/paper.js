/** ECG paper: boxes of 0.04 s by 0.1 mV and 0.2 s by 0.5 mV, times, calibration pulse. */

import { clock, number } from "../format.js";
import { t } from "../i18n.js";
import { PX_PER_MM } from "./state.js";

const FINEST_PX = 2.6; // finer lines would be a grey area
const FINE_S = 0.04;
const FINE_MV = 0.1;
const TICKS_S = [0.2, 1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21600];
const TICK_PX = 84;
const PULSE_S = 0.2;

/** Draw the boxes over the whole strip. */
export function drawGrid(context, { state, top, height, colours }) {
  const pxPerMv = state.gain * PX_PER_MM;
  const levels = [
    [FINE_S, FINE_MV, colours.paper_fine],
    [5 * FINE_S, 5 * FINE_MV, colours.paper_bold],
  ];
  for (const [stepS, stepMv, colour] of levels) {
    if (stepS * state.pxPerS < FINEST_PX || stepMv * pxPerMv < FINEST_PX) continue;
    context.beginPath();
    vertical(context, state, stepS, top, height);
    horizontal(context, state, stepMv * pxPerMv, top, height);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  }
}

function vertical(context, state, stepS, top, height) {
  for (let i = Math.ceil(state.startS / stepS); i * stepS <= state.endS; i += 1) {
    const x = Math.round((i * stepS - state.startS) * state.pxPerS) + 0.5;
    context.moveTo(x, top);
    context.lineTo(x, top + height);
  }
}

function horizontal(context, state, stepPx, top, height) {
  for (let y = top; y <= top + height; y += stepPx) {
    const line = Math.round(y) + 0.5;
    context.moveTo(0, line);
    context.lineTo(state.width, line);
  }
}

/** Write times along the lower edge. */
export function drawTimes(context, { state, y, colours, clockOf }) {
  const stepS = TICKS_S.find((step) => step * state.pxPerS >= TICK_PX) ?? TICKS_S.at(-1);
  context.fillStyle = colours.soft;
  context.strokeStyle = colours.soft;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "left";
  context.beginPath();
  for (let i = Math.ceil(state.startS / stepS); i * stepS <= state.endS; i += 1) {
    const x = Math.round((i * stepS - state.startS) * state.pxPerS) + 0.5;
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 12);
    context.fillText(clockOf(i * stepS, stepS < 1 ? 1 : 0), x + 4, y + 11);
  }
  context.lineWidth = 1;
  context.stroke();
}

/** The times of a recording from its start. */
export const fromStart = (seconds, digits) => clock(seconds, digits);

/** One millivolt, a large box wide, in front of the lead; with the name of the lead. */
export function drawCalibration(context, { state, middle, name, colours }) {
  const heightPx = state.gain * PX_PER_MM;
  const widthPx = Math.min(Math.max(PULSE_S * state.pxPerS, 6), 26);
  const [left, bottom] = [6, middle + heightPx / 2];
  context.font = "600 12px system-ui, sans-serif";
  const textWidth = context.measureText(name).width;
  context.fillStyle = colours.paper;
  context.globalAlpha = 0.82;
  context.fillRect(0, bottom - heightPx - 6, widthPx + 16, heightPx + 12);
  context.fillRect(widthPx + 14, middle - 9, textWidth + 8, 18);
  context.globalAlpha = 1;
  context.beginPath();
  context.moveTo(left - 4, bottom);
  context.lineTo(left, bottom);
  context.lineTo(left, bottom - heightPx);
  context.lineTo(left + widthPx, bottom - heightPx);
  context.lineTo(left + widthPx, bottom);
  context.lineTo(left + widthPx + 4, bottom);
  context.strokeStyle = colours.trace;
  context.lineWidth = 1.4;
  context.stroke();
  context.fillStyle = colours.trace;
  context.textAlign = "left";
  context.fillText(name, left + widthPx + 10, middle + 4);
}

/** Speed and gain in words, as printed on the edge of a strip. */
export function scaleText(state) {
  return t("{speed} mm/s · {gain} mm/mV", { speed: brief(state.speed), gain: brief(state.gain) });
}

/** With the decimals that matter. */
function brief(value) {
  if (value < 1) return number(value, 2);
  const rounded = Math.round(10 * value) / 10;
  return number(rounded, Number.isInteger(rounded) ? 0 : 1);
}
