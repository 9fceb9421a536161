const t = {
    fontNames: [
      'cursive',
      'monospace',
      'serif',
      'sans-serif',
      'fantasy',
      'Arial',
      'Arial Black',
      'Arial Narrow',
      'Arial Rounded MT Bold',
      'Bookman Old Style',
      'Bradley Hand ITC',
      'Century',
      'Century Gothic',
      'Comic Sans MS',
      'Courier',
      'Courier New',
      'Georgia',
      'Gentium',
      'Impact',
      'King',
      'Lucida Console',
      'Lalit',
      'Modena',
      'Monotype Corsiva',
      'Papyrus',
      'Tahoma',
      'TeX',
      'Times',
      'Times New Roman',
      'Trebuchet MS',
      'Verdana',
      'Verona',
    ],
    displayProps: ['width', 'height', 'pixelDepth', 'orientation.angle'],
    browserProps: [
      'userAgent',
      'appName',
      'appCodeName',
      'appVersion',
      'appMinorVersion',
      'buildID',
      'product',
      'productSub',
      'vendor',
      'vendorSub',
      'browserLanguage',
    ],
    hardwareProps: ['cpuClass', 'deviceMemory', 'hardwareConcurrency', 'maxTouchPoints', 'oscpu'],
    platformProps: ['language', 'platform', 'userLanguage', 'systemLanguage'],
  },
  e = [
    [/^(?:Macintosh|MacIntel|MacPPC|Mac68K)$/, 'platform', 'Mac'],
    [/^(?:iPhone|iPad|iPod)$/, 'platform', ''],
    [/^(?:Win32|Win64|Windows|WinCE)$/, 'platform', 'Windows'],
    [/Android/, 'both', 'Android'],
    [/CrOS|Chromebook/, 'userAgent', 'Chrome OS'],
    [/Linux/, 'platform', 'Linux'],
  ];
export class Device {
  #t;
  #e;
  #o;
  constructor(e = {}, o = 'info', n = 'forgerock') {
    if (Object.keys(e).some((e) => !Object.hasOwn(t, e)))
      throw new Error('Device profile configuration category does not exist.');
    (this.#t = { ...t, ...e }), (this.#e = n), (this.#o = !['none', 'error'].includes(o));
  }
  getBrowserMeta() {
    return this.#n(
      globalThis.navigator,
      'browserProps',
      'Cannot collect browser metadata. navigator is not defined.',
    );
  }
  getBrowserPluginsNames() {
    const t = globalThis.navigator?.plugins;
    return t
      ? o(Array.from(t, ({ filename: t }) => t))
      : this.#r('', 'Cannot collect browser plugin information. navigator.plugins is not defined.');
  }
  getDeviceName() {
    if (!globalThis.navigator)
      return this.#r('', 'Cannot collect device name. navigator is not defined.');
    const { platform: t = '', userAgent: o = '' } = navigator,
      n = { platform: t, userAgent: o, both: `${t}\n${o}` },
      r = e.find(([t, e]) => t.test(n[e]))?.[2];
    return `${r || t || 'Unknown'} (Browser)`;
  }
  getDisplayMeta() {
    return this.#n(
      globalThis.screen,
      'displayProps',
      'Cannot collect screen information. screen is not defined.',
    );
  }
  getHardwareMeta() {
    return this.#n(
      globalThis.navigator,
      'hardwareProps',
      'Cannot collect OS metadata. Navigator is not defined.',
    );
  }
  getIdentifier() {
    if (!globalThis.crypto?.getRandomValues)
      return this.#r(
        '',
        'Cannot generate profile ID. Crypto and/or getRandomValues is not supported.',
      );
    const t = `${this.#e}-DeviceID`;
    try {
      const e = localStorage.getItem(t);
      if (e) return e;
      const o = crypto.getRandomValues(new Uint32Array(3)).join('-');
      return localStorage.setItem(t, o), o;
    } catch {
      return this.#r('', 'Cannot store profile ID. localStorage is not supported.');
    }
  }
  getInstalledFonts() {
    if (!globalThis.document)
      return this.#r('', 'Cannot collect font data. Global document object is undefined.');
    const t = document.createElement('canvas');
    if (!t?.getContext)
      return this.#r('', 'Cannot collect font data. Browser does not support canvas element');
    const e = t.getContext('2d');
    if (!e)
      return this.#r('', 'Cannot collect font data. Browser does not support 2d canvas context');
    const n = (t) => ((e.font = t), e.measureText('abcdefghi0123456789').width),
      r = n('72px Comic Sans');
    return o(this.#t.fontNames?.filter((t) => n(`72px ${t}, Comic Sans`) !== r));
  }
  getLocationCoordinates() {
    const t = globalThis.navigator?.geolocation;
    if (!t)
      return Promise.resolve(
        this.#r(
          {},
          'Cannot collect geolocation information. navigator.geolocation is not defined.',
        ),
      );
    return new Promise((e, o) => {
      t.getCurrentPosition(e, o, { enableHighAccuracy: !0, timeout: 3e4, maximumAge: 0 });
    }).then(
      ({ coords: { latitude: t, longitude: e } }) => ({ latitude: t, longitude: e }),
      () => this.#r({}, 'Cannot collect geolocation information. Geolocation API error.'),
    );
  }
  getOSMeta() {
    return this.#n(
      globalThis.navigator,
      'platformProps',
      'Cannot collect OS metadata. navigator is not defined.',
    );
  }
  async getProfile({ location: t, metadata: e }) {
    const o = { identifier: this.getIdentifier() };
    return (
      e &&
        (o.metadata = {
          hardware: { ...this.getHardwareMeta(), display: this.getDisplayMeta() },
          browser: { ...this.getBrowserMeta(), plugins: this.getBrowserPluginsNames() },
          platform: {
            ...this.getOSMeta(),
            deviceName: this.getDeviceName(),
            fonts: this.getInstalledFonts(),
            timezone: this.getTimezoneOffset(),
          },
        }),
      t && (o.location = await this.getLocationCoordinates()),
      o
    );
  }
  getTimezoneOffset() {
    try {
      return new Date().getTimezoneOffset();
    } catch {
      return this.#r(
        null,
        'Cannot collect timezone information. getTimezoneOffset is not defined.',
      );
    }
  }
  #n(t, e, o) {
    if (!t) return this.#r({}, o);
    return Object.fromEntries(
      (this.#t[e] ?? []).map((e) => {
        const [o = '', n] = e.split('.');
        return n ? [n, t[o]?.[n] ?? ''] : [o, t[o] ?? null];
      }),
    );
  }
  #r(t, e) {
    return this.#o && console.warn(e), t;
  }
}
const o = (t = []) => t.map((t) => `${t};`).join('');
