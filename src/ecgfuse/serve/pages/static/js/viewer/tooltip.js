/** What stands beside the pointer over a beat. */

export class Tooltip {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
  }

  /**
   * Show lines at a place of the strip, or hide.
   * @param {string[]|null} lines
   * @param {{x: number, y: number}|null} place
   * @param {number} width of the strip, so that the box stays inside.
   */
  show(lines, place, width) {
    const { element } = this;
    element.hidden = lines === null;
    if (lines === null) return;
    element.textContent = lines.join("\n");
    const left = place.x + 16 + element.offsetWidth > width ? place.x - 12 - element.offsetWidth : place.x + 16;
    element.style.transform = `translate(${Math.max(0, left)}px, ${place.y + 14}px)`;
  }
}
