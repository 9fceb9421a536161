/** Samples as tables: medians, minima, and what they are of the direct peer's. */

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {Record<string, number | string>[]} samples of one library
 * @returns {Record<string, { median: number, minimum: number } | string>} a text, if all are the
 *   same, else all of them
 */
export function summarise(samples) {
  const names = [...new Set(samples.flatMap(Object.keys))];
  return Object.fromEntries(
    names.map((name) => {
      const values = samples.map((sample) => sample[name]).filter((value) => value !== undefined);
      return [name, values.every(Number.isFinite) ? statistics(values) : texts(values)];
    }),
  );
}

function statistics(values) {
  return { median: median(values), minimum: Math.min(...values) };
}

function texts(values) {
  return [...new Set(values)].join(' | ');
}

/** Takes what the browser itself costs from what a library costs. */
export function overFloor(statistics, floor) {
  if (!statistics || !floor) return undefined;
  return {
    median: statistics.median - floor.median,
    minimum: statistics.minimum - floor.minimum,
  };
}

/**
 * A table in Markdown.
 *
 * @param {string[]} columns the names of the libraries
 * @param {{ title: string, of: (library: string) => { median: number, minimum?: number } | string | undefined }[]} rows
 * @param {string} reference the library that the ratios are of
 */
export function toTable(columns, rows, reference) {
  const cells = rows.map(({ title, of }) => [
    title,
    ...columns.map((library) => cell(of(library), library !== reference && of(reference))),
  ]);
  const lines = [['', ...columns], ['---', ...columns.map(() => '---')], ...cells];
  const widths = lines[0].map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const pad = (text, index) => text.padEnd(widths[index], text === '---' ? '-' : ' ');
  return lines.map((line) => `| ${line.map(pad).join(' | ')} |`).join('\n');
}

/** `12.3 (9.8) 0.4x`: median, minimum, and the ratio of the medians. */
function cell(value, reference) {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  const minimum = value.minimum === undefined ? '' : ` (${short(value.minimum)})`;
  const comparable = reference && reference.median > 0 && value.median > 0;
  const ratio = comparable ? ` ${(value.median / reference.median).toFixed(2)}x` : '';
  return `${short(value.median)}${minimum}${ratio}`;
}

function short(number) {
  return number.toFixed(Math.abs(number) < 10 ? 2 : 1);
}
