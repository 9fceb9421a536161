/**
 * `<journey-form>`: a sign-in form for any journey, as a custom element. Importing this module defines it; where
 * there are no custom elements, as in Node, the import does nothing. `journey-oidc/form.css` is a style sheet
 * for it.
 *
 * @example
 * import 'journey-oidc/form';
 *
 * const [form] = document.getElementsByTagName('journey-form');
 * form.client = { config: { serverConfig: { wellknown } } };
 * form.addEventListener('success', () => location.assign('/account'));
 *
 * @module
 */
import type {
  BaseCallback,
  CallbackClasses,
  CallbackType,
  GenericError,
  JourneyClient,
  JourneyInput,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  MessageCreator,
  OidcClient,
  Query,
} from './index.js';

export type {
  BaseCallback,
  CallbackClasses,
  CallbackType,
  GenericError,
  JourneyClient,
  JourneyInput,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  MessageCreator,
  OidcClient,
  Query,
};

/** The element. It renders into its own children, without a shadow root. */
export interface JourneyForm extends HTMLElement {
  /** The attribute `journey`: the name of the journey; without it the realm's default journey. */
  journey: string | undefined;
  /**
   * A journey client, or the input of `journey()` to make one of. Default: `journeyClient` of `journey-oidc`,
   * which the page configures.
   */
  client: JourneyClient | JourneyInput | undefined;
  /** Further query parameters for AM, such as `{ locale: 'de' }`. */
  query: Query | undefined;
  /** Words that replace the English ones: `de` of `journey-oidc/form/de`, or the app's own. */
  messages: Partial<FormMessages> | undefined;
  /** The app's own functions that render callbacks, by the callback's type. */
  renderers: Renderers | undefined;
  /**
   * Makes HTML in AM's texts harmless: gets a text, and returns a node, such as a `DocumentFragment`. Without it
   * AM's texts are shown as they are, tags included.
   */
  html: ((text: string) => Node) | undefined;
  /**
   * What `oidc()` returns: the client, or the promise of it. After the journey's success it gets tokens for the
   * user, before `success` is fired. A response for this client in the page's address is left to the app.
   */
  tokens: OidcClient | Promise<OidcClient> | undefined;
  /** Begins the journey, unless it runs. The element does so itself when it is in a document. */
  start(): void;
  /**
   * Continues a journey at the URL by which the user has returned. The element does so itself when it is in a
   * document whose address has the parameters of such a URL.
   */
  resume(url: string | URL): void;
  /** Begins the journey again, and forgets what the user has entered. */
  restart(): void;

