/** oidc-client-ts: OpenID Connect alone. */
import { UserManager } from 'oidc-client-ts';

let manager;
let byFrame;

export async function ready(origin) {
  make(origin);
  await manager.metadataService.getMetadata();
}

/** It needs no metadata to read its storage. */
export function warm(origin) {
  make(origin);
  return manager.getUser();
}

function make(origin) {
  const settings = {
    authority: `${origin}/am/oauth2/alpha`,
    client_id: 'bench',
    redirect_uri: `${origin}/posting.html`,
    scope: 'openid',
  };
  manager = new UserManager(settings);
  // Signs in by the frame whatever is stored.
  byFrame = () => new UserManager({ ...settings, userStore: manager.settings.userStore });
}

export const signIn = () => manager.signinSilent();

export const get = () => manager.getUser();

export const url = async () => (await manager._client.createSigninRequest({})).url;

export const renewByRefresh = async () => () => manager.signinSilent();

export const renewByFrame = async () => {
  const other = byFrame();
  await other.metadataService.getMetadata();
  return async () => {
    // A refresh token would be used.
    await other.removeUser();
    return other.signinSilent();
  };
};
