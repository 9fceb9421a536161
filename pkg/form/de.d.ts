/**
 * The words of `<journey-form>` in German.
 *
 * @module
 */
import type { FormMessages } from '../form.js';

export type { FormMessages };

/**
 * @example
 * import 'journey-oidc/form';
 * import { de } from 'journey-oidc/form/de';
 *
 * form.messages = de;
 */
export const de: FormMessages;
