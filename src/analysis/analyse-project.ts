// Project → Analysis, by the Python package; the project's code never runs.
import { success, type Outcome } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { Project } from '../model/project';
import type { Answers } from '../protocol/engine';
import { projectRoot, type Python } from '../protocol/python';
import { readWheel } from '../supply/read-wheel';
import { preferEntry } from './prefer-entry';

export async function analyseProject(project: Project, answers: Answers, python: Python): Promise<Outcome<Analysis>> {
  if (project.kind === 'wheel') return analyseWheel(project, answers, python);
  await python.put(projectRoot, [...project.files, ...project.wheels]);
  // What is said of indexes is none of analysis' business, credentials least of all.
  const { indexes: _, from: __, uploadedPriorTo: ___, ...own } = answers;
  const { answer } = await python.call('analyse', { root: projectRoot, source: project.source, kind: project.kind, ...own });
  return answer;
}

/** A wheel says all by its metadata; its modules are not walked. */
async function analyseWheel(project: Project, { extras: chosen = [] }: Answers, python: Python): Promise<Outcome<Analysis>> {
  const { path, bytes } = project.files[0]!;
  const wheel = await readWheel(path, bytes);
  if (!wheel.ok) return wheel;
  const { answer } = await python.call('wheel_metadata', { wheel: wheel.value }, [bytes]);
  if (!answer.ok) return answer;
  const { name, version, requires, requiresPython, extras, entries } = answer.value;
  return success({
    name, version, versionOrigin: path,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    requirements: requires.map((requirement) => ({ requirement, place: { path, line: 0 }, hashes: [] })),
    constraints: [], extras, groups: [], groupRequirements: [], chosen: { extras: chosen, groups: [] },
    projects: [], project: '', locals: [], localWheels: [], sources: { indexes: [], from: {} }, locks: [], options: {},
    layout: { kind: 'wheel', filename: path },
    entries, preferredEntry: entries.length ? preferEntry(name, entries) : -1,
    imports: [], stdlib: [], fileUses: [], warnings: [],
  });
}
