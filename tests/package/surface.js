/**
 * What differs between the declarations that the documented clients publish and this package's: asked of
 * TypeScript 5, whose API, unlike version 7's, tells what is assignable.
 */
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** The entries that take each other's place: theirs, ours. */
const ENTRIES = [
  ['@forgerock/journey-client', 'journey-oidc'],
  ['@forgerock/journey-client/types', 'journey-oidc/types'],
  ['@forgerock/journey-client/device', 'journey-oidc/device'],
  ['@forgerock/journey-client/policy', 'journey-oidc/policy'],
  ['@forgerock/journey-client/qr-code', 'journey-oidc/qr-code'],
  ['@forgerock/journey-client/recovery-codes', 'journey-oidc/recovery-codes'],
  ['@forgerock/journey-client/webauthn', 'journey-oidc/webauthn'],
  ['@forgerock/oidc-client', 'journey-oidc'],
  ['@forgerock/oidc-client/types', 'journey-oidc/types'],
  ['@forgerock/sdk-types', 'journey-oidc'],
  ['@forgerock/sdk-utilities', 'journey-oidc'],
];

/**
 * What an app only hands over: configuration and options, and functions of its own. No call gives one, so
 * nobody reads one as the documented type.
 */
const HANDED_OVER = [
  'CallbackFactory',
  'CustomStorageObject',
  'GetAuthorizationUrlOptions',
  'GetTokensOptions',
  'JourneyClientConfig',
  'JourneyServerConfig',
  'NextOptions',
  'OidcConfig',
  'OptionalAuthorizeOptions',
  'RequestMiddleware',
  'ResumeOptions',
  'StartParam',
  'StorageConfig',
  'TokenRequestOptions',
  'UnifiedJourneyConfig',
  'UnifiedOidcConfig',
  'UnifiedSdkConfig',
  'WebAuthnAuthenticationMetadata',
  'WebAuthnRegistrationMetadata',
];

/** A gap that has a row of its own, under the name of its type. */
const ELSEWHERE = '';

/**
 * The differences, sorted, each `<kind> <path>`:
 *
 * - `missing`: there is no such export here;
 * - `read`: what this package gives does not fit the documented type;
 * - `given`: what an app makes for the documented type does not fit this package's.
 *
 * A path such as `OidcClient.user.info()` leads to the innermost member that tells the two apart; what
 * is only made of a type with a row of its own has none.
 *
 * @param {typeof import('typescript-5')} ts
 * @param {string} tools where the documented clients are installed
 * @returns {string[]}
 */
export function differences(ts, tools) {
  const found = new Set();
  const createProgram = programs(ts, tools);
  const { pairs, missing } = pair(ts, createProgram);
  for (const name of missing) found.add(`missing ${name}`);
  const { checker, types } = typesOf(createProgram, pairs);
  const rows = { names: new Set(pairs.map(({ name }) => name)), types: new Map(types) };
  const gaps = gapFinder(ts, checker, rows);
  for (const [index, { name, isGiven }] of pairs.entries()) {
    const [theirs, ours] = types[index];
    if (!HANDED_OVER.includes(name)) {
      for (const path of gaps(ours, theirs, name)) found.add(`read ${path}`);
    }
    // What the functions of an app's own take, such as a mock's, is no concern here.
    if (isGiven) {
      for (const path of gaps(theirs, ours, name, { input: false })) found.add(`given ${path}`);
    }
  }
  return [...found].filter((difference) => !difference.endsWith(' ')).sort();
}

/** The exports that both have, and the names of those that only they have. */
function pair(ts, createProgram) {
  const specifiers = ENTRIES.flat();
  const text = specifiers.map((name, index) => `import * as m${index} from '${name}';`).join('\n');
  const { checker, source } = createProgram(text);
  const exports = source.statements.map((statement) => {
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (!module) throw new Error(`not found: ${statement.moduleSpecifier.text}`);
    return new Map(
      checker.getExportsOfModule(module).map((symbol) => {
        const isAlias = symbol.flags & ts.SymbolFlags.Alias;
        const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
        return [symbol.name, { target, meanings: meanings(ts, symbol, target) }];
      }),
    );
  });
  const pairs = [];
  const missing = new Set();
  const seen = new Set();
  for (const index of ENTRIES.keys()) {
    const [theirs, ours] = [exports[2 * index], exports[2 * index + 1]];
    for (const [name, { target, meanings }] of theirs) {
      for (const meaning of meanings) {
        if (!ours.get(name)?.meanings.includes(meaning)) {
          missing.add(name);
        } else if (!seen.has(target)) {
          const types = [2 * index, 2 * index + 1].map((module) => {
            const path = `m${module}.${name}`;
            return meaning === 'Type' ? path + typeArguments(target) : `typeof ${path}`;
          });
          const isGiven = meaning === 'Type' && !(target.flags & ts.SymbolFlags.Class);
          pairs.push({ name, types, isGiven });
        }
      }
      seen.add(target);
    }
  }
  return { pairs, missing };
}

