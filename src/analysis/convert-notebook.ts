// A dropped notebook → the script that is packed in its place. Other projects stay as they are.
import { success, type Outcome } from '../model/failure';
import type { Project } from '../model/project';
import type { Python } from '../protocol/python';

const isNotebook = (path: string) => /\.ipynb$/i.test(path);

export async function convertNotebook(project: Project, python: Python): Promise<Outcome<Project>> {
  const [file] = project.files;
  if (project.kind !== 'script' || !file || !isNotebook(file.path)) return success(project);
  const { answer } = await python.call('notebook', { path: file.path }, [file.bytes]);
  if (!answer.ok) return answer;
  const script = { path: file.path.replace(/\.ipynb$/i, '.py'), bytes: new TextEncoder().encode(answer.value.text), executable: false };
  return success({ ...project, source: project.source.replace(/\.ipynb$/i, '.py'), files: [script], notices: [...project.notices, ...answer.value.notices] });
}
