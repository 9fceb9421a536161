/** The table of server/README.md, from the development server's registry of faults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from '../../server/fault-registry.js';
import { root } from '../run.mjs';

export const FAULTS_PAGE = 'server/README.md';
const GENERATED = /(<!-- faults -->\n)[\s\S]*?(<!-- \/faults -->)/;

/** The page as it should be. */
export function faultsPage() {
  const page = readFileSync(join(root, FAULTS_PAGE), 'utf8');
  return page.replace(GENERATED, (_, start, end) => `${start}\n${table()}\n${end}`);
}

function table() {
  const rows = FAULTS.map(({ name, does, seenAt, takes, values, usual }) => [
    `\`${name}\``,
    does,
    values ? values.map(code).join(', ') : takes ? `${takes}; usually ${code(usual)}` : '',
    seenAt.join(', '),
  ]);
  const lines = [
    ['Fault', 'What it does', 'Value', 'Seen at'],
    ['---', '---', '---', '---'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