/** What an export may be used as. The instances of an abstract class, which has none, are no type. */
function meanings(ts, symbol, { flags, declarations = [] }) {
  const isTypeOnly = symbol.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration);
  const isAbstract = declarations.some((declaration) =>
    declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword),
  );
  return [
    ...(flags & ts.SymbolFlags.Type && !isAbstract ? ['Type'] : []),
    ...(flags & ts.SymbolFlags.Value && !isTypeOnly ? ['Value'] : []),
  ];
}

/** Arguments for the type parameters that have no default. */
function typeArguments({ declarations = [] }) {
  const all = declarations.flatMap(({ typeParameters = [] }) => [...typeParameters]);
  const needed = all.filter((parameter) => !parameter.default).map(() => 'any');
  return needed.length > 0 ? `<${needed}>` : '';
}

/** Theirs and ours of each pair. */
function typesOf(createProgram, pairs) {
  const imports = ENTRIES.flat().map((name, index) => `import * as m${index} from '${name}';`);
  const aliases = pairs.flatMap(({ types }, index) =>
    types.map((type, side) => `export type T${index}_${side} = ${type};`),
  );
  const { checker, source, problems } = createProgram([...imports, ...aliases].join('\n'));
  if (problems) throw new Error(problems);
  const all = source.statements
    .slice(imports.length)
    .map(({ type }) => checker.getTypeFromTypeNode(type));
  return { checker, types: pairs.map((_, index) => [all[2 * index], all[2 * index + 1]]) };
}

/** Makes programs of one file, which is nowhere. */
function programs(ts, tools) {
  const options = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    paths: {
      'journey-oidc': [join(root, 'pkg/index.d.ts')],
      'journey-oidc/*': [join(root, 'pkg/*.d.ts')],
    },
  };
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  const file = join(tools, 'surface.ts');
  const known = new Map();
  const parse = (name, text, version) => ts.createSourceFile(name, text, version, true);
  host.getCurrentDirectory = () => tools;
  return (text) => {
    host.getSourceFile = (name, version, ...more) => {
      if (name === file) return parse(name, text, version);
      if (!known.has(name)) {
        const source = getSourceFile(name, version, ...more);
        const isPeer = name.includes('/@forgerock/');
        known.set(name, isPeer ? parse(name, open(source.text), version) : source);
      }
      return known.get(name);
    };
    const program = ts.createProgram([file], options, host);
    const source = program.getSourceFile(file);
    const problems = program.getSemanticDiagnostics(source);
    return {
      checker: program.getTypeChecker(),
      source,
      problems: problems.map(({ messageText }) => JSON.stringify(messageText)).join('\n'),
    };
  };
}

/**
 * A declaration without what makes two alike types of two packages differ: private members, and enums,
 * whose values fit no other type. Apps that use one package alone meet neither.
 *
 * @param {string} text
 */
function open(text) {
  return text
    .replaceAll(/^ *private (?:static )?[^;]*;$/gm, '')
    .replaceAll(/(export )?declare enum (\w+) \{([^}]*)\}/g, (_, exported = '', name, body) => {
      const members = [...body.matchAll(/(\w+) = ([^,\s]+)/g)];
      const values = members.map(([, member, value]) => `readonly ${member}: ${value};`);
      const types = members.map(([, member, value]) => `export type ${member} = ${value};`);
      return [
        `${exported}declare const ${name}: { ${values.join(' ')} };`,
        `${exported}type ${name} = (typeof ${name})[keyof typeof ${name}];`,
        `${exported}declare namespace ${name} { ${types.join(' ')} }`,
      ].join('\n');
    });
}

/**
 * Makes `(from, to, path, { input })`: the paths at which a type is not assignable to another; none where
 * it is. Without `input`, the parameters of functions are not looked into.
 *
 * @param {typeof import('typescript-5')} ts
 * @param {import('typescript-5').TypeChecker} checker
 * @param {{ names: Set<string>, types: Map<object, object> }} rows the names of the types that have rows
 *   of their own; and the types, theirs by ours
 */
