// Tells the page that opened this window where the provider has sent it, and closes. The channel is
// named by the state: nobody but that page listens to it.
(() => {
  const stateOf = (/** @type {string} */ text) => new URLSearchParams(text).get('state');
  const state = stateOf(location.search) ?? stateOf(location.hash.slice(1));
  if (state) {
    const channel = new BroadcastChannel(`journey-oidc-popup-${state}`);
    channel.postMessage(location.href);
    channel.close();
  }
  history.replaceState(null, '', location.pathname);
  setTimeout(() => window.close(), 100);
})();
