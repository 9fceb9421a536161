import { copyButton, el } from '../dom.js';
import { code } from '../field.js';
import { encode } from '../vendor/uqr.js';

const SVG = 'http://www.w3.org/2000/svg';

const TEXTS = {
  otp: 'Scan it with your authenticator app. It shows a code that changes every few seconds.',
  push: 'Scan it with the ForgeRock or PingID Authenticator app, which then asks you to confirm sign-ins.',
};

/** A QR code; and its URI, for an app on this very device. */
export function qrCode({ uri, use }) {
  const isWhole = /^(otp|push|mf)auth:/.test(uri);
  return {
    heading: 'Register your device',
    nodes: [
      el('div', { className: 'qr' }, drawing(uri)),
      el('p', { className: 'hint' }, TEXTS[use]),
      el(
        'details',
        { className: 'uri' },
        el('summary', {}, 'Can’t scan it?'),
        el('p', {}, 'Copy the address into the app', ...(isWhole ? [', or ', link(uri)] : []), '.'),
        el('div', { className: 'with-copy' }, code(uri), copyButton('Address', uri)),
      ),
    ],
  };
}

function link(uri) {
  return el('a', { href: uri }, 'open the app on this device');
}

/** Black on white in dark mode, too: many scanners need that, and the quiet zone around it. */
function drawing(text) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const dots = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  const props = { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': 'QR code' };
  const svg = svgElement('svg', { ...props, 'shape-rendering': 'crispEdges' });
  svg.append(
    svgElement('path', { fill: '#fff', d: `M0 0h${size}v${size}H0z` }),
    svgElement('path', { fill: '#000', d: dots.join('') }),
  );
  return svg;
}

function svgElement(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
