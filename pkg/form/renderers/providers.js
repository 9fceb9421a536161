import { fill, whileBusy } from '../dom.js';
import { button, buttons, group, primary, text } from '../parts.js';

/** AM's name for signing in without a provider, by the fields of the same step. */
const LOCAL = 'localAuthentication';

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 */

/**
 * Buttons for identity providers, such as social ones.
 *
 * @param {import('../../index.js').SelectIdPCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function selectIdP(callback, { messages }) {
  const providers = callback.getProviders() ?? [];
  /** @type {Map<HTMLElement, string>} */
  const made = new Map();
  for (const { provider, uiConfig } of providers) {
    if (provider === LOCAL) continue;
    const name = uiConfig?.buttonDisplayName || provider;
    made.set(button(fill(messages.continueWith, { name }), { formNoValidate: true }), provider);
  }
  const hasLocal = made.size < providers.length;
  const nodes = [
    group(hasLocal ? messages.orProvider : messages.provider, buttons(...made.keys())),
  ];
  return {
    // After the button for the fields, since Enter presses the first one.
    ...(hasLocal ? { after: nodes } : { nodes, submits: true }),
    write: (to, pressed) => to.setProvider((pressed && made.get(pressed)) ?? LOCAL),
  };
}

/**
 * Leaves for the provider's page, from which the user comes back to the same journey: at once, if the user
 * has chosen something before.
 *
 * @param {import('../../index.js').RedirectCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function redirect(callback, { messages, isAnswer, leave }) {
  const [, , host] = callback.getRedirectUrl().split('/');
  const label = host ? fill(messages.goTo, { host }) : messages.next;
  const go = primary(label, { type: 'button' });
  const start = () => whileBusy(go, leave);
  go.onclick = start;
  return {
    heading: messages.elsewhere,
    nodes: [text(messages.elsewhereHint), go],
    submits: true,
    ...(isAnswer && { start }),
  };
}
