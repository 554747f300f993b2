// The parts' results become a table, and the last line, alone: `N passed, M failed`.
/** A part that failed without a failed test of its own counts as one failure, so that the line never hides it. */
export function printSummary(parts) {
  const failedOf = (part) => part.failed || (part.ok ? 0 : 1);
  const passed = parts.reduce((sum, part) => sum + (part.passed ?? 0), 0);
  const failed = parts.reduce((sum, part) => sum + failedOf(part), 0);
  return [...parts.map(printRow), '', `${passed} passed, ${failed} failed`].join('\n');
}

function printRow(part) {
  const counts = ['passed', 'failed', 'skipped'].filter((key) => part[key]).map((key) => `${part[key]} ${key}`).join(', ');
  return `${part.name.padEnd(10)}${part.ok ? 'ok    ' : 'FAILED'}${part.seconds.toFixed(1).padStart(9)} s   ${counts}`.trimEnd();
}
