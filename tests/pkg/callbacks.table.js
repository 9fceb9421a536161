/**
 * What each class of callbacks reads and writes. The tests compare the classes with this table, and
 * `npm run docs` makes docs/callbacks.md of it.
 *
 * - `types`: the types that have the class, where they aren't its name.
 * - `outputs`: `{ getter: [output, default, conversion?] }`
 * - `inputs`: `{ setter: how the name of its input ends }`; `''` is the first input.
 * - `throws`: `[method, argument, outputs, text]`
 */
const prompt = { getPrompt: ['prompt', ''] };
const message = { getMessage: ['message', ''] };
const siteKey = { getSiteKey: ['recaptchaSiteKey', ''] };
const text = { ...message, getMessageType: ['messageType', ''] };
const validated = {
  ...prompt,
  isRequired: ['required', false],
  getPolicies: ['policies', {}],
  getFailedPolicies: ['failedPolicies', [], 'policies'],
};
const malformed = (name) => [
  'getFailedPolicies',
  undefined,
  { failedPolicies: ['{'] },
  `Unable to parse "failed policies" from the ForgeRock server. The JSON within \`${name}\` was either malformed or missing.`,
];
const choices = ['a', 'b'];

export const CALLBACKS = {
  AttributeInputCallback: {
    types: [
      'StringAttributeInputCallback',
      'NumberAttributeInputCallback',
      'BooleanAttributeInputCallback',
    ],
    outputs: { getName: ['name', ''], ...validated },
    inputs: { setValue: '', setValidateOnly: 'validateOnly' },
    throws: [malformed('AttributeInputCallback')],
  },
  ChoiceCallback: {
    outputs: { ...prompt, getDefaultChoice: ['defaultChoice', 0], getChoices: ['choices', []] },
    inputs: { setChoiceIndex: '', setChoiceValue: '' },
    throws: [
      ['setChoiceIndex', 2, { choices }, '2 is out of bounds'],
      ['setChoiceValue', 'c', { choices }, '"c" is not a valid choice'],
    ],
  },
  ConfirmationCallback: {
    outputs: {
      ...prompt,
      getOptions: ['options', []],
      getDefaultOption: ['defaultOption', 0, 'number'],
      getMessageType: ['messageType', 0, 'number'],
      getOptionType: ['optionType', 0, 'number'],
    },
    inputs: { setOptionIndex: '', setOptionValue: '' },
    throws: [
      ['setOptionIndex', 2, { options: choices }, '"2" is not a valid choice (0-1)'],
      ['setOptionValue', 'c', { options: choices }, '"c" is not a valid choice'],
    ],
  },
  DeviceProfileCallback: {
    outputs: {
      ...message,
      isMetadataRequired: ['metadata', false],
      isLocationRequired: ['location', false],
    },
    inputs: { setProfile: '' },
  },
  HiddenValueCallback: {},
  KbaCreateCallback: {
    outputs: {
      ...prompt,
      getPredefinedQuestions: ['predefinedQuestions', []],
      isAllowedUserDefinedQuestions: ['allowUserDefinedQuestions', false],
    },
    inputs: { setQuestion: 'question', setAnswer: 'answer' },
  },
  MetadataCallback: { outputs: { getData: ['data', {}] } },
  NameCallback: { outputs: prompt, inputs: { setName: '' } },
  PasswordCallback: {
    outputs: {
      ...prompt,
      getPolicies: ['policies', []],
      getFailedPolicies: ['failedPolicies', [], 'policies'],
    },
    inputs: { setPassword: '' },
  },
  PingOneProtectEvaluationCallback: {
    outputs: { getPauseBehavioralData: ['pauseBehavioralData', false] },
    inputs: { setData: 'signals', setClientError: 'clientError' },
  },
  PingOneProtectInitializeCallback: {
    outputs: {
      getConfig: [
        'signalsInitializationOptions',
        {
          envId: '',
          consoleLogEnabled: false,
          deviceAttributesToIgnore: [],
          customHost: '',
          lazyMetadata: false,
          behavioralDataCollection: true,
          deviceKeyRsyncIntervals: 14,
          enableTrust: false,
          disableTags: false,
          disableHub: false,
        },
        'config',
      ],
    },
    inputs: { setClientError: 'clientError' },
  },
  PollingWaitCallback: { outputs: { ...message, getWaitTime: ['waitTime', 0, 'number'] } },
  ReCaptchaCallback: { outputs: siteKey, inputs: { setResult: '' } },
  ReCaptchaEnterpriseCallback: {
    outputs: {
      ...siteKey,
      getApiUrl: ['captchaApiUri', ''],
      getElementClass: ['captchaDivClass', ''],
    },
    inputs: {
      setResult: '',
      setClientError: 'clientError',
      setPayload: 'payload',
      setAction: 'action',
    },
  },
  RedirectCallback: { outputs: { getRedirectUrl: ['redirectUrl', ''] } },
  SelectIdPCallback: {
    outputs: { getProviders: ['providers', []] },
    inputs: { setProvider: '' },
    throws: [
      ['setProvider', 'x', { providers: [{ provider: 'google' }] }, '"x" is not a valid choice'],
    ],
  },
  SuspendedTextOutputCallback: { outputs: text },
  TermsAndConditionsCallback: {
    outputs: {
      getTerms: ['terms', ''],
      getVersion: ['version', ''],
      getCreateDate: ['createDate', null, 'date'],
    },
    inputs: { setAccepted: '' },
  },
  TextInputCallback: { outputs: prompt, inputs: { setInput: '' } },
  TextOutputCallback: { outputs: text },
  ValidatedCreatePasswordCallback: {
    outputs: validated,
    inputs: { setPassword: '', setValidateOnly: 'validateOnly' },
    throws: [malformed('ValidatedCreatePasswordCallback')],
  },
  ValidatedCreateUsernameCallback: {
    outputs: validated,
    inputs: { setName: '', setValidateOnly: 'validateOnly' },
    throws: [malformed('ValidatedCreateUsernameCallback')],
  },
};
