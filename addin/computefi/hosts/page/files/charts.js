// Line charts as SVG, with their numbers in a table for those who do not see them.
"use strict";
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 420, HEIGHT = 230, LEFT = 58, RIGHT = 12, TOP = 12, BOTTOM = 34;

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function ticks(low, high, count) {
  const step = 10 ** Math.floor(Math.log10((high - low) / count));
  const wide = [1, 2, 5, 10].map((factor) => factor * step).find((width) => (high - low) / width <= count);
  const found = [];
  for (let at = Math.ceil(low / wide - 1e-9); at * wide <= high + wide * 1e-9; at += 1) found.push(at * wide || 0); // not -0
  return found;
}

// {title, x: {label, values, show}, y: {values, show}, at}: numbers that are null leave a gap.
function lineChart({ title, x, y, at }) {
  const heights = y.values.filter((value) => value !== null);
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = title;
  figure.append(caption);
  if (!heights.length) return figure;
  const left = Math.min(...x.values), right = Math.max(...x.values);
  let low = Math.min(...heights), high = Math.max(...heights);
  if (low > 0 && low < high / 2) low = 0;
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  high += room;
  if (low !== 0) low -= room;
  const across = (value) => LEFT + ((value - left) / (right - left || 1)) * (WIDTH - LEFT - RIGHT);
  const up = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  for (const value of ticks(low, high, 5)) {
    svg.append(shape("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: up(value), y2: up(value) }));
    svg.append(shape("text", { class: "tick end", x: LEFT - 6, y: up(value) + 4 }, y.show(value)));
  }
  for (const value of ticks(left, right, 5)) {
    svg.append(shape("text", { class: "tick middle", x: across(value), y: HEIGHT - BOTTOM + 15 }, x.show(value)));
  }
  svg.append(shape("text", { class: "axis middle", x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4 }, x.label));
  let path = "", drawing = false;
  x.values.forEach((value, place) => {
    const height = y.values[place];
    if (height !== null) path += `${drawing ? "L" : "M"}${across(value).toFixed(2)} ${up(height).toFixed(2)}`;
    drawing = height !== null;
  });
  svg.append(shape("path", { class: "line", d: path }));
  if (at !== null && at >= left && at <= right) {
    svg.append(shape("line", { class: "now", x1: across(at), x2: across(at), y1: TOP, y2: HEIGHT - BOTTOM }));
  }
  figure.append(svg, numbersOf(x, y, title));
  return figure;
}

function numbersOf(x, y, title) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = word("numbers");
  const table = document.createElement("table");
  fillTable(table, [[x.label, title], ...x.values.map((value, place) => [x.show(value), y.values[place]])], { headRow: true });
  details.append(summary, table);
  return details;
}
