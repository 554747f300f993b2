// One target's ingredients → the three layers of its executable, parts in file order.
import { digestParts } from '../../formats/layer-keys';
import type { Frame, Ingredients, TargetIngredients } from '../../model/ingredients';
import type { Layer, Part } from '../../model/plan';

interface Piece {
  part: Required<Part>;
  blob: Blob;
  files: number;
  unpacked: number;
}

export interface PlannedLayer {
  layer: Layer;
  blobs: Blob[];
}

export async function planLayers(all: Ingredients, one: TargetIngredients): Promise<PlannedLayer[]> {
  const wheels = one.wheels.map(({ distribution, wheel, frame }) =>
    piece(`wheel/${wheel.filename}`, frame, describeWhy(distribution.requiredBy)));
  const packages = wheels.length ? [...wheels, piece('packages/end', all.end, 'closes the layer')] : [];
  const layers = await Promise.all([
    makeLayer('runtime', 'runtime', runtimePieces(one)),
    makeLayer('packages', 'app', packages),
    makeLayer('app', 'app', [
      piece(`app/${all.appWheel.filename}`, one.app, 'the project itself'),
      piece('app/boot', one.boot, 'starts the chosen command'),
    ]),
  ]);
  return layers.filter(({ layer }) => layer.parts.length > 0);
}

function runtimePieces({ runtime, groups, groupBlobs }: TargetIngredients): Piece[] {
  return groups.map((group, index) => ({
    part: { id: `runtime/${group.name}`, size: group.size, sha256: group.sha256, reason: `CPython ${runtime.python}: ${group.required ? 'always' : `imported: ${group.modules.join(', ')}`}` },
    blob: groupBlobs[index]!,
    files: group.files,
    unpacked: group.unpacked,
  }));
}

const piece = (id: string, frame: Frame, reason: string): Piece => ({
  part: { id, size: frame.size, sha256: frame.sha256, reason },
  blob: frame.blob,
  files: frame.files,
  unpacked: frame.unpacked,
});

function describeWhy(requiredBy: { name: string; requirement: string }[]): string {
  return requiredBy.map(({ name, requirement }) => `${requirement} (${name === '' ? 'the project' : name})`).join(', ');
}

async function makeLayer(name: Layer['name'], mount: Layer['mount'], pieces: Piece[]): Promise<PlannedLayer> {
  const sum = (count: (piece: Piece) => number) => pieces.reduce((total, one) => total + count(one), 0);
  return {
    layer: {
      name, mount,
      size: sum(({ part }) => part.size), unpacked: sum(({ unpacked }) => unpacked), files: sum(({ files }) => files),
      digest: await digestParts(pieces.map(({ part }) => part.sha256)),
      parts: pieces.map(({ part }) => part),
    },
    blobs: pieces.map(({ blob }) => blob),
  };
}
