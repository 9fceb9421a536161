/**
 * What this server uses of oidc-provider. Its index would print a warning on Node 20, whose only
 * missing function is in `node-compat.js`.
 */
import './node-compat.js';

export * as errors from 'oidc-provider/lib/helpers/errors.js';
export { Provider } from 'oidc-provider/lib/provider.js';
