/** Decisions on single answers. Each is general; the journey says by `params` what it is about. */

export function credentials({ username, password }, { realm }) {
  return String(realm.users.check(username, password));
}

/** `true` if the user `username` exists, or the one with that email address, who is kept then. */
export function identify({ username }, { realm }) {
  const found = realm.users.find(username) ? username : realm.users.findByEmail(username);
  return found ? { outcome: 'true', username: found } : 'false';
}

/** Keeps `params`. */
export function keep(_inputs, { params }) {
  return { outcome: 'true', ...params };
}

/** The text at the index that was chosen, by `params`: `{ input, options }`. */
export function choice(inputs, { params: { input, options } }) {
  return (Number.isInteger(inputs[input]) && options[inputs[input]]) || 'invalid';
}

/** Whether the input is what is expected, by `params`: `{ [input]: value }`. */
export function equals(inputs, { params }) {
  return String(Object.entries(params).every(([name, value]) => inputs[name] === value));
}

/** Whether the inputs match, by `params`: `{ [input]: pattern }`. */
export function matches(inputs, { params }) {
  return String(
    Object.entries(params).every(([name, pattern]) =>
      new RegExp(pattern).test(String(inputs[name] ?? '')),
    ),
  );
}

/**
 * Whether a device profile has arrived, as JSON with what `params` asks for: `{ metadata,
 * location }`. The identifier is kept.
 */
export function deviceProfile({ profile }, { params: { metadata, location } }) {
  const { identifier, ...parts } = parse(profile);
  const isWhole =
    typeof identifier === 'string' &&
    identifier !== '' &&
    (!metadata || ['hardware', 'browser', 'platform'].every((part) => parts.metadata?.[part])) &&
    (!location || isLocation(parts.location));
  return isWhole ? { outcome: 'true', identifier, profile: undefined } : 'false';
}

/** A user may refuse the location; then it is there, and empty. */
function isLocation(location) {
  if (typeof location !== 'object' || location === null) return false;
  const { latitude, longitude } = location;
  return typeof latitude === typeof longitude;
}

function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** `wait` for as many times as `params.polls` says, then `done`; `exit` if that was chosen. */
export function poll({ polls = 0, exit }, { params }) {
  if (exit === 0) return 'exit';
  return polls < params.polls ? { outcome: 'wait', polls: polls + 1 } : 'done';
}

/** The captcha: `test` is right. A client's error is an outcome of its own. */
export function captcha({ token, clientError }) {
  if (clientError) return 'error';
  return String(token === 'test');
}

/** The signals of PingOne Protect: any will do. */
export function signals({ signals, clientError }) {
  if (clientError) return 'error';
  return signals ? 'low' : 'none';
}
