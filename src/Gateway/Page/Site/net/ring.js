// The ring on a canvas: one path for each kind of thing, however many there are.

import { short } from '/page/dom.js';
import { flights } from '/page/net/flights.js';

const MOVE = 700; // ms that the c-nodes take from one epoch's places to the next one's
const LABELS = 32; // with more c-nodes than that there is no room for names
const ROUND = 1_500; // with more than that a dot is a square
const TURN = 2 * Math.PI;
const KINDS = ['f', 't', 'n', 'b'];

export class Ring {
  /** Ms that a frame took to draw, lately. */
  cost = 0;
  selected = null;
  epoch = 0;
  #canvas;
  #pen;
  #network;
  #still = document.createElement('canvas');
  #stillPen = this.#still.getContext('2d');
  #fresh = false; // whether what stands still is drawn
  #from = new Float32Array(0);
  #to = new Float32Array(0);
  #depths = new Float32Array(0);
  #movedAt = -Infinity;
  #version = -1;
  #colours = {};
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(canvas, network) {
    [this.#canvas, this.#pen, this.#network] = [canvas, canvas.getContext('2d'), network];
    this.#readColours();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#readColours());
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  /** New places: the c-nodes go there. */
  place({ epoch, angles, depths }, version, time) {
    this.#from = version === this.#version ? this.#anglesAt(time) : angles;
    [this.epoch, this.#to, this.#depths, this.#version, this.#movedAt, this.#fresh] = [epoch, angles, depths, version, time, false];
  }

  /** Whether places are those of the members that there are now. */
  get isPlaced() {
    return this.#version === this.#network.version;
  }

  /** The c-node nearest to a point of the canvas, in CSS pixels; null where none is near. */
  rowAt(x, y) {
    const reach = Math.max(14, 2 * this.#dot());
    let [nearest, best] = [null, reach * reach];
    for (let row = 0; row < this.#to.length; row++) {
      const [px, py] = this.#point(this.#to[row], row);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < best) [nearest, best] = [row, distance];
    }
    return nearest;
  }

  /** Rows in the order of their places, for the arrow keys. */
  rowsInOrder() {
    return Array.from(this.#to.keys()).sort((left, right) => this.#to[left] - this.#to[right]);
  }

  turnOf(row) {
    return this.#to[row];
  }

  /** Draws what is to be seen at this time. */
  draw(time) {
    const begun = performance.now();
    const pen = this.#pen;
    const moving = time < this.#movedAt + MOVE && !this.#calm.matches;
    const angles = this.#anglesAt(time);
    pen.clearRect(0, 0, this.#size, this.#height);
    if (moving) {
      this.#drawStill(pen, angles);
      this.#drawWave(pen, Math.max(0, time - this.#movedAt) / MOVE);
    } else {
      if (!this.#fresh) this.#refresh(angles);
      pen.drawImage(this.#still, 0, 0, this.#size, this.#height);
    }
    this.#drawScene(pen, flights(this.#network.bundles, time, this.#calm.matches ? 0 : 1), angles);
    this.#drawSelected(pen, angles);
    this.#drawMiddle(pen);
    this.cost = 0.9 * this.cost + 0.1 * (performance.now() - begun);
    return moving || this.#network.bundles.size > 0;
  }

  #size = 0;
  #height = 0;
  #radius = 0;

  #resize() {
    const scale = Math.min(2, devicePixelRatio);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0) return;
    [this.#size, this.#height] = [width, height];
    for (const canvas of [this.#canvas, this.#still]) {
      [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
      canvas.getContext('2d').setTransform(scale, 0, 0, scale, 0, 0);
    }
    this.#radius = Math.min(width, height) / 2 - 34;
    this.#fresh = false;
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ['first', 'trusted', 'newcomer', 'banned', 'line', 'ink', 'faint', 'out', 'good', 'lie', 'target', 'paper']) {
      this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.#fresh = false;
  }

  #anglesAt(time) {
    const part = this.#calm.matches ? 1 : clamp((time - this.#movedAt) / MOVE, 0, 1); // a frame's time may lie before
    if (part >= 1 || this.#from === this.#to) return this.#to;
    const eased = part * part * (3 - 2 * part);
    const [from, to] = [this.#from, this.#to];
    const angles = new Float32Array(to.length);
    for (let row = 0; row < to.length; row++) {
      let way = to[row] - from[row]; // the shorter way round
      if (way > 0.5) way -= 1;
      else if (way < -0.5) way += 1;
      angles[row] = from[row] + way * eased;
    }
    return angles;
  }

  #dot() {
    return Math.max(0.9, Math.min(7, 7 * (20 / Math.max(1, this.#to.length)) ** 0.27));
  }

  /** Many stand in a broad band: their places say how deep, too. */
  #band() {
    const count = this.#to.length;
    return count <= 60 ? 0 : 0.3 * Math.min(1, Math.log10(count / 60) / Math.log10(10_000 / 60)) * this.#radius;
  }

  #point(turn, row) {
    const angle = turn * TURN - Math.PI / 2;
    const radius = this.#radius - this.#depths[row] * this.#band();
    return [this.#size / 2 + radius * Math.cos(angle), this.#height / 2 + radius * Math.sin(angle)];
  }

  #refresh(angles) {
    this.#stillPen.clearRect(0, 0, this.#size, this.#height);
    this.#drawStill(this.#stillPen, angles);
    this.#fresh = true;
  }

  #drawStill(pen, angles) {
    const { standings } = this.#network;
    const [count, dot] = [angles.length, this.#dot()];
    pen.strokeStyle = this.#colours.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.arc(this.#size / 2, this.#height / 2, this.#radius, 0, TURN);
    pen.stroke();
    const fills = { f: 'first', t: 'trusted', n: 'newcomer', b: 'banned' };
    for (const kind of KINDS) {
      pen.beginPath();
      for (let row = 0; row < count; row++) {
        if (standings[row] !== kind) continue;
        const [x, y] = this.#point(angles[row], row);
        trace(pen, kind, x, y, dot, count > ROUND);
      }
      pen.fillStyle = pen.strokeStyle = this.#colours[fills[kind]];
      if ((kind === 'n' || kind === 'b') && count <= ROUND) {
        pen.lineWidth = Math.max(1.2, dot / 3);
        pen.stroke();
      } else {
        pen.fill();
      }
    }
    if (count <= LABELS) this.#drawLabels(pen, angles);
  }

  #drawLabels(pen, angles) {
    pen.fillStyle = this.#colours.faint;
    pen.font = '11px ui-monospace, monospace';
    pen.textBaseline = 'middle';
    for (let row = 0; row < angles.length; row++) {
      const angle = angles[row] * TURN - Math.PI / 2;
      const [x, y] = [this.#size / 2 + (this.#radius - 16) * Math.cos(angle), this.#height / 2 + (this.#radius - 16) * Math.sin(angle)];
      pen.textAlign = Math.cos(angle) > 0.3 ? 'right' : Math.cos(angle) < -0.3 ? 'left' : 'center';
      pen.fillText(this.#network.idOf(row).slice(0, 4), x, y);
    }
  }

  /** An epoch begins: a wave goes out. */
  #drawWave(pen, part) {
    pen.strokeStyle = this.#colours.target;
    pen.globalAlpha = 0.5 * (1 - part);
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(this.#size / 2, this.#height / 2, 44 + (this.#radius - 44) * part, 0, TURN);
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #drawScene(pen, scene, angles) {
    const at = ({ worker }) => {
      const row = this.#network.rowOf(worker);
      return row === undefined || row >= angles.length ? null : this.#point(angles[row], row);
    };
    const [cx, cy, dot] = [this.#size / 2, this.#height / 2, Math.max(3, this.#dot())];
    const path = (things, colour, width, draw) => {
      if (things.length === 0) return;
      pen.beginPath();
      for (const thing of things) {
        const point = at(thing);
        if (point) draw(...point, thing);
      }
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = width;
      if (width > 0) pen.stroke();
      else pen.fill();
    };
    const line = (x, y) => { pen.moveTo(cx, cy); pen.lineTo(x, y); };
    const circle = (radius) => (x, y) => { pen.moveTo(x + radius, y); pen.arc(x, y, radius, 0, TURN); };
    const on = (part, x, y, radius) => circle(radius)(cx + (x - cx) * part, cy + (y - cy) * part);
    pen.globalAlpha = 0.35;
    path([...scene.out, ...scene.working, ...scene.back], this.#colours.out, 1, line);
    pen.globalAlpha = 1;
    this.#drawTargets(pen, scene.targets, at);
    path(scene.working, this.#colours.out, 2, circle(dot + 4));
    path(scene.out, this.#colours.out, 0, (x, y, { part }) => on(part, x, y, 4));
    path(scene.back.filter(({ declined }) => !declined), this.#colours.good, 0, (x, y, { part }) => on(1 - part, x, y, 4));
    path(scene.back.filter(({ declined }) => declined), this.#colours.faint, 0, (x, y, { part }) => on(1 - part, x, y, 3));
    path(scene.agreed, this.#colours.good, 2.5, (x, y, { part }) => circle(dot + 3 + 10 * part)(x, y));
    path(scene.lied, this.#colours.lie, 3, (x, y, { part }) => {
      circle(dot + 4 + 3 * Math.sin(part * 24))(x, y);
      pen.moveTo(x - dot, y - dot); pen.lineTo(x + dot, y + dot);
      pen.moveTo(x + dot, y - dot); pen.lineTo(x - dot, y + dot);
    });
    if (scene.lied.length === 0) return;
    pen.font = 'bold 13px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.fillStyle = this.#colours.lie;
    for (const [x, y] of scene.lied.map(at).filter(Boolean)) pen.fillText('lie caught', clamp(x, 40, this.#size - 40), y - dot - 14);
  }

  /** Where chance put a bundle, and lines to those who stand nearest. Only in the epoch that drew it: else they stand elsewhere. */
  #drawTargets(pen, targets, at) {
    pen.strokeStyle = pen.fillStyle = this.#colours.target;
    pen.lineWidth = 2;
    pen.beginPath();
    const here = targets.filter(({ epoch }) => epoch === this.epoch);
    const spot = (turn, radius) => [this.#size / 2 + radius * Math.sin(turn * TURN), this.#height / 2 - radius * Math.cos(turn * TURN)];
    for (const { turn, workers } of here) {
      const [x, y] = spot(turn, this.#radius + 14);
      for (const worker of workers.keys()) {
        const point = at({ worker });
        if (!point) continue;
        pen.moveTo(x, y);
        pen.lineTo(...point);
      }
    }
    pen.globalAlpha = 0.6;
    pen.stroke();
    pen.globalAlpha = 1;
    pen.beginPath();
    const wide = 7 / (TURN * this.#radius);
    for (const { turn } of here) {
      const [tip, left, right] = [spot(turn, this.#radius + 10), spot(turn - wide, this.#radius + 23), spot(turn + wide, this.#radius + 23)];
      pen.moveTo(...tip); pen.lineTo(...left); pen.lineTo(...right); pen.closePath();
    }
    pen.fill();
  }

  #drawSelected(pen, angles) {
    const row = this.selected === null ? undefined : this.#network.rowOf(this.selected);
    if (row === undefined || row >= angles.length) return;
    const [x, y] = this.#point(angles[row], row);
    pen.strokeStyle = this.#colours.ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, this.#dot() + 6, 0, TURN);
    pen.stroke();
    pen.font = '12px ui-monospace, monospace';
    pen.fillStyle = this.#colours.ink;
    pen.textAlign = 'center';
    pen.fillText(short(this.selected), clamp(x, 40, this.#size - 40), clamp(y - this.#dot() - 14, 10, this.#height));
  }

  #drawMiddle(pen) {
    const [x, y] = [this.#size / 2, this.#height / 2];
    pen.fillStyle = this.#colours.paper;
    pen.strokeStyle = this.#colours.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.arc(x, y, 40, 0, TURN);
    pen.fill();
    pen.stroke();
    pen.fillStyle = this.#colours.ink;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.font = 'bold 16px system-ui, sans-serif';
    pen.fillText(String(this.epoch), x, y - 6);
    pen.fillStyle = this.#colours.faint;
    pen.font = '11px system-ui, sans-serif';
    pen.fillText('epoch', x, y + 11);
  }
}

function trace(pen, kind, x, y, dot, square) {
  if (square) {
    pen.rect(x - dot, y - dot, 2 * dot, 2 * dot);
  } else if (kind === 'f') {
    const reach = dot * 1.25; // a diamond
    pen.moveTo(x, y - reach); pen.lineTo(x + reach, y); pen.lineTo(x, y + reach); pen.lineTo(x - reach, y); pen.closePath();
  } else if (kind === 'b') {
    pen.moveTo(x - dot, y - dot); pen.lineTo(x + dot, y + dot);
    pen.moveTo(x + dot, y - dot); pen.lineTo(x - dot, y + dot);
  } else {
    pen.moveTo(x + dot, y);
    pen.arc(x, y, dot, 0, TURN);
  }
}

const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
