/** Marks of beats in a plot of uPlot: each class has a shape of its own, beside its colour. */

const SHAPES = { N: "square", S: "triangle", V: "square", F: "diamond", Q: "cross", abnormal: "square" };

/**
 * Draw a mark at each point.
 * @param {uPlot} plot
 * @param {[number, number][]} points in the units of the scales x and y.
 * @param {{name: string, colour: string, half: number}} look class, colour, and half the size in CSS pixels.
 */
export function drawMarks(plot, points, { name, colour, half }) {
  const { ctx, bbox } = plot;
  const path = new Path2D();
  const size = half * devicePixelRatio;
  for (const [x, y] of points) addShape(path, SHAPES[name], plot.valToPos(x, "x", true), plot.valToPos(y, "y", true), size);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  if (SHAPES[name] === "cross") ctx.stroke(path);
  else ctx.fill(path);
  ctx.restore();
}

function addShape(path, shape, x, y, half) {
  if (shape === "square") path.rect(x - half, y - half, 2 * half, 2 * half);
  else if (shape === "triangle") addPolygon(path, [[x, y - half], [x + half, y + half], [x - half, y + half]]);
  else if (shape === "diamond") addPolygon(path, [[x, y - half], [x + half, y], [x, y + half], [x - half, y]]);
  else {
    path.moveTo(x - half, y - half);
    path.lineTo(x + half, y + half);
    path.moveTo(x + half, y - half);
    path.lineTo(x - half, y + half);
  }
}

function addPolygon(path, points) {
  points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}
