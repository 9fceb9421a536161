/** `Device`: what the documented client collects, row by row. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Device } from '../../pkg/device.js';
import { setGlobals } from './steps.js';

const NAVIGATOR = {
  userAgent: 'UA',
  appName: 'Netscape',
  vendor: 'V',
  vendorSub: '',
  productSub: undefined,
  hardwareConcurrency: 8,
  deviceMemory: 4,
  maxTouchPoints: 0,
  language: 'de',
  platform: 'MacIntel',
  plugins: [{ filename: 'one' }, { filename: 'two' }],
};
const SCREEN = { width: 800, height: 600, pixelDepth: 24, orientation: { angle: 90 } };

/** Everything that a browser has; `more` replaces some of it. */
function setBrowser(t, more = {}) {
  setGlobals(t, {
    navigator: NAVIGATOR,
    screen: SCREEN,
    localStorage: storage(),
    document: documentWith(['Arial', 'Times New Roman']),
    ...more,
  });
}

function storage(items = {}) {
  return {
    items,
    getItem: (key) => items[key] ?? null,
    setItem(key, value) {
      items[key] = value;
    },
  };
}

/** A document whose canvas measures fonts, of which some are installed. */
function documentWith(installed) {
  const used = [];
  const context = {
    measureText(text) {
      used.push([this.font, text]);
      return { width: installed.some((name) => this.font.startsWith(`72px ${name},`)) ? 2 : 1 };
    },
  };
  const getContext = (kind) => (kind === '2d' ? context : null);
  return { used, createElement: (tag) => (tag === 'canvas' ? { getContext } : {}) };
}

/** What is warned about from now on. */
function listen(t) {
  const { mock } = t.mock.method(console, 'warn', () => {});
  return () => mock.calls.map((call) => call.arguments);
}

const blocked = Object.assign(
  () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  },
  { isGetter: true },
);

test('browser, display, hardware and platform', (t) => {
  setBrowser(t);
  const device = new Device();
  assert.deepEqual(device.getBrowserMeta(), {
    userAgent: 'UA',
    appName: 'Netscape',
    appCodeName: null,
    appVersion: null,
    appMinorVersion: null,
    buildID: null,
    product: null,
    productSub: null,
    vendor: 'V',
    vendorSub: '',
    browserLanguage: null,
  });
  assert.deepEqual(device.getDisplayMeta(), { width: 800, height: 600, pixelDepth: 24, angle: 90 });
  assert.deepEqual(device.getHardwareMeta(), {
    cpuClass: null,
    deviceMemory: 4,
    hardwareConcurrency: 8,
    maxTouchPoints: 0,
    oscpu: null,
  });
  assert.deepEqual(device.getOSMeta(), {
    language: 'de',
    platform: 'MacIntel',
    userLanguage: null,
    systemLanguage: null,
  });
  assert.equal(device.getBrowserPluginsNames(), 'one;two;');
});

test("a member of what the browser doesn't have is an empty text", (t) => {
  setBrowser(t, { screen: { width: 1 } });
  assert.deepEqual(new Device().getDisplayMeta(), {
    width: 1,
    height: null,
    pixelDepth: null,
    angle: '',
  });
});

test('the configuration replaces categories', (t) => {
  setBrowser(t);
  const device = new Device({
    fontNames: ['Verdana', 'Arial'],
    displayProps: ['height'],
    browserProps: ['vendor', 'a.b'],
    hardwareProps: [],
    platformProps: ['platform'],
  });
  assert.equal(device.getInstalledFonts(), 'Arial;');
  assert.deepEqual(device.getDisplayMeta(), { height: 600 });
  assert.deepEqual(device.getBrowserMeta(), { vendor: 'V', b: '' });
  assert.deepEqual(device.getHardwareMeta(), {});
  assert.deepEqual(device.getOSMeta(), { platform: 'MacIntel' });
});

for (const category of ['devicePlatforms', 'toString', 'fonts']) {
  test(`there is no category ${category}`, () => {
    assert.throws(() => new Device({ fontNames: [], [category]: [] }), {
      name: 'Error',
      message: 'Device profile configuration category does not exist.',
    });
  });
}