function gapFinder(ts, checker, rows) {
  return (from, to, path, { input = true } = {}) => gaps(from, to, path, input, []);

  function gaps(from, to, path, input, outer) {
    if (checker.isTypeAssignableTo(from, to)) return [];
    if (outer.length > 0 && hasRow(from, to)) return [ELSEWHERE];
    if (outer.includes(to) || isOfBrowser(to)) return [path];
    const around = [...outer, to];
    const inner = (from, to, path) => gaps(from, to, path, input, around);
    const looks = [unions, contents, ...(input ? [parameters] : []), results, members];
    const found = looks.reduce(
      (found, look) => (found.length > 0 ? found : look(from, to, path, inner)),
      [],
    );
    return found.length > 0 ? found : [path];
  }

  /** A member of one union against the one of its name in the other, or the one that is most like it. */
  function unions(from, to, path, inner) {
    const own = constituents(from);
    const wanted = constituents(to);
    if (own.length === 1 && wanted.length === 1) return [];
    return own
      .filter((type) => !checker.isTypeAssignableTo(type, to))
      .flatMap((type) => {
        const alike = wanted.filter((other) => hasRow(type, other));
        const objects = wanted.filter((other) => other.flags & ts.TypeFlags.Object);
        const candidates = alike.length > 0 ? alike : objects;
        const [other] = candidates.sort((a, b) => distance(type, a) - distance(type, b));
        return other ? inner(type, other, path) : [path];
      });
  }

  /** How many members of a type another one has otherwise. */
  function distance(from, to) {
    return checker.getPropertiesOfType(to).filter(({ name }) => {
      const [own, wanted] = [from, to].map((type) => checker.getTypeOfPropertyOfType(type, name));
      return !own || !checker.isTypeAssignableTo(own, wanted);
    }).length;
  }

  function contents(from, to, path, inner) {
    const [own, wanted] = [from, to].map((type) => {
      const isContainer = type.symbol?.name === 'Promise' || checker.isArrayType(type);
      return isContainer || checker.isTupleType(type) ? checker.getTypeArguments(type) : [];
    });
    if (own.length !== wanted.length) return [path];
    return own.flatMap((type, index) => inner(type, wanted[index], path));
  }

  function parameters(from, to, path, inner) {
    const [own, wanted] = signatures(from, to);
    return (wanted?.parameters ?? []).flatMap((parameter, index) => {
      const mine = own.parameters[index];
      if (!mine) return [];
      const [type, other] = [typeOf(mine), typeOf(parameter)];
      // TypeScript compares the parameters of methods either way round.
      if (isMethod(wanted) && checker.isTypeAssignableTo(type, other)) return [];
      return inner(other, type, `${path}(${mine.name})`);
    });
  }

  function results(from, to, path, inner) {
    const [own, wanted] = signatures(from, to);
    return own ? inner(own.getReturnType(), wanted.getReturnType(), `${path}()`) : [];
  }

  /** The signatures of two functions or constructors that have one each. */
  function signatures(...types) {
    const all = types.map((type) => [
      ...type.getCallSignatures(),
      ...type.getConstructSignatures(),
    ]);
    return all.every(({ length }) => length === 1) ? all.map(([only]) => only) : [];
  }

  function members(from, to, path, inner) {
    const kinds = ts.TypeFlags.Object | ts.TypeFlags.Intersection;
    if (!(from.flags & kinds) || !(to.flags & kinds)) return [];
    return checker.getPropertiesOfType(to).flatMap((wanted) => {
      const own = checker.getPropertyOfType(from, wanted.name);
      if (wanted.flags & ts.SymbolFlags.Prototype) return [];
      if (isInherited(wanted, to)) return own ? [ELSEWHERE] : [];
      const place = `${path}.${wanted.name}`;
      const isOptional = ({ flags }) => Boolean(flags & ts.SymbolFlags.Optional);
      if (!own) return isOptional(wanted) ? [] : [place];
      if (isOptional(own) && !isOptional(wanted)) return [place];
      return inner(typeOf(own), typeOf(wanted), place);
    });
  }

  /** Whether a member is of a base class that has rows of its own. */
  function isInherited({ parent }, type) {
    return type.isClass() && parent !== type.symbol && rows.names.has(parent?.name);
  }

  function isMethod({ declaration }) {
    return ts.isMethodSignature(declaration) || ts.isMethodDeclaration(declaration);
  }

  /** Whether a type is declared by the language or the browser: its members are no concern here. */
  function isOfBrowser({ symbol }) {
    if (!(symbol?.flags & ts.SymbolFlags.Interface)) return false;
    if (['Array', 'Promise'].includes(symbol.name)) return false;
    const files = symbol.declarations.map((declaration) => declaration.getSourceFile().fileName);
    return files.some((file) => /[\\/]lib\.[\w.]+\.d\.ts$/.test(file));
  }

  function typeOf(symbol) {
    return checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
  }

  function constituents(type) {
    return type.isUnion() ? type.types : [type];
  }

  /** Whether two types are compared under their own name. */
  function hasRow(from, to) {
    const [own, wanted] = [from, to].map(
      ({ aliasSymbol, symbol }) => (aliasSymbol ?? symbol)?.name,
    );
    return (own === wanted && rows.names.has(own)) || rows.types.get(to) === from;
  }
}
