import { pageOf } from './app.js';

/**
 * Sends the user an email with a link that goes on at the node `params.goOn`. Where there is no such
 * user nothing is sent, and nobody can tell.
 */
export function suspend({ username }, context) {
  const { realm, run, settings, params } = context;
  const to = realm.users.find(username)?.email;
  if (!to) return 'sent';
  const query = { realm: realm.path, authIndexType: 'service', authIndexValue: run.authIndexValue };
  realm.mails.send({
    to,
    subject: params.subject,
    run: { ...run, inputs: { ...run.inputs, username } },
    goOn: params.goOn,
    ttl: settings.suspendTtl,
    linkTo: (suspendedId) => `${pageOf(context)}?${new URLSearchParams({ ...query, suspendedId })}`,
  });
  return 'sent';
}
