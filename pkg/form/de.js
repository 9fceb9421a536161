import { named } from './messages.js';

const NAMES = {
  userName: 'Benutzername',
  givenName: 'Vorname',
  sn: 'Nachname',
  mail: 'E-Mail-Adresse',
};

/** @type {typeof import('./de.js').de} */
export const de = {
  loading: 'Wird geladen …',
  signIn: 'Anmelden',
  next: 'Weiter',
  cancel: 'Abbrechen',
  tryAgain: 'Noch einmal versuchen',
  startAgain: 'Neu beginnen',
  signedIn: 'Sie sind angemeldet.',
  signingOut: 'Sie werden abgemeldet.',
  nothingToEnter: 'In diesem Schritt gibt es nichts einzugeben.',
  error: 'Fehler:',
  warning: 'Warnung:',
  optional: '{label} (freiwillig)',
  yes: 'Ja',
  no: 'Nein',
  ok: 'OK',
  copy: 'Kopieren',
  copied: '{what}: kopiert',
  notCopied:
    'Der Browser verbietet das Kopieren. Bitte markieren und kopieren Sie den Text von Hand.',

  refused: 'Die Anmeldung ist fehlgeschlagen',
  refusedHint: 'Bitte prüfen Sie Ihre Eingaben und versuchen Sie es noch einmal.',
  failed: 'Das hat nicht funktioniert',
  failedHint: 'Bitte versuchen Sie es noch einmal.',
  unreachable: 'Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.',
  cannotContinue: 'Diese Anmeldung kann nicht fortgesetzt werden',
  cannotContinueHint:
    'Sie hat zu lange gedauert oder wurde in einem anderen Fenster begonnen. Bitte beginnen Sie neu.',

  username: 'Benutzername',
  password: 'Passwort',
  oneTimeCode:
    /(einmal|bestätigungs|sicherheits|verifizierungs)-?(code|passwort|kennwort)|\b(one[- ]?time (pass)?(code|word)|(verification|security) code|otp)\b/i,
  show: 'Anzeigen',
  hide: 'Verbergen',
  text: 'Text',
  notAccepted: 'Die Eingabe wurde nicht angenommen',

  choose: 'Bitte wählen',
  anotherWay: 'Oder auf einem anderen Weg',

  securityQuestions: 'Sicherheitsfragen',
  question: 'Frage',
  chooseQuestion: 'Bitte wählen Sie eine Frage',
  ownQuestion: 'Meine eigene Frage',
  yourQuestion: 'Ihre Frage',
  answer: 'Antwort',

  terms: 'Nutzungsbedingungen',
  acceptTerms: 'Ich stimme den Nutzungsbedingungen zu',
  version: 'Version {version}',

  waiting: 'Bitte warten …',
  timeLeft: 'Zeit bis zur nächsten Prüfung',

  provider: 'Anderswo anmelden',
  orProvider: 'Oder anderswo anmelden',
  continueWith: 'Weiter mit {name}',
  elsewhere: 'Weiter auf einer anderen Seite',
  elsewhereHint: 'Danach kommen Sie hierher zurück.',
  goTo: 'Zu {host}',
  byLink: 'Weiter mit Ihrem Link',
  byLinkHint: 'Folgen Sie dem Link, den Sie erhalten haben. Diese Seite können Sie schließen.',

  device: 'Über dieses Gerät',
  deviceHint: 'Wenn Sie fortfahren, wird dem Server mitgeteilt:',
  deviceId: 'eine Zufallszahl für diesen Browser',
  deviceKind: 'die Art des Browsers und des Geräts, der Bildschirm, die Schriften',
  deviceLocation: 'wo das Gerät ist (Ihr Browser fragt Sie vorher)',
  sendDevice: 'Mitteilen und weiter',

  usePasskey: 'Passkey verwenden',
  usePasskeyHint: 'Ihr Gerät fragt nach Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel.',
  createPasskey: 'Passkey erstellen',
  createPasskeyHint:
    'Danach melden Sie sich mit Fingerabdruck, Gesicht, PIN oder Sicherheitsschlüssel an.',
  deviceName: 'Name für dieses Gerät',
  withoutPasskey: 'Ohne Passkey weiter',
  passkeyInField: 'Wenn Sie einen Passkey haben, bietet das Feld ihn an.',
  noPasskey: 'Kein Passkey',
  passkeyErrors: {
    InvalidStateError: 'Dieses Gerät hat schon einen Passkey für dieses Konto.',
    NotAllowedError:
      'Der Vorgang wurde abgebrochen, hat zu lange gedauert, oder es gibt keinen für diese Seite.',
    NotSupportedError: 'Dieser Browser hat keine solchen Passkeys.',
    SecurityError: 'Die Passkeys sind für eine andere Adresse als die dieser Seite.',
  },

  registerDevice: 'Gerät registrieren',
  qrCode: 'QR-Code',
  otpHint:
    'Scannen Sie ihn mit Ihrer Authenticator-App. Sie zeigt Codes, mit denen Sie sich anmelden.',
  pushHint:
    'Scannen Sie ihn mit Ihrer Authenticator-App. Sie bittet Sie, Anmeldungen zu bestätigen.',
  cannotScan: 'Scannen geht nicht?',
  copyAddress: 'Kopieren Sie die Adresse in die App.',
  openApp: 'App auf diesem Gerät öffnen',
  address: 'Adresse',

  recoveryCodes: 'Ihre Wiederherstellungscodes',
  recoveryHint:
    'Jeder meldet Sie einmal an, wenn Sie {device} nicht zur Hand haben. Sie werden nicht noch einmal angezeigt: bitte bewahren Sie sie sicher auf.',
  codes: 'Codes',
  download: 'Herunterladen',
  print: 'Drucken',
  keptCodes: 'Ich habe sie aufbewahrt',

  captcha: 'Sind Sie ein Roboter?',
  captchaMissing: 'Diese Seite kann das Captcha nicht zeigen, das der Server verlangt.',
  unknown: 'Diese Seite hat kein Formular für den Callback {type}. Sie sendet, was hier steht:',

  policies: {
    CANNOT_CONTAIN_CHARACTERS: (property, { forbiddenChars = '' } = {}) =>
      `${property} darf diese Zeichen nicht enthalten: „${forbiddenChars}“`,
    CANNOT_CONTAIN_DUPLICATES: (property, { duplicateValue = '' } = {}) =>
      `${property} darf nichts doppelt enthalten: „${duplicateValue}“`,
    CANNOT_CONTAIN_OTHERS: (property, { disallowedFields = '' } = {}) =>
      `${property} darf nicht enthalten: ${named(disallowedFields, NAMES)}`,
    AT_LEAST_X_CAPITAL_LETTERS: (property, { numCaps = 0 } = {}) =>
      `${property} muss mindestens ${counted(numCaps, 'einen Großbuchstaben', 'Großbuchstaben')} enthalten`,
    AT_LEAST_X_NUMBERS: (property, { numNums = 0 } = {}) =>
      `${property} muss mindestens ${counted(numNums, 'eine Ziffer', 'Ziffern')} enthalten`,
    MATCH_REGEXP: (property) => `${property} hat nicht die verlangte Form`,
    MAX_LENGTH: (property, { maxLength = 0 } = {}) =>
      `${property} darf höchstens ${maxLength} Zeichen lang sein`,
    MAXIMUM_NUMBER_VALUE: (property) => `${property} ist zu groß`,
    MIN_LENGTH: (property, { minLength = 0 } = {}) =>
      `${property} muss mindestens ${minLength} Zeichen lang sein`,
    MINIMUM_NUMBER_VALUE: (property) => `${property} ist zu klein`,
    REQUIRED: (property) => `${property} wird benötigt`,
    UNIQUE: (property) => `${property} ist schon vergeben`,
    UNKNOWN_POLICY: (property) => `${property} wurde nicht angenommen`,
    VALID_ARRAY_ITEMS: (property) => `${property} enthält etwas Ungültiges`,
    VALID_DATE: (property) => `${property} ist kein gültiges Datum`,
    VALID_EMAIL_ADDRESS_FORMAT: (property) => `${property} ist keine gültige E-Mail-Adresse`,
    VALID_NAME_FORMAT: (property) => `${property} ist kein gültiger Name`,
    VALID_NUMBER: (property) => `${property} ist keine gültige Zahl`,
    VALID_PHONE_FORMAT: (property) => `${property} ist keine gültige Telefonnummer`,
    VALID_QUERY_FILTER: (property) => `${property} ist kein gültiger Filter`,
    VALID_TYPE: (property) => `${property} hat nicht die verlangte Art`,
  },
};

/** @param {unknown} count @param {string} one @param {string} many */
const counted = (count, one, many) => (Number(count) === 1 ? one : `${count} ${many}`);
