const NAMES = {
  userName: 'user name',
  givenName: 'first name',
  sn: 'last name',
  mail: 'email address',
};

/**
 * The words of the form, in English.
 *
 * @type {import('../form.js').FormMessages}
 */
export const en = {
  loading: 'Loading…',
  signIn: 'Sign in',
  next: 'Next',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  startAgain: 'Start again',
  signedIn: 'You are signed in.',
  signingOut: 'You are being signed out.',
  nothingToEnter: 'There is nothing to enter at this step.',
  error: 'Error:',
  warning: 'Warning:',
  optional: '{label} (optional)',
  yes: 'Yes',
  no: 'No',
  ok: 'OK',
  copy: 'Copy',
  copied: '{what} copied',
  notCopied: 'The browser forbids copying. Please copy the text by hand.',

  refused: 'Sign-in failed',
  refusedHint: 'Check what you entered and try again.',
  failed: 'That did not work',
  failedHint: 'Please try again.',
  unreachable: 'The server can’t be reached. Check your connection.',
  cannotContinue: 'This sign-in can’t be continued',
  cannotContinueHint: 'It took too long, or began in another window. Please start again.',

  username: 'User name',
  password: 'Password',
  oneTimeCode: /\b(one[- ]?time (pass)?(code|word)|(verification|security) code|otp)\b/i,
  show: 'Show',
  hide: 'Hide',
  text: 'Text',
  notAccepted: 'It was not accepted',

  choose: 'Choose',
  anotherWay: 'Or try another way',

  securityQuestions: 'Security questions',
  question: 'Question',
  chooseQuestion: 'Choose a question',
  ownQuestion: 'My own question',
  yourQuestion: 'Your question',
  answer: 'Answer',

  terms: 'Terms and conditions',
  acceptTerms: 'I accept the terms and conditions',
  version: 'Version {version}',

  waiting: 'Please wait…',
  timeLeft: 'Time until the next check',

  provider: 'Sign in elsewhere',
  orProvider: 'Or sign in elsewhere',
  continueWith: 'Continue with {name}',
  elsewhere: 'Continue elsewhere',
  elsewhereHint: 'You come back here afterwards.',
  goTo: 'Go to {host}',
  byLink: 'Continue by your link',
  byLinkHint: 'Follow the link that was sent to you. You can close this page.',

  device: 'About this device',
  deviceHint: 'When you continue, this is sent to the server:',
  deviceId: 'a random number for this browser',
  deviceKind: 'the kind of browser and device, the screen, the fonts',
  deviceLocation: 'where the device is (your browser asks you first)',
  sendDevice: 'Send and continue',

  usePasskey: 'Use a passkey',
  usePasskeyHint: 'Your device asks for your fingerprint, face, PIN or security key.',
  createPasskey: 'Create a passkey',
  createPasskeyHint: 'Then you sign in with your fingerprint, face, PIN or security key.',
  deviceName: 'Name for this device',
  withoutPasskey: 'Continue without a passkey',
  passkeyInField: 'If you have a passkey, the field offers it.',
  noPasskey: 'No passkey',
  passkeyErrors: {
    InvalidStateError: 'This device has a passkey for this account already.',
    NotAllowedError: 'It was cancelled, took too long, or there is none for this page.',
    NotSupportedError: 'This browser has no such passkeys.',
    SecurityError: 'The passkeys are for another address than this page’s.',
  },

  registerDevice: 'Register your device',
  qrCode: 'QR code',
  otpHint: 'Scan it with your authenticator app. It shows codes to sign in with.',
  pushHint: 'Scan it with your authenticator app. It asks you to confirm sign-ins.',
  cannotScan: 'Can’t scan it?',
  copyAddress: 'Copy the address into the app.',
  openApp: 'Open the app on this device',
  address: 'Address',

  recoveryCodes: 'Your recovery codes',
  recoveryHint:
    'Each signs you in once when you don’t have {device}. They are not shown again: keep them in a safe place.',
  codes: 'Codes',
  download: 'Download',
  print: 'Print',
  keptCodes: 'I have kept them',

  captcha: 'Are you a robot?',
  captchaMissing: 'This page can’t show the captcha that the server asks for.',
  unknown: 'This page has no form for the callback {type}. It sends what is here:',

  policies: {
    CANNOT_CONTAIN_OTHERS: (property, { disallowedFields = '' } = {}) =>
      `${property} must not contain your ${named(disallowedFields, NAMES)}`,
  },
};

/**
 * A list of AM's attributes, in the user's words.
 *
 * @param {unknown} attributes
 * @param {Record<string, string>} names
 */
export const named = (attributes, names) =>
  String(attributes)
    .split(',')
    .map((name) => names[name] ?? name)
    .join(', ');

/**
 * English, with the app's own words.
 *
 * @param {import('../form.js').JourneyForm['messages']} own
 * @returns {import('../form.js').FormMessages}
 */
export const messagesOf = (own = {}) => ({
  ...en,
  ...own,
  passkeyErrors: { ...en.passkeyErrors, ...own.passkeyErrors },
  policies: { ...en.policies, ...own.policies },
});