  /** Listens to an event of the form. */
  addEventListener<Type extends keyof JourneyFormEvents>(
    type: Type,
    listener: (this: JourneyForm, event: JourneyFormEvents[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Listens to an event that every element has. */
  addEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (this: JourneyForm, event: HTMLElementEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Listens to any other event. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Stops listening to an event of the form. */
  removeEventListener<Type extends keyof JourneyFormEvents>(
    type: Type,
    listener: (this: JourneyForm, event: JourneyFormEvents[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Stops listening to an event that every element has. */
  removeEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (this: JourneyForm, event: HTMLElementEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Stops listening to any other event. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The events of the element. They don't bubble. */
export interface JourneyFormEvents {
  /** A step is shown. */
  step: CustomEvent<JourneyStep>;
  /** The user is signed in; where the element has `tokens`, that client has tokens. */
  success: CustomEvent<JourneyLoginSuccess>;
  /** The sign-in is refused. The form says so, and begins again. */
  failure: CustomEvent<JourneyLoginFailure>;
  /** A call failed. The form says so; what the user has entered is still there. */
  error: CustomEvent<GenericError>;
}

/** A function that renders a callback: it returns a node, or a {@link FormField}, or nothing. */
export type Renderer<T extends BaseCallback = BaseCallback> = {
  // A method, so that one for a class is one for callbacks.
  render(callback: T, context: RenderContext): Node | FormField<T> | undefined;
}['render'];

/** A function for each type of callback that the app renders itself. */
export interface Renderers extends KnownRenderers {
  [type: string]: Renderer | undefined;
}

/** A function for each type of callback that has a class. */
export type KnownRenderers = { [Type in CallbackType]?: Renderer<CallbackClasses[Type]> };

/** What is shown of a callback, and how it is answered. */
export interface FormField<T extends BaseCallback = BaseCallback> {
  /** What is shown. */
  nodes?: Node[];
  /** What is shown below the button that submits the step. */
  after?: Node[];
  /** The heading, for a step that has none. */
  heading?: string;
  /** Whether the step has another way to continue than the form's own button, which is then left out. */
  submits?: boolean;
  /**
   * Writes the answer into the callback before the step is submitted, which waits for it.
   *
   * @param callback the one to write into: while the form polls, it is a newer one than the renderer's
   * @param pressed the button that was pressed
   */
  write?(callback: T, pressed?: HTMLElement): unknown;
  /** Called once, when the step is shown. */
  start?(): unknown;
}

/** What a renderer may use. */
export interface RenderContext {
  /** An id for the field: unique in the page. */
  readonly id: string;
  /** The whole step. */
  readonly step: JourneyStep;
  /** The words of the form. */
  readonly messages: FormMessages;
  /** The name that the user gave at an earlier step; else `''`. */
  readonly username: string;
  /** Whether the step is the response to something that the user did. */
  readonly isAnswer: boolean;
  /** The language of the element, from the nearest `lang`. */
  readonly locale: string | undefined;
  /** Aborts when the step is left. */
  readonly signal: AbortSignal;
  /** A text of AM as nodes: as text, or as the node that the element's `html` made of it. */
  rich(text: string): (Node | string)[];
  /** Submits the step, as if a button was pressed. */
  submit(pressed?: HTMLElement): Promise<void>;
  /** Submits the step again and again, as its `PollingWaitCallback` says. */
  poll(onTick: (newer: JourneyStep) => void): Promise<void>;
  /** Goes where the step's `RedirectCallback` says. */
  leave(): Promise<void>;
  /** Begins the journey again. */
  restart(): void;
  /** Shows a text for five seconds, and announces it. */
  announce(text: string): void;
  /** Shows an error above the form, announces it, and moves the focus there. */
  showAlert(title: string, text: string, code?: string): void;
}

/** The words of the form. A name in braces is replaced by a value. */
export interface FormMessages {
  /** Loading… */
  loading: string;
  /** Sign in */
  signIn: string;
  /** Next */
  next: string;
  /** Cancel */
  cancel: string;
  /** Try again */
  tryAgain: string;
  /** Start again */
  startAgain: string;
  /** You are signed in. */
  signedIn: string;
  /** You are being signed out. */
  signingOut: string;
  /** There is nothing to enter at this step. */
  nothingToEnter: string;
  /** Error: */
  error: string;
  /** Warning: */
  warning: string;
  /** `{label}` (optional) */
  optional: string;
  /** Yes */
  yes: string;
  /** No */
  no: string;
  /** OK */
  ok: string;
  /** Copy */
  copy: string;
  /** `{what}` copied */
  copied: string;
  /** The browser forbids copying. Please copy the text by hand. */
  notCopied: string;
  /** Sign-in failed */
  refused: string;
  /** Check what you entered and try again. */
  refusedHint: string;
  /** That did not work */
  failed: string;
  /** Please try again. */
  failedHint: string;
  /** The server can’t be reached. Check your connection. */
  unreachable: string;
  /** This sign-in can’t be continued */
  cannotContinue: string;
  /** It took too long, or began in another window. Please start again. */
  cannotContinueHint: string;
  /** User name */
  username: string;
  /** Password */
  password: string;
  /** Show */
  show: string;
  /** Hide */
  hide: string;
  /** Text */
  text: string;
  /** It was not accepted */
  notAccepted: string;
  /** Choose */
  choose: string;
  /** Or try another way */
  anotherWay: string;
  /** Security questions */
  securityQuestions: string;
  /** Question */
  question: string;
  /** Choose a question */
  chooseQuestion: string;
  /** My own question */
  ownQuestion: string;
  /** Your question */
  yourQuestion: string;
  /** Answer */
  answer: string;
  /** Terms and conditions */
  terms: string;
  /** I accept the terms and conditions */
  acceptTerms: string;
  /** Version `{version}` */
  version: string;
  /** Please wait… */
  waiting: string;
  /** Time until the next check */
  timeLeft: string;
  /** Sign in elsewhere */
  provider: string;
  /** Or sign in elsewhere */
  orProvider: string;
  /** Continue with `{name}` */
  continueWith: string;
  /** Continue elsewhere */
  elsewhere: string;
  /** You come back here afterwards. */
  elsewhereHint: string;
  /** Go to `{host}` */
  goTo: string;
  /** Continue by your link */
  byLink: string;
  /** Follow the link that was sent to you. You can close this page. */
  byLinkHint: string;
  /** About this device */
  device: string;
  /** When you continue, this is sent to the server: */
  deviceHint: string;
  /** a random number for this browser */
  deviceId: string;
  /** the kind of browser and device, the screen, the fonts */
  deviceKind: string;
  /** where the device is (your browser asks you first) */
  deviceLocation: string;
  /** Send and continue */
  sendDevice: string;
  /** Use a passkey */
  usePasskey: string;
  /** Your device asks for your fingerprint, face, PIN or security key. */
  usePasskeyHint: string;
  /** Create a passkey */
  createPasskey: string;
  /** Then you sign in with your fingerprint, face, PIN or security key. */
  createPasskeyHint: string;
  /** Name for this device */
  deviceName: string;
  /** Continue without a passkey */
  withoutPasskey: string;
  /** If you have a passkey, the field offers it. */
  passkeyInField: string;
  /** No passkey */
  noPasskey: string;
  /** Register your device */
  registerDevice: string;
  /** QR code */
  qrCode: string;
  /** Scan it with your authenticator app. It shows codes to sign in with. */
  otpHint: string;
  /** Scan it with your authenticator app. It asks you to confirm sign-ins. */
  pushHint: string;
  /** Can’t scan it? */
  cannotScan: string;
  /** Copy the address into the app. */
  copyAddress: string;
  /** Open the app on this device */
  openApp: string;
  /** Address */
  address: string;
  /** Your recovery codes */
  recoveryCodes: string;
  /**
   * Each signs you in once when you don’t have `{device}`. They are not shown again: keep them in a safe place.
   */
  recoveryHint: string;
  /** Codes */
  codes: string;
  /** Download */
  download: string;
  /** Print */
  print: string;
  /** I have kept them */
  keptCodes: string;
  /** Are you a robot? */
  captcha: string;
  /** This page can’t show the captcha that the server asks for. */
  captchaMissing: string;
  /** This page has no form for the callback `{type}`. It sends what is here: */
  unknown: string;
  /** A prompt that asks for a code which is used once. */
  oneTimeCode: RegExp;
  /** What went wrong with a passkey, by the name of the browser's error. */
  passkeyErrors: { [name: string]: string };
  /** The messages of failed policies; a policy without one has that of `journey-oidc/policy`. */
  policies: MessageCreator;
}

declare global {
  interface HTMLElementTagNameMap {
    'journey-form': JourneyForm;
  }
}
