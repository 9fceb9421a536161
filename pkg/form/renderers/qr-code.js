import { el } from '../dom.js';
import { copyButton, paragraph } from '../parts.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * A QR code; and its URI, for an app on this very device.
 *
 * @param {{ uri: string, use: string }} data
 * @param {import('../../form.js').RenderContext} context
 */
export function qrCode({ uri, use }, context) {
  const { messages } = context;
  const box = el('div', { className: 'jf-qr' });
  const props = { href: uri, className: 'jf-link' };
  // Other schemes could be anything.
  const link = /^(otp|push|mf)auth:/.test(uri) ? [el('a', props, messages.openApp)] : [];
  return {
    heading: messages.registerDevice,
    nodes: [
      box,
      ...paragraph(use === 'otp' ? messages.otpHint : messages.pushHint, { className: 'jf-hint' }),
      el(
        'details',
        { className: 'jf-details' },
        el('summary', {}, messages.cannotScan),
        ...link,
        ...paragraph(messages.copyAddress),
        el(
          'div',
          { className: 'jf-with-copy' },
          el('code', {}, uri),
          copyButton(messages.address, uri, context),
        ),
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
  const props = { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label };
  const svg = svgElement('svg', { ...props, 'shape-rendering': 'crispEdges' });
  svg.append(
    svgElement('path', { fill: '#fff', d: `M0 0h${size}v${size}H0z` }),
    svgElement('path', { fill: '#000', d: dots.join('') }),
  );
  return svg;
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svgElement(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