for (const [platform, userAgent, expected] of [
  ['Macintosh', '', 'Mac (Browser)'],
  ['MacIntel', '', 'Mac (Browser)'],
  ['MacPPC', '', 'Mac (Browser)'],
  ['Mac68K', '', 'Mac (Browser)'],
  ['iPhone', 'Macintosh', 'iPhone (Browser)'],
  ['iPad', '', 'iPad (Browser)'],
  ['iPod', '', 'iPod (Browser)'],
  ['Win32', '', 'Windows (Browser)'],
  ['Win64', '', 'Windows (Browser)'],
  ['Windows', '', 'Windows (Browser)'],
  ['WinCE', '', 'Windows (Browser)'],
  ['Android', '', 'Android (Browser)'],
  ['Linux armv8l', 'Mozilla/5.0 (Linux; Android 14)', 'Android (Browser)'],
  ['Linux x86_64', 'Mozilla/5.0 (X11; CrOS x86_64)', 'Chrome OS (Browser)'],
  ['', 'Chromebook', 'Chrome OS (Browser)'],
  ['Linux x86_64', 'Mozilla/5.0 (X11; Linux x86_64)', 'Linux (Browser)'],
  ['FreeBSD', 'Linux', 'FreeBSD (Browser)'],
  ['MacIntel2', '', 'MacIntel2 (Browser)'],
  ['', '', 'Unknown (Browser)'],
  [undefined, undefined, 'Unknown (Browser)'],
]) {
  test(`the name of ${platform}, ${userAgent}`, (t) => {
    setBrowser(t, { navigator: { platform, userAgent } });
    assert.equal(new Device().getDeviceName(), expected);
  });
}

test('fonts, as the canvas measures them', (t) => {
  const document = documentWith(['Arial', 'Times New Roman']);
  setBrowser(t, { document });
  assert.equal(new Device().getInstalledFonts(), 'Arial;Times New Roman;');
  assert.deepEqual(document.used.slice(0, 2), [
    ['72px Comic Sans', 'abcdefghi0123456789'],
    ['72px cursive, Comic Sans', 'abcdefghi0123456789'],
  ]);
  assert.equal(document.used.length, 1 + 32);
  assert.equal(document.used.at(-1)[0], '72px Verona, Comic Sans');
});

test('the identifier is made once', (t) => {
  const { items, ...methods } = storage();
  setBrowser(t, { localStorage: methods });
  const first = new Device().getIdentifier();
  assert.match(first, /^\d+-\d+-\d+$/);
  assert.ok(first.split('-').every((number) => Number(number) < 2 ** 32));
  assert.deepEqual(items, { 'forgerock-DeviceID': first });
  assert.equal(new Device().getIdentifier(), first);
  const other = new Device(undefined, 'info', 'mine').getIdentifier();
  assert.notEqual(other, first);
  assert.equal(items['mine-DeviceID'], other);
});

test('the time zone', (t) => {
  setBrowser(t);
  t.mock.method(Date.prototype, 'getTimezoneOffset', () => -90);
  assert.equal(new Device().getTimezoneOffset(), -90);
});

test('the location', async (t) => {
  const asked = [];
  const geolocation = {
    getCurrentPosition(resolve, _, options) {
      asked.push(options);
      resolve({ coords: { latitude: 1.5, longitude: -2, accuracy: 3 } });
    },
  };
  setBrowser(t, { navigator: { geolocation } });
  assert.deepEqual(await new Device().getLocationCoordinates(), { latitude: 1.5, longitude: -2 });
  assert.deepEqual(asked, [{ enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 }]);
});

const NO_DOCUMENT = 'Cannot collect font data. Global document object is undefined.';
const NO_CANVAS = 'Cannot collect font data. Browser does not support canvas element';
const NO_CONTEXT = 'Cannot collect font data. Browser does not support 2d canvas context';
const NO_STORAGE = 'Cannot store profile ID. localStorage is not supported.';
const NO_CRYPTO = 'Cannot generate profile ID. Crypto and/or getRandomValues is not supported.';
const NO_POSITION = 'Cannot collect geolocation information. Geolocation API error.';
const NO_GEOLOCATION =
  'Cannot collect geolocation information. navigator.geolocation is not defined.';
const NO_PLUGINS = 'Cannot collect browser plugin information. navigator.plugins is not defined.';

const refuses = (_, reject) => reject(new Error('denied'));

