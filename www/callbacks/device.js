import { el } from '../dom.js';
import { note, paragraph, submitButton } from '../field.js';
import { Device } from '../pkg/device.js';

/** Says what is collected; that is done when the user goes on. */
export function deviceProfile(callback) {
  const metadata = callback.isMetadataRequired();
  const location = callback.isLocationRequired();
  const parts = [
    'a random number for this browser',
    ...(metadata ? ['the kind of browser and device', 'the screen', 'the fonts'] : []),
    ...(location ? ['where the device is (your browser asks you first)'] : []),
  ];
  return {
    heading: 'About this device',
    nodes: [
      ...paragraph(callback.getMessage()),
      note(
        'info',
        el('p', {}, 'When you go on, this is sent to the server:'),
        el('ul', {}, ...parts.map((part) => el('li', {}, part))),
      ),
      submitButton('Send it and go on', { className: 'primary' }),
    ],
    submits: true,
    write: async (to) => to.setProfile(await new Device().getProfile({ location, metadata })),
  };
}
