/** What an entry offers without saying what it is. */

/** @typedef {import('./declarations.mjs').Member} Member */

/** @param {import('./declarations.mjs').Entry} entry @returns {string[]} names, with their members' */
export function undocumented({ specifier, declarations }) {
  return declarations.flatMap(({ name, kind, doc, members }) => {
    const nameless = members.filter((member) => !isDocumented(member, members, name));
    // The values are documented, and these are their types.
    const isSilent = kind !== 'namespace' && !says(doc);
    return [
      ...(isSilent ? [`${specifier}: ${name}`] : []),
      ...nameless.map(({ path }) => `${specifier}: ${name}.${path}`),
    ];
  });
}

/** @param {Member} member @param {Member[]} all @param {string} owner */
function isDocumented({ path, doc }, all, owner) {
  const twin = (/** @type {Member} */ other) => other.path === path && says(other.doc);
  // An overload; an object that is called too; any other name; a class by its name.
  return says(doc) || all.some(twin) || path.endsWith('[member]') || owner === 'CallbackClasses';
}

/** @param {import('./declarations.mjs').Doc | undefined} doc */
function says(doc) {
  return Boolean(doc?.text || doc?.tags.length);
}
