/** Mouse, wheel and touch on the strip: pan, zoom, choose a beat, hover. */

const DRAG_PX = 5;
const HOVER_PX = 18;
const WHEEL_ZOOM = 0.0016;

export class Gestures {
  /**
   * @param {{element: HTMLElement, state: ViewState, onTap: (timeS: number) => void,
   *   onHover: (place: {x: number, y: number, timeS: number, withinS: number}|null) => void}} options
   */
  constructor({ element, state, onTap, onHover }) {
    Object.assign(this, { element, state, onTap, onHover });
    this.pointers = new Map();
    this.moved = 0;
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => this.up(event));
    element.addEventListener("pointercancel", (event) => this.forget(event));
    element.addEventListener("pointerleave", () => onHover(null));
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  place(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  timeAt(x) {
    return this.state.startS + x / this.state.pxPerS;
  }

  down(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size === 1) this.moved = 0;
    this.onHover(null);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    const now = this.place(event);
    if (!before) {
      const withinS = HOVER_PX / this.state.pxPerS;
      this.onHover({ ...now, timeS: this.timeAt(now.x), withinS });
      return;
    }
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, now);
    else if (this.pointers.size === 1) this.drag(before, now);
    this.pointers.set(event.pointerId, now);
  }

  drag(before, now) {
    this.moved += Math.abs(now.x - before.x);
    if (this.moved < DRAG_PX) return;
    this.element.classList.add("dragging");
    this.state.pan((before.x - now.x) / this.state.pxPerS);
  }

  pinch(id, before, now) {
    this.moved = Infinity;
    const other = [...this.pointers].find(([key]) => key !== id)[1];
    const distance = (place) => Math.max(20, Math.abs(place.x - other.x));
    this.state.zoom(distance(now) / distance(before), (now.x + other.x) / 2);
    this.state.pan((before.x - now.x) / 2 / this.state.pxPerS);
  }

  up(event) {
    const tapped = this.pointers.has(event.pointerId) && this.moved < DRAG_PX;
    this.forget(event);
    if (tapped) this.onTap(this.timeAt(this.place(event).x));
  }

  forget(event) {
    this.pointers.delete(event.pointerId);
    this.element.classList.remove("dragging");
  }

  /** The wheel zooms at the pointer; with Shift, or sideways, it moves. */
  wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 32 : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.state.pan((sideways * lines) / this.state.pxPerS);
    } else {
      this.state.zoom(Math.exp(-event.deltaY * lines * WHEEL_ZOOM), this.place(event).x);
    }
  }
}
