import { choice, confirmation } from './choices.js';
import { deviceProfile } from './device.js';
import { hiddenValue, metadata, suspended, textOutput } from './outputs.js';
import { kba, terms } from './profile.js';
import { redirect, selectIdP } from './providers.js';
import { protect, reCaptcha } from './robots.js';
import {
  booleanAttribute,
  name,
  newPassword,
  newUsername,
  numberAttribute,
  password,
  stringAttribute,
  textInput,
} from './texts.js';
import { unknown } from './unknown.js';
import { pollingWait } from './waiting.js';

/** How each type of callback is shown; an app's own renderers come first. */
const renderers = {
  BooleanAttributeInputCallback: booleanAttribute,
  ChoiceCallback: choice,
  ConfirmationCallback: confirmation,
  DeviceProfileCallback: deviceProfile,
  HiddenValueCallback: hiddenValue,
  KbaCreateCallback: kba,
  MetadataCallback: metadata,
  NameCallback: name,
  NumberAttributeInputCallback: numberAttribute,
  PasswordCallback: password,
  PingOneProtectEvaluationCallback: protect,
  PingOneProtectInitializeCallback: protect,
  PollingWaitCallback: pollingWait,
  ReCaptchaCallback: reCaptcha,
  ReCaptchaEnterpriseCallback: reCaptcha,
  RedirectCallback: redirect,
  SelectIdPCallback: selectIdP,
  StringAttributeInputCallback: stringAttribute,
  SuspendedTextOutputCallback: suspended,
  TermsAndConditionsCallback: terms,
  TextInputCallback: textInput,
  TextOutputCallback: textOutput,
  ValidatedCreatePasswordCallback: newPassword,
  ValidatedCreateUsernameCallback: newUsername,
};

/**
 * What a callback's renderer makes of it.
 *
 * @param {any} callback
 * @param {import('../../form.js').RenderContext} context
 * @param {Record<string, any>} own the app's renderers
 * @returns {import('../../form.js').FormField}
 */
export function renderCallback(callback, context, own) {
  const type = callback.getType();
  /** @type {Record<string, any>} */
  const table = Object.hasOwn(own, type) ? own : renderers;
  const render = Object.hasOwn(table, type) ? table[type] : unknown;
  const made = render(callback, context);
  return made instanceof Node ? { nodes: [made] } : (made ?? {});
}
