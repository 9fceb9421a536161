/** What is collected, unless the app says otherwise. */
const DEFAULTS = {
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
};

/** Names of devices: by the platform, then by the platform or the user agent. The first wins. */
const DEVICES = /** @type {const} */ ([
  [/^(?:Macintosh|MacIntel|MacPPC|Mac68K)$/, 'platform', 'Mac'],
  [/^(?:iPhone|iPad|iPod)$/, 'platform', ''],
  [/^(?:Win32|Win64|Windows|WinCE)$/, 'platform', 'Windows'],
  [/Android/, 'both', 'Android'],
  [/CrOS|Chromebook/, 'userAgent', 'Chrome OS'],
  [/Linux/, 'platform', 'Linux'],
]);

/** @typedef {import('./device.js').Device} Documented */

/** @implements {Documented} */
export class Device {
  /** @type {Record<string, string[]>} */
  #config;
  #prefix;
  #warns;

  /**
   * @param {import('./device.js').ProfileConfigOptions} [configOptions]
   * @param {import('./index.js').LogLevel} [logLevel]
   * @param {string} [prefix]
   */
  constructor(configOptions = {}, logLevel = 'info', prefix = 'forgerock') {
    if (Object.keys(configOptions).some((category) => !Object.hasOwn(DEFAULTS, category))) {
      throw new Error('Device profile configuration category does not exist.');
    }
    this.#config = { ...DEFAULTS, ...configOptions };
    this.#prefix = prefix;
    this.#warns = !['none', 'error'].includes(logLevel);
  }

  getBrowserMeta() {
    return this.#collect(
      globalThis.navigator,
      'browserProps',
      'Cannot collect browser metadata. navigator is not defined.',
    );
  }

  getBrowserPluginsNames() {
    const plugins = globalThis.navigator?.plugins;
    if (!plugins) {
      return this.#without(
        '',
        'Cannot collect browser plugin information. navigator.plugins is not defined.',
      );
    }
    return list(Array.from(plugins, ({ filename }) => filename));
  }

  getDeviceName() {
    if (!globalThis.navigator) {
      return this.#without('', 'Cannot collect device name. navigator is not defined.');
    }
    const { platform = '', userAgent = '' } = navigator;
    const texts = { platform, userAgent, both: `${platform}\n${userAgent}` };
    const name = DEVICES.find(([pattern, text]) => pattern.test(texts[text]))?.[2];
    return `${name || platform || 'Unknown'} (Browser)`;
  }

  getDisplayMeta() {
    return this.#collect(
      globalThis.screen,
      'displayProps',
      'Cannot collect screen information. screen is not defined.',
    );
  }

  getHardwareMeta() {
    return this.#collect(
      globalThis.navigator,
      'hardwareProps',
      'Cannot collect OS metadata. Navigator is not defined.',
    );
  }

  getIdentifier() {
    if (!globalThis.crypto?.getRandomValues) {
      return this.#without(
        '',
        'Cannot generate profile ID. Crypto and/or getRandomValues is not supported.',
      );
    }
    const key = `${this.#prefix}-DeviceID`;
    try {
      const stored = localStorage.getItem(key);
      if (stored) {
        return stored;
      }
      const id = crypto.getRandomValues(new Uint32Array(3)).join('-');
      localStorage.setItem(key, id);
      return id;
    } catch {
      return this.#without('', 'Cannot store profile ID. localStorage is not supported.');
    }
  }

  getInstalledFonts() {
    if (!globalThis.document) {
      return this.#without('', 'Cannot collect font data. Global document object is undefined.');
    }
    const canvas = document.createElement('canvas');
    if (!canvas?.getContext) {
      return this.#without('', 'Cannot collect font data. Browser does not support canvas element');
    }
    const context = canvas.getContext('2d');
    if (!context) {
      return this.#without(
        '',
        'Cannot collect font data. Browser does not support 2d canvas context',
      );
    }
    const width = (/** @type {string} */ font) => {
      context.font = font;
      return context.measureText('abcdefghi0123456789').width;
    };
    const base = width('72px Comic Sans');
    return list(
      this.#config.fontNames?.filter((name) => width(`72px ${name}, Comic Sans`) !== base),
    );
  }

  /** @returns {Promise<import('./device.js').Geolocation | Record<string, never>>} */
  getLocationCoordinates() {
    const geolocation = globalThis.navigator?.geolocation;
    if (!geolocation) {
      return Promise.resolve(
        this.#without(
          {},
          'Cannot collect geolocation information. navigator.geolocation is not defined.',
        ),
      );
    }
    /** @type {Promise<GeolocationPosition>} */
    const position = new Promise((resolve, reject) => {
      geolocation.getCurrentPosition(resolve, reject, {
        enableHighAccuracy: true,
        timeout: 30_000,
        maximumAge: 0,
      });
    });
    return position.then(
      ({ coords: { latitude, longitude } }) => ({ latitude, longitude }),
      () => this.#without({}, 'Cannot collect geolocation information. Geolocation API error.'),
    );
  }

  getOSMeta() {
    return this.#collect(
      globalThis.navigator,
      'platformProps',
      'Cannot collect OS metadata. navigator is not defined.',
    );
  }

  /** @param {import('./device.js').CollectParameters} parameters */
  async getProfile({ location, metadata }) {
    /** @type {import('./device.js').DeviceProfileData} */
    const profile = { identifier: this.getIdentifier() };
    if (metadata) {
      profile.metadata = {
        hardware: { ...this.getHardwareMeta(), display: this.getDisplayMeta() },
        browser: { ...this.getBrowserMeta(), plugins: this.getBrowserPluginsNames() },
        platform: {
          ...this.getOSMeta(),
          deviceName: this.getDeviceName(),
          fonts: this.getInstalledFonts(),
          timezone: this.getTimezoneOffset(),
        },
      };
    }
    if (location) {
      profile.location = await this.getLocationCoordinates();
    }
    return profile;
  }

  getTimezoneOffset() {
    try {
      return new Date().getTimezoneOffset();
    } catch {
      return this.#without(
        null,
        'Cannot collect timezone information. getTimezoneOffset is not defined.',
      );
    }
  }

  /**
   * The members of a source that the configuration names. A name `a.b` is for `b` of `a`.
   *
   * @param {any} source
   * @param {string} category
   * @param {string} warning for a browser without the source
   * @returns {Record<string, any>}
   */
  #collect(source, category, warning) {
    if (!source) {
      return this.#without({}, warning);
    }
    const pick = (/** @type {string} */ name) => {
      const [outer = '', inner] = name.split('.');
      return inner ? [inner, source[outer]?.[inner] ?? ''] : [outer, source[outer] ?? null];
    };
    return Object.fromEntries((this.#config[category] ?? []).map(pick));
  }

  /**
   * Warns that something cannot be collected.
   *
   * @template Fallback
   * @param {Fallback} fallback
   * @param {string} warning
   */
  #without(fallback, warning) {
    if (this.#warns) {
      // biome-ignore lint/suspicious/noConsole: the log of this class
      console.warn(warning);
    }
    return fallback;
  }
}

/** @param {string[]} [names] */
const list = (names = []) => names.map((name) => `${name};`).join('');
