/**
 * The API reports in etc/: every declaration of an entry, by name and without comments. What changes
 * there is a change of the API.
 */

/** @param {import('./declarations.mjs').Entry} entry */
export function report({ specifier, exported, declarations }) {
  const code = [...exported, ...declarations.toSorted(byName).map(({ code }) => code)];
  return `# API of \`${specifier}\`

Made by \`npm run docs\`, compared by \`npm run check\`.

\`\`\`ts
${code.join('\n\n')}
\`\`\`
`;
}

/** The file name of an entry's report. */
export function reportName({ specifier }) {
  return `etc/${specifier.replaceAll('/', '-')}.api.md`;
}

function byName(a, b) {
  if (a.name === b.name) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
