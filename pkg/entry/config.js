/** @typedef {(field: string, value: any) => string[]} Check what is wrong with a field, if anything */

/** @type {Check} */
const string = (field, value) => expect(typeof value === 'string', field, 'string', value);

/** @type {Check} */
const duration = (field, value) => {
  const number = numeral(value);
  // What is text all the same is left to the client, which warns of it.
  const holds = typeof number === 'string' || (Number.isFinite(number) && number >= 0);
  return expect(holds, field, 'a finite, non-negative number', number);
};

/**
 * The number of a numeric text, as the environment of a build gives it; anything else as it is.
 *
 * @param {any} value
 */
const numeral = (value) =>
  typeof value === 'string' && value.trim() && !Number.isNaN(Number(value)) ? Number(value) : value;

/** @type {Check} */
const strings = (field, value) =>
  Array.isArray(value)
    ? value.flatMap((item, index) => string(`${field}[${index}]`, item))
    : expect(false, field, 'array', value);

/** @type {Check} */
const record = (field, value) =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, item]) => string(`${field}.${name}`, item))
    : expect(false, field, 'object', value);

/** @param {...string} choices @returns {Check} */
const oneOf =
  (...choices) =>
  (field, value) =>
    typeof value === 'string' && !choices.includes(value)
      ? [`${field}: Expected one of ${choices.join(', ')}, got ${value}`]
      : string(field, value);

/** @param {Check} check @returns {Check} */
const optional = (check) => (field, value) => (isAbsent(value) ? [] : check(field, value));

/** @param {Check} check @returns {Check} */
const required = (check) => (field, value) =>
  isMissing(value) ? [`${field}: Required field is missing`] : check(field, value);

/**
 * The fields of each section, in the order in which their faults are reported.
 *
 * @type {Record<string, Record<string, Check>>}
 */
const SECTIONS = {
  '': {
    timeout: optional(duration),
    log: optional(oneOf('NONE', 'ERROR', 'WARN', 'INFO', 'DEBUG')),
  },
  journey: {
    realm: optional(string),
  },
  oidc: {
    discoveryEndpoint: required(string),
    clientId: optional(string),
    redirectUri: optional(string),
    scopes: optional(strings),
    signOutRedirectUri: optional(string),
    refreshThreshold: optional(duration),
    loginHint: optional(string),
    nonce: optional(string),
    display: optional(oneOf('page', 'popup', 'touch', 'wap')),
    prompt: optional(oneOf('none', 'login', 'consent', 'select_account')),
    uiLocales: optional(string),
    acrValues: optional(string),
    additionalParameters: optional(record),
  },
};

/** What an OpenID Connect client needs besides; the first that is missing is reported. */
const CLIENT_FIELDS = ['clientId', 'redirectUri', 'scopes'];

/** @type {typeof import('../index.js').makeOidcConfig} */
export function makeOidcConfig(json) {
  const { oidc, ...unified } = read(json, CLIENT_FIELDS);
  const threshold = numeral(oidc.refreshThreshold);
  return withoutAbsent({
    clientId: oidc.clientId,
    redirectUri: oidc.redirectUri,
    scope: oidc.scopes.join(' '),
    oauthThreshold: typeof threshold === 'number' ? threshold * 1000 : threshold,
    signOutRedirectUri: oidc.signOutRedirectUri,
    loginHint: oidc.loginHint,
    nonce: oidc.nonce,
    display: oidc.display,
    prompt: oidc.prompt,
    uiLocales: oidc.uiLocales,
    acrValues: oidc.acrValues,
    query: oidc.additionalParameters && { ...oidc.additionalParameters },
    ...common(unified, oidc),
  });
}

/** @type {typeof import('../index.js').makeJourneyConfig} */
export function makeJourneyConfig(json) {
  const { oidc, ...unified } = read(json, []);
  return withoutAbsent(common(unified, oidc));
}

/**
 * What both clients have.
 *
 * @param {any} unified
 * @param {any} oidc
 */
function common({ timeout, log, journey }, { discoveryEndpoint }) {
  return {
    serverConfig: withoutAbsent({ wellknown: discoveryEndpoint, timeout: numeral(timeout) }),
    log: log?.toLowerCase(),
    realmPath: journey?.realm,
  };
}

/**
 * The unified configuration, checked.
 *
 * @param {any} unified
 * @param {string[]} fields of `oidc` that are needed besides
 */
function read(unified, fields) {
  assertNone(expect(isObject(unified), 'config', 'object', unified));
  assertNone(Object.keys(SECTIONS).flatMap((section) => faultsOf(unified, section)));
  assertNone(missingFields(unified.oidc, fields).slice(0, 1));
  return unified;
}

/** @param {any} unified @param {string} section */
function faultsOf(unified, section) {
  const block = section === '' ? unified : unified[section];
  if (isAbsent(block)) return [];
  if (!isObject(block)) return expect(false, section, 'object', block);
  const path = section === '' ? '' : `${section}.`;
  return Object.entries(SECTIONS[section] ?? {}).flatMap(([name, check]) =>
    check(path + name, block[name]),
  );
}

/** @param {any} oidc @param {string[]} fields */
function missingFields(oidc, fields) {
  if (isAbsent(oidc)) return ['oidc: Required block is missing'];
  return fields.flatMap((name) => required(() => [])(`oidc.${name}`, oidc[name]));
}

/** @param {string[]} faults */
function assertNone(faults) {
  if (faults.length > 0) throw new Error(`Invalid unified SDK config: ${faults.join(', ')}`);
}

/** @param {boolean} holds @param {string} field @param {string} wanted @param {unknown} value */
function expect(holds, field, wanted, value) {
  return holds ? [] : [`${field}: Expected ${wanted}, got ${typeName(value)}`];
}

/** @param {unknown} value */
function typeName(value) {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** @param {unknown} value */
function isObject(value) {
  return typeName(value) === 'object';
}

/** @param {unknown} value */
function isAbsent(value) {
  return value === undefined || value === null;
}

/** @param {any} value */
function isMissing(value) {
  return isAbsent(value) || value === '' || (Array.isArray(value) && value.length === 0);
}

/** @param {object} object @returns {any} */
function withoutAbsent(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isAbsent(value)));
}
