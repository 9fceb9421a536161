/** Steps in AM's JSON, as its nodes send them: one for each kind that the demo page has to show. */

const entries = (members) => Object.entries(members).map(([name, value]) => ({ name, value }));

/** A callback; its inputs are named after its place in the step, and what comes after that. */
const callback = (type, output, inputs = {}) => ({ type, output: entries(output), inputs });

/** A step as AM sends it: of the callbacks, and what a page node adds. */
const step = (callbacks, more = {}) => ({
  authId: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.c3RlcA',
  callbacks: callbacks.map(({ type, output, inputs }, index) => ({
    type,
    output,
    input: Object.entries(inputs).map(([ending, value]) => ({
      name: `IDToken${index + 1}${ending}`,
      value,
    })),
    _id: index,
  })),
  ...more,
});

const text = (message, messageType = '0') =>
  callback('TextOutputCallback', { message, messageType });
const hidden = (id, value) => callback('HiddenValueCallback', { value, id }, { '': id });
const confirmation = (options, more = {}) =>
  callback(
    'ConfirmationCallback',
    { prompt: '', messageType: 0, options, optionType: -1, defaultOption: 0, ...more },
    { '': 100 },
  );
const polling = (message, waitTime = '1000') =>
  callback('PollingWaitCallback', { waitTime, message });

const policy = (policyId, requirement, params) => ({
  policyId,
  policyRequirements: [requirement],
  ...(params && { params }),
});
const policies = (name, list) => ({
  policyRequirements: list.flatMap(({ policyRequirements }) => policyRequirements),
  fallbackPolicies: null,
  name,
  policies: list,
  conditionalPolicies: null,
});
const validated = (type, { name, prompt, list = [], failed = [], value = '', required = true }) =>
  callback(
    type,
    {
      ...(type.includes('Attribute') && { name }),
      prompt,
      required,
      policies: list.length ? policies(name, list) : {},
      failedPolicies: failed.map((one) => JSON.stringify(one)),
      validateOnly: false,
      value,
    },
    { '': value, validateOnly: false },
  );

const USERNAME = {
  name: 'userName',
  prompt: 'Username',
  list: [
    policy('required', 'REQUIRED'),
    policy('valid-username', 'VALID_USERNAME'),
    policy('cannot-contain-characters', 'CANNOT_CONTAIN_CHARACTERS', { forbiddenChars: ['/'] }),
    policy('minimum-length', 'MIN_LENGTH', { minLength: 1 }),
    policy('maximum-length', 'MAX_LENGTH', { maxLength: 255 }),
  ],
};
const PASSWORD = {
  name: 'password',
  prompt: 'Password',
  list: [
    policy('minimum-length', 'MIN_LENGTH', { minLength: 8 }),
    policy('at-least-X-capitals', 'AT_LEAST_X_CAPITAL_LETTERS', { numCaps: 1 }),
    policy('at-least-X-numbers', 'AT_LEAST_X_NUMBERS', { numNums: 1 }),
    policy('cannot-contain-others', 'CANNOT_CONTAIN_OTHERS', {
      disallowedFields: 'userName,givenName,sn',
    }),
  ],
};

const registration = (failedUsername, failedPassword, value = '') =>
  step(
    [
      validated('ValidatedCreateUsernameCallback', { ...USERNAME, failed: failedUsername, value }),
      validated('ValidatedCreatePasswordCallback', { ...PASSWORD, failed: failedPassword }),
      validated('StringAttributeInputCallback', {
        name: 'mail',
        prompt: 'Email Address',
        list: [policy('valid-email-address-format', 'VALID_EMAIL_ADDRESS_FORMAT')],
      }),
      validated('NumberAttributeInputCallback', {
        name: 'age',
        prompt: 'Age',
        value: null,
        required: false,
      }),
      validated('BooleanAttributeInputCallback', {
        name: 'preferences/updates',
        prompt: 'Send me news',
        value: false,
      }),
    ],
    { header: 'Sign Up', description: 'Signing up is fast and easy.', stage: 'Registration' },
  );

const choice = (choices, defaultChoice) =>
  step([
    callback(
      'ChoiceCallback',
      { prompt: 'How shall we reach you?', choices, defaultChoice },
      { '': defaultChoice },
    ),
  ]);

const question = (allowUserDefinedQuestions) =>
  callback(
    'KbaCreateCallback',
    {
      prompt: 'Select a security question',
      predefinedQuestions: ['What’s your favorite color?', 'Who was your first employer?'],
      allowUserDefinedQuestions,
    },
    { question: '', answer: '' },
  );

