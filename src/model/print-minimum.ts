// The oldest system that an artifact runs on, for people: `needs at least glibc 2.28`.
export function printMinimum(minimum: { glibc?: string; macos?: string; windows?: string }): string {
  const names = { glibc: 'glibc', macos: 'macOS', windows: 'Windows' };
  const needs = (['glibc', 'macos', 'windows'] as const).flatMap((system) => (minimum[system] ? [`${names[system]} ${minimum[system]}`] : []));
  return needs.length ? `needs at least ${needs.join(', ')}` : '';
}
