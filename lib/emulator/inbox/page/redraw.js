// @ts-check
// Drawing stands above all that changes what is shown, so it is handed in.

let drawAll = () => {};
/** @type {number | undefined} */
let drawing;
let restMs = 16;

/** @param {() => void} draw draws the whole page */
export function drawWith(draw) {
  drawAll = draw;
}

/** Shows the state as it is now. */
export function redraw() {
  drawAll();
}

/** Shows the state in a moment, so that the page stays responsive while many texts arrive. */
export function redrawSoon() {
  drawing ??= setTimeout(() => {
    const began = performance.now();
    drawing = undefined;
    drawAll();
    restMs = Math.min(Math.max(16, 3 * (performance.now() - began)), 500);
  }, restMs);
}
