/** Messages to and from the tabs of this origin. */

/** @typedef {import('./work.js').Take} Take */

/**
 * Calls `heard` with each text that is sent on a channel.
 *
 * @param {Take} take
 * @param {string} name
 * @param {(message: string) => void} heard
 */
export function listen(take, name, heard) {
  const channel = new BroadcastChannel(name);
  take(() => channel.close());
  channel.onmessage = ({ data }) => {
    if (typeof data === 'string') heard(data);
  };
  return channel;
}

/**
 * Sends a text to all other listeners on a channel, in this tab and in others.
 *
 * @param {string} name
 * @param {string} message
 */
export function tell(name, message) {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}
