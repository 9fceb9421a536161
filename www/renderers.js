import { el } from './dom.js';

/** What a page has instead of these: the scripts of Google and of Ping, which the demo doesn't load. */
export const renderers = {
  ReCaptchaCallback: captcha,
  ReCaptchaEnterpriseCallback: captcha,
  PingOneProtectInitializeCallback: () =>
    note('PingOne Protect would start here. The demo has no signals SDK and continues without it.'),
  PingOneProtectEvaluationCallback: () => ({
    nodes: [note('PingOne Protect asks for signals. The demo has none and sends an empty text.')],
    write: (callback) => callback.setData(''),
  }),
};

function captcha(callback, { id }) {
  const state = el('p', { id, role: 'status', className: 'jf-hint' }, 'No token yet.');
  const button = el('button', { type: 'button', className: 'jf-button' }, 'Use a test token');
  button.onclick = () => {
    callback.setResult('test');
    state.textContent = 'The test token is sent when you continue.';
  };
  const site = el('code', {}, callback.getSiteKey() || 'none');
  return el(
    'fieldset',
    { className: 'jf-group' },
    el('legend', { className: 'jf-label' }, 'Are you a robot?'),
    el('p', {}, 'A page shows reCAPTCHA or hCaptcha here. The demo doesn’t load it.'),
    el('p', {}, 'Site key: ', site),
    button,
    state,
  );
}

function note(text) {
  return el('p', { className: 'jf-note' }, text);
}
