/** `makeOidcConfig` and `makeJourneyConfig`: each field of the file, and each message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeJourneyConfig, makeOidcConfig } from '../../pkg/entry/config.js';

const REQUIRED = {
  clientId: 'client',
  redirectUri: 'https://app.example/callback.html',
  discoveryEndpoint: 'https://op.example/.well-known/openid-configuration',
  scopes: ['openid', 'profile'],
};
const CONFIG = {
  clientId: REQUIRED.clientId,
  redirectUri: REQUIRED.redirectUri,
  scope: 'openid profile',
  serverConfig: { wellknown: REQUIRED.discoveryEndpoint },
};
const NUMBER = 'Expected a finite, non-negative number, got';
const LEVELS = 'Expected one of NONE, ERROR, WARN, INFO, DEBUG, got';

/** The JSON with these members of `oidc`, and of the top level, put in. */
const json = (oidc, top = {}) => ({ ...top, oidc: { ...REQUIRED, ...oidc } });

for (const [what, input, expected] of [
  ['what is required', json({}), {}],
  ['refreshThreshold', json({ refreshThreshold: 2.5 }), { oauthThreshold: 2500 }],
  ['refreshThreshold 0', json({ refreshThreshold: 0 }), { oauthThreshold: 0 }],
  ['signOutRedirectUri', json({ signOutRedirectUri: 'u' }), { signOutRedirectUri: 'u' }],
  ['loginHint', json({ loginHint: 'demo' }), { loginHint: 'demo' }],
  ['an empty text', json({ loginHint: '' }), { loginHint: '' }],
  ['nonce', json({ nonce: 'n' }), { nonce: 'n' }],
  ['display', json({ display: 'popup' }), { display: 'popup' }],
  ['prompt', json({ prompt: 'select_account' }), { prompt: 'select_account' }],
  ['uiLocales', json({ uiLocales: 'de en' }), { uiLocales: 'de en' }],
  ['acrValues', json({ acrValues: '1 2' }), { acrValues: '1 2' }],
  ['additionalParameters', json({ additionalParameters: { a: '1' } }), { query: { a: '1' } }],
  ['no additional parameter', json({ additionalParameters: {} }), { query: {} }],
  [
    'timeout',
    json({}, { timeout: 5000 }),
    { serverConfig: { ...CONFIG.serverConfig, timeout: 5000 } },
  ],
  ...['NONE', 'ERROR', 'WARN', 'INFO', 'DEBUG'].map((log) => [
    `log ${log}`,
    json({}, { log }),
    { log: log.toLowerCase() },
  ]),
  ['journey.realm', json({}, { journey: { realm: 'alpha' } }), { realmPath: 'alpha' }],
  ['no realm', json({}, { journey: {} }), {}],
  [
    'unknown fields',
    json({ par: true, scope: 'other' }, { journey: { cookieName: 7 }, davinci: 7, clientId: 7 }),
    {},
  ],
  [
    'optional values that are null or undefined',
    json(
      {
        refreshThreshold: null,
        signOutRedirectUri: undefined,
        loginHint: null,
        nonce: undefined,
        display: null,
        prompt: undefined,
        uiLocales: null,
        acrValues: undefined,
        additionalParameters: null,
      },
      { timeout: null, log: undefined, journey: null },
    ),
    {},
  ],
]) {
  test(`is read: ${what}`, () => {
    assert.deepEqual(makeOidcConfig(input), { ...CONFIG, ...expected });
  });
}

