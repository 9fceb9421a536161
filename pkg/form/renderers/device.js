import { el } from '../dom.js';
import { items, note, primary, text } from '../parts.js';

/**
 * Says what is collected; that is done when the user continues.
 *
 * @param {import('../../index.js').DeviceProfileCallback} callback
 * @param {import('../../form.js').RenderContext} context
 * @returns {import('../../form.js').FormField<any>}
 */
export function deviceProfile(callback, { messages, rich }) {
  const metadata = callback.isMetadataRequired();
  const location = callback.isLocationRequired();
  const message = callback.getMessage();
  return {
    heading: messages.device,
    nodes: [
      ...(message ? [text(...rich(message))] : []),
      note(
        'info',
        messages,
        messages.deviceHint,
        el(
          'ul',
          '',
          ...items([
            messages.deviceId,
            ...(metadata ? [messages.deviceKind] : []),
            ...(location ? [messages.deviceLocation] : []),
          ]),
        ),
      ),
      primary(messages.sendDevice),
    ],
    submits: true,
    async write(to) {
      const { Device } = await import('../../device.js');
      to.setProfile(await new Device().getProfile({ location, metadata }));
    },
  };
}
