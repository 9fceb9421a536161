import { QRCode } from '../../qr-code.js';
import { el } from '../dom.js';
import { copyButton, hint, text } from '../parts.js';

/**
 * The QR code of a step; and its URI, for an app on this very device.
 *
 * @param {import('../../form.js').RenderContext} context
 */
export function qrCode(context) {
  const { messages, step } = context;
  const { uri, use } = QRCode.getQRCodeData(step);
  const box = el('div', 'jf-qr');
  // Other schemes could be anything.
  const isKnown = /^(otp|push|mf)auth:/.test(uri);
  const link = el('a', { href: uri, className: 'jf-link' }, messages.openApp);
  return {
    heading: messages.registerDevice,
    nodes: [
      box,
      hint(use === 'otp' ? messages.otpHint : messages.pushHint),
      el(
        'details',
        'jf-details',
        el('summary', '', messages.cannotScan),
        ...(isKnown ? [link] : []),
        text(messages.copyAddress),
        el('div', 'jf-with-copy', el('code', '', uri), copyButton(messages.address, uri, context)),
      ),
    ],
    async start() {
      const { encode } = await import('../vendor/uqr.js');
      box.append(drawing(encode(uri, { ecc: 'M', border: 4 }), messages.qrCode));
    },
  };
}

/**
 * Black on white in dark mode, too: many scanners need that, and the quiet zone around it.
 *
 * @param {{ data: boolean[][], size: number }} code
 * @param {string} label
 */
function drawing({ data, size }, label) {
  const dots = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return svg(
    'svg',
    {
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': label,
      'shape-rendering': 'crispEdges',
    },
    svg('path', { fill: '#fff', d: `M0 0h${size}v${size}H0z` }),
    svg('path', { fill: '#000', d: dots.join('') }),
  );
}

/** @param {string} tag @param {Record<string, string>} attributes @param {...Node} children */
function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
