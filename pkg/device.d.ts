/**
 * Device profiles for AM's Device Profile Collector node: what the browser tells about the device.
 *
 * @module
 */
import type { LogLevel } from './index.js';

/** What a profile is to hold, beside its identifier. */
export interface CollectParameters {
  /** Where the device is; the browser asks the person. */
  location: boolean;
  /** Hardware, browser and platform. */
  metadata: boolean;
}

/** Where a device is (Geolocation API, section 7). */
export interface Geolocation {
  /** Degrees north. */
  latitude: number;
  /** Degrees east. */
  longitude: number;
}

/** A profile: for `DeviceProfileCallback.setProfile()`. */
export interface DeviceProfileData {
  /** The same for all profiles that this browser makes for this origin; `''` where it can't be kept. */
  identifier: string;
  /** Present when it was asked for. */
  metadata?: {
    /** See {@link Device.getHardwareMeta}. */
    hardware: {
      /** See {@link Device.getDisplayMeta}. */
      display: { [property: string]: unknown };
      [property: string]: unknown;
    };
    /** See {@link Device.getBrowserMeta}. */
    browser: {
      /** See {@link Device.getBrowserPluginsNames}. */
      plugins: string;
      [property: string]: unknown;
    };
    /** See {@link Device.getOSMeta}. */
    platform: {
      /** See {@link Device.getDeviceName}. */
      deviceName: string;
      /** See {@link Device.getInstalledFonts}. */
      fonts: string;
      /** See {@link Device.getTimezoneOffset}. */
      timezone: number | null;
      [property: string]: unknown;
    };
  };
  /** Present when it was asked for; empty when the browser or the person refused. */
  location?: Geolocation | Record<string, unknown>;
}

/**
 * What is collected, by category: `fontNames`, `displayProps`, `browserProps`, `hardwareProps` and
 * `platformProps`. Each replaces that category's defaults. A name `a.b` is for the member `b` of `a`.
 */
export interface ProfileConfigOptions {
  [category: string]: string[];
}

/**
 * Collects a device profile. What the browser doesn't have is left empty, with a warning in the
 * console; nothing but the constructor throws.
 *
 * @example
 * const callback = step.getCallbackOfType('DeviceProfileCallback');
 * const profile = await new Device().getProfile({
 *   location: callback.isLocationRequired(),
 *   metadata: callback.isMetadataRequired(),
 * });
 * callback.setProfile(profile);
 */
export class Device {
  /**
   * @param configOptions what is collected; default: AM's usual list
   * @param logLevel default `info`; warnings are printed from `warn` on
   * @param prefix of the key in `localStorage`, `<prefix>-DeviceID`; default `forgerock`
   * @throws Error `Device profile configuration category does not exist.`
   */
  constructor(configOptions?: ProfileConfigOptions, logLevel?: LogLevel, prefix?: string);
  /** The `browserProps` of `navigator`; `null` for what it doesn't have. */
  getBrowserMeta(): { [property: string]: unknown };
  /** The file names of the browser's plugins, each with a `;` after it. */
  getBrowserPluginsNames(): string;
  /** The kind of device, such as `Mac (Browser)`; `''` where there is no `navigator`. */
  getDeviceName(): string;
  /** The `displayProps` of `screen`; `null` for what it doesn't have. */
  getDisplayMeta(): { [property: string]: unknown };
  /** The `hardwareProps` of `navigator`; `null` for what it doesn't have. */
  getHardwareMeta(): { [property: string]: unknown };
  /**
   * Three random numbers with `-` between them, made once and kept in `localStorage`; `''` where
   * that is missing, full or blocked.
   */
  getIdentifier(): string;
  /** Those of `fontNames` that are installed, each with a `;` after it. */
  getInstalledFonts(): string;
  /**
   * Where the device is, as exactly as it knows; `{}` when the browser or the person refuses, or
   * after 30 seconds.
   */
  getLocationCoordinates(): Promise<Geolocation | Record<string, never>>;
  /** The `platformProps` of `navigator`; `null` for what it doesn't have. */
  getOSMeta(): { [property: string]: unknown };
  /** The profile. */
  getProfile(parameters: CollectParameters): Promise<DeviceProfileData>;
  /** The **minutes** from local time to UTC: negative east of Greenwich. */
  getTimezoneOffset(): number | null;
}
