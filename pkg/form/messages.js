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
  notCopied: 'The browser forbids copying. Select the text and copy it by hand.',

  refused: 'Sign-in failed',
  refusedHint: 'Check what you entered and try again.',
  failed: 'That did not work',
  failedHint: 'Please try again.',
  unreachable: 'The server can’t be reached. Check your connection and try again.',
  cannotContinue: 'This sign-in can’t be continued',
  cannotContinueHint: 'It took too long, or began in another window. Please start again.',

  username: 'User name',
  password: 'Password',
  show: 'Show',
  hide: 'Hide',
  text: 'Text',
  notAccepted: '{label} was not accepted',

  choose: 'Choose',
  anotherWay: 'Or try another way',

  securityQuestions: 'Security questions',
  securityQuestion: 'Security question',
  question: 'Question',
  chooseQuestion: 'Choose a question',
  ownQuestion: 'My own question',
  yourQuestion: 'Your question',
  answer: 'Answer',

  terms: 'Terms and conditions',
  acceptTerms: 'I accept the terms and conditions',
  version: 'Version {version}',

  pleaseWait: 'Please wait',
  waiting: 'Please wait…',
  timeLeft: 'Time until the next check',

  provider: 'Sign in elsewhere',
  orProvider: 'Or sign in elsewhere',
  continueWith: 'Continue with {name}',
  elsewhere: 'Continue elsewhere',
  elsewhereHint: 'The sign-in continues on another page. You come back here afterwards.',
  goTo: 'Go to {host}',
  byLink: 'Continue by your link',
  byLinkHint: 'Follow the link that was sent to you. You can close this page.',

  device: 'About this device',
  deviceHint: 'When you continue, this is sent to the server:',
  deviceId: 'a random number for this browser',
  deviceKind: 'the kind of browser and device',
  deviceScreen: 'the screen',
  deviceFonts: 'the fonts',
  deviceLocation: 'where the device is (your browser asks you first)',
  sendDevice: 'Send and continue',

  usePasskey: 'Use a passkey',
  usePasskeyHint: 'Your device asks for your fingerprint, face or PIN, or for your security key.',
  createPasskey: 'Create a passkey',
  createPasskeyHint: 'Then you can sign in with your fingerprint, face, PIN or security key.',
  deviceName: 'Name for this device',
  withoutPasskey: 'Continue without a passkey',
  passkeyInField: 'If you have a passkey, the field offers it.',
  noPasskey: 'No passkey',
  passkeyErrors: {
    AbortError: 'It was stopped.',
    ConstraintError: 'This device can’t do what the server asks for.',
    InvalidStateError: 'This device has a passkey for this account already.',
    NotAllowedError: 'It was cancelled, took too long, or there is no passkey for this page here.',
    NotSupportedError:
      'This browser has no passkeys, or none of the kind that the server asks for.',
    SecurityError: 'The server’s passkeys are not for the address of this page.',
  },

  registerDevice: 'Register your device',
  qrCode: 'QR code',
  otpHint: 'Scan it with your authenticator app. It shows a code that changes every few seconds.',
  pushHint:
    'Scan it with the ForgeRock or PingID Authenticator app, which then asks you to confirm sign-ins.',
  cannotScan: 'Can’t scan it?',
  copyAddress: 'Copy the address into the app.',
  openApp: 'Open the app on this device',
  address: 'Address',

  recoveryCodes: 'Your recovery codes',
  recoveryHint:
    'Each of them signs you in once when you don’t have {device}. They are not shown again: keep them in a safe place.',
  codes: 'Codes',
  download: 'Download',
  print: 'Print',
  keptCodes: 'I have kept them',

  captcha: 'Are you a robot?',
  captchaMissing: 'This page can’t show the captcha that the server asks for.',
  unknown: 'This page has no form for the callback {type}. It sends what is here:',

  attributes: {
    userName: 'user name',
    givenName: 'first name',
    sn: 'last name',
    mail: 'email address',
  },
  policies: {
    CANNOT_CONTAIN_OTHERS: (property, { disallowedFields } = {}) =>
      `${property} must not contain your ${disallowedFields}`,
  },
};

/**
 * English, with the app's own words.
 *
 * @param {import('../form.js').JourneyForm['messages']} own
 * @returns {import('../form.js').FormMessages}
 */
export function messagesOf(own = {}) {
  const attributes = { ...en.attributes, ...own.attributes };
  return {
    ...en,
    ...own,
    attributes,
    passkeyErrors: { ...en.passkeyErrors, ...own.passkeyErrors },
    policies: withNames({ ...en.policies, ...own.policies }, attributes),
  };
}

/**
 * The messages of policies, in which AM's attributes have the user's names.
 *
 * @param {import('../form.js').MessageCreator} policies
 * @param {Record<string, string>} attributes
 * @returns {import('../form.js').MessageCreator}
 */
function withNames({ CANNOT_CONTAIN_OTHERS: say, ...others }, attributes) {
  /** @param {string} attribute */
  const nameOf = (attribute) =>
    attributes[attribute] ?? attribute.replace(/[A-Z]/g, ' $&').toLowerCase();
  return {
    ...others,
    CANNOT_CONTAIN_OTHERS(property, { disallowedFields = '', ...params } = {}) {
      const names = String(disallowedFields).split(',').map(nameOf).join(', ');
      return say?.(property, { ...params, disallowedFields: names }) ?? '';
    },
  };
}
