/** The table of docs/engines.md, from what was run. */
import { isAtLeast } from '../../scripts/toolchain.mjs';

const GENERATED = /(<!-- engines -->\n)([\s\S]*?)(<!-- \/engines -->)/;
const VERSION = 'Version, or newer';

/**
 * The page with the table of this run. A version that was documented stays while the engine is at
 * least that, so that an update of a browser alone changes nothing.
 *
 * @param {string} page
 * @param {Record<string, {
 *   version: string, features: Record<string, boolean>, passed: Set<string>
 * }>} report by engine
 * @param {string[]} scenarios
 * @param {{ update: boolean }} options `update`: the versions of this run
 */
export function rewritePage(page, report, scenarios, { update }) {
  const [, start, old, end] = GENERATED.exec(page);
  const engines = Object.keys(report);
  const row = (title, cell) => `| ${[title, ...engines.map(cell)].join(' | ')} |\n`;
  const documented = update ? [] : documentedVersions(old);
  const version = (engine, index) => {
    const found = report[engine].version.split('.').slice(0, 2).join('.');
    return documented[index] && isAtLeast(found, documented[index]) ? documented[index] : found;
  };
  const table = [
    row('', (engine) => engine),
    `|---|${engines.map(() => ':-:|').join('')}\n`,
    row(VERSION, version),
    ...scenarios.map((name) =>
      row(name, (engine) => (report[engine].passed.has(name) ? '✓' : '✗')),
    ),
    ...Object.keys(report[engines[0]].features).map((name) =>
      row(`The engine has ${name}`, (engine) => (report[engine].features[name] ? 'yes' : 'no')),
    ),
  ];
  return page.replace(GENERATED, () => `${start}${table.join('')}${end}`);
}

function documentedVersions(table) {
  const line = table.split('\n').find((line) => line.startsWith(`| ${VERSION} |`));
  return (
    line
      ?.split(' | ')
      .slice(1)
      .map((cell) => cell.replace(' |', '')) ?? []
  );
}
