/** The pages of the documentation, and the code in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** Every page that people read: those at the top and docs/, its made ones too. */
export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'server/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export const text = (page) => readFileSync(join(root, page), 'utf8');

/**
 * The code blocks of a page.
 *
 * @param {string} page
 * @returns {{ page: string, line: number, language: string, code: string }[]} `line` is that of the
 *   first line of code
 */
export function blocks(page) {
  const source = text(page);
  return [...source.matchAll(/^( *)```(\w+)?\n([\s\S]*?)^ *```$/gm)].map(
    ([fence, indent, language = '', code]) => ({
      page,
      line: source.slice(0, source.indexOf(fence)).split('\n').length + 1,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** All blocks of these languages, which must be written with one. */
export function blocksOf(...languages) {
  return PAGES.flatMap(blocks).filter(({ language }) => languages.includes(language));
}

/** The heading that a link such as `#sign-in` leads to, as GitHub names them. */
export function anchors(page) {
  const seen = new Map();
  return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count ? `${name}-${count}` : name;
  });
}
