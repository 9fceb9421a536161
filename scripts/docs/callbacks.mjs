/**
 * The tables of docs/callbacks.md, from what the tests compare the classes with and from the classes'
 * first sentences in pkg/types/callbacks.d.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLBACKS } from '../../tests/pkg/callbacks.table.js';
import { root } from '../run.mjs';

const PAGE = join(root, 'docs/callbacks.md');
const GENERATED = /(<!-- callbacks -->\n)[\s\S]*?(<!-- \/callbacks -->)/;

/** What is between the output and what a getter returns. */
const CONVERSIONS = {
  config: '; without it, outputs of these names',
  date: ', as a `Date`',
  number: ', as a number',
  policies: ', objects or their JSON texts, as objects',
};

/** The page as it is, and as it should be. */
export function callbacksPage() {
  const types = readFileSync(join(root, 'pkg/types/callbacks.d.ts'), 'utf8');
  const sections = Object.entries(CALLBACKS).map(([name, row]) => section(name, row, types));
  const actual = readFileSync(PAGE, 'utf8');
  const expected = actual.replace(
    GENERATED,
    (_, start, end) => `${start}\n${sections.join('')}${end}`,
  );
  return { actual, expected };
}

function section(name, { types: aliases, outputs = {}, inputs = {}, throws = [] }, types) {
  const summary = types.match(new RegExp(`/\\*\\* (.*) \\*/\nexport class ${name}\\b`))[1];
  const rows = [
    ...Object.entries(outputs).map(([getter, [output, otherwise, conversion]]) => [
      `\`${getter}()\``,
      `output \`${output}\`${CONVERSIONS[conversion] ?? ''}`,
      code(otherwise),
    ]),
    ...Object.entries(inputs).map(([setter, ending]) => [
      `\`${setter}()\``,
      ending ? `input \`…${ending}\`` : 'first input',
      '',
    ]),
  ];
  const table = ['| Method | In AM | Without it |\n|---|---|---|\n', ...rows.map(line)].join('');
  return [
    `### ${name}\n\n${summary}`,
    aliases && ` Types: ${aliases.map((type) => `\`${type}\``).join(', ')}.`,
    '\n\n',
    rows.length > 0 && `${table}\n`,
    throws.length > 0 && `${throws.map(example).join('')}\n`,
  ]
    .filter(Boolean)
    .join('');
}

const line = (cells) => `| ${cells.join(' | ')} |\n`;

/** A value as JavaScript. */
const code = (value) =>
  `\`${JSON.stringify(value)
    .replaceAll('"', "'")
    .replaceAll(/([:,])/g, '$1 ')}\``;

function example([method, argument, outputs, text]) {
  const call = `${method}(${argument === undefined ? '' : code(argument).slice(1, -1)})`;
  const [[output, value]] = Object.entries(outputs);
  const quote = text.includes('`') ? '``' : '`';
  const given = `- \`${call}\` when \`${output}\` is ${code(value)} throws\n`;
  return `${given}  ${quote}${text}${quote}\n`;
}
