// Rows of cells, the first being the head → a table on standard output.
export function printTable(title, rows) {
  console.log(`\n${title}`);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => `${row[column] ?? ''}`.length)));
  for (const row of rows) console.log('  ' + row.map((cell, column) => `${cell ?? ''}`.padEnd(widths[column])).join('  ').trimEnd());
}
