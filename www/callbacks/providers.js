import { el, whileBusy } from '../dom.js';
import { group, submitButton } from '../field.js';

/** AM's name for signing in without a provider, by the fields of the same step. */
const LOCAL = 'localAuthentication';

/** Buttons for identity providers, such as social ones. */
export function selectIdP(callback) {
  const providers = callback.getProviders() ?? [];
  const buttons = new Map(
    providers
      .filter(({ provider }) => provider !== LOCAL)
      .map(({ provider, uiConfig }) => [
        submitButton(`Continue with ${nameOf(provider, uiConfig)}`, { formNoValidate: true }),
        provider,
      ]),
  );
  const hasLocal = buttons.size < providers.length;
  const choices = el('div', { className: 'buttons stacked' }, ...buttons.keys());
  const nodes = [group(hasLocal ? 'Or sign in elsewhere' : 'Sign in elsewhere', choices)];
  return {
    // After the button for the fields, since Enter presses the first one.
    ...(hasLocal ? { nodes: [], after: nodes } : { nodes, submits: true }),
    write: (to, pressed) => to.setProvider(buttons.get(pressed) ?? LOCAL),
  };
}

/** Leaves for the provider's page; the user comes back to the same journey. */
export function redirect(callback, { step, leave }) {
  const host = hostOf(callback.getRedirectUrl());
  const button = el('button', { type: 'button', className: 'primary' });
  button.append(host ? `Go to ${host}` : 'Go on');
  button.onclick = () => whileBusy(button, () => leave(step));
  const text = 'The journey goes on at another page. You come back here afterwards.';
  return { heading: 'Go on elsewhere', nodes: [el('p', {}, text), button], submits: true };
}

function nameOf(provider, uiConfig) {
  return uiConfig?.buttonDisplayName || provider;
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}