for (const [what, input, ...faults] of [
  ['nothing', undefined, 'config: Expected object, got undefined'],
  ['null', null, 'config: Expected object, got null'],
  ['an array', [], 'config: Expected object, got array'],
  ['a text', '{}', 'config: Expected object, got string'],
  ['no oidc block', {}, 'oidc: Required block is missing'],
  ['an oidc block that is null', { oidc: null }, 'oidc: Required block is missing'],
  ['an oidc block that is an array', { oidc: [] }, 'oidc: Expected object, got array'],
  ['no discoveryEndpoint', json({ discoveryEndpoint: undefined }), missing('discoveryEndpoint')],
  ['an empty discoveryEndpoint', json({ discoveryEndpoint: '' }), missing('discoveryEndpoint')],
  ['no clientId', json({ clientId: undefined }), missing('clientId')],
  ['an empty clientId', json({ clientId: '' }), missing('clientId')],
  ['no redirectUri', json({ redirectUri: null }), missing('redirectUri')],
  ['no scopes', json({ scopes: undefined }), missing('scopes')],
  ['no scope', json({ scopes: [] }), missing('scopes')],
  ['nothing but an endpoint', { oidc: { discoveryEndpoint: 'u' } }, missing('clientId')],
  [
    'nothing but an endpoint and a client',
    { oidc: { discoveryEndpoint: 'u', clientId: 'c' } },
    missing('redirectUri'),
  ],
  ['an empty oidc block', { oidc: {} }, missing('discoveryEndpoint')],
  ['scopes in one text', json({ scopes: 'openid' }), 'oidc.scopes: Expected array, got string'],
  [
    'scopes of other types',
    json({ scopes: ['openid', 7, null] }),
    'oidc.scopes[1]: Expected string, got number',
    'oidc.scopes[2]: Expected string, got null',
  ],
  ...[
    ['negative', -1, 'number'],
    ['infinite', Number.POSITIVE_INFINITY, 'number'],
    ['no number', Number.NaN, 'number'],
    ['a negative text', '-1', 'number'],
    ['a truth value', true, 'boolean'],
  ].flatMap(([what, value, type]) => [
    [
      `refreshThreshold ${what}`,
      json({ refreshThreshold: value }),
      `oidc.refreshThreshold: ${NUMBER} ${type}`,
    ],
    [`timeout ${what}`, json({}, { timeout: value }), `timeout: ${NUMBER} ${type}`],
  ]),
  [
    'texts of other types',
    json({
      signOutRedirectUri: 1,
      loginHint: [],
      nonce: {},
      display: 7,
      prompt: true,
      uiLocales: 1,
      acrValues: 1,
    }),
    'oidc.signOutRedirectUri: Expected string, got number',
    'oidc.loginHint: Expected string, got array',
    'oidc.nonce: Expected string, got object',
    'oidc.display: Expected string, got number',
    'oidc.prompt: Expected string, got boolean',
    'oidc.uiLocales: Expected string, got number',
    'oidc.acrValues: Expected string, got number',
  ],
  [
    'display and prompt that do not exist',
    json({ display: 'tv', prompt: '' }),
    'oidc.display: Expected one of page, popup, touch, wap, got tv',
    'oidc.prompt: Expected one of none, login, consent, select_account, got ',
  ],
  [
    'additionalParameters in a list',
    json({ additionalParameters: [] }),
    'oidc.additionalParameters: Expected object, got array',
  ],
  [
    'additionalParameters of other types',
    json({ additionalParameters: { a: 1, b: 'x', c: null } }),
    'oidc.additionalParameters.a: Expected string, got number',
    'oidc.additionalParameters.c: Expected string, got null',
  ],
  ['log in lower case', json({}, { log: 'debug' }), `log: ${LEVELS} debug`],
  ['log of another type', json({}, { log: 1 }), 'log: Expected string, got number'],
  ['journey as a text', json({}, { journey: 'x' }), 'journey: Expected object, got string'],
  [
    'a realm of another type',
    json({}, { journey: { realm: 1 } }),
    'journey.realm: Expected string, got number',
  ],
  [
    'faults in every section: all at once',
    json({ discoveryEndpoint: '', clientId: 1, scopes: 2 }, { timeout: -1, journey: 3 }),
    `timeout: ${NUMBER} number`,
    'journey: Expected object, got number',
    missing('discoveryEndpoint'),
    'oidc.clientId: Expected string, got number',
    'oidc.scopes: Expected array, got number',
  ],
  [
    'a fault elsewhere comes before a missing clientId',
    { timeout: -1, oidc: { discoveryEndpoint: 'u' } },
    `timeout: ${NUMBER} number`,
  ],
]) {
  test(`is refused: ${what}`, () => {
    const message = `Invalid unified SDK config: ${faults.join(', ')}`;
    assert.throws(() => makeOidcConfig(input), { name: 'Error', message });
  });
}

for (const make of [makeOidcConfig, makeJourneyConfig]) {
  for (const [timeout, refreshThreshold, expected] of [
    [' 500 ', '2.5', [500, 2500]],
    ['0', '1e1', [0, 10_000]],
    // The clients take the default for these, and warn.
    ['', '', ['', '']],
    ['$TIMEOUT', 'undefined', ['$TIMEOUT', 'undefined']],
  ]) {
    test(`${make.name}: durations from the environment of a build: ${timeout}`, () => {
      const { serverConfig, oauthThreshold } = make(json({ refreshThreshold }, { timeout }));
      const wanted = make === makeOidcConfig ? expected : [expected[0], undefined];
      assert.deepEqual([serverConfig.timeout, oauthThreshold], wanted);
    });
  }
}

const ENDPOINT = { discoveryEndpoint: REQUIRED.discoveryEndpoint };
for (const [what, input, expected] of [
  ['nothing but an endpoint', { oidc: ENDPOINT }, {}],
  ['what an OpenID Connect client needs', json({ refreshThreshold: 3, prompt: 'login' }), {}],
  [
    'a timeout',
    { timeout: 0, oidc: ENDPOINT },
    { serverConfig: { wellknown: REQUIRED.discoveryEndpoint, timeout: 0 } },
  ],
  ['a level', { log: 'WARN', oidc: ENDPOINT }, { log: 'warn' }],
  ['a realm', { journey: { realm: 'alpha' }, oidc: ENDPOINT }, { realmPath: 'alpha' }],
  ['what is null', { timeout: null, log: null, journey: null, oidc: ENDPOINT }, {}],
]) {
  test(`is read for a journey: ${what}`, () => {
    const serverConfig = { wellknown: REQUIRED.discoveryEndpoint };
    assert.deepEqual(makeJourneyConfig(input), { serverConfig, ...expected });
  });
}

for (const [what, input, ...faults] of [
  ['a text', '{}', 'config: Expected object, got string'],
  ['no oidc block', { journey: {} }, 'oidc: Required block is missing'],
  ['no endpoint', { oidc: { clientId: 'c' } }, missing('discoveryEndpoint')],
  ['an empty endpoint', { oidc: { discoveryEndpoint: '' } }, missing('discoveryEndpoint')],
  [
    'what is not used, of a wrong type',
    { log: 'debug', oidc: { ...ENDPOINT, clientId: 7, scopes: 'openid', refreshThreshold: -1 } },
    `log: ${LEVELS} debug`,
    'oidc.clientId: Expected string, got number',
    'oidc.scopes: Expected array, got string',
    `oidc.refreshThreshold: ${NUMBER} number`,
  ],
  [
    'a realm of another type',
    json({}, { journey: { realm: 1 } }),
    'journey.realm: Expected string, got number',
  ],
]) {
  test(`is refused for a journey: ${what}`, () => {
    const message = `Invalid unified SDK config: ${faults.join(', ')}`;
    assert.throws(() => makeJourneyConfig(input), { name: 'Error', message });
  });
}

function missing(name) {
  return `oidc.${name}: Required field is missing`;
}