for (const [method, missing, fallback, warning] of [
  [
    'getBrowserMeta',
    { navigator: undefined },
    {},
    'Cannot collect browser metadata. navigator is not defined.',
  ],
  ['getBrowserPluginsNames', { navigator: undefined }, '', NO_PLUGINS],
  ['getBrowserPluginsNames', { navigator: {} }, '', NO_PLUGINS],
  [
    'getDeviceName',
    { navigator: undefined },
    '',
    'Cannot collect device name. navigator is not defined.',
  ],
  [
    'getDisplayMeta',
    { screen: undefined },
    {},
    'Cannot collect screen information. screen is not defined.',
  ],
  [
    'getHardwareMeta',
    { navigator: undefined },
    {},
    'Cannot collect OS metadata. Navigator is not defined.',
  ],
  [
    'getOSMeta',
    { navigator: undefined },
    {},
    'Cannot collect OS metadata. navigator is not defined.',
  ],
  ['getIdentifier', { crypto: undefined }, '', NO_CRYPTO],
  ['getIdentifier', { crypto: {} }, '', NO_CRYPTO],
  ['getIdentifier', { localStorage: undefined }, '', NO_STORAGE],
  ['getIdentifier', { localStorage: null }, '', NO_STORAGE],
  ['getIdentifier', { localStorage: blocked }, '', NO_STORAGE],
  ['getIdentifier', { localStorage: { ...storage(), setItem: blocked } }, '', NO_STORAGE],
  ['getInstalledFonts', { document: undefined }, '', NO_DOCUMENT],
  ['getInstalledFonts', { document: { createElement: () => ({}) } }, '', NO_CANVAS],
  [
    'getInstalledFonts',
    { document: { createElement: () => ({ getContext: () => null }) } },
    '',
    NO_CONTEXT,
  ],
  ['getLocationCoordinates', { navigator: undefined }, {}, NO_GEOLOCATION],
  ['getLocationCoordinates', { navigator: {} }, {}, NO_GEOLOCATION],
  [
    'getLocationCoordinates',
    { navigator: { geolocation: { getCurrentPosition: (_, reject) => reject() } } },
    {},
    NO_POSITION,
  ],
  [
    'getLocationCoordinates',
    { navigator: { geolocation: { getCurrentPosition: blocked } } },
    {},
    NO_POSITION,
  ],
]) {
  const what = Object.keys(missing)[0];
  test(`${method} without ${what}: ${JSON.stringify(missing)}`, async (t) => {
    setBrowser(t, missing);
    const warnings = listen(t);
    assert.deepEqual(await new Device()[method](), fallback);
    assert.deepEqual(warnings(), [[warning]]);
  });
}

test('no time zone', (t) => {
  setBrowser(t);
  t.mock.method(Date.prototype, 'getTimezoneOffset', blocked);
  const warnings = listen(t);
  assert.equal(new Device().getTimezoneOffset(), null);
  assert.deepEqual(warnings(), [
    ['Cannot collect timezone information. getTimezoneOffset is not defined.'],
  ]);
});

for (const [level, count] of [
  ['none', 0],
  ['error', 0],
  ['warn', 1],
  ['info', 1],
  ['debug', 1],
]) {
  test(`the level ${level} prints ${count} warnings`, (t) => {
    setBrowser(t, { screen: undefined });
    const warnings = listen(t);
    new Device({}, level).getDisplayMeta();
    assert.equal(warnings().length, count);
  });
}

const METADATA = {
  hardware: {
    cpuClass: null,
    deviceMemory: 4,
    hardwareConcurrency: 8,
    maxTouchPoints: 0,
    oscpu: null,
    display: { width: 800, height: 600, pixelDepth: 24, angle: 90 },
  },
  browser: { vendor: 'V', plugins: 'one;two;' },
  platform: {
    platform: 'MacIntel',
    deviceName: 'Mac (Browser)',
    fonts: 'Arial;Times New Roman;',
    timezone: -60,
  },
};

for (const [location, metadata, expected] of [
  [false, false, { identifier: '1-2-3' }],
  [false, true, { identifier: '1-2-3', metadata: METADATA }],
  [true, false, { identifier: '1-2-3', location: {} }],
  [true, true, { identifier: '1-2-3', metadata: METADATA, location: {} }],
]) {
  test(`the profile with location ${location}, metadata ${metadata}`, async (t) => {
    setBrowser(t, {
      localStorage: storage({ 'forgerock-DeviceID': '1-2-3' }),
      navigator: { ...NAVIGATOR, geolocation: { getCurrentPosition: refuses } },
    });
    t.mock.method(Date.prototype, 'getTimezoneOffset', () => -60);
    listen(t);
    const device = new Device({ browserProps: ['vendor'], platformProps: ['platform'] });
    const profile = await device.getProfile({ location, metadata });
    assert.equal(JSON.stringify(profile), JSON.stringify(expected));
  });
}

test('in Node, a profile of what there is', async (t) => {
  setGlobals(t, {
    navigator: undefined,
    screen: undefined,
    document: undefined,
    localStorage: undefined,
  });
  const warnings = listen(t);
  const profile = await new Device().getProfile({ location: true, metadata: true });
  assert.deepEqual(profile, {
    identifier: '',
    metadata: {
      hardware: { display: {} },
      browser: { plugins: '' },
      platform: { deviceName: '', fonts: '', timezone: new Date().getTimezoneOffset() },
    },
    location: {},
  });
  assert.equal(warnings().length, 9);
});
