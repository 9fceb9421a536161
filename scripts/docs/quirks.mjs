/** The table of docs/development-server.md, from the development server's registry of quirks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUIRKS } from '../../server/quirks.js';
import { root } from '../run.mjs';

export const QUIRKS_PAGE = 'docs/development-server.md';
const GENERATED = /(<!-- quirks -->\n)[\s\S]*?(<!-- \/quirks -->)/;

/** The page as it should be. */
export function quirksPage() {
  const page = readFileSync(join(root, QUIRKS_PAGE), 'utf8');
  return page.replace(GENERATED, (_, start, end) => `${start}\n${table()}\n${end}`);
}

function table() {
  const rows = QUIRKS.map(({ name, does, seenAt, takes, values, usual }) => [
    `\`${name}\``,
    does,
    values ? values.map(code).join(', ') : takes ? `${takes}; usually ${code(usual)}` : '',
    seenAt.join(', '),
  ]);
  const lines = [
    ['Quirk', 'What it does', 'Value', 'Seen at'],
    ['---', '---', '---', '---'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
