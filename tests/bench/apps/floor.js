/** What the browser itself costs: one request, two requests of a journey, one read of storage. */
let base;
let discovery;

export async function ready(origin) {
  base = `${origin}/am`;
  discovery = await (await fetch(`${base}/oauth2/alpha/.well-known/openid-configuration`)).json();
}

export async function signIn() {
  sessionStorage.setItem('floor', JSON.stringify(discovery));
}

export async function get() {
  return sessionStorage.getItem('floor');
}

export const warm = get;

export async function login() {
  const url = `${base}/json/alpha/authenticate`;
  const headers = { 'Content-Type': 'application/json' };
  const post = async (body) => (await fetch(url, { method: 'POST', headers, body })).json();
  const step = await post('{}');
  step.callbacks[0].input[0].value = 'demo';
  step.callbacks[1].input[0].value = 'secret';
  return (await post(JSON.stringify(step))).tokenId;
}
