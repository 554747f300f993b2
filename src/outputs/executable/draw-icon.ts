// The icon of programs that bring none: a seedling on a green tile. Drawn, so that no picture need be kept; by arithmetic that every
// engine rounds alike (no hypot, no sine), so that browser and Node give the same bytes.
import { writeBitmap, writePng, type Pixels } from '../../formats/icon/write-images';
import type { IconImage } from '../../model/icon';

type Point = readonly [number, number];

/** Distance of a point to a shape's edge, negative inside; the tile is 1 wide. */
type Shape = (x: number, y: number) => number;

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);
const clamp = (value: number) => (value < 0 ? 0 : value > 1 ? 1 : value);

function makeTile(inset: number, radius: number): Shape {
  const edge = 0.5 - inset - radius;
  return (x, y) => {
    const dx = Math.abs(x - 0.5) - edge;
    const dy = Math.abs(y - 0.5) - edge;
    return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

function makeStroke([ax, ay]: Point, [bx, by]: Point, width: number): Shape {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  return (x, y) => {
    const along = clamp(((x - ax) * dx + (y - ay) * dy) / square);
    return length(x - ax - along * dx, y - ay - along * dy) - width / 2;
  };
}

/** Where two circles through both tips overlap; `bulge` is the distance of their centres from the middle. */
function makeLeaf([ax, ay]: Point, [bx, by]: Point, bulge: number): Shape {
  const [mx, my, half] = [(ax + bx) / 2, (ay + by) / 2, length(bx - ax, by - ay) / 2];
  const [nx, ny] = [(-(by - ay) / (2 * half)) * bulge, ((bx - ax) / (2 * half)) * bulge];
  const radius = length(half, bulge);
  return (x, y) => Math.max(length(x - mx - nx, y - my - ny), length(x - mx + nx, y - my + ny)) - radius;
}

const tile = makeTile(0.03, 0.2);
const stem = makeStroke([0.5, 0.83], [0.5, 0.5], 0.075);
const left = makeLeaf([0.5, 0.6], [0.17, 0.27], 0.12);
const right = makeLeaf([0.5, 0.53], [0.82, 0.21], 0.12);

/** Red, green, blue: of the tile at its top and bottom, and of the plant. */
const [top, bottom, plant] = [[63, 163, 115], [24, 92, 66], [244, 252, 247]] as const;

/** An edge is one pixel wide. */
export function drawPixels(side: number): Pixels {
  const bytes = new Uint8Array(4 * side * side);
  for (let at = 0; at < bytes.length; at += 4) {
    const x = (((at / 4) % side) + 0.5) / side;
    const y = (Math.floor(at / 4 / side) + 0.5) / side;
    const green = clamp(0.5 - Math.min(stem(x, y), left(x, y), right(x, y)) * side);
    for (let colour = 0; colour < 3; colour++) {
      const ground = top[colour]! + (bottom[colour]! - top[colour]!) * y;
      bytes[at + colour] = Math.round(ground + (plant[colour]! - ground) * green);
    }
    bytes[at + 3] = Math.round(255 * clamp(0.5 - tile(x, y) * side));
  }
  return { side, bytes };
}

let drawn: IconImage[] | undefined;

/** Drawn once. The large one is PNG, as such sizes are in icons everywhere; the smallest are bitmaps, which every reader knows. */
export const drawIcon = (): IconImage[] => (drawn ??= [...[16, 32].map((side) => writeBitmap(drawPixels(side))), ...[48, 256].map((side) => writePng(drawPixels(side)))]);
