import { el } from '../dom.js';
import { button, note } from '../parts.js';

/**
 * Says what is collected; that is done when the user continues.
 *
 * @param {import('../../index.js').DeviceProfileCallback} callback
 * @param {import('../../form.js').RenderContext} context
 */
export function deviceProfile(callback, { messages, rich }) {
  const metadata = callback.isMetadataRequired();
  const location = callback.isLocationRequired();
  const parts = [
    messages.deviceId,
    ...(metadata ? [messages.deviceKind, messages.deviceScreen, messages.deviceFonts] : []),
    ...(location ? [messages.deviceLocation] : []),
  ];
  const message = callback.getMessage();
  return {
    heading: messages.device,
    nodes: [
      ...(message ? [el('div', { className: 'jf-text' }, ...rich(message))] : []),
      note(
        'info',
        messages,
        el('p', {}, messages.deviceHint),
        el('ul', {}, ...parts.map((part) => el('li', {}, part))),
      ),
      button(messages.sendDevice, { primary: true }),
    ],
    submits: true,
    async write(/** @type {typeof callback} */ to) {
      const { Device } = await import('../../device.js');
      to.setProfile(await new Device().getProfile({ location, metadata }));
    },
  };
}
