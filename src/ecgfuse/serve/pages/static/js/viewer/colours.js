/** The colours of the style sheet, for drawing; they follow the light and dark choice. */

const NAMES = ["page", "card", "ink", "soft", "line", "accent", "focus", "warn", "paper", "paper-fine", "paper-bold", "trace"];
const CLASSES = ["N", "S", "V", "F", "Q", "abnormal"];

/** Read them now. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...Object.fromEntries(NAMES.map((name) => [name.replace("-", "_"), read(name)])),
    classes: Object.fromEntries(CLASSES.map((name) => [name, read(`class-${name}`)])),
  };
}

/** Call a function when the system changes between light and dark. */
export function onThemeChange(call) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
}

/** Size a canvas for the pixels of the screen, and answer its context in CSS pixels. */
export function prepareCanvas(canvas, width, height) {
  const scale = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
