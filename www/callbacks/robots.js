import { el } from '../dom.js';
import { group, note } from '../field.js';

/** A stand-in for the real captcha, whose script would come from Google. */
export function reCaptcha(callback, { id }) {
  const state = el('p', { id, role: 'status', className: 'hint' }, 'No token yet.');
  const button = el('button', { type: 'button' }, 'Use a test token');
  let token;
  button.onclick = () => {
    token = 'test';
    state.textContent = 'The test token is sent when you go on.';
  };
  const site = el('p', {}, 'Site key: ', el('code', {}, callback.getSiteKey() || 'none'));
  const what = el(
    'p',
    {},
    'A real page shows reCAPTCHA or hCaptcha here. The demo doesn’t load it.',
  );
  return {
    nodes: [group('Are you a robot?', what, site, button, state)],
    write: (to) => token && to.setResult(token),
  };
}

export function protectInitialize() {
  const text =
    'PingOne Protect would start here to collect signals about how this device is used. The demo ' +
    'has no signals SDK and goes on without it.';
  return { heading: 'PingOne Protect', nodes: [note('info', text)] };
}

export function protectEvaluation() {
  const text =
    'PingOne Protect asks for the signals that were collected. The demo has none and sends an ' +
    'empty text.';
  const write = (to) => to.setData('');
  return { heading: 'PingOne Protect', nodes: [note('info', text)], write };
}
