/** What the user has entered, the part of it that is in the address, and the configuration made of it. */

/**
 * What a link may set. Never a token, and nothing that could send tokens to the author of a link: no issuer, no
 * metadata, no redirect URI, no `apiOrigins`.
 */
const IN_LINK = ['wellknown', 'client', 'scope', 'journey', 'renew', 'storage', 'dpop', 'par'];

/** For the way to the provider and back, on which the fragment is lost. */
const KEPT = 'journey-oidc-playground';

const form = document.querySelector('#settings');

/** Every field by its name: texts, and booleans of the switches. */
export function readSettings() {
  return Object.fromEntries(
    [...form.elements]
      .filter(({ name }) => name)
      .map(({ name, type, value, checked }) => [
        name,
        type === 'checkbox' ? checked : value.trim(),
      ]),
  );
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === 'checkbox') field.checked = value === true || value === 'true';
    else if (!field.options || [...field.options].some((option) => option.value === value)) {
      field.value = value;
    }
  }
  const { journey, issuer, dpop, par, renew, storage } = readSettings();
  const isUsual = renew === 'auto' && storage === 'localStorage';
  if (journey || issuer || dpop || par || !isUsual) document.querySelector('#options').open = true;
}

/** Fills in what the link says. */
export function fillFromLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  fill(Object.fromEntries([...given].filter(([name]) => IN_LINK.includes(name))));
}

/** The link to these settings. */
export function linkTo(settings) {
  const url = new URL(location.pathname, location.origin);
  const given = IN_LINK.map((name) => [name, settings[name]]);
  const unusual = given.filter(
    ([, value]) => value && value !== 'auto' && value !== 'localStorage',
  );
  url.hash = new URLSearchParams(unusual).toString();
  return url.href;
}

export function keepSettings(settings) {
  sessionStorage.setItem(KEPT, JSON.stringify(settings));
}

/** Fills in what was kept before the tab went to the provider; whether there was anything. */
export function takeKept() {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (text) fill(JSON.parse(text));
  return Boolean(text);
}

/** The pages of this folder that the provider leads to. */
export function pages() {
  const at = (path) => new URL(path, location.origin + location.pathname).href;
  return { page: at(location.pathname), callback: at('callback.html'), popup: at('popup.html') };
}

/** The arguments of `oidc()` and `diagnose()`. */
export function inputOf({ wellknown, issuer, client, scope, renew, storage, dpop, par }) {
  const { page, callback, popup } = pages();
  const config = {
    serverConfig: { wellknown, ...(issuer && { issuer }) },
    clientId: client,
    redirectUri: page,
    backgroundRedirectUri: callback,
    popupRedirectUri: popup,
    signOutRedirectUri: page,
    backgroundSignOutRedirectUri: callback,
    scope: scope || 'openid',
    ...(renew !== 'auto' && { renew }),
    ...(dpop && { dpop }),
    ...(par && { par }),
  };
  return { config, storage: { type: storage } };
}

/** The host of the provider, for the buttons that send something there. */
export function hostOf({ wellknown }) {
  return URL.canParse(wellknown) ? new URL(wellknown).host : '';
}
