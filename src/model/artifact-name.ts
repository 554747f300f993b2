// Name, version and target → file name: `plotter-4.2.0-linux-x86_64`.

/** What every file system takes: letters, digits, `.`, `_`, `+`, `-`; never a leading dot or dash. */
const clean = (text: string): string => text.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '') || 'app';

export function makeArtifactName(name: string, version: string, target: string | undefined, suffix: string): string {
  return [clean(name), clean(version), ...(target ? [target] : [])].join('-') + suffix;
}
