/**
 * `<journey-form>`: a sign-in form for any journey, as a custom element. Importing the module defines it; where
 * there are no custom elements, as in Node, that does nothing.
 *
 * @module
 */
import type {
  CallbackClasses,
  CallbackType,
  GenericError,
  JourneyClient,
  JourneyInput,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  MessageCreator,
  OidcClientMethods,
  PolicyRequirement,
  Query,
  BaseCallback,
} from './index.js';

export type { PolicyRequirement };

/** The words of the form. A text in braces, such as `{label}`, is replaced by a value. */
export interface FormMessages {
  [name: string]: any;
}

export interface FormField {
  nodes?: Node[];
  after?: Node[];
  heading?: string;
  submits?: boolean;
  write?(callback: any, pressed?: HTMLElement): unknown;
  start?(): unknown;
}

export interface RenderContext {
  id: string;
  step: JourneyStep;
  messages: FormMessages;
  username: string;
  signal: AbortSignal;
  isAnswer: boolean;
  locale?: string;
  rich(text: string): (Node | string)[];
  submit(pressed?: HTMLElement): Promise<void>;
  poll(onTick: (newer: JourneyStep) => void): Promise<void>;
  leave(): Promise<void>;
  restart(): void;
  announce(text: string): void;
  showAlert(title: string, text: string, code?: string): void;
}

export interface JourneyForm extends HTMLElement {
  journey: string | undefined;
  client: JourneyClient | JourneyInput | undefined;
  query: Query | undefined;
  messages: Partial<FormMessages> | undefined;
  renderers: Record<string, any> | undefined;
  html: ((text: string) => string | Node) | undefined;
  tokens: OidcClientMethods | undefined;
  start(): void;
  resume(url: string | URL): void;
  restart(): void;
}
