/**
 * Device profiles for AM's Device Profile Collector node: what the browser reports about the device.
 *
 * @module
 */
import type { LogLevel } from './index.js';

/** What a profile contains besides its identifier. */
export interface CollectParameters {
  /** The place of the device; the browser asks the user. */
  location: boolean;
  /** Hardware, browser and platform. */
  metadata: boolean;
}

/** The place of a device ([Geolocation API](https://www.w3.org/TR/geolocation/#coordinates_interface)). */
export interface Geolocation {
  /** Degrees north. */
  latitude: number;
  /** Degrees east. */
  longitude: number;
}

/** A profile: for `DeviceProfileCallback.setProfile()`. */
export interface DeviceProfileData {
  /** The same in all profiles of this browser for this origin; `''` when it can't be stored. */
  identifier: string;
  /** Present if requested. */
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
  /** Present if requested; empty when the browser or the user refused. */
  location?: Geolocation | Record<string, unknown>;
}

/**
 * What is collected, by category: `fontNames`, `displayProps`, `browserProps`, `hardwareProps` and
 * `platformProps`. A given category replaces its defaults. A name `a.b` selects the member `b` of `a`.
 */
export interface ProfileConfigOptions {
  [category: string]: string[];
}

/**
 * Collects a device profile. What the browser does not provide is left empty, with a warning in the console.
 * Only the constructor throws.
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
   * @param configOptions what is collected; default: the list of the documented client
   * @param logLevel default `info`; warnings are printed from `warn` on
   * @param prefix of the key in `localStorage`, `<prefix>-DeviceID`; default `forgerock`
   * @throws Error `Device profile configuration category does not exist.`
   */
  constructor(configOptions?: ProfileConfigOptions, logLevel?: LogLevel, prefix?: string);
  /** The `browserProps` of `navigator`; `null` for those that are missing. */
  getBrowserMeta(): { [property: string]: unknown };
  /** The file names of the browser's plugins, each followed by `;`. */
  getBrowserPluginsNames(): string;
  /** The kind of device, such as `Mac (Browser)`; `''` when there is no `navigator`. */
  getDeviceName(): string;
  /** The `displayProps` of `screen`; `null` for those that are missing. */
  getDisplayMeta(): { [property: string]: unknown };
  /** The `hardwareProps` of `navigator`; `null` for those that are missing. */
  getHardwareMeta(): { [property: string]: unknown };
  /**
   * Three random numbers separated by `-`, made once and kept in `localStorage`; `''` when that is missing,
   * full or blocked.
   */
  getIdentifier(): string;
  /** Those of `fontNames` that are installed, each followed by `;`. */
  getInstalledFonts(): string;
  /**
   * The place of the device, as exactly as the device knows it; `{}` when the browser or the user refuses, or
   * after 30 seconds.
   */
  getLocationCoordinates(): Promise<Geolocation | Record<string, never>>;
  /** The `platformProps` of `navigator`; `null` for those that are missing. */
  getOSMeta(): { [property: string]: unknown };
  /** The profile. */
  getProfile(parameters: CollectParameters): Promise<DeviceProfileData>;
  /** The **minutes** from local time to UTC: negative east of Greenwich. */
  getTimezoneOffset(): number | null;
}
