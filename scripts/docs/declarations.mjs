/**
 * What the package declares: the `.d.ts` files of its entries, read by TypeScript's own parser. The
 * API of TypeScript 7 is marked unstable; the lockfile keeps it the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { root } from '../run.mjs';

/**
 * @typedef {object} Doc what a comment says
 * @property {string} text
 * @property {{ tag: string, text: string }[]} tags
 *
 * @typedef {object} Member
 * @property {string} path such as `authorize.url`
 * @property {boolean} isCall
 * @property {string} code without comments
 * @property {Doc | undefined} doc
 *
 * @typedef {object} Declaration
 * @property {string} name
 * @property {string} section the heading above it
 * @property {'interface' | 'class' | 'type' | 'function' | 'const' | 'namespace'} kind
 * @property {string} code without comments
 * @property {string} source with its members' comments
 * @property {Doc | undefined} doc
 * @property {Member[]} members of interfaces, classes and objects, and of types made of them
 *
 * @typedef {object} Entry
 * @property {string} specifier such as `journey-oidc/device`
 * @property {string} file
 * @property {Doc | undefined} doc
 * @property {string[]} exported again from another entry: the statements
 * @property {Declaration[]} declarations in the order of the file and of those it gathers
 */

const KINDS = {
  [SyntaxKind.InterfaceDeclaration]: 'interface',
  [SyntaxKind.ClassDeclaration]: 'class',
  [SyntaxKind.TypeAliasDeclaration]: 'type',
  [SyntaxKind.FunctionDeclaration]: 'function',
  [SyntaxKind.VariableStatement]: 'const',
  [SyntaxKind.ModuleDeclaration]: 'namespace',
};

const CALLS = [
  SyntaxKind.CallSignature,
  SyntaxKind.Constructor,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.MethodSignature,
];

/** What only stands around another type. */
const WRAPPERS = [SyntaxKind.ParenthesizedType, SyntaxKind.TypeAliasDeclaration];

/**
 * Every entry of the package that has types.
 *
 * @returns {Entry[]}
 */
export function readEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return withProgram((program) =>
    Object.entries(exports)
      .filter(([, { types }]) => types)
      .map(([path, { types }]) => readEntry(program, join(name, path), join(root, types))),
  );
}

/** @template R @param {(program: import('typescript/unstable/sync').Program) => R} use */
export function withProgram(use) {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] });
    return use(snapshot.getProjects()[0].program);
  } finally {
    api.close();
  }
}

/** What an entry gathers: `export * from './types/oidc.js'`. */
const GATHERED = /^export \* from '(\.\/types\/\w+)\.js';$/;

function readEntry(program, specifier, file) {
  const { text, statements, declarations } = readFile(program, file);
  const exports = statements
    .filter(({ kind }) => kind === SyntaxKind.ExportDeclaration)
    .map((node) => withoutComments(node.getText()));
  const gathered = exports.flatMap((code) => GATHERED.exec(code)?.[1] ?? []);
  for (const part of gathered) {
    declarations.push(...readFile(program, join(file, '..', `${part}.d.ts`)).declarations);
  }
  const exported = exports.filter((code) => !GATHERED.test(code));
  return { specifier, file, doc: moduleDoc(text), exported, declarations };
}

function readFile(program, file) {
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} is not part of tsconfig.json`);
  const { text, statements } = source;
  const headings = [...text.matchAll(/^\/\/ -+ (.*)$/gm)];
  const declarations = statements
    .filter(({ kind }) => KINDS[kind])
    .map((node) => {
      const above = headings.filter(({ index }) => index < node.end).at(-1)?.[1] ?? '';
      return readDeclaration(node, text, above);
    });
  return { text, statements, declarations };
}

function readDeclaration(node, text, section) {
  const variable = node.declarationList?.declarations[0];
  const source = sourceOf(node, text);
  return {
    name: (variable ?? node).name.text,
    section,
    kind: KINDS[node.kind],
    code: withoutComments(source),
    source,
    doc: docOf(node, text),
    members: membersOf(variable?.type ?? node, text, ''),
  };
}

/** The members of a type, those of objects in it too. */
function membersOf(node, text, path) {
  if (node.kind === SyntaxKind.ModuleDeclaration) return [];
  if (WRAPPERS.includes(node.kind)) return membersOf(node.type, text, path);
  // Of an intersection, what is not declared elsewhere.
  if (node.types) return [...node.types].flatMap((part) => membersOf(part, text, path));
  return [...(node.members ?? [])].flatMap((member) => {
    const name = member.name?.text ?? nameless(member);
    const isCall = CALLS.includes(member.kind);
    const inner = path ? `${path}${name && `.${name}`}` : name;
    const self = {
      path: inner,
      isCall,
      code: withoutComments(sourceOf(member, text)).replace(/;$/, ''),
      doc: docOf(member, text),
    };
    const isObject = !isCall && member.type?.kind === SyntaxKind.TypeLiteral;
    return isObject ? [self, ...membersOf(member.type, text, inner)] : [self];
  });
}

function nameless({ kind }) {
  if (kind === SyntaxKind.Constructor) return 'constructor';
  return kind === SyntaxKind.IndexSignature ? '[member]' : '';
}

function moduleDoc(text) {
  const [comment] = text.match(/^\/\*\*[\s\S]*?\*\//) ?? [];
  return comment && parseDoc(comment);
}

/** What the comment before a node says; the nearest counts. */
function docOf(node, text) {
  const comment = node.jsDoc?.at(-1);
  return comment && parseDoc(text.slice(text.lastIndexOf('/**', comment.end), comment.end));
}

/** The text of a node, as if it began at the left margin. */
function sourceOf(node, text) {
  const start = node.getStart();
  const margin = ' '.repeat(start - text.lastIndexOf('\n', start) - 1);
  return text.slice(start, node.end).replaceAll(`\n${margin}`, '\n');
}

/** @returns {Doc} */
export function parseDoc(comment) {
  const body = comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replaceAll(/^[ \t]*\* ?/gm, '')
    .trim();
  const [text, ...tags] = body.split(/^@(?=[a-z])/m);
  return {
    text: text.trim(),
    tags: tags.map((one) => {
      const [, tag, rest] = /^(\w+)\s*([\s\S]*)$/.exec(one);
      return { tag, text: rest.trim() };
    }),
  };
}

/** Source text without its comments, and without the lines that held nothing else. */
function withoutComments(source) {
  return source
    .replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replaceAll(/^[ \t]*\/\/.*\n/gm, '');
}
