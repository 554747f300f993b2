// A pipeline that remembers opened projects → the Engine that doors talk to. Knows neither DOM nor Node.
import { archiveArtifact } from './artifact/archive-artifact';
import { fail, success, type Outcome } from './model/failure';
import { setLimits } from './model/limits';
import type { Progress, Reporter } from './model/progress';
import type { Target } from './model/target';
import { makeMemory } from './model/memory';
import { outputs } from './outputs/registry';
import type { OpenProject } from './model/project';
import { buildProject, openProject, type Context } from './pipeline';
import type { BuildRequest, Built, Choices, Engine, Opened } from './protocol/engine';
import type { Python } from './protocol/python';
import type { Supply } from './protocol/supply';
import { findTarget, targets } from './targets/registry';

export function makeEngine(python: Python, supply: Supply): Engine {
  const context: Context = { python, supply, memory: makeMemory() };
  const projects = new Map<string, OpenProject>();
  let running: AbortController | undefined;
  let opened = 0;

  /** One piece of work at a time; a cancelled one ends as a value even when Python was ended under it. */
  async function run<T>(report: (progress: Progress) => void, work: (reporter: Reporter) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const controller = new AbortController();
    running = controller;
    try {
      return await work({ report, signal: controller.signal });
    } catch (error) {
      if (controller.signal.aborted) return fail('cancelled', 'The build was cancelled.');
      throw error;
    } finally {
      if (running === controller) running = undefined;
    }
  }

  return {
    ready: () => python.ready(),
    choices: () => findChoices(supply),
    open: (source, answers, report) => run(report, async (reporter) => {
      supply.network.restart();
      setLimits(answers.limits);
      const open = await openProject(source, answers, context, reporter);
      if (!open.ok) return open;
      const id = `${++opened}`;
      projects.set(id, open.value);
      return success(describe(id, open.value));
    }),
    build: (request, report) => run(report, async (reporter) => {
      const project = projects.get(request.id);
      if (!project) return fail('project/empty', 'That project is no longer open.', 'Drop it again.');
      setLimits({ ...project.analysis.options.limits, ...request.answers.limits });
      return build(project, request, context, reporter);
    }),
    archive: archiveArtifact,
    network: async () => supply.network.report(),
    async cancel() {
      if (!running) return;
      running.abort();
      python.terminate();
    },
    async close(id) {
      projects.delete(id);
    },
  };
}

async function build(project: OpenProject, request: BuildRequest, context: Context, reporter: Reporter): Promise<Outcome<Built>> {
  const chosen: Target[] = [];
  for (const id of request.targets) {
    const target = findTarget(id);
    if (!target) return fail('plan/unsupported', `There is no target called ${id}.`, `There are: ${targets.map((one) => one.id).join(', ')}.`);
    chosen.push(target);
  }
  if (chosen.length === 0 || request.outputs.length === 0) return fail('plan/unsupported', 'Nothing was chosen to build: at least one target and one output are needed.');
  return buildProject(project, chosen, request, context, reporter);
}

function describe(id: string, { project, analysis }: OpenProject): Opened {
  const files = project.files.map(({ path, bytes }) => ({ path, size: bytes.length }));
  return { id, kind: project.kind, source: project.source, files, analysis, notices: project.notices };
}

async function findChoices(supply: Supply): Promise<Outcome<Choices>> {
  const catalogue = await supply.runtimes.catalogue();
  if (!catalogue.ok) return catalogue;
  const bySeries = groupBySeries(catalogue.value.runtimes);
  const pythons = [...bySeries].map(([series, runtimes]) => ({ series, python: runtimes[0]!.python, targets: runtimes.map(({ target }) => target) }));
  const minor = (series: string) => Number(series.split('.')[1]);
  return success({
    targets: targets.map(({ id, label, os }) => ({ id, label, os })),
    outputs: outputs.map(({ id, label, description }) => ({ id, label, description })),
    pythons: pythons.sort((a, b) => minor(b.series) - minor(a.series)),
  });
}

function groupBySeries<R extends { series: string }>(runtimes: R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const runtime of runtimes) groups.set(runtime.series, [...(groups.get(runtime.series) ?? []), runtime]);
  return groups;
}
