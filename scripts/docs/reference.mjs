/** The API reference in docs/api/: what the comments in the `.d.ts` files say, as pages. */

/** @typedef {import('./declarations.mjs').Entry} Entry */
/** @typedef {import('./declarations.mjs').Declaration} Declaration */
/** @typedef {import('./declarations.mjs').Member} Member */

/** The file name of an entry's page. */
export function referenceName({ specifier }) {
  return `docs/api/${specifier.replaceAll('/', '-')}.md`;
}

/** The page of one entry. @param {Entry} entry */
export function reference({ specifier, doc, exported, declarations }) {
  const shown = declarations.filter(({ kind }) => kind !== 'namespace');
  const link = linker(shown.map(({ name }) => name));
  const titles = new Set();
  return [
    `# \`${specifier}\`\n`,
    '<!-- Made by `npm run docs` from the comments in pkg/. -->\n',
    ...(doc ? [`${link(doc.text)}\n`] : []),
    ...(exported.length > 0 ? [exportedAgain(exported)] : []),
    ...shown.flatMap((declaration, index) => {
      const { section } = declaration;
      const isNew = section && section !== shown[index - 1]?.section;
      return [...(isNew ? [`## ${section}\n`] : []), item(declaration, link, titles)];
    }),
  ].join('\n');
}

/** The page that lists the others. @param {Entry[]} entries */
export function contents(entries) {
  const rows = entries.map(({ specifier, doc, declarations }) => {
    const [summary] = (doc?.text ?? '').split(/\n\n|(?<=\.)\s/);
    const page = referenceName({ specifier }).replace('docs/api/', '');
    const shown = declarations.filter(({ kind }) => kind !== 'namespace');
    const names = [...new Set(shown.map(({ name }) => name))].sort(withoutCase);
    const links = names.map((name) => `[${name}](${page}#${anchor(name)})`);
    const parts = [`## [\`${specifier}\`](${page})`, oneLine(summary), links.join(',\n')];
    return `${parts.filter(Boolean).join('\n\n')}\n`;
  });
  return `# API reference\n\n<!-- Made by \`npm run docs\`. -->\n\n${rows.join('\n')}`
    .trimEnd()
    .concat('\n');
}

const withoutCase = (a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en');

function exportedAgain(statements) {
  return `Of [\`journey-oidc\`](journey-oidc.md), again:\n\n${fence('ts', statements.join('\n'))}\n`;
}

/** One declaration. A constant and the type of its name share a heading. */
function item({ name, kind, code, source, doc, members }, link, titles) {
  const isShown = ['interface', 'class', 'const'].includes(kind) && members.length > 0;
  const heading = titles.has(name) ? [] : [`### ${name}\n`];
  titles.add(name);
  const head = isShown ? fence('ts', headOf(code)) : fence('ts', source);
  return [
    ...heading,
    ...describe(doc, link),
    head,
    '',
    ...(isShown ? memberList(members, link) : []),
  ].join('\n');
}

/** What stands before the members. */
function headOf(code) {
  const head = code.slice(0, code.indexOf('{')).trim();
  return /^export (const|type)/.test(head) ? `${head} { … }` : head;
}

/** Properties as a table, calls each with a heading. */
function memberList(members, link) {
  const isEmpty = ({ doc, code }) => !doc && /:\s*\{/.test(code);
  const shown = members.filter((member) => !isEmpty(member));
  const properties = shown.filter(({ isCall, code }) => !isCall && !isObjectOfCalls(code));
  const calls = shown.filter(({ isCall }) => isCall);
  const table = properties.map((member) => property(member, link));
  return [
    ...(table.length > 0 ? ['| Member | Type | What it is |\n|---|---|---|', ...table, ''] : []),
    ...calls.flatMap((member) => call(member, link)),
  ];
}

const isObjectOfCalls = (code) => /^[\w$]+\??: \{/.test(code) && /\n\s+\w*\(/.test(code);

function property({ path, code, doc }, link) {
  const colon = code.indexOf(': ', code.startsWith('[') ? code.indexOf(']') : 0);
  const isOptional = code.slice(0, colon).endsWith('?');
  const type = /:\s*\{/.test(code) ? 'object' : `\`${cell(code.slice(colon + 2))}\``;
  const text = cell(link(sentences(doc)));
  return `| \`${path}\`${isOptional ? ', optional' : ''} | ${type} | ${text} |`;
}

function call({ path, code, doc }, link) {
  const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.') + 1) : '';
  const own = code.startsWith('(') || code.startsWith('<') ? path : parent;
  return [`#### ${path}()\n`, ...describe(doc, link), fence('ts', `${own}${code}`), ''];
}

/** Text and tags of a comment. */
function describe(doc, link) {
  if (!doc) return [];
  const named = { param: 'Parameter', throws: 'Throws', returns: 'Returns' };
  const list = doc.tags
    .filter(({ tag }) => named[tag])
    .map(({ tag, text }) => `- ${named[tag]} ${tag === 'param' ? parameter(text) : oneLine(text)}`);
  const examples = doc.tags.filter(({ tag }) => tag === 'example');
  return [
    ...(doc.text ? [`${link(doc.text)}\n`] : []),
    ...(list.length > 0 ? [`${link(list.join('\n'))}\n`] : []),
    ...examples.map(({ text }) => `${fence('js', text)}\n`),
  ];
}

const parameter = (text) => oneLine(text).replace(/^(\S+)/, '`$1`:');

function sentences(doc) {
  return doc ? [doc.text, ...doc.tags.map(({ text }) => text)].join(' ') : '';
}

/** Makes links of `{@link Name}` and `{@link Name.member}`. */
function linker(names) {
  return (text) =>
    text.replaceAll(/\{@link ([\w$]+)((?:\.\w+)*)\}/g, (_, name, rest) => {
      const label = `\`${name}${rest}\``;
      if (names.includes(name)) return `[${label}](#${anchor(name)})`;
      return label;
    });
}

const anchor = (name) => name.toLowerCase();

const oneLine = (text) => text.replaceAll(/\s+/g, ' ');

const cell = (text) =>
  oneLine(text)
    .replaceAll('|', '\\|')
    .replace(/^\\\| /, '');

const fence = (language, code) => `\`\`\`${language}\n${code}\n\`\`\``;