const TERMS = Array.from(
  { length: 12 },
  (_, at) => `${at + 1}. You may use this service for what it is made for, and for nothing else.`,
).join('\n\n');

const OTP =
  'otpauth://totp/ForgeRock:demo?secret=HJNAPS55SS3J2VVT7BW5VTXDMA======&issuer=ForgeRock&digits=6&period=30';
const PUSH =
  'pushauth://push/forgerock:demo?a=aHR0cHM6Ly9hbS5leGFtcGxlLmNvbS9hbS9qc29uL3B1c2g&b=032b75&r=aHR0cHM6Ly9hbS5leGFtcGxlLmNvbS9hbS9qc29uL3JlZ2lzdGVy&s=dGhlIHNlY3JldCBvZiB0aGUgZGV2aWNl&c=Y2hhbGxlbmdl&l=YW1sYmNvb2tpZT0wMQ&m=REGISTER%3Af2a6&issuer=Rm9yZ2VSb2Nr';

const RECOVERY_CODES = ['iZmEtxvQ00', 'Eqw3GFVamY', 'nNPqIEtIpS', 'vGhNQpDjP8', 'ItA4W3iBaA'];
const RECOVERY_SCRIPT = [
  'var newLocation = document.getElementById("wrapper");',
  'var oldHtml = newLocation.getElementsByTagName("fieldset")[0].innerHTML;',
  'newLocation.getElementsByTagName("fieldset")[0].innerHTML = "<div class=\\"panel\\">\\n" +',
  '    "    <h3>Your Recovery Codes</h3>\\n" +',
  ...RECOVERY_CODES.flatMap((one) => [
    '    "<div class=\\"text-center\\">\\n" +',
    `    "${one}\\n" +`,
    '    "</div>\\n" +',
  ]),
  '    "    <p>Use one of these codes to authenticate if you lose your device, named:',
  ' <em>Tom &amp; Ann’s laptop</em></p>\\n" +',
  '    "</div>" + oldHtml;',
].join('\n');

const passkey = (action, data) => [
  callback('MetadataCallback', {
    data: {
      _type: 'WebAuthn',
      _action: action,
      challenge: 'qnMsxgya8h6mUc6OyRu8jJ6Oq16tHV3cgE7juXGMDbg=',
      timeout: '60000',
      relyingPartyId: '',
      _relyingPartyId: '',
      extensions: {},
      ...data,
    },
  }),
  hidden('webAuthnOutcome', 'false'),
];

const AUTHENTICATION = {
  allowCredentials: '',
  _allowCredentials: [],
  userVerification: 'preferred',
};

const REGISTRATION = {
  attestationPreference: 'none',
  userName: 'demo',
  displayName: 'Demo User',
  userId: 'ZGVtbw',
  relyingPartyName: 'ForgeRock',
  authenticatorSelection: '{"userVerification":"preferred"}',
  _authenticatorSelection: { userVerification: 'preferred' },
  pubKeyCredParams: '[ { "type": "public-key", "alg": -7 } ]',
  _pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: '',
  _excludeCredentials: [],
};

const provider = (name, display) => ({
  provider: name,
  uiConfig: {
    buttonImage: `images/${name}-logo.png`,
    buttonCustomStyle: 'background-color: #fff;',
    buttonClass: `fa-${name}`,
    buttonDisplayName: display,
    iconFontColor: 'white',
    iconClass: `fa-${name}`,
    iconBackground: '#4184f3',
  },
});
const selectIdP = (...providers) =>
  callback('SelectIdPCallback', { providers, value: '' }, { '': '' });
const SOCIAL = [provider('google', 'Google'), provider('apple', 'Apple')];

const NAME = callback('NameCallback', { prompt: 'User Name' }, { '': '' });
const SECRET = callback('PasswordCallback', { prompt: 'Password' }, { '': '' });

