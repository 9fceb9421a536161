import { choice, confirmation } from './choices.js';
import { deviceProfile } from './device.js';
import { hiddenValue, metadata, suspended, textOutput } from './outputs.js';
import { kba, terms } from './profile.js';
import { redirect, selectIdP } from './providers.js';
import { protectEvaluation, protectInitialize, reCaptcha } from './robots.js';
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

/**
 * How each type of callback is shown. A renderer takes `(callback, context)`; the context has
 *
 * - `id`: unique in the page
 * - `step`: the whole step, for callbacks that belong together
 * - `username`: the name given at an earlier step
 * - `signal`: aborts when the step is left
 * - `send(button)`: sends the step, as the button was pressed
 * - `poll(options)`, `leave(step)`, `restart()`: what the page can do
 *
 * It returns `{ nodes, after?, heading?, isSignIn?, submits?, write?, start? }`:
 *
 * - `nodes`: what is shown, maybe nothing
 * - `after`: what is shown below the button for going on
 * - `heading`: for a step that has no header
 * - `isSignIn`: whether a name or password is asked for, which the demo has
 * - `submits`: whether the nodes have a button of their own for going on
 * - `write(callback, button)`: puts what the user entered into the callback, and may take a while
 * - `start()`: called once, when the step is shown
 */
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
  PingOneProtectEvaluationCallback: protectEvaluation,
  PingOneProtectInitializeCallback: protectInitialize,
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

export function renderCallback(callback, context) {
  const type = callback.getType();
  const render = Object.hasOwn(renderers, type) ? renderers[type] : unknown;
  return render(callback, context);
}
