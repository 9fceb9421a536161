/** The parameters of a URL that a journey continues by; each list in full. */
const RETURNS = [
  ['suspendedId'],
  ['code', 'state'],
  ['error', 'state'],
  ['form_post_entry'],
  ['responsekey'],
];

/** What such a URL has besides. */
const OTHERS = [
  'authIndexType',
  'authIndexValue',
  'error_description',
  'iss',
  'realm',
  'RelayState',
  'scope',
];

/** Whether the page was opened by a link or a provider's response, for a journey to continue. */
export function isReturn() {
  const { searchParams } = new URL(location.href);
  return RETURNS.some((names) => names.every((name) => searchParams.has(name)));
}

/** Takes the response out of the address, so that a reload doesn't use it again. */
export function cleanAddress() {
  const url = new URL(location.href);
  for (const name of [...RETURNS.flat(), ...OTHERS]) url.searchParams.delete(name);
  history.replaceState(history.state, '', url);
}