export const STEPS = {
  login: step([NAME, SECRET]),
  textInput: step([
    callback('TextInputCallback', { prompt: 'What’s your nickname?', defaultText: '' }, { '': '' }),
  ]),
  oneTimePassword: step([
    callback('PasswordCallback', { prompt: 'One Time Password' }, { '': '' }),
    confirmation(['Submit', 'Resend']),
  ]),
  registration: registration([], []),
  registrationAgain: registration(
    [{ policyRequirement: 'UNIQUE' }],
    [
      { params: { minLength: 8 }, policyRequirement: 'MIN_LENGTH' },
      { params: { numCaps: 1 }, policyRequirement: 'AT_LEAST_X_CAPITAL_LETTERS' },
    ],
    'demo',
  ),
  fewChoices: choice(['E-mail', 'SMS', 'Phone call'], 1),
  manyChoices: choice(['E-mail', 'SMS', 'Phone call', 'Letter', 'Pigeon'], 2),
  confirmation: step([
    text('Delete all your devices?', '1'),
    confirmation(['Delete them', 'Keep them'], { defaultOption: 1 }),
  ]),
  confirmationByType: step([confirmation([], { optionType: 1, prompt: 'Stay signed in?' })]),
  kba: step([question(true), question(false)]),
  terms: step([
    callback(
      'TermsAndConditionsCallback',
      { version: '1.2', terms: TERMS, createDate: '2026-03-04T11:22:33.456Z' },
      { '': false },
    ),
  ]),
  messages: step([
    text('You signed in yesterday.', '0'),
    text('Your password expires in 3 days.', '1'),
    text('Your account is locked for some actions.', '2'),
    text('alert("a script")', '4'),
  ]),
  suspended: step([
    callback('SuspendedTextOutputCallback', {
      message: 'An email has been sent to the address you entered. Click the link in that email.',
      messageType: '0',
    }),
  ]),
  silent: step([
    hidden('clientScriptOutputData', ''),
    callback('MetadataCallback', { data: { stage: 'UsernamePassword' } }),
  ]),
  polling: step([polling('Waiting for your phone…', '600')]),
  pollingWithExit: step([polling('Waiting for your phone…', '5000'), confirmation(['Use a code'])]),
  device: step([
    callback(
      'DeviceProfileCallback',
      { metadata: true, location: true, message: 'We look at your device.' },
      { '': '' },
    ),
  ]),
  qrOtp: step([
    text('Scan the QR code below with your authenticator app to register your device.'),
    text('window.QRCodeReader.createCode({ id: "callback_0" })', '4'),
    hidden('mfaDeviceRegistration', OTP),
    callback('NameCallback', { prompt: 'Enter verification code' }, { '': '' }),
    confirmation(['Next']),
  ]),
  qrModule: step([
    text('Scan the barcode image below with the ForgeRock Authenticator App.'),
    text(`QRCodeReader.createCode({ id: 'callback_1', text: '${OTP}', code: 'L' });`, '4'),
    confirmation(['Login using verification code']),
  ]),
  qrPush: step([
    text('Scan the QR code below with the ForgeRock Authenticator app.'),
    hidden('mfaDeviceRegistration', PUSH),
    polling('', '4000'),
  ]),
  recoveryCodes: step([text(RECOVERY_SCRIPT, '4')]),
  passkey: step(passkey('webauthn_authentication', AUTHENTICATION)),
  passkeyOrCode: step([
    ...passkey('webauthn_authentication', AUTHENTICATION),
    confirmation(['Use Recovery Code']),
  ]),
  passkeyRegistration: step(passkey('webauthn_registration', REGISTRATION)),
  passkeyInField: step([
    NAME,
    SECRET,
    ...passkey('webauthn_authentication', { ...AUTHENTICATION, mediation: 'conditional' }),
  ]),
  redirect: step([
    callback('RedirectCallback', {
      redirectUrl: 'https://accounts.example.com/o/oauth2/v2/auth?client_id=x&state=y',
      redirectMethod: 'GET',
      trackingCookie: true,
    }),
  ]),
  providers: step([selectIdP(...SOCIAL)]),
  providersAndPassword: step([
    selectIdP(...SOCIAL, { provider: 'localAuthentication' }),
    NAME,
    SECRET,
  ]),
  reCaptcha: step([callback('ReCaptchaCallback', { recaptchaSiteKey: '6LfTestKey' }, { '': '' })]),
  reCaptchaEnterprise: step([
    callback(
      'ReCaptchaEnterpriseCallback',
      {
        recaptchaSiteKey: '6LfTestKey',
        captchaApiUri: 'https://www.google.com/recaptcha/enterprise.js',
        captchaDivClass: 'g-recaptcha',
      },
      { token: '', action: '', clientError: '', payload: '' },
    ),
  ]),
  protectInitialize: step([
    callback(
      'PingOneProtectInitializeCallback',
      { envId: '02fb4743-189a-4bc7-9d6c-a919edfe6447', behavioralDataCollection: true },
      { clientError: '' },
    ),
  ]),
  protectEvaluation: step([
    callback(
      'PingOneProtectEvaluationCallback',
      { pauseBehavioralData: true },
      { signals: '', clientError: '' },
    ),
  ]),
  unknown: step([
    callback(
      'ConsentMappingCallback',
      { name: 'managedUser', message: 'You consent to your data being shared.' },
      { '': false, reason: 'none', count: 3, extra: { a: 1 } },
    ),
  ]),
};

export { OTP, PUSH, RECOVERY_CODES };
