import { parsePolicy as t } from './policies.js';
import { textOf as a, numberOf as e } from './values.js';
export class BaseCallback {
  constructor(t) {
    this.payload = t;
  }
  getType() {
    return this.payload.type;
  }
  getInputValue(t = 0) {
    return l(this.payload, 'input', t).value;
  }
  setInputValue(t, e = 0) {
    l(this.payload, 'input', e).value = t;
  }
  getOutputValue(t = 0) {
    return l(this.payload, 'output', t).value;
  }
  getOutputByName(t, e) {
    const { output: a } = this.payload,
      s = Array.isArray(a) ? a.find((e) => e?.name === t) : void 0;
    return s ? s.value : e;
  }
}
class ValidatedCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  isRequired() {
    return this.getOutputByName('required', !1);
  }
  getPolicies() {
    return this.getOutputByName('policies', {});
  }
  setValidateOnly(t) {
    this.setInputValue(t, /validateOnly/);
  }
}
export class AttributeInputCallback extends ValidatedCallback {
  getName() {
    return this.getOutputByName('name', '');
  }
  getFailedPolicies() {
    return c(this, 'AttributeInputCallback');
  }
  setValue(t) {
    this.setInputValue(t);
  }
}
export class ChoiceCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  getDefaultChoice() {
    return this.getOutputByName('defaultChoice', 0);
  }
  getChoices() {
    return this.getOutputByName('choices', []);
  }
  setChoiceIndex(t) {
    u(this.getChoices(), t) || o(`${a(t)} is out of bounds`), this.setInputValue(t);
  }
  setChoiceValue(t) {
    this.setInputValue(n(this.getChoices(), t));
  }
}
export class ConfirmationCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  getDefaultOption() {
    return e(this.getOutputByName('defaultOption', 0));
  }
  getMessageType() {
    return e(this.getOutputByName('messageType', 0));
  }
  getOptions() {
    return this.getOutputByName('options', []);
  }
  getOptionType() {
    return e(this.getOutputByName('optionType', 0));
  }
  setOptionIndex(t) {
    const e = this.getOptions();
    u(e, t) || o(`"${a(t)}" is not a valid choice (0-${(e?.length || 1) - 1})`),
      this.setInputValue(t);
  }
  setOptionValue(t) {
    this.setInputValue(n(this.getOptions(), t));
  }
}
export class DeviceProfileCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }
  isMetadataRequired() {
    return this.getOutputByName('metadata', !1);
  }
  isLocationRequired() {
    return this.getOutputByName('location', !1);
  }
  setProfile(t) {
    this.setInputValue(JSON.stringify(t));
  }
}
export class HiddenValueCallback extends BaseCallback {}
export class KbaCreateCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  getPredefinedQuestions() {
    return this.getOutputByName('predefinedQuestions', []);
  }
  isAllowedUserDefinedQuestions() {
    return this.getOutputByName('allowUserDefinedQuestions', !1);
  }
  setQuestion(t) {
    r(this, 'question', t);
  }
  setAnswer(t) {
    r(this, 'answer', t);
  }
}
export class MetadataCallback extends BaseCallback {
  getData() {
    return this.getOutputByName('data', {});
  }
}
export class NameCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  setName(t) {
    this.setInputValue(t);
  }
}
export class PasswordCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  getPolicies() {
    return this.getOutputByName('policies', []);
  }
  getFailedPolicies() {
    const e = this.getOutputByName('failedPolicies', []);
    return Array.isArray(e) ? e.map(t) : [];
  }
  setPassword(t) {
    this.setInputValue(t);
  }
}
export class PingOneProtectEvaluationCallback extends BaseCallback {
  getPauseBehavioralData() {
    return this.getOutputByName('pauseBehavioralData', !1);
  }
  setData(t) {
    this.setInputValue(t, /signals/);
  }
  setClientError(t) {
    this.setInputValue(t, /clientError/);
  }
}
export class PingOneProtectInitializeCallback extends BaseCallback {
  getConfig() {
    const t = this.getOutputByName('signalsInitializationOptions', void 0);
    return t && 'object' == typeof t && !Array.isArray(t)
      ? t
      : {
          envId: this.getOutputByName('envId', ''),
          consoleLogEnabled: this.getOutputByName('consoleLogEnabled', !1),
          deviceAttributesToIgnore: this.getOutputByName('deviceAttributesToIgnore', []),
          customHost: this.getOutputByName('customHost', ''),
          lazyMetadata: this.getOutputByName('lazyMetadata', !1),
          behavioralDataCollection: this.getOutputByName('behavioralDataCollection', !0),
          deviceKeyRsyncIntervals: this.getOutputByName('deviceKeyRsyncIntervals', 14),
          enableTrust: this.getOutputByName('enableTrust', !1),
          disableTags: this.getOutputByName('disableTags', !1),
          disableHub: this.getOutputByName('disableHub', !1),
        };
  }
  setClientError(t) {
    this.setInputValue(t, /clientError/);
  }
}
export class PollingWaitCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }
  getWaitTime() {
    return e(this.getOutputByName('waitTime', 0));
  }
}
export class ReCaptchaCallback extends BaseCallback {
  getSiteKey() {
    return this.getOutputByName('recaptchaSiteKey', '');
  }
  setResult(t) {
    this.setInputValue(t);
  }
}
export class ReCaptchaEnterpriseCallback extends BaseCallback {
  getSiteKey() {
    return this.getOutputByName('recaptchaSiteKey', '');
  }
  getApiUrl() {
    return this.getOutputByName('captchaApiUri', '');
  }
  getElementClass() {
    return this.getOutputByName('captchaDivClass', '');
  }
  setResult(t) {
    this.setInputValue(t);
  }
  setClientError(t) {
    this.setInputValue(t, /clientError$/);
  }
  setPayload(t) {
    this.setInputValue(t, /payload$/);
  }
  setAction(t) {
    this.setInputValue(t, /action$/);
  }
}
export class RedirectCallback extends BaseCallback {
  getRedirectUrl() {
    return this.getOutputByName('redirectUrl', '');
  }
}
export class SelectIdPCallback extends BaseCallback {
  getProviders() {
    return this.getOutputByName('providers', []);
  }
  setProvider(t) {
    n(this.getProviders(), t, (t) => t?.provider), this.setInputValue(t);
  }
}
export class TermsAndConditionsCallback extends BaseCallback {
  getTerms() {
    return this.getOutputByName('terms', '');
  }
  getVersion() {
    return this.getOutputByName('version', '');
  }
  getCreateDate() {
    const t = new Date(a(this.getOutputByName('createDate', '') ?? ''));
    return Number.isNaN(t.getTime()) ? null : t;
  }
  setAccepted(t = !0) {
    this.setInputValue(t);
  }
}
export class TextInputCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }
  setInput(t) {
    this.setInputValue(t);
  }
}
export class TextOutputCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }
  getMessageType() {
    return this.getOutputByName('messageType', '');
  }
}
export class SuspendedTextOutputCallback extends TextOutputCallback {}
export class ValidatedCreatePasswordCallback extends ValidatedCallback {
  getFailedPolicies() {
    return c(this, 'ValidatedCreatePasswordCallback');
  }
  setPassword(t) {
    this.setInputValue(t);
  }
}
export class ValidatedCreateUsernameCallback extends ValidatedCallback {
  getFailedPolicies() {
    return c(this, 'ValidatedCreateUsernameCallback');
  }
  setName(t) {
    this.setInputValue(t);
  }
}
const s = {
  BooleanAttributeInputCallback: AttributeInputCallback,
  ChoiceCallback,
  ConfirmationCallback,
  DeviceProfileCallback,
  HiddenValueCallback,
  KbaCreateCallback,
  MetadataCallback,
  NameCallback,
  NumberAttributeInputCallback: AttributeInputCallback,
  PasswordCallback,
  PingOneProtectEvaluationCallback,
  PingOneProtectInitializeCallback,
  PollingWaitCallback,
  ReCaptchaCallback,
  ReCaptchaEnterpriseCallback,
  RedirectCallback,
  SelectIdPCallback,
  StringAttributeInputCallback: AttributeInputCallback,
  SuspendedTextOutputCallback,
  TermsAndConditionsCallback,
  TextInputCallback,
  TextOutputCallback,
  ValidatedCreatePasswordCallback,
  ValidatedCreateUsernameCallback,
};
export const callbackType = Object.freeze(Object.fromEntries(Object.keys(s).map((t) => [t, t])));
export function createCallback(t) {
  const e = a(t?.type);
  return new (Object.hasOwn(s, e) ? s[e] : BaseCallback)(t);
}
function l(t, e, s) {
  const l = t[e];
  if (!Array.isArray(l)) return o(`No NameValue array was provided to search (selector ${a(s)})`);
  if ('number' != typeof s) return i(l, s) ?? o(`Missing callback ${e} entry "${s}"`);
  const r = l[s];
  return Object(r) === r ? r : o(`Selector index ${s} is out of range`);
}
function i(t, e) {
  return 'string' == typeof e
    ? t.find((t) => t?.name === e)
    : 'function' == typeof e?.[Symbol.search]
      ? t.find((t) => a(t?.name ?? '').search(e) >= 0)
      : o('Invalid selector value type');
}
function r(t, e, a) {
  const { input: s } = t.payload;
  if (!Array.isArray(s)) return o('KBA payload is missing input');
  const l = i(s, new RegExp(`${e}$`));
  t.setInputValue(a, l?.name ?? o(`No input has name ending in "${e}"`));
}
function u(t, e) {
  return Number.isInteger(e) && e in Object(t);
}
function n(t, e, s = (t) => t) {
  const l = Array.isArray(t) ? t.findIndex((t) => s(t) === e) : -1;
  return l < 0 ? o(`"${a(e)}" is not a valid choice`) : l;
}
function c(e, a) {
  const s = e.getOutputByName('failedPolicies', []);
  try {
    return s.map((e) => t('string' == typeof e ? JSON.parse(e) : e));
  } catch {
    return o(
      `Unable to parse "failed policies" from the ForgeRock server. The JSON within \`${a}\` was either malformed or missing.`,
    );
  }
}
function o(t) {
  throw new Error(t);
}
